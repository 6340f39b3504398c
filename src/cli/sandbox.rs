//! `numdesk sandbox ...`: one emulator alone, until it is asked to end.

use std::net::{Ipv4Addr, SocketAddr};

use clap::{Args, Subcommand};
use sandbox::{
    discord,
    request_log::RequestLog,
    telegram,
    upstream::{
        Provider,
        any::{self, Hook},
        numbers::CodePlan,
    },
};

use super::{CliError, Exit, say, signal};

#[derive(Debug, Subcommand)]
pub enum Emulator {
    /// A provider of numbers, with the API, the limits and the money rules of its documents
    ///
    /// Prints the settings that make a shop buy from it. SANDBOX_LOG=FILE writes one line of JSON for each request.
    ///
    /// Below /sandbox/ it shows what it knows (GET orders, journal, requests, faults, offers except at smscode, and at
    /// smsverifyo abuse), lets things happen (POST deliver, stock, price, cancel, top_up, at smscode fx, charge,
    /// fail_numbers and deliver_late, at smsverifyo drift and key, and at smsverificationservice callback, deliver_late,
    /// drift, remove and text_only) and fails on demand: POST faults with {"route": "orders", "fault": "garbage",
    /// "times": 1}, DELETE faults to end it.
    ///
    /// With --webhook-url it also pushes: GET pushes shows what became of it, POST push sends any JSON, and POST push_faults
    /// with {"fault": "lose", "times": 1} loses one (or duplicate, reorder, forge, garbage, {"delay": MILLISECONDS}).
    Upstream(Upstream),
    /// Telegram's Bot API, with people to play at /sandbox/
    ///
    /// Prints the settings that make a shop talk to it. SANDBOX_LOG=FILE writes one line of JSON for each request.
    ///
    /// Below /sandbox/ people are made and played in JSON (POST people, groups, say, press, block, delete, replay), looked
    /// at (GET world, state, chats/ID/messages, toasts/PERSON, commands, events), and calls fail on demand: POST faults
    /// with {"method": "sendMessage", "kind": "bad_gateway", "times": 1}, DELETE faults to end it.
    Telegram(Telegram),
    /// Discord's HTTP API and gateway for one application, with people to play at /sandbox/
    ///
    /// Prints the settings that make a shop talk to it. SANDBOX_LOG=FILE writes one line of JSON for each request.
    ///
    /// Below /sandbox/ people are made and played in JSON (POST users, guilds, channels, commands, press, choose, modals,
    /// say), looked at (GET world, state, commands, interactions/ID, channels/ID/messages/PERSON), and requests fail on
    /// demand: POST faults with {"route": "create_message", "fault": "bad_gateway", "times": 1}, DELETE faults to end it.
    Discord(Discord),
}

#[derive(Debug, Args)]
pub struct Upstream {
    /// Whose API: smscode-v1, smscode-v2, smsbuyz, smsverificationservice, smsverifyo or smsverifyo-rentals
    #[arg(long, value_name = "NAME")]
    provider: Provider,
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// The only key that is let in
    #[arg(long, value_name = "KEY", default_value = "sandbox-key")]
    api_key: String,
    /// Catalogue, numbers and codes follow from it
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Seconds from a purchase to its code [default: lifelike, and one in ten never comes]
    #[arg(long, value_name = "SECONDS")]
    code_delay: Option<u32>,
    /// What is in the wallet, in whole units of the provider's own currency [default: 5000000 IDR at smscode, 1000
    /// elsewhere]
    #[arg(long, value_name = "AMOUNT")]
    wallet: Option<u32>,
    /// Push what happens there, at smscode-v1, smscode-v2, smsverificationservice and smsverifyo-rentals: http:// on this
    /// machine
    #[arg(long, value_name = "URL")]
    webhook_url: Option<String>,
    /// What the pushes are signed with at smscode-v1, smscode-v2 and smsverifyo-rentals
    #[arg(long, value_name = "SECRET", requires = "webhook_url")]
    webhook_secret: Option<String>,
}

#[derive(Debug, Args)]
pub struct Telegram {
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// The only bot token that is let in; the bot's id is the number before its colon
    #[arg(long, value_name = "TOKEN", default_value = "42:SANDBOX-TOKEN")]
    token: String,
    /// Enforce Telegram's limits: 30 messages a second, 20 a minute in a group
    #[arg(long)]
    strict_limits: bool,
}

#[derive(Debug, Args)]
pub struct Discord {
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// The only bot token that is let in
    #[arg(long, value_name = "TOKEN", default_value = "SANDBOX.DISCORD.TOKEN")]
    token: String,
    /// Enforce Discord's limits: 50 requests a second, 5 in 5 seconds for each channel or interaction
    #[arg(long)]
    strict_limits: bool,
}

/// Starts the emulator, says where it is and how to use it, and serves until asked to end.
pub async fn run(emulator: Emulator) -> Result<Exit, CliError> {
    match emulator {
        Emulator::Upstream(wanted) => upstream(wanted).await,
        Emulator::Telegram(wanted) => telegram(wanted).await,
        Emulator::Discord(wanted) => discord(wanted).await,
    }
}

/// Starts a provider's emulator, says how to buy from it, and ends it when asked to.
async fn upstream(wanted: Upstream) -> Result<Exit, CliError> {
    let Upstream { provider, port, api_key, seed, code_delay, wallet, .. } = wanted;
    let options = any::Options {
        provider,
        api_key: api_key.clone(),
        seed,
        codes: code_delay.map(|seconds| CodePlan::Fixed(i64::from(seconds) * 1_000)),
        wallet,
        webhook: wanted.webhook_url.map(|url| Hook { url, secret: wanted.webhook_secret }),
        log: RequestLog::from_env().map_err(CliError::RequestLog)?,
    };
    let running = any::start(options, loopback(port)).await?;
    let url = running.base_url();
    say(&format!(
        "{provider} answers at {url} until Ctrl-C. To buy from it:\n\
         NUMDESK_UPSTREAM__PROVIDER={provider}\n\
         NUMDESK_UPSTREAM__BASE_URL={url}\n\
         NUMDESK_UPSTREAM__API_KEY={api_key}"
    ))?;
    signal::stop_asked().await?;
    running.stop().await;
    Ok(Exit::Done)
}

async fn telegram(wanted: Telegram) -> Result<Exit, CliError> {
    let Telegram { port, token, strict_limits } = wanted;
    let log = RequestLog::from_env().map_err(CliError::RequestLog)?;
    let options =
        telegram::Options { token: token.clone(), strict_limits, log, ..Default::default() };
    let address = loopback(port);
    let running = telegram::start(options, address)
        .await
        .map_err(|source| CliError::Listen { address, source })?;
    let url = running.url();
    say(&format!(
        "Telegram answers at {url} until Ctrl-C. To talk to it:\n\
         NUMDESK_TELEGRAM__API_URL={url}\n\
         NUMDESK_TELEGRAM__TOKEN={token}"
    ))?;
    signal::stop_asked().await?;
    running.stop().await;
    Ok(Exit::Done)
}

async fn discord(wanted: Discord) -> Result<Exit, CliError> {
    let Discord { port, token, strict_limits } = wanted;
    let log = RequestLog::from_env().map_err(CliError::RequestLog)?;
    let options =
        discord::Options { token: token.clone(), strict_limits, log, ..Default::default() };
    let address = loopback(port);
    let running = discord::start(options, address)
        .await
        .map_err(|source| CliError::Listen { address, source })?;
    let url = running.url();
    say(&format!(
        "Discord answers at {url} until Ctrl-C. To talk to it:\n\
         NUMDESK_DISCORD__API_URL={url}\n\
         NUMDESK_DISCORD__TOKEN={token}"
    ))?;
    signal::stop_asked().await?;
    running.stop().await;
    Ok(Exit::Done)
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}
