use serde_json::{Value, json};

use super::*;

/// The document's example.
fn example() -> Value {
    json!({
        "event": "order.otp_received", "timestamp": "2026-02-25T12:00:00+00:00",
        "data": {
            "order_id": 1001, "phone_number": "+628123456789", "otp_code": "1234",
            "otp_message": "Your verification code is 1234", "product_id": 42,
            "country": "Indonesia", "platform": "WhatsApp"
        }
    })
}

fn without_code(event: &str) -> Value {
    let mut body = example();
    body["event"] = event.into();
    body["data"]["otp_code"] = Value::Null;
    body["data"]["otp_message"] = Value::Null;
    body
}

fn told(body: &Value) -> Pushed {
    read(body.to_string().as_bytes()).unwrap()
}

fn field(body: &Value) -> String {
    read(body.to_string().as_bytes()).unwrap_err().field
}

#[test]
fn a_code_is_the_providers_word() {
    let pushed = told(&example());
    assert_eq!(pushed.order, Some("1001".into()));
    let Says::Seen(seen) = pushed.says else { panic!("{:?}", pushed.says) };
    assert_eq!((seen.id.as_str(), seen.status), ("1001", UpstreamStatus::CodeReceived));
    let [sms] = &seen.sms[..] else { panic!("one SMS") };
    assert_eq!(sms.code.as_deref(), Some("1234"));
    assert_eq!(sms.text.as_deref(), Some("Your verification code is 1234"));
    assert_eq!(sms.received_at, None, "the event's time is not the SMS's");
}

#[test]
fn an_order_that_was_refunded_is_the_providers_word() {
    let words =
        [("order.expired", UpstreamStatus::Expired), ("order.canceled", UpstreamStatus::Cancelled)];
    for (event, status) in words {
        let Says::Seen(seen) = told(&without_code(event)).says else { panic!("{event}") };
        assert_eq!((seen.status, seen.sms.len()), (status, 0));
    }
}

#[test]
fn an_order_that_is_over_or_contradicts_itself_must_be_asked_for() {
    assert_eq!(told(&without_code("order.completed")).says, Says::Look { sms: None });
    for event in ["order.completed", "order.expired", "order.canceled"] {
        let mut body = example();
        body["event"] = event.into();
        assert!(matches!(told(&body).says, Says::Look { sms: Some(_) }), "{event}");
    }
}

#[test]
fn a_test_and_an_unknown_event_say_nothing() {
    for event in ["webhook.test", "order.praised"] {
        let pushed = told(&json!({ "event": event, "data": {} }));
        assert_eq!((pushed.order, pushed.says), (None, Says::Nothing), "{event}");
    }
}

#[test]
fn copies_are_told_from_other_events() {
    let changes: [(&str, Value); 5] = [
        ("/event", json!("order.completed")),
        ("/timestamp", json!("2026-02-25T12:00:01+00:00")),
        ("/data/order_id", json!(1002)),
        ("/data/otp_code", json!("1235")),
        ("/data/otp_message", json!("Another 1234")),
    ];
    let first = told(&example());
    assert_eq!(first, told(&example()));
    assert!(!first.dedup.contains("1234"));
    for (place, value) in changes {
        let mut other = example();
        *other.pointer_mut(place).unwrap() = value;
        assert_ne!(first.dedup, told(&other).dedup, "{place}");
    }
}

#[test]
fn what_is_not_as_promised_is_named() {
    assert_eq!(field(&json!({})), "the body.event");
    assert_eq!(field(&without_code("order.otp_received")), "data.otp_code");
    for (place, value, named) in [
        ("/timestamp", json!("yesterday"), "timestamp"),
        ("/data/order_id", json!("1001"), "data.order_id"),
        ("/data/otp_code", json!(1234), "data.otp_code"),
    ] {
        let mut body = example();
        *body.pointer_mut(place).unwrap() = value;
        assert_eq!(field(&body), named);
    }
    let mut body = example();
    body["data"].as_object_mut().unwrap().remove("otp_message");
    assert_eq!(field(&body), "data.otp_message");
    assert_eq!(read(b"<html>").unwrap_err().field, "the body (not JSON)");
}
