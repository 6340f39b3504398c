//! One order at SMSCode and its states; time and money are the account's business.
//!
//! ```text
//! ACTIVE -> OTP_RECEIVED -> COMPLETED (finished, or at the end of its time)
//!    |  ^       | resend
//!    |  `-------'
//!    |-> CANCELED (refund)      after two minutes, while no code has come
//!    `-> EXPIRED  (refund)      at twenty minutes without any code
//! ```
//!
//! The document does not say what becomes of an SMS that comes after the refund. It happens by hand only: the order
//! keeps its state and shows the code.

use serde::Serialize;

use super::catalog::ProductView;
use crate::upstream::numbers::Sms;

/// How long an order lives, in milliseconds ("expires_at" of the document's examples).
pub(super) const LIFETIME_MS: i64 = 20 * 60_000;
/// How old an order must be to be canceled, in milliseconds (error code CANCEL_TOO_EARLY).
pub(super) const CANCEL_AFTER_MS: i64 = 2 * 60_000;

/// Where an order stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Waits for an SMS: the first, or another one after a resend.
    Active {
        earlier: Option<Sms>,
        coming: Option<Sms>,
    },
    OtpReceived(Sms),
    Completed(Sms),
    /// With the provider's reason when the provider did it.
    Canceled {
        at_ms: i64,
        reason: Option<String>,
    },
    Expired,
}

/// The states by their documented names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Active,
    OtpReceived,
    Completed,
    Canceled,
    Expired,
}

impl Status {
    /// The documented name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::OtpReceived => "OTP_RECEIVED",
            Self::Completed => "COMPLETED",
            Self::Canceled => "CANCELED",
            Self::Expired => "EXPIRED",
        }
    }

    /// The status of this name in any case.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::Active, Self::OtpReceived, Self::Completed, Self::Canceled, Self::Expired]
            .into_iter()
            .find(|status| status.name().eq_ignore_ascii_case(name))
    }
}

/// What is pushed about an order ("Events" of the document).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    OtpReceived,
    /// "Manually or by expiry".
    Completed,
    /// "Order expired without OTP (balance refunded)".
    Expired,
    /// "Order canceled by user (balance refunded)".
    Canceled,
}

impl Event {
    /// The documented name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OtpReceived => "order.otp_received",
            Self::Completed => "order.completed",
            Self::Expired => "order.expired",
            Self::Canceled => "order.canceled",
        }
    }
}

/// An event with the order as it was then.
#[derive(Clone, Debug)]
pub(super) struct News {
    pub event: Event,
    pub at_ms: i64,
    pub order: Order,
}

#[derive(Clone, Debug)]
pub(super) struct Order {
    pub id: u64,
    pub product_id: u64,
    pub platform_id: u64,
    /// `+` and digits.
    pub phone: String,
    pub price_idr: i64,
    pub created_ms: i64,
    pub stage: Stage,
    /// Came after the refund.
    pub late: Option<Sms>,
}

impl Order {
    pub fn new(
        id: u64,
        product: &ProductView,
        price_idr: i64,
        phone: String,
        created_ms: i64,
        coming: Option<Sms>,
    ) -> Self {
        Self {
            id,
            product_id: product.id,
            platform_id: product.platform_id,
            phone,
            price_idr,
            created_ms,
            stage: Stage::Active { earlier: None, coming },
            late: None,
        }
    }

    pub fn expires_ms(&self) -> i64 {
        self.created_ms + LIFETIME_MS
    }

    pub fn status(&self) -> Status {
        match self.stage {
            Stage::Active { .. } => Status::Active,
            Stage::OtpReceived(_) => Status::OtpReceived,
            Stage::Completed(_) => Status::Completed,
            Stage::Canceled { .. } => Status::Canceled,
            Stage::Expired => Status::Expired,
        }
    }

    /// The SMS that the order shows now. While it waits for another one, the earlier one is not shown.
    pub fn shown_sms(&self) -> Option<&Sms> {
        match &self.stage {
            Stage::OtpReceived(sms) | Stage::Completed(sms) => Some(sms),
            Stage::Canceled { .. } | Stage::Expired => self.late.as_ref(),
            Stage::Active { .. } => None,
        }
    }

    /// An order as the tests and the control routes see it, with what the API does not show.
    pub fn view(&self) -> OrderView {
        let (canceled_ms, failed_reason) = match &self.stage {
            Stage::Canceled { at_ms, reason } => (Some(*at_ms), reason.clone()),
            Stage::Active { .. } | Stage::OtpReceived(_) | Stage::Completed(_) | Stage::Expired => {
                (None, None)
            }
        };
        let code_due_ms = match &self.stage {
            Stage::Active { coming: Some(sms), .. } => Some(sms.at_ms),
            Stage::Active { coming: None, .. }
            | Stage::OtpReceived(_)
            | Stage::Completed(_)
            | Stage::Canceled { .. }
            | Stage::Expired => None,
        };
        OrderView {
            id: self.id,
            status: self.status(),
            product_id: self.product_id,
            phone: self.phone.clone(),
            amount_idr: self.price_idr,
            created_ms: self.created_ms,
            expires_ms: self.expires_ms(),
            code: self.shown_sms().map(|sms| sms.code.clone()),
            code_due_ms,
            canceled_ms,
            failed_reason,
        }
    }
}

/// An order as the emulator's owner sees it. Times are Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrderView {
    pub id: u64,
    pub status: Status,
    pub product_id: u64,
    /// `+` and digits.
    pub phone: String,
    /// What it cost, in whole IDR.
    pub amount_idr: i64,
    pub created_ms: i64,
    pub expires_ms: i64,
    /// The code shown by the API now.
    pub code: Option<String>,
    /// When the next code arrives, if one is planned.
    pub code_due_ms: Option<i64>,
    pub canceled_ms: Option<i64>,
    pub failed_reason: Option<String>,
}
