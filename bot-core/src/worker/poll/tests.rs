use std::pin::pin;

use super::*;
use crate::{
    order::{Event, Sold},
    upstream::UpstreamStatus,
    worker::stage::{Stage, sold, with_code},
};

/// An order with a number, for which a code is there.
async fn ready(stage: &Stage, customer: i64, upstream: &str) -> OrderId {
    let order = stage.buys(customer).await;
    let line = crate::order::Line {
        upstream: upstream.into(),
        phone: sold(upstream).phone.unwrap(),
        accepted_at: stage.shop.clock.now(),
        expires_at: stage.shop.clock.now() + Duration::from_mins(20),
    };
    stage.shop.apply(order, Event::Accepted(Sold::Activation(line)), Source::Place).await.unwrap();
    let seen = with_code(sold(upstream), "123456");
    assert_eq!(seen.status, UpstreamStatus::CodeReceived);
    stage.provider().orders.insert(upstream.into(), Ok(seen));
    order
}

async fn has_code(stage: &Stage, order: OrderId) -> bool {
    matches!(stage.state(order).await, State::CodeReceived(_))
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
    tick(&stage.shop, &mut Memory::default()).await.unwrap();
    assert!(!has_code(&stage, bad).await);
    assert!(has_code(&stage, good).await);
}

#[tokio::test]
async fn an_order_that_the_provider_will_not_show_holds_up_no_other() {
    let stage = Stage::open().await;
    let (bad, good) = (ready(&stage, 1, "a").await, ready(&stage, 2, "b").await);
    let refused = UpstreamError::Refused { route: "order", code: "ODD".into() };
    stage.provider().orders.insert("a".into(), Err(refused));
    tick(&stage.shop, &mut Memory::default()).await.unwrap();
    assert!(!has_code(&stage, bad).await);
    assert!(has_code(&stage, good).await);
}

#[tokio::test]
async fn orders_of_another_provider_are_not_looked_for_here() {
    let stage = Stage::open().await;
    let order = ready(&stage, 1, "a").await;
    // The same id at another provider is somebody else's order.
    stage.spoil("UPDATE orders SET provider = 'another'").await;
    tick(&stage.shop, &mut Memory::default()).await.unwrap();
    assert!(!has_code(&stage, order).await);
}

#[tokio::test]
async fn a_clock_that_is_set_back_stops_no_question() {
    let stage = Stage::open().await;
    let order = ready(&stage, 1, "a").await;
    let mut memory = Memory::default();
    memory.asked_at.insert(order, stage.shop.clock.now() + Duration::from_hours(1));
    tick(&stage.shop, &mut memory).await.unwrap();
    assert!(has_code(&stage, order).await);
}

/// A look may stand in line for a request.
async fn looks_while_time_passes(stage: &Stage, memory: &mut Memory, watched: &[Order]) {
    let mut look = pin!(look(&stage.shop, memory, watched));
    loop {
        tokio::select! {
            biased;
            done = &mut look => return done.unwrap(),
            () = tokio::time::sleep(Duration::from_millis(1)) => {
                stage.clock.advance(Duration::from_millis(100));
            }
        }
    }
}

#[tokio::test]
async fn however_many_wait_a_rental_has_its_turn() {
    // There is room for one question whenever each of those who wait is due again.
    let stage = Stage::open_within(24).await;
    for customer in 1..=5 {
        let order = ready(&stage, customer, &format!("waits-{customer}")).await;
        let upstream = stage.state(order).await.line().unwrap().upstream.clone();
        stage.provider().orders.insert(upstream.clone(), Ok(sold(upstream.as_str())));
    }
    let rental = stage.rents(9).await;
    let watched = stage.shop.store.open_orders().await.unwrap();
    let mut memory = Memory::default();
    for _ in 0..60 {
        stage.clock.advance(Duration::from_secs(3));
        looks_while_time_passes(&stage, &mut memory, &watched).await;
    }
    assert!(memory.asked_at.contains_key(&rental));
}

#[tokio::test]
async fn an_order_that_its_provider_never_ends_is_asked_for_seldom() {
    let stage = Stage::open().await;
    let order = ready(&stage, 1, "a").await;
    let order = stage.shop.store.order(order).await.unwrap().unwrap();
    let end = order.state.line().unwrap().expires_at;
    let pace = stage.shop.upstream.capabilities().pace;
    assert_eq!(every(&stage.shop, &order, end), pace);
    assert!(every(&stage.shop, &order, end + Duration::from_hours(1)) > pace);
}
