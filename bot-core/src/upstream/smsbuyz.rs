//! SmsBuyz. Source: "SmsBuyz API Documentation".
//!
//! [`endpoints`] has a typed method for what the shop needs of the document, [`wire`] the shapes, [`buy`] the judgement on
//! a purchase, and [`adapter`] puts together what the shop asks of a provider. Nothing is kept between calls. Every request waits
//! for its turn in the key's budget.
//!
//! Every call is a GET, also those that buy. A purchase carries no key of ours, so it is sent once, on a connection of its
//! own, and a lost answer is settled by the provider's list of orders.

use std::{sync::Arc, time::Duration};

use reqwest::{Url, header::HeaderValue};
use secrecy::SecretString;

use super::{
    Capabilities,
    budget::Budget,
    http::{Http, NoClient, base, bearer},
};
use crate::clock::Clock;

mod adapter;
mod buy;
mod endpoints;
pub mod wire;

pub use adapter::capabilities;

/// The documented address.
pub const BASE_URL: &str = "https://smsbuyz.com/v1";

/// What amounts are taken for. The document names no currency anywhere; its examples (a number for 0.4118, a balance of
/// 10.50) look like dollars. A reseller whose account is kept in another currency must not use this adapter.
pub const CURRENCY: &str = "USD";

/// The shortest timeout that leaves a call a chance.
const SHORTEST_TIMEOUT: Duration = Duration::from_millis(100);

/// What a client is made from.
#[derive(Clone, Debug)]
pub struct Settings {
    /// [`BASE_URL`], or the same API at another host; with or without a trailing slash.
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
    #[error("SmsBuyz's address must look like https://host/v1, without user, query and fragment")]
    BaseUrl,
    #[error("SmsBuyz's key is empty or has characters that a header cannot carry")]
    ApiKey,
    #[error("SmsBuyz's timeout must be at least a tenth of a second")]
    Timeout,
    #[error(transparent)]
    Client(#[from] NoClient),
}

/// The provider, seen through one key.
#[derive(Debug)]
pub struct SmsBuyz {
    capabilities: Capabilities,
    base: Url,
    /// The whole `Authorization` header, marked as sensitive.
    authorization: HeaderValue,
    http: Http,
}

impl SmsBuyz {
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let http =
            Http::new(settings.timeout, settings.clock.clone(), Arc::clone(&settings.budget))?;
        Self::over(settings, http)
    }

    /// The same over a client that is there already.
    pub fn over(settings: Settings, http: Http) -> Result<Self, SettingsError> {
        let Settings { base_url, api_key, timeout, clock: _, budget: _ } = settings;
        if timeout < SHORTEST_TIMEOUT {
            return Err(SettingsError::Timeout);
        }
        Ok(Self {
            capabilities: adapter::capabilities(),
            base: base(&base_url).ok_or(SettingsError::BaseUrl)?,
            authorization: bearer(&api_key).ok_or(SettingsError::ApiKey)?,
            http,
        })
    }
}

#[cfg(test)]
mod tests;
