//! Orders, their SMS, their history and the messages that show them.

use sqlx::{Row, sqlite::SqliteRow};

use super::{Store, StoreError, WriteTx};
use crate::{
    clock::Timestamp,
    ids::{
        ChatRef, CountryId, CustomerId, IdempotencyKey, Identity, OrderId, Platform, ProductRef,
        QuoteId, ServiceId, SmsId, UpstreamOrderId,
    },
    money::Money,
    order::{Line, Refusal, State},
    upstream::{Cost, UpstreamSms},
};

/// One purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub id: OrderId,
    pub purchase: Purchase,
    pub state: State,
    /// What the provider really charged; unknown until it said so.
    pub cost: Option<Money>,
    pub created_at: Timestamp,
}

/// What was bought, by whom: never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    pub quote: QuoteId,
    pub customer: CustomerId,
    /// Who bought it, and where the code goes.
    pub identity: Identity,
    pub chat: ChatRef,
    pub provider: String,
    pub service: ServiceId,
    pub country: CountryId,
    pub product: ProductRef,
    pub price: Money,
    pub max_cost: Money,
    pub key: IdempotencyKey,
}

/// One SMS as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Sms {
    pub id: SmsId,
    pub code: Option<String>,
    pub text: Option<String>,
    pub received_at: Option<Timestamp>,
    pub seen_at: Timestamp,
}

const COLUMNS: &str = "id, quote_id, customer_id, platform, user_id, chat, provider, service_id, country_id, product,
    price, max_cost, idempotency_key, state, reason, doubt_since, upstream_order, phone, accepted_at, expires_at, cost,
    created_at";

/// The states in which something may still come from the provider. The same list stands in the index `orders_open`.
const OPEN: &str =
    "state IN ('placing', 'in_doubt', 'needs_operator', 'waiting', 'cancelling', 'code_received')";

fn select(rest: &str) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM orders WHERE {rest}"))
}

fn order(row: &SqliteRow) -> Result<Order, StoreError> {
    let platform: Platform = row.try_get("platform")?;
    Ok(Order {
        id: row.try_get("id")?,
        purchase: Purchase {
            quote: row.try_get("quote_id")?,
            customer: row.try_get("customer_id")?,
            identity: Identity { platform: platform.clone(), user: row.try_get("user_id")? },
            chat: ChatRef { platform, chat: row.try_get("chat")? },
            provider: row.try_get("provider")?,
            service: row.try_get("service_id")?,
            country: row.try_get("country_id")?,
            product: row.try_get("product")?,
            price: row.try_get("price")?,
            max_cost: row.try_get("max_cost")?,
            key: row.try_get("idempotency_key")?,
        },
        state: state(row)?,
        cost: row.try_get("cost")?,
        created_at: row.try_get("created_at")?,
    })
}

fn state(row: &SqliteRow) -> Result<State, StoreError> {
    let word: String = row.try_get("state")?;
    let upstream: Option<UpstreamOrderId> = row.try_get("upstream_order")?;
    let line = match upstream {
        None => None,
        Some(upstream) => Some(Line {
            upstream,
            phone: row.try_get("phone")?,
            accepted_at: row.try_get("accepted_at")?,
            expires_at: row.try_get("expires_at")?,
        }),
    };
    let with_line = |state: fn(Line) -> State| {
        let line = line
            .clone()
            .ok_or_else(|| StoreError::Corrupt(format!("an order is `{word}` without a number")))?;
        Ok(state(line))
    };
    match word.as_str() {
        "placing" => Ok(State::Placing),
        "in_doubt" => Ok(State::InDoubt { since: row.try_get("doubt_since")? }),
        "needs_operator" => Ok(State::NeedsOperator { line }),
        "refused" => {
            let word: String = row.try_get("reason")?;
            let reason = Refusal::ALL.into_iter().find(|reason| reason.word() == word);
            let reason =
                reason.ok_or_else(|| StoreError::Corrupt(format!("orders.reason `{word}`")))?;
            Ok(State::Refused { reason })
        }
        "waiting" => with_line(State::Waiting),
        "cancelling" => with_line(State::Cancelling),
        "code_received" => with_line(State::CodeReceived),
        "finished" => with_line(State::Finished),
        "cancelled" => with_line(State::Cancelled),
        "expired" => with_line(State::Expired),
        "banned" => with_line(State::Banned),
        other => Err(StoreError::Corrupt(format!("orders.state `{other}`"))),
    }
}

fn sms(row: &SqliteRow) -> Sms {
    Sms {
        id: row.get(0),
        code: row.get(1),
        text: row.get(2),
        received_at: row.get(3),
        seen_at: row.get(4),
    }
}

const SMS: &str =
    "SELECT id, code, text, received_at, seen_at FROM sms WHERE order_id = $1 ORDER BY id";

impl Store {
    pub async fn order(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
        let row = sqlx::query(select("id = $1")).bind(id).fetch_optional(self.readers()).await?;
        row.as_ref().map(order).transpose()
    }

    /// The order that a quote made, if it made one.
    pub async fn order_of_quote(&self, quote: QuoteId) -> Result<Option<OrderId>, StoreError> {
        let id = sqlx::query_scalar("SELECT id FROM orders WHERE quote_id = $1");
        Ok(id.bind(quote).fetch_optional(self.readers()).await?)
    }

    /// Every order that is not over, oldest first.
    pub async fn open_orders(&self) -> Result<Vec<Order>, StoreError> {
        let rows =
            sqlx::query(select(&format!("{OPEN} ORDER BY id"))).fetch_all(self.readers()).await?;
        rows.iter().map(order).collect()
    }

    /// A customer's orders, those still open first, then the newest; one page, and whether there is another.
    pub async fn orders_of(
        &self,
        customer: CustomerId,
        page: u16,
        size: u16,
    ) -> Result<(Vec<Order>, bool), StoreError> {
        let rows = sqlx::query(select(&format!(
            "customer_id = $1 ORDER BY ({OPEN}) DESC, id DESC LIMIT $2 OFFSET $3"
        )))
        .bind(customer)
        .bind(i64::from(size) + 1)
        .bind(i64::from(page) * i64::from(size))
        .fetch_all(self.readers())
        .await?;
        let more = rows.len() > usize::from(size);
        let orders = rows.iter().take(usize::from(size)).map(order).collect::<Result<_, _>>()?;
        Ok((orders, more))
    }

    /// A customer's orders in states from which they may ask for their money back or whose number is in use.
    pub async fn open_orders_of(&self, customer: CustomerId) -> Result<Vec<Order>, StoreError> {
        let rows = sqlx::query(select(&format!("customer_id = $1 AND {OPEN} ORDER BY id DESC")))
            .bind(customer)
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(order).collect()
    }

    /// An order's SMS, oldest first.
    pub async fn sms_of(&self, id: OrderId) -> Result<Vec<Sms>, StoreError> {
        Ok(sqlx::query(SMS).bind(id).fetch_all(self.readers()).await?.iter().map(sms).collect())
    }

    /// Which of a provider's orders are known here.
    pub async fn knows_upstream(
        &self,
        provider: &str,
        upstream: &UpstreamOrderId,
    ) -> Result<bool, StoreError> {
        let known = sqlx::query("SELECT 1 FROM orders WHERE provider = $1 AND upstream_order = $2")
            .bind(provider)
            .bind(upstream)
            .fetch_optional(self.readers())
            .await?;
        Ok(known.is_some())
    }

    /// Orders of one platform whose card shows a countdown.
    pub async fn waiting_orders(&self, platform: &Platform) -> Result<Vec<Order>, StoreError> {
        let rows = sqlx::query(select("state = 'waiting' AND platform = $1 ORDER BY id"))
            .bind(platform)
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(order).collect()
    }

    /// How many orders a customer made, and what they paid in all.
    pub async fn orders_and_spent(&self, customer: CustomerId) -> Result<(u64, Money), StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*), COALESCE(SUM(price) FILTER (WHERE state IN ('code_received', 'finished')), 0)
             FROM orders WHERE customer_id = $1",
        )
        .bind(customer)
        .fetch_one(self.readers())
        .await?;
        Ok((u64::try_from(row.get::<i64, _>(0)).unwrap_or(0), row.get(1)))
    }
}

impl WriteTx {
    /// Makes the quote's one order. `None` when the quote has made one already.
    pub async fn add_order(
        &mut self,
        purchase: &Purchase,
        at: Timestamp,
    ) -> Result<Option<OrderId>, StoreError> {
        let id = sqlx::query_scalar(
            "INSERT INTO orders (quote_id, customer_id, platform, user_id, chat, provider, service_id, country_id,
                                 product, price, max_cost, idempotency_key, state, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'placing', $13, $13)
             ON CONFLICT (quote_id) DO NOTHING RETURNING id",
        )
        .bind(purchase.quote)
        .bind(purchase.customer)
        .bind(&purchase.identity.platform)
        .bind(&purchase.identity.user)
        .bind(&purchase.chat.chat)
        .bind(&purchase.provider)
        .bind(purchase.service)
        .bind(purchase.country)
        .bind(&purchase.product)
        .bind(purchase.price)
        .bind(purchase.max_cost)
        .bind(&purchase.key)
        .bind(at);
        Ok(id.fetch_optional(self.connection()).await?)
    }

    pub async fn order(&mut self, id: OrderId) -> Result<Option<Order>, StoreError> {
        let row = sqlx::query(select("id = $1")).bind(id).fetch_optional(self.connection()).await?;
        row.as_ref().map(order).transpose()
    }

    pub async fn set_order_state(
        &mut self,
        id: OrderId,
        state: &State,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let (reason, since) = match state {
            State::Refused { reason } => (Some(reason.word()), None),
            State::InDoubt { since } => (None, Some(*since)),
            State::Placing
            | State::NeedsOperator { .. }
            | State::Waiting(_)
            | State::Cancelling(_)
            | State::CodeReceived(_)
            | State::Finished(_)
            | State::Cancelled(_)
            | State::Expired(_)
            | State::Banned(_) => (None, None),
        };
        let line = state.line();
        sqlx::query(
            "UPDATE orders SET state = $2, reason = $3, doubt_since = $4, upstream_order = $5, phone = $6,
                               accepted_at = $7, expires_at = $8, updated_at = $9 WHERE id = $1",
        )
        .bind(id)
        .bind(state.word())
        .bind(reason)
        .bind(since)
        .bind(line.map(|line| &line.upstream))
        .bind(line.map(|line| &line.phone))
        .bind(line.map(|line| line.accepted_at))
        .bind(line.map(|line| line.expires_at))
        .bind(at)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Records what the provider charged, once.
    pub async fn set_order_cost(&mut self, id: OrderId, cost: &Cost) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE orders SET cost_amount = $2, cost_currency = $3, cost = $4 WHERE id = $1 AND cost IS NULL",
        )
        .bind(id)
        .bind(cost.amount.to_string())
        .bind(&cost.currency)
        .bind(cost.money)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    pub async fn add_order_event(
        &mut self,
        id: OrderId,
        source: &str,
        event: &str,
        from: &str,
        to: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO order_event (order_id, at, source, event, from_state, to_state) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(id)
        .bind(at)
        .bind(source)
        .bind(event)
        .bind(from)
        .bind(to)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    pub async fn sms_of(&mut self, id: OrderId) -> Result<Vec<Sms>, StoreError> {
        Ok(sqlx::query(SMS).bind(id).fetch_all(self.connection()).await?.iter().map(sms).collect())
    }

    pub async fn add_sms(
        &mut self,
        id: OrderId,
        sms: &UpstreamSms,
        at: Timestamp,
    ) -> Result<SmsId, StoreError> {
        let id = sqlx::query_scalar(
            "INSERT INTO sms (order_id, code, text, received_at, seen_at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
        )
        .bind(id)
        .bind(&sms.code)
        .bind(&sms.text)
        .bind(sms.received_at)
        .bind(at)
        .fetch_one(self.connection())
        .await?;
        Ok(id)
    }
}
