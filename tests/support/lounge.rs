//! A small world on Discord: a provider, a server with a lounge, a shop, people, and a clock that the test moves.

use std::{ffi::OsString, time::Duration};

use bot_core::{
    clock::{ManualClock, Timestamp},
    ledger,
    store::Store,
};
use numdesk::{app::App, config::Config};
use sandbox::{
    discord::{self, Control, MessageView, Options},
    request_log::RequestLog,
    upstream::{numbers::CodePlan, smscode},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{KEY, loopback, wait};

pub const OLIVIA: u64 = 1_001;
pub const ANN: u64 = 1_002;
pub const BEN: u64 = 1_003;
const GUILD: u64 = 2_000;
const LOUNGE: u64 = 3_000;
const TOKEN: &str = "SANDBOX.DISCORD.TOKEN";

/// Everything around a shop, and the shop.
pub struct Lounge {
    pub clock: ManualClock,
    pub provider: smscode::Running,
    pub discord: discord::Running,
    folder: TempDir,
    app: Option<App>,
}

/// A person who looks at one channel.
#[derive(Clone)]
pub struct Member {
    pub id: u64,
    pub channel: u64,
    control: Control,
    clock: ManualClock,
}

impl Lounge {
    /// A shop that Olivia owns and that is open, with Ann and Ben in the lounge.
    pub async fn open() -> Self {
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
        let options = Options {
            token: TOKEN.into(),
            clock: sandbox_clock(),
            log: RequestLog::from_env().unwrap(),
            ..Options::default()
        };
        let discord = discord::start(options, loopback()).await.unwrap();
        let control = discord.control();
        for (id, name) in [(OLIVIA, "olivia"), (ANN, "ann"), (BEN, "ben")] {
            control.add_user(id, name, None, "en-US").unwrap();
        }
        control.add_guild(GUILD, "Friends", OLIVIA).unwrap();
        control.join(GUILD, ANN, false).unwrap();
        control.join(GUILD, BEN, false).unwrap();
        control.add_channel(GUILD, LOUNGE, "lounge").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut lounge = Self { clock, provider, discord, folder, app: None };
        lounge.start().await;
        lounge
    }

    fn database(&self) -> String {
        format!("sqlite://{}", self.folder.path().join("shop.db").display())
    }

    fn variables(&self) -> Vec<(OsString, OsString)> {
        let pairs = [
            ("NUMDESK_SHOP__OWNERS", format!("discord:{OLIVIA}")),
            ("NUMDESK_DATABASE__URL", self.database()),
            ("NUMDESK_UPSTREAM__PROVIDER", "smscode-v2".into()),
            ("NUMDESK_UPSTREAM__BASE_URL", format!("{}/v2", self.provider.url())),
            ("NUMDESK_UPSTREAM__API_KEY", KEY.into()),
            ("NUMDESK_DISCORD__TOKEN", TOKEN.into()),
            ("NUMDESK_DISCORD__API_URL", self.discord.url()),
            ("NUMDESK_PRICING__MARGIN_PERCENT", "20".into()),
        ];
        pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
    }

    pub async fn start(&mut self) {
        let config = Config::load(None, self.variables()).unwrap();
        let app = App::start(&config, self.clock.clock()).await.unwrap();
        let control = self.discord.control();
        let is_open = || {
            let is_known = control.is_connected() && !control.commands(None).is_empty();
            (is_known && app.shop().has_whole_catalog()).then_some(())
        };
        wait(&self.clock, is_open).await.expect("the shop opens");
        self.app = Some(app);
    }

    /// The shop goes away at once, as if its process had been killed.
    pub fn kill(&mut self) {
        drop(self.app.take().expect("the shop is open"));
    }

    /// Waits until every chat of the shop has ended by itself.
    pub async fn chats_end(&mut self) {
        self.app.as_mut().expect("the shop is open").ended().await;
    }

    /// Somebody in the lounge.
    pub fn member(&self, id: u64) -> Member {
        let (control, clock) = (self.discord.control(), self.clock.clone());
        Member { id, channel: LOUNGE, control, clock }
    }

    /// Ann or Ben in the lounge, with money that Olivia gave them.
    pub async fn customer(&self, id: u64, amount: &str) -> Member {
        let customer = self.member(id);
        customer.runs("/menu", &[]);
        customer.sees("Your balance").await;
        let olivia = self.member(OLIVIA);
        olivia.runs("/topup", &[("user", json!(id.to_string())), ("amount", json!(amount))]);
        olivia.presses("Yes, add it").await;
        olivia.sees("Added").await;
        customer.sees("was added to your balance").await;
        customer
    }

    /// An SMS with this code reaches the newest order's number.
    pub fn code_comes(&self, code: &str) {
        let control = self.provider.control();
        let order = control.orders().into_iter().max_by_key(|order| order.id).expect("an order").id;
        control.deliver(order, code, &format!("Your code is {code}")).unwrap();
    }

    /// Waits until `probe` finds something, while time moves on.
    pub async fn until<T>(&self, what: &str, probe: impl FnMut() -> Option<T>) -> T {
        wait(&self.clock, probe).await.unwrap_or_else(|| panic!("this never happened: {what}"))
    }

    pub fn passes(&self, duration: Duration) {
        self.clock.advance(duration);
    }

    /// The shop closes in time, and the books are right.
    pub async fn ends_well(mut self) {
        if let Some(app) = self.app.take() {
            tokio::time::timeout(Duration::from_secs(5), app.stop()).await.expect("a quick end");
        }
        let store = Store::open_read_only(&self.database()).await.unwrap();
        let audit = ledger::audit(&store).await.unwrap();
        store.close().await;
        assert!(audit.is_clean(), "{:#?}", audit.differences);
    }
}

impl Member {
    /// The same person in the direct messages with the bot.
    pub fn in_private(&self) -> Self {
        Self { channel: self.control.dm(self.id).unwrap(), ..self.clone() }
    }

    pub fn runs(&self, line: &str, options: &[(&str, Value)]) {
        self.control.run_command(self.id, self.channel, line, options).unwrap();
    }

    /// What is suggested for a field of `/buy`: labels and values.
    pub async fn is_suggested(
        &self,
        options: &[(&str, Value)],
        field: (&str, &str),
    ) -> Vec<(String, String)> {
        let bound = Duration::from_secs(20);
        self.control
            .autocomplete(bound, self.id, self.channel, "/buy", options, field)
            .await
            .unwrap()
    }

    /// Presses the newest button with `label` in it.
    pub async fn presses(&self, label: &str) {
        let message = self.finds(|message| message.button(label).is_some(), label).await;
        self.control.press(self.id, message.id, label).unwrap();
    }

    /// Chooses the entry with `label` in it from the newest list that has one.
    pub async fn chooses(&self, label: &str) {
        let entry = |message: &MessageView| {
            let mut options = message.selects().flat_map(|select| &select.options);
            options.find(|option| option.label.contains(label)).map(|option| option.value.clone())
        };
        let message = self.finds(|message| entry(message).is_some(), label).await;
        let value = entry(&message).expect("found");
        self.control.choose(self.id, message.id, "", &[&value]).unwrap();
    }

    /// The newest message with `text` in it, once there is one.
    pub async fn sees(&self, text: &str) -> MessageView {
        self.finds(|message| message.is_bot && message.text().contains(text), text).await
    }

    /// The newest message like this, once there is one.
    pub async fn finds(&self, is_meant: impl Fn(&MessageView) -> bool, what: &str) -> MessageView {
        let found = wait(&self.clock, || self.screen().into_iter().rev().find(|it| is_meant(it)));
        found.await.unwrap_or_else(|| panic!("{what:?} never came:\n{:#?}", self.screen()))
    }

    /// What is on the person's screen, oldest first.
    pub fn screen(&self) -> Vec<MessageView> {
        self.control.messages(self.id, self.channel)
    }

    /// Buys WhatsApp in Indonesia and waits for the number.
    pub async fn buys(&self) -> MessageView {
        self.runs("/buy", &[("service", json!("whatsapp")), ("country", json!("indonesia"))]);
        self.presses("Pay").await;
        self.sees("Your number:").await
    }
}
