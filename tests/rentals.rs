//! Rentals: a number for days with every SMS it gets, another term at a price that is shown first, and a reminder before
//! the end. On every provider whose capabilities have them.

use std::time::Duration;

use macro_rules_attribute::apply;
use sandbox::faults::Fault;

use crate::support::{
    Person, Platform,
    providers::{Call, Shop, Sold, providers_that},
};

const DAY: Duration = Duration::from_hours(24);
/// Longer than between two questions about a rental that nobody looks at.
const A_LOOK: Duration = Duration::from_mins(3);

/// A shop on each provider that rents numbers out, with a customer, on each platform.
macro_rules! each_provider {
    ($($scenario:ident)+) => {$(
        #[apply(on_each_platform!)]
        async fn $scenario(on: Platform) {
            for provider in providers_that(|it| it.rentals && it.renew) {
                let shop = Shop::open_on(on, provider).await;
                let alice = shop.world.customer(1, "Alice", "100").await;
                scenarios::$scenario(shop, alice).await;
            }
        }
    )+};
}

each_provider! {
    every_term_is_offered_at_its_price
    every_sms_comes_and_stands_on_the_card
    the_card_tells_how_much_time_is_left
    another_term_costs_what_is_shown_first
    another_term_that_became_dearer_is_not_bought
    another_term_whose_answer_was_lost_is_found
    another_term_that_was_never_asked_for_is_paid_back
    a_fresh_rental_is_given_back
    a_rental_that_is_not_taken_back_stays
    a_renewed_rental_that_the_provider_takes_back_is_paid_back_whole
    a_rental_ends_by_the_providers_word
    a_lost_answer_is_found
    a_sale_that_was_never_asked_for_is_paid_back
    whoever_rents_is_reminded_of_each_end_once
    nobody_is_reminded_of_what_they_gave_back
}

/// Goes to the price of WhatsApp's number for a term.
async fn chooses(alice: &mut Person, term: &str) -> String {
    alice.sends("/start").await;
    alice.taps("Rent a number").await;
    alice.taps("WhatsApp").await;
    alice.taps(term).await;
    price(&alice.sees("The number is yours alone").await.text)
}

fn price(quote: &str) -> String {
    let price = quote.split("Price: $").nth(1).and_then(|rest| rest.lines().next());
    price.expect("a price").to_owned()
}

fn cents(price: &str) -> u32 {
    price.replace('.', "").parse().unwrap()
}

/// What a customer who had 100 has left.
fn left_of_a_hundred(prices: &[&str]) -> String {
    let left = 10_000 - prices.iter().map(|price| cents(price)).sum::<u32>();
    format!("${}.{:02}", left / 100, left % 100)
}

/// Rents for three days and sees the number.
async fn rents(shop: &Shop, alice: &mut Person) -> (Sold, String) {
    rents_for(shop, alice, "· 3 days").await
}

async fn rents_for(shop: &Shop, alice: &mut Person, term: &str) -> (Sold, String) {
    let price = chooses(alice, term).await;
    alice.taps("Pay").await;
    alice.sees("Your number:").await;
    (shop.newest(), price)
}

/// Pays for another term, whose price was shown.
async fn renews(alice: &mut Person) -> String {
    alice.taps("Renew").await;
    let quote = alice.sees("for WhatsApp another").await.text;
    alice.taps("Pay").await;
    price(&quote)
}

/// What a card says, in whole hours.
fn hours_left(card: &str) -> u32 {
    let left = card.split("Time left: ").nth(1).and_then(|rest| rest.lines().next());
    let words: Vec<&str> = left.expect("the time left").split(' ').collect();
    let hours = words.chunks(2).map(|pair| match pair {
        [days, "day" | "days"] => 24 * days.parse::<u32>().unwrap(),
        [hours, "h"] => hours.parse().unwrap(),
        _ => 0,
    });
    hours.sum()
}

/// Time passes until the shop has seen what became of the rental.
fn goes_by(shop: &Shop, time: Duration) {
    shop.world.passes(time);
    shop.world.passes(A_LOOK);
}

mod scenarios {
    use super::*;

    pub async fn every_term_is_offered_at_its_price(shop: Shop, mut alice: Person) {
        let mut prices = Vec::new();
        let terms = [("one day", 24), ("· 3 days", 72), ("30 days", 720)];
        for (order, (term, hours)) in (1..).zip(terms) {
            let price = chooses(&mut alice, term).await;
            alice.taps("Pay").await;
            // The cards of earlier ones are edited meanwhile.
            let card = alice.sees(&format!("Order #{order} · ")).await.text;
            assert!((hours - 1..=hours).contains(&hours_left(&card)), "{card}");
            assert_eq!(alice.copies(), vec![shop.newest().phone]);
            prices.push(price);
        }
        assert_eq!(shop.emulator.sold().len(), 3);
        let prices: Vec<&str> = prices.iter().map(String::as_str).collect();
        alice.balance_is(&left_of_a_hundred(&prices)).await;
        shop.ends_well().await;
    }

    pub async fn every_sms_comes_and_stands_on_the_card(shop: Shop, mut alice: Person) {
        let (rented, _) = rents(&shop, &mut alice).await;
        let codes = ["012345", "678900", "424242"];
        for code in codes {
            shop.emulator.deliver(rented.number, code);
            shop.world.passes(A_LOOK);
            alice.sees(&format!("code: {code}")).await;
            shop.world.passes(DAY / 4);
        }
        alice.sends("/orders").await;
        alice.taps("rented").await;
        let card = alice.sees("Time left").await;
        for code in codes {
            assert!(card.text.contains(code), "{}", card.text);
        }
        assert!(!alice.has("Give it back"));
        shop.ends_well().await;
    }

    pub async fn the_card_tells_how_much_time_is_left(shop: Shop, mut alice: Person) {
        rents(&shop, &mut alice).await;
        alice.looks_now();
        shop.world.passes(DAY);
        alice.sees_one_of(&["Time left: 2 days 0 h", "Time left: 1 day 23 h"]).await;
        alice.taps("Check now").await;
        alice.is_told("No new SMS yet").await;
        shop.ends_well().await;
    }

    pub async fn another_term_costs_what_is_shown_first(shop: Shop, mut alice: Person) {
        let (rented, first) = rents(&shop, &mut alice).await;
        alice.taps("Renew").await;
        let second = price(&alice.sees("another 3 days").await.text);
        assert_eq!(shop.calls(Call::Renew), 0, "a price is no purchase");
        alice.taps("Pay").await;
        alice.sees("the number is yours until").await;
        alice.taps("The number").await;
        let card = alice.sees("Time left: ").await.text;
        assert!((143..=144).contains(&hours_left(&card)), "{card}");
        alice.balance_is(&left_of_a_hundred(&[&first, &second])).await;
        // It is the same number.
        goes_by(&shop, 4 * DAY);
        shop.emulator.deliver(rented.number, "909090");
        shop.world.passes(A_LOOK);
        alice.sees("code: 909090").await;
        assert_eq!(shop.emulator.sold().len(), 1);
        shop.ends_well().await;
    }

    pub async fn another_term_that_became_dearer_is_not_bought(shop: Shop, mut alice: Person) {
        let (_, first) = rents(&shop, &mut alice).await;
        alice.taps("Renew").await;
        alice.sees("another 3 days").await;
        shop.emulator.raise_rental_price(3);
        alice.taps("Pay").await;
        alice.sees("is back on your balance").await;
        alice.balance_is(&left_of_a_hundred(&[&first])).await;
        assert_eq!(shop.calls(Call::Renew), 0);
        shop.ends_well().await;
    }

    /// Of a term whose end the provider's records show.
    pub async fn another_term_whose_answer_was_lost_is_found(shop: Shop, mut alice: Person) {
        let (_, first) = rents_for(&shop, &mut alice, "one day").await;
        shop.strikes(Call::Renew, Fault::ResetAfterCommit);
        let second = renews(&mut alice).await;
        alice.sees("the number is yours until").await;
        assert_eq!(shop.calls(Call::Renew), 1);
        alice.balance_is(&left_of_a_hundred(&[&first, &second])).await;
        shop.ends_well().await;
    }

    pub async fn another_term_that_was_never_asked_for_is_paid_back(shop: Shop, mut alice: Person) {
        let (_, first) = rents_for(&shop, &mut alice, "one day").await;
        shop.strikes(Call::Renew, Fault::ResetBefore);
        renews(&mut alice).await;
        alice.sees("checking whether your number goes on").await;
        shop.world.passes(Duration::from_mins(3));
        alice.sees("is back on your balance").await;
        assert_eq!(shop.calls(Call::Renew), 1);
        alice.balance_is(&left_of_a_hundred(&[&first])).await;
        shop.ends_well().await;
    }

    pub async fn a_fresh_rental_is_given_back(shop: Shop, mut alice: Person) {
        rents(&shop, &mut alice).await;
        alice.taps("Give it back").await;
        alice.sees("is back on your balance").await;
        alice.balance_is("$100.00").await;
        assert_eq!(shop.unrefunded(), 0);
        shop.ends_well().await;
    }

    pub async fn a_rental_that_is_not_taken_back_stays(shop: Shop, mut alice: Person) {
        let (rented, price) = rents(&shop, &mut alice).await;
        shop.world.passes(DAY);
        alice.taps("Give it back").await;
        alice.is_told("does not take this number back any more").await;
        shop.emulator.deliver(rented.number, "135790");
        shop.world.passes(A_LOOK);
        alice.sees("code: 135790").await;
        alice.balance_is(&left_of_a_hundred(&[&price])).await;
        shop.ends_well().await;
    }

    pub async fn a_renewed_rental_that_the_provider_takes_back_is_paid_back_whole(
        shop: Shop,
        mut alice: Person,
    ) {
        let (rented, _) = rents(&shop, &mut alice).await;
        renews(&mut alice).await;
        alice.sees("the number is yours until").await;
        alice.looks_now();
        shop.emulator.withdraw(rented.number);
        shop.world.passes(A_LOOK);
        alice.sees("the rental that this renewed was given back").await;
        alice.sees("You gave this number back").await;
        alice.balance_is("$100.00").await;
        shop.ends_well().await;
    }

    pub async fn a_rental_ends_by_the_providers_word(shop: Shop, mut alice: Person) {
        let (_, price) = rents(&shop, &mut alice).await;
        alice.looks_now();
        goes_by(&shop, 3 * DAY);
        let card = alice.sees("The time is over").await;
        assert!(!card.keyboard.iter().flatten().any(|it| it.text.contains("Renew")));
        alice.balance_is(&left_of_a_hundred(&[&price])).await;
        shop.ends_well().await;
    }

    pub async fn a_lost_answer_is_found(shop: Shop, mut alice: Person) {
        let price = chooses(&mut alice, "· 3 days").await;
        shop.strikes(Call::Rent, Fault::ResetAfterCommit);
        alice.taps("Pay").await;
        alice.sees("Your number:").await;
        let rented = shop.newest();
        assert_eq!(alice.copies(), vec![rented.phone]);
        shop.emulator.deliver(rented.number, "246802");
        alice.sees("code: 246802").await;
        assert_eq!((shop.calls(Call::Rent), shop.emulator.sold().len()), (1, 1));
        alice.balance_is(&left_of_a_hundred(&[&price])).await;
        shop.ends_well().await;
    }

    pub async fn a_sale_that_was_never_asked_for_is_paid_back(shop: Shop, mut alice: Person) {
        chooses(&mut alice, "· 3 days").await;
        shop.strikes(Call::Rent, Fault::ResetBefore);
        alice.taps("Pay").await;
        alice.sees("checking whether it gave you a number").await;
        shop.world.passes(Duration::from_mins(3));
        alice.sees("is back on your balance").await;
        alice.balance_is("$100.00").await;
        assert_eq!((shop.calls(Call::Rent), shop.emulator.sold().len()), (1, 0));
        shop.ends_well().await;
    }

    pub async fn whoever_rents_is_reminded_of_each_end_once(mut shop: Shop, mut alice: Person) {
        let (rented, first) = rents(&shop, &mut alice).await;
        alice.looks_now();
        shop.world.passes(2 * DAY);
        alice.sees_one_of(&["Time left: 1 day 0 h", "Time left: 23 h"]).await;
        assert_eq!(alice.count("ends in"), 0, "there is time");
        shop.world.passes(DAY * 3 / 4);
        let reminder = alice.sees("ends in").await.text;
        assert!(reminder.contains(&rented.phone), "{reminder}");
        shop.kill();
        shop.start().await;
        alice.looks_now();
        shop.world.passes(Duration::from_hours(1));
        alice.sees_one_of(&["Time left: 5 h", "Time left: 4 h"]).await;
        assert_eq!(alice.count("ends in"), 1, "a restart repeats nothing");
        let second = renews(&mut alice).await;
        alice.sees("the number is yours until").await;
        shop.world.passes(3 * DAY);
        alice.sees("ends in").await;
        assert_eq!(alice.count("ends in"), 2, "another term, another end");
        alice.balance_is(&left_of_a_hundred(&[&first, &second])).await;
        shop.ends_well().await;
    }

    pub async fn nobody_is_reminded_of_what_they_gave_back(shop: Shop, mut alice: Person) {
        let (given_back, _) = rents(&shop, &mut alice).await;
        alice.taps("Give it back").await;
        alice.sees("is back on your balance").await;
        let (kept, _) = rents(&shop, &mut alice).await;
        alice.looks_now();
        shop.world.passes(DAY * 11 / 4);
        let reminder = alice.sees("ends in").await.text;
        assert!(reminder.contains(&kept.phone) && !reminder.contains(&given_back.phone));
        assert_eq!(alice.count("ends in"), 1);
        shop.ends_well().await;
    }
}
