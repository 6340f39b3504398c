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

#[apply(on_each_platform!)]
async fn a_dear_purchase_waits_for_an_administrators_tap(on: Platform) {
    let world = World::open_on(on).await;
    let (mut ada, mut bob) = shared(&world, "6").await;
    ada.taps("An administrator is asked above").await;
    ada.taps("$1.00").await;
    ada.sees("An administrator is asked above: $1.00").await;
    ada.looks_now();
    bob.sends("/buy whatsapp indonesia").await;
    bob.taps("from the pool").await;
    bob.sees("I have asked the administrators").await;
    ada.sees("Bob would like WhatsApp").await;
    let (message, data) = ada.finds("Approve").await;
    let mut eve = bob.clone();
    eve.presses(message, &data);
    eve.is_told("Only administrators").await;
    for _ in 0..3 {
        ada.presses(message, &data);
    }
    bob.sees("Your number:").await;
    world.taps_are_answered().await;
    assert_eq!(world.unrefunded_charges(), 1);
    world.code_comes("4711");
    bob.sees("code: 4711").await;
    // Nobody answers the next one.
    bob.sends("/buy whatsapp indonesia").await;
    bob.taps("from the pool").await;
    bob.sees("I have asked the administrators").await;
    ada.sees("Bob would like WhatsApp").await;
    world.passes(Duration::from_mins(10));
    bob.sees("No administrator answered within ten minutes").await;
    ada.taps("Decline").await;
    ada.sees("Nobody answered").await;
    assert_eq!(world.unrefunded_charges(), 1);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_group_may_see_numbers_and_codes_and_may_limit_what_is_bought(on: Platform) {
    let world = World::open_on(on).await;
    let (mut ada, mut bob) = shared(&world, "6").await;
    ada.taps("Show in the group").await;
    ada.sees("shown in the group").await;
    bob.sends("/buy whatsapp indonesia").await;
    bob.taps("from the pool").await;
    bob.sees("Your number:").await;
    ada.sees("Bob has a number for WhatsApp").await;
    world.code_comes("4711");
    ada.sees("for Bob: 4711").await;
    ada.sends("/pool").await;
    ada.sees("Bob: ").await;
    if on == Platform::Telegram {
        assert_eq!(world.telegram_calls("SendPhoto") + world.telegram_calls("sendPhoto"), 1);
    }
    ada.taps("Rules").await;
    ada.taps("Services").await;
    ada.sees("Everything may be bought").await;
    ada.taps("Telegram").await;
    ada.sees("Only what has a tick").await;
    bob.sends("/buy whatsapp indonesia").await;
    bob.taps("from the pool").await;
    bob.is_told("does not pay for this service").await;
    ada.sends("/pool").await;
    ada.taps("Rules").await;
    ada.taps("A list").await;
    ada.taps("Ada").await;
    ada.sees("Who may spend").await;
    bob.sends("/buy telegram indonesia").await;
    bob.taps("from the pool").await;
    bob.is_told("You may not spend").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_group_that_removes_the_shop_freezes_its_pool_until_it_is_given_back(on: Platform) {
    let world = World::open_on(on).await;
    let (ada, mut bob) = shared(&world, "4.0001").await;
    let mut owner = world.owner();
    owner.looks_now();
    bob.looks_now();
    match on {
        Platform::Telegram => {
            world.telegram.control().kick_bot(crate::support::GROUP, ada.id).unwrap();
        }
        Platform::Discord => {
            let control = world.discord.control();
            // Whoever shares no server with the bot cannot be written to any more.
            let elsewhere = crate::support::GUILD + 1;
            control.add_guild(elsewhere, "Elsewhere", u64::try_from(owner.id).unwrap()).unwrap();
            control.join(elsewhere, u64::try_from(bob.id).unwrap(), false).unwrap();
            control.remove_bot_from_guild(crate::support::GUILD).unwrap();
        }
    }
    let told = owner.sees("I was removed from").await;
    assert!(told.text.contains("with $4.0001 in it"), "{}", told.text);
    owner.taps("Give back what is left").await;
    owner.sees("Bob (@bob): $4.0001").await;
    let (message, data) = owner.finds("Yes, give it back").await;
    for _ in 0..5 {
        owner.presses(message, &data);
    }
    owner.sees("went back to those who gave it").await;
    bob.sees("$4.0001 came back to you").await;
    world.ends_well().await;
}

#[tokio::test]
async fn a_group_that_becomes_a_supergroup_keeps_its_pool() {
    let world = World::open().await;
    let (_, bob) = shared(&world, "4").await;
    let control = world.telegram.control();
    let supergroup = control.upgrade_group(crate::support::GROUP).unwrap();
    // Telegram tells it to everybody at once, and the shop hears it beside what others say.
    let is_heard = || (control.pending_updates() == 0).then_some(());
    world.until("the shop hears of it", is_heard).await;
    let mut bob = bob.in_telegram_group(supergroup);
    balance_is(&mut bob, "$4.00").await;
    bob.sends("/buy whatsapp indonesia").await;
    bob.taps("from the pool").await;
    bob.sees("Your number:").await;
    world.code_comes("4711");
    bob.sees("code: 4711").await;
    world.ends_well().await;
}

#[tokio::test]
async fn who_has_left_the_group_spends_nothing() {
    let world = World::open().await;
    let (mut ada, mut bob) = shared(&world, "4").await;
    bob.sends("/buy whatsapp indonesia").await;
    let (message, data) = bob.finds("from the pool").await;
    let left = sandbox::telegram::Standing::Left;
    world.telegram.control().set_standing(crate::support::GROUP, bob.id, left).unwrap();
    bob.presses(message, &data);
    bob.is_told("Only members of the group").await;
    balance_is(&mut ada, "$4.00").await;
    world.ends_well().await;
}

#[tokio::test]
async fn a_role_of_a_server_may_spend() {
    let world = World::open_on(Platform::Discord).await;
    let (mut ada, mut bob) = shared(&world, "4").await;
    let (control, guild) = (world.discord.control(), crate::support::GUILD);
    let spenders = [("spenders", serde_json::json!("777"))];
    let ada_id = u64::try_from(ada.id).unwrap();
    ada.looks_now();
    control.run_command(ada_id, crate::support::CHANNEL, "/pool", &spenders).unwrap();
    ada.sees("members with a role").await;
    bob.sends("/buy whatsapp indonesia").await;
    let (message, data) = bob.finds("from the pool").await;
    bob.presses(message, &data);
    bob.is_told("You may not spend").await;
    control.give_role(guild, u64::try_from(bob.id).unwrap(), 777).unwrap();
    bob.presses(message, &data);
    bob.sees("Your number:").await;
    world.code_comes("4711");
    bob.sees("code: 4711").await;
    world.ends_well().await;
}
