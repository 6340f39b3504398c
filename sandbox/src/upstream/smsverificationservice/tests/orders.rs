use super::*;
use crate::upstream::wallet::Movement;

#[tokio::test]
async fn the_list_shows_the_newest_fifty() {
    let shop = Shop::with(|options| options.wallet_cents = i64::MAX / 2).await;
    shop.control.set_stock(&shop.temporary().key, 1_000).unwrap();
    for _ in 0..53 {
        shop.buy().await;
    }
    shop.control.deliver(1053, "123456", "text").unwrap();
    let listed = shop.get("orders/").await;
    let orders = listed.granted().as_array().unwrap();
    let ids: Vec<_> = orders.iter().map(|order| order["order_id"].as_u64().unwrap()).collect();
    assert_eq!(ids, (1004..=1053).rev().collect::<Vec<_>>());
    assert!(!listed.body.to_string().contains("123456"));
    for beyond in ["orders/?page=2", "orders/?limit=100"] {
        assert_eq!(shop.get(beyond).await.status, 400);
    }
    assert_eq!(shop.status(1001).await, "pending");
}

#[tokio::test]
async fn a_cancel_refunds_a_pending_order_once() {
    let shop = Shop::open().await;
    let price = shop.temporary().price_cents;
    let id = shop.buy().await;
    let cancelled = shop.act(id, "cancel").await;
    assert_eq!(
        (cancelled.status, cancelled.data()),
        (200, &json!({ "order_id": id, "status": "cancelled" }))
    );
    assert_eq!(shop.status(id).await, "cancelled");
    shop.act(id, "cancel").await.refused_wrapped(400, "Order cannot be cancelled");
    assert_eq!(shop.changes(id), [-price, price]);

    let with_code = shop.buy().await;
    shop.control.deliver(with_code, "1234", "1234").unwrap();
    shop.act(with_code, "cancel").await.refused_wrapped(400, "Order cannot be cancelled");
    assert_eq!(shop.status(with_code).await, "completed");
    assert_eq!(shop.changes(with_code), [-price]);
    // With an empty object it is the same as without a body.
    let third = shop.buy().await;
    shop.post(&format!("order/{third}/cancel/"), json!({})).await.data();
}

#[tokio::test]
async fn an_order_without_an_sms_is_cancelled_at_the_end_of_its_time_and_refunded() {
    let shop = Shop::with(|options| options.lifetime_ms = 10 * MINUTE_MS).await;
    let price = shop.temporary().price_cents;
    let (without, with) = (shop.buy().await, shop.buy().await);
    shop.control.deliver(with, "1234", "1234").unwrap();
    shop.hand.advance(10 * MINUTE_MS - 1);
    assert_eq!(shop.status(without).await, "pending");
    shop.hand.advance(1);
    assert_eq!(shop.status(without).await, "cancelled");
    assert_eq!(shop.status(with).await, "completed");
    assert_eq!((shop.changes(without), shop.changes(with)), (vec![-price, price], vec![-price]));
    let refund = shop.control.journal().pop().unwrap();
    assert_eq!(refund.movement, Movement::Refund { order: without });
    assert_eq!(refund.at_ms, START_MS + 10 * MINUTE_MS);
    for id in [without, with] {
        shop.act(id, "cancel").await.refused_wrapped(400, "Order cannot be cancelled");
        shop.act(id, "renew").await.refused_wrapped(400, "Order cannot be renewed");
    }
}

#[tokio::test]
async fn a_code_comes_at_its_time_and_only_while_the_order_lives() {
    let shop = Shop::with(|options| options.codes = CodePlan::Fixed(30_000)).await;
    let (id, cancelled) = (shop.buy().await, shop.buy().await);
    shop.hand.advance(29_999);
    assert_eq!(shop.status(id).await, "pending");
    shop.act(cancelled, "cancel").await.data();
    shop.hand.advance(1);
    let order = shop.order(id).await;
    let code = order["otp"].as_str().unwrap();
    let message = format!("Your WhatsApp code is {}-{}. Do not share it.", &code[..3], &code[3..]);
    assert_eq!((&order["status"], &order["message"]), (&json!("completed"), &json!(message)));
    assert_eq!(shop.order(cancelled).await["otp"], Value::Null);

    let late = Shop::with(|options| options.codes = CodePlan::Fixed(15 * MINUTE_MS)).await;
    let id = late.buy().await;
    late.hand.advance(20 * MINUTE_MS);
    assert_eq!(late.status(id).await, "cancelled");
    assert_eq!(late.control.orders()[0].codes, Vec::<String>::new());
}

#[tokio::test]
async fn the_newest_sms_takes_the_place_of_the_one_before() {
    let shop = Shop::open().await;
    let id = shop.buy().await;
    shop.control.deliver(id, "0001", "first").unwrap();
    shop.control.deliver(id, "0002", "second").unwrap();
    let order = shop.order(id).await;
    assert_eq!((&order["otp"], &order["message"]), (&json!("0002"), &json!("second")));
    assert_eq!(shop.control.orders()[0].codes, ["0001", "0002"]);
}

#[tokio::test]
async fn a_code_may_be_in_the_message_only() {
    let shop = Shop::open().await;
    let before = shop.buy().await;
    shop.control.set_text_only(100);
    let after = shop.buy().await;
    for id in [before, after] {
        shop.control.deliver(id, "545", "Your PayPal OTP is 545").unwrap();
    }
    assert_eq!(shop.order(before).await["otp"], "545");
    let order = shop.order(after).await;
    assert_eq!((&order["status"], &order["otp"]), (&json!("completed"), &json!("")));
    assert_eq!(order["message"], "Your PayPal OTP is 545");
}

#[tokio::test]
async fn an_sms_after_the_end_shows_and_changes_nothing_else() {
    let shop = Shop::open().await;
    let price = shop.temporary().price_cents;
    let id = shop.buy().await;
    shop.act(id, "cancel").await.data();
    assert!(shop.control.deliver(id, "1", "1").is_err());
    shop.control.deliver_late(id, "0077", "late").unwrap();
    let order = shop.order(id).await;
    assert_eq!((&order["status"], &order["otp"]), (&json!("cancelled"), &json!("0077")));
    assert_eq!(shop.changes(id), [-price, price]);
}
