//! Watches over the shop for the people who run it: whether the reseller balance lasts, whether codes still come, whether
//! the books agree. Tells them once, and again when it is over. Changes nothing.

use std::{sync::Arc, time::Duration};

use crate::{
    clock::Timestamp,
    ledger,
    shop::{Fault, Shop},
    store::{desk::Delivery, outbox::Alert},
    upstream::budget::{Priority, with_priority},
};

/// Between two looks; the first is so long after the start, too.
const EVERY: Duration = Duration::from_mins(15);

/// Between two audits of the whole ledger.
const AUDIT_EVERY: Duration = Duration::from_hours(24);

const DAY: Duration = Duration::from_hours(24);

/// The balance is short when it does not last so many hours at the pace of the last day.
const HOURS_LEFT: u64 = 12;

/// The last numbers are these; so many of them must have been tried before their rate means anything.
const LATELY: Duration = Duration::from_hours(2);
const TRIED: i64 = 10;

/// Watches for ever.
pub async fn run(shop: &Arc<Shop>) {
    let mut audited_at = shop.clock.now();
    loop {
        shop.clock.sleep(EVERY).await;
        if let Err(fault) = tick(shop, &mut audited_at).await {
            tracing::error!(%fault, "the shop could not be watched");
        }
    }
}

async fn tick(shop: &Arc<Shop>, audited_at: &mut Timestamp) -> Result<(), Fault> {
    let now = shop.clock.now();
    funds(shop, now).await?;
    codes(shop, now).await?;
    // A moment to come means that the clock was set back.
    if *audited_at > now || now.since(*audited_at) >= AUDIT_EVERY {
        *audited_at = now;
        let audit = ledger::audit(&shop.store).await?;
        if !audit.is_clean() {
            tracing::error!(differences = audit.differences.len(), "the books do not agree");
            shop.alert(Alert::BooksDiffer).await;
        }
    }
    Ok(())
}

async fn funds(shop: &Arc<Shop>, now: Timestamp) -> Result<(), Fault> {
    let spent = shop.store.figures(now - DAY).await?.cost;
    // What the provider cannot tell now it tells the next time; whoever sees to outages knows already.
    let Ok(balance) = with_priority(Priority::Catalog, shop.upstream.balance()).await else {
        return Ok(());
    };
    match balance.money.lasts(spent) {
        Some(hours) if hours < HOURS_LEFT => shop.alert(Alert::FundsShort).await,
        Some(_) | None => shop.all_clear(Alert::FundsShort, Some(Alert::FundsEnough)).await,
    }
    Ok(())
}

async fn codes(shop: &Arc<Shop>, now: Timestamp) -> Result<(), Fault> {
    let lately = sum(&shop.store.deliveries(now - LATELY).await?);
    let day = sum(&shop.store.deliveries(now - DAY).await?);
    match are_few(lately, day) {
        Some(true) => shop.alert(Alert::FewCodes).await,
        Some(false) => shop.all_clear(Alert::FewCodes, Some(Alert::CodesCome)).await,
        None => {}
    }
    Ok(())
}

/// Numbers tried, and those that got an SMS.
fn sum(deliveries: &[Delivery]) -> (i64, i64) {
    deliveries.iter().fold((0, 0), |(tried, came), it| (tried + it.tried, came + it.delivered))
}

/// Whether lately not even half as many codes come as on the whole day. None while too few numbers were tried to tell.
fn are_few(lately: (i64, i64), day: (i64, i64)) -> Option<bool> {
    let ((tried, came), (tried_that_day, came_that_day)) = (lately, day);
    (tried >= TRIED).then(|| 2 * came * tried_that_day < came_that_day * tried)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_codes_are_less_than_half_of_the_days() {
        assert_eq!(are_few((9, 0), (100, 90)), None);
        assert_eq!(are_few((10, 5), (100, 90)), Some(false));
        assert_eq!(are_few((10, 4), (100, 90)), Some(true));
        assert_eq!(are_few((10, 0), (10, 0)), Some(false), "it was never better");
    }
}
