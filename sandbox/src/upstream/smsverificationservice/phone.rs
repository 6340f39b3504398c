//! The numbers that are given out, and how this provider writes them.

use std::collections::BTreeSet;

use rand::{Rng, rngs::StdRng};

use crate::upstream::{numbers, world::Country};

/// A free number of the country as `+` and digits, in the US area when one is wanted; none when there is none.
pub(super) fn free(
    country: &Country,
    area_code: Option<&str>,
    taken: &BTreeSet<String>,
    random: &mut StdRng,
) -> Option<String> {
    let Some(area) = area_code else { return numbers::free_number(country, taken, random) };
    // No area's code begins with 0 or 1.
    if area.starts_with(['0', '1']) {
        return None;
    }
    // The hundred numbers of an area that are kept for fiction.
    let first = random.random_range(0..100);
    (first..first + 100)
        .map(|last| format!("+{}{area}55501{:02}", country.dial_code, last % 100))
        .find(|number| !taken.contains(number))
}

/// With spaces, as in `+1 415 555 0123`: the last four digits stand alone, those before them in threes.
pub(super) fn shown(country: &Country, phone: &str) -> String {
    let digits = phone.trim_start_matches('+');
    let national = digits.strip_prefix(country.dial_code).unwrap_or(digits);
    let (head, tail) =
        national.split_at_checked(national.len().saturating_sub(4)).unwrap_or(("", national));
    let mut shown = format!("+{}", country.dial_code);
    for (place, digit) in head.chars().enumerate() {
        if place % 3 == 0 {
            shown.push(' ');
        }
        shown.push(digit);
    }
    shown.push(' ');
    shown.push_str(tail);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::{numbers::random_for, world::COUNTRIES};

    fn country(iso: &str) -> &'static Country {
        COUNTRIES.iter().find(|country| country.iso == iso).unwrap()
    }

    #[test]
    fn a_number_has_spaces_and_loses_no_digit() {
        assert_eq!(shown(country("US"), "+14155550123"), "+1 415 555 0123");
        assert_eq!(shown(country("GB"), "+447700900123"), "+44 770 090 0123");
        for country in COUNTRIES {
            let phone = free(country, None, &BTreeSet::new(), &mut random_for(1, 1)).unwrap();
            assert_eq!(shown(country, &phone).replace(' ', ""), phone);
        }
    }

    #[test]
    fn an_area_has_a_hundred_numbers() {
        let mut taken = BTreeSet::new();
        let mut random = random_for(1, 1);
        while let Some(number) = free(country("US"), Some("212"), &taken, &mut random) {
            assert!(number.starts_with("+121255501") && number.len() == 12, "{number}");
            taken.insert(number);
        }
        assert_eq!(taken.len(), 100);
        assert_eq!(free(country("US"), Some("012"), &taken, &mut random), None);
    }
}
