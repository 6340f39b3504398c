//! `GET /guest/prices`: what each operator asks, and how many numbers it has. `GET /guest/products/{country}/{operator}`:
//! the same for one operator, or for any.
//!
//! The document shows the answer for one product in one country: countries, and in each its operators. For the whole list
//! it only says that both filters may be left out. The whole list is therefore taken for the same with one more level, and
//! whether countries or products come first is seen by the names, because countries are two-letter codes.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::upstream::json;

/// What one operator has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Shelf {
    #[serde(deserialize_with = "json::number")]
    pub cost: Decimal,
    #[serde(deserialize_with = "json::stock")]
    pub count: u32,
}

/// A product by one operator, or by any: how many numbers there are, and what the next one costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Ware {
    #[serde(deserialize_with = "json::stock")]
    pub qty: u32,
    #[serde(deserialize_with = "json::number")]
    pub price: Decimal,
}

/// `GET /guest/products/{country}/{operator}`: by the product's name.
pub type Wares = BTreeMap<String, Ware>;

/// By the operator's name.
pub type Operators = BTreeMap<String, Shelf>;

/// What a purchase from any of them is expected to cost, because the cheapest in stock sells first, and how many they have at
/// that cost: whatever comes after is dearer. The provider itself tells a price for any only country by country. None when
/// nobody sells.
pub fn any_of(shelves: impl Iterator<Item = Shelf> + Clone) -> Option<Shelf> {
    let Shelf { cost, .. } = shelves.clone().min_by_key(|shelf| (shelf.count == 0, shelf.cost))?;
    let count = shelves
        .filter(|shelf| shelf.cost == cost)
        .fold(0_u32, |sum, shelf| sum.saturating_add(shelf.count));
    Some(Shelf { cost, count })
}

/// The answer for one product: by country.
pub type OfProduct = BTreeMap<String, Operators>;

/// The whole list: by country and product, or by product and country.
pub type Everything = BTreeMap<String, BTreeMap<String, Operators>>;

/// One product in one country, with the operators that have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sold {
    pub country: String,
    pub product: String,
    pub operators: Operators,
}

/// The whole list, flat. None when neither level has only country codes.
pub fn flatten(everything: Everything) -> Option<Vec<Sold>> {
    let is_country =
        |name: &String| name.len() == 2 && name.bytes().all(|it| it.is_ascii_alphabetic());
    let countries_first = everything.keys().all(is_country);
    let countries_second = everything.values().flat_map(BTreeMap::keys).all(is_country);
    if !countries_first && !countries_second {
        return None;
    }
    let flat = everything.into_iter().flat_map(|(outer, inner)| {
        inner.into_iter().map(move |(inner, operators)| {
            let outer = outer.clone();
            let (country, product) = if countries_first { (outer, inner) } else { (inner, outer) };
            Sold { country, product, operators }
        })
    });
    Some(flat.collect())
}
