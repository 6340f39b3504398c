//! Asks the provider how open orders stand: notify for speed, poll for truth.
//!
//! Three loops at once: one follows what becomes of the shop's orders, one asks for the list of all where the provider has
//! one, and one asks for single orders that no list shows, chosen by `schedule.rs`. None waits for another, so that a list
//! that is broken leaves the single orders, and an answer that is slow holds up no other. Knows nothing of chats or money:
//! what is seen goes through `order.rs` like everything else.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures::{
    StreamExt,
    stream::{self, FuturesUnordered},
};

use crate::{
    clock::Timestamp,
    ids::OrderId,
    order::{Event, State, observed},
    schedule::arrivals::Arrivals,
    shop::{Fault, Happened, Shop, gate::Alone},
    store::outbox::Alert,
    transition::Source,
    upstream::{
        PollBy, UpstreamError, UpstreamOrder,
        budget::{Priority, with_priority},
    },
};

use super::backoff;

mod follow;
mod watching;

use watching::{LEAST_BETWEEN_LOOKS, SAFETY_NET, Turn, Watching, prolonged};

/// The pause after an error that is no single order's, and between two looks at the schedule while orders are open.
const LEAST: Duration = Duration::from_secs(1);

/// The longest pause between two tries of a list that fails.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How long the loop of single orders rests without any; a purchase wakes it.
const REST: Duration = Duration::from_mins(1);

/// Orders asked for alone at once, and orders stored at once.
const AT_ONCE: usize = 8;
const STORED_AT_ONCE: usize = 32;

/// Polls for ever.
pub async fn run(shop: &Arc<Shop>) {
    let arrivals = match shop.store.arrivals().await {
        Ok(records) => Arrivals::of(&records),
        Err(error) => {
            tracing::error!(%error, "when codes came so far could not be read; the poller assumes");
            Arrivals::default()
        }
    };
    let watching = Watching::new(shop.upstream.capabilities(), arrivals, shop.clock.now());
    tokio::join!(follow::run(shop, &watching), lists(shop, &watching), singles(shop, &watching));
}

/// Asks for the list of all, at the provider's pace.
async fn lists(shop: &Arc<Shop>, watching: &Watching) {
    let capabilities = shop.upstream.capabilities();
    match capabilities.poll {
        PollBy::ActiveList | PollBy::StatusList => {}
        PollBy::Single => return,
    }
    let mut failures = 0;
    loop {
        let pace = shop.list_pace();
        let changed = watching.changed.notified();
        if watching.lock().is_empty() {
            changed.await;
            continue;
        }
        let pause = match with_priority(Priority::Poll, shop.upstream.active_orders()).await {
            Ok(listed) => {
                failures = 0;
                shop.upstream_answered().await;
                let news = watching.lock().list(listed, shop.clock.now());
                let notes = stream::iter(news).for_each_concurrent(
                    STORED_AT_ONCE,
                    async |(order, seen)| {
                        note(shop, watching, order, seen).await;
                    },
                );
                notes.await;
                pace
            }
            Err(error) => {
                tracing::warn!(%error, "the list of open orders cannot be read");
                shop.upstream_failed(&error).await;
                watching.lock().list_is_lost(shop.clock.now());
                failures += 1;
                match error {
                    // One odd order spoils it, perhaps not for long.
                    UpstreamError::Malformed { .. } => pace,
                    UpstreamError::KeyRefused { .. }
                    | UpstreamError::NotFound { .. }
                    | UpstreamError::RateLimited { .. }
                    | UpstreamError::Unavailable { .. }
                    | UpstreamError::Unreachable { .. }
                    | UpstreamError::NoAnswer { .. }
                    | UpstreamError::Refused { .. } => backoff(failures, pace, LONGEST_PAUSE),
                }
            }
        };
        watching.changed.notify_waiters();
        rest(shop, pause).await;
    }
}

/// Between two lists: while pushes arrive, so much that the list is a safety net only.
async fn rest(shop: &Arc<Shop>, pause: Duration) {
    shop.clock.sleep(pause).await;
    let until = shop.clock.now() + SAFETY_NET.saturating_sub(pause);
    while shop.trust.is_proven(shop.clock.now()) && shop.clock.now() < until {
        shop.clock.sleep(LEAST).await;
    }
}

/// Asks for single orders, several at once, each chosen when it can be sent.
async fn singles(shop: &Arc<Shop>, watching: &Watching) {
    let mut under_way = FuturesUnordered::new();
    let mut next = Box::pin(next_turn(shop, watching));
    loop {
        let has_room = under_way.len() < AT_ONCE;
        tokio::select! {
            biased;
            Some(answer) = under_way.next() => {
                if let Err(error) = answer {
                    tracing::warn!(%error, "the provider could not be asked");
                    shop.upstream_failed(&error).await;
                    shop.clock.sleep(LEAST).await;
                }
            }
            turn = &mut next, if has_room => {
                under_way.push(ask(shop, watching, turn));
                next = Box::pin(next_turn(shop, watching));
            }
        }
    }
}

/// Waits until somebody is to be asked and a request may be sent.
async fn next_turn<'a>(shop: &'a Arc<Shop>, watching: &Watching) -> (Turn, Alone<'a>) {
    let budget = shop.upstream.budget();
    let pace = shop.upstream.capabilities().pace.max(LEAST_BETWEEN_LOOKS);
    loop {
        let changed = watching.changed.notified();
        let now = shop.clock.now();
        let rate = f64::from(budget.poll_rate().0) / 60.0;
        let (is_due, next) = {
            let mut inner = watching.lock();
            inner.set_quiet(shop.trust.is_proven(now), now);
            if inner.listed_until().is_some_and(|until| until <= now) {
                inner.list_is_lost(now);
            }
            let is_due = inner.schedule.may_pick(rate, now);
            shop.watched_alone.store(inner.schedule.codes(), Ordering::Relaxed);
            let next = inner.schedule.next().into_iter().chain(inner.listed_until()).min();
            // What runs out may be worth a look before its turn.
            let often = if inner.schedule.is_empty() { REST } else { LEAST };
            (is_due, next.unwrap_or(now + REST).min(now + often))
        };
        if is_due {
            budget.ready_to_poll().await;
            let turn = watching.lock().pick(rate, shop.clock.now());
            // Somebody else may have looked at it just now, which is as good.
            if let Some(turn) = turn
                && let Some(alone) = shop.may_look_at(&turn.upstream, pace)
            {
                return (turn, alone);
            }
        } else {
            tokio::select! {
                biased;
                () = changed => {}
                () = shop.clock.sleep_until(next) => {}
            }
        }
    }
}

/// Asks for one order. Fails when the provider itself cannot be asked; what is wrong with one order holds up no other.
async fn ask(
    shop: &Arc<Shop>,
    watching: &Watching,
    (turn, alone): (Turn, Alone<'_>),
) -> Result<(), UpstreamError> {
    let order = turn.order;
    let seen = with_priority(Priority::Poll, shop.upstream.order(&turn.upstream)).await;
    drop(alone);
    match seen {
        Ok(seen) => {
            shop.upstream_answered().await;
            note(shop, watching, order, seen).await;
        }
        Err(UpstreamError::NotFound { .. }) => {
            tracing::warn!(%order, "the provider does not know an order of ours");
            shop.alert(Alert::NeedsOperator(order)).await;
        }
        Err(error @ (UpstreamError::Malformed { .. } | UpstreamError::Refused { .. })) => {
            tracing::warn!(%order, %error, "an order cannot be read");
            shop.upstream_failed(&error).await;
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Takes in how the provider shows an order; writes only when that is new.
async fn note(shop: &Arc<Shop>, watching: &Watching, id: OrderId, seen: UpstreamOrder) {
    let now = shop.clock.now();
    let looked_at = {
        let mut inner = watching.lock();
        if !inner.is_news(id, &seen, now) {
            return;
        }
        inner.looked_at(id)
    };
    match store(shop, id, &seen, looked_at).await {
        Ok(()) => watching.lock().stored(id, seen, now),
        Err(fault) => {
            tracing::error!(%fault, order = %id, "how an order stands could not be stored");
        }
    }
}

async fn store(
    shop: &Arc<Shop>,
    id: OrderId,
    seen: &UpstreamOrder,
    looked_at: Option<Timestamp>,
) -> Result<(), Fault> {
    let Some(order) = shop.store.order(id).await? else { return Ok(()) };
    let mut events = observed(seen);
    events.extend(prolonged(&order.state, seen).map(Event::Extended));
    let cost = seen.cost.clone().filter(|_| order.cost.is_none());
    if matches!(order.state, State::Waiting(_)) && shop.is_overpriced(&order, cost.as_ref()) {
        events.push(Event::Overpriced);
    }
    if !events.is_empty() || cost.is_some() {
        let happened = Happened { order: id, events, cost, looked_at };
        shop.commit_seen(happened, Source::Poll).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
