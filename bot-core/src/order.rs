//! The state machine of an order: pure and total. Knows nothing of the database, the provider's API or chats.
//!
//! [`State::next`] says what an event makes of a state and what must happen with it; `transition.rs` carries that out in
//! one commit. A late or repeated event is [`Step::Stay`]; one that cannot be is [`Illegal`] and changes nothing.
//!
//! Accepted races: a code that comes while a cancel is under way wins (it is delivered and paid for, as the provider
//! charges it); a code that comes after the refund is delivered and costs nothing.

mod goods;
mod next;

pub use goods::{Esim, Fulfilled, Item, Line, Sold};

use crate::{
    clock::Timestamp,
    upstream::{UpstreamOrder, UpstreamSms, UpstreamStatus},
};

/// Where an order stands.
///
/// ```text
/// Placing -> Waiting -> CodeReceived -> Finished
///    |          |           `-> (another SMS keeps CodeReceived)
///    |          |-> Cancelling -> Cancelled             (money back)
///    |          |-> Expired                             (money back)
///    |          `-> Banned                              (money back)
///    |-> Refused                                        (money back)
///    `-> InDoubt -> Waiting | Refused | NeedsOperator   (held until it is known)
///
/// A rental: Placing or InDoubt -> Active -> Ended                 (paid when it is Active)
///                                   |-> Cancelled                 (money back, with all its further terms')
///                                   `-> (another SMS, or another term, keeps Active)
/// An eSIM, or another term of a rental: Placing or InDoubt -> Fulfilled       (paid)
///                                       a term whose rental is Cancelled -> Undone   (money back)
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Paid for by a hold; the provider is being asked.
    Placing,
    /// The provider's answer was lost: a number may or may not have been sold.
    InDoubt { since: Timestamp },
    /// The provider's records do not settle it; a person must. Holds the line when there is one.
    NeedsOperator { line: Option<Line> },
    /// Nothing was sold.
    Refused { reason: Refusal },
    /// A number is there, no SMS yet.
    Waiting(Line),
    /// The customer wants to give the number back; the provider has not agreed yet.
    Cancelling(Line),
    /// At least one SMS has come; paid.
    CodeReceived(Line),
    /// Over, paid.
    Finished(Line),
    /// Given back.
    Cancelled(Line),
    /// Ended without an SMS.
    Expired(Line),
    /// The number turned out to be unusable.
    Banned(Line),
    /// A rental in use; paid.
    Active(Line),
    /// A rental whose days are over.
    Ended(Line),
    /// All of it was handed over at once; paid.
    Fulfilled(Fulfilled),
    /// Another term of a rental that the provider took back.
    Undone,
}

/// Why nothing was sold, as the customer may know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    NoNumbers,
    PriceMoved,
    /// The shop's own balance at the provider does not suffice.
    ProviderFunds,
    OfferGone,
    /// The provider is down or asks to wait, for longer than a customer would.
    Busy,
    /// The provider refuses the shop's key.
    Key,
    Invalid,
    /// The answer was lost, and the provider's records show that nothing was sold.
    NotPlaced,
    /// An operator decided.
    Operator,
}

impl Refusal {
    pub const ALL: [Self; 9] = [
        Self::NoNumbers,
        Self::PriceMoved,
        Self::ProviderFunds,
        Self::OfferGone,
        Self::Busy,
        Self::Key,
        Self::Invalid,
        Self::NotPlaced,
        Self::Operator,
    ];

    /// As the database writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoNumbers => "no_numbers",
            Self::PriceMoved => "price_moved",
            Self::ProviderFunds => "provider_funds",
            Self::OfferGone => "offer_gone",
            Self::Busy => "busy",
            Self::Key => "key",
            Self::Invalid => "invalid",
            Self::NotPlaced => "not_placed",
            Self::Operator => "operator",
        }
    }
}

/// What can happen to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The provider sold this.
    Accepted(Sold),
    /// The provider said clearly that it sold nothing.
    Rejected(Refusal),
    /// The answer to the create was lost or unreadable, at this moment.
    Unclear(Timestamp),
    /// The provider's own records show that it sold nothing.
    NotPlaced,
    /// Settling took longer than its bound.
    GaveUp,
    /// An SMS came that this order has not seen.
    Sms(UpstreamSms),
    /// The provider closed the order after an SMS.
    ProviderCompleted,
    /// The provider closed the order and gave the money back.
    ProviderCancelled,
    /// The order ran out at the provider, which gave the money back.
    ProviderExpired,
    /// The number is unusable.
    Banned,
    /// The customer wants to give the number back.
    CancelAsked,
    /// The provider keeps the order open although it was asked to cancel.
    CancelDeclined,
    /// The customer needs the number no longer.
    DoneAsked,
    /// An operator gives the money back.
    OperatorRefund,
    /// An operator says that this is what the order bought.
    OperatorAdopt(Sold),
    /// The number cost more than the shop is willing to add: it goes back.
    Overpriced,
    /// The rental goes on until then.
    Extended(Timestamp),
}

/// What must happen together with a step, in the same commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The hold becomes a sale.
    Capture,
    /// The hold goes back.
    Release,
    /// What was earned goes back.
    Refund,
    /// The rental that this purchase prolongs goes on until then.
    Extend(Timestamp),
    /// Store the SMS and push it to the customer.
    Deliver(UpstreamSms),
    /// Find out whether the provider sold a number.
    Settle,
    /// Ask the provider to take the number back.
    AskCancel,
    /// Tell the provider that the number is free.
    AskFinish,
    /// An operator must know.
    TellOperator,
}

/// What an event makes of a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing: late, repeated or without meaning here.
    Stay,
    Go {
        to: State,
        effects: Vec<Effect>,
    },
}

/// This cannot happen. Nothing changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{event}` cannot happen to an order that is `{state}`")]
pub struct Illegal {
    pub state: &'static str,
    pub event: &'static str,
}

impl State {
    /// The one place that decides what becomes of an order.
    pub fn next(&self, event: Event) -> Result<Step, Illegal> {
        let illegal = Illegal { state: self.word(), event: event.word() };
        tracing::trace!(state = illegal.state, event = illegal.event, "asked");
        let step = match self {
            Self::Placing => next::placing(event),
            Self::InDoubt { .. } => next::in_doubt(event),
            Self::NeedsOperator { line } => next::needs_operator(line.as_ref(), event),
            Self::Refused { reason } => next::refused(*reason, &event),
            Self::Waiting(line) => next::waiting(line, event),
            Self::Cancelling(line) => next::cancelling(line, event),
            Self::CodeReceived(line) => next::code_received(line, event),
            Self::Active(line) => next::active(line, event),
            Self::Ended(line) => next::ended(line, event),
            Self::Fulfilled(fulfilled) => next::fulfilled(fulfilled, &event),
            Self::Undone => next::undone(&event),
            Self::Finished(line)
            | Self::Cancelled(line)
            | Self::Expired(line)
            | Self::Banned(line) => next::closed(self, line, event),
        };
        step.ok_or(illegal)
    }

    /// The number, in the states that have one.
    pub fn line(&self) -> Option<&Line> {
        match self {
            Self::Placing
            | Self::InDoubt { .. }
            | Self::Refused { .. }
            | Self::Fulfilled(_)
            | Self::Undone => None,
            Self::NeedsOperator { line } => line.as_ref(),
            Self::Waiting(line)
            | Self::Cancelling(line)
            | Self::CodeReceived(line)
            | Self::Finished(line)
            | Self::Cancelled(line)
            | Self::Expired(line)
            | Self::Banned(line)
            | Self::Active(line)
            | Self::Ended(line) => Some(line),
        }
    }

    /// The eSIM, once it is there.
    pub fn esim(&self) -> Option<&Esim> {
        if let Self::Fulfilled(Fulfilled::Esim(esim)) = self { Some(esim) } else { None }
    }

    /// Until when a rental goes on by this purchase.
    pub fn renewed_until(&self) -> Option<Timestamp> {
        if let Self::Fulfilled(Fulfilled::Renewal { until }) = self { Some(*until) } else { None }
    }

    /// Whether the customer's money is still held.
    pub fn holds_money(&self) -> bool {
        match self {
            Self::Placing
            | Self::InDoubt { .. }
            | Self::NeedsOperator { .. }
            | Self::Waiting(_)
            | Self::Cancelling(_) => true,
            Self::Refused { .. }
            | Self::CodeReceived(_)
            | Self::Finished(_)
            | Self::Cancelled(_)
            | Self::Expired(_)
            | Self::Banned(_)
            | Self::Active(_)
            | Self::Ended(_)
            | Self::Fulfilled(_)
            | Self::Undone => false,
        }
    }

    /// Whether anything may still come from the provider that the customer waits for.
    pub fn is_open(&self) -> bool {
        self.holds_money() || matches!(self, Self::CodeReceived(_) | Self::Active(_))
    }

    /// As the database writes it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Placing => "placing",
            Self::InDoubt { .. } => "in_doubt",
            Self::NeedsOperator { .. } => "needs_operator",
            Self::Refused { .. } => "refused",
            Self::Waiting(_) => "waiting",
            Self::Cancelling(_) => "cancelling",
            Self::CodeReceived(_) => "code_received",
            Self::Finished(_) => "finished",
            Self::Cancelled(_) => "cancelled",
            Self::Expired(_) => "expired",
            Self::Banned(_) => "banned",
            Self::Active(_) => "active",
            Self::Ended(_) => "ended",
            Self::Fulfilled(_) => "fulfilled",
            Self::Undone => "undone",
        }
    }
}

impl Event {
    /// As the order's history writes it; holds no number and no code.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Accepted(_) => "accepted",
            Self::Rejected(_) => "rejected",
            Self::Unclear(_) => "unclear",
            Self::NotPlaced => "not_placed",
            Self::GaveUp => "gave_up",
            Self::Sms(_) => "sms",
            Self::ProviderCompleted => "provider_completed",
            Self::ProviderCancelled => "provider_cancelled",
            Self::ProviderExpired => "provider_expired",
            Self::Banned => "banned",
            Self::CancelAsked => "cancel_asked",
            Self::CancelDeclined => "cancel_declined",
            Self::DoneAsked => "done_asked",
            Self::OperatorRefund => "operator_refund",
            Self::OperatorAdopt(_) => "operator_adopt",
            Self::Overpriced => "overpriced",
            Self::Extended(_) => "extended",
        }
    }
}

/// What a provider's view of an order means, in the order in which it must be applied: SMS before the end.
pub fn observed(order: &UpstreamOrder) -> Vec<Event> {
    let mut events: Vec<Event> = order.sms.iter().cloned().map(Event::Sms).collect();
    match order.status {
        UpstreamStatus::Active | UpstreamStatus::CodeReceived => {}
        UpstreamStatus::Completed => events.push(Event::ProviderCompleted),
        UpstreamStatus::Cancelled => events.push(Event::ProviderCancelled),
        UpstreamStatus::Expired => events.push(Event::ProviderExpired),
        UpstreamStatus::Banned => events.push(Event::Banned),
    }
    events
}

#[cfg(test)]
mod tests;
