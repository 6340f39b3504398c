//! Servers ("guilds"), their members, and channels with what was said in them. Knows nothing of HTTP.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};

use super::{message::Message, person::Person};

/// Messages kept per channel.
const MESSAGES_AT_MOST: usize = 1_000;

const ADMINISTRATOR: u64 = 1 << 3;
/// See, send, embed, attach, read back, use commands.
const ORDINARY: u64 = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 31;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Member {
    pub is_admin: bool,
    pub role: Option<u64>,
}

impl Member {
    /// What they may do, as the bits that Discord counts.
    pub fn permissions(self) -> u64 {
        if self.is_admin { ORDINARY | ADMINISTRATOR } else { ORDINARY }
    }

    /// Whether the command's `default_member_permissions` let them: all the bits, or an administrator. "0" is for
    /// administrators alone ("Application Commands", "Permissions").
    pub fn has(self, wanted: u64) -> bool {
        self.is_admin || (wanted != 0 && self.permissions() & wanted == wanted)
    }

    /// The guild member object, without the user.
    pub fn to_api(self) -> Value {
        json!({
            "nick": null,
            "avatar": null,
            "roles": self.role.map(|role| role.to_string()).as_slice(),
            "joined_at": "2024-01-01T00:00:00+00:00",
            "premium_since": null,
            "pending": false,
            "flags": 0,
            "communication_disabled_until": null,
            "permissions": self.permissions().to_string(),
        })
    }
}

#[derive(Clone, Debug)]
pub(super) struct Guild {
    pub id: u64,
    pub name: String,
    pub owner: u64,
    pub has_bot: bool,
    pub members: BTreeMap<u64, Member>,
}

impl Guild {
    /// The Guild object with what GUILD_CREATE adds.
    pub fn to_api(&self, channels: &[Value], members: &[Value]) -> Value {
        let mut guild = json!({
            "id": self.id.to_string(), "name": self.name, "icon": null, "splash": null, "discovery_splash": null,
            "owner_id": self.owner.to_string(), "afk_channel_id": null, "afk_timeout": 300,
            "verification_level": 1, "default_message_notifications": 0, "explicit_content_filter": 0,
            "roles": [], "emojis": [], "features": [], "mfa_level": 0, "application_id": null,
            "system_channel_id": null, "system_channel_flags": 0, "rules_channel_id": null, "max_members": 500_000,
            "vanity_url_code": null, "description": null, "banner": null, "premium_tier": 0,
        });
        let more = json!({
            "premium_subscription_count": 0, "preferred_locale": "en-US", "public_updates_channel_id": null,
            "nsfw_level": 0, "nsfw": false, "stickers": [], "premium_progress_bar_enabled": false,
            "safety_alerts_channel_id": null, "joined_at": "2024-01-01T00:00:00+00:00", "large": false,
            "unavailable": false, "member_count": members.len(), "voice_states": [], "members": members,
            "channels": channels, "threads": [], "presences": [], "stage_instances": [], "guild_scheduled_events": [],
        });
        if let (Value::Object(guild), Value::Object(more)) = (&mut guild, more) {
            guild.extend(more);
        }
        guild
    }
}

/// What kind of place a channel is, and who is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Text {
        guild: u64,
        name: String,
    },
    /// Between one person and the bot.
    Dm {
        person: u64,
    },
    /// Between people, without the bot; only an application that somebody installed is heard here.
    Private {
        people: Vec<u64>,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Channel {
    pub id: u64,
    pub place: Place,
    messages: VecDeque<Message>,
}

impl Channel {
    pub fn new(id: u64, place: Place) -> Self {
        Self { id, place, messages: VecDeque::new() }
    }

    pub fn guild(&self) -> Option<u64> {
        match self.place {
            Place::Text { guild, .. } => Some(guild),
            Place::Dm { .. } | Place::Private { .. } => None,
        }
    }

    /// The `context` of an interaction here: 0 a guild, 1 a DM with the bot, 2 between people.
    pub fn context(&self) -> u64 {
        match self.place {
            Place::Text { .. } => 0,
            Place::Dm { .. } => 1,
            Place::Private { .. } => 2,
        }
    }

    /// The Channel object; `person` finds the people in it.
    pub fn to_api<'a>(&self, person: impl Fn(u64) -> Option<&'a Person>) -> Value {
        let user = |id: &u64| person(*id).map_or(Value::Null, Person::to_api);
        let id = self.id.to_string();
        match &self.place {
            Place::Text { guild, name } => json!({
                "id": id, "type": 0, "guild_id": guild.to_string(), "name": name, "position": 0, "topic": null,
                "nsfw": false, "parent_id": null, "last_message_id": null, "rate_limit_per_user": 0, "flags": 0,
                "permission_overwrites": [],
            }),
            Place::Dm { person } => json!({
                "id": id, "type": 1, "last_message_id": null, "flags": 0, "recipients": [user(person)],
            }),
            Place::Private { people } => json!({
                "id": id, "type": 3, "name": null, "icon": null, "last_message_id": null, "flags": 0,
                "recipients": people.iter().map(user).collect::<Vec<_>>(),
            }),
        }
    }

    pub fn append(&mut self, message: Message) {
        if self.messages.len() >= MESSAGES_AT_MOST {
            self.messages.pop_front();
        }
        self.messages.push_back(message);
    }

    /// Everything said, oldest first, deleted messages included.
    pub fn history(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.iter()
    }

    /// A message that was not deleted.
    pub fn get(&self, id: u64) -> Option<&Message> {
        self.messages.iter().find(|message| message.id == id && !message.deleted)
    }

    pub fn get_mut(&mut self, id: u64) -> Option<&mut Message> {
        self.messages.iter_mut().find(|message| message.id == id && !message.deleted)
    }
}
