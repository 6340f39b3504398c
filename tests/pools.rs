//! Groups with a shared purse.

use std::time::Duration;

use macro_rules_attribute::apply;

use crate::support::{Person, Platform, World};

/// Ada, who administers a group, and Bob, who has ten dollars; both are in it.
async fn roommates(world: &World) -> (Person, Person) {
    let ada = world.customer(1, "Ada", "0").await;
    let bob = world.customer(2, "Bob", "10").await;
    world.group(&[&ada, &bob]);
    (ada.in_group(), bob.in_group())
}

/// The pool has what Bob gave, and everybody may spend it.
async fn shared(world: &World, amount: &str) -> (Person, Person) {
    let (mut ada, mut bob) = roommates(world).await;
    bob.sends(&format!("/pool give {amount}")).await;
    bob.taps("Yes, give it").await;
    bob.sees("You gave").await;
    ada.sends("/pool").await;
    ada.taps("Rules").await;
    ada.taps("Everyone").await;
    ada.sees("May spend: everyone").await;
    (ada, bob)
}

async fn balance_is(person: &mut Person, balance: &str) {
    person.sends("/pool").await;
    person.sees(&format!("Balance: {balance}\n")).await;
}

#[apply(on_each_platform!)]
async fn a_member_gives_once_however_often_it_is_tapped(on: Platform) {
    let world = World::open_on(on).await;
    let (mut ada, mut bob) = roommates(&world).await;
    ada.sends("/pool").await;
    ada.sees("Balance: $0.00").await;
    bob.sends("/pool give 4.50").await;
    bob.sees("You will have $5.50 left").await;
    let (message, data) = bob.finds("Yes, give it").await;
    for _ in 0..10 {
        bob.presses(message, &data);
    }
    bob.sees("You gave $4.50").await;
    world.taps_are_answered().await;
    balance_is(&mut ada, "$4.50").await;
    bob.balance_is("$5.50").await;
    assert!(bob.has("−$4.50 · Given to a group’s pool"));
    for amount in ["1,50", "$5", "1e3", "-1", "0", "0.00001", "5 USD"] {
        bob.sends(&format!("/pool give {amount}")).await;
        bob.sees("Nothing was moved").await;
    }
    bob.sends("/pool give 5.51").await;
    bob.sees("you cannot give $5.51").await;
    let mut alone = world.person(2, "Bob", "bob");
    alone.sends("/pool").await;
    alone.sees("A pool belongs to a group").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn the_pool_pays_and_number_and_code_are_the_buyers_alone(on: Platform) {
    let world = World::open_on(on).await;
    let price = world.price("whatsapp", "indonesia").await;
    let (mut ada, mut bob) = shared(&world, "4").await;
    ada.looks_now();
    bob.sends("/buy whatsapp indonesia").await;
    bob.sees("Who pays?").await;
    bob.finds("myself").await;
    bob.taps("from the pool").await;
    bob.sees("Your number:").await;
    world.code_comes("4711");
    bob.sees("code: 4711").await;
    bob.sends("/pool").await;
    bob.sees(&format!("Bob: ${price} (one number)")).await;
    bob.balance_is("$6.00").await;
    assert!(!ada.has("4711") && !ada.has("Your number:"));
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_refund_goes_back_to_the_purse_that_paid(on: Platform) {
    let world = World::open_on(on).await;
    let (mut ada, mut bob) = shared(&world, "4").await;
    for (payer, pool) in [("from the pool", "$4.00"), ("myself", "$4.00")] {
        bob.sends("/buy whatsapp indonesia").await;
        bob.taps(payer).await;
        bob.sees("Your number:").await;
        world.passes(Duration::from_secs(121));
        bob.taps("Give it back").await;
        let place = if payer == "myself" { "on your balance" } else { "in the pool" };
        bob.sees(&format!("is back {place}")).await;
        balance_is(&mut ada, pool).await;
        bob.balance_is("$6.00").await;
    }
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn whoever_may_not_spend_pays_themselves(on: Platform) {
    let world = World::open_on(on).await;
    let (mut ada, mut bob) = roommates(&world).await;
    bob.sends("/pool give 4").await;
    bob.taps("Yes, give it").await;
    bob.sees("You gave").await;
    bob.sends("/buy whatsapp indonesia").await;
    bob.taps("from the pool").await;
    bob.is_told("You may not spend from this pool").await;
    bob.sends("/pool").await;
    bob.taps("Rules").await;
    bob.is_told("Only administrators").await;
    ada.sends("/buy whatsapp indonesia").await;
    ada.taps("from the pool").await;
    ada.sees("Your number:").await;
    world.code_comes("4711");
    ada.sees("code: 4711").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn staff_top_a_pool_up_and_nobody_else(on: Platform) {
    let world = World::open_on(on).await;
    let (mut ada, mut bob) = roommates(&world).await;
    let olivia = world.owner();
    match on {
        Platform::Telegram => {
            let here = sandbox::telegram::Standing::Member;
            let control = world.telegram.control();
            control.set_standing(crate::support::GROUP, olivia.id, here).unwrap();
        }
        Platform::Discord => {}
    }
    let mut olivia = olivia.in_group();
    bob.sends("/pool topup 20").await;
    bob.sees("Only the owner of this shop").await;
    olivia.sends("/pool topup 20 for March").await;
    olivia.sees("will have $20.00").await;
    let (message, data) = olivia.finds("Yes, add it").await;
    for _ in 0..5 {
        olivia.presses(message, &data);
    }
    olivia.sees("Added $20.00").await;
    world.taps_are_answered().await;
    balance_is(&mut ada, "$20.00").await;
    world.ends_well().await;
}
