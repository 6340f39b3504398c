//! The program, open on both platforms, is asked to end, or is shut out of one of them for good: it ends in time, and goes on.
#![cfg(unix)]

use std::time::Duration;

use sandbox::{
    discord::{Fault, FaultRule},
    upstream::smscode,
};

use crate::support::{
    BOUND, Person, Platform, World,
    premises::ShiftedClock,
    program::{self, Program},
};

const BOTH: &[Platform] = &[Platform::Telegram, Platform::Discord];

/// What a shop on Discord promises to whoever stops it.
const STOP_WITHIN: Duration = Duration::from_secs(5);

/// Alice on Telegram and Ann on Discord with $10 each, and nothing running yet.
async fn closed() -> (World, Person, Person) {
    let mut world = World::in_real_time(&ShiftedClock::default(), BOTH).await;
    world.opens().await;
    let alice = world.customer_on(Platform::Telegram, 1, "Alice", "10").await;
    let ann = world.customer_on(Platform::Discord, 2, "Ann", "10").await;
    world.stop().await;
    (world, alice, ann)
}

async fn buys(world: &World, person: &mut Person, code: &str) {
    person.gets_a_price("/buy whatsapp indonesia").await;
    person.taps("Pay").await;
    person.sees("Your number:").await;
    world.code_comes(code);
    person.sees(&format!("code: {code}")).await;
}

#[tokio::test]
async fn with_an_open_gateway_it_ends_in_time_and_comes_back() {
    let (world, _, mut ann) = closed().await;
    let program = Program::open(&world).await;
    assert_eq!(program.terminate(STOP_WITHIN).await.code(), Some(0));
    assert!(!world.discord.control().is_connected(), "it said goodbye");
    let program = Program::open(&world).await;
    buys(&world, &mut ann, "48291377").await;
    assert_eq!(program.terminate(STOP_WITHIN).await.code(), Some(0));
    program::audit(&world).await;
}

#[tokio::test]
async fn while_discord_answers_nothing_it_ends_in_time() {
    let (world, _, mut ann) = closed().await;
    let program = Program::open(&world).await;
    let discord = world.discord.control();
    discord.add_fault(FaultRule::always("callback", Fault::HangBefore)).unwrap();
    let asked = || discord.requests().get("callback").copied().unwrap_or_default();
    let before = asked();
    ann.sends("/help").await;
    discord.until(BOUND, |_| (asked() > before).then_some(())).await.expect("it answers");
    assert_eq!(program.terminate(STOP_WITHIN).await.code(), Some(0));
    discord.clear_faults();
    program::audit(&world).await;
}

#[tokio::test]
async fn a_revoked_token_ends_discord_alone() {
    let (world, mut alice, mut ann) = closed().await;
    let program = Program::open(&world).await;
    let discord = world.discord.control();
    discord.revoke_token(true);
    let end = "Discord has ended; the shop goes on without it";
    assert!(program.says(BOUND, end).await, "{}", program.log());
    let log = program.log();
    let line = log.lines().find(|line| line.contains(end)).expect("it is said");
    assert!(line.contains("ERROR") && line.contains("does not accept the bot's token"), "{line}");
    buys(&world, &mut alice, "48291377").await;
    assert_eq!(program.log().matches("has ended").count(), 1, "{}", program.log());
    let refused = discord.invalid_requests();
    assert!(refused <= 3, "it knocks no more: {refused}");
    assert_eq!(program.terminate(STOP_WITHIN).await.code(), Some(0));
    // With a token that works again, the next run serves Ann.
    discord.revoke_token(false);
    let program = Program::open(&world).await;
    buys(&world, &mut ann, "48291378").await;
    assert_eq!(program.terminate(STOP_WITHIN).await.code(), Some(0));
    program::audit(&world).await;
}

/// SIGKILL while a number is being bought, and again before its code comes.
#[tokio::test]
async fn a_killed_program_loses_nothing_on_discord() {
    let (world, _, mut ann) = closed().await;
    let provider = world.provider.control();
    let program = Program::open(&world).await;
    ann.gets_a_price("/buy whatsapp indonesia").await;
    ann.taps("Pay").await;
    let sold = |provider: &smscode::Control| (!provider.orders().is_empty()).then_some(());
    provider.wait_for(BOUND, sold).await.unwrap();
    program.kill();
    program::audit(&world).await;
    let program = Program::open(&world).await;
    ann.sees("Your number:").await;
    program.kill();
    world.code_comes("48291377");
    let program = Program::open(&world).await;
    ann.sees("code: 48291377").await;
    ann.taps("Done").await;
    ann.sees("this number is closed").await;
    assert_eq!(program.terminate(STOP_WITHIN).await.code(), Some(0));
    assert_eq!((provider.orders().len(), world.unrefunded_charges()), (1, 1));
    program::audit(&world).await;
}
