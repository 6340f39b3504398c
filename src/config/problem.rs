//! What can be wrong with a configuration, in sentences that say how to put it right.
//!
//! A secret's value never gets in here: the reader hands over [`Found::Hidden`] instead.

use std::{fmt, path::PathBuf};

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("the configuration file {} cannot be read", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    /// The parser's own rendering is not used: it quotes the line, which may hold a secret.
    #[error("{} is not a TOML document: line {line}, column {column}: {message}", path.display())]
    NotToml { path: PathBuf, line: usize, column: usize, message: String },
    #[error("the configuration cannot be used:{}", Lines(.0))]
    Problems(Vec<Problem>),
}

/// One thing to put right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("{key} ({origin}): there is no such setting{}", DidYouMean(.suggestion))]
    UnknownKey { key: String, origin: Origin, suggestion: Option<&'static str> },
    #[error("{name}: no setting has this name{}", DidYouMean(.suggestion))]
    UnknownVariable { name: String, suggestion: Option<String> },
    #[error("{key} is missing: expected {expected}")]
    Missing { key: &'static str, expected: String },
    #[error("{key} ({origin}): found {found}, expected {expected}")]
    Bad { key: &'static str, origin: Origin, found: Found, expected: String },
    #[error("{key} ({first}) and {key}_file ({second}) are both given: keep one of them")]
    Twice { key: &'static str, first: Origin, second: Origin },
    #[error("{key} ({origin}): {path} cannot be read: {reason}")]
    SecretFile { key: &'static str, origin: Origin, path: String, reason: String },
    #[error("{key} ({origin}) has no use without {without}: give that too, or remove it")]
    Alone { key: &'static str, origin: Origin, without: &'static str },
    #[error(
        "telegram.token and discord.token are both missing: a shop needs at least one chat platform"
    )]
    NoPlatform,
}

/// Where a value was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A line of the configuration file, counted from 1.
    Line { file: PathBuf, line: usize },
    /// An environment variable.
    Variable(String),
}

/// A value as a sentence may show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    Text(String),
    /// A number as it was written.
    Number(String),
    /// A kind of value that the setting does not take: `a table`.
    Kind(&'static str),
    /// A secret, or something that may hold one.
    Hidden,
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { file, line } => write!(formatter, "{} line {line}", file.display()),
            Self::Variable(name) => write!(formatter, "{name}"),
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) if text.is_empty() => write!(formatter, "nothing"),
            Self::Text(text) => write!(formatter, "{text:?}"),
            Self::Number(number) => write!(formatter, "the number {number}"),
            Self::Kind(kind) => write!(formatter, "{kind}"),
            Self::Hidden => write!(formatter, "something else (not shown)"),
        }
    }
}

struct Lines<'a>(&'a [Problem]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|problem| write!(formatter, "\n  {problem}"))
    }
}

struct DidYouMean<'a, T>(&'a Option<T>);

impl<T: fmt::Display> fmt::Display for DidYouMean<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(suggestion) => write!(formatter, "; did you mean {suggestion}?"),
            None => Ok(()),
        }
    }
}
