//! The refusals, in the three shapes that the document has for them: `{"success": false, "error"}`, `{"error"}`, and Django's
//! own, which name a field or stand under `detail`.

use serde_json::{Value, json};

use super::{catalog::OfferKey, endpoint::Envelope};
use crate::upstream::server::{Answer, Request};

/// A request that is not granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    InvalidKey,
    /// More than the limit, in seconds until one passes; none when the provider does not say.
    RateLimited {
        retry_after: Option<i64>,
        requests: usize,
    },
    /// What is wrong with the query string.
    Query(String),
    /// What is wrong with a field of the body.
    Field {
        name: String,
        message: String,
    },
    InsufficientBalance,
    /// It is sold, and there is no number now.
    NotAvailable,
    /// It is not sold at all.
    NotSold(&'static str),
    CountryNotFound,
    OrderNotFound,
    /// The order is not in a state for this.
    WrongState(&'static str),
    MalformedJson,
    UnsupportedMediaType,
    NotAcceptable,
    NoSuchPage,
    MethodNotAllowed(&'static str),
    /// A GET without the last slash: the address with it.
    SlashFirst(String),
    /// A POST without the last slash.
    SlashLost,
    Internal,
    /// In seconds.
    Unavailable {
        retry_after: u32,
    },
}

/// The body of a refusal.
enum Shape {
    /// In the endpoint's envelope.
    Words(String),
    /// `{"error"}` whatever the endpoint.
    Bare(String),
    /// Django's own.
    Django(Value),
}

impl Refusal {
    /// The refusal of an offer that is not in the catalogue.
    pub const fn not_sold(key: &OfferKey) -> Self {
        Self::NotSold(match key {
            OfferKey::Global { .. } => "Service not available",
            OfferKey::Esim { .. } => "Plan not found",
            OfferKey::Temporary { .. }
            | OfferKey::BestTemp { .. }
            | OfferKey::Rent1Day { .. }
            | OfferKey::Rent30Days { .. }
            | OfferKey::Rental3Days { .. }
            | OfferKey::Rental30Days { .. } => "Service not found",
        })
    }

    pub fn slash_first(request: &Request) -> Self {
        let mark = if request.query.is_empty() { "" } else { "?" };
        Self::SlashFirst(format!("{}/{mark}{}", request.path, request.query))
    }

    pub fn answer(&self, envelope: Envelope) -> Answer {
        let (status, shape) = self.parts(envelope);
        let body = match (shape, envelope) {
            (Shape::Words(words), Envelope::Wrapped) => json!({ "success": false, "error": words }),
            (Shape::Words(words), Envelope::Bare) | (Shape::Bare(words), _) => {
                json!({ "error": words })
            }
            (Shape::Django(body), _) => body,
        };
        let mut answer = Answer::new(status, body);
        answer.headers.extend(self.header());
        answer
    }

    fn parts(&self, envelope: Envelope) -> (u16, Shape) {
        let words = |words: &str| Shape::Words(words.to_owned());
        let detail = |words: &str| Shape::Django(json!({ "detail": words }));
        match self {
            Self::InvalidKey => (
                401,
                words(match envelope {
                    Envelope::Wrapped => "Invalid or missing API key",
                    Envelope::Bare => "Invalid API key",
                }),
            ),
            Self::RateLimited { requests, .. } => (
                429,
                Shape::Bare(format!(
                    "Rate limit exceeded. Maximum {requests} requests per minute."
                )),
            ),
            Self::Query(message) => (400, words(message)),
            Self::Field { name, message } => (400, Shape::Django(json!({ name: [message] }))),
            Self::InsufficientBalance => (402, words("Insufficient balance")),
            Self::NotAvailable => (400, words("Service not available")),
            Self::NotSold(message) => (404, words(message)),
            Self::CountryNotFound => (404, words("Country not found")),
            Self::OrderNotFound => (404, words("Order not found")),
            Self::WrongState(message) => (400, words(message)),
            Self::MalformedJson => (400, detail("JSON parse error")),
            Self::UnsupportedMediaType => (415, detail("Unsupported media type in request.")),
            Self::NotAcceptable => (406, detail("Could not satisfy the request Accept header.")),
            Self::NoSuchPage => (404, detail("Not found.")),
            Self::MethodNotAllowed(_) => (405, detail("Method not allowed.")),
            Self::SlashFirst(_) => (301, Shape::Django(Value::Null)),
            Self::SlashLost | Self::Internal => (500, Shape::Bare("Server Error (500)".to_owned())),
            Self::Unavailable { .. } => (503, Shape::Bare("Service unavailable".to_owned())),
        }
    }

    fn header(&self) -> Option<(&'static str, String)> {
        match self {
            Self::RateLimited { retry_after, .. } => {
                retry_after.map(|seconds| ("retry-after", seconds.to_string()))
            }
            Self::Unavailable { retry_after } => Some(("retry-after", retry_after.to_string())),
            Self::MethodNotAllowed(allowed) => Some(("allow", (*allowed).to_owned())),
            Self::SlashFirst(address) => Some(("location", address.clone())),
            Self::InvalidKey
            | Self::Query(_)
            | Self::Field { .. }
            | Self::InsufficientBalance
            | Self::NotAvailable
            | Self::NotSold(_)
            | Self::CountryNotFound
            | Self::OrderNotFound
            | Self::WrongState(_)
            | Self::MalformedJson
            | Self::UnsupportedMediaType
            | Self::NotAcceptable
            | Self::NoSuchPage
            | Self::SlashLost
            | Self::Internal => None,
        }
    }
}
