//! smsVerificationService. Source: "API Documentation" of the provider.
//!
//! [`endpoints`] has a typed method for every endpoint of the document, [`wire`] the shapes, [`product`] what can be
//! bought and how it is asked for, [`wares`] the offers that the lists make, [`globals`] what is remembered of them,
//! [`buy`] the judgement on a purchase or a renewal, and [`adapter`] puts together what the shop asks of a provider. Every request waits
//! for its turn in the key's budget.
//!
//! Nothing that buys carries a key of ours, so it is sent once, on a connection of its own, and a lost answer is settled
//! by the provider's list of orders. All paths end with a slash: without it the provider redirects a GET and loses a POST.

use std::{sync::Arc, time::Duration};

use reqwest::{Url, header::HeaderValue};
use secrecy::SecretString;

use self::globals::Globals;
use super::{
    Capabilities,
    budget::Budget,
    http::{self, Http, NoClient, bearer},
};
use crate::clock::Clock;

mod adapter;
mod buy;
mod endpoints;
mod globals;
pub mod product;
mod wares;
pub mod wire;

pub use adapter::capabilities;

/// The documented address with what all paths begin with.
pub const BASE_URL: &str = "https://smsverificationservice.com/api/v1";

/// What all paths begin with.
const BASE_PATH: &str = "/api/v1";

/// The currency of every amount, section "Get account balance".
pub const CURRENCY: &str = "USD";

/// The shortest timeout that leaves a call a chance.
const SHORTEST_TIMEOUT: Duration = Duration::from_millis(100);

/// What a client is made from.
#[derive(Clone, Debug)]
pub struct Settings {
    /// [`BASE_URL`], or the same API at another host, with or without a trailing slash. A host alone, as the document
    /// writes the base URL, means [`BASE_PATH`] on it.
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
        "smsVerificationService's address must look like https://host/api/v1, without user, query and fragment"
    )]
    BaseUrl,
    #[error("smsVerificationService's key is empty or has characters that a header cannot carry")]
    ApiKey,
    #[error("smsVerificationService's timeout must be at least a tenth of a second")]
    Timeout,
    #[error(transparent)]
    Client(#[from] NoClient),
}

/// The provider, seen through one key.
#[derive(Debug)]
pub struct SmsVerificationService {
    capabilities: Capabilities,
    base: Url,
    /// The whole `Authorization` header, marked as sensitive.
    authorization: HeaderValue,
    http: Http,
    clock: Clock,
    globals: Globals,
}

impl SmsVerificationService {
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
            globals: Globals::default(),
        })
    }
}

/// A host alone gets the path of the document.
fn base(text: &str) -> Option<Url> {
    let mut url = http::base(text)?;
    if url.path() == "/" {
        url.set_path(BASE_PATH);
    }
    Some(url)
}

#[cfg(test)]
mod tests;
