//! People: what they do in a chat, and what they wait to see. They say the same on every platform.

use std::collections::HashMap;

use bot_core::clock::ManualClock;

use super::{
    phone::{Message, Phone, Platform, Press, copies},
    wait,
};

/// A person with a phone in the hand.
#[derive(Clone)]
pub struct Person {
    pub id: i64,
    pub phone: Phone,
    pub(super) clock: ManualClock,
    /// What the chat looked like at the last act: only what is newer is looked at.
    seen: HashMap<i64, u32>,
    /// How many notices had been shown by then.
    told: usize,
}

impl Person {
    pub(super) fn new(id: i64, phone: Phone, clock: ManualClock) -> Self {
        let told = phone.notices().len();
        Self { id, phone, clock, seen: HashMap::default(), told }
    }

    pub fn platform(&self) -> Platform {
        match &self.phone {
            Phone::Telegram { .. } => Platform::Telegram,
            Phone::Discord { .. } => Platform::Discord,
        }
    }

    /// As owners name a person: `platform:id`.
    pub fn identity(&self) -> String {
        format!("{}:{}", self.platform().name(), self.id)
    }

    /// From now on only what is new is seen.
    pub fn looks_now(&mut self) {
        let messages = self.phone.messages();
        self.seen = messages.iter().map(|message| (message.id, message.edits)).collect();
        self.told = self.phone.notices().len();
    }

    /// Writes into the private chat.
    #[allow(
        clippy::unused_async,
        reason = "every act in a chat is awaited, so that tests read alike"
    )]
    pub async fn sends(&mut self, text: &str) {
        self.looks_now();
        self.phone.says(text);
    }

    /// Answers a message in a group, which only Telegram has here.
    pub fn replies(&mut self, chat: i64, to: i64, text: &str) {
        self.looks_now();
        match &self.phone {
            Phone::Telegram { person, control, .. } => {
                control.reply(*person, chat, to, text).unwrap();
            }
            Phone::Discord { .. } => panic!("the bot hears no replies there"),
        }
    }

    /// Taps the newest button with `label` in it, of those that came since this person last did something.
    pub async fn taps(&mut self, label: &str) {
        let (message, data) = self.finds(label).await;
        self.presses(message, &data);
    }

    /// Taps a button that was found before, wherever the person looks now.
    pub fn presses(&mut self, message: i64, data: &str) {
        self.looks_now();
        self.phone.presses(message, data);
    }

    /// Sends a button's data from below the newest message, as a forged client can.
    pub fn forges(&mut self, data: &str) {
        self.looks_now();
        let message = self.phone.messages().last().expect("a message").id;
        self.phone.forges(message, data);
    }

    /// The newest button with `label` in it: its message and what it tells the shop.
    pub async fn finds(&self, label: &str) -> (i64, String) {
        let found = wait(&self.clock, || {
            self.news().rev().find_map(|message| {
                let mut buttons = message.keyboard.iter().flatten();
                let button = buttons.find(|button| button.text.contains(label))?;
                match &button.press {
                    Press::Tap(data) => Some((message.id, data.clone())),
                    Press::Copy(_) | Press::Other => None,
                }
            })
        });
        found.await.unwrap_or_else(|| panic!("no button {label:?} in:\n{}", self.transcript()))
    }

    /// Waits for a message of the bot's with `text` in it that is new or edited since this person last did something.
    pub async fn sees(&self, text: &str) -> Message {
        self.sees_one_of(&[text]).await
    }

    /// The same for a message with any of these texts.
    pub async fn sees_one_of(&self, texts: &[&str]) -> Message {
        let is_it = |message: &Message| {
            message.is_bots && texts.iter().any(|text| message.text.contains(text))
        };
        let found = wait(&self.clock, || self.news().rev().find(is_it));
        found.await.unwrap_or_else(|| panic!("{texts:?} never came:\n{}", self.transcript()))
    }

    /// Waits to be told `text` since this person last did something: by a notice, or where there are none by a message.
    pub async fn is_told(&self, text: &str) {
        let told = wait(&self.clock, || match &self.phone {
            Phone::Telegram { .. } => {
                let notices = self.phone.notices();
                notices.iter().skip(self.told).any(|notice| notice.contains(text)).then_some(())
            }
            Phone::Discord { .. } => {
                self.news().any(|it| it.is_bots && it.text.contains(text)).then_some(())
            }
        });
        told.await.unwrap_or_else(|| {
            panic!("no notice {text:?}: {:?}\n{}", self.phone.notices(), self.transcript())
        });
    }

    /// Whether a message with `text` stands in the chat now.
    pub fn has(&self, text: &str) -> bool {
        self.phone.messages().iter().any(|message| message.text.contains(text))
    }

    /// How many messages with `text` stand in the chat now.
    pub fn count(&self, text: &str) -> usize {
        let messages = self.phone.messages();
        messages.iter().filter(|message| message.is_bots && message.text.contains(text)).count()
    }

    /// What is new or edited since this person last did something.
    pub(super) fn news(&self) -> impl DoubleEndedIterator<Item = Message> {
        let is_new = |message: &Message| {
            self.seen.get(&message.id).is_none_or(|edits| message.edits > *edits)
        };
        self.phone.messages().into_iter().filter(move |message| is_new(message))
    }

    /// A message as it looks now.
    pub fn message(&self, id: i64) -> Message {
        let messages = self.phone.messages();
        messages.into_iter().find(|message| message.id == id).expect("the message is there")
    }

    /// The texts of the copy buttons below the newest message that has any.
    pub fn copies(&self) -> Vec<String> {
        let messages = self.phone.messages();
        messages.iter().rev().map(copies).find(|copies| !copies.is_empty()).unwrap_or_default()
    }

    /// The balance that the shop tells.
    pub async fn balance_is(&mut self, balance: &str) {
        self.sends("/balance").await;
        self.sees(&format!("Your balance: {balance}\n")).await;
    }

    /// The same person with an eye on the group that they are in (see `World::group`), where they speak.
    pub fn in_group(&self) -> Self {
        let phone = match &self.phone {
            Phone::Telegram { person, control, .. } => Phone::Telegram {
                person: *person,
                group: Some(super::GROUP),
                control: control.clone(),
            },
            Phone::Discord { person, control, .. } => {
                Phone::Discord { person: *person, chat: super::CHANNEL, control: control.clone() }
            }
        };
        Self::new(self.id, phone, self.clock.clone())
    }

    /// The same with an eye on another group on Telegram.
    pub fn in_telegram_group(&self, chat: i64) -> Self {
        let mut phone = self.phone.clone();
        if let Phone::Telegram { group, .. } = &mut phone {
            *group = Some(chat);
        }
        Self::new(self.id, phone, self.clock.clone())
    }

    /// Takes no more messages of the bot's.
    pub fn blocks(&self) {
        match &self.phone {
            Phone::Telegram { person, control, .. } => control.block(*person).unwrap(),
            Phone::Discord { person, control, .. } => control.close_dms(*person).unwrap(),
        }
    }

    /// Takes the bot's messages again.
    pub fn unblocks(&self) {
        match &self.phone {
            Phone::Telegram { person, control, .. } => control.unblock(*person).unwrap(),
            Phone::Discord { person, control, .. } => control.open_dms(*person).unwrap(),
        }
    }

    /// Buys WhatsApp in Indonesia and waits for the number.
    pub async fn buys(&mut self) {
        self.sends("/buy whatsapp indonesia").await;
        self.taps("Pay").await;
        self.sees("Your number:").await;
    }

    /// Somebody who only looks: waiting for something on their screen moves no clock.
    pub fn only_looks(self) -> Self {
        Self { clock: ManualClock::starting_at(bot_core::clock::Timestamp(0)), ..self }
    }

    pub(super) fn transcript(&self) -> String {
        let lines = self.phone.messages().into_iter().rev().take(8).map(|message| {
            let buttons = message.keyboard.iter().flatten();
            let labels: Vec<_> = buttons.map(|button| button.text.as_str()).collect();
            format!("#{} ({} edits): {} {labels:?}", message.id, message.edits, message.text)
        });
        lines.collect::<Vec<_>>().join("\n---\n")
    }
}
