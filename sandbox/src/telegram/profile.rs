//! What the bot says about itself: name and descriptions per language, menu buttons. Knows nothing of commands.

use std::collections::HashMap;

use serde_json::{Value, json};

/// Which of the bot's texts (Bot API, setMyName, setMyDescription, setMyShortDescription).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum ProfileText {
    Name,
    Description,
    ShortDescription,
}

impl ProfileText {
    /// The parameter's name, which is also the field of the answer.
    pub fn field(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Description => "description",
            Self::ShortDescription => "short_description",
        }
    }

    /// UTF-16 code units at most.
    pub fn limit(self) -> usize {
        match self {
            Self::Name => 64,
            Self::Description => 512,
            Self::ShortDescription => 120,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Profile {
    texts: HashMap<(ProfileText, String), String>,
    /// By private chat; None is the default button.
    menu_buttons: HashMap<Option<i64>, Value>,
}

impl Profile {
    /// An empty text removes the one of that language.
    pub fn set_text(&mut self, which: ProfileText, language: &str, text: &str) {
        let key = (which, language.to_owned());
        if text.is_empty() {
            self.texts.remove(&key);
        } else {
            self.texts.insert(key, text.to_owned());
        }
    }

    /// The text for a language, else the one for all.
    pub fn text(&self, which: ProfileText, language: &str) -> Option<&str> {
        let get = |language: &str| self.texts.get(&(which, language.to_owned()));
        get(language).or_else(|| get("")).map(String::as_str)
    }

    pub fn set_menu_button(&mut self, chat: Option<i64>, button: Value) {
        self.menu_buttons.insert(chat, button);
    }

    pub fn menu_button(&self, chat: Option<i64>) -> Value {
        let own = self.menu_buttons.get(&chat).or_else(|| self.menu_buttons.get(&None));
        own.cloned().unwrap_or_else(|| json!({ "type": "commands" }))
    }
}
