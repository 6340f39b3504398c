//! The routes of Discord's API that the shop uses, as "API Reference" names them. Pure.

use std::{fmt, time::Duration};

use reqwest::Method;
use serenity::model::id::{ApplicationId, ChannelId, InteractionId, MessageId};

/// Discord waits three seconds for the first answer to an interaction; a later one is in vain.
const FIRST_ANSWER: Duration = Duration::from_millis(2_500);
const ANSWER: Duration = Duration::from_secs(15);

/// An application and the token of one of its interactions.
#[derive(Clone, Copy)]
pub(crate) struct Hook<'a> {
    pub application: ApplicationId,
    pub token: &'a str,
}

/// One endpoint with its ids.
#[derive(Clone, Copy)]
pub(crate) enum Route<'a> {
    Application,
    GatewayBot,
    /// Replaces all of the application's commands.
    PutCommands(ApplicationId),
    /// The first answer to an interaction.
    Callback {
        interaction: InteractionId,
        token: &'a str,
    },
    EditOriginal(Hook<'a>),
    DeleteOriginal(Hook<'a>),
    FollowUp(Hook<'a>),
    EditFollowUp(Hook<'a>, MessageId),
    /// Opens the direct messages with one person, or finds them.
    OpenDirect,
    Send(ChannelId),
    Edit(ChannelId, MessageId),
}

impl Route<'_> {
    /// For the log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Application => "get current application",
            Self::GatewayBot => "get gateway bot",
            Self::PutCommands(_) => "overwrite commands",
            Self::Callback { .. } => "create interaction response",
            Self::EditOriginal(_) => "edit original interaction response",
            Self::DeleteOriginal(_) => "delete original interaction response",
            Self::FollowUp(_) => "create followup message",
            Self::EditFollowUp(..) => "edit followup message",
            Self::OpenDirect => "create dm",
            Self::Send(_) => "create message",
            Self::Edit(..) => "edit message",
        }
    }

    pub fn method(&self) -> Method {
        match self {
            Self::Application | Self::GatewayBot => Method::GET,
            Self::PutCommands(_) => Method::PUT,
            Self::Callback { .. } | Self::FollowUp(_) | Self::OpenDirect | Self::Send(_) => {
                Method::POST
            }
            Self::EditOriginal(_) | Self::EditFollowUp(..) | Self::Edit(..) => Method::PATCH,
            Self::DeleteOriginal(_) => Method::DELETE,
        }
    }

    pub fn path(&self) -> String {
        match self {
            Self::Application => "/applications/@me".to_owned(),
            Self::GatewayBot => "/gateway/bot".to_owned(),
            Self::PutCommands(application) => format!("/applications/{application}/commands"),
            Self::Callback { interaction, token } => {
                format!("/interactions/{interaction}/{token}/callback")
            }
            Self::EditOriginal(hook) | Self::DeleteOriginal(hook) => {
                format!("{}/messages/@original", hook.path())
            }
            Self::FollowUp(hook) => hook.path(),
            Self::EditFollowUp(hook, message) => format!("{}/messages/{message}", hook.path()),
            Self::OpenDirect => "/users/@me/channels".to_owned(),
            Self::Send(channel) => format!("/channels/{channel}/messages"),
            Self::Edit(channel, message) => format!("/channels/{channel}/messages/{message}"),
        }
    }

    /// What shares one limit with this: the route with its channel or token ("Rate Limits, Header Format"). `None` for
    /// the first answer to an interaction, of which there is one.
    pub fn bucket(&self) -> Option<String> {
        let major = match self {
            Self::Application | Self::GatewayBot | Self::PutCommands(_) | Self::OpenDirect => {
                String::new()
            }
            Self::Callback { .. } => return None,
            Self::EditOriginal(hook)
            | Self::DeleteOriginal(hook)
            | Self::FollowUp(hook)
            | Self::EditFollowUp(hook, _) => hook.token.to_owned(),
            Self::Send(channel) | Self::Edit(channel, _) => channel.to_string(),
        };
        Some(format!("{} {major}", self.name()))
    }

    /// Whether it takes the bot's token. Where an interaction's token is in the address, that is all it takes.
    pub fn is_signed(&self) -> bool {
        match self {
            Self::Application
            | Self::GatewayBot
            | Self::PutCommands(_)
            | Self::OpenDirect
            | Self::Send(_)
            | Self::Edit(..) => true,
            Self::Callback { .. }
            | Self::EditOriginal(_)
            | Self::DeleteOriginal(_)
            | Self::FollowUp(_)
            | Self::EditFollowUp(..) => false,
        }
    }

    pub fn answer_within(&self) -> Duration {
        if matches!(self, Self::Callback { .. }) { FIRST_ANSWER } else { ANSWER }
    }
}

impl Hook<'_> {
    fn path(&self) -> String {
        format!("/webhooks/{}/{}", self.application, self.token)
    }
}

/// Without tokens.
impl fmt::Debug for Route<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
