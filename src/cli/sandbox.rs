//! `numdesk sandbox ...`: one emulator alone, until it is asked to end.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
};

use clap::{Args, Subcommand};
use sandbox::{
    request_log::RequestLog,
    telegram,
    upstream::{
        Provider, numbers::CodePlan, server::Running, smsbuyz, smscode, smsverificationservice,
        smsverifyo, smsverifyo_rentals,
    },
};

use super::{CliError, Exit, say, signal};

#[derive(Debug, Subcommand)]
pub enum Emulator {
    /// A provider of numbers, with the API, the limits and the money rules of its documents
    ///
    /// Prints the settings that make a shop buy from it. SANDBOX_LOG=FILE writes one line of JSON for each request.
    ///
    /// Below /sandbox/ it shows what it knows (GET orders, journal, requests, faults, offers except at smscode, at smsverifyo
    /// abuse, and at smscode and smsverificationservice pushes), lets things happen (POST deliver, stock, price, cancel,
    /// top_up, at smscode fx, at smsverifyo drift and key, and at smsverificationservice callback, deliver_late, drift, remove
    /// and text_only) and fails on demand: POST faults with {"route": "orders", "fault": "garbage", "times": 1}, DELETE
    /// faults to end it.
    Upstream(Upstream),
    /// Telegram's Bot API, with people to play at /sandbox/
    ///
    /// Prints the settings that make a shop talk to it. SANDBOX_LOG=FILE writes one line of JSON for each request.
    ///
    /// Below /sandbox/ people are made and played in JSON (POST people, groups, say, press, block, delete, replay), looked
    /// at (GET world, state, chats/ID/messages, toasts/PERSON, commands, events), and calls fail on demand: POST faults
    /// with {"method": "sendMessage", "kind": "bad_gateway", "times": 1}, DELETE faults to end it.
    Telegram(Telegram),
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

/// Starts the emulator, says where it is and how to use it, and serves until asked to end.
pub async fn run(emulator: Emulator) -> Result<Exit, CliError> {
    match emulator {
        Emulator::Upstream(wanted) => upstream(wanted).await,
        Emulator::Telegram(wanted) => telegram(wanted).await,
    }
}

async fn upstream(wanted: Upstream) -> Result<Exit, CliError> {
    match wanted.provider {
        Provider::SmscodeV1 | Provider::SmscodeV2 => {
            let mut options = smscode::Options::new(wanted.api_key.as_str());
            options.seed = wanted.seed;
            options.codes = wanted.codes().unwrap_or(options.codes);
            options.wallet_idr = wanted.wallet.map_or(options.wallet_idr, i64::from);
            options.log = RequestLog::from_env().map_err(CliError::RequestLog)?;
            serve(&wanted, async |address| smscode::start(options, address).await).await
        }
        Provider::SmsBuyz => {
            let mut options = smsbuyz::Options::new(wanted.api_key.as_str());
            options.seed = wanted.seed;
            options.codes = wanted.codes().unwrap_or(options.codes);
            let pips = |whole| i64::from(whole) * smsbuyz::PIPS;
            options.wallet_pips = wanted.wallet.map_or(options.wallet_pips, pips);
            options.log = RequestLog::from_env().map_err(CliError::RequestLog)?;
            serve(&wanted, async |address| smsbuyz::start(options, address).await).await
        }
        Provider::SmsVerificationService => {
            let mut options = smsverificationservice::Options::new(wanted.api_key.as_str());
            options.seed = wanted.seed;
            options.codes = wanted.codes().unwrap_or(options.codes);
            let cents = |whole| i64::from(whole) * 100;
            options.wallet_cents = wanted.wallet.map_or(options.wallet_cents, cents);
            options.log = RequestLog::from_env().map_err(CliError::RequestLog)?;
            let start = async |address| smsverificationservice::start(options, address).await;
            serve(&wanted, start).await
        }
        Provider::SmsVerifyo => {
            let mut options = smsverifyo::Options::new(wanted.api_key.as_str());
            options.seed = wanted.seed;
            options.codes = wanted.codes().unwrap_or(options.codes);
            let pips = |whole| i64::from(whole) * smsverifyo::PIPS;
            options.wallet_pips = wanted.wallet.map_or(options.wallet_pips, pips);
            options.log = RequestLog::from_env().map_err(CliError::RequestLog)?;
            serve(&wanted, async |address| smsverifyo::start(options, address).await).await
        }
        Provider::SmsVerifyoRentals => {
            let mut options = smsverifyo_rentals::Options::new(wanted.api_key.as_str());
            options.seed = wanted.seed;
            options.codes = wanted.codes().unwrap_or(options.codes);
            let pips = |whole| i64::from(whole) * smsverifyo_rentals::PIPS;
            options.wallet_pips = wanted.wallet.map_or(options.wallet_pips, pips);
            options.log = RequestLog::from_env().map_err(CliError::RequestLog)?;
            let start = async |address| smsverifyo_rentals::start(options, address).await;
            serve(&wanted, start).await
        }
    }
}

impl Upstream {
    fn codes(&self) -> Option<CodePlan> {
        self.code_delay.map(|seconds| CodePlan::Fixed(i64::from(seconds) * 1_000))
    }
}

/// Starts a provider's emulator, says how to buy from it, and ends it when asked to.
async fn serve<C: Clone>(
    wanted: &Upstream,
    start: impl AsyncFnOnce(SocketAddr) -> io::Result<Running<C>>,
) -> Result<Exit, CliError> {
    let Upstream { provider, api_key, port, .. } = wanted;
    let address = loopback(*port);
    let running = start(address).await.map_err(|source| CliError::Listen { address, source })?;
    let url = format!("{}{}", running.url(), provider.base_path());
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

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}
