//! How what happened to orders is stored: several orders, their jobs, costs and messages in one commit.

use std::{collections::BTreeSet, sync::PoisonError};

use super::{Fault, Shop};
use crate::{
    clock::Timestamp,
    ids::{ChatRef, OrderId},
    order::{Event, Item},
    rights::Right,
    store::{
        WriteTx,
        audit_log::{Act, Deed},
        jobs::Job,
        orders::Order,
        staff::Badge,
    },
    transition::{self, Applied, Source, TransitionError},
    upstream::{CancelRule, Cost},
};

/// What happened to one order, in the order in which it must be applied.
#[derive(Clone, Debug)]
pub(crate) struct Happened {
    pub order: OrderId,
    pub events: Vec<Event>,
    /// What the provider says that it charged.
    pub cost: Option<Cost>,
    /// When a look last showed nothing of it, where that is known.
    pub looked_at: Option<Timestamp>,
}

impl Happened {
    pub fn new(order: OrderId, event: Event) -> Self {
        Self { order, events: vec![event], cost: None, looked_at: None }
    }
}

impl Shop {
    /// Applies what happened to an order, and wakes whoever has work by it. What cannot be is logged here, once.
    pub(crate) async fn apply(
        &self,
        order: OrderId,
        event: Event,
        source: Source,
    ) -> Result<Applied, Fault> {
        self.commit(vec![Happened::new(order, event)], source, None).await
    }

    /// Applies what a job has found out and removes the job in the same commit, so that one which is asked for right after
    /// is a new one.
    pub(crate) async fn conclude(
        &self,
        job: Job,
        happened: Vec<Happened>,
        source: Source,
    ) -> Result<(), Fault> {
        self.commit(happened, source, Some(job)).await.map(|_| ())
    }

    /// Applies everything in one commit. An illegal event is logged and left out.
    pub(crate) async fn commit(
        &self,
        happened: Vec<Happened>,
        source: Source,
        done: Option<Job>,
    ) -> Result<Applied, Fault> {
        let (operators, now) = (self.operators().await?, self.clock.now());
        let orders: Vec<OrderId> = happened.iter().map(|one| one.order).collect();
        let applied = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    // First, because an event may leave a new job of the same kind.
                    if let Some(job) = done {
                        tx.remove_job(job.order, job.kind).await?;
                    }
                    let mut all = Applied::Unchanged;
                    for one in happened {
                        if apply_all(tx, one, source, &operators, now).await? == Applied::Moved {
                            all = Applied::Moved;
                        }
                    }
                    Ok::<_, Fault>(all)
                })
            })
            .await;
        self.has_changed(orders);
        let applied = applied?;
        // A cost alone may have left an alert.
        self.outbox.notify_waiters();
        if applied == Applied::Moved {
            self.wake();
        }
        Ok(applied)
    }

    /// Applies what somebody decided about an order, and writes down in the same commit that they did. `None` when they
    /// have no right to; then nothing is changed.
    pub(crate) async fn commit_as(
        &self,
        badge: Badge,
        act: Act,
        happened: Happened,
    ) -> Result<Option<Applied>, Fault> {
        let (operators, now, id) = (self.operators().await?, self.clock.now(), happened.order);
        let applied = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let Some(authority) = tx.authorise(&badge, Right::Settle).await? else {
                        return Ok(None);
                    };
                    let before = tx.order(id).await?;
                    let applied =
                        apply_all(tx, happened, Source::Operator, &operators, now).await?;
                    let after = tx.order(id).await?;
                    if let (Applied::Moved, Some(before), Some(after)) = (&applied, before, after) {
                        let deed = Deed {
                            act,
                            subject: Some(after.purchase.customer),
                            order: Some(id),
                            before: before.state.word().to_owned(),
                            after: after.state.word().to_owned(),
                            note: None,
                        };
                        tx.log(&authority, &deed, now).await?;
                    }
                    Ok::<_, Fault>(Some(applied))
                })
            })
            .await;
        self.has_changed([id]);
        let applied = applied?;
        self.outbox.notify_waiters();
        if applied == Some(Applied::Moved) {
            self.wake();
        }
        Ok(applied)
    }

    /// Whether a number goes back because it cost more than the operator is willing to add to what its customer pays. What
    /// cannot go back is the shop's loss.
    pub(crate) fn is_overpriced(&self, order: &Order, cost: Option<&Cost>) -> bool {
        let can_go_back = order.purchase.item == Item::ACTIVATION
            && self.upstream.capabilities().cancel != CancelRule::Never;
        let most = order.purchase.max_cost;
        can_go_back && cost.is_some_and(|cost| !self.settings.price_rise.is_taken(most, cost.money))
    }

    /// Tells the poller of orders that may be otherwise now. Also of a commit that failed: it may have been carried out.
    pub(crate) fn has_changed(&self, orders: impl IntoIterator<Item = OrderId>) {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).extend(orders);
        self.polls.notify_one();
    }

    /// The orders that were told of since this was asked last.
    pub(crate) fn take_changed(&self) -> BTreeSet<OrderId> {
        std::mem::take(&mut self.changed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// After a commit that may have left work.
    pub(crate) fn wake(&self) {
        self.jobs.notify_one();
        self.outbox.notify_waiters();
        self.inbox.notify_one();
    }
}

/// An illegal event is logged and left out.
async fn apply_all(
    tx: &mut WriteTx,
    Happened { order, events, cost, looked_at }: Happened,
    source: Source,
    operators: &[ChatRef],
    now: Timestamp,
) -> Result<Applied, Fault> {
    let mut all = Applied::Unchanged;
    for event in events {
        match transition::apply(tx, order, event, source, operators, now).await {
            Ok(Applied::Moved) => all = Applied::Moved,
            Ok(Applied::Unchanged) => {}
            Err(TransitionError::Illegal { order, illegal }) => {
                tracing::warn!(%order, %illegal, "an impossible event was left out");
            }
            Err(error) => return Err(error.into()),
        }
    }
    if let (Applied::Moved, Some(looked_at)) = (&all, looked_at) {
        tx.set_looked_at(order, looked_at, now).await?;
    }
    if let Some(cost) = cost {
        transition::record_cost(tx, order, &cost, operators, now).await?;
    }
    Ok(all)
}
