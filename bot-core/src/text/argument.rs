//! What a text's variable may be, and how each kind is written.

use std::time::Duration;

use fluent_bundle::FluentValue;

use super::{Words, markup};
use crate::money::Money;

const SECONDS_PER_MINUTE: u64 = 60;
const MINUTES_PER_HOUR: u64 = 60;
const HOURS_PER_DAY: u64 = 24;

/// A variable of a text.
#[derive(Clone)]
pub enum Arg {
    /// Shown as it is, except for what could deceive: marks, control characters other than line breaks, and characters
    /// that turn the direction of what follows (a name must not mirror the amount behind it).
    Text(String),
    Number(i64),
    /// `$1.50`.
    Money(Money),
    /// `04:59`, or `2 h 5 min` from an hour on, or `3 days 5 h` from a day on. Rounded up, so that what ends at zero is over at `00:00`.
    Span(Duration),
}

impl Arg {
    pub(super) fn value(&self, words: &Words) -> FluentValue<'static> {
        match self {
            // Fluent's numbers are floats; what one cannot hold goes in as text.
            Self::Number(number) => match i32::try_from(*number) {
                Ok(small) => small.into(),
                Err(_) => number.to_string().into(),
            },
            Self::Text(_) | Self::Money(_) | Self::Span(_) => self.shown(words).into(),
        }
    }

    pub(super) fn shown(&self, words: &Words) -> String {
        match self {
            Self::Text(text) => text.chars().filter(|character| is_harmless(*character)).collect(),
            Self::Number(number) => number.to_string(),
            Self::Money(money) if *money < Money::ZERO => {
                format!("-${}", money.to_string().trim_start_matches('-'))
            }
            Self::Money(money) => format!("${money}"),
            Self::Span(span) => shown_span(*span, words),
        }
    }
}

fn is_harmless(character: char) -> bool {
    let turns_direction = matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let is_control = character.is_control() && character != '\n';
    !turns_direction && !is_control && !markup::is_mark(character)
}

fn shown_span(span: Duration, words: &Words) -> String {
    let seconds = span.as_secs().saturating_add(u64::from(span.subsec_nanos() > 0));
    let (minutes, seconds) = (seconds / SECONDS_PER_MINUTE, seconds % SECONDS_PER_MINUTE);
    let (hours, minutes) = (minutes / MINUTES_PER_HOUR, minutes % MINUTES_PER_HOUR);
    if hours >= HOURS_PER_DAY {
        let (days, hours) = (hours / HOURS_PER_DAY, hours % HOURS_PER_DAY);
        words.line("span-days", &[("days", days.into()), ("hours", hours.into())])
    } else if hours == 0 {
        format!("{minutes:02}:{seconds:02}")
    } else {
        words.line("span-hours", &[("hours", hours.into()), ("minutes", minutes.into())])
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Money> for Arg {
    fn from(money: Money) -> Self {
        Self::Money(money)
    }
}

impl From<Duration> for Arg {
    fn from(span: Duration) -> Self {
        Self::Span(span)
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Arg {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u64> for Arg {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}
