//! A wait that has an end, also when the clock is set back meanwhile.

use std::time::Duration;

use crate::clock::Timestamp;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pause(Option<(Timestamp, Duration)>);

impl Pause {
    /// A longer wait that stands already stays.
    pub fn extend(&mut self, now: Timestamp, wait: Duration) {
        if wait > self.left(now) {
            self.0 = Some((now, wait));
        }
    }

    pub fn left(&mut self, now: Timestamp) -> Duration {
        let Some((since, length)) = self.0 else { return Duration::ZERO };
        if now < since {
            // The clock was set back: the wait counts from here, or it would last as long as the clock was wrong.
            self.0 = Some((now, length));
            return length;
        }
        let left = length.saturating_sub(now.since(since));
        if left.is_zero() {
            self.0 = None;
        }
        left
    }
}
