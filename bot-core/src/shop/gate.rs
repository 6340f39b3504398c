//! No order is looked at twice within a second, whoever asks: the poller, a cancel that was refused, a pushed hint.
//! Providers take that for abuse.

use std::time::Duration;

use dashmap::DashMap;

use super::Shop;
use crate::{
    clock::Timestamp,
    ids::UpstreamOrderId,
    seeded::bug,
    upstream::{UpstreamError, UpstreamOrder},
};

/// The least between two looks at one order. A poller keeps to the provider's own, longer pace.
const LEAST: Duration = Duration::from_secs(1);

/// Orders remembered before those of more than a minute ago are forgotten.
const REMEMBERED: usize = 20_000;
const FORGOTTEN_AFTER: Duration = Duration::from_mins(1);

/// When each order was looked at last, or will be: whoever waits for their turn has it already.
#[derive(Default)]
pub(super) struct Gate(DashMap<UpstreamOrderId, Timestamp>);

impl Shop {
    /// Reads one order at the provider, as soon as it may be.
    pub(crate) async fn look_at(
        &self,
        order: &UpstreamOrderId,
    ) -> Result<UpstreamOrder, UpstreamError> {
        let turn = self.gate.turn(order, self.clock.now());
        if !bug("asked-without-a-pause") {
            self.clock.sleep_until(turn).await;
        }
        self.upstream.order(order).await
    }

    /// Takes the turn to look at an order now, unless it was looked at within `pace` or soon will be.
    pub(crate) fn may_look_at(&self, order: &UpstreamOrderId, pace: Duration) -> bool {
        let now = self.clock.now();
        self.gate.forget(now);
        let mut last = self.gate.0.entry(order.clone()).or_insert(Timestamp(0));
        // More than the pace ahead means that the clock was set back.
        let is_soon = *last > now && last.since(now) <= pace.max(LEAST);
        let is_free = !is_soon && (*last > now || now.since(*last) >= pace.max(LEAST));
        let is_free = is_free || bug("asked-without-a-pause");
        if is_free {
            *last = now;
        }
        is_free
    }
}

impl Gate {
    fn forget(&self, now: Timestamp) {
        if self.0.len() > REMEMBERED {
            self.0.retain(|_, last| now.since(*last) < FORGOTTEN_AFTER);
        }
    }

    /// When it is the caller's turn.
    fn turn(&self, order: &UpstreamOrderId, now: Timestamp) -> Timestamp {
        self.forget(now);
        let mut last = self.0.entry(order.clone()).or_insert(Timestamp(0));
        let next = *last + LEAST;
        // Several may wait for one order, each a second after the other; a clock that was set back makes nobody wait.
        let is_set_back = next.since(now) > FORGOTTEN_AFTER;
        *last = if is_set_back { now } else { next.max(now) };
        *last
    }
}

#[cfg(test)]
mod tests;
