//! SMSVerifyo's refusals, section "Error codes": a status, and `{"ok": false, "error": {"message", "code"}}`.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de::Error as _};

use crate::upstream::{UpstreamError, http::Answer, json};

/// What to wait after a 429 without `Retry-After`: the third step of the documented backoff ("2 s, 4 s, 8 s"), because
/// nobody counts the steps here.
pub const RATE_WAIT: Duration = Duration::from_secs(8);

/// The most of a code that an error shows, in bytes.
const LONGEST_CODE: usize = 40;

/// The documented codes that a status does not tell already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    InsufficientFunds,
    InvalidState,
    NoNumbers,
    /// Another one, kept short and plain.
    Other(String),
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let text = String::deserialize(reader)?;
        Ok(match text.as_str() {
            "insufficient_funds" => Self::InsufficientFunds,
            "invalid_state" => Self::InvalidState,
            "no_numbers" => Self::NoNumbers,
            _ => Self::Other(json::plain(&text, LONGEST_CODE)),
        })
    }
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "ok", deserialize_with = "must_be_false")]
    _ok: (),
    error: Failure,
}

/// The message is for people and may quote what was sent, so it is left out.
#[derive(Deserialize)]
struct Failure {
    code: Code,
}

fn must_be_false<'de, D: Deserializer<'de>>(reader: D) -> Result<(), D::Error> {
    if bool::deserialize(reader)? { Err(D::Error::custom("true")) } else { Ok(()) }
}

/// The code of a refusal; none when the body is not the documented envelope, such as a web page of a server in front.
pub fn code(body: &[u8]) -> Option<Code> {
    json::read::<Envelope>(body).ok().map(|envelope| envelope.error.code)
}

/// `status 409, invalid_state`: for errors and logs.
pub fn words(answer: &Answer) -> String {
    let status = answer.status.as_u16();
    match code(&answer.body) {
        Some(Code::InsufficientFunds) => format!("status {status}, insufficient_funds"),
        Some(Code::InvalidState) => format!("status {status}, invalid_state"),
        Some(Code::NoNumbers) => format!("status {status}, no_numbers"),
        Some(Code::Other(code)) => format!("status {status}, {code}"),
        None => format!("status {status}"),
    }
}

/// What an answer other than a success means where nothing is bought.
pub fn refusal(route: &'static str, answer: &Answer) -> UpstreamError {
    match answer.status.as_u16() {
        401 | 403 => UpstreamError::KeyRefused { route },
        404 => UpstreamError::NotFound { route },
        429 => UpstreamError::RateLimited {
            route,
            retry_after: answer.retry_after.unwrap_or(RATE_WAIT),
        },
        500.. => UpstreamError::Unavailable {
            route,
            reason: words(answer),
            retry_after: answer.retry_after,
        },
        _ => UpstreamError::Refused { route, code: words(answer) },
    }
}
