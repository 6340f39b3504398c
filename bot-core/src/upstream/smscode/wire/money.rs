//! How SMSCode writes money and its exchange rate, and what an amount costs in the shop's currency.

use rust_decimal::Decimal;
use serde::{Deserialize, de::DeserializeOwned};

use super::Absent;
use crate::{
    clock::Timestamp,
    money::{Money, OutOfRange},
    upstream::{Cost, json},
};

/// How a version writes money.
pub trait Denomination: DeserializeOwned {
    /// `meta` of an answer that holds money and has no pages.
    type Meta: DeserializeOwned;
    /// `meta.fx` of a page that holds money.
    type Fx: DeserializeOwned;

    /// The amount in the version's own currency.
    fn amount(&self) -> Decimal;
}

/// v1: whole rupiah, a JSON integer.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct Idr(#[serde(deserialize_with = "json::integer")] Decimal);

impl Denomination for Idr {
    type Meta = Absent;
    type Fx = Absent;

    fn amount(&self) -> Decimal {
        self.0
    }
}

/// v2: the money object.
#[derive(Debug, Deserialize)]
pub struct Usd {
    #[serde(deserialize_with = "json::decimal_text")]
    amount: Decimal,
    pub currency: UsdOnly,
    pub canonical_amount: Idr,
    pub canonical_currency: IdrOnly,
}

#[derive(Debug, Deserialize)]
pub enum UsdOnly {
    #[serde(rename = "USD")]
    Usd,
}

#[derive(Debug, Deserialize)]
pub enum IdrOnly {
    #[serde(rename = "IDR")]
    Idr,
}

impl Denomination for Usd {
    type Meta = FxMeta;
    type Fx = UsdIdr;

    fn amount(&self) -> Decimal {
        self.amount
    }
}

/// `meta` of a v2 answer that holds money.
#[derive(Debug, Deserialize)]
pub struct FxMeta {
    pub fx: UsdIdr,
}

#[derive(Debug, Deserialize)]
pub enum Pair {
    #[serde(rename = "USD/IDR")]
    UsdIdr,
}

/// The exchange rate as v2 writes it, also in `meta.fx`.
#[derive(Debug, Deserialize)]
pub struct UsdIdr {
    pub pair: Pair,
    /// Rupiah for one dollar, above zero.
    #[serde(deserialize_with = "rate")]
    pub rate: Decimal,
    #[serde(deserialize_with = "json::nullable_moment")]
    pub rate_as_of: Option<Timestamp>,
}

/// The exchange rate as v1 writes it.
#[derive(Debug, Deserialize)]
pub struct UsdIdrV1 {
    pub pair: Pair,
    pub base_currency: UsdOnly,
    pub quote_currency: IdrOnly,
    /// Rupiah for one dollar, above zero.
    #[serde(deserialize_with = "rate")]
    pub rate: Decimal,
}

fn rate<'de, D: serde::Deserializer<'de>>(reader: D) -> Result<Decimal, D::Error> {
    let rate = json::number(reader)?;
    if rate > Decimal::ZERO { Ok(rate) } else { Err(serde::de::Error::custom("not above zero")) }
}

/// `GET /balance`, v1.
#[derive(Debug, Deserialize)]
pub struct BalanceV1 {
    pub currency: IdrOnly,
    pub balance: Idr,
}

/// `GET /balance`, v2.
#[derive(Debug, Deserialize)]
pub struct BalanceV2 {
    pub balance: Usd,
}

/// How one version's amounts become costs in USD, the shop's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prices {
    /// v2: already USD.
    Usd,
    /// v1: so many rupiah for one dollar, above zero.
    Idr { per_dollar: Decimal },
}

impl Prices {
    /// The cost of an amount in the version's own currency, rounded up.
    pub fn cost(self, amount: Decimal) -> Result<Cost, OutOfRange> {
        let (currency, dollars) = match self {
            Self::Usd => ("USD", Some(amount)),
            Self::Idr { per_dollar } => ("IDR", amount.checked_div(per_dollar)),
        };
        let money = Money::round_up(dollars.ok_or(OutOfRange)?)?;
        Ok(Cost { amount, currency: currency.to_owned(), money })
    }
}
