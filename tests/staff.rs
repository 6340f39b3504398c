//! People who run the shop beside its owners: what each role may do, and the log of it.

use macro_rules_attribute::apply;
use serde_json::json;

use crate::support::{
    Platform, World,
    lounge::{ANN, BEN, Lounge, OLIVIA},
};

#[apply(on_each_platform!)]
async fn an_admin_is_made_in_chat_and_unmade_between_ask_and_confirm(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "0").await;
    let mut ada = world.customer(2, "Ada", "0").await;
    let mut owner = world.owner();
    owner.sends("/grant @ada admin").await;
    owner.sees("Ada (@ada) is an admin now").await;
    ada.sees("You are an admin of this shop now").await;
    ada.sends("/topup @alice 5 for March").await;
    ada.sees("Note: for March").await;
    ada.taps("Yes, add it").await;
    ada.sees("Added $5.00").await;
    let told = alice.sees("$5.00 was added to your balance").await;
    assert!(told.text.contains("Note: for March"), "{}", told.text);
    ada.sends("/grant @ada admin").await;
    ada.sees("Your role does not include that").await;
    ada.sends("/topup @alice 7").await;
    let (message, yes) = ada.finds("Yes, add it").await;
    owner.sends("/revoke @ada").await;
    owner.sees("has no role here any more").await;
    ada.sees("You have no role in this shop any more").await;
    ada.presses(message, &yes);
    ada.is_told("Only the owner of this shop can do that").await;
    alice.balance_is("$5.00").await;
    owner.sends("/audit").await;
    let log = owner.sees("What owners and staff did").await.text;
    for line in [
        "Olivia (owner) · role revoked · Ada: admin → -",
        "Ada (admin) · top-up · Alice: 0.00 → 5.00 · Note: for March",
        "Olivia (owner) · role granted · Ada: - → admin",
    ] {
        assert!(log.contains(line), "{line} in {log}");
    }
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn support_looks_up_and_sends_codes_again_and_moves_no_money(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    let mut sam = world.customer(3, "Sam", "0").await;
    let mut owner = world.owner();
    owner.sends(&format!("/grant {} support", sam.identity())).await;
    owner.sees("is support now").await;
    sam.sends("/topup @alice 5").await;
    sam.sees("Your role does not include that").await;
    sam.sends("/audit").await;
    sam.sees("Your role does not include that").await;
    sam.sends("/customer @alice").await;
    sam.sees(&alice.identity()).await;
    alice.buys().await;
    sam.sends("/resend 1").await;
    sam.sees("has no SMS yet").await;
    world.code_comes("4711");
    alice.sees("code: 4711").await;
    alice.looks_now();
    sam.sends("/resend #1").await;
    sam.sees("its SMS was sent to the buyer again").await;
    alice.sees("code: 4711").await;
    assert!(!sam.has("4711"));
    owner.sends("/staff").await;
    owner.sees("Sam (@sam) · support").await;
    owner.sends("/audit @sam").await;
    let log = owner.sees("codes sent again · Alice").await.text;
    assert!(log.contains("order #1") && !log.contains("top-up"), "{log}");
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_large_amount_waits_for_somebody_elses_tap(on: Platform) {
    let world = World::open_where(on, &[("NUMDESK_STAFF__SECOND_ABOVE", "50")]).await;
    let mut alice = world.customer(1, "Alice", "0").await;
    let mut ada = world.customer(2, "Ada", "0").await;
    let mut owner = world.owner();
    owner.sends("/grant @ada admin").await;
    owner.sees("is an admin now").await;
    owner.looks_now();
    ada.sends("/topup @alice 60").await;
    ada.taps("Yes, add it").await;
    ada.sees("needs a second person's tap").await;
    owner.sees("Ada (@ada) wants to add $60.00 to the balance of Alice").await;
    owner.taps("I agree").await;
    owner.sees("Added $60.00").await;
    ada.sees("Somebody agreed").await;
    alice.balance_is("$60.00").await;
    ada.sends("/topup @alice 70").await;
    ada.taps("Yes, add it").await;
    owner.taps("Decline").await;
    ada.sees("was declined").await;
    alice.balance_is("$60.00").await;
    world.ends_well().await;
}

#[tokio::test]
async fn in_a_server_an_admin_takes_money_back_with_a_note() {
    let lounge = Lounge::open().await;
    let ben = lounge.customer(BEN, "3").await;
    let ann = lounge.customer(ANN, "1").await;
    let olivia = lounge.member(OLIVIA);
    let person = |id: u64| ("user", json!(id.to_string()));
    olivia.runs("/grant", &[person(BEN), ("role", json!("admin"))]);
    olivia.sees("is an admin now").await;
    let fields = [
        ("user", json!(ANN.to_string())),
        ("amount", json!("0.40")),
        ("note", json!("sent twice, sorry")),
    ];
    lounge.discord.control().forge_command(BEN, ben.channel, "debit", &fields).unwrap();
    ben.presses("Yes, take it").await;
    ben.sees("Took **$0.40** back").await;
    let told = ann.sees("was taken back from your balance").await;
    assert!(told.content.contains("sent twice, sorry"), "{}", told.content);
    ann.runs("/balance", &[]);
    ann.sees("Your balance: **$0.60**").await;
    olivia.runs("/voucher", &[("note", json!("new 2 x1"))]);
    let made = olivia.sees("One voucher of $2.00").await;
    let code = made.content.lines().rev().find(|line| line.contains('-')).expect("a code");
    let code = code.trim_matches('`').to_owned();
    ann.runs("/redeem", &[("code", json!(code))]);
    ann.sees("You have **$2.60** now").await;
    olivia.runs("/audit", &[]);
    olivia.sees("debit").await;
    lounge.ends_well().await;
}
