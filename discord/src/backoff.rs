//! How long to wait after one failure, after two, after many.

use std::time::Duration;

use bot_core::clock::Clock;

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);

/// 1, 2, 4 ... 30 seconds, each shortened by up to a quarter, so that many who failed together do not return together.
#[derive(Debug)]
pub(crate) struct Backoff {
    clock: Clock,
    failures: u32,
}

impl Backoff {
    pub fn new(clock: Clock) -> Self {
        Self { clock, failures: 0 }
    }

    pub async fn wait(&mut self) {
        let wait = self.next();
        self.clock.sleep(wait).await;
    }

    fn next(&mut self) -> Duration {
        let full = FIRST.saturating_mul(2_u32.saturating_pow(self.failures)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        // The millisecond at hand is as good as a random number here, and repeatable under a manual clock.
        let jitter = u32::try_from(self.clock.now().0.rem_euclid(1_000)).unwrap_or(0);
        full.saturating_sub(full / 4 * jitter / 1_000)
    }
}

#[cfg(test)]
mod tests {
    use bot_core::clock::{ManualClock, Timestamp};

    use super::*;

    #[test]
    fn waits_double_up_to_half_a_minute() {
        let mut backoff = Backoff::new(ManualClock::starting_at(Timestamp(0)).clock());
        let seconds: Vec<u64> = (0..7).map(|_| backoff.next().as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 30, 30]);
    }

    #[test]
    fn waits_are_shortened_by_up_to_a_quarter() {
        let mut backoff = Backoff::new(ManualClock::starting_at(Timestamp(999)).clock());
        backoff.failures = 9;
        let wait = backoff.next();
        assert!(wait < LONGEST && wait >= LONGEST * 3 / 4, "{wait:?}");
    }
}
