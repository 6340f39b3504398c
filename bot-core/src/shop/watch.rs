//! How late a code may be when many numbers wait at once, and what that means for whoever wants one more.

use std::{sync::atomic::Ordering, time::Duration};

use super::Shop;
use crate::{
    order::Item,
    schedule::expected_delay,
    upstream::{Kind, PollBy},
};

/// The shortest pause between two lists of all, where the provider's own pace is faster.
const FASTEST_LIST: Duration = Duration::from_secs(1);

/// How late codes may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lateness {
    /// From here on customers are told before they pay.
    pub told_from: Duration,
    /// From here on nothing is sold.
    pub refused_from: Duration,
}

impl Default for Lateness {
    fn default() -> Self {
        Self { told_from: Duration::from_secs(20), refused_from: Duration::from_mins(1) }
    }
}

/// What one more number means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    Plenty,
    /// Its code may be so late.
    Late(Duration),
    /// So late that nobody should pay for it.
    None,
}

impl Shop {
    /// Whether the key can watch so many more of this. Only an activation is waited for by the second.
    pub(crate) fn room_for(&self, item: Item, quantity: u16) -> Room {
        match item {
            Item::New(Kind::Activation) => {}
            Item::New(Kind::Rental { .. } | Kind::Esim) | Item::Renewal { .. } => {
                return Room::Plenty;
            }
        }
        let delay = self.delay_of_codes(quantity);
        if delay >= self.settings.lateness.refused_from {
            Room::None
        } else if delay >= self.settings.lateness.told_from {
            Room::Late(delay)
        } else {
            Room::Plenty
        }
    }

    /// Between two lists of all: at the provider's pace, and for half of the key's polls at most.
    pub(crate) fn list_pace(&self) -> Duration {
        let half = 2.0 * 60.0 / f64::from(self.upstream.budget().poll_rate().0);
        self.upstream.capabilities().pace.max(FASTEST_LIST).max(Duration::from_secs_f64(half))
    }

    /// How late a code may be seen with so many numbers more. Where a list shows all, it costs no more for them.
    pub(crate) fn delay_of_codes(&self, more: u16) -> Duration {
        let capabilities = self.upstream.capabilities();
        let alone = self.watched_alone.load(Ordering::Relaxed);
        let per_second = f64::from(self.upstream.budget().poll_rate().0) / 60.0;
        let (lists, more) = match capabilities.poll {
            PollBy::Single => (0.0, usize::from(more)),
            PollBy::ActiveList | PollBy::StatusList => {
                let more = if alone == 0 { 0 } else { usize::from(more) };
                (1.0 / self.list_pace().as_secs_f64(), more)
            }
        };
        expected_delay(alone + more, per_second - lists, capabilities.pace)
    }
}
