//! SMSVerifyo's rental API: a number for one service, asked for with a key that makes repeating it harmless. Source: the
//! company's guide to "the SMSVerifyo REST API", which names endpoints and shows no JSON.
//!
//! [`wire`] gathers every shape and says which are assumed: whoever has the real reference changes that file alone.
//! [`endpoints`] has a typed method for each of the guide's four calls, [`create`] the judgement on a purchase, and
//! [`adapter`] puts together what the shop asks of a provider. Nothing is kept between calls. It knows nothing of
//! budgets: who calls decides how often.
//!
//! What the guide calls a rental is what the shop calls an activation: a number for a service, released or used up within
//! minutes.

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
mod create;
mod endpoints;
pub mod wire;

pub use adapter::capabilities;

/// An assumption: the guide names paths from `/v1` on and no host. The configuration's address goes before it.
pub const BASE_URL: &str = "https://smsverifyo.com/v1";

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
        "SMSVerifyo's rental address must look like https://host/v1, without user, query and fragment"
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
pub struct SmsVerifyoRentals {
    capabilities: Capabilities,
    base: Url,
    /// The whole `Authorization` header, marked as sensitive.
    authorization: HeaderValue,
    http: Http,
    clock: Clock,
}

impl SmsVerifyoRentals {
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
        })
    }
}

#[cfg(test)]
mod tests;
