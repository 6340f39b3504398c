//! Buying a number, and everything that ends an order.

use std::time::Duration;

use macro_rules_attribute::apply;

use crate::support::{Message, Platform, World};

const MINUTE: Duration = Duration::from_mins(1);

#[apply(on_each_platform!)]
async fn a_newcomer_buys_a_number_and_gets_the_code(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.sends("/start").await;
    alice.taps("Buy a number").await;
    alice.sees("Which service").await;
    alice.sends("whatsapp").await;
    alice.sees("which country").await;
    alice.sends("/buy whatsapp indonesia").await;
    let quote = alice.sees("The price is yours for 60 seconds").await;
    assert!(quote.text.contains("Your balance: $10.00"), "{}", quote.text);
    alice.taps("Pay").await;
    let card = alice.sees("Your number:").await;
    assert_eq!(card.id, quote.id, "the quote becomes the order's card");
    assert_eq!(alice.copies(), vec![world.newest_order().phone]);
    world.code_comes("012345");
    let code = alice.sees("code: 012345").await;
    assert!(code.id > card.id, "the code is a new message, so that the phone rings");
    assert_eq!(alice.copies(), vec!["012345".to_owned()]);
    alice.sees("Code: 012345").await;
    alice.taps("Done").await;
    alice.sees("this number is closed").await;
    let provider = world.provider.control();
    world
        .until("the provider hears of it", || {
            (provider.orders()[0].status == sandbox::upstream::smscode::Status::Completed)
                .then_some(())
        })
        .await;
    alice.sends("/orders").await;
    alice.taps("WhatsApp").await;
    alice.sees("Code: 012345").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn prices_in_rupiah_sell_for_the_same(on: Platform) {
    let dollars = World::open_on(on).await;
    let rupiah = World::open_with("v1", on).await;
    let mut prices = Vec::new();
    for world in [dollars, rupiah] {
        let mut alice = world.customer(1, "Alice", "10").await;
        alice.sends("/buy whatsapp indonesia").await;
        prices.push(alice.sees("Price:").await.text);
        alice.taps("Pay").await;
        alice.sees("Your number:").await;
        world.code_comes("4711");
        alice.sees("code: 4711").await;
        world.ends_well().await;
    }
    assert_eq!(prices[0], prices[1]);
}

#[apply(on_each_platform!)]
async fn a_second_sms_comes_to_the_same_number_at_no_charge(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.buys().await;
    world.code_comes("111111");
    alice.sees("code: 111111").await;
    let after_one = world.audit().await.earned;
    alice.taps("Another SMS").await;
    alice.is_told("Asked for another SMS").await;
    world.code_comes("222222");
    alice.sees("code: 222222").await;
    alice.sees("Earlier: 111111").await;
    assert_eq!(alice.count("code: 111111"), 1);
    assert_eq!(alice.count("code: 222222"), 1);
    assert_eq!(world.audit().await.earned, after_one);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_number_is_given_back_once_the_provider_allows_it(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.buys().await;
    match on {
        Platform::Telegram => {
            alice.taps("Give it back in").await;
            alice.is_told("takes this number back in").await;
        }
        // The button is grey there, and nobody can press it.
        Platform::Discord => {
            alice.sees("Your number:").await;
        }
    }
    assert_eq!(world.calls("cancel"), 0, "the provider is not asked before its time");
    world.passes(2 * MINUTE);
    alice.sends("/orders").await;
    alice.taps("waiting for SMS").await;
    let card = alice.sees("Your number:").await;
    assert!(card.keyboard.iter().flatten().any(|button| button.text == "Give it back"), "{card:?}");
    alice.taps("Give it back").await;
    alice.sees("is back on your balance").await;
    alice.balance_is("$10.00").await;
    assert_eq!(world.unrefunded_charges(), 0);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn the_cancel_button_counts_down(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.buys().await;
    let card = alice.sees("Your number:").await;
    let label = card.keyboard[1][0].text.clone();
    assert!(label.starts_with("Give it back in 0"), "{label}");
    world.passes(30 * Duration::from_secs(1));
    let renewed = alice.sees("Your number:").await;
    world
        .until("the countdown moves", || (alice_card(&alice, renewed.id) != label).then_some(()))
        .await;
    world.ends_well().await;
}

fn alice_card(alice: &crate::support::Person, id: i64) -> String {
    alice.message(id).keyboard[1][0].text.clone()
}

#[apply(on_each_platform!)]
async fn an_order_without_an_sms_ends_by_the_providers_word(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.buys().await;
    world.passes(20 * MINUTE);
    alice.sees("No SMS came in time").await;
    alice.balance_is("$10.00").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn the_provider_takes_a_number_back_by_itself(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.buys().await;
    world.provider.control().cancel_order(world.newest_order().id).unwrap();
    alice.sees("is back on your balance").await;
    alice.balance_is("$10.00").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_code_that_comes_while_cancelling_is_delivered_and_paid(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.buys().await;
    world.passes(3 * MINUTE);
    // The provider has the code before it hears of the cancel.
    world.code_comes("777777");
    alice.taps("Give it back").await;
    alice.sees("code: 777777").await;
    assert_eq!(world.unrefunded_charges(), 1);
    assert_ne!(world.audit().await.earned, bot_core::money::Money::ZERO);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn no_stock_is_said_before_paying_and_after(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    let product = world.product("WhatsApp", "Indonesia");
    alice.sends("/buy whatsapp indonesia").await;
    alice.sees("Price:").await;
    world.provider.control().set_stock(product.id, 0).unwrap();
    alice.taps("Pay").await;
    alice.sees("is back on your balance").await;
    alice.balance_is("$10.00").await;
    world.passes(2 * MINUTE);
    alice.sends("/buy whatsapp indonesia").await;
    alice.sees("ran out of numbers").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn too_little_money_says_how_much_and_whom_to_ask(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "0.01").await;
    alice.sends("/buy whatsapp indonesia").await;
    let poor = alice.sees("more.").await;
    assert!(poor.text.contains("@olivia"), "{}", poor.text);
    assert_eq!(world.provider.control().orders().len(), 0);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_price_that_moved_above_what_is_paid_sells_nothing(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    let product = world.product("WhatsApp", "Indonesia");
    alice.sends("/buy whatsapp indonesia").await;
    alice.sees("Price:").await;
    world.provider.control().set_price(product.id, product.price_idr * 2).unwrap();
    alice.taps("Pay").await;
    alice.sees("The price went up while I was buying").await;
    alice.balance_is("$10.00").await;
    assert_eq!(world.provider.control().orders().len(), 0);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_price_is_kept_for_a_minute_and_no_longer(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.sends("/buy whatsapp indonesia").await;
    alice.sees("Price:").await;
    world.passes(2 * MINUTE);
    alice.taps("Pay").await;
    alice.sees("its time is over").await;
    assert_eq!(world.provider.control().orders().len(), 0);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn twenty_taps_at_once_make_one_order(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.sends("/buy whatsapp indonesia").await;
    let (message, data) = alice.finds("Pay").await;
    for _ in 0..20 {
        alice.presses(message, &data);
    }
    alice.sees("Your number:").await;
    world.taps_are_answered().await;
    world.passes(MINUTE);
    assert_eq!(world.audit().await.orders, 1);
    assert_eq!(world.provider.control().orders().len(), 1);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn two_quotes_and_money_for_one_make_one_order(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    let price = world.price("WhatsApp", "Indonesia").await;
    let mut bob = world.customer(2, "Bob", &price).await;
    alice.sends("/help").await;
    bob.sends("/buy whatsapp indonesia").await;
    let first = bob.finds("Pay").await;
    bob.sends("/buy whatsapp indonesia").await;
    bob.sees("Price:").await;
    let second = bob.finds("Pay").await;
    assert_ne!(first, second);
    for (message, data) in [first, second] {
        bob.presses(message, &data);
    }
    bob.sees("Your number:").await;
    bob.sees("Ask @olivia to top up").await;
    assert_eq!(world.provider.control().orders().len(), 1);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_deep_link_leads_straight_to_what_it_names(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.sends("/start whatsapp").await;
    alice.sees("WhatsApp: which country?").await;
    alice.sends("/start whatsapp_indonesia").await;
    alice.sees("The price is yours").await;
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn countries_are_sorted_by_price_or_by_stock_and_paged(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    alice.sends("whatsapp").await;
    let list = alice.sees("which country").await;
    let prices = column(&list, 1);
    assert!(prices.len() > 5 && prices.is_sorted(), "{prices:?}");
    alice.taps("Next").await;
    let next = column(&alice.sees("which country").await, 1);
    assert!(prices.last() <= next.first(), "{prices:?} {next:?}");
    alice.taps("Most numbers first").await;
    let stock = column(&alice.sees("which country").await, 2);
    assert!(stock.len() > 5 && stock.is_sorted_by(|one, other| one >= other), "{stock:?}");
    world.ends_well().await;
}

/// The figures between the dots of the buttons `flag country · price · stock`, as whole numbers.
fn column(list: &Message, at: usize) -> Vec<u64> {
    let labels = list.keyboard.iter().flatten().map(|button| button.text.as_str());
    let figures = labels.filter_map(|label| label.split(" · ").nth(at));
    figures.filter_map(|figure| figure.replace(['$', '.'], "").parse().ok()).collect()
}

#[apply(on_each_platform!)]
async fn orders_are_listed_the_open_ones_first_and_paged(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "100").await;
    alice.buys().await;
    for code in 0..9 {
        alice.buys().await;
        let code = format!("40{code}");
        world.code_comes(&code);
        alice.sees(&format!("code: {code}")).await;
        alice.taps("Done").await;
        alice.sees("this number is closed").await;
    }
    alice.sends("/orders").await;
    let first = alice.sees("Your orders").await;
    let label = |row: usize| first.keyboard[row][0].text.as_str();
    assert!(label(0).starts_with("#1 ") && label(0).ends_with("waiting for SMS"), "{first:?}");
    assert!(label(1).starts_with("#10 ") && label(1).ends_with("done"), "{first:?}");
    alice.taps("Next").await;
    let second = alice.sees("Your orders").await;
    assert!(second.keyboard[0][0].text.starts_with("#3 "), "{second:?}");
    world.ends_well().await;
}
