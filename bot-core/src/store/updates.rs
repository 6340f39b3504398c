//! Updates that are acknowledged to a platform and not yet handled.

use sqlx::Row;

use super::{Store, StoreError, WriteTx};
use crate::{ids::Platform, shop::KeptUpdate};

impl Store {
    /// Every kept update of a platform, oldest first.
    pub async fn kept_updates(&self, platform: &Platform) -> Result<Vec<KeptUpdate>, StoreError> {
        let rows =
            sqlx::query("SELECT id, payload FROM kept_update WHERE platform = $1 ORDER BY id")
                .bind(platform)
                .fetch_all(self.readers())
                .await?;
        Ok(rows.iter().map(|row| KeptUpdate { id: row.get(0), payload: row.get(1) }).collect())
    }
}

impl WriteTx {
    pub async fn keep_update(
        &mut self,
        platform: &Platform,
        update: &KeptUpdate,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO kept_update (platform, id, payload) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(platform)
            .bind(update.id)
            .bind(&update.payload)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    pub async fn forget_update(&mut self, platform: &Platform, id: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM kept_update WHERE platform = $1 AND id = $2")
            .bind(platform)
            .bind(id)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
