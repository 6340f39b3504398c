//! Top-ups and debits that an admin has asked for.

use sqlx::Row;

use super::{Store, StoreError, WriteTx};
use crate::{
    clock::Timestamp,
    ids::{CustomerId, PoolId, TopUpId},
    money::Money,
};

/// What an admin wants to give a customer, or to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopUp {
    pub id: TopUpId,
    pub wish: Wish,
    pub state: TopUpState,
    pub asked_at: Timestamp,
}

/// What was asked for: never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    pub direction: Direction,
    pub customer: CustomerId,
    /// A pool that gets it instead; the customer is then whoever asks.
    pub pool: Option<PoolId>,
    pub amount: Money,
    /// The customer reads it, too.
    pub note: Option<String>,
    /// The admin, as `platform:user`, and which customer that is; unknown of those that older versions wrote.
    pub asked_by: String,
    pub issuer: Option<CustomerId>,
}

/// Which way the money goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the customer.
    In,
    /// Back from the customer: a debit.
    Out,
}

impl Direction {
    fn word(self) -> &'static str {
        match self {
            Self::In => "topup",
            Self::Out => "debit",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopUpState {
    Asked,
    /// Whoever asked has confirmed; somebody else must agree.
    Seconding,
    Done,
    Dropped,
}

const COLUMNS: &str = "id, kind, customer_id, amount, note, asked_by, issuer, state, confirmed_at, created_at, pool_id";

fn select(rest: &str) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM top_up WHERE {rest}"))
}

fn top_up(row: &sqlx::sqlite::SqliteRow) -> Result<TopUp, StoreError> {
    let (kind, state): (String, String) = (row.get(1), row.get(7));
    let direction =
        [Direction::In, Direction::Out].into_iter().find(|direction| direction.word() == kind);
    let state = match (state.as_str(), row.get::<Option<Timestamp>, _>(8)) {
        ("asked", None) => TopUpState::Asked,
        ("asked", Some(_)) => TopUpState::Seconding,
        ("done", _) => TopUpState::Done,
        ("dropped", _) => TopUpState::Dropped,
        (other, _) => return Err(StoreError::Corrupt(format!("top_up.state `{other}`"))),
    };
    Ok(TopUp {
        id: row.get(0),
        wish: Wish {
            direction: direction
                .ok_or_else(|| StoreError::Corrupt(format!("top_up.kind `{kind}`")))?,
            customer: row.get(2),
            pool: row.get(10),
            amount: row.get(3),
            note: row.get(4),
            asked_by: row.get(5),
            issuer: row.get(6),
        },
        state,
        asked_at: row.get(9),
    })
}

impl Store {
    pub async fn top_up(&self, id: TopUpId) -> Result<Option<TopUp>, StoreError> {
        let row = sqlx::query(select("id = $1")).bind(id).fetch_optional(self.readers()).await?;
        row.as_ref().map(top_up).transpose()
    }
}

impl WriteTx {
    pub async fn top_up(&mut self, id: TopUpId) -> Result<Option<TopUp>, StoreError> {
        let row = sqlx::query(select("id = $1")).bind(id).fetch_optional(self.connection()).await?;
        row.as_ref().map(top_up).transpose()
    }

    pub async fn ask_top_up(&mut self, wish: &Wish, at: Timestamp) -> Result<TopUpId, StoreError> {
        let id = sqlx::query_scalar(
            "INSERT INTO top_up (kind, customer_id, amount, note, asked_by, issuer, pool_id, state, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'asked', $8) RETURNING id",
        )
        .bind(wish.direction.word())
        .bind(wish.customer)
        .bind(wish.amount)
        .bind(&wish.note)
        .bind(&wish.asked_by)
        .bind(wish.issuer)
        .bind(wish.pool)
        .bind(at)
        .fetch_one(self.connection())
        .await?;
        Ok(id)
    }

    /// Whoever asked has confirmed it, and somebody else must agree.
    pub async fn await_second(&mut self, id: TopUpId, at: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE top_up SET confirmed_at = $2 WHERE id = $1 AND state = 'asked'")
            .bind(id)
            .bind(at)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Decides one that is still open. `false` when it is decided already.
    pub async fn decide_top_up(
        &mut self,
        id: TopUpId,
        by: &str,
        is_done: bool,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let decided = sqlx::query(
            "UPDATE top_up SET state = $3, decided_by = $2, decided_at = $4 WHERE id = $1 AND state = 'asked'",
        )
        .bind(id)
        .bind(by)
        .bind(if is_done { "done" } else { "dropped" })
        .bind(at)
        .execute(self.connection())
        .await?;
        Ok(decided.rows_affected() == 1)
    }

    /// What somebody has issued since a moment: top-ups, and all that their vouchers are worth.
    pub async fn issued_since(
        &mut self,
        issuer: CustomerId,
        moment: Timestamp,
    ) -> Result<Money, StoreError> {
        let sum = sqlx::query_scalar(
            "SELECT COALESCE((SELECT SUM(amount) FROM top_up
                              WHERE issuer = $1 AND kind = 'topup' AND state = 'done' AND decided_at > $2), 0)
                  + COALESCE((SELECT SUM(amount * codes * uses) FROM voucher_batch
                              WHERE issuer = $1 AND made_at > $2), 0)",
        );
        Ok(sum.bind(issuer).bind(moment).fetch_one(self.connection()).await?)
    }
}
