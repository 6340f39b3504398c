//! One message: who said what when, its keyboard and file, as the bot sees it and as a person (or a test) sees it. Knows
//! nothing of the chat around it.

use axum::body::Bytes;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{
    keyboard::{self, Keyboard},
    text::{Entity, FormattedText},
};

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    Bot,
    Person(i64),
}

/// A file that the bot sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct File {
    /// What `/sandbox/files/{id}` and a later `file_id` name it by.
    pub id: String,
    pub filename: String,
    pub mime: String,
    pub size: usize,
    #[serde(skip)]
    pub bytes: Bytes,
}

/// What a message carries besides text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Media {
    Photo(File),
    Document(File),
}

impl Media {
    /// The file, whatever it is shown as.
    pub fn file(&self) -> &File {
        match self {
            Self::Photo(file) | Self::Document(file) => file,
        }
    }
}

/// What someone wants said.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub text: FormattedText,
    pub media: Option<Media>,
    pub keyboard: Keyboard,
    pub force_reply: bool,
    pub reply_to: Option<i64>,
    pub silent: bool,
    pub protected: bool,
    pub link_preview: Option<Value>,
    /// A service message's one field, such as `new_chat_members`.
    pub service: Option<(&'static str, Value)>,
}

#[derive(Clone, Debug)]
pub(super) struct Message {
    /// Unique within the chat, rising.
    pub id: i64,
    pub sender: Sender,
    pub draft: Draft,
    pub sent_ms: i64,
    pub edited_ms: Option<i64>,
    pub edit_count: u32,
    pub deleted: bool,
}

impl Message {
    /// Bot API, Message, without `reply_to_message`. `from` and `chat` are the User and Chat objects.
    pub fn to_api(&self, from: Value, chat: Value) -> Map<String, Value> {
        let mut message = Map::new();
        let mut put = |name: &str, value: Value| {
            message.insert(name.to_owned(), value);
        };
        put("message_id", self.id.into());
        put("from", from);
        put("chat", chat);
        put("date", seconds(self.sent_ms).into());
        if let Some(edited_ms) = self.edited_ms {
            put("edit_date", seconds(edited_ms).into());
        }
        let draft = &self.draft;
        let (text, entities) = if draft.media.is_some() {
            ("caption", "caption_entities")
        } else {
            ("text", "entities")
        };
        if !draft.text.text.is_empty() {
            put(text, draft.text.text.as_str().into());
        }
        if !draft.text.entities.is_empty() {
            put(entities, json!(draft.text.entities));
        }
        if let Some(media) = &draft.media {
            let (name, value) = media_to_api(media);
            put(name, value);
        }
        if !draft.keyboard.is_empty() {
            put("reply_markup", keyboard::to_api(&draft.keyboard));
        }
        if draft.protected {
            put("has_protected_content", true.into());
        }
        if let Some(options) = &draft.link_preview {
            put("link_preview_options", options.clone());
        }
        if let Some((name, value)) = &draft.service {
            put(name, value.clone());
        }
        message
    }
}

/// Unix seconds; 0 would mean an inaccessible message, so a clock that starts at zero starts at one here.
pub(super) fn seconds(ms: i64) -> i64 {
    (ms / 1_000).max(1)
}

/// The field of a Message and its content: PhotoSize array or Document.
fn media_to_api(media: &Media) -> (&'static str, Value) {
    let file = media.file();
    let unique = format!("u{}", file.id);
    match media {
        Media::Photo(_) => {
            let (width, height) = picture_size(&file.bytes).unwrap_or((90, 90));
            let size = json!({
                "file_id": file.id, "file_unique_id": unique, "width": width, "height": height, "file_size": file.size,
            });
            ("photo", json!([size]))
        }
        Media::Document(_) => {
            let document = json!({
                "file_id": file.id, "file_unique_id": unique, "file_name": file.filename, "mime_type": file.mime,
                "file_size": file.size,
            });
            ("document", document)
        }
    }
}

/// Width and height of a picture Telegram would take: read from a PNG's header, a fixed size for a JPEG, None for
/// anything else.
pub(super) fn picture_size(bytes: &[u8]) -> Option<(u32, u32)> {
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        return Some((90, 90));
    }
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let word = |at: usize| header.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
    word(8).zip(word(12)).filter(|(width, height)| *width > 0 && *height > 0)
}

/// Who wrote a message, as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct From {
    pub id: i64,
    pub first_name: String,
    pub is_bot: bool,
}

/// A message as a person in the chat sees it, or a test that looks over their shoulder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent properties of a message, each read by name"
)]
pub struct MessageView {
    pub id: i64,
    pub chat: i64,
    pub from: From,
    /// The text, or the caption below a photo or document.
    pub text: String,
    pub entities: Vec<Entity>,
    pub keyboard: Keyboard,
    /// Unix milliseconds.
    #[serde(rename = "date")]
    pub sent_at: i64,
    /// Unix milliseconds of the last edit.
    #[serde(rename = "edited")]
    pub edited_at: Option<i64>,
    pub edit_count: u32,
    pub reply_to: Option<i64>,
    #[serde(flatten)]
    pub media: Option<Media>,
    pub deleted: bool,
    /// Asks the person to answer this very message.
    pub force_reply: bool,
    /// Arrived without a sound.
    pub silent: bool,
    pub protected: bool,
    /// What happened, for messages that nobody typed: `{"new_chat_members": [...]}`.
    pub service: Option<Value>,
}

impl MessageView {
    pub(super) fn new(message: &Message, chat: i64, from: From) -> Self {
        let draft = &message.draft;
        Self {
            id: message.id,
            chat,
            from,
            text: draft.text.text.clone(),
            entities: draft.text.entities.clone(),
            keyboard: draft.keyboard.clone(),
            sent_at: message.sent_ms,
            edited_at: message.edited_ms,
            edit_count: message.edit_count,
            reply_to: draft.reply_to,
            media: draft.media.clone(),
            deleted: message.deleted,
            force_reply: draft.force_reply,
            silent: draft.silent,
            protected: draft.protected,
            service: draft.service.as_ref().map(|(name, value)| json!({ *name: value })),
        }
    }
}
