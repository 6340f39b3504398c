//! What owners do, and what others cannot.

use std::time::Duration;

use macro_rules_attribute::apply;

use crate::support::{OWNER, Platform, World};

#[apply(on_each_platform!)]
async fn a_top_up_is_confirmed_once_and_told(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "0").await;
    let mut owner = world.owner();
    owner.sends("/topup @ALICE 2.50").await;
    owner.sees("They have $0.00 now and will have $2.50").await;
    let (message, data) = owner.finds("Yes, add it").await;
    for _ in 0..10 {
        owner.presses(message, &data);
    }
    owner.sees("Added $2.50").await;
    alice.sees("$2.50 was added to your balance").await;
    world.taps_are_answered().await;
    alice.balance_is("$2.50").await;
    assert_eq!(alice.count("was added to your balance"), 1);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_top_up_can_be_dropped(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "0").await;
    let mut owner = world.owner();
    owner.sends(&format!("/topup {} 5", alice.identity())).await;
    let (message, yes) = owner.finds("Yes, add it").await;
    owner.taps("No").await;
    owner.sees("nothing was moved").await;
    owner.presses(message, &yes);
    owner.is_told("settled already").await;
    alice.balance_is("$0.00").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_top_up_that_was_asked_for_days_ago_cannot_be_confirmed(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "0").await;
    let mut owner = world.owner();
    owner.sends("/topup @alice 5").await;
    owner.finds("Yes, add it").await;
    world.passes(Duration::from_hours(25));
    owner.taps("Yes, add it").await;
    owner.is_told("out of date").await;
    alice.balance_is("$0.00").await;
    world.ends_well().await;
}

#[tokio::test]
async fn a_top_up_can_answer_a_message_in_a_group() {
    let world = World::open().await;
    let alice = world.customer(1, "Alice", "0").await;
    let mut owner = world.owner();
    let control = world.telegram.control();
    control.add_group(-500, "Friends", &[OWNER, 1]).unwrap();
    let asked = control.say(1, -500, "please top me up").unwrap();
    owner.replies(-500, asked, "/topup 3");
    owner.sees("Add $3.00 to the balance of Alice").await;
    assert!(
        !control.messages(-500).iter().any(|message| message.text.contains("balance")),
        "told in private only"
    );
    owner.taps("Yes, add it").await;
    alice.sees("$3.00 was added").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn bad_amounts_and_unknown_people_get_a_clear_sentence(on: Platform) {
    let world = World::open_on(on).await;
    world.customer(1, "Alice", "0").await;
    let mut owner = world.owner();
    for (typed, answer) in [
        ("/topup @alice -1", "must be above zero"),
        ("/topup @alice 0", "must be above zero"),
        ("/topup @alice NaN", "is not an amount"),
        ("/topup @alice 1e9", "is not an amount"),
        ("/topup @alice 1000000000", "more than one top-up may be"),
        ("/topup @alice 0.00001", "more than four digits"),
        ("/topup @nobody 5", "I do not know"),
        ("/topup 999999 5", "I do not know"),
        ("/topup", "Type whom and how much"),
        ("/topup 5", "Type whom and how much"),
        ("/topup @alice 1,50", "is not an amount"),
        ("/topup @alice $5", "is not an amount"),
        ("/topup @alice 1e3", "is not an amount"),
        ("/topup @alice 5 USD", "“5 USD” is not an amount"),
        ("/topup @alice   5 EUR", "“5 EUR” is not an amount"),
        ("/debit @alice -1", "must be above zero"),
        ("/debit @alice 5", "has only $0.00"),
        ("/debit", "Type from whom and how much"),
        ("/creditline @alice 1,50", "is not an amount"),
        ("/creditline @alice", "Type who may owe how much"),
        ("/grant @alice owner", "Type whom and which role"),
        ("/grant @alice", "Type whom and which role"),
        ("/revoke", "Type whose role ends"),
        ("/resend x", "Type the order's number"),
        ("/resend 99", "There is no order 99"),
        ("/customer", "Type whom"),
        ("/customer @nobody", "I do not know"),
    ] {
        owner.sends(typed).await;
        owner.sees(answer).await;
    }
    let audit = world.audit().await;
    assert_eq!(audit.transfers, 0);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_customers_card_shows_what_an_owner_needs(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.buys().await;
    let mut owner = world.owner();
    owner.sends("/customer @alice").await;
    let card = owner.sees(&alice.identity()).await;
    assert!(card.text.contains("Orders: 1, paid in all: $0.00"), "{}", card.text);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn customers_cannot_do_what_owners_do(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "0").await;
    for typed in [
        "/topup @alice 5",
        "/topup 1 5",
        "/customer @olivia",
        "/debit @olivia 5",
        "/creditline @alice 5",
        "/grant @alice admin",
        "/revoke @olivia",
        "/staff",
        "/audit",
        "/resend 1",
        "/prices",
    ] {
        alice.sends(typed).await;
        alice.sees("Only the owner of this shop can do that").await;
    }
    let mut owner = world.owner();
    owner.sends("/topup @alice 5").await;
    let (_, confirm) = owner.finds("Yes, add it").await;
    alice.forges(&confirm);
    alice.is_told("Only the owner of this shop can do that").await;
    alice.balance_is("$0.00").await;
    world.ends_well().await;
}

#[tokio::test]
async fn the_command_menu_fits_the_person() {
    let world = World::open().await;
    let alice = world.customer(1, "Alice", "0").await;
    let control = world.telegram.control();
    let names = |person: i64| -> Vec<String> {
        let shown = control.commands_shown(person, person).unwrap();
        shown.into_iter().map(|command| command.command).collect()
    };
    world
        .until("the menus are set", || (names(OWNER).contains(&"topup".into())).then_some(()))
        .await;
    assert!(names(alice.id).contains(&"buy".into()));
    assert!(!names(alice.id).contains(&"topup".into()));
    world.ends_well().await;
}
