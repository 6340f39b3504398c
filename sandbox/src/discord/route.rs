//! The addresses of the HTTP API that this emulator has: method and path to a route, its name and its bucket. Knows
//! nothing of what the routes do.

use axum::http::Method;

use super::{limits::Bucket, refusal::Refusal};

/// Which message of an interaction: `@original` or a numbered one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Original,
    Numbered(u64),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Gateway,
    GatewayBot,
    Me,
    MyGuilds,
    LeaveGuild(u64),
    CreateDm,
    User(u64),
    Application,
    Commands { application: u64, guild: Option<u64>, work: CommandWork },
    Callback { interaction: u64, token: String },
    FollowUp { application: u64, token: String },
    GetResponse { application: u64, token: String, which: Which },
    EditResponse { application: u64, token: String, which: Which },
    DeleteResponse { application: u64, token: String, which: Which },
    GetChannel(u64),
    GetMessages(u64),
    CreateMessage(u64),
    GetMessage(u64, u64),
    EditMessage(u64, u64),
    DeleteMessage(u64, u64),
    Typing(u64),
    GetGuild(u64),
    GetMember(u64, u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CommandWork {
    List,
    PutAll,
    Create,
    Get(u64),
    Edit(u64),
    Delete(u64),
}

const METHODS: [Method; 5] =
    [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// The names that faults and counts use.
pub(super) const NAMES: &[&str] = &[
    "gateway",
    "gateway_bot",
    "me",
    "my_guilds",
    "leave_guild",
    "create_dm",
    "user",
    "application",
    "list_commands",
    "put_commands",
    "create_command",
    "get_command",
    "edit_command",
    "delete_command",
    "callback",
    "follow_up",
    "get_response",
    "edit_response",
    "delete_response",
    "get_channel",
    "get_messages",
    "create_message",
    "get_message",
    "edit_message",
    "delete_message",
    "typing",
    "get_guild",
    "get_member",
];

impl Route {
    /// The route of a path below `/api/v10`.
    pub fn find(method: &Method, path: &str) -> Result<Self, Refusal> {
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        if let Some(route) = Self::read(method, &parts) {
            return Ok(route);
        }
        if METHODS.iter().any(|other| Self::read(other, &parts).is_some()) {
            Err(Refusal::MethodNotAllowed)
        } else {
            Err(Refusal::UnknownRoute)
        }
    }

    fn read(method: &Method, parts: &[&str]) -> Option<Self> {
        let id = |text: &str| text.parse::<u64>().ok();
        Some(match (method.as_str(), parts) {
            ("GET", ["gateway"]) => Self::Gateway,
            ("GET", ["gateway", "bot"]) => Self::GatewayBot,
            ("GET", ["users", "@me"]) => Self::Me,
            ("GET", ["users", "@me", "guilds"]) => Self::MyGuilds,
            ("DELETE", ["users", "@me", "guilds", guild]) => Self::LeaveGuild(id(guild)?),
            ("POST", ["users", "@me", "channels"]) => Self::CreateDm,
            ("GET", ["users", user]) => Self::User(id(user)?),
            ("GET", ["applications", "@me"] | ["oauth2", "applications", "@me"]) => {
                Self::Application
            }
            (_, ["applications", application, "guilds", guild, "commands", rest @ ..]) => {
                let work = CommandWork::read(method, rest)?;
                Self::Commands { application: id(application)?, guild: Some(id(guild)?), work }
            }
            (_, ["applications", application, "commands", rest @ ..]) => {
                let work = CommandWork::read(method, rest)?;
                Self::Commands { application: id(application)?, guild: None, work }
            }
            (_, ["channels", channel, rest @ ..]) => Self::of_channel(method, id(channel)?, rest)?,
            ("GET", ["guilds", guild]) => Self::GetGuild(id(guild)?),
            ("GET", ["guilds", guild, "members", user]) => Self::GetMember(id(guild)?, id(user)?),
            (_, ["interactions" | "webhooks", rest @ ..]) => {
                return Self::of_interaction(method, parts[0], rest);
            }
            _ => return None,
        })
    }

    fn of_channel(method: &Method, channel: u64, rest: &[&str]) -> Option<Self> {
        let id = |text: &str| text.parse::<u64>().ok();
        Some(match (method.as_str(), rest) {
            ("GET", []) => Self::GetChannel(channel),
            ("POST", ["typing"]) => Self::Typing(channel),
            ("GET", ["messages"]) => Self::GetMessages(channel),
            ("POST", ["messages"]) => Self::CreateMessage(channel),
            ("GET", ["messages", message]) => Self::GetMessage(channel, id(message)?),
            ("PATCH", ["messages", message]) => Self::EditMessage(channel, id(message)?),
            ("DELETE", ["messages", message]) => Self::DeleteMessage(channel, id(message)?),
            _ => return None,
        })
    }

    /// What needs no bot token, because the interaction's own is in the path.
    fn of_interaction(method: &Method, family: &str, rest: &[&str]) -> Option<Self> {
        let [id, token, rest @ ..] = rest else { return None };
        let (id, token) = (id.parse().ok()?, (*token).to_owned());
        let which = |text: &str| match text {
            "@original" => Some(Which::Original),
            number => number.parse().ok().map(Which::Numbered),
        };
        Some(match (method.as_str(), family, rest) {
            ("POST", "interactions", ["callback"]) => Self::Callback { interaction: id, token },
            ("POST", "webhooks", []) => Self::FollowUp { application: id, token },
            ("GET", "webhooks", ["messages", message]) => {
                Self::GetResponse { application: id, token, which: which(message)? }
            }
            ("PATCH", "webhooks", ["messages", message]) => {
                Self::EditResponse { application: id, token, which: which(message)? }
            }
            ("DELETE", "webhooks", ["messages", message]) => {
                Self::DeleteResponse { application: id, token, which: which(message)? }
            }
            _ => return None,
        })
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::GatewayBot => "gateway_bot",
            Self::Me => "me",
            Self::MyGuilds => "my_guilds",
            Self::LeaveGuild(_) => "leave_guild",
            Self::CreateDm => "create_dm",
            Self::User(_) => "user",
            Self::Application => "application",
            Self::Commands { work, .. } => work.name(),
            Self::Callback { .. } => "callback",
            Self::FollowUp { .. } => "follow_up",
            Self::GetResponse { .. } => "get_response",
            Self::EditResponse { .. } => "edit_response",
            Self::DeleteResponse { .. } => "delete_response",
            Self::GetChannel(_) => "get_channel",
            Self::GetMessages(_) => "get_messages",
            Self::CreateMessage(_) => "create_message",
            Self::GetMessage(..) => "get_message",
            Self::EditMessage(..) => "edit_message",
            Self::DeleteMessage(..) => "delete_message",
            Self::Typing(_) => "typing",
            Self::GetGuild(_) => "get_guild",
            Self::GetMember(..) => "get_member",
        }
    }

    /// Whether the interaction's token in the path is all it takes.
    pub fn has_own_token(&self) -> bool {
        match self {
            Self::Callback { .. }
            | Self::FollowUp { .. }
            | Self::GetResponse { .. }
            | Self::EditResponse { .. }
            | Self::DeleteResponse { .. } => true,
            Self::Gateway
            | Self::GatewayBot
            | Self::Me
            | Self::MyGuilds
            | Self::LeaveGuild(_)
            | Self::CreateDm
            | Self::User(_)
            | Self::Application
            | Self::Commands { .. }
            | Self::GetChannel(_)
            | Self::GetMessages(_)
            | Self::CreateMessage(_)
            | Self::GetMessage(..)
            | Self::EditMessage(..)
            | Self::DeleteMessage(..)
            | Self::Typing(_)
            | Self::GetGuild(_)
            | Self::GetMember(..) => false,
        }
    }

    /// The bucket's name and size; None for the callback, which has no limit of its own. Buckets are per channel, guild
    /// or webhook token ("Rate Limits"). Discord publishes no sizes; these are what it is seen to use.
    pub fn bucket(&self) -> Option<(String, Bucket)> {
        let place = match self {
            Self::Callback { .. } => return None,
            Self::FollowUp { token, .. }
            | Self::GetResponse { token, .. }
            | Self::EditResponse { token, .. }
            | Self::DeleteResponse { token, .. } => token.clone(),
            Self::GetChannel(channel)
            | Self::GetMessages(channel)
            | Self::CreateMessage(channel)
            | Self::GetMessage(channel, _)
            | Self::EditMessage(channel, _)
            | Self::DeleteMessage(channel, _)
            | Self::Typing(channel) => channel.to_string(),
            Self::GetGuild(guild) | Self::GetMember(guild, _) | Self::LeaveGuild(guild) => {
                guild.to_string()
            }
            Self::Gateway
            | Self::GatewayBot
            | Self::Me
            | Self::MyGuilds
            | Self::CreateDm
            | Self::User(_)
            | Self::Application
            | Self::Commands { .. } => String::new(),
        };
        let size = Bucket { limit: 5, window_ms: 5_000 };
        Some((format!("{}:{place}", self.name()), size))
    }
}

impl CommandWork {
    fn read(method: &Method, rest: &[&str]) -> Option<Self> {
        Some(match (method.as_str(), rest) {
            ("GET", []) => Self::List,
            ("PUT", []) => Self::PutAll,
            ("POST", []) => Self::Create,
            ("GET", [id]) => Self::Get(id.parse().ok()?),
            ("PATCH", [id]) => Self::Edit(id.parse().ok()?),
            ("DELETE", [id]) => Self::Delete(id.parse().ok()?),
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::List => "list_commands",
            Self::PutAll => "put_commands",
            Self::Create => "create_command",
            Self::Get(_) => "get_command",
            Self::Edit(_) => "edit_command",
            Self::Delete(_) => "delete_command",
        }
    }
}
