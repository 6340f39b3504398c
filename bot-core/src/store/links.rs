//! One person on several platforms: codes, links, and what belongs to whom after a link.
//!
//! Rows keep the customer that they were made by. Who asks for a customer's things gets those of everybody merged into
//! them; who pays a customer pays the one that they are merged into.

use std::time::Duration;

use sqlx::{Row, sqlite::SqliteRow};

use super::{
    Store, StoreError, WriteTx,
    customers::{self, Customer},
};
use crate::{
    clock::Timestamp,
    ids::{CustomerId, Identity, LinkId},
    money::Money,
};

/// Selects the rows of customer `$1` and of whoever is merged into them.
pub(super) const OF_CUSTOMER: &str =
    "customer_id IN (SELECT id FROM customer WHERE id = $1 OR merged_into = $1)";

/// A code as the database knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeHash(pub String);

/// Two customers that became one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub id: LinkId,
    pub kept: CustomerId,
    pub joined: CustomerId,
    /// The identity that came along.
    pub identity: Identity,
    pub brought: Money,
    /// What an undoing gave back; `None` while the link stands.
    pub returned: Option<Money>,
}

/// Whose a code is, and what it was used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkCode {
    pub issuer: Identity,
    pub used: Option<LinkId>,
}

const COLUMNS: &str = "id, kept, joined, platform, user_id, brought, returned";

fn link(row: &SqliteRow) -> Link {
    Link {
        id: row.get(0),
        kept: row.get(1),
        joined: row.get(2),
        identity: Identity { platform: row.get(3), user: row.get(4) },
        brought: row.get(5),
        returned: row.get(6),
    }
}

fn select(rest: &str) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM link WHERE {rest}"))
}

impl Store {
    pub async fn link(&self, id: LinkId) -> Result<Option<Link>, StoreError> {
        let row = sqlx::query(select("id = $1")).bind(id).fetch_optional(self.readers()).await?;
        Ok(row.as_ref().map(link))
    }

    /// The links that stand between a customer and others, oldest first.
    pub async fn links_of(&self, customer: CustomerId) -> Result<Vec<Link>, StoreError> {
        let rows = sqlx::query(select("kept = $1 AND undone_at IS NULL ORDER BY id"))
            .bind(customer)
            .fetch_all(self.readers())
            .await?;
        Ok(rows.iter().map(link).collect())
    }

    /// Everybody that a customer is.
    pub async fn people(&self, customer: CustomerId) -> Result<Vec<Customer>, StoreError> {
        let rows = sqlx::query(customers::select("customer_id = $1 ORDER BY platform"))
            .bind(customer)
            .fetch_all(self.readers())
            .await?;
        Ok(rows.iter().map(customers::customer).collect())
    }

    /// Whether what `owner` made is the customer's.
    pub async fn belongs_to(
        &self,
        owner: CustomerId,
        customer: CustomerId,
    ) -> Result<bool, StoreError> {
        let found = sqlx::query("SELECT 1 FROM customer WHERE id = $1 AND merged_into = $2")
            .bind(owner)
            .bind(customer)
            .fetch_optional(self.readers())
            .await?;
        Ok(owner == customer || found.is_some())
    }
}

impl WriteTx {
    /// Whose wallet a customer's money goes to now.
    pub async fn purse_of(&mut self, customer: CustomerId) -> Result<CustomerId, StoreError> {
        let merged: Option<Option<CustomerId>> =
            sqlx::query_scalar("SELECT merged_into FROM customer WHERE id = $1")
                .bind(customer)
                .fetch_optional(self.connection())
                .await?;
        Ok(merged.flatten().unwrap_or(customer))
    }

    /// From now on this is the person's code, and no other.
    pub async fn set_link_code(
        &mut self,
        issuer: &Identity,
        code: &CodeHash,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO link_code (platform, user_id, hash, expires_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (platform, user_id) DO UPDATE SET hash = excluded.hash,
                 expires_at = excluded.expires_at, link_id = NULL",
        )
        .bind(&issuer.platform)
        .bind(&issuer.user)
        .bind(&code.0)
        .bind(expires_at)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// A code that still lives, used or not.
    pub async fn link_code(
        &mut self,
        code: &CodeHash,
        now: Timestamp,
    ) -> Result<Option<LinkCode>, StoreError> {
        let row = sqlx::query(
            "SELECT platform, user_id, link_id FROM link_code WHERE hash = $1 AND expires_at > $2",
        )
        .bind(&code.0)
        .bind(now)
        .fetch_optional(self.connection())
        .await?;
        Ok(row.map(|row| LinkCode {
            issuer: Identity { platform: row.get(0), user: row.get(1) },
            used: row.get(2),
        }))
    }

    /// A code that others may have seen is no longer one.
    pub async fn forget_link_code(&mut self, code: &CodeHash) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM link_code WHERE hash = $1")
            .bind(&code.0)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Until when a person who typed `most` wrong codes has to wait, if they have to.
    pub async fn link_wait(
        &mut self,
        person: &Identity,
        (most, wait): (u32, Duration),
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let since: Option<Timestamp> = sqlx::query_scalar(
            "SELECT since FROM link_try WHERE platform = $1 AND user_id = $2 AND tries >= $3",
        )
        .bind(&person.platform)
        .bind(&person.user)
        .bind(most)
        .fetch_optional(self.connection())
        .await?;
        Ok(since.map(|since| since + wait).filter(|until| *until > now))
    }

    /// Counts a wrong code; how many there were. What is older than `wait` is forgotten.
    pub async fn count_link_try(
        &mut self,
        person: &Identity,
        wait: Duration,
        now: Timestamp,
    ) -> Result<u32, StoreError> {
        let tries: i64 = sqlx::query_scalar(
            "INSERT INTO link_try (platform, user_id, tries, since) VALUES ($1, $2, 1, $3)
             ON CONFLICT (platform, user_id) DO UPDATE SET
                 tries = CASE WHEN link_try.since + $4 <= $3 THEN 1 ELSE link_try.tries + 1 END,
                 since = CASE WHEN link_try.since + $4 <= $3 THEN $3 ELSE link_try.since END
             RETURNING tries",
        )
        .bind(&person.platform)
        .bind(&person.user)
        .bind(now)
        .bind(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX))
        .fetch_one(self.connection())
        .await?;
        Ok(u32::try_from(tries).unwrap_or(u32::MAX))
    }

    /// Everybody that a customer is.
    pub async fn people(&mut self, customer: CustomerId) -> Result<Vec<Customer>, StoreError> {
        let rows = sqlx::query(customers::select("customer_id = $1 ORDER BY platform"))
            .bind(customer)
            .fetch_all(self.connection())
            .await?;
        Ok(rows.iter().map(customers::customer).collect())
    }

    /// Makes `joined`, who is `identity` alone, part of `kept`. Moves no money.
    pub async fn add_link(
        &mut self,
        (kept, joined): (CustomerId, CustomerId),
        identity: &Identity,
        brought: Money,
        now: Timestamp,
    ) -> Result<LinkId, StoreError> {
        let id = sqlx::query_scalar(
            "INSERT INTO link (kept, joined, platform, user_id, brought, linked_at)
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        )
        .bind(kept)
        .bind(joined)
        .bind(&identity.platform)
        .bind(&identity.user)
        .bind(brought)
        .bind(now)
        .fetch_one(self.connection())
        .await?;
        // Nothing may be borrowed on a wallet that nobody has.
        sqlx::query("UPDATE account SET floor = 0 WHERE name = 'wallet:' || $1")
            .bind(joined)
            .execute(self.connection())
            .await?;
        self.merge(joined, Some(kept), identity).await?;
        Ok(id)
    }

    async fn merge(
        &mut self,
        joined: CustomerId,
        into: Option<CustomerId>,
        identity: &Identity,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE customer SET merged_into = $2 WHERE id = $1")
            .bind(joined)
            .bind(into)
            .execute(self.connection())
            .await?;
        sqlx::query("UPDATE identity SET customer_id = $3 WHERE platform = $1 AND user_id = $2")
            .bind(&identity.platform)
            .bind(&identity.user)
            .bind(into.unwrap_or(joined))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// The code has done what it can do.
    pub async fn use_link_code(&mut self, code: &CodeHash, link: LinkId) -> Result<(), StoreError> {
        sqlx::query("UPDATE link_code SET link_id = $2 WHERE hash = $1")
            .bind(&code.0)
            .bind(link)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// What came back into the shared wallet since for orders that were made before the link: it was brought along, too.
    pub async fn came_back_since(&mut self, link: &Link) -> Result<Money, StoreError> {
        let sum = sqlx::query_scalar(
            "SELECT COALESCE(SUM(transfer.amount), 0) FROM transfer JOIN orders ON orders.id = transfer.order_id
             WHERE orders.customer_id = $1 AND transfer.to_account = 'wallet:' || $2
               AND transfer.at >= (SELECT linked_at FROM link WHERE id = $3)",
        )
        .bind(link.joined)
        .bind(link.kept)
        .bind(link.id)
        .fetch_one(self.connection())
        .await?;
        Ok(sum)
    }

    /// Ends a link that stands, giving back `returned`. Moves no money.
    pub async fn undo_link(
        &mut self,
        link: &Link,
        returned: Money,
        by: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE link SET undone_at = $2, undone_by = $3, returned = $4 WHERE id = $1")
            .bind(link.id)
            .bind(now)
            .bind(by)
            .bind(returned)
            .execute(self.connection())
            .await?;
        self.merge(link.joined, None, &link.identity).await
    }

    /// A link that stands.
    pub async fn standing_link(&mut self, id: LinkId) -> Result<Option<Link>, StoreError> {
        let row = sqlx::query(select("id = $1 AND undone_at IS NULL"))
            .bind(id)
            .fetch_optional(self.connection())
            .await?;
        Ok(row.as_ref().map(link))
    }

    /// The person behind an identity that was here before.
    pub async fn known(&mut self, identity: &Identity) -> Result<Option<Customer>, StoreError> {
        let row = sqlx::query(customers::select("platform = $1 AND user_id = $2"))
            .bind(&identity.platform)
            .bind(&identity.user)
            .fetch_optional(self.connection())
            .await?;
        Ok(row.as_ref().map(customers::customer))
    }
}
