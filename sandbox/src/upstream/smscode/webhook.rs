//! The webhook settings, and what is pushed when ("Webhook Notifications" of the document).
//!
//! Two points go beyond the document: `http://` is taken when it leads to this machine, because the emulator pushes
//! nowhere else, and `https://` is taken as documented but never sent to.

use hyper::Uri;
use rand::{Rng, rngs::StdRng};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{catalog::Catalog, order::News, refusal::Refusal, show};
use crate::upstream::webhook::{Outcome, Policy, Pusher, Receiver, is_loopback};

const HEADER: &str = "x-webhook-signature";
/// The event of `POST /webhook/test`, for which the document gives no name and no payload.
const TEST: &str = "webhook.test";

/// URL and secret are absent until set.
#[derive(Debug)]
pub(super) struct Webhook {
    url: Option<String>,
    secret: Option<String>,
    pusher: Pusher,
}

/// The body of `PATCH /webhook`; an empty string clears.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Patch {
    pub webhook_url: Option<String>,
    pub webhook_secret: Option<String>,
}

impl Webhook {
    pub fn new(pusher: Pusher) -> Self {
        Self { url: None, secret: None, pusher }
    }

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
            if !url.is_empty() && !is_https(&url) && !is_loopback(&url) {
                return Err(Refusal::Validation("webhook_url must be an HTTPS URL".to_owned()));
            }
            self.url = non_empty(url);
        }
        if let Some(secret) = patch.webhook_secret {
            self.secret = non_empty(secret);
        } else if self.url.is_some() && self.secret.is_none() {
            self.secret = Some(format!("{:032x}", random.random::<u128>()));
        }
        self.pusher.set_receiver(self.receiver());
        Ok(())
    }

    /// Without a secret the signature is made with an empty one: the document says that each request has one.
    fn receiver(&self) -> Option<Receiver> {
        let url = self.url.clone()?;
        let secret = self.secret.clone().unwrap_or_default();
        Some(Receiver { url, policy: Policy::Signed { header: HEADER, secret } })
    }

    /// Whether there is anything for `POST /webhook/test` to try.
    pub fn testable(&self) -> Result<(), Refusal> {
        match self.url {
            None => Err(Refusal::Validation("No webhook URL is configured".to_owned())),
            Some(_) => Ok(()),
        }
    }

    pub fn tell(&self, news: &News, catalog: &Catalog) {
        let event = news.event.name();
        self.pusher.push(event, Some(news.order.id), &payload(news, catalog));
    }
}

/// The documented payload. Its only example has a code; without one both fields are null, as in an order.
fn payload(News { event, at_ms, order }: &News, catalog: &Catalog) -> Value {
    let country = catalog.products.get(&order.product_id).map(|product| product.country_id);
    let country = country.and_then(|id| catalog.country(id)).map(|row| row.country.name);
    let platform = catalog.service(order.platform_id).map(|row| &row.name);
    let sms = order.shown_sms();
    json!({
        "event": event.name(),
        "timestamp": show::time(*at_ms),
        "data": {
            "order_id": order.id,
            "phone_number": order.phone,
            "otp_code": sms.map(|sms| &sms.code),
            "otp_message": sms.map(|sms| &sms.message),
            "product_id": order.product_id,
            "country": country,
            "platform": platform,
        },
    })
}

/// Posts the test event; the receiver's status. The document does not say what comes when there is none.
pub(super) async fn test(pusher: &Pusher, now_ms: i64) -> Result<Value, Refusal> {
    let body = json!({ "event": TEST, "timestamp": show::time(now_ms), "data": {} });
    let message = match pusher.push_now(TEST, &body).await {
        Outcome::Answered(status) => return Ok(json!({ "status_code": status })),
        Outcome::NoAnswer => "The webhook URL did not answer in time",
        Outcome::NoConnection | Outcome::Lost => "The webhook URL could not be reached",
        Outcome::NotLoopback => "The sandbox pushes to http:// on this machine only",
    };
    Err(Refusal::Unavailable { message, retry_after: None })
}

fn is_https(url: &str) -> bool {
    url.parse::<Uri>().is_ok_and(|url| {
        url.scheme_str() == Some("https") && url.host().is_some_and(|host| !host.is_empty())
    })
}

fn non_empty(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
