//! What a refusal of the Bot API means for the shop. Knows nothing of HTTP.
//!
//! The documents name the form of an error but not its words; these are the words in use, as teloxide and Telegram's
//! own server (telegram-bot-api, Client.cpp) have them.

/// Why Telegram says no, as far as it makes a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The message looks like that already.
    NotModified,
    /// The message to edit is not there or is not to be edited.
    MessageGone,
    /// A callback query is no longer waiting for its answer.
    QueryTooOld,
    /// Nothing can reach this chat.
    ChatClosed,
    /// The token is wrong or was withdrawn.
    Unauthorized,
    /// Somebody else fetches this bot's updates, or a webhook takes them.
    Conflict,
    Other,
}

/// What a 400 says, in lower case, and what it means.
const WORDS: [(&str, Refusal); 21] = [
    ("message is not modified", Refusal::NotModified),
    ("message to edit not found", Refusal::MessageGone),
    ("message can't be edited", Refusal::MessageGone),
    ("message_id_invalid", Refusal::MessageGone),
    ("message identifier is not specified", Refusal::MessageGone),
    // It is a picture, or is none: what it is to show now needs another message.
    ("no text in the message to edit", Refusal::MessageGone),
    ("no caption in the message to edit", Refusal::MessageGone),
    ("query is too old", Refusal::QueryTooOld),
    ("query_id_invalid", Refusal::QueryTooOld),
    ("chat not found", Refusal::ChatClosed),
    ("user not found", Refusal::ChatClosed),
    ("peer_id_invalid", Refusal::ChatClosed),
    ("group is deactivated", Refusal::ChatClosed),
    ("group chat was deactivated", Refusal::ChatClosed),
    ("have no rights to send a message", Refusal::ChatClosed),
    ("not enough rights to send", Refusal::ChatClosed),
    ("need administrator rights", Refusal::ChatClosed),
    ("chat_write_forbidden", Refusal::ChatClosed),
    ("chat_restricted", Refusal::ChatClosed),
    ("user_is_blocked", Refusal::ChatClosed),
    ("topic_closed", Refusal::ChatClosed),
];

impl Refusal {
    pub fn classify(code: u16, description: &str) -> Self {
        match code {
            // A token of the wrong form is 404: the address does not exist.
            401 | 404 => Self::Unauthorized,
            403 => Self::ChatClosed,
            409 => Self::Conflict,
            _ => {
                let description = description.to_ascii_lowercase();
                WORDS
                    .iter()
                    .find(|(words, _)| description.contains(words))
                    .map_or(Self::Other, |(_, reason)| *reason)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_recognised() {
        for (code, description, reason) in [
            (
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
                Refusal::NotModified,
            ),
            (400, "Bad Request: message to edit not found", Refusal::MessageGone),
            (400, "Bad Request: message can't be edited", Refusal::MessageGone),
            (400, "Bad Request: MESSAGE_ID_INVALID", Refusal::MessageGone),
            (
                400,
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
                Refusal::QueryTooOld,
            ),
            (400, "Bad Request: chat not found", Refusal::ChatClosed),
            (
                400,
                "Bad Request: not enough rights to send text messages to the chat",
                Refusal::ChatClosed,
            ),
            (403, "Forbidden: bot can't initiate conversation with a user", Refusal::ChatClosed),
            (403, "Forbidden: user is deactivated", Refusal::ChatClosed),
            (403, "Forbidden: bot was kicked from the supergroup chat", Refusal::ChatClosed),
            (401, "Unauthorized", Refusal::Unauthorized),
            (404, "Not Found", Refusal::Unauthorized),
            (
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                Refusal::Conflict,
            ),
            (400, "Bad Request: message text is empty", Refusal::Other),
            (400, "Bad Request: BUTTON_DATA_INVALID", Refusal::Other),
        ] {
            assert_eq!(Refusal::classify(code, description), reason, "{description}");
        }
    }
}
