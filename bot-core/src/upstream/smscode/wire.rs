//! SMSCode's documented shapes and what they mean; no HTTP, no state.
//!
//! Source: SMSCode, "API Documentation", versions v1 (IDR) and v2 (USD), section "Response Format" and the example of
//! each endpoint. The versions differ in money only, so the shapes that hold money are generic over a
//! [`Denomination`] while they are read and hold a plain [`Decimal`] afterwards.

use rust_decimal::Decimal;
use secrecy::SecretString;
use serde::{Deserialize, de::IgnoredAny};

use crate::upstream::json;

pub mod error;
pub mod money;
pub mod order;
pub mod push;

use money::Denomination;

/// Not promised, so not looked at.
pub type Absent = Option<IgnoredAny>;

/// The envelope of every success.
#[derive(Debug, Deserialize)]
pub struct Reply<D, M = Absent> {
    #[serde(deserialize_with = "json::must_be_true")]
    pub success: (),
    pub data: D,
    pub meta: M,
}

/// `meta` of a page of products.
#[derive(Debug, Deserialize)]
pub struct PageMeta<F> {
    pub page: u32,
    /// The page size that the provider really used.
    pub limit: u32,
    pub count: u64,
    pub fx: F,
}

/// One of `GET /catalog/countries`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Country {
    pub id: u64,
    pub code: String,
    pub name: String,
    pub dial_code: String,
    pub emoji: String,
    pub active: bool,
}

/// One of `GET /catalog/services`; "platform" elsewhere in the API.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Service {
    pub id: u64,
    pub code: String,
    pub name: String,
    pub active: bool,
}

/// One of `GET /catalog/products`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Product<M = Decimal> {
    pub id: u64,
    pub name: String,
    pub country_id: u64,
    pub platform_id: u64,
    #[serde(deserialize_with = "json::stock")]
    pub available: u32,
    /// In the version's own currency.
    pub price: M,
    pub active: bool,
}

impl<M: Denomination> Product<M> {
    pub fn plain(self) -> Product {
        let Self { id, name, country_id, platform_id, available, price, active } = self;
        Product { id, name, country_id, platform_id, available, price: price.amount(), active }
    }
}

/// `GET` and `PATCH /webhook`.
#[derive(Debug, Deserialize)]
pub struct Webhook {
    #[serde(deserialize_with = "json::nullable")]
    pub webhook_url: Option<String>,
    #[serde(deserialize_with = "json::nullable_secret")]
    pub webhook_secret: Option<SecretString>,
}

/// `POST /webhook/test`.
#[derive(Debug, Deserialize)]
pub struct WebhookTested {
    /// What the shop's own server answered.
    pub status_code: u16,
}

#[cfg(test)]
mod tests;
