//! What moves when two customers become one, and when they part. Knows nothing of codes and of who may ask for it.

use super::{Account, LedgerError, Reason, Transfer, post};
use crate::{
    clock::Timestamp,
    ids::{CustomerId, LinkId},
    money::Money,
    store::WriteTx,
};

/// Puts what was in a customer's wallet into the one that both share from now on. Nothing moves when nothing was there.
pub async fn link(
    tx: &mut WriteTx,
    link: LinkId,
    (from, to): (CustomerId, CustomerId),
    amount: Money,
    actor: &str,
    at: Timestamp,
) -> Result<(), LedgerError> {
    move_over(tx, format!("link:{link}"), (from, to), amount, (Reason::Link, actor), at).await
}

/// Gives a customer who leaves a shared wallet what goes along.
pub async fn unlink(
    tx: &mut WriteTx,
    link: LinkId,
    (from, to): (CustomerId, CustomerId),
    amount: Money,
    actor: &str,
    at: Timestamp,
) -> Result<(), LedgerError> {
    move_over(tx, format!("unlink:{link}"), (from, to), amount, (Reason::Unlink, actor), at).await
}

async fn move_over(
    tx: &mut WriteTx,
    key: String,
    (from, to): (CustomerId, CustomerId),
    amount: Money,
    (reason, actor): (Reason, &str),
    at: Timestamp,
) -> Result<(), LedgerError> {
    if amount == Money::ZERO {
        return Ok(());
    }
    let (from, to) = (&Account::Wallet(from), &Account::Wallet(to));
    let transfer = Transfer { key, from, to, amount, reason, order: None, actor: Some(actor) };
    post(tx, transfer, at).await?;
    Ok(())
}
