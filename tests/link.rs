//! One person on two platforms: a code joins both accounts to one customer with one wallet, and an owner parts them again.

use std::time::Duration;

use bot_core::{
    action::{Action, Actor, ChatKind, JoinCode, Tap},
    ids::{ChatRef, Identity},
    money::Money,
};
use macro_rules_attribute::apply;
use serde_json::json;
use sqlx::Connection;

use crate::support::{GUILD, Person, Platform, World, rows};

/// A channel on a server.
const LOUNGE: u64 = 3_000;

/// Read as a code, and nobody's.
const WRONG: &str = "/link AAAA-AAAA";

fn other(platform: Platform) -> Platform {
    match platform {
        Platform::Telegram => Platform::Discord,
        Platform::Discord => Platform::Telegram,
    }
}

/// Asks for a code; what to type elsewhere.
async fn asks_for_a_code(person: &mut Person) -> String {
    person.sends("/link").await;
    let shown = person.sees("Your code:").await.text;
    let (_, rest) = shown.split_once("Your code: ").unwrap();
    format!("/link {}", rest.lines().next().unwrap())
}

/// Alice on one platform and Alice on the other, each with money.
async fn alices(world: &World, on: Platform, amounts: (&str, &str)) -> (Person, Person) {
    let here = world.customer_on(on, 1, "Alice", amounts.0).await;
    let there = world.customer_on(other(on), 7, "Ally", amounts.1).await;
    (here, there)
}

/// Types a code and says yes.
async fn joins(person: &mut Person, line: &str) {
    person.sends(line).await;
    person.sees("The two wallets become one").await;
    person.taps("Yes, join them").await;
}

async fn are_joined(here: &mut Person, there: &mut Person) {
    let line = asks_for_a_code(here).await;
    joins(there, &line).await;
    there.sees("Joined. Both accounts share one balance now").await;
    here.sees("is joined with this account now").await;
}

#[apply(on_each_platform!)]
async fn two_accounts_share_one_wallet_and_all_orders(on: Platform) {
    let world = World::open_everywhere().await;
    let (mut here, mut there) = alices(&world, on, ("10", "5")).await;
    there.buys().await;
    are_joined(&mut here, &mut there).await;
    world.audit().await;
    // An order from before comes along: its code goes where it was bought, and both see it.
    world.code_comes("121212");
    there.sees("code: 121212").await;
    here.sends("/orders").await;
    here.taps("#1 ").await;
    here.sees("Code: 121212").await;
    assert_eq!(here.count("code: 121212"), 0, "it was pushed elsewhere");
    let left = spendable(&mut here).await;
    let price = dollars("15").checked_sub(left).unwrap();
    assert_eq!(spendable(&mut there).await, left, "one wallet");
    // What one buys, both pay.
    here.buys().await;
    assert_eq!(spendable(&mut there).await, left.checked_sub(price).unwrap());
    there.sends("/orders").await;
    there.taps("#2 ").await;
    there.sees("Your number:").await;
    world.code_comes("343434");
    here.sees("code: 343434").await;
    world.ends_well().await;
}

fn dollars(amount: &str) -> Money {
    Money::parse_amount(amount).unwrap()
}

/// The balance that the shop tells.
async fn spendable(person: &mut Person) -> Money {
    person.sends("/balance").await;
    let shown = person.sees("Your balance: $").await.text;
    let (_, rest) = shown.split_once("Your balance: $").unwrap();
    dollars(rest.lines().next().unwrap())
}

#[apply(on_each_platform!)]
async fn what_was_held_comes_back_to_the_shared_wallet(on: Platform) {
    let world = World::open_everywhere().await;
    let (mut here, mut there) = alices(&world, on, ("10", "5")).await;
    there.sends("/buy whatsapp indonesia").await;
    let quote = there.finds("Pay").await;
    there.buys().await;
    are_joined(&mut here, &mut there).await;
    // A price from before the link is still theirs, and paid from what is shared.
    there.presses(quote.0, &quote.1);
    there.sees("Your number:").await;
    assert_eq!(world.provider.control().orders().len(), 2);
    for order in world.provider.control().orders() {
        world.provider.control().cancel_order(order.id).unwrap();
    }
    world.until("both are paid back", || (world.unrefunded_charges() == 0).then_some(())).await;
    there.sees("is back on your balance").await;
    balance_becomes(&world, &mut here, "15").await;
    there.balance_is("$15.00").await;
    world.ends_well().await;
}

/// Asks until the balance is told: the last of several things that are under way has happened then.
async fn balance_becomes(world: &World, person: &mut Person, balance: &str) {
    for _ in 0..20 {
        if spendable(person).await == dollars(balance) {
            return;
        }
        world.passes_slowly(Duration::from_secs(20)).await;
    }
    panic!("the balance never was {balance}");
}

#[apply(on_each_platform!)]
async fn a_code_works_once_and_ten_minutes_and_not_where_it_was_made(on: Platform) {
    let world = World::open_everywhere().await;
    let (mut here, mut there) = alices(&world, on, ("1", "2")).await;
    let mut stranger = world.customer_on(other(on), 8, "Mallory", "0").await;
    let line = asks_for_a_code(&mut here).await;
    here.sends(&line).await;
    here.sees("This code was made here").await;
    world.passes(Duration::from_mins(11));
    there.sends(&line).await;
    there.sees("This code is wrong, used or too old").await;
    let old = asks_for_a_code(&mut here).await;
    let line = asks_for_a_code(&mut here).await;
    there.sends(&old).await;
    there.sees("This code is wrong, used or too old").await;
    joins(&mut there, &line.to_lowercase()).await;
    there.sees("Joined").await;
    there.sends(&line).await;
    there.sees("joined already").await;
    stranger.sends(&line).await;
    stranger.sees("This code is wrong, used or too old").await;
    let line = asks_for_a_code(&mut here).await;
    stranger.sends(&line).await;
    stranger.sees("One of these accounts is joined with another of the same platform").await;
    here.balance_is("$3.00").await;
    is_stored_as_its_hash_alone(&world, &line).await;
    world.ends_well().await;
}

async fn is_stored_as_its_hash_alone(world: &World, line: &str) {
    let code = line.trim_start_matches("/link ");
    let mut books = rows::connect(&world.database()).await;
    let texts = "SELECT hash FROM link_code UNION ALL SELECT notice FROM outbox";
    let texts: Vec<String> = sqlx::query_scalar(texts).fetch_all(&mut books).await.unwrap();
    books.close().await.unwrap();
    assert!(texts.len() > 2);
    for text in texts {
        let is_there = text.contains(code) || text.contains(&code.replace('-', ""));
        assert!(!is_there, "{text}");
    }
}

#[apply(on_each_platform!)]
async fn five_wrong_codes_and_a_person_waits(on: Platform) {
    let world = World::open_everywhere().await;
    let (mut here, mut there) = alices(&world, on, ("1", "2")).await;
    let line = asks_for_a_code(&mut here).await;
    there.sends("/link what").await;
    there.sees("That is no code").await;
    for left in ["4 more times", "3 more times", "2 more times", "once more", "in an hour"] {
        there.sends(WRONG).await;
        there.sees(left).await;
    }
    there.sends(&line).await;
    there.sees("Too many codes were wrong").await;
    here.balance_is("$1.00").await;
    world.passes(Duration::from_mins(61));
    are_joined(&mut here, &mut there).await;
    here.balance_is("$3.00").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn an_owner_parts_two_accounts_and_says_what_becomes_of_the_money(on: Platform) {
    let world = World::open_everywhere().await;
    let (mut here, mut there) = alices(&world, on, ("10", "5")).await;
    are_joined(&mut here, &mut there).await;
    let mut owner = world.owner_on(on);
    owner.sends(&format!("/customer {}", there.identity())).await;
    let card = owner.sees("Joined with").await.text;
    assert!(card.contains(&format!("{}, which brought $5.00", there.identity())), "{card}");
    owner.taps("Undo the link").await;
    owner.sees("takes $5.00 along").await;
    let (message, yes) = owner.finds("Yes, undo it").await;
    here.forges(&yes);
    here.is_told("Only the owner of this shop can do that").await;
    here.looks_now();
    for _ in 0..5 {
        owner.presses(message, &yes);
    }
    owner.is_told("This link is undone already").await;
    owner.sends("/audit").await;
    owner.sees("accounts parted").await;
    here.sees("has parted your accounts. $5.00 of what was brought went back").await;
    here.balance_is("$10.00").await;
    there.balance_is("$5.00").await;
    // They may be joined again.
    are_joined(&mut there, &mut here).await;
    there.balance_is("$15.00").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_role_never_passes_to_another_account(on: Platform) {
    let world = World::open_everywhere().await;
    let (mut here, mut there) = alices(&world, on, ("10", "5")).await;
    let mut owner = world.owner_on(on);
    owner.sends(&format!("/grant {} admin", here.identity())).await;
    owner.sees("Alice").await;
    let line = asks_for_a_code(&mut here).await;
    there.sends(&line).await;
    there.sees("helps to run this shop").await;
    let line = asks_for_a_code(&mut there).await;
    here.sends(&line).await;
    here.sees("helps to run this shop").await;
    there.balance_is("$5.00").await;
    world.ends_well().await;
}

/// A question that was asked before a role was granted is asked of the books again when it is answered.
#[apply(on_each_platform!)]
async fn a_role_that_was_granted_after_the_question_counts(on: Platform) {
    let world = World::open_everywhere().await;
    let (mut here, mut there) = alices(&world, on, ("10", "5")).await;
    let line = asks_for_a_code(&mut here).await;
    there.sends(&line).await;
    there.sees("The two wallets become one").await;
    let (message, yes) = there.finds("Yes, join them").await;
    let mut owner = world.owner_on(on);
    owner.sends(&format!("/grant {} admin", here.identity())).await;
    owner.sees("Alice").await;
    there.presses(message, &yes);
    there.sees("helps to run this shop").await;
    there.balance_is("$5.00").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn what_was_spent_together_stays_spent(on: Platform) {
    let world = World::open_everywhere().await;
    let price = world.price("WhatsApp", "Indonesia").await;
    let (mut here, mut there) = alices(&world, on, ("0", &price)).await;
    are_joined(&mut here, &mut there).await;
    here.buys().await;
    world.code_comes("565656");
    here.sees("code: 565656").await;
    let mut owner = world.owner_on(on);
    owner.sends(&format!("/customer {}", here.identity())).await;
    owner.taps("Undo the link").await;
    owner.sees("takes $0.00 along").await;
    owner.taps("Yes, undo it").await;
    there.sees("has parted your accounts. $0.00 of what was brought went back").await;
    there.balance_is("$0.00").await;
    there.sends("/orders").await;
    there.sees("You have not bought anything yet").await;
    here.sends("/orders").await;
    here.taps("#1 ").await;
    here.sees("Code: 565656").await;
    world.ends_well().await;
}

/// A hundred lines with the right code arrive at the shop at once.
#[tokio::test]
async fn a_hundred_tries_at_once_join_once() {
    let world = World::open_everywhere().await;
    let (mut here, mut there) = alices(&world, Platform::Telegram, ("1", "2")).await;
    let line = asks_for_a_code(&mut here).await;
    let code = JoinCode::read(line.trim_start_matches("/link ")).unwrap();
    let identity: Identity = there.identity().parse().unwrap();
    let chat = ChatRef { platform: identity.platform.clone(), chat: identity.user.clone() };
    let actor = Actor {
        identity,
        name: "Ally".into(),
        username: Some("ally".into()),
        language: Some("en-US".into()),
        chat: chat.clone(),
        chat_kind: ChatKind::Private,
        private_chat: chat,
        message: None,
        reply_to: None,
        group: None,
    };
    let shop = world.shop();
    let tries = (0..100).map(|_| shop.handle(&actor, Action::Tap(Tap::Join(code))));
    futures::future::join_all(tries).await;
    here.balance_is("$3.00").await;
    there.balance_is("$3.00").await;
    let audit = world.audit().await;
    // Two top-ups and one join.
    assert_eq!(audit.transfers, 3);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_link_survives_kills(on: Platform) {
    let mut world = World::open_everywhere().await;
    let (mut here, mut there) = alices(&world, on, ("1", "2")).await;
    let line = asks_for_a_code(&mut here).await;
    world.kill();
    world.start().await;
    joins(&mut there, &line).await;
    there.sees("Joined").await;
    world.kill();
    world.start().await;
    there.sends(&line).await;
    there.sees("joined already").await;
    here.balance_is("$3.00").await;
    world.ends_well().await;
}

#[tokio::test]
async fn a_code_that_is_typed_in_a_group_is_burnt() {
    let world = World::open_everywhere().await;
    let (mut here, mut there) = alices(&world, Platform::Discord, ("1", "2")).await;
    let line = asks_for_a_code(&mut here).await;
    let control = world.telegram.control();
    control.add_group(-700, "Roommates", &[there.id]).unwrap();
    there.looks_now();
    control.say(there.id, -700, &line.replace("/link", "/link@numdesk_bot")).unwrap();
    there.sees("Others can read that code here").await;
    // Asked for in a group, a code comes in private.
    control.say(there.id, -700, "/link@numdesk_bot").unwrap();
    there.sees("Your code:").await;
    for message in control.messages(-700).iter().filter(|message| message.from.is_bot) {
        assert!(!message.text.contains("Your code"), "{}", message.text);
    }
    there.sends(&line).await;
    there.sees("This code is wrong, used or too old").await;
    here.balance_is("$1.00").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_top_up_that_was_asked_for_before_reaches_the_shared_wallet(on: Platform) {
    let world = World::open_everywhere().await;
    let (mut here, mut there) = alices(&world, on, ("1", "2")).await;
    let mut owner = world.owner_on(other(on));
    owner.sends(&format!("/topup {} 4", there.id)).await;
    let (message, yes) = owner.finds("Yes, add it").await;
    are_joined(&mut here, &mut there).await;
    owner.presses(message, &yes);
    owner.sees("Added $4.00").await;
    here.balance_is("$7.00").await;
    there.balance_is("$7.00").await;
    world.ends_well().await;
}

/// Whoever joins loses what the shop lent them; that is said before, and nothing is said where nothing is lost.
#[apply(on_each_platform!)]
async fn a_credit_line_that_ends_is_told_before(on: Platform) {
    let world = World::open_everywhere().await;
    let (mut here, mut there) = alices(&world, on, ("10", "5")).await;
    let mut owner = world.owner_on(on);
    owner.sends(&format!("/creditline {} 20", there.identity())).await;
    owner.sees("may owe up to $20.00").await;
    // The account that made the code keeps what it has.
    let line = asks_for_a_code(&mut there).await;
    here.sends(&line).await;
    let asked = here.sees("The two wallets become one").await.text;
    assert!(!asked.contains("credit line"), "{asked}");
    let line = asks_for_a_code(&mut here).await;
    there.sends(&line).await;
    let asked = there.sees("The two wallets become one").await.text;
    let ends = format!("The credit line of $20.00 that {} has ends", there.identity());
    assert!(asked.contains(&ends), "{asked}");
    there.taps("Yes, join them").await;
    there.sees("Joined").await;
    there.sends("/balance").await;
    let balance = there.sees("Your balance: $15.00").await.text;
    assert!(!balance.contains("Credit line"), "{balance}");
    world.ends_well().await;
}

/// On a server a command and its answer are seen by the person alone, so a code stays as secret there as in private.
#[tokio::test]
async fn a_code_in_a_server_is_seen_by_nobody_else() {
    let world = World::open_everywhere().await;
    let (mut here, there) = alices(&world, Platform::Telegram, ("1", "2")).await;
    let bob = world.person_on(Platform::Discord, 8, "Bob", "bob");
    let (alice, bob) = (u64::try_from(there.id).unwrap(), u64::try_from(bob.id).unwrap());
    let discord = world.discord.control();
    discord.add_channel(GUILD, LOUNGE, "lounge").unwrap();
    let line = asks_for_a_code(&mut here).await;
    let code = line.trim_start_matches("/link ");
    let seen = |text: &'static str| {
        let messages = discord.messages(alice, LOUNGE);
        messages.into_iter().rev().find(|message| message.content.contains(text))
    };
    discord.run_command(alice, LOUNGE, "/link", &[("code", json!(code))]).unwrap();
    let asked = world.until("she is asked", || seen("The two wallets become one")).await;
    discord.press(alice, asked.id, "Yes, join them").unwrap();
    world.until("they are joined", || seen("Joined")).await;
    // A code that is made there is as secret.
    discord.run_command(alice, LOUNGE, "/link", &[]).unwrap();
    world.until("she has a code", || seen("Your code")).await;
    assert!(discord.messages(bob, LOUNGE).is_empty(), "nobody else sees any of it");
    for message in discord.history(LOUNGE) {
        assert_eq!(message.only_for, Some(alice), "{}", message.content);
    }
    here.balance_is("$3.00").await;
    world.ends_well().await;
}
