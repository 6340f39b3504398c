//! Pushed events, section "Webhook Notifications".
//!
//! What the document says of an event is believed: that a code came, and that an expired or canceled order was refunded.
//! `order.completed` says only that it is over, so the order is asked for; so is one whose event contradicts itself.
//! An event's time is not the SMS's, which `otp_received_at` tells elsewhere: the SMS is told without one, so that it is
//! not taken for another when it is polled.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::{
    clock::Timestamp,
    ids::UpstreamOrderId,
    upstream::{
        Pushed, Says, UpstreamOrder, UpstreamSms, UpstreamStatus,
        json::{self, Hidden, Unreadable},
    },
};

#[derive(Deserialize)]
struct Named {
    event: String,
}

/// The document's events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    OtpReceived,
    Completed,
    Expired,
    Canceled,
}

#[derive(Deserialize)]
struct Told {
    #[serde(deserialize_with = "json::moment")]
    timestamp: Timestamp,
    data: Data,
}

/// The one example is of an event with a code; without one both fields are taken to be `null`, as in an order.
#[derive(Deserialize)]
struct Data {
    order_id: u64,
    #[serde(deserialize_with = "json::nullable")]
    otp_code: Option<Hidden>,
    #[serde(deserialize_with = "json::nullable")]
    otp_message: Option<Hidden>,
}

impl Event {
    fn named(name: &str) -> Option<Self> {
        match name {
            "order.otp_received" => Some(Self::OtpReceived),
            "order.completed" => Some(Self::Completed),
            "order.expired" => Some(Self::Expired),
            "order.canceled" => Some(Self::Canceled),
            _ => None,
        }
    }
}

/// Reads an event. The test event, for which the document has no name, and any other is said to be nothing.
pub fn read(body: &[u8]) -> Result<Pushed, Unreadable> {
    let Named { event: name } = json::read(body)?;
    let Some(event) = Event::named(&name) else {
        return Ok(Pushed { dedup: name, order: None, says: Says::Nothing });
    };
    let Told { timestamp, data } = json::read(body)?;
    let id = UpstreamOrderId(data.order_id.to_string());
    let sms = json::sms(data.otp_code, data.otp_message, None).pop();
    Ok(Pushed {
        dedup: dedup(&name, timestamp, &id, sms.as_ref()),
        order: Some(id.clone()),
        says: match (event, sms) {
            (Event::OtpReceived, None) => {
                return Err(Unreadable { field: "data.otp_code".to_owned() });
            }
            (Event::OtpReceived, Some(sms)) => seen(id, UpstreamStatus::CodeReceived, vec![sms]),
            (Event::Expired, None) => seen(id, UpstreamStatus::Expired, vec![]),
            (Event::Canceled, None) => seen(id, UpstreamStatus::Cancelled, vec![]),
            (Event::Completed, sms) | (Event::Expired | Event::Canceled, sms @ Some(_)) => {
                Says::Look { sms }
            }
        },
    })
}

fn seen(id: UpstreamOrderId, status: UpstreamStatus, sms: Vec<UpstreamSms>) -> Says {
    Says::Seen(UpstreamOrder {
        id,
        status,
        phone: None,
        activation_code: None,
        product: None,
        label: None,
        cost: None,
        created_at: None,
        expires_at: None,
        sms,
    })
}

/// A hash, because codes do not belong into names. A line break ends each part, and only the last, the text, has any.
fn dedup(name: &str, at: Timestamp, id: &UpstreamOrderId, sms: Option<&UpstreamSms>) -> String {
    let code = sms.and_then(|sms| sms.code.as_deref()).unwrap_or_default();
    let text = sms.and_then(|sms| sms.text.as_deref()).unwrap_or_default();
    let whole = format!("{name}\n{}\n{}\n{code}\n{text}", at.0, id.as_str());
    let digest = Sha256::digest(whole);
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

#[cfg(test)]
mod tests;
