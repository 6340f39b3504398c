use reqwest::StatusCode;
use serde_json::{Value, json};

use super::*;
use crate::upstream::{UpstreamStatus, contract::one};

#[allow(clippy::unnecessary_wraps, reason = "this is what sending returns")]
fn answer(status: u16, body: &Value) -> Result<Answer, Lost> {
    Ok(Answer {
        status: StatusCode::from_u16(status).unwrap(),
        retry_after: Some(Duration::from_secs(9)),
        body: body.to_string().into_bytes(),
    })
}

fn error(status: u16, code: &str) -> Result<Answer, Lost> {
    answer(status, &json!({ "success": false, "error": { "code": code, "message": "Words" } }))
}

fn created(orders: usize, failed_count: u64) -> Result<Answer, Lost> {
    let order = |id| {
        json!({
            "id": id, "status": "ACTIVE", "phone_number": "+6281234567891", "otp_code": null,
            "otp_received_at": null, "expires_at": "2026-02-25T10:50:00+00:00",
            "failed_reason": null
        })
    };
    let orders: Vec<_> = (1002..).take(orders).map(order).collect();
    answer(
        200,
        &json!({ "success": true, "data": { "orders": orders, "failed_count": failed_count } }),
    )
}

fn first(answer: &Result<Answer, Lost>) -> Placing {
    judge(answer, &ProductRef::from("142"), 1)
}

fn again(answer: &Result<Answer, Lost>) -> Placing {
    judge_again(answer, &ProductRef::from("142"), 1)
}

#[track_caller]
fn assert_unknown(placing: &Placing) {
    assert!(matches!(placing, Placing::Unknown(_)), "{placing:?}");
}

#[test]
fn one_order_is_accepted_with_its_number_and_without_a_price() {
    for answer in [created(1, 0), created(1, 1)] {
        let order = one(first(&answer));
        assert_eq!((order.id.as_str(), order.status), ("1002", UpstreamStatus::Active));
        assert_eq!(order.phone.unwrap().as_str(), "+6281234567891");
        assert_eq!(order.product.unwrap().as_str(), "142");
        assert_eq!(order.cost, None);
    }
}

#[test]
fn what_is_no_phone_number_hides_no_other() {
    for odd in [json!("soon"), json!(""), json!(null)] {
        let mut body: Value = serde_json::from_slice(&created(3, 0).unwrap().body).unwrap();
        body["data"]["orders"][1]["phone_number"] = odd;
        let answer = judge(&answer(200, &body), &ProductRef::from("142"), 3);
        let Placing::Accepted(orders) = answer else { panic!("{answer:?}") };
        let shown: Vec<_> = orders.iter().map(|it| (it.id.as_str(), it.phone.is_some())).collect();
        assert_eq!(shown, [("1002", true), ("1003", false), ("1004", true)]);
    }
}

#[test]
fn a_success_without_an_order_sold_nothing_only_if_it_says_so() {
    assert!(matches!(first(&created(0, 1)), Placing::Rejected(Rejection::NoNumbers)));
    assert!(matches!(again(&created(0, 1)), Placing::Rejected(Rejection::NoNumbers)));
    assert_unknown(&first(&created(0, 0)));
}

#[test]
fn more_orders_than_asked_for_are_for_the_records_to_settle() {
    let Placing::Unknown(unclear) = first(&created(2, 0)) else { panic!() };
    assert_eq!(unclear.reason, "2 orders in answer to 1");
}

#[test]
fn a_success_that_cannot_be_read_is_unknown_and_names_the_field() {
    let unreadable = answer(200, &json!({ "success": true, "data": { "orders": [] } }));
    let Placing::Unknown(unclear) = first(&unreadable) else { panic!() };
    assert_eq!(unclear.reason, "unreadable at data.failed_count");
    assert_unknown(&first(&error(200, "INSUFFICIENT_BALANCE")));
    assert_unknown(&first(&answer(204, &json!(""))));
}

#[test]
fn documented_refusals_have_their_meaning() {
    let not_now = Rejection::NotNow {
        retry_after: Duration::from_secs(9),
        reason: "RATE_LIMIT_EXCEEDED".to_owned(),
    };
    for (status, code, meaning) in [
        (409, "INSUFFICIENT_BALANCE", Rejection::UpstreamFunds),
        (422, "PROVIDER_ERROR", Rejection::NoNumbers),
        (404, "NOT_FOUND", Rejection::OfferGone),
        (422, "VALIDATION_ERROR", Rejection::Invalid("VALIDATION_ERROR".to_owned())),
        (401, "UNAUTHORIZED", Rejection::KeyRefused),
        (403, "FORBIDDEN", Rejection::KeyRefused),
        (429, "RATE_LIMIT_EXCEEDED", not_now),
    ] {
        let Placing::Rejected(rejection) = first(&error(status, code)) else { panic!("{code}") };
        assert_eq!(rejection, meaning);
    }
}

#[test]
fn everything_else_may_have_been_carried_out() {
    for code in ["CONFLICT", "CANCEL_TOO_EARLY", "INTERNAL_ERROR", "TEAPOT"] {
        assert_unknown(&first(&error(409, code)));
    }
    // A 5xx says nothing, even in the words of a refusal.
    for status in [500, 502, 503, 504] {
        for code in ["INTERNAL_ERROR", "INSUFFICIENT_BALANCE", "NOT_FOUND", "VALIDATION_ERROR"] {
            let Placing::Unknown(unclear) = first(&error(status, code)) else { panic!("{code}") };
            assert_eq!(unclear.retry_after, Some(Duration::from_secs(9)));
        }
    }
    for status in [302, 400, 403, 404, 408, 429] {
        assert_unknown(&first(&answer(status, &json!("a page"))));
    }
    assert_unknown(&first(&Err(Lost::NoAnswer("timeout"))));
}

#[test]
fn what_was_never_sent_is_asked_again_later() {
    let answer = Err(Lost::Unreachable);
    assert!(matches!(first(&answer), Placing::Rejected(Rejection::NotNow { .. })));
}

#[test]
fn a_refused_repetition_says_nothing_of_the_first_request() {
    for (status, code) in [
        (409, "INSUFFICIENT_BALANCE"),
        (404, "NOT_FOUND"),
        (422, "VALIDATION_ERROR"),
        (401, "UNAUTHORIZED"),
        (403, "FORBIDDEN"),
        (409, "CONFLICT"),
        (500, "INTERNAL_ERROR"),
    ] {
        assert_unknown(&again(&error(status, code)));
    }
    assert_unknown(&again(&Err(Lost::Unreachable)));
    let Placing::Unknown(unclear) = again(&error(429, "RATE_LIMIT_EXCEEDED")) else { panic!() };
    assert_eq!(unclear.retry_after, Some(Duration::from_secs(9)));
}

#[test]
fn a_repetition_that_answers_with_the_order_is_accepted() {
    assert!(matches!(again(&created(1, 0)), Placing::Accepted(_)));
    let refused = again(&error(422, "PROVIDER_ERROR"));
    assert!(matches!(refused, Placing::Rejected(Rejection::NoNumbers)));
}
