use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::*;
use crate::upstream::{
    testing::{Listener, PATIENCE},
    webhook::{Outcome, PushFault, Sent},
};

const SECRET: &str = "shared";

/// A shop that listens.
async fn listening(change: impl FnOnce(&mut Options)) -> (Shop, Listener) {
    let (shop, listener) = (Shop::with(change).await, Listener::open().await);
    shop.control.set_webhook(&listener.url, SECRET).unwrap();
    (shop, listener)
}

fn signature(body: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    hex::encode(mac.chain_update(body).finalize().into_bytes())
}

#[tokio::test]
async fn a_code_is_pushed_as_the_guide_says_with_a_signature_over_its_bytes() {
    let (shop, mut listener) = listening(|_| {}).await;
    let rental = shop.rent().await;
    shop.hand.advance(40_999);
    shop.control.deliver(rental.id, "012345", "Your code is 012345").unwrap();
    let (headers, body) = listener.next().await;
    assert_eq!(
        serde_json::from_str::<Value>(&body).unwrap(),
        json!({
            "rental_id": rental.rental_id, "code": "012345", "received_at": "2026-05-27T08:00:40Z"
        })
    );
    assert_eq!(headers["x-signature"], signature(&body));
    let sent = shop.control.wait_for(PATIENCE, |control| control.pushes().book().pop()).await;
    assert_eq!(
        sent.unwrap(),
        Sent {
            at_ms: START_MS + 40_999,
            event: "code",
            order: Some(rental.id),
            attempt: 1,
            outcome: Outcome::Answered(200)
        }
    );
}

#[tokio::test]
async fn a_planned_code_is_pushed_without_anyone_asking_and_so_is_every_further_one() {
    let (shop, mut listener) = listening(|options| options.codes = CodePlan::Fixed(30_000)).await;
    let rental = shop.rent().await;
    shop.hand.advance(30_000);
    let body: Value = serde_json::from_str(&listener.next_body().await).unwrap();
    assert_eq!(body["code"], json!(shop.control.orders()[0].codes[0]));
    shop.control.deliver(rental.id, "0002", "second").unwrap();
    let body: Value = serde_json::from_str(&listener.next_body().await).unwrap();
    assert_eq!(body["code"], "0002");
}

#[tokio::test]
async fn only_codes_are_pushed() {
    let (shop, mut listener) = listening(|_| {}).await;
    let (cancelled, expired) = (shop.rent().await, shop.rent().await);
    shop.post(&format!("rentals/{}/cancel", cancelled.rental_id)).await.rental(200);
    shop.hand.advance(20 * MINUTE_MS);
    assert_eq!(shop.shown(&expired).await["status"], "expired");
    // Pushes keep their order, so this one would come after any of those.
    let rental = shop.rent().await;
    shop.control.deliver(rental.id, "7", "7").unwrap();
    let body: Value = serde_json::from_str(&listener.next_body().await).unwrap();
    assert_eq!(body["rental_id"], json!(rental.rental_id));
}

#[tokio::test]
async fn a_forged_push_does_not_verify_and_a_lost_one_is_there_to_be_polled() {
    let (shop, mut listener) = listening(|_| {}).await;
    let rental = shop.rent().await;
    shop.control.pushes().fault_once(PushFault::Lose);
    shop.control.deliver(rental.id, "0001", "lost").unwrap();
    assert_eq!(shop.shown(&rental).await["code"], "0001");
    shop.control.pushes().fault_once(PushFault::Forge);
    shop.control.deliver(rental.id, "0002", "forged").unwrap();
    let (headers, body) = listener.next().await;
    assert!(body.contains("0002"));
    assert_ne!(headers["x-signature"], signature(&body));
}

#[tokio::test]
async fn without_a_webhook_nothing_is_pushed() {
    let (shop, _listener) = listening(|_| {}).await;
    shop.control.clear_webhook();
    let rental = shop.rent().await;
    shop.control.deliver(rental.id, "0001", "unheard").unwrap();
    assert_eq!(shop.shown(&rental).await["code"], "0001");
    assert_eq!(shop.control.pushes().book(), []);
}
