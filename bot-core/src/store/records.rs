//! The shop's records as plain tables, for whoever keeps other books. Knows nothing of files or their formats.
//!
//! Amounts are decimal text in the shop's currency, times are ISO 8601 in UTC. No SMS and no code is in them.

use std::io;

use futures::TryStreamExt;
use sqlx::{Row, sqlite::SqliteRow};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{Store, StoreError};
use crate::{clock::Timestamp, money::Money};

/// One table, read in the order in which it grew.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    columns: &'static [(&'static str, Kind)],
    rows: &'static str,
}

/// What a column holds.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Text,
    Number,
    Money,
    Time,
}

/// What is exported.
pub const TABLES: [Table; 4] = [LEDGER, ORDERS, CUSTOMERS, DEEDS];

const LEDGER: Table = Table {
    name: "ledger",
    columns: &[
        ("id", Kind::Number),
        ("at", Kind::Time),
        ("from", Kind::Text),
        ("to", Kind::Text),
        ("amount", Kind::Money),
        ("reason", Kind::Text),
        ("order", Kind::Number),
        ("by", Kind::Text),
    ],
    rows: "SELECT id, at, from_account, to_account, amount, reason, order_id, actor FROM transfer ORDER BY id",
};

const ORDERS: Table = Table {
    name: "orders",
    columns: &[
        ("id", Kind::Number),
        ("bought_at", Kind::Time),
        ("changed_at", Kind::Time),
        ("customer", Kind::Number),
        ("platform", Kind::Text),
        ("user", Kind::Text),
        ("service", Kind::Text),
        ("country", Kind::Text),
        ("kind", Kind::Text),
        ("days", Kind::Number),
        ("price", Kind::Money),
        ("listed_cost", Kind::Money),
        ("cost", Kind::Money),
        ("state", Kind::Text),
        ("provider", Kind::Text),
        ("provider_order", Kind::Text),
        ("provider_amount", Kind::Text),
        ("provider_currency", Kind::Text),
        ("messages", Kind::Number),
    ],
    rows: "SELECT orders.id, created_at, updated_at, customer_id, platform, user_id, service.name, country.name, kind,
                  days, price, quoted_cost, cost, state, orders.provider, upstream_order, cost_amount, cost_currency,
                  (SELECT COUNT(*) FROM sms WHERE order_id = orders.id)
           FROM orders JOIN service ON service.id = service_id JOIN country ON country.id = country_id
           ORDER BY orders.id",
};

const CUSTOMERS: Table = Table {
    name: "customers",
    columns: &[
        ("customer", Kind::Number),
        ("since", Kind::Time),
        ("platform", Kind::Text),
        ("user", Kind::Text),
        ("name", Kind::Text),
        ("username", Kind::Text),
        ("language", Kind::Text),
        ("seen_at", Kind::Time),
        ("balance", Kind::Money),
    ],
    rows: "SELECT customer.id, created_at, platform, user_id, name, username, language, seen_at,
                  COALESCE((SELECT balance FROM account WHERE account.name = 'wallet:' || customer.id), 0)
           FROM customer JOIN identity ON customer_id = customer.id ORDER BY customer.id, platform",
};

const DEEDS: Table = Table {
    name: "audit_log",
    columns: &[
        ("id", Kind::Number),
        ("at", Kind::Time),
        ("by", Kind::Text),
        ("role", Kind::Text),
        ("deed", Kind::Text),
        ("customer", Kind::Number),
        ("order", Kind::Number),
        ("before", Kind::Text),
        ("after", Kind::Text),
        ("note", Kind::Text),
    ],
    rows: "SELECT id, at, actor, role, deed, subject, order_id, before, after, note FROM audit_log ORDER BY id",
};

impl Table {
    /// The names of the columns.
    pub fn heading(&self) -> Vec<String> {
        self.columns.iter().map(|(name, _)| (*name).to_owned()).collect()
    }
}

impl Store {
    /// Hands out every row of every table, all of one moment. An absent value is empty.
    pub async fn export<T>(&self, mut take: T) -> Result<(), StoreError>
    where
        T: FnMut(&'static Table, Vec<String>) -> io::Result<()> + Send + 'static,
    {
        self.snapshot(|snapshot| {
            Box::pin(async move {
                for table in &TABLES {
                    let mut rows = sqlx::query(table.rows).fetch(&mut *snapshot);
                    while let Some(row) = rows.try_next().await? {
                        take(table, told(table, &row)?).map_err(sqlx::Error::Io)?;
                    }
                }
                Ok(())
            })
        })
        .await
    }
}

fn told(table: &Table, row: &SqliteRow) -> Result<Vec<String>, StoreError> {
    let value = |(at, (_, kind)): (usize, &(&str, Kind))| -> Result<String, StoreError> {
        Ok(match kind {
            Kind::Text => row.try_get::<Option<String>, _>(at)?.unwrap_or_default(),
            Kind::Number => {
                row.try_get::<Option<i64>, _>(at)?.map(|it| it.to_string()).unwrap_or_default()
            }
            Kind::Money => row
                .try_get::<Option<Money>, _>(at)?
                .map(|it| it.to_decimal().to_string())
                .unwrap_or_default(),
            Kind::Time => {
                row.try_get::<Option<Timestamp>, _>(at)?.map(iso).transpose()?.unwrap_or_default()
            }
        })
    };
    table.columns.iter().enumerate().map(value).collect()
}

/// To the millisecond.
fn iso(at: Timestamp) -> Result<String, StoreError> {
    let corrupt = || StoreError::Corrupt(format!("the time {}", at.0));
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(at.0) * 1_000_000);
    at.ok().and_then(|at| at.format(&Rfc3339).ok()).ok_or_else(corrupt)
}
