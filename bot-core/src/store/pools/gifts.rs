//! What goes into a pool and what goes back.

use sqlx::Row;

use crate::{
    clock::Timestamp,
    ids::{CustomerId, PoolGiftId, PoolId, PoolReturnId},
    ledger::Giver,
    money::Money,
    store::{Store, StoreError, WriteTx},
};

/// What a member wants to give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gift {
    pub id: PoolGiftId,
    pub pool: PoolId,
    pub customer: CustomerId,
    pub amount: Money,
    pub state: GiftState,
    pub asked_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiftState {
    Asked,
    Done,
    Dropped,
}

impl GiftState {
    const ALL: [Self; 3] = [Self::Asked, Self::Done, Self::Dropped];

    fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }
}

impl Store {
    /// What a return gave back to a customer.
    pub async fn returned_to(
        &self,
        id: PoolReturnId,
        customer: CustomerId,
    ) -> Result<Option<(PoolId, Money)>, StoreError> {
        let row = sqlx::query(
            "SELECT pool_return.pool_id, transfer.amount FROM pool_return
             JOIN transfer ON transfer.key = 'return:' || pool_return.id || ':wallet:' || $2 WHERE pool_return.id = $1",
        )
        .bind(id)
        .bind(customer)
        .fetch_optional(self.readers())
        .await?;
        Ok(row.map(|row| (row.get(0), row.get(1))))
    }
}

impl WriteTx {
    pub async fn ask_gift(
        &mut self,
        pool: PoolId,
        customer: CustomerId,
        amount: Money,
        at: Timestamp,
    ) -> Result<PoolGiftId, StoreError> {
        let id = sqlx::query_scalar(
            "INSERT INTO pool_gift (pool_id, customer_id, amount, state, created_at) VALUES ($1, $2, $3, 'asked', $4)
             RETURNING id",
        );
        Ok(id.bind(pool).bind(customer).bind(amount).bind(at).fetch_one(self.connection()).await?)
    }

    pub async fn gift(&mut self, id: PoolGiftId) -> Result<Option<Gift>, StoreError> {
        let row = sqlx::query(
            "SELECT pool_id, customer_id, amount, state, created_at FROM pool_gift WHERE id = $1",
        )
        .bind(id)
        .fetch_optional(self.connection())
        .await?;
        row.map(|row| {
            let word: String = row.get(3);
            let state = GiftState::ALL.into_iter().find(|state| state.word() == word);
            Ok(Gift {
                id,
                pool: row.get(0),
                customer: row.get(1),
                amount: row.get(2),
                state: state
                    .ok_or_else(|| StoreError::Corrupt(format!("pool_gift.state `{word}`")))?,
                asked_at: row.get(4),
            })
        })
        .transpose()
    }

    pub async fn decide_gift(
        &mut self,
        id: PoolGiftId,
        state: GiftState,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE pool_gift SET state = $2 WHERE id = $1 AND state = 'asked'")
            .bind(id)
            .bind(state.word())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Who put how much into a pool since it was last given back; where nothing came in since, the time before counts.
    pub async fn givers(&mut self, pool: PoolId) -> Result<Vec<(Giver, Money)>, StoreError> {
        let rows = sqlx::query(
            "WITH pools AS (SELECT id FROM pool WHERE id = $1 OR merged_into = $1),
             came (giver, amount, transfer) AS (
                 SELECT COALESCE(merged_into, customer.id), pool_gift.amount, transfer.id FROM pool_gift
                 JOIN transfer ON transfer.key = 'gift:' || pool_gift.id JOIN customer ON customer.id = customer_id
                 WHERE pool_id IN pools
                 UNION ALL SELECT NULL, top_up.amount, transfer.id FROM top_up
                 JOIN transfer ON transfer.key = 'topup:' || top_up.id WHERE pool_id IN pools
             ),
             span AS (
                 SELECT giver, amount, (SELECT COUNT(*) FROM pool_return
                                        WHERE pool_id IN pools AND after_transfer < transfer) AS number FROM came
             )
             SELECT giver, SUM(amount) FROM span WHERE number = (SELECT MAX(number) FROM span) GROUP BY giver",
        )
        .bind(pool)
        .fetch_all(self.connection())
        .await?;
        let giver = |customer: Option<CustomerId>| customer.map_or(Giver::Shop, Giver::Member);
        Ok(rows.iter().map(|row| (giver(row.get(0)), row.get(1))).collect())
    }

    /// What a pool's open orders hold.
    pub async fn held_for_pool(&mut self, pool: PoolId) -> Result<Money, StoreError> {
        let held = sqlx::query_scalar(
            "SELECT COALESCE(SUM(price), 0) FROM orders
             WHERE pool_id IN (SELECT id FROM pool WHERE id = $1 OR merged_into = $1)
             AND state IN ('placing', 'in_doubt', 'needs_operator', 'waiting', 'cancelling')",
        );
        Ok(held.bind(pool).fetch_one(self.connection()).await?)
    }

    pub async fn add_return(
        &mut self,
        pool: PoolId,
        amount: Money,
        by: &str,
        at: Timestamp,
    ) -> Result<PoolReturnId, StoreError> {
        let id = sqlx::query_scalar(
            "INSERT INTO pool_return (pool_id, amount, after_transfer, returned_by, returned_at)
             VALUES ($1, $2, (SELECT COALESCE(MAX(id), 0) FROM transfer), $3, $4) RETURNING id",
        );
        Ok(id.bind(pool).bind(amount).bind(by).bind(at).fetch_one(self.connection()).await?)
    }

    /// A group goes on under another id, and its pool with it. `None` when it had none, or one that both ids share.
    pub async fn move_pool(
        &mut self,
        platform: &crate::ids::Platform,
        (from, to): (&str, &str),
        chat: &str,
    ) -> Result<Option<Moved>, StoreError> {
        let pool =
            "SELECT id FROM pool WHERE platform = $1 AND group_id = $2 AND merged_into IS NULL";
        let find = |group| sqlx::query_scalar(pool).bind(platform).bind(group);
        let old: Option<PoolId> = find(from).fetch_optional(self.connection()).await?;
        let new: Option<PoolId> = find(to).fetch_optional(self.connection()).await?;
        let Some(old) = old else { return Ok(None) };
        if let Some(new) = new {
            sqlx::query("UPDATE pool SET merged_into = $2 WHERE id = $1 OR merged_into = $1")
                .bind(new)
                .bind(old)
                .execute(self.connection())
                .await?;
        }
        sqlx::query("UPDATE pool SET group_id = $2, chat = $3, frozen_at = NULL WHERE id = $1")
            .bind(old)
            .bind(to)
            .bind(chat)
            .execute(self.connection())
            .await?;
        Ok(Some(Moved { pool: old, merged: new }))
    }
}

/// A pool that has a new group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    pub pool: PoolId,
    /// What that group had before, whose money is still to be put over.
    pub merged: Option<PoolId>,
}
