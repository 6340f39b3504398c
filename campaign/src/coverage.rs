//! What the state machine went through, and what the shop's log should never say.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Write as _},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bot_core::{
    clock::Timestamp,
    order::{Esim, Event, Fulfilled, Line, Refusal, Sold, State, Step},
    phone::Phone,
    upstream::UpstreamSms,
};
use tracing::{
    Level, Metadata,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, layer::Context, prelude::*};

/// Pairs of a state's word and an event's.
pub type Pair = (String, String);

/// Pairs that the state machine was asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage(pub BTreeSet<Pair>);

impl Coverage {
    pub fn add(&mut self, other: &Self) {
        self.0.extend(other.0.iter().cloned());
    }

    /// How many legal pairs of this sort there are, and those that were not met.
    pub fn of(&self, sort: Legal) -> (usize, Vec<Pair>) {
        let all = legal().into_iter().filter(|(_, it)| *it == sort).map(|(pair, _)| pair);
        let all: BTreeSet<Pair> = all.collect();
        (all.len(), all.difference(&self.0).cloned().collect())
    }
}

/// What the state machine makes of a legal pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Legal {
    /// Late, repeated or without meaning: nothing happens.
    Stays,
    /// The order moves, or something happens with it.
    Moves,
}

/// What was seen of a history's log.
#[derive(Debug, Default)]
pub struct Seen {
    pub coverage: Coverage,
    /// What must not happen: panics, and impossible events.
    pub alarms: Vec<String>,
}

/// Listens to what the shop says in its log.
#[derive(Clone, Default)]
pub struct Watch(Arc<Mutex<Seen>>);

impl Watch {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Listens to everything that happens on this thread meanwhile.
    pub fn during<T>(&self, act: impl FnOnce() -> T) -> T {
        let subscriber = tracing_subscriber::registry().with(self.clone());
        tracing::subscriber::with_default(subscriber, act)
    }

    pub fn taken(&self) -> Seen {
        std::mem::take(&mut self.seen())
    }
}

impl<S: tracing::Subscriber> Layer<S> for Watch {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        let is_step = metadata.target() == "bot_core::order";
        is_step || (*metadata.level() <= Level::WARN && metadata.target().starts_with("bot_core"))
    }

    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut said = Said::default();
        event.record(&mut said);
        let mut seen = self.seen();
        if event.metadata().target() == "bot_core::order" {
            seen.coverage.0.insert((said.state, said.event));
        } else if said.message.contains("panicked") || said.message.contains("impossible event") {
            seen.alarms.push(format!("the log says: {} {}", said.message, said.rest));
        }
    }
}

#[derive(Default)]
struct Said {
    message: String,
    state: String,
    event: String,
    rest: String,
}

impl Visit for Said {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "state" => value.clone_into(&mut self.state),
            "event" => value.clone_into(&mut self.event),
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        } else {
            // Writing to a string does not fail.
            let _ = write!(self.rest, "{}={value:?} ", field.name());
        }
    }
}

/// Every pair that some state and some event of these words allow, with the most that comes of it.
pub fn legal() -> BTreeMap<Pair, Legal> {
    let mut pairs = BTreeMap::new();
    for state in states() {
        for event in events() {
            let pair = (state.word().to_owned(), event.word().to_owned());
            let sort = match state.next(event) {
                Ok(Step::Go { .. }) => Legal::Moves,
                Ok(Step::Stay) => Legal::Stays,
                Err(_) => continue,
            };
            let known = pairs.entry(pair).or_insert(sort);
            *known = sort.max(*known);
        }
    }
    pairs
}

fn line() -> Line {
    let at = Timestamp(0);
    let phone = Phone::parse("+6281234567890").unwrap_or_else(|_| unreachable!());
    Line { upstream: "1".into(), phone, accepted_at: at, expires_at: at }
}

fn esim() -> Esim {
    Esim { upstream: "1".into(), activation_code: "LPA:1$x$y".into() }
}

fn states() -> Vec<State> {
    vec![
        State::Placing,
        State::InDoubt { since: Timestamp(0) },
        State::NeedsOperator { line: None },
        State::NeedsOperator { line: Some(line()) },
        State::Refused { reason: Refusal::NoNumbers },
        State::Waiting(line()),
        State::Cancelling(line()),
        State::CodeReceived(line()),
        State::Finished(line()),
        State::Cancelled(line()),
        State::Expired(line()),
        State::Banned(line()),
        State::Active(line()),
        State::Ended(line()),
        State::Fulfilled(Fulfilled::Esim(esim())),
        State::Fulfilled(Fulfilled::Renewal { until: Timestamp(0) }),
        State::Undone,
    ]
}

fn events() -> Vec<Event> {
    let sms = UpstreamSms { code: Some("1".into()), text: None, received_at: None };
    vec![
        Event::Accepted(Sold::Activation(line())),
        Event::Accepted(Sold::Rental(line())),
        Event::Accepted(Sold::Esim(esim())),
        Event::Accepted(Sold::Renewal { until: Timestamp(1) }),
        Event::Rejected(Refusal::NoNumbers),
        Event::Unclear(Timestamp(0)),
        Event::NotPlaced,
        Event::GaveUp,
        Event::Sms(sms),
        Event::ProviderCompleted,
        Event::ProviderCancelled,
        Event::ProviderExpired,
        Event::Banned,
        Event::CancelAsked,
        Event::CancelDeclined,
        Event::DoneAsked,
        Event::OperatorRefund,
        Event::OperatorAdopt(Sold::Activation(line())),
        Event::Overpriced,
        Event::Extended(Timestamp(1)),
    ]
}
