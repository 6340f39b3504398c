//! Orders as they are written.

use super::{Order, Purchase, SMS, Sms, order, select, sms};
use crate::{
    clock::Timestamp,
    ids::{OrderId, SmsId},
    order::State,
    store::{StoreError, WriteTx, items::Columns},
    upstream::{Cost, UpstreamSms},
};

impl WriteTx {
    /// Makes the quote's order of this position. `None` when the quote has made it already.
    pub async fn add_order(
        &mut self,
        purchase: &Purchase,
        at: Timestamp,
    ) -> Result<Option<OrderId>, StoreError> {
        let item = Columns::from(purchase.item);
        let id = sqlx::query_scalar(
            "INSERT INTO orders (quote_id, position, customer_id, platform, user_id, chat, provider, service_id,
                                 country_id, kind, days, renews, renews_after, product, area_code, price, quoted_cost,
                                 max_cost, idempotency_key, pool_id, state, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, 'placing',
                     $21, $21)
             ON CONFLICT (quote_id, position) DO NOTHING RETURNING id",
        )
        .bind(purchase.quote)
        .bind(i64::from(purchase.position))
        .bind(purchase.customer)
        .bind(&purchase.identity.platform)
        .bind(&purchase.identity.user)
        .bind(&purchase.chat.chat)
        .bind(&purchase.provider)
        .bind(purchase.service)
        .bind(purchase.country)
        .bind(item.kind)
        .bind(item.days)
        .bind(item.renews)
        .bind(item.renews_after)
        .bind(&purchase.product)
        .bind(&purchase.area_code)
        .bind(purchase.price)
        .bind(purchase.quoted_cost)
        .bind(purchase.max_cost)
        .bind(&purchase.key)
        .bind(purchase.pool)
        .bind(at);
        Ok(id.fetch_optional(self.connection()).await?)
    }

    pub async fn order(&mut self, id: OrderId) -> Result<Option<Order>, StoreError> {
        let row = sqlx::query(select("id = $1")).bind(id).fetch_optional(self.connection()).await?;
        row.as_ref().map(order).transpose()
    }

    /// Whether a rental still ends at `end` and no purchase but this one prolongs it.
    pub async fn may_be_renewed_by(
        &mut self,
        renewal: OrderId,
        rental: OrderId,
        end: Timestamp,
    ) -> Result<bool, StoreError> {
        let may = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM orders WHERE id = $2 AND state = 'active' AND expires_at = $3)
                    AND NOT EXISTS (SELECT 1 FROM orders WHERE renews = $2 AND id <> $1
                                    AND state IN ('placing', 'in_doubt', 'needs_operator'))",
        );
        Ok(may.bind(renewal).bind(rental).bind(end).fetch_one(self.connection()).await?)
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
            | State::Banned(_)
            | State::Active(_)
            | State::Ended(_)
            | State::Fulfilled(_)
            | State::Undone => (None, None),
        };
        let line = state.line();
        let esim = state.esim();
        let renewed_until = state.renewed_until();
        sqlx::query(
            "UPDATE orders SET state = $2, reason = $3, doubt_since = $4, upstream_order = $5, phone = $6,
                               accepted_at = $7, expires_at = $8, activation_code = $9, updated_at = $10 WHERE id = $1",
        )
        .bind(id)
        .bind(state.word())
        .bind(reason)
        .bind(since)
        .bind(line.map(|line| &line.upstream).or(esim.map(|esim| &esim.upstream)))
        .bind(line.map(|line| &line.phone))
        .bind(line.map(|line| line.accepted_at))
        .bind(line.map(|line| line.expires_at).or(renewed_until))
        .bind(esim.map(|esim| &esim.activation_code))
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

    /// The customer of a rental is reminded of this end. False when they were before, or it does not end then any more.
    pub async fn set_reminded(&mut self, id: OrderId, end: Timestamp) -> Result<bool, StoreError> {
        let reminded = sqlx::query(
            "UPDATE orders SET reminded_of = $2 WHERE id = $1 AND state = 'active' AND expires_at = $2
             AND (reminded_of IS NULL OR reminded_of <> $2)",
        );
        let done = reminded.bind(id).bind(end).execute(self.connection()).await?;
        Ok(done.rows_affected() > 0)
    }

    /// The further terms of a rental that were paid for.
    pub async fn renewals_of(&mut self, rental: OrderId) -> Result<Vec<OrderId>, StoreError> {
        let ids = sqlx::query_scalar(
            "SELECT id FROM orders WHERE renews = $1 AND state = 'fulfilled' ORDER BY id",
        );
        Ok(ids.bind(rental).fetch_all(self.connection()).await?)
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
