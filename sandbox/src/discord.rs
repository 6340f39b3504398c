//! An emulator of Discord for one application: HTTP API v10 and gateway on one loopback port, Discord's own refusals
//! and limits, people who run commands and press buttons. For tests, benches and the demo; knows nothing of the bot that
//! talks to it.
//!
//! `/api/v10/...` and the WebSocket at `/gateway` are what the bot sees. [`Control`] is what a test holds in its hand: it
//! makes people act, shows what is on their screens, and makes things fail on order. The same over HTTP is below
//! `/sandbox/`.
//!
//! Left out: voice, threads, reactions, roles, polls, stickers, Components V2, sharding, HTTP interaction endpoints.

mod acting;
mod application_command;
mod arriving;
mod authoring;
mod check;
mod command_check;
mod component_check;
mod connection;
mod control;
mod fault;
mod form;
mod form_filling;
mod gateway;
mod guild;
mod interaction;
mod invoke;
mod limits;
mod mention;
mod message;
mod message_check;
mod modal;
mod page;
mod payload;
mod person;
mod refusal;
mod rest;
mod route;
mod routes;
mod snowflake;
mod view;
mod world;

#[cfg(test)]
mod tests;

use std::{fmt, io, net::SocketAddr};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{any, get},
    serve::Listener,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

pub use self::{
    control::{Control, ControlError, GatewayCounts},
    fault::{Fault, FaultRule},
    interaction::{Answer, InteractionKind, InteractionView},
    modal::{ModalField, ModalView},
    view::{
        Button, Component, EmbedView, FileView, MessageView, Select, SelectOption, UsedCommand,
    },
};
use crate::{clock::Clock, request_log::RequestLog};

/// How an emulator is set up.
#[derive(Clone)]
pub struct Options {
    /// The one bot token that is let in, without the `Bot ` before it.
    pub token: String,
    /// The application's id, which is the bot user's id, too.
    pub application_id: u64,
    pub bot_username: String,
    /// Ids, dates, deadlines and limits; the heartbeat is real time.
    pub clock: Clock,
    /// Whether an interaction must be answered within three seconds and its token ends after fifteen minutes.
    pub deadlines: bool,
    /// Discord's rate limits: 50 requests a second in all, 5 in 5 seconds for the messages of a channel or an interaction.
    pub strict_limits: bool,
    /// What HELLO tells the bot, in milliseconds.
    pub heartbeat_ms: u64,
    /// Answers 401, 403 and 429 within ten minutes before everything is refused.
    pub invalid_requests_at_most: usize,
    pub log: RequestLog,
}

impl Default for Options {
    /// A lenient emulator on the machine's clock, with Discord's deadlines, that logs nothing.
    fn default() -> Self {
        Self {
            token: "SANDBOX.DISCORD.TOKEN".to_owned(),
            application_id: 1_100_000_000_000_000_001,
            bot_username: "numdesk".to_owned(),
            clock: Clock::real(),
            deadlines: true,
            strict_limits: false,
            heartbeat_ms: 41_250,
            invalid_requests_at_most: 10_000,
            log: RequestLog::off(),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Options")
            .field("application_id", &self.application_id)
            .field("deadlines", &self.deadlines)
            .field("strict_limits", &self.strict_limits)
            .finish_non_exhaustive()
    }
}

/// The API, the gateway and the control interface, for merging into a larger server. It has no fallback of its own.
pub fn router(control: Control) -> Router {
    Router::new()
        .route("/api/v10/{*path}", any(rest::handle))
        .route("/gateway", get(connection::upgrade))
        .merge(page::routes())
        .layer(DefaultBodyLimit::max(payload::BODY_BYTES))
        .with_state(control)
}

/// The control interface alone, for a page that is served elsewhere than the API.
pub fn controls(control: Control) -> Router {
    page::routes().with_state(control)
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
    let door = Door { listener, control: control.clone() };
    let router = router(control.clone()).fallback(rest::not_found);
    let stopped = control.stopped();
    let server = tokio::spawn(async move {
        if let Err(error) = axum::serve(door, router).with_graceful_shutdown(stopped).await {
            tracing::error!(%error, "the Discord emulator ended");
        }
    });
    Ok(Running { address, control, server })
}

/// The listener; while Discord is down it closes every connection at once.
struct Door {
    listener: TcpListener,
    control: Control,
}

impl Listener for Door {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            let (stream, address) = Listener::accept(&mut self.listener).await;
            if self.control.is_down() {
                continue;
            }
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "a sandbox connection may be slow");
            }
            return (stream, address);
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Running {
    /// What the bot is given instead of `https://discord.com`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// Ends the server; the gateway's connections are cut.
    pub async fn stop(mut self) {
        self.control.stop();
        if let Err(error) = (&mut self.server).await {
            tracing::error!(%error, "the Discord emulator did not end well");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.control.stop();
    }
}
