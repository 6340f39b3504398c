//! SMSCode, v1 (rupiah) and v2 (dollars). Source: SMSCode, "API Documentation".
//!
//! [`endpoints`] has a typed method for everything that the document offers, [`wire`] the shapes, [`create`] the
//! judgement on a purchase, and [`adapter`] puts together what the shop asks of a provider. Nothing is kept but v1's
//! exchange rate. It knows nothing of budgets: who calls decides how often.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rust_decimal::Decimal;
use secrecy::SecretString;

use super::{
    Capabilities, UpstreamError,
    budget::Budget,
    http::{Http, NoClient},
};
use crate::clock::{Clock, Timestamp};
use client::Client;
use wire::money::Prices;

mod adapter;
mod client;
mod create;
mod endpoints;
mod push;
pub mod wire;

pub use adapter::capabilities;
pub use endpoints::ProductFilter;

/// How long v1's exchange rate is used before it is asked for again.
const RATE_LIFE: Duration = Duration::from_mins(10);

/// The shortest timeout that leaves a call a chance.
const SHORTEST_TIMEOUT: Duration = Duration::from_millis(100);

/// Which of the two documents is spoken. "Pick one version per integration; do not mix base paths."
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Money in whole rupiah.
    V1,
    /// Money in dollars.
    V2,
}

impl Version {
    /// The documented address.
    pub const fn base_url(self) -> &'static str {
        match self {
            Self::V1 => "https://api.smscode.gg/v1",
            Self::V2 => "https://api.smscode.gg/v2",
        }
    }
}

/// What a client is made from.
#[derive(Clone, Debug)]
pub struct Settings {
    pub version: Version,
    /// [`Version::base_url`], or the same API at another host; with or without a trailing slash.
    pub base_url: String,
    pub api_key: SecretString,
    /// For one whole call, at least a tenth of a second.
    pub timeout: Duration,
    pub clock: Clock,
    /// What every request passes.
    pub budget: Arc<Budget>,
}

/// Why no client can be made from the settings. Holds nothing of the key.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("SMSCode's address must look like https://host/v2, without user, query and fragment")]
    BaseUrl,
    #[error("SMSCode's key is empty or has characters that a header cannot carry")]
    ApiKey,
    #[error("SMSCode's timeout must be at least a tenth of a second")]
    Timeout,
    #[error(transparent)]
    Client(#[from] NoClient),
}

/// The provider, seen through one key in one version.
#[derive(Debug)]
pub struct SmsCode {
    version: Version,
    capabilities: Capabilities,
    client: Client,
    clock: Clock,
    /// v1's exchange rate and when it was read.
    rate: Mutex<Option<(Timestamp, Decimal)>>,
}

impl SmsCode {
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let http =
            Http::new(settings.timeout, settings.clock.clone(), Arc::clone(&settings.budget))?;
        Self::over(settings, http)
    }

    /// The same over a client that is there already.
    pub fn over(settings: Settings, http: Http) -> Result<Self, SettingsError> {
        let Settings { version, base_url, api_key, timeout, clock, budget: _ } = settings;
        if timeout < SHORTEST_TIMEOUT {
            return Err(SettingsError::Timeout);
        }
        Ok(Self {
            version,
            capabilities: adapter::capabilities(version),
            client: Client::new(&base_url, &api_key, http)?,
            clock,
            rate: Mutex::new(None),
        })
    }

    /// How amounts become costs now; asks v1 for its rate when the last one is older than [`RATE_LIFE`].
    async fn prices(&self) -> Result<Prices, UpstreamError> {
        match self.version {
            Version::V1 => self.rate().await.map(|per_dollar| Prices::Idr { per_dollar }),
            Version::V2 => Ok(Prices::Usd),
        }
    }

    async fn rate(&self) -> Result<Decimal, UpstreamError> {
        let cached = *self.rate.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((read_at, per_dollar)) = cached
            && self.clock.now().since(read_at) < RATE_LIFE
        {
            return Ok(per_dollar);
        }
        let per_dollar = self.exchange_rate().await?;
        let fresh = Some((self.clock.now(), per_dollar));
        *self.rate.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(per_dollar)
    }
}

#[cfg(test)]
mod tests;
