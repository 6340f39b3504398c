//! English names and flags of countries, for providers that tell only codes or only names.

/// ISO 3166-1, one `code name` in a line.
const NAMES: &str = include_str!("countries.txt");

/// The English name of an ISO 3166 code in lower case, and its flag.
pub fn named(code: &str) -> Option<(&'static str, String)> {
    let name = NAMES.lines().find_map(|line| {
        let (of, name) = line.split_once(' ')?;
        (of == code).then_some(name)
    })?;
    Some((name, flag(code)))
}

/// The flag of the country with this English name; none when the name is not one of the list's.
pub fn flag_of(name: &str) -> Option<String> {
    NAMES.lines().find_map(|line| {
        let (code, of) = line.split_once(' ')?;
        of.eq_ignore_ascii_case(name.trim()).then(|| flag(code))
    })
}

/// A flag is its code, written in letters of their own.
fn flag(code: &str) -> String {
    let letter = |byte: u8| char::from_u32(0x1F1E6 + u32::from(byte.wrapping_sub(b'a')));
    code.bytes().filter_map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_code_and_a_name_in_order() {
        let codes: Vec<_> = NAMES.lines().map(|line| line.split_once(' ').unwrap().0).collect();
        assert_eq!(codes.len(), 249);
        assert!(codes.is_sorted_by(|a, b| a < b));
        assert!(codes.iter().all(|it| it.len() == 2 && it.bytes().all(|b| b.is_ascii_lowercase())));
    }

    #[test]
    fn a_code_has_its_name_and_flag_and_another_text_has_none() {
        assert_eq!(named("ru"), Some(("Russia", "🇷🇺".to_owned())));
        assert_eq!(named("gb"), Some(("United Kingdom", "🇬🇧".to_owned())));
        for text in ["", "r", "xx", "RU", "russia", "ru Russia"] {
            assert_eq!(named(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_flag_is_found_by_its_countrys_name() {
        assert_eq!(flag_of(" united kingdom"), Some("🇬🇧".to_owned()));
        for text in ["", "Narnia", "gb United Kingdom", "United"] {
            assert_eq!(flag_of(text), None, "{text:?}");
        }
    }
}
