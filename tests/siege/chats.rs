//! People in Telegram during a siege. Whatever they tap or write waits at Telegram while the program is dead, so each does
//! everything once and waits.

use std::{collections::HashMap, time::Duration};

use rand::{Rng, seq::IndexedRandom};
use sandbox::telegram::{ButtonAction, Control, MessageView};

use super::{BUYERS, Siege, TALKER, eventually};
use crate::support::OWNER;

/// How a purchase can go on.
const BECOMES: [&str; 4] =
    ["Your number:", "is back on your balance", "its time is over", "just ran out of numbers"];

/// What becomes of a number.
#[derive(Clone, Copy)]
enum Fate {
    Code,
    TwoCodes,
    TakenBack,
}

/// Somebody's private chat with the bot.
struct Chat {
    person: i64,
    control: Control,
    /// What the chat looked like at the last act: only what is newer is looked at.
    seen: HashMap<i64, u32>,
}

impl Chat {
    fn open(siege: &Siege, person: i64) -> Self {
        let control = siege.world.telegram.control();
        let name = format!("person{person}");
        control.add_person(person, &name, Some(&name), "en").unwrap();
        Self { person, control, seen: HashMap::new() }
    }

    fn looks(&mut self) {
        let messages = self.control.messages(self.person);
        self.seen = messages.iter().map(|message| (message.id, message.edit_count)).collect();
    }

    fn says(&mut self, text: &str) {
        self.looks();
        self.control.say(self.person, self.person, text).unwrap();
    }

    /// What the bot wrote or edited since the last act, newest first.
    fn news(&self) -> impl Iterator<Item = MessageView> {
        let is_new = |message: &MessageView| {
            let known = self.seen.get(&message.id);
            message.from.is_bot
                && !message.deleted
                && known.is_none_or(|it| message.edit_count > *it)
        };
        self.control.messages(self.person).into_iter().rev().filter(is_new)
    }

    async fn sees(&self, texts: &[&str]) -> MessageView {
        let is_it = |message: &MessageView| texts.iter().any(|text| message.text.contains(text));
        let what = format!("person {} sees {texts:?}", self.person);
        eventually(&what, || self.news().find(is_it)).await
    }

    /// The newest button with `label` on it that came since the last act: its message and its data.
    async fn finds(&self, label: &str) -> (i64, String) {
        let button = |message: MessageView| {
            let buttons = message.keyboard.iter().flatten();
            let data =
                buttons.filter(|button| button.text.contains(label)).find_map(
                    |button| match &button.action {
                        ButtonAction::CallbackData(data) => Some(data.clone()),
                        ButtonAction::Url(_)
                        | ButtonAction::CopyText(_)
                        | ButtonAction::Other { .. } => None,
                    },
                );
            data.map(|data| (message.id, data))
        };
        let what = format!("person {} has a button {label:?}", self.person);
        eventually(&what, || self.news().find_map(button)).await
    }

    async fn presses(&mut self, label: &str) {
        let (message, data) = self.finds(label).await;
        self.looks();
        self.control.press(self.person, self.person, message, &data).unwrap();
    }
}

/// What a message's copy buttons copy.
fn copies(message: &MessageView) -> impl Iterator<Item = String> {
    message.keyboard.iter().flatten().filter_map(|button| match &button.action {
        ButtonAction::CopyText(text) => Some(text.clone()),
        ButtonAction::CallbackData(_) | ButtonAction::Url(_) | ButtonAction::Other { .. } => None,
    })
}

pub async fn says_hello(siege: &Siege, person: i64) {
    let mut chat = Chat::open(siege, person);
    chat.says("/start");
    chat.sees(&["Your balance"]).await;
}

/// Buys one number after the other, and at least one.
pub async fn buys(siege: &Siege, person: i64) {
    let mut random = siege.random(person.unsigned_abs());
    let mut chat = Chat::open(siege, person);
    let mut bought = 0;
    while bought == 0 || !siege.over.get() {
        chat.says("/buy whatsapp indonesia");
        if !chat.sees(&["Price: ", "try again"]).await.text.contains("Price: ") {
            tokio::time::sleep(Duration::from_millis(300)).await;
            continue;
        }
        chat.presses("Pay").await;
        let card = chat.sees(&BECOMES).await;
        let Some(phone) = copies(&card).next().filter(|_| card.text.contains(BECOMES[0])) else {
            continue;
        };
        siege.shown.borrow_mut().phones.push(phone.clone());
        bought += 1;
        let fate = *[Fate::Code, Fate::TwoCodes, Fate::TakenBack].choose(&mut random).unwrap();
        lives_on(siege, &mut chat, &phone, fate, &format!("{person}{bought:06}")).await;
    }
}

async fn lives_on(siege: &Siege, chat: &mut Chat, phone: &str, fate: Fate, code: &str) {
    let provider = siege.world.provider.control();
    let codes = match fate {
        Fate::Code => 1,
        Fate::TwoCodes => 2,
        Fate::TakenBack => {
            let order = provider.orders().into_iter().rev().find(|order| order.phone == phone);
            provider.cancel_order(order.expect("it was sold").id).unwrap();
            chat.sees(&["is back on your balance"]).await;
            return;
        }
    };
    for one in 1..=codes {
        let code = format!("{one}{code}");
        provider.deliver_to_phone(phone, &code, &format!("Your code is {code}")).unwrap();
        chat.sees(&[&format!("code: {code}")]).await;
        siege.shown.borrow_mut().codes.push(code);
    }
    chat.presses("Done").await;
    chat.sees(&["this number is closed"]).await;
}

/// The owner adds a dollar to somebody's balance now and then.
pub async fn tops_up(siege: &Siege) {
    let mut random = siege.random(OWNER.unsigned_abs());
    let mut chat = Chat::open(siege, OWNER);
    while !siege.over.get() {
        let person = random.random_range(1..=BUYERS);
        chat.says(&format!("/topup {person} 1"));
        chat.presses("Yes, add it").await;
        chat.sees(&["Added"]).await;
        siege.shown.borrow_mut().top_ups += 1;
        tokio::time::sleep(Duration::from_millis(random.random_range(0..3_000))).await;
    }
}

/// Somebody asks what no two questions have the same answer to: each update that the program took has one.
pub async fn talks(siege: &Siege) {
    let mut random = siege.random(TALKER.unsigned_abs());
    let mut chat = Chat::open(siege, TALKER);
    while !siege.over.get() {
        let first = siege.shown.borrow().answers;
        let questions = first..first + random.random_range(1..4);
        let words = questions.map(|number| format!("/question{number}x"));
        let words: Vec<String> = words.collect();
        chat.looks();
        for word in &words {
            chat.control.say(TALKER, TALKER, word).unwrap();
        }
        for word in &words {
            chat.sees(&[word]).await;
            siege.shown.borrow_mut().answers += 1;
        }
        tokio::time::sleep(Duration::from_millis(random.random_range(0..2_000))).await;
    }
}
