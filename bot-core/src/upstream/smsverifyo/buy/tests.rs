use reqwest::StatusCode;
use serde_json::{Value, json};

use super::*;
use crate::{
    money::Money,
    upstream::{UpstreamStatus, contract::one},
};

const ASKED: &str = "d01f2e3d-4c5b-4a69-8877-96a5b4c3d2e1/0";

fn raw(status: u16, body: &str) -> Placing {
    let answer = Answer {
        status: StatusCode::from_u16(status).unwrap(),
        retry_after: Some(Duration::from_secs(9)),
        body: body.as_bytes().to_vec(),
    };
    judge(&Ok(answer), &ProductRef::from(ASKED))
}

fn answer(status: u16, body: &Value) -> Placing {
    raw(status, &body.to_string())
}

fn error(code: &str) -> Value {
    json!({ "ok": false, "error": { "message": "Sorry", "code": code } })
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
    json!({ "ok": true, "order": {
        "id": "b71f2e3d-4c5b-4a69-8877-96a5b4c3d2e1", "phone": "79001234567",
        "status": "waiting", "price_usd": 0.18, "balance_usd": 42.32,
        "expires_at": "2026-07-03T02:00:00Z"
    } })
}

#[test]
fn the_documented_answer_is_a_sold_number() {
    let order = one(answer(200, &bought()));
    assert_eq!(order.id.as_str(), "b71f2e3d-4c5b-4a69-8877-96a5b4c3d2e1");
    assert_eq!(order.status, UpstreamStatus::Active);
    assert_eq!(order.product.unwrap().as_str(), ASKED);
    assert_eq!(order.cost.unwrap().money, Money::from_raw(1_800));
}

#[test]
fn a_success_that_cannot_be_read_is_in_doubt_and_names_the_field() {
    for field in ["id", "phone", "status", "price_usd", "expires_at"] {
        let mut body = bought();
        body["order"].as_object_mut().unwrap().remove(field);
        assert!(unclear(answer(200, &body)).reason.contains(field), "{field}");
        let mut body = bought();
        body["order"][field] = json!([]);
        assert!(unclear(answer(200, &body)).reason.contains(field), "{field}");
    }
    let mut below_zero = bought();
    below_zero["order"]["price_usd"] = json!(-0.18);
    unclear(answer(200, &below_zero));
    // Neither `ok: false` nor words say that nothing was sold when the status says that it was.
    for body in [error("no_numbers"), error("insufficient_funds"), json!({ "ok": true })] {
        unclear(answer(200, &body));
        unclear(answer(201, &body));
    }
    for body in ["", "ok", "null", "[]", "{}", "{\"ok\": true, ", "<p>no_numbers</p>", "true"] {
        unclear(raw(200, body));
    }
}

#[test]
fn documented_refusals_sold_nothing() {
    for (status, code, rejection) in [
        (400, "invalid_request", Rejection::Invalid("status 400, invalid_request".to_owned())),
        (401, "unauthorized", Rejection::KeyRefused),
        (402, "insufficient_funds", Rejection::UpstreamFunds),
        (404, "not_found", Rejection::OfferGone),
        (503, "no_numbers", Rejection::NoNumbers),
    ] {
        assert_eq!(rejected(answer(status, &error(code))), rejection, "{status} {code}");
    }
    let Rejection::NotNow { retry_after, .. } = rejected(answer(429, &error("rate_limited")))
    else {
        panic!()
    };
    assert_eq!(retry_after.as_secs(), 9);
    let hurried = Answer {
        status: StatusCode::TOO_MANY_REQUESTS,
        retry_after: None,
        body: b"<h1>Slow down</h1>".to_vec(),
    };
    let hurried = rejected(judge(&Ok(hurried), &ProductRef::from(ASKED)));
    assert!(matches!(hurried, Rejection::NotNow { retry_after: RATE_WAIT, .. }), "{hurried:?}");
}

#[test]
fn the_same_refusals_under_another_clear_status_are_refusals_too() {
    for status in [400, 404, 409, 422] {
        assert_eq!(rejected(answer(status, &error("no_numbers"))), Rejection::NoNumbers);
        let funds = rejected(answer(status, &error("insufficient_funds")));
        assert_eq!(funds, Rejection::UpstreamFunds);
    }
    assert_eq!(rejected(raw(402, "")), Rejection::UpstreamFunds);
    assert_eq!(rejected(raw(401, "")), Rejection::KeyRefused);
}

#[test]
fn everything_else_is_in_doubt_and_keeps_its_wait() {
    let no_numbers = error("no_numbers").to_string();
    let funds = error("insufficient_funds").to_string();
    let state = error("invalid_state").to_string();
    for (status, body) in [
        (503, ""),
        (503, "no_numbers"),
        (503, "<h1>503 Service Temporarily Unavailable</h1>"),
        (503, r#"{"error": {"code": "no_numbers"}}"#),
        (503, r#"{"ok": false, "error": {"code": "unavailable"}}"#),
        (503, &funds),
        (500, &no_numbers),
        (502, &no_numbers),
        (504, &no_numbers),
        (302, &no_numbers),
        (100, &no_numbers),
        (408, ""),
        (409, &state),
        (405, ""),
    ] {
        let Unclear { reason, retry_after } = unclear(raw(status, body));
        assert!(reason.starts_with(&format!("status {status}")), "{reason}");
        assert_eq!(retry_after.unwrap().as_secs(), 9);
    }
}

#[test]
fn only_what_was_not_sent_was_not_bought() {
    let product = ProductRef::from(ASKED);
    let rejection = rejected(judge(&Err(Lost::Unreachable), &product));
    assert!(matches!(rejection, Rejection::NotNow { .. }), "{rejection:?}");
    unclear(judge(&Err(Lost::NoAnswer("timeout")), &product));
}
