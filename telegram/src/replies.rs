//! Carries out the shop's answer to one thing that was asked: messages, edits, and one answer to each callback query.

use std::{sync::Arc, time::Duration};

use bot_core::{
    action::ChatKind,
    clock::Clock,
    ids::ChatRef,
    messenger::{SendError, Urgency},
    screen::{Place, Privacy, Reply, Screen, Span, Toast},
};
use teloxide::{payloads::AnswerCallbackQuery, types::CallbackQueryId};

use crate::{
    client::{CallError, Client, Refusal},
    decode::Asked,
    door::Door,
    messenger::TelegramMessenger,
    pacer::Pacer,
    render::render_toast,
};

/// How long an answer waits for its turn: the person is looking at the chat.
const PATIENCE: Duration = Duration::from_secs(30);
/// A message that may have got lost goes out again after these. One too many is tolerable, none is not.
const SEND_AGAIN_AFTER: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];
/// Queries are answered once more after a 429 up to this long; later nobody waits for it.
const LONGEST_QUERY_WAIT: Duration = Duration::from_secs(5);

/// Where a screen ended up.
enum Shown {
    Yes,
    /// The person never opened the private chat, or closed it.
    ChatClosed,
    No,
}

#[derive(Debug)]
pub(crate) struct Replies<D> {
    pub door: Arc<D>,
    pub client: Arc<Client>,
    pub messenger: TelegramMessenger,
    pub pacer: Pacer,
    pub clock: Clock,
}

impl<D: Door> Replies<D> {
    pub async fn carry_out(&self, asked: &Asked, reply: Reply) {
        match reply {
            Reply::Nothing => self.answer_query(asked, None).await,
            Reply::Toast(toast) => self.tell(asked, toast).await,
            Reply::Show { screen, toast, .. }
                if screen.privacy == Privacy::OnlyActor
                    && asked.actor.chat_kind == ChatKind::Group =>
            {
                self.show_in_private(asked, screen, toast).await;
            }
            Reply::Show { screen, place, toast } => {
                let (screen, toast) = place_toast(asked, screen, toast);
                futures::join!(
                    self.answer_query(asked, toast.as_ref()),
                    self.show(asked, &asked.actor.chat, &screen, place),
                );
            }
        }
    }

    /// A notice: beside the chat when a button was tapped, else as a message.
    pub async fn tell(&self, asked: &Asked, toast: Toast) {
        if asked.query.is_some() {
            self.answer_query(asked, Some(&toast)).await;
        } else {
            let screen = Screen::new(vec![Span::Plain(toast.text)]);
            self.show(asked, &asked.actor.chat, &screen, Place::New).await;
        }
    }

    /// Answers the callback query, unless that was done before.
    pub async fn answer_query(&self, asked: &Asked, toast: Option<&Toast>) {
        let Some(query) = asked.query.as_ref().filter(|query| query.claim()) else { return };
        let mut payload = AnswerCallbackQuery::new(CallbackQueryId(query.id.clone()));
        if let Some(toast) = toast {
            payload.text = Some(render_toast(&toast.text));
            payload.show_alert = toast.alert.then_some(true);
        }
        let mut result = self.client.call::<_, bool>(&payload).await;
        if let Err(CallError::RetryAfter(wait)) = result {
            self.pacer.flooded_somewhere(wait);
            if wait <= LONGEST_QUERY_WAIT {
                self.clock.sleep(wait).await;
                result = self.client.call(&payload).await;
            }
        }
        match result {
            Ok(_) | Err(CallError::Refused { reason: Refusal::QueryTooOld, .. }) => {}
            Err(error) => tracing::warn!(%error, "a tapped button got no answer"),
        }
    }

    /// What only the person may see goes to their private chat; the group learns nothing.
    async fn show_in_private(&self, asked: &Asked, screen: Screen, toast: Option<Toast>) {
        match self.show(asked, &asked.actor.private_chat, &screen, Place::New).await {
            Shown::Yes => match toast {
                Some(toast) => self.tell(asked, toast).await,
                None => self.answer_query(asked, None).await,
            },
            Shown::ChatClosed => {
                let text = self.door.open_private_first(asked.actor.language.as_deref());
                self.tell(asked, Toast { text, alert: true }).await;
            }
            Shown::No => {
                let text = self.door.apology(asked.actor.language.as_deref());
                self.tell(asked, Toast { text, alert: true }).await;
            }
        }
    }

    async fn show(&self, asked: &Asked, chat: &ChatRef, screen: &Screen, place: Place) -> Shown {
        let mut again = SEND_AGAIN_AFTER.into_iter();
        loop {
            let error = match self.show_once(asked, chat, screen, place).await {
                Ok(()) => return Shown::Yes,
                Err(SendError::ChatClosed(_)) => return Shown::ChatClosed,
                Err(error) => error,
            };
            let wait = again.next().filter(|_| matches!(error, SendError::Failed(_)));
            let Some(wait) = wait else {
                tracing::warn!(%error, "an answer did not get through");
                return Shown::No;
            };
            self.clock.sleep(wait).await;
        }
    }

    async fn show_once(
        &self,
        asked: &Asked,
        chat: &ChatRef,
        screen: &Screen,
        place: Place,
    ) -> Result<(), SendError> {
        if let (Place::Edit, Some(message)) = (place, &asked.actor.message) {
            let edited = self.messenger.edit_within(PATIENCE, message, screen, Urgency::Now).await;
            match edited {
                Err(SendError::MessageGone(_)) => {}
                done => return done,
            }
        }
        self.messenger.send_within(PATIENCE, chat, screen, Urgency::Now).await.map(|_| ())
    }
}

/// Without a query to answer, a notice becomes the first line of the screen.
fn place_toast(asked: &Asked, mut screen: Screen, toast: Option<Toast>) -> (Screen, Option<Toast>) {
    match toast {
        Some(toast) if asked.query.is_none() => {
            screen.text.insert(0, Span::Plain(format!("{}\n\n", toast.text)));
            (screen, None)
        }
        toast => (screen, toast),
    }
}
