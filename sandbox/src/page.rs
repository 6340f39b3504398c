//! The demo's web pages, one for each chat platform: their files, who can be played on them, and the server that has them,
//! the Telegram emulator and the controls of the Discord emulator. The pages themselves talk to the emulators' control
//! interfaces; nothing here knows what is said there.

use std::{io, net::SocketAddr};

use axum::{
    Json, Router,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Serialize;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::{
    discord,
    telegram::{self, Control},
};

/// Nothing comes from or goes to anywhere else, and nobody can put the page into a frame.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// On every answer. The files change with the program, so that a browser must never keep one.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
];

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Path, type and content.
const FILES: [(&str, &str, &str); 21] = [
    ("/", HTML, include_str!("../page/index.html")),
    ("/page/theme.css", CSS, include_str!("../page/theme.css")),
    ("/page/frame.css", CSS, include_str!("../page/frame.css")),
    ("/page/phone.css", CSS, include_str!("../page/phone.css")),
    ("/page/chat.css", CSS, include_str!("../page/chat.css")),
    ("/discord", HTML, include_str!("../page/discord.html")),
    ("/page/discord.css", CSS, include_str!("../page/discord.css")),
    ("/page/discord-chat.css", CSS, include_str!("../page/discord-chat.css")),
    ("/page/discord.js", SCRIPT, include_str!("../page/discord.js")),
    ("/page/discord-composer.js", SCRIPT, include_str!("../page/discord-composer.js")),
    ("/page/discord-form.js", SCRIPT, include_str!("../page/discord-form.js")),
    ("/page/discord-message.js", SCRIPT, include_str!("../page/discord-message.js")),
    ("/page/discord-text.js", SCRIPT, include_str!("../page/discord-text.js")),
    ("/page/logo.svg", "image/svg+xml", include_str!("../page/logo.svg")),
    ("/page/app.js", SCRIPT, include_str!("../page/app.js")),
    ("/page/composer.js", SCRIPT, include_str!("../page/composer.js")),
    ("/page/message.js", SCRIPT, include_str!("../page/message.js")),
    ("/page/notices.js", SCRIPT, include_str!("../page/notices.js")),
    ("/page/scrolling.js", SCRIPT, include_str!("../page/scrolling.js")),
    ("/page/server.js", SCRIPT, include_str!("../page/server.js")),
    ("/page/text.js", SCRIPT, include_str!("../page/text.js")),
];

/// What the pages are called, whose phones lie on the table, and who plays in Discord; the first one is picked up first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cast {
    pub title: String,
    pub seats: Vec<Seat>,
    pub players: Vec<Player>,
}

/// One person of the emulated Telegram in one chat: their own with the bot, or a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seat {
    pub person: i64,
    pub chat: i64,
    /// A word or two below the name.
    pub role: String,
    /// What to try first, in a sentence.
    pub hint: String,
    /// The same as something to say, sent by one tap.
    pub suggestion: String,
}

/// One person of the emulated Discord, in its server and in the direct messages with the bot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Player {
    /// The id as text: a browser's numbers are too short for it.
    pub person: String,
    /// A word below the name.
    pub role: String,
    /// What to try first, in a sentence.
    pub hint: String,
    /// The command for that, without its slash; one tap begins it.
    pub command: String,
}

/// The pages and the emulated Telegram behind the first, served. Dropping it ends both.
pub struct Running {
    address: SocketAddr,
    telegram: Control,
    discord: discord::Control,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
}

/// Serves the pages at `/` and `/discord`, the emulated Telegram below the one and the controls of the emulated Discord, which
/// is served elsewhere, below the other; port 0 takes a free one.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn start(
    telegram: Control,
    discord: discord::Control,
    cast: Cast,
    address: SocketAddr,
) -> io::Result<Running> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let router = routes(cast)
        .merge(telegram::router(telegram.clone()))
        .nest("/discord", discord::controls(discord.clone()));
    let (stop, mut stopped) = watch::channel(false);
    let stopped = async move {
        // A sender that is gone means the same.
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let server = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
            tracing::error!(%error, "the page ended");
        }
    });
    Ok(Running { address, telegram, discord, stop, server })
}

impl Running {
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The emulated Telegram.
    pub fn telegram(&self) -> &Control {
        &self.telegram
    }

    /// Ends the server; open polls and streams are broken off.
    pub async fn stop(mut self) {
        self.close();
        if let Err(error) = (&mut self.server).await {
            tracing::error!(%error, "the page did not end well");
        }
    }

    fn close(&self) {
        // With the server gone there is nobody to tell.
        let _ = self.stop.send(true);
        self.telegram.stop();
        self.discord.stop();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.close();
    }
}

fn routes(cast: Cast) -> Router {
    let mut router = Router::new()
        .route("/page/cast.json", get(async move || (HEADERS, Json(cast.clone())).into_response()));
    for (path, mime, content) in FILES {
        router = router.route(path, get(async move || file(mime, content)));
    }
    router
}

fn file(mime: &'static str, content: &'static str) -> Response {
    let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static(mime))];
    (HEADERS, content_type, content).into_response()
}

#[cfg(test)]
mod tests;
