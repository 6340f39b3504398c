//! Snowflakes, Discord's ids: a moment and a counter ("API Reference", "Snowflakes"). JSON carries them as strings.

use serde::{Deserialize, Deserializer, Serializer, de::Error};
use serde_json::Value;

/// The first millisecond of 2015, in Unix milliseconds.
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;
const TIME_SHIFT: u32 = 22;

/// Makes ids that always grow.
#[derive(Debug, Default)]
pub(super) struct Snowflakes {
    last: u64,
}

impl Snowflakes {
    pub fn next(&mut self, now_ms: i64) -> u64 {
        let since = u64::try_from(now_ms - DISCORD_EPOCH_MS).unwrap_or(0);
        self.last = (since << TIME_SHIFT).max(self.last + 1);
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
pub(super) fn to_text<S: Serializer>(id: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}

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
