//! English names and flags for the country codes that SmsBuyz uses, since it tells codes only.

/// ISO 3166-1, one `code name` in a line.
const NAMES: &str = include_str!("countries.txt");

/// The English name of an ISO 3166 code in lower case, and its flag.
pub fn named(code: &str) -> Option<(&'static str, String)> {
    let name = NAMES.lines().find_map(|line| {
        let (of, name) = line.split_once(' ')?;
        (of == code).then_some(name)
    })?;
    // A flag is its code, written in letters of their own.
    let letter = |byte: u8| char::from_u32(0x1F1E6 + u32::from(byte.wrapping_sub(b'a')));
    Some((name, code.bytes().filter_map(letter).collect()))
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
}
