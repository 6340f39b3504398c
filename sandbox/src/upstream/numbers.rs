//! Phone numbers from a pattern, and codes with their delays: everything random, and all of it from a seed.

use std::collections::BTreeSet;

use rand::{Rng, SeedableRng, rngs::StdRng};

use super::world::{Country, Service};

/// The most numbers looked at for a free one.
const TRIES: u64 = 10_000;

/// When codes arrive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CodePlan {
    /// Around `median_ms` (more or less by service), log-normal with `spread` as its sigma (0 is no spread, 0.6 is
    /// lifelike); `never_percent` of the orders get none.
    Seeded { median_ms: u32, spread: f64, never_percent: u8 },
    /// Exactly this many milliseconds after the order.
    Fixed(i64),
    /// Only when delivered by hand.
    Manual,
}

impl CodePlan {
    /// How long the code takes in milliseconds, for a service of this pace; none when it never comes.
    pub fn delay_ms(self, pace_percent: u32, random: &mut StdRng) -> Option<i64> {
        match self {
            Self::Manual => None,
            Self::Fixed(delay_ms) => Some(delay_ms),
            Self::Seeded { median_ms, spread, never_percent } => {
                let never = random.random_range(0..100_u8) < never_percent;
                // The sum of twelve even draws is close enough to a normal one.
                let normal = (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
                let delay_ms = f64::from(median_ms) * f64::from(pace_percent) / 100.0
                    * (spread * normal).exp();
                #[allow(
                    clippy::cast_possible_truncation,
                    reason = "a float cast saturates, which is what is wanted"
                )]
                let delay_ms = delay_ms as i64;
                (!never).then_some(delay_ms)
            }
        }
    }

    /// The SMS that the service will send to a number that waits for one from `now_ms` on; none when it never comes.
    pub fn sms(self, service: &Service, now_ms: i64, random: &mut StdRng) -> Option<Sms> {
        let code = code(service.digits, random);
        let delay_ms = self.delay_ms(service.pace_percent, random)?;
        let message = service.message_with(&code);
        Some(Sms { at_ms: now_ms.saturating_add(delay_ms), code, message })
    }
}

/// A code that has come or will come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sms {
    /// Unix milliseconds.
    pub at_ms: i64,
    pub code: String,
    pub message: String,
}

/// Randomness of its own for one thing of many (an order, a product), so that no thing depends on what came before it.
pub fn random_for(seed: u64, id: u64) -> StdRng {
    StdRng::seed_from_u64(seed ^ id.wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

/// A code of this many digits; one in ten begins with a zero.
pub fn code(digits: u32, random: &mut StdRng) -> String {
    (0..digits).map(|_| char::from(b'0' + random.random_range(0..10_u8))).collect()
}

/// True in this many cases of a hundred.
pub fn percent(of_hundred: u32, random: &mut StdRng) -> bool {
    random.random_range(0..100) < of_hundred
}

/// A stock: sold out, nearly sold out, or enough.
pub fn stock(random: &mut StdRng) -> u32 {
    match random.random_range(0..100) {
        0..8 => 0,
        8..23 => random.random_range(1..=5),
        _ => random.random_range(6..800),
    }
}

/// A number of the country, as `+` and digits, that is not in `taken`; none when none was found.
pub fn free_number(
    country: &Country,
    taken: &BTreeSet<String>,
    random: &mut StdRng,
) -> Option<String> {
    let size: u64 = country.number.bytes().map(choices).product();
    let first = random.random_range(0..size);
    (0..TRIES.min(size))
        .map(|step| number(country, (first + step) % size))
        .find(|number| !taken.contains(number))
}

fn choices(place: u8) -> u64 {
    match place {
        b'X' => 10,
        b'N' => 8,
        _ => 1,
    }
}

fn number(country: &Country, mut index: u64) -> String {
    let mut places = Vec::with_capacity(country.number.len());
    for place in country.number.bytes().rev() {
        let size = choices(place);
        let chosen = u8::try_from(index % size).unwrap_or_default();
        index /= size;
        places.push(match place {
            b'X' => char::from(b'0' + chosen),
            b'N' => char::from(b'2' + chosen),
            _ => char::from(place),
        });
    }
    format!("+{}{}", country.dial_code, places.into_iter().rev().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::world::COUNTRIES;

    #[test]
    fn numbers_fill_their_whole_range_without_a_double() {
        let uk = COUNTRIES.iter().find(|country| country.iso == "GB").unwrap();
        let mut taken = BTreeSet::new();
        let mut random = random_for(1, 1);
        while let Some(number) = free_number(uk, &taken, &mut random) {
            assert!(number.starts_with("+447700900") && number.len() == 13, "{number}");
            assert!(taken.insert(number));
        }
        assert_eq!(taken.len(), 1000);
    }

    #[test]
    fn the_united_states_get_area_codes_that_exist_in_form() {
        let us = COUNTRIES.iter().find(|country| country.iso == "US").unwrap();
        for id in 0..500 {
            let number = free_number(us, &BTreeSet::new(), &mut random_for(9, id)).unwrap();
            assert!((b'2'..=b'9').contains(&number.as_bytes()[2]), "{number}");
            assert_eq!(&number[5..10], "55501", "{number}");
        }
    }

    #[test]
    fn delays_are_seeded_spread_and_sometimes_never() {
        let plan = CodePlan::Seeded { median_ms: 10_000, spread: 0.6, never_percent: 20 };
        let delays: Vec<_> =
            (0..2000).map(|id| plan.delay_ms(100, &mut random_for(5, id))).collect();
        let again: Vec<_> =
            (0..2000).map(|id| plan.delay_ms(100, &mut random_for(5, id))).collect();
        assert_eq!(delays, again);
        let mut came: Vec<_> = delays.iter().flatten().copied().collect();
        came.sort_unstable();
        assert!((1500..1700).contains(&came.len()), "{}", came.len());
        let median = came[came.len() / 2];
        assert!((9_000..11_000).contains(&median), "{median}");
        assert!(came[0] < 5_000 && came[came.len() - 1] > 30_000);
        assert_eq!(CodePlan::Manual.delay_ms(100, &mut random_for(5, 0)), None);
        assert_eq!(CodePlan::Fixed(7).delay_ms(300, &mut random_for(5, 0)), Some(7));
    }

    #[test]
    fn codes_have_their_digits_and_some_begin_with_zero() {
        let codes: Vec<_> = (0..200).map(|id| code(4, &mut random_for(3, id))).collect();
        assert!(
            codes
                .iter()
                .all(|code| code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit()))
        );
        assert!(codes.iter().any(|code| code.starts_with('0')));
    }
}
