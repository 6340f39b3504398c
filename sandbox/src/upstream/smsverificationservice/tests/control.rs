use super::*;
use crate::upstream::smsverificationservice::ControlError;

#[tokio::test]
async fn the_provider_may_cancel_by_itself_and_refunds() {
    let shop = Shop::open().await;
    let (id, with_code) = (shop.buy().await, shop.buy().await);
    shop.control.deliver(with_code, "1", "1").unwrap();
    shop.hand.advance(1_000);
    shop.control.cancel_order(id).unwrap();
    assert_eq!(shop.status(id).await, "cancelled");
    assert_eq!(shop.control.orders()[0].closed_ms, Some(START_MS + 1_000));
    assert_eq!(shop.control.balance(), OPENING - shop.temporary().price_cents);
    for id in [id, with_code] {
        assert_eq!(shop.control.cancel_order(id), Err(ControlError::WrongState));
    }
    assert_eq!(shop.control.cancel_order(9), Err(ControlError::NoSuchOrder));
    assert_eq!(shop.control.deliver(id, "1", "1"), Err(ControlError::WrongState));
    assert_eq!(shop.control.deliver_late(9, "1", "1"), Err(ControlError::NoSuchOrder));
    shop.post("order/esim/", json!({ "plan": "USA 5GB / 30 days" })).await.granted();
    let esim = shop.control.orders().pop().unwrap().id;
    assert_eq!(shop.control.deliver_late(esim, "1", "1"), Err(ControlError::WrongState));
    assert_eq!(shop.control.cancel_order(esim), Err(ControlError::WrongState));
}

#[tokio::test]
async fn a_code_delivered_by_hand_takes_the_place_of_the_planned_one() {
    let shop = Shop::with(|options| options.codes = CodePlan::Fixed(30_000)).await;
    shop.buy().await;
    let phone = shop.control.orders()[0].phone.clone().unwrap();
    shop.control.deliver_to_phone(&phone, "0042", "Code 0042").unwrap();
    shop.hand.advance(60_000);
    let order = shop.control.orders().pop().unwrap();
    assert_eq!((order.status, order.codes), (Status::Completed, vec!["0042".to_owned()]));
    assert_eq!(order.code_due_ms, None);
    assert_eq!(shop.control.deliver_to_phone("", "1", "1"), Err(ControlError::NoSuchOrder));
}

#[tokio::test]
async fn amounts_by_hand_are_checked() {
    let shop = Shop::open().await;
    let key = shop.temporary().key;
    let nothing = OfferKey::Temporary { service_id: 1 };
    assert_eq!(shop.control.top_up(0), Err(ControlError::BadAmount));
    assert_eq!(shop.control.set_price(&key, 0), Err(ControlError::BadAmount));
    assert_eq!(shop.control.set_price(&nothing, 5), Err(ControlError::NoSuchProduct));
    assert_eq!(shop.control.set_stock(&nothing, 5), Err(ControlError::NoSuchProduct));
    assert_eq!(shop.control.remove_offer(&nothing), Err(ControlError::NoSuchProduct));
    // Nothing is ever free.
    shop.control.set_drift(i64::MIN);
    let id = shop.buy().await;
    assert_eq!(shop.changes(id), [-1]);
}

#[tokio::test]
async fn everything_can_be_steered_over_http_without_a_key() {
    let shop = Shop::open().await;
    let key = shop.temporary().key;
    let url = shop.running.url();
    let post = |path: &str, body: Value| {
        reply(shop.http.post(format!("{url}/sandbox/{path}")).json(&body))
    };
    let get = |path: &str| reply(shop.http.get(format!("{url}/sandbox/{path}")));
    let id = shop.buy().await;
    shop.act(id, "cancel").await.data();
    for (path, body) in [
        ("stock", json!({ "offer": key, "count": 3 })),
        ("price", json!({ "offer": key, "cents": 123 })),
        ("remove", json!({ "offer": { "esim": { "plan": "USA 1GB / 7 days" } } })),
        ("drift", json!({ "cents": 2 })),
        ("text_only", json!({ "percent": 100 })),
        ("top_up", json!({ "cents": 66 })),
        ("callback", json!({ "url": "http://127.0.0.1:9/api/callback" })),
        ("deliver_late", json!({ "order_id": id, "code": "0001" })),
    ] {
        assert_eq!(post(path, body).await.body, json!({ "ok": true }), "{path}");
    }
    let offers = get("offers").await.body["offers"].as_array().unwrap().clone();
    let changed = json!({
        "key": { "temporary": { "service_id": WHATSAPP } }, "name": "WhatsApp", "country": "United States",
        "stock": 3, "price_cents": 123
    });
    assert!(offers.contains(&changed));
    assert!(offers.iter().all(|offer| offer["name"] != "USA 1GB / 7 days"));

    let second = shop.buy().await;
    post("deliver", json!({ "order_id": second, "code": "0002" })).await.granted();
    let third = shop.buy().await;
    post("cancel", json!({ "order_id": third })).await.granted();
    let orders = get("orders").await.body["orders"].clone();
    assert_eq!(
        (&orders[0]["codes"], &orders[0]["status"]),
        (&json!(["0001"]), &json!("cancelled"))
    );
    assert_eq!(
        (&orders[1]["status"], &orders[1]["price_cents"]),
        (&json!("completed"), &json!(125))
    );
    assert_eq!(orders[2]["status"], "cancelled");
    assert_eq!(get("journal").await.body["balance_cents"], OPENING + 66 - 125);
    assert_eq!(shop.order(second).await["otp"], "");

    for (path, body) in [
        ("price", json!({ "offer": key })),
        ("stock", json!({ "offer": { "temporary": {} }, "count": 1 })),
        ("callback", json!({ "url": "https://example.com/api/callback" })),
        ("faults", json!({ "route": "create", "fault": "garbage" })),
    ] {
        let refused = post(path, body).await;
        assert_eq!((refused.status, &refused.body["ok"]), (422, &json!(false)), "{path}");
    }
    assert_eq!(get("nowhere").await.status, 404);
}
