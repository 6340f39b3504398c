use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::upstream::{
    smsverifyo::{Status, account::Account, catalog::Catalog},
    testing::changes_by_order,
    wallet::Wallet,
};

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::new(42));
const COUNTRIES: [&str; 4] = ["Brazil", "India", "France", "United Kingdom"];

/// What may happen to an account.
#[derive(Clone, Copy, Debug)]
enum Act {
    Buy { country: usize },
    Cancel(u64),
    Withdraw(u64),
    Finish(u64),
    Deliver(u64),
    DeliverLate(u64),
    Wait(i64),
    TopUp(i64),
    Price { country: usize, pips: i64 },
    Drift(i64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let order = 1001..1012_u64;
    let act = prop_oneof![
        4 => (0..4_usize).prop_map(|country| Act::Buy { country }),
        2 => order.clone().prop_map(Act::Cancel),
        1 => order.clone().prop_map(Act::Withdraw),
        1 => order.clone().prop_map(Act::Finish),
        1 => order.clone().prop_map(Act::Deliver),
        1 => order.prop_map(Act::DeliverLate),
        3 => (1..8 * MINUTE_MS).prop_map(Act::Wait),
        1 => (1..10_000_i64).prop_map(Act::TopUp),
        1 => (0..4_usize, 1..50_000_i64).prop_map(|(country, pips)| Act::Price { country, pips }),
        1 => (-99..300_i64).prop_map(Act::Drift),
    ];
    prop::collection::vec(act, 1..80)
}

/// Does one act; a refusal is an outcome like any other.
fn perform(account: &mut Account, now_ms: &mut i64, act: Act) {
    let key = |country: usize| {
        CATALOG.find("Telegram", COUNTRIES[country]).map(|offer| offer.key.clone())
    };
    let _ = match act {
        Act::Buy { country } => account.buy(key(country).unwrap(), *now_ms).map(|_| ()),
        Act::Cancel(id) => account.cancel(id, *now_ms),
        Act::Withdraw(id) => account.withdraw(id, *now_ms),
        Act::Finish(id) => account.finish(id, *now_ms),
        Act::Deliver(id) => account.deliver(id, "123456".to_owned(), None, *now_ms),
        Act::DeliverLate(id) => account.deliver_late(id, "654321".to_owned(), None, *now_ms),
        Act::Wait(ms) => {
            *now_ms += ms;
            Ok(())
        }
        Act::TopUp(pips) => {
            account.wallet.top_up(pips, *now_ms).unwrap();
            Ok(())
        }
        Act::Price { country, pips } => {
            account.catalog.offers.get_mut(&key(country).unwrap()).unwrap().price_pips = pips;
            Ok(())
        }
        Act::Drift(percent) => {
            account.drift_percent = percent;
            Ok(())
        }
    };
    account.settle(*now_ms);
}

/// The journal adds up, every order is charged once, and refunded once exactly when it was cancelled or expired.
fn check(account: &Account) -> Result<(), TestCaseError> {
    let by_order = changes_by_order(&account.wallet);
    prop_assert_eq!(by_order.len(), account.orders.all().count());
    for order in account.orders.all() {
        let view = order.view();
        let (price, has_code) = (view.price_pips, !view.codes.is_empty());
        let (expected, code_expected) = match view.status {
            // One may have come late.
            Status::Cancelled | Status::Expired => (vec![-price, price], None),
            Status::Waiting => (vec![-price], Some(false)),
            Status::Received | Status::Finished => (vec![-price], Some(true)),
        };
        prop_assert_eq!(&by_order[&view.id], &expected);
        prop_assert!(code_expected.is_none_or(|expected| expected == has_code));
    }
    Ok(())
}

proptest! {
    #[test]
    fn whatever_happens_the_journal_adds_up(acts in acts(), seed in any::<u64>()) {
        let codes = CodePlan::Seeded { median_ms: 200_000, spread: 1.0, never_percent: 30 };
        let wallet = Wallet::open(OPENING, START_MS);
        let mut account = Account::new(CATALOG.clone(), wallet, seed, codes);
        account.cancel_after_ms = 2 * MINUTE_MS;
        let mut now_ms = START_MS;
        for act in acts {
            perform(&mut account, &mut now_ms, act);
            check(&account)?;
        }
        now_ms += 20 * MINUTE_MS;
        account.settle(now_ms);
        prop_assert_eq!(account.orders.open().count(), 0);
        check(&account)?;
    }
}
