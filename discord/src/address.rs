//! The shop's names for Discord's people, chats and messages. Pure.
//!
//! To the shop each person has one chat, which only they read. It is named after the person and stands for both the direct
//! messages with the bot and what the bot shows them alone ("ephemeral") elsewhere.

use bot_core::ids::{ChatRef, Identity, MessageRef, Platform};
use serenity::model::id::{ChannelId, MessageId, UserId};

use crate::PLATFORM;

/// The shop's name for what is only for one person's eyes, before the message's id.
const EPHEMERAL: &str = "ephemeral";
/// Before the id of a channel that many read.
const CHANNEL: &str = "channel";

/// Where a message is, as far as that matters for editing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    /// Among the direct messages, or in a channel that many read: the bot can edit it at any time.
    Direct { channel: ChannelId, message: MessageId },
    /// Shown to one person: it can be edited while a pass for it lives (see `passes`).
    Ephemeral(MessageId),
}

impl Spot {
    pub fn message(self) -> MessageId {
        match self {
            Self::Direct { message, .. } | Self::Ephemeral(message) => message,
        }
    }

    pub fn to_ref(self, person: UserId) -> MessageRef {
        self.in_chat(chat_ref(person))
    }

    pub fn in_chat(self, chat: ChatRef) -> MessageRef {
        let message = match self {
            Self::Direct { channel, message } => format!("{channel}.{message}"),
            Self::Ephemeral(message) => format!("{EPHEMERAL}.{message}"),
        };
        MessageRef { chat, message }
    }

    /// `None` for what [`Spot::to_ref`] did not write.
    pub fn of(message: &MessageRef) -> Option<Self> {
        let (place, id) = message.message.split_once('.')?;
        let message = MessageId::new(id_of(id)?);
        if place == EPHEMERAL {
            return Some(Self::Ephemeral(message));
        }
        Some(Self::Direct { channel: ChannelId::new(id_of(place)?), message })
    }
}

pub(crate) fn chat_ref(person: UserId) -> ChatRef {
    ChatRef { platform: Platform::from(PLATFORM), chat: person.to_string() }
}

/// The chat that everybody in a guild's channel reads.
pub(crate) fn channel_ref(channel: ChannelId) -> ChatRef {
    ChatRef { platform: Platform::from(PLATFORM), chat: format!("{CHANNEL}.{channel}") }
}

/// `None` for any other chat.
pub(crate) fn channel_of(chat: &ChatRef) -> Option<ChannelId> {
    let id = chat.chat.strip_prefix(CHANNEL)?.strip_prefix('.')?;
    id_of(id).filter(|_| chat.platform.as_str() == PLATFORM).map(ChannelId::new)
}

/// `None` for a chat of another platform.
pub(crate) fn person_of(chat: &ChatRef) -> Option<UserId> {
    if chat.platform.as_str() != PLATFORM {
        return None;
    }
    id_of(&chat.chat).map(UserId::new)
}

pub(crate) fn identity(person: UserId) -> Identity {
    Identity { platform: Platform::from(PLATFORM), user: person.to_string() }
}

/// Ids are never zero.
pub(crate) fn id_of(text: &str) -> Option<u64> {
    text.parse().ok().filter(|id| *id != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_read_back() {
        let person = UserId::new(7);
        let direct = Spot::Direct { channel: ChannelId::new(12), message: MessageId::new(34) };
        for (spot, name) in
            [(direct, "12.34"), (Spot::Ephemeral(MessageId::new(56)), "ephemeral.56")]
        {
            let message = spot.to_ref(person);
            assert_eq!((message.message.as_str(), message.chat.chat.as_str()), (name, "7"));
            assert_eq!(Spot::of(&message), Some(spot));
            assert_eq!(person_of(&message.chat), Some(person));
        }
    }

    #[test]
    fn what_is_not_of_discord_is_nobody() {
        for message in ["", "12", "12.", "0.5", "12.0", "ephemeral.x", "-1.5", "12.34.56"] {
            let message = MessageRef { chat: chat_ref(UserId::new(7)), message: message.into() };
            assert_eq!(Spot::of(&message), None, "{}", message.message);
        }
        let elsewhere = ChatRef { platform: Platform::from("elsewhere"), chat: "7".into() };
        assert_eq!(person_of(&elsewhere), None);
        for chat in ["", "0", "ann", "99999999999999999999"] {
            let chat = ChatRef { platform: Platform::from(PLATFORM), chat: chat.into() };
            assert_eq!(person_of(&chat), None);
        }
    }
}
