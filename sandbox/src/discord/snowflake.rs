//! Snowflakes, Discord's ids: a moment and a counter ("API Reference", "Snowflakes"). JSON carries them as strings.

use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Deserializer, Serializer, de::Error};
use serde_json::Value;

/// The first millisecond of 2015, in Unix milliseconds.
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;
const TIME_SHIFT: u32 = 22;

/// Emulators made in this process.
static MADE: AtomicU32 = AtomicU32::new(0);

/// Makes ids that always grow. As with Discord's workers, no two makers meet: the requests of several emulators whose
/// clocks stand at the same moment can go into one log.
#[derive(Debug)]
pub(super) struct Snowflakes {
    last: u64,
    worker: u64,
}

impl Snowflakes {
    pub fn new() -> Self {
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let process = std::process::id();
        let slot = process.wrapping_mul(97).wrapping_add(number) & 0x3ff;
        let start = process.wrapping_mul(61) & 0xfff;
        Self { last: 0, worker: u64::from(slot << 12 | start) }
    }

    pub fn next(&mut self, now_ms: i64) -> u64 {
        let since = u64::try_from(now_ms - DISCORD_EPOCH_MS).unwrap_or(0);
        self.last = (since << TIME_SHIFT | self.worker).max(self.last + 1);
        self.last
    }
}

/// An id as the bot sent it: a string, or a number, which Discord takes too.
pub(super) fn read(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(_) => value.as_u64(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Ids as strings in the control interface, too: a browser's numbers are too short for them.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over by reference")]
pub(super) fn to_text<S: Serializer>(id: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}

#[allow(clippy::ref_option, reason = "serde hands fields over by reference")]
pub(super) fn to_text_if_any<S: Serializer>(
    id: &Option<u64>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match id {
        Some(id) => serializer.collect_str(id),
        None => serializer.serialize_none(),
    }
}

pub(super) fn to_texts<S: Serializer>(ids: &[u64], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(ids.iter().map(u64::to_string))
}

/// An id from a string or a number.
pub(super) fn from_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let value = Value::deserialize(deserializer)?;
    read(&value).ok_or_else(|| D::Error::custom("an id is expected"))
}
