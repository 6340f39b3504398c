//! Methods that change or take away what was sent.

use serde_json::Value;

use super::{
    chat_id,
    sending::{read_caption, read_text},
};
use crate::telegram::{
    event::Event,
    keyboard::{Keyboard, Markup},
    message::{Message, Sender},
    params::Params,
    refusal::Refusal,
    text::FormattedText,
    world::World,
};

/// Older messages can no longer be deleted (Bot API, deleteMessage).
const DELETE_WITHIN_MS: i64 = 48 * 60 * 60 * 1_000;
const DELETED_AT_ONCE: usize = 100;

pub(super) fn edit_message_text(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    let text = read_text(world, params, Refusal::EDITED_TEXT_TOO_LONG)?;
    let target = Target::find(world, params)?;
    if target.message(world)?.draft.media.is_some() {
        return Err(Refusal::NO_TEXT_TO_EDIT);
    }
    target.change(world, Some(text), keyboard(params)?)
}

pub(super) fn edit_message_caption(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    let caption = read_caption(world, params)?;
    let target = Target::find(world, params)?;
    if target.message(world)?.draft.media.is_none() {
        return Err(Refusal::NO_CAPTION_TO_EDIT);
    }
    target.change(world, Some(caption), keyboard(params)?)
}

pub(super) fn edit_message_reply_markup(
    world: &mut World,
    params: &Params,
) -> Result<Value, Refusal> {
    let target = Target::find(world, params)?;
    target.change(world, None, keyboard(params)?)
}

/// An edit without a keyboard takes the old one away.
fn keyboard(params: &Params) -> Result<Keyboard, Refusal> {
    match Markup::parse(params.json("reply_markup")?.as_deref())? {
        Markup::Inline(keyboard) => Ok(keyboard),
        Markup::None => Ok(Keyboard::new()),
        Markup::ForceReply | Markup::ReplyKeyboard => Err(Refusal::bad("inline keyboard expected")),
    }
}

/// A message of the bot's own that exists.
struct Target {
    chat: i64,
    id: i64,
}

impl Target {
    fn find(world: &World, params: &Params) -> Result<Self, Refusal> {
        let chat = chat_id(params)?;
        let id = params.integer("message_id")?.ok_or(Refusal::NO_MESSAGE_ID)?;
        world.chat_of_bot(chat)?;
        let target = Self { chat, id };
        if target.message(world)?.sender != Sender::Bot {
            return Err(Refusal::CANT_BE_EDITED);
        }
        Ok(target)
    }

    fn message<'a>(&self, world: &'a World) -> Result<&'a Message, Refusal> {
        world
            .chats
            .get(&self.chat)
            .and_then(|chat| chat.history.get(self.id))
            .ok_or(Refusal::EDIT_NOT_FOUND)
    }

    fn change(
        &self,
        world: &mut World,
        text: Option<FormattedText>,
        keyboard: Keyboard,
    ) -> Result<Value, Refusal> {
        let now_ms = world.now();
        let place = world.chats.get_mut(&self.chat).ok_or(Refusal::CHAT_NOT_FOUND)?;
        let message = place.history.get_mut(self.id).ok_or(Refusal::EDIT_NOT_FOUND)?;
        let draft = &mut message.draft;
        let same_text = text.as_ref().is_none_or(|text| *text == draft.text);
        if same_text && keyboard == draft.keyboard {
            return Err(Refusal::NOT_MODIFIED);
        }
        if let Some(text) = text {
            draft.text = text;
        }
        draft.keyboard = keyboard;
        message.edited_ms = Some(now_ms);
        message.edit_count += 1;
        world.show_message(self.chat, self.id, Event::Edited);
        let place = world.chats.get(&self.chat).ok_or(Refusal::CHAT_NOT_FOUND)?;
        Ok(world.message_to_api(place, self.message(world)?))
    }
}

pub(super) fn delete_message(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    let chat = chat_id(params)?;
    let id = params.integer("message_id")?.ok_or(Refusal::NO_MESSAGE_ID)?;
    check_deletable(world, chat, id)?;
    world.delete(chat, id);
    Ok(true.into())
}

/// Skips what is not there (Bot API, deleteMessages).
pub(super) fn delete_messages(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    let chat = chat_id(params)?;
    world.chat_of_bot(chat)?;
    let ids = params.json("message_ids")?.ok_or(Refusal::NO_MESSAGE_ID)?;
    let ids: Vec<i64> = ids.as_array().into_iter().flatten().filter_map(Value::as_i64).collect();
    if ids.is_empty() || ids.len() > DELETED_AT_ONCE {
        return Err(Refusal::bad("message identifiers are not specified"));
    }
    for id in ids {
        match check_deletable(world, chat, id) {
            Ok(()) => _ = world.delete(chat, id),
            Err(refusal) if refusal == Refusal::DELETE_NOT_FOUND => {}
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(true.into())
}

/// In a group only an administrator takes other people's messages away.
fn check_deletable(world: &World, chat: i64, id: i64) -> Result<(), Refusal> {
    let place = world.chat_of_bot(chat)?;
    let message = place.history.get(id).ok_or(Refusal::DELETE_NOT_FOUND)?;
    let is_too_old = world.now() - message.sent_ms > DELETE_WITHIN_MS;
    let is_foreign = place.is_group() && message.sender != Sender::Bot && !place.bot.is_admin();
    if is_too_old || is_foreign { Err(Refusal::CANT_BE_DELETED) } else { Ok(()) }
}
