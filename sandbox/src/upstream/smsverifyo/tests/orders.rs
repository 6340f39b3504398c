use super::*;
use crate::upstream::{control::ControlError, wallet::Movement};

#[tokio::test]
async fn a_cancel_waits_for_the_cooldown_and_refunds_once() {
    let shop = Shop::open().await;
    let order = shop.buy().await;
    let cancel = format!("order/{}/cancel", order.uuid);
    shop.hand.advance(2 * MINUTE_MS - 1);
    shop.post(&cancel).await.refused(409, "invalid_state");
    assert_eq!(shop.control.balance(), OPENING - order.price_pips);
    shop.hand.advance(1);
    let cancelled = shop.post(&cancel).await;
    assert_eq!(
        *cancelled.granted(),
        json!({ "ok": true, "status": "cancelled", "balance_usd": number("42.5000") })
    );
    shop.post(&cancel).await.refused(409, "invalid_state");
    assert_eq!(shop.status(&order).await, "cancelled");
    assert_eq!(shop.control.balance(), OPENING);
    shop.assert_books();
}

#[tokio::test]
async fn the_cooldown_is_an_option() {
    let shop = Shop::with(|options| options.cancel_after_ms = 0).await;
    let order = shop.buy().await;
    shop.post(&format!("order/{}/cancel", order.uuid)).await.granted();
}

#[tokio::test]
async fn an_order_with_an_sms_is_never_cancelled() {
    let shop = Shop::open().await;
    let order = shop.buy().await;
    shop.control.deliver(order.id, "1234", "1234").unwrap();
    let cancel = format!("order/{}/cancel", order.uuid);
    for _ in 0..3 {
        shop.post(&cancel).await.refused(409, "invalid_state");
        shop.hand.advance(9 * MINUTE_MS);
    }
    assert_eq!(shop.status(&order).await, "finished");
    assert_eq!(shop.control.balance(), OPENING - order.price_pips);
}

#[tokio::test]
async fn only_a_received_order_can_be_finished() {
    let shop = Shop::open().await;
    let order = shop.buy().await;
    let finish = format!("order/{}/finish", order.uuid);
    shop.post(&finish).await.refused(409, "invalid_state");
    shop.control.deliver(order.id, "1234", "1234").unwrap();
    shop.post(&finish).await.granted();
    shop.post(&finish).await.refused(409, "invalid_state");
    assert_eq!(shop.control.deliver(order.id, "5", "5"), Err(ControlError::WrongState));
}

#[tokio::test]
async fn twenty_minutes_end_an_order_with_a_refund_or_with_its_code() {
    let shop = Shop::open().await;
    let (without, with) = (shop.buy().await, shop.buy().await);
    shop.control.deliver(with.id, "1234", "1234").unwrap();
    shop.hand.advance(20 * MINUTE_MS - 1);
    assert_eq!(shop.status(&without).await, "waiting");
    assert_eq!(shop.status(&with).await, "received");
    shop.hand.advance(1);
    assert_eq!(shop.status(&without).await, "expired");
    assert_eq!(shop.status(&with).await, "finished");
    assert_eq!(shop.get(&format!("order/{}", with.uuid)).await.body["order"]["sms_code"], "1234");
    assert_eq!(shop.control.balance(), OPENING - with.price_pips);
    let refund = shop.control.journal().pop().unwrap();
    assert_eq!(refund.movement, Movement::Refund { order: without.id });
    assert_eq!(refund.at_ms, START_MS + 20 * MINUTE_MS);
    for action in ["cancel", "finish"] {
        shop.post(&format!("order/{}/{action}", without.uuid)).await.refused(409, "invalid_state");
    }
    shop.assert_books();
}

#[tokio::test]
async fn a_refund_by_expiry_shows_in_the_balance_without_anyone_asking_for_the_order() {
    let shop = Shop::open().await;
    shop.buy().await;
    shop.hand.advance(20 * MINUTE_MS);
    assert_eq!(shop.get("balance").await.granted()["balance_usd"].to_string(), "42.5000");
}

#[tokio::test]
async fn a_code_comes_at_its_time_and_only_while_the_order_lives() {
    let shop = Shop::with(|options| options.codes = CodePlan::Fixed(130_000)).await;
    let (order, cancelled) = (shop.buy().await, shop.buy().await);
    assert_eq!(order.code_due_ms, Some(START_MS + 130_000));
    shop.hand.advance(129_999);
    assert_eq!(shop.status(&order).await, "waiting");
    shop.post(&format!("order/{}/cancel", cancelled.uuid)).await.granted();
    shop.hand.advance(5_001);
    let reply = shop.get(&format!("order/{}", order.uuid)).await;
    assert_eq!(reply.granted()["order"]["received_at"], "2026-05-27T08:02:10Z");
    let code = shop.control.orders()[0].codes[0].clone();
    assert_eq!(reply.body["order"]["sms_code"], json!(code));
    let dead = shop.get(&format!("order/{}", cancelled.uuid)).await;
    assert_eq!(dead.granted()["order"].get("sms_code"), None);

    let late = Shop::with(|options| options.codes = CodePlan::Fixed(20 * MINUTE_MS)).await;
    let order = late.buy().await;
    late.hand.advance(30 * MINUTE_MS);
    assert_eq!(late.status(&order).await, "expired");
    assert_eq!(late.control.orders()[0].codes, Vec::<String>::new());
}

#[tokio::test]
async fn of_several_sms_the_newest_is_shown() {
    let shop = Shop::open().await;
    let order = shop.buy().await;
    shop.control.deliver(order.id, "0001", "first").unwrap();
    shop.hand.advance(60_000);
    shop.control.deliver(order.id, "0002", "second").unwrap();
    let reply = shop.get(&format!("order/{}", order.uuid)).await;
    let shown = &reply.granted()["order"];
    assert_eq!((&shown["status"], &shown["sms_code"]), (&json!("received"), &json!("0002")));
    assert_eq!(shown["received_at"], "2026-05-27T08:01:00Z");
    assert_eq!(shop.control.orders()[0].codes, ["0001", "0002"]);
}
