//! The shop's books as they lie on the disk, read over a connection of the auditor's own.

use std::path::Path;

use futures::executor::block_on;
use sqlx::{
    ConnectOptions, Connection, Row, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteRow},
};

use super::Auditor;

/// One purchase, as the books have it.
#[derive(Clone, Debug)]
pub struct Order {
    pub id: i64,
    pub quote: i64,
    pub customer: i64,
    /// `platform:user`.
    pub identity: String,
    pub state: String,
    pub kind: String,
    pub price: i64,
    pub upstream: Option<String>,
    pub phone: Option<String>,
    pub cost: Option<String>,
    pub holds: i64,
    pub captures: i64,
    pub releases: i64,
    pub refunds: i64,
    pub is_odd: bool,
}

impl Order {
    pub fn is_open(&self) -> bool {
        matches!(
            self.state.as_str(),
            "placing" | "in_doubt" | "needs_operator" | "waiting" | "cancelling"
        )
    }

    pub fn is_paid(&self) -> bool {
        matches!(
            self.state.as_str(),
            "code_received" | "finished" | "active" | "ended" | "fulfilled"
        )
    }
}

/// Reads; never writes.
pub struct Books {
    connection: SqliteConnection,
    version: i64,
}

impl Books {
    pub fn open(database: &Path) -> Result<Self, String> {
        let options = SqliteConnectOptions::new()
            .filename(database)
            .read_only(true)
            .disable_statement_logging();
        let connection = block_on(SqliteConnection::connect_with(&options));
        Ok(Self { connection: connection.map_err(|error| error.to_string())?, version: -1 })
    }

    fn all(&mut self, sql: &'static str) -> Result<Vec<SqliteRow>, String> {
        block_on(sqlx::query(sql).fetch_all(&mut self.connection))
            .map_err(|error| error.to_string())
    }

    fn number(&mut self, sql: &'static str) -> Result<i64, String> {
        block_on(sqlx::query_scalar(sql).fetch_one(&mut self.connection))
            .map_err(|error| error.to_string())
    }

    /// Whether anything was committed since the last time.
    pub fn have_changed(&mut self) -> Result<bool, String> {
        let version = self.number("PRAGMA data_version")?;
        let changed = version != self.version;
        self.version = version;
        Ok(changed)
    }

    pub fn orders(&mut self) -> Result<Vec<Order>, String> {
        let rows = self.all(
            "SELECT o.id, o.quote_id, o.customer_id, o.platform || ':' || o.user_id, o.state, o.kind, o.price,
                    o.upstream_order, o.phone, o.cost_amount,
                    COUNT(CASE t.reason WHEN 'hold' THEN 1 END), COUNT(CASE t.reason WHEN 'capture' THEN 1 END),
                    COUNT(CASE t.reason WHEN 'release' THEN 1 END), COUNT(CASE t.reason WHEN 'refund' THEN 1 END),
                    COALESCE(MAX(t.amount <> o.price
                        OR (t.reason = 'hold' AND t.from_account <> 'wallet:' || o.customer_id)
                        OR (t.reason IN ('release', 'refund') AND t.to_account <> 'wallet:' || o.customer_id)), FALSE)
             FROM orders o LEFT JOIN transfer t ON t.order_id = o.id GROUP BY o.id ORDER BY o.id",
        )?;
        let order = |row: &SqliteRow| Order {
            id: row.get(0),
            quote: row.get(1),
            customer: row.get(2),
            identity: row.get(3),
            state: row.get(4),
            kind: row.get(5),
            price: row.get(6),
            upstream: row.get(7),
            phone: row.get(8),
            cost: row.get(9),
            holds: row.get(10),
            captures: row.get(11),
            releases: row.get(12),
            refunds: row.get(13),
            is_odd: row.get(14),
        };
        Ok(rows.iter().map(order).collect())
    }

    /// Every top-up that was posted: its number, whose, how much.
    pub fn top_ups(&mut self) -> Result<Vec<(i64, String, i64)>, String> {
        let rows = self.all(
            "SELECT CAST(SUBSTR(t.key, 7) AS INTEGER), i.platform || ':' || i.user_id, t.amount
             FROM transfer t JOIN identity i ON t.to_account = 'wallet:' || i.customer_id WHERE t.reason = 'topup'",
        )?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect())
    }

    /// Every voucher that was redeemed: its hash, by whom, how much.
    pub fn redemptions(&mut self) -> Result<Vec<(String, String, i64)>, String> {
        let rows = self.all(
            "SELECT COALESCE(v.hash, ''), i.platform || ':' || i.user_id, t.amount
             FROM transfer t JOIN identity i ON t.to_account = 'wallet:' || i.customer_id
             LEFT JOIN redemption r ON t.key = 'voucher:' || r.id LEFT JOIN voucher v ON v.id = r.voucher_id
             WHERE t.reason = 'voucher' ORDER BY t.id",
        )?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect())
    }

    /// Every wallet: whose, and what is in it.
    pub fn wallets(&mut self) -> Result<Vec<(String, i64)>, String> {
        let rows = self.all(
            "SELECT i.platform || ':' || i.user_id, COALESCE(a.balance, 0)
             FROM identity i LEFT JOIN account a ON a.name = 'wallet:' || i.customer_id",
        )?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }

    /// Every SMS that is kept: of which order, its code, its text.
    pub fn sms(&mut self) -> Result<Vec<(i64, String, String)>, String> {
        let sql = "SELECT order_id, COALESCE(code, ''), COALESCE(text, '') FROM sms";
        Ok(self.all(sql)?.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect())
    }
}

impl Auditor {
    /// What must be true after every commit.
    pub fn check_books(&self, books: &mut Books) -> Result<(), String> {
        if !books.have_changed()? {
            return Ok(());
        }
        let sum = "SELECT COALESCE(SUM(balance), 0) FROM account";
        if books.number(sum)? != 0 {
            self.hub.violated("the accounts do not sum to zero");
        }
        if books.number("SELECT COUNT(*) FROM account WHERE NOT issues AND balance < 0")? != 0 {
            self.hub.violated("an account is below zero");
        }
        let held = "SELECT COALESCE(SUM(balance), 0) FROM account WHERE name = 'escrow'";
        let held = books.number(held)?;
        let untold = "SELECT COUNT(*) FROM sms LEFT JOIN outbox ON outbox.topic = 'sms:' || sms.id
                      WHERE outbox.id IS NULL";
        if books.number(untold)? != 0 {
            self.hub.violated("an SMS was kept without its message");
        }
        let stray = "SELECT COUNT(*) FROM orders o WHERE o.state <> COALESCE(
                         (SELECT e.to_state FROM order_event e WHERE e.order_id = o.id ORDER BY e.id DESC LIMIT 1), '')";
        if books.number(stray)? != 0 {
            self.hub.violated("an order's state is not where its history ends");
        }
        let idle = "SELECT COUNT(*) FROM orders o WHERE (o.state = 'in_doubt'
                        OR (o.state = 'placing' AND o.position = 0) OR o.state = 'cancelling')
                    AND NOT EXISTS (SELECT 1 FROM job j WHERE j.order_id = o.id)";
        if books.number(idle)? != 0 {
            self.hub.violated("nobody works for an order that waits for work");
        }
        let orders = books.orders()?;
        let open: i64 =
            orders.iter().filter(|order| order.is_open()).map(|order| order.price).sum();
        if open != held {
            self.hub.violated(&format!("{held} is held for open orders of {open}"));
        }
        for order in &orders {
            self.check_order(order);
        }
        Ok(())
    }

    fn check_order(&self, order: &Order) {
        let Order { id, state, holds, captures, releases, refunds, .. } = order;
        let closes = (*captures, *releases, *refunds);
        let fits = match state.as_str() {
            _ if order.is_open() => closes == (0, 0, 0),
            _ if order.is_paid() => closes == (1, 0, 0),
            "cancelled" if order.kind == "rental" => closes == (1, 0, 1),
            _ => closes == (0, 1, 0),
        };
        if *holds != 1 || !fits || order.is_odd {
            self.hub.violated(&format!(
                "order {id} is {state} with {holds} holds, {captures} captures, {releases} releases, {refunds} refunds"
            ));
        }
        let mut model = self.model();
        model.owners.entry(*id).or_insert_with(|| order.identity.clone());
        let promise = model.promises.get(&order.quote).copied();
        let is_paid_for = model.paid.contains(&order.quote);
        drop(model);
        match promise {
            _ if order.kind == "renewal" => {}
            Some(promise) if super::name(promise.person) != order.identity => {
                self.hub
                    .violated(&format!("order {id} is not of the person who was shown its price"));
            }
            Some(promise) if promise.each != order.price => {
                self.hub.violated(&format!(
                    "order {id} costs {} and its customer was shown {}",
                    order.price, promise.each
                ));
            }
            Some(_) | None if is_paid_for => {}
            Some(_) | None => {
                self.hub.violated(&format!("order {id} was made without its customer's wish"));
            }
        }
    }
}
