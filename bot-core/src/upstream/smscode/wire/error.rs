//! SMSCode's errors, and what each means for a call that buys nothing. What it means for a create is judged in
//! [`create`](super::super::create).

use std::{fmt, time::Duration};

use serde::Deserialize;

use crate::upstream::{UpstreamError, http::Answer, json};

/// What to wait after a 429 without `Retry-After`: the documented window of every endpoint group.
pub const RATE_WINDOW: Duration = Duration::from_mins(1);

/// The most of an error's own words that is kept, in bytes.
const LONGEST_MESSAGE: usize = 200;

/// `error.code`, section "Error Codes".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    Unauthorized,
    Forbidden,
    NotFound,
    Conflict,
    InsufficientBalance,
    ValidationError,
    RateLimitExceeded,
    InternalError,
    ProviderError,
    CancelTooEarly,
    ServiceUnavailable,
    FxRateUnavailable,
    /// Not in the document; kept short and plain.
    Other(String),
}

impl From<&str> for ErrorCode {
    fn from(text: &str) -> Self {
        match text {
            "UNAUTHORIZED" => Self::Unauthorized,
            "FORBIDDEN" => Self::Forbidden,
            "NOT_FOUND" => Self::NotFound,
            "CONFLICT" => Self::Conflict,
            "INSUFFICIENT_BALANCE" => Self::InsufficientBalance,
            "VALIDATION_ERROR" => Self::ValidationError,
            "RATE_LIMIT_EXCEEDED" => Self::RateLimitExceeded,
            "INTERNAL_ERROR" => Self::InternalError,
            "PROVIDER_ERROR" => Self::ProviderError,
            "CANCEL_TOO_EARLY" => Self::CancelTooEarly,
            "SERVICE_UNAVAILABLE" => Self::ServiceUnavailable,
            "FX_RATE_UNAVAILABLE" => Self::FxRateUnavailable,
            other => Self::Other(json::plain(other, 64)),
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Unauthorized => "UNAUTHORIZED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::Conflict => "CONFLICT",
            Self::InsufficientBalance => "INSUFFICIENT_BALANCE",
            Self::ValidationError => "VALIDATION_ERROR",
            Self::RateLimitExceeded => "RATE_LIMIT_EXCEEDED",
            Self::InternalError => "INTERNAL_ERROR",
            Self::ProviderError => "PROVIDER_ERROR",
            Self::CancelTooEarly => "CANCEL_TOO_EARLY",
            Self::ServiceUnavailable => "SERVICE_UNAVAILABLE",
            Self::FxRateUnavailable => "FX_RATE_UNAVAILABLE",
            Self::Other(text) => text,
        })
    }
}

/// What an error's envelope says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub code: ErrorCode,
    /// For people; kept short and plain.
    pub message: String,
}

#[derive(Deserialize)]
struct Envelope {
    success: bool,
    error: Words,
}

#[derive(Deserialize)]
struct Words {
    code: String,
    message: String,
}

/// The documented error envelope, if `body` is one.
pub fn failure(body: &[u8]) -> Option<Failure> {
    let Envelope { success, error } = json::read(body).ok()?;
    let failure = Failure {
        code: error.code.as_str().into(),
        message: json::plain(&error.message, LONGEST_MESSAGE),
    };
    (!success).then_some(failure)
}

/// What an answer other than a success means where nothing is bought. The status decides what needs no words: 429
/// and 5xx also come from the servers in front of the provider, which do not speak its JSON.
pub fn refusal(route: &'static str, answer: &Answer) -> UpstreamError {
    let status = answer.status.as_u16();
    let failure = failure(&answer.body);
    if status == 429 {
        let retry_after = answer.retry_after.unwrap_or(RATE_WINDOW);
        return UpstreamError::RateLimited { route, retry_after };
    }
    if answer.status.is_server_error() {
        let reason =
            failure.map_or_else(|| format!("status {status}"), |failure| failure.code.to_string());
        return UpstreamError::Unavailable { route, reason, retry_after: answer.retry_after };
    }
    let Some(Failure { code, .. }) = failure else {
        return UpstreamError::Malformed { route, field: format!("error, with status {status}") };
    };
    match code {
        ErrorCode::Unauthorized | ErrorCode::Forbidden => UpstreamError::KeyRefused { route },
        ErrorCode::NotFound => UpstreamError::NotFound { route },
        ErrorCode::RateLimitExceeded => UpstreamError::RateLimited {
            route,
            retry_after: answer.retry_after.unwrap_or(RATE_WINDOW),
        },
        ErrorCode::InternalError | ErrorCode::ServiceUnavailable | ErrorCode::FxRateUnavailable => {
            UpstreamError::Unavailable {
                route,
                reason: code.to_string(),
                retry_after: answer.retry_after,
            }
        }
        ErrorCode::Conflict
        | ErrorCode::InsufficientBalance
        | ErrorCode::ValidationError
        | ErrorCode::ProviderError
        | ErrorCode::CancelTooEarly
        | ErrorCode::Other(_) => UpstreamError::Refused { route, code: code.to_string() },
    }
}
