//! What the words around a number say it is: the word that names it may stand before it (`code: 123456`) or after it
//! (`123456 is your code`).
//!
//! Looks at no more than [`REACH`] tokens on either side, and not beyond the sentence.

use super::{
    token::{Kind, Token},
    words::{ABBREVIATIONS, Meaning},
};

/// Tokens looked at on either side of a number, which keeps the whole linear.
const REACH: usize = 24;

/// Words that may stand between a number and the word that names it.
const FAR: usize = 8;

/// Words between, up to which there is no doubt.
const NEAR: usize = 4;

/// Words between something else's name and its number: `call us at 12345`.
const TIGHT: usize = 2;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Label {
    Code {
        near: bool,
    },
    Hint,
    Other,
    #[default]
    Nothing,
}

/// What a whole text is about.
#[derive(Clone, Copy, Debug)]
pub struct Topic {
    /// There are no words at all.
    is_bare: bool,
    names_code: bool,
    /// It promises a discount.
    pub is_offer: bool,
}

impl Topic {
    pub fn of(tokens: &[Token]) -> Self {
        let is_said = |it: &Token| it.is_word() || it.kind == Kind::Address;
        Self {
            is_bare: !tokens.iter().any(is_said),
            names_code: (0..tokens.len()).any(|at| names_code(tokens, at)),
            is_offer: tokens.iter().any(|it| it.meaning() == Meaning::Coupon || it.is_mark("%")),
        }
    }

    /// For a number that no word names: one that stands alone is a code, and one in a text that speaks of a code may be.
    fn points(self) -> i32 {
        match (self.is_bare, self.names_code) {
            (true, _) => 4,
            (false, true) => 2,
            (false, false) => 0,
        }
    }
}

/// The points that words give; none when they say that the number is something else. `is_odd` when only clear words
/// count.
pub fn points(topic: Topic, before: &[Token], after: &[Token], is_odd: bool) -> Option<i32> {
    let (head, tail) = (label_before(before), label_after(after));
    let opens = before.last().is_none_or(|it| it.kind == Kind::Line || it.is_mark(".!?>]】。"));
    let of_tail = match tail {
        _ if is_odd && !opens => 0,
        Label::Code { near: true } => 5,
        Label::Code { near: false } => 4,
        Label::Hint if !is_odd => 2,
        Label::Hint | Label::Other | Label::Nothing => 0,
    };
    match head {
        Label::Code { near: true } => Some(7),
        Label::Code { near: false } => Some(4),
        Label::Other => None,
        Label::Hint if is_odd => Some(of_tail),
        Label::Hint => Some(2 + of_tail),
        Label::Nothing if tail == Label::Other => None,
        Label::Nothing if of_tail > 0 => Some(of_tail),
        Label::Nothing => Some(topic.points()),
    }
}

/// Whether the word at `at` names a code, and not one for a discount.
fn names_code(tokens: &[Token], at: usize) -> bool {
    let is_coupon = tokens[..at].last().is_some_and(|it| it.meaning() == Meaning::Coupon);
    tokens[at].meaning() == Meaning::Code && !is_coupon
}

/// What was passed on the way from a number to the word that names it.
#[derive(Default)]
struct Walk {
    words: usize,
    /// A colon, a comma, an `is` or the like was passed: what stands on its other side is a name.
    is_linked: bool,
    /// A line break was passed: only a code is named across one.
    is_crossed: bool,
    /// What the closest word that means anything says.
    said: Label,
}

impl Walk {
    fn pass(&mut self, token: &Token) {
        match token.kind {
            Kind::Line => self.is_crossed = true,
            Kind::Mark(mark) => {
                self.is_linked |= matches!(mark, ':' | '=' | '-' | ',' | '→' | '：');
            }
            Kind::Address => self.words += 1,
            // What names a number beyond another one rather names that one.
            Kind::Number | Kind::Mixed => self.words += 3,
            Kind::Word(Meaning::Link) => self.is_linked = true,
            Kind::Word(meaning) => {
                if self.said == Label::Nothing {
                    self.said = self.hears(meaning);
                }
                self.words += 1;
            }
        }
    }

    fn is_over(&self) -> bool {
        self.words > FAR
    }

    fn hears(&self, meaning: Meaning) -> Label {
        if is_other(meaning) && !self.is_crossed {
            Label::Other
        } else if meaning == Meaning::Hint {
            Label::Hint
        } else {
            Label::Nothing
        }
    }
}

fn is_other(meaning: Meaning) -> bool {
    matches!(meaning, Meaning::Decoy | Meaning::Coupon)
}

fn label_before(before: &[Token]) -> Label {
    let mut walk = Walk::default();
    for at in (0..before.len()).rev().take(REACH) {
        let token = &before[at];
        if walk.is_over() || ends_sentence(before, at) {
            break;
        }
        if names_code(before, at) {
            return Label::Code { near: walk.words <= NEAR };
        }
        let is_tight = !walk.is_linked && !walk.is_crossed && walk.words <= TIGHT;
        let is_aim = walk.words == 0 && is_aim(before, at);
        if is_tight && (is_aim || is_other(token.meaning())) {
            return Label::Other;
        }
        walk.pass(token);
    }
    walk.said
}

/// `to 12345` is an aim, but in Polish `to` is the `is` of `Twój kod to 12345`.
fn is_aim(tokens: &[Token], at: usize) -> bool {
    let is_polish = |it: &Token| it.text.to_lowercase().starts_with("kod");
    let is_link = tokens[at].text == "to" && tokens[..at].iter().rev().take(FAR).any(is_polish);
    tokens[at].meaning() == Meaning::Target && !is_link
}

fn label_after(after: &[Token]) -> Label {
    let mut walk = Walk::default();
    for (at, token) in after.iter().enumerate().take(REACH) {
        let is_number = matches!(token.kind, Kind::Number | Kind::Mixed);
        if walk.is_over() || is_number || ends_sentence(after, at) {
            break;
        }
        if names_code(after, at) {
            return Label::Code { near: walk.words <= NEAR };
        }
        walk.pass(token);
    }
    walk.said
}

/// A full stop ends a sentence unless it stands after an abbreviation, before a small letter, or in a number.
fn ends_sentence(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    let goes_on = |next: &Token| {
        next.text.starts_with(char::is_lowercase) || (next.kind == Kind::Number && next.glued)
    };
    let is_short = |last: &Token| ABBREVIATIONS.contains(&last.text.to_lowercase().as_str());
    if token.is_mark(".") {
        let is_abbreviation = tokens[..at].last().is_some_and(is_short);
        !is_abbreviation && !tokens.get(at + 1).is_some_and(goes_on)
    } else {
        token.is_mark("!?;。！？；؟۔।")
    }
}
