//! Money that the shop gives, takes back and lends. Knows nothing of who may do that.

use super::{Account, LedgerError, Posted, Reason, Transfer, post};
use crate::{
    clock::Timestamp,
    ids::{CustomerId, RedemptionId, TopUpId},
    money::Money,
    seeded::bug,
    store::WriteTx,
};

/// Credits a customer with what an admin issued. `actor` is the admin, as `platform:user`.
pub async fn top_up(
    tx: &mut WriteTx,
    top_up: TopUpId,
    customer: CustomerId,
    amount: Money,
    actor: &str,
    at: Timestamp,
) -> Result<Posted, LedgerError> {
    let wallet = Account::Wallet(tx.purse_of(customer).await?);
    let transfer = Transfer {
        key: if bug("top-up-posted-twice") {
            format!("topup:{top_up}:{}", at.0)
        } else {
            format!("topup:{top_up}")
        },
        from: &Account::TopUps,
        to: &wallet,
        amount,
        reason: Reason::TopUp,
        order: None,
        actor: Some(actor),
    };
    post(tx, transfer, at).await
}

/// Takes back from a customer what they have, never what they would then owe.
pub async fn debit(
    tx: &mut WriteTx,
    id: TopUpId,
    customer: CustomerId,
    amount: Money,
    actor: &str,
    at: Timestamp,
) -> Result<Posted, LedgerError> {
    let wallet = Account::Wallet(tx.purse_of(customer).await?);
    let transfer = Transfer {
        key: format!("debit:{id}"),
        from: &wallet,
        to: &Account::TopUps,
        amount,
        reason: Reason::Debit,
        order: None,
        actor: Some(actor),
    };
    post(tx, transfer, at).await
}

/// Puts what a voucher is worth on the balance of whoever redeems it.
pub async fn redeem(
    tx: &mut WriteTx,
    redemption: RedemptionId,
    customer: CustomerId,
    amount: Money,
    at: Timestamp,
) -> Result<Posted, LedgerError> {
    let wallet = Account::Wallet(tx.purse_of(customer).await?);
    let transfer = Transfer {
        key: format!("voucher:{redemption}"),
        from: &Account::Gifts,
        to: &wallet,
        amount,
        reason: Reason::Voucher,
        order: None,
        actor: None,
    };
    post(tx, transfer, at).await
}

/// Lets a customer owe up to `line`, and answers what it was before.
///
/// # Errors
/// [`LedgerError::Poor`] when the customer owes more than that already.
pub async fn set_credit_line(
    tx: &mut WriteTx,
    customer: CustomerId,
    line: Money,
) -> Result<Money, LedgerError> {
    let wallet = Account::Wallet(tx.purse_of(customer).await?).to_string();
    sqlx::query(
        "INSERT INTO account (name, issues, balance) VALUES ($1, FALSE, 0) ON CONFLICT DO NOTHING",
    )
    .bind(&wallet)
    .execute(tx.connection())
    .await?;
    let before: Money = sqlx::query_scalar("SELECT -floor FROM account WHERE name = $1")
        .bind(&wallet)
        .fetch_one(tx.connection())
        .await?;
    let set = sqlx::query("UPDATE account SET floor = -$2 WHERE name = $1 AND balance >= -$2")
        .bind(&wallet)
        .bind(line)
        .execute(tx.connection())
        .await?;
    if set.rows_affected() == 1 { Ok(before) } else { Err(LedgerError::Poor) }
}
