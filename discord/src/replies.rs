//! Answers interactions: first of all that the shop is at it, within Discord's three seconds; then what the shop says, as
//! the message promised, as a change of the tapped one, or as another message.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use bot_core::{
    clock::Clock,
    messenger::Urgency,
    screen::{Place, Reply, Screen, Span, Toast},
};
use secrecy::ExposeSecret;
use serde::{Serialize, de::IgnoredAny};
use serde_json::json;

use crate::{
    client::{CallError, Hook, Pace, Refusal, Route},
    decode::{Opening, Ticket},
    messenger::DiscordMessenger,
    passes::{Cover, Home, Pass},
    render::{Message, render},
};

/// How long an answer waits for its turn: the person is looking at the chat.
const PATIENCE: Duration = Duration::from_secs(30);
/// A message that may have got lost goes out again after these. One too many is tolerable, none is not.
const SEND_AGAIN_AFTER: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];
const NOW: Pace = Pace { urgency: Urgency::Now, patience: PATIENCE };

/// "Interaction Callback Type".
#[derive(Clone, Copy, Debug)]
pub(crate) enum Callback {
    Message = 4,
    MessageLater = 5,
    ChangeLater = 6,
    Suggestions = 8,
    Form = 9,
}

/// "Interaction Response Structure".
#[derive(Serialize)]
struct Response<D> {
    #[serde(rename = "type")]
    kind: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<D>,
}

pub(crate) struct Replies {
    pub messenger: DiscordMessenger,
    pub clock: Clock,
}

/// An interaction that has its first answer.
pub(crate) struct Conversation<'a> {
    ticket: &'a Ticket,
    pass: Pass,
    /// The message that the first answer promised is still to come.
    is_owed: AtomicBool,
}

impl Replies {
    /// Tells Discord that an answer will come. `None` when nobody waits for it: too late, or answered by another run of
    /// this program. Then nothing may be done either, because the person is told that it failed.
    pub async fn open<'a>(&self, ticket: &'a Ticket) -> Option<Conversation<'a>> {
        let is_answered = match (ticket.opening, ticket.home) {
            (Opening::Over(_), _) => self.first(ticket, Callback::ChangeLater, None::<()>).await,
            (Opening::New, Home::Direct(_)) => {
                self.first(ticket, Callback::MessageLater, None::<()>).await
            }
            (Opening::New, Home::Elsewhere { .. }) => {
                let alone = json!({"flags": 64});
                self.first(ticket, Callback::MessageLater, Some(alone)).await
            }
        };
        if !is_answered {
            return None;
        }
        let passes = &self.messenger.passes;
        let pass = passes.issue(ticket.token.clone());
        passes.came(ticket.person, ticket.home, &pass);
        if let Opening::Over(spot) = ticket.opening {
            passes.covers(spot.message(), pass.clone(), Cover::Original);
        }
        let is_owed = AtomicBool::new(ticket.opening == Opening::New);
        Some(Conversation { ticket, pass, is_owed })
    }

    /// The first answer to an interaction. Once more when it may have got lost; that it is there already then means that it
    /// did not.
    pub async fn first(
        &self,
        ticket: &Ticket,
        callback: Callback,
        data: Option<impl Serialize + Send + Sync>,
    ) -> bool {
        let route = Route::Callback { interaction: ticket.id, token: ticket.token.expose_secret() };
        let response = Response { kind: callback as u8, data };
        let mut may_be_lost = false;
        loop {
            let called = self.messenger.client.call::<IgnoredAny>(&route, Some(&response), NOW);
            let Err(error) = called.await else { return true };
            let is_answered = matches!(error, CallError::Refused { reason: Refusal::Answered, .. });
            if is_answered && may_be_lost {
                return true;
            }
            let is_unclear = matches!(error, CallError::Server(_) | CallError::Network(_));
            if may_be_lost || !is_unclear {
                tracing::warn!(%error, ?callback, "an interaction got no answer in time");
                return false;
            }
            may_be_lost = true;
        }
    }

    pub async fn carry_out(&self, conversation: &Conversation<'_>, reply: Reply) {
        match reply {
            Reply::Nothing => self.say_nothing(conversation).await,
            Reply::Toast(toast) => self.tell(conversation, &toast.text).await,
            Reply::Show { screen, place, toast } => {
                let screen = with_toast(screen, toast);
                self.show(conversation, &render(&screen), place).await;
            }
        }
    }

    /// A notice that only the person sees.
    pub async fn tell(&self, conversation: &Conversation<'_>, text: &str) {
        let notice = Message::notice(text);
        if conversation.is_owed.swap(false, Ordering::Relaxed) {
            self.send(conversation, Route::EditOriginal, &notice, Cover::Original).await;
        } else {
            self.send(conversation, Route::FollowUp, &notice.ephemeral(), Cover::FollowUp).await;
        }
    }

    async fn show(&self, conversation: &Conversation<'_>, message: &Message, place: Place) {
        let is_owed = conversation.is_owed.swap(false, Ordering::Relaxed);
        let is_over =
            place == Place::Edit && matches!(conversation.ticket.opening, Opening::Over(_));
        let original = if is_owed {
            Some(message.clone())
        } else {
            is_over.then(|| message.clone().without_picture())
        };
        if let Some(original) = original
            && self.send(conversation, Route::EditOriginal, &original, Cover::Original).await
        {
            return;
        }
        let message = match conversation.ticket.home {
            Home::Direct(_) => message.clone(),
            Home::Elsewhere { .. } => message.clone().ephemeral(),
        };
        self.send(conversation, Route::FollowUp, &message, Cover::FollowUp).await;
    }

    /// What follows comes by itself; a promised message is taken back.
    async fn say_nothing(&self, conversation: &Conversation<'_>) {
        if conversation.is_owed.swap(false, Ordering::Relaxed) {
            let route = Route::DeleteOriginal(self.messenger.hook(&conversation.pass));
            if let Err(error) = self.messenger.client.ask::<IgnoredAny>(&route, NOW).await {
                tracing::info!(%error, "an empty answer could not be taken back");
            }
        }
    }

    /// False when the message is not there any more, which is worth another way.
    async fn send<'p>(
        &self,
        conversation: &'p Conversation<'_>,
        route: impl Fn(Hook<'p>) -> Route<'p>,
        message: &Message,
        cover: Cover,
    ) -> bool {
        let route = route(self.messenger.hook(&conversation.pass));
        let mut again = SEND_AGAIN_AFTER.into_iter();
        loop {
            let error = match self.messenger.post(&route, message, NOW).await {
                Ok(sent) => {
                    if matches!(conversation.ticket.home, Home::Elsewhere { .. }) {
                        self.messenger.passes.covers(sent.id, conversation.pass.clone(), cover);
                    }
                    return true;
                }
                Err(CallError::Refused { reason: Refusal::MessageGone, .. }) => return false,
                Err(error) => error,
            };
            let may_be_lost = matches!(error, CallError::Server(_) | CallError::Network(_));
            let Some(wait) = again.next().filter(|_| may_be_lost) else {
                tracing::warn!(%error, "an answer did not get through");
                return true;
            };
            self.clock.sleep(wait).await;
        }
    }
}

/// A notice becomes the first line of the screen: Discord has nothing beside the chat.
pub(crate) fn with_toast(mut screen: Screen, toast: Option<Toast>) -> Screen {
    if let Some(toast) = toast {
        screen.text.insert(0, Span::Plain(format!("{}\n\n", toast.text)));
    }
    screen
}
