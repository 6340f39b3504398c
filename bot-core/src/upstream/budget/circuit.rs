//! Whether the provider is down. While it is, one request at a time finds out whether it is back.
//!
//! ```text
//! Closed -> Open -> Probing -> Closed | Open (for longer)
//! ```

use std::time::Duration;

use super::pause::Pause;
use crate::clock::Timestamp;

/// Failures in a row after which the provider counts as down.
const OPENS_AFTER: u32 = 5;

/// Between two probes: at first, and at most.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// While a probe is under way, how long whoever is refused is asked to wait.
const PROBING_WAIT: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) enum Circuit {
    Closed { failures: u32 },
    Open { probes: u32, pause: Pause },
    Probing { probes: u32 },
}

impl Default for Circuit {
    fn default() -> Self {
        Self::Closed { failures: 0 }
    }
}

impl Circuit {
    pub fn is_open(&self) -> bool {
        match self {
            Self::Closed { .. } => false,
            Self::Open { .. } | Self::Probing { .. } => true,
        }
    }

    /// How long nothing may be sent; none when something may.
    pub fn wait(&mut self, now: Timestamp) -> Option<Duration> {
        match self {
            Self::Closed { .. } => None,
            Self::Open { pause, .. } => Some(pause.left(now)).filter(|left| !left.is_zero()),
            Self::Probing { .. } => Some(PROBING_WAIT),
        }
    }

    /// Something is about to be sent: whether it is the probe.
    pub fn begin_probe(&mut self, _: Timestamp) -> bool {
        let Self::Open { probes, .. } = *self else { return false };
        *self = Self::Probing { probes };
        true
    }

    pub fn was_not_probed(&mut self) {
        if let Self::Probing { probes } = *self {
            *self = Self::Open { probes, pause: Pause::default() };
        }
    }

    pub fn answered(&mut self) {
        *self = Self::default();
    }

    pub fn failed(&mut self, now: Timestamp, is_probe: bool) {
        match *self {
            Self::Closed { failures } if failures + 1 < OPENS_AFTER => {
                *self = Self::Closed { failures: failures + 1 };
            }
            Self::Closed { .. } => *self = open(0, now),
            Self::Probing { probes } if is_probe => *self = open(probes + 1, now),
            // Sent before it opened.
            Self::Open { .. } | Self::Probing { .. } => {}
        }
    }

    /// A request of which nothing is known: after a probe like that the next one may go soon.
    pub fn gave_up(&mut self, now: Timestamp, is_probe: bool) {
        if let Self::Probing { probes } = *self
            && is_probe
        {
            *self = open(probes, now);
        }
    }
}

fn open(probes: u32, now: Timestamp) -> Circuit {
    let mut pause = Pause::default();
    pause.extend(now, FIRST_PAUSE.saturating_mul(1 << probes.min(8)).min(LONGEST_PAUSE));
    Circuit::Open { probes, pause }
}
