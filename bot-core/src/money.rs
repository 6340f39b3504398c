//! Money of the shop: whole ten-thousandths of the shop's currency, checked arithmetic only.
//!
//! Knows nothing of currencies' names, accounts or prices. A float never comes near it: edges use [`Decimal`].

use std::fmt;

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

/// Digits after the point that [`Money`] keeps.
const SCALE: u32 = 4;

/// The most that one typed amount may name; guards against a slipped finger, far below any overflow.
pub const LARGEST_AMOUNT: Money = Money(100_000 * 10_000);

/// An amount in ten-thousandths of the shop's currency. May be negative (an account that issues money is).
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    sqlx::Type,
)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Money(i64);

/// The result would not fit. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an amount of money is out of range")]
pub struct OutOfRange;

/// Why a typed amount is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    #[error("not a number")]
    NotANumber,
    #[error("not above zero")]
    NotPositive,
    #[error("more than four digits after the point")]
    TooPrecise,
    #[error("above the largest amount")]
    TooLarge,
}

impl Money {
    pub const ZERO: Self = Self(0);

    /// From ten-thousandths: `from_raw(15_000)` is 1.50.
    pub const fn from_raw(ten_thousandths: i64) -> Self {
        Self(ten_thousandths)
    }

    /// Ten-thousandths, as the database keeps them.
    pub const fn raw(self) -> i64 {
        self.0
    }

    pub fn checked_add(self, other: Self) -> Result<Self, OutOfRange> {
        self.0.checked_add(other.0).map(Self).ok_or(OutOfRange)
    }

    pub fn checked_sub(self, other: Self) -> Result<Self, OutOfRange> {
        self.0.checked_sub(other.0).map(Self).ok_or(OutOfRange)
    }

    pub fn checked_mul(self, times: u16) -> Result<Self, OutOfRange> {
        self.0.checked_mul(times.into()).map(Self).ok_or(OutOfRange)
    }

    /// The whole hours that this lasts when so much is spent in a day. None when nothing is spent.
    pub fn lasts(self, spent_in_a_day: Self) -> Option<u64> {
        let spent = u64::try_from(spent_in_a_day.0).ok().filter(|spent| *spent > 0)?;
        let left = u64::try_from(self.0).unwrap_or(0);
        Some(left.saturating_mul(24) / spent)
    }

    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// The exact value.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, SCALE)
    }

    /// Rounds up to the next ten-thousandth: what costs and retail prices do, so that the shop never loses a fraction.
    pub fn round_up(amount: Decimal) -> Result<Self, OutOfRange> {
        let rounded = amount.round_dp_with_strategy(SCALE, RoundingStrategy::ToPositiveInfinity);
        let raw = rounded.checked_mul(Decimal::from(10_000)).ok_or(OutOfRange)?;
        raw.to_i64().map(Self).ok_or(OutOfRange)
    }

    /// What a person typed: a plain decimal above zero, at most four digits after the point, at most
    /// [`LARGEST_AMOUNT`]. No signs, exponents, currency words or thousands separators.
    pub fn parse_amount(text: &str) -> Result<Self, AmountError> {
        let text = text.trim();
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_number =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(fraction) {
            return Err(AmountError::NotANumber);
        }
        if text.starts_with('-') {
            return Err(AmountError::NotPositive);
        }
        if whole.trim_start_matches('0').len() > 9 {
            return Err(AmountError::TooLarge);
        }
        if fraction.trim_end_matches('0').len() > SCALE as usize {
            return Err(AmountError::TooPrecise);
        }
        let amount: Decimal = digits.parse().map_err(|_| AmountError::NotANumber)?;
        let money = Self::round_up(amount).map_err(|OutOfRange| AmountError::TooLarge)?;
        if !money.is_positive() {
            Err(AmountError::NotPositive)
        } else if money > LARGEST_AMOUNT {
            Err(AmountError::TooLarge)
        } else {
            Ok(money)
        }
    }
}

/// Two to four digits after the point: `1.50`, `0.4118`, `-3.00`.
impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut amount = self.to_decimal().normalize();
        if amount.scale() < 2 {
            amount.rescale(2);
        }
        write!(formatter, "{amount}")
    }
}

#[cfg(test)]
mod tests;
