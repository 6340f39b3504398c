//! The command line: what can be asked, where it goes, and how errors and results are told.
//!
//! One file per command, each with one function. Nothing here knows how a shop works.

use std::{
    error::Error,
    io::{self, Write},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
};

use ::sandbox::upstream::any;
use bot_core::store::{Store, StoreError};
use clap::{Parser, Subcommand};
use numdesk::{
    app::StartError,
    config::{ConfigError, DatabaseConfig, Source},
    demo::DemoError,
};
use tracing_subscriber::filter::ParseError;

mod audit;
mod backup;
mod check;
mod demo;
mod export;
mod providers;
mod run;
mod sandbox;
mod signal;
mod table;

const AFTER_HELP: &str = "\
Examples:
  numdesk demo                         Try everything in the browser, without keys
  numdesk check                        Does every key and token work?
  numdesk run                          Open the shop, until Ctrl-C
  numdesk --config /etc/numdesk.toml run
  numdesk backup /backups/today.db     Copy the books while the shop is open

Settings come from numdesk.toml in the current directory (or --config FILE) and from the
environment, which wins: shop.owners is NUMDESK_SHOP__OWNERS. numdesk.example.toml explains each.
RUST_LOG sets what is logged to stderr.

Exit codes:
  0  done
  1  it could not be done; the reason is on stderr
  2  the command line or the configuration is wrong
  3  a check failed or an audit found a difference";

/// A shop for phone numbers inside Telegram and Discord: one provider's reseller key, many customers.
#[derive(Debug, Parser)]
#[command(name = "numdesk", version, after_help = AFTER_HELP, arg_required_else_help = true)]
pub struct Cli {
    /// The configuration file [default: numdesk.toml, when there is one]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Opens the shop until Ctrl-C or SIGTERM, then finishes what is under way and ends
    ///
    /// Orders left open by an earlier run, however it ended, go on. A second Ctrl-C ends at once and loses nothing.
    Run,
    /// Tries the database, the provider's key and every token, and tells what works
    ///
    /// Buys nothing and changes nothing. Ends with 3 when anything does not work.
    Check,
    /// Recomputes the books from the transfers and compares every balance and every order with them
    ///
    /// Changes nothing; the shop may be open. Ends with 3 when anything differs.
    Audit,
    /// Copies the database to FILE, consistently, while the shop is open
    ///
    /// The copy is a whole database of its own: to go back to it, stop the shop and put it in the place of the old one.
    Backup {
        /// Where the copy goes; never overwritten
        file: PathBuf,
    },
    /// Writes the ledger, the orders, the customers and the log of what staff did to FOLDER, as CSV
    ///
    /// All of one moment, while the shop is open. Amounts are decimal text, times ISO 8601 in UTC. Holds no codes.
    Export {
        /// Made when missing; no file in it is written over
        folder: PathBuf,
    },
    /// Prints what every provider can do, as a Markdown table
    Providers,
    /// Opens a shop to play with in the browser: no keys, no tokens, no real money
    ///
    /// The real program on an emulated provider and an emulated Telegram. Nothing leaves this machine.
    Demo(demo::Demo),
    /// Starts an emulator alone, for trying things out without real money
    #[command(subcommand)]
    Sandbox(sandbox::Emulator),
}

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// What was asked for is done.
    Done = 0,
    /// It could not be done.
    Failed = 1,
    /// The command line or the configuration is wrong; clap uses the same code.
    Usage = 2,
    /// A check or an audit ran to its end and found something.
    Found = 3,
}

impl Exit {
    /// How the program ends after `error`.
    pub fn of(error: &CliError) -> Self {
        match error {
            CliError::Config(_)
            | CliError::Logs(_)
            | CliError::Sandbox(
                any::StartError::PushesNothing(_)
                | any::StartError::NoSecret(_)
                | any::StartError::SignsNothing(_)
                | any::StartError::NotLoopback(_)
                | any::StartError::Webhook(_),
            ) => Self::Usage,
            CliError::Store(_)
            | CliError::NoDatabase { .. }
            | CliError::Start(_)
            | CliError::Demo(_)
            | CliError::Sandbox(any::StartError::Listen { .. })
            | CliError::Listen { .. }
            | CliError::RequestLog(_)
            | CliError::Output(_)
            | CliError::Signal(_) => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("RUST_LOG cannot be understood")]
    Logs(#[source] ParseError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("there is no database at {}", path.display())]
    NoDatabase { path: PathBuf },
    #[error("the shop did not open")]
    Start(#[from] StartError),
    #[error("the demo did not open")]
    Demo(#[from] DemoError),
    #[error("the emulator did not start")]
    Sandbox(#[from] any::StartError),
    #[error("{address} cannot be listened on")]
    Listen { address: SocketAddr, source: io::Error },
    #[error("the file that SANDBOX_LOG names cannot be written")]
    RequestLog(#[source] io::Error),
    #[error("the result cannot be written")]
    Output(#[source] io::Error),
    #[error("signals cannot be waited for")]
    Signal(#[source] io::Error),
}

/// Does what the command line asks for.
pub async fn execute(cli: Cli) -> Result<Exit, CliError> {
    let source = || Source::of_process(cli.config.as_deref());
    match cli.command {
        Command::Run => run::run(source()?).await,
        Command::Check => check::run(source()?).await,
        Command::Audit => audit::run(source()?).await,
        Command::Backup { file } => backup::run(source()?, &file).await,
        Command::Export { folder } => export::run(source()?, &folder).await,
        Command::Providers => providers::run(),
        Command::Demo(wanted) => demo::run(wanted).await,
        Command::Sandbox(emulator) => sandbox::run(emulator).await,
    }
}

/// An error and its causes, each said once.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        // Many errors quote their cause already.
        if !text.contains(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    text
}

/// The database, for looking only. It must be there: an empty new one would agree with everything.
async fn open_to_read(database: &DatabaseConfig) -> Result<Store, CliError> {
    if !database.path().exists() {
        return Err(CliError::NoDatabase { path: database.path().to_owned() });
    }
    Ok(Store::open_read_only(&database.url).await?)
}

/// Writes a result, which goes to stdout; logs and errors go to stderr.
fn say(text: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).map_err(CliError::Output)
}

#[cfg(test)]
mod tests;
