//! Vouchers: batches of codes, known by their hashes alone, and who redeemed them.

use sqlx::Row;

use super::{Store, StoreError, WriteTx, staff::Authority};
use crate::{
    clock::Timestamp,
    ids::{CustomerId, RedemptionId, VoucherBatchId},
    money::Money,
    voucher::CodeHash,
};

/// Codes that are made at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    /// What a code is worth.
    pub amount: Money,
    pub codes: u16,
    /// How many people may redeem each code, each of them once.
    pub uses: u16,
    pub expires_at: Timestamp,
}

/// A batch with what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchSummary {
    pub id: VoucherBatchId,
    pub batch: Batch,
    pub redeemed: u32,
}

/// What a code leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redeemed {
    Now {
        redemption: RedemptionId,
        amount: Money,
    },
    /// There is no such code.
    Unknown,
    Expired,
    /// This person has redeemed it.
    AlreadyYours,
    /// Others have.
    UsedUp,
}

fn summary(row: &sqlx::sqlite::SqliteRow) -> Result<BatchSummary, StoreError> {
    let count = |column: usize| {
        let count: i64 = row.get(column);
        u16::try_from(count).map_err(|_| StoreError::Corrupt(format!("voucher_batch: {count}")))
    };
    let batch =
        Batch { amount: row.get(1), codes: count(2)?, uses: count(3)?, expires_at: row.get(4) };
    let redeemed: i64 = row.get(5);
    let redeemed = u32::try_from(redeemed).unwrap_or(u32::MAX);
    Ok(BatchSummary { id: row.get(0), batch, redeemed })
}

impl Store {
    /// The newest batches.
    pub async fn voucher_batches(&self, most: u16) -> Result<Vec<BatchSummary>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, amount, codes, uses, expires_at,
                    (SELECT COUNT(*) FROM redemption JOIN voucher ON voucher.id = voucher_id
                     WHERE batch_id = voucher_batch.id)
             FROM voucher_batch ORDER BY id DESC LIMIT $1",
        )
        .bind(i64::from(most))
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(summary).collect()
    }
}

impl WriteTx {
    pub async fn add_vouchers(
        &mut self,
        by: &Authority,
        batch: &Batch,
        codes: &[CodeHash],
        at: Timestamp,
    ) -> Result<VoucherBatchId, StoreError> {
        let id: VoucherBatchId = sqlx::query_scalar(
            "INSERT INTO voucher_batch (amount, codes, uses, made_by, issuer, made_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        )
        .bind(batch.amount)
        .bind(i64::from(batch.codes))
        .bind(i64::from(batch.uses))
        .bind(by.actor())
        .bind(by.customer())
        .bind(at)
        .bind(batch.expires_at)
        .fetch_one(self.connection())
        .await?;
        for code in codes {
            sqlx::query("INSERT INTO voucher (batch_id, hash, uses_left) VALUES ($1, $2, $3)")
                .bind(id)
                .bind(code)
                .bind(i64::from(batch.uses))
                .execute(self.connection())
                .await?;
        }
        Ok(id)
    }

    /// Nobody redeems these codes any more. `None` when there is no such batch or it is over.
    pub async fn end_vouchers(
        &mut self,
        id: VoucherBatchId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let ended = sqlx::query(
            "UPDATE voucher_batch SET expires_at = $2 WHERE id = $1 AND expires_at > $2",
        )
        .bind(id)
        .bind(at)
        .execute(self.connection())
        .await?;
        Ok(ended.rows_affected() == 1)
    }

    /// Takes one use of a code for a person. The money is not moved here.
    pub async fn use_voucher(
        &mut self,
        code: &CodeHash,
        customer: CustomerId,
        at: Timestamp,
    ) -> Result<Redeemed, StoreError> {
        let row = sqlx::query(
            "SELECT voucher.id, amount, expires_at,
                    EXISTS (SELECT 1 FROM redemption WHERE voucher_id = voucher.id AND customer_id = $2)
             FROM voucher JOIN voucher_batch ON voucher_batch.id = batch_id WHERE hash = $1",
        )
        .bind(code)
        .bind(customer)
        .fetch_optional(self.connection())
        .await?;
        let Some(row) = row else { return Ok(Redeemed::Unknown) };
        let (voucher, amount, expires_at): (i64, Money, Timestamp) =
            (row.get(0), row.get(1), row.get(2));
        if row.get(3) {
            return Ok(Redeemed::AlreadyYours);
        }
        if expires_at <= at {
            return Ok(Redeemed::Expired);
        }
        let used = sqlx::query(
            "UPDATE voucher SET uses_left = uses_left - 1 WHERE id = $1 AND uses_left > 0",
        )
        .bind(voucher)
        .execute(self.connection())
        .await?;
        if used.rows_affected() == 0 {
            return Ok(Redeemed::UsedUp);
        }
        let redemption = sqlx::query_scalar(
            "INSERT INTO redemption (voucher_id, customer_id, at) VALUES ($1, $2, $3) RETURNING id",
        )
        .bind(voucher)
        .bind(customer)
        .bind(at)
        .fetch_one(self.connection())
        .await?;
        Ok(Redeemed::Now { redemption, amount })
    }
}
