//! The provider or Telegram misbehaves: orders stay safe, people are told, nothing is repeated that costs money.

use std::time::Duration;

use macro_rules_attribute::apply;
use sandbox::{
    faults::{Fault, Rule},
    telegram::{self, FaultRule},
};

use crate::support::{Platform, World};

fn everywhere(fault: Fault) -> Rule {
    Rule { route: None, fault, times: None }
}

#[apply(on_each_platform!)]
async fn a_storm_of_429_delays_and_breaks_nothing(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.buys().await;
    let faults = world.provider.control().faults();
    faults
        .add(Rule { times: Some(20), ..everywhere(Fault::Status429 { retry_after: 1 }) })
        .unwrap();
    world.code_comes("424242");
    alice.sees("code: 424242").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_storm_of_503_delays_and_breaks_nothing(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.buys().await;
    let faults = world.provider.control().faults();
    faults.add(Rule { times: Some(8), ..everywhere(Fault::Status503 { retry_after: 1 }) }).unwrap();
    world.code_comes("505050");
    world.passes(Duration::from_mins(1));
    alice.sees("code: 505050").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_rate_limit_on_the_create_is_waited_out(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    world.provider.control().faults().once("create", Fault::Status429 { retry_after: 2 }).unwrap();
    alice.buys().await;
    assert_eq!(world.provider.control().orders().len(), 1);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_provider_that_is_down_for_an_hour_loses_no_code_and_no_money(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    let mut bob = world.customer(2, "Bob", "10").await;
    let mut owner = world.owner();
    alice.buys().await;
    world.code_comes("100200");
    let faults = world.provider.control().faults();
    faults.add(everywhere(Fault::ResetBefore)).unwrap();
    owner.looks_now();
    bob.sends("/buy whatsapp indonesia").await;
    bob.sees("WhatsApp").await;
    for _ in 0..60 {
        world.passes(Duration::from_mins(1));
        tokio::task::yield_now().await;
    }
    owner.sees("does not answer").await;
    bob.sends("/buy whatsapp indonesia").await;
    bob.sees("does not answer").await;
    bob.balance_is("$10.00").await;
    faults.clear();
    world.passes(Duration::from_mins(1));
    alice.sees("code: 100200").await;
    owner.sees("answers again").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn garbage_from_the_provider_is_told_once_and_changes_nothing(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    let mut owner = world.owner();
    alice.buys().await;
    owner.looks_now();
    let faults = world.provider.control().faults();
    for fault in [
        Fault::Garbage,
        Fault::TruncatedJson,
        Fault::MissingField("status".into()),
        Fault::WrongType("id".into()),
    ] {
        faults.always("active", fault).unwrap();
        for _ in 0..3 {
            let before = world.calls("active");
            world.passes(Duration::from_secs(30));
            world.until("the shop polls", || (world.calls("active") > before).then_some(())).await;
        }
        faults.clear();
    }
    owner.sees("answers that I cannot read").await;
    world.code_comes("808080");
    world.passes(Duration::from_mins(1));
    alice.sees("code: 808080").await;
    let messages = owner.phone.messages();
    let mut told: Vec<_> = messages
        .iter()
        .filter(|message| message.text.contains("cannot read"))
        .map(|message| message.text.as_str())
        .collect();
    let all = told.len();
    told.sort_unstable();
    told.dedup();
    assert_eq!(told.len(), all, "each fault is told once, however often it strikes: {told:#?}");
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_list_that_cannot_be_read_does_not_hold_up_a_code(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.buys().await;
    let faults = world.provider.control().faults();
    faults.always("active", Fault::MissingField("status".into())).unwrap();
    world.code_comes("151515");
    alice.sees("code: 151515").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_refused_key_refunds_and_tells_the_owner(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    let mut owner = world.owner();
    alice.sends("/buy whatsapp indonesia").await;
    alice.sees("Price:").await;
    owner.looks_now();
    let refusal =
        serde_json::json!({"success": false, "error": {"code": "UNAUTHORIZED", "message": "no"}});
    world
        .provider
        .control()
        .faults()
        .always("create", Fault::Answer { status: 401, body: refusal })
        .unwrap();
    alice.taps("Pay").await;
    alice.sees("is back on your balance").await;
    owner.sees("refuses the shop's key").await;
    alice.balance_is("$10.00").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn the_shops_own_balance_is_too_small(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    let mut owner = world.owner();
    alice.sends("/buy whatsapp indonesia").await;
    alice.sees("Price:").await;
    owner.looks_now();
    let refusal = serde_json::json!({"success": false, "error": {"code": "INSUFFICIENT_BALANCE", "message": "no"}});
    world
        .provider
        .control()
        .faults()
        .once("create", Fault::Answer { status: 409, body: refusal })
        .unwrap();
    alice.taps("Pay").await;
    alice.sees("The shop cannot buy numbers at the moment").await;
    owner.sees("own balance").await;
    alice.balance_is("$10.00").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_customer_who_blocks_the_bot_finds_the_code_later(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.buys().await;
    // On Discord a young interaction would still be answered.
    world.passes(Duration::from_mins(15));
    alice.blocks();
    let tries = || match on {
        Platform::Telegram => world.telegram_calls("sendMessage"),
        Platform::Discord => {
            world.discord.control().requests().get("create_message").copied().unwrap_or_default()
        }
    };
    let before = tries();
    world.code_comes("909090");
    world.until("the shop sends the code, in vain", || (tries() > before).then_some(())).await;
    assert!(!alice.has("909090"), "the chat is closed to the bot");
    alice.unblocks();
    alice.sends("/orders").await;
    alice.taps("code is here").await;
    alice.sees("Code: 909090").await;
    world.ends_well().await;
}

#[tokio::test]
async fn telegram_loses_the_codes_message_and_it_comes_again() {
    let world = World::open().await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.buys().await;
    let control = world.telegram.control();
    control.add_fault(FaultRule::next("sendMessage", 2, telegram::Fault::InternalServerError));
    control.add_fault(FaultRule::next(
        "sendMessage",
        1,
        telegram::Fault::TooManyRequests { retry_after: 3 },
    ));
    control.add_fault(FaultRule::next("sendMessage", 1, telegram::Fault::ResetBefore));
    world.code_comes("313131");
    alice.sees("code: 313131").await;
    world.ends_well().await;
}

#[tokio::test]
async fn replayed_updates_change_nothing() {
    let mut world = World::open().await;
    let mut alice = world.customer(1, "Alice", "10").await;
    let mut owner = world.owner();
    alice.buys().await;
    let held = world.audit().await;
    // The shop that saw them, and one that did not.
    for is_another in [false, true] {
        if is_another {
            world.stop().await;
            world.start().await;
        }
        let control = world.telegram.control();
        let replayed = control.replay_last(100);
        assert!(replayed > 3, "{replayed}");
        world
            .until("the replays are taken", || (control.pending_updates() == 0).then_some(()))
            .await;
        // Each person's actions are done in order: with this answered, the replays are done.
        for person in [&mut alice, &mut owner] {
            person.sends("/help").await;
            person.sees("How it works").await;
        }
        let audit = world.audit().await;
        assert_eq!((audit.orders, audit.transfers), (1, held.transfers));
        assert_eq!(world.provider.control().orders().len(), 1);
    }
    world.ends_well().await;
}
