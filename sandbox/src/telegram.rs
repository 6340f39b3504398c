//! An emulator of the Telegram Bot API (10.1): real HTTP on loopback, Telegram's own words and limits, people who write
//! and press buttons. For tests, benches and the demo; knows nothing of the bot that talks to it.
//!
//! `/bot<token>/<method>` is what the bot sees. [`Control`] is what a test holds in its hand: it makes people act, shows
//! what is on their screens, and makes calls fail on order. The same over HTTP is below `/sandbox/`.
//!
//! Left out: webhooks, channels, forum topics, payments, inline mode, the older "Markdown" parse mode.

mod acting;
mod bot_api;
mod chat;
mod control;
mod event;
mod fault;
mod flood;
mod history;
mod html;
mod keyboard;
mod markdown;
mod menu;
mod message;
mod methods;
mod page;
mod params;
mod polling;
mod profile;
mod query;
mod refusal;
mod text;
mod updates;
mod world;

#[cfg(test)]
mod tests;

use std::{fmt, io, net::SocketAddr};

use axum::{Router, extract::DefaultBodyLimit, routing::any};
use tokio::{net::TcpListener, task::JoinHandle};

pub use self::{
    chat::Standing,
    control::{BotView, ChatView, Control, ControlError, PersonView, WorldView},
    event::Event,
    fault::{Fault, FaultRule},
    keyboard::{Button, ButtonAction, Keyboard},
    menu::{Command, Scope},
    message::{File, From, Media, MessageView},
    query::{Query, Toast},
    text::{Entity, EntityKind},
};
use crate::{clock::Clock, request_log::RequestLog};

/// How an emulator is set up.
#[derive(Clone)]
pub struct Options {
    /// The one token that is let in. The bot's id is the number before its colon.
    pub token: String,
    /// Without the `@`.
    pub bot_username: String,
    /// Dates, query lifetimes and flood limits; a long poll's timeout is real time.
    pub clock: Clock,
    /// Telegram's flood limits: 30 messages a second, 3 in 3 seconds per chat, 20 a minute per group.
    pub strict_limits: bool,
    pub log: RequestLog,
}

impl Default for Options {
    /// A lenient emulator on the machine's clock that logs nothing.
    fn default() -> Self {
        Self {
            token: "42:SANDBOX-TOKEN".to_owned(),
            bot_username: "numdesk_bot".to_owned(),
            clock: Clock::real(),
            strict_limits: false,
            log: RequestLog::off(),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Options")
            .field("bot_username", &self.bot_username)
            .field("strict_limits", &self.strict_limits)
            .finish_non_exhaustive()
    }
}

/// The Bot API and the control interface, for merging into a larger server. It has no fallback of its own.
pub fn router(control: Control) -> Router {
    Router::new()
        .route("/bot{token}/{method}", any(bot_api::handle))
        .merge(page::routes())
        .layer(DefaultBodyLimit::max(params::BODY_BYTES))
        .with_state(control)
}

/// A served emulator. Dropping it ends the server.
pub struct Running {
    address: SocketAddr,
    control: Control,
    server: JoinHandle<()>,
}

/// Serves an emulator at `addr`; port 0 takes a free one.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn start(options: Options, addr: SocketAddr) -> io::Result<Running> {
    let listener = TcpListener::bind(addr).await?;
    let address = listener.local_addr()?;
    let control = Control::new(options);
    let router = router(control.clone()).fallback(bot_api::not_found);
    let stopped = control.stopped();
    let server = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
            tracing::error!(%error, "the Telegram emulator ended");
        }
    });
    Ok(Running { address, control, server })
}

impl Running {
    /// What the bot is given instead of `https://api.telegram.org`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// Ends the server; open polls and streams are broken off.
    pub async fn stop(mut self) {
        self.control.stop();
        if let Err(error) = (&mut self.server).await {
            tracing::error!(%error, "the Telegram emulator did not end well");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.control.stop();
    }
}
