//! Reminds people of the ends of what they rented, once for each term, while there is time to renew it.
//!
//! The end that somebody was reminded of is stored together with the message, so that a restart repeats nothing and a
//! renewed rental, which has another end, is reminded of again.

use std::{sync::Arc, time::Duration};

use crate::{
    order::{Item, State},
    shop::{Fault, Shop},
    store::{orders::Order, outbox::Notice},
    upstream::Kind,
};

/// Between two looks.
const EVERY: Duration = Duration::from_mins(1);

/// How long before a rental's end its customer hears of it: an eighth of the term, which is three hours of a day, and a
/// day at most.
const PART: u32 = 8;
const EARLIEST: Duration = Duration::from_hours(24);

const DAY: Duration = Duration::from_hours(24);

/// Reminds for ever.
pub async fn run(shop: &Arc<Shop>) {
    loop {
        if let Err(fault) = tick(shop).await {
            tracing::error!(%fault, "nobody could be reminded of a rental's end");
        }
        shop.clock.sleep(EVERY).await;
    }
}

/// How long before its end the customer of a rental is reminded; `None` where nothing is rented.
pub(crate) fn lead(order: &Order) -> Option<Duration> {
    match order.purchase.item {
        Item::New(Kind::Rental { days }) => {
            Some((DAY.saturating_mul(days.into()) / PART).min(EARLIEST))
        }
        Item::New(Kind::Activation | Kind::Esim) | Item::Renewal { .. } => None,
    }
}

async fn tick(shop: &Arc<Shop>) -> Result<(), Fault> {
    let now = shop.clock.now();
    for order in shop.store.rentals_to_remind_of(now, now + EARLIEST).await? {
        let (State::Active(line), Some(lead)) = (&order.state, lead(&order)) else { continue };
        let is_soon = line.expires_at.since(now) <= lead;
        // Whoever is paying for another term knows; should that fail, there is another look.
        if !is_soon || shop.store.renewal_under_way(order.id).await?.is_some() {
            continue;
        }
        let (id, chat, end) = (order.id, order.purchase.chat, line.expires_at);
        shop.store
            .write(move |tx| {
                Box::pin(async move {
                    if tx.set_reminded(id, end).await? {
                        tx.tell(&chat, &Notice::RentalEnds { order: id }, now).await?;
                    }
                    Ok::<_, Fault>(())
                })
            })
            .await?;
        shop.outbox.notify_waiters();
    }
    Ok(())
}

#[cfg(test)]
mod tests;
