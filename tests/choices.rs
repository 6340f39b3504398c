//! How numbers may be chosen: an area of the country, an operator, the best delivery, real carriers, several at once. Each on
//! every provider whose capabilities have it.

use bot_core::upstream::ChoiceKind;
use macro_rules_attribute::apply;
use numdesk::config::provider::Provider;
use sandbox::faults::Fault;

use crate::support::{
    Person, Platform, copies,
    providers::{Call, Shop, providers_that},
};

async fn open(on: Platform, provider: Provider) -> (Shop, Person) {
    let shop = Shop::open_on(on, provider).await;
    let alice = shop.world.customer(1, "Alice", "100").await;
    (shop, alice)
}

fn can_choose(provider: Provider, choice: ChoiceKind) -> bool {
    provider.capabilities().choices.contains(&choice)
}

/// Asks for Telegram's price, looks at the choices and takes one.
async fn takes(shop: &Shop, alice: &mut Person, choice: &str) {
    alice.sends(&shop.line().replace("whatsapp", "telegram")).await;
    alice.taps("More choices").await;
    alice.taps(choice).await;
    alice.sees("Price:").await;
}

async fn pays(shop: &Shop, alice: &mut Person) {
    alice.taps("Pay").await;
    alice.sees("Your number:").await;
    let order = shop.newest();
    assert_eq!(alice.copies(), vec![order.phone]);
    shop.emulator.deliver(order.number, "031337");
    alice.sees("code: 031337").await;
}

#[apply(on_each_platform!)]
async fn a_number_of_an_area_is_chosen_by_a_button_or_typed(on: Platform) {
    for provider in providers_that(|it| it.area_codes) {
        let (shop, mut alice) = open(on, provider).await;
        takes(&shop, &mut alice, "212").await;
        alice.sees("Area code: 212").await;
        pays(&shop, &mut alice).await;
        assert!(shop.newest().phone.starts_with("+1212"), "{}", shop.newest().phone);
        // Whatever else is cheaper, it has no areas.
        alice.sends(&format!("{} 415", shop.line().replace("whatsapp", "telegram"))).await;
        alice.sees("Area code: 415").await;
        pays(&shop, &mut alice).await;
        assert!(shop.newest().phone.starts_with("+1415"), "{}", shop.newest().phone);
        shop.ends_well().await;
    }
}

#[apply(on_each_platform!)]
async fn a_number_of_an_operator_is_chosen_or_of_any(on: Platform) {
    for provider in providers_that(|it| it.choices.contains(&ChoiceKind::Operator)) {
        let (shop, mut alice) = open(on, provider).await;
        let operator = shop.emulator.operator_of("telegram");
        takes(&shop, &mut alice, &operator).await;
        alice.sees(&format!("Operator: {operator}")).await;
        pays(&shop, &mut alice).await;
        let offer = shop.emulator.newest_offer();
        assert!(offer.contains(&format!("{operator:?}")), "{offer}");
        takes(&shop, &mut alice, "Any number").await;
        pays(&shop, &mut alice).await;
        let asked = crate::support::providers::received(&shop.world);
        assert!(asked.iter().any(|it| it.path.contains("/any/")), "{asked:?}");
        shop.ends_well().await;
    }
}

#[apply(on_each_platform!)]
async fn a_number_that_delivers_best_is_chosen(on: Platform) {
    for provider in providers_that(|it| it.choices.contains(&ChoiceKind::BestDelivery)) {
        let (shop, mut alice) = open(on, provider).await;
        takes(&shop, &mut alice, "Best delivery").await;
        alice.sees("deliver best").await;
        pays(&shop, &mut alice).await;
        let offer = shop.emulator.newest_offer();
        assert!(offer.contains("BestTemp"), "{offer}");
        shop.ends_well().await;
    }
}

#[apply(on_each_platform!)]
async fn a_number_of_a_real_carrier_is_chosen(on: Platform) {
    for provider in providers_that(|it| it.choices.contains(&ChoiceKind::MobileCarrier)) {
        let (shop, mut alice) = open(on, provider).await;
        takes(&shop, &mut alice, "Real carriers only").await;
        alice.sees("Real mobile carriers only").await;
        pays(&shop, &mut alice).await;
        let offer = shop.emulator.newest_offer();
        assert!(offer.contains("real_mobile: true"), "{offer}");
        shop.ends_well().await;
    }
}

/// A provider without a choice shows no button for it.
#[apply(on_each_platform!)]
async fn only_what_a_provider_can_do_is_offered(on: Platform) {
    for provider in Provider::ALL.iter().copied() {
        let (shop, mut alice) = open(on, provider).await;
        let able = provider.capabilities();
        shop.quotes(&mut alice).await;
        let quote = alice.sees("Price:").await;
        let has_options =
            quote.keyboard.iter().flatten().any(|it| it.text.contains("More choices"));
        let has_choice = able.area_codes || able.most_at_once > 1 || !able.choices.is_empty();
        assert_eq!(has_options, has_choice, "{}", provider.name());
        if has_options {
            alice.taps("More choices").await;
            let options = alice.sees("Choose, and you see the price").await;
            let has =
                |label: &str| options.keyboard.iter().flatten().any(|it| it.text.contains(label));
            let expected = [
                ("× 2", able.most_at_once > 1),
                ("212", able.area_codes),
                ("Real carriers", can_choose(provider, ChoiceKind::MobileCarrier)),
            ];
            for (label, is_there) in expected {
                assert_eq!(has(label), is_there, "{label} at {}", provider.name());
            }
        }
        alice.sends("/start").await;
        let menu = alice.sees("Your balance").await;
        let has = |label: &str| menu.keyboard.iter().flatten().any(|it| it.text.contains(label));
        assert_eq!((has("Rent a number"), has("eSIM")), (able.rentals, able.esims));
        shop.ends_well().await;
    }
}

/// The cards of an alice who bought three: as many different numbers as were sold, and each gets its own code.
async fn has_all_numbers(shop: &Shop, alice: &Person, count: usize) {
    let sold = shop.emulator.sold();
    assert_eq!(sold.len(), count);
    let shown = || {
        let all = sold.iter().all(|it| alice.count(&it.phone) > 0);
        (all && alice.count("Your number:") == count).then_some(())
    };
    shop.world.until("every number is shown", shown).await;
    for (order, code) in sold.iter().zip(["111111", "222222", "333333"]) {
        shop.emulator.deliver(order.number, code);
        let news = alice.sees(&format!("code: {code}")).await;
        assert!(news.text.contains(&order.phone), "{}", news.text);
        assert_eq!(copies(&news), [code]);
    }
}

async fn asks_for_three(shop: &Shop, alice: &mut Person) -> String {
    alice.sends(&format!("{} 3", shop.line())).await;
    let quote = alice.sees("3 × WhatsApp").await.text;
    let each = quote.split("($").nth(1).and_then(|rest| rest.split(' ').next());
    each.expect("a price").to_owned()
}

fn left_of_a_hundred(each: &str, count: u32) -> String {
    let left = 10_000 - count * each.replace('.', "").parse::<u32>().unwrap();
    format!("${}.{:02}", left / 100, left % 100)
}

#[apply(on_each_platform!)]
async fn several_numbers_are_bought_in_one_order(on: Platform) {
    for provider in providers_that(|it| it.most_at_once > 1) {
        let (shop, mut alice) = open(on, provider).await;
        let each = asks_for_three(&shop, &mut alice).await;
        alice.taps("Pay").await;
        alice.sees("Your number:").await;
        has_all_numbers(&shop, &alice, 3).await;
        assert_eq!(shop.calls(Call::Create), 1);
        alice.balance_is(&left_of_a_hundred(&each, 3)).await;
        shop.ends_well().await;
    }
}

#[apply(on_each_platform!)]
async fn of_several_numbers_those_that_failed_are_paid_back(on: Platform) {
    for provider in providers_that(|it| it.most_at_once > 1) {
        let (shop, mut alice) = open(on, provider).await;
        let each = asks_for_three(&shop, &mut alice).await;
        shop.emulator.fail_numbers(1);
        alice.taps("Pay").await;
        alice.sees("The last number went just before you").await;
        has_all_numbers(&shop, &alice, 2).await;
        alice.balance_is(&left_of_a_hundred(&each, 2)).await;
        shop.ends_well().await;
    }
}

#[apply(on_each_platform!)]
async fn several_numbers_whose_answer_was_lost_are_found_once(on: Platform) {
    for provider in providers_that(|it| it.most_at_once > 1) {
        let (shop, mut alice) = open(on, provider).await;
        let each = asks_for_three(&shop, &mut alice).await;
        shop.strikes(Call::Create, Fault::ResetAfterCommit);
        alice.taps("Pay").await;
        alice.sees("Your number:").await;
        has_all_numbers(&shop, &alice, 3).await;
        assert_eq!(shop.calls(Call::Create), 2, "the same key again");
        alice.balance_is(&left_of_a_hundred(&each, 3)).await;
        shop.ends_well().await;
    }
}
