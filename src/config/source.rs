//! Collects what is written in the file and the environment, key by key, and notices keys that do not exist.
//!
//! Knows the settings' names and nothing of their meaning. Numbers stay the text they were written with: a price
//! that went through a float would be another price.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
};

use toml::de::{DeTable, DeValue};

use super::problem::{ConfigError, Found, Origin, Problem};

/// Every setting by its full name, in the order of the example file.
pub const KEYS: &[&str] = &[
    "shop.name",
    "shop.owners",
    "shop.deposit",
    "staff.admin_per_day",
    "staff.second_above",
    "database.url",
    "upstream.provider",
    "upstream.api_key",
    "upstream.api_key_file",
    "upstream.base_url",
    "upstream.timeout_seconds",
    "upstream.requests_per_minute",
    "upstream.tell_late_seconds",
    "upstream.refuse_late_seconds",
    "upstream.webhook_secret",
    "upstream.webhook_secret_file",
    "telegram.token",
    "telegram.token_file",
    "telegram.api_url",
    "discord.token",
    "discord.token_file",
    "discord.api_url",
    "http.listen",
    "http.public_url",
    "pricing.margin_percent",
    "pricing.fee",
    "pricing.minimum",
    "pricing.step",
    "pricing.price_rise",
    "pricing.absorb_up_to",
];

/// How every environment variable of the configuration starts.
pub const PREFIX: &str = "NUMDESK_";

/// Mistyped letters up to which a name is taken for another.
const TYPOS: usize = 3;

/// One value as it was written. Has no `Debug`: it may be a secret.
pub(super) enum Value {
    Text(String),
    Number(String),
    List(Vec<String>),
    /// What no setting takes: `a table`.
    Other(&'static str),
}

impl Value {
    /// For sentences about settings that hold no secret.
    pub(super) fn found(&self) -> Found {
        match self {
            // An address may carry a user's password.
            Self::Text(text) if text.contains('@') => Found::Hidden,
            Self::Text(text) => Found::Text(text.clone()),
            Self::Number(number) => Found::Number(number.clone()),
            Self::List(_) => Found::Kind("a list"),
            Self::Other(kind) => Found::Kind(kind),
        }
    }
}

pub(super) struct Written {
    pub value: Value,
    pub origin: Origin,
}

/// What is written, by key. A variable stands in for the same key of the file.
#[derive(Default)]
pub struct Source {
    pub(super) written: BTreeMap<&'static str, Written>,
    pub(super) problems: Vec<Problem>,
}

/// The environment variable of a key: `NUMDESK_SHOP__OWNERS` for `shop.owners`.
pub fn variable_name(key: &str) -> String {
    format!("{PREFIX}{}", key.to_uppercase().replace('.', "__"))
}

impl Source {
    /// Reads the file at `path` and then `variables`, of which only those that start with [`PREFIX`] count.
    ///
    /// # Errors
    /// When the file cannot be read or is not TOML. Unknown keys are kept for the list of all problems.
    pub fn read(
        path: Option<&Path>,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigError> {
        let mut source = Self::default();
        if let Some(path) = path {
            let text = std::fs::read_to_string(path)
                .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
            source.add_document(path, &text)?;
        }
        source.add_variables(variables);
        Ok(source)
    }

    pub(super) fn add_document(&mut self, path: &Path, text: &str) -> Result<(), ConfigError> {
        let line = |offset: usize| text[..offset].matches('\n').count() + 1;
        let document = DeTable::parse(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start.min(text.len()));
            let line_start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
            ConfigError::NotToml {
                path: path.to_owned(),
                line: line(offset),
                column: text[line_start..offset].chars().count() + 1,
                message: error.message().to_owned(),
            }
        })?;
        let origin = |offset: usize| Origin::Line { file: PathBuf::from(path), line: line(offset) };
        self.add_table("", document.get_ref(), &origin);
        Ok(())
    }

    fn add_table(&mut self, prefix: &str, table: &DeTable<'_>, origin: &impl Fn(usize) -> Origin) {
        for (name, value) in table {
            let full_name = format!("{prefix}{}", name.get_ref());
            let origin_here = || origin(name.span().start);
            let known = KEYS.iter().find(|key| **key == full_name);
            match (known, value.get_ref()) {
                (Some(key), value) => {
                    let written = Written { value: value_of(value), origin: origin_here() };
                    self.written.insert(key, written);
                }
                (None, DeValue::Table(inner)) => {
                    self.add_table(&format!("{full_name}."), inner, origin);
                }
                (None, _) => self.problems.push(Problem::UnknownKey {
                    suggestion: closest(&full_name, KEYS.iter().copied()),
                    key: full_name,
                    origin: origin_here(),
                }),
            }
        }
    }

    fn add_variables(&mut self, variables: impl IntoIterator<Item = (OsString, OsString)>) {
        // Sorted, so that the same mistakes always make the same list.
        let variables: BTreeMap<String, OsString> = variables
            .into_iter()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value))
            .filter(|(name, _)| name.starts_with(PREFIX))
            .collect();
        for (name, value) in variables {
            let Some(key) = KEYS.iter().find(|key| variable_name(key) == name) else {
                let suggestion = closest(&name, KEYS.iter().map(|key| variable_name(key)));
                self.problems.push(Problem::UnknownVariable { name, suggestion });
                continue;
            };
            let value =
                value.into_string().map_or(Value::Other("bytes that are not UTF-8"), Value::Text);
            self.written.insert(key, Written { value, origin: Origin::Variable(name) });
        }
    }
}

fn value_of(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => {
            Value::Number(number.as_str().to_owned())
        }
        DeValue::Integer(_) => Value::Other("a number that is not decimal"),
        DeValue::Float(number) => Value::Number(number.as_str().to_owned()),
        DeValue::Boolean(_) => Value::Other("true or false without quotes"),
        DeValue::Datetime(_) => Value::Other("a date or time"),
        DeValue::Table(_) => Value::Other("a table"),
        DeValue::Array(items) => items
            .iter()
            .map(|item| item.get_ref().as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .map_or(Value::Other("a list of something else than texts"), Value::List),
    }
}

fn closest<T: AsRef<str>>(name: &str, candidates: impl Iterator<Item = T>) -> Option<T> {
    candidates
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate.as_ref()), candidate))
        .filter(|(typos, _)| *typos <= TYPOS)
        .min_by_key(|(typos, _)| *typos)
        .map(|(_, candidate)| candidate)
}
