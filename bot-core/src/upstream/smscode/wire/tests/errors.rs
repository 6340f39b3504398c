//! Errors by the document's table, and answers that only a server in front can have written.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;

use crate::upstream::{
    UpstreamError,
    http::Answer,
    smscode::wire::error::{ErrorCode, RATE_WINDOW, failure, refusal},
};

const ROUTE: &str = "GET /somewhere";

fn answer(status: u16, code: &str, retry_after: Option<u64>) -> Answer {
    let body = json!({ "success": false, "error": { "code": code, "message": "Words" } });
    Answer {
        status: StatusCode::from_u16(status).unwrap(),
        retry_after: retry_after.map(Duration::from_secs),
        body: body.to_string().into_bytes(),
    }
}

fn page(status: u16) -> Answer {
    Answer { body: b"<html>".to_vec(), ..answer(status, "", None) }
}

fn unavailable(reason: &str, retry_after: Option<u64>) -> UpstreamError {
    UpstreamError::Unavailable {
        route: ROUTE,
        reason: reason.to_owned(),
        retry_after: retry_after.map(Duration::from_secs),
    }
}

fn refused(code: &str) -> UpstreamError {
    UpstreamError::Refused { route: ROUTE, code: code.to_owned() }
}

#[test]
fn every_code_of_the_table_has_its_meaning() {
    let limited = |retry_after| UpstreamError::RateLimited { route: ROUTE, retry_after };
    for (status, code, meaning) in [
        (401, "UNAUTHORIZED", UpstreamError::KeyRefused { route: ROUTE }),
        (403, "FORBIDDEN", UpstreamError::KeyRefused { route: ROUTE }),
        (404, "NOT_FOUND", UpstreamError::NotFound { route: ROUTE }),
        (409, "CONFLICT", refused("CONFLICT")),
        (409, "INSUFFICIENT_BALANCE", refused("INSUFFICIENT_BALANCE")),
        (422, "VALIDATION_ERROR", refused("VALIDATION_ERROR")),
        (429, "RATE_LIMIT_EXCEEDED", limited(RATE_WINDOW)),
        (500, "INTERNAL_ERROR", unavailable("INTERNAL_ERROR", None)),
        (422, "PROVIDER_ERROR", refused("PROVIDER_ERROR")),
        (409, "CANCEL_TOO_EARLY", refused("CANCEL_TOO_EARLY")),
        (503, "SERVICE_UNAVAILABLE", unavailable("SERVICE_UNAVAILABLE", None)),
        (503, "FX_RATE_UNAVAILABLE", unavailable("FX_RATE_UNAVAILABLE", None)),
        (418, "TEAPOT", refused("TEAPOT")),
    ] {
        assert_eq!(refusal(ROUTE, &answer(status, code, None)), meaning, "{code}");
        assert_eq!(failure(&answer(status, code, None).body).unwrap().code.to_string(), code);
    }
}

#[test]
fn the_wait_that_is_asked_for_is_kept() {
    assert_eq!(
        refusal(ROUTE, &answer(429, "RATE_LIMIT_EXCEEDED", Some(7))),
        UpstreamError::RateLimited { route: ROUTE, retry_after: Duration::from_secs(7) }
    );
    assert_eq!(
        refusal(ROUTE, &answer(503, "FX_RATE_UNAVAILABLE", Some(30))),
        unavailable("FX_RATE_UNAVAILABLE", Some(30))
    );
}

#[test]
fn without_a_readable_error_the_status_speaks_as_far_as_it_can() {
    assert_eq!(
        refusal(ROUTE, &page(429)),
        UpstreamError::RateLimited { route: ROUTE, retry_after: RATE_WINDOW }
    );
    assert_eq!(refusal(ROUTE, &page(502)), unavailable("status 502", None));
    for status in [301, 403, 404] {
        let field = format!("error, with status {status}");
        assert_eq!(refusal(ROUTE, &page(status)), UpstreamError::Malformed { route: ROUTE, field });
    }
}

#[test]
fn only_the_documented_envelope_is_an_error() {
    for body in [
        json!({ "success": true, "error": { "code": "NOT_FOUND", "message": "" } }),
        json!({ "error": { "code": "NOT_FOUND", "message": "" } }),
        json!({ "success": false, "error": { "code": 404, "message": "" } }),
        json!({ "success": false, "error": "NOT_FOUND" }),
        json!({ "success": false }),
        json!([]),
    ] {
        assert_eq!(failure(body.to_string().as_bytes()), None, "{body}");
    }
}

#[test]
fn an_unknown_code_is_kept_short_and_plain() {
    let long = format!("NEW\n{}", "X".repeat(500));
    let ErrorCode::Other(kept) = ErrorCode::from(long.as_str()) else { panic!("{long}") };
    assert_eq!(kept.len(), 64);
    assert!(!kept.contains('\n'));
}
