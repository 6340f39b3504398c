//! smsVerificationService's refusals: `{"success": false, "error"}`, `{"error"}`, and Django's own, which name the fields
//! of a body or stand under `detail`.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::upstream::{Rejection, UpstreamError, http::Answer, json};

/// What to wait after a 429 without `Retry-After`: a quarter of the minute that the limit counts.
pub const RATE_WAIT: Duration = Duration::from_secs(15);

/// The most of a refusal's own words that is kept, in bytes.
const LONGEST_WORDS: usize = 200;

/// What a refusal says.
#[derive(Debug, PartialEq, Eq)]
pub enum Said {
    Words(String),
    /// The names of the fields that were refused.
    Fields(String),
}

/// What a body says, when it is a refusal: an object that neither claims success nor tells of an order.
pub fn said(body: &[u8]) -> Option<Said> {
    let fields: Map<String, Value> = json::read(body).ok()?;
    let tells_more = ["order_id", "data"].iter().any(|it| fields.contains_key(*it));
    if tells_more || fields.get("success") == Some(&Value::Bool(true)) {
        return None;
    }
    let plain = |text: &str| json::plain(text.trim(), LONGEST_WORDS);
    match fields.get("error").or_else(|| fields.get("detail")) {
        Some(Value::String(words)) => Some(Said::Words(plain(words))),
        Some(_) => None,
        None => {
            let refused = fields.iter().filter(|(_, messages)| messages.is_array());
            let names: Vec<_> = refused.map(|(name, _)| name.as_str()).collect();
            (!names.is_empty()).then(|| Said::Fields(plain(&names.join(", "))))
        }
    }
}

/// Why nothing was sold, where a refusal's words say it.
pub fn reason(words: &str) -> Option<Rejection> {
    let words = words.to_ascii_lowercase();
    let says = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    if says(&["insufficient", "not enough"]) && says(&["balance", "funds"]) {
        Some(Rejection::UpstreamFunds)
    } else if says(&["not found"]) {
        Some(Rejection::OfferGone)
    } else if says(&["not available", "no number", "out of stock"]) {
        Some(Rejection::NoNumbers)
    } else {
        None
    }
}

/// What an answer other than a success means where nothing is bought, section "Rate limits & errors". Its words stay out,
/// because they may hold numbers.
pub fn refusal(route: &'static str, answer: &Answer) -> UpstreamError {
    let status = answer.status.as_u16();
    match status {
        401 | 403 => UpstreamError::KeyRefused { route },
        404 => UpstreamError::NotFound { route },
        429 => UpstreamError::RateLimited {
            route,
            retry_after: answer.retry_after.unwrap_or(RATE_WAIT),
        },
        500.. => UpstreamError::Unavailable {
            route,
            reason: format!("status {status}"),
            retry_after: answer.retry_after,
        },
        _ => UpstreamError::Refused { route, code: format!("status {status}") },
    }
}
