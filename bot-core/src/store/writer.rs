//! The one writer: takes units of work off a queue and commits them in groups.

use std::panic::AssertUnwindSafe;

use futures::{FutureExt, future::BoxFuture};
use tokio::sync::{mpsc, oneshot};

use super::{StoreError, WriteTx};

/// Units of work that share one commit at most.
pub(super) const LARGEST_GROUP: usize = 64;

/// A unit of work that answers its caller once the group's commit is decided.
pub(super) type Work = Box<dyn for<'t> FnOnce(&'t mut WriteTx) -> BoxFuture<'t, Done> + Send>;

/// What a unit of work leaves behind: whether to keep it, and how to tell its caller.
pub(super) struct Done {
    keep: bool,
    tell: Box<dyn FnOnce(Result<(), String>) + Send>,
}

pub(super) fn work<T, E, F>(work: F, caller: oneshot::Sender<Result<T, E>>) -> Work
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: for<'t> FnOnce(&'t mut WriteTx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
{
    Box::new(move |tx| {
        Box::pin(async move {
            let result = work(tx).await;
            let keep = result.is_ok();
            let tell = Box::new(move |committed: Result<(), String>| {
                let answer = match (result, committed) {
                    (Ok(_), Err(fault)) => Err(StoreError::Commit(fault).into()),
                    (result, _) => result,
                };
                // A caller that went away does not undo what is committed.
                let _ = caller.send(answer);
            });
            Done { keep, tell }
        })
    })
}

/// Runs until every [`super::Store`] is gone.
pub(super) async fn run(mut tx: WriteTx, mut waiting: mpsc::Receiver<Work>) {
    let mut group = Vec::with_capacity(LARGEST_GROUP);
    while waiting.recv_many(&mut group, LARGEST_GROUP).await > 0 {
        commit(&mut tx, group.drain(..)).await.tell();
    }
}

/// What a group came to, before anybody is told.
pub(super) struct Decided {
    units: Vec<Done>,
    committed: Result<(), String>,
}

impl Decided {
    pub(super) fn tell(self) {
        for unit in self.units {
            (unit.tell)(self.committed.clone());
        }
    }
}

/// Runs a group and commits it, or undoes all of it.
pub(super) async fn commit(tx: &mut WriteTx, group: impl Iterator<Item = Work>) -> Decided {
    let mut units = Vec::new();
    let committed = match run_group(tx, group, &mut units).await {
        Ok(()) => Ok(()),
        Err(error) => {
            tracing::error!(%error, units = units.len(), "a commit failed; nothing of it happened");
            // Fails when SQLite has rolled back by itself, which is what is wanted.
            let _ = tx.control("ROLLBACK").await;
            Err(error.to_string())
        }
    };
    Decided { units, committed }
}

/// Any error here means that the whole group is undone. Work that was not reached is dropped, which tells its callers.
async fn run_group(
    tx: &mut WriteTx,
    group: impl Iterator<Item = Work>,
    done: &mut Vec<Done>,
) -> Result<(), sqlx::Error> {
    tx.control("BEGIN IMMEDIATE").await?;
    for work in group {
        tx.control("SAVEPOINT unit").await?;
        let outcome = AssertUnwindSafe(async { work(tx).await }).catch_unwind().await;
        let keep = outcome.as_ref().is_ok_and(|unit| unit.keep);
        if let Ok(unit) = outcome {
            done.push(unit);
        } else {
            tracing::error!("a unit of work panicked and was undone");
        }
        if !keep {
            // Also proves that the transaction still stands: after a full disk SQLite has ended it by itself.
            tx.control("ROLLBACK TO unit").await?;
        }
        tx.control("RELEASE unit").await?;
    }
    tx.control("COMMIT").await
}
