//! Recomputes the books from the transfers alone and compares them with every projection.

use std::fmt::Display;

use sqlx::Row;

use crate::{
    money::Money,
    store::{Store, StoreError},
};

/// What an audit looked at and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    pub accounts: u64,
    pub transfers: u64,
    pub orders: u64,
    /// Money in wallets and pools, held and earned, by the transfers.
    pub in_wallets: Money,
    pub in_pools: Money,
    pub held: Money,
    pub earned: Money,
    pub differences: Vec<Difference>,
}

/// One thing that does not add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// An account or an order.
    pub subject: String,
    pub expected: String,
    pub found: String,
}

impl Audit {
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty()
    }

    fn differs(&mut self, subject: &str, expected: &dyn Display, found: &dyn Display) {
        let (expected, found) = (expected.to_string(), found.to_string());
        self.differences.push(Difference { subject: subject.to_owned(), expected, found });
    }
}

/// Reads the whole ledger in one snapshot. Changes nothing.
pub async fn audit(store: &Store) -> Result<Audit, StoreError> {
    store
        .snapshot(|snapshot| {
            Box::pin(async move {
                let mut audit = Audit::default();
                accounts(snapshot, &mut audit).await?;
                orders(snapshot, &mut audit).await?;
                orphans(snapshot, &mut audit).await?;
                top_ups(snapshot, &mut audit).await?;
                vouchers(snapshot, &mut audit).await?;
                deposits(snapshot, &mut audit).await?;
                links(snapshot, &mut audit).await?;
                pools(snapshot, &mut audit).await?;
                Ok(audit)
            })
        })
        .await
}

async fn accounts(
    connection: &mut sqlx::SqliteConnection,
    audit: &mut Audit,
) -> Result<(), StoreError> {
    let rows = sqlx::query(
        "WITH moved AS (
             SELECT name, SUM(change) AS total FROM (
                 SELECT from_account AS name, -amount AS change FROM transfer
                 UNION ALL SELECT to_account, amount FROM transfer
             ) GROUP BY name
         )
         SELECT name, COALESCE(account.balance, 0), COALESCE(moved.total, 0), account.issues, COALESCE(account.floor, 0)
         FROM account FULL OUTER JOIN moved USING (name) ORDER BY name",
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut sum: i128 = 0;
    for row in rows {
        let (name, balance, moved): (String, Money, Money) = (row.get(0), row.get(1), row.get(2));
        audit.accounts += 1;
        sum += i128::from(moved.raw());
        if balance != moved {
            audit.differs(&name, &moved, &balance);
        }
        let floor: Money = row.get(4);
        if balance < floor && !row.get::<Option<bool>, _>(3).unwrap_or(false) {
            audit.differs(&name, &format!("not below {floor}"), &balance);
        }
        let plus = |sum: Money| Money::from_raw(sum.raw().saturating_add(moved.raw()));
        match name.split_once(':').map_or(name.as_str(), |(kind, _)| kind) {
            "wallet" => audit.in_wallets = plus(audit.in_wallets),
            "pool" => audit.in_pools = plus(audit.in_pools),
            "escrow" => audit.held = moved,
            "sales" => audit.earned = moved,
            _ => {}
        }
    }
    if sum != 0 {
        audit.differs("all accounts", &0, &sum);
    }
    audit.transfers = count(connection, "SELECT COUNT(*) FROM transfer").await?;
    Ok(())
}

/// Every order was held once for its price; it is closed once, to where its state says, or not at all while open. A rental
/// and its further terms are paid when they begin, so what of them was given back is closed to the sales and refunded from
/// there.
async fn orders(
    connection: &mut sqlx::SqliteConnection,
    audit: &mut Audit,
) -> Result<(), StoreError> {
    let rows = sqlx::query(
        "WITH later (order_id, purse) AS (
             SELECT orders.id, 'wallet:' || kept FROM orders JOIN link ON joined = customer_id WHERE pool_id IS NULL
             UNION ALL SELECT orders.id, 'pool:' || merged_into FROM orders JOIN pool ON pool.id = pool_id
             WHERE merged_into IS NOT NULL
         )
         SELECT orders.id, orders.state, orders.price, hold.amount, close.amount, close.to_account,
                CASE WHEN orders.state IN ('placing', 'in_doubt', 'needs_operator', 'waiting', 'cancelling') THEN NULL
                     WHEN orders.state IN ('code_received', 'finished', 'active', 'ended', 'fulfilled', 'undone') THEN 'sales'
                     WHEN orders.state = 'cancelled' AND orders.kind = 'rental' THEN 'sales'
                     WHEN close.to_account IN (SELECT purse FROM later WHERE order_id = orders.id)
                     THEN close.to_account
                     ELSE COALESCE('pool:' || orders.pool_id, 'wallet:' || orders.customer_id) END AS belongs,
                hold.from_account = COALESCE('pool:' || orders.pool_id, 'wallet:' || orders.customer_id),
                (refund.id IS NOT NULL) = (orders.state = 'undone' OR orders.state = 'cancelled' AND orders.kind = 'rental')
                AND COALESCE(refund.amount = orders.price
                             AND (refund.to_account = hold.from_account OR refund.to_account IN
                                  (SELECT purse FROM later WHERE order_id = orders.id)), TRUE)
         FROM orders
         LEFT JOIN transfer AS refund ON refund.key = 'order:' || orders.id || ':refund'
         LEFT JOIN transfer AS hold ON hold.key = 'order:' || orders.id || ':hold'
         LEFT JOIN transfer AS close ON close.key = 'order:' || orders.id || ':close'",
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut held = Money::ZERO;
    for row in rows {
        audit.orders += 1;
        let subject = format!("order {} ({})", row.get::<i64, _>(0), row.get::<String, _>(1));
        let price: Money = row.get(2);
        let (hold, close): (Option<Money>, Option<Money>) = (row.get(3), row.get(4));
        let (closed_to, belongs): (Option<String>, Option<String>) = (row.get(5), row.get(6));
        if hold != Some(price) || row.get::<Option<bool>, _>(7) != Some(true) {
            audit.differs(&subject, &format!("{price} held from its purse"), &shown(hold));
        }
        if closed_to != belongs {
            let (expected, found) = (closing(belongs.as_deref()), closing(closed_to.as_deref()));
            audit.differs(&subject, &expected, &found);
        }
        if close.is_some_and(|close| close != price) {
            audit.differs(&subject, &format!("{price} closed"), &shown(close));
        }
        if !row.get::<bool, _>(8) {
            audit.differs(&subject, &"the price refunded once if it was given back", &"otherwise");
        }
        if belongs.is_none() {
            held =
                held.checked_add(price).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        }
    }
    if held != audit.held {
        let found = audit.held;
        audit.differs("escrow against open orders", &held, &found);
    }
    Ok(())
}

fn shown(amount: Option<Money>) -> String {
    amount.map_or_else(|| "nothing".to_owned(), |amount| amount.to_string())
}

/// Where an order's money went, or that it is still held.
fn closing(account: Option<&str>) -> String {
    account.map_or_else(|| "held".to_owned(), |account| format!("closed to {account}"))
}

/// Money that moved for an order which is not there.
async fn orphans(
    connection: &mut sqlx::SqliteConnection,
    audit: &mut Audit,
) -> Result<(), StoreError> {
    let rows = sqlx::query(
        "SELECT DISTINCT order_id FROM transfer
         WHERE order_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM orders WHERE id = order_id)",
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in rows {
        let subject = format!("order {}", row.get::<i64, _>(0));
        audit.differs(&subject, &"an order", &"transfers without their order");
    }
    Ok(())
}

async fn top_ups(
    connection: &mut sqlx::SqliteConnection,
    audit: &mut Audit,
) -> Result<(), StoreError> {
    let rows = sqlx::query(
        "SELECT top_up.id FROM top_up LEFT JOIN transfer ON transfer.key = top_up.kind || ':' || top_up.id
         WHERE (top_up.state = 'done') <> (transfer.id IS NOT NULL) OR transfer.amount <> top_up.amount
            OR CASE top_up.kind WHEN 'debit' THEN transfer.from_account ELSE transfer.to_account END NOT IN
               (SELECT 'pool:' || pool_id WHERE pool_id IS NOT NULL
                UNION ALL SELECT 'pool:' || merged_into FROM pool WHERE pool.id = pool_id AND merged_into IS NOT NULL
                UNION ALL SELECT 'wallet:' || top_up.customer_id WHERE pool_id IS NULL
                UNION ALL SELECT 'wallet:' || kept FROM link WHERE joined = top_up.customer_id AND pool_id IS NULL)",
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in rows {
        let subject = format!("top-up {}", row.get::<i64, _>(0));
        audit.differs(&subject, &"one transfer when done", &"something else");
    }
    Ok(())
}

/// Every redemption moved its code's amount once, and every code lost as many uses as it was redeemed.
async fn vouchers(
    connection: &mut sqlx::SqliteConnection,
    audit: &mut Audit,
) -> Result<(), StoreError> {
    let rows = sqlx::query(
        "SELECT 'redemption ' || redemption.id FROM redemption
         JOIN voucher ON voucher.id = voucher_id JOIN voucher_batch ON voucher_batch.id = batch_id
         LEFT JOIN transfer ON transfer.key = 'voucher:' || redemption.id
         WHERE transfer.id IS NULL OR transfer.amount <> voucher_batch.amount
            OR transfer.to_account NOT IN (SELECT 'wallet:' || customer_id UNION ALL
                SELECT 'wallet:' || kept FROM link WHERE joined = customer_id)
         UNION ALL SELECT 'voucher ' || voucher.id FROM voucher
         JOIN voucher_batch ON voucher_batch.id = batch_id
         WHERE uses - uses_left <> (SELECT COUNT(*) FROM redemption WHERE voucher_id = voucher.id)
         UNION ALL SELECT 'transfer ' || key FROM transfer WHERE key LIKE 'voucher:%'
         AND NOT EXISTS (SELECT 1 FROM redemption WHERE 'voucher:' || id = key)",
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in rows {
        audit.differs(&row.get::<String, _>(0), &"one transfer for each use", &"something else");
    }
    Ok(())
}

/// An approved deposit has one top-up, which nobody has dropped, to the same customer.
async fn deposits(
    connection: &mut sqlx::SqliteConnection,
    audit: &mut Audit,
) -> Result<(), StoreError> {
    let rows = sqlx::query(
        "SELECT deposit.id FROM deposit LEFT JOIN top_up ON top_up.id = top_up_id
         WHERE deposit.state = 'approved'
           AND (top_up.id IS NULL OR top_up.state = 'dropped' OR top_up.customer_id <> deposit.customer_id)",
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in rows {
        let subject = format!("deposit {}", row.get::<i64, _>(0));
        audit.differs(&subject, &"a top-up when approved", &"something else");
    }
    Ok(())
}

/// Every link moved what it says once each way, and a customer who is part of another has nothing of their own.
async fn links(
    connection: &mut sqlx::SqliteConnection,
    audit: &mut Audit,
) -> Result<(), StoreError> {
    let rows = sqlx::query(
        "SELECT link.id FROM link
         LEFT JOIN transfer AS came ON came.key = 'link:' || link.id
         LEFT JOIN transfer AS went ON went.key = 'unlink:' || link.id
         WHERE COALESCE(came.amount, 0) <> link.brought OR COALESCE(went.amount, 0) <> COALESCE(link.returned, 0)
            OR came.from_account <> 'wallet:' || link.joined OR came.to_account <> 'wallet:' || link.kept
            OR went.from_account <> 'wallet:' || link.kept OR went.to_account <> 'wallet:' || link.joined",
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in rows {
        let subject = format!("link {}", row.get::<i64, _>(0));
        audit.differs(&subject, &"moved what it says", &"something else");
    }
    let rows = sqlx::query(
        "SELECT customer.id, account.balance FROM customer JOIN account ON account.name = 'wallet:' || customer.id
         WHERE customer.merged_into IS NOT NULL AND account.balance <> 0",
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in rows {
        let subject = format!("wallet of customer {}", row.get::<i64, _>(0));
        audit.differs(&subject, &"empty, since it is part of another", &row.get::<Money, _>(1));
    }
    Ok(())
}

/// Every gift moved once when it was done, every return moved what it says, and a pool that is part of another is empty.
async fn pools(
    connection: &mut sqlx::SqliteConnection,
    audit: &mut Audit,
) -> Result<(), StoreError> {
    let rows = sqlx::query(
        "SELECT 'gift ' || pool_gift.id FROM pool_gift LEFT JOIN transfer ON transfer.key = 'gift:' || pool_gift.id
         WHERE (pool_gift.state = 'done') <> (transfer.id IS NOT NULL) OR transfer.amount <> pool_gift.amount
            OR transfer.to_account NOT IN (SELECT 'pool:' || pool_id UNION ALL
                SELECT 'pool:' || merged_into FROM pool WHERE pool.id = pool_id AND merged_into IS NOT NULL)
         UNION ALL SELECT 'transfer ' || key FROM transfer WHERE key LIKE 'gift:%'
         AND NOT EXISTS (SELECT 1 FROM pool_gift WHERE 'gift:' || id = key)
         UNION ALL SELECT 'return ' || pool_return.id FROM pool_return
         WHERE amount <> (SELECT COALESCE(SUM(transfer.amount), 0) FROM transfer
                          WHERE key LIKE 'return:' || pool_return.id || ':%' AND from_account = 'pool:' || pool_id)
         UNION ALL SELECT 'pool ' || pool.id FROM pool JOIN account ON account.name = 'pool:' || pool.id
         WHERE merged_into IS NOT NULL AND balance <> 0",
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in rows {
        audit.differs(&row.get::<String, _>(0), &"moved what it says", &"something else");
    }
    Ok(())
}

async fn count(
    connection: &mut sqlx::SqliteConnection,
    query: &'static str,
) -> Result<u64, StoreError> {
    let count: i64 = sqlx::query_scalar(query).fetch_one(connection).await?;
    Ok(u64::try_from(count).unwrap_or(0))
}
