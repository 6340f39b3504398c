//! Whether the provider is down. While it is, one request at a time finds out whether it is back.
//!
//! ```text
//! Closed -> Open -> Probing -> Closed | Open (for longer)
//! ```
//!
//! One broken route is not a provider that is down: it takes failures on two, without any answer between them. And a
//! route that has not failed meanwhile needs not wait until it may be tried.

use std::time::Duration;

use super::pause::Pause;
use crate::clock::Timestamp;

/// Failures in a row after which the provider counts as down, and on how many routes.
const OPENS_AFTER: u32 = 5;
const ROUTES: usize = 2;

/// Between two probes: at first, and at most.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// While a probe is under way, how long whoever is refused is asked to wait.
const PROBING_WAIT: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub(super) struct Circuit {
    state: State,
    /// Those that failed since the last answer.
    failed: Vec<&'static str>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Closed { failures: u32 },
    Open { probes: u32, pause: Pause },
    Probing { probes: u32 },
}

impl Default for State {
    fn default() -> Self {
        Self::Closed { failures: 0 }
    }
}

impl Circuit {
    pub fn is_open(&self) -> bool {
        match self.state {
            State::Closed { .. } => false,
            State::Open { .. } | State::Probing { .. } => true,
        }
    }

    /// How long nothing may be sent on this route; none when something may.
    pub fn wait(&mut self, route: &str, now: Timestamp) -> Option<Duration> {
        match &mut self.state {
            State::Closed { .. } => None,
            State::Open { .. } if !self.failed.contains(&route) => None,
            State::Open { pause, .. } => Some(pause.left(now)).filter(|left| !left.is_zero()),
            State::Probing { .. } => Some(PROBING_WAIT),
        }
    }

    /// Something is about to be sent: whether it is the probe.
    pub fn begin_probe(&mut self) -> bool {
        let State::Open { probes, .. } = self.state else { return false };
        self.state = State::Probing { probes };
        true
    }

    pub fn was_not_probed(&mut self) {
        if let State::Probing { probes } = self.state {
            self.state = State::Open { probes, pause: Pause::default() };
        }
    }

    pub fn answered(&mut self) {
        *self = Self::default();
    }

    pub fn failed(&mut self, route: &'static str, is_probe: bool, now: Timestamp) {
        let is_first = !self.failed.contains(&route);
        if is_first {
            self.failed.push(route);
        }
        self.state = match self.state {
            State::Closed { failures }
                if failures + 1 < OPENS_AFTER || self.failed.len() < ROUTES =>
            {
                State::Closed { failures: failures.saturating_add(1) }
            }
            State::Closed { .. } => open(0, now),
            State::Probing { probes } if is_probe && is_first => open(probes, now),
            State::Probing { probes } if is_probe => open(probes + 1, now),
            // Sent before it opened.
            state @ (State::Open { .. } | State::Probing { .. }) => state,
        };
    }

    /// A request of which nothing is known: after a probe like that the next one may go soon.
    pub fn gave_up(&mut self, is_probe: bool, now: Timestamp) {
        if let State::Probing { probes } = self.state
            && is_probe
        {
            self.state = open(probes, now);
        }
    }
}

fn open(probes: u32, now: Timestamp) -> State {
    let mut pause = Pause::default();
    pause.extend(now, FIRST_PAUSE.saturating_mul(1 << probes.min(8)).min(LONGEST_PAUSE));
    State::Open { probes, pause }
}
