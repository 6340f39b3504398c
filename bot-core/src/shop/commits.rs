//! How what happened to orders is stored: several orders, their jobs, costs and messages in one commit.

use super::{Fault, Shop};
use crate::{
    ids::OrderId,
    order::{Event, Item},
    store::{jobs::Job, orders::Order},
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
}

impl Happened {
    pub fn new(order: OrderId, event: Event) -> Self {
        Self { order, events: vec![event], cost: None }
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
        let applied = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    // First, because an event may leave a new job of the same kind.
                    if let Some(job) = done {
                        tx.remove_job(job.order, job.kind).await?;
                    }
                    let mut all = Applied::Unchanged;
                    for Happened { order, events, cost } in happened {
                        for event in events {
                            match transition::apply(tx, order, event, source, &operators, now).await
                            {
                                Ok(Applied::Moved) => all = Applied::Moved,
                                Ok(Applied::Unchanged) => {}
                                Err(TransitionError::Illegal { order, illegal }) => {
                                    tracing::warn!(%order, %illegal, "an impossible event was left out");
                                }
                                Err(error) => return Err(Fault::from(error)),
                            }
                        }
                        if let Some(cost) = cost {
                            transition::record_cost(tx, order, &cost, &operators, now).await?;
                        }
                    }
                    Ok(all)
                })
            })
            .await?;
        // A cost alone may have left an alert.
        self.outbox.notify_waiters();
        if applied == Applied::Moved {
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

    /// After a commit that may have left work.
    pub(crate) fn wake(&self) {
        self.jobs.notify_one();
        self.outbox.notify_waiters();
        self.polls.notify_one();
        self.inbox.notify_one();
    }
}
