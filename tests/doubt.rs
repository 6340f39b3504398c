//! Lost answers: the provider may or may not have sold a number. Nobody pays twice, and nobody pays for nothing.

use std::time::Duration;

use macro_rules_attribute::apply;
use sandbox::faults::Fault;

use crate::{
    prices::Shop,
    support::{Person, Platform, World},
};

async fn ready(world: &World) -> Person {
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.sends("/buy whatsapp indonesia").await;
    alice.sees("Price:").await;
    alice
}

/// Whatever happens to the answer, as long as the work was done: one order, charged once, and the customer has it.
async fn answer_lost_after(on: Platform, fault: Fault) {
    let world = World::open_on(on).await;
    let mut alice = ready(&world).await;
    world.provider.control().faults().once("create", fault.clone()).unwrap();
    alice.taps("Pay").await;
    alice.sees("Your number:").await;
    assert_eq!(world.provider.control().orders().len(), 1, "{fault:?}");
    assert_eq!(alice.copies(), vec![world.newest_order().phone]);
    world.code_comes("555555");
    alice.sees("code: 555555").await;
    assert_eq!(world.unrefunded_charges(), 1);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn the_connection_breaks_after_the_sale(on: Platform) {
    answer_lost_after(on, Fault::ResetAfterCommit).await;
}

#[apply(on_each_platform!)]
async fn no_answer_ever_comes_after_the_sale(on: Platform) {
    answer_lost_after(on, Fault::TimeoutAfterCommit).await;
}

#[apply(on_each_platform!)]
async fn an_internal_error_comes_after_the_sale(on: Platform) {
    answer_lost_after(on, Fault::Status500AfterCommit).await;
}

#[apply(on_each_platform!)]
async fn a_web_page_comes_after_the_sale(on: Platform) {
    answer_lost_after(on, Fault::Garbage).await;
}

#[apply(on_each_platform!)]
async fn half_an_answer_comes_after_the_sale(on: Platform) {
    answer_lost_after(on, Fault::TruncatedJson).await;
}

#[apply(on_each_platform!)]
async fn the_sale_is_told_without_its_orders(on: Platform) {
    answer_lost_after(on, Fault::MissingField("orders".into())).await;
}

#[apply(on_each_platform!)]
async fn the_sale_is_told_without_the_number(on: Platform) {
    answer_lost_after(on, Fault::MissingField("phone_number".into())).await;
}

#[apply(on_each_platform!)]
async fn the_sale_is_told_in_wrong_types(on: Platform) {
    answer_lost_after(on, Fault::WrongType("id".into())).await;
}

#[apply(on_each_platform!)]
async fn the_answer_is_lost_before_the_sale_and_the_customer_still_gets_a_number(on: Platform) {
    for fault in [
        Fault::ResetBefore,
        Fault::TimeoutBefore,
        Fault::Status500,
        Fault::Status503 { retry_after: 2 },
    ] {
        let world = World::open_on(on).await;
        let mut alice = ready(&world).await;
        world.provider.control().faults().once("create", fault.clone()).unwrap();
        alice.taps("Pay").await;
        alice.sees("Your number:").await;
        assert_eq!(world.provider.control().orders().len(), 1, "{fault:?}");
        world.ends_well().await;
    }
}

#[apply(on_each_platform!)]
async fn no_create_ever_gets_through_and_the_records_show_that_nothing_was_sold(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = ready(&world).await;
    world.provider.control().faults().always("create", Fault::ResetBefore).unwrap();
    alice.taps("Pay").await;
    alice.sees("checking whether it gave you a number").await;
    alice.sends("/cancel").await;
    alice.sees("There is no number to give back yet").await;
    world.passes(Duration::from_mins(3));
    alice.sees("the supplier gave out no number").await;
    alice.balance_is("$10.00").await;
    assert_eq!(world.provider.control().orders().len(), 0);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn the_records_cannot_be_read_and_the_money_stays_held_until_they_can(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = ready(&world).await;
    let faults = world.provider.control().faults();
    faults.always("create", Fault::ResetAfterCommit).unwrap();
    faults.always("orders", Fault::Status500).unwrap();
    alice.taps("Pay").await;
    alice.sees("checking whether it gave you a number").await;
    world.passes(Duration::from_mins(50));
    let audit = world.audit().await;
    assert!(audit.held.is_positive(), "held while in doubt");
    alice.sends("/orders").await;
    alice.sees("Your orders").await;
    faults.clear();
    world.passes(Duration::from_mins(1));
    // The provider's order has run out meanwhile: the same key leads to it, and its end to the refund.
    alice.sees("is back on your balance").await;
    alice.balance_is("$10.00").await;
    assert_eq!(world.provider.control().orders().len(), 1);
    assert_eq!(world.unrefunded_charges(), 0);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_lost_answer_to_a_cancel_gives_the_money_back_once(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.buys().await;
    world.passes(Duration::from_secs(150));
    world.provider.control().faults().once("cancel", Fault::ResetAfterCommit).unwrap();
    alice.taps("Give it back").await;
    alice.sees("is back on your balance").await;
    alice.balance_is("$10.00").await;
    assert_eq!(world.unrefunded_charges(), 0);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn an_owner_ends_what_nothing_settles(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = ready(&world).await;
    let faults = world.provider.control().faults();
    faults.always("create", Fault::ResetBefore).unwrap();
    faults.always("orders", Fault::Status500).unwrap();
    alice.taps("Pay").await;
    alice.sees("checking whether it gave you a number").await;
    let mut owner = world.person(crate::support::OWNER, "Olivia", "olivia");
    owner.looks_now();
    world.passes(Duration::from_hours(7));
    owner.sees("needs you").await;
    alice.forges("1R1");
    alice.is_told("Only the owner").await;
    owner.taps("Give the money back").await;
    owner.sees("the customer has the money back").await;
    alice.sees("is back on your balance").await;
    owner.forges("1R1");
    owner.is_told("This order is settled").await;
    alice.balance_is("$10.00").await;
    world.ends_well().await;
}

/// A purchase that the provider made and whose answer never comes, however often it is asked.
async fn sold_unseen(world: &World) -> (Person, Person) {
    let mut alice = ready(world).await;
    world.provider.control().faults().always("create", Fault::ResetAfterCommit).unwrap();
    alice.taps("Pay").await;
    alice.sees("checking whether it gave you a number").await;
    (alice, world.owner())
}

#[apply(on_each_platform!)]
async fn an_owner_gives_a_doubtful_order_the_number_that_the_records_show(on: Platform) {
    let world = World::open_on(on).await;
    let (mut alice, mut owner) = sold_unseen(&world).await;
    owner.forges("1L1");
    let screen = owner.sees("This could be it").await.text;
    for known in ["Alice", "WhatsApp", "smscode-v2", "the answer was lost"] {
        assert!(screen.contains(known), "{known} in {screen}");
    }
    assert!(screen.contains(&world.newest_order().phone), "{screen}");
    let (_, adopt) = owner.finds("This is it").await;
    for data in ["1L1", "1Y1", &adopt] {
        alice.forges(data);
        alice.is_told("Only the owner").await;
    }
    alice.looks_now();
    owner.taps("This is it").await;
    owner.sees("has its number now").await;
    alice.sees("Your number:").await;
    owner.forges(&adopt);
    owner.is_told("This order is settled").await;
    owner.forges("1R1");
    owner.sees("The number of order #1 is still open").await;
    world.code_comes("616161");
    alice.sees("code: 616161").await;
    assert_eq!(world.provider.control().orders().len(), 1);
    assert_eq!(world.unrefunded_charges(), 1);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn money_is_given_back_beside_a_possible_number_only_after_a_second_question(on: Platform) {
    let world = World::open_on(on).await;
    let (mut alice, mut owner) = sold_unseen(&world).await;
    owner.forges("1R1");
    owner.sees("an order that could be #1").await;
    assert!(world.audit().await.held.is_positive(), "nothing moved yet");
    owner.taps("all the same").await;
    owner.sees("the customer has the money back").await;
    alice.sees("is back on your balance").await;
    owner.forges("1U1.0");
    owner.is_told("This order is settled").await;
    alice.balance_is("$10.00").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_balance_that_did_not_change_shows_that_nothing_was_sold(on: Platform) {
    let shop = Shop::open(on, &[]).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    shop.provider.control().faults().once("create", Fault::ResetBefore).unwrap();
    alice.sends("/buy whatsapp indonesia").await;
    alice.taps("Pay").await;
    alice.sees("checking whether it gave you a number").await;
    shop.world.passes(Duration::from_mins(3));
    alice.sees("the supplier gave out no number").await;
    alice.balance_is("$10.00").await;
    let creates = shop.provider.control().request_counts()["create"].total;
    assert_eq!((creates, shop.orders().len(), shop.charged()), (1, 0, 0));
    shop.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_number_that_nobody_can_reach_is_paid_back_when_the_provider_has(on: Platform) {
    let shop = Shop::open(on, &[]).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    let mut bob = shop.world.customer(2, "Bob", "10").await;
    shop.provider.control().faults().once("create", Fault::ResetAfterCommit).unwrap();
    alice.sends("/buy whatsapp indonesia").await;
    alice.taps("Pay").await;
    alice.sees("checking whether it gave you a number").await;
    // Others buy meanwhile, and what they pay is not taken for hers.
    bob.buys().await;
    let bobs = shop.orders()[1].clone();
    shop.provider.control().deliver(bobs.id, "717171", "Your code is 717171").unwrap();
    bob.sees("code: 717171").await;
    shop.world.passes(Duration::from_mins(5));
    alice.sends("/cancel").await;
    alice.sees("There is no number to give back yet").await;
    shop.world.passes(Duration::from_mins(17));
    alice.sees("the supplier gave out no number").await;
    alice.balance_is("$10.00").await;
    assert_eq!((shop.orders().len(), shop.charged()), (2, bobs.price_pips));
    shop.ends_well().await;
}

#[apply(on_each_platform!)]
async fn money_that_stays_away_is_an_owners_to_give_back(on: Platform) {
    let shop = Shop::open(on, &[]).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    let mut owner = shop.owner();
    owner.looks_now();
    shop.provider.control().faults().once("create", Fault::ResetAfterCommit).unwrap();
    alice.sends("/buy whatsapp indonesia").await;
    alice.taps("Pay").await;
    alice.sees("checking whether it gave you a number").await;
    // A code came to the number, so the provider keeps the money.
    let order = shop.orders()[0].clone();
    shop.provider.control().deliver(order.id, "818181", "Your code is 818181").unwrap();
    shop.world.passes(Duration::from_mins(32));
    owner.sees("needs you").await;
    owner.taps("Look into it").await;
    let screen = owner.sees("Before the purchase your balance there was").await.text;
    assert!(screen.contains("1000"), "{screen}");
    owner.taps("Give the money back").await;
    owner.sees("the customer has the money back").await;
    alice.sees("is back on your balance").await;
    alice.balance_is("$10.00").await;
    assert_eq!(shop.charged(), order.price_pips);
    shop.ends_well().await;
}
