//! One order and its states; time and money are the account's business.
//!
//! ```text
//! short-term   pending -> completed        the first SMS is there; more may come until its time is over
//!                 `-> cancelled (refund)   asked for, or at the end of its time without any SMS
//! rental       active -> expired           at its expiry_date, which a renewal moves
//!                 `-> cancelled (refund)   within its first minutes, without any SMS
//! eSIM         active                      for good
//! ```
//!
//! The document has no word for a short-term order whose time is over: it is "cancelled" here, like every order that was
//! refunded. Its word for a rental that is over is not shown either and is "expired" here. The 1-day and 30-day lists answer
//! a create with "pending"; the order is "active" from then on, as it is after a renewal.

use serde::Serialize;

use super::catalog::OfferKey;
use crate::upstream::{
    numbers::Sms,
    world::{Country, Service},
};

/// How an order came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Given back, taken back, or without an SMS in its time: refunded.
    Cancelled,
    /// Its time is over.
    Over,
}

#[derive(Clone, Debug)]
pub(super) enum Stage {
    Open { coming: Option<Sms> },
    Closed { how: End, at_ms: i64 },
}

/// The states by their documented names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Pending,
    Completed,
    Cancelled,
    Active,
    Expired,
}

impl Status {
    /// The documented name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Active => "active",
            Self::Expired => "expired",
        }
    }
}

/// A number that was sold.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub service: &'static Service,
    pub country: &'static Country,
    /// `+` and digits.
    pub phone: String,
    pub expires_ms: i64,
    /// The API shows no otp for it: the code is in the message only.
    pub text_only: bool,
    /// What has come, oldest first.
    pub sms: Vec<Sms>,
    pub stage: Stage,
}

#[derive(Clone, Debug)]
pub(super) enum Goods {
    Number(Line),
    Esim { activation_code: String },
}

#[derive(Clone, Debug)]
pub(super) struct Order {
    pub id: u64,
    pub key: OfferKey,
    /// The service or the plan, as the list of orders names it.
    pub label: String,
    /// What the purchase cost.
    pub price_cents: i64,
    /// With every renewal.
    pub paid_cents: i64,
    pub created_ms: i64,
    pub goods: Goods,
}

impl Order {
    pub fn status(&self) -> Status {
        let line = match &self.goods {
            Goods::Esim { .. } => return Status::Active,
            Goods::Number(line) => line,
        };
        match (&line.stage, self.key.rental_days()) {
            (Stage::Closed { how: End::Cancelled, .. }, _) => Status::Cancelled,
            (Stage::Open { .. }, Some(_)) => Status::Active,
            (Stage::Closed { how: End::Over, .. }, Some(_)) => Status::Expired,
            (Stage::Open { .. }, None) if line.sms.is_empty() => Status::Pending,
            (Stage::Open { .. } | Stage::Closed { how: End::Over, .. }, None) => Status::Completed,
        }
    }

    /// The number that was sold, if one was.
    pub fn line(&self) -> Option<&Line> {
        match &self.goods {
            Goods::Number(line) => Some(line),
            Goods::Esim { .. } => None,
        }
    }

    pub fn line_mut(&mut self) -> Option<&mut Line> {
        match &mut self.goods {
            Goods::Number(line) => Some(line),
            Goods::Esim { .. } => None,
        }
    }

    /// Whether nothing was ever renewed.
    pub fn is_first_term(&self) -> bool {
        self.paid_cents == self.price_cents
    }

    /// An order as the tests and the control routes see it, with what the API does not show.
    pub fn view(&self) -> OrderView {
        let line = self.line();
        let stage = line.map(|line| &line.stage);
        let (code_due_ms, closed_ms) = match stage {
            Some(Stage::Open { coming }) => (coming.as_ref().map(|sms| sms.at_ms), None),
            Some(Stage::Closed { at_ms, .. }) => (None, Some(*at_ms)),
            None => (None, None),
        };
        let codes = line.map(|line| line.sms.iter().map(|sms| sms.code.clone()).collect());
        OrderView {
            id: self.id,
            status: self.status(),
            offer: self.key.clone(),
            phone: line.map(|line| line.phone.clone()),
            activation_code: match &self.goods {
                Goods::Number(_) => None,
                Goods::Esim { activation_code } => Some(activation_code.clone()),
            },
            price_cents: self.price_cents,
            paid_cents: self.paid_cents,
            created_ms: self.created_ms,
            expires_ms: line.map(|line| line.expires_ms),
            codes: codes.unwrap_or_default(),
            code_due_ms,
            closed_ms,
        }
    }
}

impl Line {
    /// Takes in the SMS that was due by `now_ms`, if it came in time.
    pub fn receive_due(&mut self, now_ms: i64) -> Option<Sms> {
        let expires_ms = self.expires_ms;
        let Stage::Open { coming } = &mut self.stage else { return None };
        let sms = coming.take_if(|sms| sms.at_ms <= now_ms && sms.at_ms < expires_ms)?;
        self.sms.push(sms.clone());
        Some(sms)
    }
}

/// An order as the emulator's owner sees it. Times are Unix milliseconds, money is in US cents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrderView {
    pub id: u64,
    pub status: Status,
    pub offer: OfferKey,
    /// `+` and digits; none for an eSIM.
    pub phone: Option<String>,
    /// Of an eSIM.
    pub activation_code: Option<String>,
    /// What the purchase cost.
    pub price_cents: i64,
    /// With every renewal.
    pub paid_cents: i64,
    pub created_ms: i64,
    /// None for an eSIM.
    pub expires_ms: Option<i64>,
    /// The codes that have come, oldest first.
    pub codes: Vec<String>,
    /// When the next code arrives, if one is planned.
    pub code_due_ms: Option<i64>,
    pub closed_ms: Option<i64>,
}
