//! "Interaction Object", as far as the shop needs it. serenity's own type wants every field of every message within, and an
//! interaction that cannot be read is a button that does nothing; so nothing is wanted here that can be done without.

use std::collections::HashMap;

use bot_core::action::Standing;
use serde::Deserialize;
use serde_json::Value;
use serenity::model::id::{ChannelId, GuildId, InteractionId, MessageId, UserId};

use super::Author;

/// No `Debug`: the token is a secret, and so may be what was typed.
#[derive(Deserialize)]
pub(crate) struct Interaction {
    pub id: InteractionId,
    /// "Interaction Type".
    #[serde(rename = "type")]
    pub kind: u8,
    pub token: String,
    #[serde(default)]
    pub data: Data,
    pub guild_id: Option<GuildId>,
    pub channel_id: Option<ChannelId>,
    /// In a guild, instead of `user`.
    pub member: Option<Member>,
    pub user: Option<Author>,
    pub locale: Option<String>,
    /// "Interaction Context Types".
    pub context: Option<u8>,
    /// By installation context; "0" is the guild's.
    #[serde(default)]
    pub authorizing_integration_owners: HashMap<String, Value>,
    pub message: Option<TappedMessage>,
}

#[derive(Deserialize)]
pub(crate) struct Member {
    user: Author,
    /// What they may do in the channel, as a number in text.
    #[serde(default)]
    permissions: String,
    #[serde(default)]
    roles: Vec<String>,
}

/// "Interaction Data" of commands, components and forms together.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Data {
    pub name: String,
    pub target_id: Option<UserId>,
    pub options: Vec<CommandField>,
    pub resolved: Resolved,
    pub custom_id: String,
    /// Of a select.
    pub values: Option<Vec<String>>,
    /// Of a form.
    components: Vec<Row>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Resolved {
    pub users: HashMap<UserId, Author>,
}

/// "Application Command Interaction Data Option".
#[derive(Deserialize)]
pub(crate) struct CommandField {
    pub name: String,
    /// "Application Command Option Type".
    #[serde(rename = "type")]
    kind: u8,
    #[serde(default)]
    value: Value,
    #[serde(default)]
    pub focused: bool,
}

/// An action row, or a label, of a form.
#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    components: Vec<Filled>,
    component: Option<Filled>,
}

#[derive(Deserialize)]
struct Filled {
    #[serde(default)]
    custom_id: String,
    #[serde(default)]
    value: Value,
}

/// The message whose button was tapped.
#[derive(Deserialize)]
pub(crate) struct TappedMessage {
    pub id: MessageId,
    #[serde(default)]
    flags: u64,
    #[serde(default)]
    mentions: Vec<Author>,
    interaction_metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    user: Author,
}

impl Interaction {
    pub fn person(&self) -> Option<&Author> {
        self.member.as_ref().map(|member| &member.user).or(self.user.as_ref())
    }
}

/// "Permissions": does everything; changes the guild itself.
const ADMINISTRATOR: u64 = 1 << 3;
const MANAGE_GUILD: u64 = 1 << 5;

impl Interaction {
    /// What the person is in the guild.
    pub fn standing(&self) -> Standing {
        let Some(member) = &self.member else { return Standing::default() };
        let permissions: u64 = member.permissions.parse().unwrap_or(0);
        Standing {
            is_member: true,
            is_administrator: permissions & (ADMINISTRATOR | MANAGE_GUILD) != 0,
            roles: member.roles.clone(),
        }
    }
}

impl Data {
    /// What a field of a form was filled with.
    pub fn filled(&self, custom_id: &str) -> Option<&str> {
        let fields =
            self.components.iter().flat_map(|row| row.components.iter().chain(&row.component));
        fields.filter(|field| field.custom_id == custom_id).find_map(|field| field.value.as_str())
    }
}

impl CommandField {
    pub fn text(&self) -> Option<&str> {
        self.value.as_str().filter(|_| self.kind == 3)
    }

    pub fn role(&self) -> Option<u64> {
        let id = self.value.as_str().filter(|_| self.kind == 8)?;
        crate::address::id_of(id)
    }

    pub fn person(&self) -> Option<UserId> {
        let id = self.value.as_str().filter(|_| self.kind == 6)?;
        crate::address::id_of(id).map(UserId::new)
    }
}

impl TappedMessage {
    /// "Message Flags".
    pub fn is_ephemeral(&self) -> bool {
        self.flags & (1 << 6) != 0
    }

    /// Whose interaction it answers, or whom it calls.
    pub fn owner(&self) -> Option<UserId> {
        let asked = self.interaction_metadata.as_ref().map(|metadata| metadata.user.id);
        asked.or_else(|| self.mentions.first().map(|person| person.id))
    }
}
