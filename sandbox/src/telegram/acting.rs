//! What people do in the emulated Telegram: arrive, write, press buttons, block, form groups.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    chat::{Chat, ChatKind, Person, Standing},
    control::{Control, ControlError},
    event::Event,
    keyboard::ButtonAction,
    message::{Draft, Sender},
    text::FormattedText,
    world::World,
};

const TEXT_UNITS: usize = 4_096;

impl World {
    fn check_person(&self, person: i64) -> Result<(), ControlError> {
        if self.people.contains_key(&person) {
            Ok(())
        } else {
            Err(ControlError::UnknownPerson(person))
        }
    }

    /// A chat that the person takes part in and may write to.
    fn chat_of_person(&self, person: i64, chat: i64) -> Result<&Chat, ControlError> {
        self.check_person(person)?;
        let place = self.chats.get(&chat).ok_or(ControlError::UnknownChat(chat))?;
        if !place.standing(person).is_present() || place.upgraded_to.is_some() {
            return Err(ControlError::NotAMember { person, chat });
        }
        if !place.is_group() && self.people.get(&person).is_some_and(|person| person.has_blocked) {
            return Err(ControlError::Blocked);
        }
        Ok(place)
    }

    fn group_mut(&mut self, chat: i64) -> Result<&mut Chat, ControlError> {
        self.chats
            .get_mut(&chat)
            .filter(|chat| chat.is_group())
            .ok_or(ControlError::UnknownChat(chat))
    }

    fn speak(
        &mut self,
        person: i64,
        chat: i64,
        text: &str,
        reply_to: Option<i64>,
    ) -> Result<i64, ControlError> {
        let place = self.chat_of_person(person, chat)?;
        if let Some(message) = reply_to.filter(|message| place.history.get(*message).is_none()) {
            return Err(ControlError::UnknownMessage { chat, message });
        }
        let is_private = !place.is_group();
        let text = FormattedText::plain(text);
        if !(1..=TEXT_UNITS).contains(&text.len()) {
            return Err(ControlError::TextLength);
        }
        if is_private && let Some(person) = self.people.get_mut(&person) {
            person.has_written = true;
        }
        let draft = Draft { text, reply_to, ..Draft::default() };
        self.hear(person, chat, draft).ok_or(ControlError::UnknownChat(chat))
    }

    fn set_blocked(&mut self, person: i64, blocked: bool) -> Result<(), ControlError> {
        let account = self.people.get_mut(&person).ok_or(ControlError::UnknownPerson(person))?;
        if account.has_blocked == blocked {
            return Ok(());
        }
        account.has_blocked = blocked;
        self.set_bot_standing(
            person,
            person,
            if blocked { Standing::Kicked } else { Standing::Member },
        );
        Ok(())
    }

    fn announce(&mut self, person: i64, chat: i64, field: &'static str, value: Value) {
        let draft = Draft { service: Some((field, value)), ..Draft::default() };
        self.hear(person, chat, draft);
    }
}

impl Control {
    /// Someone opens an account. Their private chat with the bot has the same id; the bot may write into it once they
    /// wrote first. `language_code` is an IETF tag such as "en".
    pub fn add_person(
        &self,
        id: i64,
        first_name: &str,
        username: Option<&str>,
        language_code: &str,
    ) -> Result<(), ControlError> {
        if id <= 0 {
            return Err(ControlError::WrongId(id));
        }
        let person = Person {
            id,
            first_name: first_name.to_owned(),
            username: username.map(str::to_owned),
            language_code: language_code.to_owned(),
            has_written: false,
            has_blocked: false,
        };
        let mut world = self.world();
        world.chats.entry(id).or_insert_with(|| Chat::private(&person));
        world.people.entry(id).or_insert(person);
        world.show(|_| Event::Chat { chat: id });
        Ok(())
    }

    /// A group with the bot in it; the first member owns it and added the bot. Ids from -1000000000000 downwards make a
    /// supergroup, other negative ones a basic group. Nothing changes when it is there already.
    pub fn add_group(&self, id: i64, title: &str, members: &[i64]) -> Result<(), ControlError> {
        let kind = ChatKind::of_group(id).ok_or(ControlError::WrongId(id))?;
        let mut world = self.world();
        for person in members {
            world.check_person(*person)?;
        }
        if world.chats.contains_key(&id) {
            return Ok(());
        }
        let owner = *members.first().ok_or(ControlError::EmptyGroup)?;
        let mut standings: BTreeMap<i64, Standing> =
            members.iter().map(|id| (*id, Standing::Member)).collect();
        standings.insert(owner, Standing::Creator);
        world.chats.insert(id, Chat::group(id, kind, title, standings));
        drop(world);
        self.add_bot(id, owner)
    }

    /// A person adds the bot to a group that it is not in.
    pub fn add_bot(&self, chat: i64, by: i64) -> Result<(), ControlError> {
        let mut world = self.world();
        world.chat_of_person(by, chat)?;
        if world.group_mut(chat)?.bot.is_present() {
            return Ok(());
        }
        world.set_bot_standing(chat, by, Standing::Member);
        let bot = world.bot.to_api();
        world.announce(by, chat, "new_chat_members", json!([bot]));
        Ok(())
    }

    /// A person throws the bot out of a group.
    pub fn kick_bot(&self, chat: i64, by: i64) -> Result<(), ControlError> {
        let mut world = self.world();
        world.chat_of_person(by, chat)?;
        world.group_mut(chat)?;
        world.set_bot_standing(chat, by, Standing::Kicked);
        Ok(())
    }

    /// A person makes the bot an administrator, or takes that away. An administrator hears everything.
    pub fn promote_bot(&self, chat: i64, by: i64, is_admin: bool) -> Result<(), ControlError> {
        let mut world = self.world();
        world.chat_of_person(by, chat)?;
        world.group_mut(chat)?;
        world.set_bot_standing(
            chat,
            by,
            if is_admin { Standing::Administrator } else { Standing::Member },
        );
        Ok(())
    }

    /// Sets where a person stands in a group. Joining and leaving is announced in the group.
    pub fn set_standing(
        &self,
        chat: i64,
        person: i64,
        standing: Standing,
    ) -> Result<(), ControlError> {
        let mut world = self.world();
        world.check_person(person)?;
        let before =
            world.group_mut(chat)?.members.insert(person, standing).unwrap_or(Standing::Left);
        let user = world.user(Sender::Person(person));
        match (before.is_present(), standing.is_present()) {
            (false, true) => world.announce(person, chat, "new_chat_members", json!([user])),
            (true, false) => world.announce(person, chat, "left_chat_member", user),
            (true, true) | (false, false) => {}
        }
        world.show(|_| Event::Chat { chat });
        Ok(())
    }

    /// A basic group becomes a supergroup with another id, which is returned. Sending to the old id is refused from now
    /// on, naming the new one.
    pub fn upgrade_group(&self, chat: i64) -> Result<i64, ControlError> {
        let mut world = self.world();
        let group = world.group_mut(chat)?;
        if group.kind != ChatKind::Group || group.upgraded_to.is_some() {
            return Err(ControlError::NotAGroup(chat));
        }
        let to = -1_000_000_000_000 + chat;
        group.upgraded_to = Some(to);
        let mut successor =
            Chat::group(to, ChatKind::Supergroup, &group.title, group.members.clone());
        successor.bot = group.bot;
        let creator = group.members.iter().find(|(_, standing)| **standing == Standing::Creator);
        let creator = creator.map_or(0, |(id, _)| *id);
        world.chats.insert(to, successor);
        world.announce(creator, chat, "migrate_to_chat_id", to.into());
        world.announce(creator, to, "migrate_from_chat_id", chat.into());
        world.show(|_| Event::Chat { chat: to });
        Ok(to)
    }

    /// A person writes into a chat (their own id for the private one); the message's id.
    pub fn say(&self, person: i64, chat: i64, text: &str) -> Result<i64, ControlError> {
        self.world().speak(person, chat, text, None)
    }

    /// A person answers a message in a chat; the new message's id.
    pub fn reply(
        &self,
        person: i64,
        chat: i64,
        to_message: i64,
        text: &str,
    ) -> Result<i64, ControlError> {
        self.world().speak(person, chat, text, Some(to_message))
    }

    /// A person sends callback data from below a message, whether or not a button there has it: clients can be forged.
    /// The message may be deleted by now. The callback query's id.
    pub fn press(
        &self,
        person: i64,
        chat: i64,
        message: i64,
        data: &str,
    ) -> Result<String, ControlError> {
        let mut world = self.world();
        let place = world.chat_of_person(person, chat)?;
        if !place.history.has_been(message) {
            return Err(ControlError::UnknownMessage { chat, message });
        }
        let query = world.press(person, chat, message, data);
        query.map(|query| query.id).ok_or(ControlError::UnknownChat(chat))
    }

    /// A person presses the button that is there, counted from 0; the callback query's id.
    pub fn press_button(
        &self,
        person: i64,
        chat: i64,
        message: i64,
        row: usize,
        column: usize,
    ) -> Result<String, ControlError> {
        let shown =
            self.message(chat, message).ok_or(ControlError::UnknownMessage { chat, message })?;
        let button = shown
            .keyboard
            .get(row)
            .and_then(|row| row.get(column))
            .ok_or(ControlError::NoSuchButton)?;
        match &button.action {
            ButtonAction::CallbackData(data) => self.press(person, chat, message, data),
            ButtonAction::Url(_) | ButtonAction::CopyText(_) | ButtonAction::Other { .. } => {
                Err(ControlError::NoSuchButton)
            }
        }
    }

    /// A person blocks the bot, which is told so.
    pub fn block(&self, person: i64) -> Result<(), ControlError> {
        self.world().set_blocked(person, true)
    }

    /// A person unblocks the bot, which is told so.
    pub fn unblock(&self, person: i64) -> Result<(), ControlError> {
        self.world().set_blocked(person, false)
    }

    /// A person deletes a message for everybody. The bot is not told: Telegram does not tell bots.
    pub fn delete_message(&self, chat: i64, message: i64) -> Result<(), ControlError> {
        let deleted = self.world().delete(chat, message);
        if deleted { Ok(()) } else { Err(ControlError::UnknownMessage { chat, message }) }
    }
}
