//! Every shape of SMSVerifyo's rental API, in this one file: whoever has the real reference adapts this file, and nothing
//! else needs to change. No HTTP, no state.
//!
//! # What the guide gives
//!
//! * the paths: `GET services`, `POST rentals`, `GET rentals/{id}`, `POST rentals/{id}/cancel`
//! * [`IDEMPOTENCY_KEY`] on a creation; [`Create::max_price_usd`]; a filter for real mobile carriers without its name
//! * the pushed fields [`Event::rental_id`], [`Event::code`] and [`Event::received_at`], and that an HMAC signs them
//! * 429 with `Retry-After`
//!
//! # What is assumed
//!
//! All other names: every field of [`Services`], [`Rental`] and [`Create`] but the one above, the four words of
//! [`Status`], the envelope and the codes of a refusal ([`Code`]), and the header [`SIGNATURE`]. Amounts are taken for
//! dollars in JSON numbers (the guide's `max_price_usd` says as much), times for RFC 3339, codes for strings. A created
//! rental is believed to be a 2xx answer with the rental in it; a refused one to leave its key free.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::Number;
use sha2::{Digest, Sha256};

use crate::{
    clock::Timestamp,
    ids::{ProductRef, UpstreamOrderId},
    money::Money,
    phone::Phone,
    upstream::{
        Cost, Pushed, Says, UpstreamOrder, UpstreamSms, UpstreamStatus,
        json::{self, Hidden, Unreadable},
    },
};

pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The header with the HMAC-SHA256 of a pushed body, in hexadecimal.
pub const SIGNATURE: &str = "X-Signature";

/// By the name of [`Create::max_price_usd`].
const CURRENCY: &str = "USD";

/// The longest id of a rental, in bytes.
const LONGEST_ID: usize = 64;

/// The most of a code that an error shows, in bytes.
const LONGEST_CODE: usize = 40;

/// What stands in a [`ProductRef`] for numbers of real mobile carriers only.
const REAL_MOBILE: &str = "real-mobile";

/// The answer to `GET services`.
#[derive(Debug, Deserialize)]
pub struct Services {
    pub services: Vec<Service>,
}

#[derive(Debug, Deserialize)]
pub struct Service {
    /// What a creation calls it.
    pub code: String,
    pub name: String,
    pub countries: Vec<Country>,
}

/// One country that has the service.
#[derive(Debug, Deserialize)]
pub struct Country {
    /// ISO 3166-1, two letters. What a creation calls it.
    pub code: String,
    pub name: String,
    #[serde(deserialize_with = "price")]
    pub price_usd: Cost,
    #[serde(deserialize_with = "json::stock")]
    pub available: u32,
    /// Always there; `null` where no real mobile carrier has numbers.
    #[serde(deserialize_with = "json::nullable")]
    pub real_mobile: Option<Shelf>,
}

/// What numbers of real mobile carriers cost.
#[derive(Debug, Deserialize)]
pub struct Shelf {
    #[serde(deserialize_with = "price")]
    pub price_usd: Cost,
    #[serde(deserialize_with = "json::stock")]
    pub available: u32,
}

/// What is sent to `POST rentals`.
#[derive(Debug, Serialize)]
pub struct Create<'a> {
    pub service: &'a str,
    pub country: &'a str,
    /// "Hard-cap per-code cost".
    pub max_price_usd: Number,
    pub real_mobile_only: bool,
}

impl<'a> Create<'a> {
    pub fn new(product: Product<'a>, max_cost: Money) -> Self {
        let Product { service, country, real_mobile } = product;
        let max_price_usd = Number::from_string_unchecked(max_cost.to_decimal().to_string());
        Self { service, country, max_price_usd, real_mobile_only: real_mobile }
    }
}

/// Where a rental stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Waiting,
    /// A code is here; stays so when no more can come.
    Received,
    Cancelled,
    Expired,
}

/// The answer to a creation, a look and a cancel.
#[derive(Debug, Deserialize)]
pub struct Shown {
    pub rental: Rental,
}

#[derive(Debug, Deserialize)]
pub struct Rental {
    #[serde(deserialize_with = "id")]
    pub id: String,
    pub service: String,
    pub country: String,
    pub real_mobile: bool,
    #[serde(deserialize_with = "json::phone")]
    pub phone: Phone,
    pub status: Status,
    #[serde(deserialize_with = "price")]
    pub price_usd: Cost,
    /// The newest; always there, `null` before the first.
    #[serde(deserialize_with = "json::nullable")]
    pub code: Option<Hidden>,
    #[serde(deserialize_with = "json::nullable_moment")]
    pub received_at: Option<Timestamp>,
    #[serde(deserialize_with = "json::moment")]
    pub created_at: Timestamp,
    #[serde(deserialize_with = "json::moment")]
    pub expires_at: Timestamp,
}

impl Rental {
    /// None when its names are not such as can be asked for.
    pub fn product(&self) -> Option<Product<'_>> {
        Product::new(&self.service, &self.country, self.real_mobile)
    }

    /// As it stands `now`: after its end nothing more comes to a rental with a code. A received rental without its code is
    /// unreadable.
    pub fn at(self, now: Timestamp) -> Result<UpstreamOrder, Unreadable> {
        let product = self.product().map(Product::reference);
        let sms = json::sms(self.code, None, self.received_at);
        let status = match self.status {
            Status::Waiting => UpstreamStatus::Active,
            Status::Received if sms.is_empty() => {
                return Err(Unreadable { field: "rental.code".to_owned() });
            }
            Status::Received if now >= self.expires_at => UpstreamStatus::Completed,
            Status::Received => UpstreamStatus::CodeReceived,
            Status::Cancelled => UpstreamStatus::Cancelled,
            Status::Expired => UpstreamStatus::Expired,
        };
        Ok(UpstreamOrder {
            id: UpstreamOrderId(self.id),
            status,
            phone: Some(self.phone),
            activation_code: None,
            product,
            label: None,
            cost: Some(self.price_usd),
            created_at: Some(self.created_at),
            expires_at: Some(self.expires_at),
            sms,
        })
    }
}

/// What a refusal says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    InsufficientFunds,
    InvalidState,
    NoNumbers,
    PriceTooHigh,
    /// Another one, kept short and plain.
    Other(String),
}

impl Code {
    /// The code in a refusal's body; none when it is not the envelope, such as a web page of a server in front.
    pub fn read(body: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Envelope {
            error: Failure,
        }
        #[derive(Deserialize)]
        struct Failure {
            code: String,
        }
        let Envelope { error: Failure { code } } = json::read(body).ok()?;
        Some(match code.as_str() {
            "insufficient_funds" => Self::InsufficientFunds,
            "invalid_state" => Self::InvalidState,
            "no_numbers" => Self::NoNumbers,
            "price_too_high" => Self::PriceTooHigh,
            _ => Self::Other(json::plain(&code, LONGEST_CODE)),
        })
    }

    pub fn as_str(&self) -> &str {
        match self {
            Self::InsufficientFunds => "insufficient_funds",
            Self::InvalidState => "invalid_state",
            Self::NoNumbers => "no_numbers",
            Self::PriceTooHigh => "price_too_high",
            Self::Other(code) => code,
        }
    }
}

/// What is pushed for every code.
#[derive(Deserialize)]
pub struct Event {
    #[serde(deserialize_with = "id")]
    pub rental_id: String,
    pub code: Hidden,
    #[serde(deserialize_with = "json::moment")]
    pub received_at: Timestamp,
}

/// What a pushed body says, once its signature is checked.
pub fn read_push(body: &[u8]) -> Result<Pushed, Unreadable> {
    let Event { rental_id, code, received_at } = json::read(body)?;
    let sms = json::sms(Some(code), None, Some(received_at));
    let Some(UpstreamSms { code: Some(code), .. }) = sms.first() else {
        return Err(Unreadable { field: "code".to_owned() });
    };
    // A hash, because codes do not belong into names. No part can be taken for another's end: an id has no space.
    let event = format!("{rental_id} {} {code}", received_at.0);
    let digest = Sha256::digest(event);
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let dedup = digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect();
    let id = UpstreamOrderId(rental_id);
    let seen = UpstreamOrder {
        id: id.clone(),
        status: UpstreamStatus::CodeReceived,
        phone: None,
        activation_code: None,
        product: None,
        label: None,
        cost: None,
        created_at: None,
        expires_at: None,
        sms,
    };
    Ok(Pushed { dedup, order: Some(id), says: Says::Seen(seen) })
}

/// What is bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Product<'a> {
    pub service: &'a str,
    pub country: &'a str,
    /// Only numbers of real mobile carriers.
    pub real_mobile: bool,
}

impl<'a> Product<'a> {
    /// None when the codes cannot stand in a reference.
    pub fn new(service: &'a str, country: &'a str, real_mobile: bool) -> Option<Self> {
        let fits = |part: &str| !part.is_empty() && !part.contains('/');
        (fits(service) && fits(country)).then_some(Self { service, country, real_mobile })
    }

    /// Reads what [`Product::reference`] wrote.
    pub fn read(reference: &'a ProductRef) -> Option<Self> {
        let mut parts = reference.as_str().split('/');
        let (service, country) = (parts.next()?, parts.next()?);
        match (parts.next(), parts.next()) {
            (None, None) => Self::new(service, country, false),
            (Some(REAL_MOBILE), None) => Self::new(service, country, true),
            (Some(_) | None, _) => None,
        }
    }

    /// `wa/ID`, or `wa/ID/real-mobile`.
    pub fn reference(self) -> ProductRef {
        let Self { service, country, real_mobile } = self;
        ProductRef(if real_mobile {
            format!("{service}/{country}/{REAL_MOBILE}")
        } else {
            format!("{service}/{country}")
        })
    }
}

/// Whether a rental may be called so. Nothing else is put into an address.
pub fn is_id(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(fits)
}

fn id<'de, D: Deserializer<'de>>(reader: D) -> Result<String, D::Error> {
    let text = String::deserialize(reader)?;
    if is_id(&text) { Ok(text) } else { Err(D::Error::custom("not an id")) }
}

/// A price, which is not below zero.
fn price<'de, D: Deserializer<'de>>(reader: D) -> Result<Cost, D::Error> {
    let amount = json::number(reader)?;
    if amount < Decimal::ZERO {
        return Err(D::Error::custom("below zero"));
    }
    let money = Money::round_up(amount).map_err(D::Error::custom)?;
    Ok(Cost { amount, currency: CURRENCY.to_owned(), money })
}

#[cfg(test)]
mod tests;
