//! Discord: an interaction becomes who asks what, a screen becomes a message. No rules, no prices, no SQL, and no words for
//! people: every text comes from the shop.
//!
//! Below are serenity's types and builders; the transport, the gateway and the pacing are this crate's own (see `client`
//! and `gateway` for why).

use std::{fmt, sync::Arc, time::Duration};

use bot_core::{
    clock::Clock,
    ids::Platform,
    messenger::{Messenger, Urgency},
    shop::Shop,
    suggest::Phrase,
};
use secrecy::{ExposeSecret, SecretString};
use serde::de::IgnoredAny;
use serenity::{builder::CreateCommand, model::id::ApplicationId};
use tokio::sync::{mpsc, watch};

mod address;
mod backoff;
mod client;
mod commands;
mod custom_id;
mod decode;
mod desk;
mod door;
mod fields;
#[cfg(test)]
mod fuzzing;
mod gateway;
mod limits;
mod markdown;
mod memory;
mod messenger;
mod passes;
mod render;
mod replies;
mod rows;
mod wire;

#[cfg(test)]
mod tests;

pub use gateway::Ended;

use backoff::Backoff;
use client::{CallError, Client, Pace, Refusal, Route};
use desk::Desk;
use door::Door;
use gateway::Gateway;
use messenger::DiscordMessenger;
use passes::Passes;
use replies::Replies;

/// This platform's name in the shop.
pub const PLATFORM: &str = "discord";

/// Events that wait to be taken up; each is taken up at once.
const WAITING_EVENTS: usize = 100;
const PATIENCE: Duration = Duration::from_secs(15);

/// What the operator says about the bot.
#[derive(Clone, Debug)]
pub struct Settings {
    /// As the developer portal gave it, without the word `Bot`.
    pub token: SecretString,
    /// [`Settings::API_URL`], or that of an emulator, with or without `/api/v10`.
    pub api_url: String,
}

impl Settings {
    pub const API_URL: &str = "https://discord.com";

    pub fn new(token: SecretString) -> Self {
        Self { token, api_url: Self::API_URL.to_owned() }
    }
}

/// Why the bot cannot begin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    #[error("the Discord API address is not an http or https URL")]
    BadUrl,
    /// Not of a token's form, or Discord does not know it.
    #[error("Discord does not accept the bot's token; the developer portal shows it under Bot")]
    BadToken,
    /// Worth another try.
    #[error("Discord cannot be reached: {0}")]
    Unreachable(String),
}

/// The bot, known to Discord. Nothing is received before [`Discord::run`].
pub struct Discord {
    client: Arc<Client>,
    clock: Clock,
    passes: Arc<Passes>,
    application: ApplicationId,
    name: String,
}

impl Discord {
    /// Asks Discord who the bot is.
    pub async fn connect(settings: Settings, clock: Clock) -> Result<Self, ConnectError> {
        let client = Arc::new(checked_client(settings, clock.clone())?);
        let pace = Pace { urgency: Urgency::Now, patience: PATIENCE };
        let application: wire::Application =
            client.ask(&Route::Application, pace).await.map_err(|error| match error {
                CallError::Refused { reason: Refusal::Unauthorized, .. } => ConnectError::BadToken,
                error => ConnectError::Unreachable(error.to_string()),
            })?;
        let passes = Arc::new(Passes::new(clock.clone()));
        Ok(Self { client, clock, passes, application: application.id, name: application.name })
    }

    /// The application's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The way back out, for the shop's outbox.
    pub fn messenger(&self, shop: &Arc<Shop>) -> Arc<dyn Messenger> {
        Arc::new(self.messenger_for(shop))
    }

    fn messenger_for<D: Door>(&self, door: &Arc<D>) -> DiscordMessenger {
        let door = Arc::clone(door);
        DiscordMessenger {
            platform: Platform::from(PLATFORM),
            client: Arc::clone(&self.client),
            application: self.application,
            passes: Arc::clone(&self.passes),
            news: Arc::new(move |language| door.phrase(language, Phrase::NewsAwaits)),
        }
    }

    /// Registers the commands, then handles what people ask until `stop` turns true or its sender is gone. After a stop this
    /// returns within about 3 seconds. Of what is not finished by then, purchases go on in the shop; only their answers are
    /// missing.
    ///
    /// # Errors
    /// When Discord does not let this bot in any more. The shop can go on without this adapter.
    pub async fn run(&self, shop: Arc<Shop>, stop: watch::Receiver<bool>) -> Result<(), Ended> {
        let commands = commands::commands(&*shop);
        self.run_with(shop, commands, stop).await
    }

    async fn run_with<D: Door>(
        &self,
        door: Arc<D>,
        commands: Vec<CreateCommand>,
        stop: watch::Receiver<bool>,
    ) -> Result<(), Ended> {
        let (sender, events) = mpsc::channel(WAITING_EVENTS);
        let gateway = Gateway::new(Arc::clone(&self.client), self.clock.clone(), sender);
        let replies = Replies { messenger: self.messenger_for(&door), clock: self.clock.clone() };
        let desk = Arc::new(Desk::new(door, replies));
        // The desk ends when the gateway, which holds the sender, has ended.
        let served = async { futures::join!(gateway.run(stop), desk.run(events)).0 };
        let mut served = std::pin::pin!(served);
        tokio::select! {
            outcome = &mut served => return outcome,
            () = self.register(&commands) => {}
        }
        served.await
    }

    /// Until Discord has them. A refusal is logged, and the next start tries again.
    async fn register(&self, commands: &[CreateCommand]) {
        let mut backoff = Backoff::new(self.clock.clone());
        let route = Route::PutCommands(self.application);
        let pace = Pace { urgency: Urgency::Soon, patience: PATIENCE };
        loop {
            match self.client.call::<IgnoredAny>(&route, Some(&commands), pace).await {
                Ok(_) => return,
                Err(error @ CallError::Refused { .. }) => {
                    tracing::error!(%error, "Discord does not take the commands");
                    return;
                }
                Err(CallError::RetryAfter(wait)) => self.clock.sleep(wait).await,
                Err(error) => {
                    tracing::warn!(%error, "the commands are not registered yet");
                    backoff.wait().await;
                }
            }
        }
    }
}

impl fmt::Debug for Discord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Discord").field("name", &self.name).finish_non_exhaustive()
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // A stop whose sender is gone is a stop, too.
    let _ = stop.wait_for(|stop| *stop).await;
}

fn checked_client(settings: Settings, clock: Clock) -> Result<Client, ConnectError> {
    let is_http = |url: &reqwest::Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    if !reqwest::Url::parse(&settings.api_url).is_ok_and(|url| is_http(&url)) {
        return Err(ConnectError::BadUrl);
    }
    // The token becomes a header.
    let is_token =
        |token: &str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_token(settings.token.expose_secret()) {
        return Err(ConnectError::BadToken);
    }
    Client::new(&settings.api_url, settings.token, clock)
        .map_err(|error| ConnectError::Unreachable(error.to_string()))
}
