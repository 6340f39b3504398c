//! Turns what is written into typed values, one method per kind of setting, and keeps every problem met on the way.
//!
//! Knows kinds of values (a text, a number, an address, a secret), not what they are for.

use std::{fs, str::FromStr};

use bot_core::money::Money;
use rust_decimal::Decimal;
use secrecy::SecretString;
use url::Url;

use super::{
    problem::{Found, Origin, Problem},
    source::{Source, Value},
};

impl Source {
    /// The value of `key` as `parse` understands it. `None` when it is absent, or not understood: then the problem
    /// is kept.
    fn setting<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        parse: impl FnOnce(&Value) -> Option<T>,
    ) -> Option<T> {
        let written = self.written.get(key)?;
        let parsed = parse(&written.value);
        if parsed.is_none() {
            self.refuse(key, expected);
        }
        parsed
    }

    /// Keeps the problem that a value, though readable, cannot be used.
    pub(super) fn refuse(&mut self, key: &str, expected: &str) {
        if let Some((key, written)) = self.written.get_key_value(key) {
            self.problems.push(Problem::Bad {
                key,
                origin: written.origin.clone(),
                found: written.value.found(),
                expected: expected.to_owned(),
            });
        }
    }

    pub(super) fn text<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.setting(key, expected, |value| match value {
            Value::Text(text) => parse(text),
            Value::Number(_) | Value::List(_) | Value::Other(_) => None,
        })
    }

    /// A number, bare or in quotes, from the text it was written with.
    pub(super) fn number<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.setting(key, expected, |value| match value {
            Value::Text(text) | Value::Number(text) => parse(text.trim()),
            Value::List(_) | Value::Other(_) => None,
        })
    }

    /// An amount of money, zero or more, exactly as written.
    pub(super) fn amount(&mut self, key: &'static str) -> Option<Money> {
        let expected =
            "an amount of zero or more with at most four digits after the point, such as 0.25";
        self.number(key, expected, |text| {
            let amount = plain_decimal(text)?.normalize();
            let money = Money::round_up(amount).ok()?;
            (money.to_decimal() == amount).then_some(money)
        })
    }

    /// Items as a list in the file, or separated by commas. A bad item is named, the others are not.
    pub(super) fn list<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let Some(written) = self.written.get(key) else { return Vec::new() };
        let items: Vec<&str> = match &written.value {
            Value::Text(text) if text.trim().is_empty() => Vec::new(),
            Value::Text(text) => text.split(',').map(str::trim).collect(),
            Value::List(items) => items.iter().map(String::as_str).collect(),
            Value::Number(_) | Value::Other(_) => {
                self.refuse(key, expected);
                return Vec::new();
            }
        };
        let bad = |item: &str| Problem::Bad {
            key,
            origin: written.origin.clone(),
            found: Value::Text(item.to_owned()).found(),
            expected: expected.to_owned(),
        };
        let (mut parsed, mut problems) = (Vec::new(), Vec::new());
        for item in items {
            match parse(item) {
                Some(value) => parsed.push(value),
                None => problems.push(bad(item)),
            }
        }
        self.problems.append(&mut problems);
        parsed
    }

    /// An address of a server. No user name or password in it, because addresses are shown in logs.
    pub(super) fn address(&mut self, key: &'static str) -> Option<Url> {
        let expected = "an http:// or https:// address without user name, query or fragment";
        self.text(key, expected, |text| {
            let url = Url::parse(text).ok()?;
            let is_plain = matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none();
            is_plain.then_some(url)
        })
    }

    /// A secret, from `key` itself or from the file that `file_key` names.
    pub(super) fn secret(
        &mut self,
        key: &'static str,
        file_key: &'static str,
    ) -> Option<SecretString> {
        match (self.written.get(key), self.written.get(file_key)) {
            (None, None) => None,
            (Some(direct), Some(file)) => {
                let (first, second) = (direct.origin.clone(), file.origin.clone());
                self.problems.push(Problem::Twice { key, first, second });
                None
            }
            (Some(direct), None) => {
                let origin = direct.origin.clone();
                let secret = match &direct.value {
                    Value::Text(text) => secret_of(text),
                    Value::Number(_) | Value::List(_) | Value::Other(_) => None,
                };
                self.usable(key, origin, secret)
            }
            (None, Some(_)) => self.secret_file(file_key),
        }
    }

    fn secret_file(&mut self, key: &'static str) -> Option<SecretString> {
        let path = self
            .text(key, "the path of a file", |text| (!text.is_empty()).then(|| text.to_owned()))?;
        let origin = self.written.get(key)?.origin.clone();
        match fs::read_to_string(&path) {
            Ok(text) => {
                let line = text.strip_suffix('\n').unwrap_or(&text);
                self.usable(key, origin, secret_of(line.strip_suffix('\r').unwrap_or(line)))
            }
            Err(error) => {
                let reason = error.to_string();
                self.problems.push(Problem::SecretFile { key, origin, path, reason });
                None
            }
        }
    }

    fn usable(
        &mut self,
        key: &'static str,
        origin: Origin,
        secret: Option<SecretString>,
    ) -> Option<SecretString> {
        if secret.is_none() {
            let expected = "a secret in one line of plain characters without spaces".to_owned();
            self.problems.push(Problem::Bad { key, origin, found: Found::Hidden, expected });
        }
        secret
    }

    pub(super) fn has_any(&self, keys: &[&'static str]) -> bool {
        keys.iter().any(|key| self.written.contains_key(key))
    }

    /// Keeps a problem when a setting that must be there is not.
    pub(super) fn require(&mut self, keys: &[&'static str], expected: &str) {
        if let [key, ..] = keys
            && !self.has_any(keys)
        {
            self.problems.push(Problem::Missing { key, expected: expected.to_owned() });
        }
    }

    /// Keeps a problem when `key` is there and `without`, which alone gives it a meaning, is not.
    pub(super) fn alone(&mut self, key: &'static str, without: &'static str) {
        if let Some(written) = self.written.get(key) {
            self.problems.push(Problem::Alone { key, origin: written.origin.clone(), without });
        }
    }
}

/// Digits with at most one point, nothing rounded away.
pub(super) fn plain_decimal(text: &str) -> Option<Decimal> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_plain { Decimal::from_str_exact(text).ok() } else { None }
}

/// A whole number of plain digits.
pub(super) fn plain_integer<T: FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Keys and tokens travel in headers and addresses, where anything else would break the request.
fn secret_of(text: &str) -> Option<SecretString> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    is_plain.then(|| SecretString::from(text))
}
