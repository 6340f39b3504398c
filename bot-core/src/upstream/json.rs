//! Reading providers' JSON: what a document promises is there and of its type, or the field is named. Numbers are exact.
//!
//! It knows nothing of any provider. Fields that a document does not mention are ignored; a promised one never gets a
//! default. Errors carry paths only, never values, because values may be codes and numbers.

use std::fmt;

use rust_decimal::Decimal;
use secrecy::SecretString;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, IgnoredAny},
};
use serde_json::Number;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{UpstreamError, UpstreamSms};
use crate::{clock::Timestamp, phone::Phone};

/// The longest path that an error shows, in bytes.
const LONGEST_PATH: usize = 80;

/// The answer is not what the document promises.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unreadable at {field}")]
pub struct Unreadable {
    /// Where: `data[3].price.currency`.
    pub field: String,
}

impl Unreadable {
    /// The same, for a call that buys nothing.
    pub fn on(self, route: &'static str) -> UpstreamError {
        UpstreamError::Malformed { route, field: self.field }
    }
}

/// Reads the whole of `body` as a `T`.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Unreadable> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        // Some wrong types are reported as wrong syntax, so the whole is looked at once more.
        if serde_json::from_slice::<IgnoredAny>(body).is_ok() {
            Unreadable { field: field(&error.path().to_string(), error.inner()) }
        } else {
            not_json()
        }
    })?;
    reader.end().map_err(|_| not_json())?;
    Ok(value)
}

fn not_json() -> Unreadable {
    Unreadable { field: "the body (not JSON)".to_owned() }
}

/// A missing field's error stands at its parent, so its name is added; an unknown word of a closed list is named too.
/// The path and the word may come from the answer, so they are kept short and plain.
fn field(path: &str, error: &serde_json::Error) -> String {
    let message = error.to_string();
    let quoted = |start: &str| message.strip_prefix(start).and_then(|rest| rest.split('`').next());
    let path = if path == "." { "the body" } else { path };
    let whole = match (quoted("missing field `"), quoted("unknown variant `")) {
        (Some(name), _) => format!("{path}.{name}"),
        // A word without digits cannot be a code or a number that stands in the wrong place.
        (None, Some(word)) if !word.contains(char::is_numeric) => format!("{path} (`{word}`)"),
        (None, Some(_) | None) => path.to_owned(),
    };
    plain(&whole, LONGEST_PATH)
}

/// Text from outside, made fit for a log: printable ASCII and at most `longest` bytes of it.
pub fn plain(text: &str, longest: usize) -> String {
    text.chars().filter(|it| it.is_ascii_graphic() || *it == ' ').take(longest).collect()
}

/// A code or a text of an SMS. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Hidden(String);

impl fmt::Debug for Hidden {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Hidden")
    }
}

/// The SMS that these fields tell of; none while neither a code nor a text is there.
pub fn sms(
    code: Option<Hidden>,
    text: Option<Hidden>,
    received_at: Option<Timestamp>,
) -> Vec<UpstreamSms> {
    let said = |field: Option<Hidden>| field.map(|it| it.0).filter(|it| !it.trim().is_empty());
    let (code, text) = (said(code), said(text));
    if code.is_none() && text.is_none() {
        Vec::new()
    } else {
        vec![UpstreamSms { code, text, received_at }]
    }
}

/// A JSON number, exact: `0.4118` stays 0.4118. For `#[serde(deserialize_with)]`, as all below.
pub fn number<'de, D: Deserializer<'de>>(reader: D) -> Result<Decimal, D::Error> {
    let number = Number::deserialize(reader)?;
    exact(number.as_str()).ok_or_else(|| D::Error::custom("not an exact number"))
}

/// A JSON number without a fraction, which may be negative.
pub fn integer<'de, D: Deserializer<'de>>(reader: D) -> Result<Decimal, D::Error> {
    let number = number(reader)?;
    if number.is_integer() { Ok(number) } else { Err(D::Error::custom("not an integer")) }
}

/// A decimal number inside a JSON string: `"0.9231"`.
pub fn decimal_text<'de, D: Deserializer<'de>>(reader: D) -> Result<Decimal, D::Error> {
    let text = String::deserialize(reader)?;
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    let number = if is_plain { Decimal::from_str_exact(&text).ok() } else { None };
    number.ok_or_else(|| D::Error::custom("not a decimal number"))
}

/// A stock count: negative is zero, and more than fits is the most that fits.
pub fn stock<'de, D: Deserializer<'de>>(reader: D) -> Result<u32, D::Error> {
    let number = Number::deserialize(reader)?;
    let text = number.as_str();
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Err(D::Error::custom("not an integer"))
    } else if digits.len() < text.len() {
        Ok(0)
    } else {
        Ok(text.parse().unwrap_or(u32::MAX))
    }
}

/// A field that is always there and may be `null`.
pub fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    reader: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(reader)
}

/// `true`, and nothing else.
pub fn must_be_true<'de, D: Deserializer<'de>>(reader: D) -> Result<(), D::Error> {
    if bool::deserialize(reader)? { Ok(()) } else { Err(D::Error::custom("false")) }
}

/// An RFC 3339 time.
pub fn moment<'de, D: Deserializer<'de>>(reader: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(reader)?;
    rfc3339(&text).ok_or_else(|| D::Error::custom("not an RFC 3339 time"))
}

/// An RFC 3339 time, or `null`.
pub fn nullable_moment<'de, D: Deserializer<'de>>(
    reader: D,
) -> Result<Option<Timestamp>, D::Error> {
    let text: Option<String> = Option::deserialize(reader)?;
    text.map(|text| rfc3339(&text).ok_or_else(|| D::Error::custom("not an RFC 3339 time")))
        .transpose()
}

/// A phone number in any of the ways that [`Phone::parse`] reads.
pub fn phone<'de, D: Deserializer<'de>>(reader: D) -> Result<Phone, D::Error> {
    Phone::parse(&String::deserialize(reader)?).map_err(D::Error::custom)
}

/// A secret, or `null`.
pub fn nullable_secret<'de, D: Deserializer<'de>>(
    reader: D,
) -> Result<Option<SecretString>, D::Error> {
    Ok(Option::<String>::deserialize(reader)?.map(SecretString::from))
}

fn rfc3339(text: &str) -> Option<Timestamp> {
    let nanoseconds = OffsetDateTime::parse(text, &Rfc3339).ok()?.unix_timestamp_nanos();
    i64::try_from(nanoseconds.div_euclid(1_000_000)).ok().map(Timestamp)
}

/// The exact value of a JSON number's text; none when 28 digits do not hold it.
fn exact(text: &str) -> Option<Decimal> {
    match text.split_once(['e', 'E']) {
        None => Decimal::from_str_exact(text).ok(),
        // The digits are read alone first, because `from_scientific` would round what does not fit.
        Some((digits, _)) => {
            Decimal::from_str_exact(digits).ok()?;
            Decimal::from_scientific(text).ok()
        }
    }
}

#[cfg(test)]
mod tests;
