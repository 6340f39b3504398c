//! What a customer pays for what costs the reseller something. Pure; knows nothing of offers, quotes or accounts.

use rust_decimal::Decimal;

use crate::money::{Money, OutOfRange};

/// The rule that makes a retail price: `max(cost x (1 + margin / 100) + fee, cost + minimum)`, rounded up to a multiple
/// of the step. Valid by construction, so a price is never below its cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pricing {
    margin_percent: Decimal,
    fee: Money,
    minimum: Money,
    step: Money,
}

/// What becomes of a number that the provider charged more for than its customer's quote allowed. The customer pays the
/// quote in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PriceRise {
    /// It goes back, and the customer's money with it.
    #[default]
    GiveBack,
    /// The shop adds up to this much to a number.
    Absorb { up_to: Money },
}

impl PriceRise {
    /// Whether a number for which `most` was allowed is kept although it cost `cost`.
    pub fn is_taken(self, most: Money, cost: Money) -> bool {
        let allowed = match self {
            Self::GiveBack => most,
            Self::Absorb { up_to } => most.checked_add(up_to).unwrap_or(most),
        };
        cost <= allowed
    }
}

/// A setting of [`Pricing`] that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{key}` is {got}; it must be {expected}")]
pub struct BadPricing {
    /// As the configuration names it, within its table.
    pub key: &'static str,
    pub expected: &'static str,
    pub got: Decimal,
}

/// Why a cost has no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PricingError {
    #[error("a cost below zero")]
    NegativeCost,
    #[error(transparent)]
    OutOfRange(#[from] OutOfRange),
}

/// Margin 30 %, no fee, at least 0.05 earned, prices in whole hundredths.
impl Default for Pricing {
    fn default() -> Self {
        Self {
            margin_percent: Decimal::from(30),
            fee: Money::ZERO,
            minimum: Money::from_raw(500),
            step: Money::from_raw(100),
        }
    }
}

impl Pricing {
    /// The most that the margin may be; guards against a slipped finger.
    pub const LARGEST_MARGIN_PERCENT: u32 = 1_000;
    /// Digits after the point that the margin may have: so many that every product stays exact in a [`Decimal`].
    const MARGIN_SCALE: u32 = 4;

    /// `margin_percent`: 30 makes 1.30 of 1.00. `fee`: added to each number. `minimum`: the least that is earned by a
    /// number. `step`: what prices are rounded up to; zero keeps every ten-thousandth.
    pub fn new(
        margin_percent: Decimal,
        fee: Money,
        minimum: Money,
        step: Money,
    ) -> Result<Self, BadPricing> {
        let percents = Decimal::ZERO..=Decimal::from(Self::LARGEST_MARGIN_PERCENT);
        let margin_percent = margin_percent.normalize();
        if !percents.contains(&margin_percent) || margin_percent.scale() > Self::MARGIN_SCALE {
            return Err(BadPricing {
                key: "margin_percent",
                expected: "from 0 to 1000, with at most four digits after the point",
                got: margin_percent,
            });
        }
        for (key, amount) in [("fee", fee), ("minimum", minimum), ("step", step)] {
            if amount < Money::ZERO {
                return Err(BadPricing { key, expected: "zero or more", got: amount.to_decimal() });
            }
        }
        Ok(Self { margin_percent, fee, minimum, step })
    }

    pub fn margin_percent(&self) -> Decimal {
        self.margin_percent
    }

    pub fn fee(&self) -> Money {
        self.fee
    }

    pub fn minimum(&self) -> Money {
        self.minimum
    }

    pub fn step(&self) -> Money {
        self.step
    }

    /// What a customer pays for what costs `cost`.
    pub fn retail(&self, cost: Money) -> Result<Money, PricingError> {
        if cost < Money::ZERO {
            return Err(PricingError::NegativeCost);
        }
        let margin = self.margin_percent / Decimal::ONE_HUNDRED;
        let marked_up = cost.to_decimal().checked_mul(Decimal::ONE + margin).ok_or(OutOfRange)?;
        let with_fee = Money::round_up(marked_up)?.checked_add(self.fee)?;
        let with_minimum = cost.checked_add(self.minimum)?;
        Ok(round_up_to_multiple(with_fee.max(with_minimum), self.step)?)
    }
}

/// Neither is below zero.
fn round_up_to_multiple(amount: Money, step: Money) -> Result<Money, OutOfRange> {
    match amount.raw().checked_rem(step.raw()) {
        None | Some(0) => Ok(amount),
        Some(above) => amount.checked_add(Money::from_raw(step.raw() - above)),
    }
}

#[cfg(test)]
mod tests;
