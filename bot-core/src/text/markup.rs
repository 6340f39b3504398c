//! Styles inside texts: tags in the source, marks while a text is put together, spans when it is done.
//!
//! A mark is a noncharacter: Unicode promises that nobody sends one, and variables are rid of them, so a mark in a finished
//! text comes from the source.

use crate::screen::Span;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Bold,
    Italic,
    Code,
}

/// Ends any style.
const END: char = '\u{FDD3}';

impl Style {
    const ALL: [Self; 3] = [Self::Bold, Self::Italic, Self::Code];

    fn tag(self) -> &'static str {
        match self {
            Self::Bold => "b",
            Self::Italic => "i",
            Self::Code => "code",
        }
    }

    fn mark(self) -> char {
        match self {
            Self::Bold => '\u{FDD0}',
            Self::Italic => '\u{FDD1}',
            Self::Code => '\u{FDD2}',
        }
    }

    fn span(self, text: String) -> Span {
        match self {
            Self::Bold => Span::Bold(text),
            Self::Italic => Span::Italic(text),
            Self::Code => Span::Code(text),
        }
    }
}

/// Whether a character has, or could get, a meaning here.
pub fn is_mark(character: char) -> bool {
    ('\u{FDD0}'..='\u{FDEF}').contains(&character)
}

/// Replaces the tags of a source by marks. The error is the number of the line that is wrong.
pub fn mark(source: &str) -> Result<String, usize> {
    let mut marked = String::with_capacity(source.len());
    for (index, line) in source.lines().enumerate() {
        marked.push_str(&mark_line(line).ok_or(index + 1)?);
        marked.push('\n');
    }
    Ok(marked)
}

fn mark_line(line: &str) -> Option<String> {
    if line.contains(is_mark) {
        return None;
    }
    let mut marked = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, tagged)) = rest.split_once('<') {
        let (tag, after) = tagged.split_once('>')?;
        let style = Style::ALL.into_iter().find(|style| style.tag() == tag)?;
        let (inside, after) = after.split_once(&format!("</{tag}>"))?;
        if inside.contains('<') {
            return None;
        }
        marked.push_str(before);
        marked.push(style.mark());
        marked.push_str(inside);
        marked.push(END);
        rest = after;
    }
    marked.push_str(rest);
    Some(marked)
}

/// The text without its styles.
pub fn plain(marked: &str) -> String {
    marked.chars().filter(|character| !is_mark(*character)).collect()
}

/// The text in runs of one style each; none is empty.
pub fn spans(marked: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut style = None;
    let mut run = String::new();
    for character in marked.chars() {
        if !is_mark(character) {
            run.push(character);
            continue;
        }
        let text = std::mem::take(&mut run);
        if !text.is_empty() {
            spans.push(finished(style, text));
        }
        style = Style::ALL.into_iter().find(|style| style.mark() == character);
    }
    if !run.is_empty() {
        spans.push(finished(style, run));
    }
    spans
}

fn finished(style: Option<Style>, text: String) -> Span {
    match style {
        Some(style) => style.span(text),
        None => Span::Plain(text),
    }
}
