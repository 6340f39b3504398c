//! Settles a lost answer: finds out whether the provider sold a number, and ends the doubt.

use std::{sync::Arc, time::Duration};

use super::{FIRST_PAUSE, LONGEST_PAUSE, backoff, keys, line, one, postpone, request};
use crate::{
    clock::Timestamp,
    order::{Event, State},
    shop::{Fault, Shop},
    store::{jobs::Job, orders::Order},
    transition::Source,
    upstream::{FindAgain, Placing, Rejection, UpstreamOrder},
};

/// How long after a lost answer the same create is repeated: while the customer still waits for a number.
const REPEAT_WITHIN: Duration = Duration::from_secs(90);

/// How long after a create whose answer was lost the provider's records are taken as complete.
pub(super) const RECORDS_SETTLE_AFTER: Duration = Duration::from_mins(2);

/// How long before the purchase the provider's records are searched: its clock may differ from ours. Generous, because
/// a sale that is overlooked is refunded, and one too many only takes longer to settle.
const CLOCK_SLACK: Duration = Duration::from_hours(1);

/// How far the time of a record may be from ours when it is taken for ours without a key: an operator may buy by hand.
const ADOPTED_WITHIN: Duration = Duration::from_mins(1);

/// How long doubt is pursued before a person must decide.
pub(super) const GIVE_UP_AFTER: Duration = Duration::from_hours(6);

/// Settles a lost answer. While the customer still waits, the same key is sent again: the provider answers with the same
/// order, or makes it now. After that its records decide: no order that could be ours means that none was made.
pub(super) async fn settle(
    shop: &Arc<Shop>,
    job: Job,
    order: &Order,
    since: Timestamp,
) -> Result<(), Fault> {
    let now = shop.clock.now();
    let pause = backoff(job.attempts, FIRST_PAUSE, LONGEST_PAUSE);
    let same_key = shop.upstream.capabilities().find_again == FindAgain::SameKey;
    if same_key && now.since(order.created_at) <= REPEAT_WITHIN {
        return repeat(shop, job, order, pause).await;
    }
    let settled = now.since(since) >= RECORDS_SETTLE_AFTER;
    if same_key && !settled {
        return postpone(shop, job, since + RECORDS_SETTLE_AFTER).await;
    }
    let ours = match shop.upstream.recent_orders(order.created_at - CLOCK_SLACK).await {
        Ok(records) => Some(could_be_ours(shop, order, since, records).await?),
        Err(error) => {
            tracing::warn!(order = %order.id, %error, "the provider's records could not be read");
            shop.upstream_failed(&error).await;
            None
        }
    };
    match ours {
        Some(records) if records.is_empty() && settled => {
            shop.conclude(job, vec![Event::NotPlaced], Source::Sweep).await
        }
        Some(_) | None if now.since(since) > GIVE_UP_AFTER => {
            shop.conclude(job, vec![Event::GaveUp], Source::Sweep).await
        }
        // It may sell now what was not sold before: the records need as long again.
        Some(records) if same_key && !records.is_empty() => {
            repeat(shop, job, order, RECORDS_SETTLE_AFTER).await
        }
        // Without a key nothing is sent again: the one order that can only be ours is taken.
        Some(records) => {
            let only = the_only_one(shop, order, since, records).await?;
            match only.and_then(|record| line(shop, order, record)) {
                Some(line) => shop.conclude(job, vec![Event::Accepted(line)], Source::Sweep).await,
                None => postpone(shop, job, now + pause).await,
            }
        }
        None => postpone(shop, job, now + pause).await,
    }
}

async fn repeat(shop: &Arc<Shop>, job: Job, order: &Order, pause: Duration) -> Result<(), Fault> {
    let Some((service, country)) = keys(shop, order).await? else {
        return postpone(shop, job, shop.clock.now() + LONGEST_PAUSE).await;
    };
    match shop.upstream.place_again(&request(order, &service, &country)).await {
        Placing::Accepted(sold) => match one(sold).and_then(|sold| line(shop, order, sold)) {
            Some(line) => shop.conclude(job, vec![Event::Accepted(line)], Source::Place).await,
            None => postpone(shop, job, shop.clock.now() + pause).await,
        },
        Placing::Rejected(Rejection::NotNow { retry_after, .. }) => {
            postpone(shop, job, shop.clock.now() + pause.max(retry_after)).await
        }
        Placing::Rejected(rejection) => {
            tracing::info!(order = %order.id, ?rejection, "a repeated create was refused; the records will tell");
            postpone(shop, job, shop.clock.now() + pause).await
        }
        Placing::Unknown(unclear) => {
            tracing::info!(order = %order.id, reason = unclear.reason, "a repeated create got no clear answer");
            let wait = pause.max(unclear.retry_after.unwrap_or_default());
            postpone(shop, job, shop.clock.now() + wait).await
        }
    }
}

/// The orders in the provider's records, oldest first, that are for this product and of this time and that no other
/// purchase accounts for.
async fn could_be_ours(
    shop: &Shop,
    order: &Order,
    in_doubt_since: Timestamp,
    records: Vec<UpstreamOrder>,
) -> Result<Vec<UpstreamOrder>, Fault> {
    let time = order.created_at - CLOCK_SLACK..=in_doubt_since + CLOCK_SLACK;
    let mut ours = Vec::new();
    for record in records {
        let fits = record.product.as_ref().is_none_or(|product| *product == order.purchase.product)
            && record.created_at.is_none_or(|created_at| time.contains(&created_at));
        if fits && !shop.store.knows_upstream(&order.purchase.provider, &record.id).await? {
            ours.push(record);
        }
    }
    ours.sort_by_key(|record| record.created_at);
    Ok(ours)
}

/// The one record of the very time of this purchase, unless another purchase in doubt might be meant as well.
async fn the_only_one(
    shop: &Shop,
    order: &Order,
    in_doubt_since: Timestamp,
    records: Vec<UpstreamOrder>,
) -> Result<Option<UpstreamOrder>, Fault> {
    let time = order.created_at - ADOPTED_WITHIN..=in_doubt_since + ADOPTED_WITHIN;
    let is_of_that_time =
        |record: &UpstreamOrder| record.created_at.is_some_and(|at| time.contains(&at));
    let mut fitting = records.into_iter().filter(is_of_that_time);
    let (Some(only), None) = (fitting.next(), fitting.next()) else { return Ok(None) };
    let open = shop.store.open_orders().await?;
    let rivals = open.iter().filter(|other| {
        matches!(other.state, State::InDoubt { .. })
            && other.purchase.product == order.purchase.product
            && other.purchase.provider == order.purchase.provider
    });
    Ok((rivals.count() == 1).then_some(only))
}
