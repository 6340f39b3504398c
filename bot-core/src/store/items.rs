//! How quotes and orders write down what is bought.

use sqlx::{Row, sqlite::SqliteRow};

use super::StoreError;
use crate::{clock::Timestamp, ids::OrderId, order::Item, upstream::Kind};

/// The columns `kind`, `days`, `renews` and `renews_after`.
pub(super) struct Columns {
    pub kind: &'static str,
    pub days: Option<i64>,
    pub renews: Option<OrderId>,
    pub renews_after: Option<Timestamp>,
}

impl From<Item> for Columns {
    fn from(item: Item) -> Self {
        let plain = |kind| Self { kind, days: None, renews: None, renews_after: None };
        match item {
            Item::New(Kind::Activation) => plain("activation"),
            Item::New(Kind::Rental { days }) => Self { days: Some(days.into()), ..plain("rental") },
            Item::New(Kind::Esim) => plain("esim"),
            Item::Renewal { of, after, days } => Self {
                days: Some(days.into()),
                renews: Some(of),
                renews_after: Some(after),
                ..plain("renewal")
            },
        }
    }
}

/// Reads what [`Columns`] wrote.
pub(super) fn item(row: &SqliteRow) -> Result<Item, StoreError> {
    let kind: String = row.try_get("kind")?;
    match kind.as_str() {
        "activation" => Ok(Item::New(Kind::Activation)),
        "rental" => Ok(Item::New(Kind::Rental { days: days(row)? })),
        "esim" => Ok(Item::New(Kind::Esim)),
        "renewal" => Ok(Item::Renewal {
            of: row.try_get("renews")?,
            after: row.try_get("renews_after")?,
            days: days(row)?,
        }),
        other => Err(StoreError::Corrupt(format!("kind `{other}`"))),
    }
}

fn days(row: &SqliteRow) -> Result<u16, StoreError> {
    let days: i64 = row.try_get("days")?;
    u16::try_from(days).map_err(|_| StoreError::Corrupt(format!("days `{days}` of a rental")))
}
