//! SMSCode's error codes with their HTTP statuses ("Error Codes" of the document).

use serde_json::json;

use crate::upstream::server::Answer;

/// A request that is not granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Unauthorized,
    NotFound(&'static str),
    /// Not in the document's table; the methods that are allowed.
    MethodNotAllowed(&'static str),
    Conflict(&'static str),
    InsufficientBalance,
    Validation(String),
    /// In seconds.
    RateLimited {
        retry_after: i64,
    },
    Internal,
    Provider(&'static str),
    CancelTooEarly,
    Unavailable {
        message: &'static str,
        retry_after: Option<u32>,
    },
    FxUnavailable,
}

/// What is wrong with a parameter.
impl From<String> for Refusal {
    fn from(message: String) -> Self {
        Self::Validation(message)
    }
}

impl Refusal {
    pub fn answer(&self) -> Answer {
        let (status, code, message) = self.parts();
        let mut answer = Answer::new(
            status,
            json!({ "success": false, "error": { "code": code, "message": message } }),
        );
        answer.headers.extend(self.header());
        answer
    }

    fn parts(&self) -> (u16, &'static str, &str) {
        match self {
            Self::Unauthorized => (401, "UNAUTHORIZED", "Missing or invalid API token"),
            Self::NotFound(message) => (404, "NOT_FOUND", message),
            Self::MethodNotAllowed(_) => {
                (405, "METHOD_NOT_ALLOWED", "This endpoint does not take this method")
            }
            Self::Conflict(message) => (409, "CONFLICT", message),
            Self::InsufficientBalance => {
                (409, "INSUFFICIENT_BALANCE", "Not enough balance to create order")
            }
            Self::Validation(message) => (422, "VALIDATION_ERROR", message),
            Self::RateLimited { .. } => (429, "RATE_LIMIT_EXCEEDED", "Too many requests"),
            Self::Internal => (500, "INTERNAL_ERROR", "Internal server error"),
            Self::Provider(message) => (422, "PROVIDER_ERROR", message),
            Self::CancelTooEarly => {
                (409, "CANCEL_TOO_EARLY", "Order too recent to cancel, wait 2 minutes")
            }
            Self::Unavailable { message, .. } => (503, "SERVICE_UNAVAILABLE", message),
            Self::FxUnavailable => {
                (503, "FX_RATE_UNAVAILABLE", "USD/IDR exchange rate is unavailable")
            }
        }
    }

    fn header(&self) -> Option<(&'static str, String)> {
        match self {
            Self::MethodNotAllowed(allowed) => Some(("allow", (*allowed).to_owned())),
            Self::RateLimited { retry_after } => Some(("retry-after", retry_after.to_string())),
            Self::Unavailable { retry_after, .. } => {
                Some(("retry-after", (*retry_after)?.to_string()))
            }
            // The document names the header and no duration.
            Self::FxUnavailable => Some(("retry-after", "30".to_owned())),
            Self::Unauthorized
            | Self::NotFound(_)
            | Self::Conflict(_)
            | Self::InsufficientBalance
            | Self::Validation(_)
            | Self::Internal
            | Self::Provider(_)
            | Self::CancelTooEarly => None,
        }
    }
}
