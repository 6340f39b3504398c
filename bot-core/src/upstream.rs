//! What the shop asks of a provider of numbers, and the typed answers. One implementation per provider, stateless.
//!
//! Knows nothing of customers, prices to customers, orders of the shop or chats. The rule that matters most: a create
//! that got no clear answer is [`Placing::Unknown`], never a failure, and nothing that buys is retried in here.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use rust_decimal::Decimal;

use crate::{
    clock::Timestamp,
    ids::{IdempotencyKey, ProductRef, UpstreamOrderId},
    money::Money,
    phone::{AreaCode, Phone},
};

pub mod budget;
mod capabilities;
#[cfg(test)]
pub mod contract;
mod countries;
pub mod http;
pub mod json;
#[cfg(test)]
mod scripted;
pub mod smsbuyz;
pub mod smscode;
pub mod smsverificationservice;
pub mod smsverifyo;
pub mod smsverifyo_rentals;

use budget::Budget;
pub use capabilities::*;

/// One provider, seen through its reseller key.
#[async_trait]
pub trait Upstream: Send + Sync {
    /// What this provider can do. Screens and workers read this; nobody asks for the provider's name.
    fn capabilities(&self) -> &Capabilities;

    /// What every request passes before it is sent.
    fn budget(&self) -> &Arc<Budget>;

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

    /// Buys. Sent at most once per call.
    async fn place(&self, request: &PlaceRequest<'_>) -> Placing;

    /// Sends the same create with the same key once more, after an [`Placing::Unknown`]; reads no price first. Asked only
    /// where [`FindAgain::SameKey`] says that this buys nothing twice.
    async fn place_again(&self, request: &PlaceRequest<'_>) -> Placing;

    /// Pays for another term of a rental, which keeps its number. Sent at most once per call; asked only where
    /// [`Capabilities::renew`] holds, and only when another term of this product costs `max_cost` at most. The accepted order
    /// tells its new end where the provider does.
    async fn renew(&self, id: &UpstreamOrderId, product: &ProductRef, max_cost: Money) -> Placing;

    /// The newest orders in the provider's own records, newest first: how a lost answer is settled. Nothing where
    /// [`FindAgain::Balance`] says that there are no records.
    async fn recent_orders(&self, since: Timestamp) -> Result<Vec<UpstreamOrder>, UpstreamError>;

    /// Whether a record may be what this create bought, as far as the record says what it is; times and ids are compared
    /// elsewhere. Pure.
    fn may_be(&self, record: &UpstreamOrder, request: &PlaceRequest<'_>) -> bool;

    /// Every order that still may get a code, where [`PollBy::ActiveList`] or [`PollBy::StatusList`] says that one call
    /// shows them.
    async fn active_orders(&self) -> Result<Vec<UpstreamOrder>, UpstreamError>;

    /// One order.
    async fn order(&self, id: &UpstreamOrderId) -> Result<UpstreamOrder, UpstreamError>;

    /// Gives a number back. Only [`CancelAnswer::Cancelled`] is the provider's word for a refund.
    async fn cancel(&self, id: &UpstreamOrderId) -> Result<CancelAnswer, UpstreamError>;

    /// Tells the provider that the number is no longer needed.
    async fn finish(&self, id: &UpstreamOrderId) -> Result<(), UpstreamError>;

    /// Asks for another SMS. `false` when this service does not support it.
    async fn resend(&self, id: &UpstreamOrderId) -> Result<bool, UpstreamError>;

    /// What a pushed body says, once its signature is checked where [`Capabilities::push`] says that there is one. Pure.
    fn read_push(&self, body: &[u8]) -> Result<Pushed, UpstreamError>;

    /// Has the provider push to this address, and answers with the secret that signs it. Asked only where
    /// [`Push::Signed`] says that the shop can register itself.
    async fn register_push(&self, url: &str) -> Result<PushSecret, UpstreamError>;

    /// Has the provider push a test to this address, which must be the registered one, and answers with the HTTP status
    /// that it got. Asked only where [`Upstream::register_push`] is.
    async fn test_push(&self, url: &str) -> Result<u16, UpstreamError>;
}

/// What a pushed body says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// The same for every copy of the same event, different for different ones.
    pub dedup: String,
    /// `None` for a test of the connection.
    pub order: Option<UpstreamOrderId>,
    pub says: Says,
}

/// How far a push is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// The provider's word about the order: what it tells may be applied as it is.
    Seen(UpstreamOrder),
    /// Something happened: the order must be asked for. Holds the SMS for the case that the provider's answer shows the
    /// order with an SMS and leaves its text out.
    Look { sms: Option<UpstreamSms> },
    /// Nothing that changes an order.
    Nothing,
}

/// What signs the pushes.
pub type PushSecret = secrecy::SecretString;

/// What is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// One number for one service, for minutes.
    Activation,
    /// One number for this many days, for many SMS.
    Rental { days: u16 },
    /// A data plan that a phone installs by a code.
    Esim,
}

/// How the number is chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Choice {
    /// As the provider likes.
    #[default]
    Any,
    /// Of this mobile operator.
    Operator(String),
    /// From the provider's list of those that deliver best.
    BestDelivery,
    /// Of a real mobile carrier, never of an internet telephone.
    MobileCarrier,
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
    /// Whether there is more that takes another look: where a list costs many requests it is read bit by bit.
    pub goes_on: bool,
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

/// One thing that can be bought. An eSIM's service is the plan, and its country [`ESIM_COUNTRY`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamOffer {
    pub service: String,
    pub country: String,
    pub kind: Kind,
    pub choice: Choice,
    /// What the provider must be asked for: tells offers apart that are alike in all else.
    pub product: ProductRef,
    pub cost: Cost,
    /// Whether an area of the country may be asked for.
    pub takes_area_code: bool,
    /// How many are in stock, where the provider says.
    pub stock: Option<u32>,
}

/// The key of what stands for a country where a plan has none.
pub const ESIM_COUNTRY: &str = "esim";

/// One purchase, as the provider must be asked for it.
#[derive(Clone, Copy, Debug)]
pub struct PlaceRequest<'a> {
    pub key: &'a IdempotencyKey,
    pub service: &'a str,
    pub country: &'a str,
    pub kind: Kind,
    pub product: &'a ProductRef,
    /// Only where [`UpstreamOffer::takes_area_code`] holds.
    pub area_code: Option<&'a AreaCode>,
    /// How many: at least one, at most [`Capabilities::most_at_once`].
    pub quantity: u16,
    /// The most that each may cost. Where the provider cannot be told, the price is read again first.
    pub max_cost: Money,
}

/// The answer to a create.
#[derive(Debug)]
pub enum Placing {
    /// The provider sold this: at least one order and at most as many as were asked for, in an order that a repeated answer
    /// keeps. What is missing was not sold and not charged.
    Accepted(Vec<UpstreamOrder>),
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
    /// What installs an eSIM.
    pub activation_code: Option<String>,
    pub product: Option<ProductRef>,
    /// What the records call the thing, where they do not say which product it is.
    pub label: Option<String>,
    pub cost: Option<Cost>,
    pub created_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    pub sms: Vec<UpstreamSms>,
}

/// Where a provider's order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpstreamStatus {
    /// Waiting for an SMS; of a rental or an eSIM: in use.
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
