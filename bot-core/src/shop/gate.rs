//! No order is looked at twice within a second, whoever asks: the poller, a cancel that was refused, a pushed hint.
//! Providers take that for abuse.

use std::time::Duration;

use dashmap::{DashMap, DashSet};
use tokio::sync::Notify;

use super::Shop;
use crate::{
    clock::Timestamp,
    ids::UpstreamOrderId,
    seeded::bug,
    upstream::{UpstreamError, UpstreamOrder},
};

/// The least between two looks at one order: a second, and some for a request that is slower on its way than the next one.
/// A poller keeps to the provider's own, longer pace.
const LEAST: Duration = Duration::from_millis(1_250);

/// Orders remembered before those of more than a minute ago are forgotten.
const REMEMBERED: usize = 20_000;
const FORGOTTEN_AFTER: Duration = Duration::from_mins(1);

/// When each order was looked at last, or will be.
#[derive(Default)]
pub(super) struct Gate {
    last: DashMap<UpstreamOrderId, Look>,
    /// Orders that a call is under way for which looks at them, or may.
    taken: DashSet<UpstreamOrderId>,
    freed: Notify,
}

/// The last look at one order.
#[derive(Clone, Copy)]
struct Look {
    /// Whoever waits for their turn has it already.
    turn: Timestamp,
    /// The question may have waited for the key's budget: it left by now.
    over: Timestamp,
}

impl Look {
    const NEVER: Self = Self { turn: Timestamp(0), over: Timestamp(0) };
}

/// Nobody else looks at an order while this lives, nor right after.
pub(crate) struct Alone<'a> {
    shop: &'a Shop,
    order: UpstreamOrderId,
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.shop.gate.last.entry(self.order.clone()).or_insert(Look::NEVER).over =
            self.shop.clock.now();
        self.shop.gate.taken.remove(&self.order);
        self.shop.gate.freed.notify_waiters();
    }
}

impl Shop {
    /// Reads one order at the provider, as soon as it may be.
    pub(crate) async fn look_at(
        &self,
        order: &UpstreamOrderId,
    ) -> Result<UpstreamOrder, UpstreamError> {
        if bug("asked-without-a-pause") {
            return self.upstream.order(order).await;
        }
        let _alone = self.alone_with(order).await;
        self.upstream.order(order).await
    }

    /// Takes an order for a call that looks at it, or may do so itself, as the refusal of a cancel makes adapters do.
    pub(crate) async fn alone_with(&self, order: &UpstreamOrderId) -> Alone<'_> {
        loop {
            let freed = self.gate.freed.notified();
            if self.gate.taken.insert(order.clone()) {
                break;
            }
            freed.await;
        }
        let alone = Alone { shop: self, order: order.clone() };
        let turn = self.gate.turn(order, self.clock.now());
        self.clock.sleep_until(turn).await;
        alone
    }

    /// Takes an order for a look at it now, unless it was looked at within `pace` or soon will be.
    pub(crate) fn may_look_at(&self, order: &UpstreamOrderId, pace: Duration) -> Option<Alone<'_>> {
        let now = self.clock.now();
        self.gate.forget(now);
        let mut last = self.gate.last.entry(order.clone()).or_insert(Look::NEVER);
        // More than the pace ahead means that the clock was set back.
        let is_free = |at: Timestamp, pace: Duration| {
            if at > now { at.since(now) > pace } else { now.since(at) >= pace }
        };
        let is_free = is_free(last.turn, pace.max(LEAST)) && is_free(last.over, LEAST);
        let is_free = is_free || bug("asked-without-a-pause");
        // Taken last, so that who may not look keeps nobody waiting.
        if !is_free || !self.gate.taken.insert(order.clone()) {
            return None;
        }
        last.turn = now;
        Some(Alone { shop: self, order: order.clone() })
    }
}

impl Gate {
    fn forget(&self, now: Timestamp) {
        if self.last.len() > REMEMBERED {
            self.last.retain(|_, last| now.since(last.turn) < FORGOTTEN_AFTER);
        }
    }

    /// When it is the caller's turn.
    fn turn(&self, order: &UpstreamOrderId, now: Timestamp) -> Timestamp {
        self.forget(now);
        let mut last = self.last.entry(order.clone()).or_insert(Look::NEVER);
        let next = last.turn.max(last.over) + LEAST;
        // Several may wait for one order, each a second after the other; a clock that was set back makes nobody wait.
        let is_set_back = next.since(now) > FORGOTTEN_AFTER;
        last.turn = if is_set_back { now } else { next.max(now) };
        last.turn
    }
}

#[cfg(test)]
mod tests;
