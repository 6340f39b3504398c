//! The messages that show orders: one per order, and one order per message.

use sqlx::Row;

use super::{Store, StoreError, WriteTx};
use crate::ids::{ChatRef, MessageRef, OrderId};

impl Store {
    /// The message that shows an order.
    pub async fn card(&self, id: OrderId) -> Result<Option<MessageRef>, StoreError> {
        let row = sqlx::query("SELECT platform, chat, message FROM card WHERE order_id = $1")
            .bind(id)
            .fetch_optional(self.readers())
            .await?;
        Ok(row.map(|row| MessageRef {
            chat: ChatRef { platform: row.get(0), chat: row.get(1) },
            message: row.get(2),
        }))
    }

    /// The order that a message shows, if that is what it does.
    pub async fn order_on(&self, message: &MessageRef) -> Result<Option<OrderId>, StoreError> {
        let id = sqlx::query_scalar(
            "SELECT order_id FROM card WHERE platform = $1 AND chat = $2 AND message = $3 ORDER BY order_id DESC LIMIT 1",
        )
        .bind(&message.chat.platform)
        .bind(&message.chat.chat)
        .bind(&message.message);
        Ok(id.fetch_optional(self.readers()).await?)
    }
}

impl WriteTx {
    /// No message shows the order; the next one is new.
    pub async fn remove_card(&mut self, id: OrderId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM card WHERE order_id = $1")
            .bind(id)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// From now on this message shows the order, and nothing else.
    pub async fn set_card(&mut self, id: OrderId, message: &MessageRef) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM card WHERE platform = $1 AND chat = $2 AND message = $3")
            .bind(&message.chat.platform)
            .bind(&message.chat.chat)
            .bind(&message.message)
            .execute(self.connection())
            .await?;
        sqlx::query(
            "INSERT INTO card (order_id, platform, chat, message) VALUES ($1, $2, $3, $4)
             ON CONFLICT (order_id) DO UPDATE SET platform = excluded.platform, chat = excluded.chat,
                 message = excluded.message",
        )
        .bind(id)
        .bind(&message.chat.platform)
        .bind(&message.chat.chat)
        .bind(&message.message)
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
