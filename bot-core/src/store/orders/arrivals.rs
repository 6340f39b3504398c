//! When codes came, as the orders' own rows tell: what the poller learns from, also after a restart.

use sqlx::{AssertSqlSafe, Row, sqlite::SqliteRow};

use crate::{
    clock::Timestamp,
    ids::OrderId,
    schedule::arrivals::Record,
    store::{Store, StoreError, WriteTx},
};

/// The newest orders that are learned from.
const MOST: i64 = 20_000;

/// Activations that have got a code or are over without one, each with its first SMS.
const ENDED: &str = "SELECT o.service_id, o.country_id, o.accepted_at, o.expires_at, o.updated_at,
        s.received_at, s.looked_at, s.seen_at
     FROM orders o LEFT JOIN sms s ON s.id = (SELECT MIN(id) FROM sms WHERE order_id = o.id)
     WHERE o.kind = 'activation' AND o.accepted_at IS NOT NULL
       AND (s.id IS NOT NULL OR o.state IN ('cancelled', 'expired', 'banned'))";

impl Store {
    /// What became of the newest numbers, oldest first.
    pub async fn arrivals(&self) -> Result<Vec<Record>, StoreError> {
        let newest = "o.id > (SELECT COALESCE(MAX(id), 0) - $1 FROM orders) ORDER BY o.id";
        let rows = sqlx::query(AssertSqlSafe(format!("{ENDED} AND {newest}")))
            .bind(MOST)
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(record).collect()
    }

    /// What became of one number. `None` while it waits, and of what is no activation.
    pub async fn arrival(&self, id: OrderId) -> Result<Option<Record>, StoreError> {
        let row = sqlx::query(AssertSqlSafe(format!("{ENDED} AND o.id = $1")))
            .bind(id)
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(record).transpose()
    }
}

impl WriteTx {
    /// The SMS of this order that were seen at `seen_at` had not come by `looked_at`.
    pub async fn set_looked_at(
        &mut self,
        id: OrderId,
        looked_at: Timestamp,
        seen_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE sms SET looked_at = $2 WHERE order_id = $1 AND seen_at = $3")
            .bind(id)
            .bind(looked_at)
            .bind(seen_at)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}

fn record(row: &SqliteRow) -> Result<Record, StoreError> {
    let goods = (row.try_get("service_id")?, row.try_get("country_id")?);
    let bought: Timestamp = row.try_get("accepted_at")?;
    let Some(seen): Option<Timestamp> = row.try_get("seen_at")? else {
        let expires: Timestamp = row.try_get("expires_at")?;
        let over: Timestamp = row.try_get("updated_at")?;
        let age = over.min(expires).since(bought);
        return Ok(Record { goods, age, came: false, at: over });
    };
    let looked: Option<Timestamp> = row.try_get("looked_at")?;
    let earliest = looked.unwrap_or(bought).clamp(bought.min(seen), seen);
    // The provider's clock may be wrong, but not so that the code came before it was not there.
    let told: Option<Timestamp> = row.try_get("received_at")?;
    let came = match (told.filter(|at| (earliest..=seen).contains(at)), looked) {
        (Some(told), _) => told,
        (None, Some(_)) => earliest + seen.since(earliest) / 2,
        (None, None) => seen,
    };
    Ok(Record { goods, age: came.since(bought), came: true, at: seen })
}

#[cfg(test)]
mod tests;
