//! What each event makes of each state: one function per state, every event named in each.

use super::{Effect, Event, Fulfilled, Line, Refusal, Sold, State, Step};
use crate::{clock::Timestamp, seeded::bug, upstream::UpstreamSms};

fn go(to: State, effects: impl Into<Vec<Effect>>) -> Step {
    Step::Go { to, effects: effects.into() }
}

pub(super) fn placing(event: Event) -> Option<Step> {
    match event {
        Event::Accepted(sold) => Some(handed_over(sold)),
        Event::Rejected(reason) if bug("hold-kept-on-refusal") => {
            Some(go(State::Refused { reason }, []))
        }
        Event::Rejected(reason) => Some(go(State::Refused { reason }, [Effect::Release])),
        Event::Unclear(at) => Some(go(State::InDoubt { since: at }, [Effect::Settle])),
        Event::CancelAsked | Event::DoneAsked => Some(Step::Stay),
        Event::NotPlaced
        | Event::GaveUp
        | Event::Sms(_)
        | Event::ProviderCompleted
        | Event::ProviderCancelled
        | Event::ProviderExpired
        | Event::Banned
        | Event::CancelDeclined
        | Event::OperatorRefund
        | Event::OperatorAdopt(_)
        | Event::Overpriced
        | Event::Extended(_) => None,
    }
}

/// What the customer bought is there. What is all handed over is paid at once; an activation is paid by its first SMS.
fn handed_over(sold: Sold) -> Step {
    match sold {
        Sold::Activation(line) => go(State::Waiting(line), []),
        Sold::Rental(line) => go(State::Active(line), [Effect::Capture]),
        Sold::Esim(esim) => go(State::Fulfilled(Fulfilled::Esim(esim)), [Effect::Capture]),
        Sold::Renewal { until } => {
            let effects = [Effect::Capture, Effect::Extend(until)];
            go(State::Fulfilled(Fulfilled::Renewal { until }), effects)
        }
    }
}

fn is_of(sold: &Sold, line: &Line) -> bool {
    sold.upstream() == Some(&line.upstream)
}

/// A refusal is not final here: it answers the repeated create, not the one whose answer was lost.
pub(super) fn in_doubt(event: Event) -> Option<Step> {
    match event {
        Event::Accepted(sold) | Event::OperatorAdopt(sold) => Some(handed_over(sold)),
        Event::NotPlaced => {
            Some(go(State::Refused { reason: Refusal::NotPlaced }, [Effect::Release]))
        }
        Event::OperatorRefund => {
            Some(go(State::Refused { reason: Refusal::Operator }, [Effect::Release]))
        }
        Event::GaveUp => Some(go(State::NeedsOperator { line: None }, [Effect::TellOperator])),
        Event::Rejected(_) | Event::Unclear(_) | Event::CancelAsked | Event::DoneAsked => {
            Some(Step::Stay)
        }
        Event::Sms(_)
        | Event::ProviderCompleted
        | Event::ProviderCancelled
        | Event::ProviderExpired
        | Event::Banned
        | Event::CancelDeclined
        | Event::Overpriced
        | Event::Extended(_) => None,
    }
}

pub(super) fn needs_operator(line: Option<&Line>, event: Event) -> Option<Step> {
    match (event, line) {
        (Event::Accepted(sold) | Event::OperatorAdopt(sold), None) => Some(handed_over(sold)),
        (Event::OperatorAdopt(again), Some(line)) if is_of(&again, line) => {
            Some(go(State::Waiting(line.clone()), []))
        }
        (Event::OperatorRefund, None) => {
            Some(go(State::Refused { reason: Refusal::Operator }, [Effect::Release]))
        }
        (Event::NotPlaced, None) => {
            Some(go(State::Refused { reason: Refusal::NotPlaced }, [Effect::Release]))
        }
        (Event::OperatorRefund | Event::ProviderCancelled, Some(line)) => {
            Some(go(State::Cancelled(line.clone()), [Effect::Release]))
        }
        (Event::Sms(sms), Some(line)) => Some(first_sms(line, sms)),
        (Event::ProviderExpired, Some(line)) => {
            Some(go(State::Expired(line.clone()), [Effect::Release]))
        }
        (Event::Accepted(again), Some(line)) if is_of(&again, line) => Some(Step::Stay),
        (
            Event::Rejected(_)
            | Event::Unclear(_)
            | Event::GaveUp
            | Event::CancelAsked
            | Event::DoneAsked
            | Event::CancelDeclined
            | Event::Banned
            | Event::ProviderCompleted
            | Event::Overpriced
            | Event::Extended(_),
            None | Some(_),
        ) => Some(Step::Stay),
        (Event::Accepted(_) | Event::OperatorAdopt(_) | Event::NotPlaced, Some(_))
        | (Event::Sms(_) | Event::ProviderCancelled | Event::ProviderExpired, None) => None,
    }
}

/// The provider sold a number for an order that was given up: the customer has the money back, the shop has the cost.
pub(super) fn refused(reason: Refusal, event: &Event) -> Option<Step> {
    match event {
        Event::Accepted(_) => Some(go(State::Refused { reason }, [Effect::TellOperator])),
        Event::Rejected(_)
        | Event::Unclear(_)
        | Event::NotPlaced
        | Event::GaveUp
        | Event::CancelAsked
        | Event::DoneAsked
        | Event::OperatorRefund => Some(Step::Stay),
        Event::Sms(_)
        | Event::ProviderCompleted
        | Event::ProviderCancelled
        | Event::ProviderExpired
        | Event::Banned
        | Event::CancelDeclined
        | Event::OperatorAdopt(_)
        | Event::Overpriced
        | Event::Extended(_) => None,
    }
}

pub(super) fn waiting(line: &Line, event: Event) -> Option<Step> {
    match event {
        Event::CancelAsked | Event::Overpriced => {
            Some(go(State::Cancelling(line.clone()), [Effect::AskCancel]))
        }
        Event::CancelDeclined => Some(Step::Stay),
        event => watched(line, event),
    }
}

pub(super) fn cancelling(line: &Line, event: Event) -> Option<Step> {
    match event {
        Event::CancelAsked => Some(Step::Stay),
        Event::CancelDeclined => Some(go(State::Waiting(line.clone()), [])),
        Event::Sms(_) if bug("code-while-cancelling-dropped") => Some(Step::Stay),
        event => watched(line, event),
    }
}

/// What the provider may say of a number without an SMS, whether or not a cancel is under way.
fn watched(line: &Line, event: Event) -> Option<Step> {
    match event {
        Event::Sms(sms) => Some(first_sms(line, sms)),
        Event::ProviderCancelled | Event::OperatorRefund => {
            Some(go(State::Cancelled(line.clone()), [Effect::Release]))
        }
        Event::ProviderExpired if bug("expiry-is-charged") => {
            Some(go(State::Expired(line.clone()), [Effect::Capture]))
        }
        Event::ProviderExpired => Some(go(State::Expired(line.clone()), [Effect::Release])),
        Event::Banned => {
            Some(go(State::Banned(line.clone()), [Effect::Release, Effect::TellOperator]))
        }
        // Paid for at the provider, and nobody has the code: neither charging nor refunding is right by itself.
        Event::ProviderCompleted => {
            Some(go(State::NeedsOperator { line: Some(line.clone()) }, [Effect::TellOperator]))
        }
        Event::Accepted(again) if is_of(&again, line) => Some(Step::Stay),
        Event::DoneAsked
        | Event::Unclear(_)
        | Event::CancelAsked
        | Event::CancelDeclined
        | Event::Overpriced => Some(Step::Stay),
        Event::Extended(_)
        | Event::Accepted(_)
        | Event::Rejected(_)
        | Event::NotPlaced
        | Event::GaveUp
        | Event::OperatorAdopt(_) => None,
    }
}

fn first_sms(line: &Line, sms: UpstreamSms) -> Step {
    go(State::CodeReceived(line.clone()), [Effect::Capture, Effect::Deliver(sms)])
}

pub(super) fn code_received(line: &Line, event: Event) -> Option<Step> {
    match event {
        Event::Sms(sms) if bug("captured-twice") => {
            Some(go(State::CodeReceived(line.clone()), [Effect::Capture, Effect::Deliver(sms)]))
        }
        Event::Sms(sms) => Some(go(State::CodeReceived(line.clone()), [Effect::Deliver(sms)])),
        Event::DoneAsked => Some(go(State::Finished(line.clone()), [Effect::AskFinish])),
        Event::ProviderCompleted | Event::ProviderExpired => {
            Some(go(State::Finished(line.clone()), []))
        }
        // The customer has the code and has paid for it; that the provider took its number back is the shop's matter.
        Event::ProviderCancelled | Event::Banned => {
            Some(go(State::Finished(line.clone()), [Effect::TellOperator]))
        }
        Event::Accepted(again) if is_of(&again, line) => Some(Step::Stay),
        Event::CancelAsked | Event::CancelDeclined | Event::Unclear(_) | Event::Overpriced => {
            Some(Step::Stay)
        }
        Event::Accepted(_)
        | Event::Rejected(_)
        | Event::NotPlaced
        | Event::GaveUp
        | Event::OperatorRefund
        | Event::OperatorAdopt(_)
        | Event::Extended(_) => None,
    }
}

pub(super) fn active(line: &Line, event: Event) -> Option<Step> {
    match event {
        Event::Sms(sms) => Some(go(State::Active(line.clone()), [Effect::Deliver(sms)])),
        Event::Extended(until) if until > line.expires_at => Some(prolonged(line, until)),
        Event::ProviderCompleted | Event::ProviderExpired => {
            Some(go(State::Ended(line.clone()), []))
        }
        Event::ProviderCancelled | Event::OperatorRefund => {
            Some(go(State::Cancelled(line.clone()), [Effect::Refund]))
        }
        // Paid for, used perhaps for days, and a ban promises no refund.
        Event::Banned => Some(go(State::Ended(line.clone()), [Effect::TellOperator])),
        Event::Accepted(again) if is_of(&again, line) => Some(Step::Stay),
        Event::Extended(_)
        | Event::CancelAsked
        | Event::CancelDeclined
        | Event::DoneAsked
        | Event::Unclear(_)
        | Event::Overpriced => Some(Step::Stay),
        Event::Accepted(_)
        | Event::Rejected(_)
        | Event::NotPlaced
        | Event::GaveUp
        | Event::OperatorAdopt(_) => None,
    }
}

/// Another term may have been paid for just before the end.
pub(super) fn ended(line: &Line, event: Event) -> Option<Step> {
    match event {
        Event::Extended(until) if until > line.expires_at => Some(prolonged(line, until)),
        event => closed(&State::Ended(line.clone()), line, event),
    }
}

fn prolonged(line: &Line, until: Timestamp) -> Step {
    go(State::Active(Line { expires_at: until, ..line.clone() }), [])
}

/// All of it was handed over: what the provider still says changes nothing, but that it takes back the rental which this
/// prolongs.
pub(super) fn fulfilled(what: &Fulfilled, event: &Event) -> Option<Step> {
    match (what, event) {
        (Fulfilled::Renewal { .. }, Event::ProviderCancelled | Event::OperatorRefund) => {
            Some(go(State::Undone, [Effect::Refund]))
        }
        (Fulfilled::Esim(_) | Fulfilled::Renewal { .. }, event) => handed_over_before(event),
    }
}

pub(super) fn undone(event: &Event) -> Option<Step> {
    match event {
        Event::ProviderCancelled | Event::OperatorRefund => Some(Step::Stay),
        event => handed_over_before(event),
    }
}

fn handed_over_before(event: &Event) -> Option<Step> {
    match event {
        Event::Accepted(_)
        | Event::Unclear(_)
        | Event::ProviderCompleted
        | Event::ProviderExpired
        | Event::CancelAsked
        | Event::CancelDeclined
        | Event::DoneAsked
        | Event::Overpriced => Some(Step::Stay),
        Event::Rejected(_)
        | Event::NotPlaced
        | Event::GaveUp
        | Event::Sms(_)
        | Event::ProviderCancelled
        | Event::Banned
        | Event::OperatorRefund
        | Event::OperatorAdopt(_)
        | Event::Extended(_) => None,
    }
}

/// A late SMS is still delivered, and costs nothing more.
pub(super) fn closed(state: &State, line: &Line, event: Event) -> Option<Step> {
    match event {
        Event::Sms(_) if bug("late-code-dropped") => Some(Step::Stay),
        Event::Sms(sms) => Some(go(state.clone(), [Effect::Deliver(sms)])),
        Event::Accepted(again) if is_of(&again, line) => Some(Step::Stay),
        Event::ProviderCompleted
        | Event::ProviderCancelled
        | Event::ProviderExpired
        | Event::Banned
        | Event::CancelAsked
        | Event::CancelDeclined
        | Event::DoneAsked
        | Event::Unclear(_)
        | Event::OperatorRefund
        | Event::Overpriced
        | Event::Extended(_) => Some(Step::Stay),
        Event::Accepted(_)
        | Event::Rejected(_)
        | Event::NotPlaced
        | Event::GaveUp
        | Event::OperatorAdopt(_) => None,
    }
}
