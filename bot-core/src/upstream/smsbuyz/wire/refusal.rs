//! SmsBuyz's refusals: HTTP codes with words whose form the document does not show.

use std::time::Duration;

use serde::{Deserialize, de::IgnoredAny};

use crate::upstream::{Rejection, UpstreamError, http::Answer, json};

/// What to wait after a 429 without `Retry-After`. The document states no limits; this is caution.
pub const RATE_WAIT: Duration = Duration::from_secs(15);

/// The most of a refusal's own words that is kept, in bytes.
const LONGEST_WORDS: usize = 200;

#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Plain(String),
    Fields {
        /// Whatever has an id is an order, not a refusal.
        #[serde(default)]
        id: Option<IgnoredAny>,
        #[serde(default)]
        error: Option<String>,
        #[serde(default)]
        message: Option<String>,
        #[serde(default)]
        detail: Option<String>,
    },
}

/// The words of a refusal: a JSON text, the usual fields of a JSON object, or a line of plain text. Kept short and plain;
/// none when the body is anything else, such as a web page.
pub fn words(body: &[u8]) -> Option<String> {
    let words = match json::read::<Said>(body) {
        Ok(Said::Plain(words)) => words,
        Ok(Said::Fields { id: None, error, message, detail }) => {
            [error, message, detail].into_iter().flatten().collect::<Vec<_>>().join(": ")
        }
        Ok(Said::Fields { id: Some(_), .. }) => return None,
        Err(_) => std::str::from_utf8(body).ok().filter(|text| is_plain(text))?.to_owned(),
    };
    let words = json::plain(words.trim(), LONGEST_WORDS);
    (!words.is_empty()).then_some(words)
}

fn is_plain(text: &str) -> bool {
    text.len() <= LONGEST_WORDS && !text.contains(['<', '>', '{', '}', '[', ']'])
}

/// Why nothing was sold, where a refusal's words say it: "no free phones", "not enough user balance", `NO_NUMBERS`.
pub fn reason(words: &str) -> Option<Rejection> {
    let words = words.to_ascii_lowercase().replace('_', " ");
    let says = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    if says(&["no number", "no free number", "no phone", "no free phone", "out of stock"]) {
        Some(Rejection::NoNumbers)
    } else if says(&["not enough", "insufficient"]) && says(&["balance", "funds", "money"]) {
        Some(Rejection::UpstreamFunds)
    } else {
        None
    }
}

/// What an answer other than a success means where nothing is bought, section "HTTP Status Codes". Its words stay out,
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
