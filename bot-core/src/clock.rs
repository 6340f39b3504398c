//! The only source of time. Everything else asks a [`Clock`], so that tests can move it.

use std::{
    ops::{Add, Sub},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// A moment: milliseconds since the Unix epoch, UTC.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type,
)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// How long from `earlier` until here; zero when `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }
}

/// The machine's clock, or one that moves only when told.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Real,
    Manual(Arc<watch::Sender<i64>>),
    #[cfg(feature = "simulation")]
    Runtime(Runtime),
}

/// Time as the runtime counts it, which a simulation pauses, set to a date that can jump.
#[cfg(feature = "simulation")]
#[derive(Clone, Debug)]
struct Runtime {
    began: tokio::time::Instant,
    at: i64,
    jumped: Arc<std::sync::atomic::AtomicI64>,
}

impl Clock {
    pub fn real() -> Self {
        Self(Source::Real)
    }

    /// The runtime's own time, beginning at `moment`. As with a machine's clock a jump changes what it shows and nobody's
    /// sleep; the clock jumps by as many milliseconds as are added to the second part.
    #[cfg(feature = "simulation")]
    pub fn of_the_runtime(moment: Timestamp) -> (Self, Arc<std::sync::atomic::AtomicI64>) {
        #[allow(
            clippy::disallowed_methods,
            reason = "this is the one place that reads the runtime's clock"
        )]
        let began = tokio::time::Instant::now();
        let jumped = Arc::default();
        let runtime = Runtime { began, at: moment.0, jumped: Arc::clone(&jumped) };
        (Self(Source::Runtime(runtime)), jumped)
    }

    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::Real => {
                #[allow(
                    clippy::disallowed_methods,
                    reason = "this is the one place that reads the machine's clock"
                )]
                let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
            }
            Source::Manual(now) => Timestamp(*now.borrow()),
            #[cfg(feature = "simulation")]
            Source::Runtime(runtime) => {
                let passed = i64::try_from(runtime.began.elapsed().as_millis()).unwrap_or(i64::MAX);
                let jumped = runtime.jumped.load(std::sync::atomic::Ordering::Relaxed);
                Timestamp(runtime.at + passed + jumped)
            }
        }
    }

    /// Waits for `duration` of this clock.
    pub async fn sleep(&self, duration: Duration) {
        self.sleep_until(self.now() + duration).await;
    }

    /// Waits until this clock shows `moment`; at once when that is past.
    pub async fn sleep_until(&self, moment: Timestamp) {
        match &self.0 {
            Source::Real => tokio::time::sleep(moment.since(self.now())).await,
            Source::Manual(now) => {
                let mut now = now.subscribe();
                // The sender lives as long as this clock, which is borrowed here: the wait cannot end by its loss.
                let _ = now.wait_for(|now| *now >= moment.0).await;
            }
            #[cfg(feature = "simulation")]
            Source::Runtime(_) => tokio::time::sleep(moment.since(self.now())).await,
        }
    }
}

/// The hand that moves a manual [`Clock`]. Clones move the same one.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<watch::Sender<i64>>);

impl ManualClock {
    pub fn starting_at(moment: Timestamp) -> Self {
        Self(Arc::new(watch::Sender::new(moment.0)))
    }

    pub fn clock(&self) -> Clock {
        Clock(Source::Manual(Arc::clone(&self.0)))
    }

    /// Moves time forward and wakes everyone whose moment has come.
    pub fn advance(&self, duration: Duration) {
        self.0.send_modify(|now| *now = (Timestamp(*now) + duration).0);
    }

    /// Moves time back, as an operator who sets the machine's clock does.
    pub fn set_back(&self, duration: Duration) {
        self.0.send_modify(|now| *now = (Timestamp(*now) - duration).0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sleeper_wakes_when_its_moment_has_come_and_not_before() {
        let manual = ManualClock::starting_at(Timestamp(1_000));
        let clock = manual.clock();
        let mut sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(Duration::from_secs(2)).await }
        });
        tokio::task::yield_now().await;
        manual.advance(Duration::from_millis(1_999));
        assert!(futures::poll!(&mut sleeper).is_pending());
        manual.advance(Duration::from_millis(1));
        sleeper.await.unwrap();
        assert_eq!(clock.now(), Timestamp(3_000));
    }

    #[test]
    fn time_between_never_goes_below_zero() {
        assert_eq!(Timestamp(5).since(Timestamp(9)), Duration::ZERO);
        assert_eq!(Timestamp(9).since(Timestamp(5)), Duration::from_millis(4));
    }
}
