//! Cleans up: purchases that a killed process left half done, orders that their provider forgot to end, old rows.

use std::{sync::Arc, time::Duration};

use crate::{
    clock::Timestamp,
    order::{Event, State},
    seeded::bug,
    shop::{Fault, Shop},
    store::outbox::Alert,
    transition::Source,
};

/// Between two sweeps.
const EVERY: Duration = Duration::from_mins(1);

/// How long after an order's end the provider's word is awaited before the operators hear of it. The money stays held:
/// a refund needs the provider's word or an operator's, never only our clock.
const OVERDUE_AFTER: Duration = Duration::from_mins(10);

/// The same of a rental: its last SMS may be late, and nothing but a question now and then is lost.
const RENTAL_OVERDUE_AFTER: Duration = Duration::from_hours(24);

/// How long rows are kept that nobody needs any more.
const QUOTES_KEPT: Duration = Duration::from_hours(24);
const ALERTS_STAND: Duration = Duration::from_hours(24);
const PUSHES_KEPT: Duration = Duration::from_hours(168);
const MESSAGES_KEPT: Duration = Duration::from_hours(720);

/// At start, before any worker runs: whatever was being placed when the last run ended may have been sold. It is in
/// doubt until the provider's records settle it.
pub async fn recover(shop: &Arc<Shop>) -> Result<(), String> {
    let open = shop.store.open_orders().await.map_err(|error| error.to_string())?;
    let placing = |order: &crate::store::orders::Order| order.state == State::Placing;
    for order in open.into_iter().filter(|it| placing(it) && !bug("placing-asked-again")) {
        let unclear = Event::Unclear(shop.clock.now());
        shop.apply(order.id, unclear, Source::Sweep).await.map_err(|fault| fault.to_string())?;
    }
    Ok(())
}

/// Sweeps for ever.
pub async fn run(shop: &Arc<Shop>) {
    loop {
        if let Err(fault) = tick(shop).await {
            tracing::error!(%fault, "a sweep failed");
        }
        shop.clock.sleep(EVERY).await;
    }
}

/// Whether an order is paid for and long past its end: some providers never say that such a one is closed.
fn is_over(state: &State, now: Timestamp) -> bool {
    match state {
        State::CodeReceived(line) => now.since(line.expires_at) > OVERDUE_AFTER,
        State::Active(line) => now.since(line.expires_at) > RENTAL_OVERDUE_AFTER,
        State::Waiting(line) => {
            bug("refund-on-our-clock") && now.since(line.accepted_at) > Duration::from_secs(30)
        }
        State::Placing
        | State::InDoubt { .. }
        | State::NeedsOperator { .. }
        | State::Refused { .. }
        | State::Cancelling(_)
        | State::Finished(_)
        | State::Cancelled(_)
        | State::Expired(_)
        | State::Banned(_)
        | State::Ended(_)
        | State::Fulfilled(_)
        | State::Undone => false,
    }
}

async fn tick(shop: &Arc<Shop>) -> Result<(), Fault> {
    let now = shop.clock.now();
    for order in shop.store.open_orders().await? {
        let overdue =
            order.state.line().is_some_and(|line| now.since(line.expires_at) > OVERDUE_AFTER);
        if overdue && order.state.holds_money() {
            shop.alert(Alert::NeedsOperator(order.id)).await;
        }
        if is_over(&order.state, now)
            && let Err(fault) = shop.apply(order.id, Event::ProviderExpired, Source::Sweep).await
        {
            // The others' turn, and the old rows', must come.
            tracing::error!(%fault, order = %order.id, "an order could not be closed");
        }
    }
    crate::flows::pool::ask::lapse(shop).await?;
    shop.store
        .write(move |tx| {
            Box::pin(async move {
                tx.forget_quotes(now - QUOTES_KEPT).await?;
                tx.forget_alerts(now - ALERTS_STAND).await?;
                tx.forget_pushes(now - PUSHES_KEPT).await?;
                tx.forget_outgoing(now - MESSAGES_KEPT).await?;
                Ok::<_, Fault>(())
            })
        })
        .await
}

#[cfg(test)]
mod tests;
