//! Packs a [`Tap`] into at most 64 bytes of text and reads it back, in this version or a later one.
//!
//! Form: a version digit, a letter for the kind, then fields in base 36 parted by `.`; a query is last, as it is.
//! Letters are never given another meaning: an old message's buttons may be tapped years later.

use super::{Query, Sort, Tap};
use crate::ids::{CountryId, CustomerId, OrderId, QuoteId, ServiceId, TopUpId};

/// Bytes that the narrowest platform gives a button.
pub const LONGEST_PACKED: usize = 64;

const VERSION: char = '1';

/// The text is not a packed tap of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a button of this shop")]
pub struct UnknownButton;

impl Tap {
    /// At most [`LONGEST_PACKED`] bytes.
    pub fn pack(&self) -> String {
        let (kind, fields): (char, Vec<String>) = match self {
            Self::Menu => ('m', vec![]),
            Self::Help => ('h', vec![]),
            Self::Balance => ('b', vec![]),
            Self::Orders { page } => ('o', vec![base36(*page)]),
            Self::Services { query, page } => ('s', vec![base36(*page), query.as_str().to_owned()]),
            Self::Countries { service, sort, page } => {
                let sort = match sort {
                    Sort::Price => "p",
                    Sort::Stock => "s",
                };
                ('c', vec![base36(service.0), sort.to_owned(), base36(*page)])
            }
            Self::Quote { service, country } => ('q', vec![base36(service.0), base36(country.0)]),
            Self::Buy(quote) => ('B', vec![base36(quote.0)]),
            Self::Order(order) => ('O', vec![base36(order.0)]),
            Self::Cancel(order) => ('X', vec![base36(order.0)]),
            Self::Another(order) => ('A', vec![base36(order.0)]),
            Self::Done(order) => ('D', vec![base36(order.0)]),
            Self::ConfirmTopUp(top_up) => ('T', vec![base36(top_up.0)]),
            Self::DropTopUp(top_up) => ('t', vec![base36(top_up.0)]),
            Self::Customer(customer) => ('C', vec![base36(customer.0)]),
            Self::Refund(order) => ('R', vec![base36(order.0)]),
        };
        format!("{VERSION}{kind}{}", fields.join("."))
    }

    /// Reads what [`Tap::pack`] wrote. Anything else, forged or damaged, is [`UnknownButton`].
    pub fn unpack(packed: &str) -> Result<Self, UnknownButton> {
        let rest = packed.strip_prefix(VERSION).ok_or(UnknownButton)?;
        let mut characters = rest.chars();
        let kind = characters.next().ok_or(UnknownButton)?;
        let mut fields = Fields(Some(characters.as_str()));
        let tap = match kind {
            'm' => Self::Menu,
            'h' => Self::Help,
            'b' => Self::Balance,
            'o' => Self::Orders { page: fields.page()? },
            's' => Self::Services { page: fields.page()?, query: fields.query()? },
            'c' => {
                let service = ServiceId(fields.id()?);
                let sort = match fields.next()? {
                    "p" => Sort::Price,
                    "s" => Sort::Stock,
                    _ => return Err(UnknownButton),
                };
                Self::Countries { service, sort, page: fields.page()? }
            }
            'q' => {
                Self::Quote { service: ServiceId(fields.id()?), country: CountryId(fields.id()?) }
            }
            'B' => Self::Buy(QuoteId(fields.id()?)),
            'O' => Self::Order(OrderId(fields.id()?)),
            'X' => Self::Cancel(OrderId(fields.id()?)),
            'A' => Self::Another(OrderId(fields.id()?)),
            'D' => Self::Done(OrderId(fields.id()?)),
            'T' => Self::ConfirmTopUp(TopUpId(fields.id()?)),
            't' => Self::DropTopUp(TopUpId(fields.id()?)),
            'C' => Self::Customer(CustomerId(fields.id()?)),
            'R' => Self::Refund(OrderId(fields.id()?)),
            _ => return Err(UnknownButton),
        };
        // One text per tap: what does not pack to itself (spare fields, leading zeros, control characters) is forged.
        if tap.pack() == packed { Ok(tap) } else { Err(UnknownButton) }
    }
}

struct Fields<'a>(Option<&'a str>);

impl<'a> Fields<'a> {
    fn next(&mut self) -> Result<&'a str, UnknownButton> {
        let rest = self.0.ok_or(UnknownButton)?;
        let (field, rest) = match rest.split_once('.') {
            Some((field, rest)) => (field, Some(rest)),
            None => (rest, None),
        };
        self.0 = rest;
        Ok(field)
    }

    fn id(&mut self) -> Result<i64, UnknownButton> {
        i64::from_str_radix(self.next()?, 36).ok().filter(|id| *id >= 0).ok_or(UnknownButton)
    }

    fn page(&mut self) -> Result<u16, UnknownButton> {
        u16::from_str_radix(self.next()?, 36).map_err(|_| UnknownButton)
    }

    fn query(&mut self) -> Result<Query, UnknownButton> {
        self.0.take().map(Query::new).ok_or(UnknownButton)
    }
}

fn base36(number: impl Into<i64>) -> String {
    let mut number = number.into().unsigned_abs();
    let mut digits = Vec::new();
    loop {
        let digit = u32::try_from(number % 36).unwrap_or(0);
        digits.push(char::from_digit(digit, 36).unwrap_or('0'));
        number /= 36;
        if number == 0 {
            break digits.into_iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_tap() -> impl Strategy<Value = Tap> {
        let id = 0..=i64::MAX;
        prop_oneof![
            Just(Tap::Menu),
            Just(Tap::Help),
            Just(Tap::Balance),
            any::<u16>().prop_map(|page| Tap::Orders { page }),
            (any::<String>(), any::<u16>())
                .prop_map(|(text, page)| Tap::Services { query: Query::new(&text), page }),
            (id.clone(), any::<bool>(), any::<u16>()).prop_map(|(service, by_stock, page)| {
                Tap::Countries {
                    service: ServiceId(service),
                    sort: if by_stock { Sort::Stock } else { Sort::Price },
                    page,
                }
            }),
            (id.clone(), id.clone()).prop_map(|(service, country)| Tap::Quote {
                service: ServiceId(service),
                country: CountryId(country)
            }),
            id.clone().prop_map(|id| Tap::Buy(QuoteId(id))),
            id.clone().prop_map(|id| Tap::Order(OrderId(id))),
            id.clone().prop_map(|id| Tap::Cancel(OrderId(id))),
            id.clone().prop_map(|id| Tap::Another(OrderId(id))),
            id.clone().prop_map(|id| Tap::Done(OrderId(id))),
            id.clone().prop_map(|id| Tap::ConfirmTopUp(TopUpId(id))),
            id.clone().prop_map(|id| Tap::DropTopUp(TopUpId(id))),
            id.clone().prop_map(|id| Tap::Customer(CustomerId(id))),
            id.prop_map(|id| Tap::Refund(OrderId(id))),
        ]
    }

    proptest! {
        #[test]
        fn every_tap_fits_and_reads_back(tap in any_tap()) {
            let packed = tap.pack();
            prop_assert!(packed.len() <= LONGEST_PACKED, "{} bytes", packed.len());
            prop_assert_eq!(Tap::unpack(&packed), Ok(tap));
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in any::<String>()) {
            if let Ok(tap) = Tap::unpack(&text) {
                prop_assert_eq!(tap.pack(), text);
            }
        }

        #[test]
        fn a_damaged_tap_is_refused_or_another_valid_one(tap in any_tap(), cut in 0usize..64) {
            let packed = tap.pack();
            let cut: String = packed.chars().take(cut).collect();
            if let Ok(read) = Tap::unpack(&cut) {
                prop_assert_eq!(read.pack(), cut);
            }
        }
    }

    #[test]
    fn a_query_keeps_no_space_that_a_control_character_hid() {
        let tap = Tap::Services { query: Query::new("\0 wa \u{7}"), page: 0 };
        assert_eq!(tap.pack(), "1s0.wa");
        assert_eq!(Tap::unpack("1s0.wa"), Ok(tap));
    }

    #[test]
    fn buttons_already_in_chats_keep_their_meaning() {
        for (packed, tap) in [
            ("1m", Tap::Menu),
            ("1s0.whats app.x", Tap::Services { query: Query::new("whats app.x"), page: 0 }),
            ("1c2.s.1", Tap::Countries { service: ServiceId(2), sort: Sort::Stock, page: 1 }),
            ("1q2.a", Tap::Quote { service: ServiceId(2), country: CountryId(10) }),
            ("1Bzz", Tap::Buy(QuoteId(1295))),
        ] {
            assert_eq!(Tap::unpack(packed), Ok(tap.clone()));
            assert_eq!(tap.pack(), packed);
        }
        for forged in [
            "", "1", "2m", "1mm", "1B", "1B-5", "1B01", "1B1.2", "1q1", "1c1.x.0", "1s0", "1B+5",
            "💥",
        ] {
            assert_eq!(Tap::unpack(forged), Err(UnknownButton), "{forged:?}");
        }
    }
}
