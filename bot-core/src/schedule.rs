//! Whom to ask next, where each order costs one request and the key has too few: the one that gains most by it.
//!
//! An order's score is how long ago it was asked times how likely a code has come since (`schedule/curve.rs`), which is the
//! wait that a question is expected to save. Pure: time is told, nothing is sent, and equal histories choose alike. Knows
//! nothing of providers, the database or chats.
//!
//! Scores only grow while nobody asks, so each order is kept under a bound that holds for a while, the highest first: to
//! choose takes a look at a few of them, however many are open.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
    sync::Arc,
    time::Duration,
};

use crate::{clock::Timestamp, ids::OrderId};

pub mod arrivals;
pub mod curve;

use arrivals::{Arrivals, Goods};
use curve::Curve;

/// No order is ever asked twice within this, whatever a provider's pace.
const NEVER_WITHIN: Duration = Duration::from_secs(1);

/// The last question before an order runs out comes so long before, and earlier where several run out together.
const LAST_LOOK: Duration = Duration::from_secs(5);

/// The most orders that are reckoned with when several run out together.
const TOGETHER: usize = 64;

/// A key that gets round to an order less often than this is overloaded: codes would come and go unseen.
const OVERLOADED_AT: Duration = Duration::from_mins(5);

/// Nobody's chance is less, so that of two without any the one that waits longer goes first.
const LEAST_CHANCE: f64 = 1e-6;

/// How far an order's beginning may lie ahead before the clock counts as set back.
const CLOCK_SLACK: Duration = Duration::from_mins(1);

/// How long a bound holds: a part of the time since the order was asked, within these.
const SHORTEST_BOUND: Duration = Duration::from_millis(500);
const LONGEST_BOUND: Duration = Duration::from_secs(30);

/// What is only looked at now and then has the score of an order with so small a chance of a code at its interval.
const SELDOM_CHANCE: f64 = 0.02;

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watch {
    /// The first code of a number bought then.
    Code(Goods),
    /// Anything else, worth a look about this often.
    Every(Duration),
}

/// An open order as the schedule sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    pub watch: Watch,
    /// When it was bought.
    pub began: Timestamp,
    /// When the provider ends it, if that is known; a last look comes before.
    pub expires: Option<Timestamp>,
}

#[derive(Debug)]
struct Entry {
    watched: Watched,
    /// When it was asked last; at first when it was bought, since then there was no code.
    asked: Timestamp,
    /// Whether it was asked because it runs out: once is enough.
    had_last_look: bool,
    /// Tells what the heaps still hold of an earlier look from what counts.
    version: u32,
}

/// A score, of zero or more: such numbers are ordered as their bits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Score(u64);

impl Score {
    fn of(score: f64) -> Self {
        Self(if score > 0.0 { score.to_bits() } else { 0 })
    }
}

type Look = (OrderId, u32);

/// All open orders.
#[derive(Debug)]
pub struct Schedule {
    arrivals: Arrivals,
    /// The provider's own least time between two looks at one order.
    pace: Duration,
    entries: BTreeMap<OrderId, Entry>,
    codes: usize,
    /// No order's score is above the one under which it stands here, for as long as it does.
    bounds: BinaryHeap<(Score, Reverse<Look>)>,
    /// When a bound ends, or an order may be asked again.
    later: BinaryHeap<Reverse<(Timestamp, Look)>>,
    ends: BTreeSet<(Timestamp, OrderId)>,
    now: Timestamp,
}

impl Schedule {
    pub fn new(pace: Duration, arrivals: Arrivals, now: Timestamp) -> Self {
        Self {
            arrivals,
            pace: pace.max(NEVER_WITHIN),
            entries: BTreeMap::new(),
            codes: 0,
            bounds: BinaryHeap::new(),
            later: BinaryHeap::new(),
            ends: BTreeSet::new(),
            now,
        }
    }

    pub fn arrivals(&mut self) -> &mut Arrivals {
        &mut self.arrivals
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many of them wait for a first code.
    pub fn codes(&self) -> usize {
        self.codes
    }

    /// When an order was asked last.
    pub fn asked_at(&self, order: OrderId) -> Option<Timestamp> {
        self.entries.get(&order).map(|entry| entry.asked)
    }

    /// From now on this order is watched like this. What is known of when it was asked stays.
    pub fn watch(&mut self, order: OrderId, watched: Watched) {
        let watched = Watched {
            // What has ended before it began says nothing.
            expires: watched.expires.filter(|end| *end > watched.began),
            ..watched
        };
        if self.entries.get(&order).is_some_and(|entry| entry.watched == watched) {
            return;
        }
        let before = self.forget(order);
        let asked = before.as_ref().map_or(watched.began, |entry| entry.asked);
        // Later than that means that the clock was set back.
        let asked = if asked > self.now + CLOCK_SLACK { self.now } else { asked };
        let had_last_look = before
            .as_ref()
            .is_some_and(|entry| entry.had_last_look && entry.watched.expires == watched.expires);
        let version = before.map_or(0, |entry| entry.version.wrapping_add(1));
        self.codes += usize::from(matches!(watched.watch, Watch::Code(_)));
        if let Some(end) = watched.expires {
            self.ends.insert((end, order));
        }
        let due = asked + self.rest(&watched);
        self.entries.insert(order, Entry { watched, asked, had_last_look, version });
        self.later.push(Reverse((due, (order, version))));
    }

    /// This order is watched no more.
    fn forget(&mut self, order: OrderId) -> Option<Entry> {
        let entry = self.entries.remove(&order)?;
        self.codes -= usize::from(matches!(entry.watched.watch, Watch::Code(_)));
        if let Some(end) = entry.watched.expires {
            self.ends.remove(&(end, order));
        }
        Some(entry)
    }

    /// This order is watched no more.
    pub fn drop(&mut self, order: OrderId) {
        self.forget(order);
    }

    /// This order was looked at in another way, such as in a list that shows what it waits for.
    pub fn was_asked(&mut self, order: OrderId, now: Timestamp) {
        let Some(entry) = self.entries.get_mut(&order) else { return };
        entry.asked = now;
        entry.version = entry.version.wrapping_add(1);
        let (look, watched) = ((order, entry.version), entry.watched);
        self.later.push(Reverse((now + self.rest(&watched), look)));
    }

    /// Whom to ask now, with so many requests a second for all; it counts as asked.
    pub fn pick(&mut self, rate: f64, now: Timestamp) -> Option<OrderId> {
        self.moves_to(now);
        let ends = self.about_to_end(rate, now);
        if let Some(entry) = ends.and_then(|order| self.entries.get_mut(&order)) {
            entry.had_last_look = true;
        }
        let picked = ends.or_else(|| self.highest(rate, now))?;
        self.was_asked(picked, now);
        Some(picked)
    }

    /// Whether there may be somebody to ask now.
    pub fn may_pick(&mut self, rate: f64, now: Timestamp) -> bool {
        self.moves_to(now);
        !self.bounds.is_empty() || self.about_to_end(rate, now).is_some()
    }

    /// The orders that have run out by now. Each is told once.
    pub fn ended(&mut self, now: Timestamp) -> Vec<OrderId> {
        let later = self.ends.split_off(&(now + Duration::from_millis(1), OrderId(i64::MIN)));
        std::mem::replace(&mut self.ends, later).into_iter().map(|(_, order)| order).collect()
    }

    /// When somebody may be asked again, if nobody may now; what runs out may be worth a last look before.
    pub fn next(&self) -> Option<Timestamp> {
        self.later.peek().map(|Reverse((due, _))| *due)
    }

    /// The least time between two looks at an order.
    fn rest(&self, watched: &Watched) -> Duration {
        match watched.watch {
            Watch::Code(_) => self.pace,
            Watch::Every(interval) => interval.max(self.pace),
        }
    }

    /// Takes in that time has passed. A clock that was set back by more than a moment would make everybody wait: then all
    /// counts from now on.
    fn moves_to(&mut self, now: Timestamp) {
        if now + NEVER_WITHIN < self.now {
            self.later.clear();
            self.bounds.clear();
            for (order, entry) in &mut self.entries {
                entry.asked = entry.asked.min(now);
                entry.version = entry.version.wrapping_add(1);
                self.later.push(Reverse((now, (*order, entry.version))));
            }
        }
        self.now = now;
        while let Some(Reverse((due, look))) = self.later.peek().copied()
            && due <= now
        {
            self.later.pop();
            self.renew(look, now);
        }
        // What counts no more goes before it outgrows what does.
        let most = 4 * self.entries.len() + 64;
        let counts = |(order, version): &Look| {
            self.entries.get(order).is_some_and(|entry| entry.version == *version)
        };
        if self.bounds.len() > most {
            self.bounds.retain(|(_, Reverse(look))| counts(look));
        }
        if self.later.len() > most {
            self.later.retain(|Reverse((_, look))| counts(look));
        }
    }

    /// Puts an order under a bound that holds from now on for a while, when it may be asked.
    fn renew(&mut self, (order, version): Look, now: Timestamp) {
        let Some(entry) = self.entries.get(&order).filter(|entry| entry.version == version) else {
            return;
        };
        let may_be_asked = entry.asked + self.rest(&entry.watched);
        if now < may_be_asked {
            self.later.push(Reverse((may_be_asked, (order, version))));
            return;
        }
        let hold = (now.since(entry.asked) / 4).clamp(SHORTEST_BOUND, LONGEST_BOUND);
        let (watched, asked) = (entry.watched, entry.asked);
        let bound = self.score(&watched, asked, now + hold, false);
        let version = version.wrapping_add(1);
        if let Some(entry) = self.entries.get_mut(&order) {
            entry.version = version;
        }
        self.bounds.push((Score::of(bound), Reverse((order, version))));
        self.later.push(Reverse((now + hold, (order, version))));
    }

    /// Of those that run out before all of them could be asked once more: the first.
    fn about_to_end(&self, rate: f64, now: Timestamp) -> Option<OrderId> {
        let mut first = None;
        let mut before = 0_u32;
        for (end, order) in self.ends.range((now, OrderId(i64::MIN))..).take(TOGETHER) {
            let Some(entry) = self.entries.get(order) else { continue };
            let lead = LAST_LOOK + Duration::from_secs_f64(f64::from(before) / rate.max(0.01));
            if entry.had_last_look {
                continue;
            }
            before += 1;
            if now >= entry.asked + self.pace {
                first = first.or(Some(*order));
            }
            if end.since(now) <= lead && first.is_some() {
                return first;
            }
        }
        None
    }

    fn highest(&mut self, rate: f64, now: Timestamp) -> Option<OrderId> {
        let is_overloaded = self.is_overloaded(rate);
        let mut best: Option<(Score, Reverse<OrderId>)> = None;
        let mut seen = Vec::new();
        while let Some((bound, Reverse((order, version)))) = self.bounds.peek().copied() {
            if best.is_some_and(|(score, _)| score >= bound) && !is_overloaded {
                break;
            }
            self.bounds.pop();
            let Some(entry) = self.entries.get(&order).filter(|entry| entry.version == version)
            else {
                continue;
            };
            let (watched, asked) = (entry.watched, entry.asked);
            seen.push((bound, Reverse((order, version))));
            let score = self.score(&watched, asked, now, is_overloaded);
            best = best.max(Some((Score::of(score), Reverse(order))));
            if is_overloaded && seen.len() >= TOGETHER {
                break;
            }
        }
        self.bounds.extend(seen);
        best.map(|(_, Reverse(order))| order)
    }

    /// Whether the key cannot watch so many orders well.
    pub fn is_overloaded(&self, rate: f64) -> bool {
        let codes = u32::try_from(self.codes).unwrap_or(u32::MAX);
        f64::from(codes) > rate * OVERLOADED_AT.as_secs_f64()
    }

    /// The wait that a question now is expected to save, in seconds. Where most codes go unseen anyway it counts how soon
    /// one is expected as well.
    fn score(
        &mut self,
        watched: &Watched,
        asked: Timestamp,
        now: Timestamp,
        overload: bool,
    ) -> f64 {
        let waited = now.since(asked).as_secs_f64();
        match watched.watch {
            Watch::Code(goods) => {
                let curve = self.arrivals.curve(goods);
                let (from, to) = ages(watched, asked, now);
                if overload {
                    curve.hazard(to) * waited * waited
                } else {
                    waited * curve.chance(from, to).max(LEAST_CHANCE)
                }
            }
            Watch::Every(interval) => {
                waited * SELDOM_CHANCE * waited / interval.as_secs_f64().max(1.0)
            }
        }
    }
}

/// From which age to which nobody has looked.
fn ages(watched: &Watched, asked: Timestamp, now: Timestamp) -> (f64, f64) {
    let age = |at: Timestamp| at.since(watched.began).as_secs_f64();
    (age(asked), age(now))
}

/// How late a code is seen on average when so many orders are watched at a rate, in seconds: what a customer is told.
/// Between two looks at one order pass `orders / rate` seconds, and a code comes at any moment of them.
pub fn expected_delay(orders: usize, rate: f64, pace: Duration) -> Duration {
    let orders = f64::from(u32::try_from(orders).unwrap_or(u32::MAX));
    let round = orders / rate.max(0.01);
    Duration::from_secs_f64(round.clamp(pace.as_secs_f64(), 86_400.0))
}

/// A curve that is shared by all orders of the same goods.
pub type SharedCurve = Arc<Curve>;

#[cfg(test)]
mod tests;
