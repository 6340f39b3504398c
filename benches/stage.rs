//! A provider, a Telegram and a bot in this process, and a watch that notes the moment at which each thing becomes
//! visible to people.
//!
//! The shop's time runs as the machine's does, and can be wound forward between two measurements, so that messages
//! which Telegram's limits hold back go out.

use std::{
    collections::HashMap,
    ffi::OsString,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use bot_core::{
    action::{Actor, ChatKind},
    clock::{ManualClock, Timestamp},
    ids::{ChatRef, Identity, TopUpId},
    ledger::{self, LedgerError},
    money::Money,
    store::Store,
};
use numdesk::{app::App, config::Config};
use sandbox::{
    telegram::{self, ButtonAction, Control, Event, MessageView},
    upstream::{numbers::CodePlan, smscode},
};
use tempfile::TempDir;
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    task::JoinHandle,
};

use crate::{Outcome, database_url, folder, stats::now};

pub const TOKEN: &str = "42:SANDBOX-TOKEN";
pub const KEY: &str = "sandbox-key";

/// More than anybody spends, in the shop's money and in whole IDR.
const FUNDS: Money = Money::from_raw(10_000_000);
pub const WALLET_IDR: i64 = 1_000_000_000_000;
pub const STOCK: u32 = 100_000;

/// Time passes in steps of this.
const TICK: Duration = Duration::from_millis(10);
/// Winding forward: so much, then a real moment for what it set off.
const WIND: Duration = Duration::from_millis(100);
const MOMENT: Duration = Duration::from_millis(2);
/// People who come in at once: with more of them Telegram's limit would keep the last ones' menus too long.
const GROUP: i64 = 500;
/// How long anything may take, in real time.
const BOUND: Duration = Duration::from_mins(1);

/// Any port of this machine.
pub fn loopback() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

/// Telegram with people in it, before any bot.
pub struct Scene {
    pub clock: ManualClock,
    pub control: Control,
    pub watch: Arc<Watch>,
    telegram: telegram::Running,
    ticking: JoinHandle<()>,
}

/// A shop that is open for these people.
pub struct Stage {
    pub scene: Scene,
    provider: smscode::Running,
    app: App,
    _folder: TempDir,
}

impl Scene {
    /// People with the ids from 1 to `people`.
    pub async fn set(people: i64) -> Outcome<Self> {
        let clock = ManualClock::starting_at(Timestamp(1_790_000_000_000));
        let options = telegram::Options {
            token: TOKEN.into(),
            clock: sandbox_clock(&clock),
            ..Default::default()
        };
        let telegram = telegram::start(options, loopback()).await?;
        let control = telegram.control();
        for person in 1..=people {
            control.add_person(person, &name(person), Some(&name(person)), "en")?;
        }
        let watch = Watch::start(control.events());
        let ticking = tokio::spawn(tick(clock.clone()));
        Ok(Self { clock, control, watch, telegram, ticking })
    }

    pub fn url(&self) -> String {
        self.telegram.url()
    }

    /// Waits while time passes as usual.
    pub async fn until(&self, what: &str, mut probe: impl FnMut(&Noted) -> bool) -> Outcome<()> {
        self.look(what, Duration::ZERO, &mut probe).await
    }

    /// Waits while time flies.
    pub async fn wind_until(
        &self,
        what: &str,
        mut probe: impl FnMut(&Noted) -> bool,
    ) -> Outcome<()> {
        self.look(what, WIND, &mut probe).await
    }

    async fn look(
        &self,
        what: &str,
        step: Duration,
        probe: &mut impl FnMut(&Noted) -> bool,
    ) -> Outcome<()> {
        let start = now();
        while start.elapsed() < BOUND {
            if self.watch.has_missed.load(Ordering::Relaxed) {
                return Err("the watch was too slow for the events".into());
            }
            if probe(&self.watch.noted()) {
                return Ok(());
            }
            if !step.is_zero() {
                self.clock.advance(step);
            }
            tokio::time::sleep(MOMENT).await;
        }
        Err(format!("this never happened: {what}").into())
    }

    pub async fn clear(self) {
        self.ticking.abort();
        self.telegram.stop().await;
    }
}

impl Stage {
    /// An open shop; everybody has money and its menu before them.
    pub async fn open(people: i64) -> Outcome<Self> {
        let scene = Scene::set(people).await?;
        let options = smscode::Options {
            clock: sandbox_clock(&scene.clock),
            codes: CodePlan::Manual,
            wallet_idr: WALLET_IDR,
            ..smscode::Options::new(KEY)
        };
        let provider = smscode::start(options, loopback()).await?;
        for product in provider.control().products() {
            provider.control().set_stock(product.id, STOCK)?;
        }
        let folder = folder()?;
        let database = database_url(folder.path());
        fund(&database, people, scene.clock.clock().now()).await?;
        let variables = variables(&database, &provider.url(), &scene.url());
        let app = App::start(&Config::load(None, variables)?, scene.clock.clock()).await?;
        let shop = Arc::clone(app.shop());
        scene.wind_until("the price list is read", |_| shop.has_catalog()).await?;
        let mut greeted = 0;
        while greeted < people {
            let group = greeted + 1..=people.min(greeted + GROUP);
            greeted = *group.end();
            for person in group {
                scene.control.say(person, person, "/start")?;
            }
            let all = usize::try_from(greeted)?;
            scene.wind_until("everybody sees the menu", |noted| noted.screens.len() == all).await?;
        }
        Ok(Self { scene, provider, app, _folder: folder })
    }

    /// Ends the shop as a kill would: a proper stop waits for screens that Telegram's limits hold back.
    pub async fn close(self) {
        drop(self.app);
        self.scene.clear().await;
        self.provider.stop().await;
    }
}

/// What an operator would configure.
pub fn variables(database: &str, provider: &str, telegram: &str) -> Vec<(OsString, OsString)> {
    let pairs = [
        ("NUMDESK_DATABASE__URL", database.to_owned()),
        ("NUMDESK_UPSTREAM__PROVIDER", "smscode-v2".to_owned()),
        ("NUMDESK_UPSTREAM__BASE_URL", format!("{provider}/v2")),
        ("NUMDESK_UPSTREAM__API_KEY", KEY.to_owned()),
        ("NUMDESK_TELEGRAM__TOKEN", TOKEN.to_owned()),
        ("NUMDESK_TELEGRAM__API_URL", telegram.to_owned()),
    ];
    pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
}

fn sandbox_clock(clock: &ManualClock) -> sandbox::clock::Clock {
    let clock = clock.clock();
    sandbox::clock::Clock::from_fn(move || clock.now().0)
}

/// Lets time pass as it really does.
async fn tick(clock: ManualClock) {
    let mut last = now();
    loop {
        tokio::time::sleep(TICK).await;
        let passed = Duration::from_millis(u64::try_from(last.elapsed().as_millis()).unwrap_or(0));
        last += passed;
        clock.advance(passed);
    }
}

fn name(person: i64) -> String {
    format!("person{person}")
}

/// Someone in their private chat.
pub fn actor(person: i64) -> Actor {
    let chat = ChatRef { platform: telegram_platform(), chat: person.to_string() };
    Actor {
        identity: Identity { platform: telegram_platform(), user: person.to_string() },
        name: name(person),
        username: Some(name(person)),
        language: Some("en".to_owned()),
        chat: chat.clone(),
        chat_kind: ChatKind::Private,
        private_chat: chat,
        message: None,
        reply_to: None,
        group: None,
    }
}

fn telegram_platform() -> bot_core::ids::Platform {
    ::telegram::PLATFORM.into()
}

async fn fund(database: &str, people: i64, at: Timestamp) -> Outcome<()> {
    let store = Store::open(database).await?;
    let funded = store.write(move |tx| {
        Box::pin(async move {
            for person in 1..=people {
                let customer = tx.meet(&actor(person), at).await?;
                ledger::top_up(tx, TopUpId(person), customer.id, FUNDS, "bench", at).await?;
            }
            Ok::<_, LedgerError>(())
        })
    });
    funded.await?;
    store.close().await;
    Ok(())
}

/// Notes what people see, on a thread of its own, so that a busy shop does not delay the stamps.
pub struct Watch {
    noted: Mutex<Noted>,
    has_missed: AtomicBool,
}

#[derive(Default)]
pub struct Noted {
    /// When each callback query was answered.
    pub answers: HashMap<String, Instant>,
    /// The bot's last message or edit in each chat.
    pub screens: HashMap<i64, MessageView>,
    /// When the first button that copies (a bought number) was seen in each chat.
    pub copies: HashMap<i64, Instant>,
}

impl Watch {
    fn start(events: Receiver<Event>) -> Arc<Self> {
        let watch = Arc::new(Self { noted: Mutex::default(), has_missed: AtomicBool::new(false) });
        let watching = Arc::clone(&watch);
        std::thread::spawn(move || watching.watch(events));
        watch
    }

    pub fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self, mut events: Receiver<Event>) {
        loop {
            match events.blocking_recv() {
                Ok(event) => self.noted().note(event),
                Err(RecvError::Lagged(_)) => self.has_missed.store(true, Ordering::Relaxed),
                Err(RecvError::Closed) => return,
            }
        }
    }
}

impl Noted {
    fn note(&mut self, event: Event) {
        let at = now();
        match event {
            Event::Toast(toast) => {
                self.answers.insert(toast.query_id, at);
            }
            Event::Message(message) | Event::Edited(message) if message.from.is_bot => {
                let mut buttons = message.keyboard.iter().flatten();
                if buttons.any(|button| matches!(button.action, ButtonAction::CopyText(_))) {
                    self.copies.entry(message.chat).or_insert(at);
                }
                self.screens.insert(message.chat, message);
            }
            Event::Message(_)
            | Event::Edited(_)
            | Event::Deleted(_)
            | Event::Typing { .. }
            | Event::Chat { .. }
            | Event::Missed => {}
        }
    }

    /// The data of the first button in a chat whose data begin with `start`, and its message.
    pub fn button(&self, chat: i64, start: &str) -> Option<(i64, String)> {
        let message = self.screens.get(&chat)?;
        message.keyboard.iter().flatten().find_map(|button| match &button.action {
            ButtonAction::CallbackData(data) if data.starts_with(start) => {
                Some((message.id, data.clone()))
            }
            ButtonAction::CallbackData(_)
            | ButtonAction::Url(_)
            | ButtonAction::CopyText(_)
            | ButtonAction::Other { .. } => None,
        })
    }
}
