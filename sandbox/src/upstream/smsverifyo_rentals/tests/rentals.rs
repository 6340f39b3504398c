use super::*;
use crate::upstream::{control::ControlError, wallet::Movement};

#[tokio::test]
async fn a_cancel_refunds_a_waiting_rental_once_and_at_any_age() {
    let shop = Shop::open().await;
    let rental = shop.rent().await;
    let cancel = format!("rentals/{}/cancel", rental.rental_id);
    assert_eq!(shop.post(&cancel).await.rental(200)["status"], "cancelled");
    assert_eq!(shop.control.balance(), OPENING);
    shop.post(&cancel).await.refused(409, "invalid_state");
    let with_code = shop.rent().await;
    shop.control.deliver(with_code.id, "1234", "1234").unwrap();
    let cancel = format!("rentals/{}/cancel", with_code.rental_id);
    shop.post(&cancel).await.refused(409, "invalid_state");
    assert_eq!(shop.shown(&with_code).await["status"], "received");
    assert_eq!(shop.control.balance(), OPENING - with_code.price_pips);
    shop.assert_books();
}

#[tokio::test]
async fn twenty_minutes_end_a_rental_with_a_refund_or_with_its_code() {
    let shop = Shop::open().await;
    let (without, with) = (shop.rent().await, shop.rent().await);
    shop.control.deliver(with.id, "1234", "1234").unwrap();
    shop.hand.advance(20 * MINUTE_MS - 1);
    assert_eq!(shop.shown(&without).await["status"], "waiting");
    shop.hand.advance(1);
    assert_eq!(shop.shown(&without).await["status"], "expired");
    let shown = shop.shown(&with).await;
    assert_eq!((&shown["status"], &shown["code"]), (&json!("received"), &json!("1234")));
    assert_eq!(shop.control.deliver(with.id, "5", "5"), Err(ControlError::WrongState));
    assert_eq!(shop.control.balance(), OPENING - with.price_pips);
    let refund = shop.control.journal().pop().unwrap();
    assert_eq!(refund.movement, Movement::Refund { order: without.id });
    assert_eq!(refund.at_ms, START_MS + 20 * MINUTE_MS);
    for rental in [without, with] {
        let cancel = format!("rentals/{}/cancel", rental.rental_id);
        shop.post(&cancel).await.refused(409, "invalid_state");
    }
    shop.assert_books();
}

#[tokio::test]
async fn a_code_comes_at_its_time_and_only_while_the_rental_lives() {
    let shop = Shop::with(|options| options.codes = CodePlan::Fixed(30_000)).await;
    let (rental, cancelled) = (shop.rent().await, shop.rent().await);
    assert_eq!(rental.code_due_ms, Some(START_MS + 30_000));
    shop.hand.advance(29_999);
    assert_eq!(shop.shown(&rental).await["status"], "waiting");
    shop.post(&format!("rentals/{}/cancel", cancelled.rental_id)).await.rental(200);
    shop.hand.advance(5_001);
    let shown = shop.shown(&rental).await;
    assert_eq!(shown["received_at"], "2026-05-27T08:00:30Z");
    assert_eq!(shown["code"], json!(shop.control.orders()[0].codes[0]));
    assert_eq!(shop.shown(&cancelled).await["code"], Value::Null);

    let late = Shop::with(|options| options.codes = CodePlan::Fixed(20 * MINUTE_MS)).await;
    let rental = late.rent().await;
    late.hand.advance(30 * MINUTE_MS);
    assert_eq!(late.shown(&rental).await["status"], "expired");
    assert_eq!(late.control.orders()[0].codes, Vec::<String>::new());
}

#[tokio::test]
async fn of_several_codes_the_newest_is_shown() {
    let shop = Shop::open().await;
    let rental = shop.rent().await;
    shop.control.deliver(rental.id, "0001", "first").unwrap();
    shop.hand.advance(60_000);
    shop.control.deliver(rental.id, "0002", "second").unwrap();
    let shown = shop.shown(&rental).await;
    assert_eq!(shown["code"], "0002");
    assert_eq!(shown["received_at"], "2026-05-27T08:01:00Z");
    assert_eq!(shop.control.orders()[0].codes, ["0001", "0002"]);
}
