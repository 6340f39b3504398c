//! What is read of Discord's answers and events, where less is wanted than serenity's types hold.

use serde::Deserialize;
use serenity::model::id::{ApplicationId, ChannelId, GuildId, MessageId, UserId};

mod interaction;

pub(crate) use interaction::{CommandField, Data, Interaction, TappedMessage};

/// "Message Object": of a message that was sent, what later edits need.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Sent {
    pub id: MessageId,
    pub channel_id: ChannelId,
}

/// "Application Object".
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Application {
    pub id: ApplicationId,
    pub name: String,
}

/// "Channel Object".
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Channel {
    pub id: ChannelId,
}

/// "Get Gateway Bot".
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct GatewayBot {
    pub url: String,
    pub session_start_limit: SessionStartLimit,
}

/// "Session Start Limit Object". Times in milliseconds.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct SessionStartLimit {
    pub remaining: u64,
    pub reset_after: u64,
}

/// "Guild Object", of which an end has the id alone.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Guild {
    pub id: GuildId,
    #[serde(default)]
    pub name: String,
}

/// "Message Create", as far as a direct message needs it. No `Debug`: what was typed stays out of logs.
#[derive(Clone, Deserialize)]
pub(crate) struct DirectMessage {
    pub id: MessageId,
    pub channel_id: ChannelId,
    pub guild_id: Option<GuildId>,
    pub author: Author,
    #[serde(default)]
    pub content: String,
}

/// "User Object".
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Author {
    pub id: UserId,
    pub username: String,
    pub global_name: Option<String>,
    #[serde(default)]
    pub bot: bool,
}

impl Author {
    pub fn shown_name(&self) -> &str {
        self.global_name.as_deref().unwrap_or(&self.username)
    }
}
