//! smsVerificationService's documented shapes and what they mean; no HTTP, no state.
//!
//! Source: "API Documentation", the example of each endpoint. Answers come in three envelopes: `{"success", "data"}`, a
//! bare object (with `success` beside its fields where something was bought), and a raw array. Prices are exact JSON
//! numbers, times RFC 3339 in UTC. The provider lists both `sell_price` and `price`; `sell_price` is "the sell price you
//! will be charged", so `price` is not looked at beside it.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de::Error as _};

use super::CURRENCY;
use crate::{
    money::{Money, OutOfRange},
    upstream::{Cost, json},
};

pub mod catalog;
pub mod order;
pub mod push;
pub mod refusal;

/// The envelope with `data`.
#[derive(Debug, Deserialize)]
pub struct Reply<D> {
    #[serde(deserialize_with = "json::must_be_true")]
    pub success: (),
    pub data: D,
}

/// `GET balance/`, and in an envelope `GET wallet/balance/`.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Balance {
    #[serde(deserialize_with = "amount")]
    pub balance: Cost,
    #[serde(deserialize_with = "dollars")]
    pub currency: (),
}

/// What an amount of the provider's costs.
fn cost(amount: Decimal) -> Result<Cost, OutOfRange> {
    let money = Money::round_up(amount)?;
    Ok(Cost { amount, currency: CURRENCY.to_owned(), money })
}

/// An amount, which may be below zero. For `#[serde(deserialize_with)]`, as all below.
fn amount<'de, D: Deserializer<'de>>(reader: D) -> Result<Cost, D::Error> {
    cost(json::number(reader)?).map_err(D::Error::custom)
}

/// What was paid: zero or more.
fn paid<'de, D: Deserializer<'de>>(reader: D) -> Result<Cost, D::Error> {
    let cost = amount(reader)?;
    if cost.money < Money::ZERO { Err(D::Error::custom("below zero")) } else { Ok(cost) }
}

/// What is asked for something: above zero.
fn price<'de, D: Deserializer<'de>>(reader: D) -> Result<Cost, D::Error> {
    let cost = amount(reader)?;
    if cost.money.is_positive() { Ok(cost) } else { Err(D::Error::custom("not above zero")) }
}

/// [`CURRENCY`], and nothing else.
fn dollars<'de, D: Deserializer<'de>>(reader: D) -> Result<(), D::Error> {
    if String::deserialize(reader)? == CURRENCY {
        Ok(())
    } else {
        Err(D::Error::custom("another currency"))
    }
}

/// A name with something in it.
fn name<'de, D: Deserializer<'de>>(reader: D) -> Result<String, D::Error> {
    let name = String::deserialize(reader)?;
    if name.trim().is_empty() { Err(D::Error::custom("empty")) } else { Ok(name) }
}

#[cfg(test)]
mod tests;
