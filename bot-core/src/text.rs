//! Every word for people, by id and language. The words themselves live in `locales/*.ftl` (Fluent).
//!
//! Knows nothing of flows: who needs a text names its id and its variables. What comes from outside (a person's name, a
//! search, an SMS) goes in as a variable and can never become markup: the styles of the source become marks when it is
//! loaded, and a variable cannot hold a mark.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use crate::screen::Span;

mod argument;
mod markup;

pub use argument::Arg;

/// The languages: two-letter code and source. The first is the default one.
const ENGLISH: (&str, &str) = ("en", include_str!("../locales/en.ftl"));
const OTHERS: [(&str, &str); 1] = [("de", include_str!("../locales/de.ftl"))];

/// Why the words cannot be loaded: always a mistake in a `.ftl` file.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    #[error("`{0}` is not a language")]
    Language(&'static str),
    #[error("{language}.ftl, line {line}: a style is unknown, nested, or does not end on its line")]
    Markup { language: &'static str, line: usize },
    #[error("{language}.ftl: {problem}")]
    Syntax { language: &'static str, problem: String },
}

/// All languages.
pub struct Texts {
    english: Words,
    others: Vec<Words>,
}

/// The words of one language. Cheap to clone.
#[derive(Clone)]
pub struct Words(Arc<Language>);

struct Language {
    code: &'static str,
    bundle: FluentBundle<FluentResource>,
    /// Ids whose failure is in the log already. As bounded as the ids in the source.
    reported: Mutex<HashSet<&'static str>>,
}

impl Texts {
    /// Reads what is built in.
    pub fn load() -> Result<Self, TextError> {
        let load = |(code, source)| Words::load(code, source);
        Ok(Self {
            english: load(ENGLISH)?,
            others: OTHERS.into_iter().map(load).collect::<Result<_, _>>()?,
        })
    }

    /// The words for an IETF language tag (`de`, `pt-BR`); English when there is none for it.
    pub fn language(&self, tag: Option<&str>) -> Words {
        let code = tag.and_then(|tag| tag.split(['-', '_']).next()).unwrap_or_default();
        let known = self.others.iter().find(|words| words.0.code.eq_ignore_ascii_case(code));
        known.unwrap_or(&self.english).clone()
    }

    /// The two-letter codes of the languages beside English.
    pub fn languages(&self) -> Vec<String> {
        self.others.iter().map(|words| words.0.code.to_owned()).collect()
    }
}

impl Words {
    fn load(code: &'static str, source: &str) -> Result<Self, TextError> {
        let syntax = |problem| TextError::Syntax { language: code, problem };
        let language: LanguageIdentifier = code.parse().map_err(|_| TextError::Language(code))?;
        let marked =
            markup::mark(source).map_err(|line| TextError::Markup { language: code, line })?;
        let resource = FluentResource::try_new(marked)
            .map_err(|(_, errors)| syntax(listed(errors.iter().map(ToString::to_string))))?;
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Chats show the isolating characters as boxes; what they are good for, `argument.rs` does.
        bundle.set_use_isolating(false);
        bundle
            .add_resource(resource)
            .map_err(|errors| syntax(listed(errors.iter().map(ToString::to_string))))?;
        Ok(Self(Arc::new(Language { code, bundle, reported: Mutex::default() })))
    }

    /// A text without styles: labels of buttons, notices.
    pub fn line(&self, id: &'static str, args: &[(&'static str, Arg)]) -> String {
        markup::plain(&self.format(id, args))
    }

    /// A text with its styles.
    pub fn spans(&self, id: &'static str, args: &[(&'static str, Arg)]) -> Vec<Span> {
        markup::spans(&self.format(id, args))
    }

    /// With marks. A text that cannot be formatted is reported once, and its variables are shown behind its id: even
    /// then a code is not lost.
    fn format(&self, id: &'static str, args: &[(&'static str, Arg)]) -> String {
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, arg) in args {
            values.set(*name, arg.value(self));
        }
        match self.try_format(id, &values) {
            Ok(text) => text,
            Err(problem) => {
                self.report(id, &problem);
                let shown = args.iter().map(|(_, arg)| arg.shown(self));
                listed(std::iter::once(id.to_owned()).chain(shown))
            }
        }
    }

    fn try_format(&self, id: &str, values: &FluentArgs<'_>) -> Result<String, String> {
        let message = self.0.bundle.get_message(id).and_then(|message| message.value());
        let pattern = message.ok_or("there is no such text")?;
        let mut errors = Vec::new();
        let text = self.0.bundle.format_pattern(pattern, Some(values), &mut errors);
        if errors.is_empty() {
            Ok(text.into_owned())
        } else {
            Err(listed(errors.iter().map(ToString::to_string)))
        }
    }

    fn report(&self, id: &'static str, problem: &str) {
        let mut reported = self.0.reported.lock().unwrap_or_else(PoisonError::into_inner);
        if reported.insert(id) {
            tracing::error!(id, language = self.0.code, problem, "a text cannot be shown");
        }
    }
}

fn listed(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
