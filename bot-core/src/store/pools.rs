//! Groups' pools: their rules, who belongs to them and what was spent. Their money is the ledger's.

use sqlx::{Row, sqlite::SqliteRow};

use super::{Store, StoreError, WriteTx};
use crate::{
    action::Group,
    clock::Timestamp,
    ids::{ChatRef, CustomerId, Platform, PoolId, ServiceId},
    money::Money,
    pool::{Rules, Spenders},
};

pub mod gifts;
pub mod requests;

/// A group's pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    pub id: PoolId,
    pub platform: Platform,
    /// The platform's own id of the group.
    pub group: String,
    pub title: String,
    /// Where the group reads what it is told.
    pub chat: ChatRef,
    pub rules: Rules,
    /// The shop is not in the group: nothing is spent.
    pub is_frozen: bool,
}

/// Somebody who was seen at a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolMember {
    pub customer: CustomerId,
    pub name: String,
    pub is_listed: bool,
}

/// What one member spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spent {
    pub name: String,
    pub amount: Money,
    pub orders: u32,
}

const COLUMNS: &str = "id, platform, group_id, title, chat, spenders, role, most_per_order, most_per_member, most_per_day,
    approve_above, show_in_group, frozen_at";

/// Orders whose money did not come back.
const KEPT: &str = "state NOT IN ('refused', 'cancelled', 'expired', 'banned', 'undone')";

fn select(rest: &str) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM pool WHERE {rest}"))
}

fn pool(row: &SqliteRow) -> Result<Pool, StoreError> {
    let platform: Platform = row.get(1);
    let role: Option<String> = row.get(6);
    let spenders = match (row.get::<String, _>(5).as_str(), role) {
        ("everyone", _) => Spenders::Everyone,
        ("listed", _) => Spenders::Listed,
        ("role", Some(role)) => Spenders::Role(role),
        ("administrators", _) => Spenders::Administrators,
        (other, _) => return Err(StoreError::Corrupt(format!("pool.spenders `{other}`"))),
    };
    Ok(Pool {
        id: row.get(0),
        chat: ChatRef { platform: platform.clone(), chat: row.get(4) },
        platform,
        group: row.get(2),
        title: row.get(3),
        rules: Rules {
            spenders,
            per_order: row.get(7),
            per_member: row.get(8),
            per_day: row.get(9),
            approve_above: row.get(10),
            show_in_group: row.get(11),
        },
        is_frozen: row.get::<Option<Timestamp>, _>(12).is_some(),
    })
}

impl Store {
    /// The pool of a group, if it has one.
    pub async fn pool_of(
        &self,
        platform: &Platform,
        group: &str,
    ) -> Result<Option<Pool>, StoreError> {
        let row = sqlx::query(select("platform = $1 AND group_id = $2 AND merged_into IS NULL"))
            .bind(platform)
            .bind(group)
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(pool).transpose()
    }

    /// A pool, or the one that it has become part of.
    pub async fn pool(&self, id: PoolId) -> Result<Option<Pool>, StoreError> {
        let row = sqlx::query(select(NOW)).bind(id).fetch_optional(self.readers()).await?;
        row.as_ref().map(pool).transpose()
    }

    /// Who has spent from a pool since a moment, the most first.
    pub async fn spent_by_member(
        &self,
        pool: PoolId,
        since: Timestamp,
    ) -> Result<Vec<Spent>, StoreError> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT (SELECT name FROM identity WHERE identity.customer_id = person ORDER BY seen_at DESC LIMIT 1),
                    SUM(price) AS spent, COUNT(*) FROM (
                 SELECT COALESCE(merged_into, customer.id) AS person, price FROM orders
                 JOIN customer ON customer.id = customer_id WHERE pool_id = $1 AND orders.created_at > $2 AND {KEPT}
             ) GROUP BY person ORDER BY spent DESC, person"
        )))
        .bind(pool)
        .bind(since)
        .fetch_all(self.readers())
        .await?;
        Ok(rows
            .iter()
            .map(|row| Spent {
                name: row.get::<Option<String>, _>(0).unwrap_or_default(),
                amount: row.get(1),
                orders: u32::try_from(row.get::<i64, _>(2)).unwrap_or(u32::MAX),
            })
            .collect())
    }

    /// Everybody who was seen at a pool, who came last first.
    pub async fn pool_members(&self, pool: PoolId) -> Result<Vec<PoolMember>, StoreError> {
        let rows = sqlx::query(
            "SELECT customer_id, is_listed,
                    (SELECT name FROM identity WHERE identity.customer_id = pool_member.customer_id
                     ORDER BY seen_at DESC LIMIT 1)
             FROM pool_member WHERE pool_id = $1 ORDER BY seen_at DESC, customer_id",
        )
        .bind(pool)
        .fetch_all(self.readers())
        .await?;
        let member = |row: &SqliteRow| PoolMember {
            customer: row.get(0),
            is_listed: row.get(1),
            name: row.get::<Option<String>, _>(2).unwrap_or_default(),
        };
        Ok(rows.iter().map(member).collect())
    }

    /// The services that a pool pays for; all of them where there are none.
    pub async fn pool_services(&self, pool: PoolId) -> Result<Vec<ServiceId>, StoreError> {
        let ids = sqlx::query_scalar("SELECT service_id FROM pool_service WHERE pool_id = $1");
        Ok(ids.bind(pool).fetch_all(self.readers()).await?)
    }
}

const NOW: &str = "id = COALESCE((SELECT merged_into FROM pool WHERE id = $1), $1)";

impl WriteTx {
    /// The pool of a group from now on. Brings what is known of the group up to date.
    pub async fn open_pool(
        &mut self,
        platform: &Platform,
        group: &Group,
        at: Timestamp,
    ) -> Result<Pool, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "INSERT INTO pool (platform, group_id, title, chat, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (platform, group_id) WHERE merged_into IS NULL DO UPDATE SET
                 title = CASE excluded.title WHEN '' THEN title ELSE excluded.title END, chat = excluded.chat
             RETURNING {COLUMNS}"
        )))
        .bind(platform)
        .bind(&group.id)
        .bind(&group.title)
        .bind(&group.chat.chat)
        .bind(at)
        .fetch_one(self.connection())
        .await?;
        pool(&row)
    }

    /// A pool, or the one that it has become part of.
    pub async fn pool(&mut self, id: PoolId) -> Result<Option<Pool>, StoreError> {
        let row = sqlx::query(select(NOW)).bind(id).fetch_optional(self.connection()).await?;
        row.as_ref().map(pool).transpose()
    }

    /// Where the money of a pool goes now.
    pub async fn pool_now(&mut self, id: PoolId) -> Result<PoolId, StoreError> {
        let now = sqlx::query_scalar("SELECT COALESCE(merged_into, id) FROM pool WHERE id = $1");
        Ok(now.bind(id).fetch_optional(self.connection()).await?.unwrap_or(id))
    }

    pub async fn set_pool_rules(&mut self, id: PoolId, rules: &Rules) -> Result<(), StoreError> {
        let (word, role) = match &rules.spenders {
            Spenders::Everyone => ("everyone", None),
            Spenders::Listed => ("listed", None),
            Spenders::Role(role) => ("role", Some(role)),
            Spenders::Administrators => ("administrators", None),
        };
        sqlx::query(
            "UPDATE pool SET spenders = $2, role = $3, most_per_order = $4, most_per_member = $5, most_per_day = $6,
                             approve_above = $7, show_in_group = $8 WHERE id = $1",
        )
        .bind(id)
        .bind(word)
        .bind(role)
        .bind(rules.per_order)
        .bind(rules.per_member)
        .bind(rules.per_day)
        .bind(rules.approve_above)
        .bind(rules.show_in_group)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Somebody was seen at a pool.
    pub async fn meet_at_pool(
        &mut self,
        pool: PoolId,
        customer: CustomerId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO pool_member (pool_id, customer_id, seen_at) VALUES ($1, $2, $3)
             ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at",
        )
        .bind(pool)
        .bind(customer)
        .bind(at)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    pub async fn set_listed(
        &mut self,
        pool: PoolId,
        customer: CustomerId,
        is_listed: bool,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE pool_member SET is_listed = $3 WHERE pool_id = $1 AND customer_id = $2",
        )
        .bind(pool)
        .bind(customer)
        .bind(is_listed)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Whether somebody, on whichever platform, is on a pool's list.
    pub async fn is_listed(
        &mut self,
        pool: PoolId,
        customer: CustomerId,
    ) -> Result<bool, StoreError> {
        let is_listed = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM pool_member WHERE pool_id = $1 AND is_listed AND customer_id IN
                            (SELECT id FROM customer WHERE id = $2 OR merged_into = $2))",
        );
        Ok(is_listed.bind(pool).bind(customer).fetch_one(self.connection()).await?)
    }

    pub async fn set_allowed(
        &mut self,
        pool: PoolId,
        service: ServiceId,
        is_allowed: bool,
    ) -> Result<(), StoreError> {
        let change = if is_allowed {
            "INSERT INTO pool_service (pool_id, service_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"
        } else {
            "DELETE FROM pool_service WHERE pool_id = $1 AND service_id = $2"
        };
        sqlx::query(change).bind(pool).bind(service).execute(self.connection()).await?;
        Ok(())
    }

    pub async fn is_allowed(
        &mut self,
        pool: PoolId,
        service: ServiceId,
    ) -> Result<bool, StoreError> {
        let is_allowed = sqlx::query_scalar(
            "SELECT NOT EXISTS (SELECT 1 FROM pool_service WHERE pool_id = $1)
                    OR EXISTS (SELECT 1 FROM pool_service WHERE pool_id = $1 AND service_id = $2)",
        );
        Ok(is_allowed.bind(pool).bind(service).fetch_one(self.connection()).await?)
    }

    /// What was spent from a pool since a moment, by one member and by all.
    pub async fn spent_from(
        &mut self,
        pool: PoolId,
        customer: CustomerId,
        since: Timestamp,
    ) -> Result<(Money, Money), StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT COALESCE(SUM(CASE WHEN customer_id IN (SELECT id FROM customer WHERE id = $2 OR merged_into = $2)
                                      THEN price ELSE 0 END), 0), COALESCE(SUM(price), 0)
             FROM orders WHERE pool_id = $1 AND created_at > $3 AND {KEPT}"
        )))
        .bind(pool)
        .bind(customer)
        .bind(since)
        .fetch_one(self.connection())
        .await?;
        Ok((row.get(0), row.get(1)))
    }

    /// The group is called this now.
    pub async fn rename_pool(
        &mut self,
        platform: &Platform,
        group: &str,
        title: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE pool SET title = $3 WHERE platform = $1 AND group_id = $2 AND merged_into IS NULL AND $3 <> ''",
        )
        .bind(platform)
        .bind(group)
        .bind(title)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// The shop is not in the group any more, or is again. `None` when that is nothing new, or there is no pool.
    pub async fn set_frozen(
        &mut self,
        platform: &Platform,
        group: &str,
        since: Option<Timestamp>,
    ) -> Result<Option<Pool>, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "UPDATE pool SET frozen_at = $3 WHERE platform = $1 AND group_id = $2 AND merged_into IS NULL
             AND (frozen_at IS NULL) <> ($3 IS NULL) RETURNING {COLUMNS}"
        )))
        .bind(platform)
        .bind(group)
        .bind(since)
        .fetch_optional(self.connection())
        .await?;
        row.as_ref().map(pool).transpose()
    }
}
