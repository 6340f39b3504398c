//! Moments, percentiles and medians. Knows nothing of what is measured.

use std::time::{Duration, Instant};

/// The machine's steady clock. The shop's own clock counts whole milliseconds and may be moved by hand.
#[allow(clippy::disallowed_methods, reason = "a bench measures real time")]
pub fn now() -> Instant {
    Instant::now()
}

/// One round: how much was done a second, and how long one took.
#[derive(Clone, Copy, Debug)]
pub struct Round {
    pub per_second: f64,
    pub p50: Duration,
    pub p99: Duration,
}

impl Round {
    /// Of single times, taken within `whole`.
    pub fn of(mut times: Vec<Duration>, whole: Duration) -> Self {
        times.sort_unstable();
        let at = |percent: usize| {
            let place = (times.len() * percent).div_ceil(100).saturating_sub(1);
            times.get(place).copied().unwrap_or_default()
        };
        Self { per_second: number(times.len()) / whole.as_secs_f64(), p50: at(50), p99: at(99) }
    }

    /// The median of each figure by itself.
    pub fn median(rounds: &[Self]) -> Self {
        Self {
            per_second: median(rounds.iter().map(|round| round.per_second)),
            p50: median(rounds.iter().map(|round| round.p50)),
            p99: median(rounds.iter().map(|round| round.p99)),
        }
    }
}

/// The middle one; the smaller of two.
pub fn median<T: PartialOrd + Copy + Default>(figures: impl Iterator<Item = T>) -> T {
    let mut figures: Vec<T> = figures.collect();
    figures.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    figures.get(figures.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

/// A count as a figure.
pub fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
