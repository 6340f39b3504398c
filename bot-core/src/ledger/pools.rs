//! A group's money: what members and the shop put in, and how what is left goes back. Knows nothing of a group's rules.

use super::{Account, LedgerError, Posted, Reason, Transfer, in_pool, post};
use crate::{
    clock::Timestamp,
    ids::{CustomerId, PoolGiftId, PoolId, PoolReturnId, TopUpId},
    money::Money,
    store::{StoreError, WriteTx},
};

/// Whose money pays for an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purse {
    Wallet(CustomerId),
    Pool(PoolId),
}

impl From<CustomerId> for Purse {
    fn from(customer: CustomerId) -> Self {
        Self::Wallet(customer)
    }
}

impl Purse {
    pub(super) fn account(self) -> Account {
        match self {
            Self::Wallet(customer) => Account::Wallet(customer),
            Self::Pool(pool) => Account::Pool(pool),
        }
    }

    /// The purse that this one has become part of, or itself.
    pub(super) async fn now(self, tx: &mut WriteTx) -> Result<Self, StoreError> {
        Ok(match self {
            Self::Wallet(customer) => Self::Wallet(tx.purse_of(customer).await?),
            Self::Pool(pool) => Self::Pool(tx.pool_now(pool).await?),
        })
    }
}

/// Puts a member's money into a pool: what they have, never what they would then owe.
pub async fn give(
    tx: &mut WriteTx,
    gift: PoolGiftId,
    customer: CustomerId,
    pool: PoolId,
    amount: Money,
    at: Timestamp,
) -> Result<Posted, LedgerError> {
    let wallet = Account::Wallet(tx.purse_of(customer).await?);
    let transfer = Transfer {
        key: format!("gift:{gift}"),
        from: &wallet,
        to: &Account::Pool(pool),
        amount,
        reason: Reason::Gift,
        order: None,
        actor: None,
    };
    post(tx, transfer, at).await
}

/// Puts what an admin issued into a pool. `actor` is the admin, as `platform:user`.
pub async fn top_up_pool(
    tx: &mut WriteTx,
    top_up: TopUpId,
    pool: PoolId,
    amount: Money,
    actor: &str,
    at: Timestamp,
) -> Result<Posted, LedgerError> {
    let transfer = Transfer {
        key: format!("topup:{top_up}"),
        from: &Account::TopUps,
        to: &Account::Pool(pool),
        amount,
        reason: Reason::TopUp,
        order: None,
        actor: Some(actor),
    };
    post(tx, transfer, at).await
}

/// One who put money into a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Giver {
    /// By a top-up; what comes back was never issued.
    Shop,
    Member(CustomerId),
}

impl Giver {
    fn account(self) -> Account {
        match self {
            Self::Shop => Account::TopUps,
            Self::Member(customer) => Account::Wallet(customer),
        }
    }
}

/// Gives one who put money into a pool their share of what is left.
pub async fn give_back(
    tx: &mut WriteTx,
    id: PoolReturnId,
    pool: PoolId,
    (giver, amount): (Giver, Money),
    actor: &str,
    at: Timestamp,
) -> Result<Posted, LedgerError> {
    let to = giver.account();
    let transfer = Transfer {
        key: format!("return:{id}:{to}"),
        from: &Account::Pool(pool),
        to: &to,
        amount,
        reason: Reason::Return,
        order: None,
        actor: Some(actor),
    };
    post(tx, transfer, at).await
}

/// Puts what is in a pool into the one that it becomes part of. Nothing moves when nothing is there.
pub async fn merge_pools(
    tx: &mut WriteTx,
    (from, to): (PoolId, PoolId),
    at: Timestamp,
) -> Result<(), LedgerError> {
    let amount = in_pool(tx, from).await?;
    if amount == Money::ZERO {
        return Ok(());
    }
    let transfer = Transfer {
        key: format!("merge:{from}"),
        from: &Account::Pool(from),
        to: &Account::Pool(to),
        amount,
        reason: Reason::Merge,
        order: None,
        actor: None,
    };
    post(tx, transfer, at).await?;
    Ok(())
}
