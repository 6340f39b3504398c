//! Webhooks: JSON bodies that an emulator hands over are posted to whoever listens, and go wrong on demand.
//!
//! It knows nothing of any provider or of what a body says. Bodies go out one at a time and in the order in which they
//! were handed over, so that only a fault changes it, and over plain HTTP to loopback only, so that nothing leaves the
//! machine. Time is the emulator's; while nobody listens nothing runs.

mod fault;
mod post;

#[cfg(test)]
mod tests;

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use hyper::body::Bytes;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::Notify;

pub use self::fault::{PushFault, PushRule};
pub use self::post::{NotLoopback, Policy, Post, Receiver, is_loopback, sign};
use super::{changes::Changes, control::done, server::Emulator, server::Request};
use crate::clock::Clock;

/// How often the emulator's clock is looked at while somebody listens.
const TICK: Duration = Duration::from_millis(10);
/// The most pushes that wait; more are lost.
const MOST_WAITING: usize = 10_000;
/// The newest pushes kept in the book.
const KEPT: usize = 10_000;
/// The wait before the first repetition, which doubles each time. The document that repeats names none.
const FIRST_WAIT_MS: i64 = 5_000;
/// How long a push is repeated (smsverificationservice, "HTTP callback": "for up to 24 hours").
const REPEATED_FOR_MS: i64 = 24 * 60 * 60_000;

/// An emulator of a provider that pushes. Start it with `control::start_pushing`.
pub trait Pushing: Emulator {
    /// The sender that it hands its bodies to.
    fn pusher(&self) -> &Pusher;

    /// Lets everything happen that is due by now, and hands over what there is to push about it.
    fn settle(&self);
}

/// What became of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The receiver's HTTP status.
    Answered(u16),
    /// No answer within the policy's time.
    NoAnswer,
    /// Nobody listens there, or the connection broke.
    NoConnection,
    /// Never sent: a fault, a receiver that was taken away, or too many pushes waiting.
    Lost,
    /// Never sent: the receiver is not `http://` on this machine.
    NotLoopback,
}

/// One line of the book: no bodies, codes or phone numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// Unix milliseconds by the emulator's clock, at the end of the attempt.
    pub at_ms: i64,
    /// The provider's word for what happened.
    pub event: &'static str,
    pub order: Option<u64>,
    /// From 1.
    pub attempt: u32,
    pub outcome: Outcome,
}

/// The sender, with its faults and its book. Clones share it.
#[derive(Clone)]
pub struct Pusher(Arc<Shared>);

struct Shared {
    clock: Clock,
    desk: Mutex<Desk>,
    bell: Notify,
}

#[derive(Default)]
struct Desk {
    receiver: Option<Receiver>,
    here: Option<Arc<dyn Post>>,
    rules: Vec<PushRule>,
    /// Waits for the next one to go first.
    held: Vec<Push>,
    /// In the order of handing over.
    waiting: Vec<Push>,
    book: VecDeque<Sent>,
}

#[derive(Clone)]
struct Push {
    event: &'static str,
    order: Option<u64>,
    body: Bytes,
    forged: bool,
    made_ms: i64,
    due_ms: i64,
    attempt: u32,
}

impl Pusher {
    /// A sender to nobody yet.
    pub fn new(clock: Clock) -> Self {
        Self(Arc::new(Shared { clock, desk: Mutex::default(), bell: Notify::new() }))
    }

    /// From now on everything goes to this receiver, what waits already included; nowhere when none.
    pub fn set_receiver(&self, receiver: Option<Receiver>) {
        self.with(|desk| desk.receiver = receiver);
        self.0.bell.notify_one();
    }

    /// What would go over the network to the receiver goes to `here` instead.
    pub fn deliver_here(&self, here: Arc<dyn Post>) {
        self.with(|desk| desk.here = Some(here));
    }

    /// Hands a body over, about an order if there is one; `event` is for the book. Returns at once. Without a receiver
    /// nothing happens.
    pub fn push(&self, event: &'static str, order: Option<u64>, body: &Value) {
        let now_ms = self.0.clock.now_ms();
        let body = Bytes::from(body.to_string());
        self.with(|desk| {
            if desk.receiver.is_some() {
                let (made_ms, due_ms) = (now_ms, now_ms);
                let forged = false;
                desk.accept(Push { event, order, body, forged, made_ms, due_ms, attempt: 1 });
            }
        });
        self.0.bell.notify_one();
    }

    /// Posts a body once, now, past every fault and everything that waits.
    pub async fn push_now(&self, event: &'static str, body: &Value) -> Outcome {
        let now_ms = self.0.clock.now_ms();
        let body = Bytes::from(body.to_string());
        let (made_ms, due_ms) = (now_ms, now_ms);
        let push = Push { event, order: None, body, forged: false, made_ms, due_ms, attempt: 1 };
        let outcome = self.attempt(&push).await;
        self.with(|desk| desk.record(&push, outcome, self.0.clock.now_ms()));
        outcome
    }

    /// Something goes wrong with what is handed over from now on. Of several rules the oldest strikes first.
    pub fn add_fault(&self, rule: PushRule) {
        self.with(|desk| desk.rules.push(rule));
    }

    /// The fault strikes the next push, once.
    pub fn fault_once(&self, fault: PushFault) {
        self.add_fault(PushRule { fault, times: Some(1) });
    }

    /// The fault strikes every push until [`Pusher::clear_faults`].
    pub fn fault_always(&self, fault: PushFault) {
        self.add_fault(PushRule { fault, times: None });
    }

    /// Switches every fault off. What is held back for the next one stays so.
    pub fn clear_faults(&self) {
        self.with(|desk| desk.rules.clear());
    }

    /// The rules still on, with what is left of their counts.
    pub fn fault_rules(&self) -> Vec<PushRule> {
        self.with(|desk| desk.rules.clone())
    }

    /// Every attempt, oldest first.
    pub fn book(&self) -> Vec<Sent> {
        self.with(|desk| desk.book.iter().cloned().collect())
    }

    /// Sends everything that is due, one after the other. Whether there was anything.
    pub(super) async fn send_due(&self) -> bool {
        let mut any = false;
        while let Some(push) = self.with(|desk| desk.next_due(self.0.clock.now_ms())) {
            let outcome = self.attempt(&push).await;
            self.with(|desk| {
                let now_ms = self.0.clock.now_ms();
                desk.record(&push, outcome, now_ms);
                desk.repeat(push, outcome, now_ms);
            });
            any = true;
        }
        any
    }

    async fn attempt(&self, push: &Push) -> Outcome {
        let Some(receiver) = self.with(|desk| desk.receiver.clone()) else {
            return Outcome::Lost;
        };
        let deadline_ms = self.0.clock.now_ms().saturating_add(receiver.policy.patience_ms());
        let here = self.with(|desk| desk.here.clone());
        let posted = async {
            match here {
                Some(here) => receiver.post_here(&*here, push.body.clone(), push.forged).await,
                None => receiver.post(push.body.clone(), push.forged).await,
            }
        };
        tokio::select! {
            biased;
            outcome = posted => outcome,
            () = self.reaches(deadline_ms) => Outcome::NoAnswer,
        }
    }

    async fn reaches(&self, deadline_ms: i64) {
        while self.0.clock.now_ms() < deadline_ms {
            tokio::time::sleep(TICK).await;
        }
    }

    /// Returns when there may be something to do: at once after a change, with every tick while somebody listens.
    async fn rest(&self) {
        if self.with(|desk| desk.receiver.is_some() || !desk.waiting.is_empty()) {
            // Either way it is time to look again.
            let _ = tokio::time::timeout(TICK, self.0.bell.notified()).await;
        } else {
            self.0.bell.notified().await;
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Desk) -> T) -> T {
        act(&mut self.0.desk.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Pusher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Pusher")
    }
}

impl Desk {
    /// Takes a new push in, after the fault had its say.
    fn accept(&mut self, mut push: Push) {
        let fault = fault::take(&mut self.rules);
        let copies = if fault == Some(PushFault::Duplicate) { 2 } else { 1 };
        match fault {
            None | Some(PushFault::Duplicate) => {}
            Some(PushFault::Lose) => {
                let at_ms = push.made_ms;
                return self.record(&push, Outcome::Lost, at_ms);
            }
            Some(PushFault::Reorder) => return self.held.push(push),
            Some(PushFault::Delay(ms)) => push.due_ms = push.due_ms.saturating_add(ms),
            Some(PushFault::Forge) => push.forged = true,
            Some(PushFault::Garbage) => push.body = Bytes::from_static(fault::GARBAGE),
        }
        let released = std::mem::take(&mut self.held).into_iter().map(|held| {
            // Not before the one that goes first.
            Push { due_ms: held.due_ms.max(push.due_ms), ..held }
        });
        let all: Vec<_> = std::iter::repeat_n(push.clone(), copies).chain(released).collect();
        for push in all {
            if self.waiting.len() < MOST_WAITING {
                self.waiting.push(push);
            } else {
                let at_ms = push.made_ms;
                self.record(&push, Outcome::Lost, at_ms);
            }
        }
    }

    /// Of what is due the earliest, and of equals the first handed over.
    fn next_due(&mut self, now_ms: i64) -> Option<Push> {
        let due = self.waiting.iter().enumerate().filter(|(_, push)| push.due_ms <= now_ms);
        let place = due.min_by_key(|(_, push)| push.due_ms)?.0;
        Some(self.waiting.remove(place))
    }

    fn record(&mut self, push: &Push, outcome: Outcome, at_ms: i64) {
        if self.book.len() == KEPT {
            self.book.pop_front();
        }
        let Push { event, order, attempt, .. } = *push;
        self.book.push_back(Sent { at_ms, event, order, attempt, outcome });
    }

    /// Keeps a push for another attempt, if its policy makes one.
    fn repeat(&mut self, push: Push, outcome: Outcome, now_ms: i64) {
        let failed = match outcome {
            Outcome::Answered(status) => !(200..300).contains(&status),
            Outcome::NoAnswer | Outcome::NoConnection => true,
            Outcome::Lost | Outcome::NotLoopback => false,
        };
        let repeats = self.receiver.as_ref().is_some_and(|receiver| receiver.policy.repeats());
        let wait_ms = FIRST_WAIT_MS.saturating_mul(1 << (push.attempt - 1).min(30));
        let due_ms = now_ms.saturating_add(wait_ms);
        if failed && repeats && due_ms <= push.made_ms.saturating_add(REPEATED_FOR_MS) {
            self.waiting.push(Push { due_ms, attempt: push.attempt + 1, ..push });
        }
    }
}

/// Sends what there is to send, for ever, and rings after each.
pub(super) async fn run<E: Pushing>(emulator: Arc<E>, changes: Changes) {
    loop {
        emulator.settle();
        if emulator.pusher().send_due().await {
            changes.ring();
        }
        emulator.pusher().rest().await;
    }
}

/// The `/sandbox/` routes of every provider that pushes; none when the path is not one of them.
pub(super) fn route(
    pusher: &Pusher,
    path: &str,
    request: &Request,
) -> Option<Result<Value, String>> {
    Some(match (request.method.as_str(), path) {
        ("GET", "pushes") => Ok(json!({ "pushes": pusher.book() })),
        ("GET", "push_faults") => Ok(json!({ "push_faults": pusher.fault_rules() })),
        ("POST", "push_faults") => done(request, |rule: PushRule| {
            pusher.add_fault(rule);
            Ok::<_, String>(())
        }),
        ("DELETE", "push_faults") => {
            pusher.clear_faults();
            Ok(json!({}))
        }
        // Any body at all, signed as a true one is.
        ("POST", "push") => done(request, |body: Value| {
            pusher.push("by_hand", None, &body);
            Ok::<_, String>(())
        }),
        _ => return None,
    })
}
