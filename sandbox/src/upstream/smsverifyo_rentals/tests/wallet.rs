use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::upstream::{
    smsverifyo_rentals::{Status, account::Account, catalog::Catalog, wire::Wanted},
    testing::changes_by_order,
    wallet::Wallet,
};

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::new(42));
const COUNTRIES: [&str; 4] = ["BR", "IN", "FR", "GB"];

/// What may happen to an account.
#[derive(Clone, Copy, Debug)]
enum Act {
    Rent { country: usize, max_price_pips: Option<i64> },
    Cancel(u64),
    Deliver(u64),
    DeliverLate(u64),
    Wait(i64),
    TopUp(i64),
    Price { country: usize, pips: i64 },
    Drift(i64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let rental = 1001..1012_u64;
    let cap = prop::option::of(1..50_000_i64);
    let act = prop_oneof![
        4 => (0..4_usize, cap)
            .prop_map(|(country, max_price_pips)| Act::Rent { country, max_price_pips }),
        2 => rental.clone().prop_map(Act::Cancel),
        1 => rental.clone().prop_map(Act::Deliver),
        1 => rental.prop_map(Act::DeliverLate),
        3 => (1..8 * MINUTE_MS).prop_map(Act::Wait),
        1 => (1..10_000_i64).prop_map(Act::TopUp),
        1 => (0..4_usize, 1..50_000_i64).prop_map(|(country, pips)| Act::Price { country, pips }),
        1 => (-99..300_i64).prop_map(Act::Drift),
    ];
    prop::collection::vec(act, 1..80)
}

/// Does one act; a refusal is an outcome like any other, and a price above the cap is none.
fn perform(account: &mut Account, now_ms: &mut i64, act: Act) {
    let offer = |country: usize| OfferKey {
        service: "tg".to_owned(),
        country: COUNTRIES[country].to_owned(),
        real_mobile: false,
    };
    match act {
        Act::Rent { country, max_price_pips } => {
            let wanted = Wanted { offer: offer(country), max_price_pips };
            if let Ok(number) = account.rent(&wanted, *now_ms) {
                let price = account.rental(number).unwrap().price_pips;
                assert!(max_price_pips.is_none_or(|most| price <= most));
            }
        }
        Act::Cancel(id) => drop(account.cancel(id, *now_ms)),
        Act::Deliver(id) => drop(account.deliver(id, "123456".to_owned(), None, *now_ms)),
        Act::DeliverLate(id) => {
            drop(account.deliver_late(id, "654321".to_owned(), None, *now_ms));
        }
        Act::Wait(ms) => *now_ms += ms,
        Act::TopUp(pips) => account.wallet.top_up(pips, *now_ms).unwrap(),
        Act::Price { country, pips } => {
            account.catalog.offers.get_mut(&offer(country)).unwrap().price_pips = pips;
        }
        Act::Drift(percent) => account.drift_percent = percent,
    }
    account.settle(*now_ms);
}

/// The journal adds up, every rental is charged once, and refunded once exactly when it was cancelled or expired.
fn check(account: &Account) -> Result<(), TestCaseError> {
    let by_rental = changes_by_order(&account.wallet);
    prop_assert_eq!(by_rental.len(), account.rentals.all().count());
    for rental in account.rentals.all() {
        let view = rental.view();
        let (price, has_code) = (view.price_pips, !view.codes.is_empty());
        let (expected, code_expected) = match view.status {
            // One may have come late.
            Status::Cancelled | Status::Expired => (vec![-price, price], None),
            Status::Waiting => (vec![-price], Some(false)),
            Status::Received => (vec![-price], Some(true)),
        };
        prop_assert_eq!(&by_rental[&view.id], &expected);
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
        let mut now_ms = START_MS;
        for act in acts {
            perform(&mut account, &mut now_ms, act);
            check(&account)?;
        }
        now_ms += 20 * MINUTE_MS;
        account.settle(now_ms);
        prop_assert_eq!(account.rentals.open().count(), 0);
        check(&account)?;
    }
}
