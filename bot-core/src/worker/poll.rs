//! Asks the provider how open orders stand: notify for speed, poll for truth.
//!
//! Where one call shows every open order it is made once a second, and single orders are asked only for what that list
//! does not show. Knows nothing of chats or money: what is seen goes through `order.rs` like everything else.

use std::{cmp::Reverse, collections::HashMap, sync::Arc, time::Duration};

use futures::FutureExt;

use crate::{
    clock::Timestamp,
    ids::{OrderId, UpstreamOrderId},
    order::{Event, Line, State, observed},
    shop::{Fault, Happened, Shop},
    store::{orders::Order, outbox::Alert},
    transition::Source,
    upstream::{
        PollBy, UpstreamError, UpstreamOrder, UpstreamStatus,
        budget::{Priority, with_priority},
    },
};

/// Between two looks where the provider's own pace is faster.
const LEAST: Duration = Duration::from_secs(1);

/// Between two questions about an order whose code is here, and about a rental that nobody looks at.
const ANOTHER_EVERY: Duration = Duration::from_secs(5);
const RENTAL_EVERY: Duration = Duration::from_mins(2);

/// Between two questions about an order that should have ended this long ago: only its end is still to come.
const OVERDUE_EVERY: Duration = Duration::from_mins(1);
const LATE: Duration = Duration::from_mins(10);

/// How long the loop rests without open orders; a purchase wakes it.
const REST: Duration = Duration::from_mins(1);

/// By how much a rental must end later to be seen as prolonged: its times are told in whole seconds.
const RENEWED: Duration = Duration::from_hours(1);

const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What the loop remembers between ticks; losing it costs nothing but a few questions.
#[derive(Default)]
struct Memory {
    /// How each order looked last, so that an unchanged one costs no write.
    seen: HashMap<UpstreamOrderId, UpstreamOrder>,
    asked_at: HashMap<OrderId, Timestamp>,
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
                biased;
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
    let capabilities = shop.upstream.capabilities();
    let pause = match capabilities.poll {
        PollBy::ActiveList | PollBy::StatusList => capabilities.pace.max(LEAST),
        PollBy::Single => LEAST,
    };
    let outcome = look(shop, memory, &watched).await;
    match outcome {
        Ok(()) => {
            shop.upstream_answered().await;
            Ok(pause)
        }
        Err(error) => {
            tracing::warn!(%error, "the provider could not be asked");
            shop.upstream_failed(&error).await;
            Ok(pause)
        }
    }
}

/// Fails when the provider itself cannot be asked; what is wrong with one order holds up no other.
async fn look(
    shop: &Arc<Shop>,
    memory: &mut Memory,
    watched: &[Order],
) -> Result<(), UpstreamError> {
    let poll = shop.upstream.capabilities().poll;
    let listed = match poll {
        PollBy::ActiveList | PollBy::StatusList => list(shop).await?,
        PollBy::Single => HashMap::new(),
    };
    let mut alone: Vec<(&Order, &UpstreamOrderId)> = Vec::new();
    for order in watched {
        let Some(line) = order.state.line() else { continue };
        let seen = listed.get(&line.upstream);
        if let Some(seen) = seen {
            memory.note(shop, order, seen).await;
        }
        let is_shown = seen.is_some_and(|seen| match poll {
            // It tells no price: that is asked for once, alone.
            PollBy::ActiveList => order.cost.is_some(),
            // It tells no SMS: whether there may be one.
            PollBy::StatusList => {
                seen.status == UpstreamStatus::Active && matches!(order.state, State::Waiting(_))
            }
            PollBy::Single => false,
        });
        if !is_shown {
            alone.push((order, &line.upstream));
        }
    }
    one_by_one(shop, memory, alone).await
}

/// What the provider's list shows, by the provider's order.
async fn list(shop: &Arc<Shop>) -> Result<HashMap<UpstreamOrderId, UpstreamOrder>, UpstreamError> {
    let active = match with_priority(Priority::Poll, shop.upstream.active_orders()).await {
        Ok(active) => active,
        // One odd order spoils the list; the others are asked for alone meanwhile.
        Err(error @ UpstreamError::Malformed { .. }) => {
            tracing::warn!(%error, "the list of open orders cannot be read");
            shop.upstream_failed(&error).await;
            Vec::new()
        }
        Err(error) => return Err(error),
    };
    Ok(active.into_iter().map(|order| (order.id.clone(), order)).collect())
}

/// Asks for single orders, those first whose turn is the most times their own pause ago: who waits for a code is asked for
/// most often, and however many wait nobody is left out.
async fn one_by_one(
    shop: &Arc<Shop>,
    memory: &mut Memory,
    mut alone: Vec<(&Order, &UpstreamOrderId)>,
) -> Result<(), UpstreamError> {
    let now = shop.clock.now();
    // A moment to come means that the clock was set back.
    let last = |order: &Order| {
        memory.asked_at.get(&order.id).copied().filter(|at| *at <= now).unwrap_or(Timestamp(0))
    };
    alone.retain(|(order, _)| now.since(last(order)) >= every(shop, order, now));
    alone.sort_by_cached_key(|(order, _)| {
        let pause = every(shop, order, now).as_millis().max(1);
        Reverse(now.since(last(order)).as_millis().saturating_mul(1_000) / pause)
    });
    let pace = shop.upstream.capabilities().pace;
    for (order, upstream) in alone {
        // What flows to the key goes to whoever stands in line, so standing there is worth some time: a catalogue that is
        // read meanwhile would take it all.
        let ready = shop.upstream.budget().ready_to_poll();
        if shop.clock.now().since(now) < pace {
            ready.await;
        } else if ready.now_or_never().is_none() {
            break;
        }
        if !shop.may_look_at(upstream, pace) {
            continue;
        }
        memory.asked_at.insert(order.id, now);
        match with_priority(Priority::Poll, shop.upstream.order(upstream)).await {
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

/// How often an order is worth a question of its own. A rental's messages are waited for after it was bought and whenever
/// its customer looks; less and less after that.
fn every(shop: &Shop, order: &Order, now: Timestamp) -> Duration {
    let pace = shop.upstream.capabilities().pace;
    let is_late = |line: &Line| now.since(line.expires_at) > LATE;
    match &order.state {
        state if state.line().is_some_and(is_late) => OVERDUE_EVERY.max(pace),
        State::Active(line) => {
            let expected = shop.expected_at(order.id).unwrap_or(line.accepted_at);
            let since = now.since(expected.max(line.accepted_at));
            (since / 20).clamp(pace, RENTAL_EVERY.max(pace))
        }
        // The code is here; another may come.
        State::CodeReceived(_) => ANOTHER_EVERY.max(pace),
        _ => pace,
    }
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
    let mut events = observed(seen);
    if let (State::Active(line), Some(until)) = (&order.state, seen.expires_at)
        && until > line.expires_at + RENEWED
    {
        events.push(Event::Extended(until));
    }
    let cost = seen.cost.clone().filter(|_| order.cost.is_none());
    if matches!(order.state, State::Waiting(_)) && shop.is_overpriced(order, cost.as_ref()) {
        events.push(Event::Overpriced);
    }
    if !events.is_empty() || cost.is_some() {
        shop.commit(vec![Happened { order: order.id, events, cost }], Source::Poll, None).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
