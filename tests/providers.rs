//! What every provider must do for a customer, written once. What a provider cannot do by its capabilities is done the way
//! these say; nothing here asks for a provider's name.

use std::time::Duration;

use bot_core::upstream::{CancelRule, FindAgain};
use numdesk::config::provider::Provider;
use sandbox::faults::Fault;
use serde_json::json;

use crate::support::{
    Person, Platform,
    providers::{Call, Shop},
};

/// Longer than any number stays open.
const LIFETIME: Duration = Duration::from_mins(30);

/// Makes one test of each scenario for each provider.
macro_rules! every_provider {
    ($($module:ident: $provider:ident,)+) => {
        #[test]
        fn every_provider_is_here() {
            assert_eq!(Provider::ALL, &[$(Provider::$provider),+]);
        }

        $(mod $module {
            use super::*;

            each_scenario! { Telegram, $provider }
        })+
    };
}

macro_rules! each_scenario {
    ($platform:ident, $provider:ident) => {
        tests! { $platform, $provider:
            a_number_is_bought_and_its_code_is_pushed
            a_number_is_given_back_and_the_money_comes_back
            a_number_without_a_code_expires_by_the_providers_word
            what_the_provider_takes_back_is_paid_back
            a_price_that_rose_sells_nothing
            a_code_survives_a_shop_that_is_killed
            a_price_that_cannot_be_read_sells_nothing
            an_answer_lost_after_the_sale
            an_answer_lost_before_the_sale
            what_cannot_be_read_of_a_sale_is_no_failure
            what_cannot_be_read_while_waiting_changes_nothing
            a_lost_answer_to_a_cancel_pays_back_once
        }
    };
}

macro_rules! tests {
    ($platform:ident, $provider:ident: $($scenario:ident)+) => {$(
        #[tokio::test]
        async fn $scenario() {
            let shop = Shop::open_on(Platform::$platform, Provider::$provider).await;
            super::$scenario(shop).await;
        }
    )+};
}

every_provider! {
    smscode_v1: SmscodeV1,
    smscode_v2: SmscodeV2,
    smsbuyz: Smsbuyz,
    smsverificationservice: Smsverificationservice,
    smsverifyo: Smsverifyo,
    smsverifyo_rentals: SmsverifyoRentals,
}

/// To a chat platform all providers are one: another platform needs no more than one of them.
mod on_discord {
    use super::*;

    each_scenario! { Discord, Smsbuyz }
}

async fn alice(shop: &Shop) -> Person {
    shop.world.customer(1, "Alice", "10").await
}

async fn a_number_is_bought_and_its_code_is_pushed(shop: Shop) {
    let mut alice = alice(&shop).await;
    let order = shop.buys(&mut alice).await;
    assert_eq!(alice.copies(), vec![order.phone]);
    shop.emulator.deliver(order.number, "012345");
    alice.sees("code: 012345").await;
    assert_eq!(alice.copies(), vec!["012345"]);
    assert_eq!((shop.emulator.sold().len(), shop.unrefunded()), (1, 1));
    alice.taps("Done").await;
    alice.sees("this number is closed").await;
    shop.ends_well().await;
}

async fn a_number_is_given_back_and_the_money_comes_back(shop: Shop) {
    let CancelRule::After(cooldown) = shop.provider.capabilities().cancel else { return };
    let mut alice = alice(&shop).await;
    shop.buys(&mut alice).await;
    shop.world.passes(cooldown);
    alice.taps("Give it back").await;
    alice.sees("is back on your balance").await;
    alice.balance_is("$10.00").await;
    assert_eq!(shop.unrefunded(), 0);
    shop.ends_well().await;
}

async fn a_number_without_a_code_expires_by_the_providers_word(shop: Shop) {
    let mut alice = alice(&shop).await;
    shop.buys(&mut alice).await;
    shop.world.passes(LIFETIME);
    alice.sees("is back on your balance").await;
    alice.balance_is("$10.00").await;
    assert_eq!(shop.unrefunded(), 0);
    shop.ends_well().await;
}

async fn what_the_provider_takes_back_is_paid_back(shop: Shop) {
    let mut alice = alice(&shop).await;
    let order = shop.buys(&mut alice).await;
    shop.emulator.withdraw(order.number);
    alice.sees("is back on your balance").await;
    alice.balance_is("$10.00").await;
    shop.ends_well().await;
}

async fn a_price_that_rose_sells_nothing(shop: Shop) {
    let mut alice = alice(&shop).await;
    shop.quotes(&mut alice).await;
    shop.emulator.raise_price(3);
    alice.taps("Pay").await;
    alice.sees("is back on your balance").await;
    alice.balance_is("$10.00").await;
    assert_eq!(shop.emulator.sold().len(), 0);
    shop.ends_well().await;
}

/// Where the provider is told the most that it may take, nothing needs to be read.
async fn a_price_that_cannot_be_read_sells_nothing(shop: Shop) {
    let mut alice = alice(&shop).await;
    shop.quotes(&mut alice).await;
    if shop.provider.capabilities().takes_max_cost {
        return;
    }
    let prices = shop.emulator.route(Call::Prices).unwrap();
    shop.emulator.faults().always(prices, Fault::Status500).unwrap();
    let before = shop.calls(Call::Prices);
    alice.taps("Pay").await;
    let asked = || (shop.calls(Call::Prices) > before).then_some(());
    shop.world.until("the price is asked for", asked).await;
    shop.world.passes(Duration::from_mins(3));
    alice.sees("is back on your balance").await;
    alice.balance_is("$10.00").await;
    assert_eq!(shop.calls(Call::Create), 0);
    shop.ends_well().await;
}

async fn a_code_survives_a_shop_that_is_killed(mut shop: Shop) {
    let mut alice = alice(&shop).await;
    let order = shop.buys(&mut alice).await;
    shop.kill();
    shop.emulator.deliver(order.number, "246810");
    shop.start().await;
    alice.sees("code: 246810").await;
    assert_eq!(shop.emulator.sold().len(), 1);
    shop.ends_well().await;
}

/// What the provider knows the purchase by leads to the number and its code; where nothing does, the money comes back.
async fn an_answer_lost_after_the_sale(shop: Shop) {
    let mut alice = alice(&shop).await;
    shop.quotes(&mut alice).await;
    shop.strikes(Call::Create, Fault::ResetAfterCommit);
    alice.taps("Pay").await;
    is_found_or_paid_back(shop, alice).await;
}

async fn is_found_or_paid_back(shop: Shop, mut alice: Person) {
    match shop.finds_again_by() {
        FindAgain::SameKey | FindAgain::Records => {
            alice.sees("Your number:").await;
            let order = shop.newest();
            assert_eq!(alice.copies(), vec![order.phone]);
            shop.emulator.deliver(order.number, "555555");
            alice.sees("code: 555555").await;
            assert_eq!(shop.unrefunded(), 1);
        }
        FindAgain::Balance => {
            alice.sees("checking whether it gave you a number").await;
            shop.world.passes(LIFETIME);
            alice.sees("is back on your balance").await;
            alice.balance_is("$10.00").await;
            assert_eq!(shop.unrefunded(), 0);
        }
    }
    assert_eq!(shop.emulator.sold().len(), 1);
    shop.ends_well().await;
}

/// The same key buys it now; without one, the provider shows that nothing was sold, and the money comes back.
async fn an_answer_lost_before_the_sale(shop: Shop) {
    let mut alice = alice(&shop).await;
    shop.quotes(&mut alice).await;
    shop.strikes(Call::Create, Fault::ResetBefore);
    alice.taps("Pay").await;
    match shop.finds_again_by() {
        FindAgain::SameKey => {
            alice.sees("Your number:").await;
            assert_eq!(shop.emulator.sold().len(), 1);
        }
        FindAgain::Records | FindAgain::Balance => {
            alice.sees("checking whether it gave you a number").await;
            shop.world.passes(Duration::from_mins(3));
            alice.sees("is back on your balance").await;
            alice.balance_is("$10.00").await;
            assert_eq!((shop.emulator.sold().len(), shop.calls(Call::Create)), (0, 1));
        }
    }
    shop.ends_well().await;
}

async fn what_cannot_be_read_of_a_sale_is_no_failure(shop: Shop) {
    let mut alice = alice(&shop).await;
    shop.quotes(&mut alice).await;
    shop.strikes(Call::Create, Fault::Garbage);
    alice.taps("Pay").await;
    is_found_or_paid_back(shop, alice).await;
}

async fn what_cannot_be_read_while_waiting_changes_nothing(shop: Shop) {
    let mut alice = alice(&shop).await;
    let order = shop.buys(&mut alice).await;
    let route = shop.emulator.route(shop.watch()).unwrap();
    let is_error = json!({"success": false, "ok": false, "error": "an error with status 200"});
    for fault in [
        Fault::Garbage,
        Fault::TruncatedJson,
        Fault::WrongType("id".to_owned()),
        Fault::MissingField("status".to_owned()),
        Fault::Answer { status: 200, body: is_error },
        Fault::Answer { status: 200, body: json!([]) },
    ] {
        shop.emulator.faults().always(route, fault.clone()).unwrap();
        let before = shop.calls(shop.watch());
        let watches = || (shop.calls(shop.watch()) > before).then_some(());
        shop.world.until(&format!("the shop meets {fault:?}"), watches).await;
        shop.emulator.faults().clear();
    }
    shop.emulator.deliver(order.number, "808080");
    shop.world.passes(Duration::from_mins(1));
    alice.sees("code: 808080").await;
    assert_eq!(shop.emulator.sold().len(), 1);
    shop.ends_well().await;
}

async fn a_lost_answer_to_a_cancel_pays_back_once(shop: Shop) {
    let CancelRule::After(cooldown) = shop.provider.capabilities().cancel else { return };
    let mut alice = alice(&shop).await;
    shop.buys(&mut alice).await;
    shop.world.passes(cooldown);
    shop.strikes(Call::Cancel, Fault::ResetAfterCommit);
    alice.taps("Give it back").await;
    alice.sees("is back on your balance").await;
    alice.balance_is("$10.00").await;
    assert_eq!(shop.unrefunded(), 0);
    shop.ends_well().await;
}
