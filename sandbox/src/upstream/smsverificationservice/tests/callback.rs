use super::*;
use crate::upstream::{
    testing::{Listener, NEVER, PATIENCE},
    webhook::{Outcome, PushFault},
};

/// A shop whose callback somebody listens to.
async fn listening(change: impl FnOnce(&mut Options)) -> (Shop, Listener) {
    let (shop, listener) = (Shop::with(change).await, Listener::open().await);
    shop.control.set_callback(&listener.url).unwrap();
    (shop, listener)
}

/// The next message.
async fn heard(listener: &mut Listener) -> Value {
    let body: Value = serde_json::from_str(&listener.next_body().await).unwrap();
    assert_eq!(body["event"], "incoming_message");
    body["message"].clone()
}

#[tokio::test]
async fn an_sms_is_posted_as_documented_the_moment_it_arrives_and_unsigned() {
    let (shop, mut listener) = listening(|options| options.codes = CodePlan::Fixed(8_000)).await;
    let id = shop.buy().await;
    // Nobody asks any more: the callback comes by itself.
    shop.hand.advance(8_000);
    let (headers, body) = listener.next().await;
    assert_eq!(headers["content-type"], "application/json");
    assert!(headers.keys().all(|name| !name.as_str().contains("signature")));
    let order = shop.order(id).await;
    assert_eq!(
        serde_json::from_str::<Value>(&body).unwrap(),
        json!({
            "event": "incoming_message",
            "message": {
                "order_id": id,
                "number": order["phone"].as_str().unwrap().replace(['+', ' '], ""),
                "service": "whatsapp",
                "sender": "8843",
                "sms": order["message"],
                "type": "str",
            },
        })
    );
    assert_eq!(order["status"], "completed");
}

#[tokio::test]
async fn every_sms_is_posted_once_whether_second_late_or_without_an_otp() {
    let (shop, mut listener) = listening(|options| options.text_only_percent = 100).await;
    let (id, cancelled, rental) = (shop.buy().await, shop.buy().await, shop.rent(3).await);
    shop.act(cancelled, "cancel").await.data();
    for (order, text) in
        [(id, "Your OTP is 545"), (id, "Your OTP is 546"), (rental, "Your OTP is 1")]
    {
        shop.control.deliver(order, "0", text).unwrap();
        let message = heard(&mut listener).await;
        assert_eq!((&message["order_id"], &message["sms"]), (&json!(order), &json!(text)));
    }
    shop.control.deliver_late(cancelled, "0", "late").unwrap();
    assert_eq!(heard(&mut listener).await["order_id"], cancelled);
    assert_eq!(shop.order(id).await["otp"], "");
    shop.control.pushes().push("last", None, &json!({}));
    assert_eq!(listener.next_body().await, "{}");
}

#[tokio::test]
async fn a_callback_that_fails_or_takes_too_long_is_repeated() {
    let (shop, mut listener) = listening(|_| {}).await;
    let id = shop.buy().await;
    let attempts = async |count: usize| {
        let all = |control: &Control| (control.pushes().book().len() == count).then_some(());
        shop.control.wait_for(PATIENCE, all).await.unwrap();
    };
    listener.answers(503);
    shop.control.deliver(id, "1234", "Code 1234").unwrap();
    let first = heard(&mut listener).await;
    attempts(1).await;
    listener.answers(NEVER);
    shop.hand.advance(5_000);
    assert_eq!(heard(&mut listener).await, first);
    shop.hand.advance(5_000);
    attempts(2).await;
    listener.answers(200);
    shop.hand.advance(10_000);
    assert_eq!(heard(&mut listener).await, first);
    attempts(3).await;
    let book = shop.control.pushes().book();
    let outcomes: Vec<_> = book.iter().map(|sent| sent.outcome).collect();
    let expected = [Outcome::Answered(503), Outcome::NoAnswer, Outcome::Answered(200)];
    assert_eq!(outcomes, expected);
    assert!(book.iter().all(|sent| (sent.event, sent.order) == ("incoming_message", Some(id))));
}

#[tokio::test]
async fn a_lost_callback_leaves_the_code_in_the_order() {
    let (shop, mut listener) = listening(|_| {}).await;
    let (lost, told) = (shop.buy().await, shop.buy().await);
    shop.control.pushes().fault_once(PushFault::Lose);
    for id in [lost, told] {
        shop.control.deliver(id, "0123", "Code 0123").unwrap();
    }
    assert_eq!(heard(&mut listener).await["order_id"], told);
    assert_eq!(shop.order(lost).await["otp"], "0123");
    let url = format!("{}/sandbox/pushes", shop.running.url());
    let book = reply(shop.http.get(url)).await.body["pushes"].clone();
    assert_eq!((&book[0]["order"], &book[0]["outcome"]), (&json!(lost), &json!("lost")));
}
