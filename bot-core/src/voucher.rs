//! A voucher's code: how it is made, written, read and hashed.
//!
//! A code has 80 random bits, so that its plain hash tells nobody the code. Knows nothing of what a code is worth.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::random::Random;

/// Crockford's base 32: no letter that is mistaken for another or for a digit.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Letters and digits of a code, and how many stand together.
const LENGTH: usize = 16;
const GROUP: usize = 4;

/// A code as people see it. No `Debug`: it is money.
#[derive(Clone, PartialEq, Eq)]
pub struct VoucherCode(String);

/// What the database keeps of a code.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct CodeHash(String);

impl VoucherCode {
    pub fn new(random: &Random) -> Self {
        let mut bits = random.bits();
        let mut code = String::with_capacity(LENGTH);
        for _ in 0..LENGTH {
            let digit = usize::try_from(bits & 31).unwrap_or(0);
            code.extend(ALPHABET.get(digit).map(|letter| char::from(*letter)));
            bits >>= 5;
        }
        Self(code)
    }

    /// Reads what a person typed, with or without dashes and in any case; `O`, `I` and `L` are taken for the digits that
    /// they look like. `None` for what no code looks like.
    pub fn parse(typed: &str) -> Option<Self> {
        let letters = typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
        let mut code = String::with_capacity(LENGTH);
        for letter in letters {
            let letter = match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            if code.len() == LENGTH || !ALPHABET.iter().any(|it| char::from(*it) == letter) {
                return None;
            }
            code.push(letter);
        }
        (code.len() == LENGTH).then_some(Self(code))
    }

    pub fn hash(&self) -> CodeHash {
        let mut hex = String::with_capacity(64);
        for byte in Sha256::digest(self.0.as_bytes()) {
            for half in [byte >> 4, byte & 15] {
                hex.extend(char::from_digit(half.into(), 16));
            }
        }
        CodeHash(hex)
    }
}

/// `ABCD-EFGH-JKMN-PQRS`.
impl fmt::Display for VoucherCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, letter) in self.0.chars().enumerate() {
            if at > 0 && at % GROUP == 0 {
                formatter.write_str("-")?;
            }
            write!(formatter, "{letter}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_code_reads_back_however_it_is_typed() {
        let random = Random::seeded(7);
        let mut seen = HashSet::new();
        for _ in 0..1_000 {
            let code = VoucherCode::new(&random);
            let shown = code.to_string();
            assert_eq!(shown.len(), 19, "{shown}");
            let typed = [
                shown.to_lowercase(),
                shown.replace('-', " "),
                shown.replace('0', "o").replace('1', "l"),
            ];
            for typed in typed {
                assert!(VoucherCode::parse(&typed).is_some_and(|read| read == code), "{typed}");
            }
            assert!(seen.insert(shown), "no code twice");
        }
    }

    #[test]
    fn what_no_code_looks_like_is_none() {
        for typed in
            ["", "ABCD", "ABCD-EFGH-JKMN-PQRSX", "ABCD-EFGH-JKMN-PQR!", "ÄBCD-EFGH-JKMN-PQRS"]
        {
            assert!(VoucherCode::parse(typed).is_none(), "{typed}");
        }
    }
}
