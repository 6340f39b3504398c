use std::pin::pin;

use super::*;
use crate::{
    ids::UpstreamOrderId,
    order::{Event, Sold},
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
    let mut polling = pin!(run(&stage.shop));
    for _ in 0..9_000 {
        tokio::select! {
            biased;
            () = &mut polling => panic!("it polls for ever"),
            () = tokio::time::sleep(Duration::from_millis(1)) => {}
        }
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
