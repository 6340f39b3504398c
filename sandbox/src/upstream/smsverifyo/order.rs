//! One order at SMSVerifyo and its states; time and money are the account's business.
//!
//! ```text
//! waiting -> received -> finished (asked for, or at the end of its time)
//!    |-> cancelled (refund)      after the cooldown, while no SMS has come
//!    `-> expired   (refund)      at twenty minutes without any SMS
//! ```
//!
//! The document does not say what becomes of an SMS that comes after the end. It happens by hand only: the order keeps its
//! state and shows the code.

use serde::Serialize;

use super::catalog::OfferKey;
use crate::upstream::{numbers::Sms, world::Service};

/// How long an order lives, in milliseconds ("max ~20 min").
const LIFETIME_MS: i64 = 20 * 60_000;

/// How an order came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Finished,
    Cancelled,
    Expired,
}

#[derive(Clone, Debug)]
pub(super) enum Stage {
    /// Waiting before the first SMS, received after it.
    Open {
        coming: Option<Sms>,
    },
    Closed {
        how: End,
        at_ms: i64,
    },
}

/// The states by their documented names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Waiting,
    Received,
    Finished,
    Cancelled,
    Expired,
}

impl Status {
    /// The documented name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Received => "received",
            Self::Finished => "finished",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Order {
    /// The emulator's own; the API shows the UUID.
    pub number: u64,
    pub uuid: String,
    pub offer: OfferKey,
    pub service: &'static Service,
    /// `+` and digits.
    pub phone: String,
    pub price_pips: i64,
    pub created_ms: i64,
    /// What has come, oldest first.
    pub sms: Vec<Sms>,
    pub stage: Stage,
}

impl Order {
    pub fn expires_ms(&self) -> i64 {
        self.created_ms + LIFETIME_MS
    }

    pub fn status(&self) -> Status {
        match self.stage {
            Stage::Open { .. } if self.sms.is_empty() => Status::Waiting,
            Stage::Open { .. } => Status::Received,
            Stage::Closed { how: End::Finished, .. } => Status::Finished,
            Stage::Closed { how: End::Cancelled, .. } => Status::Cancelled,
            Stage::Closed { how: End::Expired, .. } => Status::Expired,
        }
    }

    /// Takes in the SMS that was due by `now_ms`. One that is due after the order's end is lost.
    pub fn receive_due(&mut self, now_ms: i64) {
        let expires_ms = self.expires_ms();
        if let Stage::Open { coming } = &mut self.stage
            && let Some(sms) = coming.take_if(|sms| sms.at_ms <= now_ms && sms.at_ms < expires_ms)
        {
            self.sms.push(sms);
        }
    }

    /// An order as the tests and the control routes see it, with what the API does not show.
    pub fn view(&self) -> OrderView {
        let (code_due_ms, closed_ms) = match &self.stage {
            Stage::Open { coming } => (coming.as_ref().map(|sms| sms.at_ms), None),
            Stage::Closed { at_ms, .. } => (None, Some(*at_ms)),
        };
        OrderView {
            id: self.number,
            uuid: self.uuid.clone(),
            status: self.status(),
            offer: self.offer.clone(),
            phone: self.phone.clone(),
            price_pips: self.price_pips,
            created_ms: self.created_ms,
            expires_ms: self.expires_ms(),
            codes: self.sms.iter().map(|sms| sms.code.clone()).collect(),
            code_due_ms,
            closed_ms,
        }
    }
}

/// An order as the emulator's owner sees it. Times are Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrderView {
    /// What control routes and the journal call it.
    pub id: u64,
    /// What the API calls it.
    pub uuid: String,
    pub status: Status,
    pub offer: OfferKey,
    /// `+` and digits.
    pub phone: String,
    /// What it cost, in ten-thousandths of a USD.
    pub price_pips: i64,
    pub created_ms: i64,
    pub expires_ms: i64,
    /// The codes that have come, oldest first; the API shows the newest.
    pub codes: Vec<String>,
    /// When the first code arrives, if one is planned.
    pub code_due_ms: Option<i64>,
    pub closed_ms: Option<i64>,
}
