//! Finds the code in an SMS text, for providers that hand over the text alone.
//!
//! A wrong code is worse than none: the customer types it, is refused, and the service may block the number. So everything
//! here leans towards `None`, upon which the shop shows the whole text, where a person finds the code at once.
//!
//! In four steps, each in its file: the text in one plain form (`normal`), taken apart (`token`), the numbers that look
//! like a code (`candidate`), and what the words around each of them say it is (`label`). Points for the looks and for
//! the words are added up; the best number wins when it has [`ENOUGH`] and [`LEAD`] more than any other.
//!
//! A text may also be written for machines: when its last line is `@shop.example #123456` (the "origin-bound one-time
//! codes" of the WICG), that is the code. The 11 characters by which Android finds the app are not.
//!
//! Not recognised, on purpose, because a person tells better:
//! - codes without a digit (`KXWQZ`, words), and codes longer than eight characters: phone and account numbers are longer;
//! - fewer than three digits, or digits spelt out;
//! - letters and digits in groups (`AB12-CD34`): services differ in whether the hyphen is typed;
//! - digits in groups of unequal length, and groups with full stops: `123.456` is an amount, `1.2.3.4` an address;
//! - prefixes longer than two letters (`ABC-1234`): services differ in whether they are typed;
//! - words of a promotion (`SAVE20`), and letters with digits in a text that promises a discount;
//! - one of two numbers that are as likely, such as a new code beside the old one.
//!
//! Knows nothing of orders, providers or customers.

mod candidate;
mod label;
mod normal;
mod token;
mod words;

use candidate::{Candidate, candidates};
use label::Topic;
use normal::normal;
use token::{Token, tokens};

/// Characters of the longest text that is searched; the longest SMS of a service has a few hundred.
pub const LONGEST: usize = 4096;

/// Points that a number needs to be the code.
const ENOUGH: i32 = 4;

/// Points that it needs more than any other number.
const LEAD: i32 = 2;

/// The code in the text, as it is to be typed: in ASCII, without the blanks or hyphens between groups (`123-456`), and
/// without the letters that name the sender (`G-123456` is typed `123456`); letters keep their case. None when there is
/// no code, when it is doubtful which number is the code, and when the text has more than [`LONGEST`] characters.
/// Takes time in proportion to the text.
pub fn find_code(text: &str) -> Option<String> {
    if text.chars().nth(LONGEST).is_some() {
        return None;
    }
    let text = normal(text);
    if let Some(code) = machine_line(&text) {
        return Some(code);
    }
    let tokens = tokens(without_app_hash(&text));
    let topic = Topic::of(&tokens);
    let rated: Vec<(i32, Candidate)> = candidates(&tokens)
        .into_iter()
        .filter_map(|it| Some((points(topic, &tokens, &it)?, it)))
        .collect();
    let (most, best) = rated.iter().max_by_key(|(points, _)| *points)?;
    let others = rated.iter().filter(|(_, other)| other.code != best.code);
    let next = others.map(|(points, _)| *points).max();
    let is_clear = next.is_none_or(|next| most - next >= LEAD);
    (*most >= ENOUGH && is_clear).then(|| best.code.clone())
}

/// None when the words say that the number is something else.
fn points(topic: Topic, tokens: &[Token], candidate: &Candidate) -> Option<i32> {
    if candidate.has_letters() && topic.is_offer {
        return None;
    }
    let (before, after) = (&tokens[..candidate.start], &tokens[candidate.end..]);
    let words = label::points(topic, before, after, candidate.looks.is_odd())?;
    Some(words + candidate.looks.points())
}

/// The code in a last line `@host #code`.
fn machine_line(text: &[char]) -> Option<String> {
    let line: String = text.rsplit(|it| *it == '\n').find(|it| !is_blank(it))?.iter().collect();
    let mut parts = line.split_whitespace();
    parts.next()?.strip_prefix('@').filter(|host| !host.is_empty())?;
    let code = parts.next()?.strip_prefix('#')?;
    let fits = (3..=8).contains(&code.len())
        && code.bytes().all(|it| it.is_ascii_alphanumeric())
        && code.bytes().any(|it| it.is_ascii_digit());
    fits.then(|| code.to_owned())
}

fn is_blank(line: &[char]) -> bool {
    line.iter().all(|it| it.is_whitespace())
}

/// The text without the 11 characters of base64 at its end by which Android finds the app that waits for the code
/// (Google, "SMS Retriever API", verification message).
fn without_app_hash(text: &[char]) -> &[char] {
    let end = text.iter().rposition(|it| !it.is_whitespace()).map_or(0, |last| last + 1);
    let start = text[..end].iter().rposition(|it| it.is_whitespace()).map_or(0, |blank| blank + 1);
    let last = &text[start..end];
    let is_hash = start > 0
        && last.len() == 11
        && last.iter().all(|it| it.is_ascii_alphanumeric() || matches!(it, '+' | '/'))
        && last.iter().any(|it| !it.is_ascii_digit());
    if is_hash { &text[..start] } else { text }
}

#[cfg(test)]
mod tests;
