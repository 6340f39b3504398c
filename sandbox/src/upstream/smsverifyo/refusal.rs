//! SMSVerifyo's refusals ("Error codes" of the document): a status, a code, and words for people.

use serde_json::json;

use crate::upstream::server::Answer;

/// A request that is not granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Unauthorized,
    InvalidRequest(String),
    InsufficientFunds,
    /// What is not there.
    NotFound(&'static str),
    /// Not in the document's table; with the method that is.
    MethodNotAllowed(&'static str),
    /// The order is not in a state for this.
    InvalidState(&'static str),
    /// In seconds.
    RateLimited {
        retry_after: Option<i64>,
    },
    NoNumbers,
    /// Not in the document's table, which only says that a 5xx may be transient.
    Internal,
    /// Not in the document's table either; in seconds.
    Unavailable {
        retry_after: u32,
    },
}

/// What is wrong with a parameter.
impl From<String> for Refusal {
    fn from(message: String) -> Self {
        Self::InvalidRequest(message)
    }
}

impl Refusal {
    pub fn answer(&self) -> Answer {
        let (status, code, message) = self.parts();
        let error = json!({ "message": message, "code": code });
        let mut answer = Answer::new(status, json!({ "ok": false, "error": error }));
        answer.headers.extend(self.header());
        answer
    }

    fn parts(&self) -> (u16, &'static str, String) {
        let (status, code, message) = match self {
            Self::InvalidRequest(message) => return (400, "invalid_request", message.clone()),
            Self::NotFound(what) => return (404, "not_found", format!("No such {what}")),
            Self::Unauthorized => (401, "unauthorized", "Missing, invalid or revoked API key"),
            Self::InsufficientFunds => (402, "insufficient_funds", "The balance is too low"),
            Self::MethodNotAllowed(_) => (405, "method_not_allowed", "Another method is needed"),
            Self::InvalidState(message) => (409, "invalid_state", *message),
            Self::RateLimited { .. } => (429, "rate_limited", "Too many requests"),
            Self::NoNumbers => (503, "no_numbers", "No numbers for this service and country"),
            Self::Internal => (500, "internal_error", "Internal error"),
            Self::Unavailable { .. } => (503, "unavailable", "Temporarily unavailable"),
        };
        (status, code, message.to_owned())
    }

    fn header(&self) -> Option<(&'static str, String)> {
        match self {
            Self::MethodNotAllowed(allowed) => Some(("allow", (*allowed).to_owned())),
            Self::RateLimited { retry_after } => {
                retry_after.map(|seconds| ("retry-after", seconds.to_string()))
            }
            Self::Unavailable { retry_after } => Some(("retry-after", retry_after.to_string())),
            Self::Unauthorized
            | Self::InvalidRequest(_)
            | Self::InsufficientFunds
            | Self::NotFound(_)
            | Self::InvalidState(_)
            | Self::NoNumbers
            | Self::Internal => None,
        }
    }
}
