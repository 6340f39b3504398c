//! Sends and edits messages: renders, waits for a turn, calls, and says what a failure means for the message.
//!
//! A picture has its text as a caption. A text that is too long for one follows the picture as a message of its own, so
//! that nothing of it is lost; that message is the one that is edited later.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bot_core::{
    action::Standing,
    ids::{ChatRef, Identity, MessageRef, Platform},
    messenger::{Messenger, SendError, Urgency},
    screen::{Picture, Privacy, Screen},
};
use serde::{Serialize, de::DeserializeOwned, de::IgnoredAny};
use teloxide::{
    payloads::{EditMessageCaption, EditMessageText, SendMessage},
    requests::Payload,
    types::{ChatId, MessageId, ReplyMarkup},
};

use crate::{
    PLATFORM,
    client::{CallError, Client, Refusal},
    decode::chat_ref,
    pacer::{NoTurn, Pacer},
    render::{Rendered, no_preview, render},
    wire::{ChatMember, GetChatMember, MemberStatus, SendPhoto, Sent},
};

/// How long the shop's own messages wait for a turn. A longer wait is the outbox's business: it knows what else to send.
const PATIENCE: Duration = Duration::from_secs(5);
/// Calls for one message, while each is answered with 429.
const MOST_CALLS: usize = 3;

/// Telegram as the shop sees it. Clones share connections and limits.
#[derive(Clone, Debug)]
pub(crate) struct TelegramMessenger {
    platform: Platform,
    client: Arc<Client>,
    pacer: Pacer,
}

#[async_trait]
impl Messenger for TelegramMessenger {
    fn platform(&self) -> &Platform {
        &self.platform
    }

    async fn send(
        &self,
        chat: &ChatRef,
        screen: &Screen,
        urgency: Urgency,
    ) -> Result<MessageRef, SendError> {
        self.send_within(PATIENCE, chat, screen, urgency).await
    }

    async fn edit(
        &self,
        message: &MessageRef,
        screen: &Screen,
        urgency: Urgency,
    ) -> Result<(), SendError> {
        self.edit_within(PATIENCE, message, screen, urgency).await
    }

    async fn standing(
        &self,
        group: &str,
        person: &Identity,
    ) -> Result<Option<Standing>, SendError> {
        let (Ok(chat_id), Ok(user_id)) = (group.parse(), person.user.parse()) else {
            return Err(SendError::Refused("not a group's and a person's id".to_owned()));
        };
        let member = self.client.call::<_, ChatMember>(&GetChatMember { chat_id, user_id }).await;
        let member = member.map_err(send_error)?;
        let is_administrator =
            matches!(member.status, MemberStatus::Creator | MemberStatus::Administrator);
        let is_member = match member.status {
            MemberStatus::Creator | MemberStatus::Administrator | MemberStatus::Member => true,
            MemberStatus::Restricted => member.is_member,
            MemberStatus::Left | MemberStatus::Kicked | MemberStatus::Other => false,
        };
        Ok(Some(Standing { is_member, is_administrator, roles: Vec::new() }))
    }
}

impl TelegramMessenger {
    pub fn new(client: Arc<Client>, pacer: Pacer) -> Self {
        Self { platform: Platform::from(PLATFORM), client, pacer }
    }

    /// Sends, waiting at most `patience` for a turn. The message may be in another chat than asked for: a group that
    /// became a supergroup has a new id.
    pub async fn send_within(
        &self,
        patience: Duration,
        chat: &ChatRef,
        screen: &Screen,
        urgency: Urgency,
    ) -> Result<MessageRef, SendError> {
        let mut id = chat_id(chat)?;
        refuse_publishing(id, screen)?;
        let rendered = render(screen);
        let mut result = self.send_to(id, patience, screen, &rendered, urgency).await?;
        if let Err(CallError::Migrated(new_id)) = result {
            tracing::info!(from = id, to = new_id, "a group has moved");
            id = new_id;
            result = self.send_to(id, patience, screen, &rendered, urgency).await?;
        }
        let sent = result.map_err(send_error)?;
        Ok(MessageRef { chat: chat_ref(id), message: sent.message_id.to_string() })
    }

    async fn send_to(
        &self,
        chat: i64,
        patience: Duration,
        screen: &Screen,
        rendered: &Rendered,
        urgency: Urgency,
    ) -> Result<Result<Sent, CallError>, SendError> {
        if let Some(picture) = &screen.picture {
            let caption = Some(rendered).filter(|rendered| rendered.fits_a_caption());
            let payload = SendPhoto::new(chat, caption.cloned());
            let sent = self.call(chat, &payload, Some(picture), urgency, patience).await?;
            if caption.is_some() || sent.is_err() {
                return Ok(sent);
            }
        }
        let mut payload = SendMessage::new(ChatId(chat), rendered.text.clone());
        payload.entities = Some(rendered.entities.clone()).filter(|entities| !entities.is_empty());
        payload.link_preview_options = Some(no_preview());
        payload.reply_markup = rendered.keyboard.clone().map(ReplyMarkup::InlineKeyboard);
        self.call(chat, &payload, None, urgency, patience).await
    }

    /// Edits, waiting at most `patience` for a turn.
    pub async fn edit_within(
        &self,
        patience: Duration,
        message: &MessageRef,
        screen: &Screen,
        urgency: Urgency,
    ) -> Result<(), SendError> {
        let id = chat_id(&message.chat)?;
        refuse_publishing(id, screen)?;
        let number = message.message.parse().map_err(|_| {
            SendError::Refused(format!("`{}` is not a message of Telegram's", message.message))
        })?;
        let rendered = render(screen);
        let (chat, message) = (ChatId(id), MessageId(number));
        let entities = Some(rendered.entities.clone()).filter(|entities| !entities.is_empty());
        let edited: Result<IgnoredAny, CallError> =
            if screen.picture.is_some() && rendered.fits_a_caption() {
                let mut payload = EditMessageCaption::new(chat, message);
                payload.caption = Some(rendered.text);
                payload.caption_entities = entities;
                payload.reply_markup = rendered.keyboard;
                self.call(id, &payload, None, urgency, patience).await?
            } else {
                let mut payload = EditMessageText::new(chat, message, rendered.text);
                payload.entities = entities;
                payload.link_preview_options = Some(no_preview());
                payload.reply_markup = rendered.keyboard;
                self.call(id, &payload, None, urgency, patience).await?
            };
        match edited {
            Ok(_) | Err(CallError::Refused { reason: Refusal::NotModified, .. }) => Ok(()),
            // Messages stay behind under the old id.
            Err(error @ CallError::Migrated(_)) => Err(SendError::MessageGone(error.to_string())),
            Err(error) => Err(send_error(error)),
        }
    }

    /// Calls when it is `chat`'s turn; after a 429 again, when the wait is within `patience`.
    async fn call<P, T>(
        &self,
        chat: i64,
        payload: &P,
        photo: Option<&Picture>,
        urgency: Urgency,
        patience: Duration,
    ) -> Result<Result<T, CallError>, SendError>
    where
        P: Payload + Serialize,
        T: DeserializeOwned,
    {
        let mut asked = Duration::ZERO;
        for _ in 0..MOST_CALLS {
            self.pacer.turn(chat, urgency, patience).await.map_err(|no_turn| match no_turn {
                NoTurn::NoRoom => SendError::NoRoom,
                NoTurn::After(wait) => SendError::RetryAfter(wait),
            })?;
            let result = match photo {
                Some(photo) => self.client.call_with_photo(payload, photo).await,
                None => self.client.call(payload).await,
            };
            match result {
                Err(CallError::RetryAfter(wait)) => {
                    tracing::warn!(chat, ?wait, method = P::NAME, "asked to slow down");
                    self.pacer.flooded(chat, wait);
                    asked = wait;
                }
                result => return Ok(result),
            }
        }
        Err(SendError::RetryAfter(asked))
    }
}

fn chat_id(chat: &ChatRef) -> Result<i64, SendError> {
    let id = chat.chat.parse().ok().filter(|_| chat.platform.as_str() == PLATFORM);
    id.ok_or_else(|| {
        SendError::Refused(format!("`{}:{}` is not a chat of Telegram's", chat.platform, chat.chat))
    })
}

/// The last line of defence for what only one person may see: everybody in a group (a negative id) sees a message.
fn refuse_publishing(chat: i64, screen: &Screen) -> Result<(), SendError> {
    match screen.privacy {
        Privacy::OnlyActor if chat < 0 => {
            Err(SendError::Refused("private, and the chat is a group".to_owned()))
        }
        Privacy::OnlyActor | Privacy::Public => Ok(()),
    }
}

fn send_error(error: CallError) -> SendError {
    match error {
        CallError::RetryAfter(wait) => SendError::RetryAfter(wait),
        CallError::Refused { reason, description } => match reason {
            Refusal::ChatClosed => SendError::ChatClosed(description),
            Refusal::MessageGone => SendError::MessageGone(description),
            Refusal::NotModified | Refusal::QueryTooOld | Refusal::Other => {
                SendError::Refused(description)
            }
            // Of the bot, not of this message: it goes out when the operator has put that right.
            Refusal::Unauthorized | Refusal::Conflict => SendError::Failed(description),
        },
        CallError::Migrated(_)
        | CallError::Server(_)
        | CallError::Network(_)
        | CallError::Unreadable(_) => SendError::Failed(error.to_string()),
    }
}
