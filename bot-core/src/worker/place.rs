//! Makes the calls that orders have waiting: buy, settle a lost answer, give back, finish.
//!
//! Goal: every purchase is asked of the provider once, and every answer, clear or not, ends in a state. Knows nothing of
//! chats. Races: a job taken twice is prevented by the set of orders in hand (one process owns the database); an answer
//! that was not stored, because the commit failed or the process was killed, leaves `Placing`, which is then in doubt:
//! [`Shop::asked`] tells here, and `worker/sweep` takes every `Placing` for one at start.

mod batch;
mod settle;

use std::{
    collections::HashSet,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::FutureExt;
use tokio::{sync::Semaphore, task::JoinSet};
use tracing::Instrument;

use self::batch::Batch;
pub(crate) use self::batch::goods;
use super::backoff;
use crate::{
    clock::Timestamp,
    ids::OrderId,
    order::{Event, Item, Line, Refusal, State, observed},
    seeded::bug,
    shop::{Fault, Happened, Shop},
    store::{
        jobs::{Job, JobKind},
        orders::Order,
        outbox::Alert,
    },
    transition::Source,
    upstream::{CancelAnswer, FindAgain, Placing, Rejection, UpstreamError},
};

/// Calls under way at once.
const AT_ONCE: usize = 16;

/// Jobs looked at in one go.
const GLANCE: u32 = 256;

/// How long a customer waits for a provider that is certainly not selling (down, rate limiting) before the money goes back.
const PATIENCE: Duration = Duration::from_secs(20);

/// Pause between two tries of a call that failed.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Tries of the courtesy of telling the provider that a number is free.
const FINISH_TRIES: u32 = 5;

/// How long the loop rests when nothing is due.
const REST: Duration = Duration::from_secs(5);

/// Runs jobs as they become due.
pub async fn run(shop: &Arc<Shop>) {
    let in_hand = Arc::new(Mutex::new(HashSet::new()));
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    loop {
        let next = match take_due(shop, &in_hand, &room, &mut running).await {
            Ok(next) => next,
            Err(fault) => {
                tracing::error!(%fault, "the jobs could not be read");
                shop.clock.now() + FIRST_PAUSE
            }
        };
        tokio::select! {
            biased;
            Some(_) = running.join_next() => {}
            () = shop.jobs.notified() => {}
            () = shop.clock.sleep_until(next) => {}
        }
    }
}

/// Starts what is due and not in hand; answers when to look again.
async fn take_due(
    shop: &Arc<Shop>,
    in_hand: &Arc<Mutex<HashSet<OrderId>>>,
    room: &Arc<Semaphore>,
    running: &mut JoinSet<()>,
) -> Result<Timestamp, Fault> {
    let now = shop.clock.now();
    let mut next = now + REST;
    for job in shop.store.jobs(GLANCE).await? {
        if job.due_at > now {
            next = next.min(job.due_at);
            break;
        }
        let Ok(place) = Arc::clone(room).try_acquire_owned() else { break };
        let Some(held) = Held::take(in_hand, job.order) else { continue };
        let shop = Arc::clone(shop);
        let work = async move {
            let (_place, _held) = (place, held);
            attempt(&shop, job).await;
            shop.jobs.notify_one();
        };
        running.spawn(work.in_current_span());
    }
    Ok(next)
}

/// Does a job; one that fails comes again later, whatever the reason.
async fn attempt(shop: &Arc<Shop>, job: Job) {
    let word = job.kind.word();
    match AssertUnwindSafe(do_job(shop, job)).catch_unwind().await {
        Ok(Ok(())) => return,
        Ok(Err(fault)) => tracing::error!(%fault, order = %job.order, job = word, "a job failed"),
        Err(_) => tracing::error!(order = %job.order, job = word, "a job panicked"),
    }
    let pause = backoff(job.attempts, FIRST_PAUSE, LONGEST_PAUSE);
    if let Err(fault) = postpone(shop, job, shop.clock.now() + pause).await {
        tracing::error!(%fault, order = %job.order, "a job could not be postponed");
        // Nothing can be written: the order stays in hand meanwhile, or its call would be made again at once.
        shop.clock.sleep(LONGEST_PAUSE).await;
    }
}

/// An order that one task works for; let go even when the task panics.
struct Held(Arc<Mutex<HashSet<OrderId>>>, OrderId);

impl Held {
    fn take(in_hand: &Arc<Mutex<HashSet<OrderId>>>, order: OrderId) -> Option<Self> {
        let new = in_hand.lock().unwrap_or_else(PoisonError::into_inner).insert(order);
        new.then(|| Self(Arc::clone(in_hand), order))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

async fn do_job(shop: &Arc<Shop>, job: Job) -> Result<(), Fault> {
    // Held until what came of the job is stored: a balance tells of one purchase only while nothing else moves it.
    let _purse = match (shop.upstream.capabilities().find_again, job.kind) {
        (FindAgain::Balance, JobKind::Place | JobKind::Settle | JobKind::Cancel) => {
            Some(shop.purse.lock().await)
        }
        (FindAgain::Balance, JobKind::Finish) | (FindAgain::SameKey | FindAgain::Records, _) => {
            None
        }
    };
    let Some(order) = shop.store.order(job.order).await? else { return remove(shop, job).await };
    if !shop.buys_from(&order) {
        tracing::warn!(order = %order.id, provider = order.purchase.provider, "an order waits for its own provider");
        return postpone(shop, job, shop.clock.now() + LONGEST_PAUSE).await;
    }
    match (job.kind, &order.state) {
        (JobKind::Place, State::Placing) => place(shop, job, &order).await,
        (JobKind::Settle, State::InDoubt { since }) => {
            settle::settle(shop, job, &order, *since).await
        }
        (JobKind::Cancel, State::Cancelling(line)) => cancel(shop, job, line).await,
        (JobKind::Finish, state) => match state.line() {
            Some(line) => finish(shop, job, line).await,
            None => remove(shop, job).await,
        },
        // The order has moved on: what the job was for is settled.
        (JobKind::Place | JobKind::Settle | JobKind::Cancel, _) => remove(shop, job).await,
    }
}

/// Asks the provider once for everything that was bought together; the answer is each order's.
async fn place(shop: &Arc<Shop>, job: Job, order: &Order) -> Result<(), Fault> {
    let batch = Batch::of(shop, order).await?;
    let happened = if shop.asked.insert(order.id) {
        match ask(shop, order, &batch).await? {
            None => batch.all(&Event::Rejected(Refusal::OfferGone)),
            Some(Placing::Accepted(sold)) => {
                shop.funds_suffice().await;
                batch.or_unclear(batch.sold(shop, sold), shop.clock.now())
            }
            Some(Placing::Rejected(Rejection::NotNow { retry_after, reason })) => {
                let retry_at = shop.clock.now() + retry_after.max(FIRST_PAUSE);
                let may_soon = !shop.upstream.budget().is_down();
                if may_soon && retry_at < order.created_at + PATIENCE {
                    tracing::info!(order = %order.id, route = route(shop, order), reason, "the provider asks to wait");
                    shop.asked.remove(&order.id);
                    return postpone(shop, job, retry_at).await;
                }
                batch.all(&Event::Rejected(Refusal::Busy))
            }
            Some(Placing::Rejected(rejection)) => {
                tracing::info!(order = %order.id, route = route(shop, order), ?rejection, "the provider sold nothing");
                batch.all(&rejected(shop, route(shop, order), rejection).await)
            }
            Some(Placing::Unknown(_)) if bug("lost-answer-is-a-refusal") => {
                batch.all(&Event::Rejected(Refusal::Busy))
            }
            Some(Placing::Unknown(unclear)) => {
                tracing::warn!(order = %order.id, route = route(shop, order), reason = unclear.reason, "the answer to a create was lost");
                batch.all(&Event::Unclear(shop.clock.now()))
            }
        }
    } else {
        tracing::warn!(order = %order.id, "the answer to a create was not stored");
        batch.all(&Event::Unclear(shop.clock.now()))
    };
    shop.conclude(job, happened, Source::Place).await?;
    shop.asked.remove(&order.id);
    Ok(())
}

/// `None` when what is to be bought is no longer known, or the rental that is to be renewed is over, so that nothing was
/// asked.
async fn ask(shop: &Shop, order: &Order, batch: &Batch) -> Result<Option<Placing>, Fault> {
    match order.purchase.item {
        Item::Renewal { of, .. } => {
            let rental = shop.store.order(of).await?;
            let Some(State::Active(line)) = rental.map(|rental| rental.state) else {
                return Ok(None);
            };
            let purchase = &order.purchase;
            let renewed =
                shop.upstream.renew(&line.upstream, &purchase.product, purchase.max_cost).await;
            Ok(Some(renewed))
        }
        Item::New(kind) => {
            let Some((service, country)) = keys(shop, order).await? else { return Ok(None) };
            if let Some(rejection) = settle::balance::mark(shop, order).await? {
                return Ok(Some(Placing::Rejected(rejection)));
            }
            let request = batch.request(order, kind, (&service, &country));
            Ok(Some(shop.upstream.place(&request).await))
        }
    }
}

/// The provider's call that buys what was ordered.
fn route(shop: &Shop, order: &Order) -> &'static str {
    match order.purchase.item {
        Item::New(_) => shop.upstream.capabilities().create,
        Item::Renewal { .. } => "renew",
    }
}

/// What the provider names the service and the country of an order.
async fn keys(shop: &Shop, order: &Order) -> Result<Option<(String, String)>, Fault> {
    Ok(shop.store.keys(order.purchase.service, order.purchase.country).await?)
}

async fn rejected(shop: &Shop, route: &'static str, rejection: Rejection) -> Event {
    Event::Rejected(match rejection {
        Rejection::NoNumbers => Refusal::NoNumbers,
        Rejection::PriceMoved { .. } => Refusal::PriceMoved,
        Rejection::UpstreamFunds => {
            shop.funds_are_low().await;
            Refusal::ProviderFunds
        }
        Rejection::OfferGone => Refusal::OfferGone,
        Rejection::NotNow { .. } => Refusal::Busy,
        Rejection::KeyRefused => {
            shop.upstream_failed(&UpstreamError::KeyRefused { route }).await;
            Refusal::Key
        }
        Rejection::Invalid(reason) => {
            shop.alert(Alert::Garbage(format!("{route} {reason}"))).await;
            Refusal::Invalid
        }
    })
}

async fn cancel(shop: &Arc<Shop>, job: Job, line: &Line) -> Result<(), Fault> {
    let pause = backoff(job.attempts, FIRST_PAUSE, LONGEST_PAUSE);
    let alone = shop.alone_with(&line.upstream).await;
    let mut answer = shop.upstream.cancel(&line.upstream).await;
    drop(alone);
    if bug("failed-cancel-is-a-refund") && !matches!(answer, Ok(CancelAnswer::TooEarly { .. })) {
        answer = Ok(CancelAnswer::Cancelled);
    }
    match answer {
        Ok(CancelAnswer::Cancelled) => {
            let cancelled = Happened::new(job.order, Event::ProviderCancelled);
            shop.conclude(job, vec![cancelled], Source::Cancel).await
        }
        Ok(CancelAnswer::TooEarly { retry_after }) => {
            postpone(shop, job, shop.clock.now() + retry_after.max(FIRST_PAUSE)).await
        }
        Ok(CancelAnswer::NotOpen) => match shop.look_at(&line.upstream).await {
            Ok(seen) => {
                let mut events = observed(&seen);
                if events.is_empty() {
                    events.push(Event::CancelDeclined);
                }
                let happened =
                    Happened { order: job.order, events, cost: seen.cost, looked_at: None };
                shop.conclude(job, vec![happened], Source::Cancel).await
            }
            Err(error) => try_later(shop, job, &error, pause).await,
        },
        Err(error) => try_later(shop, job, &error, pause).await,
    }
}

async fn finish(shop: &Arc<Shop>, job: Job, line: &Line) -> Result<(), Fault> {
    match shop.upstream.finish(&line.upstream).await {
        Ok(()) => remove(shop, job).await,
        Err(error) if job.attempts + 1 >= FINISH_TRIES => {
            tracing::info!(order = %job.order, %error, "the provider was not told that a number is free; it ends by itself");
            remove(shop, job).await
        }
        Err(error) => {
            try_later(shop, job, &error, backoff(job.attempts, FIRST_PAUSE, LONGEST_PAUSE)).await
        }
    }
}

async fn try_later(
    shop: &Arc<Shop>,
    job: Job,
    error: &UpstreamError,
    pause: Duration,
) -> Result<(), Fault> {
    tracing::info!(order = %job.order, job = job.kind.word(), %error, "a call failed and is tried again");
    shop.upstream_failed(error).await;
    let wait = pause.max(error.retry_after().unwrap_or_default());
    postpone(shop, job, shop.clock.now() + wait).await
}

async fn postpone(shop: &Shop, job: Job, due_at: Timestamp) -> Result<(), Fault> {
    let work = shop.store.write(move |tx| {
        Box::pin(async move { tx.postpone_job(job.order, job.kind, due_at).await })
    });
    Ok(work.await?)
}

async fn remove(shop: &Shop, job: Job) -> Result<(), Fault> {
    let work = shop
        .store
        .write(move |tx| Box::pin(async move { tx.remove_job(job.order, job.kind).await }));
    Ok(work.await?)
}

#[cfg(test)]
mod tests;
