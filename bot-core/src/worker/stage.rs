//! A shop for the workers' own tests, on a provider that says what a test tells it to: also what no emulator would.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use async_trait::async_trait;
use rust_decimal::Decimal;
use tempfile::TempDir;

use crate::{
    action::{Actor, ChatKind},
    clock::{ManualClock, Timestamp},
    ids::{ChatRef, Identity, OrderId, ProductRef, UpstreamOrderId},
    ledger,
    money::Money,
    order::{Item, State},
    phone::Phone,
    pricing::{PriceRise, Pricing},
    random::Random,
    shop::{Fault, Settings, Shop},
    store::{
        Store,
        jobs::{Job, JobKind},
        orders::Purchase,
        quotes::QuotedOffer,
    },
    text::Texts,
    upstream::{
        CancelAnswer, CancelRule, Capabilities, Cost, FindAgain, Listing, PlaceRequest, Placing,
        PollBy, Push, PushSecret, Pushed, Unclear, Upstream, UpstreamCountry, UpstreamError,
        UpstreamOffer, UpstreamOrder, UpstreamService, UpstreamSms, UpstreamStatus,
    },
};

pub const START: Timestamp = Timestamp(1_790_000_000_000);
pub const PLATFORM: &str = "somewhere";
const PRICE: Money = Money::from_raw(10_000);

pub struct Stage {
    pub shop: Arc<Shop>,
    pub clock: ManualClock,
    provider: Arc<Provider>,
    _folder: TempDir,
}

/// What the provider says, and what it was asked.
#[derive(Default)]
pub struct Script {
    /// The answers to creates, the first and the repeated ones; after the last of them nothing is clear.
    pub creates: VecDeque<Placing>,
    pub asked_to_create: u32,
    /// Its own list of orders.
    pub records: Vec<UpstreamOrder>,
    pub orders: HashMap<UpstreamOrderId, Result<UpstreamOrder, UpstreamError>>,
    pub cancel: Option<CancelAnswer>,
    /// What pushed bodies say; any other is unreadable.
    pub pushes: HashMap<&'static str, Pushed>,
    /// How often single orders were asked for.
    pub asked_for_orders: u32,
    /// Its balance; unreachable without one.
    pub balance: Option<Decimal>,
}

struct Provider {
    capabilities: Capabilities,
    script: Mutex<Script>,
}

impl Stage {
    pub async fn open() -> Self {
        Self::open_with(FindAgain::SameKey).await
    }

    /// On a provider whose lost answers are settled in this way.
    pub async fn open_with(find_again: FindAgain) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("shop.db").display());
        let capabilities = Capabilities {
            provider: "scripted",
            cancel: CancelRule::After(Duration::ZERO),
            poll: PollBy::Single,
            pace: Duration::from_secs(3),
            per_minute: 6_000,
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
            lifetime: Duration::from_mins(20),
        };
        let provider = Arc::new(Provider { capabilities, script: Mutex::default() });
        let settings = Settings {
            name: "Corner Shop".into(),
            owners: vec![],
            pricing: Pricing::default(),
            price_rise: PriceRise::default(),
            random: Random::seeded(1),
        };
        let clock = ManualClock::starting_at(START);
        let shop = Shop::new(
            Store::open(&url).await.unwrap(),
            clock.clock(),
            Arc::<Provider>::clone(&provider),
            Texts::load().unwrap(),
            settings,
        );
        Self { shop, clock, provider, _folder: folder }
    }

    pub fn provider(&self) -> MutexGuard<'_, Script> {
        self.provider.script.lock().unwrap()
    }

    /// A customer of this number, with money for one order, has paid for it; nobody has asked the provider yet.
    pub async fn buys(&self, number: i64) -> OrderId {
        let (actor, now) = (actor(number), self.shop.clock.now());
        let key = self.shop.settings.random.idempotency_key();
        self.write(move |tx| {
            Box::pin(async move {
                let customer = tx.meet(&actor, now).await?.id;
                let top_up = tx.ask_top_up(customer, PRICE, "test", now).await?;
                ledger::top_up(tx, top_up, customer, PRICE, "test", now).await?;
                let numbers = tx.number("scripted", &listing()).await?;
                let offer = QuotedOffer {
                    customer,
                    provider: "scripted".into(),
                    service: numbers.services["1"],
                    country: numbers.countries["1"],
                    item: Item::ACTIVATION,
                    product: "1".into(),
                    area_code: None,
                    quantity: 1,
                    cost: PRICE,
                    price: PRICE,
                };
                let purchase = Purchase {
                    quote: tx.add_quote(&offer, now, now).await?,
                    position: 0,
                    customer,
                    identity: actor.identity,
                    chat: actor.private_chat,
                    provider: offer.provider,
                    service: offer.service,
                    country: offer.country,
                    item: offer.item,
                    product: offer.product,
                    area_code: None,
                    price: PRICE,
                    quoted_cost: PRICE,
                    max_cost: PRICE,
                    key,
                };
                let order = tx.add_order(&purchase, now).await?.unwrap();
                ledger::hold(tx, order, customer, PRICE, now).await?;
                tx.add_job(order, JobKind::Place, now).await?;
                Ok(order)
            })
        })
        .await
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
    }
}

fn listing() -> Listing {
    let (key, name) = (|| "1".to_owned(), |name: &str| name.to_owned());
    Listing {
        services: vec![UpstreamService { key: key(), name: name("WhatsApp") }],
        countries: vec![UpstreamCountry { key: key(), name: name("Indonesia"), flag: name("") }],
        offers: vec![],
        goes_on: false,
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

impl Provider {
    fn create(&self) -> Placing {
        let mut script = self.script.lock().unwrap();
        script.asked_to_create += 1;
        let unclear = Unclear { reason: "no answer".into(), retry_after: None };
        script.creates.pop_front().unwrap_or(Placing::Unknown(unclear))
    }
}

#[async_trait]
impl Upstream for Provider {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn balance(&self) -> Result<Cost, UpstreamError> {
        let balance = self.script.lock().unwrap().balance;
        let cost = |amount| Cost { amount, currency: "USD".into(), money: PRICE };
        balance.map(cost).ok_or(UpstreamError::Unreachable { route: "balance" })
    }

    async fn listing(&self) -> Result<Listing, UpstreamError> {
        Ok(listing())
    }

    async fn offers(&self, _: &str, _: &str) -> Result<Vec<UpstreamOffer>, UpstreamError> {
        Ok(vec![])
    }

    async fn place(&self, _: &PlaceRequest<'_>) -> Placing {
        self.create()
    }

    async fn place_again(&self, _: &PlaceRequest<'_>) -> Placing {
        self.create()
    }

    async fn recent_orders(&self, since: Timestamp) -> Result<Vec<UpstreamOrder>, UpstreamError> {
        let mut records = self.script.lock().unwrap().records.clone();
        records.retain(|order| order.created_at.is_none_or(|at| at >= since));
        Ok(records)
    }

    async fn active_orders(&self) -> Result<Vec<UpstreamOrder>, UpstreamError> {
        Ok(vec![])
    }

    async fn order(&self, id: &UpstreamOrderId) -> Result<UpstreamOrder, UpstreamError> {
        let mut script = self.script.lock().unwrap();
        script.asked_for_orders += 1;
        let known = script.orders.get(id).cloned();
        known.unwrap_or(Err(UpstreamError::NotFound { route: "order" }))
    }

    async fn cancel(&self, _: &UpstreamOrderId) -> Result<CancelAnswer, UpstreamError> {
        let answer = self.script.lock().unwrap().cancel;
        answer.ok_or(UpstreamError::Unreachable { route: "cancel" })
    }

    async fn finish(&self, _: &UpstreamOrderId) -> Result<(), UpstreamError> {
        Ok(())
    }

    async fn resend(&self, _: &UpstreamOrderId) -> Result<bool, UpstreamError> {
        Ok(false)
    }

    async fn renew(&self, _: &UpstreamOrderId) -> Placing {
        self.create()
    }

    fn may_be(&self, record: &UpstreamOrder, request: &PlaceRequest<'_>) -> bool {
        record.product.as_ref().is_none_or(|product| product == request.product)
    }

    fn read_push(&self, body: &[u8]) -> Result<Pushed, UpstreamError> {
        let known = str::from_utf8(body)
            .ok()
            .and_then(|body| self.script.lock().unwrap().pushes.get(body).cloned());
        known.ok_or_else(|| UpstreamError::Malformed { route: "push", field: "body".into() })
    }

    async fn register_push(&self, _: &str) -> Result<PushSecret, UpstreamError> {
        Err(UpstreamError::Unreachable { route: "push" })
    }

    async fn test_push(&self, _: &str) -> Result<u16, UpstreamError> {
        Err(UpstreamError::Unreachable { route: "push" })
    }
}
