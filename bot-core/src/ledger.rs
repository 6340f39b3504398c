//! The only code that moves money: double entry, keyed, immutable.
//!
//! Knows accounts and keys, not why a state changed. Every function takes a [`WriteTx`], so that money moves in the same
//! commit as what it moves for. An order's money is held once and closed once: capture and release share one key, so
//! the database itself refuses the second of the two.

use std::fmt;

use serde::Serialize;
use sqlx::Row;

use crate::{
    clock::Timestamp,
    ids::{CustomerId, OrderId, TopUpId},
    money::Money,
    store::{Store, StoreError, WriteTx},
};

mod audit;

pub use audit::{Audit, Difference, audit};

/// Where money is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Account {
    /// What a customer can spend.
    Wallet(CustomerId),
    /// Held for open orders.
    Escrow,
    /// Earned.
    Sales,
    /// What admins have issued; the only account here that goes below zero.
    TopUps,
}

impl Account {
    fn issues(&self) -> bool {
        match self {
            Self::TopUps => true,
            Self::Wallet(_) | Self::Escrow | Self::Sales => false,
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wallet(customer) => write!(formatter, "wallet:{customer}"),
            Self::Escrow => formatter.write_str("escrow"),
            Self::Sales => formatter.write_str("sales"),
            Self::TopUps => formatter.write_str("topups"),
        }
    }
}

/// Why money moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Reason {
    TopUp,
    Hold,
    Capture,
    Release,
    Refund,
}

impl Reason {
    pub const ALL: [Self; 5] =
        [Self::TopUp, Self::Hold, Self::Capture, Self::Release, Self::Refund];

    /// As the database writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::TopUp => "topup",
            Self::Hold => "hold",
            Self::Capture => "capture",
            Self::Release => "release",
            Self::Refund => "refund",
        }
    }
}

/// Whether a transfer happened now or had happened before, to the letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    Now,
    Already,
}

/// Why a transfer did not happen. Nothing moved.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The account does not hold that much.
    #[error("the account holds too little")]
    Poor,
    /// The key stands for another transfer: a fault of the program.
    #[error("the key `{0}` stands for another transfer")]
    KeyTaken(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for LedgerError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

struct Transfer<'a> {
    key: String,
    from: &'a Account,
    to: &'a Account,
    amount: Money,
    reason: Reason,
    order: Option<OrderId>,
    actor: Option<&'a str>,
}

async fn post(
    tx: &mut WriteTx,
    transfer: Transfer<'_>,
    at: Timestamp,
) -> Result<Posted, LedgerError> {
    let (from, to) = (transfer.from.to_string(), transfer.to.to_string());
    let inserted = sqlx::query(
        "INSERT INTO transfer (key, from_account, to_account, amount, reason, order_id, actor, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (key) DO NOTHING",
    )
    .bind(&transfer.key)
    .bind(&from)
    .bind(&to)
    .bind(transfer.amount)
    .bind(transfer.reason.word())
    .bind(transfer.order)
    .bind(transfer.actor)
    .bind(at)
    .execute(tx.connection())
    .await?
    .rows_affected();
    if inserted == 0 {
        let known =
            sqlx::query("SELECT from_account, to_account, amount FROM transfer WHERE key = $1")
                .bind(&transfer.key)
                .fetch_one(tx.connection())
                .await?;
        let same = known.get::<String, _>(0) == from
            && known.get::<String, _>(1) == to
            && known.get::<Money, _>(2) == transfer.amount;
        return if same { Ok(Posted::Already) } else { Err(LedgerError::KeyTaken(transfer.key)) };
    }
    debit(tx, transfer.from, &from, transfer.amount).await?;
    sqlx::query(
        "INSERT INTO account (name, issues, balance) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET balance = balance + excluded.balance",
    )
    .bind(&to)
    .bind(transfer.to.issues())
    .bind(transfer.amount)
    .execute(tx.connection())
    .await?;
    Ok(Posted::Now)
}

async fn debit(
    tx: &mut WriteTx,
    account: &Account,
    name: &str,
    amount: Money,
) -> Result<(), LedgerError> {
    if account.issues() {
        sqlx::query("INSERT INTO account (name, issues, balance) VALUES ($1, TRUE, 0) ON CONFLICT (name) DO NOTHING")
            .bind(name)
            .execute(tx.connection())
            .await?;
    }
    let debited = sqlx::query(
        "UPDATE account SET balance = balance - $1 WHERE name = $2 AND (issues OR balance >= $1)",
    )
    .bind(amount)
    .bind(name)
    .execute(tx.connection())
    .await?
    .rows_affected();
    if debited == 1 { Ok(()) } else { Err(LedgerError::Poor) }
}

/// Credits a customer with what an admin issued. `actor` is the admin, as `platform:user`.
pub async fn top_up(
    tx: &mut WriteTx,
    top_up: TopUpId,
    customer: CustomerId,
    amount: Money,
    actor: &str,
    at: Timestamp,
) -> Result<Posted, LedgerError> {
    let transfer = Transfer {
        key: format!("topup:{top_up}"),
        from: &Account::TopUps,
        to: &Account::Wallet(customer),
        amount,
        reason: Reason::TopUp,
        order: None,
        actor: Some(actor),
    };
    post(tx, transfer, at).await
}

/// Sets an order's price aside.
pub async fn hold(
    tx: &mut WriteTx,
    order: OrderId,
    customer: CustomerId,
    price: Money,
    at: Timestamp,
) -> Result<Posted, LedgerError> {
    let transfer = Transfer {
        key: format!("order:{order}:hold"),
        from: &Account::Wallet(customer),
        to: &Account::Escrow,
        amount: price,
        reason: Reason::Hold,
        order: Some(order),
        actor: None,
    };
    post(tx, transfer, at).await
}

/// Turns an order's hold into a sale.
pub async fn capture(
    tx: &mut WriteTx,
    order: OrderId,
    price: Money,
    at: Timestamp,
) -> Result<Posted, LedgerError> {
    close(tx, order, &Account::Sales, price, Reason::Capture, at).await
}

/// Gives an order's hold back to the wallet it came from.
pub async fn release(
    tx: &mut WriteTx,
    order: OrderId,
    customer: CustomerId,
    price: Money,
    at: Timestamp,
) -> Result<Posted, LedgerError> {
    close(tx, order, &Account::Wallet(customer), price, Reason::Release, at).await
}

/// Gives what an order earned back to the wallet that paid it.
pub async fn refund(
    tx: &mut WriteTx,
    order: OrderId,
    customer: CustomerId,
    price: Money,
    at: Timestamp,
) -> Result<Posted, LedgerError> {
    let transfer = Transfer {
        key: format!("order:{order}:refund"),
        from: &Account::Sales,
        to: &Account::Wallet(customer),
        amount: price,
        reason: Reason::Refund,
        order: Some(order),
        actor: None,
    };
    post(tx, transfer, at).await
}

async fn close(
    tx: &mut WriteTx,
    order: OrderId,
    to: &Account,
    amount: Money,
    reason: Reason,
    at: Timestamp,
) -> Result<Posted, LedgerError> {
    let key = format!("order:{order}:close");
    let transfer = Transfer {
        key,
        from: &Account::Escrow,
        to,
        amount,
        reason,
        order: Some(order),
        actor: None,
    };
    post(tx, transfer, at).await
}

/// What a customer can spend, and what is set aside for their open orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    pub free: Money,
    pub held: Money,
}

/// The customer's balance; zero for one who never had any money.
pub async fn balance(store: &Store, customer: CustomerId) -> Result<Balance, StoreError> {
    let row = sqlx::query(
        "SELECT COALESCE((SELECT balance FROM account WHERE name = $1), 0),
                COALESCE((SELECT SUM(price) FROM orders WHERE customer_id = $2
                          AND state IN ('placing', 'in_doubt', 'needs_operator', 'waiting', 'cancelling')), 0)",
    )
    .bind(Account::Wallet(customer).to_string())
    .bind(customer)
    .fetch_one(store.readers())
    .await?;
    Ok(Balance { free: row.get(0), held: row.get(1) })
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

#[cfg(test)]
mod tests;
