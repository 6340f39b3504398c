//! A customer's balance and statement.

use sqlx::Row;

use super::{Account, Reason};
use crate::{
    clock::Timestamp,
    ids::{CustomerId, OrderId, PoolId},
    money::{Money, OutOfRange},
    store::{Store, StoreError, WriteTx},
};

/// What a customer has, what is set aside for their open orders, and how much they may owe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Below zero is what they owe.
    pub free: Money,
    pub held: Money,
    pub line: Money,
}

impl Balance {
    /// What an order may cost.
    pub fn spendable(&self) -> Result<Money, OutOfRange> {
        self.free.checked_add(self.line)
    }
}

/// The customer's balance; zero for one who never had any money.
pub async fn balance(store: &Store, customer: CustomerId) -> Result<Balance, StoreError> {
    let row = sqlx::query(
        "WITH purse (id) AS (SELECT COALESCE((SELECT merged_into FROM customer WHERE id = $1), $1))
         SELECT COALESCE((SELECT balance FROM account, purse WHERE name = 'wallet:' || purse.id), 0),
                COALESCE((SELECT SUM(price) FROM orders, purse
                          WHERE customer_id IN (SELECT id FROM customer WHERE id = purse.id OR merged_into = purse.id)
                          AND state IN ('placing', 'in_doubt', 'needs_operator', 'waiting', 'cancelling')
                          AND pool_id IS NULL), 0),
                COALESCE((SELECT -floor FROM account, purse WHERE name = 'wallet:' || purse.id), 0)",
    )
    .bind(customer)
    .fetch_one(store.readers())
    .await?;
    Ok(Balance { free: row.get(0), held: row.get(1), line: row.get(2) })
}

/// What is in a customer's wallet, or the one that this became part of, at this very moment of the transaction.
pub async fn in_wallet(tx: &mut WriteTx, customer: CustomerId) -> Result<Money, StoreError> {
    let wallet = Account::Wallet(tx.purse_of(customer).await?);
    let balance =
        sqlx::query_scalar("SELECT COALESCE((SELECT balance FROM account WHERE name = $1), 0)");
    Ok(balance.bind(wallet.to_string()).fetch_one(tx.connection()).await?)
}

/// What a pool can spend.
pub async fn pool_balance(store: &Store, pool: PoolId) -> Result<Money, StoreError> {
    let balance =
        sqlx::query_scalar("SELECT COALESCE((SELECT balance FROM account WHERE name = $1), 0)");
    Ok(balance.bind(Account::Pool(pool).to_string()).fetch_one(store.readers()).await?)
}

/// The same at this very moment of the transaction.
pub async fn in_pool(tx: &mut WriteTx, pool: PoolId) -> Result<Money, StoreError> {
    let balance =
        sqlx::query_scalar("SELECT COALESCE((SELECT balance FROM account WHERE name = $1), 0)");
    Ok(balance.bind(Account::Pool(pool).to_string()).fetch_one(tx.connection()).await?)
}

/// One line of a customer's statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    pub reason: Reason,
    /// Above zero when it came in, below when it went out.
    pub change: Money,
    pub order: Option<OrderId>,
    /// What the order was for.
    pub service: Option<String>,
    pub at: Timestamp,
}

/// The newest movements of a wallet, newest first.
pub async fn movements(
    store: &Store,
    customer: CustomerId,
    most: u16,
) -> Result<Vec<Movement>, StoreError> {
    let wallet = Account::Wallet(customer).to_string();
    let rows = sqlx::query(
        "SELECT moved.id, moved.reason, moved.change, moved.order_id, moved.at, service.name FROM (
             SELECT id, reason, -amount AS change, order_id, at FROM transfer WHERE from_account = $1
             UNION ALL SELECT id, reason, amount, order_id, at FROM transfer WHERE to_account = $1
             ORDER BY id DESC LIMIT $2
         ) AS moved
         LEFT JOIN orders ON orders.id = moved.order_id LEFT JOIN service ON service.id = orders.service_id
         ORDER BY moved.id DESC",
    )
    .bind(wallet)
    .bind(i64::from(most))
    .fetch_all(store.readers())
    .await?;
    rows.iter()
        .map(|row| {
            let word: String = row.get(1);
            let reason = Reason::ALL.into_iter().find(|reason| reason.word() == word);
            let reason =
                reason.ok_or_else(|| StoreError::Corrupt(format!("transfer.reason `{word}`")))?;
            Ok(Movement {
                reason,
                change: row.get(2),
                order: row.get(3),
                service: row.get(5),
                at: row.get(4),
            })
        })
        .collect()
}
