//! An SMS text taken apart into words, numbers and marks, in one pass.
//!
//! Knows where an address ends, so that what stands in one is never taken for a code.

use unicode_normalization::char::is_combining_mark;

use super::{
    normal::lower,
    words::{Meaning, meaning},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Letters of any script.
    Word(Meaning),
    /// ASCII digits.
    Number,
    /// ASCII letters and digits.
    Mixed,
    /// Any other visible character.
    Mark(char),
    /// A line break.
    Line,
    /// A link, a host, an e-mail address, an `@name`.
    Address,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    /// As written.
    pub text: String,
    /// Whether nothing stands between it and the token before it.
    pub glued: bool,
}

impl Token {
    pub fn is_mark(&self, marks: &str) -> bool {
        matches!(self.kind, Kind::Mark(mark) if marks.contains(mark))
    }

    pub fn is_word(&self) -> bool {
        matches!(self.kind, Kind::Word(_))
    }

    pub fn meaning(&self) -> Meaning {
        if let Kind::Word(meaning) = self.kind { meaning } else { Meaning::Plain }
    }
}

/// Takes a text in normal form apart.
pub fn tokens(text: &[char]) -> Vec<Token> {
    let mut tokens = Tokens { all: Vec::new(), glued: false };
    let mut at = 0;
    while let Some(&character) = text.get(at) {
        let rest = &text[at..];
        let before = at.checked_sub(1).map(|index| text[index]);
        let address = if before.is_some_and(is_host_part) { 0 } else { address_length(rest) };
        let length = if address > 0 {
            tokens.push(Kind::Address, &rest[..address]);
            address
        } else if character == '\n' {
            tokens.push(Kind::Line, &[]);
            1
        } else if character.is_whitespace() {
            tokens.glued = false;
            1
        } else if is_letter(character) || character.is_ascii_digit() {
            tokens.push_run(rest)
        } else {
            tokens.push(Kind::Mark(character), &rest[..1]);
            1
        };
        at += length;
    }
    tokens.all
}

struct Tokens {
    all: Vec<Token>,
    /// Whether the next token follows the last one at once.
    glued: bool,
}

impl Tokens {
    fn push(&mut self, kind: Kind, text: &[char]) {
        let glued = self.glued && kind != Kind::Line;
        self.glued = kind != Kind::Line;
        self.all.push(Token { kind, text: text.iter().collect(), glued });
    }

    fn push_word(&mut self, word: &[char]) {
        self.push(Kind::Word(meaning_of(word)), word);
    }

    /// Pushes the letters and digits that `text` starts with. How many they were.
    fn push_run(&mut self, text: &[char]) -> usize {
        let run = &text[..count(text, char::is_ascii_alphanumeric)];
        if !run.iter().any(char::is_ascii_digit) {
            let length = word_length(text);
            self.push_word(&text[..length]);
            return length;
        }
        let letters = count(run, char::is_ascii_alphabetic);
        let digits = count(run, char::is_ascii_digit);
        let (head, tail) = run.split_at(letters.max(digits));
        match (letters, tail) {
            (0, []) => self.push(Kind::Number, head),
            (0, unit) if is_unit(unit) => {
                self.push(Kind::Number, head);
                self.push_word(unit);
            }
            (1.., number) if number.iter().all(char::is_ascii_digit) && is_label(head) => {
                self.push_word(head);
                self.push(Kind::Number, number);
            }
            _ => self.push(Kind::Mixed, run),
        }
        run.len()
    }
}

/// `OTP123456`, `Rs500`: the letters say what the digits are.
fn is_label(letters: &[char]) -> bool {
    matches!(meaning_of(letters), Meaning::Code | Meaning::Money | Meaning::Decoy)
}

/// `10min`, `500RUB`.
fn is_unit(letters: &[char]) -> bool {
    letters.iter().all(char::is_ascii_alphabetic)
        && matches!(meaning_of(letters), Meaning::Unit | Meaning::Money)
}

fn meaning_of(word: &[char]) -> Meaning {
    meaning(&word.iter().map(|it| lower(*it)).collect::<String>())
}

/// How many characters at the start are such.
fn count(text: &[char], is_such: impl Fn(&char) -> bool) -> usize {
    text.iter().position(|it| !is_such(it)).unwrap_or(text.len())
}

fn is_letter(character: char) -> bool {
    character.is_alphabetic() || is_combining_mark(character)
}

/// Latin letters end a word of a script without blanks, and the other way round: `您的OTP是` is three words.
fn word_length(text: &[char]) -> usize {
    let unspaced = text.first().copied().is_some_and(is_unspaced);
    count(text, |it| is_letter(*it) && (is_combining_mark(*it) || is_unspaced(*it) == unspaced))
}

/// Of scripts written without blanks between words, and of Korean, which puts none around digits.
fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{2E80}'..='\u{D7AF}' | '\u{20000}'..='\u{3FFFF}')
}

fn is_host_part(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_' | '+' | '@')
}

/// Endings that make digits before a full stop a host: `12306.cn`.
const ENDINGS: [&str; 7] = [".com", ".net", ".org", ".cn", ".ru", ".io", ".me"];

/// The length of the link, host, e-mail address or `@name` that the text starts with; zero when it starts with none. To
/// be asked only where no host part stands before, which keeps the whole linear.
fn address_length(text: &[char]) -> usize {
    let head: String = text[..count(text, |it| is_host_part(*it))].iter().collect();
    let follows = |what: &str| what.chars().eq(text[head.len()..].iter().take(what.len()).copied());
    let lower = head.to_ascii_lowercase();
    let is_dotted = lower
        .split_once('.')
        .is_some_and(|(_, rest)| rest.starts_with(|it: char| it.is_ascii_lowercase()));
    let is_handle = head.char_indices().any(|(at, it)| {
        it == '@' && head[at + 1..].starts_with(|next: char| next.is_ascii_alphanumeric())
    });
    let is_address = follows("://")
        || is_handle
        || (is_dotted && follows("/"))
        || lower.starts_with("www.")
        || ENDINGS.iter().any(|ending| lower.trim_end_matches(['.', '-']).ends_with(ending));
    if is_address { count(text, char::is_ascii_graphic) } else { 0 }
}
