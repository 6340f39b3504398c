use std::time::Duration;

use super::*;
use crate::upstream::{
    smsbuyz::{ControlError, OfferKey, Status},
    wallet::Movement,
};

#[tokio::test]
async fn the_provider_may_cancel_by_itself_and_refunds() {
    let shop = Shop::open().await;
    let id = shop.buy().await;
    shop.hand.advance(1_000);
    shop.control.cancel_order(id).unwrap();
    assert_eq!(shop.status(id).await, "CANCELED");
    assert_eq!(shop.control.balance(), OPENING);
    assert_eq!(shop.control.orders()[0].closed_ms, Some(START_MS + 1_000));
    assert_eq!(shop.control.cancel_order(id), Err(ControlError::WrongState));
    assert_eq!(shop.control.cancel_order(9), Err(ControlError::NoSuchOrder));
    assert_eq!(shop.control.deliver(id, "1", "1"), Err(ControlError::WrongState));
    assert_eq!(shop.control.deliver(9, "1", "1"), Err(ControlError::NoSuchOrder));
    shop.assert_books();
}

#[tokio::test]
async fn a_code_delivered_by_hand_takes_the_place_of_the_planned_one() {
    let shop = Shop::with(|options| options.codes = CodePlan::Fixed(30_000)).await;
    shop.buy().await;
    let phone = shop.control.orders()[0].phone.clone();
    assert!(phone.starts_with("+62"), "{phone}");
    shop.control.deliver_to_phone(&phone, "0042", "Code 0042").unwrap();
    shop.hand.advance(60_000);
    let order = shop.control.orders().pop().unwrap();
    assert_eq!((order.status, order.codes), (Status::Received, vec!["0042".to_owned()]));
    assert_eq!(order.code_due_ms, None);
    assert_eq!(shop.control.deliver_to_phone("+1", "1", "1"), Err(ControlError::NoSuchOrder));
}

#[tokio::test]
async fn amounts_by_hand_are_checked() {
    let shop = Shop::open().await;
    let nothing = OfferKey { operator: "any".to_owned(), ..shop.whatsapp().key };
    assert_eq!(shop.control.top_up(0), Err(ControlError::BadAmount));
    assert_eq!(shop.control.top_up(i64::MAX), Err(ControlError::BadAmount));
    assert_eq!(shop.control.set_price(&shop.whatsapp().key, 0), Err(ControlError::BadAmount));
    assert_eq!(shop.control.set_price(&nothing, 5), Err(ControlError::NoSuchProduct));
    assert_eq!(shop.control.set_stock(&nothing, 5), Err(ControlError::NoSuchProduct));
    shop.control.top_up(7).unwrap();
    assert_eq!(shop.control.balance(), OPENING + 7);
    assert_eq!(shop.control.journal()[1].movement, Movement::TopUp);
}

#[tokio::test]
async fn everything_can_be_steered_over_http_without_a_key() {
    let shop = Shop::open().await;
    let offer = shop.whatsapp().key;
    let url = shop.running.url();
    let post = |path: &str, body: Value| {
        reply(shop.http.post(format!("{url}/sandbox/{path}")).json(&body))
    };
    let get = |path: &str| reply(shop.http.get(format!("{url}/sandbox/{path}")));

    for (path, body) in [
        ("stock", json!({ "offer": offer, "count": 3 })),
        ("price", json!({ "offer": offer, "pips": 1_234 })),
        ("top_up", json!({ "pips": 66 })),
    ] {
        assert_eq!(post(path, body).await.body, json!({ "ok": true }), "{path}");
    }
    let offers = get("offers").await.body;
    let changed = json!({ "key": offer, "count": 3, "price_pips": 1_234 });
    assert!(offers["offers"].as_array().unwrap().contains(&changed));

    let first = shop.buy().await;
    shop.buy().await;
    let phone = shop.control.orders()[1].phone.clone();
    for body in [
        json!({ "order_id": first, "code": "007007", "message": "Code 007007" }),
        json!({ "phone": phone, "code": "1234" }),
    ] {
        assert_eq!(post("deliver", body).await.status, 200);
    }
    let third = shop.buy().await;
    assert_eq!(post("cancel", json!({ "order_id": third })).await.status, 200);

    let orders = get("orders").await.body;
    assert_eq!(orders["orders"][0]["codes"], json!(["007007"]));
    assert_eq!(orders["orders"][1]["status"], "RECEIVED");
    assert_eq!(orders["orders"][2]["status"], "CANCELED");
    assert_eq!(orders["orders"][2]["offer"], json!(offer));
    let journal = get("journal").await.body;
    assert_eq!(journal["balance_pips"], OPENING + 66 - 2 * 1_234);
    assert_eq!(journal["journal"][2]["movement"], json!({ "charge": { "order": first } }));
    assert_eq!(
        shop.get("orders").await.granted()[1]["sms"][0]["text"],
        "Your WhatsApp code is 12-34. Do not share it."
    );

    for (path, body) in [
        ("deliver", json!({ "code": "1234" })),
        ("deliver", json!({ "order_id": 9, "code": "1234" })),
        ("top_up", json!({ "idr": 66 })),
        ("price", json!({ "offer": offer })),
        ("faults", json!({ "route": "create", "fault": "garbage" })),
    ] {
        let refused = post(path, body).await;
        assert_eq!((refused.status, &refused.body["ok"]), (422, &json!(false)), "{path}");
    }
    assert_eq!(get("nowhere").await.status, 404);
}

#[tokio::test]
async fn the_request_book_shows_how_often_an_order_was_asked() {
    let shop = Shop::open().await;
    let id = shop.buy().await;
    shop.status(id).await;
    shop.hand.advance(700);
    shop.status(id).await;
    assert_eq!(shop.control.requests().shortest_gap_ms("check"), Some(700));
    let too_late = shop.control.wait_for(Duration::from_millis(20), |control| {
        control.request_counts().get("ban").copied()
    });
    assert!(too_late.await.is_err());
}

#[tokio::test]
async fn an_sms_after_the_end_is_shown_and_changes_nothing_else() {
    let shop = Shop::open().await;
    let (banned, expired) = (shop.buy().await, shop.buy().await);
    assert_eq!(shop.control.deliver_late(expired, "1", "1"), Err(ControlError::WrongState));
    shop.get(&format!("ban/{banned}")).await.granted();
    shop.hand.advance(20 * MINUTE_MS);
    let balance = shop.control.balance();
    for (id, status) in [(banned, "BANNED"), (expired, "TIMEOUT")] {
        for code in ["0440", "0441"] {
            shop.control.deliver_late(id, code, &format!("Code {code}")).unwrap();
        }
        let order = shop.get(&format!("check/{id}")).await;
        assert_eq!(order.granted()["status"], status);
        assert_eq!(order.body["sms"][1]["code"], "0441");
        assert_eq!(order.body["sms"][0]["text"], "Code 0440");
    }
    assert_eq!(shop.control.balance(), balance);
    assert_eq!(shop.control.deliver_late(9, "1", "1"), Err(ControlError::NoSuchOrder));
    shop.assert_books();
}

#[tokio::test]
async fn a_drift_is_more_than_minus_all() {
    let shop = Shop::open().await;
    for percent in [-100, i64::MIN] {
        assert_eq!(shop.control.set_drift(percent), Err(ControlError::BadAmount));
    }
    shop.control.set_drift(-50).unwrap();
    let listed = shop.whatsapp().price_pips;
    shop.buy().await;
    let paid = shop.control.orders()[0].price_pips;
    assert_eq!(paid, listed - listed / 2);
}
