//! What the shop asks of a provider of numbers, and the typed answers. One implementation per provider, stateless.
//!
//! Knows nothing of customers, prices to customers, orders of the shop or chats. The rule that matters most: a create
//! that got no clear answer is [`Placing::Unknown`], never a failure, and nothing that buys is retried in here.

use std::time::Duration;

use async_trait::async_trait;
use rust_decimal::Decimal;

use crate::{
    clock::Timestamp,
    ids::{IdempotencyKey, ProductRef, UpstreamOrderId},
    money::Money,
    phone::Phone,
};

#[cfg(test)]
pub mod contract;
pub mod http;
pub mod json;
pub mod smsbuyz;
pub mod smscode;

/// One provider, seen through its reseller key.
#[async_trait]
pub trait Upstream: Send + Sync {
    /// What this provider can do. Screens and workers read this; nobody asks for the provider's name.
    fn capabilities(&self) -> &Capabilities;

    /// The reseller's own money at the provider.
    async fn balance(&self) -> Result<Cost, UpstreamError>;

    /// The whole catalogue: every active offer with its price and stock.
    async fn listing(&self) -> Result<Listing, UpstreamError>;

    /// The offers of one service in one country, fresh.
    async fn offers(
        &self,
        service: &str,
        country: &str,
    ) -> Result<Vec<UpstreamOffer>, UpstreamError>;

    /// Buys one number. Sent at most once per call.
    async fn place(&self, request: &PlaceRequest<'_>) -> Placing;

    /// Sends the same create with the same key once more, after an [`Placing::Unknown`]; reads no price first. Asked only
    /// where [`Capabilities::same_key_same_order`] holds.
    async fn place_again(&self, request: &PlaceRequest<'_>) -> Placing;

    /// The newest orders in the provider's own records, newest first: how a lost answer is settled.
    async fn recent_orders(&self, since: Timestamp) -> Result<Vec<UpstreamOrder>, UpstreamError>;

    /// Every order that still may get a code, where [`PollBy::ActiveList`] says that one call shows them all.
    async fn active_orders(&self) -> Result<Vec<UpstreamOrder>, UpstreamError>;

    /// One order.
    async fn order(&self, id: &UpstreamOrderId) -> Result<UpstreamOrder, UpstreamError>;

    /// Gives a number back. Only [`CancelAnswer::Cancelled`] is the provider's word for a refund.
    async fn cancel(&self, id: &UpstreamOrderId) -> Result<CancelAnswer, UpstreamError>;

    /// Tells the provider that the number is no longer needed.
    async fn finish(&self, id: &UpstreamOrderId) -> Result<(), UpstreamError>;

    /// Asks for another SMS. `false` when this service does not support it.
    async fn resend(&self, id: &UpstreamOrderId) -> Result<bool, UpstreamError>;
}

/// What a provider can do, as data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// The name that the configuration uses: `smscode-v2`.
    pub provider: &'static str,
    pub cancel: CancelRule,
    pub poll: PollBy,
    /// Whether another SMS can be asked for.
    pub resend: bool,
    /// Whether a create with the same [`IdempotencyKey`] answers with the same order.
    pub same_key_same_order: bool,
    /// The longest that an activation stays open; what is shown while the provider has not said.
    pub lifetime: Duration,
}

/// When a number may be given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelRule {
    /// This long after the purchase.
    After(Duration),
    Never,
}

/// How waiting orders are watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollBy {
    /// One call shows every open order.
    ActiveList,
    /// One call per order.
    Single,
}

/// What something costs the reseller: the provider's own figure and the same in the shop's currency, rounded up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    pub amount: Decimal,
    /// ISO 4217, as the provider names it.
    pub currency: String,
    pub money: Money,
}

/// A provider's catalogue at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    pub services: Vec<UpstreamService>,
    pub countries: Vec<UpstreamCountry>,
    pub offers: Vec<UpstreamOffer>,
}

/// A service as the provider names it. `key` is the provider's own id, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamService {
    pub key: String,
    pub name: String,
}

/// A country as the provider names it. Key `0` is a real country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamCountry {
    pub key: String,
    pub name: String,
    /// A flag emoji; empty when the provider has none.
    pub flag: String,
}

/// One thing that can be bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamOffer {
    pub service: String,
    pub country: String,
    pub product: ProductRef,
    pub cost: Cost,
    /// Numbers in stock.
    pub stock: u32,
}

/// One purchase, as the provider must be asked for it.
#[derive(Clone, Copy, Debug)]
pub struct PlaceRequest<'a> {
    pub key: &'a IdempotencyKey,
    pub service: &'a str,
    pub country: &'a str,
    pub product: &'a ProductRef,
    /// The most that this purchase may cost. Where the provider cannot be told, the price is read again first.
    pub max_cost: Money,
}

/// The answer to a create.
#[derive(Debug)]
pub enum Placing {
    /// The provider sold a number.
    Accepted(UpstreamOrder),
    /// The provider said clearly that it sold nothing.
    Rejected(Rejection),
    /// The request may or may not have been carried out.
    Unknown(Unclear),
}

/// Why nothing was sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    NoNumbers,
    /// The price is above the request's `max_cost` now.
    PriceMoved {
        now: Money,
    },
    /// The reseller's own balance does not suffice.
    UpstreamFunds,
    /// This product is not sold any more.
    OfferGone,
    /// Certainly not carried out; may be asked again after this long (rate limit, provider unreachable).
    NotNow {
        retry_after: Duration,
        reason: String,
    },
    /// The key was refused.
    KeyRefused,
    /// The provider refused the request itself, for this reason.
    Invalid(String),
}

/// Why an answer to a create says nothing, for the operator; never holds secrets, numbers or codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unclear {
    pub reason: String,
    pub retry_after: Option<Duration>,
}

/// A provider's order, as far as one answer tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamOrder {
    pub id: UpstreamOrderId,
    pub status: UpstreamStatus,
    pub phone: Option<Phone>,
    pub product: Option<ProductRef>,
    pub cost: Option<Cost>,
    pub created_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    pub sms: Vec<UpstreamSms>,
}

/// Where a provider's order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpstreamStatus {
    /// Waiting for an SMS.
    Active,
    /// At least one SMS has come; more may.
    CodeReceived,
    /// Closed after an SMS; charged.
    Completed,
    /// Given back; refunded.
    Cancelled,
    /// Ended without an SMS; refunded.
    Expired,
    /// The number is blacklisted; whether it is refunded is not promised.
    Banned,
}

/// One SMS. At least one of `code` and `text` is present.
#[derive(Clone, PartialEq, Eq)]
pub struct UpstreamSms {
    pub code: Option<String>,
    pub text: Option<String>,
    pub received_at: Option<Timestamp>,
}

impl std::fmt::Debug for UpstreamSms {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("UpstreamSms(hidden)")
    }
}

/// The answer to a cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelAnswer {
    /// Given back and refunded.
    Cancelled,
    /// Not yet; it will work after this long.
    TooEarly { retry_after: Duration },
    /// The order is not open any more: read it to learn why.
    NotOpen,
}

/// Why a call that buys nothing failed. Safe to log: no secrets, numbers or codes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamError {
    #[error("{route}: the key was refused")]
    KeyRefused { route: &'static str },
    #[error("{route}: not found")]
    NotFound { route: &'static str },
    #[error("{route}: too many requests, again in {} s", retry_after.as_secs())]
    RateLimited { route: &'static str, retry_after: Duration },
    /// 5xx, maintenance, no exchange rate.
    #[error("{route}: unavailable ({reason})")]
    Unavailable { route: &'static str, reason: String, retry_after: Option<Duration> },
    /// No connection could be made, so nothing was sent.
    #[error("{route}: the provider cannot be reached")]
    Unreachable { route: &'static str },
    /// Sent, but no whole answer came back.
    #[error("{route}: no answer ({reason})")]
    NoAnswer { route: &'static str, reason: &'static str },
    #[error("{route}: refused ({code})")]
    Refused { route: &'static str, code: String },
    /// The answer is not what the document promises.
    #[error("{route}: unreadable answer at {field}")]
    Malformed { route: &'static str, field: String },
}

impl UpstreamError {
    /// How long the provider asks to wait, where it does.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after, .. } => Some(*retry_after),
            Self::Unavailable { retry_after, .. } => *retry_after,
            Self::KeyRefused { .. }
            | Self::NotFound { .. }
            | Self::Unreachable { .. }
            | Self::NoAnswer { .. }
            | Self::Refused { .. }
            | Self::Malformed { .. } => None,
        }
    }
}
