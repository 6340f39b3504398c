//! `numdesk demo`: the whole shop without keys, tokens or a network.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
};

use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser},
};
use numdesk::{
    config::provider::Provider,
    demo::{self, Options},
};

use super::{CliError, Exit};

#[derive(Debug, Args)]
pub struct Demo {
    /// Whose emulator the shop buys from
    #[arg(long, value_name = "NAME", default_value = "smscode-v2", value_parser = providers())]
    provider: Provider,
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
pub async fn run(Demo { provider, port, listen, database }: Demo) -> Result<Exit, CliError> {
    demo::run(Options { provider, listen, port, database }).await?;
    Ok(Exit::Done)
}

/// The providers that the shop can buy from, by name.
fn providers() -> impl TypedValueParser<Value = Provider> {
    PossibleValuesParser::new(Provider::ALL.iter().map(|provider| provider.name()))
        .try_map(|name| Provider::named(&name).ok_or("no such provider"))
}
