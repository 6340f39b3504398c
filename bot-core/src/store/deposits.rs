//! What customers say they have paid by hand.

use sqlx::Row;

use super::{Store, StoreError, WriteTx};
use crate::{
    clock::Timestamp,
    ids::{CustomerId, DepositId, TopUpId},
    money::Money,
};

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deposit {
    pub id: DepositId,
    pub customer: CustomerId,
    /// What the customer says.
    pub amount: Money,
    pub note: Option<String>,
    pub state: DepositState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepositState {
    Open,
    Approved,
    Declined,
}

const COLUMNS: &str = "id, customer_id, amount, note, state";

fn select(rest: &str) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM deposit WHERE {rest}"))
}

fn deposit(row: &sqlx::sqlite::SqliteRow) -> Result<Deposit, StoreError> {
    let state = match row.get::<String, _>(4).as_str() {
        "open" => DepositState::Open,
        "approved" => DepositState::Approved,
        "declined" => DepositState::Declined,
        other => return Err(StoreError::Corrupt(format!("deposit.state `{other}`"))),
    };
    Ok(Deposit {
        id: row.get(0),
        customer: row.get(1),
        amount: row.get(2),
        note: row.get(3),
        state,
    })
}

impl Store {
    pub async fn deposit(&self, id: DepositId) -> Result<Option<Deposit>, StoreError> {
        let row = sqlx::query(select("id = $1")).bind(id).fetch_optional(self.readers()).await?;
        row.as_ref().map(deposit).transpose()
    }
}

impl WriteTx {
    pub async fn deposit(&mut self, id: DepositId) -> Result<Option<Deposit>, StoreError> {
        let row = sqlx::query(select("id = $1")).bind(id).fetch_optional(self.connection()).await?;
        row.as_ref().map(deposit).transpose()
    }

    /// `None` when this customer has `most` open requests already.
    pub async fn ask_deposit(
        &mut self,
        customer: CustomerId,
        amount: Money,
        note: Option<&str>,
        most: u32,
        at: Timestamp,
    ) -> Result<Option<DepositId>, StoreError> {
        let id = sqlx::query_scalar(
            "INSERT INTO deposit (customer_id, amount, note, state, created_at)
             SELECT $1, $2, $3, 'open', $5
             WHERE (SELECT COUNT(*) FROM deposit WHERE customer_id = $1 AND state = 'open') < $4
             RETURNING id",
        )
        .bind(customer)
        .bind(amount)
        .bind(note)
        .bind(most)
        .bind(at)
        .fetch_optional(self.connection())
        .await?;
        Ok(id)
    }

    /// Decides a request that is open: approved by a top-up, or declined. `false` when it is decided already.
    pub async fn decide_deposit(
        &mut self,
        id: DepositId,
        by: &str,
        top_up: Option<TopUpId>,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let decided = sqlx::query(
            "UPDATE deposit SET state = $3, decided_by = $2, top_up_id = $4, decided_at = $5
             WHERE id = $1 AND state = 'open'",
        )
        .bind(id)
        .bind(by)
        .bind(if top_up.is_some() { "approved" } else { "declined" })
        .bind(top_up)
        .bind(at)
        .execute(self.connection())
        .await?;
        Ok(decided.rows_affected() == 1)
    }

    /// The request that a top-up was to fulfil is declined after all. Answers which it is.
    pub async fn decline_deposit_of(
        &mut self,
        top_up: TopUpId,
        at: Timestamp,
    ) -> Result<Option<DepositId>, StoreError> {
        let id = sqlx::query_scalar(
            "UPDATE deposit SET state = 'declined', decided_at = $2
             WHERE top_up_id = $1 AND state = 'approved' RETURNING id",
        );
        Ok(id.bind(top_up).bind(at).fetch_optional(self.connection()).await?)
    }
}
