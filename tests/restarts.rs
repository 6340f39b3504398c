//! The shop goes away at any moment and comes back: no money, order, update or code is lost, none is doubled.

use std::time::Duration;

use macro_rules_attribute::apply;
use sandbox::faults::Fault;

use crate::support::{Platform, World};

#[apply(on_each_platform!)]
async fn a_purchase_survives_a_kill_between_all_its_steps(on: Platform) {
    let mut world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.sends("/buy whatsapp indonesia").await;
    alice.sees("Price:").await;
    world.kill();
    world.start().await;
    alice.taps("Pay").await;
    alice.sees("Your number:").await;
    world.kill();
    world.code_comes("717171");
    world.start().await;
    alice.sees("code: 717171").await;
    world.kill();
    world.start().await;
    alice.taps("Done").await;
    alice.sees("this number is closed").await;
    assert_eq!(world.provider.control().orders().len(), 1);
    assert_eq!(world.unrefunded_charges(), 1);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_kill_while_the_provider_is_being_asked_leaves_one_order(on: Platform) {
    for fault in [Fault::TimeoutAfterCommit, Fault::TimeoutBefore] {
        let mut world = World::open_on(on).await;
        let mut alice = world.customer(1, "Alice", "10").await;
        alice.sends("/buy whatsapp indonesia").await;
        alice.sees("Price:").await;
        world.provider.control().faults().once("create", fault.clone()).unwrap();
        let before = world.calls("create");
        alice.taps("Pay").await;
        world.until("the create is sent", || (world.calls("create") > before).then_some(())).await;
        world.kill();
        world.start().await;
        alice.sees("Your number:").await;
        assert_eq!(world.provider.control().orders().len(), 1, "{fault:?}");
        world.ends_well().await;
    }
}

#[apply(on_each_platform!)]
async fn a_purchase_that_a_long_dead_shop_left_behind_is_refunded_not_bought(on: Platform) {
    let mut world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.sends("/buy whatsapp indonesia").await;
    alice.sees("Price:").await;
    world.provider.control().faults().once("create", Fault::TimeoutBefore).unwrap();
    let before = world.calls("create");
    alice.taps("Pay").await;
    world.until("the create is sent", || (world.calls("create") > before).then_some(())).await;
    world.kill();
    world.passes(Duration::from_hours(1));
    world.start().await;
    // The provider's records count two minutes after the answer is known to be lost.
    world.passes(Duration::from_secs(121));
    alice.sees("the supplier gave out no number").await;
    alice.balance_is("$10.00").await;
    assert_eq!(world.provider.control().orders().len(), 0);
    world.ends_well().await;
}

#[tokio::test]
async fn updates_sent_while_the_shop_is_away_are_answered() {
    let mut world = World::open().await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.sends("/buy whatsapp indonesia").await;
    alice.sees("Price:").await;
    world.stop().await;
    alice.taps("Pay").await;
    world.start().await;
    alice.sees("Your number:").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn an_order_that_expired_while_the_shop_was_away_is_refunded(on: Platform) {
    let mut world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.buys().await;
    world.kill();
    world.passes(Duration::from_hours(1));
    world.start().await;
    alice.sees("No SMS came in time").await;
    alice.balance_is("$10.00").await;
    world.ends_well().await;
}

#[tokio::test]
async fn a_second_shop_on_the_same_database_does_not_open() {
    let mut world = World::open().await;
    let config = numdesk::config::Config::load(None, world.variables()).unwrap();
    let second = numdesk::app::App::start(&config, world.clock.clock()).await;
    assert!(matches!(second, Err(numdesk::app::StartError::Locked { .. })));
    world.kill();
    world.start().await;
    world.ends_well().await;
}
