//! What happened to orders, and what they cost beside what was listed, for people who ask later.

use sqlx::Row;

use super::{Order, order, select};
use crate::{
    clock::Timestamp,
    ids::OrderId,
    money::Money,
    store::{Store, StoreError},
};

/// One thing that happened to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    pub at: Timestamp,
    /// [`Event::word`](crate::order::Event::word), or `bought`.
    pub event: String,
}

/// By how much what was charged differs from what was listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drift {
    /// Orders that cost more, and how much more in all.
    pub dearer: i64,
    pub rise: Money,
    /// Orders that cost less, and how much less in all.
    pub cheaper: i64,
    pub fall: Money,
}

impl Store {
    /// An order's history, oldest first.
    pub async fn history(&self, id: OrderId) -> Result<Vec<Happening>, StoreError> {
        let rows = sqlx::query("SELECT at, event FROM order_event WHERE order_id = $1 ORDER BY id")
            .bind(id)
            .fetch_all(self.readers())
            .await?;
        Ok(rows.iter().map(|row| Happening { at: row.get(0), event: row.get(1) }).collect())
    }

    /// Whether an order was given back last because of its price, not because its customer wanted it.
    pub async fn went_back_for_its_price(&self, id: OrderId) -> Result<bool, StoreError> {
        let last: Option<String> = sqlx::query_scalar(
            "SELECT event FROM order_event WHERE order_id = $1 AND to_state = 'cancelling'
             ORDER BY id DESC LIMIT 1",
        )
        .bind(id)
        .fetch_optional(self.readers())
        .await?;
        Ok(last.is_some_and(|event| event == "overpriced"))
    }

    /// The newest orders that cost something else than was listed.
    pub async fn drifted_orders(&self, most: u32) -> Result<Vec<Order>, StoreError> {
        let rows = sqlx::query(select("cost <> quoted_cost ORDER BY id DESC LIMIT $1"))
            .bind(i64::from(most))
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(order).collect()
    }

    /// What the orders since a moment cost beside what was listed.
    pub async fn drift_since(&self, moment: Timestamp) -> Result<Drift, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) FILTER (WHERE cost > quoted_cost),
                    COALESCE(SUM(cost - quoted_cost) FILTER (WHERE cost > quoted_cost), 0),
                    COUNT(*) FILTER (WHERE cost < quoted_cost),
                    COALESCE(SUM(quoted_cost - cost) FILTER (WHERE cost < quoted_cost), 0)
             FROM orders WHERE cost <> quoted_cost AND created_at >= $1",
        )
        .bind(moment)
        .fetch_one(self.readers())
        .await?;
        Ok(Drift { dearer: row.get(0), rise: row.get(1), cheaper: row.get(2), fall: row.get(3) })
    }
}
