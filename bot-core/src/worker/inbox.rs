//! Works on what the provider pushed: notify for speed, poll for truth.
//!
//! Goal: a code is with its customer as soon as the provider tells of it, and nothing is believed further than
//! [`Upstream::read_push`](crate::upstream::Upstream::read_push) says. A push that comes before its order is known waits
//! for it. Knows nothing of HTTP or signatures. Doing it twice does nothing, so a row is marked after its effect is
//! committed. With this worker gone, polling still finishes every order.

use std::{sync::Arc, time::Duration};

use tokio::task::JoinSet;
use tracing::Instrument;

use super::backoff;
use crate::{
    clock::Timestamp,
    ids::OrderId,
    order::{Event, State, observed},
    shop::{Fault, Happened, Shop},
    store::{inbox::Waiting, orders::Order},
    transition::Source,
    upstream::{Says, UpstreamOrder, UpstreamSms, UpstreamStatus},
};

/// Pushes worked on in one go.
const GLANCE: u32 = 64;

/// Orders asked for at once.
const LOOKS_AT_ONCE: usize = 8;

/// How often an order is asked for because of one push before the rest is left to the poller, and the pauses between.
const LOOKS: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// How long a push waits for its order to be known: the create's own answer may be lost and take a while to be settled.
const UNKNOWN_FOR: Duration = Duration::from_mins(10);

/// How long the loop rests when nothing is due.
const REST: Duration = Duration::from_secs(5);

/// What is to be done about a push.
enum Verdict {
    Done,
    /// No order of ours yet.
    Unknown,
    Look {
        order: Box<Order>,
        hint: Option<UpstreamSms>,
    },
}

/// Works on pushes as they come, for ever.
pub async fn run(shop: &Arc<Shop>) {
    let mut looks = JoinSet::new();
    loop {
        let next = match take_in(shop, &mut looks).await {
            Ok(next) => next,
            Err(fault) => {
                tracing::error!(%fault, "the inbox could not be read");
                shop.clock.now() + FIRST_PAUSE
            }
        };
        tokio::select! {
            biased;
            Some(_) = looks.join_next() => {}
            () = shop.inbox.notified() => {}
            () = shop.clock.sleep_until(next) => {}
        }
    }
}

/// Works on what is due; answers when to look again.
async fn take_in(shop: &Arc<Shop>, looks: &mut JoinSet<()>) -> Result<Timestamp, Fault> {
    let now = shop.clock.now();
    let pushes = shop.store.pushes(shop.provider(), now, GLANCE).await?;
    let is_all = pushes.len() < GLANCE as usize;
    for push in pushes {
        // The others wait for one of these to end, which wakes the loop.
        if looks.len() >= LOOKS_AT_ONCE {
            return Ok(now + REST);
        }
        if let Err(fault) = work_on(shop, &push, looks).await {
            tracing::error!(%fault, "a push could not be worked on");
            postpone(shop, &push, backoff(push.attempts, FIRST_PAUSE, LONGEST_PAUSE)).await?;
        }
    }
    let next = shop.store.next_push(shop.provider()).await?;
    Ok(if is_all { next.unwrap_or(now + REST).min(now + REST) } else { now })
}

async fn work_on(shop: &Arc<Shop>, push: &Waiting, looks: &mut JoinSet<()>) -> Result<(), Fault> {
    match judge(shop, push).await? {
        Verdict::Done => finish(shop, push).await,
        Verdict::Unknown => set_aside(shop, push).await,
        Verdict::Look { order, hint } => {
            // Counted before it is tried, so that a crash in between ends some day; by the pause a look is over.
            postpone(shop, push, LONGEST_PAUSE).await?;
            let (shop, push) = (Arc::clone(shop), push.clone());
            let look = async move {
                if let Err(fault) = look_and_mark(&shop, &push, &order, hint).await {
                    tracing::error!(%fault, order = %order.id, "a push could not be followed");
                }
            };
            looks.spawn(look.in_current_span());
            Ok(())
        }
    }
}

/// Applies what may be applied as it is.
async fn judge(shop: &Arc<Shop>, push: &Waiting) -> Result<Verdict, Fault> {
    let pushed = match shop.upstream.read_push(push.body.as_bytes()) {
        Ok(pushed) => pushed,
        Err(error) => {
            tracing::warn!(%error, "a push that was kept cannot be read any more");
            return Ok(Verdict::Done);
        }
    };
    let Some(id) = &pushed.order else { return Ok(Verdict::Done) };
    let Some(order) = shop.store.order_of_upstream(shop.provider(), id).await? else {
        return Ok(Verdict::Unknown);
    };
    match pushed.says {
        Says::Seen(seen) if is_in_time(&order.state, seen.status) => {
            apply(shop, order.id, observed(&seen)).await?;
            Ok(Verdict::Done)
        }
        Says::Look { sms } => Ok(Verdict::Look { order: Box::new(order), hint: sms }),
        Says::Seen(_) if order.state.is_open() => {
            Ok(Verdict::Look { order: Box::new(order), hint: None })
        }
        Says::Seen(_) | Says::Nothing => Ok(Verdict::Done),
    }
}

/// A signature proves who spoke, not when. An end is taken as it is while nothing has come; after a code it may be late or
/// belong to an earlier moment, and closing the number would lose the next SMS.
fn is_in_time(state: &State, status: UpstreamStatus) -> bool {
    match status {
        UpstreamStatus::Active | UpstreamStatus::CodeReceived => true,
        UpstreamStatus::Completed
        | UpstreamStatus::Cancelled
        | UpstreamStatus::Expired
        | UpstreamStatus::Banned => state.holds_money(),
    }
}

async fn apply(shop: &Arc<Shop>, order: OrderId, events: Vec<Event>) -> Result<(), Fault> {
    // The cost is the poller's, which judges it.
    let happened = Happened { order, events, cost: None, looked_at: None };
    shop.commit_seen(happened, Source::Push).await?;
    Ok(())
}

async fn look_and_mark(
    shop: &Arc<Shop>,
    push: &Waiting,
    order: &Order,
    hint: Option<UpstreamSms>,
) -> Result<(), Fault> {
    if look(shop, order, hint).await? {
        return finish(shop, push).await;
    }
    if push.attempts + 1 >= LOOKS {
        tracing::debug!(order = %order.id, "what was pushed does not show; polling goes on");
        return finish(shop, push).await;
    }
    postpone(shop, push, backoff(push.attempts, FIRST_PAUSE, LONGEST_PAUSE)).await
}

/// Asks for an order and applies what the provider's own answer shows. Whether that settles what was pushed.
async fn look(shop: &Arc<Shop>, order: &Order, hint: Option<UpstreamSms>) -> Result<bool, Fault> {
    let Some(line) = order.state.line() else { return Ok(true) };
    let seen = match shop.look_at(&line.upstream).await {
        Ok(seen) => seen,
        Err(error) => {
            tracing::warn!(%error, order = %order.id, "a pushed order could not be asked for");
            shop.upstream_failed(&error).await;
            return Ok(false);
        }
    };
    shop.upstream_answered().await;
    let mut events = observed(&seen);
    let is_settled = match hint {
        None => true,
        Some(sms) if has_come_without_words(&seen) => {
            events.insert(0, Event::Sms(sms));
            true
        }
        Some(sms) => is_over(seen.status) || seen.sms.iter().any(|shown| is_same(shown, &sms)),
    };
    apply(shop, order.id, events).await?;
    Ok(is_settled)
}

/// The provider says that an SMS is here and not what it says.
fn has_come_without_words(seen: &UpstreamOrder) -> bool {
    let has_come = matches!(seen.status, UpstreamStatus::CodeReceived | UpstreamStatus::Completed);
    has_come && seen.sms.is_empty()
}

fn is_over(status: UpstreamStatus) -> bool {
    match status {
        UpstreamStatus::Active | UpstreamStatus::CodeReceived => false,
        UpstreamStatus::Completed
        | UpstreamStatus::Cancelled
        | UpstreamStatus::Expired
        | UpstreamStatus::Banned => true,
    }
}

/// Whether the SMS that the provider shows is the pushed one. A code without its text is looked for in the pushed text.
fn is_same(shown: &UpstreamSms, pushed: &UpstreamSms) -> bool {
    match (&shown.text, &pushed.text) {
        (Some(shown), Some(pushed)) => shown.trim() == pushed.trim(),
        (None, Some(pushed)) => shown.code.as_ref().is_some_and(|code| pushed.contains(code)),
        (_, None) => shown.code == pushed.code,
    }
}

async fn finish(shop: &Arc<Shop>, push: &Waiting) -> Result<(), Fault> {
    let id = push.id;
    shop.store.write(move |tx| Box::pin(async move { Ok(tx.finish_push(id).await?) })).await
}

async fn postpone(shop: &Arc<Shop>, push: &Waiting, pause: Duration) -> Result<(), Fault> {
    let (id, due_at, attempts) = (push.id, shop.clock.now() + pause, push.attempts + 1);
    shop.store
        .write(move |tx| Box::pin(async move { Ok(tx.postpone_push(id, due_at, attempts).await?) }))
        .await
}

async fn set_aside(shop: &Arc<Shop>, push: &Waiting) -> Result<(), Fault> {
    let give_up_at = push.received_at + UNKNOWN_FOR;
    if shop.clock.now() >= give_up_at {
        tracing::warn!("a push is about an order that is not the shop's");
        return finish(shop, push).await;
    }
    let id = push.id;
    shop.store
        .write(move |tx| Box::pin(async move { Ok(tx.set_push_aside(id, give_up_at).await?) }))
        .await
}

#[cfg(test)]
mod tests;
