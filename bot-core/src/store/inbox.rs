//! What a provider has pushed.

use sqlx::{Row, sqlite::SqliteRow};

use super::{Store, StoreError, WriteTx};
use crate::{
    clock::Timestamp,
    ids::{PushId, UpstreamOrderId},
};

/// A push that is still to be worked on.
#[derive(Clone)]
pub struct Waiting {
    pub id: PushId,
    /// As it came; holds codes.
    pub body: String,
    pub received_at: Timestamp,
    /// How often the provider was asked about it.
    pub attempts: u32,
}

fn waiting(row: &SqliteRow) -> Waiting {
    Waiting {
        id: row.get(0),
        body: row.get(1),
        received_at: row.get(2),
        attempts: u32::try_from(row.get::<i64, _>(3)).unwrap_or(u32::MAX),
    }
}

impl Store {
    /// Pushes of a provider that are due, and those whose order is known by now; the longest due first.
    pub async fn pushes(
        &self,
        provider: &str,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<Waiting>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, body, received_at, attempts FROM inbox
             WHERE provider = $1 AND state <> 'done' AND (due_at <= $2 OR (state = 'unknown' AND EXISTS (
                 SELECT 1 FROM orders
                 WHERE orders.provider = inbox.provider AND orders.upstream_order = inbox.upstream_order)))
             ORDER BY due_at, id LIMIT $3",
        )
        .bind(provider)
        .bind(now)
        .bind(i64::from(most))
        .fetch_all(self.readers())
        .await?;
        Ok(rows.iter().map(waiting).collect())
    }

    /// When the next push of a provider is due.
    pub async fn next_push(&self, provider: &str) -> Result<Option<Timestamp>, StoreError> {
        let next = "SELECT MIN(due_at) FROM inbox WHERE provider = $1 AND state <> 'done'";
        Ok(sqlx::query_scalar(next).bind(provider).fetch_one(self.readers()).await?)
    }
}

impl WriteTx {
    /// Keeps a push; `false` when there is a copy of it already.
    pub async fn keep_push(
        &mut self,
        provider: &str,
        dedup: &str,
        order: &UpstreamOrderId,
        body: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let kept = sqlx::query(
            "INSERT INTO inbox (provider, dedup, upstream_order, body, received_at, state, due_at)
             VALUES ($1, $2, $3, $4, $5, 'waiting', $5) ON CONFLICT (provider, dedup) DO NOTHING",
        )
        .bind(provider)
        .bind(dedup)
        .bind(order)
        .bind(body)
        .bind(now)
        .execute(self.connection())
        .await?;
        Ok(kept.rows_affected() == 1)
    }

    /// Its order is not known: it waits until that is so, at most until `give_up_at`.
    pub async fn set_push_aside(
        &mut self,
        id: PushId,
        give_up_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE inbox SET state = 'unknown', due_at = $2 WHERE id = $1")
            .bind(id)
            .bind(give_up_at)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// It is worked on again at `due_at`.
    pub async fn postpone_push(
        &mut self,
        id: PushId,
        due_at: Timestamp,
        attempts: u32,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE inbox SET state = 'waiting', due_at = $2, attempts = $3 WHERE id = $1")
            .bind(id)
            .bind(due_at)
            .bind(i64::from(attempts))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// It has done all it can.
    pub async fn finish_push(&mut self, id: PushId) -> Result<(), StoreError> {
        sqlx::query("UPDATE inbox SET state = 'done' WHERE id = $1")
            .bind(id)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Forgets what came before `moment`; a copy of it would be taken for new, and still change nothing.
    pub async fn forget_pushes(&mut self, moment: Timestamp) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM inbox WHERE received_at < $1")
            .bind(moment)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
