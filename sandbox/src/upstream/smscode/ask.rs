//! What requests to SMSCode ask, parsed and checked.

use serde::{Deserialize, de::DeserializeOwned};

use super::{order::Status, refusal::Refusal};
use crate::upstream::{
    ask::{self, in_range},
    server::Request,
};

const LONGEST_KEY: usize = 255;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServicesQuery {
    pub country_id: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RateQuery {
    pub pair: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Sort {
    #[default]
    PriceAsc,
    PriceDesc,
    AvailableAsc,
    AvailableDesc,
    NameAsc,
    NameDesc,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProductsQuery {
    country_id: Option<i64>,
    platform_id: Option<i64>,
    #[serde(default)]
    sort: Sort,
    limit: Option<i64>,
    page: Option<i64>,
}

#[derive(Debug)]
pub(super) struct ProductsQuery {
    pub country_id: Option<i64>,
    pub platform_id: Option<i64>,
    pub sort: Sort,
    pub limit: usize,
    /// From 1.
    pub page: usize,
}

impl ProductsQuery {
    pub fn read(request: &Request) -> Result<Self, Refusal> {
        let RawProductsQuery { country_id, platform_id, sort, limit, page } = query(request)?;
        let limit = in_range("limit", limit, 1_000, 1..=10_000)?;
        let page = in_range("page", page, 1, 1..=i64::MAX)?;
        Ok(Self { country_id, platform_id, sort, limit, page })
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOrdersQuery {
    limit: Option<i64>,
    offset: Option<i64>,
    status: Option<String>,
}

#[derive(Debug)]
pub(super) struct OrdersQuery {
    pub limit: usize,
    pub offset: usize,
    pub status: Option<Status>,
}

impl OrdersQuery {
    pub fn read(request: &Request) -> Result<Self, Refusal> {
        let RawOrdersQuery { limit, offset, status } = query(request)?;
        let status = match status {
            None => None,
            Some(name) => Some(Status::from_name(&name).ok_or_else(|| {
                Refusal::Validation("status must be a known order status".to_owned())
            })?),
        };
        Ok(Self {
            limit: in_range("limit", limit, 20, 1..=100)?,
            offset: in_range("offset", offset, 0, 0..=i64::MAX)?,
            status,
        })
    }
}

/// The body of `POST /orders/create`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateBody {
    pub product_id: u64,
    #[serde(default = "one")]
    pub quantity: u32,
}

fn one() -> u32 {
    1
}

impl CreateBody {
    pub fn read(request: &Request) -> Result<Self, Refusal> {
        let create: Self = body(request)?;
        in_range("quantity", Some(create.quantity.into()), 1, 1..=100)?;
        Ok(create)
    }
}

/// The body of cancel, finish and resend.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderBody {
    pub id: u64,
}

/// The `Idempotency-Key`, if one was sent.
pub(super) fn idempotency_key(request: &Request) -> Result<Option<String>, Refusal> {
    if !request.headers.contains_key("idempotency-key") {
        return Ok(None);
    }
    request
        .header("idempotency-key")
        .filter(|key| !key.is_empty() && key.len() <= LONGEST_KEY)
        .map(|key| Some(key.to_owned()))
        .ok_or_else(|| {
            Refusal::Validation(
                "Idempotency-Key must be plain text of 1 to 255 characters".to_owned(),
            )
        })
}

/// The id in `/orders/{id}`.
pub(super) fn order_id(text: &str) -> Result<u64, Refusal> {
    text.parse().map_err(|_| Refusal::Validation("id must be an integer".to_owned()))
}

pub(super) fn query<T: DeserializeOwned>(request: &Request) -> Result<T, Refusal> {
    Ok(ask::query(request)?)
}

pub(super) fn body<T: DeserializeOwned>(request: &Request) -> Result<T, Refusal> {
    let media_type = request.header("content-type").and_then(|value| value.split(';').next());
    if !media_type
        .is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
    {
        return Err(Refusal::Validation("Content-Type must be application/json".to_owned()));
    }
    serde_json::from_slice(&request.body).map_err(|error| Refusal::Validation(error.to_string()))
}
