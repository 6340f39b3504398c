//! Asks the provider how open orders stand: notify for speed, poll for truth.
//!
//! Where one call shows every open order it is made once a second, and single orders are asked only for what that list
//! does not show. Knows nothing of chats or money: what is seen goes through `order.rs` like everything else.

use std::{collections::HashMap, sync::Arc, time::Duration};

use crate::{
    clock::Timestamp,
    ids::{OrderId, UpstreamOrderId},
    order::{State, observed},
    shop::{Fault, Shop},
    store::{orders::Order, outbox::Alert},
    transition::Source,
    upstream::{PollBy, UpstreamError, UpstreamOrder},
};

/// Between two looks at the list, and the least between two questions about one order.
const LIST_EVERY: Duration = Duration::from_secs(1);
const ORDER_EVERY: Duration = Duration::from_secs(3);

/// Single questions in one tick.
const SINGLES: usize = 5;

/// How long the loop rests without open orders; a purchase wakes it.
const REST: Duration = Duration::from_mins(1);

const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What the loop remembers between ticks; losing it costs nothing but a few questions.
#[derive(Default)]
struct Memory {
    /// How each order looked last, so that an unchanged one costs no write.
    seen: HashMap<UpstreamOrderId, UpstreamOrder>,
    asked_at: HashMap<OrderId, Timestamp>,
    failures: u32,
}

/// Polls for ever.
pub async fn run(shop: &Arc<Shop>) {
    let mut memory = Memory::default();
    loop {
        let woken = shop.polls.notified();
        let pause = match tick(shop, &mut memory).await {
            Ok(pause) => pause,
            Err(fault) => {
                tracing::error!(%fault, "a poll failed");
                LONGEST_PAUSE
            }
        };
        if pause == REST {
            tokio::select! {
                () = woken => {}
                () = shop.clock.sleep(pause) => {}
            }
        } else {
            shop.clock.sleep(pause).await;
        }
    }
}

/// One look at everything that is open; answers how long to rest.
async fn tick(shop: &Arc<Shop>, memory: &mut Memory) -> Result<Duration, Fault> {
    let mut watched: Vec<Order> = shop.store.open_orders().await?;
    watched.retain(|order| order.state.line().is_some() && shop.buys_from(order));
    memory.forget_all_but(&watched);
    if watched.is_empty() {
        return Ok(REST);
    }
    let outcome = look(shop, memory, &watched).await;
    match outcome {
        Ok(()) => {
            memory.failures = 0;
            shop.upstream_answered().await;
            Ok(LIST_EVERY)
        }
        Err(error) => {
            memory.failures = memory.failures.saturating_add(1);
            tracing::warn!(%error, failures = memory.failures, "the provider could not be asked");
            shop.upstream_failed(&error).await;
            Ok(pause_after(&error, memory.failures))
        }
    }
}

/// What the provider asks for, to the second; a growing pause where it asks for nothing.
fn pause_after(error: &UpstreamError, failures: u32) -> Duration {
    error.retry_after().map_or_else(
        || super::backoff(failures, LIST_EVERY, LONGEST_PAUSE),
        |asked| asked.max(LIST_EVERY),
    )
}

/// Fails when the provider itself cannot be asked; what is wrong with one order holds up no other.
async fn look(
    shop: &Arc<Shop>,
    memory: &mut Memory,
    watched: &[Order],
) -> Result<(), UpstreamError> {
    let listed: HashMap<UpstreamOrderId, UpstreamOrder> = match shop.upstream.capabilities().poll {
        PollBy::ActiveList | PollBy::StatusList => {
            let active = match shop.upstream.active_orders().await {
                Ok(active) => active,
                // One odd order spoils the list; the others are asked for alone meanwhile.
                Err(error @ UpstreamError::Malformed { .. }) => {
                    tracing::warn!(%error, "the list of open orders cannot be read");
                    shop.upstream_failed(&error).await;
                    Vec::new()
                }
                Err(error) => return Err(error),
            };
            active.into_iter().map(|order| (order.id.clone(), order)).collect()
        }
        PollBy::Single => HashMap::new(),
    };
    let mut alone: Vec<(&Order, &UpstreamOrderId)> = Vec::new();
    for order in watched {
        let Some(line) = order.state.line() else { continue };
        match listed.get(&line.upstream) {
            Some(seen) => memory.note(shop, order, seen).await,
            None => alone.push((order, &line.upstream)),
        }
        // The list tells no price: it is asked for once, alone.
        if order.cost.is_none() && listed.contains_key(&line.upstream) {
            alone.push((order, &line.upstream));
        }
    }
    let now = shop.clock.now();
    // A moment to come means that the clock was set back.
    let last = |order: &Order| {
        memory.asked_at.get(&order.id).copied().filter(|at| *at <= now).unwrap_or(Timestamp(0))
    };
    alone.retain(|(order, _)| now.since(last(order)) >= ORDER_EVERY);
    alone.sort_by_key(|(order, _)| (!waits(&order.state), last(order)));
    for (order, upstream) in alone.into_iter().take(SINGLES) {
        memory.asked_at.insert(order.id, now);
        match shop.upstream.order(upstream).await {
            Ok(seen) => memory.note(shop, order, &seen).await,
            Err(UpstreamError::NotFound { .. }) => {
                tracing::warn!(order = %order.id, "the provider does not know an order of ours");
                shop.alert(Alert::NeedsOperator(order.id)).await;
            }
            Err(error @ (UpstreamError::Malformed { .. } | UpstreamError::Refused { .. })) => {
                tracing::warn!(order = %order.id, %error, "an order cannot be read");
                shop.upstream_failed(&error).await;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Whether a customer waits for the first SMS.
fn waits(state: &State) -> bool {
    state.holds_money()
}

impl Memory {
    fn forget_all_but(&mut self, watched: &[Order]) {
        let lines: std::collections::HashSet<_> = watched
            .iter()
            .filter_map(|order| order.state.line())
            .map(|line| &line.upstream)
            .collect();
        self.seen.retain(|upstream, _| lines.contains(upstream));
        let ids: std::collections::HashSet<_> = watched.iter().map(|order| order.id).collect();
        self.asked_at.retain(|order, _| ids.contains(order));
    }

    /// Takes in how the provider shows an order; writes only when that is new.
    async fn note(&mut self, shop: &Arc<Shop>, order: &Order, seen: &UpstreamOrder) {
        if self.seen.get(&seen.id) == Some(seen) {
            return;
        }
        match store(shop, order, seen).await {
            Ok(()) => {
                self.seen.insert(seen.id.clone(), seen.clone());
            }
            Err(fault) => {
                tracing::error!(%fault, order = %order.id, "how an order stands could not be stored");
            }
        }
    }
}

async fn store(shop: &Arc<Shop>, order: &Order, seen: &UpstreamOrder) -> Result<(), Fault> {
    let events = observed(seen);
    if !events.is_empty() {
        shop.apply_all(order.id, events, Source::Poll).await?;
    }
    if let (None, Some(cost)) = (order.cost, seen.cost.clone()) {
        record_cost(shop, order, cost).await?;
    }
    Ok(())
}

/// What a purchase really cost; the operators hear when that is more than was paid.
async fn record_cost(
    shop: &Arc<Shop>,
    order: &Order,
    cost: crate::upstream::Cost,
) -> Result<(), Fault> {
    let (id, below_cost) = (order.id, cost.money > order.purchase.price);
    shop.store.write(move |tx| Box::pin(async move { tx.set_order_cost(id, &cost).await })).await?;
    if below_cost {
        tracing::warn!(order = %id, "a number cost more than the customer paid");
        shop.alert(Alert::BelowCost(id)).await;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
