//! SmsBuyz's refusals ("HTTP Status Codes" of the document). The document names the statuses and no words: the body,
//! `{"error": words}`, is this emulator's own, and nothing may depend on it.

use serde_json::json;

use crate::upstream::server::Answer;

/// A request that is not granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    BadRequest(String),
    InsufficientBalance,
    /// The order is not in a state for this.
    WrongState(&'static str),
    NoToken,
    WrongToken,
    NotFound(&'static str),
    /// Not in the document's table.
    MethodNotAllowed,
    NoNumbers,
    Internal,
    /// In seconds.
    Unavailable {
        retry_after: u32,
    },
    /// Not in the document's table, which states no limit; in seconds.
    TooManyRequests {
        retry_after: u32,
    },
}

/// What is wrong with a parameter.
impl From<String> for Refusal {
    fn from(message: String) -> Self {
        Self::BadRequest(message)
    }
}

impl Refusal {
    pub fn answer(&self) -> Answer {
        let (status, words) = self.parts();
        let mut answer = Answer::new(status, json!({ "error": words }));
        answer.headers.extend(self.header());
        answer
    }

    fn parts(&self) -> (u16, &str) {
        match self {
            Self::BadRequest(message) => (400, message),
            Self::InsufficientBalance => (400, "Insufficient balance"),
            Self::WrongState(message) => (400, message),
            Self::NoToken => (401, "Missing or malformed Authorization header"),
            Self::WrongToken => (403, "Invalid API token"),
            Self::NotFound(message) => (404, message),
            Self::MethodNotAllowed => (405, "Only GET is allowed"),
            Self::NoNumbers => (503, "No numbers available right now"),
            Self::Internal => (500, "Internal server error"),
            Self::Unavailable { .. } => (503, "Service temporarily unavailable"),
            Self::TooManyRequests { .. } => (429, "Too many requests"),
        }
    }

    fn header(&self) -> Option<(&'static str, String)> {
        match self {
            Self::MethodNotAllowed => Some(("allow", "GET".to_owned())),
            Self::Unavailable { retry_after } | Self::TooManyRequests { retry_after } => {
                Some(("retry-after", retry_after.to_string()))
            }
            Self::BadRequest(_)
            | Self::InsufficientBalance
            | Self::WrongState(_)
            | Self::NoToken
            | Self::WrongToken
            | Self::NotFound(_)
            | Self::NoNumbers
            | Self::Internal => None,
        }
    }
}
