//! What goes on without anyone asking. Each worker is a loop of one `tick` with named bounds; all of them work on the
//! database's state, so that a restart goes on where the last run stopped.

use std::{future::Future, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;
use tokio::task::JoinSet;
use tracing::Instrument;

use crate::{messenger::Messenger, shop::Shop};

pub mod catalog;
pub mod countdown;
pub mod inbox;
pub mod outbox;
pub mod place;
pub mod poll;
pub mod remind;
#[cfg(test)]
pub(crate) mod stage;
pub mod sweep;
pub mod watch;

/// How long a worker rests after a panic or a fault before it starts again.
const RESTART_AFTER: Duration = Duration::from_secs(1);

/// Starts what every shop needs, whatever chats it is in. The workers end when the returned set is dropped.
pub fn start(shop: &Arc<Shop>) -> JoinSet<()> {
    let mut workers = JoinSet::new();
    supervise(&mut workers, "place", shop, |shop| async move { place::run(&shop).await });
    supervise(&mut workers, "poll", shop, |shop| async move { poll::run(&shop).await });
    supervise(&mut workers, "inbox", shop, |shop| async move { inbox::run(&shop).await });
    supervise(&mut workers, "catalog", shop, |shop| async move { catalog::run(&shop).await });
    supervise(&mut workers, "remind", shop, |shop| async move { remind::run(&shop).await });
    supervise(&mut workers, "sweep", shop, |shop| async move { sweep::run(&shop).await });
    supervise(&mut workers, "watch", shop, |shop| async move { watch::run(&shop).await });
    workers
}

/// Starts what brings messages to one platform.
pub fn start_for(shop: &Arc<Shop>, messenger: &Arc<dyn Messenger>) -> JoinSet<()> {
    shop.meet_messenger(messenger);
    let mut workers = JoinSet::new();
    let outbox = Arc::clone(messenger);
    supervise(&mut workers, "outbox", shop, move |shop| {
        let messenger = Arc::clone(&outbox);
        async move { outbox::run(&shop, &messenger).await }
    });
    let countdown = Arc::clone(messenger);
    supervise(&mut workers, "countdown", shop, move |shop| {
        let messenger = Arc::clone(&countdown);
        async move { countdown::run(&shop, &*messenger).await }
    });
    workers
}

/// Runs a worker for ever: a panic is caught, logged, and the worker starts again from the database's state.
fn supervise<F, Running>(workers: &mut JoinSet<()>, name: &'static str, shop: &Arc<Shop>, run: F)
where
    F: Fn(Arc<Shop>) -> Running + Send + 'static,
    Running: Future<Output = ()> + Send + 'static,
{
    let (shop, span) = (Arc::clone(shop), shop.span());
    let work = async move {
        loop {
            let ended = AssertUnwindSafe(run(Arc::clone(&shop))).catch_unwind().await;
            if ended.is_err() {
                tracing::error!(worker = name, "a worker panicked and starts again");
            }
            shop.clock.sleep(RESTART_AFTER).await;
        }
    };
    workers.spawn(work.instrument(span));
}

/// 1, 2, 4, ... times `first`, at most `most`.
fn backoff(attempts: u32, first: Duration, most: Duration) -> Duration {
    first.saturating_mul(1 << attempts.min(16)).min(most)
}
