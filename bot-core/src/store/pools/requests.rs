//! Purchases that wait for an administrator of the group.

use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    clock::Timestamp,
    ids::{ChatRef, CustomerId, Identity, Platform, PoolId, PoolRequestId, QuoteId},
    store::{Store, StoreError, WriteTx},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub id: PoolRequestId,
    pub pool: PoolId,
    pub quote: QuoteId,
    pub customer: CustomerId,
    /// The buyer, and their private chat.
    pub identity: Identity,
    pub chat: ChatRef,
    pub state: RequestState,
    pub expires_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestState {
    Asked,
    Approved,
    Declined,
    /// Nobody answered in time.
    Lapsed,
}

impl RequestState {
    const ALL: [Self; 4] = [Self::Asked, Self::Approved, Self::Declined, Self::Lapsed];

    fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Lapsed => "lapsed",
        }
    }
}

const SELECT: &str = "SELECT id, pool_id, quote_id, customer_id, platform, user_id, chat, state, expires_at FROM pool_request";

fn select(rest: &str) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(format!("{SELECT} WHERE {rest}"))
}

fn request(row: &SqliteRow) -> Result<Request, StoreError> {
    let (platform, word): (Platform, String) = (row.get(4), row.get(7));
    let state = RequestState::ALL.into_iter().find(|state| state.word() == word);
    Ok(Request {
        id: row.get(0),
        pool: row.get(1),
        quote: row.get(2),
        customer: row.get(3),
        identity: Identity { platform: platform.clone(), user: row.get(5) },
        chat: ChatRef { platform, chat: row.get(6) },
        state: state.ok_or_else(|| StoreError::Corrupt(format!("pool_request.state `{word}`")))?,
        expires_at: row.get(8),
    })
}

impl Store {
    pub async fn pool_request(&self, id: PoolRequestId) -> Result<Option<Request>, StoreError> {
        let row = sqlx::query(select("id = $1")).bind(id).fetch_optional(self.readers()).await?;
        row.as_ref().map(request).transpose()
    }
}

impl Store {
    /// Whether a quote waits for an administrator. One that was declined or lapsed is bought no more either.
    pub async fn is_asked_for(&self, quote: QuoteId) -> Result<bool, StoreError> {
        let is =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pool_request WHERE quote_id = $1)");
        Ok(is.bind(quote).fetch_one(self.readers()).await?)
    }
}

impl WriteTx {
    pub async fn pool_request(&mut self, id: PoolRequestId) -> Result<Option<Request>, StoreError> {
        let row = sqlx::query(select("id = $1")).bind(id).fetch_optional(self.connection()).await?;
        row.as_ref().map(request).transpose()
    }

    /// Asks for a quote's purchase. `None` when that was asked before.
    pub async fn add_pool_request(
        &mut self,
        (pool, quote): (PoolId, QuoteId),
        customer: CustomerId,
        identity: &Identity,
        chat: &ChatRef,
        at: Timestamp,
        expires_at: Timestamp,
    ) -> Result<Option<PoolRequestId>, StoreError> {
        let id = sqlx::query_scalar(
            "INSERT INTO pool_request (pool_id, quote_id, customer_id, platform, user_id, chat, state, asked_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, 'asked', $7, $8) ON CONFLICT (quote_id) DO NOTHING RETURNING id",
        )
        .bind(pool)
        .bind(quote)
        .bind(customer)
        .bind(&identity.platform)
        .bind(&identity.user)
        .bind(&chat.chat)
        .bind(at)
        .bind(expires_at);
        Ok(id.fetch_optional(self.connection()).await?)
    }

    /// Decides a request that is open. False when it is decided already.
    pub async fn decide_pool_request(
        &mut self,
        id: PoolRequestId,
        state: RequestState,
        by: Option<&str>,
    ) -> Result<bool, StoreError> {
        let decided = sqlx::query(
            "UPDATE pool_request SET state = $2, decided_by = $3 WHERE id = $1 AND state = 'asked'",
        )
        .bind(id)
        .bind(state.word())
        .bind(by)
        .execute(self.connection())
        .await?;
        Ok(decided.rows_affected() == 1)
    }

    /// Ends the requests that nobody has answered in time.
    pub async fn lapse_pool_requests(
        &mut self,
        now: Timestamp,
    ) -> Result<Vec<Request>, StoreError> {
        let rows = sqlx::query(
            "UPDATE pool_request SET state = 'lapsed' WHERE state = 'asked' AND expires_at <= $1
             RETURNING id, pool_id, quote_id, customer_id, platform, user_id, chat, state, expires_at",
        )
        .bind(now)
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(request).collect()
    }
}
