//! The documented JSON: exactly the fields of the document's examples. Money leaves the ledger here and nowhere else.

use rust_decimal::Decimal;
use serde_json::{Number, Value, json};
use time::{format_description::BorrowedFormatItem, macros::format_description};

use super::{
    catalog::{Catalog, Offer},
    order::{Order, Status},
    refusal::Refusal,
};
use crate::{clock, upstream::world::Country};

const TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");

/// "All amounts are in USD with 4-decimal precision": `42.5000`. Some examples show fewer; the convention stands.
pub(super) fn money(pips: i64) -> Value {
    Decimal::new(pips, 4).to_string().parse::<Number>().map_or(Value::Null, Value::Number)
}

pub(super) fn balance(balance_pips: i64) -> Value {
    json!({
        "ok": true,
        "balance_usd": money(balance_pips),
        "currency": "USD",
        "email": "reseller@example.com",
        "username": "reseller1",
    })
}

pub(super) fn services(catalog: &Catalog) -> Value {
    let services = catalog
        .services
        .iter()
        .map(|(id, service)| json!({ "id": id, "code": service.code, "name": service.name }));
    json!({ "ok": true, "services": services.collect::<Value>() })
}

pub(super) fn countries(catalog: &Catalog, service_id: &str) -> Result<Value, Refusal> {
    let row = |(country, offer): (&Country, &Offer)| {
        json!({
            "country_id": offer.key.country_id,
            "name": country.name,
            "flag": country.flag(),
            "price_usd": money(offer.price_pips),
            "available": offer.available,
        })
    };
    let countries: Value = catalog.of_service(service_id)?.map(row).collect();
    Ok(json!({ "ok": true, "countries": countries }))
}

/// The answer to a purchase.
pub(super) fn bought(order: &Order, balance_pips: i64) -> Value {
    json!({
        "ok": true,
        "order": {
            "id": order.uuid,
            "phone": phone(order),
            "status": order.status().name(),
            "price_usd": money(order.price_pips),
            "balance_usd": money(balance_pips),
            "expires_at": time(order.expires_ms()),
        },
    })
}

/// The answer to a poll: without price or end, and with a code only once there is one ("sms_code is returned").
pub(super) fn order(order: &Order) -> Value {
    let mut shown = json!({
        "id": order.uuid,
        "phone": phone(order),
        "status": order.status().name(),
    });
    if let Some(newest) = order.sms.last() {
        shown["sms_code"] = newest.code.clone().into();
        shown["received_at"] = time(newest.at_ms);
    }
    json!({ "ok": true, "order": shown })
}

pub(super) fn cancelled(balance_pips: i64) -> Value {
    let status = Status::Cancelled.name();
    json!({ "ok": true, "status": status, "balance_usd": money(balance_pips) })
}

pub(super) fn finished() -> Value {
    json!({ "ok": true, "status": Status::Finished.name() })
}

fn phone(order: &Order) -> &str {
    order.phone.trim_start_matches('+')
}

fn time(at_ms: i64) -> Value {
    clock::show(at_ms, TIME).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_exact_with_four_decimals() {
        for (pips, shown) in [
            (425_000, "42.5000"),
            (1_800, "0.1800"),
            (100_000_000_000_001, "10000000000.0001"),
            (0, "0.0000"),
            (1, "0.0001"),
        ] {
            assert_eq!(money(pips).to_string(), shown);
        }
    }
}
