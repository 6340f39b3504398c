//! Every provider's emulator behind one handle, and a shop that buys from it. Knows of each provider what a test must
//! do behind its back, and nothing of what the shop makes of it.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use bot_core::upstream::{Capabilities, FindAgain, PollBy};
use numdesk::{
    app::App,
    config::{Config, provider::Provider},
};
use rust_decimal::{Decimal, RoundingStrategy};
use sandbox::{
    clock::Clock,
    faults::{Fault, Faults},
    request_log::RequestLog,
    upstream::{
        Provider as Emulated,
        numbers::CodePlan,
        requests::Count,
        smsbuyz, smscode,
        smsverificationservice::{self, Offer, OfferKey},
        smsverifyo, smsverifyo_rentals,
        wallet::{Entry, Movement},
    },
};
use sqlx::{Connection, Row, sqlite::SqliteRow};

use super::{KEY, OWNER, Person, Platform, World, loopback, rows};

/// Whole IDR for one USD.
const RATE: i64 = 16_250;

/// A running emulator of any provider, with codes that come by hand.
pub enum Emulator {
    Smscode(smscode::Running),
    Smsbuyz(smsbuyz::Running),
    Smsverificationservice(smsverificationservice::Running),
    Smsverifyo(smsverifyo::Running),
    SmsverifyoRentals(smsverifyo_rentals::Running),
}

/// Does the same with whichever emulator it is.
macro_rules! each {
    ($emulator:expr, $running:ident => $act:expr) => {
        match $emulator {
            Emulator::Smscode($running) => $act,
            Emulator::Smsbuyz($running) => $act,
            Emulator::Smsverificationservice($running) => $act,
            Emulator::Smsverifyo($running) => $act,
            Emulator::SmsverifyoRentals($running) => $act,
        }
    };
}

/// An order in the provider's own book.
#[derive(Clone, Debug)]
pub struct Sold {
    /// What the emulator's controls and its journal call it.
    pub number: u64,
    /// What the API calls it.
    pub id: String,
    /// `+` and digits.
    pub phone: String,
}

/// What the shop asks for, by what it wants of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// The prices that are read right before a purchase, or with the catalogue.
    Prices,
    Create,
    /// The list that shows waiting orders, where there is one.
    List,
    Order,
    Cancel,
    /// A rental of three days, another term of it, a data plan.
    Rent,
    Renew,
    Esim,
}

/// One line per request that the provider received.
fn log_of(world: &World) -> PathBuf {
    world.folder.path().join("provider.log")
}

/// A request as the provider received it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub method: String,
    /// Without the query.
    pub path: String,
    /// None when no answer was given.
    pub status: Option<u16>,
}

/// What the provider of this world received, oldest first.
pub fn received(world: &World) -> Vec<Received> {
    let log = std::fs::read_to_string(log_of(world)).unwrap();
    let request = |line: &str| {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        let path = entry["path"].as_str().unwrap();
        Received {
            method: entry["method"].as_str().unwrap().to_owned(),
            path: path.split('?').next().unwrap().to_owned(),
            status: u16::try_from(entry["status"].as_u64().unwrap()).ok().filter(|it| *it > 0),
        }
    };
    log.lines().map(request).collect()
}

/// The providers that can do something, of which there is at least one.
pub fn providers_that(can: fn(&Capabilities) -> bool) -> Vec<Provider> {
    let all = Provider::ALL.iter().copied();
    let able: Vec<_> = all.filter(|provider| can(&provider.capabilities())).collect();
    assert!(!able.is_empty(), "nobody can do this");
    able
}

/// Where the provider's API is below the emulator's host and port.
pub fn base_path(provider: Provider) -> &'static str {
    provider.name().parse::<Emulated>().unwrap().base_path()
}

impl Emulator {
    /// The provider's emulator on the world's clock, with limits that no test of behaviour meets by chance.
    pub async fn start(provider: Provider, world: &World) -> Self {
        let (time, codes) = (world.clock.clock(), CodePlan::Manual);
        let clock = Clock::from_fn(move || time.now().0);
        let at = loopback();
        let log = RequestLog::to_file(&log_of(world)).unwrap();
        match provider {
            Provider::SmscodeV1 | Provider::SmscodeV2 => {
                let options = smscode::Options { clock, codes, log, ..smscode::Options::new(KEY) };
                let running = smscode::start(options, at).await.unwrap();
                running.control().set_fx_rate(RATE).unwrap();
                Self::Smscode(running)
            }
            Provider::Smsbuyz => {
                let options = smsbuyz::Options { clock, codes, log, ..smsbuyz::Options::new(KEY) };
                Self::Smsbuyz(smsbuyz::start(options, at).await.unwrap())
            }
            Provider::Smsverificationservice => {
                let options = smsverificationservice::Options {
                    clock,
                    codes,
                    log,
                    requests_per_minute: 10_000,
                    ..smsverificationservice::Options::new(KEY)
                };
                let running = smsverificationservice::start(options, at).await.unwrap();
                let control = running.control();
                // One list sells WhatsApp in the United States, so that its route is known.
                let is_better = |offer: &Offer| matches!(offer.key, OfferKey::BestTemp { .. });
                let better = control.offer("WhatsApp", is_better).unwrap();
                control.remove_offer(&better.key).unwrap();
                Self::Smsverificationservice(running)
            }
            Provider::Smsverifyo => {
                let options =
                    smsverifyo::Options { clock, codes, log, ..smsverifyo::Options::new(KEY) };
                Self::Smsverifyo(smsverifyo::start(options, at).await.unwrap())
            }
            Provider::SmsverifyoRentals => {
                let options = smsverifyo_rentals::Options {
                    clock,
                    codes,
                    log,
                    ..smsverifyo_rentals::Options::new(KEY)
                };
                Self::SmsverifyoRentals(smsverifyo_rentals::start(options, at).await.unwrap())
            }
        }
    }

    /// The host and port.
    pub fn url(&self) -> String {
        each!(self, it => it.url())
    }

    pub fn faults(&self) -> Faults {
        each!(self, it => it.control().faults())
    }

    pub fn counts(&self) -> BTreeMap<&'static str, Count> {
        each!(self, it => it.control().request_counts())
    }

    pub fn journal(&self) -> Vec<Entry> {
        each!(self, it => it.control().journal())
    }

    pub fn deliver(&self, number: u64, code: &str) {
        let text = format!("Your code is {code}");
        each!(self, it => it.control().deliver(number, code, &text)).unwrap();
    }

    /// An SMS that comes after an order's end.
    pub fn deliver_late(&self, number: u64, code: &str) {
        let text = format!("Your code is {code}");
        each!(self, it => it.control().deliver_late(number, code, &text)).unwrap();
    }

    /// The provider takes an order back by itself.
    pub fn withdraw(&self, number: u64) {
        each!(self, it => it.control().cancel_order(number)).unwrap();
    }

    /// Puts so much of what the journal counts in into the reseller's wallet.
    pub fn top_up(&self, amount: i64) {
        each!(self, it => it.control().top_up(amount)).unwrap();
    }

    /// Every order, oldest first.
    pub fn sold(&self) -> Vec<Sold> {
        let sold = |number: u64, id: String, phone: String| Sold { number, id, phone };
        match self {
            Self::Smscode(it) => {
                let orders = it.control().orders().into_iter();
                orders.map(|it| sold(it.id, it.id.to_string(), it.phone)).collect()
            }
            Self::Smsbuyz(it) => {
                let orders = it.control().orders().into_iter();
                orders.map(|it| sold(it.id, it.id.to_string(), it.phone)).collect()
            }
            Self::Smsverificationservice(it) => {
                let orders = it.control().orders().into_iter();
                let phone = |phone: Option<String>| phone.unwrap_or_default();
                orders.map(|it| sold(it.id, it.id.to_string(), phone(it.phone))).collect()
            }
            Self::Smsverifyo(it) => {
                let orders = it.control().orders().into_iter();
                orders.map(|it| sold(it.id, it.uuid, it.phone)).collect()
            }
            Self::SmsverifyoRentals(it) => {
                let orders = it.control().orders().into_iter();
                orders.map(|it| sold(it.id, it.rental_id, it.phone)).collect()
            }
        }
    }

    /// What WhatsApp costs where [`Shop::line`] buys it becomes so many times as much.
    pub fn raise_price(&self, factor: i64) {
        match self {
            Self::Smscode(it) => {
                let (control, name) = (it.control(), "WhatsApp");
                let product = control.product(name, "Indonesia").unwrap();
                control.set_price(product.id, product.price_idr * factor).unwrap();
            }
            Self::Smsbuyz(it) => {
                let control = it.control();
                // Any operator's would do, so each of them costs more.
                let offers = control.offers().into_iter().filter(|it| it.key.product == "whatsapp");
                offers.for_each(|it| control.set_price(&it.key, it.price_pips * factor).unwrap());
            }
            Self::Smsverificationservice(it) => {
                let control = it.control();
                let offer = control.temporary("WhatsApp").unwrap();
                control.set_price(&offer.key, offer.price_cents * factor).unwrap();
            }
            Self::Smsverifyo(it) => {
                let control = it.control();
                let offer = control.offer("WhatsApp", "Indonesia").unwrap();
                control.set_price(&offer.key, offer.price_pips * factor).unwrap();
            }
            Self::SmsverifyoRentals(it) => {
                let control = it.control();
                let offer = control.offer("wa", "ID").unwrap();
                control.set_price(&offer.key, offer.price_pips * factor).unwrap();
            }
        }
    }

    /// The route that serves the call; none where the provider has nothing like it.
    pub fn route(&self, call: Call) -> Option<&'static str> {
        let [rent, renew, esim] = match self {
            Self::Smsverificationservice(_) => ["order_rental", "renew", "order_esim"],
            Self::Smscode(_)
            | Self::Smsbuyz(_)
            | Self::Smsverifyo(_)
            | Self::SmsverifyoRentals(_) => ["", "", ""],
        };
        let [prices, create, list, order, cancel] = match self {
            Self::Smscode(_) => ["products", "create", "active", "order", "cancel"],
            Self::Smsbuyz(_) => ["prices", "buy", "orders", "check", "cancel"],
            Self::Smsverificationservice(_) => {
                ["services_temporary", "order_temporary", "orders", "status", "cancel"]
            }
            Self::Smsverifyo(_) => ["countries", "create", "", "order", "cancel"],
            Self::SmsverifyoRentals(_) => ["services", "create", "", "rental", "cancel"],
        };
        let route = match call {
            Call::Prices => prices,
            Call::Create => create,
            Call::List => list,
            Call::Order => order,
            Call::Cancel => cancel,
            Call::Rent => rent,
            Call::Renew => renew,
            Call::Esim => esim,
        };
        (!route.is_empty()).then_some(route)
    }
}

/// A shop that buys from one provider, and everything around it.
pub struct Shop {
    pub world: World,
    pub emulator: Emulator,
    pub provider: Provider,
    app: Option<App>,
}

impl Shop {
    /// A shop that is open, with an owner who has said hello.
    pub async fn open(provider: Provider) -> Self {
        Self::open_on(Platform::Telegram, provider).await
    }

    /// The same on one platform.
    pub async fn open_on(platform: Platform, provider: Provider) -> Self {
        let world = World::closed_on(platform).await;
        let emulator = Emulator::start(provider, &world).await;
        let mut shop = Self { world, emulator, provider, app: None };
        shop.start().await;
        let mut owner = shop.world.person(OWNER, "Olivia", "olivia");
        owner.sends("/start").await;
        owner.sees("Your balance").await;
        shop
    }

    pub async fn start(&mut self) {
        let mut variables = self.world.variables();
        let base_url = format!("{}{}", self.emulator.url(), base_path(self.provider));
        for (name, value) in &mut variables {
            match name.to_str() {
                Some("NUMDESK_UPSTREAM__PROVIDER") => *value = self.provider.name().into(),
                Some("NUMDESK_UPSTREAM__BASE_URL") => *value = base_url.clone().into(),
                _ => {}
            }
        }
        // Time moves in leaps here: a key with sixty requests a minute would make every test wait for its turn.
        variables.push(("NUMDESK_UPSTREAM__REQUESTS_PER_MINUTE".into(), "100000".into()));
        let config = Config::load(None, variables).unwrap();
        let app = self.world.starts(&config).await;
        let shop = Arc::clone(app.shop());
        self.app = Some(app);
        // Some catalogues are read bit by bit.
        let listed = || shop.has_whole_catalog().then_some(());
        self.world.until("the shop reads the catalogue", listed).await;
    }

    /// The shop goes away at once, as if its process had been killed.
    pub fn kill(&mut self) {
        drop(self.app.take().expect("the shop is open"));
    }

    /// What a customer writes to be offered WhatsApp where every provider sells it.
    pub fn line(&self) -> &'static str {
        match &self.emulator {
            // Other countries are read bit by bit; the United States are there from the first moment on.
            Emulator::Smsverificationservice(_) => "/buy whatsapp united states",
            Emulator::Smscode(_)
            | Emulator::Smsbuyz(_)
            | Emulator::Smsverifyo(_)
            | Emulator::SmsverifyoRentals(_) => "/buy whatsapp indonesia",
        }
    }

    /// Asks for a price and sees it.
    pub async fn quotes(&self, person: &mut Person) {
        person.sends(self.line()).await;
        person.sees("Price:").await;
    }

    /// Buys and sees the number.
    pub async fn buys(&self, person: &mut Person) -> Sold {
        self.quotes(person).await;
        person.taps("Pay").await;
        person.sees("Your number:").await;
        self.newest()
    }

    pub fn newest(&self) -> Sold {
        self.emulator.sold().pop().expect("an order")
    }

    /// How often the provider was asked for it.
    pub fn calls(&self, call: Call) -> u64 {
        let route = self.emulator.route(call);
        route.and_then(|route| self.emulator.counts().get(route).copied()).map_or(0, |it| it.total)
    }

    /// Goes wrong once.
    pub fn strikes(&self, call: Call, fault: Fault) {
        let route = self.emulator.route(call).expect("the provider has such a call");
        self.emulator.faults().once(route, fault).unwrap();
    }

    /// The call that shows waiting orders, all or one by one.
    pub fn watch(&self) -> Call {
        match self.provider.capabilities().poll {
            PollBy::ActiveList | PollBy::StatusList => Call::List,
            PollBy::Single => Call::Order,
        }
    }

    /// How a lost answer is found again.
    pub fn finds_again_by(&self) -> FindAgain {
        self.provider.capabilities().find_again
    }

    /// How many charges the provider has not paid back.
    pub fn unrefunded(&self) -> usize {
        self.accounts().values().filter(|(_, refunded)| !refunded).count()
    }

    /// By the provider's journal: what each order cost, as its API tells it, and whether it was paid back whole.
    pub fn accounts(&self) -> BTreeMap<String, (Decimal, bool)> {
        let names: BTreeMap<u64, String> =
            self.emulator.sold().into_iter().map(|it| (it.number, it.id)).collect();
        let mut accounts: BTreeMap<u64, (i64, i64)> = BTreeMap::new();
        for entry in self.emulator.journal() {
            match entry.movement {
                Movement::Charge { order } => accounts.entry(order).or_default().0 -= entry.change,
                Movement::Refund { order } => accounts.entry(order).or_default().1 += entry.change,
                Movement::Opening | Movement::TopUp => {}
            }
        }
        let told = |(order, (charged, refunded)): (u64, (i64, i64))| {
            assert!(refunded == 0 || refunded == charged, "order {order} is paid back in part");
            (names[&order].clone(), (self.as_told(charged), refunded != 0))
        };
        accounts.into_iter().map(told).collect()
    }

    /// An amount of the journal's as the API shows it.
    fn as_told(&self, amount: i64) -> Decimal {
        match self.provider {
            Provider::SmscodeV1 => Decimal::from(amount),
            Provider::SmscodeV2 => {
                let usd = Decimal::from(amount) / Decimal::from(RATE);
                usd.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero)
            }
            Provider::Smsverificationservice => Decimal::new(amount, 2),
            Provider::Smsbuyz | Provider::Smsverifyo | Provider::SmsverifyoRentals => {
                Decimal::new(amount, 4)
            }
        }
    }

    /// By the shop's books: what each number cost and whether its customer has the money back. Where the provider told no
    /// price with an order, the one it was bought at stands.
    pub async fn own_accounts(&self) -> BTreeMap<String, (Decimal, bool)> {
        let mut books = rows::connect(&self.world.database()).await;
        // Every term of a rental is paid for at the provider's one order.
        let orders = "SELECT upstream_order, cost_amount, quoted_cost, state FROM orders
                      WHERE upstream_order IS NOT NULL
                      UNION ALL SELECT rental.upstream_order, term.cost_amount, term.quoted_cost, term.state
                      FROM orders AS term JOIN orders AS rental ON rental.id = term.renews
                      WHERE term.state IN ('fulfilled', 'undone')";
        let orders = sqlx::query(orders).fetch_all(&mut books).await.unwrap();
        books.close().await.unwrap();
        let account = |row: &SqliteRow| {
            let told: Option<String> = row.get("cost_amount");
            let quoted = || self.quoted(Decimal::new(row.get("quoted_cost"), 4));
            let cost = told.map_or_else(quoted, |amount| amount.parse().unwrap());
            let state: &str = row.get("state");
            let refunded = matches!(state, "cancelled" | "expired" | "banned" | "undone");
            (row.get("upstream_order"), cost, refunded)
        };
        let mut accounts: BTreeMap<String, (Decimal, bool)> = BTreeMap::new();
        for (id, cost, refunded) in orders.iter().map(account) {
            let account = accounts.entry(id).or_insert((Decimal::ZERO, refunded));
            assert_eq!(account.1, refunded, "all terms or none");
            account.0 = (account.0 + cost).normalize();
        }
        accounts
    }

    /// A price in the shop's currency, which was rounded up, in the provider's.
    fn quoted(&self, cost: Decimal) -> Decimal {
        match self.provider {
            Provider::SmscodeV1 => {
                let idr = cost * Decimal::from(RATE);
                // Prices are whole hundreds there, and a ten-thousandth of a USD is less than two IDR.
                (idr / Decimal::ONE_HUNDRED).floor() * Decimal::ONE_HUNDRED
            }
            Provider::SmscodeV2
            | Provider::Smsbuyz
            | Provider::Smsverificationservice
            | Provider::Smsverifyo
            | Provider::SmsverifyoRentals => cost,
        }
    }

    /// Closes the shop; the books add up, whatever the provider has taken for nothing.
    pub async fn ends_at_a_loss(mut self) {
        self.closes().await;
    }

    async fn closes(&mut self) {
        self.world.taps_are_answered().await;
        if let Some(app) = self.app.take() {
            app.stop().await;
        }
        self.world.audit().await;
    }

    /// Closes the shop; the books add up, and they agree with the provider's to the last decimal.
    pub async fn ends_well(mut self) {
        self.closes().await;
        let mut theirs = self.accounts();
        for (cost, _) in theirs.values_mut() {
            *cost = cost.normalize();
        }
        let own = self.own_accounts().await;
        // What nobody could reach is in the provider's books alone, and was paid back.
        theirs.retain(|id, (_, refunded)| own.contains_key(id) || !*refunded);
        assert_eq!(own, theirs);
    }
}
