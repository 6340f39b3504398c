//! The numbers of a text that look like a code, whatever the words around them say.
//!
//! Sorts out what its own characters and its closest neighbours make something else: amounts, dates, times, phone
//! numbers, masked cards, counts of minutes.

use std::ops::RangeInclusive;

use super::{
    token::{Kind, Token},
    words::Meaning,
};

/// How a number looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looks {
    /// `G-123456`: nobody else writes so.
    Signed,
    /// `123456`, `123-456`: what most services send.
    Usual,
    /// `1234`, `12 34 56`, `FB-12345`.
    Fair,
    /// `AB12CD`. Also model numbers and flights look so.
    Letters,
    /// `123`, a year, a date, letters in mixed case.
    Odd,
}

impl Looks {
    pub fn points(self) -> i32 {
        match self {
            Self::Signed => 4,
            Self::Usual => 2,
            Self::Fair => 1,
            Self::Letters => 0,
            Self::Odd => -1,
        }
    }

    /// Whether only clear words make it a code.
    pub fn is_odd(self) -> bool {
        matches!(self, Self::Letters | Self::Odd)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// As it is to be typed.
    pub code: String,
    pub looks: Looks,
    /// The first of its tokens.
    pub start: usize,
    /// The token after it.
    pub end: usize,
}

impl Candidate {
    pub fn has_letters(&self) -> bool {
        self.code.bytes().any(|it| it.is_ascii_alphabetic())
    }
}

/// Digits of a code, and characters of one with letters.
const LENGTH: RangeInclusive<usize> = 3..=8;

/// What stands between digits of one number.
const INSIDE: &str = "-.,:/'";

const CURRENCIES: &str = "$€£¥₹₽₩₫₺₴₦₱₪₸฿৳¢";

pub fn candidates(tokens: &[Token]) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at].kind {
            Kind::Number => {
                let end = row_end(tokens, at);
                found.extend(row(tokens, at, end));
                at = end;
            }
            Kind::Mixed => {
                found.extend(mixed(tokens, at));
                at += 1;
            }
            Kind::Word(_) | Kind::Mark(_) | Kind::Line | Kind::Address => at += 1,
        }
    }
    found
}

/// The end of the numbers from `start` on that follow each other in one line, with blanks or marks of numbers between.
fn row_end(tokens: &[Token], start: usize) -> usize {
    let mut end = start + 1;
    while let Some(next) = tokens.get(end) {
        if next.kind == Kind::Number {
            end += 1;
        } else if next.is_mark(INSIDE) && is_glued_number(tokens, end) {
            end += 2;
        } else {
            break;
        }
    }
    end
}

/// Whether the mark at `at` stands inside a number.
fn is_glued_number(tokens: &[Token], at: usize) -> bool {
    tokens[at].glued && tokens.get(at + 1).is_some_and(|it| it.kind == Kind::Number && it.glued)
}

/// The candidates in a row of numbers: `482913`, `482 913`, `482-913`, or none in `+1 415 555-0123`.
fn row(tokens: &[Token], start: usize, end: usize) -> Vec<Candidate> {
    let is_phone = tokens[..start].last().is_some_and(|it| it.is_mark("+")) && tokens[start].glued;
    let whole = &tokens[start..end];
    let parts: Vec<&str> =
        whole.iter().filter(|it| it.kind == Kind::Number).map(|it| it.text.as_str()).collect();
    let is_spaced = parts.len() == whole.len();
    let is_hyphened = whole.iter().skip(1).step_by(2).all(|it| it.is_mark("-"))
        && whole.len() + 1 == 2 * parts.len();
    if is_phone {
        Vec::new()
    } else if let Some(looks) = grouped(&parts).filter(|_| is_spaced || is_hyphened) {
        let looks = if is_hyphened && is_date(&parts) { Looks::Odd } else { looks };
        candidate(tokens, parts.concat(), looks, start, end).into_iter().collect()
    } else if is_spaced && is_long(&parts) {
        Vec::new()
    } else {
        let alone = |at: &usize| {
            let is_joined = |it: Option<&Token>| it.is_some_and(|it| it.is_mark(INSIDE));
            let joins_next = is_joined(tokens.get(at + 1)) && is_glued_number(tokens, at + 1);
            let joins_last = is_joined(tokens[start..*at].last());
            tokens[*at].kind == Kind::Number && !joins_last && !joins_next
        };
        (start..end).filter(alone).filter_map(|at| single(tokens, at)).collect()
    }
}

/// Groups of one length, as codes have them, and no phone numbers.
fn grouped(parts: &[&str]) -> Option<Looks> {
    let length = parts.first()?.len();
    let is_even = parts.iter().all(|it| it.len() == length);
    match (length, parts.len()) {
        _ if !is_even => None,
        (3, 2) => Some(Looks::Usual),
        (4, 2) if parts.iter().all(|it| is_year(it)) => None,
        (1, 4..=8) | (2, 2..=4) | (4, 2) => Some(Looks::Fair),
        _ => None,
    }
}

/// `555 0123`, `0800 123 456`.
fn is_long(parts: &[&str]) -> bool {
    let total: usize = parts.iter().map(|it| it.len()).sum();
    let are_short = parts.iter().all(|it| it.len() <= 5);
    parts.len() > 1 && (total > *LENGTH.end() || (total > 6 && are_short))
}

/// `21-11-26` and `26-11-21`.
fn is_date(parts: &[&str]) -> bool {
    let is_within = |part: &str, most| part.parse().is_ok_and(|it: u8| (1..=most).contains(&it));
    match parts {
        [first, second, third] => {
            (is_within(first, 31) && is_within(second, 12))
                || (is_within(second, 12) && is_within(third, 31))
                || (is_within(first, 12) && is_within(second, 31))
        }
        _ => false,
    }
}

fn is_year(digits: &str) -> bool {
    digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"))
}

/// A number of one piece, with the letters of the sender before it if it has them.
fn single(tokens: &[Token], at: usize) -> Option<Candidate> {
    let code = tokens[at].text.clone();
    let looks = match code.len() {
        6 => Looks::Usual,
        4 if is_year(&code) => Looks::Odd,
        4..=8 => Looks::Fair,
        _ => Looks::Odd,
    };
    let [.., sign, hyphen] = &tokens[..at] else {
        return candidate(tokens, code, looks, at, at + 1);
    };
    let is_signed = hyphen.is_mark("-") && hyphen.glued && tokens[at].glued && sign.is_word();
    if !is_signed || !sign.text.is_ascii() || sign.meaning() == Meaning::Code {
        return candidate(tokens, code, looks, at, at + 1);
    }
    let is_short = sign.text.len() <= 2 && sign.text.bytes().all(|it| it.is_ascii_uppercase());
    let looks = match sign.text.as_str() {
        "G" | "FB" if (5..=8).contains(&code.len()) => Looks::Signed,
        _ => looks,
    };
    if is_short { candidate(tokens, code, looks, at - 2, at + 1) } else { None }
}

/// Letters and digits, unless they are a word with a number, a masked card or a product.
fn mixed(tokens: &[Token], at: usize) -> Option<Candidate> {
    let code = &tokens[at].text;
    let head = code.trim_end_matches(|it: char| it.is_ascii_digit());
    let is_word = head.len() > 3 && head.bytes().all(|it| it.is_ascii_alphabetic());
    let is_masked = head.bytes().all(|it| matches!(it, b'x' | b'X'));
    let is_ordinal = code.bytes().filter(u8::is_ascii_alphabetic).count() + 1 >= code.len();
    let hyphen = |it: Option<&Token>| it.is_some_and(|it| it.is_mark("-._'") && it.glued);
    let is_part = tokens[at].glued && hyphen(tokens[..at].last())
        || (hyphen(tokens.get(at + 1)) && tokens.get(at + 2).is_some_and(|it| it.glued));
    if code.len() < 4 || is_word || is_masked || is_ordinal || is_part {
        return None;
    }
    let is_capital = !code.bytes().any(|it| it.is_ascii_lowercase());
    let looks = if is_capital { Looks::Letters } else { Looks::Odd };
    candidate(tokens, code.clone(), looks, at, at + 1)
}

/// The candidate, if what stands close to it leaves it one.
fn candidate(
    tokens: &[Token],
    code: String,
    looks: Looks,
    start: usize,
    end: usize,
) -> Option<Candidate> {
    let (before, after) = (&tokens[..start], &tokens[end..]);
    let fits = LENGTH.contains(&code.len());
    let is_glued = tokens[start].glued;
    (fits && !is_counted(before, after) && !is_attached(is_glued, before, after))
        .then_some(Candidate { code, looks, start, end })
}

/// An amount, or a count of something.
fn is_counted(before: &[Token], after: &[Token]) -> bool {
    let counts = |it: &Token| matches!(it.meaning(), Meaning::Unit | Meaning::Money);
    let is_after = after.first().is_some_and(|it| counts(it) || it.is_mark(CURRENCIES));
    let names_money = |it: &Token| it.meaning() == Meaning::Money || it.is_mark(CURRENCIES);
    let is_before = match before {
        [.., word, mark] if mark.is_mark(".:") => names_money(word),
        [.., word] => names_money(word),
        [] => false,
    };
    is_before || is_after
}

/// Part of something longer: `****1234`, `...1234`, `12/AB`, `id_123456`, `ABC-1234`, `50%`.
fn is_attached(is_glued: bool, before: &[Token], after: &[Token]) -> bool {
    let is_after = |marks| after.first().is_some_and(|it| it.is_mark(marks) && it.glued);
    let continues = after.get(1).is_some_and(|it| it.glued && it.kind != Kind::Line)
        && after.get(1).is_some_and(|it| it.is_word() || it.kind == Kind::Mixed);
    let hides = match before {
        [.., first, second] if second.is_mark(".") => first.is_mark(".") && second.glued,
        [.., last] if last.is_mark("*") => !is_after("*"),
        [.., last] => last.is_mark("/_•…●×&+"),
        [] => false,
    };
    (is_glued && hides) || is_after("%+°") || (is_after("-/_&") && continues)
}
