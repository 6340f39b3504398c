//! The one writer: takes units of work off a queue and commits them in groups.

use std::panic::AssertUnwindSafe;

use futures::{FutureExt, future::BoxFuture};
use tokio::sync::{mpsc, oneshot};

use super::{StoreError, WriteTx, execute};

/// Units of work that share one commit at most.
const LARGEST_GROUP: usize = 64;

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
        let mut done = Vec::with_capacity(group.len());
        let committed = match run_group(&mut tx, group.drain(..), &mut done).await {
            Ok(()) => Ok(()),
            Err(error) => {
                tracing::error!(%error, units = done.len(), "a commit failed; nothing of it happened");
                // Fails when SQLite has rolled back by itself, which is what is wanted.
                let _ = execute(&mut tx.connection, "ROLLBACK").await;
                Err(error.to_string())
            }
        };
        for unit in done {
            (unit.tell)(committed.clone());
        }
    }
}

/// Any error here means that the whole group is undone. Work that was not reached is dropped, which tells its callers.
async fn run_group(
    tx: &mut WriteTx,
    group: impl Iterator<Item = Work>,
    done: &mut Vec<Done>,
) -> Result<(), sqlx::Error> {
    execute(&mut tx.connection, "BEGIN IMMEDIATE").await?;
    for work in group {
        execute(&mut tx.connection, "SAVEPOINT unit").await?;
        let outcome = AssertUnwindSafe(async { work(tx).await }).catch_unwind().await;
        let keep = outcome.as_ref().is_ok_and(|unit| unit.keep);
        if let Ok(unit) = outcome {
            done.push(unit);
        } else {
            tracing::error!("a unit of work panicked and was undone");
        }
        if !keep {
            // Also proves that the transaction still stands: after a full disk SQLite has ended it by itself.
            execute(&mut tx.connection, "ROLLBACK TO unit").await?;
        }
        execute(&mut tx.connection, "RELEASE unit").await?;
    }
    execute(&mut tx.connection, "COMMIT").await
}
