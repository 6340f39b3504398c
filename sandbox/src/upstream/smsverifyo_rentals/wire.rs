//! Every shape of SMSVerifyo's rental API, in one place: its guide names endpoints and a few fields but shows no JSON, so
//! most of what stands here is chosen. When the real reference shows something else, this file is what changes. It knows
//! nothing of how rentals live or what they cost.
//!
//! # What the guide gives
//!
//! * `GET /v1/services`, `POST /v1/rentals`, `GET /v1/rentals/{id}`, `POST /v1/rentals/{id}/cancel`
//! * `Authorization: Bearer sms_live_...` on every request
//! * `Idempotency-Key` on `POST /v1/rentals`, good for 24 hours
//! * `max_price_usd` on creation: above it nothing is sold
//! * a filter for numbers of real mobile carriers, which cost a little more (its name is not given)
//! * cancelling early refunds everything
//! * a webhook with `rental_id`, `code` and `received_at` and an HMAC signature (its header and form are not given)
//! * 60 rental requests a minute for each key, then 429 with `Retry-After`
//!
//! # What is chosen
//!
//! Amounts are USD as JSON numbers with four decimals (`0.3500`), times ISO 8601 in UTC to the second
//! (`2026-05-27T08:00:00Z`), codes strings with their leading zeros, rental ids opaque strings. Requests with a body send
//! `Content-Type: application/json`; unknown fields and parameters are refused.
//!
//! `GET /v1/services` answers 200. `code` is what a creation names; `real_mobile` is null where no real mobile carrier
//! has numbers:
//!
//! ```json
//! {"services": [{"code": "wa", "name": "WhatsApp", "countries": [
//!   {"code": "ID", "name": "Indonesia", "price_usd": 0.3500, "available": 42,
//!    "real_mobile": {"price_usd": 0.4200, "available": 7}}]}]}
//! ```
//!
//! `POST /v1/rentals` takes `service` and `country` (both needed, codes as above), `max_price_usd` (a number above zero
//! with at most four decimals) and `real_mobile_only` (false when absent):
//!
//! ```json
//! {"service": "wa", "country": "ID", "max_price_usd": 0.4200, "real_mobile_only": true}
//! ```
//!
//! It answers 201 with a rental. The same key with the same body within 24 hours answers 201 with the same rental as it
//! stands by then, and buys nothing. `Idempotency-Key` is text of 1 to 255 visible characters and may be absent: then
//! every creation that arrives is one. A refused creation leaves its key free. `GET /v1/rentals/{id}` and
//! `POST /v1/rentals/{id}/cancel` (which takes no body) answer 200 with a rental. All fields are always there, `phone`
//! has its plus, and `code` is the newest one:
//!
//! ```json
//! {"rental": {"id": "rnt_0f1e2d3c4b5a69788796a5b4", "service": "wa", "country": "ID", "real_mobile": true,
//!   "phone": "+6281200123456", "status": "received", "price_usd": 0.4200, "code": "012345",
//!   "received_at": "2026-05-27T08:00:40Z", "created_at": "2026-05-27T08:00:00Z",
//!   "expires_at": "2026-05-27T08:20:00Z"}}
//! ```
//!
//! | status | what it means | `code`, `received_at` | money |
//! |---|---|---|---|
//! | `waiting` | no code yet | null | charged |
//! | `received` | a code is here; stays so after `expires_at`, when no more come | the newest | charged |
//! | `cancelled` | taken back, by the reseller or by the provider, before any code | null, or what came late | refunded |
//! | `expired` | `expires_at` came before any code | null, or what came late | refunded |
//!
//! Refusals are `{"error": {"code": "not_found", "message": "..."}}`, where the message is for people:
//!
//! | HTTP | `code` | when |
//! |---|---|---|
//! | 400 | `invalid_request` | a body, parameter or header that is missing or malformed |
//! | 401 | `unauthorized` | no key, or not this one |
//! | 402 | `insufficient_funds` | the balance is below the price |
//! | 404 | `not_found` | no such endpoint, rental, service, country, or not sold there at all |
//! | 405 | `method_not_allowed` | with `Allow` |
//! | 409 | `idempotency_key_reused` | the key was used with another body within 24 hours |
//! | 409 | `invalid_state` | a cancel of a rental that is not `waiting` any more, a repeated one included |
//! | 409 | `price_too_high` | the price is above `max_price_usd` |
//! | 429 | `rate_limited` | with `Retry-After` in whole seconds; creations only are counted, repeated ones too |
//! | 500 | `internal_error` | |
//! | 503 | `no_numbers` | sold there, but out of stock now; nothing was charged |
//! | 503 | `unavailable` | with `Retry-After` |
//!
//! The webhook's address and secret are set in the reseller's dashboard, not over the API. For every code it is
//! `POST {"rental_id": "rnt_...", "code": "012345", "received_at": "2026-05-27T08:00:40Z"}` with
//! `X-Signature`: HMAC-SHA256 of the body's bytes under the secret, in small hexadecimal digits.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Number, Value, json};
use time::{format_description::BorrowedFormatItem, macros::format_description};

use super::{
    catalog::{Catalog, OfferKey},
    refusal::Refusal,
    rental::{Rental, Status},
};
use crate::{
    clock,
    upstream::{
        numbers::Sms,
        server::{Answer, Request},
        world::{COUNTRIES, SERVICES},
    },
};

/// The header that signs a webhook.
pub(super) const SIGNATURE: &str = "x-signature";

const LONGEST_KEY: usize = 255;
const TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");

/// The body of a creation as it is sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateBody {
    service: String,
    country: String,
    max_price_usd: Option<Number>,
    #[serde(default)]
    real_mobile_only: bool,
}

/// What a creation asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub offer: OfferKey,
    /// In ten-thousandths of a USD.
    pub max_price_pips: Option<i64>,
}

impl Wanted {
    pub fn read(request: &Request) -> Result<Self, Refusal> {
        let media_type = request.header("content-type").and_then(|value| value.split(';').next());
        if !media_type.is_some_and(|value| value.trim().eq_ignore_ascii_case("application/json")) {
            return Err("Content-Type must be application/json".to_owned().into());
        }
        // By way of an object, because a struct would be read from an array too.
        let CreateBody { service, country, max_price_usd, real_mobile_only } =
            serde_json::from_slice(&request.body)
                .map(Value::Object)
                .and_then(serde_json::from_value)
                .map_err(|error| error.to_string())?;
        let max_price_pips = max_price_usd.as_ref().map(pips).transpose()?;
        let offer = OfferKey { service, country, real_mobile: real_mobile_only };
        Ok(Self { offer, max_price_pips })
    }
}

/// The `Idempotency-Key`, if one was sent.
pub(super) fn idempotency_key(request: &Request) -> Result<Option<String>, Refusal> {
    if !request.headers.contains_key("idempotency-key") {
        return Ok(None);
    }
    request
        .header("idempotency-key")
        .filter(|key| (1..=LONGEST_KEY).contains(&key.len()))
        .filter(|key| key.bytes().all(|byte| byte.is_ascii_graphic()))
        .map(|key| Some(key.to_owned()))
        .ok_or_else(|| "Idempotency-Key must be 1 to 255 visible characters".to_owned().into())
}

/// An amount in ten-thousandths, which must be exact and above zero.
fn pips(amount: &Number) -> Result<i64, Refusal> {
    Decimal::from_str_exact(&amount.to_string())
        .ok()
        .and_then(|amount| amount.checked_mul(Decimal::from(super::PIPS)))
        .filter(|pips| pips.is_integer() && *pips > Decimal::ZERO)
        .and_then(|pips| pips.try_into().ok())
        .ok_or_else(|| "max_price_usd must be above 0 with four decimals at most".to_owned().into())
}

/// An exact amount with four decimals.
fn money(pips: i64) -> Value {
    Decimal::new(pips, 4).to_string().parse::<Number>().map_or(Value::Null, Value::Number)
}

pub(super) fn services(catalog: &Catalog) -> Value {
    let price_and_stock = |service, country, real_mobile| {
        let offer = catalog.offer(service, country, real_mobile)?;
        Some(json!({ "price_usd": money(offer.price_pips), "available": offer.available }))
    };
    let services = SERVICES.iter().map(|service| {
        let countries = COUNTRIES.iter().filter_map(|country| {
            let mut row = price_and_stock(service.code, country.iso, false)?;
            row["code"] = country.iso.into();
            row["name"] = country.name.into();
            row["real_mobile"] = price_and_stock(service.code, country.iso, true).into();
            Some(row)
        });
        json!({
            "code": service.code,
            "name": service.name,
            "countries": countries.collect::<Value>(),
        })
    });
    json!({ "services": services.collect::<Value>() })
}

pub(super) fn rental(rental: &Rental) -> Value {
    let newest = rental.sms.last();
    json!({ "rental": {
        "id": rental.id,
        "service": rental.offer.service,
        "country": rental.offer.country,
        "real_mobile": rental.offer.real_mobile,
        "phone": rental.phone,
        "status": status(rental.status()),
        "price_usd": money(rental.price_pips),
        "code": newest.map(|sms| &sms.code),
        "received_at": newest.map(|sms| time(sms.at_ms)),
        "created_at": time(rental.created_ms),
        "expires_at": time(rental.expires_ms()),
    } })
}

const fn status(status: Status) -> &'static str {
    match status {
        Status::Waiting => "waiting",
        Status::Received => "received",
        Status::Cancelled => "cancelled",
        Status::Expired => "expired",
    }
}

/// What a webhook says about a code.
pub(super) fn webhook(rental_id: &str, sms: &Sms) -> Value {
    json!({ "rental_id": rental_id, "code": sms.code, "received_at": time(sms.at_ms) })
}

pub(super) fn refused(refusal: &Refusal) -> Answer {
    let (status, code) = status_and_code(refusal);
    let error = json!({ "code": code, "message": refusal.to_string() });
    let mut answer = Answer::new(status, json!({ "error": error }));
    match refusal {
        Refusal::MethodNotAllowed(allowed) => {
            answer.headers.push(("allow", (*allowed).to_owned()));
        }
        Refusal::RateLimited { retry_after } | Refusal::Unavailable { retry_after } => {
            answer.headers.push(("retry-after", retry_after.to_string()));
        }
        Refusal::InvalidRequest(_)
        | Refusal::Unauthorized
        | Refusal::InsufficientFunds
        | Refusal::NotFound(_)
        | Refusal::KeyReused
        | Refusal::InvalidState
        | Refusal::PriceTooHigh
        | Refusal::Internal
        | Refusal::NoNumbers => {}
    }
    answer
}

const fn status_and_code(refusal: &Refusal) -> (u16, &'static str) {
    match refusal {
        Refusal::InvalidRequest(_) => (400, "invalid_request"),
        Refusal::Unauthorized => (401, "unauthorized"),
        Refusal::InsufficientFunds => (402, "insufficient_funds"),
        Refusal::NotFound(_) => (404, "not_found"),
        Refusal::MethodNotAllowed(_) => (405, "method_not_allowed"),
        Refusal::KeyReused => (409, "idempotency_key_reused"),
        Refusal::InvalidState => (409, "invalid_state"),
        Refusal::PriceTooHigh => (409, "price_too_high"),
        Refusal::RateLimited { .. } => (429, "rate_limited"),
        Refusal::Internal => (500, "internal_error"),
        Refusal::NoNumbers => (503, "no_numbers"),
        Refusal::Unavailable { .. } => (503, "unavailable"),
    }
}

fn time(at_ms: i64) -> String {
    clock::show(at_ms, TIME)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_exactly_or_not_at_all() {
        let read = |text: &str| pips(&serde_json::from_str(text).unwrap()).ok();
        for (text, expected) in [("0.35", 3_500), ("0.3500", 3_500), ("0.0001", 1), ("12", 120_000)]
        {
            assert_eq!(read(text), Some(expected), "{text}");
        }
        for text in ["0", "-1", "0.00001", "0.35001", "1e400", "99999999999999999999"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(money(3_500).to_string(), "0.3500");
    }
}
