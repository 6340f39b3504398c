//! What the bodies ask, checked field by field in Django's words. Stricter than Django in one point: a field that the
//! document does not name is refused, because a misspelt one that is ignored changes what is bought.

use serde_json::{Map, Value};

use super::refusal::Refusal;
use crate::upstream::server::Request;

/// A body's fields. Each is taken out when read; what is left over at the end is refused.
#[derive(Debug)]
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    /// The body, which must be a JSON object and say that it is JSON.
    pub fn read(request: &Request) -> Result<Self, Refusal> {
        let media_type = request.header("content-type").and_then(|value| value.split(';').next());
        if !media_type.is_some_and(|it| it.trim().eq_ignore_ascii_case("application/json")) {
            return Err(Refusal::UnsupportedMediaType);
        }
        match serde_json::from_slice(&request.body) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            Ok(_) => Err(field("non_field_errors", "Invalid data. Expected a dictionary.")),
            Err(_) => Err(Refusal::MalformedJson),
        }
    }

    /// A whole number, not below zero.
    pub fn integer(&mut self, name: &str) -> Result<u64, Refusal> {
        self.needed(name)?.as_u64().ok_or_else(|| field(name, "A valid integer is required."))
    }

    /// A text with something in it.
    pub fn text(&mut self, name: &str) -> Result<String, Refusal> {
        match self.needed(name)? {
            Value::String(text) if text.trim().is_empty() => {
                Err(field(name, "This field may not be blank."))
            }
            Value::String(text) => Ok(text),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => Err(field(name, "Not a valid string.")),
        }
    }

    /// A number that may be written as text; none when the text is no number, so nothing has this id.
    pub fn integer_or_text(&mut self, name: &str) -> Result<Option<u64>, Refusal> {
        match self.needed(name)? {
            Value::String(text) => Ok(text.parse().ok()),
            Value::Number(number) => {
                number.as_u64().map(Some).ok_or_else(|| field(name, "A valid integer is required."))
            }
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                Err(field(name, "A valid integer is required."))
            }
        }
    }

    /// Three digits as text, when the field is there.
    pub fn area_code(&mut self) -> Result<Option<String>, Refusal> {
        let name = "area_code";
        if !self.0.contains_key(name) {
            return Ok(None);
        }
        let text = self.text(name)?;
        if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Some(text))
        } else {
            Err(field(name, "Enter a 3-digit US area code."))
        }
    }

    /// Nothing may be left over.
    pub fn end(self) -> Result<(), Refusal> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(field(name, "Unexpected field.")),
        }
    }

    fn needed(&mut self, name: &str) -> Result<Value, Refusal> {
        match self.0.remove(name) {
            None => Err(field(name, "This field is required.")),
            Some(Value::Null) => Err(field(name, "This field may not be null.")),
            Some(value) => Ok(value),
        }
    }
}

/// A POST that says everything in its path: without a body, as in the document's examples, or with `{}`.
pub(super) fn nothing(request: &Request) -> Result<(), Refusal> {
    if request.body.is_empty() { Ok(()) } else { Fields::read(request)?.end() }
}

pub(super) fn field(name: &str, message: &str) -> Refusal {
    Refusal::Field { name: name.to_owned(), message: message.to_owned() }
}
