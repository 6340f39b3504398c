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

/// The same of a rental, which lasts for days.
const RENTAL: Duration = Duration::from_hours(1);

/// What was done for a card.
#[derive(Clone, Copy, Debug)]
struct Renewal {
    tried_at: Timestamp,
    /// As of when it tells the time.
    shown_at: Timestamp,
}

type Renewals = HashMap<OrderId, Renewal>;

/// Renews for ever.
pub async fn run(shop: &Arc<Shop>, messenger: &dyn Messenger) {
    let mut renewed = Renewals::new();
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
    renewed: &mut Renewals,
) -> Result<(), Fault> {
    let now = shop.clock.now();
    let waiting: Vec<Order> = shop.store.orders_with_countdown(messenger.platform()).await?;
    let known: std::collections::HashSet<OrderId> = waiting.iter().map(|order| order.id).collect();
    renewed.retain(|order, _| known.contains(order));
    let is_due = |order: &&Order| is_due(shop, order, renewed.get(&order.id), now);
    let mut cards: Vec<&Order> = waiting.iter().filter(is_due).collect();
    cards.sort_by_key(|order| renewed.get(&order.id).map(|renewal| renewal.tried_at));
    for order in cards.into_iter().take(CARDS) {
        let before = renewed.get(&order.id).map_or(order.created_at, |renewal| renewal.shown_at);
        renewed.insert(order.id, Renewal { tried_at: now, shown_at: before });
        match renew(shop, messenger, order).await? {
            // Room is short: what is more important goes first, the rest comes later.
            Err(SendError::NoRoom | SendError::RetryAfter(_)) => break,
            Err(error) => tracing::debug!(%error, order = %order.id, "a countdown was not renewed"),
            Ok(()) => {}
        }
        renewed.insert(order.id, Renewal { tried_at: now, shown_at: now });
    }
    Ok(())
}

/// From time to time, and at once when the number can be given back: some platforms show that button greyed out until then.
fn is_due(shop: &Shop, order: &Order, renewal: Option<&Renewal>, now: Timestamp) -> bool {
    let is_locked = |at: Timestamp| {
        let rule = shop.upstream.capabilities().cancel;
        let left = order.state.line().and_then(|line| card::until_cancel(rule, line, at));
        left.is_some_and(|left| !left.is_zero())
    };
    let created = Renewal { tried_at: order.created_at, shown_at: order.created_at };
    let Renewal { tried_at, shown_at } = *renewal.unwrap_or(&created);
    let is_rental = matches!(order.state, State::Active(_));
    let every = if is_locked(now) {
        OFTEN
    } else if is_rental {
        RENTAL
    } else {
        SELDOM
    };
    now.since(tried_at) >= every || (is_locked(shown_at) && !is_locked(now))
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
    if !matches!(order.state, State::Waiting(_) | State::Active(_)) {
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
