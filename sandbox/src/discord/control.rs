//! The handle on a running emulator for tests, benches and the demo: what can be read, waited for and switched. What
//! people do stands in `acting`.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::body::Bytes;
use serde_json::Value;
use thiserror::Error;
use tokio::sync::watch;

pub use super::gateway::GatewayCounts;
use super::{
    Options,
    fault::FaultRule,
    gateway::Out,
    guild::Channel,
    interaction::{Interaction, InteractionView},
    message::Message,
    route,
    view::MessageView,
    world::World,
};
use crate::request_log::RequestLog;

/// Why something cannot happen in the emulated Discord.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ControlError {
    #[error("nobody has the id {0}")]
    UnknownPerson(u64),
    #[error("there is no server {0}")]
    UnknownGuild(u64),
    #[error("there is no channel {0}")]
    UnknownChannel(u64),
    #[error("the id {0} is taken")]
    Taken(u64),
    #[error("person {person} is not in channel {channel}")]
    NotPresent { person: u64, channel: u64 },
    #[error("no command {0:?} is registered")]
    UnknownCommand(String),
    #[error("the command {0:?} is not shown to this person in this place")]
    NotOffered(String),
    #[error("the command has no option {0:?}, or not with such a value")]
    WrongOption(String),
    #[error("the option {0:?} is required")]
    MissingOption(String),
    #[error("there is no message {0}, or this person does not see it")]
    UnknownMessage(u64),
    #[error("the message has nothing called {0:?} that can be pressed or chosen")]
    NoSuchComponent(String),
    #[error("the interaction {0} opened no form")]
    NoModal(u64),
    #[error("the form has no field {0:?}, or not for such a text")]
    WrongField(String),
    #[error("the bot did not answer")]
    NoAnswer,
    #[error("no route is called {0:?}")]
    UnknownRoute(String),
}

/// A handle on one emulated Discord; clones share it.
#[derive(Clone)]
pub struct Control(Arc<Shared>);

struct Shared {
    token: String,
    log: RequestLog,
    heartbeat_ms: u64,
    world: Mutex<World>,
    stopped: watch::Sender<bool>,
}

impl Control {
    /// A Discord with nobody in it but the bot.
    pub fn new(options: Options) -> Self {
        let world = Mutex::new(World::new(&options));
        Self(Arc::new(Shared {
            token: options.token,
            log: options.log,
            heartbeat_ms: options.heartbeat_ms,
            world,
            stopped: watch::Sender::new(false),
        }))
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.0.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_token(&self, token: &str) -> bool {
        self.0.token == token
    }

    pub(super) fn log(&self) -> &RequestLog {
        &self.0.log
    }

    pub(super) fn heartbeat_ms(&self) -> u64 {
        self.0.heartbeat_ms
    }

    pub(super) fn is_down(&self) -> bool {
        self.world().is_down
    }

    /// Ends every gateway connection and hung request, now and from now on, so that a server can close.
    pub fn stop(&self) {
        self.0.stopped.send_replace(true);
    }

    /// Resolves once [`Control::stop`] was called.
    pub(super) fn stopped(&self) -> impl Future<Output = ()> + use<> {
        let mut stopped = self.0.stopped.subscribe();
        async move {
            // The sender lives as long as any handle; when all are gone, everything has ended anyway.
            let _ = stopped.wait_for(|stopped| *stopped).await;
        }
    }

    // What is there.

    /// What a person has on their screen in a channel, oldest first: no deleted messages, and ephemeral ones only if they
    /// are theirs. Empty for a channel they are not in.
    pub fn messages(&self, person: u64, channel: u64) -> Vec<MessageView> {
        let world = self.world();
        let Some(place) = world.channels.get(&channel) else { return Vec::new() };
        if !world.is_present(person, place) {
            return Vec::new();
        }
        let seen = place.history().filter(|message| message.is_seen_by(person));
        seen.map(|message| world.view(message)).collect()
    }

    /// Everything that was ever written into a channel, deleted and ephemeral messages included; the last 1,000.
    pub fn history(&self, channel: u64) -> Vec<MessageView> {
        let world = self.world();
        let Some(place) = world.channels.get(&channel) else { return Vec::new() };
        place.history().map(|message| world.view(message)).collect()
    }

    /// One message, unless it was deleted.
    pub fn message(&self, id: u64) -> Option<MessageView> {
        let world = self.world();
        world.message(id).map(|message| world.view(message))
    }

    /// The last message on a person's screen in a channel.
    pub fn last_message(&self, person: u64, channel: u64) -> Option<MessageView> {
        self.messages(person, channel).pop()
    }

    /// How an interaction went.
    pub fn interaction(&self, id: u64) -> Option<InteractionView> {
        self.world().interactions.get(id).map(Interaction::view)
    }

    /// Every interaction, oldest first; the last 10,000.
    pub fn interactions(&self) -> Vec<InteractionView> {
        self.world().interactions.all().map(Interaction::view).collect()
    }

    /// The message that answers an interaction (`@original`), as it is now.
    pub fn response(&self, interaction: u64) -> Option<MessageView> {
        let world = self.world();
        let message = world.interactions.get(interaction)?.original?;
        world.message(message).map(|message| world.view(message))
    }

    /// Everything that an interaction wrote, `@original` and follow-ups, oldest first, deleted ones included.
    pub fn responses(&self, interaction: u64) -> Vec<MessageView> {
        let world = self.world();
        let Some(channel) = world.interactions.get(interaction).map(|it| it.channel) else {
            return Vec::new();
        };
        let belongs = |message: &&Message| message.interaction == Some(interaction);
        let messages = world.channels.get(&channel).into_iter().flat_map(Channel::history);
        messages.filter(belongs).map(|message| world.view(message)).collect()
    }

    /// The token of an interaction, as the bot got it.
    pub fn interaction_token(&self, id: u64) -> Option<String> {
        self.world().interactions.get(id).map(|interaction| interaction.token.clone())
    }

    /// What a file on a message holds.
    pub fn file(&self, message: u64, file: u64) -> Option<Bytes> {
        let world = self.world();
        let files = &world.message(message)?.body.attachments;
        files.iter().find(|attachment| attachment.id == file).map(|file| file.bytes.clone())
    }

    /// The registered commands as Discord shows them, of one guild or (None) everywhere.
    pub fn commands(&self, guild: Option<u64>) -> Vec<Value> {
        let world = self.world();
        world.commands.list(guild).map(|command| command.to_api(world.bot.id)).collect()
    }

    /// How often each route was asked with the right token, under its name, faults included.
    pub fn requests(&self) -> BTreeMap<&'static str, u64> {
        self.world().requests.clone()
    }

    /// Answers 401, 403 and 429 within the last ten minutes.
    pub fn invalid_requests(&self) -> usize {
        let mut world = self.world();
        let now_ms = world.now();
        world.limits.invalid(now_ms)
    }

    /// Whether the bot is connected and identified.
    pub fn is_connected(&self) -> bool {
        self.world().gateway.live() > 0
    }

    /// What the bot did at the gateway since the start.
    pub fn gateway_counts(&self) -> GatewayCounts {
        self.world().gateway.counts
    }

    // Waiting.

    /// Goes up with every request and every act: wait on it instead of sleeping.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.world().changed.subscribe()
    }

    /// Looks again after every change until `probe` finds something; None when `bound` passes first.
    pub async fn until<T>(
        &self,
        bound: Duration,
        mut probe: impl FnMut(&Self) -> Option<T>,
    ) -> Option<T> {
        let mut changed = self.changed();
        let search = async {
            loop {
                changed.borrow_and_update();
                if let Some(found) = probe(self) {
                    return Some(found);
                }
                changed.changed().await.ok()?;
            }
        };
        tokio::time::timeout(bound, search).await.ok().flatten()
    }

    /// Waits until the bot has answered an interaction with something that can be seen or chosen; None when `bound`
    /// passes first. A deferred answer is not enough.
    pub async fn answered(&self, bound: Duration, interaction: u64) -> Option<InteractionView> {
        self.until(bound, |control| {
            let view = control.interaction(interaction)?;
            view.answer.as_ref()?;
            let thinking = control.response(interaction).is_some_and(|message| message.is_thinking);
            (!thinking).then_some(view)
        })
        .await
    }

    // Switches.

    /// Makes the next requests go wrong. Rules are tried in the order they were added.
    ///
    /// # Errors
    /// [`ControlError::UnknownRoute`] when the rule could never strike.
    pub fn add_fault(&self, rule: FaultRule) -> Result<(), ControlError> {
        match &rule.route {
            Some(route) if !route::NAMES.contains(&route.as_str()) => {
                Err(ControlError::UnknownRoute(route.clone()))
            }
            Some(_) | None => {
                self.world().faults.push(rule);
                Ok(())
            }
        }
    }

    /// The rules that have not run out.
    pub fn faults(&self) -> Vec<FaultRule> {
        self.world().faults.clone()
    }

    /// Every request works again. The gateway's switches stay as they are.
    pub fn clear_faults(&self) {
        self.world().faults.clear();
    }

    /// Switches the three seconds and the fifteen minutes on or off.
    pub fn set_deadlines(&self, on: bool) {
        self.world().interactions.deadlines = on;
    }

    /// Switches Discord's rate limits on or off.
    pub fn set_strict_limits(&self, on: bool) {
        self.world().limits.strict = on;
    }

    /// Op 7: the gateway asks every connection to come back and resume.
    pub fn ask_to_reconnect(&self) {
        let mut world = self.world();
        world.gateway.write_all(&Out::reconnect());
        world.touch();
    }

    /// Op 9: the session is invalid; unless it is `resumable` it is forgotten.
    pub fn invalidate_session(&self, resumable: bool) {
        let mut world = self.world();
        world.gateway.invalidate(resumable);
        world.touch();
    }

    /// Every gateway connection breaks without a word. Sessions can be resumed.
    pub fn cut(&self) {
        self.hang_up(&Out::Cut, true);
    }

    /// Every gateway connection is closed with this code, 4000 to 4014. After a 4007 or 4009 no session can be resumed.
    pub fn close(&self, code: u16) {
        self.hang_up(&Out::Close(code, "Closed on purpose."), !matches!(code, 4_007 | 4_009));
    }

    fn hang_up(&self, last: &Out, resumable: bool) {
        let mut world = self.world();
        world.gateway.hang_up(last);
        if !resumable {
            world.gateway.forget_sessions();
        }
        world.touch();
    }

    /// Without acknowledgements the connection looks dead to the bot, though events still come.
    pub fn acknowledge_heartbeats(&self, on: bool) {
        self.world().gateway.acknowledges = on;
    }

    /// Keeps every event back until [`Control::release_events`].
    pub fn hold_events(&self) {
        self.world().gateway.hold();
    }

    /// Sends the events that were kept back; how many.
    pub fn release_events(&self) -> usize {
        let mut world = self.world();
        let count = world.gateway.release();
        world.touch();
        count
    }

    /// Sends the last interaction to the bot once more, under the same id. False when there was none.
    pub fn repeat_interaction(&self) -> bool {
        self.world().gateway.repeat()
    }

    /// The bot's token is no longer valid (or is again): requests are answered 401, the gateway closes with 4004.
    pub fn revoke_token(&self, revoked: bool) {
        let mut world = self.world();
        world.is_revoked = revoked;
        if revoked {
            world.gateway.hang_up(&Out::Close(4_004, "Authentication failed."));
            world.gateway.forget_sessions();
        }
        world.touch();
    }

    /// Nothing is reachable (or is again): connections are closed at once, gateway connections break.
    pub fn set_down(&self, down: bool) {
        let mut world = self.world();
        world.is_down = down;
        if down {
            world.gateway.hang_up(&Out::Cut);
        }
        world.touch();
    }
}
