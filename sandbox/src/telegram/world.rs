//! The whole emulated Telegram as one bot knows it: people, chats, queues and switches behind one lock. Knows nothing of
//! HTTP; the methods and the control interface change it through what stands here.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};
use tokio::sync::{broadcast, watch};

use super::{
    chat::{Bot, Chat, ChatKind, Person, Standing},
    event::Event,
    fault::FaultRule,
    flood::Flood,
    menu::Menus,
    message::{Draft, File, From, Message, MessageView, Sender, seconds},
    params::Upload,
    profile::Profile,
    query::{Queries, Query},
    refusal::Refusal,
    text::{EntityKind, FormattedText},
    updates::UpdateQueue,
};
use crate::clock::Clock;

/// Files kept for `file_id` and the page.
const FILES_AT_MOST: usize = 1_000;
const EVENTS_BUFFERED: usize = 1_024;

#[derive(Debug)]
pub(super) struct World {
    pub clock: Clock,
    pub bot: Bot,
    pub people: BTreeMap<i64, Person>,
    pub chats: BTreeMap<i64, Chat>,
    pub updates: UpdateQueue,
    pub queries: Queries,
    pub menus: Menus,
    pub profile: Profile,
    pub faults: Vec<FaultRule>,
    /// None: no flood limits.
    pub flood: Option<Flood>,
    /// How often each method was called, under its documented name.
    pub requests: BTreeMap<&'static str, u64>,
    files: VecDeque<File>,
    files_made: u64,
    pub events: broadcast::Sender<Event>,
    /// Goes up with every change that a test may wait for.
    pub changed: watch::Sender<u64>,
}

impl World {
    pub fn new(clock: Clock, bot: Bot, strict_limits: bool) -> Self {
        Self {
            clock,
            bot,
            people: BTreeMap::new(),
            chats: BTreeMap::new(),
            updates: UpdateQueue::new(),
            queries: Queries::default(),
            menus: Menus::default(),
            profile: Profile::default(),
            faults: Vec::new(),
            flood: strict_limits.then(Flood::default),
            requests: BTreeMap::new(),
            files: VecDeque::new(),
            files_made: 0,
            events: broadcast::Sender::new(EVENTS_BUFFERED),
            changed: watch::Sender::new(0),
        }
    }

    pub fn now(&self) -> i64 {
        self.clock.now_ms()
    }

    /// Tells everybody who waits that something is different now.
    pub fn touch(&self) {
        self.changed.send_modify(|version| *version += 1);
    }

    /// Shows something to whoever listens; `event` is only made when somebody does.
    pub fn show(&self, event: impl FnOnce(&Self) -> Event) {
        if self.events.receiver_count() > 0 {
            // No listener left is no failure.
            let _ = self.events.send(event(self));
        }
        self.touch();
    }

    /// The User object of a sender; people are never removed.
    pub fn user(&self, sender: Sender) -> Value {
        match sender {
            Sender::Bot => self.bot.to_api(),
            Sender::Person(id) => self.people.get(&id).map_or(Value::Null, Person::to_api),
        }
    }

    /// A message as the bot gets it, with the message it answers, one level deep.
    pub fn message_to_api(&self, chat: &Chat, message: &Message) -> Value {
        let mut object = message.to_api(self.user(message.sender), chat.to_api());
        if let Some(original) = message.draft.reply_to.and_then(|id| chat.history.get(id)) {
            let original = original.to_api(self.user(original.sender), chat.to_api());
            object.insert("reply_to_message".to_owned(), original.into());
        }
        object.into()
    }

    pub fn view(&self, chat: i64, message: &Message) -> MessageView {
        let from = match message.sender {
            Sender::Bot => {
                From { id: self.bot.id, first_name: self.bot.name.clone(), is_bot: true }
            }
            Sender::Person(id) => {
                let first_name = self
                    .people
                    .get(&id)
                    .map_or_else(String::new, |person| person.first_name.clone());
                From { id, first_name, is_bot: false }
            }
        };
        MessageView::new(message, chat, from)
    }

    /// The chat that a method names, if the bot may act there (read and edit what it already has, send).
    pub fn chat_of_bot(&self, id: i64) -> Result<&Chat, Refusal> {
        let chat = self.chats.get(&id).ok_or(Refusal::CHAT_NOT_FOUND)?;
        chat.check_bot_is_in()?;
        if chat.kind == ChatKind::Private
            && let Some(person) = self.people.get(&id)
        {
            if person.has_blocked {
                return Err(Refusal::BLOCKED);
            }
            if !person.has_written {
                return Err(Refusal::NEVER_WROTE);
            }
        }
        Ok(chat)
    }

    /// Puts a message into a chat and on everybody's screen; its id, None when there is no such chat.
    pub fn post(&mut self, chat: i64, sender: Sender, draft: Draft) -> Option<i64> {
        let now_ms = self.now();
        let id = self.chats.get_mut(&chat)?.history.append(sender, draft, now_ms).id;
        self.show_message(chat, id, Event::Message);
        Some(id)
    }

    /// Shows what a kept message looks like now.
    pub fn show_message(&self, chat: i64, id: i64, kind: fn(MessageView) -> Event) {
        let message = self.chats.get(&chat).and_then(|chat| chat.history.get(id));
        if let Some(message) = message {
            self.show(|world| kind(world.view(chat, message)));
        }
    }

    /// Takes a message away from everybody. False when it is not there.
    pub fn delete(&mut self, chat: i64, id: i64) -> bool {
        let Some(message) = self.chats.get_mut(&chat).and_then(|chat| chat.history.get_mut(id))
        else {
            return false;
        };
        message.deleted = true;
        let message = message.clone();
        self.show(|world| Event::Deleted(world.view(chat, &message)));
        true
    }

    /// A person's message, posted and, if the bot may see it, queued for it; its id.
    pub fn hear(&mut self, person: i64, chat: i64, draft: Draft) -> Option<i64> {
        let id = self.post(chat, Sender::Person(person), draft)?;
        let place = self.chats.get(&chat)?;
        let message = place.history.get(id)?;
        if self.bot_hears(place, message) {
            let payload = self.message_to_api(place, message);
            self.updates.push("message", &payload);
        }
        Some(id)
    }

    /// Privacy mode (Bots, "Privacy mode"): in a group the bot gets commands, replies to its messages, its own mentions
    /// and service messages, unless it is an administrator.
    fn bot_hears(&self, chat: &Chat, message: &Message) -> bool {
        if !chat.bot.is_present() {
            return false;
        }
        let draft = &message.draft;
        if !chat.is_group() || chat.bot.is_admin() || draft.service.is_some() {
            return true;
        }
        let original = draft.reply_to.and_then(|id| chat.history.get(id));
        original.is_some_and(|original| original.sender == Sender::Bot)
            || self.is_addressed(&draft.text)
    }

    fn is_addressed(&self, text: &FormattedText) -> bool {
        let units: Vec<u16> = text.text.encode_utf16().collect();
        let is_bot = |name: &str| name.eq_ignore_ascii_case(&self.bot.username);
        text.entities.iter().any(|entity| {
            let covered =
                units.get(entity.offset..entity.offset + entity.length).unwrap_or_default();
            let covered = String::from_utf16_lossy(covered);
            match entity.kind {
                EntityKind::BotCommand => {
                    covered.split_once('@').is_none_or(|(_, name)| is_bot(name))
                }
                EntityKind::Mention => covered.strip_prefix('@').is_some_and(is_bot),
                _ => false,
            }
        })
    }

    /// A pressed button, queued for the bot; the message is inaccessible when it is gone.
    pub fn press(&mut self, person: i64, chat: i64, message: i64, data: &str) -> Option<Query> {
        let place = self.chats.get(&chat)?;
        let shown = match place.history.get(message) {
            Some(message) => self.message_to_api(place, message),
            None => json!({ "chat": place.to_api(), "message_id": message, "date": 0 }),
        };
        let now_ms = self.now();
        let query = self.queries.press(person, chat, message, data, now_ms);
        let payload = json!({
            "id": query.id,
            "from": self.user(Sender::Person(person)),
            "message": shown,
            "chat_instance": (7_000_000_000_000_000_000_i64.wrapping_sub(chat)).to_string(),
            "data": data,
        });
        self.updates.push("callback_query", &payload);
        self.touch();
        Some(query)
    }

    /// Changes where the bot stands in a chat and tells it so.
    pub fn set_bot_standing(&mut self, chat: i64, by: i64, standing: Standing) {
        let now_ms = self.now();
        let Some(place) = self.chats.get_mut(&chat) else { return };
        // In a private chat the bot stays; the person's block is kept with the person.
        let before = if place.kind == ChatKind::Private {
            if standing == Standing::Kicked { Standing::Member } else { Standing::Kicked }
        } else {
            std::mem::replace(&mut place.bot, standing)
        };
        let place = place.to_api();
        let bot = self.bot.to_api();
        let payload = json!({
            "chat": place,
            "from": self.user(Sender::Person(by)),
            "date": seconds(now_ms),
            "old_chat_member": before.to_api(&bot),
            "new_chat_member": standing.to_api(&bot),
        });
        self.updates.push("my_chat_member", &payload);
        self.show(|_| Event::Chat { chat });
    }

    /// Keeps an uploaded file.
    pub fn keep_file(&mut self, upload: &Upload) -> File {
        self.files_made += 1;
        let file = File {
            id: format!("FILE{:012}", self.files_made),
            filename: upload.filename.clone(),
            mime: upload.mime.clone(),
            size: upload.bytes.len(),
            bytes: upload.bytes.clone(),
        };
        if self.files.len() >= FILES_AT_MOST {
            self.files.pop_front();
        }
        self.files.push_back(file.clone());
        file
    }

    pub fn file(&self, id: &str) -> Option<File> {
        self.files.iter().find(|file| file.id == id).cloned()
    }
}
