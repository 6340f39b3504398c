//! SMSVerifyo. Source: "Reseller API v1". The same company's rental API is another provider, [`super::smsverifyo_rentals`].
//!
//! [`endpoints`] has a typed method for every endpoint of the document, [`wire`] the shapes, [`buy`] the judgement on a
//! purchase, [`shelves`] what is remembered of the catalogue, and [`adapter`] puts together what the shop asks of a
//! provider. It knows nothing of budgets: who calls decides how often.
//!
//! A purchase carries no key of ours and there is no list of orders, so it is sent once, on a connection of its own, and a
//! lost answer leaves nothing to read but the balance.

use std::{sync::Arc, time::Duration};

use reqwest::{Url, header::HeaderValue};
use secrecy::SecretString;

use self::shelves::Shelves;
use super::{
    Capabilities,
    budget::Budget,
    http::{Http, NoClient, base, bearer},
};
use crate::clock::Clock;

mod adapter;
mod buy;
mod endpoints;
mod shelves;
pub mod wire;

pub use adapter::capabilities;

/// The documented address with what all paths begin with.
pub const BASE_URL: &str = "https://smsverifyo.com/api/public/v1";

/// The currency of every amount, section "Conventions".
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
    #[error(
        "SMSVerifyo's address must look like https://host/api/public/v1, without user, query and fragment"
    )]
    BaseUrl,
    #[error("SMSVerifyo's key is empty or has characters that a header cannot carry")]
    ApiKey,
    #[error("SMSVerifyo's timeout must be at least a tenth of a second")]
    Timeout,
    #[error(transparent)]
    Client(#[from] NoClient),
}

/// The provider, seen through one key.
#[derive(Debug)]
pub struct SmsVerifyo {
    capabilities: Capabilities,
    base: Url,
    /// The whole `Authorization` header, marked as sensitive.
    authorization: HeaderValue,
    http: Http,
    clock: Clock,
    shelves: Shelves,
}

impl SmsVerifyo {
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let http =
            Http::new(settings.timeout, settings.clock.clone(), Arc::clone(&settings.budget))?;
        Self::over(settings, http)
    }

    /// The same over a client that is there already.
    pub fn over(settings: Settings, http: Http) -> Result<Self, SettingsError> {
        let Settings { base_url, api_key, timeout, clock, budget: _ } = settings;
        if timeout < SHORTEST_TIMEOUT {
            return Err(SettingsError::Timeout);
        }
        Ok(Self {
            capabilities: adapter::capabilities(),
            base: base(&base_url).ok_or(SettingsError::BaseUrl)?,
            authorization: bearer(&api_key).ok_or(SettingsError::ApiKey)?,
            http,
            clock,
            shelves: Shelves::default(),
        })
    }
}

#[cfg(test)]
mod tests;
