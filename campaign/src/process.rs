//! One run of the shop's process, from its start to the moment at which it is killed.
//!
//! A killed process answers nothing any more and sends nothing; what it sent before is on its way. Its database file stays
//! as the last commit left it.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use bot_core::{
    clock::Clock,
    ids::Identity,
    messenger::Messenger,
    pricing::{PriceRise, Pricing},
    random::Random,
    rights::StaffRules,
    shop::{Lateness, Settings, Shop},
    store::{
        Store,
        bare::{Fate, Moment, Verdict},
    },
    text::Texts,
    upstream::{
        Upstream, budget::Budget, http::Http, smsbuyz, smscode, smsverificationservice, smsverifyo,
    },
    worker,
};
use futures::future;
use secrecy::SecretString;
use tokio::{sync::Notify, task::JoinSet};

use crate::{
    chat::{Chats, Voice},
    emulator::{Emulator, KEY},
    history::Family,
    hub::Hub,
    network::{Line, Network},
};

/// How long the shop waits for an answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Where a process can be killed: around everything that it does beyond its own memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    Database(Moment),
    /// Before a request leaves, and when its answer has come.
    Sent,
    Answered,
    /// Before a message leaves, and when it has gone out.
    Message,
    Messaged,
}

impl Spot {
    pub const ALL: [Self; 8] = [
        Self::Database(Moment::Read),
        Self::Database(Moment::Begin),
        Self::Database(Moment::Commit),
        Self::Database(Moment::Committed),
        Self::Sent,
        Self::Answered,
        Self::Message,
        Self::Messaged,
    ];
}

/// Whether a process lives, and when it will not.
pub struct Life {
    hub: Hub,
    dead: AtomicBool,
    died: Notify,
    doom: Mutex<Option<(Spot, u32)>>,
    /// So many of the next operations of the database fail.
    failing: AtomicU32,
    /// Until then nothing can be written.
    full_until: AtomicI64,
    commits: AtomicU64,
}

impl Life {
    fn new(hub: Hub) -> Arc<Self> {
        Arc::new(Self {
            hub,
            dead: AtomicBool::new(false),
            died: Notify::new(),
            doom: Mutex::new(None),
            failing: AtomicU32::new(0),
            full_until: AtomicI64::new(0),
            commits: AtomicU64::new(0),
        })
    }

    pub fn is_dead(&self) -> bool {
        self.dead.load(Ordering::Relaxed)
    }

    /// Kills at once.
    pub fn end(&self) {
        if !self.dead.swap(true, Ordering::Relaxed) {
            self.hub.trace("killed");
            self.died.notify_one();
        }
    }

    /// Kills when the process passes `spot` for the so-manieth time from now.
    pub fn doom(&self, spot: Spot, times: u32) {
        *self.doom.lock().unwrap_or_else(PoisonError::into_inner) = Some((spot, times));
    }

    pub fn fail_database(&self, times: u32) {
        self.failing.store(times, Ordering::Relaxed);
    }

    /// Nothing can be written for so long.
    pub fn fill_disk(&self, time: Duration) {
        self.full_until.store((self.hub.now() + time).0, Ordering::Relaxed);
    }

    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// The process passes a spot. Whether it lives on.
    pub fn passes(&self, spot: Spot) -> bool {
        if self.is_dead() {
            return false;
        }
        let mut doom = self.doom.lock().unwrap_or_else(PoisonError::into_inner);
        let is_doomed = match &mut *doom {
            Some((doomed, left)) if *doomed == spot => {
                *left = left.saturating_sub(1);
                *left == 0
            }
            Some(_) | None => false,
        };
        if is_doomed {
            *doom = None;
            drop(doom);
            self.end();
        }
        !is_doomed
    }

    /// Returns at once while the process lives, and never afterwards.
    pub async fn goes_past(&self, spot: Spot) {
        if !self.passes(spot) {
            future::pending::<()>().await;
        }
    }
}

impl Fate for Life {
    fn at(&self, moment: Moment) -> Verdict {
        if !self.passes(Spot::Database(moment)) {
            return Verdict::Dead;
        }
        if moment == Moment::Committed {
            self.commits.fetch_add(1, Ordering::Relaxed);
            return Verdict::Done;
        }
        if !self.hub.lets(Family::Database) {
            return Verdict::Done;
        }
        let is_full = self.hub.now().0 < self.full_until.load(Ordering::Relaxed);
        if is_full && moment == Moment::Commit {
            self.hub.struck("database: full for a while");
            return Verdict::Fails;
        }
        let failing = self.failing.load(Ordering::Relaxed);
        if failing > 0 {
            self.failing.store(failing - 1, Ordering::Relaxed);
            self.hub.struck(match moment {
                Moment::Read => "database: a read fails",
                Moment::Begin => "database: busy",
                Moment::Commit | Moment::Committed => "database: disk full",
            });
            return Verdict::Fails;
        }
        Verdict::Done
    }
}

/// What outlives a process.
#[derive(Clone)]
pub struct Premises {
    pub hub: Hub,
    pub seed: u64,
    pub database: Arc<Path>,
    pub emulator: Emulator,
    pub network: Arc<Network>,
    pub chats: Chats,
    pub owners: Vec<Identity>,
    /// The machine's clock, which jumps, and how far it has.
    pub clock: Clock,
    pub jumped: Arc<AtomicI64>,
}

/// A running process. Dropping it stops everything that it does.
pub struct Process {
    pub shop: Arc<Shop>,
    pub life: Arc<Life>,
    /// What it does for people, and its workers.
    pub tasks: JoinSet<()>,
    _workers: Vec<JoinSet<()>>,
}

impl Process {
    /// Opens the shop. `None` when it was killed meanwhile.
    pub async fn open(premises: &Premises, number: u64) -> Result<Option<Self>, String> {
        let life = Life::new(premises.hub.clone());
        let url = format!("sqlite://{}", premises.database.display());
        let store = Store::open_bare(&url, Arc::clone(&life) as _).map_err(told)?;
        let line = Line::new(Arc::clone(&premises.network), Arc::clone(&life));
        let upstream = upstream(premises, number, Arc::new(line))?;
        let settings = Settings {
            name: "Corner Shop".into(),
            owners: premises.owners.clone(),
            pricing: Pricing::default(),
            price_rise: PriceRise::default(),
            lateness: Lateness::default(),
            staff: StaffRules::default(),
            deposit: None,
            random: Random::seeded(premises.seed.wrapping_mul(1_000_003).wrapping_add(number)),
        };
        let clock = premises.clock.clone();
        let texts = Texts::load().map_err(told)?;
        let shop = Shop::new(store, clock, upstream, texts, settings);
        tokio::select! {
            biased;
            recovered = worker::sweep::recover(&shop) => recovered?,
            () = life.died.notified() => return Ok(None),
        }
        let mut workers = vec![worker::start(&shop)];
        for voice in Voice::both(&premises.chats, &life) {
            let messenger: Arc<dyn Messenger> = Arc::new(voice);
            workers.push(worker::start_for(&shop, &messenger));
        }
        Ok(Some(Self { shop, life, tasks: JoinSet::new(), _workers: workers }))
    }
}

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn upstream(
    premises: &Premises,
    number: u64,
    line: Arc<Line>,
) -> Result<Arc<dyn Upstream>, String> {
    let clock = premises.clock.clone();
    let limits = match premises.emulator {
        Emulator::Smscode(_) => smscode::capabilities(smscode::Version::V2).limits,
        Emulator::Smsverifyo(_) => smsverifyo::capabilities().limits,
        Emulator::Smsverificationservice(_) => smsverificationservice::capabilities().limits,
        Emulator::Smsbuyz(_) => smsbuyz::capabilities().limits,
    };
    let random = Random::seeded(premises.seed.wrapping_add(number));
    let budget = Budget::new(limits, None, clock.clone(), random);
    let http = Http::given(line, TIMEOUT, clock.clone(), Arc::clone(&budget));
    let (base_url, api_key) = (premises.emulator.base_url().to_owned(), SecretString::from(KEY));
    let timeout = TIMEOUT;
    Ok(match premises.emulator {
        Emulator::Smscode(_) => {
            let version = smscode::Version::V2;
            let settings = smscode::Settings { version, base_url, api_key, timeout, clock, budget };
            Arc::new(smscode::SmsCode::over(settings, http).map_err(told)?)
        }
        Emulator::Smsverifyo(_) => {
            let settings = smsverifyo::Settings { base_url, api_key, timeout, clock, budget };
            Arc::new(smsverifyo::SmsVerifyo::over(settings, http).map_err(told)?)
        }
        Emulator::Smsverificationservice(_) => {
            let settings =
                smsverificationservice::Settings { base_url, api_key, timeout, clock, budget };
            let provider = smsverificationservice::SmsVerificationService::over(settings, http);
            Arc::new(provider.map_err(told)?)
        }
        Emulator::Smsbuyz(_) => {
            let settings = smsbuyz::Settings { base_url, api_key, timeout, clock, budget };
            Arc::new(smsbuyz::SmsBuyz::over(settings, http).map_err(told)?)
        }
    })
}
