//! Orders, their SMS, their history and the messages that show them.

use sqlx::{Row, sqlite::SqliteRow};

use super::{StoreError, items::item};
use crate::{
    clock::Timestamp,
    ids::{
        ChatRef, CountryId, CustomerId, IdempotencyKey, Identity, OrderId, Platform, PoolId,
        ProductRef, QuoteId, ServiceId, SmsId, UpstreamOrderId,
    },
    ledger::Purse,
    money::Money,
    order::{Esim, Fulfilled, Item, Line, Refusal, State},
    phone::{AreaCode, Phone},
};

pub mod arrivals;
pub mod history;
pub mod marks;
mod reading;
mod writing;

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
    /// Which of the quote's orders this is, from 0. All of them are one create, in the hands of the first.
    pub position: u16,
    pub customer: CustomerId,
    /// The pool that pays instead of the customer's wallet.
    pub pool: Option<PoolId>,
    /// Who bought it, and where the code goes.
    pub identity: Identity,
    pub chat: ChatRef,
    pub provider: String,
    pub service: ServiceId,
    pub country: CountryId,
    pub item: Item,
    pub product: ProductRef,
    pub area_code: Option<AreaCode>,
    pub price: Money,
    /// What the provider asked when the price was locked.
    pub quoted_cost: Money,
    /// The most that it may ask.
    pub max_cost: Money,
    pub key: IdempotencyKey,
}

impl Purchase {
    pub fn purse(&self) -> Purse {
        self.pool.map_or(Purse::Wallet(self.customer), Purse::Pool)
    }
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

const COLUMNS: &str = "id, quote_id, position, customer_id, pool_id, platform, user_id, chat, provider, service_id, country_id,
    kind, days, renews, renews_after, product, area_code, price, quoted_cost, max_cost, idempotency_key, state, reason,
    doubt_since, upstream_order, phone, accepted_at, expires_at, activation_code, cost, created_at";

/// The states in which something may still come from the provider. The same list stands in the index `orders_open`, which
/// SQLite takes only where the query has the list too.
pub(super) const OPEN: &str = "state IN ('placing', 'in_doubt', 'needs_operator', 'waiting', 'cancelling', 'code_received', 'active')";

pub(super) fn select(rest: &str) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM orders WHERE {rest}"))
}

pub(super) fn order(row: &SqliteRow) -> Result<Order, StoreError> {
    let platform: Platform = row.try_get("platform")?;
    Ok(Order {
        id: row.try_get("id")?,
        purchase: Purchase {
            quote: row.try_get("quote_id")?,
            position: position(row)?,
            customer: row.try_get("customer_id")?,
            pool: row.try_get("pool_id")?,
            identity: Identity { platform: platform.clone(), user: row.try_get("user_id")? },
            chat: ChatRef { platform, chat: row.try_get("chat")? },
            provider: row.try_get("provider")?,
            service: row.try_get("service_id")?,
            country: row.try_get("country_id")?,
            item: item(row)?,
            product: row.try_get("product")?,
            area_code: row.try_get("area_code")?,
            price: row.try_get("price")?,
            quoted_cost: row.try_get("quoted_cost")?,
            max_cost: row.try_get("max_cost")?,
            key: row.try_get("idempotency_key")?,
        },
        state: state(row)?,
        cost: row.try_get("cost")?,
        created_at: row.try_get("created_at")?,
    })
}

fn position(row: &SqliteRow) -> Result<u16, StoreError> {
    let position: i64 = row.try_get("position")?;
    u16::try_from(position).map_err(|_| StoreError::Corrupt(format!("orders.position {position}")))
}

fn state(row: &SqliteRow) -> Result<State, StoreError> {
    let word: String = row.try_get("state")?;
    let line = line(row)?;
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
        "undone" => Ok(State::Undone),
        "cancelled" => with_line(State::Cancelled),
        "expired" => with_line(State::Expired),
        "banned" => with_line(State::Banned),
        "active" => with_line(State::Active),
        "ended" => with_line(State::Ended),
        "fulfilled" => Ok(State::Fulfilled(fulfilled(row)?)),
        other => Err(StoreError::Corrupt(format!("orders.state `{other}`"))),
    }
}

/// An eSIM has an order at the provider and no number.
fn line(row: &SqliteRow) -> Result<Option<Line>, StoreError> {
    let upstream: Option<UpstreamOrderId> = row.try_get("upstream_order")?;
    let phone: Option<Phone> = row.try_get("phone")?;
    let (Some(upstream), Some(phone)) = (upstream, phone) else { return Ok(None) };
    let (accepted_at, expires_at) = (row.try_get("accepted_at")?, row.try_get("expires_at")?);
    Ok(Some(Line { upstream, phone, accepted_at, expires_at }))
}

fn fulfilled(row: &SqliteRow) -> Result<Fulfilled, StoreError> {
    Ok(match row.try_get("activation_code")? {
        Some(activation_code) => {
            Fulfilled::Esim(Esim { upstream: row.try_get("upstream_order")?, activation_code })
        }
        None => Fulfilled::Renewal { until: row.try_get("expires_at")? },
    })
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
