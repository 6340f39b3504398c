//! How names and searches are made comparable: no case, no accents, no punctuation, single spaces.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Characters of a name or a search that count. Keeps the work for one search bounded, whatever is typed.
pub const LONGEST: usize = 64;

/// `"  Côte d’Ivoire "` becomes `cote d ivoire`. Flags stay and stand alone, in a `WhatsApp🇮🇩` too. Text that would
/// vanish (only emoji, say) stays as it is, in lower case.
pub fn fold(text: &str) -> String {
    let cut: String = text.trim().chars().take(LONGEST).collect();
    let mut spaced = String::with_capacity(cut.len());
    let mut half_flag = None;
    // Cut again: a single character may decompose into eighteen.
    let bare = cut.nfkd().filter(|character| !is_combining_mark(*character)).take(LONGEST);
    for character in bare {
        match half_flag.take() {
            Some(first) if is_flag_letter(character) => {
                spaced.extend([' ', first, character, ' ']);
            }
            _ if is_flag_letter(character) => half_flag = Some(character),
            _ if character.is_alphanumeric() => spaced.extend(character.to_lowercase()),
            _ => spaced.push(' '),
        }
    }
    let folded = single_spaced(&spaced);
    if folded.is_empty() { single_spaced(&cut.to_lowercase()) } else { folded }
}

fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Two of these make a flag.
fn is_flag_letter(character: char) -> bool {
    ('\u{1F1E6}'..='\u{1F1FF}').contains(&character)
}

/// The ISO 3166 code that a flag spells, in lower case: `id` of 🇮🇩.
pub fn flag_code(flag: &str) -> Option<String> {
    let code: String = flag
        .chars()
        .map(|letter| {
            let place =
                u32::from(letter).checked_sub(0x1F1E6).filter(|_| is_flag_letter(letter))?;
            char::from_u32(u32::from('a') + place)
        })
        .collect::<Option<_>>()?;
    (code.len() == 2).then_some(code)
}
