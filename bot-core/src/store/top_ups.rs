//! Top-ups that an admin has asked for.

use sqlx::Row;

use super::{Store, StoreError, WriteTx};
use crate::{
    clock::Timestamp,
    ids::{CustomerId, TopUpId},
    money::Money,
};

/// What an admin wants to issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopUp {
    pub id: TopUpId,
    pub customer: CustomerId,
    pub amount: Money,
    /// The admin, as `platform:user`.
    pub asked_by: String,
    pub state: TopUpState,
    pub asked_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopUpState {
    Asked,
    Done,
    Dropped,
}

impl TopUpState {
    fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }
}

fn top_up(row: &sqlx::sqlite::SqliteRow) -> Result<TopUp, StoreError> {
    let word: String = row.get(4);
    let state = [TopUpState::Asked, TopUpState::Done, TopUpState::Dropped].into_iter();
    let state = state.into_iter().find(|state| state.word() == word);
    let state = state.ok_or_else(|| StoreError::Corrupt(format!("top_up.state `{word}`")))?;
    Ok(TopUp {
        id: row.get(0),
        customer: row.get(1),
        amount: row.get(2),
        asked_by: row.get(3),
        state,
        asked_at: row.get(5),
    })
}

impl Store {
    pub async fn top_up(&self, id: TopUpId) -> Result<Option<TopUp>, StoreError> {
        let row = sqlx::query(
            "SELECT id, customer_id, amount, asked_by, state, created_at FROM top_up WHERE id = $1",
        )
        .bind(id)
        .fetch_optional(self.readers())
        .await?;
        row.as_ref().map(top_up).transpose()
    }
}

impl WriteTx {
    pub async fn ask_top_up(
        &mut self,
        customer: CustomerId,
        amount: Money,
        asked_by: &str,
        at: Timestamp,
    ) -> Result<TopUpId, StoreError> {
        let id = sqlx::query_scalar(
            "INSERT INTO top_up (customer_id, amount, asked_by, state, created_at)
             VALUES ($1, $2, $3, 'asked', $4) RETURNING id",
        )
        .bind(customer)
        .bind(amount)
        .bind(asked_by)
        .bind(at)
        .fetch_one(self.connection())
        .await?;
        Ok(id)
    }

    /// Decides a top-up that is still asked for. `None` when it is decided already or was never asked by this admin.
    pub async fn decide_top_up(
        &mut self,
        id: TopUpId,
        asked_by: &str,
        state: TopUpState,
    ) -> Result<Option<TopUp>, StoreError> {
        let row = sqlx::query(
            "UPDATE top_up SET state = $3 WHERE id = $1 AND asked_by = $2 AND state = 'asked'
             RETURNING id, customer_id, amount, asked_by, state, created_at",
        )
        .bind(id)
        .bind(asked_by)
        .bind(state.word())
        .fetch_optional(self.connection())
        .await?;
        row.as_ref().map(top_up).transpose()
    }
}
