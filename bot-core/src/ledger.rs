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
    ids::{CustomerId, OrderId, PoolId},
    money::Money,
    seeded::bug,
    store::{StoreError, WriteTx},
};

mod audit;
mod credit;
mod links;
mod pools;
mod reading;

pub use audit::{Audit, Difference, audit};
pub use credit::{debit, redeem, set_credit_line, top_up};
pub use links::{link, unlink};
pub use pools::{Giver, Purse, give, give_back, merge_pools, top_up_pool};
pub use reading::{Balance, Movement, balance, in_pool, in_wallet, movements, pool_balance};

/// Where money is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Account {
    /// What a customer can spend. Below zero is what they owe: no more than their credit line.
    Wallet(CustomerId),
    /// What a group can spend together.
    Pool(PoolId),
    /// Held for open orders.
    Escrow,
    /// Earned.
    Sales,
    /// What admins have issued; below zero by that.
    TopUps,
    /// What redeemed vouchers have issued; below zero by that.
    Gifts,
}

impl Account {
    fn issues(&self) -> bool {
        match self {
            Self::TopUps | Self::Gifts => true,
            Self::Wallet(_) | Self::Pool(_) | Self::Escrow | Self::Sales => false,
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wallet(customer) => write!(formatter, "wallet:{customer}"),
            Self::Pool(pool) => write!(formatter, "pool:{pool}"),
            Self::Escrow => formatter.write_str("escrow"),
            Self::Sales => formatter.write_str("sales"),
            Self::TopUps => formatter.write_str("topups"),
            Self::Gifts => formatter.write_str("gifts"),
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
    /// The shop took money back.
    Debit,
    /// A voucher was redeemed.
    Voucher,
    /// Two wallets became one.
    Link,
    /// They are two again.
    Unlink,
    /// A member gave to a pool.
    Gift,
    /// What was left of a pool went back.
    Return,
    /// Two pools became one.
    Merge,
}

impl Reason {
    pub const ALL: [Self; 12] = [
        Self::TopUp,
        Self::Hold,
        Self::Capture,
        Self::Release,
        Self::Refund,
        Self::Debit,
        Self::Voucher,
        Self::Link,
        Self::Unlink,
        Self::Gift,
        Self::Return,
        Self::Merge,
    ];

    /// As the database writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::TopUp => "topup",
            Self::Hold => "hold",
            Self::Capture => "capture",
            Self::Release => "release",
            Self::Refund => "refund",
            Self::Debit => "debit",
            Self::Voucher => "voucher",
            Self::Link => "link",
            Self::Unlink => "unlink",
            Self::Gift => "gift",
            Self::Return => "return",
            Self::Merge => "merge",
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
    take(tx, &transfer, &from).await?;
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

/// Only what is held for an order may be borrowed on a credit line.
async fn take(tx: &mut WriteTx, transfer: &Transfer<'_>, name: &str) -> Result<(), LedgerError> {
    if transfer.from.issues() {
        sqlx::query("INSERT INTO account (name, issues, balance) VALUES ($1, TRUE, 0) ON CONFLICT (name) DO NOTHING")
            .bind(name)
            .execute(tx.connection())
            .await?;
    }
    let debited = sqlx::query(
        "UPDATE account SET balance = balance - $1
         WHERE name = $2 AND (issues OR balance - $1 >= CASE WHEN $3 THEN floor ELSE 0 END)",
    )
    .bind(transfer.amount)
    .bind(name)
    .bind(transfer.reason == Reason::Hold)
    .execute(tx.connection())
    .await?
    .rows_affected();
    if debited == 1 { Ok(()) } else { Err(LedgerError::Poor) }
}

/// Sets an order's price aside.
pub async fn hold(
    tx: &mut WriteTx,
    order: OrderId,
    purse: impl Into<Purse>,
    price: Money,
    at: Timestamp,
) -> Result<Posted, LedgerError> {
    let transfer = Transfer {
        key: format!("order:{order}:hold"),
        from: &purse.into().account(),
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

/// Gives an order's hold back to the purse it came from, or the one that this became part of.
pub async fn release(
    tx: &mut WriteTx,
    order: OrderId,
    purse: impl Into<Purse>,
    price: Money,
    at: Timestamp,
) -> Result<Posted, LedgerError> {
    let mut purse = purse.into();
    if bug("release-to-another-wallet") {
        purse = Purse::Wallet(CustomerId(1));
    }
    let purse = purse.now(tx).await?.account();
    close(tx, order, &purse, price, Reason::Release, at).await
}

/// Gives what an order earned back to the purse that paid it, or the one that this became part of.
pub async fn refund(
    tx: &mut WriteTx,
    order: OrderId,
    purse: impl Into<Purse>,
    price: Money,
    at: Timestamp,
) -> Result<Posted, LedgerError> {
    let purse = purse.into().now(tx).await?.account();
    let transfer = Transfer {
        key: format!("order:{order}:refund"),
        from: &Account::Sales,
        to: &purse,
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
    let mut key = format!("order:{order}:close");
    if bug("captured-twice") && reason == Reason::Capture {
        key = format!("order:{order}:close:{}", at.0);
    }
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

#[cfg(test)]
mod tests;
