//! Orders as they are read.

use sqlx::Row;

use super::{OPEN, Order, SMS, Sms, order, select, sms};
use crate::{
    clock::Timestamp,
    ids::{CustomerId, OrderId, Platform, QuoteId, UpstreamOrderId},
    money::Money,
    store::{Store, StoreError, links::OF_CUSTOMER},
};

impl Store {
    pub async fn order(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
        let row = sqlx::query(select("id = $1")).bind(id).fetch_optional(self.readers()).await?;
        row.as_ref().map(order).transpose()
    }

    /// The orders that a quote made, in their positions.
    pub async fn orders_of_quote(&self, quote: QuoteId) -> Result<Vec<Order>, StoreError> {
        let rows = sqlx::query(select("quote_id = $1 ORDER BY position"))
            .bind(quote)
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(order).collect()
    }

    /// The order that a provider's order belongs to.
    pub async fn order_of_upstream(
        &self,
        provider: &str,
        upstream: &UpstreamOrderId,
    ) -> Result<Option<Order>, StoreError> {
        let row = sqlx::query(select("provider = $1 AND upstream_order = $2"))
            .bind(provider)
            .bind(upstream)
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(order).transpose()
    }

    /// Rentals that end between two moments and whose customers have not been reminded of that end.
    pub async fn rentals_to_remind_of(
        &self,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Order>, StoreError> {
        let rows = sqlx::query(select(&format!(
            "{OPEN} AND state = 'active' AND expires_at > $1 AND expires_at <= $2
             AND (reminded_of IS NULL OR reminded_of <> expires_at)"
        )))
        .bind(from)
        .bind(until)
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(order).collect()
    }

    /// Another term of this rental that is being paid for.
    pub async fn renewal_under_way(&self, rental: OrderId) -> Result<Option<OrderId>, StoreError> {
        let id = sqlx::query_scalar(
            "SELECT id FROM orders WHERE renews = $1 AND state IN ('placing', 'in_doubt', 'needs_operator') LIMIT 1",
        );
        Ok(id.bind(rental).fetch_optional(self.readers()).await?)
    }

    /// Every order that is not over, oldest first.
    pub async fn open_orders(&self) -> Result<Vec<Order>, StoreError> {
        let rows =
            sqlx::query(select(&format!("{OPEN} ORDER BY id"))).fetch_all(self.readers()).await?;
        rows.iter().map(order).collect()
    }

    /// A customer's orders, those still open first, then the newest; one page, and whether there is another.
    pub async fn orders_of(
        &self,
        customer: CustomerId,
        page: u16,
        size: u16,
    ) -> Result<(Vec<Order>, bool), StoreError> {
        let rows = sqlx::query(select(&format!(
            "{OF_CUSTOMER} ORDER BY ({OPEN}) DESC, id DESC LIMIT $2 OFFSET $3"
        )))
        .bind(customer)
        .bind(i64::from(size) + 1)
        .bind(i64::from(page) * i64::from(size))
        .fetch_all(self.readers())
        .await?;
        let more = rows.len() > usize::from(size);
        let orders = rows.iter().take(usize::from(size)).map(order).collect::<Result<_, _>>()?;
        Ok((orders, more))
    }

    /// A customer's orders in states from which they may ask for their money back or whose number is in use.
    pub async fn open_orders_of(&self, customer: CustomerId) -> Result<Vec<Order>, StoreError> {
        let rows = sqlx::query(select(&format!("{OF_CUSTOMER} AND {OPEN} ORDER BY id DESC")))
            .bind(customer)
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(order).collect()
    }

    /// An order's SMS, oldest first.
    pub async fn sms_of(&self, id: OrderId) -> Result<Vec<Sms>, StoreError> {
        Ok(sqlx::query(SMS).bind(id).fetch_all(self.readers()).await?.iter().map(sms).collect())
    }

    /// Orders of one platform whose card shows a countdown.
    pub async fn orders_with_countdown(
        &self,
        platform: &Platform,
    ) -> Result<Vec<Order>, StoreError> {
        let waiting =
            format!("{OPEN} AND state IN ('waiting', 'active') AND platform = $1 ORDER BY id");
        let rows = sqlx::query(select(&waiting)).bind(platform).fetch_all(self.readers()).await?;
        rows.iter().map(order).collect()
    }

    /// How many orders a customer made, and what they paid in all.
    pub async fn orders_and_spent(&self, customer: CustomerId) -> Result<(u64, Money), StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT COUNT(*), COALESCE(SUM(price) FILTER (WHERE state IN ('code_received', 'finished', 'active', 'ended', 'fulfilled')), 0)
             FROM orders WHERE {OF_CUSTOMER}"
        )))
        .bind(customer)
        .fetch_one(self.readers())
        .await?;
        Ok((u64::try_from(row.get::<i64, _>(0)).unwrap_or(0), row.get(1)))
    }
}
