//! Sends and edits what the shop has to say by itself: to the person alone where they are now, while a pass for that lives,
//! else as a direct message; and with direct messages closed, a call in the channel that tells nothing.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bot_core::{
    action::Standing,
    ids::{ChatRef, Identity, MessageRef, Platform},
    messenger::{Messenger, SendError, Urgency},
    screen::Screen,
};
use secrecy::ExposeSecret;
use serde::Serialize;
use serde::de::IgnoredAny;
use serenity::model::id::{ApplicationId, ChannelId, MessageId, UserId};

use crate::{
    PLATFORM,
    address::{Spot, channel_of, person_of},
    client::{CallError, Client, Hook, Pace, Refusal, Route},
    passes::{Cover, Pass, Passes},
    render::{Message, render},
    wire::{Channel, Sent},
};

/// How long the shop's own messages wait for a turn. A longer wait is the outbox's business: it knows what else to send.
const PATIENCE: Duration = Duration::from_secs(5);

/// Says in a language that there is news, and nothing of it.
pub(crate) type News = Arc<dyn Fn(Option<&str>) -> String + Send + Sync>;

/// Discord as the shop sees it. Clones share connections, limits and passes.
#[derive(Clone)]
pub(crate) struct DiscordMessenger {
    pub platform: Platform,
    pub client: Arc<Client>,
    pub application: ApplicationId,
    pub passes: Arc<Passes>,
    pub news: News,
}

/// "Create DM".
#[derive(Serialize)]
struct Recipient {
    recipient_id: UserId,
}

#[async_trait]
impl Messenger for DiscordMessenger {
    fn platform(&self) -> &Platform {
        &self.platform
    }

    async fn send(
        &self,
        chat: &ChatRef,
        screen: &Screen,
        urgency: Urgency,
    ) -> Result<MessageRef, SendError> {
        if let Some(channel) = channel_of(chat) {
            let pace = Pace { urgency, patience: PATIENCE };
            let sent = self.post(&Route::Send(channel), &render(screen), pace).await;
            let sent = sent.map_err(|error| send_error(&error))?;
            let spot = Spot::Direct { channel: sent.channel_id, message: sent.id };
            return Ok(spot.in_chat(chat.clone()));
        }
        let person = person_of(chat).ok_or_else(|| {
            SendError::Refused(format!(
                "`{}:{}` is not a chat of Discord's",
                chat.platform, chat.chat
            ))
        })?;
        let (message, pace) = (render(screen), Pace { urgency, patience: PATIENCE });
        if let Some(pass) = self.passes.for_person(person) {
            match self.show_alone(&message, &pass, pace).await {
                Ok(sent) => return Ok(Spot::Ephemeral(sent).to_ref(person)),
                // Refused for good, whatever the reason: the direct messages are another way.
                Err(CallError::Refused { reason, .. }) if reason != Refusal::Unauthorized => {
                    self.passes.drop_pass(person);
                }
                Err(error) => return Err(send_error(&error)),
            }
        }
        self.write(person, &message, pace).await.map(|spot| spot.to_ref(person))
    }

    async fn edit(
        &self,
        message: &MessageRef,
        screen: &Screen,
        urgency: Urgency,
    ) -> Result<(), SendError> {
        let spot = Spot::of(message).filter(|_| message.chat.platform.as_str() == PLATFORM);
        let spot = spot.ok_or_else(|| {
            SendError::Refused(format!("`{}` is not a message of Discord's", message.message))
        })?;
        let (body, pace) = (render(screen).without_picture(), Pace { urgency, patience: PATIENCE });
        let edited = match spot {
            Spot::Direct { channel, message } => {
                let route = Route::Edit(channel, message);
                self.client.call::<IgnoredAny>(&route, Some(&body), pace).await
            }
            Spot::Ephemeral(message) => {
                let Some((pass, cover)) = self.passes.for_message(message) else {
                    return Err(SendError::MessageGone("nothing edits it any more".to_owned()));
                };
                let hook = self.hook(&pass);
                let route = match cover {
                    Cover::Original => Route::EditOriginal(hook),
                    Cover::FollowUp => Route::EditFollowUp(hook, message),
                };
                self.client.call::<IgnoredAny>(&route, Some(&body), pace).await
            }
        };
        match edited {
            Ok(_) => Ok(()),
            // Of the message, for an edit: a new one may go another way.
            Err(
                error @ CallError::Refused {
                    reason: Refusal::NoAccess | Refusal::DirectClosed, ..
                },
            ) => Err(SendError::MessageGone(error.to_string())),
            Err(error) => Err(send_error(&error)),
        }
    }

    /// Each interaction says so itself.
    async fn standing(&self, _: &str, _: &Identity) -> Result<Option<Standing>, SendError> {
        Ok(None)
    }
}

impl DiscordMessenger {
    pub fn hook<'a>(&self, pass: &'a Pass) -> Hook<'a> {
        Hook { application: self.application, token: pass.token.expose_secret() }
    }

    /// Calls with a message and its picture.
    pub async fn post(
        &self,
        route: &Route<'_>,
        message: &Message,
        pace: Pace,
    ) -> Result<Sent, CallError> {
        self.client.call_with_picture(route, message, message.picture.as_ref(), pace).await
    }

    async fn show_alone(
        &self,
        message: &Message,
        pass: &Pass,
        pace: Pace,
    ) -> Result<MessageId, CallError> {
        let body = message.clone().ephemeral();
        let route = Route::FollowUp(self.hook(pass));
        let sent: Sent = self.post(&route, &body, pace).await?;
        self.passes.covers(sent.id, pass.clone(), Cover::FollowUp);
        Ok(sent.id)
    }

    /// Writes a direct message.
    async fn write(
        &self,
        person: UserId,
        message: &Message,
        pace: Pace,
    ) -> Result<Spot, SendError> {
        if self.passes.is_closed(person) {
            self.call(person, pace).await;
            return Err(SendError::ChatClosed("its direct messages are closed".to_owned()));
        }
        match self.try_write(person, message, pace).await {
            Ok(spot) => Ok(spot),
            Err(
                error @ CallError::Refused {
                    reason: Refusal::DirectClosed | Refusal::NoAccess, ..
                },
            ) => {
                self.passes.close(person);
                self.call(person, pace).await;
                Err(SendError::ChatClosed(error.to_string()))
            }
            Err(error) => Err(send_error(&error)),
        }
    }

    async fn try_write(
        &self,
        person: UserId,
        message: &Message,
        pace: Pace,
    ) -> Result<Spot, CallError> {
        let channel = match self.passes.direct(person) {
            Some(channel) => channel,
            None => self.open_direct(person, pace).await?,
        };
        let sent: Sent = self.post(&Route::Send(channel), message, pace).await?;
        Ok(Spot::Direct { channel: sent.channel_id, message: sent.id })
    }

    async fn open_direct(&self, person: UserId, pace: Pace) -> Result<ChannelId, CallError> {
        let body = Recipient { recipient_id: person };
        let Channel { id } = self.client.call(&Route::OpenDirect, Some(&body), pace).await?;
        self.passes.set_direct(person, id);
        Ok(id)
    }

    /// Calls somebody where they were last seen, once. That this fails changes nothing: what there is stays in the shop.
    async fn call(&self, person: UserId, pace: Pace) {
        let Some(channel) = self.passes.take_channel(person) else { return };
        let news = (self.news)(self.passes.language(person).as_deref());
        let body = Message::call(person, &news);
        if let Err(error) =
            self.client.call::<IgnoredAny>(&Route::Send(channel), Some(&body), pace).await
        {
            tracing::info!(%error, "somebody with closed direct messages could not be called");
        }
    }
}

fn send_error(error: &CallError) -> SendError {
    match error {
        CallError::RetryAfter(wait) => SendError::RetryAfter(*wait),
        CallError::NoRoom => SendError::NoRoom,
        CallError::Refused { reason, .. } => {
            let words = error.to_string();
            match reason {
                Refusal::DirectClosed | Refusal::NoAccess => SendError::ChatClosed(words),
                Refusal::MessageGone | Refusal::PassExpired => SendError::MessageGone(words),
                Refusal::TooLate | Refusal::Answered | Refusal::Other => SendError::Refused(words),
                // Of the bot, not of this message: it goes out when the operator has put that right.
                Refusal::Unauthorized => SendError::Failed(words),
            }
        }
        CallError::Server(_) | CallError::Network(_) | CallError::Unreadable(_) => {
            SendError::Failed(error.to_string())
        }
    }
}
