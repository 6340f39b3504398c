//! What requests ask, parsed and checked the same way for every provider. Stricter than the documents in one point:
//! unknown and repeated parameters are refused, because a misspelt filter that is ignored answers with everything.

use std::ops::RangeInclusive;

use serde::{Deserialize, de::DeserializeOwned};

use super::server::Request;

/// No parameter at all.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// The query string's parameters.
///
/// # Errors
/// What is wrong with them.
pub fn query<T: DeserializeOwned>(request: &Request) -> Result<T, String> {
    serde_urlencoded::from_str(&request.query).map_err(|error| error.to_string())
}

/// The number given, or the usual one.
///
/// # Errors
/// What it must be.
pub fn in_range(
    name: &str,
    given: Option<i64>,
    usual: i64,
    range: RangeInclusive<i64>,
) -> Result<usize, String> {
    Some(given.unwrap_or(usual))
        .filter(|value| range.contains(value))
        .and_then(|value| usize::try_from(value).ok())
        .ok_or_else(|| format!("{name} must be between {} and {}", range.start(), range.end()))
}
