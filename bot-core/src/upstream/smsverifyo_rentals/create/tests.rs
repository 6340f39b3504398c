use reqwest::StatusCode;
use serde_json::{Value, json};

use super::*;
use crate::upstream::{UpstreamStatus, contract::one};

/// 2026-05-27T08:00:00Z.
const NOW: Timestamp = Timestamp(1_779_868_800_000);

fn asked() -> Product<'static> {
    Product::new("wa", "ID", false).unwrap()
}

fn answered(status: u16, body: &str) -> Answer {
    Answer {
        status: StatusCode::from_u16(status).unwrap(),
        retry_after: Some(Duration::from_secs(9)),
        body: body.as_bytes().to_vec(),
    }
}

#[track_caller]
fn clear(status: u16, body: &str) -> Placing {
    match judge(&Ok(answered(status, body)), asked(), NOW) {
        Verdict::Clear(placing) => placing,
        Verdict::TooDear => panic!("too dear"),
    }
}

fn again(status: u16, body: &str) -> Placing {
    judge_again(&Ok(answered(status, body)), asked(), NOW)
}

fn error(code: &str) -> String {
    json!({ "error": { "code": code, "message": "Sorry" } }).to_string()
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

fn rental() -> Value {
    json!({ "rental": {
        "id": "rnt_1", "service": "wa", "country": "ID", "real_mobile": false,
        "phone": "+6281200123456", "status": "waiting", "price_usd": 0.3500, "code": null,
        "received_at": null, "created_at": "2026-05-27T08:00:00Z",
        "expires_at": "2026-05-27T08:20:00Z"
    } })
}

#[test]
fn a_rental_is_a_sold_number_the_first_time_and_again() {
    let body = rental().to_string();
    for placing in [clear(201, &body), clear(200, &body), again(201, &body)] {
        let order = one(placing);
        assert_eq!((order.id.as_str(), order.status), ("rnt_1", UpstreamStatus::Active));
        assert_eq!(order.product.unwrap().as_str(), "wa/ID");
    }
}

#[test]
fn another_product_or_an_unreadable_rental_is_in_doubt() {
    for (field, other) in
        [("service", json!("tg")), ("country", json!("RU")), ("real_mobile", json!(true))]
    {
        let mut body = rental();
        body["rental"][field] = other;
        let reason = unclear(clear(201, &body.to_string())).reason;
        assert_eq!(reason, "the rental is of another product", "{field}");
    }
    for field in ["id", "phone", "status", "price_usd", "code", "expires_at"] {
        let mut body = rental();
        body["rental"].as_object_mut().unwrap().remove(field);
        assert!(unclear(clear(201, &body.to_string())).reason.contains(field), "{field}");
    }
    let mut silent = rental();
    silent["rental"]["status"] = "received".into();
    unclear(clear(201, &silent.to_string()));
    // An error in a success says nothing.
    for body in [&*error("no_numbers"), &error("price_too_high"), "", "<p>", "null", "[]", "{}"] {
        unclear(clear(200, body));
    }
}

#[test]
fn refusals_sold_nothing() {
    for (status, code, rejection) in [
        (400, "invalid_request", Rejection::Invalid("status 400, invalid_request".to_owned())),
        (401, "unauthorized", Rejection::KeyRefused),
        (402, "insufficient_funds", Rejection::UpstreamFunds),
        (409, "insufficient_funds", Rejection::UpstreamFunds),
        (404, "not_found", Rejection::OfferGone),
        (404, "no_numbers", Rejection::NoNumbers),
        (503, "no_numbers", Rejection::NoNumbers),
    ] {
        assert_eq!(rejected(clear(status, &error(code))), rejection, "{status} {code}");
    }
    let Rejection::NotNow { retry_after, .. } = rejected(clear(429, "")) else { panic!() };
    assert_eq!(retry_after.as_secs(), 9);
    for status in [400, 409, 422] {
        let verdict = judge(&Ok(answered(status, &error("price_too_high"))), asked(), NOW);
        assert!(matches!(verdict, Verdict::TooDear), "{status}: {verdict:?}");
    }
}

#[test]
fn everything_else_is_in_doubt_and_keeps_its_wait() {
    for (status, body) in [
        (503, ""),
        (503, "no_numbers"),
        (503, &*error("unavailable")),
        (503, &error("price_too_high")),
        (500, &error("no_numbers")),
        (502, &error("no_numbers")),
        (504, ""),
        (302, ""),
        (100, ""),
        (405, ""),
        (408, ""),
        (409, &error("idempotency_key_reused")),
        (409, &error("invalid_state")),
    ] {
        let Unclear { reason, retry_after } = unclear(clear(status, body));
        assert!(reason.starts_with(&format!("status {status}")), "{reason}");
        assert_eq!(retry_after.unwrap().as_secs(), 9);
    }
}

#[test]
fn a_repeated_creation_settles_nothing_unless_it_shows_a_rental() {
    for (status, code) in [
        (400, "invalid_request"),
        (401, "unauthorized"),
        (402, "insufficient_funds"),
        (404, "not_found"),
        (409, "price_too_high"),
        (409, "idempotency_key_reused"),
        (500, "internal_error"),
        (503, "no_numbers"),
    ] {
        unclear(again(status, &error(code)));
    }
    let limited = unclear(again(429, &error("rate_limited")));
    assert_eq!(limited.retry_after, Some(Duration::from_secs(9)));
}

#[test]
fn only_what_was_not_sent_was_not_bought() {
    let unsent = judge(&Err(Lost::Unreachable), asked(), NOW);
    assert!(
        matches!(unsent, Verdict::Clear(Placing::Rejected(Rejection::NotNow { .. }))),
        "{unsent:?}"
    );
    let lost = judge(&Err(Lost::NoAnswer("timeout")), asked(), NOW);
    assert!(matches!(lost, Verdict::Clear(Placing::Unknown(_))), "{lost:?}");
    for lost in [Lost::Unreachable, Lost::NoAnswer("timeout")] {
        unclear(judge_again(&Err(lost), asked(), NOW));
    }
}
