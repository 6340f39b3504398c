//! SMSCode's orders: the shapes of the list, the active list and the answers to create, cancel, finish and resend.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};

use super::money::Denomination;
use crate::{
    clock::Timestamp,
    ids::{ProductRef, UpstreamOrderId},
    phone::Phone,
    upstream::{
        UpstreamOrder, UpstreamStatus,
        json::{self, Hidden},
    },
};

/// Where an order stands, in the document's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Active,
    OtpReceived,
    Completed,
    Canceled,
    Expired,
}

impl Status {
    /// As the list's filter takes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::OtpReceived => "OTP_RECEIVED",
            Self::Completed => "COMPLETED",
            Self::Canceled => "CANCELED",
            Self::Expired => "EXPIRED",
        }
    }
}

impl From<Status> for UpstreamStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Active => Self::Active,
            Status::OtpReceived => Self::CodeReceived,
            Status::Completed => Self::Completed,
            Status::Canceled => Self::Cancelled,
            Status::Expired => Self::Expired,
        }
    }
}

/// An order in `GET /orders` and `GET /orders/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Order<M = Decimal> {
    pub id: u64,
    pub status: Status,
    #[serde(deserialize_with = "json::moment")]
    pub created_at: Timestamp,
    pub product_id: u64,
    #[serde(deserialize_with = "json::phone")]
    pub phone_number: Phone,
    /// In the version's own currency.
    pub amount: M,
    #[serde(deserialize_with = "json::nullable")]
    pub otp_code: Option<Hidden>,
    #[serde(deserialize_with = "json::nullable_moment")]
    pub otp_received_at: Option<Timestamp>,
    #[serde(deserialize_with = "json::moment")]
    pub expires_at: Timestamp,
    #[serde(deserialize_with = "json::nullable_moment")]
    pub canceled_at: Option<Timestamp>,
    #[serde(deserialize_with = "json::nullable")]
    pub failed_reason: Option<String>,
}

impl<M: Denomination> Order<M> {
    pub fn plain(self) -> Order {
        Order {
            amount: self.amount.amount(),
            id: self.id,
            status: self.status,
            created_at: self.created_at,
            product_id: self.product_id,
            phone_number: self.phone_number,
            otp_code: self.otp_code,
            otp_received_at: self.otp_received_at,
            expires_at: self.expires_at,
            canceled_at: self.canceled_at,
            failed_reason: self.failed_reason,
        }
    }
}

/// Without its cost, which needs an exchange rate.
impl From<Order> for UpstreamOrder {
    fn from(order: Order) -> Self {
        Self {
            id: order_id(order.id),
            status: order.status.into(),
            phone: Some(order.phone_number),
            activation_code: None,
            label: None,
            product: Some(ProductRef(order.product_id.to_string())),
            cost: None,
            created_at: Some(order.created_at),
            expires_at: Some(order.expires_at),
            sms: json::sms(order.otp_code, None, order.otp_received_at),
        }
    }
}

/// An order in `GET /orders/active`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ActiveOrder {
    pub id: u64,
    pub status: Status,
    #[serde(deserialize_with = "json::nullable")]
    pub otp_code: Option<Hidden>,
    #[serde(deserialize_with = "json::nullable")]
    pub otp_message: Option<Hidden>,
    #[serde(deserialize_with = "json::nullable_moment")]
    pub otp_received_at: Option<Timestamp>,
    #[serde(deserialize_with = "json::moment")]
    pub expires_at: Timestamp,
    #[serde(deserialize_with = "json::nullable")]
    pub failed_reason: Option<String>,
}

impl From<ActiveOrder> for UpstreamOrder {
    fn from(order: ActiveOrder) -> Self {
        Self {
            id: order_id(order.id),
            status: order.status.into(),
            phone: None,
            activation_code: None,
            product: None,
            label: None,
            cost: None,
            created_at: None,
            expires_at: Some(order.expires_at),
            sms: json::sms(order.otp_code, order.otp_message, order.otp_received_at),
        }
    }
}

/// `POST /orders/create`.
#[derive(Debug, Deserialize)]
pub struct Created {
    pub orders: Vec<CreatedOrder>,
    pub failed_count: u64,
}

/// An order in the answer to a create.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CreatedOrder {
    pub id: u64,
    pub status: Status,
    /// What is no phone number is none: it must not hide the others of the answer.
    #[serde(deserialize_with = "readable_phone")]
    pub phone_number: Option<Phone>,
    #[serde(deserialize_with = "json::nullable")]
    pub otp_code: Option<Hidden>,
    #[serde(deserialize_with = "json::nullable_moment")]
    pub otp_received_at: Option<Timestamp>,
    #[serde(deserialize_with = "json::moment")]
    pub expires_at: Timestamp,
    #[serde(deserialize_with = "json::nullable")]
    pub failed_reason: Option<String>,
}

fn readable_phone<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Phone>, D::Error> {
    let text = Option::<String>::deserialize(reader)?;
    Ok(text.and_then(|text| Phone::parse(&text).ok()))
}

impl From<CreatedOrder> for UpstreamOrder {
    fn from(order: CreatedOrder) -> Self {
        Self {
            id: order_id(order.id),
            status: order.status.into(),
            phone: order.phone_number,
            activation_code: None,
            product: None,
            label: None,
            cost: None,
            created_at: None,
            expires_at: Some(order.expires_at),
            sms: json::sms(order.otp_code, None, order.otp_received_at),
        }
    }
}

fn order_id(id: u64) -> UpstreamOrderId {
    UpstreamOrderId(id.to_string())
}

/// `POST /orders/cancel`: given back.
#[derive(Debug, Deserialize)]
pub struct Cancelled<M = Decimal> {
    pub order_id: u64,
    pub status: CanceledOnly,
    /// In the version's own currency.
    pub refund_amount: M,
    /// In the version's own currency.
    pub new_balance: M,
}

#[derive(Debug, Deserialize)]
pub enum CanceledOnly {
    #[serde(rename = "CANCELED")]
    Canceled,
}

impl<M: Denomination> Cancelled<M> {
    pub fn plain(self) -> Cancelled {
        Cancelled {
            order_id: self.order_id,
            status: self.status,
            refund_amount: self.refund_amount.amount(),
            new_balance: self.new_balance.amount(),
        }
    }
}

/// `POST /orders/finish`.
#[derive(Debug, Deserialize)]
pub struct Finished {
    pub order_id: u64,
    pub status: CompletedOnly,
}

#[derive(Debug, Deserialize)]
pub enum CompletedOnly {
    #[serde(rename = "COMPLETED")]
    Completed,
}

/// `POST /orders/resend`.
#[derive(Debug, Deserialize)]
pub struct Resent {
    pub order_id: u64,
    pub status: Status,
    /// `false` where the service does not support it.
    pub resent: bool,
}
