//! Orders, as every answer shows another part of them.
//!
//! A short-term order is "pending" until its code is there, which is "completed"; so a completed order can still get
//! another SMS, and nothing tells when it is closed. A rental is "active" with and without SMS. A purchase of a 1-day or
//! 30-day rental by id answers "pending". An order shows its newest SMS only.

use std::time::Duration;

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Deserializer, de::Error as _};

use super::{name, paid};
use crate::{
    clock::Timestamp,
    ids::UpstreamOrderId,
    phone::Phone,
    upstream::{
        Cost, UpstreamOrder, UpstreamStatus,
        json::{self, Hidden},
    },
};

/// Where an order stands. The document has no list of the words: those of its examples, and "expired".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Pending,
    Active,
    Completed,
    Cancelled,
    Expired,
}

impl From<Status> for UpstreamStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Pending | Status::Active => Self::Active,
            Status::Completed => Self::CodeReceived,
            Status::Cancelled => Self::Cancelled,
            Status::Expired => Self::Expired,
        }
    }
}

/// `data` of a purchase by id, and of a renewal.
#[derive(Debug, Deserialize)]
pub struct Sold {
    pub order_id: u64,
    #[serde(deserialize_with = "json::phone")]
    pub phone: Phone,
    pub status: Status,
    /// Promised in the words about a renewal, and not shown in its example.
    #[serde(default, deserialize_with = "json::nullable_moment")]
    pub expiry_date: Option<Timestamp>,
}

impl From<Sold> for UpstreamOrder {
    fn from(sold: Sold) -> Self {
        Self {
            phone: Some(sold.phone),
            expires_at: sold.expiry_date,
            ..bare(sold.order_id, sold.status)
        }
    }
}

/// A purchase of a rental by name.
#[derive(Debug, Deserialize)]
pub struct Rented {
    #[serde(deserialize_with = "json::must_be_true")]
    pub success: (),
    pub order_id: u64,
    #[serde(deserialize_with = "json::phone")]
    pub phone: Phone,
    #[serde(deserialize_with = "paid")]
    pub sell_price: Cost,
    pub status: Status,
    #[serde(deserialize_with = "json::moment")]
    pub expiry_date: Timestamp,
}

impl From<Rented> for UpstreamOrder {
    fn from(rented: Rented) -> Self {
        Self {
            phone: Some(rented.phone),
            cost: Some(rented.sell_price),
            expires_at: Some(rented.expiry_date),
            ..bare(rented.order_id, rented.status)
        }
    }
}

/// A purchase of an eSIM: the only answer with its activation code.
#[derive(Deserialize)]
pub struct Installed {
    #[serde(deserialize_with = "json::must_be_true")]
    pub success: (),
    pub order_id: u64,
    #[serde(deserialize_with = "name")]
    pub activation_code: String,
    #[serde(deserialize_with = "paid")]
    pub sell_price: Cost,
    pub status: Status,
}

impl From<Installed> for UpstreamOrder {
    fn from(installed: Installed) -> Self {
        Self {
            activation_code: Some(installed.activation_code),
            cost: Some(installed.sell_price),
            ..bare(installed.order_id, installed.status)
        }
    }
}

/// One of `GET orders/`: without its SMS.
#[derive(Debug, Deserialize)]
pub struct Listed {
    pub order_id: u64,
    /// `WhatsApp (UK)`.
    pub service: String,
    pub status: Status,
    #[serde(deserialize_with = "paid")]
    pub sell_price: Cost,
    #[serde(default, deserialize_with = "some_phone")]
    pub phone: Option<Phone>,
    #[serde(deserialize_with = "json::moment")]
    pub created_at: Timestamp,
}

impl From<Listed> for UpstreamOrder {
    fn from(listed: Listed) -> Self {
        Self {
            phone: listed.phone,
            label: Some(listed.service),
            cost: Some(listed.sell_price),
            created_at: Some(listed.created_at),
            ..bare(listed.order_id, listed.status)
        }
    }
}

/// `data` of `GET order/{order_id}/status/`. The example is of an order with an SMS; before that `otp` and `message` may
/// be empty, `null` or not there.
#[derive(Debug, Deserialize)]
pub struct Shown {
    pub order_id: u64,
    pub status: Status,
    #[serde(default)]
    pub otp: Option<Hidden>,
    #[serde(default)]
    pub message: Option<Hidden>,
    #[serde(default, deserialize_with = "some_phone")]
    pub phone: Option<Phone>,
    /// Of rentals only, as the next.
    #[serde(default, deserialize_with = "json::nullable_moment")]
    pub expiry_date: Option<Timestamp>,
    #[serde(default, deserialize_with = "seconds")]
    pub time_left_seconds: Option<Duration>,
}

impl Shown {
    /// `now` is when the answer came: the time left counts from it, down to the whole minute, so that the same order
    /// looks the same a moment later.
    pub fn at(self, now: Timestamp) -> UpstreamOrder {
        const MINUTE: i64 = 60_000;
        let counted = self.time_left_seconds.map(|left| {
            let Timestamp(end) = now + left;
            Timestamp(end - end.rem_euclid(MINUTE))
        });
        UpstreamOrder {
            phone: self.phone,
            expires_at: self.expiry_date.or(counted),
            sms: json::sms(self.otp, self.message, None),
            ..bare(self.order_id, self.status)
        }
    }
}

/// `data` of `POST order/{order_id}/cancel/`.
#[derive(Debug, Deserialize)]
pub struct Closed {
    pub order_id: u64,
    pub status: Status,
}

fn bare(id: u64, status: Status) -> UpstreamOrder {
    UpstreamOrder {
        id: UpstreamOrderId(id.to_string()),
        status: status.into(),
        phone: None,
        activation_code: None,
        product: None,
        label: None,
        cost: None,
        created_at: None,
        expires_at: None,
        sms: Vec::new(),
    }
}

/// A phone number; `null` or nothing where there is none, as with an eSIM.
fn some_phone<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Phone>, D::Error> {
    match Option::<String>::deserialize(reader)? {
        Some(text) if !text.trim().is_empty() => {
            Phone::parse(&text).map(Some).map_err(D::Error::custom)
        }
        Some(_) | None => Ok(None),
    }
}

/// A number of seconds, with or without a fraction; below zero is none left.
fn seconds<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Duration>, D::Error> {
    #[derive(Deserialize)]
    struct Number(#[serde(deserialize_with = "json::number")] Decimal);

    let Some(Number(number)) = Option::deserialize(reader)? else { return Ok(None) };
    let whole = number.max(Decimal::ZERO).trunc().to_u64();
    whole.map(|whole| Some(Duration::from_secs(whole))).ok_or_else(|| D::Error::custom("too long"))
}
