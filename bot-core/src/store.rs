//! The database: SQLite with one writer and a pool of readers. All SQL of the shop lives below this module.
//!
//! [`Store::write`] is the only way to change anything. It hands a unit of work to one writer task, which runs all that
//! is waiting inside one transaction, each behind its own savepoint, and commits once: many callers share one sync to
//! disk. A unit of work must not wait for the network or for anything else but its own statements.

use std::{io, path::Path, str::FromStr, time::Duration};

use self::readers::Readers;
use futures::future::BoxFuture;
use sqlx::{
    AssertSqlSafe, Connection, SqliteConnection,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::{mpsc, oneshot};

pub mod alerts;
pub mod audit_log;
#[cfg(feature = "simulation")]
pub mod bare;
mod cards;
pub mod catalog;
pub mod customers;
pub mod deposits;
pub mod desk;
mod file;
pub mod inbox;
mod items;
pub mod jobs;
pub mod links;
pub mod orders;
pub mod outbox;
pub mod pools;
pub mod quotes;
mod readers;
pub mod records;
pub mod staff;
pub mod top_ups;
pub mod updates;
pub mod vouchers;
mod writer;

/// The schema, in the order in which it grew.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// Connections that read at the same time.
const READERS: u32 = 4;

/// Units of work that may wait for the writer; more make their callers wait.
const WAITING_WRITES: usize = 1_024;

/// How long a statement waits for another process's lock (a backup, an audit).
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// A fault of the database. What was asked for did not happen.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("database migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The writer is gone, or the unit of work panicked.
    #[error("the write was not carried out")]
    NotCarriedOut,
    /// A commit failed, and with it every unit of work in it.
    #[error("database commit: {0}")]
    Commit(String),
    /// A row holds what the schema cannot rule out and the program never writes.
    #[error("database row: {0}")]
    Corrupt(String),
    #[error("the database is of another version; `numdesk run` brings an older one up to date")]
    OtherVersion,
    #[error("`{0}` exists already")]
    BackupExists(String),
}

/// The right to write. Only the writer task can make one, so whoever holds it is inside its transaction.
pub struct WriteTx {
    connection: SqliteConnection,
    #[cfg(feature = "simulation")]
    fate: bare::SharedFate,
}

impl WriteTx {
    /// For the SQL below this module.
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    /// Begins, commits, or sets a savepoint.
    async fn control(&mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        #[cfg(feature = "simulation")]
        self.fate.before(statement)?;
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut self.connection).await?;
        #[cfg(feature = "simulation")]
        self.fate.after(statement)?;
        Ok(())
    }
}

/// The shop's database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    readers: Readers,
    writes: mpsc::Sender<writer::Work>,
}

impl Store {
    /// Opens the database at `url` (`sqlite://numdesk.db`), makes it when missing, for its owner's eyes only, and brings
    /// its schema up to date.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        match file::make_private(options.get_filename()) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(sqlx::Error::Io(error).into());
            }
            Ok(()) | Err(_) => {}
        }
        let mut connection = SqliteConnection::connect_with(&options).await?;
        MIGRATIONS.run(&mut connection).await?;
        let readers = read_pool(options).await?;
        let (writes, waiting) = mpsc::channel(WAITING_WRITES);
        let tx = WriteTx {
            connection,
            #[cfg(feature = "simulation")]
            fate: bare::SharedFate::default(),
        };
        tokio::spawn(writer::run(tx, waiting));
        Ok(Self { readers, writes })
    }

    /// Opens the database at `url` to look at it: makes nothing, changes nothing, and may be a copy or in use. Writing
    /// is [`StoreError::NotCarriedOut`].
    pub async fn open_read_only(url: &str) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)?.busy_timeout(BUSY_TIMEOUT);
        let readers = read_pool(options).await?;
        let version: Option<i64> = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations")
            .fetch_one(&readers)
            .await?;
        let newest = MIGRATIONS.iter().map(|migration| migration.version).max();
        if version != newest {
            return Err(StoreError::OtherVersion);
        }
        // Nobody takes what is sent here.
        let (writes, _) = mpsc::channel(1);
        Ok(Self { readers, writes })
    }

    /// Runs `work` in the writer's transaction and commits it. An error of the work undoes all of it, and nothing else.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t> FnOnce(&'t mut WriteTx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let unit = writer::work(work, sender);
        self.writes.send(unit).await.map_err(|_| StoreError::NotCarriedOut)?;
        receiver.await.unwrap_or_else(|_| Err(StoreError::NotCarriedOut.into()))
    }

    /// For the SQL below this module.
    pub(crate) fn readers(&self) -> &Readers {
        &self.readers
    }

    /// Shows `look` one state of the whole database, whatever is written meanwhile.
    pub(crate) async fn snapshot<T, F>(&self, look: F) -> Result<T, StoreError>
    where
        T: Send,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, StoreError>> + Send,
    {
        self.readers.snapshot(look).await
    }

    /// Writes a consistent copy to `file`, for its owner's eyes only, while the shop goes on. Never overwrites.
    pub async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        let name = file
            .to_str()
            .ok_or_else(|| StoreError::Corrupt("a file name that is not UTF-8".into()))?;
        file::make_private(file).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => StoreError::BackupExists(name.to_owned()),
            _ => sqlx::Error::Io(error).into(),
        })?;
        let copied = sqlx::query("VACUUM INTO $1").bind(name).execute(&self.readers).await;
        if copied.is_err() {
            // Half a copy is worse than none. That it cannot be removed either adds nothing to the error.
            let _ = std::fs::remove_file(file);
        }
        copied?;
        Ok(())
    }

    /// Closes the readers. The writer ends with the last clone.
    pub async fn close(&self) {
        self.readers.close().await;
    }
}

async fn read_pool(options: SqliteConnectOptions) -> Result<Readers, StoreError> {
    let pool = SqlitePoolOptions::new()
        .max_connections(READERS)
        .connect_with(options.read_only(true).create_if_missing(false))
        .await?;
    Ok(Readers::Pool(pool))
}

#[cfg(test)]
mod tests;
