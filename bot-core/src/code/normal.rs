//! An SMS text in one plain form: ASCII digits, no invisible characters, one kind of hyphen.

use unicode_normalization::UnicodeNormalization;

/// The characters of `text`: digits of every script that services write in and fullwidth letters are ASCII, accents are
/// composed, hyphens and dashes are `-`, blanks within a line are spaces, line breaks are `\n`, and characters that only
/// steer how text is shown (direction marks, joiners, soft hyphens) are gone.
pub fn normal(text: &str) -> Vec<char> {
    text.chars().filter(|it| !is_invisible(*it)).map(plain).nfc().collect()
}

/// Lower case, one character for one: a second one (as in `İ`) is a dot that no word here needs.
pub fn lower(character: char) -> char {
    character.to_lowercase().next().unwrap_or(character)
}

fn plain(character: char) -> char {
    match character {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' => '-',
        '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}' => ascii(character),
        _ if character.is_whitespace() => ' ',
        _ => digit(character).unwrap_or(character),
    }
}

/// Of a fullwidth form.
fn ascii(character: char) -> char {
    char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character)
}

/// Zeros of the scripts whose digits are read; nine more follow each (Unicode, property `Nd`).
const ZEROS: [u32; 27] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810, 0xA9D0, 0xFF10, // mathematical:
    0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1FBF0,
];

fn digit(character: char) -> Option<char> {
    let place = ZEROS.iter().find_map(|zero| {
        u32::from(character).checked_sub(*zero).filter(|distance| *distance < 10)
    })?;
    char::from_digit(place, 10)
}

fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{20E3}')
}
