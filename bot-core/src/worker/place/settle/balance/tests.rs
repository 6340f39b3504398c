use proptest::prelude::*;

use super::{super::RECORDS_SETTLE_AFTER, *};
use crate::{
    ids::OrderId,
    order::{Line, Refusal},
    phone::Phone,
    transition::Source,
    upstream::{CancelAnswer, FindAgain, Placing, Unclear, UpstreamOrder},
    worker::{
        place::do_job,
        stage::{START, Stage, sold},
    },
};

const MARKED: Timestamp = START;
const LIFETIME: Duration = Duration::from_mins(20);

fn mark(amount: i64) -> Mark {
    Mark::for_tests(Decimal::from(amount), MARKED)
}

fn line(expires_at: Timestamp) -> Line {
    let phone = Phone::parse("+6281234567890").unwrap();
    Line { upstream: "1".into(), phone, accepted_at: START, expires_at }
}

/// Bought after the mark for 1.
fn bought(state: State) -> Moved {
    Moved {
        state,
        cost: Some(Decimal::ONE),
        is_bought_since: true,
        cancelled_since: None,
        expired_since: None,
    }
}

fn bought_before(state: State) -> Moved {
    Moved { is_bought_since: false, ..bought(state) }
}

#[test]
fn what_each_of_our_orders_did_to_the_balance() {
    let now = MARKED + Duration::from_mins(5);
    let (gone, later) = (line(MARKED - Duration::from_mins(1)), line(MARKED + LIFETIME));
    let ended = line(MARKED + Duration::from_mins(1));
    let cancelled = |since| Moved {
        cancelled_since: Some(since),
        ..bought_before(State::Cancelled(later.clone()))
    };
    let expired = |line| Moved { expired_since: Some(true), ..bought_before(State::Expired(line)) };
    let unpriced = Moved { cost: None, ..bought(State::Waiting(later.clone())) };
    let (one, none) = (Some(Decimal::ONE), Some(Decimal::ZERO));
    for (what, moved, spent) in [
        ("open", bought(State::Waiting(later.clone())), one),
        ("open for longer", bought_before(State::Waiting(later.clone())), none),
        ("ends about now", bought(State::Waiting(line(now + Duration::from_secs(59)))), None),
        ("is over, untold", bought_before(State::Cancelling(ended.clone())), None),
        ("was paid for by a code", bought(State::CodeReceived(later.clone())), one),
        ("done", bought_before(State::Finished(later.clone())), none),
        ("given back", cancelled(true), Some(-Decimal::ONE)),
        ("given back before", cancelled(false), none),
        ("bought and given back", Moved { is_bought_since: true, ..cancelled(true) }, none),
        ("an operator's word", bought(State::Cancelled(later.clone())), None),
        ("an operator's old word", bought_before(State::Cancelled(gone.clone())), none),
        ("ran out", expired(ended.clone()), Some(-Decimal::ONE)),
        ("ran out before, told after", expired(gone.clone()), none),
        ("banned, which promises nothing", bought(State::Banned(later.clone())), None),
        ("without a price", unpriced, None),
    ] {
        assert_eq!(spent_on(&moved, MARKED, now), spent, "{what}");
    }
}

#[test]
fn what_a_balance_says() {
    let now = MARKED + Duration::from_mins(5);
    let open = || bought(State::Waiting(line(MARKED + LIFETIME)));
    let unknown = || Moved { cost: None, ..open() };
    for (balance, moved, said) in [
        (10, vec![], Verdict::Even),
        (9, vec![], Verdict::Missing),
        (11, vec![], Verdict::Unclear),
        (9, vec![open()], Verdict::Even),
        (8, vec![open()], Verdict::Missing),
        (10, vec![open()], Verdict::Unclear),
        (9, vec![unknown()], Verdict::Unclear),
    ] {
        let what = verdict(&mark(10), &moved, now, Decimal::from(balance));
        assert_eq!(what, said, "{balance} with {moved:?}");
    }
    let other_digits = Decimal::new(100_000, 4);
    assert_eq!(verdict(&mark(10), &[], now, other_digits), Verdict::Even);
}

/// What can become of an order, what is told of it then, and whether its money is back.
fn any_fate() -> impl Strategy<Value = (State, Option<bool>, Option<bool>, bool)> {
    let later = line(MARKED + LIFETIME);
    let ended = line(MARKED + Duration::from_mins(1));
    prop_oneof![
        Just((State::Waiting(later.clone()), None, None, false)),
        Just((State::CodeReceived(later.clone()), None, None, false)),
        Just((State::Finished(later.clone()), None, None, false)),
        Just((State::Cancelled(later), Some(true), None, true)),
        Just((State::Expired(ended), None, Some(true), true)),
    ]
}

proptest! {
    /// Whatever else was bought and came back meanwhile, a hidden sale shows, and shows no more once it is paid back.
    #[test]
    fn only_a_sale_that_nobody_knows_of_is_missing(
        known in prop::collection::vec((1_i64..100_000, any::<bool>(), any_fate()), 0..20),
        hidden in prop::option::of((1_i64..100_000, any::<bool>())),
        opening in 0_i64..10_000_000,
    ) {
        let mark = Mark::for_tests(Decimal::new(opening, 4), MARKED);
        let mut balance = opening;
        let mut moved = Vec::new();
        for (cost, is_bought_since, (state, cancelled_since, expired_since, is_back)) in known {
            balance += if is_back { cost } else { 0 };
            balance -= if is_bought_since { cost } else { 0 };
            let cost = Some(Decimal::new(cost, 4));
            moved.push(Moved { state, cost, is_bought_since, cancelled_since, expired_since });
        }
        let held = hidden.filter(|(_, is_back)| !is_back).map_or(0, |(cost, _)| cost);
        let now = MARKED + Duration::from_mins(5);
        let said = verdict(&mark, &moved, now, Decimal::new(balance - held, 4));
        prop_assert_eq!(said, if held == 0 { Verdict::Even } else { Verdict::Missing });
    }
}

struct Scene {
    stage: Stage,
}

impl Scene {
    async fn open(balance: i64) -> Self {
        let scene = Self { stage: Stage::open_with(FindAgain::Balance).await };
        scene.balance_is(balance);
        scene
    }

    fn balance_is(&self, balance: i64) {
        self.stage.provider().balance = Some(Decimal::from(balance));
    }

    fn passes(&self, duration: Duration) {
        self.stage.clock.advance(duration);
    }

    async fn works(&self, order: OrderId) {
        let job = self.stage.job(order).await.expect("the order has a job");
        do_job(&self.stage.shop, job).await.unwrap();
    }

    async fn in_doubt(&self, customer: i64) -> OrderId {
        let order = self.stage.buys(customer).await;
        let lost = Unclear { reason: "no answer".into(), retry_after: None };
        self.stage.provider().creates.push_back(Placing::Unknown(lost));
        self.works(order).await;
        self.is_in_doubt(order).await;
        order
    }

    async fn sells(&self, customer: i64, id: &str) -> OrderId {
        let order = self.stage.buys(customer).await;
        let end = self.stage.shop.clock.now() + LIFETIME;
        let sold = UpstreamOrder { expires_at: Some(end), ..sold(id) };
        self.stage.provider().creates.push_back(Placing::Accepted(vec![sold]));
        self.works(order).await;
        assert!(matches!(self.stage.state(order).await, State::Waiting(_)));
        order
    }

    async fn is_in_doubt(&self, order: OrderId) {
        assert!(matches!(self.stage.state(order).await, State::InDoubt { .. }));
    }

    async fn was_not_placed(&self, order: OrderId) {
        let state = self.stage.state(order).await;
        assert_eq!(state, State::Refused { reason: Refusal::NotPlaced });
    }
}

#[tokio::test]
async fn nothing_is_sent_before_the_balance_is_known() {
    let scene = Scene { stage: Stage::open_with(FindAgain::Balance).await };
    let order = scene.stage.buys(1).await;
    scene.works(order).await;
    assert_eq!(scene.stage.provider().asked_to_create, 0);
    assert_eq!(scene.stage.state(order).await, State::Placing);
    scene.passes(Duration::from_secs(21));
    scene.works(order).await;
    assert_eq!(scene.stage.state(order).await, State::Refused { reason: Refusal::Busy });
}

#[tokio::test]
async fn a_purchase_that_was_never_sent_is_not_waited_for() {
    let scene = Scene::open(100).await;
    let order = scene.stage.buys(1).await;
    // The shop was killed before it read the balance.
    let at = scene.stage.shop.clock.now();
    scene.stage.shop.apply(order, Event::Unclear(at), Source::Sweep).await.unwrap();
    let job = crate::store::jobs::JobKind::Settle;
    let jobs = scene.stage.shop.store.jobs(9).await.unwrap();
    let settle = jobs.into_iter().find(|it| it.kind == job).unwrap();
    do_job(&scene.stage.shop, settle).await.unwrap();
    scene.was_not_placed(order).await;
}

#[tokio::test]
async fn a_balance_that_stayed_shows_twice_that_nothing_was_sold() {
    let scene = Scene::open(100).await;
    let order = scene.in_doubt(1).await;
    scene.works(order).await;
    scene.is_in_doubt(order).await;
    scene.passes(RECORDS_SETTLE_AFTER);
    scene.works(order).await;
    scene.is_in_doubt(order).await;
    scene.passes(SECOND_LOOK);
    scene.works(order).await;
    scene.was_not_placed(order).await;
    assert_eq!(scene.stage.provider().asked_to_create, 1, "never asked again");
}

#[tokio::test]
async fn a_look_that_shows_something_missing_makes_the_two_looks_begin_anew() {
    let scene = Scene::open(100).await;
    let order = scene.in_doubt(1).await;
    scene.passes(RECORDS_SETTLE_AFTER);
    for balance in [100, 99, 100] {
        scene.balance_is(balance);
        scene.works(order).await;
        scene.is_in_doubt(order).await;
    }
    scene.works(order).await;
    scene.was_not_placed(order).await;
}

#[tokio::test]
async fn what_was_sold_unseen_is_watched_until_its_money_is_back() {
    let scene = Scene::open(100).await;
    let order = scene.in_doubt(1).await;
    scene.balance_is(99);
    for minutes in [3, 10, 7] {
        scene.passes(Duration::from_mins(minutes));
        scene.works(order).await;
        scene.is_in_doubt(order).await;
    }
    scene.balance_is(100);
    for _ in 0..2 {
        scene.works(order).await;
    }
    scene.was_not_placed(order).await;
}

#[tokio::test]
async fn money_that_never_comes_back_is_for_a_person() {
    let scene = Scene::open(100).await;
    let order = scene.in_doubt(1).await;
    scene.balance_is(99);
    scene.passes(LIFETIME + BACK_WITHIN);
    scene.works(order).await;
    scene.is_in_doubt(order).await;
    scene.passes(Duration::from_secs(1));
    scene.works(order).await;
    assert_eq!(scene.stage.state(order).await, State::NeedsOperator { line: None });
}

#[tokio::test]
async fn money_that_somebody_added_proves_nothing() {
    let scene = Scene::open(100).await;
    let order = scene.in_doubt(1).await;
    scene.balance_is(150);
    scene.passes(RECORDS_SETTLE_AFTER);
    for _ in 0..3 {
        scene.works(order).await;
        scene.is_in_doubt(order).await;
    }
    scene.passes(LIFETIME + BACK_WITHIN);
    scene.works(order).await;
    assert_eq!(scene.stage.state(order).await, State::NeedsOperator { line: None });
}

#[tokio::test]
async fn purchases_and_cancels_meanwhile_are_taken_into_account() {
    let scene = Scene::open(100).await;
    let kept = scene.sells(1, "kept").await;
    scene.balance_is(99);
    let given_back = scene.sells(2, "given back").await;
    scene.balance_is(98);
    let order = scene.in_doubt(3).await;
    scene.sells(4, "new").await;
    scene.balance_is(97);
    scene.stage.provider().cancel = Some(CancelAnswer::Cancelled);
    scene.stage.shop.apply(given_back, Event::CancelAsked, Source::Customer).await.unwrap();
    scene.works(given_back).await;
    scene.balance_is(98);
    scene.passes(RECORDS_SETTLE_AFTER);
    for _ in 0..2 {
        scene.works(order).await;
    }
    scene.was_not_placed(order).await;
    assert!(matches!(scene.stage.state(kept).await, State::Waiting(_)));
}

#[tokio::test]
async fn an_order_that_runs_out_meanwhile_is_taken_into_account() {
    let scene = Scene::open(100).await;
    let first = scene.sells(1, "first").await;
    scene.balance_is(99);
    scene.passes(Duration::from_mins(15));
    let order = scene.in_doubt(2).await;
    scene.balance_is(98);
    scene.passes(Duration::from_mins(5));
    // The provider has paid the first back, and nobody has told yet.
    scene.balance_is(99);
    scene.works(order).await;
    scene.is_in_doubt(order).await;
    let end = Event::ProviderExpired;
    scene.stage.shop.apply(first, end, Source::Poll).await.unwrap();
    for _ in 0..2 {
        scene.works(order).await;
    }
    // The money of one of the two is back: the other was sold.
    scene.is_in_doubt(order).await;
    scene.balance_is(100);
    for _ in 0..2 {
        scene.works(order).await;
    }
    scene.was_not_placed(order).await;
}

#[tokio::test]
async fn several_doubts_are_settled_together() {
    let scene = Scene::open(100).await;
    let first = scene.in_doubt(1).await;
    scene.balance_is(99);
    // By its own mark alone the second would be settled.
    let second = scene.in_doubt(2).await;
    scene.passes(RECORDS_SETTLE_AFTER);
    for order in [second, first, second, first] {
        scene.works(order).await;
        scene.is_in_doubt(order).await;
    }
    scene.balance_is(100);
    for order in [second, first, second, first] {
        scene.works(order).await;
    }
    scene.was_not_placed(first).await;
    scene.was_not_placed(second).await;
}

#[tokio::test]
async fn nothing_moves_money_while_another_call_does() {
    let scene = Scene::open(100).await;
    let order = scene.stage.buys(1).await;
    let purse = scene.stage.shop.purse.lock().await;
    let job = scene.stage.job(order).await.unwrap();
    let mut work = Box::pin(do_job(&scene.stage.shop, job));
    assert!(futures::poll!(&mut work).is_pending());
    drop(purse);
    work.await.unwrap();
    assert_eq!(scene.stage.provider().asked_to_create, 1);
}
