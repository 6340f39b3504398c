use super::*;
use crate::{upstream::budget::Outcome, worker::stage::Stage};

#[tokio::test]
async fn orders_of_long_ago_are_forgotten() {
    let stage = Stage::open().await;
    for id in 0..=REMEMBERED {
        assert!(stage.shop.may_look_at(&UpstreamOrderId(id.to_string()), LEAST).is_some());
    }
    stage.clock.advance(FORGOTTEN_AFTER);
    assert!(stage.shop.may_look_at(&"new".into(), LEAST).is_some());
    assert_eq!(stage.shop.gate.last.len(), 1);
}

#[tokio::test]
async fn nobody_looks_at_an_order_while_it_is_being_cancelled_nor_right_after() {
    let stage = Stage::open().await;
    let order = UpstreamOrderId::from("one");
    let alone = stage.shop.alone_with(&order).await;
    // The cancel takes its time, and its adapter may look at the order at any moment of it.
    stage.clock.advance(Duration::from_secs(5));
    assert!(stage.shop.may_look_at(&order, LEAST).is_none());
    assert!(stage.shop.may_look_at(&"another".into(), LEAST).is_some());
    let mut waits = std::pin::pin!(stage.shop.look_at(&order));
    assert!(futures::poll!(&mut waits).is_pending());
    drop(alone);
    assert!(stage.shop.may_look_at(&order, LEAST).is_none());
    assert!(futures::poll!(&mut waits).is_pending(), "a second after the cancel, not before");
    stage.clock.advance(LEAST);
    assert!(waits.await.is_err(), "the scripted provider knows no such order");
}

#[tokio::test]
async fn two_that_wait_for_the_keys_budget_do_not_ask_together() {
    let stage = Stage::open_within(60).await;
    let order = UpstreamOrderId::from("one");
    let permit = stage.shop.upstream.budget().pass("order").await.unwrap();
    permit.report(Outcome::AskedToWait(Duration::from_secs(3)));
    let mut first = std::pin::pin!(stage.shop.look_at(&order));
    assert!(futures::poll!(&mut first).is_pending(), "the provider asked to wait");
    stage.clock.advance(LEAST);
    let mut second = std::pin::pin!(stage.shop.look_at(&order));
    assert!(futures::poll!(&mut second).is_pending());
    stage.clock.advance(Duration::from_secs(3));
    assert!(first.await.is_err(), "the scripted provider knows no such order");
    assert!(futures::poll!(&mut second).is_pending(), "it was asked this very moment");
    assert!(stage.shop.may_look_at(&order, LEAST).is_none());
    stage.clock.advance(LEAST);
    assert!(second.await.is_err());
    assert_eq!(stage.provider().asked_for_orders, 2);
}

#[tokio::test]
async fn nobody_else_asks_about_an_order_whose_poll_waits_for_the_keys_budget() {
    let stage = Stage::open().await;
    let order = UpstreamOrderId::from("one");
    let pace = Duration::from_secs(3);
    let poll = stage.shop.may_look_at(&order, pace);
    assert!(poll.is_some());
    // Its question may leave at any moment of these.
    stage.clock.advance(Duration::from_secs(20));
    assert!(stage.shop.may_look_at(&order, pace).is_none());
    let mut hint = std::pin::pin!(stage.shop.look_at(&order));
    assert!(futures::poll!(&mut hint).is_pending());
    drop(poll);
    assert!(stage.shop.may_look_at(&order, pace).is_none(), "it may have left just now");
    assert!(futures::poll!(&mut hint).is_pending(), "a second later, not before");
    stage.clock.advance(LEAST);
    assert!(hint.await.is_err(), "the scripted provider knows no such order");
    assert!(stage.shop.may_look_at(&order, LEAST).is_none());
}
