//! The provider's balance before purchases, and what the shop's own orders did to it since.

use rust_decimal::Decimal;
use sqlx::{AssertSqlSafe, Row, sqlite::SqliteRow};

use super::{COLUMNS, state};
use crate::{
    clock::Timestamp,
    ids::OrderId,
    order::State,
    store::{Store, StoreError, WriteTx},
};

/// How long after an order's end the provider may still say how it ended.
const TOLD_WITHIN: std::time::Duration = std::time::Duration::from_hours(1);

/// The provider's balance right before a purchase was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// In the provider's own currency.
    pub amount: Decimal,
    pub read_at: Timestamp,
    /// The newest row of the orders' history by then.
    after_event: i64,
}

/// An order of ours that may have moved the balance after a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    pub state: State,
    /// What the provider charged, in its own currency; unknown until it said so.
    pub cost: Option<Decimal>,
    /// Whether it was bought after the mark.
    pub is_bought_since: bool,
    /// Whether the provider told of its cancellation after the mark; `None` when it never did.
    pub cancelled_since: Option<bool>,
    /// Whether the provider told of its expiry after the mark; `None` when it never did.
    pub expired_since: Option<bool>,
}

#[cfg(test)]
impl Mark {
    pub fn for_tests(amount: Decimal, read_at: Timestamp) -> Self {
        Self { amount, read_at, after_event: 0 }
    }
}

impl Store {
    /// The balance before an order was sent. `None` when it was never sent, or where the balance tells nothing.
    pub async fn balance_mark(&self, order: OrderId) -> Result<Option<Mark>, StoreError> {
        let row = sqlx::query(
            "SELECT amount, read_at, after_event FROM balance_mark WHERE order_id = $1",
        )
        .bind(order)
        .fetch_optional(self.readers())
        .await?;
        row.as_ref().map(mark).transpose()
    }

    /// The oldest mark of all orders in doubt at a provider.
    pub async fn oldest_mark_in_doubt(&self, provider: &str) -> Result<Option<Mark>, StoreError> {
        let row = sqlx::query(
            "SELECT amount, read_at, after_event FROM balance_mark
             WHERE order_id IN (SELECT id FROM orders WHERE state = 'in_doubt' AND provider = $1)
             ORDER BY after_event, read_at, order_id LIMIT 1",
        )
        .bind(provider)
        .fetch_optional(self.readers())
        .await?;
        row.as_ref().map(mark).transpose()
    }

    /// The orders that may have moved a provider's balance after a mark, and some that have not.
    pub async fn moved_since(&self, provider: &str, mark: &Mark) -> Result<Vec<Moved>, StoreError> {
        let last = |event| {
            format!(
                "(SELECT MAX(id) FROM order_event WHERE order_id = orders.id AND event = '{event}')"
            )
        };
        let query = format!(
            "SELECT {COLUMNS}, cost_amount, {} AS bought, {} AS cancelled, {} AS expired FROM orders
             WHERE provider = $1 AND upstream_order IS NOT NULL AND expires_at >= $2",
            last("accepted"),
            last("provider_cancelled"),
            last("provider_expired"),
        );
        let rows = sqlx::query(AssertSqlSafe(query))
            .bind(provider)
            .bind(mark.read_at - TOLD_WITHIN)
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(|row| moved(row, mark)).collect()
    }
}

impl WriteTx {
    /// Keeps the balance that a purchase is about to be sent with. A later try replaces an earlier one's.
    pub async fn mark_balance(
        &mut self,
        order: OrderId,
        amount: Decimal,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO balance_mark (order_id, amount, read_at, after_event)
             VALUES ($1, $2, $3, (SELECT COALESCE(MAX(id), 0) FROM order_event))
             ON CONFLICT (order_id) DO UPDATE
             SET amount = excluded.amount, read_at = excluded.read_at, after_event = excluded.after_event",
        )
        .bind(order)
        .bind(amount.to_string())
        .bind(at)
        .execute(self.connection())
        .await?;
        Ok(())
    }
}

fn mark(row: &SqliteRow) -> Result<Mark, StoreError> {
    let amount: String = row.try_get("amount")?;
    let amount = decimal("balance_mark.amount", &amount)?;
    let (read_at, after_event) = (row.try_get("read_at")?, row.try_get("after_event")?);
    Ok(Mark { amount, read_at, after_event })
}

fn moved(row: &SqliteRow, mark: &Mark) -> Result<Moved, StoreError> {
    let cost: Option<String> = row.try_get("cost_amount")?;
    let since = |event| {
        let last: Option<i64> = row.try_get(event)?;
        Ok::<_, StoreError>(last.map(|last| last > mark.after_event))
    };
    Ok(Moved {
        state: state(row)?,
        cost: cost.map(|cost| decimal("orders.cost_amount", &cost)).transpose()?,
        is_bought_since: since("bought")?.unwrap_or(false),
        cancelled_since: since("cancelled")?,
        expired_since: since("expired")?,
    })
}

fn decimal(column: &str, text: &str) -> Result<Decimal, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt(format!("{column} `{text}`")))
}
