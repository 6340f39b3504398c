//! Locked prices.

use sqlx::Row;

use super::{Store, StoreError, WriteTx};
use crate::{
    clock::Timestamp,
    ids::{CountryId, CustomerId, ProductRef, QuoteId, ServiceId},
    money::Money,
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
    pub product: ProductRef,
    /// What the provider asked when the price was locked.
    pub cost: Money,
    /// What the customer pays.
    pub price: Money,
}

impl Store {
    /// A quote of this customer's; somebody else's does not exist.
    pub async fn quote(
        &self,
        id: QuoteId,
        customer: CustomerId,
    ) -> Result<Option<Quote>, StoreError> {
        let row = sqlx::query(
            "SELECT provider, service_id, country_id, product, cost, price, expires_at FROM quote
             WHERE id = $1 AND customer_id = $2",
        )
        .bind(id)
        .bind(customer)
        .fetch_optional(self.readers())
        .await?;
        Ok(row.map(|row| Quote {
            id,
            offer: QuotedOffer {
                customer,
                provider: row.get(0),
                service: row.get(1),
                country: row.get(2),
                product: row.get(3),
                cost: row.get(4),
                price: row.get(5),
            },
            expires_at: row.get(6),
        }))
    }
}

impl WriteTx {
    pub async fn add_quote(
        &mut self,
        offer: &QuotedOffer,
        at: Timestamp,
        expires_at: Timestamp,
    ) -> Result<QuoteId, StoreError> {
        let id = sqlx::query_scalar(
            "INSERT INTO quote (customer_id, provider, service_id, country_id, product, cost, price, created_at,
                                expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
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
        .fetch_one(self.connection())
        .await?;
        Ok(id)
    }

    /// Forgets quotes that ended before `moment` and made no order.
    pub async fn forget_quotes(&mut self, moment: Timestamp) -> Result<u64, StoreError> {
        let gone = sqlx::query(
            "DELETE FROM quote WHERE expires_at < $1 AND NOT EXISTS (SELECT 1 FROM orders WHERE quote_id = quote.id)",
        )
        .bind(moment)
        .execute(self.connection())
        .await?;
        Ok(gone.rows_affected())
    }
}
