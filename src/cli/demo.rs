//! `numdesk demo`: the whole shop without keys, tokens or a network.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
};

use clap::Args;
use numdesk::demo::{self, Options};

use super::{CliError, Exit};

#[derive(Debug, Args)]
pub struct Demo {
    /// The page's port; 0 takes any free one [default: 8080, or the next free one]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Who can reach the page: 0.0.0.0 lets in a phone in the same network
    #[arg(long, value_name = "ADDRESS", default_value_t = Ipv4Addr::LOCALHOST.into())]
    listen: IpAddr,
    /// Keep the books in this new file instead of a temporary one
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
}

/// Starts the demo, says where it is, and serves until Ctrl-C.
pub async fn run(Demo { port, listen, database }: Demo) -> Result<Exit, CliError> {
    demo::run(Options { listen, port, database }).await?;
    Ok(Exit::Done)
}
