//! SmsBuyz's documented shapes and what they mean; no HTTP, no state.
//!
//! Source: "SmsBuyz API Documentation", the example of each endpoint and "Error Codes & Order Statuses". Times are written
//! without a zone and taken as UTC.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de::Error as _};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::CURRENCY;
use crate::{
    clock::Timestamp,
    ids::{ProductRef, UpstreamOrderId},
    money::{Money, OutOfRange},
    phone::Phone,
    upstream::{
        Cost, UpstreamOrder, UpstreamSms, UpstreamStatus,
        json::{self, Hidden},
    },
};

pub mod prices;
pub mod refusal;

/// `GET /user/profile`.
#[derive(Debug, Deserialize)]
pub struct Profile {
    #[serde(deserialize_with = "json::number")]
    pub balance: Decimal,
}

/// Where an order stands, section "Order Statuses".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Pending,
    Received,
    Finished,
    Canceled,
    Banned,
    Timeout,
}

impl From<Status> for UpstreamStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Pending => Self::Active,
            Status::Received => Self::CodeReceived,
            Status::Finished => Self::Completed,
            Status::Canceled => Self::Cancelled,
            Status::Banned => Self::Banned,
            Status::Timeout => Self::Expired,
        }
    }
}

/// An order, as a purchase, `GET /user/orders` and `GET /user/check/{id}` show it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Order {
    pub id: u64,
    #[serde(deserialize_with = "json::phone")]
    pub phone: Phone,
    pub country: String,
    /// The operator that sold the number.
    pub operator: String,
    pub product: String,
    #[serde(deserialize_with = "json::number")]
    pub price: Decimal,
    pub status: Status,
    /// A check does not tell it.
    #[serde(default, deserialize_with = "moment")]
    pub created_at: Option<Timestamp>,
    /// Only a purchase tells it.
    #[serde(default, deserialize_with = "moment")]
    pub expires: Option<Timestamp>,
    /// `null` is read as none.
    #[serde(deserialize_with = "json::nullable")]
    pub sms: Option<Vec<Sms>>,
}

/// One SMS of an order.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Sms {
    #[serde(deserialize_with = "json::nullable")]
    pub code: Option<Hidden>,
    #[serde(deserialize_with = "json::nullable")]
    pub text: Option<Hidden>,
    #[serde(default, deserialize_with = "moment")]
    pub created_at: Option<Timestamp>,
}

impl Sms {
    fn plain(self) -> Vec<UpstreamSms> {
        json::sms(self.code, self.text, self.created_at)
    }
}

impl From<Order> for UpstreamOrder {
    fn from(order: Order) -> Self {
        let product = Product::new(&order.country, &order.operator, &order.product);
        Self {
            id: UpstreamOrderId(order.id.to_string()),
            status: order.status.into(),
            phone: Some(order.phone),
            activation_code: None,
            label: None,
            product: product.map(Product::reference),
            cost: cost(order.price).ok(),
            created_at: order.created_at,
            expires_at: order.expires,
            sms: order.sms.into_iter().flatten().flat_map(Sms::plain).collect(),
        }
    }
}

/// The operator that stands for all of them, in a purchase and in `guest/products`.
pub const ANY: &str = "any";

/// What is bought: the three names that a purchase is addressed by. The operator may be [`ANY`]; an order never says so,
/// because orders name the operator that sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Product<'a> {
    pub country: &'a str,
    pub operator: &'a str,
    pub name: &'a str,
}

impl<'a> Product<'a> {
    /// None when the names cannot stand in an address or in a reference.
    pub fn new(country: &'a str, operator: &'a str, name: &'a str) -> Option<Self> {
        let fits = |part: &str| !matches!(part, "" | "." | "..") && !part.contains('/');
        [country, operator, name].into_iter().all(fits).then_some(Self { country, operator, name })
    }

    /// Reads what [`Product::reference`] wrote.
    pub fn read(reference: &'a ProductRef) -> Option<Self> {
        let mut parts = reference.as_str().split('/');
        let product = Self::new(parts.next()?, parts.next()?, parts.next()?)?;
        parts.next().is_none().then_some(product)
    }

    /// Whether buying this may have sold that.
    pub fn sells(self, sold: Product<'_>) -> bool {
        let is_operator =
            self.operator == sold.operator || [self.operator, sold.operator].contains(&ANY);
        is_operator && (self.country, self.name) == (sold.country, sold.name)
    }

    /// `ru/Virtual1/microsoft`.
    pub fn reference(self) -> ProductRef {
        ProductRef(format!("{}/{}/{}", self.country, self.operator, self.name))
    }
}

/// What an amount of the provider's costs.
pub fn cost(amount: Decimal) -> Result<Cost, OutOfRange> {
    let money = Money::round_up(amount)?;
    Ok(Cost { amount, currency: CURRENCY.to_owned(), money })
}

/// `2026-01-15T12:00:00`, taken as UTC; with a zone, that zone's time. `null` is none.
fn moment<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Timestamp>, D::Error> {
    let Some(text) = Option::<String>::deserialize(reader)? else { return Ok(None) };
    let moment = OffsetDateTime::parse(&text, &Rfc3339)
        .or_else(|_| OffsetDateTime::parse(&format!("{text}Z"), &Rfc3339))
        .map_err(|_| D::Error::custom("not a time"))?;
    let milliseconds = moment.unix_timestamp_nanos().div_euclid(1_000_000);
    i64::try_from(milliseconds).map(|it| Some(Timestamp(it))).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests;
