//! Settles a lost answer: finds out whether the provider sold a number, and ends the doubt.

pub(super) mod balance;

use std::{sync::Arc, time::Duration};

use super::{
    FIRST_PAUSE, LONGEST_PAUSE, backoff,
    batch::{Batch, DAY, accepted},
    keys, postpone,
};
use crate::{
    clock::Timestamp,
    ids::OrderId,
    order::{Event, Item, Sold, State},
    seeded::bug,
    shop::{Fault, Shop},
    store::{jobs::Job, orders::Order},
    transition::Source,
    upstream::{FindAgain, PlaceRequest, Placing, Rejection, UpstreamOrder, UpstreamStatus},
};

/// How long after a lost answer the same create is repeated: while the customer still waits for a number.
pub(super) const REPEAT_WITHIN: Duration = Duration::from_secs(90);

/// How long after the last create whose answer was lost the provider's records are taken as complete.
pub(super) const RECORDS_SETTLE_AFTER: Duration = Duration::from_mins(2);

/// How far the time of a record may be from ours when it is taken for ours without a key: an operator may buy by hand.
const ADOPTED_WITHIN: Duration = Duration::from_mins(1);

/// By how much a rental must end later for another term to be paid for: its times are told in whole seconds.
const TERM_SLACK: Duration = Duration::from_hours(1);

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
    let batch = Batch::of(shop, order).await?;
    // The first of those bought together settles them all.
    if order.purchase.position > 0 && batch.is_in_first_hands() {
        return postpone(shop, job, shop.clock.now() + LONGEST_PAUSE).await;
    }
    let kind = match order.purchase.item {
        Item::Renewal { of, after, days } => {
            let term = DAY.saturating_mul(days.into());
            let doubt = Doubt { job, order, since, batch: &batch };
            return renewal(shop, doubt, of, (after, term)).await;
        }
        Item::New(kind) => kind,
    };
    let Some((service, country)) = keys(shop, order).await? else {
        return postpone(shop, job, shop.clock.now() + LONGEST_PAUSE).await;
    };
    let request = batch.request(order, kind, (&service, &country));
    let doubt = Doubt { job, order, since, batch: &batch };
    match shop.upstream.capabilities().find_again {
        FindAgain::SameKey => by_key(shop, doubt, &request).await,
        FindAgain::Records => by_records(shop, doubt).await,
        FindAgain::Balance => balance::settle(shop, doubt).await,
    }
}

/// A purchase whose answer was lost.
struct Doubt<'a> {
    job: Job,
    order: &'a Order,
    since: Timestamp,
    batch: &'a Batch,
}

impl Doubt<'_> {
    async fn is_over(&self, shop: &Shop, event: &Event) -> Result<(), Fault> {
        shop.conclude(self.job, self.batch.all(event), Source::Sweep).await
    }

    /// Looks again after `pause`, or leaves it to a person when that has lasted too long.
    async fn goes_on(&self, shop: &Shop, pause: Duration) -> Result<(), Fault> {
        if self.is_given_up(shop) {
            return self.is_over(shop, &Event::GaveUp).await;
        }
        postpone(shop, self.job, shop.clock.now() + pause).await
    }

    fn is_given_up(&self, shop: &Shop) -> bool {
        shop.clock.now().since(self.since) > GIVE_UP_AFTER
    }

    fn pause(&self) -> Duration {
        backoff(self.job.attempts, FIRST_PAUSE, LONGEST_PAUSE)
    }

    /// When what the provider records of this time is complete. The same key may have been sent again until then, and what
    /// was sent last may arrive last.
    fn settled_at(&self, shop: &Shop) -> Timestamp {
        let last_sent = match shop.upstream.capabilities().find_again {
            FindAgain::SameKey => self.since.max(self.order.created_at + REPEAT_WITHIN),
            FindAgain::Records | FindAgain::Balance => self.since,
        };
        last_sent + RECORDS_SETTLE_AFTER
    }

    fn is_settled(&self, shop: &Shop) -> bool {
        bug("records-believed-at-once") || shop.clock.now() >= self.settled_at(shop)
    }
}

async fn by_key(shop: &Shop, doubt: Doubt<'_>, request: &PlaceRequest<'_>) -> Result<(), Fault> {
    let now = shop.clock.now();
    if now.since(doubt.order.created_at) <= REPEAT_WITHIN {
        let pause = doubt.pause();
        return repeat(shop, doubt, request, pause).await;
    }
    if !doubt.is_settled(shop) {
        let wait = doubt.settled_at(shop).since(now);
        return doubt.goes_on(shop, wait).await;
    }
    match shop.unclaimed_records(doubt.order, Some(doubt.since)).await? {
        Some(records) if records.is_empty() => doubt.is_over(shop, &Event::NotPlaced).await,
        // Nobody waits for a number any more.
        Some(_) | None if doubt.is_given_up(shop) => doubt.is_over(shop, &Event::GaveUp).await,
        // Some providers know keys and have no records. It may sell now what was not sold before: records need as long again.
        Some(_) | None => repeat(shop, doubt, request, RECORDS_SETTLE_AFTER).await,
    }
}

/// Without a key nothing is sent again: the one order that can only be ours is taken.
async fn by_records(shop: &Shop, doubt: Doubt<'_>) -> Result<(), Fault> {
    let order = doubt.order;
    let Some(records) = shop.unclaimed_records(order, Some(doubt.since)).await? else {
        return doubt.goes_on(shop, doubt.pause()).await;
    };
    if records.is_empty() && doubt.is_settled(shop) {
        return doubt.is_over(shop, &Event::NotPlaced).await;
    }
    let Some(only) = the_only_one(shop, order, doubt.since, records).await? else {
        return doubt.goes_on(shop, doubt.pause()).await;
    };
    match accepted(shop, order, only) {
        Some(happened) => shop.conclude(doubt.job, vec![happened], Source::Sweep).await,
        // The records will never show what the customer needs, such as an eSIM's code.
        None if doubt.is_settled(shop) => doubt.is_over(shop, &Event::GaveUp).await,
        None => doubt.goes_on(shop, doubt.pause()).await,
    }
}

/// Another term was paid for if the rental ends later than it did. Where the provider does not show when it ends, whether it
/// is over at its old end tells; should that be too far away, a person decides.
async fn renewal(
    shop: &Shop,
    doubt: Doubt<'_>,
    of: OrderId,
    (after, term): (Timestamp, Duration),
) -> Result<(), Fault> {
    let rental = shop.store.order(of).await?;
    // To the provider all terms are one order: whatever was paid for this one came back with the rental.
    if rental.as_ref().is_some_and(|rental| matches!(rental.state, State::Cancelled(_))) {
        return doubt.is_over(shop, &Event::NotPlaced).await;
    }
    let Some(line) = rental.as_ref().and_then(|rental| rental.state.line()) else {
        return doubt.goes_on(shop, LONGEST_PAUSE).await;
    };
    match shop.look_at(&line.upstream).await {
        Ok(seen) => match seen.expires_at {
            Some(until) if until > after + TERM_SLACK => {
                let accepted = Event::Accepted(Sold::Renewal { until });
                doubt.is_over(shop, &accepted).await
            }
            Some(_) if doubt.is_settled(shop) => doubt.is_over(shop, &Event::NotPlaced).await,
            None if seen.status == UpstreamStatus::Expired && doubt.is_settled(shop) => {
                doubt.is_over(shop, &Event::NotPlaced).await
            }
            None if is_open(seen.status) && shop.clock.now() > after + TERM_SLACK => {
                let accepted = Event::Accepted(Sold::Renewal { until: after + term });
                doubt.is_over(shop, &accepted).await
            }
            Some(_) | None => doubt.goes_on(shop, doubt.pause()).await,
        },
        Err(error) => {
            tracing::warn!(order = %doubt.order.id, %error, "a rental could not be read");
            shop.upstream_failed(&error).await;
            doubt.goes_on(shop, doubt.pause()).await
        }
    }
}

fn is_open(status: UpstreamStatus) -> bool {
    matches!(status, UpstreamStatus::Active | UpstreamStatus::CodeReceived)
}

async fn repeat(
    shop: &Shop,
    doubt: Doubt<'_>,
    request: &PlaceRequest<'_>,
    pause: Duration,
) -> Result<(), Fault> {
    let (order, route) = (doubt.order.id, shop.upstream.capabilities().create);
    let another = bug("another-key-for-a-repeat").then(|| shop.settings.random.idempotency_key());
    let request = &PlaceRequest { key: another.as_ref().unwrap_or(request.key), ..*request };
    match shop.upstream.place_again(request).await {
        Placing::Accepted(sold) => {
            let happened = doubt.batch.sold(shop, sold);
            if happened.iter().any(|happened| happened.order == order) {
                return shop.conclude(doubt.job, happened, Source::Place).await;
            }
            shop.commit(happened, Source::Place, None).await?;
            doubt.goes_on(shop, pause).await
        }
        Placing::Rejected(Rejection::NotNow { retry_after, .. }) => {
            doubt.goes_on(shop, pause.max(retry_after)).await
        }
        Placing::Rejected(rejection) => {
            tracing::info!(%order, route, ?rejection, "a repeated create was refused; the records will tell");
            doubt.goes_on(shop, pause).await
        }
        Placing::Unknown(unclear) => {
            tracing::info!(%order, route, reason = unclear.reason, "a repeated create got no clear answer");
            doubt.goes_on(shop, pause.max(unclear.retry_after.unwrap_or_default())).await
        }
    }
}

/// The one record of the very time of this purchase, unless it may be another purchase's that is not settled either.
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
    for other in shop.store.open_orders().await? {
        let is_rival = other.id != order.id
            && other.purchase.provider == order.purchase.provider
            && matches!(other.state, State::Placing | State::InDoubt { .. });
        if is_rival && shop.may_be(&only, &other).await? {
            return Ok(None);
        }
    }
    Ok(Some(only))
}

#[cfg(test)]
mod tests;
