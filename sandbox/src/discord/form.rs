//! Collects what is wrong with a request's body, by field, the way error 50035 tells it ("Opcodes and Status Codes",
//! "Error Messages"). Knows no single form.

use std::fmt::Display;

use serde_json::{Map, Value, json};

use super::refusal::Refusal;

/// The errors found so far, and the field that is being looked at.
#[derive(Debug, Default)]
pub(super) struct Form {
    errors: Value,
    path: Vec<String>,
}

impl Form {
    /// Looks at a field (or an element) below the present one.
    pub fn at<T>(&mut self, name: impl Display + Copy, check: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(name.to_string());
        let result = check(self);
        self.path.pop();
        result
    }

    /// Says what is wrong with the present field.
    pub fn refuse(&mut self, code: &str, message: impl Into<String>) {
        let mut here = &mut self.errors;
        for name in &self.path {
            here = entry(here, name);
        }
        let error = json!({ "code": code, "message": message.into() });
        match entry(here, "_errors") {
            Value::Array(errors) => errors.push(error),
            other => *other = json!([error]),
        }
    }

    /// Nothing, or the refusal that tells every error.
    pub fn finish(self) -> Result<(), Refusal> {
        if self.errors.is_null() { Ok(()) } else { Err(Refusal::Form(self.errors)) }
    }

    pub fn required(&mut self) {
        self.refuse("BASE_TYPE_REQUIRED", "This field is required");
    }

    pub fn not_one_of(&mut self, known: &str) {
        self.refuse("BASE_TYPE_CHOICES", format!("Value must be one of {{{known}}}."));
    }

    /// Checks a count of characters or elements.
    pub fn length(&mut self, length: usize, least: usize, most: usize) {
        if length < least || length > most {
            self.refuse(
                "BASE_TYPE_BAD_LENGTH",
                format!("Must be between {least} and {most} in length."),
            );
        }
    }

    /// A text of `least` to `most` UTF-16 units; None when it is missing (which is said if it must be there) or no text.
    pub fn text<'a>(
        &mut self,
        owner: &'a Map<String, Value>,
        name: &str,
        is_required: bool,
        (least, most): (usize, usize),
    ) -> Option<&'a str> {
        self.at(name, |form| match owner.get(name) {
            None | Some(Value::Null) => {
                if is_required {
                    form.required();
                }
                None
            }
            Some(Value::String(text)) => {
                form.length(units(text), least, most);
                Some(text.as_str())
            }
            Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                form.refuse("STRING_TYPE_CONVERT", "Could not interpret as string.");
                None
            }
        })
    }

    /// A whole number in a range.
    pub fn integer(
        &mut self,
        owner: &Map<String, Value>,
        name: &str,
        is_required: bool,
        (least, most): (u64, u64),
    ) -> Option<u64> {
        self.at(name, |form| match owner.get(name) {
            None | Some(Value::Null) => {
                if is_required {
                    form.required();
                }
                None
            }
            Some(value) => {
                let number = value.as_u64();
                match number {
                    None => form.refuse("NUMBER_TYPE_COERCE", "Value is not an unsigned integer."),
                    Some(number) if number < least || number > most => form.refuse(
                        "NUMBER_TYPE_RANGE",
                        format!("int value should be between {least} and {most}."),
                    ),
                    Some(_) => {}
                }
                number
            }
        })
    }

    /// An array of at most `most` elements, each looked at; missing is the same as empty. The elements.
    pub fn list<'a>(
        &mut self,
        owner: &'a Map<String, Value>,
        name: &str,
        (least, most): (usize, usize),
        mut check: impl FnMut(&mut Self, &'a Value),
    ) -> &'a [Value] {
        self.at(name, |form| match owner.get(name) {
            None | Some(Value::Null) => {
                if least > 0 {
                    form.required();
                }
                &[][..]
            }
            Some(Value::Array(items)) => {
                form.length(items.len(), least, most);
                for (at, item) in items.iter().enumerate() {
                    form.at(at, |form| check(form, item));
                }
                items
            }
            Some(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
                form.refuse("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
                &[][..]
            }
        })
    }

    /// An object; anything else is refused.
    pub fn object<'a>(&mut self, value: &'a Value) -> Option<&'a Map<String, Value>> {
        let object = value.as_object();
        if object.is_none() {
            self.refuse("MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType");
        }
        object
    }
}

fn entry<'a>(owner: &'a mut Value, name: &str) -> &'a mut Value {
    if !owner.is_object() {
        *owner = json!({});
    }
    &mut owner[name]
}

/// How long a text is for Discord: UTF-16 code units.
pub(super) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}
