//! `numdesk run`: the shop, open until it is asked to close.

use bot_core::clock::Clock;
use numdesk::{
    app::App,
    config::{Config, Source},
};

use super::{CliError, Exit, signal};

/// Opens the shop and closes it in order when asked to. Asked a second time, it leaves at once: what is under way is in
/// the database and goes on at the next start.
pub async fn run(source: Source) -> Result<Exit, CliError> {
    let config = Config::from_source(source)?;
    config.require_platform()?;
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    // A chat that ends by itself (its token was revoked) is in the log; the shop goes on watching its orders.
    let app = App::start(&config, Clock::real()).await?;
    let outcome = signal::stop_asked().await.map(|()| Exit::Done);
    tracing::info!("closing; finishing what is under way");
    tokio::select! {
        () = app.stop() => {}
        _ = signal::stop_asked() => {
            tracing::warn!("leaving at once; the next start goes on with what was under way");
        }
    }
    outcome
}
