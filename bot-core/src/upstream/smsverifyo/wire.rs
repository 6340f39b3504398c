//! SMSVerifyo's documented shapes and what they mean; no HTTP, no state.
//!
//! Source: "Reseller API v1", the example of each endpoint. "Successful responses always include `ok: true`", so every
//! shape has it, and an answer without it is no success.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::CURRENCY;
use crate::{
    clock::Timestamp,
    ids::{ProductRef, UpstreamOrderId},
    money::{Money, OutOfRange},
    phone::Phone,
    upstream::{
        Cost, UpstreamOrder, UpstreamStatus,
        json::{self, Hidden},
    },
};

pub mod refusal;

/// The longest id, in bytes; a UUID has 36.
const LONGEST_ID: usize = 64;

/// A service's or an order's id: a UUID, of which only that it fits into an address is asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Id(String);

impl Id {
    /// None when no UUID looks like this.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let is_id = (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(fits);
        is_id.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(reader)?).ok_or_else(|| D::Error::custom("not an id"))
    }
}

/// The only documented currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Currency {
    #[serde(rename = "USD")]
    Usd,
}

/// `GET /balance`.
#[derive(Debug, Deserialize)]
pub struct Balance {
    #[serde(deserialize_with = "json::must_be_true")]
    pub ok: (),
    #[serde(deserialize_with = "json::number")]
    pub balance_usd: Decimal,
    pub currency: Currency,
}

/// `GET /services`.
#[derive(Debug, Deserialize)]
pub struct Services {
    #[serde(deserialize_with = "json::must_be_true")]
    pub ok: (),
    pub services: Vec<Service>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Service {
    pub id: Id,
    pub name: String,
}

/// `GET /countries`.
#[derive(Debug, Deserialize)]
pub struct Countries {
    #[serde(deserialize_with = "json::must_be_true")]
    pub ok: (),
    pub countries: Vec<Country>,
}

/// One country that has the service.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Country {
    /// 0 is a real country.
    pub country_id: u64,
    pub name: String,
    pub flag: String,
    #[serde(deserialize_with = "price")]
    pub price_usd: Cost,
    #[serde(deserialize_with = "json::stock")]
    pub available: u32,
}

/// What is sent to `POST /order`.
#[derive(Debug, Serialize)]
pub struct Create<'a> {
    pub service_id: &'a Id,
    pub country_id: u64,
}

/// Where an order stands, section "Order lifecycle".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Waiting,
    Received,
    Cancelled,
    Expired,
    Finished,
}

impl From<Status> for UpstreamStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Waiting => Self::Active,
            Status::Received => Self::CodeReceived,
            Status::Cancelled => Self::Cancelled,
            Status::Expired => Self::Expired,
            Status::Finished => Self::Completed,
        }
    }
}

/// The answer to `POST /order`.
#[derive(Debug, Deserialize)]
pub struct Created {
    #[serde(deserialize_with = "json::must_be_true")]
    pub ok: (),
    pub order: Bought,
}

#[derive(Debug, Deserialize)]
pub struct Bought {
    pub id: Id,
    #[serde(deserialize_with = "json::phone")]
    pub phone: Phone,
    pub status: Status,
    /// What was charged; it may differ from what `/countries` says.
    #[serde(deserialize_with = "price")]
    pub price_usd: Cost,
    #[serde(deserialize_with = "json::moment")]
    pub expires_at: Timestamp,
}

impl From<Bought> for UpstreamOrder {
    fn from(bought: Bought) -> Self {
        Self {
            id: UpstreamOrderId(bought.id.0),
            status: bought.status.into(),
            phone: Some(bought.phone),
            activation_code: None,
            product: None,
            label: None,
            cost: Some(bought.price_usd),
            created_at: None,
            expires_at: Some(bought.expires_at),
            sms: Vec::new(),
        }
    }
}

/// The answer to `GET /order/{id}`.
#[derive(Debug, Deserialize)]
pub struct Shown {
    #[serde(deserialize_with = "json::must_be_true")]
    pub ok: (),
    pub order: Order,
}

/// An order as a poll shows it: without its price and its end.
#[derive(Debug, Deserialize)]
pub struct Order {
    pub id: Id,
    #[serde(deserialize_with = "json::phone")]
    pub phone: Phone,
    pub status: Status,
    /// "When the SMS arrives"; not shown before, or `null`.
    #[serde(default)]
    pub sms_code: Option<Hidden>,
    #[serde(default, deserialize_with = "json::nullable_moment")]
    pub received_at: Option<Timestamp>,
}

impl From<Order> for UpstreamOrder {
    fn from(order: Order) -> Self {
        Self {
            id: UpstreamOrderId(order.id.0),
            status: order.status.into(),
            phone: Some(order.phone),
            activation_code: None,
            product: None,
            label: None,
            cost: None,
            created_at: None,
            expires_at: None,
            sms: json::sms(order.sms_code, None, order.received_at),
        }
    }
}

/// The answer to `POST /order/{id}/cancel` and to `POST /order/{id}/finish`.
#[derive(Debug, Deserialize)]
pub struct Closed {
    #[serde(deserialize_with = "json::must_be_true")]
    pub ok: (),
    pub status: Status,
}

/// What is bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    pub service: Id,
    pub country: u64,
}

impl Product {
    /// Reads what [`Product::reference`] wrote.
    pub fn read(reference: &ProductRef) -> Option<Self> {
        let (service, country) = reference.as_str().split_once('/')?;
        let product = Self { service: Id::parse(service)?, country: country.parse().ok()? };
        (product.reference() == *reference).then_some(product)
    }

    /// `d0a1.../0`.
    pub fn reference(&self) -> ProductRef {
        ProductRef(format!("{}/{}", self.service.as_str(), self.country))
    }
}

/// What an amount of the provider's costs.
pub fn cost(amount: Decimal) -> Result<Cost, OutOfRange> {
    let money = Money::round_up(amount)?;
    Ok(Cost { amount, currency: CURRENCY.to_owned(), money })
}

/// A price, which is not below zero.
fn price<'de, D: Deserializer<'de>>(reader: D) -> Result<Cost, D::Error> {
    let amount = json::number(reader)?;
    if amount < Decimal::ZERO {
        return Err(D::Error::custom("below zero"));
    }
    cost(amount).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests;
