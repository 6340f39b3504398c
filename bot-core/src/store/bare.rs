//! The store of a simulation: one bare connection, on which every transaction and every read is driven to its end before
//! anything else runs, so that one seed makes one history; and a fate that lets any of them fail, or the process die.
//!
//! The SQL, the units of work and their grouping are the shop's own.

use std::{
    fmt,
    str::FromStr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures::{
    FutureExt, StreamExt,
    executor::block_on,
    future::{self, BoxFuture},
    stream::{self, BoxStream},
};
use sqlx::{
    Connection, Either, Execute, Executor, Sqlite, SqliteConnection,
    sqlite::{
        SqliteConnectOptions, SqliteJournalMode, SqliteQueryResult, SqliteRow, SqliteStatement,
        SqliteSynchronous, SqliteTypeInfo,
    },
};
use tokio::sync::mpsc;

use super::{MIGRATIONS, Readers, Store, StoreError, WAITING_WRITES, WriteTx, writer};

/// What the database is about to do, or has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    Read,
    Begin,
    Commit,
    Committed,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Done,
    /// The disk is full, or the database is busy. Means nothing at [`Moment::Committed`].
    Fails,
    /// The process is no more: nothing that was asked for is ever answered.
    Dead,
}

/// Decides. Once it said [`Verdict::Dead`] it says nothing else.
pub trait Fate: Send + Sync {
    fn at(&self, moment: Moment) -> Verdict;
}

/// None outside a simulation.
#[derive(Clone, Default)]
pub(super) struct SharedFate(Option<Arc<dyn Fate>>);

impl SharedFate {
    pub(super) fn before(&self, statement: &str) -> Result<(), sqlx::Error> {
        match statement {
            "BEGIN IMMEDIATE" => self.check(Moment::Begin),
            "COMMIT" => self.check(Moment::Commit),
            _ => Ok(()),
        }
    }

    pub(super) fn after(&self, statement: &str) -> Result<(), sqlx::Error> {
        if statement == "COMMIT" { self.check(Moment::Committed) } else { Ok(()) }
    }

    fn check(&self, moment: Moment) -> Result<(), sqlx::Error> {
        match self.at(moment) {
            Verdict::Done => Ok(()),
            Verdict::Fails | Verdict::Dead => Err(failed()),
        }
    }

    fn at(&self, moment: Moment) -> Verdict {
        self.0.as_ref().map_or(Verdict::Done, |fate| fate.at(moment))
    }
}

fn failed() -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::other("the simulation wants it so"))
}

/// The one connection. Clones share it.
#[derive(Clone)]
pub(crate) struct Bare(Arc<Mutex<WriteTx>>);

impl fmt::Debug for Bare {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Bare")
    }
}

impl Store {
    /// Opens the database at `url` as [`Store::open`] does, but for a simulation. Blocks.
    pub fn open_bare(url: &str, fate: Arc<dyn Fate>) -> Result<Self, StoreError> {
        // What is written outlives the process without a sync; that the machine dies is not simulated.
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Off)
            .foreign_keys(true);
        let connection = block_on(async {
            let mut connection = SqliteConnection::connect_with(&options).await?;
            MIGRATIONS.run(&mut connection).await?;
            Ok::<_, StoreError>(connection)
        })?;
        let bare = Bare(Arc::new(Mutex::new(WriteTx { connection, fate: SharedFate(Some(fate)) })));
        let (writes, waiting) = mpsc::channel(WAITING_WRITES);
        tokio::spawn(bare.clone().write(waiting));
        Ok(Self { readers: Readers::Bare(bare), writes })
    }
}

impl Bare {
    fn tx(&self) -> MutexGuard<'_, WriteTx> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn write(self, mut waiting: mpsc::Receiver<writer::Work>) {
        let mut group = Vec::new();
        while waiting.recv_many(&mut group, writer::LARGEST_GROUP).await > 0 {
            let (decided, fate) = {
                let mut tx = self.tx();
                (block_on(writer::commit(&mut tx, group.drain(..))), tx.fate.clone())
            };
            if fate.at(Moment::Read) == Verdict::Dead {
                return future::pending().await;
            }
            decided.tell();
        }
    }

    pub(super) fn look<T, F>(&self, look: F) -> Result<T, StoreError>
    where
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, StoreError>>,
    {
        block_on(look(&mut self.tx().connection))
    }

    pub(super) fn fetch_many<'e, 'q: 'e, E>(
        &self,
        query: E,
    ) -> BoxStream<'e, Result<Either<SqliteQueryResult, SqliteRow>, sqlx::Error>>
    where
        E: 'q + Execute<'q, Sqlite>,
    {
        let mut tx = self.tx();
        match tx.fate.at(Moment::Read) {
            Verdict::Done => {
                let all: Vec<_> = block_on(tx.connection.fetch_many(query).collect());
                stream::iter(all).boxed()
            }
            Verdict::Fails => stream::iter([Err(failed())]).boxed(),
            Verdict::Dead => stream::pending().boxed(),
        }
    }

    pub(super) fn fetch_optional<'e, 'q: 'e, E>(
        &self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<SqliteRow>, sqlx::Error>>
    where
        E: 'q + Execute<'q, Sqlite>,
    {
        let mut tx = self.tx();
        match tx.fate.at(Moment::Read) {
            Verdict::Done => future::ready(block_on(tx.connection.fetch_optional(query))).boxed(),
            Verdict::Fails => future::ready(Err(failed())).boxed(),
            Verdict::Dead => future::pending().boxed(),
        }
    }

    pub(super) fn prepare_with<'e>(
        &self,
        sql: sqlx::SqlStr,
        parameters: &'e [SqliteTypeInfo],
    ) -> BoxFuture<'e, Result<SqliteStatement, sqlx::Error>> {
        let mut tx = self.tx();
        future::ready(block_on(tx.connection.prepare_with(sql, parameters))).boxed()
    }

    pub(super) fn describe<'e>(
        &self,
        sql: sqlx::SqlStr,
    ) -> BoxFuture<'e, Result<sqlx::Describe<Sqlite>, sqlx::Error>> {
        future::ready(block_on(self.tx().connection.describe(sql))).boxed()
    }
}
