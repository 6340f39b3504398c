//! How well a name answers a phrase. Both are folded.

use super::alias::Alias;
use crate::catalog::{Country, fold};

/// How a name matches, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// The name itself.
    Exact,
    /// Another name for it, or the name with its spaces elsewhere.
    Alias,
    /// The name begins so.
    Prefix,
    /// A word of the name begins so, or the name contains an alias.
    WordPrefix,
    /// The two letters of a country's flag.
    Code,
    /// Somewhere inside the name.
    Substring,
    /// But for a slip of the finger.
    Typo,
}

impl Rank {
    /// How far from certain; adds up over the parts of a line.
    pub fn distance(self) -> u8 {
        self as u8
    }
}

/// Shorter beginnings match too much to mean one country, or a word of a sentence.
const SHORTEST_BEGINNING: usize = 3;

/// Slips that a phrase of so many characters may hold.
fn slips(length: usize) -> Option<usize> {
    match length {
        0..=3 => None,
        4..=7 => Some(1),
        _ => Some(2),
    }
}

pub fn is_long_enough(phrase: &str) -> bool {
    phrase.chars().count() >= SHORTEST_BEGINNING
}

/// What is looked for. Never empty.
pub struct Phrase<'a> {
    text: &'a str,
    aliases: Alias,
}

impl<'a> Phrase<'a> {
    pub fn new(text: &'a str, groups: &'static [Alias]) -> Option<Self> {
        let own_group = groups.iter().find(|group| group.contains(&text));
        (!text.is_empty()).then(|| Self { text, aliases: own_group.copied().unwrap_or_default() })
    }

    pub fn rank(&self, name: &str) -> Option<Rank> {
        let text = self.text;
        if name == text {
            return Some(Rank::Exact);
        }
        let unspaced = unspaced_prefix(name, text);
        if unspaced == Some(Prefix::Whole) || self.aliases.contains(&name) {
            Some(Rank::Alias)
        } else if name.starts_with(text) {
            Some(Rank::Prefix)
        } else if unspaced.is_some()
            || word_begins(name, text)
            || self.aliases.iter().any(|alias| has_words(name, alias))
        {
            Some(Rank::WordPrefix)
        } else if name.contains(text) || every_word_begins(name, text) {
            Some(Rank::Substring)
        } else {
            None
        }
    }

    pub fn rank_country(&self, country: &Country) -> Option<Rank> {
        if *country.flag == *self.text {
            return Some(Rank::Exact);
        }
        let by_name = self.rank(&country.name_folded).filter(|rank| match rank {
            Rank::Exact | Rank::Alias => true,
            Rank::Prefix | Rank::WordPrefix => is_long_enough(self.text),
            Rank::Code | Rank::Substring | Rank::Typo => false,
        });
        by_name.or_else(|| (fold::flag_code(&country.flag)? == self.text).then_some(Rank::Code))
    }

    /// The name, or one of its words, but for a slip or two.
    pub fn rank_typo(&self, name: &str) -> Option<Rank> {
        let length = self.text.chars().count();
        let slips = slips(length)?;
        let is_near = |candidate: &str| {
            candidate.chars().count().abs_diff(length) <= slips
                && strsim::osa_distance(candidate, self.text) <= slips
        };
        (is_near(name) || name.split(' ').any(is_near)).then_some(Rank::Typo)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Prefix {
    Whole,
    Beginning,
}

/// Whether `text` begins `name` when spaces do not count.
fn unspaced_prefix(name: &str, text: &str) -> Option<Prefix> {
    let mut rest = name.bytes().filter(|byte| *byte != b' ');
    let mut wanted = text.bytes().filter(|byte| *byte != b' ');
    if !wanted.all(|byte| rest.next() == Some(byte)) {
        None
    } else if rest.next().is_none() {
        Some(Prefix::Whole)
    } else {
        Some(Prefix::Beginning)
    }
}

fn word_begins(name: &str, text: &str) -> bool {
    name.match_indices(text).any(|(start, _)| name[..start].ends_with(' '))
}

fn every_word_begins(name: &str, text: &str) -> bool {
    text.split(' ').all(|wanted| name.split(' ').any(|word| word.starts_with(wanted)))
}

/// Whether `words` stand in `name` as whole words.
fn has_words(name: &str, words: &str) -> bool {
    name.match_indices(words).any(|(start, found)| {
        let before = name[..start].chars().next_back();
        let after = name[start + found.len()..].chars().next();
        before.is_none_or(|character| character == ' ')
            && after.is_none_or(|character| character == ' ')
    })
}
