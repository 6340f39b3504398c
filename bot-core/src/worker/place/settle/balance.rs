//! Settles a lost answer where the provider has neither keys nor records: by what is missing from its balance.
//!
//! The balance is read and stored before each purchase is sent. Purchases and cancels go one at a time
//! ([`Shop::purse`]), so a later balance must differ by exactly what our orders cost and what came back of them. More
//! missing than that is a number that was sold and that nobody can reach: its money comes back at its end, and with it
//! the customer's. Knows nothing of any provider's API but [`Upstream::balance`](crate::upstream::Upstream::balance).

use std::time::Duration;

use rust_decimal::Decimal;

use super::{Doubt, LONGEST_PAUSE};
use crate::{
    clock::Timestamp,
    order::{Event, State},
    shop::{Fault, Shop},
    store::orders::{
        Order,
        marks::{Mark, Moved},
    },
    upstream::{FindAgain, Rejection, UpstreamError},
};

/// When to ask again after a balance that could not be read.
const UNREAD_WAIT: Duration = Duration::from_secs(5);

/// Between the two looks that must both show that nothing is missing.
const SECOND_LOOK: Duration = Duration::from_secs(10);

/// How long after the longest life of a number its money is awaited.
pub(in super::super) const BACK_WITHIN: Duration = Duration::from_mins(10);

/// By how much the provider's clock may be ahead of ours at an order's end.
const CLOCK_SLACK: Duration = Duration::from_mins(1);

/// Stores the balance right before a purchase is sent, where it is all that can settle a lost answer. When it cannot be
/// read nothing is sent: then the answer says why.
pub(in super::super) async fn mark(shop: &Shop, order: &Order) -> Result<Option<Rejection>, Fault> {
    match shop.upstream.capabilities().find_again {
        FindAgain::SameKey | FindAgain::Records => return Ok(None),
        FindAgain::Balance => {}
    }
    let balance = match shop.upstream.balance().await {
        Ok(balance) => balance.amount,
        Err(UpstreamError::KeyRefused { .. }) => return Ok(Some(Rejection::KeyRefused)),
        Err(error) => {
            let retry_after = error.retry_after().unwrap_or(UNREAD_WAIT);
            return Ok(Some(Rejection::NotNow { retry_after, reason: error.to_string() }));
        }
    };
    let (id, now) = (order.id, shop.clock.now());
    let work = shop
        .store
        .write(move |tx| Box::pin(async move { tx.mark_balance(id, balance, now).await }));
    work.await?;
    Ok(None)
}

/// Compares the balance with what it must be if nothing was sold. Several purchases in doubt are settled together, from the
/// oldest one's mark on: what is missing may be any one's.
pub(super) async fn settle(shop: &Shop, doubt: Doubt<'_>) -> Result<(), Fault> {
    let order = doubt.order;
    let provider = &order.purchase.provider;
    let (Some(_), Some(mark)) = (
        shop.store.balance_mark(order.id).await?,
        shop.store.oldest_mark_in_doubt(provider).await?,
    ) else {
        // Stored before anything is sent: without it nothing was.
        return doubt.is_over(shop, &Event::NotPlaced).await;
    };
    let now = shop.clock.now();
    let moved = shop.store.moved_since(provider, &mark).await?;
    let balance = match shop.upstream.balance().await {
        Ok(balance) => balance.amount,
        Err(error) => {
            tracing::warn!(order = %order.id, %error, "the balance could not be read");
            shop.upstream_failed(&error).await;
            return doubt.goes_on(shop, doubt.pause()).await;
        }
    };
    match verdict(&mark, &moved, now, balance) {
        Verdict::Even => even(shop, doubt).await,
        Verdict::Missing | Verdict::Unclear => {
            shop.even.remove(&order.id);
            let bound = shop.upstream.capabilities().lifetime + BACK_WITHIN;
            if now.since(doubt.since) > bound {
                return doubt.is_over(shop, &Event::GaveUp).await;
            }
            doubt.goes_on(shop, LONGEST_PAUSE).await
        }
    }
}

/// Nothing is missing: true when it was so twice, and long enough after the purchase.
async fn even(shop: &Shop, doubt: Doubt<'_>) -> Result<(), Fault> {
    let id = doubt.order.id;
    if !doubt.is_settled(shop) {
        let wait = doubt.settled_at(shop).since(shop.clock.now());
        return doubt.goes_on(shop, wait).await;
    }
    if shop.even.insert(id) {
        return doubt.goes_on(shop, SECOND_LOOK).await;
    }
    doubt.is_over(shop, &Event::NotPlaced).await?;
    shop.even.remove(&id);
    Ok(())
}

/// What a balance says about the purchases in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// None of them holds any money now.
    Even,
    /// At least one of them was sold and not paid back.
    Missing,
    /// Somebody else moved the balance, or it is not known what an order of ours did to it.
    Unclear,
}

fn verdict(mark: &Mark, moved: &[Moved], now: Timestamp, balance: Decimal) -> Verdict {
    let spent = moved.iter().try_fold(Decimal::ZERO, |spent, moved| {
        spent.checked_add(spent_on(moved, mark.read_at, now)?)
    });
    let missing = spent
        .and_then(|spent| mark.amount.checked_sub(spent))
        .and_then(|expected| expected.checked_sub(balance));
    match missing {
        Some(missing) if missing.is_zero() => Verdict::Even,
        Some(missing) if missing.is_sign_positive() => Verdict::Missing,
        Some(_) | None => Verdict::Unclear,
    }
}

/// How much less there is because of an order of ours; `None` when that is not known.
fn spent_on(moved: &Moved, marked_at: Timestamp, now: Timestamp) -> Option<Decimal> {
    let cost = |applies| if applies { moved.cost } else { Some(Decimal::ZERO) };
    cost(moved.is_bought_since)?.checked_sub(cost(came_back(moved, marked_at, now)?)?)
}

/// Whether an order's money came back after the mark; `None` when that is not known.
fn came_back(moved: &Moved, marked_at: Timestamp, now: Timestamp) -> Option<bool> {
    match &moved.state {
        // The provider pays back at the end, and we hear of it later.
        State::Waiting(line) | State::Cancelling(line) => {
            (line.expires_at > now + CLOCK_SLACK).then_some(false)
        }
        State::Expired(line) => {
            Some(moved.expired_since == Some(true) && line.expires_at > marked_at)
        }
        // Without the provider's word an operator did it, and the provider pays back when it likes.
        State::Cancelled(line) | State::Banned(line) => match moved.cancelled_since {
            Some(since) => Some(since),
            None => (line.expires_at <= marked_at).then_some(false),
        },
        State::CodeReceived(_) | State::Finished(_) | State::Undone => {
            Some(moved.cancelled_since == Some(true))
        }
        State::NeedsOperator { .. }
        | State::Active(_)
        | State::Ended(_)
        | State::Fulfilled(_)
        | State::Placing
        | State::InDoubt { .. }
        | State::Refused { .. } => Some(false),
    }
}

#[cfg(test)]
mod tests;
