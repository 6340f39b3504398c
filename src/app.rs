//! The composition root: opens the books, connects the provider and the chats, starts the workers, and ends them in
//! order. `main` and the tests start the same app.

use std::{
    fmt,
    fs::{File, OpenOptions, TryLockError},
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bot_core::{
    clock::Clock,
    messenger::Messenger,
    pricing::{BadPricing, Pricing},
    random::Random,
    shop::{Settings, Shop},
    store::{Store, StoreError},
    text::{TextError, Texts},
    upstream::Push,
    worker,
};
use discord::Discord;
use telegram::Telegram;
use tokio::{sync::watch, task::JoinSet};
use tracing::Instrument;

use crate::{
    config::{Config, DiscordConfig, TelegramConfig, provider},
    http::{Hook, Route, Server, registration},
};

/// How long a chat platform that does not answer is left alone before the next try.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How long adapters may take to finish what they are doing.
const DRAIN_WITHIN: Duration = Duration::from_secs(9);

/// A running shop. Dropping it stops everything at once, as a kill would; [`App::stop`] finishes what is under way.
pub struct App {
    shop: Arc<Shop>,
    workers: JoinSet<()>,
    adapters: JoinSet<()>,
    /// Present when it has an address to listen on.
    server: Option<Server>,
    stop: watch::Sender<bool>,
    /// Held while the shop is open: two on one database would buy twice.
    _lock: File,
}

/// Why the shop did not open.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("another shop is open on this database, or {} cannot be locked", file.display())]
    Locked { file: PathBuf, source: TryLockError },
    #[error("{} cannot be made", file.display())]
    LockFile { file: PathBuf, source: io::Error },
    #[error("the database cannot be opened")]
    Store(#[from] StoreError),
    #[error("unfinished orders could not be taken up again: {0}")]
    Recover(String),
    #[error("upstream: {0}")]
    Upstream(#[from] provider::ConnectError),
    #[error("pricing: {0}")]
    Pricing(#[from] BadPricing),
    #[error("{address} cannot be listened on")]
    Listen { address: SocketAddr, source: io::Error },
    #[error("the texts cannot be read")]
    Texts(#[from] TextError),
    #[error("telegram: {0}")]
    Telegram(#[from] telegram::ConnectError),
    #[error("discord: {0}")]
    Discord(#[from] discord::ConnectError),
    #[error("there is no chat to open the shop in: set telegram.token or discord.token")]
    NoPlatform,
}

impl App {
    /// Opens the shop. Orders left unfinished by an earlier run go on.
    ///
    /// # Errors
    /// What an operator must mend first. A chat platform that merely does not answer is tried again for ever.
    pub async fn start(config: &Config, clock: Clock) -> Result<Self, StartError> {
        if config.telegram.is_none() && config.discord.is_none() {
            return Err(StartError::NoPlatform);
        }
        let pricing = &config.pricing;
        let settings = Settings {
            name: config.shop.name.clone(),
            owners: config.shop.owners.clone(),
            pricing: Pricing::new(
                pricing.margin_percent,
                pricing.fee,
                pricing.minimum,
                pricing.step,
            )?,
            price_rise: pricing.price_rise,
            lateness: config.lateness,
            staff: config.staff,
            deposit: config.shop.deposit.clone(),
            random: Random::real(),
        };
        let upstream = config.upstream.connect(clock.clone(), Random::real())?;
        let texts = Texts::load()?;
        let lock = lock(config.database.path())?;
        let store = Store::open(&config.database.url).await?;
        let shop = Shop::new(store, clock.clone(), upstream, texts, settings);
        worker::sweep::recover(&shop).await.map_err(StartError::Recover)?;
        let mut workers = worker::start(&shop);
        let (stop, stopping) = watch::channel(false);
        let server = serve_pushes(config, &shop, &clock, &mut workers, stopping.clone()).await?;
        let mut adapters = JoinSet::new();
        if let Some(config) = config.telegram.clone() {
            let platform = OnTelegram { config };
            let connected = first_try(&platform, &clock).await?;
            let (shop, clock) = (Arc::clone(&shop), clock.clone());
            adapters.spawn(serve(platform, shop, connected, clock, stopping.clone()));
        }
        if let Some(config) = config.discord.clone() {
            let platform = OnDiscord { config };
            let connected = first_try(&platform, &clock).await?;
            adapters.spawn(serve(platform, Arc::clone(&shop), connected, clock, stopping));
        }
        Ok(Self { shop, workers, adapters, server, stop, _lock: lock })
    }

    /// The shop itself, for what looks at it from inside the process.
    pub fn shop(&self) -> &Arc<Shop> {
        &self.shop
    }

    /// What is served beside the chats, when anything is.
    pub fn server(&self) -> Option<&Server> {
        self.server.as_ref()
    }

    /// Waits until every chat has ended by itself, which only a revoked token makes it do.
    pub async fn ended(&mut self) {
        while self.adapters.join_next().await.is_some() {}
    }

    /// Takes no more actions, finishes those under way, then stops the workers. What is left is in the database.
    pub async fn stop(mut self) {
        // With every adapter gone there is nobody to tell.
        let _ = self.stop.send(true);
        let drained = tokio::time::timeout(DRAIN_WITHIN, async {
            self.ended().await;
            if let Some(server) = &mut self.server {
                server.ended().await;
            }
        })
        .await;
        if drained.is_err() {
            tracing::warn!(
                "some chats or pushes did not finish in time; what they were doing is taken up at the next start"
            );
        }
        self.workers.shutdown().await;
        self.shop.close().await;
    }
}

/// Opens the door for what the provider pushes, and has the provider told of it where that can be done.
async fn serve_pushes(
    config: &Config,
    shop: &Arc<Shop>,
    clock: &Clock,
    workers: &mut JoinSet<()>,
    stopping: watch::Receiver<bool>,
) -> Result<Option<Server>, StartError> {
    let Some(address) = config.http.listen else { return Ok(None) };
    let upstream = &config.upstream;
    let route = Route::new(upstream.provider.name(), &upstream.api_key);
    let public = config.http.public_url.as_ref().map(|public| route.below(public));
    let secret = upstream.webhook_secret.clone();
    let hook = Arc::new(Hook::new(Arc::clone(shop), clock.clone(), route, secret));
    let server = Server::start(address, Arc::clone(&hook), clock.clone(), stopping)
        .await
        .map_err(|source| StartError::Listen { address, source })?;
    tracing::info!(address = %server.address(), "listening for pushes");
    if let (Some(url), Push::Signed { registers: true, .. }) = (public, shop.push()) {
        let registering = registration::run(Arc::clone(shop), hook, url, clock.clone());
        workers.spawn(registering.instrument(shop.span()));
    }
    Ok(Some(server))
}

/// One shop per database. The lock lies beside it and goes with the process, however that ends.
fn lock(database: &Path) -> Result<File, StartError> {
    let mut file = database.as_os_str().to_owned();
    file.push(".lock");
    let file = PathBuf::from(file);
    let made = OpenOptions::new().create(true).truncate(false).write(true).open(&file);
    let lock = made.map_err(|source| StartError::LockFile { file: file.clone(), source })?;
    lock.try_lock().map_err(|source| StartError::Locked { file, source })?;
    Ok(lock)
}

/// A chat platform, as far as starting it goes.
trait ChatPlatform: Send + Sync + 'static {
    type Bot: Send + Sync;
    type ConnectError: fmt::Display + Into<StartError> + Send;

    const NAME: &'static str;

    fn connect(
        &self,
        clock: &Clock,
    ) -> impl Future<Output = Result<Self::Bot, Self::ConnectError>> + Send;
    /// Whether another try may help.
    fn is_passing(error: &Self::ConnectError) -> bool;
    fn bot_name(bot: &Self::Bot) -> &str;
    fn messenger(bot: &Self::Bot, shop: &Arc<Shop>) -> Arc<dyn Messenger>;
    /// Runs until it is stopped. The error is for the log: what the platform said when it ended this for good.
    fn run(
        bot: &Self::Bot,
        shop: Arc<Shop>,
        stopping: watch::Receiver<bool>,
    ) -> impl Future<Output = Result<(), String>> + Send;
}

struct OnTelegram {
    config: TelegramConfig,
}

struct OnDiscord {
    config: DiscordConfig,
}

impl ChatPlatform for OnTelegram {
    type Bot = Telegram;
    type ConnectError = telegram::ConnectError;

    const NAME: &'static str = "Telegram";

    async fn connect(&self, clock: &Clock) -> Result<Telegram, telegram::ConnectError> {
        let mut settings = telegram::Settings::new(self.config.token.clone());
        if let Some(api_url) = &self.config.api_url {
            settings.api_url = api_url.to_string();
        }
        Telegram::connect(settings, clock.clone()).await
    }

    fn is_passing(error: &telegram::ConnectError) -> bool {
        matches!(error, telegram::ConnectError::Unreachable(_))
    }

    fn bot_name(bot: &Telegram) -> &str {
        bot.username()
    }

    fn messenger(bot: &Telegram, _: &Arc<Shop>) -> Arc<dyn Messenger> {
        bot.messenger()
    }

    async fn run(
        bot: &Telegram,
        shop: Arc<Shop>,
        stopping: watch::Receiver<bool>,
    ) -> Result<(), String> {
        bot.run(shop, stopping).await.map_err(|ended| ended.to_string())
    }
}

impl ChatPlatform for OnDiscord {
    type Bot = Discord;
    type ConnectError = discord::ConnectError;

    const NAME: &'static str = "Discord";

    async fn connect(&self, clock: &Clock) -> Result<Discord, discord::ConnectError> {
        let mut settings = discord::Settings::new(self.config.token.clone());
        if let Some(api_url) = &self.config.api_url {
            settings.api_url = api_url.to_string();
        }
        Discord::connect(settings, clock.clone()).await
    }

    fn is_passing(error: &discord::ConnectError) -> bool {
        matches!(error, discord::ConnectError::Unreachable(_))
    }

    fn bot_name(bot: &Discord) -> &str {
        bot.name()
    }

    fn messenger(bot: &Discord, shop: &Arc<Shop>) -> Arc<dyn Messenger> {
        bot.messenger(shop)
    }

    async fn run(
        bot: &Discord,
        shop: Arc<Shop>,
        stopping: watch::Receiver<bool>,
    ) -> Result<(), String> {
        bot.run(shop, stopping).await.map_err(|ended| ended.to_string())
    }
}

/// What an operator must mend shows at once; a platform that merely does not answer is tried again later.
async fn first_try<P: ChatPlatform>(
    platform: &P,
    clock: &Clock,
) -> Result<Option<P::Bot>, StartError> {
    match platform.connect(clock).await {
        Ok(bot) => Ok(Some(bot)),
        Err(error) if P::is_passing(&error) => {
            tracing::warn!(platform = P::NAME, %error, "trying again until it answers");
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// Runs a bot until it is told to stop. The rest of the shop goes on when its platform does not.
async fn serve<P: ChatPlatform>(
    platform: P,
    shop: Arc<Shop>,
    connected: Option<P::Bot>,
    clock: Clock,
    mut stopping: watch::Receiver<bool>,
) {
    let bot = tokio::select! {
        bot = connect_at_last(&platform, connected, &clock) => bot,
        _ = stopping.wait_for(|stop| *stop) => return,
    };
    let Some(bot) = bot else { return };
    tracing::info!(bot = P::bot_name(&bot), "the shop is open in {}", P::NAME);
    let _workers = worker::start_for(&shop, &P::messenger(&bot, &shop));
    if let Err(error) = P::run(&bot, shop, stopping).await {
        tracing::error!(error, "{} has ended; the shop goes on without it", P::NAME);
    }
}

async fn connect_at_last<P: ChatPlatform>(
    platform: &P,
    connected: Option<P::Bot>,
    clock: &Clock,
) -> Option<P::Bot> {
    if connected.is_some() {
        return connected;
    }
    let mut pause = FIRST_PAUSE;
    loop {
        clock.sleep(pause).await;
        match platform.connect(clock).await {
            Ok(bot) => return Some(bot),
            Err(error) if P::is_passing(&error) => {
                tracing::warn!(platform = P::NAME, %error, "it still does not answer");
                pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
            }
            Err(error) => {
                tracing::error!(%error, "{} has ended; the shop goes on without it", P::NAME);
                return None;
            }
        }
    }
}
