use super::*;
use crate::upstream::{
    testing::{Listener, NEVER, PATIENCE},
    webhook::{Outcome, PushFault},
};

/// A shop that listens, with the secret "shared".
async fn listening() -> (Shop, Listener) {
    let (shop, listener) = (Shop::open().await, Listener::open().await);
    shop.control.set_webhook(&listener.url, Some("shared")).unwrap();
    (shop, listener)
}

/// The next push.
async fn pushed(listener: &mut Listener) -> Value {
    serde_json::from_str(&listener.next_body().await).unwrap()
}

/// The next push's event and order.
async fn heard(listener: &mut Listener) -> (String, u64) {
    let body = pushed(listener).await;
    (body["event"].as_str().unwrap().to_owned(), body["data"]["order_id"].as_u64().unwrap())
}

#[tokio::test]
async fn the_webhook_is_set_shown_and_cleared() {
    for version in ["v1", "v2"] {
        let shop = Shop::open().await;
        let path = format!("/{version}/webhook");
        let patch = |body: Value| reply(shop.request("PATCH", &path).json(&body));
        let unset = json!({ "webhook_url": null, "webhook_secret": null });
        assert_eq!(*shop.get(&path).await.data(), unset);

        let set = patch(json!({ "webhook_url": "https://example.com/webhook" })).await;
        let secret = set.data()["webhook_secret"].as_str().unwrap();
        assert_eq!(secret.len(), 32);
        assert_eq!(set.data()["webhook_url"], "https://example.com/webhook");
        assert_eq!(shop.get(&path).await.data(), set.data());
        let moved = patch(json!({ "webhook_url": "https://example.com/other" })).await;
        assert_eq!(moved.data()["webhook_secret"], secret);
        let own = patch(json!({ "webhook_secret": "mine" })).await;
        assert_eq!(
            *own.data(),
            json!({ "webhook_url": "https://example.com/other", "webhook_secret": "mine" })
        );
        let cleared = patch(json!({ "webhook_url": "", "webhook_secret": "" })).await;
        assert_eq!(*cleared.data(), unset);
    }
}

#[tokio::test]
async fn a_webhook_that_is_not_https_or_not_there_is_refused() {
    let shop = Shop::open().await;
    for version in ["v1", "v2"] {
        let patch =
            |body: Value| reply(shop.request("PATCH", &format!("/{version}/webhook")).json(&body));
        for body in [
            json!({}),
            json!({ "webhook_url": "http://example.com" }),
            json!({ "webhook_url": "http://127.0.0.1.example.com" }),
            json!({ "webhook_url": "https://" }),
            json!({ "webhook_url": "example.com" }),
            json!({ "webhook_url": 7 }),
            json!({ "url": "https://example.com" }),
        ] {
            patch(body).await.refused(422, "VALIDATION_ERROR");
        }
        let test = async || reply(shop.request("POST", &format!("/{version}/webhook/test"))).await;
        test().await.refused(422, "VALIDATION_ERROR");
        patch(json!({ "webhook_url": "https://example.com" })).await.data();
        test().await.refused(503, "SERVICE_UNAVAILABLE");
        let book = shop.control.pushes().book();
        assert_eq!(book.last().unwrap().outcome, Outcome::NotLoopback);
        patch(json!({ "webhook_url": "" })).await.data();
    }
}

#[tokio::test]
async fn a_code_is_pushed_as_documented_the_moment_it_arrives() {
    let mut listener = Listener::open().await;
    let shop = Shop::with(|options| options.codes = CodePlan::Fixed(8_000)).await;
    let set =
        reply(shop.request("PATCH", "/v2/webhook").json(&json!({ "webhook_url": listener.url })));
    let secret = set.await.data()["webhook_secret"].as_str().unwrap().to_owned();
    let id = shop.buy("v2", shop.whatsapp().id).await;
    // Nobody asks any more: the push comes by itself.
    shop.hand.advance(8_000);
    let (headers, body) = listener.next().await;
    let signature = crate::upstream::webhook::sign(&secret, body.as_bytes());
    assert_eq!(headers["x-webhook-signature"], signature);
    let body: Value = serde_json::from_str(&body).unwrap();
    let order = &shop.control.orders()[0];
    let code = order.code.clone().unwrap();
    let message = shop.get("/v2/orders/active").await.data()[0]["otp_message"].clone();
    assert_eq!(
        body,
        json!({
            "event": "order.otp_received",
            "timestamp": "2026-05-27T08:00:08+00:00",
            "data": {
                "order_id": id,
                "phone_number": order.phone,
                "otp_code": code,
                "otp_message": message,
                "product_id": shop.whatsapp().id,
                "country": "Indonesia",
                "platform": "WhatsApp",
            },
        })
    );
}

#[tokio::test]
async fn each_end_of_an_order_is_pushed_once() {
    let (shop, mut listener) = listening().await;
    let product = shop.whatsapp().id;
    let mut ids = [0; 5];
    for id in &mut ids {
        *id = shop.buy("v1", product).await;
    }
    let [finished, canceled, withdrawn, kept, unused] = ids;
    let event = |name: &str, id| (format!("order.{name}"), id);
    for id in [finished, kept] {
        shop.control.deliver(id, "0123", "Your code is 0123").unwrap();
        assert_eq!(heard(&mut listener).await, event("otp_received", id));
    }
    shop.post("/v1/orders/finish", json!({ "id": finished })).await.data();
    assert_eq!(heard(&mut listener).await, event("completed", finished));
    // The document has no event for what the provider does by itself.
    shop.control.cancel_order(withdrawn).unwrap();
    shop.hand.advance(2 * MINUTE_MS);
    shop.post("/v2/orders/cancel", json!({ "id": canceled })).await.data();
    let body = pushed(&mut listener).await;
    assert_eq!(body["event"], "order.canceled");
    assert_eq!(
        (&body["data"]["order_id"], &body["data"]["otp_code"], &body["data"]["otp_message"]),
        (&json!(canceled), &Value::Null, &Value::Null)
    );
    shop.hand.advance(18 * MINUTE_MS);
    let ended = pushed(&mut listener).await;
    assert_eq!(
        (&ended["event"], &ended["data"]["otp_code"]),
        (&json!("order.completed"), &json!("0123"))
    );
    assert_eq!(ended["data"]["order_id"], kept);
    assert_eq!(heard(&mut listener).await, event("expired", unused));
    shop.control.pushes().push("last", None, &json!({}));
    assert_eq!(listener.next_body().await, "{}");
    shop.assert_books();
}

#[tokio::test]
async fn a_second_sms_and_a_late_one_are_pushed_like_the_first() {
    let (shop, mut listener) = listening().await;
    let product = shop.whatsapp().id;
    let (id, late) = (shop.buy("v2", product).await, shop.buy("v2", product).await);
    for code in ["1111", "2222"] {
        shop.control.deliver(id, code, code).unwrap();
        assert_eq!(pushed(&mut listener).await["data"]["otp_code"], code);
    }
    assert!(shop.control.deliver_late(id, "3333", "3333").is_err());
    shop.hand.advance(2 * MINUTE_MS);
    shop.post("/v2/orders/cancel", json!({ "id": late })).await.data();
    assert_eq!(heard(&mut listener).await.0, "order.canceled");
    shop.control.deliver_late(late, "0440", "Code 0440").unwrap();
    let body = pushed(&mut listener).await;
    assert_eq!(
        (&body["event"], &body["data"]["otp_code"]),
        (&json!("order.otp_received"), &json!("0440"))
    );
    let order = shop.order(late).await;
    assert_eq!((&order["status"], &order["otp_code"]), (&json!("CANCELED"), &json!("0440")));
    shop.assert_books();
}

#[tokio::test]
async fn the_test_route_really_posts_and_tells_the_status() {
    let (shop, mut listener) = listening().await;
    let test = async || reply(shop.request("POST", "/v2/webhook/test")).await;
    for status in [200, 204, 404, 500] {
        listener.answers(status);
        assert_eq!(*test().await.data(), json!({ "status_code": status }));
        assert_eq!(pushed(&mut listener).await["event"], "webhook.test");
    }
    listener.answers(NEVER);
    let waiting = async {
        listener.next().await;
        shop.hand.advance(3_000);
    };
    let (late, ()) = tokio::join!(test(), waiting);
    late.refused(503, "SERVICE_UNAVAILABLE");
    drop(listener);
    test().await.refused(503, "SERVICE_UNAVAILABLE");
    for _ in 0..4 {
        test().await;
    }
    let limited = test().await;
    limited.refused(429, "RATE_LIMIT_EXCEEDED");
    assert_eq!(limited.retry_after.as_deref(), Some("57"));
}

#[tokio::test]
async fn pushes_are_steered_and_seen_over_the_control_routes() {
    let (shop, mut listener) = listening().await;
    shop.post("/sandbox/push_faults", json!({ "fault": "lose", "times": 1 })).await;
    let rules = shop.get("/sandbox/push_faults").await.body;
    assert_eq!(rules["push_faults"], json!([{ "fault": "lose", "times": 1 }]));
    let id = shop.buy("v1", shop.whatsapp().id).await;
    shop.control.deliver(id, "1111", "1111").unwrap();
    shop.post("/sandbox/push", json!({ "event": "order.unheard_of" })).await;
    assert_eq!(pushed(&mut listener).await, json!({ "event": "order.unheard_of" }));
    let all = |control: &Control| (control.pushes().book().len() == 2).then_some(());
    shop.control.wait_for(PATIENCE, all).await.unwrap();
    let book = shop.get("/sandbox/pushes").await.body["pushes"].clone();
    assert_eq!(
        (&book[0]["event"], &book[0]["outcome"], &book[1]["outcome"]),
        (&json!("order.otp_received"), &json!("lost"), &json!({ "answered": 200 }))
    );
    shop.control.pushes().fault_always(PushFault::Garbage);
    reply(shop.request("DELETE", "/sandbox/push_faults")).await;
    assert_eq!(shop.control.pushes().fault_rules(), []);
}
