//! Hostile and careless input: a clear sentence, nothing changed, nothing lost.

use macro_rules_attribute::apply;

use crate::support::{Platform, World};

#[apply(on_each_platform!)]
async fn odd_messages_get_a_sentence(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    for (typed, answer) in [
        ("/nonsense", "There is no command /nonsense"),
        ("/", "There is no command"),
        ("/buy", "Which service"),
        ("/buy   ", "Which service"),
        ("/start zzzzzz", "Nothing here matches"),
        ("qwertyuiop", "Nothing here matches"),
        ("<b>qqqq</b> _vvvv_ *wwww*", "Nothing here matches “<b>qqqq</b> _vvvv_ *wwww*”"),
    ] {
        alice.sends(typed).await;
        alice.sees(answer).await;
    }
    let emoji = "😀".repeat(2_048);
    alice.sends(&emoji).await;
    alice.sees("Nothing here matches").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn markup_in_a_name_stays_text(on: Platform) {
    let world = World::open_on(on).await;
    let mut mallory = world.person(5, "<b>M</b>_*`[x](http://y)", "mallory");
    mallory.sends("/start").await;
    mallory.sees("Hi <b>M</b>_*`[x](http://y), welcome").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn forged_and_stale_buttons_change_nothing(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    for data in ["", "garbage", "9m", "1B-1", "1Bzzzzzzzzzzzzzzzzzzzz", "💥💥💥💥💥", "1B999999"]
    {
        if data.is_empty() {
            continue;
        }
        alice.forges(data);
        alice.is_told("This button is out of date").await;
    }
    for data in ["1O999999", "1X999999", "1A999999", "1D999999"] {
        alice.forges(data);
        alice.is_told("I cannot find that order").await;
    }
    for data in ["1q999.999", "1c999.p.0", "1o99", "1s99.x"] {
        alice.forges(data);
    }
    alice.balance_is("$10.00").await;
    assert_eq!(world.provider.control().orders().len(), 0);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_strangers_order_and_quote_do_not_exist(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    let mut mallory = world.customer(6, "Mallory", "10").await;
    alice.sends("/buy whatsapp indonesia").await;
    let (_, buy) = alice.finds("Pay").await;
    mallory.forges(&buy);
    mallory.is_told("This button is out of date").await;
    alice.taps("Pay").await;
    alice.sees("Your number:").await;
    for data in ["1O1", "1X1", "1A1", "1D1"] {
        mallory.forges(data);
        mallory.is_told("I cannot find that order").await;
    }
    assert!(!mallory.has(&world.newest_order().phone));
    mallory.balance_is("$10.00").await;
    world.ends_well().await;
}

#[tokio::test]
async fn in_a_group_numbers_and_balances_stay_private() {
    let world = World::open().await;
    let mut alice = world.customer(1, "Alice", "10").await;
    let control = world.telegram.control();
    control.add_group(-700, "Roommates", &[1]).unwrap();
    alice.sends("/help").await;
    alice.sees("How it works").await;
    control.say(1, -700, "/buy@numdesk_bot whatsapp").unwrap();
    let (message, data) = world
        .until("the group sees the countries", || {
            let messages = control.messages(-700);
            let shown =
                messages.iter().rev().find(|message| message.text.contains("which country"))?;
            let button =
                shown.keyboard.iter().flatten().find(|button| button.text.contains("Pakistan"))?;
            match &button.action {
                sandbox::telegram::ButtonAction::CallbackData(data) => {
                    Some((shown.id, data.clone()))
                }
                _ => None,
            }
        })
        .await;
    control.press(1, -700, message, &data).unwrap();
    alice.is_told("in our private chat").await;
    alice.sees("The price is yours").await;
    control.say(1, -700, "/balance@numdesk_bot").unwrap();
    let told =
        || control.messages(-700).iter().any(|message| message.text.contains("our private chat"));
    world.until("the group sees that the bot heard", || told().then_some(())).await;
    alice.taps("Pay").await;
    alice.sees("Your number:").await;
    world.code_comes("616161");
    alice.sees("code: 616161").await;
    let phone = world.newest_order().phone;
    for message in control.messages(-700) {
        let shows =
            [phone.as_str(), "616161", "$10"].iter().any(|secret| message.text.contains(secret));
        assert!(!shows, "{}", message.text);
    }
    world.ends_well().await;
}
