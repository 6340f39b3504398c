//! Whether the provider's pushes prove to arrive. While they do, polls are a safety net only; an SMS that a poll finds and
//! no push announces ends that at once.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{Fault, Happened, Shop};
use crate::{
    clock::Timestamp,
    ids::OrderId,
    order::Event,
    transition::{Applied, Source},
};

/// SMS in a row that pushes announced before they are relied on.
const PROVEN_BY: u32 = 3;

/// How much later than the poll that found its SMS a push may come.
const LATE_BY: Duration = Duration::from_secs(10);

/// What was proven so long ago is proven no more.
const FORGOTTEN_AFTER: Duration = Duration::from_mins(15);

/// What this run has seen of pushes.
#[derive(Debug, Default)]
pub(crate) struct Trust(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    proofs: u32,
    /// When the last push came that was one.
    proven_at: Option<Timestamp>,
    /// SMS that a poll found and whose push may still come.
    found: BTreeMap<OrderId, Timestamp>,
}

impl Trust {
    /// Whether pushes are relied on now.
    pub fn is_proven(&self, now: Timestamp) -> bool {
        self.seen(now).is_proven(now)
    }

    /// A push told of an SMS; `is_new` unless a poll has found it before.
    pub fn announced(&self, order: OrderId, is_new: bool, now: Timestamp) {
        let mut seen = self.seen(now);
        if seen.found.remove(&order).is_some() || is_new {
            seen.proofs = seen.proofs.saturating_add(1);
            seen.proven_at = Some(now);
            if seen.proofs == PROVEN_BY {
                tracing::info!("pushes arrive: open orders are polled once a minute");
            }
        }
    }

    /// A poll found an SMS that no push had announced.
    pub fn found(&self, order: OrderId, now: Timestamp) {
        let mut seen = self.seen(now);
        if seen.is_proven(now) {
            tracing::warn!(
                "an SMS came without its push: open orders are polled as often as before"
            );
            seen.proofs = 0;
        } else {
            seen.found.insert(order, now);
        }
    }

    /// An SMS whose push did not come in time breaks the row.
    fn seen(&self, now: Timestamp) -> MutexGuard<'_, Seen> {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = seen.found.len();
        seen.found.retain(|_, at| now.since(*at) <= LATE_BY);
        if seen.found.len() < before {
            seen.proofs = 0;
        }
        seen
    }
}

impl Seen {
    fn is_proven(&self, now: Timestamp) -> bool {
        let is_recent = self.proven_at.is_some_and(|at| now.since(at) <= FORGOTTEN_AFTER);
        self.proofs >= PROVEN_BY && is_recent
    }
}

impl Shop {
    /// Applies what a poll or a push showed of an order, and learns from it whether pushes arrive.
    pub(crate) async fn commit_seen(
        &self,
        happened: Happened,
        source: Source,
    ) -> Result<Applied, Fault> {
        let order = happened.order;
        let is_sms = |event: &Event| matches!(event, Event::Sms(_));
        let was_known = if happened.events.iter().any(is_sms) {
            Some(self.store.sms_of(order).await?.len())
        } else {
            None
        };
        let applied = self.commit(vec![happened], source, None).await?;
        let Some(was_known) = was_known else { return Ok(applied) };
        let is_new = self.store.sms_of(order).await?.len() > was_known;
        let now = self.clock.now();
        match source {
            Source::Push => self.trust.announced(order, is_new, now),
            Source::Poll if is_new => self.trust.found(order, now),
            Source::Poll
            | Source::Place
            | Source::Cancel
            | Source::Customer
            | Source::Operator
            | Source::Sweep => {}
        }
        Ok(applied)
    }
}
