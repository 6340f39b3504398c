//! Many orders at once at every provider, with everything that can happen to them and everything that can go wrong: at the end
//! the books add up, they agree with the provider's own to the last decimal, and nobody paid for nothing.
//!
//! The suite buys a few dozen at each provider. `NUMDESK_MIXED_ORDERS=1000 cargo test --test behaviour mixed -- --nocapture`
//! buys so many and tells how it went.
use std::{collections::BTreeMap, time::Duration};

use bot_core::upstream::CancelRule;
use futures::future::join_all;
use numdesk::config::provider::Provider;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use rust_decimal::Decimal;
use sandbox::faults::Fault;
use sqlx::{Connection, SqliteConnection};

use crate::support::{
    BOUND, Person, copies,
    providers::{Call, Shop, Sold},
    rows,
};

/// Bought at each provider unless the environment says otherwise.
const ORDERS: usize = 40;
const ORDERS_VARIABLE: &str = "NUMDESK_MIXED_ORDERS";

/// Buying at once.
const CUSTOMERS: usize = 10;

const SEED: u64 = 20_261_121;

/// What becomes of a number.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Code,
    TwoCodes,
    GivenBack,
    Forgotten,
    TakenBack,
}

const FATES: [Fate; 6] =
    [Fate::Code, Fate::Code, Fate::TwoCodes, Fate::GivenBack, Fate::Forgotten, Fate::TakenBack];

/// What may go wrong with an answer.
fn faults() -> Vec<Fault> {
    let mut faults = vec![
        Fault::ResetBefore,
        Fault::ResetAfterCommit,
        Fault::TimeoutBefore,
        Fault::TimeoutAfterCommit,
        Fault::Status500,
        Fault::Status500AfterCommit,
        Fault::Status503 { retry_after: 2 },
        Fault::Status429 { retry_after: 2 },
        Fault::Garbage,
        Fault::TruncatedJson,
        Fault::Answer { status: 200, body: serde_json::json!({"error": "with status 200"}) },
        Fault::Slow(20),
    ];
    for field in ["id", "order_id", "status", "phone"] {
        faults.push(Fault::MissingField(field.to_owned()));
        faults.push(Fault::WrongType(field.to_owned()));
    }
    faults
}

struct Run {
    shop: Shop,
    customers: Vec<Person>,
    books: SqliteConnection,
    random: StdRng,
    struck: usize,
}

impl Run {
    async fn open(provider: Provider) -> Self {
        let shop = Shop::open(provider).await;
        shop.emulator.top_up(1_000_000_000);
        let mut customers = Vec::new();
        for id in 1..=i64::try_from(CUSTOMERS).unwrap() {
            let customer = shop.world.customer(id, &format!("Customer{id}"), "1000").await;
            customers.push(customer.only_looks());
        }
        let books = rows::connect(&shop.world.database()).await;
        let random = StdRng::seed_from_u64(SEED);
        Self { shop, customers, books, random, struck: 0 }
    }

    /// Everybody buys a number, and something becomes of each.
    async fn goes_round(&mut self) {
        self.goes_wrong(Call::Create);
        self.goes_wrong(self.shop.watch());
        let shop = &self.shop;
        let all = join_all(self.customers.iter_mut().map(|person| buys(shop, person)));
        let bought = while_time_passes(shop, all).await;
        shop.world.taps_are_answered().await;
        if let CancelRule::After(cooldown) = self.shop.provider.capabilities().cancel {
            self.shop.world.passes(cooldown);
        }
        self.goes_wrong(Call::Cancel);
        self.goes_wrong(self.shop.watch());
        let fates: Vec<Fate> =
            bought.iter().map(|_| *FATES.choose(&mut self.random).unwrap()).collect();
        let shop = &self.shop;
        let lives = self.customers.iter_mut().zip(bought).zip(fates);
        let all = join_all(lives.map(|((person, sold), fate)| lives_on(shop, person, sold, fate)));
        while_time_passes(shop, all).await;
        shop.world.taps_are_answered().await;
        let lifetime = self.shop.provider.capabilities().lifetime;
        self.shop.world.passes(lifetime + Duration::from_mins(1));
        self.all_are_closed().await;
        self.shop.emulator.faults().clear();
    }

    /// One of the next such calls does, mostly.
    fn goes_wrong(&mut self, call: Call) {
        if self.random.random_ratio(3, 4) {
            let fault = faults().choose(&mut self.random).unwrap().clone();
            self.shop.strikes(call, fault);
            self.struck += 1;
        }
    }

    async fn all_are_closed(&mut self) {
        let open = "SELECT COUNT(*) FROM orders
                    WHERE state IN ('placing', 'in_doubt', 'waiting', 'cancelling', 'code_received')";
        let all = async {
            while sqlx::query_scalar::<_, i64>(open).fetch_one(&mut self.books).await.unwrap() > 0 {
                self.shop.world.passes(Duration::from_millis(100));
                tokio::task::yield_now().await;
            }
        };
        let closed = tokio::time::timeout(BOUND, all).await;
        assert!(closed.is_ok(), "still open: {:?}", self.by_state().await);
    }

    async fn by_state(&mut self) -> BTreeMap<String, i64> {
        let states =
            "SELECT state || COALESCE(' (' || reason || ')', ''), COUNT(*) FROM orders GROUP BY 1";
        let rows = sqlx::query_as(states).fetch_all(&mut self.books).await.unwrap();
        rows.into_iter().collect()
    }

    /// What was paid for has an SMS, and what has an SMS was paid for.
    async fn nobody_paid_for_nothing(&mut self) {
        let wrong = "SELECT COUNT(*) FROM orders
                     WHERE (state = 'finished') <> EXISTS (SELECT 1 FROM sms WHERE order_id = orders.id)";
        let wrong: i64 = sqlx::query_scalar(wrong).fetch_one(&mut self.books).await.unwrap();
        assert_eq!(wrong, 0);
    }
}

/// Lets time pass with one hand for all. Ten who each moved it would leave the shop a tenth of a second for the fifteen in
/// which Telegram takes a tap's answer; so while one is unanswered time passes no faster than the wall's.
async fn while_time_passes<T>(shop: &Shop, all: impl Future<Output = T>) -> T {
    const LOOK: Duration = Duration::from_millis(2);
    const STEP: Duration = Duration::from_millis(25);
    let time = async {
        loop {
            tokio::time::sleep(LOOK).await;
            let is_asked = !shop.world.telegram.control().unanswered_queries().is_empty();
            shop.world.passes(if is_asked { LOOK } else { STEP });
        }
    };
    tokio::select! {
        done = all => done,
        () = time => unreachable!("time does not end"),
    }
}

/// Buys; the number, unless the shop could not get one or does not know yet.
async fn buys(shop: &Shop, person: &mut Person) -> Option<Sold> {
    person.gets_a_price(shop.line()).await;
    person.taps("Pay").await;
    let became =
        ["Your number:", "checking whether it gave you a number", "is back on your balance"];
    let card = person.sees_one_of(&became).await;
    if !card.text.contains("Your number:") {
        return None;
    }
    let phones = copies(&card);
    shop.emulator.sold().into_iter().rev().find(|sold| phones.contains(&sold.phone))
}

async fn lives_on(shop: &Shop, person: &mut Person, sold: Option<Sold>, fate: Fate) {
    let Some(Sold { number, .. }) = sold else { return };
    let codes = |count: u64| (0..count).map(move |one| format!("{one}{number:06}"));
    let wanted = match fate {
        Fate::Code => 1,
        Fate::TwoCodes => 2,
        Fate::GivenBack => {
            person.taps("Give it back").await;
            person.sees("is back on your balance").await;
            0
        }
        Fate::TakenBack => {
            shop.emulator.withdraw(number);
            person.sees("is back on your balance").await;
            0
        }
        Fate::Forgotten => 0,
    };
    for code in codes(wanted) {
        shop.emulator.deliver(number, &code);
        person.sees(&format!("code: {code}")).await;
    }
}

#[allow(clippy::print_stdout, reason = "whoever asks for more orders wants to read how it went")]
async fn mixed(provider: Provider) {
    let wanted = std::env::var(ORDERS_VARIABLE).ok();
    let orders = wanted.as_ref().map_or(ORDERS, |orders| orders.parse().unwrap());
    let mut run = Run::open(provider).await;
    for _ in 0..orders.div_ceil(CUSTOMERS) {
        run.goes_round().await;
    }
    run.nobody_paid_for_nothing().await;
    let states = run.by_state().await;
    let all = i64::try_from(orders.div_ceil(CUSTOMERS) * CUSTOMERS).unwrap();
    assert_eq!(states.values().sum::<i64>(), all, "{states:?}");
    assert_eq!(states.get("needs_operator"), None, "{states:?}");
    if wanted.is_some() {
        println!("{}", report(&run, &states));
    }
    run.books.close().await.unwrap();
    run.shop.ends_well().await;
}

fn report(run: &Run, states: &BTreeMap<String, i64>) -> String {
    let accounts = run.shop.accounts();
    let charged: Decimal = accounts.values().map(|(cost, _)| cost).sum();
    let kept = accounts.values().filter(|(_, refunded)| !refunded);
    let kept: Decimal = kept.map(|(cost, _)| cost).sum();
    let states: Vec<_> = states.iter().map(|(state, count)| format!("{count} {state}")).collect();
    format!(
        "{}: {}; {} sold, {} faults, charged {charged}, paid back {}",
        run.shop.provider.name(),
        states.join(", "),
        accounts.len(),
        run.struck,
        charged - kept
    )
}

macro_rules! at_every_provider {
    ($($name:ident: $provider:ident,)+) => {
        #[test]
        fn every_provider_is_here() {
            assert_eq!(Provider::ALL, &[$(Provider::$provider),+]);
        }

        $(#[tokio::test]
        async fn $name() {
            mixed(Provider::$provider).await;
        })+
    };
}

at_every_provider! {
    many_orders_at_smscode_v1: SmscodeV1,
    many_orders_at_smscode_v2: SmscodeV2,
    many_orders_at_smsbuyz: Smsbuyz,
    many_orders_at_smsverificationservice: Smsverificationservice,
    many_orders_at_smsverifyo: Smsverifyo,
    many_orders_at_smsverifyos_rental_api: SmsverifyoRentals,
}
