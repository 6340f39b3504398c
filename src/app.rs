//! The composition root: opens the books, connects the provider and the chats, starts the workers, and ends them in
//! order. `main` and the tests start the same app.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bot_core::{
    clock::Clock,
    pricing::{BadPricing, PriceRise, Pricing},
    random::Random,
    shop::{Settings, Shop},
    store::{Store, StoreError},
    text::{TextError, Texts},
    upstream::Push,
    worker,
};
use telegram::{ConnectError, Telegram};
use tokio::{sync::watch, task::JoinSet};

use crate::{
    config::{Config, TelegramConfig, provider},
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
    Telegram(#[from] ConnectError),
    #[error("there is no chat to open the shop in: set telegram.token")]
    NoPlatform,
}

impl App {
    /// Opens the shop. Orders left unfinished by an earlier run go on.
    ///
    /// # Errors
    /// What an operator must mend first. A chat platform that merely does not answer is tried again for ever.
    pub async fn start(config: &Config, clock: Clock) -> Result<Self, StartError> {
        let Some(telegram) = config.telegram.clone() else { return Err(StartError::NoPlatform) };
        if config.discord.is_some() {
            tracing::warn!("discord.token is set, but this version has no Discord adapter yet");
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
            price_rise: PriceRise::default(),
            random: Random::real(),
        };
        let upstream = config.upstream.connect(clock.clone())?;
        let texts = Texts::load()?;
        let lock = lock(config.database.path())?;
        let store = Store::open(&config.database.url).await?;
        let shop = Shop::new(store, clock.clone(), upstream, texts, settings);
        worker::sweep::recover(&shop).await.map_err(StartError::Recover)?;
        let mut workers = worker::start(&shop);
        let (stop, stopping) = watch::channel(false);
        let server = serve_pushes(config, &shop, &clock, &mut workers, stopping.clone()).await?;
        let mut adapters = JoinSet::new();
        let connected = match connect(&telegram, &clock).await {
            Ok(connected) => Some(connected),
            Err(error @ ConnectError::Unreachable(_)) => {
                tracing::warn!(%error, "trying again until it answers");
                None
            }
            Err(error) => return Err(error.into()),
        };
        adapters.spawn(serve_telegram(Arc::clone(&shop), telegram, connected, clock, stopping));
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
        workers.spawn(registration::run(Arc::clone(shop), hook, url, clock.clone()));
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

async fn connect(config: &TelegramConfig, clock: &Clock) -> Result<Telegram, ConnectError> {
    let mut settings = telegram::Settings::new(config.token.clone());
    if let Some(api_url) = &config.api_url {
        settings.api_url = api_url.to_string();
    }
    Telegram::connect(settings, clock.clone()).await
}

/// Runs the bot until it is told to stop. The rest of the shop goes on when Telegram does not.
async fn serve_telegram(
    shop: Arc<Shop>,
    config: TelegramConfig,
    connected: Option<Telegram>,
    clock: Clock,
    mut stopping: watch::Receiver<bool>,
) {
    let connecting = connect_at_last(&config, connected, &clock);
    let telegram = tokio::select! {
        telegram = connecting => telegram,
        _ = stopping.wait_for(|stop| *stop) => return,
    };
    let Some(telegram) = telegram else { return };
    tracing::info!(bot = telegram.username(), "the shop is open in Telegram");
    let _workers = worker::start_for(&shop, &telegram.messenger());
    if let Err(error) = telegram.run(shop, stopping).await {
        tracing::error!(%error, "Telegram has ended; the shop goes on without it");
    }
}

async fn connect_at_last(
    config: &TelegramConfig,
    connected: Option<Telegram>,
    clock: &Clock,
) -> Option<Telegram> {
    if connected.is_some() {
        return connected;
    }
    let mut pause = FIRST_PAUSE;
    loop {
        clock.sleep(pause).await;
        match connect(config, clock).await {
            Ok(telegram) => return Some(telegram),
            Err(error @ ConnectError::Unreachable(_)) => {
                tracing::warn!(%error, "Telegram still does not answer");
                pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
            }
            Err(error) => {
                tracing::error!(%error, "Telegram has ended; the shop goes on without it");
                return None;
            }
        }
    }
}
