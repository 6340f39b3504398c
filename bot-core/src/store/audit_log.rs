//! What owners and staff did: one entry each, in the commit of the deed, never changed.

use sqlx::Row;

use super::{Store, StoreError, WriteTx, staff::Authority};
use crate::{
    clock::Timestamp,
    ids::{CustomerId, OrderId},
};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    TopUp,
    PoolTopUp,
    /// What was left of a pool went back to those who gave it.
    PoolReturn,
    Debit,
    CreditLine,
    Grant,
    Revoke,
    /// An order's money was given back.
    Refund,
    /// An order was told which of the provider's it is.
    Adopt,
    /// Codes were sent again.
    Resend,
    /// Vouchers were made, and ended before their time.
    Vouchers,
    VouchersEnd,
    DepositDeclined,
    /// One customer became two again.
    Unlink,
}

impl Act {
    pub fn word(self) -> &'static str {
        match self {
            Self::TopUp => "top_up",
            Self::PoolTopUp => "pool_top_up",
            Self::PoolReturn => "pool_return",
            Self::Debit => "debit",
            Self::CreditLine => "credit_line",
            Self::Grant => "grant",
            Self::Revoke => "revoke",
            Self::Refund => "refund",
            Self::Adopt => "adopt",
            Self::Resend => "resend",
            Self::Vouchers => "vouchers",
            Self::VouchersEnd => "vouchers_end",
            Self::DepositDeclined => "deposit_declined",
            Self::Unlink => "unlink",
        }
    }
}

/// An entry to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    pub act: Act,
    /// On whom.
    pub subject: Option<CustomerId>,
    pub order: Option<OrderId>,
    /// How it was and how it became: a balance, a role, an order's state.
    pub before: String,
    pub after: String,
    pub note: Option<String>,
}

/// An entry as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub at: Timestamp,
    /// As `platform:user`, and the name they go by now.
    pub actor: String,
    pub actor_name: Option<String>,
    pub role: String,
    pub act: String,
    pub subject_name: Option<String>,
    pub order: Option<OrderId>,
    pub before: String,
    pub after: String,
    pub note: Option<String>,
}

impl Store {
    /// A page of the log, newest first, and whether there is more; of one person when given: what they did and what was
    /// done to them.
    pub async fn audit_log(
        &self,
        of: Option<CustomerId>,
        page: u16,
        size: u16,
    ) -> Result<(Vec<Entry>, bool), StoreError> {
        let rows = sqlx::query(
            "SELECT at, actor, role, deed, order_id, before, after, note,
                    (SELECT name FROM identity WHERE platform || ':' || user_id = actor),
                    (SELECT name FROM identity WHERE customer_id = subject ORDER BY seen_at DESC LIMIT 1)
             FROM audit_log WHERE $1 IS NULL OR subject = $1 OR actor_customer = $1
             ORDER BY id DESC LIMIT $2 OFFSET $3",
        )
        .bind(of)
        .bind(i64::from(size) + 1)
        .bind(i64::from(page) * i64::from(size))
        .fetch_all(self.readers())
        .await?;
        let mut entries: Vec<Entry> = rows
            .iter()
            .map(|row| Entry {
                at: row.get(0),
                actor: row.get(1),
                role: row.get(2),
                act: row.get(3),
                order: row.get(4),
                before: row.get(5),
                after: row.get(6),
                note: row.get(7),
                actor_name: row.get(8),
                subject_name: row.get(9),
            })
            .collect();
        let more = entries.len() > usize::from(size);
        entries.truncate(size.into());
        Ok((entries, more))
    }
}

impl WriteTx {
    /// Writes down what somebody does by their authority.
    pub async fn log(
        &mut self,
        by: &Authority,
        deed: &Deed,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO audit_log (at, actor, actor_customer, role, deed, subject, order_id, before, after, note)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(at)
        .bind(by.actor())
        .bind(by.customer())
        .bind(by.role().word())
        .bind(deed.act.word())
        .bind(deed.subject)
        .bind(deed.order)
        .bind(&deed.before)
        .bind(&deed.after)
        .bind(&deed.note)
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
