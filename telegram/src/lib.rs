//! Telegram: an update becomes who asks what, a screen becomes a message. No rules, no prices, no SQL, and no words for
//! people: every text comes from the shop.
//!
//! Below are teloxide's requests and types; the transport, the loop and the pacing are this crate's own (see `client`,
//! `updates` and `pacer` for why).

use std::{fmt, sync::Arc};

use bot_core::{clock::Clock, messenger::Messenger, shop::Shop};
use secrecy::{ExposeSecret, SecretString};
use teloxide::payloads::GetMe;
use tokio::sync::watch;

mod backoff;
mod client;
mod decode;
mod desk;
mod door;
mod flights;
#[cfg(test)]
mod fuzzing;
mod lanes;
mod menu;
mod messenger;
mod pacer;
mod render;
mod replies;
mod updates;
mod wire;

#[cfg(test)]
mod tests;

pub use updates::TokenRevoked;

use client::{CallError, Client, Refusal};
use desk::Desk;
use flights::Flights;
use messenger::TelegramMessenger;
use pacer::Pacer;
use replies::Replies;
use updates::Updates;

/// This platform's name in the shop.
pub const PLATFORM: &str = "telegram";

/// What the operator says about the bot.
#[derive(Clone, Debug)]
pub struct Settings {
    /// As BotFather gave it: `123456:ABC-...`.
    pub token: SecretString,
    /// [`Settings::API_URL`], or that of an own Bot API server or an emulator.
    pub api_url: String,
}

impl Settings {
    pub const API_URL: &str = "https://api.telegram.org";

    pub fn new(token: SecretString) -> Self {
        Self { token, api_url: Self::API_URL.to_owned() }
    }
}

/// Why the bot cannot begin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    #[error("the Telegram API address is not an http or https URL")]
    BadUrl,
    /// Not of a token's form, or Telegram does not know it.
    #[error("Telegram does not accept the bot's token; ask @BotFather for it")]
    BadToken,
    /// Worth another try.
    #[error("Telegram cannot be reached: {0}")]
    Unreachable(String),
}

/// The bot, known to Telegram. Nothing is fetched before [`Telegram::run`].
pub struct Telegram {
    client: Arc<Client>,
    clock: Clock,
    pacer: Pacer,
    messenger: TelegramMessenger,
    username: String,
}

impl Telegram {
    /// Asks Telegram who the bot is.
    pub async fn connect(settings: Settings, clock: Clock) -> Result<Self, ConnectError> {
        let client = Arc::new(checked_client(settings)?);
        let me: wire::Me = client.call(&GetMe::new()).await.map_err(|error| match error {
            CallError::Refused { reason: Refusal::Unauthorized, .. } => ConnectError::BadToken,
            error => ConnectError::Unreachable(error.to_string()),
        })?;
        let pacer = Pacer::new(clock.clone());
        let messenger = TelegramMessenger::new(Arc::clone(&client), pacer.clone());
        Ok(Self { client, clock, pacer, messenger, username: me.username })
    }

    /// The bot's own name, without the leading `@`.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The way back out, for the shop's outbox.
    pub fn messenger(&self) -> Arc<dyn Messenger> {
        Arc::new(self.messenger.clone())
    }

    /// Sets the command menus, then handles updates until `stop` turns true or its sender is gone. After a stop this
    /// returns within about 8 seconds; what is not handled by then is kept and handled by the next run. Dropping the
    /// future instead loses nothing either, but what was being handled may be handled again.
    ///
    /// # Errors
    /// When Telegram does not accept the token any more. The shop can go on without this adapter.
    pub async fn run(
        &self,
        shop: Arc<Shop>,
        stop: watch::Receiver<bool>,
    ) -> Result<(), TokenRevoked> {
        let updates = self.updates(Arc::clone(&shop), stop);
        let mut run = std::pin::pin!(updates.run());
        tokio::select! {
            outcome = &mut run => return outcome,
            () = menu::offer(&self.client, menu::menus(&shop)) => {}
        }
        run.await
    }

    fn updates<D: door::Door>(&self, door: Arc<D>, stop: watch::Receiver<bool>) -> Updates<D> {
        let replies = Replies {
            door,
            client: Arc::clone(&self.client),
            messenger: self.messenger.clone(),
            pacer: self.pacer.clone(),
            clock: self.clock.clone(),
        };
        Updates::new(Desk::new(replies, Arc::new(Flights::default())), self.username.clone(), stop)
    }
}

impl fmt::Debug for Telegram {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Telegram").field("username", &self.username).finish_non_exhaustive()
    }
}

fn checked_client(settings: Settings) -> Result<Client, ConnectError> {
    let api_url = settings.api_url.trim_end_matches('/');
    let is_http = |url: &reqwest::Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    if !reqwest::Url::parse(api_url).is_ok_and(|url| is_http(&url)) {
        return Err(ConnectError::BadUrl);
    }
    // The token becomes a part of a path.
    let is_token = |token: &str| {
        token.split_once(':').is_some_and(|(id, secret)| {
            let is_secret = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
            !id.is_empty()
                && id.bytes().all(|byte| byte.is_ascii_digit())
                && !secret.is_empty()
                && secret.bytes().all(is_secret)
        })
    };
    if !is_token(settings.token.expose_secret()) {
        return Err(ConnectError::BadToken);
    }
    Client::new(api_url.to_owned(), settings.token)
        .map_err(|error| ConnectError::Unreachable(error.to_string()))
}
