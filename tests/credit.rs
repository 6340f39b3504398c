//! Money that the shop gives, takes back and lends.

use macro_rules_attribute::apply;

use crate::support::{Platform, World};

#[apply(on_each_platform!)]
async fn a_debit_is_confirmed_once_and_told(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "5").await;
    let mut owner = world.owner();
    owner.sends("/debit @alice 2 wrong account").await;
    owner.sees("They have $5.00 now and will have $3.00").await;
    let (message, data) = owner.finds("Yes, take it").await;
    for _ in 0..10 {
        owner.presses(message, &data);
    }
    owner.sees("Took $2.00 back").await;
    let told = alice.sees("$2.00 was taken back from your balance").await;
    assert!(told.text.contains("You have $3.00 now"), "{}", told.text);
    assert!(told.text.contains("Note: wrong account"), "{}", told.text);
    world.taps_are_answered().await;
    alice.balance_is("$3.00").await;
    assert!(alice.has("−$2.00 · Taken back by the shop"));
    owner.sends("/debit @alice 3.01").await;
    owner.sees("has only $3.00").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn what_was_spent_meanwhile_cannot_be_taken_back(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "5").await;
    let mut owner = world.owner();
    owner.sends("/debit @alice 5").await;
    owner.finds("Yes, take it").await;
    alice.buys().await;
    owner.taps("Yes, take it").await;
    owner.is_told("They do not have that much any more").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_customer_with_a_credit_line_buys_on_credit_and_pays_later(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "0").await;
    let mut owner = world.owner();
    let price = world.price("whatsapp", "indonesia").await;
    alice.sends("/buy whatsapp indonesia").await;
    alice.sees("You need").await;
    owner.sends("/creditline @alice 2").await;
    owner.sees("may owe up to $2.00 now").await;
    alice.buys().await;
    world.code_comes("4711");
    alice.sees("code: 4711").await;
    alice.balance_is(&format!("-${price}")).await;
    assert!(alice.has("Credit line: you may owe up to $2.00"));
    alice.sends("/buy whatsapp indonesia").await;
    alice.sees("You need").await;
    owner.sends("/creditline @alice 0").await;
    owner.sees("owes more than $0.00").await;
    owner.sends(&format!("/topup @alice {price}")).await;
    owner.taps("Yes, add it").await;
    alice.sees("You have $0.00 now").await;
    owner.sends("/creditline @alice 0").await;
    owner.sees("may owe up to $0.00 now").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_voucher_is_made_by_the_owner_and_redeemed_by_a_customer(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "0").await;
    let mut owner = world.owner();
    owner.sends("/voucher new 5 x2 30d").await;
    let made = owner.sees("2 vouchers of $5.00").await.text;
    let code = made.lines().last().expect("a code").to_owned();
    alice.sends(&format!("/redeem {}", code.to_lowercase())).await;
    alice.sees("$5.00 was added to your balance. You have $5.00 now").await;
    alice.sends(&format!("/redeem {code}")).await;
    alice.sees("You have redeemed this voucher already").await;
    alice.balance_is("$5.00").await;
    assert!(alice.has("+$5.00 · Voucher"));
    owner.sends("/voucher").await;
    owner.sees("#1: 2 × $5.00, people each: 1, redeemed: 1").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_payment_by_hand_is_a_card_on_the_admins_chats(on: Platform) {
    let world = World::open_where(on, &[("NUMDESK_SHOP__DEPOSIT", "Pay at the counter.")]).await;
    let mut alice = world.customer(1, "Alice", "0").await;
    let mut ada = world.customer(2, "Ada", "0").await;
    let mut owner = world.owner();
    owner.sends("/grant @ada admin").await;
    owner.sees("is an admin now").await;
    owner.looks_now();
    ada.looks_now();
    alice.sends("/deposit").await;
    alice.sees("Pay at the counter.").await;
    alice.sends("/deposit 20 from Alice").await;
    alice.sees("you paid $20.00 (#1)").await;
    ada.sees("Alice (@alice) says they paid $20.00").await;
    owner.sees("Note: from Alice").await;
    ada.taps("Add $20.00").await;
    ada.sees("Added $20.00").await;
    let told = alice.sees("$20.00 was added to your balance").await;
    assert!(told.text.contains("deposit #1"), "{}", told.text);
    owner.taps("Add $20.00").await;
    owner.is_told("settled already").await;
    alice.balance_is("$20.00").await;
    alice.sends("/deposit 7").await;
    owner.taps("Decline").await;
    owner.sees("Declined").await;
    alice.sees("has not found your payment of $7.00").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn without_instructions_a_customer_learns_whom_to_ask(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "0").await;
    alice.sends("/deposit 5").await;
    alice.sees("Ask @olivia to top up your balance").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn two_people_of_one_name_are_told_apart_and_strangers_are_nobody(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "0").await;
    let mut other = world.person(2, "Alice", "alice_two");
    other.sends("/start").await;
    other.sees("Your balance").await;
    let mut owner = world.owner();
    for who in ["Alice", "@alice_three", "3"] {
        owner.sends(&format!("/topup {who} 5")).await;
        owner.sees(&format!("I do not know “{who}”")).await;
    }
    owner.sends("/topup @alice_two 5").await;
    owner.sees("the balance of Alice (@alice_two)").await;
    owner.taps("Yes, add it").await;
    owner.sees("Alice (@alice_two) has $5.00 now").await;
    other.balance_is("$5.00").await;
    alice.balance_is("$0.00").await;
    world.ends_well().await;
}
