//! The demo: the real shop in front of an emulated provider, an emulated Telegram and an emulated Discord, all in one process,
//! and a page for each on which one plays the people. Nothing leaves the machine, and nothing in the shop knows that it is a demo.

use std::{
    ffi::OsString,
    io::{self, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use bot_core::clock::Clock;
use sandbox::{
    discord::{ControlError as DiscordError, Running as EmulatedDiscord},
    page::{self, Cast, Seat},
    request_log::RequestLog,
    telegram::{self, Control, ControlError, MessageView},
    upstream::{
        Provider as Emulated,
        any::{self, AnyRunning},
        numbers::CodePlan,
    },
};
use tempfile::TempDir;
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    app::{App, StartError},
    config::{Config, ConfigError, provider::Provider, source::variable_name},
};

mod discord;
mod roommates;

/// Where the page is when nobody says otherwise, or at the next free port.
pub const USUAL_PORT: u16 = 8080;
const PORTS_TRIED: u16 = 20;

const SHOP: &str = "Numdesk";
const TOKEN: &str = "42:DEMO-TOKEN";
const API_KEY: &str = "demo-key";
/// Codes come in about 4 to 9 seconds, the provider's pace for each service included.
const CODES: CodePlan = CodePlan::Seeded { median_ms: 5_500, spread: 0.15, never_percent: 0 };

const OLIVIA: i64 = 1000;
const ALICE: i64 = 1001;
const BOB: i64 = 1002;
const ROOMMATES: i64 = -1003;

/// How long the shop may take to answer while the demo is set up. Real time.
const PATIENCE: Duration = Duration::from_secs(20);

/// How a demo is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whose emulator the shop buys from.
    pub provider: Provider,
    /// Whom to serve: this machine alone, unless it is another of its addresses.
    pub listen: IpAddr,
    /// 0 takes any free one; without one it is [`USUAL_PORT`] or one of the next.
    pub port: Option<u16>,
    /// A new file for the books; in a temporary folder that goes with the demo when absent.
    pub database: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        let provider = Provider::SmscodeV2;
        Self { provider, listen: Ipv4Addr::LOCALHOST.into(), port: None, database: None }
    }
}

/// Why the demo could not begin.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("{address} cannot be listened on")]
    Listen { address: SocketAddr, source: io::Error },
    #[error("the provider's emulator did not start")]
    Provider(#[from] any::StartError),
    #[error("no emulator of {0} exists")]
    NotEmulated(&'static str),
    #[error("no folder can be made for the books")]
    Folder(#[source] io::Error),
    /// The provider and the chats start anew with each demo, and books of another one would not fit them.
    #[error("{} exists already; the demo wants a new file", .0.display())]
    NotNew(PathBuf),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("the demo's people could not act: {0}")]
    People(#[from] ControlError),
    #[error("the demo's people in Discord could not act: {0}")]
    DiscordPeople(#[from] DiscordError),
    #[error("the shop did not answer {0:?}")]
    Silent(String),
    #[error("the page's address cannot be written")]
    Output(#[source] io::Error),
    #[error("Ctrl-C cannot be waited for")]
    Signal(#[source] io::Error),
    #[error("the file that SANDBOX_LOG names cannot be written")]
    RequestLog(#[source] io::Error),
}

/// A running demo. Dropping it stops everything at once.
pub struct Demo {
    app: App,
    page: page::Running,
    discord: EmulatedDiscord,
    upstream: AnyRunning,
    /// Removed when dropped.
    _folder: Option<TempDir>,
}

/// Starts a demo, says where it is, and ends it with Ctrl-C.
pub async fn run(options: Options) -> Result<(), DemoError> {
    let mut demo = start(options).await?;
    let text = format!(
        "The demo is open: {url} (Telegram) and {url}/discord\nNo real numbers, no real money. Ctrl-C ends it.",
        url = demo.url()
    );
    writeln!(io::stdout(), "{text}").map_err(DemoError::Output)?;
    let mut terminated = signal(SignalKind::terminate()).map_err(DemoError::Signal)?;
    tokio::select! {
        asked = tokio::signal::ctrl_c() => asked.map_err(DemoError::Signal)?,
        _ = terminated.recv() => {}
        () = demo.ended() => {}
    }
    demo.stop().await;
    Ok(())
}

/// Starts everything, and lets the owner give Alice and Bob some money, and Alice a part of hers to the roommates' pool, as they would in real chats.
pub async fn start(options: Options) -> Result<Demo, DemoError> {
    let (database, folder) = books(options.database)?;
    let upstream = start_upstream(options.provider).await?;
    let discord = discord::start().await?;
    let page = start_page(discord.control(), options.listen, options.port).await?;
    let chats = (local_url(page.address()), discord.url());
    let config = config(&database, options.provider, &upstream, chats)?;
    let people = page.telegram();
    people.add_person(OLIVIA, "Olivia", Some("olivia"), "en")?;
    people.add_person(ALICE, "Alice", Some("alice"), "en")?;
    people.add_person(BOB, "Bob", Some("bobby"), "en")?;
    let app = App::start(&config, Clock::real()).await?;
    let members = discord.control();
    tokio::try_join!(open_shop(people), discord::open_shop(&members))?;
    has_prices(&app).await?;
    people.add_group(ROOMMATES, "Roommates", &[ALICE, BOB])?;
    roommates::share(people).await?;
    Ok(Demo { app, page, discord, upstream, _folder: folder })
}

impl Demo {
    /// Where the page is, as seen from this machine.
    pub fn url(&self) -> String {
        local_url(self.page.address())
    }

    /// The emulated Telegram.
    pub fn people(&self) -> &Control {
        self.page.telegram()
    }

    /// Waits until the shop has ended by itself, which it does not in a demo.
    pub async fn ended(&mut self) {
        self.app.ended().await;
    }

    /// Closes the shop in order, then everything around it.
    pub async fn stop(self) {
        self.app.stop().await;
        self.page.stop().await;
        self.discord.stop().await;
        self.upstream.stop().await;
    }
}

/// Nobody can be called at "any address", so this machine calls itself at its own.
fn local_url(mut address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("http://{address}")
}

/// The file for the books, and the folder that is to go with the demo.
fn books(wanted: Option<PathBuf>) -> Result<(PathBuf, Option<TempDir>), DemoError> {
    match wanted {
        Some(file) if file.exists() => Err(DemoError::NotNew(file)),
        Some(file) => Ok((file, None)),
        None => {
            let folder = tempfile::tempdir().map_err(DemoError::Folder)?;
            Ok((folder.path().join("numdesk.db"), Some(folder)))
        }
    }
}

async fn start_upstream(provider: Provider) -> Result<AnyRunning, DemoError> {
    let name = provider.name();
    let provider = name.parse().map_err(|_| DemoError::NotEmulated(name))?;
    let options = any::Options {
        provider,
        api_key: API_KEY.to_owned(),
        seed: 1,
        codes: Some(CODES),
        wallet: Some(wallet(provider)),
        webhook: None,
        log: RequestLog::off(),
    };
    Ok(any::start(options, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?)
}

/// Far more than a demo can spend, in the provider's own currency.
fn wallet(provider: Emulated) -> u32 {
    match provider {
        Emulated::SmscodeV1 | Emulated::SmscodeV2 => 500_000_000,
        Emulated::SmsBuyz
        | Emulated::SmsVerificationService
        | Emulated::SmsVerifyo
        | Emulated::SmsVerifyoRentals => 30_000,
    }
}

/// The emulated Telegram and the pages, on one port.
async fn start_page(
    discord: sandbox::discord::Control,
    listen: IpAddr,
    port: Option<u16>,
) -> Result<page::Running, DemoError> {
    let log = RequestLog::from_env().map_err(DemoError::RequestLog)?;
    let options =
        telegram::Options { token: TOKEN.to_owned(), log, ..telegram::Options::default() };
    let telegram = Control::new(options);
    let last = port.unwrap_or(USUAL_PORT + PORTS_TRIED);
    let mut address = SocketAddr::new(listen, port.unwrap_or(USUAL_PORT));
    loop {
        match page::start(telegram.clone(), discord.clone(), cast(), address).await {
            Ok(running) => return Ok(running),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && address.port() < last => {
                address.set_port(address.port() + 1);
            }
            Err(source) => return Err(DemoError::Listen { address, source }),
        }
    }
}

/// As an operator would write it: what is not said here is as usual.
fn config(
    database: &Path,
    provider: Provider,
    upstream: &AnyRunning,
    (telegram, discord): (String, String),
) -> Result<Config, ConfigError> {
    let settings = [
        ("shop.name", SHOP.to_owned()),
        ("shop.owners", format!("telegram:{OLIVIA}, discord:{}", discord::OLIVIA)),
        ("database.url", format!("sqlite://{}", database.display())),
        ("upstream.provider", provider.name().to_owned()),
        ("upstream.base_url", upstream.base_url().to_owned()),
        ("upstream.api_key", API_KEY.to_owned()),
        ("telegram.token", TOKEN.to_owned()),
        ("telegram.api_url", telegram),
        ("discord.token", discord::TOKEN.to_owned()),
        ("discord.api_url", discord),
    ];
    let as_variable = |(key, value)| (OsString::from(variable_name(key)), OsString::from(value));
    Config::load(None, settings.map(as_variable))
}

/// Whoever opens the page finds something to buy there.
async fn has_prices(app: &App) -> Result<(), DemoError> {
    let read = async {
        while !app.shop().has_catalog() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let in_time = tokio::time::timeout(PATIENCE, read).await;
    in_time.map_err(|_| DemoError::Silent("the provider's prices".to_owned()))
}

/// Everybody says hello, and the owner puts something on the customers' balances.
async fn open_shop(people: &Control) -> Result<(), DemoError> {
    for person in [OLIVIA, ALICE, BOB] {
        ask(people, person, "/start").await?;
    }
    for (customer, words) in [(ALICE, "/topup @alice 15"), (BOB, "/topup @bobby 2")] {
        let question = ask(people, OLIVIA, words).await?;
        let before = last_message(people, customer);
        people.press_button(OLIVIA, OLIVIA, question.id, 0, 0)?;
        answer(people, customer, before, words).await?;
    }
    Ok(())
}

/// A person writes to the bot; what it answers.
async fn ask(people: &Control, person: i64, words: &str) -> Result<MessageView, DemoError> {
    let said = people.say(person, person, words)?;
    answer(people, person, said, words).await
}

/// The bot's first message after this one.
async fn answer(
    people: &Control,
    chat: i64,
    after: i64,
    words: &str,
) -> Result<MessageView, DemoError> {
    let is_answer = |message: &MessageView| message.id > after && message.from.is_bot;
    let answer = people.until(PATIENCE, |people| people.messages(chat).into_iter().find(is_answer));
    answer.await.ok_or_else(|| DemoError::Silent(words.to_owned()))
}

fn last_message(people: &Control, chat: i64) -> i64 {
    people.messages(chat).last().map_or(0, |message| message.id)
}

/// Whose phones lie on the table, and what to try with each.
fn cast() -> Cast {
    let seat = |(person, chat), role: &str, hint: &str, suggestion: &str| Seat {
        person,
        chat,
        role: role.to_owned(),
        hint: hint.to_owned(),
        suggestion: suggestion.to_owned(),
    };
    let seats = vec![
        seat(
            (ALICE, ALICE),
            "customer",
            "👋 You are Alice, with $10 to spend. Tap Buy a number, or say what you need:",
            "whatsapp india",
        ),
        seat(
            (BOB, BOB),
            "customer",
            "You are Bob, and you have only $2. Try something that costs more:",
            "whatsapp united states",
        ),
        seat(
            (OLIVIA, OLIVIA),
            "owner",
            "You are Olivia, and this is your shop. Put some money on Bob’s balance:",
            "/topup @bobby 5",
        ),
        seat(
            (ALICE, ROOMMATES),
            "as Alice",
            "A group whose pool has $5. Choose who pays; number and code come to Alice alone:",
            "/buy telegram india",
        ),
        seat(
            (BOB, ROOMMATES),
            "as Bob",
            "The same group, on Bob’s phone. What do they have together?",
            "/pool",
        ),
    ];
    Cast { title: SHOP.to_owned(), seats, players: discord::players() }
}

#[cfg(test)]
mod tests;
