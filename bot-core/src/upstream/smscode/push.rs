//! How the shop has SMSCode push to it: sections "/webhook" and "/webhook/test".

use super::{SmsCode, wire::Webhook};
use crate::upstream::{PushSecret, UpstreamError};

const SET: &str = "PATCH /webhook";
const TEST: &str = "POST /webhook/test";

impl SmsCode {
    /// Sets the address unless it is set already, since a key has only one. The secret is the provider's: "auto-generated
    /// if omitted on first set".
    pub(super) async fn register(&self, url: &str) -> Result<PushSecret, UpstreamError> {
        let now = self.webhook().await?;
        if let Some(secret) = secret_of(now, url) {
            return Ok(secret);
        }
        let set = self.set_webhook(url, None).await?;
        secret_of(set, url).ok_or_else(|| UpstreamError::Malformed {
            route: SET,
            field: "data, without the address that was set or without a secret".to_owned(),
        })
    }

    /// Tests nothing where another address is set: what that answers says nothing about this one.
    pub(super) async fn test(&self, url: &str) -> Result<u16, UpstreamError> {
        if self.webhook().await?.webhook_url.as_deref() != Some(url) {
            let code = "another address, or none, is registered".to_owned();
            return Err(UpstreamError::Refused { route: TEST, code });
        }
        Ok(self.test_webhook().await?.status_code)
    }
}

/// The secret of a webhook that leads to this address.
fn secret_of(webhook: Webhook, url: &str) -> Option<PushSecret> {
    use secrecy::ExposeSecret;

    let secret = webhook.webhook_secret.filter(|secret| !secret.expose_secret().is_empty());
    secret.filter(|_| webhook.webhook_url.as_deref() == Some(url))
}
