//! The shop's own numbers for services and countries, and how often each service sells.

use std::collections::HashMap;

use sqlx::Row;

use super::{Store, StoreError, WriteTx};
use crate::{
    catalog::{NO_FLAG, Numbers},
    ids::{CountryId, ServiceId},
    upstream::Listing,
};

impl Store {
    /// Orders per service that brought a code.
    pub async fn popularity(&self) -> Result<HashMap<ServiceId, u64>, StoreError> {
        let rows = sqlx::query(
            "SELECT service_id, COUNT(*) FROM orders WHERE state IN ('code_received', 'finished') GROUP BY service_id",
        )
        .fetch_all(self.readers())
        .await?;
        Ok(rows
            .iter()
            .map(|row| (row.get(0), u64::try_from(row.get::<i64, _>(1)).unwrap_or(0)))
            .collect())
    }

    /// What the provider calls a service and a country.
    pub async fn keys(
        &self,
        service: ServiceId,
        country: CountryId,
    ) -> Result<Option<(String, String)>, StoreError> {
        let row = sqlx::query(
            "SELECT service.key, country.key FROM service, country WHERE service.id = $1 AND country.id = $2",
        )
        .bind(service)
        .bind(country)
        .fetch_optional(self.readers())
        .await?;
        Ok(row.map(|row| (row.get(0), row.get(1))))
    }

    /// Names of a service and a country, for orders that the catalogue no longer shows: name, name, flag.
    pub async fn names(
        &self,
        service: ServiceId,
        country: CountryId,
    ) -> Result<(String, String, String), StoreError> {
        let row = sqlx::query(
            "SELECT service.name, country.name, country.flag FROM service, country
             WHERE service.id = $1 AND country.id = $2",
        )
        .bind(service)
        .bind(country)
        .fetch_one(self.readers())
        .await?;
        Ok((row.get(0), row.get(1), row.get(2)))
    }
}

impl WriteTx {
    /// Numbers what `listing` names for the first time and takes over changed names.
    pub async fn number(
        &mut self,
        provider: &str,
        listing: &Listing,
    ) -> Result<Numbers, StoreError> {
        let mut known = Numbers::default();
        for service in &listing.services {
            let id: ServiceId = sqlx::query_scalar(
                "INSERT INTO service (provider, key, name) VALUES ($1, $2, $3)
                 ON CONFLICT (provider, key) DO UPDATE SET name = excluded.name RETURNING id",
            )
            .bind(provider)
            .bind(&service.key)
            .bind(&service.name)
            .fetch_one(self.connection())
            .await?;
            known.services.insert(service.key.clone(), id);
        }
        for country in &listing.countries {
            let id: CountryId = sqlx::query_scalar(
                "INSERT INTO country (provider, key, name, flag) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (provider, key) DO UPDATE SET name = excluded.name, flag = excluded.flag RETURNING id",
            )
            .bind(provider)
            .bind(&country.key)
            .bind(&country.name)
            .bind(if country.flag.is_empty() { NO_FLAG } else { &country.flag })
            .fetch_one(self.connection())
            .await?;
            known.countries.insert(country.key.clone(), id);
        }
        Ok(known)
    }
}
