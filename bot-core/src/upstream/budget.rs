//! One key, one budget: every request to the provider passes here before it is sent, whoever asks.
//!
//! A token bucket for each documented endpoint group keeps the key within its limits; people go before the poller and the
//! poller before the catalogue, with two tokens of a burst kept for people. A 429 shrinks the rate, which grows back slowly;
//! a wait that the provider asks for is kept to the second; failures make the poller and the catalogue wait 2, 4, 8 seconds;
//! a provider that is down is asked by one probe at a time and everybody else is told at once. Knows nothing of orders,
//! HTTP or any provider: what is limited how is data ([`Limits`]).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;

use crate::{
    clock::{Clock, Timestamp},
    random::Random,
};

mod bucket;
mod circuit;
mod limits;
mod pause;
mod permit;

use bucket::Bucket;
use circuit::Circuit;
use pause::Pause;

pub use limits::{Group, Limits};
pub use permit::Permit;

/// The longest that a request for a person waits for its turn; told at once when it would be longer.
const PEOPLE_WAIT_UP_TO: Duration = Duration::from_secs(10);

/// After so long a wait a request for the catalogue stands in line with polls, or a busy poller would starve it.
const CATALOG_WAITS: Duration = Duration::from_secs(10);

/// Failures of one group make its polls wait 2 s, then 4, then 8 and so on up to here, each a quarter more or less.
const FIRST_BACKOFF: Duration = Duration::from_secs(2);
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);
const JITTER_PERCENT: u64 = 25;

/// Whose request it is. The earlier goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Somebody waits: a purchase, a cancel, a price asked for.
    People,
    Poll,
    Catalog,
}

tokio::task_local! {
    static PRIORITY: Priority;
}

/// Runs a call to the provider with everything that it sends marked as of this priority. Without it a call is for people.
pub async fn with_priority<F: Future>(priority: Priority, call: F) -> F::Output {
    PRIORITY.scope(priority, call).await
}

/// The request was not sent, and may be after this long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    pub retry_after: Duration,
}

/// What became of a request that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The provider works, whatever it said.
    Answered,
    /// 429, with the wait that it asks for.
    Limited(Option<Duration>),
    /// It works, and asks to wait with this route.
    AskedToWait(Duration),
    /// 5xx, or no answer.
    Failed,
    /// Says nothing about the provider's health.
    Unclear,
}

/// The key's budget. One for the whole process.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    clock: Clock,
    random: Random,
    state: Mutex<State>,
    /// Rung whenever somebody left the line or something became free.
    changed: Notify,
}

#[derive(Debug)]
struct State {
    lanes: Vec<Lane>,
    circuit: Circuit,
    /// What the provider asked for on single routes: one that is being mended holds up no other.
    routes: HashMap<&'static str, Pause>,
    next_ticket: u64,
}

/// One group's bucket, pauses and line.
#[derive(Debug)]
struct Lane {
    bucket: Bucket,
    /// What the provider asked for: nobody passes.
    pause: Pause,
    /// After failures: people pass.
    backoff: Pause,
    failures: u32,
    waiting: Vec<Ticket>,
}

/// A place in line.
#[derive(Clone, Copy, Debug)]
struct Ticket {
    number: u64,
    route: &'static str,
    priority: Priority,
    since: Timestamp,
}

/// What one look at the line finds.
enum Turn {
    Now { is_probe: bool },
    Later(Duration),
    Never(Held),
}

/// How the budget stands, for whoever watches the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub group: &'static str,
    pub documented_per_minute: u32,
    /// What it keeps to now: less after a 429.
    pub allowed_per_minute: u32,
    pub waiting: usize,
}

impl Budget {
    /// `per_minute` is what the provider granted this key instead of the documented limits.
    pub fn new(limits: Limits, per_minute: Option<u32>, clock: Clock, random: Random) -> Arc<Self> {
        let now = clock.now();
        let lane = |group: &Group| Lane {
            bucket: Bucket::full(per_minute.unwrap_or(group.per_minute), now),
            pause: Pause::default(),
            backoff: Pause::default(),
            failures: 0,
            waiting: Vec::new(),
        };
        let lanes = limits.groups.iter().map(lane).collect();
        let (circuit, routes) = (Circuit::default(), HashMap::new());
        let state = State { lanes, circuit, routes, next_ticket: 0 };
        Arc::new(Self { limits, clock, random, state: Mutex::new(state), changed: Notify::new() })
    }

    /// Lets everything pass and learns nothing: for tests of what lies below.
    pub fn without_limits(clock: Clock) -> Arc<Self> {
        Self::new(Limits { groups: &[], polls: "" }, None, clock, Random::seeded(0))
    }

    /// Whether the provider counts as down: whoever would have to wait for it is better told.
    pub fn is_down(&self) -> bool {
        self.lock().circuit.is_open()
    }

    /// The poller's sustained rate now, in requests a minute, and the tokens that it may use at once.
    pub fn poll_rate(&self) -> (u32, u32) {
        let lane = self.lane_of(self.limits.polls);
        let state = self.lock();
        state.lanes.get(lane).map_or((u32::MAX, u32::MAX), |lane| {
            (lane.bucket.sustained_per_minute(), lane.bucket.burst_of_polls())
        })
    }

    pub fn standing(&self) -> Vec<Standing> {
        let state = self.lock();
        let groups = self.limits.groups.iter().zip(&state.lanes);
        groups
            .map(|(group, lane)| Standing {
                group: group.name,
                documented_per_minute: group.per_minute,
                allowed_per_minute: lane.bucket.sustained_per_minute(),
                waiting: lane.waiting.len(),
            })
            .collect()
    }

    /// Waits until a poll could be sent now, so that whom it asks is chosen at the last moment.
    pub async fn ready_to_poll(self: &Arc<Self>) {
        // A probe that is not made leaves the circuit as it was.
        if let Ok(permit) = self.admit(self.limits.polls, Priority::Poll).await {
            permit.give_back();
        }
    }

    /// Waits for the turn of a request on this route.
    ///
    /// # Errors
    /// For people alone, who are not left waiting: while the provider is down, or asks for a longer wait.
    pub async fn pass(self: &Arc<Self>, route: &'static str) -> Result<Permit, Held> {
        let priority = PRIORITY.try_with(|priority| *priority).unwrap_or(Priority::People);
        self.admit(route, priority).await
    }

    async fn admit(
        self: &Arc<Self>,
        route: &'static str,
        priority: Priority,
    ) -> Result<Permit, Held> {
        let lane = self.lane_of(route);
        let permit = |is_probe| Permit {
            budget: Arc::clone(self),
            lane,
            route,
            is_probe,
            is_reported: self.limits.groups.is_empty(),
        };
        if self.limits.groups.is_empty() {
            return Ok(permit(false));
        }
        let place = self.stand_in_line(lane, route, priority);
        loop {
            let changed = self.changed.notified();
            let turn = self.turn(lane, place.ticket);
            match turn {
                Turn::Now { is_probe } => {
                    drop(place);
                    return Ok(permit(is_probe));
                }
                Turn::Never(held) => return Err(held),
                Turn::Later(wait) => {
                    tokio::select! {
                        biased;
                        () = changed => {}
                        () = self.clock.sleep(wait) => {}
                    }
                }
            }
        }
    }

    fn stand_in_line(&self, lane: usize, route: &'static str, priority: Priority) -> Place<'_> {
        let mut state = self.lock();
        let (number, since) = (state.next_ticket, self.clock.now());
        let ticket = Ticket { number, route, priority, since };
        state.next_ticket += 1;
        state.lanes[lane].waiting.push(ticket);
        Place { budget: self, lane, ticket }
    }

    fn turn(&self, lane: usize, ticket: Ticket) -> Turn {
        let now = self.clock.now();
        let mut state = self.lock();
        let State { lanes, circuit, routes, .. } = &mut *state;
        let lane = &mut lanes[lane];
        let for_people = ticket.priority == Priority::People;
        let later = |wait: Duration, most: Duration| {
            if for_people && wait > most {
                Turn::Never(Held { retry_after: wait })
            } else {
                Turn::Later(wait)
            }
        };
        if let Some(wait) = circuit.wait(ticket.route, now) {
            return later(wait, Duration::ZERO);
        }
        let mut left = |route| routes.get_mut(route).map_or(Duration::ZERO, |it| it.left(now));
        let asked = lane.pause.left(now).max(left(ticket.route));
        let backoff = if for_people { Duration::ZERO } else { lane.backoff.left(now) };
        if asked.max(backoff) > Duration::ZERO {
            return later(asked.max(backoff), PEOPLE_WAIT_UP_TO);
        }
        let mut may_go =
            |it: &&Ticket| circuit.wait(it.route, now).is_none() && left(it.route).is_zero();
        let waiting = lane.waiting.iter().filter(|it| may_go(it));
        let first = waiting.min_by_key(|it| it.rank(now)).map(|it| it.number);
        if first != Some(ticket.number) {
            // Whoever is before rings when they leave. Having waited long enough to stand further ahead rings for nobody.
            let ages_in = (ticket.since + CATALOG_WAITS).since(now);
            return Turn::Later(if ages_in.is_zero() { PEOPLE_WAIT_UP_TO } else { ages_in });
        }
        match lane.bucket.take(for_people, now) {
            Ok(()) => Turn::Now { is_probe: circuit.begin_probe() },
            Err(wait) => later(wait, PEOPLE_WAIT_UP_TO),
        }
    }

    fn report(&self, permit: &Permit, outcome: Outcome) {
        let now = self.clock.now();
        let backoff = |failures: u32| {
            let plain = FIRST_BACKOFF.saturating_mul(1 << failures.min(8)).min(LONGEST_BACKOFF);
            plain
                * u32::try_from(100 - JITTER_PERCENT + self.random.below(2 * JITTER_PERCENT + 1))
                    .unwrap_or(100)
                / 100
        };
        let mut state = self.lock();
        let State { lanes, circuit, routes, .. } = &mut *state;
        let lane = &mut lanes[permit.lane];
        match outcome {
            Outcome::Answered => {
                lane.failures = 0;
                circuit.answered();
            }
            Outcome::Limited(asked) => {
                circuit.answered();
                // Requests that were under way together are refused together: that is one refusal.
                if lane.pause.left(now).is_zero() {
                    lane.bucket.shrink(now);
                }
                let wait = asked.unwrap_or_else(|| backoff(lane.failures));
                lane.failures = if asked.is_some() { 0 } else { lane.failures.saturating_add(1) };
                lane.pause.extend(now, wait);
            }
            Outcome::AskedToWait(wait) => {
                circuit.answered();
                routes.entry(permit.route).or_default().extend(now, wait);
            }
            Outcome::Failed => {
                let wait = backoff(lane.failures);
                lane.failures = lane.failures.saturating_add(1);
                lane.backoff.extend(now, wait);
                circuit.failed(permit.route, permit.is_probe, now);
            }
            Outcome::Unclear => circuit.gave_up(permit.is_probe, now),
        }
        drop(state);
        self.changed.notify_waiters();
    }

    /// No route of the provider's is without a group: the last one takes the rest.
    fn lane_of(&self, route: &str) -> usize {
        let groups = self.limits.groups;
        let named = groups.iter().position(|group| group.routes.contains(&route));
        named.unwrap_or(groups.len().saturating_sub(1))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket {
    fn rank(&self, now: Timestamp) -> (Priority, u64) {
        let has_waited = now.since(self.since) >= CATALOG_WAITS;
        let priority = match self.priority {
            Priority::Catalog if has_waited => Priority::Poll,
            priority => priority,
        };
        (priority, self.number)
    }
}

/// Somebody in line, who leaves it however their wait ends.
struct Place<'a> {
    budget: &'a Budget,
    lane: usize,
    ticket: Ticket,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let number = self.ticket.number;
        self.budget.lock().lanes[self.lane].waiting.retain(|it| it.number != number);
        self.budget.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests;
