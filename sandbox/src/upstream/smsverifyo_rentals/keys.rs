//! The idempotency keys of SMSVerifyo's rental API ("Idempotency" of the guide): which rental a key has bought. It knows
//! nothing of what a rental is.

use std::collections::HashMap;

use super::{refusal::Refusal, wire::Wanted};

/// "can be retried safely with the same key for 24 hours", in milliseconds.
const KEPT_MS: i64 = 24 * 60 * 60_000;

/// Refused creations are not in it, so they leave their key free.
#[derive(Debug, Default)]
pub(super) struct Keys(HashMap<String, Bought>);

#[derive(Debug)]
struct Bought {
    wanted: Wanted,
    number: u64,
    at_ms: i64,
}

impl Keys {
    /// The rental that this key has bought within the last 24 hours, which must have been asked for in the same way.
    pub fn find(&self, key: &str, wanted: &Wanted, now_ms: i64) -> Result<Option<u64>, Refusal> {
        match self.0.get(key).filter(|bought| now_ms - bought.at_ms < KEPT_MS) {
            None => Ok(None),
            Some(bought) if bought.wanted == *wanted => Ok(Some(bought.number)),
            Some(_) => Err(Refusal::KeyReused),
        }
    }

    pub fn remember(&mut self, key: String, wanted: Wanted, number: u64, at_ms: i64) {
        self.0.insert(key, Bought { wanted, number, at_ms });
    }
}
