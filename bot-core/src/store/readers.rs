//! Where reads go: to a pool of connections that cannot write. Knows no SQL.

use futures::{
    future::BoxFuture,
    stream::{BoxStream, StreamExt},
};
use sqlx::{
    Either, Execute, Executor, Sqlite, SqliteConnection, SqlitePool, sqlite::SqliteQueryResult,
    sqlite::SqliteRow, sqlite::SqliteStatement, sqlite::SqliteTypeInfo,
};

use super::StoreError;
#[cfg(feature = "simulation")]
use super::bare::Bare;

/// Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) enum Readers {
    Pool(SqlitePool),
    /// The one connection of a simulation.
    #[cfg(feature = "simulation")]
    Bare(Bare),
}

impl Readers {
    pub(super) async fn snapshot<T, F>(&self, look: F) -> Result<T, StoreError>
    where
        T: Send,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, StoreError>> + Send,
    {
        match self {
            Self::Pool(pool) => {
                let mut snapshot = pool.begin().await?;
                let seen = look(&mut snapshot).await?;
                snapshot.rollback().await?;
                Ok(seen)
            }
            #[cfg(feature = "simulation")]
            Self::Bare(bare) => bare.look(look),
        }
    }

    pub(super) async fn close(&self) {
        match self {
            Self::Pool(pool) => pool.close().await,
            #[cfg(feature = "simulation")]
            Self::Bare(_) => {}
        }
    }
}

impl<'p> Executor<'p> for &'p Readers {
    type Database = Sqlite;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<SqliteQueryResult, SqliteRow>, sqlx::Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        match self {
            Readers::Pool(pool) => pool.fetch_many(query).boxed(),
            #[cfg(feature = "simulation")]
            Readers::Bare(bare) => bare.fetch_many(query),
        }
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<SqliteRow>, sqlx::Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        match self {
            Readers::Pool(pool) => pool.fetch_optional(query),
            #[cfg(feature = "simulation")]
            Readers::Bare(bare) => bare.fetch_optional(query),
        }
    }

    fn prepare_with<'e>(
        self,
        sql: sqlx::SqlStr,
        parameters: &'e [SqliteTypeInfo],
    ) -> BoxFuture<'e, Result<SqliteStatement, sqlx::Error>>
    where
        'p: 'e,
    {
        match self {
            Readers::Pool(pool) => pool.prepare_with(sql, parameters),
            #[cfg(feature = "simulation")]
            Readers::Bare(bare) => bare.prepare_with(sql, parameters),
        }
    }

    fn describe<'e>(
        self,
        sql: sqlx::SqlStr,
    ) -> BoxFuture<'e, Result<sqlx::Describe<Sqlite>, sqlx::Error>>
    where
        'p: 'e,
    {
        match self {
            Readers::Pool(pool) => pool.describe(sql),
            #[cfg(feature = "simulation")]
            Readers::Bare(bare) => bare.describe(sql),
        }
    }
}
