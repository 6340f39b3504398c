//! The documented JSON of orders, products, money and times. Money leaves the ledger here and nowhere else: as whole
//! IDR on v1, as a money object in USD on v2.

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Map, Value, json};
use time::{format_description::BorrowedFormatItem, macros::format_description};

use super::{
    catalog::{CountryRow, ProductView, ServiceRow},
    order::{Order, Stage},
};
use crate::clock;

/// RFC 3339 in the `+00:00` form that the document's examples have, without fractions of a second.
const TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]+00:00");

/// The exchange rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fx {
    /// Whole IDR for one USD, above zero.
    pub rate: i64,
    /// None when no time is recorded.
    pub as_of_ms: Option<i64>,
}

impl Fx {
    pub fn show(&self) -> Value {
        json!({ "pair": "USD/IDR", "rate": self.rate, "rate_as_of": self.as_of_ms.map(time) })
    }

    /// Rounded half away from zero; a positive amount never becomes zero ("positive-floor").
    pub fn usd(&self, idr: i64, decimals: u32) -> String {
        let exact = Decimal::from(idr) / Decimal::from(self.rate);
        let mut rounded =
            exact.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
        if idr > 0 && rounded.is_zero() {
            rounded = Decimal::new(1, decimals);
        }
        rounded.rescale(decimals);
        rounded.to_string()
    }
}

/// How an answer shows money.
#[derive(Clone, Copy, Debug)]
pub(super) enum Money {
    Idr,
    Usd(Fx),
}

impl Money {
    /// A price or a refund: four decimals in USD.
    pub fn price(&self, idr: i64) -> Value {
        self.show(idr, 4)
    }

    /// A balance: two decimals in USD.
    pub fn total(&self, idr: i64) -> Value {
        self.show(idr, 2)
    }

    fn show(self, idr: i64, decimals: u32) -> Value {
        match self {
            Self::Idr => json!(idr),
            Self::Usd(fx) => json!({
                "amount": fx.usd(idr, decimals),
                "currency": "USD",
                "canonical_amount": idr,
                "canonical_currency": "IDR",
            }),
        }
    }

    /// The `meta` of an answer with money in it, beside what else belongs there.
    pub fn meta(&self, mut rest: Map<String, Value>) -> Option<Value> {
        if let Self::Usd(fx) = self {
            rest.insert("fx".to_owned(), fx.show());
        }
        (!rest.is_empty()).then_some(Value::Object(rest))
    }
}

pub(super) fn country(row: &CountryRow) -> Value {
    json!({
        "id": row.id,
        "code": row.country.iso,
        "name": row.country.name,
        "dial_code": format!("+{}", row.country.dial_code),
        "emoji": row.country.flag(),
        "active": row.active,
    })
}

pub(super) fn service(row: &ServiceRow) -> Value {
    json!({ "id": row.id, "code": row.code, "name": row.name, "active": row.active })
}

pub(super) fn product(product: &ProductView, money: Money) -> Value {
    json!({
        "id": product.id,
        "name": product.name,
        "country_id": product.country_id,
        "platform_id": product.platform_id,
        "available": product.available,
        "price": money.price(product.price_idr),
        "active": product.active,
    })
}

/// An order in `/orders` and `/orders/{id}`.
pub(super) fn full_order(order: &Order, money: Money) -> Value {
    let mut shown = common(order);
    shown["created_at"] = json!(time(order.created_ms));
    shown["product_id"] = json!(order.product_id);
    shown["phone_number"] = json!(order.phone);
    shown["amount"] = money.price(order.price_idr);
    shown["canceled_at"] = match order.stage {
        Stage::Canceled { at_ms, .. } => json!(time(at_ms)),
        Stage::Active { .. } | Stage::OtpReceived(_) | Stage::Completed(_) | Stage::Expired => {
            Value::Null
        }
    };
    shown
}

/// An order in `/orders/create`: no price, no product.
pub(super) fn created_order(order: &Order) -> Value {
    let mut shown = common(order);
    shown["phone_number"] = json!(order.phone);
    shown
}

/// An order in `/orders/active`: the text of the SMS, and no number.
pub(super) fn active_order(order: &Order) -> Value {
    let mut shown = common(order);
    shown["otp_message"] = json!(order.shown_sms().map(|sms| &sms.message));
    shown
}

fn common(order: &Order) -> Value {
    let sms = order.shown_sms();
    let failed_reason = match &order.stage {
        Stage::Canceled { reason, .. } => reason.as_deref(),
        Stage::Active { .. } | Stage::OtpReceived(_) | Stage::Completed(_) | Stage::Expired => None,
    };
    json!({
        "id": order.id,
        "status": order.status().name(),
        "otp_code": sms.map(|sms| &sms.code),
        "otp_received_at": sms.map(|sms| time(sms.at_ms)),
        "expires_at": time(order.expires_ms()),
        "failed_reason": failed_reason,
    })
}

pub(super) fn time(at_ms: i64) -> String {
    clock::show(at_ms, TIME)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FX: Fx = Fx { rate: 16_250, as_of_ms: Some(1_779_868_800_000) };

    #[test]
    fn dollars_are_those_of_the_documents_examples() {
        assert_eq!(FX.usd(15_000, 4), "0.9231");
        assert_eq!(FX.usd(500_000, 2), "30.77");
        assert_eq!(FX.usd(515_000, 2), "31.69");
    }

    #[test]
    fn dollars_keep_their_decimals_and_positive_ones_never_vanish() {
        assert_eq!(FX.usd(16_250, 4), "1.0000");
        assert_eq!(FX.usd(0, 2), "0.00");
        assert_eq!(FX.usd(1, 4), "0.0001");
        assert_eq!(FX.usd(1, 2), "0.01");
    }

    #[test]
    fn times_have_the_documents_form() {
        assert_eq!(FX.show()["rate_as_of"], "2026-05-27T08:00:00+00:00");
        assert_eq!(Fx { as_of_ms: None, ..FX }.show()["rate_as_of"], Value::Null);
    }
}
