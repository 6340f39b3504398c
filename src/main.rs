//! The program: reads the command line, sets up logs, runs one command, and ends with a code that says how it went.

use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use clap::Parser;
use tracing_subscriber::EnvFilter;

use cli::{Cli, CliError, Exit};

mod cli;

/// What is logged when `RUST_LOG` does not say: what an operator wants to read on a good day.
const USUAL_LOGS: &str = "info";

/// Targets that may show a token, a code or a phone number below these levels (addresses, headers, bodies). They stay
/// this quiet whatever `RUST_LOG` says for everything.
const QUIET: &[&str] = &[
    "h2=info",
    "hyper=info",
    "hyper_util=info",
    "reqwest=info",
    "rustls=info",
    "serenity=info",
    "sqlx=warn",
    "teloxide=info",
    "teloxide_core=info",
    "tokio_tungstenite=info",
    "tungstenite=info",
];

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match start_logs() {
        Ok(()) => cli::execute(cli).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(error) => {
            // With stderr gone there is nobody left to tell.
            let _ = writeln!(io::stderr(), "error: {}", cli::chain(&error));
            Exit::of(&error).into()
        }
    }
}

fn start_logs() -> Result<(), CliError> {
    let wanted = std::env::var("RUST_LOG").unwrap_or_default();
    let wanted = if wanted.is_empty() { USUAL_LOGS } else { &wanted };
    let mut filter = EnvFilter::try_new(wanted).map_err(CliError::Logs)?;
    for directive in QUIET {
        filter = filter.add_directive(directive.parse().map_err(CliError::Logs)?);
    }
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
    Ok(())
}
