//! eSIMs: an activation code to copy and its picture to scan, kept in the orders. On every provider that sells them.

use std::time::Duration;

use bot_core::picture::qr_code;
use macro_rules_attribute::apply;
use sandbox::faults::Fault;

use crate::support::{
    Message, OWNER, Person, Platform, copies,
    providers::{Call, Shop, providers_that},
};

/// A shop on each provider that sells data plans, with a customer.
async fn shops(on: Platform) -> Vec<(Shop, Person)> {
    let mut shops = Vec::new();
    for provider in providers_that(|it| it.esims) {
        let shop = Shop::open_on(on, provider).await;
        let alice = shop.world.customer(1, "Alice", "100").await;
        shops.push((shop, alice));
    }
    shops
}

const PLAN: &str = "USA 5GB / 30 days";

async fn chooses(alice: &mut Person) {
    alice.sends("/start").await;
    alice.taps("eSIM").await;
    alice.taps(PLAN).await;
    alice.sees("cannot be given back").await;
}

/// The picture that a message shows is the one that holds its activation code, which a button copies.
fn shows(alice: &Person, message: &Message, code: &str) {
    assert_eq!(copies(message), [code]);
    assert!(message.text.contains(code), "{}", message.text);
    let picture = alice.phone.picture(message.id).expect("a picture");
    assert_eq!(picture, *qr_code(code).unwrap().0);
}

#[apply(on_each_platform!)]
async fn a_plan_is_a_code_to_copy_and_a_picture_to_scan_and_both_are_kept(on: Platform) {
    for (shop, mut alice) in shops(on).await {
        chooses(&mut alice).await;
        alice.taps("Pay").await;
        let picture = alice.sees("Scan this picture").await;
        let code = shop.emulator.activation_code();
        shows(&alice, &picture, &code);
        let card = alice.sees("type the code in its settings").await;
        assert_eq!(copies(&card), [code.as_str()]);
        // It comes again from the orders, also after a while.
        shop.world.passes(Duration::from_hours(100));
        alice.sends("/orders").await;
        alice.taps(PLAN).await;
        let card = alice.sees("type the code in its settings").await;
        assert_eq!(copies(&card), [code.as_str()]);
        alice.taps("Picture").await;
        let again = alice.sees("Scan this picture").await;
        shows(&alice, &again, &code);
        assert_eq!(shop.emulator.sold().len(), 1);
        shop.ends_well().await;
    }
}

#[apply(on_each_platform!)]
async fn a_plan_that_became_dearer_is_not_bought(on: Platform) {
    for (shop, mut alice) in shops(on).await {
        chooses(&mut alice).await;
        shop.emulator.raise_esim_price(3);
        alice.taps("Pay").await;
        alice.sees("is back on your balance").await;
        alice.balance_is("$100.00").await;
        assert_eq!(shop.calls(Call::Esim), 0);
        shop.ends_well().await;
    }
}

#[apply(on_each_platform!)]
async fn a_plan_that_was_never_asked_for_is_paid_back(on: Platform) {
    for (shop, mut alice) in shops(on).await {
        chooses(&mut alice).await;
        shop.strikes(Call::Esim, Fault::ResetBefore);
        alice.taps("Pay").await;
        alice.sees("checking whether it gave you an eSIM").await;
        shop.world.passes(Duration::from_mins(3));
        alice.sees("is back on your balance").await;
        alice.balance_is("$100.00").await;
        assert_eq!((shop.calls(Call::Esim), shop.emulator.sold().len()), (1, 0));
        shop.ends_well().await;
    }
}

/// The provider's records never show the code again: it was sold, and nobody can have it. An owner hears of it, and the
/// customer gets the money back; the cost is the shop's.
#[apply(on_each_platform!)]
async fn a_plan_whose_code_was_lost_is_an_owners_to_pay_back(on: Platform) {
    for (shop, mut alice) in shops(on).await {
        let mut owner = shop.world.person(OWNER, "Olivia", "olivia");
        chooses(&mut alice).await;
        shop.strikes(Call::Esim, Fault::ResetAfterCommit);
        alice.taps("Pay").await;
        alice.sees("checking whether it gave you an eSIM").await;
        shop.world.passes(Duration::from_mins(3));
        alice.sees("a person at the shop has been told").await;
        owner.taps("Give the money back").await;
        owner.taps("Give it back all the same").await;
        alice.sees("is back on your balance").await;
        alice.balance_is("$100.00").await;
        assert_eq!((shop.calls(Call::Esim), shop.emulator.sold().len()), (1, 1));
        shop.ends_at_a_loss().await;
    }
}
