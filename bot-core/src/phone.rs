//! Phone numbers in E.164: a plus sign and 7 to 15 digits. Providers write them in many ways; the shop in one.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A phone number, `+14155550123`. `Debug` hides it, so that it cannot reach a log by accident.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Phone(String);

/// The text is not a phone number. Carries nothing of it, so that it can be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a phone number")]
pub struct NotAPhone;

impl Phone {
    /// Reads `79001234567`, `+1 415 555 0123`, `+6281234567890`, `(415) 555-0123`.
    pub fn parse(text: &str) -> Result<Self, NotAPhone> {
        let body = text.trim().strip_prefix('+').unwrap_or(text.trim());
        let mut digits = String::with_capacity(16);
        for character in body.chars() {
            match character {
                '0'..='9' => digits.push(character),
                ' ' | '-' | '(' | ')' | '.' => {}
                _ => return Err(NotAPhone),
            }
        }
        if (7..=15).contains(&digits.len()) {
            Ok(Self(format!("+{digits}")))
        } else {
            Err(NotAPhone)
        }
    }

    /// With the plus sign, for showing and for copying.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Phone(hidden)")
    }
}

/// The three digits after `+1` that name an area of the United States, `212`.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct AreaCode(String);

impl AreaCode {
    /// Area codes of the North American numbering plan begin with 2 to 9. Spaces and parentheses around are allowed.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim_matches(|character: char| " ()+".contains(character));
        let is_area = digits.len() == 3
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with(['0', '1']);
        is_area.then(|| Self(digits.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_providers_write() {
        for (text, number) in [
            ("79001234567", "+79001234567"),
            ("+1 415 555 0123", "+14155550123"),
            (" +6281234567890 ", "+6281234567890"),
            ("1 (415) 555-0123", "+14155550123"),
        ] {
            assert_eq!(Phone::parse(text).unwrap().as_str(), number);
        }
        for text in ["", "+", "123456", "1234567890123456", "+1 415 CALL", "٠١٢٣٤٥٦٧٨٩"] {
            assert_eq!(Phone::parse(text), Err(NotAPhone), "{text:?}");
        }
    }

    #[test]
    fn an_area_code_is_three_digits() {
        for text in ["212", " (212) "] {
            assert_eq!(AreaCode::parse(text).unwrap().as_str(), "212");
        }
        for text in ["", "21", "2122", "012", "112", "2a2", "٢١٢"] {
            assert_eq!(AreaCode::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn debug_hides_the_number() {
        assert!(!format!("{:?}", Phone::parse("+14155550123").unwrap()).contains("415"));
    }
}
