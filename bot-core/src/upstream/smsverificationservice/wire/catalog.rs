//! The lists of what is sold.

use serde::Deserialize;

use super::{name, price};
use crate::upstream::Cost;

/// `data` of the lists that are bought from by `service_id`.
#[derive(Debug, Deserialize)]
pub struct Services {
    pub services: Vec<Service>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Service {
    pub service_id: u64,
    #[serde(deserialize_with = "name")]
    pub name: String,
    #[serde(deserialize_with = "price")]
    pub price: Cost,
}

/// One of `GET services/rental/`.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Rental {
    #[serde(deserialize_with = "name")]
    pub name: String,
    #[serde(deserialize_with = "price")]
    pub sell_price_3days: Cost,
    #[serde(deserialize_with = "price")]
    pub sell_price_30days: Cost,
}

/// One of `GET services/esim/`.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Plan {
    #[serde(deserialize_with = "name")]
    pub name: String,
    #[serde(deserialize_with = "price")]
    pub sell_price: Cost,
}

/// `GET global/countries/`.
#[derive(Debug, Deserialize)]
pub struct Countries {
    pub countries: Vec<Country>,
}

/// A country other than the United States.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Country {
    pub country_id: u64,
    #[serde(deserialize_with = "name")]
    pub country_name: String,
}

/// `GET global/services/`.
#[derive(Debug, Deserialize)]
pub struct GlobalServices {
    pub country_id: u64,
    pub offers: Vec<GlobalService>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct GlobalService {
    pub service_id: u64,
    pub country_id: u64,
    #[serde(deserialize_with = "name")]
    pub service_name: String,
    #[serde(deserialize_with = "price")]
    pub sell_price: Cost,
}
