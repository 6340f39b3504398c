//! How much Discord may be asked: as many calls a second as a bot has in all, and what each answer says is left of its
//! own limit. Knows nothing of HTTP.
//!
//! "Rate Limits": 50 requests a second for a bot, interactions apart; limits of routes are told in headers and never to be
//! assumed; 10,000 refusals in ten minutes, 429s among them, ban an address.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bot_core::{
    clock::{Clock, Timestamp},
    messenger::Urgency,
};

/// In a second, all routes together; a little less than Discord allows, whose second begins elsewhere.
const OVERALL: usize = 45;
const SECOND: Duration = Duration::from_secs(1);
/// What can be spared leaves this many of a route's calls, and half of all, to others.
const SPARED: u64 = 1;
/// So many refusals in so long, a fraction of what bans an address, and the bot rests until the oldest is that old.
const MOST_REFUSALS: usize = 1_000;
const REFUSALS_COUNT_FOR: Duration = Duration::from_mins(10);
/// Routes that are remembered; those that are free again go first.
const MOST_ROUTES: usize = 2_000;

pub(crate) struct Limits {
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Nobody goes before this.
    paused_until: Option<Timestamp>,
    /// Calls of the last second.
    recent: VecDeque<Timestamp>,
    /// Answers of the last ten minutes that said 401, 403 or 429.
    refusals: VecDeque<Timestamp>,
    routes: HashMap<String, Left>,
}

#[derive(Clone, Copy, Debug)]
struct Left {
    calls: u64,
    /// From then on nothing is known.
    until: Timestamp,
}

impl Limits {
    pub fn new(clock: Clock) -> Self {
        Self { clock, state: Mutex::default() }
    }

    /// Takes one call of a route; `None` is a route without limits.
    ///
    /// # Errors
    /// How long to wait before asking again.
    pub fn take(&self, route: Option<&str>, urgency: Urgency) -> Result<(), Duration> {
        let Some(route) = route else { return Ok(()) };
        let now = self.clock.now();
        let mut state = self.lock();
        while state.recent.front().is_some_and(|at| now.since(*at) >= SECOND) {
            state.recent.pop_front();
        }
        let is_spare = urgency == Urgency::Spare;
        let (reserved, most) = if is_spare { (SPARED, OVERALL / 2) } else { (0, OVERALL) };
        let oldest = state.recent.front().filter(|_| state.recent.len() >= most);
        let overall = oldest.map_or(Duration::ZERO, |at| (*at + SECOND).since(now));
        let paused = state.paused_until.map_or(Duration::ZERO, |until| until.since(now));
        let left =
            state.routes.get(route).filter(|left| left.until > now && left.calls <= reserved);
        let own = left.map_or(Duration::ZERO, |left| left.until.since(now));
        let wait = overall.max(paused).max(own).max(state.rest(now));
        if !wait.is_zero() {
            return Err(wait);
        }
        state.recent.push_back(now);
        if let Some(left) = state.routes.get_mut(route) {
            left.calls = left.calls.saturating_sub(1);
        }
        Ok(())
    }

    /// An answer said what is left of a route, and for how long.
    pub fn learn(&self, route: &str, calls: u64, reset: Duration) {
        let now = self.clock.now();
        let mut state = self.lock();
        if state.routes.len() >= MOST_ROUTES {
            state.routes.retain(|_, left| left.until > now);
        }
        if state.routes.len() < MOST_ROUTES || calls == 0 {
            state.routes.insert(route.to_owned(), Left { calls, until: now + reset });
        }
    }

    /// Discord asked everybody to wait.
    pub fn pause(&self, wait: Duration) {
        let until = self.clock.now() + wait;
        let mut state = self.lock();
        state.paused_until = state.paused_until.max(Some(until));
    }

    /// An answer said 401, 403 or 429, which Discord counts.
    pub fn refused(&self) {
        let now = self.clock.now();
        let mut state = self.lock();
        state.refusals.push_back(now);
        if state.rest(now) > Duration::ZERO && state.refusals.len() == MOST_REFUSALS {
            tracing::error!("Discord refuses so much that it might ban this address; resting");
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// How long nobody may go because too much was refused.
    fn rest(&mut self, now: Timestamp) -> Duration {
        let is_old = |at: &Timestamp| now.since(*at) >= REFUSALS_COUNT_FOR;
        while self.refusals.front().is_some_and(is_old) {
            self.refusals.pop_front();
        }
        let oldest = self.refusals.front().filter(|_| self.refusals.len() >= MOST_REFUSALS);
        oldest.map_or(Duration::ZERO, |at| (*at + REFUSALS_COUNT_FOR).since(now))
    }
}

/// Without the routes, some of which are named by tokens.
impl fmt::Debug for Limits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Limits").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use bot_core::clock::ManualClock;

    use super::*;

    const A: Option<&str> = Some("a");
    const B: Option<&str> = Some("b");

    fn limits() -> (ManualClock, Limits) {
        let clock = ManualClock::starting_at(Timestamp(0));
        let limits = Limits::new(clock.clock());
        (clock, limits)
    }

    #[test]
    fn who_is_refused_too_often_rests() {
        let (clock, limits) = limits();
        limits.refused();
        clock.advance(Duration::from_mins(1));
        for _ in 0..MOST_REFUSALS - 2 {
            limits.refused();
        }
        assert_eq!(limits.take(A, Urgency::Now), Ok(()));
        limits.refused();
        for urgency in [Urgency::Now, Urgency::Spare] {
            assert_eq!(limits.take(A, urgency), Err(Duration::from_mins(9)));
        }
        clock.advance(Duration::from_mins(9));
        assert_eq!(limits.take(A, Urgency::Now), Ok(()));
    }

    #[test]
    fn a_route_waits_for_its_own_reset() {
        let (clock, limits) = limits();
        limits.learn("a", 1, Duration::from_secs(2));
        assert!(
            limits.take(A, Urgency::Spare).is_err(),
            "the last call is not for what can be spared"
        );
        assert_eq!(limits.take(A, Urgency::Now), Ok(()));
        assert_eq!(limits.take(A, Urgency::Now), Err(Duration::from_secs(2)));
        assert_eq!(limits.take(B, Urgency::Spare), Ok(()));
        clock.advance(Duration::from_secs(2));
        assert_eq!(limits.take(A, Urgency::Now), Ok(()));
    }

    #[test]
    fn a_second_has_room_for_so_many() {
        let (clock, limits) = limits();
        let taken = |urgency| (0..100).take_while(|_| limits.take(A, urgency).is_ok()).count();
        assert_eq!(taken(Urgency::Spare), OVERALL / 2);
        assert_eq!(taken(Urgency::Now), OVERALL - OVERALL / 2);
        assert_eq!(limits.take(B, Urgency::Now), Err(SECOND));
        assert_eq!(limits.take(None, Urgency::Now), Ok(()), "interactions are apart");
        clock.advance(SECOND);
        assert_eq!(limits.take(B, Urgency::Now), Ok(()));
    }

    #[test]
    fn a_pause_is_for_all() {
        let (clock, limits) = limits();
        limits.pause(Duration::from_secs(5));
        limits.pause(Duration::from_secs(1));
        assert_eq!(limits.take(A, Urgency::Now), Err(Duration::from_secs(5)));
        clock.advance(Duration::from_secs(5));
        assert_eq!(limits.take(A, Urgency::Now), Ok(()));
    }

    #[test]
    fn routes_are_forgotten() {
        let (clock, limits) = limits();
        for route in 0..MOST_ROUTES * 2 {
            limits.learn(&route.to_string(), 3, Duration::from_secs(1));
        }
        assert_eq!(limits.lock().routes.len(), MOST_ROUTES);
        clock.advance(Duration::from_secs(1));
        limits.learn("a", 3, Duration::from_secs(1));
        assert_eq!(limits.lock().routes.len(), 1);
    }
}
