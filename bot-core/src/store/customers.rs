//! Customers and their identities on the platforms.

use sqlx::{Row, sqlite::SqliteRow};

use super::{Store, StoreError, WriteTx};
use crate::{
    action::Actor,
    clock::Timestamp,
    ids::{ChatRef, CustomerId, Identity},
};

/// A person as one platform shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    pub id: CustomerId,
    pub identity: Identity,
    pub name: String,
    pub username: Option<String>,
    pub language: Option<String>,
    pub private_chat: ChatRef,
    /// Whether messages get to the private chat, as far as is known.
    pub reachable: bool,
}

const COLUMNS: &str =
    "customer_id, platform, user_id, name, username, language, private_chat, reachable";

/// Selects customer `$1`, or whoever they are merged into, as the identity seen last.
const OF_OR_MERGED: &str =
    "customer_id = COALESCE((SELECT merged_into FROM customer WHERE id = $1), $1)
     ORDER BY seen_at DESC LIMIT 1";

pub(super) fn customer(row: &SqliteRow) -> Customer {
    let identity = Identity { platform: row.get(1), user: row.get(2) };
    let private_chat = ChatRef { platform: identity.platform.clone(), chat: row.get(6) };
    Customer {
        id: row.get(0),
        identity,
        name: row.get(3),
        username: row.get(4),
        language: row.get(5),
        private_chat,
        reachable: row.get(7),
    }
}

pub(super) fn select(rest: &str) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM identity WHERE {rest}"))
}

impl Store {
    /// The person behind an identity, if they were ever here.
    pub async fn customer_by_identity(
        &self,
        identity: &Identity,
    ) -> Result<Option<Customer>, StoreError> {
        let row = sqlx::query(select("platform = $1 AND user_id = $2"))
            .bind(&identity.platform)
            .bind(&identity.user)
            .fetch_optional(self.readers())
            .await?;
        Ok(row.as_ref().map(customer))
    }

    /// The person with this name on a platform (without `@`, in any case). The one seen last, when a name moved on.
    pub async fn customer_by_username(
        &self,
        platform: &str,
        username: &str,
    ) -> Result<Option<Customer>, StoreError> {
        let row =
            sqlx::query(select("platform = $1 AND username = $2 ORDER BY seen_at DESC LIMIT 1"))
                .bind(platform)
                .bind(username.to_lowercase())
                .fetch_optional(self.readers())
                .await?;
        Ok(row.as_ref().map(customer))
    }

    /// A customer by the shop's own number, or whoever they are merged into, with the identity seen last.
    pub async fn customer(&self, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        let row = sqlx::query(select(OF_OR_MERGED)).bind(id).fetch_optional(self.readers()).await?;
        Ok(row.as_ref().map(customer))
    }

    /// The language of the person who reads a private chat.
    pub async fn language_of(&self, chat: &ChatRef) -> Result<Option<String>, StoreError> {
        let language = sqlx::query_scalar(
            "SELECT language FROM identity WHERE platform = $1 AND private_chat = $2 LIMIT 1",
        )
        .bind(&chat.platform)
        .bind(&chat.chat)
        .fetch_optional(self.readers())
        .await?;
        Ok(language.flatten())
    }
}

impl WriteTx {
    /// Knows the person from now on, or brings what is known up to date. Usernames are kept in lower case.
    pub async fn meet(&mut self, actor: &Actor, at: Timestamp) -> Result<Customer, StoreError> {
        let known: Option<CustomerId> = sqlx::query_scalar(
            "SELECT customer_id FROM identity WHERE platform = $1 AND user_id = $2",
        )
        .bind(&actor.identity.platform)
        .bind(&actor.identity.user)
        .fetch_optional(self.connection())
        .await?;
        let id = match known {
            Some(id) => id,
            None => {
                sqlx::query_scalar("INSERT INTO customer (created_at) VALUES ($1) RETURNING id")
                    .bind(at)
                    .fetch_one(self.connection())
                    .await?
            }
        };
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "INSERT INTO identity (platform, user_id, customer_id, name, username, language, private_chat, seen_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (platform, user_id) DO UPDATE SET name = excluded.name, username = excluded.username,
                 language = excluded.language, private_chat = excluded.private_chat, seen_at = excluded.seen_at,
                 reachable = reachable OR $9
             RETURNING {COLUMNS}"
        )))
        .bind(&actor.identity.platform)
        .bind(&actor.identity.user)
        .bind(id)
        .bind(&actor.name)
        .bind(actor.username.as_ref().map(|name| name.to_lowercase()))
        .bind(&actor.language)
        .bind(&actor.private_chat.chat)
        .bind(at)
        .bind(actor.chat == actor.private_chat)
        .fetch_one(self.connection())
        .await?;
        Ok(customer(&row))
    }

    /// Where a customer was seen last.
    pub async fn private_chat(
        &mut self,
        customer: CustomerId,
    ) -> Result<Option<ChatRef>, StoreError> {
        let row = sqlx::query(select(OF_OR_MERGED))
            .bind(customer)
            .fetch_optional(self.connection())
            .await?;
        Ok(row.as_ref().map(|row| self::customer(row).private_chat))
    }

    /// Whether messages get to this private chat.
    pub async fn set_reachable(
        &mut self,
        chat: &ChatRef,
        reachable: bool,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE identity SET reachable = $3 WHERE platform = $1 AND private_chat = $2")
            .bind(&chat.platform)
            .bind(&chat.chat)
            .bind(reachable)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
