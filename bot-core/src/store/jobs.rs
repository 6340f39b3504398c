//! Calls that must still be made to the provider.

use sqlx::Row;

use super::{Store, StoreError, WriteTx};
use crate::{clock::Timestamp, ids::OrderId};

/// A call to the provider on behalf of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// Buy the number.
    Place,
    /// Find out whether the number was bought.
    Settle,
    /// Give the number back.
    Cancel,
    /// Tell that the number is free.
    Finish,
}

impl JobKind {
    pub const ALL: [Self; 4] = [Self::Place, Self::Settle, Self::Cancel, Self::Finish];

    /// As the database writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Settle => "settle",
            Self::Cancel => "cancel",
            Self::Finish => "finish",
        }
    }
}

/// A job that is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    pub order: OrderId,
    pub kind: JobKind,
    pub due_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
}

impl Store {
    /// The jobs that are due soonest, in that order.
    pub async fn jobs(&self, most: u32) -> Result<Vec<Job>, StoreError> {
        let rows = sqlx::query(
            "SELECT order_id, kind, due_at, attempts FROM job ORDER BY due_at, order_id LIMIT $1",
        )
        .bind(i64::from(most))
        .fetch_all(self.readers())
        .await?;
        rows.iter()
            .map(|row| {
                let word: String = row.get(1);
                let kind = JobKind::ALL.into_iter().find(|kind| kind.word() == word);
                let kind = kind.ok_or_else(|| StoreError::Corrupt(format!("job.kind `{word}`")))?;
                let attempts = u32::try_from(row.get::<i64, _>(3)).unwrap_or(u32::MAX);
                Ok(Job { order: row.get(0), kind, due_at: row.get(2), attempts })
            })
            .collect()
    }
}

impl WriteTx {
    /// Adds a job, or keeps the one that is there.
    pub async fn add_job(
        &mut self,
        order: OrderId,
        kind: JobKind,
        due_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO job (order_id, kind, due_at) VALUES ($1, $2, $3) ON CONFLICT (order_id, kind) DO NOTHING",
        )
        .bind(order)
        .bind(kind.word())
        .bind(due_at)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Tries a job again at `due_at`. One that is gone meanwhile stays gone.
    pub async fn postpone_job(
        &mut self,
        order: OrderId,
        kind: JobKind,
        due_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE job SET due_at = $3, attempts = attempts + 1 WHERE order_id = $1 AND kind = $2",
        )
        .bind(order)
        .bind(kind.word())
        .bind(due_at)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    pub async fn remove_job(&mut self, order: OrderId, kind: JobKind) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM job WHERE order_id = $1 AND kind = $2")
            .bind(order)
            .bind(kind.word())
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
