//! The people of a history: what they send, what their platform makes of it, and what they see.
//!
//! A platform tells the shop of an update until the shop says that it has it, and sometimes once more. The shop either
//! handles an update and then says so, or keeps it, says so, and handles it then.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bot_core::{
    action::{Action, Actor, ChatKind},
    ids::{ChatRef, Identity, MessageRef, Platform},
    screen::{Place, Reply},
    shop::{KeptUpdate, Shop},
};

use crate::{
    auditor::Auditor,
    chat::{Chats, PLATFORMS},
    hub::Hub,
    process::{Life, Spot},
};

/// Somebody on one platform. The first one owns the shop.
#[derive(Clone, Debug)]
pub struct Person {
    pub identity: Identity,
    pub chat: ChatRef,
    pub name: String,
}

impl Person {
    fn new(number: usize) -> Self {
        let platform: Platform = PLATFORMS[number % PLATFORMS.len()].into();
        let user = (100 + number).to_string();
        let chat = ChatRef { platform: platform.clone(), chat: user.clone() };
        Self { identity: Identity { platform, user }, chat, name: format!("Person {number}") }
    }

    pub fn actor(&self, message: Option<MessageRef>) -> Actor {
        Actor {
            identity: self.identity.clone(),
            name: self.name.clone(),
            username: Some(format!("person_{}", self.identity.user)),
            language: None,
            chat: self.chat.clone(),
            chat_kind: ChatKind::Private,
            private_chat: self.chat.clone(),
            message,
            reply_to: None,
            group: None,
        }
    }
}

/// Something that a person did, as their platform tells it.
#[derive(Clone, Debug)]
pub struct Update {
    pub person: usize,
    pub action: Action,
    pub message: Option<MessageRef>,
    /// Whether the platform has been told that the shop has it.
    pub is_acknowledged: bool,
    /// How often the shop has answered it.
    pub answers: u32,
}

/// What the shop does with an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Handled, then acknowledged.
    Handle,
    /// Kept, acknowledged, handled, forgotten.
    Keep,
    /// Kept and acknowledged by an earlier process.
    Kept,
}

/// Everybody, with all that they ever did. Cheap to clone.
#[derive(Clone)]
pub struct People(Arc<Inner>);

struct Inner {
    hub: Hub,
    everybody: Vec<Person>,
    updates: Mutex<BTreeMap<i64, Update>>,
}

impl People {
    pub fn new(hub: Hub, how_many: usize) -> Self {
        let everybody = (0..how_many).map(Person::new).collect();
        Self(Arc::new(Inner { hub, everybody, updates: Mutex::default() }))
    }

    pub fn all(&self) -> &[Person] {
        &self.0.everybody
    }

    pub fn owner(&self) -> &Person {
        &self.0.everybody[0]
    }

    pub fn updates(&self) -> MutexGuard<'_, BTreeMap<i64, Update>> {
        self.0.updates.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A person does something; the number of the update.
    pub fn does(&self, person: usize, action: Action, message: Option<MessageRef>) -> i64 {
        let mut updates = self.updates();
        let id = i64::try_from(updates.len()).unwrap_or(i64::MAX) + 1;
        self.0.hub.trace(&format!("update {id} person {person} {action:?}"));
        let update = Update { person, action, message, is_acknowledged: false, answers: 0 };
        updates.insert(id, update);
        id
    }

    fn update(&self, id: i64) -> Option<Update> {
        self.updates().get(&id).cloned()
    }

    fn acknowledge(&self, id: i64) {
        if let Some(update) = self.updates().get_mut(&id) {
            update.is_acknowledged = true;
        }
    }
}

/// What one process needs to take care of updates.
#[derive(Clone)]
pub struct Desk {
    pub people: People,
    pub chats: Chats,
    pub auditor: Auditor,
    pub shop: Arc<Shop>,
    pub life: Arc<Life>,
}

impl Desk {
    /// Takes care of one update.
    pub async fn take(self, id: i64, way: Way) {
        let Some(update) = self.people.update(id) else { return };
        let person = &self.people.all()[update.person];
        let platform = &person.identity.platform;
        if way == Way::Keep {
            let kept = KeptUpdate { id, payload: id.to_string() };
            if self.shop.keep_updates(platform, vec![kept]).await.is_err() {
                // The platform tells of it again.
                return;
            }
            self.life.goes_past(Spot::Answered).await;
            self.people.acknowledge(id);
        }
        self.auditor.asked(&update);
        let actor = person.actor(update.message.clone());
        let reply = self.shop.handle(&actor, update.action.clone()).await;
        self.life.goes_past(Spot::Messaged).await;
        self.auditor.answered(&update, &reply);
        self.show(&update, person, reply);
        if let Some(update) = self.people.updates().get_mut(&id) {
            update.answers += 1;
        }
        match way {
            Way::Handle => self.people.acknowledge(id),
            // What cannot be forgotten is handled again by the next process.
            Way::Keep | Way::Kept => {
                let _ = self.shop.forget_updates(platform, vec![id]).await;
            }
        }
    }

    fn show(&self, update: &Update, person: &Person, reply: Reply) {
        match reply {
            Reply::Nothing => {}
            Reply::Toast(toast) => self.people.0.hub.trace(&format!("toast {:?}", toast.text)),
            Reply::Show { screen, place, toast: _ } => {
                let is_replaced = place == Place::Edit
                    && update
                        .message
                        .as_ref()
                        .is_some_and(|message| self.chats.replace(message, &screen));
                if !is_replaced {
                    self.chats.post(&person.chat, &screen);
                }
            }
        }
    }
}
