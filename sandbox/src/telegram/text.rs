//! Text as Telegram keeps it: plain characters plus entities measured in UTF-16 code units. Knows nothing of markup
//! languages (`html`, `markdown`) nor of messages.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::refusal::Refusal;

/// What a stretch of text is (Bot API, MessageEntity.type).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    Mention,
    Hashtag,
    Cashtag,
    BotCommand,
    Url,
    Email,
    PhoneNumber,
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Spoiler,
    Blockquote,
    ExpandableBlockquote,
    Code,
    Pre,
    TextLink,
    TextMention,
    CustomEmoji,
    DateTime,
}

/// One special stretch of a text (Bot API, MessageEntity).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    #[serde(rename = "type")]
    pub kind: EntityKind,
    /// UTF-16 code units before it.
    pub offset: usize,
    /// UTF-16 code units in it.
    pub length: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_emoji_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unix_time: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_time_format: Option<String>,
}

impl Entity {
    pub(super) fn new(kind: EntityKind, offset: usize, length: usize) -> Self {
        Self {
            kind,
            offset,
            length,
            url: None,
            user: None,
            language: None,
            custom_emoji_id: None,
            unix_time: None,
            date_time_format: None,
        }
    }

    fn end(&self) -> usize {
        self.offset.saturating_add(self.length)
    }
}

/// A text and its entities, in the order Telegram hands them out: by offset, the longer first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FormattedText {
    pub text: String,
    pub entities: Vec<Entity>,
}

/// Length in UTF-16 code units, which is how Telegram counts characters.
pub(super) fn utf16_len(text: &str) -> usize {
    text.encode_utf16().count()
}

impl FormattedText {
    /// A text as a person typed it, or as a bot sent it without formatting.
    pub fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), entities: Vec::new() }.tidied()
    }

    /// A text with entities that the bot named itself; each must lie within the text and start and end between
    /// characters.
    pub fn with_entities(text: &str, entities: Vec<Entity>) -> Result<Self, Refusal> {
        let mut boundaries = vec![0];
        let mut units = 0;
        for character in text.chars() {
            units += character.len_utf16();
            boundaries.push(units);
        }
        let is_boundary = |at: usize| boundaries.binary_search(&at).is_ok();
        let fits = |entity: &Entity| {
            entity.length > 0 && is_boundary(entity.offset) && is_boundary(entity.end())
        };
        if !entities.iter().all(fits) {
            return Err(Refusal::ENTITY_BOUNDS);
        }
        Ok(Self { text: text.to_owned(), entities }.tidied())
    }

    /// Length in UTF-16 code units after entities parsing.
    pub fn len(&self) -> usize {
        utf16_len(&self.text)
    }

    /// What the server does with every text: trims it, drops formatting inside code, finds commands, mentions and
    /// links.
    pub fn tidied(mut self) -> Self {
        self.trim();
        let holders: Vec<(usize, usize)> = self
            .entities
            .iter()
            .filter(|entity| matches!(entity.kind, EntityKind::Code | EntityKind::Pre))
            .map(|entity| (entity.offset, entity.end()))
            .collect();
        let inside_code = |entity: &Entity| {
            holders.iter().any(|&(start, end)| start <= entity.offset && entity.end() <= end)
        };
        self.entities.retain(|entity| {
            matches!(entity.kind, EntityKind::Code | EntityKind::Pre) || !inside_code(entity)
        });
        for found in found_entities(&self.text) {
            if self
                .entities
                .iter()
                .all(|entity| entity.end() <= found.offset || found.end() <= entity.offset)
            {
                self.entities.push(found);
            }
        }
        self.entities.sort_by_key(|entity| (entity.offset, usize::MAX - entity.length));
        self
    }

    fn trim(&mut self) {
        let kept = self.text.trim();
        let cut = utf16_len(&self.text[..self.text.len() - self.text.trim_start().len()]);
        let limit = utf16_len(kept);
        self.text = kept.to_owned();
        for entity in &mut self.entities {
            let end = entity.end().saturating_sub(cut).min(limit);
            entity.offset = entity.offset.saturating_sub(cut).min(limit);
            entity.length = end - entity.offset;
        }
        self.entities.retain(|entity| entity.length > 0);
    }
}

/// The entities that nobody has to mark: `/commands`, `@mentions` and web links, each at the start of a word.
fn found_entities(text: &str) -> Vec<Entity> {
    let mut found = Vec::new();
    let mut offset = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        if let Some((kind, length)) = entity_of(bare) {
            found.push(Entity::new(kind, offset, length));
        }
        offset += utf16_len(word);
    }
    found
}

/// What a word is and how many of its first UTF-16 code units belong to it.
fn entity_of(word: &str) -> Option<(EntityKind, usize)> {
    if let Some(rest) = word.strip_prefix('/') {
        let name = name_length(rest);
        if name == 0 || name > 64 {
            return None;
        }
        let target = rest[name..].strip_prefix('@').map_or(0, name_length);
        return Some((EntityKind::BotCommand, 1 + name + if target == 0 { 0 } else { 1 + target }));
    }
    if let Some(rest) = word.strip_prefix('@') {
        let name = name_length(rest);
        return (4..=32).contains(&name).then_some((EntityKind::Mention, 1 + name));
    }
    let host = word.strip_prefix("https://").or_else(|| word.strip_prefix("http://"))?;
    let kept = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
    host.contains('.').then(|| (EntityKind::Url, utf16_len(kept)))
}

/// How many first characters of `text` may stand in a command or user name; they are all ASCII.
fn name_length(text: &str) -> usize {
    text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
}
