//! The handle on a running emulator for tests, benches and the demo: what can be read, waited for and switched. What
//! people do stands in `acting`.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::Serialize;
use thiserror::Error;
use tokio::sync::{broadcast, watch};

use super::{
    Options,
    chat::Bot,
    event::Event,
    fault::FaultRule,
    flood::Flood,
    menu::{Command, Scope},
    message::{File, MessageView},
    query::{Query, Toast},
    world::World,
};
use crate::request_log::RequestLog;

/// Why something cannot happen in the emulated Telegram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ControlError {
    #[error("nobody has the id {0}")]
    UnknownPerson(i64),
    #[error("there is no chat {0}")]
    UnknownChat(i64),
    #[error("chat {chat} has no message {message}")]
    UnknownMessage { chat: i64, message: i64 },
    #[error("person {person} is not in chat {chat}")]
    NotAMember { person: i64, chat: i64 },
    #[error("the person has blocked the bot; unblock first")]
    Blocked,
    #[error("there is no button with callback data at this place")]
    NoSuchButton,
    #[error("a message needs 1 to 4096 characters")]
    TextLength,
    #[error(
        "the id {0} does not fit: people's are above zero, groups' below, supergroups' start with -100"
    )]
    WrongId(i64),
    #[error("a group needs somebody in it")]
    EmptyGroup,
    #[error("chat {0} is no basic group")]
    NotAGroup(i64),
    #[error("update {0} was not acknowledged or is no longer kept")]
    UnknownUpdate(i64),
}

/// Who and what there is, as the demo's page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorldView {
    pub bot: BotView,
    pub people: Vec<PersonView>,
    pub chats: Vec<ChatView>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BotView {
    pub id: i64,
    pub name: String,
    pub username: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonView {
    pub id: i64,
    pub first_name: String,
    pub username: Option<String>,
    pub language_code: String,
    pub blocked: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChatView {
    pub id: i64,
    /// "private", "group" or "supergroup".
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub title: String,
    pub members: Vec<i64>,
}

/// A handle on one emulated Telegram; clones share it.
#[derive(Clone)]
pub struct Control(Arc<Shared>);

struct Shared {
    token: String,
    log: RequestLog,
    world: Mutex<World>,
    stopped: watch::Sender<bool>,
}

impl Control {
    /// A Telegram with nobody in it but the bot.
    pub fn new(options: Options) -> Self {
        let bot = Bot::of_token(&options.token, &options.bot_username);
        Self(Arc::new(Shared {
            token: options.token,
            log: options.log,
            world: Mutex::new(World::new(options.clock, bot, options.strict_limits)),
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

    /// Ends every long poll, hung request and event stream, now and from now on, so that a server can close.
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

    /// Everything said in a chat, oldest first, deleted messages included; the last 1,000. Empty for an unknown chat.
    pub fn messages(&self, chat: i64) -> Vec<MessageView> {
        let world = self.world();
        let Some(place) = world.chats.get(&chat) else { return Vec::new() };
        place.history.iter().map(|message| world.view(chat, message)).collect()
    }

    /// One message, unless it was deleted.
    pub fn message(&self, chat: i64, id: i64) -> Option<MessageView> {
        let world = self.world();
        let message = world.chats.get(&chat)?.history.get(id)?;
        Some(world.view(chat, message))
    }

    /// What a person was answered after pressing buttons, oldest first.
    pub fn toasts(&self, person: i64) -> Vec<Toast> {
        self.world().queries.toasts(person)
    }

    /// Pressed buttons that the bot has not answered, oldest first.
    pub fn unanswered_queries(&self) -> Vec<Query> {
        self.world().queries.unanswered()
    }

    /// Updates that the bot has not acknowledged.
    pub fn pending_updates(&self) -> usize {
        self.world().updates.waiting()
    }

    /// Whether a `getUpdates` waits right now: the bot is up and has nothing to fetch.
    pub fn is_polled(&self) -> bool {
        self.world().updates.waiting_poll.is_some()
    }

    /// Hands an acknowledged update out once more, under its old id, as Telegram does after a lost acknowledgement.
    pub fn replay(&self, update_id: i64) -> Result<(), ControlError> {
        let known = self.world().updates.replay(update_id);
        if known { Ok(()) } else { Err(ControlError::UnknownUpdate(update_id)) }
    }

    /// Hands the last `count` acknowledged updates out once more; how many there were (at most 1,000 are kept).
    pub fn replay_last(&self, count: usize) -> usize {
        self.world().updates.replay_last(count)
    }

    /// The menu that the bot set for exactly this scope and language ("" for all languages).
    pub fn commands(&self, scope: Scope, language: &str) -> Vec<Command> {
        self.world().menus.get(scope, language).to_vec()
    }

    /// The menu that a person sees in a chat.
    pub fn commands_shown(&self, chat: i64, person: i64) -> Result<Vec<Command>, ControlError> {
        let world = self.world();
        let place = world.chats.get(&chat).ok_or(ControlError::UnknownChat(chat))?;
        let language =
            &world.people.get(&person).ok_or(ControlError::UnknownPerson(person))?.language_code;
        Ok(world.menus.shown(place, person, language).to_vec())
    }

    /// How often each method was called with the right token, under its documented name, faults included.
    pub fn requests(&self) -> BTreeMap<&'static str, u64> {
        self.world().requests.clone()
    }

    /// A file that the bot sent.
    pub fn file(&self, id: &str) -> Option<File> {
        self.world().file(id)
    }

    /// Makes the next calls go wrong. Rules are tried in the order they were added.
    pub fn add_fault(&self, rule: FaultRule) {
        self.world().faults.push(rule);
    }

    /// The rules that have not run out.
    pub fn faults(&self) -> Vec<FaultRule> {
        self.world().faults.clone()
    }

    /// Everything works again.
    pub fn clear_faults(&self) {
        self.world().faults.clear();
    }

    /// Switches Telegram's flood limits on (with nothing counted yet) or off.
    pub fn set_strict_limits(&self, on: bool) {
        self.world().flood = on.then(Flood::default);
    }

    /// Who and what there is.
    pub fn view(&self) -> WorldView {
        let world = self.world();
        let people = world.people.values().map(|person| PersonView {
            id: person.id,
            first_name: person.first_name.clone(),
            username: person.username.clone(),
            language_code: person.language_code.clone(),
            blocked: person.has_blocked,
        });
        let chats = world.chats.values().map(|chat| ChatView {
            id: chat.id,
            kind: chat.kind.name(),
            title: chat.title.clone(),
            members: chat
                .members
                .iter()
                .filter(|(_, standing)| standing.is_present())
                .map(|(id, _)| *id)
                .collect(),
        });
        let bot = &world.bot;
        WorldView {
            bot: BotView { id: bot.id, name: bot.name.clone(), username: bot.username.clone() },
            people: people.collect(),
            chats: chats.collect(),
        }
    }

    /// What people get to see from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.world().events.subscribe()
    }

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
}
