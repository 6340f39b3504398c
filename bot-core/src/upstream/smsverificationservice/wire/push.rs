//! The callback, section "HTTP callback (incoming SMS)". Nothing signs it, so it only says which order to ask for.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::{
    ids::UpstreamOrderId,
    upstream::{
        Pushed, Says,
        json::{self, Unreadable},
    },
};

const INCOMING: &str = "incoming_message";

#[derive(Deserialize)]
struct Event {
    event: String,
}

#[derive(Deserialize)]
struct Incoming {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    order_id: u64,
    sms: json::Hidden,
}

/// Reads a callback. An event other than an SMS is said to be nothing.
pub fn read(body: &[u8]) -> Result<Pushed, Unreadable> {
    let Event { event } = json::read(body)?;
    if event != INCOMING {
        return Ok(Pushed { dedup: hash(&[body]), order: None, says: Says::Nothing });
    }
    let Incoming { message: Message { order_id, sms } } = json::read(body)?;
    let id = order_id.to_string();
    let sms = json::sms(None, Some(sms), None).into_iter().next();
    let text = sms.as_ref().and_then(|sms| sms.text.as_deref()).unwrap_or_default();
    Ok(Pushed {
        dedup: hash(&[id.as_bytes(), text.as_bytes()]),
        order: Some(UpstreamOrderId(id)),
        says: Says::Look { sms },
    })
}

/// The same for the same parts; no part can be taken for the end of another, since an id has no line break.
fn hash(parts: &[&[u8]]) -> String {
    let digest = Sha256::digest(parts.join(&b'\n'));
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
