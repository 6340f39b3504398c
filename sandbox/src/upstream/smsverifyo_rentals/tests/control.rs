use super::*;
use crate::upstream::{control::ControlError, smsverifyo_rentals::Status, wallet::Movement};

#[tokio::test]
async fn the_provider_may_cancel_by_itself_and_refunds() {
    let shop = Shop::open().await;
    let rental = shop.rent().await;
    shop.hand.advance(1_000);
    shop.control.cancel_order(rental.id).unwrap();
    assert_eq!(shop.shown(&rental).await["status"], "cancelled");
    assert_eq!(shop.control.balance(), OPENING);
    assert_eq!(shop.control.orders()[0].closed_ms, Some(START_MS + 1_000));
    assert_eq!(shop.control.cancel_order(rental.id), Err(ControlError::WrongState));
    assert_eq!(shop.control.cancel_order(9), Err(ControlError::NoSuchOrder));
    assert_eq!(shop.control.deliver(rental.id, "1", "1"), Err(ControlError::WrongState));
    assert_eq!(shop.control.deliver(9, "1", "1"), Err(ControlError::NoSuchOrder));
    shop.assert_books();
}

#[tokio::test]
async fn a_code_delivered_by_hand_takes_the_place_of_the_planned_one() {
    let shop = Shop::with(|options| options.codes = CodePlan::Fixed(30_000)).await;
    let phone = shop.rent().await.phone;
    shop.control.deliver_to_phone(&phone, "0042", "Code 0042").unwrap();
    shop.hand.advance(60_000);
    let rental = shop.control.orders().pop().unwrap();
    assert_eq!((rental.status, rental.codes), (Status::Received, vec!["0042".to_owned()]));
    assert_eq!(rental.code_due_ms, None);
}

#[tokio::test]
async fn amounts_and_addresses_by_hand_are_checked() {
    let shop = Shop::open().await;
    let key = shop.whatsapp().key;
    let nothing = OfferKey { country: "XX".to_owned(), ..key.clone() };
    assert_eq!(shop.control.top_up(0), Err(ControlError::BadAmount));
    assert_eq!(shop.control.set_price(&key, 0), Err(ControlError::BadAmount));
    assert_eq!(shop.control.set_price(&nothing, 5), Err(ControlError::NoSuchProduct));
    assert_eq!(shop.control.set_stock(&nothing, 5), Err(ControlError::NoSuchProduct));
    let elsewhere = shop.control.set_webhook("https://example.com", "secret");
    assert_eq!(elsewhere, Err(ControlError::BadUrl));
    shop.control.top_up(7).unwrap();
    assert_eq!(shop.control.balance(), OPENING + 7);
    assert_eq!(shop.control.journal()[1].movement, Movement::TopUp);
}

#[tokio::test]
async fn everything_can_be_steered_over_http_without_a_key() {
    let shop = Shop::open().await;
    let offer = shop.whatsapp().key;
    let url = format!("{}/sandbox", shop.running.url());
    let post = |path: &str, body: Value| reply(shop.http.post(format!("{url}/{path}")).json(&body));
    let get = |path: &str| reply(shop.http.get(format!("{url}/{path}")));

    for (path, body) in [
        ("stock", json!({ "offer": offer, "available": 3 })),
        ("price", json!({ "offer": offer, "pips": 1_500 })),
        ("top_up", json!({ "pips": 66 })),
        ("webhook", json!({ "url": "http://127.0.0.1:9/hook", "secret": "shared" })),
    ] {
        assert_eq!(post(path, body).await.body, json!({ "ok": true }), "{path}");
    }
    let unset = shop.http.delete(format!("{url}/webhook"));
    assert_eq!(reply(unset).await.body, json!({ "ok": true }));
    let offers = get("offers").await.body;
    let changed = json!({ "key": offer, "available": 3, "price_pips": 1_500 });
    assert!(offers["offers"].as_array().unwrap().contains(&changed));

    let (first, second) = (shop.rent().await, shop.rent().await);
    let by_phone = json!({ "phone": first.phone, "code": "1234" });
    assert_eq!(post("deliver", by_phone).await.status, 200);
    assert_eq!(post("cancel", json!({ "order_id": second.id })).await.status, 200);
    let orders = get("orders").await.body;
    assert_eq!(orders["orders"][0]["codes"], json!(["1234"]));
    assert_eq!(orders["orders"][1]["status"], "cancelled");
    assert_eq!(orders["orders"][1]["rental_id"], json!(second.rental_id));
    assert_eq!(get("journal").await.body["balance_pips"], OPENING + 66 - 1_500);
    assert_eq!(get("pushes").await.body["pushes"], json!([]));

    for (path, body) in [
        ("deliver", json!({ "order_id": 9, "code": "1234" })),
        ("price", json!({ "offer": offer })),
        ("webhook", json!({ "url": "https://example.com", "secret": "shared" })),
        ("faults", json!({ "route": "buy", "fault": "garbage" })),
    ] {
        let refused = post(path, body).await;
        assert_eq!((refused.status, &refused.body["ok"]), (422, &json!(false)), "{path}");
    }
    assert_eq!(get("nowhere").await.status, 404);
}

#[tokio::test]
async fn a_code_after_the_end_is_shown_and_changes_nothing_else() {
    let shop = Shop::open().await;
    let rental = shop.rent().await;
    assert_eq!(shop.control.deliver_late(rental.id, "1", "1"), Err(ControlError::WrongState));
    shop.hand.advance(20 * MINUTE_MS);
    assert_eq!(shop.control.balance(), OPENING);
    shop.control.deliver_late(rental.id, "0440", "Code 0440").unwrap();
    let shown = shop.shown(&rental).await;
    assert_eq!((&shown["status"], &shown["code"]), (&json!("expired"), &json!("0440")));
    assert_eq!(shop.control.balance(), OPENING);
    assert_eq!(shop.control.deliver_late(9, "1", "1"), Err(ControlError::NoSuchOrder));
    shop.assert_books();
}

#[tokio::test]
async fn the_cap_is_on_what_is_paid_when_prices_drift() {
    let shop = Shop::open().await;
    shop.control.set_price(&shop.whatsapp().key, 3_500).unwrap();
    assert_eq!(shop.control.set_drift(-100), Err(ControlError::BadAmount));
    shop.control.set_drift(20).unwrap();
    let mut body = whatsapp();
    body["max_price_usd"] = number("0.4199");
    shop.create(&body).await.refused(409, "price_too_high");
    body["max_price_usd"] = number("0.42");
    shop.create(&body).await.rental(201);
    assert_eq!(shop.control.balance(), OPENING - 4_200);
}
