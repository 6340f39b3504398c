//! A small world for tests: a provider, chat platforms, a shop, people, and a clock that the test moves.

use std::{
    ffi::OsString,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    time::Duration,
};

use bot_core::{
    clock::{ManualClock, Timestamp},
    ledger::{self, Audit},
    store::Store,
};
use numdesk::{app::App, config::Config};
use sandbox::{
    discord,
    request_log::RequestLog,
    telegram,
    upstream::{
        numbers::CodePlan,
        smscode::{self, OrderView, ProductView},
        wallet::Movement,
    },
};
use tempfile::TempDir;

use phone::Phone;

pub mod log;
pub mod lounge;
mod pace;
mod person;
mod phone;
pub mod premises;
pub mod products;
pub mod program;
pub mod providers;
pub mod rows;

pub use person::Person;
pub use phone::{Message, Platform, copies};

/// Makes a test on each platform of a scenario that gets the platform.
macro_rules! on_each_platform {
    ($(#[$meta:meta])* async fn $name:ident($on:ident: Platform $(,)?) $scenario:block) => {
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn scenario($on: Platform) $scenario

            #[tokio::test]
            async fn telegram() {
                scenario(Platform::Telegram).await;
            }

            #[tokio::test]
            async fn discord() {
                scenario(Platform::Discord).await;
            }
        }
    };
}

pub const TOKEN: &str = "42:SANDBOX-TOKEN";
pub const KEY: &str = "sandbox-key";
pub const OWNER: i64 = 1000;
pub const DISCORD_TOKEN: &str = "SANDBOX.DISCORD.TOKEN";
/// The server that everybody on Discord is in.
pub const GUILD: u64 = 2_000;
/// A channel of it.
pub const CHANNEL: u64 = 3_000;
/// The group on Telegram.
pub const GROUP: i64 = -5_000;

/// How long a test waits for something, in real time. Far more than it ever takes, on a slow and busy machine, too.
pub const BOUND: Duration = Duration::from_mins(2);

/// How often a test looks, in real time.
const LOOK: Duration = Duration::from_millis(2);

/// While a test waits, the shop's time moves on in steps of this up to so much, and then no faster than the wall's: what
/// failed because the machine is slow is tried again later, and that must come.
const STEP: Duration = Duration::from_millis(25);
const QUICKLY: Duration = Duration::from_mins(1);

/// Any port of this machine.
pub fn loopback() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

/// Everything around a shop, and the shop.
pub struct World {
    pub clock: ManualClock,
    pub provider: smscode::Running,
    pub telegram: telegram::Running,
    pub discord: discord::Running,
    pub folder: TempDir,
    /// Where the shop is; people are on the first of these.
    on: &'static [Platform],
    version: &'static str,
    /// How long the shop waits for an answer of the provider's, in seconds of real time.
    timeout: u64,
    /// What the operator sets beside the usual.
    more: Vec<(&'static str, &'static str)>,
    app: Option<App>,
}

impl World {
    /// A shop on Telegram that is open, with an owner who has said hello.
    pub async fn open() -> Self {
        Self::open_on(Platform::Telegram).await
    }

    /// The same on one platform.
    pub async fn open_on(platform: Platform) -> Self {
        Self::open_at("v2", alone(platform)).await
    }

    /// The same on every platform, with owners on each.
    pub async fn open_everywhere() -> Self {
        Self::open_at("v2", &[Platform::Telegram, Platform::Discord]).await
    }

    /// The same on one platform, buying at the provider's API `version`.
    pub async fn open_with(version: &'static str, platform: Platform) -> Self {
        Self::open_at(version, alone(platform)).await
    }

    async fn open_at(version: &'static str, on: &'static [Platform]) -> Self {
        Self::closed_at(version, on).await.opened().await
    }

    /// The same on one platform with more settings, by their variables.
    pub async fn open_where(platform: Platform, more: &[(&'static str, &'static str)]) -> Self {
        Self { more: more.to_vec(), ..Self::closed_on(platform).await }.opened().await
    }

    async fn opened(mut self) -> Self {
        self.start().await;
        for platform in self.on {
            let mut owner = self.owner_on(*platform);
            owner.sends("/start").await;
            owner.sees("Your balance").await;
        }
        self
    }

    /// Everything but the shop, which will be on Telegram.
    pub async fn closed(version: &'static str) -> Self {
        Self::closed_at(version, alone(Platform::Telegram)).await
    }

    /// Everything but the shop, which will be on one platform.
    pub async fn closed_on(platform: Platform) -> Self {
        Self::closed_at("v2", alone(platform)).await
    }

    /// Everything but the shop.
    async fn closed_at(version: &'static str, on: &'static [Platform]) -> Self {
        let clock = ManualClock::starting_at(Timestamp(1_790_000_000_000));
        let time = emulators_clock(&clock);
        let options = smscode::Options {
            clock: time.clone(),
            codes: CodePlan::Manual,
            ..smscode::Options::new(KEY)
        };
        let log = |_: &Path| RequestLog::from_env().unwrap();
        let mut world = Self::around(options, time, clock, log, on).await;
        (world.version, world.timeout) = (version, 3);
        world
    }

    async fn around(
        provider: smscode::Options,
        chat_clock: sandbox::clock::Clock,
        clock: ManualClock,
        log: impl FnOnce(&Path) -> RequestLog,
        on: &'static [Platform],
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = log(folder.path());
        let provider = smscode::start(provider, loopback()).await.unwrap();
        let options = telegram::Options {
            token: TOKEN.into(),
            clock: chat_clock.clone(),
            log: log.clone(),
            ..telegram::Options::default()
        };
        let telegram = telegram::start(options, loopback()).await.unwrap();
        let options = discord::Options {
            token: DISCORD_TOKEN.into(),
            clock: chat_clock,
            log,
            // Tests move time in steps that a slow machine would not answer within.
            deadlines: false,
            ..discord::Options::default()
        };
        let discord = discord::start(options, loopback()).await.unwrap();
        // Many programs at once, or a large catalogue: on a busy machine an answer may take its time.
        Self {
            clock,
            provider,
            telegram,
            discord,
            folder,
            on,
            version: "v2",
            timeout: 10,
            more: vec![],
            app: None,
        }
    }

    pub fn database(&self) -> String {
        format!("sqlite://{}", self.folder.path().join("shop.db").display())
    }

    /// The configuration as an operator would give it, in the environment.
    pub fn variables(&self) -> Vec<(OsString, OsString)> {
        let owners = self.on.iter().map(|platform| format!("{}:{OWNER}", platform.name()));
        let mut pairs = vec![
            ("NUMDESK_SHOP__OWNERS", owners.collect::<Vec<_>>().join(",")),
            ("NUMDESK_SHOP__NAME", "Corner Shop".into()),
            ("NUMDESK_DATABASE__URL", self.database()),
            ("NUMDESK_UPSTREAM__PROVIDER", format!("smscode-{}", self.version)),
            ("NUMDESK_UPSTREAM__BASE_URL", format!("{}/{}", self.provider.url(), self.version)),
            ("NUMDESK_UPSTREAM__API_KEY", KEY.into()),
            ("NUMDESK_UPSTREAM__TIMEOUT_SECONDS", self.timeout.to_string()),
            ("NUMDESK_PRICING__MARGIN_PERCENT", "20".into()),
        ];
        for platform in self.on {
            pairs.extend(match platform {
                Platform::Telegram => [
                    ("NUMDESK_TELEGRAM__TOKEN", TOKEN.into()),
                    ("NUMDESK_TELEGRAM__API_URL", self.telegram.url()),
                ],
                Platform::Discord => [
                    ("NUMDESK_DISCORD__TOKEN", DISCORD_TOKEN.into()),
                    ("NUMDESK_DISCORD__API_URL", self.discord.url()),
                ],
            });
        }
        pairs.extend(self.more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
    }

    pub async fn start(&mut self) {
        let config = Config::load(None, self.variables()).unwrap();
        let app = self.starts(&config).await;
        self.app = Some(app);
        self.catalog_is_loaded().await;
    }

    /// Starts a shop in this world; returns once it hears what people say.
    pub async fn starts(&self, config: &Config) -> App {
        let discord = self.discord.control();
        let before = discord.gateway_counts().identifies;
        let app = App::start(config, self.clock.clock()).await.unwrap();
        if self.on.contains(&Platform::Discord) {
            let hears = || {
                let is_new = discord.gateway_counts().identifies > before;
                (is_new && discord.is_connected() && !discord.commands(None).is_empty())
                    .then_some(())
            };
            self.until("the shop connects", hears).await;
        }
        app
    }

    /// The shop itself, for what no chat app does.
    pub fn shop(&self) -> &std::sync::Arc<bot_core::shop::Shop> {
        self.app.as_ref().expect("the shop is open").shop()
    }

    /// The shop goes away at once, as if its process had been killed.
    pub fn kill(&mut self) {
        drop(self.app.take().expect("the shop is open"));
    }

    /// The shop closes properly.
    pub async fn stop(&mut self) {
        self.app.take().expect("the shop is open").stop().await;
    }

    /// A shop that has just opened has no price list yet; a person would wait a moment too.
    async fn catalog_is_loaded(&self) {
        let shop = self.app.as_ref().expect("the shop is open").shop();
        wait(&self.clock, || shop.has_whole_catalog().then_some(()))
            .await
            .expect("the shop reads the catalogue");
    }

    /// How often the provider was asked on a route.
    pub fn calls(&self, route: &str) -> u64 {
        self.provider.control().request_counts().get(route).map_or(0, |count| count.total)
    }

    /// Somebody on the platform that this world is about.
    pub fn person(&self, id: i64, name: &str, username: &str) -> Person {
        self.person_on(self.on[0], id, name, username)
    }

    pub fn person_on(&self, platform: Platform, id: i64, name: &str, username: &str) -> Person {
        let english = match platform {
            Platform::Telegram => "en",
            Platform::Discord => "en-US",
        };
        self.speaker(platform, id, (name, username), english)
    }

    /// Somebody whose app is in `language`, as the platform names it.
    pub fn speaker(
        &self,
        platform: Platform,
        id: i64,
        (name, username): (&str, &str),
        language: &str,
    ) -> Person {
        let phone = match platform {
            Platform::Telegram => {
                let control = self.telegram.control();
                control.add_person(id, name, Some(username), language).unwrap();
                Phone::Telegram { person: id, group: None, control }
            }
            Platform::Discord => {
                let (control, person) = (self.discord.control(), u64::try_from(id).unwrap());
                match control.add_user(person, username, Some(name), language) {
                    // Known from before.
                    Ok(()) | Err(discord::ControlError::Taken(_)) => {}
                    Err(error) => panic!("{error}"),
                }
                if control.join(GUILD, person, false).is_err() {
                    control.add_guild(GUILD, "Friends", person).unwrap();
                }
                let chat = control.dm(person).unwrap();
                Phone::Discord { person, chat, control }
            }
        };
        Person::new(id, phone, self.clock.clone())
    }

    /// The owner on the platform that this world is about.
    pub fn owner(&self) -> Person {
        self.owner_on(self.on[0])
    }

    pub fn owner_on(&self, platform: Platform) -> Person {
        self.person_on(platform, OWNER, "Olivia", "olivia")
    }

    /// A customer with money, credited by the owner in the chat.
    pub async fn customer(&self, id: i64, name: &str, amount: &str) -> Person {
        self.customer_on(self.on[0], id, name, amount).await
    }

    pub async fn customer_on(
        &self,
        platform: Platform,
        id: i64,
        name: &str,
        amount: &str,
    ) -> Person {
        let mut person = self.person_on(platform, id, name, &name.to_lowercase());
        person.sends("/start").await;
        person.sees("Your balance").await;
        if amount != "0" {
            let mut owner = self.owner_on(platform);
            owner.sends(&format!("/topup {id} {amount}")).await;
            owner.taps("Yes, add it").await;
            owner.sees("Added").await;
            person.sees("was added to your balance").await;
        }
        person
    }

    /// A group that these people share with the bot; the first of them is its only administrator.
    pub fn group(&self, people: &[&Person]) {
        match self.on[0] {
            Platform::Telegram => {
                let ids: Vec<_> = people.iter().map(|person| person.id).collect();
                self.telegram.control().add_group(GROUP, "Roommates", &ids).unwrap();
            }
            Platform::Discord => {
                let control = self.discord.control();
                for (place, person) in people.iter().enumerate() {
                    control.join(GUILD, u64::try_from(person.id).unwrap(), place == 0).unwrap();
                }
                control.add_channel(GUILD, CHANNEL, "lounge").unwrap();
            }
        }
    }

    /// Time passes for the shop and the provider alike.
    pub fn passes(&self, duration: Duration) {
        self.clock.advance(duration);
    }

    /// The same in small steps, so that what the shop does meanwhile is not taken to have lasted all that time.
    pub async fn passes_slowly(&self, duration: Duration) {
        for _ in 0..duration.as_secs() {
            self.clock.advance(Duration::from_secs(1));
            tokio::time::sleep(LOOK).await;
        }
    }

    /// What the shop asks for a number, without the currency sign.
    pub async fn price(&self, service: &str, country: &str) -> String {
        let mut owner = self.person(OWNER, "Olivia", "olivia");
        owner.sends(&format!("/buy {service} {country}")).await;
        let quote = owner.sees("costs").await.text;
        let price = quote.split("costs $").nth(1).and_then(|rest| rest.split(',').next());
        price.expect("a price").to_owned()
    }

    pub fn product(&self, service: &str, country: &str) -> ProductView {
        self.provider.control().product(service, country).expect("the catalogue has it")
    }

    /// The provider's newest order.
    pub fn newest_order(&self) -> OrderView {
        self.provider.control().orders().into_iter().max_by_key(|order| order.id).expect("an order")
    }

    /// How many charges the provider has not paid back. One from the purchase on, so nothing to wait for.
    pub fn unrefunded_charges(&self) -> i64 {
        let journal = self.provider.control().journal();
        let charges = journal.iter().map(|entry| match entry.movement {
            Movement::Charge { .. } => 1,
            Movement::Refund { .. } => -1,
            Movement::Opening | Movement::TopUp => 0,
        });
        charges.sum()
    }

    /// How often the shop called a method of Telegram's.
    pub fn telegram_calls(&self, method: &str) -> u64 {
        self.telegram.control().requests().get(method).copied().unwrap_or_default()
    }

    /// An SMS with this code reaches the newest order's number.
    pub fn code_comes(&self, code: &str) {
        let order = self.newest_order().id;
        self.provider.control().deliver(order, code, &format!("Your code is {code}")).unwrap();
    }

    /// Recomputes the books from outside, as `numdesk audit` does, and compares them with the provider's own.
    pub async fn audit(&self) -> Audit {
        let store = Store::open_read_only(&self.database()).await.unwrap();
        let audit = ledger::audit(&store).await.unwrap();
        store.close().await;
        assert!(audit.is_clean(), "{:#?}", audit.differences);
        audit
    }

    /// Waits until every pressed button was answered, which the shop does once it has done what the button says.
    pub async fn taps_are_answered(&self) {
        let (telegram, discord) = (self.telegram.control(), self.discord.control());
        let open = || {
            let is_open = |act: &discord::InteractionView| {
                let answer = discord.response(act.id);
                act.answer.is_none() || answer.is_some_and(|answer| answer.is_thinking)
            };
            let acts: Vec<_> = discord.interactions().into_iter().filter(is_open).collect();
            (telegram.unanswered_queries(), acts)
        };
        let is_answered = || {
            let (queries, acts) = open();
            (queries.is_empty() && acts.is_empty()).then_some(())
        };
        let answered = wait(&self.clock, is_answered).await;
        assert!(answered.is_some(), "unanswered: {:?}", open());
    }

    /// Every pressed button was answered, and the books are right.
    pub async fn ends_well(mut self) {
        self.taps_are_answered().await;
        if self.app.is_some() {
            self.stop().await;
        }
        self.audit().await;
    }

    /// Waits until `probe` finds something, while time moves on.
    pub async fn until<T>(&self, what: &str, probe: impl FnMut() -> Option<T>) -> T {
        match wait(&self.clock, probe).await {
            Some(found) => found,
            None => panic!("this never happened: {what}"),
        }
    }
}

/// Where a shop is that is on this platform only.
pub fn alone(platform: Platform) -> &'static [Platform] {
    match platform {
        Platform::Telegram => &[Platform::Telegram],
        Platform::Discord => &[Platform::Discord],
    }
}

fn emulators_clock(clock: &ManualClock) -> sandbox::clock::Clock {
    let clock = clock.clock();
    sandbox::clock::Clock::from_fn(move || clock.now().0)
}

/// Looks again and again; between two looks the shop's time moves a step.
async fn wait<T>(clock: &ManualClock, mut probe: impl FnMut() -> Option<T>) -> Option<T> {
    let mut moved = Duration::ZERO;
    let search = async {
        loop {
            if let Some(found) = probe() {
                return found;
            }
            // Real work (HTTP, SQLite) needs real moments; they are bounded below and end as soon as the probe finds.
            tokio::time::sleep(LOOK).await;
            let step = if moved < QUICKLY { STEP } else { LOOK };
            clock.advance(step);
            moved += step;
        }
    };
    tokio::time::timeout(BOUND, search).await.ok()
}
