use reqwest::StatusCode;
use serde_json::{Value, json};

use super::*;
use crate::{
    ids::ProductRef,
    upstream::{UpstreamStatus, contract::one},
};

fn product(reference: &str) -> Product {
    Product::read(&ProductRef::from(reference)).unwrap()
}

fn answered(status: u16, body: &str) -> Answer {
    Answer {
        status: StatusCode::from_u16(status).unwrap(),
        retry_after: Some(Duration::from_secs(9)),
        body: body.as_bytes().to_vec(),
    }
}

fn raw(status: u16, body: &str) -> Placing {
    judge(&Ok(answered(status, body)), &product("temporary/1012"))
}

fn answer(status: u16, body: &Value) -> Placing {
    raw(status, &body.to_string())
}

#[track_caller]
fn rejected(placing: Placing) -> Rejection {
    match placing {
        Placing::Rejected(rejection) => rejection,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn unclear(placing: Placing) -> Unclear {
    match placing {
        Placing::Unknown(unclear) => unclear,
        other => panic!("{other:?}"),
    }
}

fn bought() -> Value {
    json!({
        "success": true,
        "data": { "order_id": 458_731, "phone": "+1 415 555 0123", "status": "pending" }
    })
}

fn rented() -> Value {
    json!({
        "success": true, "order_id": 458_732, "phone": "+1 415 555 0124", "sell_price": 4.00,
        "price": 4.00, "status": "active", "expiry_date": "2026-05-14T05:00:00Z"
    })
}

fn installed() -> Value {
    json!({
        "success": true, "order_id": 458_737, "activation_code": "SIM-1234567890",
        "sell_price": 12.00, "price": 12.00, "status": "active"
    })
}

#[test]
fn the_documented_answers_are_sold() {
    for (reference, body, id) in [
        ("temporary/1012", bought(), "458731"),
        ("best/1012", bought(), "458731"),
        ("day/4421", bought(), "458731"),
        ("month/7821", bought(), "458731"),
        ("global/4/1012", bought(), "458731"),
        ("rental3/WhatsApp", rented(), "458732"),
        ("rental30/WhatsApp", rented(), "458732"),
        ("esim/USA 5GB / 30 days", installed(), "458737"),
    ] {
        for status in [200, 201] {
            let order = one(judge(&Ok(answered(status, &body.to_string())), &product(reference)));
            assert_eq!((order.id.as_str(), order.status), (id, UpstreamStatus::Active));
            assert_eq!(order.product, Some(ProductRef::from(reference)));
        }
    }
}

#[test]
fn what_was_sold_and_cannot_be_read_is_in_doubt() {
    for field in ["order_id", "phone", "status"] {
        for spoilt in [None, Some(json!(true))] {
            let mut body = bought();
            match spoilt {
                None => drop(body["data"].as_object_mut().unwrap().remove(field)),
                Some(value) => body["data"][field] = value,
            }
            // Words change nothing about an order.
            body["error"] = "Insufficient balance".into();
            let reason = unclear(answer(201, &body)).reason;
            assert!(reason.contains(field), "{field}: {reason}");
        }
    }
    let mut body = bought();
    body["data"]["status"] = "sold".into();
    unclear(answer(201, &body));
    for field in ["order_id", "phone", "sell_price", "status", "expiry_date"] {
        let mut body = rented();
        body.as_object_mut().unwrap().remove(field);
        body["error"] = "Service not found".into();
        unclear(judge(&Ok(answered(201, &body.to_string())), &product("rental3/WhatsApp")));
    }
    for field in ["order_id", "activation_code", "sell_price", "status"] {
        let mut body = installed();
        body.as_object_mut().unwrap().remove(field);
        unclear(judge(&Ok(answered(200, &body.to_string())), &product("esim/USA")));
    }
    for body in ["", "ok", "null", "[]", "{}", "{\"data\": 1", "<p>Service not found</p>", "true"] {
        unclear(raw(200, body));
    }
    // Another purchase's envelope promises nothing about this one.
    unclear(answer(201, &rented()));
    unclear(answer(200, &json!({ "success": true })));
    unclear(answer(200, &json!({ "success": true, "error": "Insufficient balance" })));
    unclear(answer(200, &json!({ "success": false, "error": "Try again" })));
}

#[test]
fn refusals_are_told_by_their_words_in_every_envelope() {
    for (words, rejection) in [
        ("Insufficient balance", Rejection::UpstreamFunds),
        ("Service not available", Rejection::NoNumbers),
        ("Service not found", Rejection::OfferGone),
        ("Plan not found", Rejection::OfferGone),
        ("SERVICE NOT AVAILABLE", Rejection::NoNumbers),
    ] {
        for status in [200, 400, 402, 404, 409, 422] {
            for body in [
                json!({ "error": words }),
                json!({ "success": false, "error": words }),
                json!({ "detail": words }),
            ] {
                assert_eq!(rejected(answer(status, &body)), rejection, "{status} {body}");
            }
        }
    }
}

#[test]
fn documented_refusals_sold_nothing_whatever_their_words() {
    let words = json!({ "success": false, "error": "No" });
    assert_eq!(rejected(answer(400, &words)), Rejection::Invalid("status 400".to_owned()));
    assert_eq!(rejected(raw(400, "<h1>Bad</h1>")), Rejection::Invalid("status 400".to_owned()));
    let fields = json!({ "area_code": ["Enter a 3-digit US area code."], "x": ["No."] });
    let invalid = Rejection::Invalid("status 400 for area_code, x".to_owned());
    assert_eq!(rejected(answer(400, &fields)), invalid);
    assert_eq!(rejected(answer(402, &words)), Rejection::UpstreamFunds);
    assert_eq!(rejected(answer(404, &words)), Rejection::OfferGone);
    assert_eq!(rejected(raw(404, "")), Rejection::OfferGone);
    for status in [401, 403] {
        let placing = answer(status, &json!({ "error": "Invalid API key" }));
        assert_eq!(rejected(placing), Rejection::KeyRefused);
    }
    let Rejection::NotNow { retry_after, .. } = rejected(raw(429, "")) else { panic!() };
    assert_eq!(retry_after.as_secs(), 9);
}

#[test]
fn everything_else_is_in_doubt_and_keeps_its_wait() {
    for (status, body) in [
        (500, "{\"error\": \"Insufficient balance\"}"),
        (500, "{\"success\": false, \"error\": \"Service not available\"}"),
        (502, "no numbers"),
        (503, "{\"error\": \"Service not available\"}"),
        (504, ""),
        (301, ""),
        (100, ""),
        (408, "Request Timeout"),
        (409, "{\"error\": \"Conflict\"}"),
        (415, "{\"detail\": \"Unsupported media type\"}"),
    ] {
        let Unclear { reason, retry_after } = unclear(raw(status, body));
        assert_eq!((reason, retry_after.unwrap().as_secs()), (format!("status {status}"), 9));
    }
}

#[test]
fn only_what_was_not_sent_was_not_bought() {
    for judged in [
        judge(&Err(Lost::Unreachable), &product("temporary/1012")),
        judge_renewal(&Err(Lost::Unreachable), 458_732),
    ] {
        let rejection = rejected(judged);
        assert!(matches!(rejection, Rejection::NotNow { .. }), "{rejection:?}");
    }
    unclear(judge(&Err(Lost::NoAnswer("timeout")), &product("temporary/1012")));
    unclear(judge_renewal(&Err(Lost::NoAnswer("timeout")), 458_732));
}

#[test]
fn a_renewal_is_of_the_order_that_was_asked_for() {
    let body = json!({
        "success": true,
        "data": { "order_id": 458_732, "status": "active", "phone": "+1 415 555 0124" }
    });
    let judged = |status, number| judge_renewal(&Ok(answered(status, &body.to_string())), number);
    let order = one(judged(200, 458_732));
    assert_eq!((order.id.as_str(), order.status), ("458732", UpstreamStatus::Active));
    assert_eq!((order.product, order.expires_at), (None, None));
    assert!(unclear(judged(200, 458_733)).reason.contains("order_id"));
    unclear(judged(500, 458_732));
    let refused = |status, words: &str| {
        let body = json!({ "success": false, "error": words });
        rejected(judge_renewal(&Ok(answered(status, &body.to_string())), 458_732))
    };
    assert_eq!(refused(402, "Insufficient balance"), Rejection::UpstreamFunds);
    assert_eq!(refused(404, "Order not found"), Rejection::OfferGone);
    let invalid = Rejection::Invalid("status 400".to_owned());
    assert_eq!(refused(400, "Order cannot be renewed"), invalid);
}
