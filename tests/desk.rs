//! The desk: how the shop does, and where any order stands, for the people who run it.

use std::time::Duration;

use macro_rules_attribute::apply;
use sandbox::faults::Fault;

use crate::support::{Person, Platform, World};

#[apply(on_each_platform!)]
async fn the_desk_tells_how_the_shop_does(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    let mut bob = world.customer(2, "Bob", "3").await;
    let mut owner = world.owner();
    owner.sends("/desk").await;
    let quiet = owner.sees("The desk").await.text;
    for line in [
        "Customers hold $13.00 and owe $0.00; $0.00 is set aside",
        "Open orders: 0",
        "0 sold for $0.00, $0.00 paid back later, profit $0.00",
    ] {
        assert!(quiet.contains(line), "{line} in {quiet}");
    }
    assert!(!quiet.contains("At this pace"), "{quiet}");

    gets_a_code(&world, &mut alice, "4711").await;
    bob.buys().await;
    owner.taps("Again").await;
    let price = world.price("whatsapp", "indonesia").await;
    let busy = owner.sees(&format!("1 sold for ${price}")).await.text;
    let aside = format!("${price} is set aside for open orders");
    for line in [
        "Balance at smscode-v2: $",
        "At this pace it lasts",
        aside.as_str(),
        "Open orders: 1",
        "WhatsApp: 1 of 1 got their SMS, half of them within",
    ] {
        assert!(busy.contains(line), "{line} in {busy}");
    }
    assert!(!busy.contains("profit $0.00"), "{busy}");

    world.passes(Duration::from_mins(21));
    bob.sees("is back on your balance").await;
    owner.taps("Again").await;
    owner.sees("WhatsApp: 1 of 2 got their SMS").await;
    world.passes(Duration::from_hours(24));
    owner.taps("Again").await;
    let next_day = owner.sees("0 sold for $0.00").await.text;
    assert!(!next_day.contains("got their SMS"), "{next_day}");
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn an_order_that_nothing_settles_is_on_the_desk_until_it_is_settled(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    let mut owner = world.owner();
    let faults = world.provider.control().faults();
    faults.always("create", Fault::Status500).unwrap();
    alice.sends("/buy whatsapp indonesia").await;
    alice.taps("Pay").await;
    alice.sees("checking whether it gave you a number").await;
    owner.sends("/desk").await;
    owner.sees("These orders are not settled").await;
    owner.taps("#1").await;
    let card = owner.sees("Order #1").await.text;
    assert!(card.contains("being settled") && card.contains("the answer was lost"), "{card}");
    faults.clear();
    world.passes(Duration::from_mins(5));
    alice.sees_one_of(&["Your number:", "is back on your balance"]).await;
    owner.sends("/desk").await;
    let desk = owner.sees("The desk").await.text;
    assert!(!desk.contains("not settled"), "{desk}");
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn an_order_is_found_by_its_id_its_number_or_its_customer(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    let mut sam = world.customer(3, "Sam", "0").await;
    let mut owner = world.owner();
    owner.sends("/grant @sam support").await;
    owner.sees("is support now").await;
    alice.buys().await;
    world.code_comes("4711");
    alice.sees("code: 4711").await;
    let phone = world.newest_order().phone;
    for wanted in ["1", "#1", &phone, phone.trim_start_matches('+')] {
        sam.sends(&format!("/find {wanted}")).await;
        let card = sam.sees("Order #1").await.text;
        for line in ["its SMS is here", "Alice", "an SMS came", "paid by the customer"] {
            assert!(card.contains(line), "{line} in {card}");
        }
        assert!(!card.contains("4711"), "no code: {card}");
    }
    sam.sends("/find @alice").await;
    sam.sees(&alice.identity()).await;
    sam.sends("/find 999").await;
    sam.sees("I find nothing for “999”").await;
    sam.sends("/desk").await;
    sam.sees("Your role does not include that").await;
    alice.sends("/find 1").await;
    alice.sees("Only the owner of this shop can do that").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn owners_hear_in_time_that_the_resellers_balance_runs_out(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "99999").await;
    let mut owner = world.owner();
    // One number takes four fifths of all there is.
    let (provider, dear) = (world.provider.control(), world.product("WhatsApp", "Indonesia"));
    let balance = provider.balance();
    let old = world.price("whatsapp", "indonesia").await;
    provider.set_price(dear.id, balance / 500 * 400).unwrap();
    while world.price("whatsapp", "indonesia").await == old {
        world.passes(Duration::from_mins(1));
    }
    gets_a_code(&world, &mut alice, "4711").await;
    owner.looks_now();
    world.passes(Duration::from_mins(16));
    owner.sees("is used up in less than half a day").await;
    provider.top_up(balance * 10).unwrap();
    owner.looks_now();
    world.passes(Duration::from_mins(16));
    owner.sees("lasts more than half a day again").await;
    owner.taps("The desk").await;
    owner.sees("1 sold for").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn owners_hear_when_codes_stop_coming_and_when_they_come_again(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "100").await;
    let mut owner = world.owner();
    for round in 0..10 {
        gets_a_code(&world, &mut alice, &format!("47{round:02}")).await;
    }
    world.passes(Duration::from_hours(3));
    owner.looks_now();
    for _ in 0..10 {
        gets_a_number(&mut alice).await;
        world.passes(Duration::from_mins(5));
        alice.taps("Give it back").await;
        alice.sees("is back on your balance").await;
    }
    world.passes(Duration::from_mins(16));
    owner.sees("not even half as many numbers").await;
    world.passes(Duration::from_hours(3));
    owner.looks_now();
    for round in 0..10 {
        gets_a_code(&world, &mut alice, &format!("58{round:02}")).await;
    }
    world.passes(Duration::from_mins(16));
    owner.sees("get their SMS as often as before").await;
    world.ends_well().await;
}

async fn gets_a_code(world: &World, person: &mut Person, code: &str) {
    gets_a_number(person).await;
    world.code_comes(code);
    person.sees(&format!("code: {code}")).await;
    person.taps("Done").await;
    person.sees("this number is closed").await;
}

/// However old the price list has become meanwhile.
async fn gets_a_number(person: &mut Person) {
    person.gets_a_price("/buy whatsapp indonesia").await;
    person.taps("Pay").await;
    person.sees("Your number:").await;
}
