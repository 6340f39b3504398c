//! The program itself dies at any moment and is started again: one provider order, charged once, exactly the money gone,
//! the code delivered, every button answered, and books that agree after every single kill.

use std::{cell::Cell, panic::AssertUnwindSafe, time::Duration};

use bot_core::money::Money;
use futures::{FutureExt, future::join_all};
use rand::{Rng, SeedableRng, rngs::StdRng};
use sandbox::{
    faults::Fault,
    telegram::{self, FaultRule},
    upstream::{smscode::Status, wallet::Movement},
};
use tokio::sync::Mutex;

use crate::support::{
    BOUND, Person, Platform, World, copies,
    premises::ShiftedClock,
    program::{self, Program},
    rows,
};

/// What `docker stop` and systemd give a process.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// Between and in the middle of the steps of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    PriceShown,
    PayPressed,
    /// The update is acknowledged to Telegram, and its answer hangs.
    PayAnswering,
    /// The button was answered: the order is in the books, and nothing or little more has happened.
    PayAnswered,
    PriceChecked,
    /// The provider has sold a number and its answer never comes.
    SoldUnanswered,
    /// The provider has sold a number and its answer is on its way.
    Sold,
    NumberShown,
    CodeArrived,
    /// The shop's next look at its open orders has been answered.
    CodeFetched,
    /// The message with the code was sent, and Telegram holds it.
    CodeSending,
    CodeShown,
    DonePressed,
    DoneShown,
}

use Moment::{
    CodeArrived, CodeFetched, CodeSending, CodeShown, DonePressed, DoneShown, NumberShown,
    PayAnswered, PayAnswering, PayPressed, PriceChecked, PriceShown, Sold, SoldUnanswered,
};

const ALL: [Moment; 14] = [
    PriceShown,
    PayPressed,
    PayAnswering,
    PayAnswered,
    PriceChecked,
    SoldUnanswered,
    Sold,
    NumberShown,
    CodeArrived,
    CodeFetched,
    CodeSending,
    CodeShown,
    DonePressed,
    DoneShown,
];

/// A shop that is one process after the other.
struct Shop {
    world: World,
    program: Option<Program>,
    deadly: Vec<Moment>,
}

impl Shop {
    /// Customers 1, 2, ... with $10 each, and nothing running yet.
    async fn closed(customers: i64) -> (World, Vec<Person>) {
        // One at a time: it is nothing but work, and the provider's answers to all at once would be late.
        static TURN: Mutex<()> = Mutex::const_new(());
        let _turn = TURN.lock().await;
        let mut world = World::in_real_time(&ShiftedClock::default(), &[Platform::Telegram]).await;
        world.opens().await;
        let mut people = Vec::new();
        for id in 1..=customers {
            people.push(world.customer(id, &format!("Customer{id}"), "10").await);
        }
        world.stop().await;
        (world, people)
    }

    /// Alice with $10, and the program running; it dies at each `deadly` moment.
    async fn open(deadly: &[Moment]) -> (Self, Person) {
        let (world, mut people) = Self::closed(1).await;
        let program = Some(Program::open(&world).await);
        (Self { world, program, deadly: deadly.to_vec() }, people.remove(0))
    }

    /// Dies and comes back, if this moment is a deadly one.
    async fn passes(&mut self, moment: Moment) {
        if !self.deadly.contains(&moment) {
            return;
        }
        self.program.take().unwrap().kill();
        program::audit(&self.world).await;
        self.program = Some(Program::open(&self.world).await);
    }
}

/// Waits until the provider was asked once more on `route`.
async fn asked(world: &World, route: &str, before: u64) {
    let provider = world.provider.control();
    provider.wait_for(BOUND, |_| (world.calls(route) > before).then_some(())).await.unwrap();
}

fn calls(telegram: &telegram::Control, method: &str) -> u64 {
    telegram.requests().get(method).copied().unwrap_or_default()
}

/// Waits until Telegram was asked once more for `method`.
async fn called(shop: &Shop, method: &str, before: u64) {
    let telegram = shop.world.telegram.control();
    let is_called = |telegram: &_| (calls(telegram, method) > before).then_some(());
    telegram.until(BOUND, is_called).await.unwrap();
}

/// The next call of a Telegram method hangs; waits for that call once `act` is done.
async fn hangs(shop: &Shop, method: &str, act: impl AsyncFnOnce()) {
    let telegram = shop.world.telegram.control();
    let before = calls(&telegram, method);
    telegram.add_fault(FaultRule::next(method, 1, telegram::Fault::HangBefore));
    act().await;
    called(shop, method, before).await;
}

async fn pays(shop: &mut Shop, alice: &mut Person) {
    let (telegram, provider) = (shop.world.telegram.control(), shop.world.provider.control());
    if shop.deadly.contains(&SoldUnanswered) {
        provider.faults().once("create", Fault::TimeoutAfterCommit).unwrap();
    }
    let products = shop.world.calls("products");
    if shop.deadly.contains(&PayAnswering) {
        // The fetch after the one that brings the tap acknowledges it.
        let fetches = calls(&telegram, "getUpdates");
        hangs(shop, "answerCallbackQuery", async || alice.taps("Pay").await).await;
        called(shop, "getUpdates", fetches).await;
    } else {
        alice.taps("Pay").await;
    }
    shop.passes(PayPressed).await;
    shop.passes(PayAnswering).await;
    if shop.deadly.contains(&PayAnswered) {
        let answered = |telegram: &telegram::Control| telegram.unanswered_queries().is_empty();
        telegram.until(BOUND, |telegram| answered(telegram).then_some(())).await.unwrap();
    }
    shop.passes(PayAnswered).await;
    asked(&shop.world, "products", products).await;
    shop.passes(PriceChecked).await;
    let sold = |_: &_| (!provider.orders().is_empty()).then_some(());
    provider.wait_for(BOUND, sold).await.unwrap();
    shop.passes(SoldUnanswered).await;
    shop.passes(Sold).await;
    alice.sees("Your number:").await;
    shop.passes(NumberShown).await;
}

async fn gets_the_code(shop: &mut Shop, alice: &mut Person) {
    let looks = shop.world.calls("active");
    if shop.deadly.contains(&CodeSending) {
        hangs(shop, "sendMessage", async || shop.world.code_comes("48291377")).await;
    } else {
        shop.world.code_comes("48291377");
    }
    shop.passes(CodeArrived).await;
    asked(&shop.world, "active", looks).await;
    shop.passes(CodeFetched).await;
    shop.passes(CodeSending).await;
    alice.sees("code: 48291377").await;
    shop.passes(CodeShown).await;
    alice.taps("Done").await;
    shop.passes(DonePressed).await;
    alice.sees("this number is closed").await;
    shop.passes(DoneShown).await;
}

/// Buys a number through it all, and looks at everybody's books in the end.
async fn a_purchase_survives(deadly: &[Moment]) {
    let (mut shop, mut alice) = Shop::open(deadly).await;
    let price = alice.gets_a_price("/buy whatsapp indonesia").await;
    shop.passes(PriceShown).await;
    pays(&mut shop, &mut alice).await;
    gets_the_code(&mut shop, &mut alice).await;
    assert!(alice.count("code: 48291377") >= 1);
    let Shop { world, program, .. } = shop;
    ends_right(world, program.unwrap(), &[price]).await;
}

/// Every button was answered, every number was sold, charged and closed once, and exactly `prices` are gone.
async fn ends_right(world: World, program: Program, prices: &[Money]) {
    let (telegram, provider) = (world.telegram.control(), world.provider.control());
    let answered = telegram.until(BOUND, |telegram| {
        (telegram.unanswered_queries().is_empty() && telegram.pending_updates() == 0).then_some(())
    });
    assert!(answered.await.is_some(), "unanswered: {:?}", telegram.unanswered_queries());
    let closed = provider.wait_for(BOUND, |provider| {
        let is_closed = |status| status == Status::Completed;
        provider.orders().iter().all(|order| is_closed(order.status)).then_some(())
    });
    assert!(closed.await.is_ok(), "{:?}\n{}", provider.orders(), program.log());
    assert_eq!(provider.orders().len(), prices.len());
    let moved: Vec<Movement> = provider.journal().iter().map(|entry| entry.movement).collect();
    let bought = provider.orders().into_iter().map(|order| Movement::Charge { order: order.id });
    assert_eq!(moved[1..], bought.collect::<Vec<_>>(), "each order is charged once, none refunded");

    assert_eq!(program.terminate(STOP_WITHIN).await.code(), Some(0));
    let mut books = rows::connect(&world.database()).await;
    let kept = rows::count(&mut books, "kept_update").await;
    assert_eq!(kept, 0, "every update was handled, and none comes again after the next start");
    drop(books);
    program::audit(&world).await;
    let audit = world.audit().await;
    let sum = prices.iter().try_fold(Money::ZERO, |sum, price| sum.checked_add(*price)).unwrap();
    assert_eq!(audit.earned, sum);
    assert_eq!(audit.held, Money::ZERO);
    assert_eq!(audit.orders, prices.len() as u64);
}

/// One shop that dies at each moment and one that dies at all of them, side by side: most of their time they wait for
/// Telegram's limits.
#[tokio::test]
async fn a_kill_at_any_moment_of_a_purchase() {
    let survives = async |deadly: Vec<Moment>| {
        let outcome = AssertUnwindSafe(a_purchase_survives(&deadly)).catch_unwind().await;
        outcome.is_err().then_some(deadly)
    };
    let shops = ALL.map(|moment| vec![moment]).into_iter().chain([ALL.to_vec()]);
    let dead: Vec<_> = join_all(shops.map(survives)).await.into_iter().flatten().collect();
    assert!(dead.is_empty(), "not survived: {dead:?}");
}

/// Asked to end while a purchase is under way: it ends in time, and the next run goes on with it.
#[cfg(unix)]
#[tokio::test]
async fn asked_to_end_while_the_provider_does_not_answer() {
    let (mut shop, mut alice) = Shop::open(&[]).await;
    let price = alice.gets_a_price("/buy whatsapp indonesia").await;
    let provider = shop.world.provider.control();
    provider.faults().once("create", Fault::TimeoutAfterCommit).unwrap();
    let creates = shop.world.calls("create");
    alice.taps("Pay").await;
    asked(&shop.world, "create", creates).await;
    let ended = shop.program.take().unwrap().terminate(STOP_WITHIN).await;
    assert_eq!(ended.code(), Some(0));
    program::audit(&shop.world).await;
    shop.program = Some(Program::open(&shop.world).await);
    alice.sees("Your number:").await;
    gets_the_code(&mut shop, &mut alice).await;
    ends_right(shop.world, shop.program.unwrap(), &[price]).await;
}

/// The same while Telegram holds the answer to an update: the update is handled again by the next run.
#[cfg(unix)]
#[tokio::test]
async fn asked_to_end_while_telegram_does_not_answer() {
    let (mut shop, mut alice) = Shop::open(&[]).await;
    hangs(&shop, "sendMessage", async || alice.sends("/help").await).await;
    let ended = shop.program.take().unwrap().terminate(STOP_WITHIN).await;
    assert_eq!(ended.code(), Some(0));
    program::audit(&shop.world).await;
    shop.program = Some(Program::open(&shop.world).await);
    alice.sees("/balance").await;
    ends_right(shop.world, shop.program.unwrap(), &[]).await;
}

/// Several customers keep buying while the program is killed again and again, each time after so many requests.
#[tokio::test]
async fn random_kills_under_load() {
    const ROUNDS: usize = 5;
    let mut random = StdRng::seed_from_u64(20_261_120);
    let (world, people) = Shop::closed(4).await;
    let over = Cell::new(false);
    let customers = people.into_iter().map(|person| buys_until(&world, person, &over));
    let kills = async {
        for round in 1..=ROUNDS {
            let program = Program::start(&world, &[]);
            let requests = random.random_range(5..40);
            assert!(more_requests(&world, requests).await, "round {round}:\n{}", program.log());
            program.kill();
            program::audit(&world).await;
        }
        over.set(true);
        Program::open(&world).await
    };
    let (program, prices) = futures::join!(kills, join_all(customers));
    ends_right(world, program, &prices.concat()).await;
}

/// Buys one number after the other, and at least one; what each cost.
async fn buys_until(world: &World, mut person: Person, over: &Cell<bool>) -> Vec<Money> {
    let provider = world.provider.control();
    let mut prices = Vec::new();
    while prices.is_empty() || !over.get() {
        prices.push(person.gets_a_price("/buy whatsapp indonesia").await);
        person.taps("Pay").await;
        let phone = copies(&person.sees("Your number:").await).remove(0);
        let code = format!("{}{:07}", person.id, prices.len());
        provider.deliver_to_phone(&phone, &code, &format!("Your code is {code}")).unwrap();
        person.sees(&format!("code: {code}")).await;
        person.taps("Done").await;
        person.sees("this number is closed").await;
    }
    prices
}

/// Waits until provider and Telegram were asked so many times more.
async fn more_requests(world: &World, wanted: u64) -> bool {
    let (telegram, provider) = (world.telegram.control(), world.provider.control());
    let count = || {
        let asked: u64 = provider.request_counts().values().map(|count| count.total).sum();
        asked + telegram.requests().values().sum::<u64>()
    };
    let goal = count() + wanted;
    let (mut said, mut asked) = (telegram.changed(), provider.changed());
    let search = async {
        while count() < goal {
            tokio::select! {
                heard = said.changed() => heard.unwrap(),
                heard = asked.changed() => heard.unwrap(),
            }
        }
    };
    tokio::time::timeout(BOUND, search).await.is_ok()
}
