//! Why a request for a rental is not granted. How that looks on the wire is said in `wire`.

/// A request that is not granted, in words for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("{0}")]
    InvalidRequest(String),
    #[error("missing or invalid API key")]
    Unauthorized,
    #[error("the balance is below the price")]
    InsufficientFunds,
    /// What is not there.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// With the method that is.
    #[error("only {0} is allowed here")]
    MethodNotAllowed(&'static str),
    #[error("this idempotency key was used with another body")]
    KeyReused,
    #[error("the rental is not waiting for a code")]
    InvalidState,
    #[error("the price is above max_price_usd")]
    PriceTooHigh,
    /// In seconds.
    #[error("too many rental requests")]
    RateLimited { retry_after: i64 },
    #[error("internal error")]
    Internal,
    #[error("no numbers available right now")]
    NoNumbers,
    /// In seconds.
    #[error("temporarily unavailable")]
    Unavailable { retry_after: i64 },
}

/// What is wrong with a parameter.
impl From<String> for Refusal {
    fn from(message: String) -> Self {
        Self::InvalidRequest(message)
    }
}
