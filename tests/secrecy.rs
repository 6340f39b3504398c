//! The program writes down everything it would ever write down, on good days and on bad ones: no key, no token, no phone
//! number, no code and no text of an SMS is in it.

use macro_rules_attribute::apply;
use sandbox::{
    discord,
    faults::Fault,
    telegram::{self, FaultRule},
    upstream::smscode,
};
use serde_json::{Value, json};

use crate::support::{
    BOUND, DISCORD_TOKEN, KEY, Person, Platform, TOKEN, World, alone,
    premises::ShiftedClock,
    program::{self, Program},
};

/// Stands in the text of every SMS.
const SMS_WORD: &str = "Zanzibar";

/// Stands in what customers type.
const TYPED_WORD: &str = "quarantaine";

/// Longer than any part of a time in a log, so that none is found by chance.
fn code(number: usize) -> String {
    format!("4829137{number}5531")
}

/// Everything at once, of every crate. What libraries say is held down by the program itself.
const LOG_ALL: (&str, &str) = ("RUST_LOG", "trace");

/// A shop with customers 1, 2, ..., open inside the test for the time being.
async fn prepared(
    on: Platform,
    customers: i64,
    providers_clock: &ShiftedClock,
) -> (World, Vec<Person>) {
    let mut world = World::in_real_time(providers_clock, alone(on)).await;
    world.opens().await;
    let mut people = Vec::new();
    for id in 1..=customers {
        people.push(world.customer(id, &format!("Customer{id}"), "10").await);
    }
    (world, people)
}

/// Nothing that must stay secret is in `log`, whichever way a number may be written.
fn is_clean(world: &World, log: &str) {
    let phones = world.provider.control().orders().into_iter().map(|order| order.phone);
    let digits = |phone: String| phone.trim_start_matches('+').to_owned();
    let mut secrets: Vec<String> = phones.map(digits).collect();
    let (_, token) = TOKEN.split_once(':').unwrap();
    secrets.extend([KEY, token, DISCORD_TOKEN, SMS_WORD, TYPED_WORD].map(str::to_owned));
    let discord = world.discord.control();
    let acts = discord.interactions().into_iter();
    secrets.extend(acts.map(|act| discord.interaction_token(act.id).expect("a token")));
    secrets.extend((0..10).map(code));
    for secret in secrets {
        let found = log.lines().find(|line| line.contains(&secret));
        assert_eq!(found, None, "{secret} is in the log");
    }
}

async fn buys(person: &mut Person) {
    person.gets_a_price("/buy whatsapp indonesia").await;
    person.taps("Pay").await;
    person.sees("Your number:").await;
}

/// An SMS for the newest order.
fn sms_comes(world: &World, number: usize) {
    let code = code(number);
    let text = format!("{code} is your code for {SMS_WORD}");
    world.provider.control().deliver(world.newest_order().id, &code, &text).unwrap();
}

#[apply(on_each_platform!)]
async fn good_days_tell_no_secret(on: Platform) {
    // Ten minutes ago, so that the number may be given back by now.
    let clock = ShiftedClock::default();
    clock.shift(-600_000);
    let (mut world, mut people) = prepared(on, 2, &clock).await;
    let [alice, bob] = people.as_mut_slice() else { panic!("two people") };
    bob.buys().await;
    world.stop().await;
    clock.shift(0);
    let program = Program::open_with(&world, &[LOG_ALL]).await;
    bob.taps("Give it back").await;
    bob.sees("is back on your balance").await;
    buys(alice).await;
    sms_comes(&world, 0);
    alice.sees(&code(0)).await;
    alice.taps("Another SMS").await;
    alice.is_told("Asked for another SMS").await;
    sms_comes(&world, 1);
    alice.sees(&code(1)).await;
    alice.taps("Done").await;
    alice.sees("this number is closed").await;
    bob.sends(TYPED_WORD).await;
    bob.sees(TYPED_WORD).await;
    let log = program.last_words().await;
    assert!(log.contains(&format!("the shop is open in {on:?}")), "the log is read:\n{log}");
    is_clean(&world, &log);
}

/// Answers that are lost or cannot be read, and refusals in the provider's own words, which quote what they refuse.
#[apply(on_each_platform!)]
async fn bad_days_tell_no_secret(on: Platform) {
    let (mut world, mut people) = prepared(on, 4, &ShiftedClock::default()).await;
    world.stop().await;
    let program = Program::open_with(&world, &[LOG_ALL]).await;
    let faults = world.provider.control().faults();
    let [alice, bob, carol, dave] = people.as_mut_slice() else { panic!("four people") };
    faults.once("create", Fault::TimeoutAfterCommit).unwrap();
    buys(alice).await;
    let phone = world.newest_order().phone;
    sms_comes(&world, 2);
    for (to_list, to_single) in unreadable(&phone) {
        faults.always("active", to_list).unwrap();
        faults.always("order", to_single).unwrap();
        // The list cannot be read, so the order is asked for alone; the list comes right before.
        let before = world.calls("order");
        let given = |_: &smscode::Control| (world.calls("order") > before).then_some(());
        world.provider.control().wait_for(BOUND, given).await.unwrap();
        faults.clear();
    }
    alice.sees(&code(2)).await;
    let words = format!("{KEY} may not buy {phone}, and {} neither", code(2));
    for (status, refused) in [(422, "VALIDATION_ERROR"), (401, "UNAUTHORIZED")] {
        let person = if status == 422 { &mut *bob } else { &mut *carol };
        let body = json!({"success": false, "error": {"code": refused, "message": words}});
        person.gets_a_price("/buy whatsapp indonesia").await;
        faults.once("create", Fault::Answer { status, body }).unwrap();
        person.taps("Pay").await;
        person.sees("is back on your balance").await;
    }
    is_ill(&world, on);
    dave.sends("/balance").await;
    dave.sees("Your balance").await;
    let log = program.last_words().await;
    for told in ["the answer to a create was lost", "the provider sold nothing"] {
        assert!(log.contains(told), "{told} is not in the log:\n{log}");
    }
    is_clean(&world, &log);
}

/// The next things that are said to the platform are lost or answered by something else, and it is not heard for a moment.
fn is_ill(world: &World, on: Platform) {
    match on {
        Platform::Telegram => {
            let control = world.telegram.control();
            control.add_fault(FaultRule::next("sendMessage", 1, telegram::Fault::ResetBefore));
            control.add_fault(FaultRule::next("sendMessage", 1, telegram::Fault::BadGateway));
            control.add_fault(FaultRule::next("getUpdates", 2, telegram::Fault::ResetBefore));
        }
        Platform::Discord => {
            let control = world.discord.control();
            for fault in [discord::Fault::ResetBefore, discord::Fault::BadGateway] {
                control.add_fault(discord::FaultRule::next("edit_response", 1, fault)).unwrap();
            }
            control.cut();
        }
    }
}

/// Answers with secrets where something else should be: one to the list of open orders, one to a single order.
fn unreadable(phone: &str) -> [(Fault, Fault); 3] {
    let answer =
        |data: Value| Fault::Answer { status: 200, body: json!({"success": true, "data": data}) };
    let misplaced = json!({"id": 1, "status": code(2), "otp_code": {"code": code(2)}});
    let mistyped = json!({"id": 1, "status": 2, "otp_code": code(2), "otp_message": SMS_WORD});
    let prose = json!(format!("{phone} {} {SMS_WORD} {KEY}", code(2)));
    [
        (Fault::Garbage, Fault::TruncatedJson),
        (answer(json!([misplaced])), answer(mistyped)),
        (Fault::WrongType("otp_code".into()), answer(prose)),
    ]
}

/// The settings themselves, when they are wrong.
#[apply(on_each_platform!)]
async fn a_shop_that_cannot_open_tells_no_secret(on: Platform) {
    let (mut world, _) = prepared(on, 1, &ShiftedClock::default()).await;
    world.stop().await;
    let address = match on {
        Platform::Telegram => "NUMDESK_TELEGRAM__API_URL",
        Platform::Discord => "NUMDESK_DISCORD__API_URL",
    };
    let program = Program::start(&world, &[LOG_ALL, (address, "http://127.0.0.1:1")]);
    let told = program.says(BOUND, "trying again until it answers").await;
    assert!(told, "{}", program.log());
    let log = program.last_words().await;
    is_clean(&world, &log);
    let faults = world.provider.control().faults();
    let body = json!({"success": false, "error": {"code": "UNAUTHORIZED", "message": KEY}});
    faults.always("balance", Fault::Answer { status: 401, body }).unwrap();
    for command in ["check", "audit"] {
        let output = program::run(&world, &[command]).await;
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert!(!said.is_empty(), "{command}");
        is_clean(&world, &said);
    }
}
