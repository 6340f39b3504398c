//! How messages of the bot come to be and change: checked, made, edited, deleted. Knows nothing of routes.

use serde_json::{Map, Value};

use super::{
    form::Form,
    gateway::{DIRECT_MESSAGES, Event, GUILD_MESSAGES},
    guild::Channel,
    mention::pings,
    message::{Author, Body, EPHEMERAL, LOADING, Message},
    message_check::{self, Target},
    payload::Payload,
    refusal::Refusal,
    world::World,
};

/// A checked message that is not in a channel yet.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub body: Body,
    pub flags: u64,
    pub nonce: Option<String>,
}

/// Where the message's fields stand in the request: at its top, or below `data`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Below {
    Top,
    Data,
}

fn checked(
    payload: &Payload,
    below: Below,
    there: &[u64],
    target: Target,
) -> Result<Map<String, Value>, Refusal> {
    let mut form = Form::default();
    let fields = match below {
        Below::Top => &payload.json,
        Below::Data => &payload.json["data"],
    };
    let empty = Map::new();
    let fields = fields.as_object().unwrap_or(&empty);
    match below {
        Below::Top => message_check::message(&mut form, fields, &payload.uploads, there, target),
        Below::Data => form.at("data", |form| {
            message_check::message(form, fields, &payload.uploads, there, target);
        }),
    }
    form.finish()?;
    Ok(fields.clone())
}

impl World {
    /// Reads a new message out of a request.
    pub fn draft(
        &mut self,
        payload: &Payload,
        below: Below,
        target: Target,
    ) -> Result<Draft, Refusal> {
        let fields = checked(payload, below, &[], target)?;
        let body = Body::default().with(&fields, &payload.uploads, || self.new_id());
        if body.is_empty() {
            return Err(Refusal::EMPTY_MESSAGE);
        }
        let nonce = match fields.get("nonce") {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) | None => None,
        };
        let flags = fields.get("flags").and_then(Value::as_u64).unwrap_or(0);
        Ok(Draft { body, flags, nonce })
    }

    /// Puts a message of the bot into a channel; its id. An ephemeral one is for the person of its interaction alone.
    pub fn post(&mut self, channel: u64, draft: Draft, interaction: Option<u64>) -> u64 {
        let id = self.new_id();
        let person = interaction.and_then(|id| self.interactions.get(id)).map(|it| it.user);
        let message = Message {
            id,
            channel,
            author: Author::Bot,
            body: draft.body,
            flags: draft.flags,
            visible_to: person.filter(|_| draft.flags & EPHEMERAL != 0),
            interaction,
            nonce: draft.nonce,
            created_ms: self.now(),
            edited_ms: None,
            edits: 0,
            deleted: false,
        };
        if let Some(channel) = self.channels.get_mut(&channel) {
            channel.append(message);
        }
        self.touch();
        id
    }

    /// Puts a person's message into a channel and tells the bot if it listens there; its id. What it says is only shown to
    /// the bot in its DMs ("Gateway", "Message Content Intent").
    pub fn hear(&mut self, person: u64, channel: u64, text: &str) -> u64 {
        let id = self.new_id();
        let body = Body { content: text.to_owned(), pings: pings(text, None), ..Body::default() };
        let message = Message {
            id,
            channel,
            author: Author::Person(person),
            body,
            flags: 0,
            visible_to: None,
            interaction: None,
            nonce: None,
            created_ms: self.now(),
            edited_ms: None,
            edits: 0,
            deleted: false,
        };
        let mut data = self.message_to_api(&message);
        let guild = self.channels.get(&channel).and_then(Channel::guild);
        if let Some(guild) = guild {
            data["guild_id"] = guild.to_string().into();
            data["content"] = "".into();
        }
        if let Some(channel) = self.channels.get_mut(&channel) {
            channel.append(message);
        }
        let intents = if guild.is_some() { GUILD_MESSAGES } else { DIRECT_MESSAGES };
        self.gateway.dispatch(Event { name: "MESSAGE_CREATE", data, intents });
        self.touch();
        id
    }

    /// Changes a message as a request says; a deferred answer is there now.
    pub fn revise(&mut self, message: u64, payload: &Payload, below: Below) -> Result<(), Refusal> {
        let old = self.message(message).ok_or(Refusal::UNKNOWN_MESSAGE)?.body.clone();
        let there: Vec<u64> = old.attachments.iter().map(|file| file.id).collect();
        let fields = checked(payload, below, &there, Target::Edit)?;
        let now_ms = self.now();
        let body = old.with(&fields, &payload.uploads, || self.new_id());
        if body.is_empty() {
            return Err(Refusal::EMPTY_MESSAGE);
        }
        let message = self.message_mut(message).ok_or(Refusal::UNKNOWN_MESSAGE)?;
        message.body = body;
        message.flags &= !LOADING;
        message.edited_ms = Some(now_ms);
        message.edits += 1;
        self.touch();
        Ok(())
    }

    /// Takes a message away from everybody.
    pub fn delete(&mut self, message: u64) -> Result<(), Refusal> {
        self.message_mut(message).ok_or(Refusal::UNKNOWN_MESSAGE)?.deleted = true;
        self.touch();
        Ok(())
    }
}
