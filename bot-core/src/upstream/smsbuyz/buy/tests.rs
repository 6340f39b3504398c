use reqwest::StatusCode;
use serde_json::{Value, json};

use super::*;
use crate::{
    money::Money,
    upstream::{UpstreamStatus, contract::one},
};

const ASKED: &str = "ru/Virtual1/microsoft";

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
        "id": 123, "phone": "79001234567", "operator": "Virtual1", "product": "microsoft",
        "price": 0.4118, "status": "PENDING", "expires": "2026-01-15T12:20:00", "sms": [],
        "created_at": "2026-01-15T12:00:00", "country": "ru"
    })
}

#[test]
fn the_documented_answer_is_a_sold_number() {
    let order = one(answer(200, &bought()));
    assert_eq!((order.id.as_str(), order.status), ("123", UpstreamStatus::Active));
    assert_eq!(order.phone.unwrap().as_str(), "+79001234567");
    assert_eq!(order.product.unwrap().as_str(), ASKED);
    assert_eq!(order.cost.unwrap().money, Money::from_raw(4_118));
    // 2026-01-15T12:00:00Z.
    let noon = 1_768_478_400_000;
    assert_eq!(order.created_at.unwrap().0, noon);
    assert_eq!(order.expires_at.unwrap().0, noon + 20 * 60_000);
    assert!(order.sms.is_empty());
}

#[test]
fn a_sold_number_that_cannot_be_read_is_in_doubt() {
    for field in ["id", "phone", "status", "price"] {
        let mut body = bought();
        body.as_object_mut().unwrap().remove(field);
        assert!(unclear(answer(200, &body)).reason.contains(field), "{field}");
        // Words change nothing about an order.
        body["message"] = "no numbers".into();
        if field != "id" {
            unclear(answer(200, &body));
        }
    }
    let mut body = bought();
    body["status"] = "SOLD".into();
    unclear(answer(200, &body));
    for body in ["", "ok", "null", "[]", "{}", "{\"id\": 1", "<p>no numbers</p>", "true"] {
        unclear(raw(200, body));
    }
}

#[test]
fn no_numbers_and_no_funds_are_told_by_their_words_in_any_form() {
    for words in ["no free phones", "No numbers available right now", "NO_NUMBERS"] {
        for status in [200, 400, 404, 409, 422, 503] {
            for body in [
                words.to_owned(),
                json!(words).to_string(),
                json!({ "error": words }).to_string(),
                json!({ "success": false, "message": words }).to_string(),
            ] {
                assert_eq!(rejected(raw(status, &body)), Rejection::NoNumbers, "{status} {body}");
            }
        }
    }
    for words in ["not enough user balance", "Insufficient balance", "INSUFFICIENT_FUNDS"] {
        for status in [200, 400, 402] {
            let rejection = rejected(answer(status, &json!({ "error": words })));
            assert_eq!(rejection, Rejection::UpstreamFunds, "{status} {words}");
        }
    }
}

#[test]
fn documented_refusals_sold_nothing_whatever_their_words() {
    let words = json!({ "error": "bad country" });
    assert_eq!(rejected(answer(400, &words)), Rejection::Invalid("status 400".to_owned()));
    let silent = Rejection::Invalid("status 400".to_owned());
    assert_eq!(rejected(raw(400, "<h1>Bad Request</h1>")), silent);
    assert_eq!(rejected(raw(401, "")), Rejection::KeyRefused);
    assert_eq!(rejected(answer(403, &json!({ "error": "no numbers" }))), Rejection::KeyRefused);
    assert_eq!(rejected(raw(404, "not found")), Rejection::OfferGone);
    let Rejection::NotNow { retry_after, .. } = rejected(raw(429, "")) else { panic!() };
    assert_eq!(retry_after.as_secs(), 9);
}

#[test]
fn everything_else_is_in_doubt_and_keeps_its_wait() {
    for (status, body) in [
        (503, ""),
        (503, "<h1>503 Service Temporarily Unavailable</h1>"),
        (503, "<p>no numbers</p>"),
        (503, "{\"error\": \"Service unavailable\"}"),
        (500, "no numbers"),
        (502, "no numbers"),
        (504, "no free phones"),
        (302, "no numbers"),
        (100, "no numbers"),
        (408, "Request Timeout"),
        (409, "{\"error\": \"conflict\"}"),
        (402, "pay"),
    ] {
        let Unclear { reason, retry_after } = unclear(raw(status, body));
        assert_eq!((reason, retry_after.unwrap().as_secs()), (format!("status {status}"), 9));
    }
}

#[test]
fn only_what_was_not_sent_was_not_bought() {
    let product = ProductRef::from(ASKED);
    let rejection = rejected(judge(&Err(Lost::Unreachable), &product));
    assert!(matches!(rejection, Rejection::NotNow { .. }), "{rejection:?}");
    unclear(judge(&Err(Lost::NoAnswer("timeout")), &product));
}
