//! Keeps what the poller has in mind as the database has it: told of each commit, and reading everything anew now and then
//! in case it was not. What became of a number is learned from on the way.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use crate::{
    clock::Timestamp,
    ids::OrderId,
    order::Item,
    shop::{Fault, Shop},
    store::orders::Order,
};

use super::Watching;

/// Between two readings of everything that is open.
const REREAD_EVERY: Duration = Duration::from_mins(5);

/// How long the loop rests after a fault.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Follows for ever.
pub(super) async fn run(shop: &Arc<Shop>, watching: &Watching) {
    let mut told = BTreeSet::new();
    let mut reread_at = shop.clock.now();
    loop {
        let woken = shop.polls.notified();
        told.append(&mut shop.take_changed());
        let now = shop.clock.now();
        let followed = if now >= reread_at || reread_at.since(now) > REREAD_EVERY {
            reread_at = now + REREAD_EVERY;
            read_all(shop, watching, &told).await
        } else {
            read(shop, watching, &told).await
        };
        let pause = match followed {
            Ok(()) => {
                told.clear();
                reread_at.since(shop.clock.now())
            }
            Err(fault) => {
                tracing::error!(%fault, "open orders could not be read");
                reread_at = now;
                RETRY_AFTER
            }
        };
        watching.changed.notify_waiters();
        tokio::select! {
            biased;
            () = woken => {}
            () = shop.clock.sleep(pause) => {}
        }
    }
}

async fn read_all(
    shop: &Arc<Shop>,
    watching: &Watching,
    told: &BTreeSet<OrderId>,
) -> Result<(), Fault> {
    let orders = shop.store.open_orders().await?;
    let open: BTreeSet<OrderId> = orders.iter().map(|order| order.id).collect();
    let closed = watching.lock().ids().into_iter().filter(|id| !open.contains(id));
    let rest = told.iter().copied().chain(closed).filter(|id| !open.contains(id)).collect();
    for order in orders {
        take_in(shop, watching, &order).await?;
    }
    read(shop, watching, &rest).await
}

async fn read(shop: &Arc<Shop>, watching: &Watching, ids: &BTreeSet<OrderId>) -> Result<(), Fault> {
    for id in ids {
        let Some(order) = shop.store.order(*id).await? else { continue };
        take_in(shop, watching, &order).await?;
        // It prolonged a rental, whose end is another now.
        if let Item::Renewal { of, .. } = order.purchase.item
            && let Some(rental) = shop.store.order(of).await?
        {
            take_in(shop, watching, &rental).await?;
        }
    }
    Ok(())
}

async fn take_in(shop: &Arc<Shop>, watching: &Watching, order: &Order) -> Result<(), Fault> {
    let now: Timestamp = shop.clock.now();
    let is_watched = order.state.is_open() && order.state.line().is_some() && shop.buys_from(order);
    let waited = watching.lock().waits_for_a_code(order.id);
    if is_watched {
        watching.lock().set(order, shop.expected_at(order.id), now);
    } else {
        watching.lock().remove(order.id);
    }
    // Its code has come, or never will.
    if waited
        && !watching.lock().waits_for_a_code(order.id)
        && let Some(record) = shop.store.arrival(order.id).await?
    {
        watching.lock().schedule.arrivals().add(&record);
    }
    Ok(())
}
