//! What a provider may answer and must not: other types, missing fields, another currency, an error with status 200, another's
//! order, a code where none belongs. At every provider nothing is lost, and the log names the provider, the route and the
//! field, and never the key, a number or a code.

mod answers;

use std::time::Duration;

use bot_core::upstream::{CancelRule, PollBy};
use numdesk::config::provider::Provider;
use sandbox::faults::Fault;

use self::answers::{Wrong, anywhere, documented, of_a_price, of_a_sale, of_an_order, of_the_list};
use crate::support::{
    KEY, Person,
    log::Log,
    providers::{Call, Shop},
};

/// Longer than any number stays open.
const LIFETIME: Duration = Duration::from_mins(30);

/// Longer than any part of a time or an id in a log, so that none is found by chance.
const CODE: &str = "48291375531";
const LATE_CODE: &str = "59302486642";

macro_rules! every_provider {
    ($($module:ident: $provider:ident,)+) => {
        #[test]
        fn every_provider_is_here() {
            assert_eq!(Provider::ALL, &[$(Provider::$provider),+]);
        }

        $(mod $module {
            use super::*;

            each_scenario! { $provider:
                what_is_wrong_while_an_sms_is_waited_for
                what_is_wrong_with_one_order
                what_is_wrong_with_a_cancel
                an_sms_after_the_end
                what_is_wrong_with_a_price
                what_is_wrong_with_a_sale
            }
        })+
    };
}

macro_rules! each_scenario {
    ($provider:ident: $($scenario:ident)+) => {$(
        #[tokio::test]
        async fn $scenario() {
            let log = Log::start();
            let shop = Shop::open(Provider::$provider).await;
            super::$scenario(&shop, &log).await;
            is_clean(&shop, &log);
            shop.ends_well().await;
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

/// Nothing that must stay secret is in the log, whichever way a number may be written.
fn is_clean(shop: &Shop, log: &Log) {
    let phones = shop.emulator.sold().into_iter().map(|it| it.phone);
    let mut secrets: Vec<String> =
        phones.map(|phone| phone.trim_start_matches('+').to_owned()).collect();
    secrets.extend([KEY, CODE, LATE_CODE, "Your code is"].map(str::to_owned));
    let text = log.text();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        let found = text.lines().find(|line| line.contains(secret));
        assert_eq!(found, None, "{secret} is in the log");
    }
}

async fn alice(shop: &Shop) -> Person {
    shop.world.customer(1, "Alice", "100").await
}

/// From now on every answer to the call is wrong in this way.
fn goes_wrong(shop: &Shop, call: Call, fault: &Fault) {
    let route = shop.emulator.route(call).unwrap();
    shop.emulator.faults().always(route, fault.clone()).unwrap();
}

/// Waits until the log, behind `start`, says in one line what went wrong, where and at whose.
async fn is_told(shop: &Shop, log: &Log, start: usize, call: Call, (fault, field): &Wrong) {
    let provider = format!("provider=\"{}\"", shop.provider.name());
    let words = [provider.as_str(), documented(shop.provider, call), field];
    let told = || log.tells(start, &words).then_some(());
    shop.world.until(&format!("the log tells {words:?} after {fault:?}"), told).await;
}

/// The same for a call that the shop makes by itself.
async fn goes_wrong_and_is_told(shop: &Shop, log: &Log, call: Call, wrong: &Wrong) {
    let start = log.end();
    goes_wrong(shop, call, &wrong.0);
    is_told(shop, log, start, call, wrong).await;
}

/// The code is with its customer all the same, and the number was paid once.
async fn comes_to_a_good_end(shop: &Shop, alice: &mut Person, number: u64) {
    shop.emulator.faults().clear();
    shop.emulator.deliver(number, CODE);
    shop.world.passes(Duration::from_mins(1));
    alice.sees(CODE).await;
    assert_eq!((shop.emulator.sold().len(), shop.unrefunded()), (1, 1));
}

async fn what_is_wrong_while_an_sms_is_waited_for(shop: &Shop, log: &Log) {
    let mut alice = alice(shop).await;
    let order = shop.buys(&mut alice).await;
    for wrong in anywhere().into_iter().chain(of_the_list(shop.provider)) {
        goes_wrong_and_is_told(shop, log, shop.watch(), &wrong).await;
        shop.emulator.faults().clear();
    }
    comes_to_a_good_end(shop, &mut alice, order.number).await;
}

/// Where a list shows every waiting order, it cannot be read meanwhile.
async fn what_is_wrong_with_one_order(shop: &Shop, log: &Log) {
    let mut alice = alice(shop).await;
    let order = shop.buys(&mut alice).await;
    for wrong in anywhere().into_iter().chain(of_an_order(shop.provider)) {
        if shop.provider.capabilities().poll != PollBy::Single {
            goes_wrong(shop, Call::List, &Fault::Garbage);
        }
        goes_wrong_and_is_told(shop, log, Call::Order, &wrong).await;
        shop.emulator.faults().clear();
    }
    comes_to_a_good_end(shop, &mut alice, order.number).await;
}

async fn what_is_wrong_with_a_cancel(shop: &Shop, log: &Log) {
    let CancelRule::After(cooldown) = shop.provider.capabilities().cancel else { return };
    let mut alice = alice(shop).await;
    for wrong in [(Fault::Garbage, "not JSON"), (Fault::TruncatedJson, "not JSON")] {
        alice.gets_a_price(shop.line()).await;
        alice.taps("Pay").await;
        alice.sees("Your number:").await;
        shop.world.passes(cooldown);
        let start = log.end();
        goes_wrong(shop, Call::Cancel, &wrong.0);
        alice.taps("Give it back").await;
        is_told(shop, log, start, Call::Cancel, &wrong).await;
        shop.emulator.faults().clear();
        alice.sees("is back on your balance").await;
    }
    assert_eq!(shop.unrefunded(), 0);
    alice.balance_is("$100.00").await;
}

/// Who has the money back keeps it, whether or not they see what came; and the next number is not taken for this one.
async fn an_sms_after_the_end(shop: &Shop, _: &Log) {
    let mut alice = alice(shop).await;
    let ended = shop.buys(&mut alice).await;
    shop.world.passes(LIFETIME);
    alice.sees("is back on your balance").await;
    shop.emulator.deliver_late(ended.number, LATE_CODE);
    alice.balance_is("$100.00").await;
    alice.gets_a_price(shop.line()).await;
    alice.taps("Pay").await;
    alice.sees("Your number:").await;
    shop.emulator.deliver(shop.newest().number, CODE);
    alice.sees(CODE).await;
    assert_eq!((shop.emulator.sold().len(), shop.unrefunded()), (2, 1));
}

/// No price is shown that cannot be read, and nothing is bought meanwhile.
async fn what_is_wrong_with_a_price(shop: &Shop, log: &Log) {
    let mut alice = alice(shop).await;
    for wrong in anywhere().into_iter().chain(of_a_price(shop.provider)) {
        let start = log.end();
        goes_wrong(shop, Call::Prices, &wrong.0);
        alice.sends(shop.line()).await;
        let told = is_told(shop, log, start, Call::Prices, &wrong);
        time_flies(shop, told).await;
        shop.emulator.faults().clear();
    }
    assert!(shop.emulator.sold().is_empty());
    alice.balance_is("$100.00").await;
    // What failed is read again within a minute.
    shop.world.passes(Duration::from_mins(6));
    let order = shop.buys(&mut alice).await;
    comes_to_a_good_end(shop, &mut alice, order.number).await;
}

/// What was sold and could not be read is found again, or its money comes back; nobody pays for what they never saw.
async fn what_is_wrong_with_a_sale(shop: &Shop, log: &Log) {
    let mut alice = alice(shop).await;
    for wrong in anywhere().into_iter().chain(of_a_sale(shop.provider)) {
        alice.gets_a_price(shop.line()).await;
        let start = log.end();
        goes_wrong(shop, Call::Create, &wrong.0);
        alice.taps("Pay").await;
        is_told(shop, log, start, Call::Create, &wrong).await;
        shop.emulator.faults().clear();
        let ends = ["Your number:", "is back on your balance"];
        let card = time_flies(shop, alice.sees_one_of(&ends)).await;
        if card.text.contains("Your number:") {
            time_flies(shop, alice.sees("is back on your balance")).await;
        }
    }
    assert_eq!(shop.unrefunded(), 0);
    alice.balance_is("$100.00").await;
}

/// Lets five seconds pass at each look.
async fn time_flies<T>(shop: &Shop, event: impl Future<Output = T>) -> T {
    let time = async {
        loop {
            shop.world.passes(Duration::from_secs(5));
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::select! {
        biased;
        done = event => done,
        () = time => unreachable!("time does not end"),
    }
}
