//! The webhook settings. Nothing is sent yet: what would be sent starts at the account's changes of stage.

use hyper::Uri;
use rand::{Rng, rngs::StdRng};
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusal::Refusal;

/// Both are absent until set.
#[derive(Debug, Default)]
pub(super) struct Webhook {
    url: Option<String>,
    secret: Option<String>,
}

/// The body of `PATCH /webhook`; an empty string clears.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Patch {
    webhook_url: Option<String>,
    webhook_secret: Option<String>,
}

impl Webhook {
    pub fn show(&self) -> Value {
        json!({ "webhook_url": self.url, "webhook_secret": self.secret })
    }

    pub fn change(&mut self, patch: Patch, random: &mut StdRng) -> Result<(), Refusal> {
        if patch.webhook_url.is_none() && patch.webhook_secret.is_none() {
            return Err(Refusal::Validation(
                "webhook_url or webhook_secret is required".to_owned(),
            ));
        }
        if let Some(url) = patch.webhook_url {
            if !url.is_empty() && !is_https(&url) {
                return Err(Refusal::Validation("webhook_url must be an HTTPS URL".to_owned()));
            }
            self.url = non_empty(url);
        }
        if let Some(secret) = patch.webhook_secret {
            self.secret = non_empty(secret);
        } else if self.url.is_some() && self.secret.is_none() {
            self.secret = Some(format!("{:032x}", random.random::<u128>()));
        }
        Ok(())
    }

    /// `POST /webhook/test`. It refuses rather than pretend that a receiver answered.
    pub fn test(&self) -> Result<Value, Refusal> {
        match self.url {
            None => Err(Refusal::Validation("No webhook URL is configured".to_owned())),
            Some(_) => Err(Refusal::Unavailable {
                message: "The sandbox sends no webhooks",
                retry_after: None,
            }),
        }
    }
}

fn is_https(url: &str) -> bool {
    url.parse::<Uri>().is_ok_and(|url| {
        url.scheme_str() == Some("https") && url.host().is_some_and(|host| !host.is_empty())
    })
}

fn non_empty(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
