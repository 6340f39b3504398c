//! What Telegram sends, as far as the shop reads it. Unknown fields and kinds are passed over.
//!
//! These are not teloxide's types: there a text with one entity of a kind that is newer than the library becomes an
//! empty message without any error, and so does every location while serde_json keeps arbitrary precision. A typed
//! search must not vanish because of its decoration.
//!
//! And what is sent with a file beside it, which teloxide's own payload cannot do without its transport.
//!
//! Source: Bot API, "Available types" and sendPhoto; the same names.

use serde::{Deserialize, Serialize, de::IgnoredAny};
use teloxide::{
    requests::Payload,
    types::{InlineKeyboardMarkup, MessageEntity},
};

use crate::render::Rendered;

/// The part of an update that is needed to acknowledge it.
#[derive(Debug, Deserialize)]
pub(crate) struct UpdateNumber {
    pub update_id: i64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Update {
    pub message: Option<Message>,
    pub callback_query: Option<CallbackQuery>,
    pub my_chat_member: Option<ChatMemberUpdated>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Message {
    pub from: Option<User>,
    pub chat: Chat,
    pub text: Option<String>,
    pub reply_to_message: Option<RepliedTo>,
    pub migrate_to_chat_id: Option<i64>,
    pub migrate_from_chat_id: Option<i64>,
    // The service messages that a private chat can have with a bot that asks for nothing.
    pinned_message: Option<IgnoredAny>,
    message_auto_delete_timer_changed: Option<IgnoredAny>,
    chat_background_set: Option<IgnoredAny>,
    write_access_allowed: Option<IgnoredAny>,
    connected_website: Option<IgnoredAny>,
}

impl Message {
    /// Written by Telegram, not by a person.
    pub fn is_service(&self) -> bool {
        self.pinned_message.is_some()
            || self.message_auto_delete_timer_changed.is_some()
            || self.chat_background_set.is_some()
            || self.write_access_allowed.is_some()
            || self.connected_website.is_some()
    }
}

/// The message that another one replies to.
#[derive(Debug, Deserialize)]
pub(crate) struct RepliedTo {
    pub from: Option<User>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct CallbackQuery {
    pub id: String,
    pub from: User,
    pub message: Option<TappedMessage>,
    pub data: Option<String>,
}

/// The message under whose text the button was: MaybeInaccessibleMessage. Both kinds name these two.
#[derive(Debug, Deserialize)]
pub(crate) struct TappedMessage {
    pub message_id: i64,
    pub chat: Chat,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ChatMemberUpdated {
    pub chat: Chat,
    pub from: User,
    pub new_chat_member: ChatMember,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ChatMember {
    pub status: MemberStatus,
    /// Of somebody restricted.
    #[serde(default)]
    pub is_member: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MemberStatus {
    Creator,
    Administrator,
    Member,
    Restricted,
    Left,
    Kicked,
    /// One that came later.
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Chat {
    pub id: i64,
    #[serde(rename = "type")]
    pub kind: ChatType,
    #[serde(default)]
    pub title: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChatType {
    Private,
    Group,
    Supergroup,
    /// A channel, or a kind that came later.
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
pub(crate) struct User {
    pub id: i64,
    #[serde(default)]
    pub is_bot: bool,
    pub first_name: String,
    pub last_name: Option<String>,
    pub username: Option<String>,
    pub language_code: Option<String>,
}

impl User {
    pub fn full_name(&self) -> String {
        match &self.last_name {
            Some(last_name) => format!("{} {last_name}", self.first_name),
            None => self.first_name.clone(),
        }
    }
}

/// getChatMember with a person's id that teloxide's payload would want as its own type.
#[derive(Debug, Serialize)]
pub(crate) struct GetChatMember {
    pub chat_id: i64,
    pub user_id: i64,
}

impl Payload for GetChatMember {
    type Output = ();

    const NAME: &'static str = "GetChatMember";
}

/// Of a sent message, where it is.
#[derive(Debug, Deserialize)]
pub(crate) struct Sent {
    pub message_id: i64,
}

/// What `getMe` says of the bot.
#[derive(Debug, Deserialize)]
pub(crate) struct Me {
    pub username: String,
}

/// The parameters of sendPhoto beside the photo itself.
#[derive(Debug, Serialize)]
pub(crate) struct SendPhoto {
    chat_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    caption_entities: Vec<MessageEntity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_markup: Option<InlineKeyboardMarkup>,
}

impl SendPhoto {
    /// `None`: the text comes in a message of its own.
    pub fn new(chat_id: i64, caption: Option<Rendered>) -> Self {
        match caption {
            Some(Rendered { text, entities, keyboard }) => Self {
                chat_id,
                caption: Some(text),
                caption_entities: entities,
                reply_markup: keyboard,
            },
            None => {
                Self { chat_id, caption: None, caption_entities: Vec::new(), reply_markup: None }
            }
        }
    }
}

impl Payload for SendPhoto {
    type Output = Sent;

    const NAME: &'static str = "SendPhoto";
}
