//! One rental at SMSVerifyo and its states; time and money are the account's business.
//!
//! ```text
//! waiting -> received (which it stays)
//!    |-> cancelled (refund)      while no code has come
//!    `-> expired   (refund)      at twenty minutes without any code
//! ```
//!
//! The guide gives no length; twenty minutes are those of the provider's other API. Nor does it say what becomes of a code
//! that comes after the end. It happens by hand only: the rental keeps its state and shows the code, which is pushed.

use serde::Serialize;

use super::catalog::OfferKey;
use crate::upstream::{numbers::Sms, world::Service};

/// How long a number is held, in milliseconds.
const LIFETIME_MS: i64 = 20 * 60_000;

/// How a rental came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Its time was over and a code had come.
    Fulfilled,
    Cancelled,
    Expired,
}

#[derive(Clone, Debug)]
pub(super) enum Stage {
    /// Waiting before the first code, received after it.
    Open {
        coming: Option<Sms>,
    },
    Closed {
        how: End,
        at_ms: i64,
    },
}

/// The states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Waiting,
    Received,
    Cancelled,
    Expired,
}

#[derive(Clone, Debug)]
pub(super) struct Rental {
    /// The emulator's own; the API shows the id.
    pub number: u64,
    pub id: String,
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

impl Rental {
    pub fn expires_ms(&self) -> i64 {
        self.created_ms + LIFETIME_MS
    }

    pub fn status(&self) -> Status {
        match self.stage {
            Stage::Open { .. } if self.sms.is_empty() => Status::Waiting,
            Stage::Open { .. } | Stage::Closed { how: End::Fulfilled, .. } => Status::Received,
            Stage::Closed { how: End::Cancelled, .. } => Status::Cancelled,
            Stage::Closed { how: End::Expired, .. } => Status::Expired,
        }
    }

    /// Takes in the SMS that was due by `now_ms`, and hands it out. One that is due after the rental's end is lost.
    pub fn receive_due(&mut self, now_ms: i64) -> Option<Sms> {
        let expires_ms = self.expires_ms();
        let Stage::Open { coming } = &mut self.stage else { return None };
        let sms = coming.take_if(|sms| sms.at_ms <= now_ms && sms.at_ms < expires_ms)?;
        self.sms.push(sms.clone());
        Some(sms)
    }

    /// A rental as the tests and the control routes see it, with what the API does not show.
    pub fn view(&self) -> RentalView {
        let (code_due_ms, closed_ms) = match &self.stage {
            Stage::Open { coming } => (coming.as_ref().map(|sms| sms.at_ms), None),
            Stage::Closed { at_ms, .. } => (None, Some(*at_ms)),
        };
        RentalView {
            id: self.number,
            rental_id: self.id.clone(),
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

/// A rental as the emulator's owner sees it. Times are Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RentalView {
    /// What control routes and the journal call it.
    pub id: u64,
    /// What the API calls it.
    pub rental_id: String,
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
