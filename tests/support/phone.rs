//! A chat app in somebody's hand: what a person sees and does, the same on every platform.
//!
//! Everybody here is in their private chat with the shop. On Discord a line that is one of the bot's commands is chosen as
//! such, with its fields, and anything else is written; what tells the person something for a moment is a message there.

use sandbox::{
    discord::{self, Component},
    telegram::{self, ButtonAction},
};
use serde_json::{Value, json};

/// A chat platform that the shop is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    Telegram,
    Discord,
}

impl Platform {
    pub fn name(self) -> &'static str {
        match self {
            Self::Telegram => "telegram",
            Self::Discord => "discord",
        }
    }
}

/// A message as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub id: i64,
    /// Without marks of style.
    pub text: String,
    /// Entries of a list are rows of one.
    pub keyboard: Vec<Vec<Button>>,
    pub is_bots: bool,
    pub edits: u32,
    /// Unix milliseconds.
    pub sent_at: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    pub text: String,
    pub press: Press,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// What it tells the shop.
    Tap(String),
    Copy(String),
    /// Nothing that the shop hears of.
    Other,
}

/// The texts of a message's copy buttons.
pub fn copies(message: &Message) -> Vec<String> {
    let buttons = message.keyboard.iter().flatten();
    let copies = buttons.filter_map(|button| match &button.press {
        Press::Copy(text) => Some(text.clone()),
        Press::Tap(_) | Press::Other => None,
    });
    copies.collect()
}

/// Added to the ids of a group's messages on Telegram, where each chat counts its own.
const IN_GROUP: i64 = 1_000_000;

#[derive(Clone)]
pub enum Phone {
    /// In the private chat, or with an eye on a group beside it.
    Telegram {
        person: i64,
        group: Option<i64>,
        control: telegram::Control,
    },
    Discord {
        person: u64,
        chat: u64,
        control: discord::Control,
    },
}

impl Phone {
    /// What stands in the chat, oldest first.
    pub fn messages(&self) -> Vec<Message> {
        match self {
            Self::Telegram { person, group, control } => {
                let shown = |chat| control.messages(chat).into_iter().filter(|it| !it.deleted);
                let in_group = group.map(shown).into_iter().flatten().map(on_telegram);
                let in_group = in_group.map(|it| Message { id: it.id + IN_GROUP, ..it });
                let mut all: Vec<_> = shown(*person).map(on_telegram).chain(in_group).collect();
                all.sort_by_key(|message| message.sent_at);
                all
            }
            Self::Discord { person, chat, control } => {
                control.messages(*person, *chat).iter().map(on_discord).collect()
            }
        }
    }

    /// The bytes of the picture that a message shows.
    pub fn picture(&self, message: i64) -> Option<Vec<u8>> {
        match self {
            Self::Telegram { person, control, .. } => {
                let media = control.message(*person, message)?.media?;
                Some(media.file().bytes.to_vec())
            }
            Self::Discord { control, .. } => {
                let message = control.message(u64::try_from(message).unwrap())?;
                let file = message.files.first()?;
                Some(control.file(message.id, file.id)?.to_vec())
            }
        }
    }

    /// What the person was told for a moment, beside the chat.
    pub fn notices(&self) -> Vec<String> {
        match self {
            Self::Telegram { person, control, .. } => {
                control.toasts(*person).into_iter().map(|toast| toast.text).collect()
            }
            Self::Discord { .. } => Vec::new(),
        }
    }

    pub fn says(&self, text: &str) {
        match self {
            Self::Telegram { person, group, control } => {
                control.say(*person, group.unwrap_or(*person), text).unwrap();
            }
            Self::Discord { person, chat, control } => {
                let is_chosen = chosen(text).is_some_and(|(command, fields)| {
                    control.run_command(*person, *chat, command, &fields).is_ok()
                });
                if !is_chosen {
                    control.say(*person, *chat, text).unwrap();
                }
            }
        }
    }

    /// Presses what tells the shop this, or chooses it from the list that has it.
    pub fn presses(&self, message: i64, data: &str) {
        match self {
            Self::Telegram { person, group, control } => {
                let (chat, message) = match group {
                    Some(group) if message > IN_GROUP => (*group, message - IN_GROUP),
                    Some(_) | None => (*person, message),
                };
                control.press(*person, chat, message, data).unwrap();
            }
            Self::Discord { person, control, .. } => {
                let message = u64::try_from(message).unwrap();
                let shown = control.message(message).expect("the message is there");
                let entry = shown.selects().find_map(|list| {
                    let entry = list.options.iter().find(|entry| tapped(&entry.value) == data)?;
                    Some((list.custom_id.clone(), entry.value.clone()))
                });
                let button = shown.buttons().filter_map(|button| button.custom_id.as_deref());
                let button = button.into_iter().find(|id| tapped(id) == data);
                match (entry, button) {
                    (Some((list, entry)), _) => {
                        control.choose(*person, message, &list, &[&entry]).unwrap();
                    }
                    (None, Some(button)) => {
                        control.press(*person, message, button).unwrap();
                    }
                    // It was there when the person's client drew it.
                    (None, None) => self.forges(i64::try_from(message).unwrap(), data),
                }
            }
        }
    }

    /// A press arrives that no button of this message stands for.
    pub fn forges(&self, message: i64, data: &str) {
        match self {
            Self::Telegram { .. } => self.presses(message, data),
            Self::Discord { person, control, .. } => {
                let message = u64::try_from(message).unwrap();
                control.forge_press(*person, message, &format!("0.{data}")).unwrap();
            }
        }
    }
}

/// A line as one of the commands that are offered, if its words can stand in fields.
fn chosen(line: &str) -> Option<(&str, Vec<(&'static str, Value)>)> {
    let (command, words) = line.split_once(' ').unwrap_or((line, ""));
    let mut fields = Vec::new();
    if command == "/buy" {
        let (service, country) = words.trim().split_once(' ').unwrap_or((words.trim(), ""));
        let given = [("service", service), ("country", country)];
        fields.extend(given.into_iter().filter(|it| !it.1.is_empty()));
    } else if command == "/pool" {
        let (action, rest) = words.trim().split_once(' ').unwrap_or((words.trim(), ""));
        let (amount, note) = rest.split_once(' ').unwrap_or((rest, ""));
        let given = [("action", action), ("amount", amount), ("note", note)];
        fields.extend(given.into_iter().filter(|it| !it.1.is_empty()));
    } else if !words.is_empty() || !command.starts_with('/') {
        return None;
    }
    Some((command, fields.into_iter().map(|(name, text)| (name, json!(text))).collect()))
}

fn on_telegram(message: telegram::MessageView) -> Message {
    let button = |button: &telegram::Button| {
        let press = match &button.action {
            ButtonAction::CallbackData(data) => Press::Tap(data.clone()),
            ButtonAction::CopyText(text) => Press::Copy(text.clone()),
            ButtonAction::Url(_) | ButtonAction::Other { .. } => Press::Other,
        };
        Button { text: button.text.clone(), press }
    };
    let keyboard = message.keyboard.iter().map(|row| row.iter().map(button).collect());
    Message {
        id: message.id,
        keyboard: keyboard.collect(),
        text: message.text,
        is_bots: message.from.is_bot,
        edits: message.edit_count,
        sent_at: message.sent_at,
    }
}

/// What can be copied stands in blocks below the text there; it is the first row here.
fn on_discord(message: &discord::MessageView) -> Message {
    let (text, blocks) = read(&message.content);
    let copy = |text: String| Button { text: "Copy".into(), press: Press::Copy(text) };
    let copies: Vec<_> = blocks.into_iter().map(copy).collect();
    let mut keyboard: Vec<Vec<Button>> = vec![copies];
    for row in &message.rows {
        let mut buttons = Vec::new();
        for component in row {
            match component {
                Component::Button(button) => {
                    let tap = button.custom_id.as_deref().filter(|_| !button.is_disabled);
                    let press = tap.map_or(Press::Other, |tap| Press::Tap(tapped(tap).to_owned()));
                    buttons.push(Button { text: button.label.clone(), press });
                }
                Component::Select(list) => keyboard.extend(list.options.iter().map(|entry| {
                    let press = Press::Tap(tapped(&entry.value).to_owned());
                    vec![Button { text: entry.label.clone(), press }]
                })),
                Component::Other { .. } => {}
            }
        }
        keyboard.push(buttons);
    }
    keyboard.retain(|row| !row.is_empty());
    Message {
        id: i64::try_from(message.id).unwrap(),
        text,
        keyboard,
        is_bots: message.is_bot,
        edits: message.edits,
        sent_at: message.at_ms,
    }
}

/// What a component tells the shop, without what makes it unique in its message.
fn tapped(custom_id: &str) -> &str {
    custom_id.split_once('.').map_or(custom_id, |(_, tap)| tap)
}

/// Markdown as it is shown, and apart from it what stands in blocks.
fn read(content: &str) -> (String, Vec<String>) {
    let (mut text, mut blocks) = (String::new(), Vec::new());
    let mut rest = content;
    while let Some(character) = rest.chars().next() {
        let after = &rest[character.len_utf8()..];
        if let Some((block, after)) =
            rest.strip_prefix("```\n").and_then(|it| it.split_once("\n```"))
        {
            blocks.push(block.to_owned());
            rest = after;
        } else if let Some((code, after)) = after.split_once('`').filter(|_| character == '`') {
            text.push_str(code);
            rest = after;
        } else if character == '\\' {
            text.extend(after.chars().next());
            rest = after.get(after.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default();
        } else {
            if character != '*' {
                text.push(character);
            }
            rest = after;
        }
    }
    (text.trim_end().to_owned(), blocks)
}

#[test]
fn markdown_is_read_as_it_is_shown() {
    let (text, blocks) =
        read("**A \\*\\_b** code: `0\\1*2`\n*c* \\@here\n```\n0*1\n```\n```\n2\n```");
    assert_eq!(text, "A *_b code: 0\\1*2\nc @here");
    assert_eq!(blocks, ["0*1", "2"]);
}
