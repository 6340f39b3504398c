use tokio::task::JoinSet;

use super::*;
use crate::{
    ids::UpstreamOrderId,
    order::{Event, Sold},
    random::Random,
    upstream::UpstreamStatus,
    worker::stage::{Stage, sold, with_code},
};

const SECOND: Duration = Duration::from_secs(1);

/// An order with a number, for which nothing has come yet.
async fn open(stage: &Stage, customer: i64, upstream: &str) -> OrderId {
    let order = stage.buys(customer).await;
    let line = crate::order::Line {
        upstream: upstream.into(),
        phone: sold(upstream).phone.unwrap(),
        accepted_at: stage.shop.clock.now(),
        expires_at: stage.shop.clock.now() + Duration::from_mins(20),
    };
    stage.shop.apply(order, Event::Accepted(Sold::Activation(line)), Source::Place).await.unwrap();
    stage.provider().orders.insert(upstream.into(), Ok(sold(upstream)));
    order
}

/// An order with a number, for which a code is there.
async fn ready(stage: &Stage, customer: i64, upstream: &str) -> OrderId {
    let order = open(stage, customer, upstream).await;
    let seen = with_code(sold(upstream), "123456");
    assert_eq!(seen.status, UpstreamStatus::CodeReceived);
    stage.provider().orders.insert(upstream.into(), Ok(seen));
    order
}

async fn has_code(stage: &Stage, order: OrderId) -> bool {
    matches!(stage.state(order).await, State::CodeReceived(_))
}

/// The poller runs while time passes, until something is so: whether it was, within a quarter of an hour.
async fn polls_until(stage: &Stage, mut is_so: impl AsyncFnMut() -> bool) -> bool {
    let (mut polling, shop) = (JoinSet::new(), Arc::clone(&stage.shop));
    polling.spawn(async move { run(&shop).await });
    for _ in 0..9_000 {
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert!(polling.try_join_next().is_none(), "it polls for ever");
        if is_so().await {
            return true;
        }
        stage.clock.advance(SECOND / 10);
    }
    false
}

async fn polls_for(stage: &Stage, time: Duration) {
    let end = stage.shop.clock.now() + time;
    assert!(polls_until(stage, async || stage.shop.clock.now() >= end).await);
}

/// How often an order was asked for alone.
fn asked(stage: &Stage, upstream: &str) -> usize {
    let upstream = UpstreamOrderId::from(upstream);
    stage.provider().asked_at.iter().filter(|(_, order)| *order == upstream).count()
}

#[tokio::test]
async fn an_order_that_cannot_be_stored_holds_up_no_other() {
    let stage = Stage::open().await;
    let (bad, good) = (ready(&stage, 1, "a").await, ready(&stage, 2, "b").await);
    stage
        .spoil(
            "INSERT INTO transfer (key, from_account, to_account, amount, reason, at)
             VALUES ('order:1:close', 'sales', 'escrow', 1, 'spoiled', 0)",
        )
        .await;
    assert!(polls_until(&stage, async || has_code(&stage, good).await).await);
    assert!(!has_code(&stage, bad).await);
    let before = asked(&stage, "a");
    assert!(polls_until(&stage, async || asked(&stage, "a") > before + 1).await, "tried again");
}

#[tokio::test]
async fn an_order_that_the_provider_will_not_show_holds_up_no_other() {
    let stage = Stage::open().await;
    let (bad, good) = (ready(&stage, 1, "a").await, ready(&stage, 2, "b").await);
    let refused = UpstreamError::Refused { route: "order", code: "ODD".into() };
    stage.provider().orders.insert("a".into(), Err(refused));
    assert!(polls_until(&stage, async || has_code(&stage, good).await).await);
    assert!(!has_code(&stage, bad).await);
}

#[tokio::test]
async fn an_answer_that_never_comes_holds_up_no_other() {
    let stage = Stage::open().await;
    let (_, good) = (ready(&stage, 1, "a").await, ready(&stage, 2, "b").await);
    stage.provider().hangs_at.insert("a".into());
    assert!(polls_until(&stage, async || has_code(&stage, good).await).await);
}

#[tokio::test]
async fn orders_of_another_provider_are_not_looked_for_here() {
    let stage = Stage::open().await;
    let order = ready(&stage, 1, "a").await;
    // The same id at another provider is somebody else's order.
    stage.spoil("UPDATE orders SET provider = 'another'").await;
    polls_for(&stage, 30 * SECOND).await;
    assert!(!has_code(&stage, order).await);
    assert_eq!(stage.provider().asked_for_orders, 0);
}

#[tokio::test]
async fn a_clock_that_is_set_back_stops_no_question() {
    let stage = Stage::open().await;
    let order = open(&stage, 1, "a").await;
    let mut has_jumped = false;
    let found = polls_until(&stage, async || {
        if asked(&stage, "a") == 2 && !has_jumped {
            has_jumped = true;
            stage.clock.set_back(Duration::from_hours(5));
            // Whoever sleeps by a manual clock wakes at the moment that they had in mind; by the machine's they wake in time.
            stage.shop.polls.notify_one();
            stage.provider().orders.insert("a".into(), Ok(with_code(sold("a"), "123456")));
        }
        has_code(&stage, order).await
    });
    assert!(found.await);
}

#[tokio::test]
async fn however_many_wait_a_rental_has_its_turn() {
    // There is room for one question whenever each of those who wait is due again.
    let stage = Stage::open_within(24).await;
    for customer in 1..=5 {
        open(&stage, customer, &format!("waits-{customer}")).await;
    }
    let rental = stage.rents(9).await;
    let upstream = stage.state(rental).await.line().unwrap().upstream.clone();
    assert!(polls_until(&stage, async || asked(&stage, upstream.as_str()) > 2).await);
}

#[tokio::test]
async fn an_order_that_its_provider_never_ends_is_asked_for_seldom() {
    let stage = Stage::open().await;
    open(&stage, 1, "a").await;
    stage.clock.advance(Duration::from_mins(40));
    // Once at once, since nobody knows how it stood meanwhile.
    assert!(polls_until(&stage, async || asked(&stage, "a") == 1).await);
    polls_for(&stage, Duration::from_mins(5)).await;
    assert!((4..=8).contains(&asked(&stage, "a")), "{}", asked(&stage, "a"));
}

#[tokio::test]
async fn a_number_is_watched_from_the_commit_that_brings_it_until_the_one_that_ends_it() {
    let stage = Stage::open().await;
    let mut order = None;
    let watched = polls_until(&stage, async || {
        if order.is_none() {
            order = Some(open(&stage, 1, "a").await);
        }
        asked(&stage, "a") == 3
    });
    assert!(watched.await);
    let bought = stage.provider().asked_at[0].0;
    assert!(stage.shop.clock.now().since(bought) < 30 * SECOND, "not when all is read anew");
    let expired = UpstreamStatus::Expired;
    stage.provider().orders.insert("a".into(), Ok(UpstreamOrder { status: expired, ..sold("a") }));
    let over = async || matches!(stage.state(order.unwrap()).await, State::Expired(_));
    assert!(polls_until(&stage, over).await);
    let before = asked(&stage, "a");
    polls_for(&stage, Duration::from_mins(1)).await;
    assert!(asked(&stage, "a") <= before + 1);
}

#[tokio::test]
async fn a_second_sms_is_found() {
    let stage = Stage::open().await;
    let order = ready(&stage, 1, "a").await;
    assert!(polls_until(&stage, async || has_code(&stage, order).await).await);
    let mut both = with_code(sold("a"), "123456");
    both.sms.extend(with_code(sold("a"), "987654").sms);
    stage.provider().orders.insert("a".into(), Ok(both));
    let second = async || stage.shop.store.sms_of(order).await.unwrap().len() == 2;
    assert!(polls_until(&stage, second).await);
}

#[tokio::test]
async fn what_a_list_shows_is_not_asked_for_alone() {
    let stage = Stage::open_listing().await;
    let (listed, other) = (open(&stage, 1, "a").await, ready(&stage, 2, "b").await);
    stage.provider().listed = Some(Ok(vec![sold("a")]));
    assert!(polls_until(&stage, async || has_code(&stage, other).await).await);
    let before = asked(&stage, "a");
    assert!(before <= 2, "for its price alone: {before}");
    polls_for(&stage, Duration::from_mins(2)).await;
    assert_eq!(asked(&stage, "a"), before);
    stage.provider().listed = Some(Ok(vec![with_code(sold("a"), "123456")]));
    assert!(polls_until(&stage, async || has_code(&stage, listed).await).await);
}

/// An hour of a broken list is no hour without codes.
#[tokio::test]
async fn with_the_list_down_every_order_is_asked_for_alone() {
    let down = [
        UpstreamError::Unavailable { route: "list", reason: "503".into(), retry_after: None },
        UpstreamError::NoAnswer { route: "list", reason: "timeout" },
        UpstreamError::Malformed { route: "list", field: "data".into() },
    ];
    for error in down {
        let stage = Stage::open_listing().await;
        let order = open(&stage, 1, "a").await;
        stage.provider().listed = Some(Ok(vec![sold("a")]));
        polls_for(&stage, 30 * SECOND).await;
        stage.provider().listed = Some(Err(error.clone()));
        stage.provider().orders.insert("a".into(), Ok(with_code(sold("a"), "123456")));
        let before = stage.shop.clock.now();
        assert!(polls_until(&stage, async || has_code(&stage, order).await).await, "{error}");
        let waited = stage.shop.clock.now().since(before);
        assert!(waited < 15 * SECOND, "{error}: {waited:?}");
    }
}

#[tokio::test]
async fn what_was_learned_outlasts_a_restart() {
    let stage = Stage::open().await;
    let order = open(&stage, 1, "a").await;
    let goods = {
        let order = stage.shop.store.order(order).await.unwrap().unwrap();
        (order.purchase.service, order.purchase.country)
    };
    assert!(stage.shop.store.arrival(order).await.unwrap().is_none(), "it waits");
    let comes = stage.shop.clock.now() + Duration::from_mins(2);
    let found = polls_until(&stage, async || {
        if stage.shop.clock.now() == comes {
            stage.provider().orders.insert("a".into(), Ok(with_code(sold("a"), "123456")));
        }
        has_code(&stage, order).await
    });
    assert!(found.await);
    let records = stage.shop.store.arrivals().await.unwrap();
    let [record] = &records[..] else { panic!("{records:?}") };
    assert!(record.came && record.goods == goods);
    let age = record.age.as_secs_f64();
    assert!((115.0..130.0).contains(&age), "{age}");
    let chance = |records: &[_]| Arrivals::of(records).curve(goods).chance(0.0, 60.0);
    assert!(chance(&records) < chance(&[]), "codes are later than was assumed");
}

/// The provider pushes a code to each of so many new numbers.
async fn pushes_arrive(stage: &Stage, customers: std::ops::Range<i64>) {
    for customer in customers {
        let upstream = format!("pushed-{customer}");
        let order = open(stage, customer, &upstream).await;
        let seen = with_code(sold(&upstream), "123456");
        stage.provider().orders.insert(upstream.as_str().into(), Ok(seen.clone()));
        let events = observed(&seen);
        let pushed = Happened { order, events, cost: None, looked_at: None };
        stage.shop.commit_seen(pushed, Source::Push).await.unwrap();
    }
}

#[tokio::test]
async fn pushes_that_arrive_silence_polls_until_a_poll_finds_what_none_announced() {
    let stage = Stage::open().await;
    pushes_arrive(&stage, 1..4).await;
    let order = open(&stage, 10, "a").await;
    polls_for(&stage, Duration::from_mins(5)).await;
    let quiet = asked(&stage, "a");
    assert!((4..=7).contains(&quiet), "about once a minute: {quiet}");
    let still_waits = open(&stage, 11, "b").await;
    stage.provider().orders.insert("a".into(), Ok(with_code(sold("a"), "123456")));
    assert!(polls_until(&stage, async || has_code(&stage, order).await).await, "the safety net");
    let before = asked(&stage, "b");
    polls_for(&stage, Duration::from_mins(1)).await;
    // Twenty times where the machine keeps up with its clock; once as a safety net.
    assert!(asked(&stage, "b") >= before + 6, "as often as before: {}", asked(&stage, "b"));
    assert!(!has_code(&stage, still_waits).await);
    // And they can be proven once more.
    pushes_arrive(&stage, 20..23).await;
    assert!(stage.shop.trust.is_proven(stage.shop.clock.now()));
}

#[tokio::test]
async fn pushes_that_stop_are_relied_on_no_more() {
    let stage = Stage::open().await;
    pushes_arrive(&stage, 1..4).await;
    open(&stage, 10, "a").await;
    stage.clock.advance(Duration::from_mins(16));
    polls_for(&stage, Duration::from_mins(1)).await;
    assert!(asked(&stage, "a") >= 6, "{}", asked(&stage, "a"));
}

#[tokio::test]
async fn a_list_is_asked_for_once_a_minute_while_pushes_arrive() {
    let stage = Stage::open_listing().await;
    pushes_arrive(&stage, 1..4).await;
    open(&stage, 10, "a").await;
    stage.provider().listed = Some(Ok(vec![sold("a")]));
    polls_for(&stage, 10 * SECOND).await;
    let lists = stage.provider().asked_for_lists;
    let singles = asked(&stage, "a");
    polls_for(&stage, Duration::from_mins(4)).await;
    let lists = stage.provider().asked_for_lists - lists;
    let singles = asked(&stage, "a") - singles;
    assert!((3..=6).contains(&lists) && singles <= 1, "{lists} lists, {singles} alone");
}

#[tokio::test]
async fn a_poll_that_is_quicker_than_its_push_breaks_no_trust() {
    let stage = Stage::open().await;
    let trust = &stage.shop.trust;
    let mut now = stage.shop.clock.now();
    for order in 1..=3 {
        trust.found(OrderId(order), now);
        now = now + 3 * SECOND;
        trust.announced(OrderId(order), false, now);
    }
    assert!(trust.is_proven(now));
    for order in 1..=2 {
        trust.found(OrderId(order), now);
    }
    assert!(!trust.is_proven(now), "at once");
    let stage = Stage::open().await;
    let trust = &stage.shop.trust;
    trust.announced(OrderId(1), true, now);
    trust.announced(OrderId(2), true, now);
    trust.found(OrderId(3), now);
    let late = now + 11 * SECOND;
    trust.announced(OrderId(4), true, late);
    assert!(!trust.is_proven(late), "the row was broken");
    trust.announced(OrderId(4), false, late);
    trust.announced(OrderId(4), false, late);
    assert!(!trust.is_proven(late), "a copy proves nothing");
}

/// Lists that leave orders out, show them twice, or as they were up to a minute ago: every code comes, once.
#[tokio::test]
async fn a_list_that_omits_repeats_and_is_stale_delays_a_code_and_nothing_else() {
    for seed in 0..4 {
        let stage = Stage::open_listing().await;
        let random = Random::seeded(seed);
        let names = ["a", "b", "c", "d"];
        let mut orders = Vec::new();
        for (customer, name) in (1..).zip(names) {
            orders.push(open(&stage, customer, name).await);
        }
        let start = stage.shop.clock.now();
        let comes = names.map(|_| start + Duration::from_secs(5 + random.below(60)));
        let last = *comes.iter().max().unwrap();
        let view = |at: usize, moment: Timestamp| {
            let order = sold(names[at]);
            if moment >= comes[at] { with_code(order, "123456") } else { order }
        };
        let all_came = polls_until(&stage, async || {
            let now = stage.shop.clock.now();
            let mut listed = Vec::new();
            for (at, name) in names.into_iter().enumerate() {
                for _ in 0..random.below(3) {
                    listed.push(view(at, now - Duration::from_secs(random.below(60))));
                }
                let order = view(at, now);
                stage.provider().orders.insert(name.into(), Ok(order));
            }
            stage.provider().listed = Some(Ok(listed));
            let mut codes = 0;
            for order in &orders {
                codes += usize::from(has_code(&stage, *order).await);
            }
            codes == orders.len()
        });
        assert!(all_came.await, "seed {seed}");
        let waited = stage.shop.clock.now().since(last);
        assert!(waited <= 70 * SECOND, "seed {seed}: {waited:?}");
        polls_for(&stage, Duration::from_mins(1)).await;
        for order in &orders {
            assert_eq!(stage.shop.store.sms_of(*order).await.unwrap().len(), 1, "seed {seed}");
        }
    }
}

#[tokio::test]
async fn an_order_whose_end_is_past_or_missing_is_watched_all_the_same() {
    let stage = Stage::open().await;
    let long_ago = stage.shop.clock.now() - Duration::from_hours(24 * 365);
    let mut orders = Vec::new();
    for (customer, (name, end)) in (1..).zip([("past", Some(long_ago)), ("missing", None)]) {
        let order = stage.buys(customer).await;
        let answer = UpstreamOrder { expires_at: end, ..sold(name) };
        let bought = stage.shop.store.order(order).await.unwrap().unwrap();
        let goods = crate::worker::place::goods(&stage.shop, &bought, answer).unwrap();
        stage.shop.apply(order, Event::Accepted(goods), Source::Place).await.unwrap();
        stage.provider().orders.insert(name.into(), Ok(with_code(sold(name), "123456")));
        orders.push(order);
    }
    let both = async || has_code(&stage, orders[0]).await && has_code(&stage, orders[1]).await;
    assert!(polls_until(&stage, both).await);
}
