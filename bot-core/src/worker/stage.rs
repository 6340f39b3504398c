//! A shop for the workers' own tests, on a provider that says what a test tells it to: also what no emulator would.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use rust_decimal::Decimal;
use tempfile::TempDir;

use crate::{
    action::{Action, Actor, ChatKind, Tap},
    clock::{ManualClock, Timestamp},
    ids::{ChatRef, Identity, OrderId, ProductRef, QuoteId, UpstreamOrderId},
    ledger,
    money::Money,
    order::{Event, Item, Line, Sold, State},
    phone::Phone,
    pricing::{PriceRise, Pricing},
    random::Random,
    rights::StaffRules,
    screen::Reply,
    shop::{Fault, Happened, Lateness, Settings, Shop},
    store::{
        Store,
        jobs::Job,
        quotes::QuotedOffer,
        top_ups::{Direction, Wish},
    },
    text::Texts,
    transition::Source,
    upstream::{
        CancelAnswer, CancelRule, Capabilities, Cost, FindAgain, Kind, Placing, PollBy, Push,
        Pushed, UpstreamError, UpstreamOrder, UpstreamSms, UpstreamStatus,
        budget::{Budget, Group, Limits},
    },
};

mod provider;

use provider::{Provider, listing};

pub const START: Timestamp = Timestamp(1_790_000_000_000);
pub const PLATFORM: &str = "somewhere";
/// Who owns the shop, once they have come in.
pub const OWNER: i64 = 1_000;
pub const PRICE: Money = Money::from_raw(10_000);

pub struct Stage {
    pub shop: Arc<Shop>,
    pub clock: ManualClock,
    provider: Arc<Provider>,
    folder: TempDir,
}

/// What the provider says, and what it was asked.
#[derive(Default)]
pub struct Script {
    /// The answers to creates, the first and the repeated ones; after the last of them nothing is clear.
    pub creates: VecDeque<Placing>,
    pub asked_to_create: u32,
    /// Its own list of orders.
    pub records: Vec<UpstreamOrder>,
    /// Whether that list cannot be read.
    pub has_no_records: bool,
    pub orders: HashMap<UpstreamOrderId, Result<UpstreamOrder, UpstreamError>>,
    pub cancel: Option<CancelAnswer>,
    /// What pushed bodies say; any other is unreadable.
    pub pushes: HashMap<&'static str, Pushed>,
    /// How often single orders were asked for.
    pub asked_for_orders: u32,
    /// When each of them was.
    pub asked_at: Vec<(Timestamp, UpstreamOrderId)>,
    /// Orders that are never answered for.
    pub hangs_at: HashSet<UpstreamOrderId>,
    /// What the list of all shows, where there is one, and how often it was asked for.
    pub listed: Option<Result<Vec<UpstreamOrder>, UpstreamError>>,
    pub asked_for_lists: u32,
    /// Its balance; unreachable without one.
    pub balance: Option<Decimal>,
}

impl Stage {
    pub async fn open() -> Self {
        Self::open_with(FindAgain::SameKey).await
    }

    /// On a provider that takes so many requests a minute.
    pub async fn open_within(per_minute: u32) -> Self {
        const GROUPS: &[Group] = &[Group { name: "everything", per_minute: 60, routes: &[] }];
        let clock = ManualClock::starting_at(START);
        let limits = Limits { groups: GROUPS, polls: "order" };
        let budget = Budget::new(limits, Some(per_minute), clock.clock(), Random::seeded(1));
        Self::open_on(PollBy::Single, FindAgain::SameKey, clock, budget, StaffRules::default())
            .await
    }

    /// On a provider whose list shows every order.
    pub async fn open_listing() -> Self {
        let clock = ManualClock::starting_at(START);
        let budget = Budget::without_limits(clock.clock());
        Self::open_on(PollBy::ActiveList, FindAgain::SameKey, clock, budget, StaffRules::default())
            .await
    }

    /// On a provider whose lost answers are settled in this way.
    pub async fn open_with(find_again: FindAgain) -> Self {
        let clock = ManualClock::starting_at(START);
        let budget = Budget::without_limits(clock.clock());
        Self::open_on(PollBy::Single, find_again, clock, budget, StaffRules::default()).await
    }

    /// With rules for admins.
    pub async fn open_under(staff: StaffRules) -> Self {
        let clock = ManualClock::starting_at(START);
        let budget = Budget::without_limits(clock.clock());
        Self::open_on(PollBy::Single, FindAgain::SameKey, clock, budget, staff).await
    }

    async fn open_on(
        poll: PollBy,
        find_again: FindAgain,
        clock: ManualClock,
        budget: Arc<Budget>,
        staff: StaffRules,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("shop.db").display());
        let capabilities = Capabilities {
            provider: "scripted",
            create: "POST /purchases",
            cancel: CancelRule::After(Duration::ZERO),
            poll,
            pace: Duration::from_secs(3),
            limits: Limits { groups: &[], polls: "" },
            resend: false,
            find_again,
            push: Push::Never,
            rentals: true,
            esims: true,
            renew: true,
            most_at_once: 1,
            area_codes: false,
            choices: &[],
            takes_max_cost: false,
            tells_balance: true,
            lifetime: Duration::from_mins(20),
        };
        let provider = Arc::new(Provider {
            capabilities,
            budget,
            clock: clock.clock(),
            script: Mutex::default(),
        });
        let settings = Settings {
            name: "Corner Shop".into(),
            owners: vec![actor(OWNER).identity],
            pricing: Pricing::default(),
            price_rise: PriceRise::default(),
            lateness: Lateness::default(),
            staff,
            deposit: Some("Pay to the box.".into()),
            random: Random::seeded(1),
        };
        let shop = Shop::new(
            Store::open(&url).await.unwrap(),
            clock.clock(),
            Arc::<Provider>::clone(&provider),
            Texts::load().unwrap(),
            settings,
        );
        Self { shop, clock, provider, folder }
    }

    pub fn provider(&self) -> MutexGuard<'_, Script> {
        self.provider.script.lock().unwrap()
    }

    /// A customer of this number, with money for one order, has paid for it; nobody has asked the provider yet.
    pub async fn buys(&self, number: i64) -> OrderId {
        self.buys_several(number, 1).await[0]
    }

    /// The same with so many numbers at once.
    pub async fn buys_several(&self, number: i64, quantity: u16) -> Vec<OrderId> {
        let quote = self.quoted(number, Item::ACTIVATION, quantity).await;
        let reply = self.pays(number, quote).await;
        let orders = self.shop.store.orders_of_quote(quote).await.unwrap();
        assert!(!orders.is_empty(), "nothing was bought: {reply:?}");
        orders.into_iter().map(|order| order.id).collect()
    }

    /// A price is locked for a customer of this number, who has got the money for it.
    pub async fn quoted(&self, number: i64, item: Item, quantity: u16) -> QuoteId {
        self.quoted_in(None, number, item, quantity).await
    }

    /// The same in a group that has this pool.
    pub async fn quoted_in(
        &self,
        pool: Option<crate::ids::PoolId>,
        number: i64,
        item: Item,
        quantity: u16,
    ) -> QuoteId {
        let (actor, now) = (actor(number), self.shop.clock.now());
        self.write(move |tx| {
            Box::pin(async move {
                let customer = tx.meet(&actor, now).await?.id;
                let amount = PRICE.checked_mul(quantity)?;
                let wish = Wish {
                    direction: Direction::In,
                    customer,
                    pool: None,
                    amount,
                    note: None,
                    asked_by: "test".into(),
                    issuer: None,
                };
                let top_up = tx.ask_top_up(&wish, now).await?;
                tx.decide_top_up(top_up, "test", true, now).await?;
                ledger::top_up(tx, top_up, customer, amount, "test", now).await?;
                let numbers = tx.number("scripted", &listing()).await?;
                let offer = QuotedOffer {
                    customer,
                    provider: "scripted".into(),
                    service: numbers.services["1"],
                    country: numbers.countries["1"],
                    item,
                    product: "1".into(),
                    area_code: None,
                    quantity,
                    cost: PRICE,
                    price: PRICE,
                    pool,
                };
                Ok(tx.add_quote(&offer, now, now + Duration::from_mins(1)).await?)
            })
        })
        .await
    }

    /// The customer of this number taps *Pay*.
    pub async fn pays(&self, number: i64, quote: QuoteId) -> Reply {
        self.shop.handle(&actor(number), Action::Tap(Tap::Buy(quote))).await
    }

    /// A customer of this number has a rental of three days.
    pub async fn rents(&self, number: i64) -> OrderId {
        let kind = Kind::Rental { days: 3 };
        let quote = self.quoted(number, Item::New(kind), 1).await;
        self.pays(number, quote).await;
        let order = self.shop.store.orders_of_quote(quote).await.unwrap()[0].id;
        let line = Line {
            upstream: UpstreamOrderId(format!("rental-{order}")),
            phone: Phone::parse("+6281234567890").unwrap(),
            accepted_at: self.shop.clock.now(),
            expires_at: self.shop.clock.now() + Duration::from_hours(72),
        };
        let happened = Happened::new(order, Event::Accepted(Sold::Rental(line)));
        let job = self.job(order).await.unwrap();
        self.shop.conclude(job, vec![happened], Source::Place).await.unwrap();
        order
    }

    /// The price of another term of a rental is locked for its customer.
    pub async fn quoted_renewal(&self, number: i64, of: OrderId) -> QuoteId {
        let after = self.state(of).await.line().unwrap().expires_at;
        self.quoted(number, Item::Renewal { of, after, days: 3 }, 1).await
    }

    /// What a customer of this number can spend.
    pub async fn balance(&self, number: i64) -> Money {
        let identity = actor(number).identity;
        let customer = self.shop.store.customer_by_identity(&identity).await.unwrap().unwrap().id;
        ledger::balance(&self.shop.store, customer).await.unwrap().free
    }

    pub async fn state(&self, order: OrderId) -> State {
        self.shop.store.order(order).await.unwrap().unwrap().state
    }

    /// The one job that an order has.
    pub async fn job(&self, order: OrderId) -> Option<Job> {
        self.shop.store.jobs(100).await.unwrap().into_iter().find(|job| job.order == order)
    }

    pub async fn write<T, F>(&self, work: F) -> T
    where
        T: Send + 'static,
        F: for<'t> FnOnce(
                &'t mut crate::store::WriteTx,
            ) -> futures::future::BoxFuture<'t, Result<T, Fault>>
            + Send
            + 'static,
    {
        self.shop.store.write(work).await.unwrap()
    }

    /// Everything that the shop has written to the disk.
    pub fn files(&self) -> Vec<std::path::PathBuf> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        files.map(|file| file.unwrap().path()).collect()
    }

    /// Something that is wrong with the database itself.
    pub async fn spoil(&self, statement: &'static str) {
        self.write(move |tx| {
            Box::pin(async move {
                let done = sqlx::query(statement).execute(tx.connection()).await;
                Ok(done.map(|_| ()).map_err(crate::store::StoreError::from)?)
            })
        })
        .await;
    }
}

pub fn actor(number: i64) -> Actor {
    let private_chat = ChatRef { platform: PLATFORM.into(), chat: number.to_string() };
    Actor {
        identity: Identity { platform: PLATFORM.into(), user: number.to_string() },
        name: format!("Customer {number}"),
        username: None,
        language: None,
        chat: private_chat.clone(),
        chat_kind: ChatKind::Private,
        private_chat,
        message: None,
        reply_to: None,
        group: None,
    }
}

/// An open order of the provider's, without an SMS.
pub fn sold(id: &str) -> UpstreamOrder {
    UpstreamOrder {
        id: id.into(),
        status: UpstreamStatus::Active,
        phone: Some(Phone::parse("+6281234567890").unwrap()),
        activation_code: None,
        label: None,
        product: Some(ProductRef::from("1")),
        cost: Some(Cost { amount: Decimal::ONE, currency: "USD".into(), money: PRICE }),
        created_at: Some(START),
        expires_at: Some(START + Duration::from_mins(20)),
        sms: vec![],
    }
}

pub fn with_code(order: UpstreamOrder, code: &str) -> UpstreamOrder {
    let sms = UpstreamSms { code: Some(code.into()), text: None, received_at: None };
    UpstreamOrder { status: UpstreamStatus::CodeReceived, sms: vec![sms], ..order }
}
