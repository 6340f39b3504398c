//! Locked prices.

use sqlx::{Row, sqlite::SqliteRow};

use super::{
    Store, StoreError, WriteTx,
    items::{Columns, item},
    links::OF_CUSTOMER,
};
use crate::{
    clock::Timestamp,
    ids::{CountryId, CustomerId, PoolId, ProductRef, QuoteId, ServiceId},
    money::{Money, OutOfRange},
    order::Item,
    phone::AreaCode,
};

/// A price locked for one customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    pub id: QuoteId,
    pub offer: QuotedOffer,
    pub expires_at: Timestamp,
}

/// What a quote is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotedOffer {
    pub customer: CustomerId,
    pub provider: String,
    pub service: ServiceId,
    pub country: CountryId,
    pub item: Item,
    pub product: ProductRef,
    pub area_code: Option<AreaCode>,
    /// How many.
    pub quantity: u16,
    /// What the provider asked for each when the price was locked.
    pub cost: Money,
    /// What the customer pays for each.
    pub price: Money,
    /// The pool of the group in which the price was asked, which may pay.
    pub pool: Option<PoolId>,
}

impl QuotedOffer {
    /// What the customer pays in all.
    pub fn total(&self) -> Result<Money, OutOfRange> {
        self.price.checked_mul(self.quantity)
    }
}

impl Store {
    /// A quote of this customer's; somebody else's does not exist.
    pub async fn quote(
        &self,
        id: QuoteId,
        customer: CustomerId,
    ) -> Result<Option<Quote>, StoreError> {
        let quote = format!("SELECT * FROM quote WHERE id = $2 AND {OF_CUSTOMER}");
        let row = sqlx::query(sqlx::AssertSqlSafe(quote))
            .bind(customer)
            .bind(id)
            .fetch_optional(self.readers())
            .await?;
        row.map(|row| {
            let offer = offered(&row, customer)?;
            Ok(Quote { id, offer, expires_at: row.try_get("expires_at")? })
        })
        .transpose()
    }
}

fn offered(row: &SqliteRow, customer: CustomerId) -> Result<QuotedOffer, StoreError> {
    let quantity: i64 = row.try_get("quantity")?;
    Ok(QuotedOffer {
        customer,
        provider: row.try_get("provider")?,
        service: row.try_get("service_id")?,
        country: row.try_get("country_id")?,
        item: item(row)?,
        product: row.try_get("product")?,
        area_code: row.try_get("area_code")?,
        quantity: u16::try_from(quantity)
            .map_err(|_| StoreError::Corrupt(format!("quote.quantity {quantity}")))?,
        cost: row.try_get("cost")?,
        price: row.try_get("price")?,
        pool: row.try_get("pool_id")?,
    })
}

impl WriteTx {
    pub async fn add_quote(
        &mut self,
        offer: &QuotedOffer,
        at: Timestamp,
        expires_at: Timestamp,
    ) -> Result<QuoteId, StoreError> {
        let item = Columns::from(offer.item);
        let id = sqlx::query_scalar(
            "INSERT INTO quote (customer_id, provider, service_id, country_id, product, cost, price, created_at,
                                expires_at, kind, days, renews, renews_after, area_code, quantity,
                                pool_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) RETURNING id",
        )
        .bind(offer.customer)
        .bind(&offer.provider)
        .bind(offer.service)
        .bind(offer.country)
        .bind(&offer.product)
        .bind(offer.cost)
        .bind(offer.price)
        .bind(at)
        .bind(expires_at)
        .bind(item.kind)
        .bind(item.days)
        .bind(item.renews)
        .bind(item.renews_after)
        .bind(&offer.area_code)
        .bind(i64::from(offer.quantity))
        .bind(offer.pool)
        .fetch_one(self.connection())
        .await?;
        Ok(id)
    }

    /// Forgets quotes that ended before `moment` and made no order.
    pub async fn forget_quotes(&mut self, moment: Timestamp) -> Result<u64, StoreError> {
        let gone = sqlx::query(
            "DELETE FROM quote WHERE expires_at < $1 AND NOT EXISTS (SELECT 1 FROM orders WHERE quote_id = quote.id)
             AND NOT EXISTS (SELECT 1 FROM pool_request WHERE quote_id = quote.id)",
        )
        .bind(moment)
        .execute(self.connection())
        .await?;
        Ok(gone.rows_affected())
    }
}
