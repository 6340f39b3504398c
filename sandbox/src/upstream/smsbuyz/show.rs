//! The documented JSON: exactly the fields of the document's examples, which differ from answer to answer. Times are in
//! UTC and do not say so. Money leaves the ledger here and nowhere else.

use rust_decimal::Decimal;
use serde_json::{Map, Number, Value, json};
use time::{format_description::BorrowedFormatItem, macros::format_description};

use super::{
    catalog::{Catalog, CountryRow, Offer, product_of},
    order::Order,
    refusal::Refusal,
};
use crate::{
    clock,
    upstream::{
        numbers::Sms,
        wallet::{Entry, Movement},
    },
};

const TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");

/// An exact amount with two to four decimals, as the examples have them: `10.50`, `0.4118`.
pub(super) fn money(pips: i64) -> Value {
    let mut amount = Decimal::new(pips, 4).normalize();
    if amount.scale() < 2 {
        amount.rescale(2);
    }
    amount.to_string().parse::<Number>().map_or(Value::Null, Value::Number)
}

pub(super) fn profile(balance_pips: i64) -> Value {
    json!({
        "id": 1,
        "email": "reseller@example.com",
        "balance": money(balance_pips),
        "rating": 0,
        "default_operator": "any",
    })
}

/// An order in `user/buy`: nothing has come yet.
pub(super) fn bought(order: &Order) -> Value {
    let mut shown = listed(order);
    shown["expires"] = time(order.expires_ms());
    shown
}

/// An order in `user/orders`: without its end.
pub(super) fn listed(order: &Order) -> Value {
    let mut shown = common(order);
    shown["created_at"] = time(order.created_ms);
    shown
}

/// An order in `user/check`: without times of its own, and with the senders. The document shows no answer of finish,
/// cancel and ban; they are taken to answer the same.
pub(super) fn checked(order: &Order) -> Value {
    let mut shown = common(order);
    for sms in shown["sms"].as_array_mut().into_iter().flatten() {
        sms["sender"] = order.service.name.into();
    }
    shown
}

fn common(order: &Order) -> Value {
    let sms =
        |sms: &Sms| json!({ "created_at": time(sms.at_ms), "code": sms.code, "text": sms.message });
    json!({
        "id": order.id,
        "phone": order.phone.trim_start_matches('+'),
        "operator": order.offer.operator,
        "product": order.offer.product,
        "price": money(order.price_pips),
        "status": order.status().name(),
        "country": order.offer.country,
        "sms": order.sms.iter().map(sms).collect::<Value>(),
    })
}

/// A movement in `user/payments`, of which the document shows nothing: these fields are this emulator's own.
pub(super) fn payment(id: usize, entry: &Entry) -> Value {
    let (kind, order) = match entry.movement {
        Movement::Opening | Movement::TopUp => ("deposit", None),
        Movement::Charge { order } => ("purchase", Some(order)),
        Movement::Refund { order } => ("refund", Some(order)),
    };
    json!({
        "id": id,
        "type": kind,
        "order_id": order,
        "amount": money(entry.change),
        "created_at": time(entry.at_ms),
    })
}

/// The products of a country by an operator. For "any" the stock is that of all operators together, and the price is the
/// one that the next purchase pays, so what is sold out cheaply may cost more while there is still some.
pub(super) fn products(row: &CountryRow, operator: &str) -> Result<Value, Refusal> {
    let mut of_product: Map<String, Value> = Map::new();
    let mut offers: Vec<_> = row.by(operator)?.collect();
    // The cheapest in stock comes first, and what is sold out comes last.
    offers.sort_by_key(|offer| (offer.count == 0, offer.price_pips));
    for offer in offers {
        let shown = of_product.entry(&offer.key.product).or_insert_with(
            || json!({ "Category": "activation", "Qty": 0, "Price": money(offer.price_pips) }),
        );
        shown["Qty"] = (shown["Qty"].as_u64().unwrap_or_default() + u64::from(offer.count)).into();
    }
    Ok(of_product.into())
}

/// Prices by country and operator. Without a product the documented form has no place for one, so it stands between
/// the two.
pub(super) fn prices(
    catalog: &Catalog,
    product: Option<&str>,
    country: Option<&str>,
) -> Result<Value, Refusal> {
    let product = product.map(product_of).transpose()?.map(|(name, _)| name);
    if let Some(iso) = country {
        catalog.country(iso)?;
    }
    let wanted = |offer: &&Offer| product.as_ref().is_none_or(|name| *name == offer.key.product);
    let mut shown = json!({});
    for (iso, row) in &catalog.countries {
        if country.is_some_and(|country| country != iso) {
            continue;
        }
        for offer in row.offers.iter().filter(wanted) {
            let place = if product.is_some() {
                &mut shown[iso][&offer.key.operator]
            } else {
                &mut shown[iso][&offer.key.product][&offer.key.operator]
            };
            *place = json!({ "cost": money(offer.price_pips), "count": offer.count });
        }
    }
    Ok(shown)
}

fn time(at_ms: i64) -> Value {
    clock::show(at_ms, TIME).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_exact_with_two_to_four_decimals() {
        for (pips, shown) in [
            (105_000, "10.50"),
            (4_118, "0.4118"),
            (100_000_000_000_001, "10000000000.0001"),
            (0, "0.00"),
            (10_000, "1.00"),
            (1_230, "0.123"),
            (-4_118, "-0.4118"),
        ] {
            assert_eq!(money(pips).to_string(), shown);
        }
    }
}
