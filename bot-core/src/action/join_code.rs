//! The code that joins two accounts: how it is made, shown and typed. Knows nothing of what it joins.

use crate::random::Random;

/// Eight letters and digits that nobody takes for each other: 40 bits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct JoinCode(i64);

/// Nobody who reads a log may use it.
impl std::fmt::Debug for JoinCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JoinCode")
    }
}

impl JoinCode {
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    const LENGTH: usize = 8;
    const BOUND: i64 = 1 << 40;

    pub fn new(random: &Random) -> Self {
        let digit = |_| i64::try_from(random.below(32)).unwrap_or_default();
        Self((0..Self::LENGTH).map(digit).fold(0, |number, digit| number * 32 + digit))
    }

    /// In any case, with or without what parts its halves. `None` for what is no code.
    pub fn read(typed: &str) -> Option<Self> {
        let parts = [' ', '-', '_'];
        let letters: Vec<char> = typed.chars().filter(|it| !parts.contains(it)).collect();
        if letters.len() != Self::LENGTH {
            return None;
        }
        letters
            .into_iter()
            .try_fold(0, |number, letter| {
                let is_it = |it: &u8| char::from(*it) == letter.to_ascii_uppercase();
                let digit = Self::LETTERS.iter().position(is_it)?;
                Some(number * 32 + i64::try_from(digit).ok()?)
            })
            .map(Self)
    }

    /// The code with this [`JoinCode::number`].
    pub fn of(number: i64) -> Option<Self> {
        (0..Self::BOUND).contains(&number).then_some(Self(number))
    }

    pub fn number(self) -> i64 {
        self.0
    }

    /// As people see and type it.
    pub fn shown(self) -> String {
        let mut text = String::new();
        for place in (0..Self::LENGTH).rev() {
            let digit = usize::try_from(self.0 >> (5 * place) & 31).unwrap_or_default();
            text.push(char::from(Self::LETTERS[digit]));
            if place == Self::LENGTH / 2 {
                text.push('-');
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = JoinCode::new(&Random::seeded(7));
        let shown = code.shown();
        for typed in
            [shown.clone(), shown.to_lowercase(), shown.replace('-', ""), shown.replace('-', " ")]
        {
            assert_eq!(JoinCode::read(&typed), Some(code), "{typed}");
        }
        for typed in ["", "ABCD", "ABCD-EFG0", "ABCD-EFGHI", "ÄBCD-EFG", "💥💥"] {
            assert!(JoinCode::read(typed).is_none(), "{typed}");
        }
        assert_ne!(code, JoinCode::new(&Random::seeded(8)));
    }

    #[test]
    fn every_code_has_its_number_and_eight_letters() {
        for (number, shown) in [(0, "2222-2222"), (33, "2222-2233"), ((1 << 40) - 1, "ZZZZ-ZZZZ")] {
            assert_eq!(JoinCode::of(number).unwrap().shown(), shown);
            assert_eq!(JoinCode::read(shown).unwrap().number(), number);
        }
        assert_eq!(JoinCode::of(1 << 40), None);
        assert_eq!(JoinCode::of(-1), None);
    }
}
