//! What the operators have been told and is not over yet.

use super::{StoreError, WriteTx};
use crate::clock::Timestamp;

impl WriteTx {
    /// `true` when this alert is new; one that stands is not raised again.
    pub async fn raise_alert(&mut self, key: &str, at: Timestamp) -> Result<bool, StoreError> {
        let raised = sqlx::query(
            "INSERT INTO alert (key, raised_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        )
        .bind(key)
        .bind(at)
        .execute(self.connection())
        .await?;
        Ok(raised.rows_affected() == 1)
    }

    /// `true` when the alert stood.
    pub async fn clear_alert(&mut self, key: &str) -> Result<bool, StoreError> {
        let cleared = sqlx::query("DELETE FROM alert WHERE key = $1")
            .bind(key)
            .execute(self.connection())
            .await?;
        Ok(cleared.rows_affected() == 1)
    }

    /// Alerts raised before `moment` may be raised again, but for those that an all-clear ends.
    pub async fn forget_alerts(&mut self, moment: Timestamp) -> Result<u64, StoreError> {
        let gone = sqlx::query(
            "DELETE FROM alert WHERE raised_at < $1 AND key NOT IN ('ProviderDown', 'KeyRefused', 'FundsLow', 'FundsShort', 'FewCodes')",
        )
        .bind(moment)
        .execute(self.connection())
        .await?;
        Ok(gone.rows_affected())
    }
}
