//! The documented JSON: exactly the fields of the document's examples, which differ from answer to answer. Money is an exact
//! JSON number with two decimals and leaves the ledger here and nowhere else.

use rust_decimal::Decimal;
use serde_json::{Number, Value, json};
use time::{format_description::BorrowedFormatItem, macros::format_description};

use super::{
    catalog::{Catalog, List, OfferKey, Row, Ware},
    order::{Line, Order},
    phone,
};
use crate::{
    clock,
    upstream::{numbers::Sms, world::Country},
};

const TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
const DAY_S: i64 = 24 * 60 * 60;

fn money(cents: i64) -> Value {
    exact(Decimal::new(cents, 2))
}

fn exact(amount: Decimal) -> Value {
    amount.to_string().parse::<Number>().map_or(Value::Null, Value::Number)
}

pub(super) fn balance(cents: i64) -> Value {
    json!({ "balance": money(cents), "currency": "USD" })
}

/// One of the lists that are bought from by `service_id`.
pub(super) fn services(catalog: &Catalog, wanted: List) -> Value {
    let listed = |row: &Row| {
        let (list, service_id) = match row.offer.key {
            OfferKey::Temporary { service_id } => (List::Temporary, service_id),
            OfferKey::BestTemp { service_id } => (List::BestTemp, service_id),
            OfferKey::Rent1Day { service_id } => (List::Rent1Day, service_id),
            OfferKey::Rent30Days { service_id } => (List::Rent30Days, service_id),
            OfferKey::Global { .. }
            | OfferKey::Rental3Days { .. }
            | OfferKey::Rental30Days { .. }
            | OfferKey::Esim { .. } => return None,
        };
        let price = money(row.offer.price_cents);
        let mut shown = json!({ "service_id": service_id, "name": row.offer.name, "price": price });
        if list == List::BestTemp {
            shown["country"] = "US".into();
        }
        (list == wanted).then_some(shown)
    };
    json!({ "services": catalog.rows().filter_map(listed).collect::<Value>() })
}

/// The rentals by name: those that are offered for both terms, because every row has both prices.
pub(super) fn rentals(catalog: &Catalog) -> Value {
    let row = |row: &Row| {
        let OfferKey::Rental3Days { service } = &row.offer.key else { return None };
        let long = catalog.row(&OfferKey::Rental30Days { service: service.clone() })?;
        let (short, long) = (money(row.offer.price_cents), money(long.offer.price_cents));
        Some(json!({
            "name": service,
            "sell_price_3days": short,
            "sell_price_30days": long,
            "price_3days": short,
            "price_30days": long,
        }))
    };
    catalog.rows().filter_map(row).collect()
}

pub(super) fn esims(catalog: &Catalog) -> Value {
    let row = |row: &Row| {
        let Ware::Esim(plan) = row.ware else { return None };
        let price = money(row.offer.price_cents);
        Some(json!({
            "name": plan.name,
            "data_gb": exact(Decimal::new(plan.data_gb, 1)),
            "validity_days": plan.days,
            "sell_price": price,
            "price": price,
        }))
    };
    catalog.rows().filter_map(row).collect()
}

/// The countries "for which we currently have at least one in-stock service", by name.
pub(super) fn countries(catalog: &Catalog) -> Value {
    let mut countries: Vec<_> = catalog
        .rows()
        .filter(|row| row.offer.stock > 0)
        .filter_map(|row| {
            let OfferKey::Global { country_id, .. } = row.offer.key else { return None };
            Some((row.offer.country?, country_id))
        })
        .collect();
    countries.sort_unstable();
    countries.dedup();
    let row = |(name, id)| json!({ "country_id": id, "country_name": name });
    json!({ "countries": countries.into_iter().map(row).collect::<Value>() })
}

pub(super) fn global_services(catalog: &Catalog, id: u64, country: &Country) -> Value {
    let row = |row: &Row| {
        let OfferKey::Global { service_id, country_id } = row.offer.key else { return None };
        let price = money(row.offer.price_cents);
        let shown = json!({
            "service_id": service_id,
            "service_name": row.offer.name,
            "country_id": id,
            "country_name": country.name,
            "sell_price": price,
            "price": price,
        });
        (country_id == id).then_some(shown)
    };
    json!({
        "country_id": id,
        "country_name": country.name,
        "offers": catalog.rows().filter_map(row).collect::<Value>(),
    })
}

/// A number bought by `service_id`: without a price, and "pending" even when it is a rental.
pub(super) fn bought(order: &Order) -> Value {
    json!({ "order_id": order.id, "phone": phone(order), "status": "pending" })
}

/// A rental bought by name, without an envelope.
pub(super) fn rented(order: &Order) -> Value {
    let price = money(order.price_cents);
    json!({
        "success": true,
        "order_id": order.id,
        "phone": phone(order),
        "sell_price": price,
        "price": price,
        "status": order.status().name(),
        "expiry_date": order.line().map(|line| clock::show(line.expires_ms, TIME)),
    })
}

/// An eSIM, without an envelope: the only answer that shows the activation code.
pub(super) fn esim(order: &Order, activation_code: &str) -> Value {
    let price = money(order.price_cents);
    json!({
        "success": true,
        "order_id": order.id,
        "activation_code": activation_code,
        "sell_price": price,
        "price": price,
        "status": order.status().name(),
    })
}

/// An order in the list: without its code.
pub(super) fn listed(order: &Order) -> Value {
    let price = money(order.price_cents);
    json!({
        "order_id": order.id,
        "service": order.label,
        "status": order.status().name(),
        "sell_price": price,
        "price": price,
        "phone": phone(order),
        "created_at": clock::show(order.created_ms, TIME),
    })
}

/// An order's newest SMS; null before the first. `otp` is empty where the provider did not find the code in the message.
pub(super) fn status(order: &Order, now_ms: i64) -> Value {
    let newest = order.line().and_then(|line| Some((line, line.sms.last()?)));
    let otp = newest.map(|(line, sms)| if line.text_only { "" } else { sms.code.as_str() });
    let mut shown = json!({
        "order_id": order.id,
        "status": order.status().name(),
        "otp": otp,
        "message": newest.map(|(_, sms)| &sms.message),
        "phone": phone(order),
    });
    if let OfferKey::Rent1Day { .. } | OfferKey::Rent30Days { .. } = order.key
        && let Some(line) = order.line()
    {
        let left_s = (line.expires_ms - now_ms).max(0) / 1000;
        shown["time_left_seconds"] = left_s.into();
        shown["days_left"] = (left_s / DAY_S).into();
    }
    shown
}

pub(super) fn cancelled(order: &Order) -> Value {
    json!({ "order_id": order.id, "status": order.status().name() })
}

pub(super) fn renewed(order: &Order) -> Value {
    json!({ "order_id": order.id, "status": order.status().name(), "phone": phone(order) })
}

/// What is posted to the callback when an SMS arrives ("HTTP callback"): the text, and never the code by itself.
pub(super) fn callback(id: u64, line: &Line, sms: &Sms) -> Value {
    json!({
        "event": "incoming_message",
        "message": {
            "order_id": id,
            "number": line.phone.trim_start_matches('+'),
            "service": line.service.name.to_lowercase(),
            "sender": "8843",
            "sms": sms.message,
            "type": "str",
        },
    })
}

/// Empty for an eSIM.
fn phone(order: &Order) -> String {
    order.line().map(|line| phone::shown(line.country, &line.phone)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_exact_with_two_decimals() {
        for (cents, shown) in [
            (5_000, "50.00"),
            (40, "0.40"),
            (0, "0.00"),
            (5, "0.05"),
            (9_007_199_254_740_993, "90071992547409.93"),
        ] {
            assert_eq!(money(cents).to_string(), shown);
        }
    }
}
