//! Keeps the time on open cards moving: a courtesy that costs spare room on the platform and nothing else.

use std::{collections::HashMap, sync::Arc, time::Duration};

use crate::{
    clock::Timestamp,
    flows::card,
    ids::OrderId,
    messenger::{Messenger, SendError, Urgency},
    order::State,
    shop::{Fault, Shop},
    store::{orders::Order, outbox::Notice},
};

/// Between two looks at the open orders, and cards renewed in one look.
const TICK: Duration = Duration::from_secs(5);
const CARDS: usize = 10;

/// How often a card is renewed: more often while the countdown on its button runs.
const OFTEN: Duration = Duration::from_secs(10);
const SELDOM: Duration = Duration::from_secs(30);

/// Renews for ever.
pub async fn run(shop: &Arc<Shop>, messenger: &dyn Messenger) {
    let mut renewed: HashMap<OrderId, Timestamp> = HashMap::new();
    loop {
        shop.clock.sleep(TICK).await;
        if let Err(fault) = tick(shop, messenger, &mut renewed).await {
            tracing::error!(%fault, "the countdowns could not be renewed");
        }
    }
}

async fn tick(
    shop: &Arc<Shop>,
    messenger: &dyn Messenger,
    renewed: &mut HashMap<OrderId, Timestamp>,
) -> Result<(), Fault> {
    let now = shop.clock.now();
    let waiting: Vec<Order> = shop.store.waiting_orders(messenger.platform()).await?;
    let known: std::collections::HashSet<OrderId> = waiting.iter().map(|order| order.id).collect();
    renewed.retain(|order, _| known.contains(order));
    let due = |order: &Order, renewed: &HashMap<OrderId, Timestamp>| {
        let last = renewed.get(&order.id).copied().unwrap_or(order.created_at);
        now.since(last) >= every(shop, order, now)
    };
    let mut cards: Vec<&Order> = waiting.iter().filter(|order| due(order, renewed)).collect();
    cards.sort_by_key(|order| renewed.get(&order.id).copied());
    for order in cards.into_iter().take(CARDS) {
        renewed.insert(order.id, now);
        match renew(shop, messenger, order).await? {
            Ok(()) => {}
            // Room is short: what is more important goes first, the rest comes later.
            Err(SendError::NoRoom | SendError::RetryAfter(_)) => break,
            Err(error) => tracing::debug!(%error, order = %order.id, "a countdown was not renewed"),
        }
    }
    Ok(())
}

fn every(shop: &Shop, order: &Order, now: Timestamp) -> Duration {
    let counting = order.state.line().and_then(|line| {
        card::until_cancel(shop.upstream.capabilities().cancel, line, now)
            .filter(|left| !left.is_zero())
    });
    if counting.is_some() { OFTEN } else { SELDOM }
}

async fn renew(
    shop: &Arc<Shop>,
    messenger: &dyn Messenger,
    order: &Order,
) -> Result<Result<(), SendError>, Fault> {
    let Some(message) = shop.store.card(order.id).await? else { return Ok(Ok(())) };
    let language = shop.store.language_of(&order.purchase.chat).await?;
    // Read again: the order may have moved on while other cards were renewed.
    let Some(order) = shop.store.order(order.id).await? else { return Ok(Ok(())) };
    if !matches!(order.state, State::Waiting(_)) {
        return Ok(Ok(()));
    }
    let screen = card::render(shop, &shop.texts.language(language.as_deref()), &order).await?;
    let edited = messenger.edit(&message, &screen, Urgency::Spare).await;
    let now = shop.store.order(order.id).await?;
    if now.is_some_and(|now| now.state != order.state) {
        // The order moved on meanwhile, and this may have covered what the outbox showed of it.
        let (chat, at) = (order.purchase.chat, shop.clock.now());
        let notice = Notice::Card { order: order.id };
        shop.store
            .write(move |tx| Box::pin(async move { tx.tell(&chat, &notice, at).await }))
            .await?;
        shop.outbox.notify_waiters();
    }
    Ok(edited)
}
