use std::time::Duration;

use super::*;
use crate::upstream::{
    smsverifyo::{ControlError, Status},
    wallet::Movement,
};

#[tokio::test]
async fn the_provider_may_cancel_by_itself_and_refunds() {
    let shop = Shop::open().await;
    let order = shop.buy().await;
    shop.hand.advance(1_000);
    // No cooldown binds the provider.
    shop.control.cancel_order(order.id).unwrap();
    assert_eq!(shop.status(&order).await, "cancelled");
    assert_eq!(shop.control.balance(), OPENING);
    assert_eq!(shop.control.orders()[0].closed_ms, Some(START_MS + 1_000));
    assert_eq!(shop.control.cancel_order(order.id), Err(ControlError::WrongState));
    assert_eq!(shop.control.cancel_order(9), Err(ControlError::NoSuchOrder));
    assert_eq!(shop.control.deliver(order.id, "1", "1"), Err(ControlError::WrongState));
    assert_eq!(shop.control.deliver(9, "1", "1"), Err(ControlError::NoSuchOrder));
    shop.assert_books();
}

#[tokio::test]
async fn a_code_delivered_by_hand_takes_the_place_of_the_planned_one() {
    let shop = Shop::with(|options| options.codes = CodePlan::Fixed(30_000)).await;
    let phone = shop.buy().await.phone;
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
    let key = shop.whatsapp().key;
    let nothing = OfferKey { country_id: 9_999, ..key.clone() };
    assert_eq!(shop.control.top_up(0), Err(ControlError::BadAmount));
    assert_eq!(shop.control.top_up(i64::MAX), Err(ControlError::BadAmount));
    assert_eq!(shop.control.set_price(&key, 0), Err(ControlError::BadAmount));
    assert_eq!(shop.control.set_drift(-100), Err(ControlError::BadAmount));
    assert_eq!(shop.control.set_price(&nothing, 5), Err(ControlError::NoSuchProduct));
    assert_eq!(shop.control.set_stock(&nothing, 5), Err(ControlError::NoSuchProduct));
    shop.control.set_drift(-99).unwrap();
    shop.control.top_up(7).unwrap();
    assert_eq!(shop.control.balance(), OPENING + 7);
    assert_eq!(shop.control.journal()[1].movement, Movement::TopUp);
}

#[tokio::test]
async fn everything_can_be_steered_over_http_without_a_key() {
    let shop = Shop::open().await;
    let offer = shop.whatsapp().key;
    let url = format!("{}/sandbox", shop.running.url());
    let post =
        |path: &str, body: Value| answer(shop.http.post(format!("{url}/{path}")).json(&body));
    let get = |path: &str| answer(shop.http.get(format!("{url}/{path}")));

    for (path, body) in [
        ("stock", json!({ "offer": offer, "available": 3 })),
        ("price", json!({ "offer": offer, "pips": 1_000 })),
        ("drift", json!({ "percent": 50 })),
        ("key", json!({ "revoked": false })),
        ("top_up", json!({ "pips": 66 })),
    ] {
        assert_eq!(post(path, body).await, (200, json!({ "ok": true })), "{path}");
    }
    let (_, offers) = get("offers").await;
    let changed = json!({ "key": offer, "available": 3, "price_pips": 1_000 });
    assert!(offers["offers"].as_array().unwrap().contains(&changed));

    let (first, second, third) = (shop.buy().await, shop.buy().await, shop.buy().await);
    for body in [
        json!({ "order_id": first.id, "code": "007007", "message": "Code 007007" }),
        json!({ "phone": second.phone, "code": "1234" }),
    ] {
        assert_eq!(post("deliver", body).await.0, 200);
    }
    assert_eq!(post("cancel", json!({ "order_id": third.id })).await.0, 200);
    let (_, orders) = get("orders").await;
    assert_eq!(orders["orders"][0]["codes"], json!(["007007"]));
    assert_eq!(orders["orders"][1]["status"], "received");
    assert_eq!(orders["orders"][2]["uuid"], json!(third.uuid));
    let (_, journal) = get("journal").await;
    assert_eq!(journal["balance_pips"], OPENING + 66 - 2 * 1_500);
    assert_eq!(journal["journal"][2]["movement"], json!({ "charge": { "order": first.id } }));
    let (_, abuse) = get("abuse").await;
    assert_eq!(abuse["abuse"], json!({ "polls": 0, "revoked": false }));

    for (path, body) in [
        ("deliver", json!({ "code": "1234" })),
        ("deliver", json!({ "order_id": 9, "code": "1234" })),
        ("top_up", json!({ "idr": 66 })),
        ("price", json!({ "offer": offer })),
        ("drift", json!({ "percent": -100 })),
        ("key", json!({})),
        ("faults", json!({ "route": "buy", "fault": "garbage" })),
    ] {
        let (status, refused) = post(path, body).await;
        assert_eq!((status, &refused["ok"]), (422, &json!(false)), "{path}");
    }
    assert_eq!(get("nowhere").await.0, 404);
}

/// What a control route answered.
async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn a_test_can_wait_for_what_was_asked() {
    let shop = Shop::open().await;
    shop.buy().await;
    let asked = |route: &'static str| {
        shop.control.wait_for(Duration::from_millis(20), move |control| {
            control.request_counts().get(route).copied()
        })
    };
    assert_eq!(asked("create").await.unwrap().total, 1);
    assert!(asked("cancel").await.is_err());
}

#[tokio::test]
async fn an_sms_after_the_end_is_shown_and_changes_nothing_else() {
    let shop = Shop::open().await;
    let order = shop.buy().await;
    assert_eq!(shop.control.deliver_late(order.id, "1", "1"), Err(ControlError::WrongState));
    shop.hand.advance(20 * MINUTE_MS);
    assert_eq!(shop.control.balance(), OPENING);
    shop.control.deliver_late(order.id, "0440", "Code 0440").unwrap();
    let shown = shop.get(&format!("order/{}", order.uuid)).await;
    assert_eq!(shown.granted()["order"]["status"], "expired");
    assert_eq!(shown.body["order"]["sms_code"], "0440");
    assert_eq!(shown.body["order"]["received_at"], "2026-05-27T08:20:00Z");
    assert_eq!(shop.control.balance(), OPENING);
    assert_eq!(shop.control.deliver_late(9, "1", "1"), Err(ControlError::NoSuchOrder));
    shop.assert_books();
}
