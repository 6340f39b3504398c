//! Figures for the people who run the shop. Reads only; how they are shown is `flows/desk.rs`.

use std::{collections::HashMap, time::Duration};

use sqlx::Row;

use super::{
    Store, StoreError,
    orders::{OPEN, Order, order, select},
};
use crate::{clock::Timestamp, ids::OrderId, money::Money, phone::Phone};

/// How the shop stands now, and how it did since a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// On customers' balances.
    pub held: Money,
    /// What customers owe, as a positive amount.
    pub owed: Money,
    /// Set aside for open orders.
    pub escrow: Money,
    /// Orders of which something may still come.
    pub open: i64,
    /// Messages that have not reached their chat yet.
    pub messages: i64,
    /// Orders that customers have paid for, what they paid, and what those cost at the provider.
    pub sold: i64,
    pub sales: Money,
    pub cost: Money,
    /// Paid back after it was earned.
    pub repaid: Money,
}

/// How many numbers of a service got an SMS, and how soon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub service: String,
    pub tried: i64,
    pub delivered: i64,
    /// From the number to its first SMS: half of them were faster. None when none came.
    pub median: Option<Duration>,
}

impl Store {
    /// How the shop stands, and what it sold since a moment.
    pub async fn figures(&self, since: Timestamp) -> Result<Figures, StoreError> {
        let statement = format!(
            "SELECT (SELECT COALESCE(SUM(balance), 0) FROM account
                     WHERE (name LIKE 'wallet:%' OR name LIKE 'pool:%') AND balance > 0),
                    (SELECT COALESCE(-SUM(balance), 0) FROM account WHERE name LIKE 'wallet:%' AND balance < 0),
                    (SELECT COALESCE(SUM(balance), 0) FROM account WHERE name = 'escrow'),
                    (SELECT COUNT(*) FROM orders WHERE {OPEN}),
                    (SELECT COUNT(*) FROM outbox WHERE state = 'waiting'),
                    COUNT(*) FILTER (WHERE transfer.reason = 'capture'),
                    COALESCE(SUM(amount) FILTER (WHERE transfer.reason = 'capture'), 0),
                    COALESCE(SUM(COALESCE(cost, quoted_cost)) FILTER (WHERE transfer.reason = 'capture'), 0),
                    COALESCE(SUM(amount) FILTER (WHERE transfer.reason = 'refund'), 0)
             FROM transfer JOIN orders ON orders.id = transfer.order_id
             WHERE transfer.at >= $1 AND transfer.reason IN ('capture', 'refund')"
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(since)
            .fetch_one(self.readers())
            .await?;
        Ok(Figures {
            held: row.get(0),
            owed: row.get(1),
            escrow: row.get(2),
            open: row.get(3),
            messages: row.get(4),
            sold: row.get(5),
            sales: row.get(6),
            cost: row.get(7),
            repaid: row.get(8),
        })
    }

    /// Orders of which nobody knows what was bought, oldest first.
    pub async fn unsettled_orders(&self, most: u32) -> Result<Vec<OrderId>, StoreError> {
        let statement = format!(
            "SELECT id FROM orders WHERE {OPEN} AND state IN ('in_doubt', 'needs_operator') ORDER BY id LIMIT $1"
        );
        let ids = sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).bind(i64::from(most));
        Ok(ids.fetch_all(self.readers()).await?)
    }

    /// Of the numbers that were sold since a moment and have got an SMS or ended without one: by service, the most tried
    /// first. Who gave a number back within a minute did not try it.
    pub async fn deliveries(&self, since: Timestamp) -> Result<Vec<Delivery>, StoreError> {
        let rows = sqlx::query(
            "SELECT service.name, accepted_at, (SELECT MIN(seen_at) FROM sms WHERE order_id = orders.id) AS first
             FROM orders JOIN service ON service.id = service_id
             WHERE orders.created_at >= $1 AND kind = 'activation' AND accepted_at IS NOT NULL
               AND (first IS NOT NULL
                    OR state IN ('expired', 'banned')
                    OR (state = 'cancelled' AND updated_at - accepted_at >= 60000))",
        )
        .bind(since)
        .fetch_all(self.readers())
        .await?;
        let mut waits: HashMap<String, Vec<Option<Duration>>> = HashMap::new();
        for row in &rows {
            let (accepted, first): (Timestamp, Option<Timestamp>) = (row.get(1), row.get(2));
            waits.entry(row.get(0)).or_default().push(first.map(|first| first.since(accepted)));
        }
        let mut all: Vec<Delivery> = waits.into_iter().map(delivery).collect();
        all.sort_by(|one, other| {
            other.tried.cmp(&one.tried).then_with(|| one.service.cmp(&other.service))
        });
        Ok(all)
    }

    /// The newest orders of a number.
    pub async fn orders_with(&self, phone: &Phone, most: u32) -> Result<Vec<Order>, StoreError> {
        let rows = sqlx::query(select("phone = $1 ORDER BY id DESC LIMIT $2"))
            .bind(phone)
            .bind(i64::from(most))
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(order).collect()
    }
}

fn delivery((service, waits): (String, Vec<Option<Duration>>)) -> Delivery {
    let mut came: Vec<Duration> = waits.iter().copied().flatten().collect();
    came.sort_unstable();
    let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    Delivery {
        service,
        tried: count(waits.len()),
        delivered: count(came.len()),
        median: came.get(came.len() / 2).copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_of_those_that_came() {
        let second = |seconds| Some(Duration::from_secs(seconds));
        let waits = vec![second(30), None, second(10), second(20), None];
        let told = delivery(("WhatsApp".to_owned(), waits));
        assert_eq!((told.tried, told.delivered, told.median), (5, 3, second(20)));
        assert_eq!(delivery(("WhatsApp".to_owned(), vec![None])).median, None);
    }
}
