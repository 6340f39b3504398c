//! Two chat platforms: what a messenger is told goes out or does not, and stands in rooms that people look at.
//!
//! Knows nothing of what a screen says, except that a message which rings tells of an SMS.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use bot_core::{
    action::Standing,
    ids::{ChatRef, Identity, MessageRef, Platform},
    messenger::{Messenger, SendError, Urgency},
    screen::{Button, Screen},
};
use rand::{Rng, SeedableRng, rngs::StdRng};

use crate::{
    history::Family,
    hub::Hub,
    process::{Life, Spot},
};

pub const PLATFORMS: [&str; 2] = ["here", "there"];

/// What every message of an SMS begins with.
const BELL: &str = "🔔";

/// Messages that a room keeps.
const KEPT: usize = 40;

/// A message as it stands in a room.
#[derive(Clone, Debug)]
pub struct Shown {
    pub message: MessageRef,
    pub screen: Screen,
}

/// One person's private chat.
#[derive(Debug, Default)]
pub struct Room {
    pub messages: Vec<Shown>,
    /// The text of everything that rang, as often as it did.
    pub bells: Vec<String>,
    /// Messages of which the shop cannot know whether they went out: it may send them again.
    pub ambiguous: usize,
    pub is_closed: bool,
    next: u64,
}

/// Both platforms. Cheap to clone.
#[derive(Clone)]
pub struct Chats(Arc<Inner>);

struct Inner {
    hub: Hub,
    random: Mutex<StdRng>,
    rooms: Mutex<BTreeMap<ChatRef, Room>>,
}

impl Chats {
    pub fn new(hub: Hub, seed: u64) -> Self {
        let random = Mutex::new(StdRng::seed_from_u64(seed ^ 0x6368_6174));
        Self(Arc::new(Inner { hub, random, rooms: Mutex::default() }))
    }

    fn rooms(&self) -> MutexGuard<'_, BTreeMap<ChatRef, Room>> {
        self.0.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks into a room, or changes it.
    pub fn with<T>(&self, chat: &ChatRef, act: impl FnOnce(&mut Room) -> T) -> T {
        act(self.rooms().entry(chat.clone()).or_default())
    }

    /// A process was killed: whatever it was sending to anybody may come again.
    pub fn process_died(&self) {
        for room in self.rooms().values_mut() {
            room.ambiguous += 1;
        }
    }

    /// A new message stands in a chat.
    pub fn post(&self, chat: &ChatRef, screen: &Screen) -> MessageRef {
        let text = screen.plain();
        self.0.hub.trace(&format!("message {}:{} {text:?}", chat.platform, chat.chat));
        self.with(chat, |room| {
            room.next += 1;
            let message = MessageRef { chat: chat.clone(), message: room.next.to_string() };
            if text.starts_with(BELL) {
                room.bells.push(text);
            }
            room.messages.push(Shown { message: message.clone(), screen: screen.clone() });
            if room.messages.len() > KEPT {
                room.messages.remove(0);
            }
            message
        })
    }

    /// A message shows something else. Whether it is there.
    pub fn replace(&self, message: &MessageRef, screen: &Screen) -> bool {
        let text = screen.plain();
        self.0.hub.trace(&format!("edit {}:{} {text:?}", message.chat.chat, message.message));
        self.with(&message.chat, |room| {
            let shown = room.messages.iter_mut().find(|shown| shown.message == *message);
            shown.map(|shown| shown.screen = screen.clone()).is_some()
        })
    }

    /// Every button that a person sees, newest message first.
    pub fn buttons(&self, chat: &ChatRef) -> Vec<(MessageRef, Button)> {
        self.with(chat, |room| {
            let all = room.messages.iter().rev().flat_map(|shown| {
                let buttons = shown.screen.rows.iter().flatten();
                buttons.map(|button| (shown.message.clone(), button.clone()))
            });
            all.collect()
        })
    }

    /// How long a message takes, and what goes wrong with it.
    fn luck(&self) -> (u64, Luck) {
        let mut random = self.0.random.lock().unwrap_or_else(PoisonError::into_inner);
        let takes = random.random_range(20..250);
        if !self.0.hub.lets(Family::Platforms) || random.random_range(0..1_000) >= 70 {
            return (takes, Luck::Good);
        }
        let luck = match random.random_range(0..8) {
            0..=2 => Luck::Wait(random.random_range(1..8)),
            3 | 4 => Luck::LostBefore,
            5 | 6 => Luck::LostAfter,
            _ => Luck::NoRoom,
        };
        (takes, luck)
    }
}

enum Luck {
    Good,
    Wait(u64),
    LostBefore,
    LostAfter,
    NoRoom,
}

/// How one process speaks on one platform.
pub struct Voice {
    platform: Platform,
    chats: Chats,
    life: Arc<Life>,
}

impl Voice {
    pub fn both(chats: &Chats, life: &Arc<Life>) -> [Self; 2] {
        PLATFORMS.map(|platform| Self {
            platform: platform.into(),
            chats: chats.clone(),
            life: Arc::clone(life),
        })
    }

    async fn go<T>(
        &self,
        chat: &ChatRef,
        urgency: Urgency,
        act: impl FnOnce() -> Result<T, SendError>,
    ) -> Result<T, SendError> {
        self.life.goes_past(Spot::Message).await;
        let hub = &self.chats.0.hub;
        let (takes, luck) = self.chats.luck();
        tokio::time::sleep(Duration::from_millis(takes)).await;
        self.life.goes_past(Spot::Message).await;
        if self.chats.with(chat, |room| room.is_closed) {
            return Err(SendError::ChatClosed("blocked".into()));
        }
        let done = match luck {
            Luck::Wait(seconds) => {
                hub.struck("platform: 429");
                return Err(SendError::RetryAfter(Duration::from_secs(seconds)));
            }
            Luck::LostBefore => {
                hub.struck("platform: 5xx, not sent");
                return Err(SendError::Failed("it did not answer".into()));
            }
            Luck::LostAfter => {
                hub.struck("platform: 5xx, sent");
                let _ = act();
                self.chats.with(chat, |room| room.ambiguous += 1);
                return Err(SendError::Failed("it did not answer".into()));
            }
            Luck::NoRoom if urgency == Urgency::Spare => return Err(SendError::NoRoom),
            Luck::Good | Luck::NoRoom => act(),
        };
        self.life.goes_past(Spot::Messaged).await;
        done
    }
}

#[async_trait]
impl Messenger for Voice {
    fn platform(&self) -> &Platform {
        &self.platform
    }

    async fn send(
        &self,
        chat: &ChatRef,
        screen: &Screen,
        urgency: Urgency,
    ) -> Result<MessageRef, SendError> {
        self.go(chat, urgency, || Ok(self.chats.post(chat, screen))).await
    }

    async fn edit(
        &self,
        message: &MessageRef,
        screen: &Screen,
        urgency: Urgency,
    ) -> Result<(), SendError> {
        let edit = || {
            let is_there = self.chats.replace(message, screen);
            is_there.then_some(()).ok_or_else(|| SendError::MessageGone("it is gone".into()))
        };
        self.go(&message.chat, urgency, edit).await
    }

    async fn standing(&self, _: &str, _: &Identity) -> Result<Option<Standing>, SendError> {
        Ok(None)
    }
}
