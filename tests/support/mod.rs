//! A small world for tests: a provider, a Telegram, a shop, people, and a clock that the test moves.

use std::{
    collections::HashMap,
    ffi::OsString,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use bot_core::{
    clock::{ManualClock, Timestamp},
    ledger::{self, Audit},
    store::Store,
};
use numdesk::{app::App, config::Config};
use sandbox::{
    telegram::{self, ButtonAction, Control, MessageView},
    upstream::{
        numbers::CodePlan,
        smscode::{self, OrderView, ProductView},
        wallet::Movement,
    },
};
use tempfile::TempDir;

pub mod lounge;
mod pace;
pub mod premises;
pub mod program;
pub mod providers;
pub mod rows;

pub const TOKEN: &str = "42:SANDBOX-TOKEN";
pub const KEY: &str = "sandbox-key";
pub const OWNER: i64 = 1000;

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
    pub folder: TempDir,
    version: &'static str,
    /// How long the shop waits for an answer of the provider's, in seconds of real time.
    timeout: u64,
    app: Option<App>,
}

/// A person with a phone in the hand.
#[derive(Clone)]
pub struct Person {
    pub id: i64,
    control: Control,
    clock: ManualClock,
    /// What the chat looked like at the last act: only what is newer is looked at.
    seen: HashMap<i64, u32>,
    /// How many notices had been shown by then.
    told: usize,
}

impl World {
    /// A shop that is open, with an owner who has said hello.
    pub async fn open() -> Self {
        Self::open_with("v2").await
    }

    /// The same on the provider's API `version`.
    pub async fn open_with(version: &'static str) -> Self {
        let mut world = Self::closed(version).await;
        world.start().await;
        let mut owner = world.person(OWNER, "Olivia", "olivia");
        owner.sends("/start").await;
        owner.sees("Your balance").await;
        world
    }

    /// Everything but the shop.
    pub async fn closed(version: &'static str) -> Self {
        let clock = ManualClock::starting_at(Timestamp(1_790_000_000_000));
        let sandbox_clock = || {
            let clock = clock.clock();
            sandbox::clock::Clock::from_fn(move || clock.now().0)
        };
        let options = smscode::Options {
            clock: sandbox_clock(),
            codes: CodePlan::Manual,
            ..smscode::Options::new(KEY)
        };
        let provider = smscode::start(options, loopback()).await.unwrap();
        let log = sandbox::request_log::RequestLog::from_env().unwrap();
        let options = telegram::Options {
            token: TOKEN.into(),
            clock: sandbox_clock(),
            log,
            ..telegram::Options::default()
        };
        let telegram = telegram::start(options, loopback()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        Self { clock, provider, telegram, folder, version, timeout: 3, app: None }
    }

    pub fn database(&self) -> String {
        format!("sqlite://{}", self.folder.path().join("shop.db").display())
    }

    /// The configuration as an operator would give it, in the environment.
    pub fn variables(&self) -> Vec<(OsString, OsString)> {
        let pairs = [
            ("NUMDESK_SHOP__OWNERS", format!("telegram:{OWNER}")),
            ("NUMDESK_SHOP__NAME", "Corner Shop".into()),
            ("NUMDESK_DATABASE__URL", self.database()),
            ("NUMDESK_UPSTREAM__PROVIDER", format!("smscode-{}", self.version)),
            ("NUMDESK_UPSTREAM__BASE_URL", format!("{}/{}", self.provider.url(), self.version)),
            ("NUMDESK_UPSTREAM__API_KEY", KEY.into()),
            ("NUMDESK_UPSTREAM__TIMEOUT_SECONDS", self.timeout.to_string()),
            ("NUMDESK_TELEGRAM__TOKEN", TOKEN.into()),
            ("NUMDESK_TELEGRAM__API_URL", self.telegram.url()),
            ("NUMDESK_PRICING__MARGIN_PERCENT", "20".into()),
        ];
        pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
    }

    pub async fn start(&mut self) {
        let config = Config::load(None, self.variables()).unwrap();
        self.app = Some(App::start(&config, self.clock.clock()).await.unwrap());
        self.catalog_is_loaded().await;
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
        wait(&self.clock, || shop.has_catalog().then_some(()))
            .await
            .expect("the shop reads the catalogue");
    }

    /// How often the provider was asked on a route.
    pub fn calls(&self, route: &str) -> u64 {
        self.provider.control().request_counts().get(route).map_or(0, |count| count.total)
    }

    pub fn person(&self, id: i64, name: &str, username: &str) -> Person {
        let control = self.telegram.control();
        control.add_person(id, name, Some(username), "en").unwrap();
        let told = control.toasts(id).len();
        Person { id, control, clock: self.clock.clone(), seen: HashMap::default(), told }
    }

    /// A customer with money, credited by the owner in the chat.
    pub async fn customer(&self, id: i64, name: &str, amount: &str) -> Person {
        let mut person = self.person(id, name, &name.to_lowercase());
        person.sends("/start").await;
        person.sees("Your balance").await;
        if amount != "0" {
            let mut owner = self.person(OWNER, "Olivia", "olivia");
            owner.sends(&format!("/topup {id} {amount}")).await;
            owner.taps("Yes, add it").await;
            owner.sees("Added").await;
            person.sees("was added to your balance").await;
        }
        person
    }

    /// Time passes for the shop and the provider alike.
    pub fn passes(&self, duration: Duration) {
        self.clock.advance(duration);
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
        let control = self.telegram.control();
        let is_answered = || control.unanswered_queries().is_empty().then_some(());
        let answered = wait(&self.clock, is_answered).await;
        assert!(answered.is_some(), "unanswered: {:?}", control.unanswered_queries());
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

/// The texts of a message's copy buttons.
pub fn copies(message: &MessageView) -> Vec<String> {
    let buttons = message.keyboard.iter().flatten();
    let copies = buttons.filter_map(|button| match &button.action {
        ButtonAction::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    copies.collect()
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

impl Person {
    /// From now on only what is new is seen.
    pub fn looks_now(&mut self) {
        self.looks();
    }

    fn looks(&mut self) {
        let messages = self.control.messages(self.id);
        self.seen = messages.iter().map(|message| (message.id, message.edit_count)).collect();
        self.told = self.control.toasts(self.id).len();
    }

    /// Writes into the private chat.
    #[allow(
        clippy::unused_async,
        reason = "every act in a chat is awaited, so that tests read alike"
    )]
    pub async fn sends(&mut self, text: &str) {
        self.looks();
        self.control.say(self.id, self.id, text).unwrap();
    }

    /// Answers a message in a group.
    pub fn replies(&mut self, chat: i64, to: i64, text: &str) {
        self.looks();
        self.control.reply(self.id, chat, to, text).unwrap();
    }

    /// Taps the newest button with `label` in it, of those that came since this person last did something.
    pub async fn taps(&mut self, label: &str) {
        let (message, data) = self.finds(label).await;
        self.looks();
        self.control.press(self.id, self.id, message, &data).unwrap();
    }

    /// Sends a button's data from below the newest message, as a forged client can.
    pub fn forges(&mut self, data: &str) {
        self.looks();
        let message = self.control.messages(self.id).last().expect("a message").id;
        self.control.press(self.id, self.id, message, data).unwrap();
    }

    /// The newest button with `label` in it: its message and its data.
    pub async fn finds(&self, label: &str) -> (i64, String) {
        let found = wait(&self.clock, || {
            self.news().rev().find_map(|message| {
                let button =
                    message.keyboard.iter().flatten().find(|button| button.text.contains(label))?;
                match &button.action {
                    ButtonAction::CallbackData(data) => Some((message.id, data.clone())),
                    _ => None,
                }
            })
        });
        found.await.unwrap_or_else(|| panic!("no button {label:?} in:\n{}", self.transcript()))
    }

    /// Waits for a message of the bot's with `text` in it that is new or edited since this person last did something.
    pub async fn sees(&self, text: &str) -> MessageView {
        self.sees_one_of(&[text]).await
    }

    /// The same for a message with any of these texts.
    pub async fn sees_one_of(&self, texts: &[&str]) -> MessageView {
        let is_it = |message: &MessageView| {
            message.from.is_bot && texts.iter().any(|text| message.text.contains(text))
        };
        let found = wait(&self.clock, || self.news().rev().find(is_it));
        found.await.unwrap_or_else(|| panic!("{texts:?} never came:\n{}", self.transcript()))
    }

    /// Waits for a notice with `text` in it that came since this person last did something.
    pub async fn is_told(&self, text: &str) {
        let told = wait(&self.clock, || {
            self.control
                .toasts(self.id)
                .iter()
                .skip(self.told)
                .any(|toast| toast.text.contains(text))
                .then_some(())
        });
        told.await.unwrap_or_else(|| {
            panic!("no notice {text:?}: {:?}\n{}", self.control.toasts(self.id), self.transcript())
        });
    }

    /// Whether a message with `text` stands in the chat now.
    pub fn has(&self, text: &str) -> bool {
        self.shown().iter().any(|message| message.text.contains(text))
    }

    /// How many messages with `text` stand in the chat now.
    pub fn count(&self, text: &str) -> usize {
        self.shown()
            .iter()
            .filter(|message| message.from.is_bot && message.text.contains(text))
            .count()
    }

    /// What is new or edited since this person last did something.
    fn news(&self) -> impl DoubleEndedIterator<Item = MessageView> {
        let is_new = |message: &MessageView| {
            self.seen.get(&message.id).is_none_or(|edits| message.edit_count > *edits)
        };
        self.shown().into_iter().filter(move |message| is_new(message))
    }

    /// A message as it looks now.
    pub fn message(&self, id: i64) -> MessageView {
        self.control.message(self.id, id).expect("the message is there")
    }

    fn shown(&self) -> Vec<MessageView> {
        self.control.messages(self.id).into_iter().filter(|message| !message.deleted).collect()
    }

    /// The texts of the copy buttons below the newest message that has any.
    pub fn copies(&self) -> Vec<String> {
        let shown = self.shown();
        shown.iter().rev().map(copies).find(|copies| !copies.is_empty()).unwrap_or_default()
    }

    /// The balance that the shop tells.
    pub async fn balance_is(&mut self, balance: &str) {
        self.sends("/balance").await;
        self.sees(&format!("Your balance: {balance}\n")).await;
    }

    pub fn blocks(&self) {
        self.control.block(self.id).unwrap();
    }

    /// Buys WhatsApp in Indonesia and waits for the number.
    pub async fn buys(&mut self) {
        self.sends("/buy whatsapp indonesia").await;
        self.taps("Pay").await;
        self.sees("Your number:").await;
    }

    fn transcript(&self) -> String {
        let lines = self.shown().into_iter().rev().take(8).map(|message| {
            let keyboard: Vec<_> =
                message.keyboard.iter().flatten().map(|button| button.text.clone()).collect();
            format!("#{} {}: {} {keyboard:?}", message.id, message.from.first_name, message.text)
        });
        lines.collect::<Vec<_>>().join("\n---\n")
    }
}
