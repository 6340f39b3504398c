use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::upstream::{
    smsverificationservice::{
        account::{Account, Terms},
        catalog::Catalog,
    },
    wallet::Wallet,
};

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::new(42));

/// What may happen to an account.
#[derive(Clone, Copy, Debug)]
enum Act {
    Buy(usize),
    Cancel(u64),
    Withdraw(u64),
    Renew(u64),
    Deliver(u64, bool),
    Wait(i64),
    TopUp(i64),
    Price(usize, i64),
    Drift(i64),
}

fn keys() -> [OfferKey; 8] {
    let service = || "WhatsApp".to_owned();
    [
        OfferKey::Temporary { service_id: WHATSAPP },
        OfferKey::BestTemp { service_id: WHATSAPP },
        OfferKey::Rent1Day { service_id: 4_422 },
        OfferKey::Rent30Days { service_id: 7_822 },
        OfferKey::Global { service_id: WHATSAPP, country_id: 16 },
        OfferKey::Rental3Days { service: service() },
        OfferKey::Rental30Days { service: service() },
        OfferKey::Esim { plan: "USA 5GB / 30 days".to_owned() },
    ]
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let order = 1001..1012_u64;
    let act = prop_oneof![
        4 => (0..8_usize).prop_map(Act::Buy),
        2 => order.clone().prop_map(Act::Cancel),
        1 => order.clone().prop_map(Act::Withdraw),
        2 => order.clone().prop_map(Act::Renew),
        2 => (order, any::<bool>()).prop_map(|(id, late)| Act::Deliver(id, late)),
        3 => (1..8 * MINUTE_MS).prop_map(Act::Wait),
        1 => (MINUTE_MS..2 * DAY_MS).prop_map(Act::Wait),
        1 => (1..10_000_i64).prop_map(Act::TopUp),
        1 => (0..8_usize, 1..5_000_i64).prop_map(|(key, cents)| Act::Price(key, cents)),
        1 => (-50..50_i64).prop_map(Act::Drift),
    ];
    prop::collection::vec(act, 1..80)
}

/// Does one act; a refusal is an outcome like any other.
fn perform(account: &mut Account, now_ms: &mut i64, act: Act) {
    let _ = match act {
        Act::Buy(key) => account.buy(&keys()[key], None, *now_ms).map(|_| ()),
        Act::Cancel(id) => account.cancel(id, *now_ms),
        Act::Withdraw(id) => account.withdraw(id, *now_ms),
        Act::Renew(id) => account.renew(id, *now_ms),
        Act::Deliver(id, late) => account.deliver(id, "123456".to_owned(), None, *now_ms, late),
        Act::Wait(ms) => {
            *now_ms += ms;
            Ok(())
        }
        Act::TopUp(cents) => {
            account.wallet.top_up(cents, *now_ms).unwrap();
            Ok(())
        }
        Act::Price(key, cents) => {
            account.catalog.offer_mut(&keys()[key]).unwrap().price_cents = cents;
            Ok(())
        }
        Act::Drift(cents) => {
            account.terms.drift_cents = cents;
            Ok(())
        }
    };
    account.settle(*now_ms);
}

/// The journal adds up; every order is charged for its purchase and its renewals, and all of that comes back in one piece
/// exactly when it was cancelled.
fn check(account: &Account) -> Result<(), TestCaseError> {
    let by_order = changes_by_order(&account.wallet);
    prop_assert_eq!(by_order.len(), account.orders.all().count());
    for order in account.orders.all() {
        let view = order.view();
        let mut changes = by_order[&view.id].clone();
        prop_assert_eq!(changes[0], -view.price_cents);
        match view.status {
            Status::Cancelled => prop_assert_eq!(changes.pop(), Some(view.paid_cents)),
            Status::Pending => prop_assert!(view.codes.is_empty() && changes.len() == 1),
            Status::Completed => prop_assert!(!view.codes.is_empty() && changes.len() == 1),
            Status::Active | Status::Expired => {}
        }
        prop_assert!(changes.iter().all(|change| *change < 0));
        prop_assert_eq!(changes.iter().sum::<i64>(), -view.paid_cents);
    }
    Ok(())
}

proptest! {
    #[test]
    fn whatever_happens_the_journal_adds_up(acts in acts(), seed in any::<u64>()) {
        let terms = Terms {
            codes: CodePlan::Seeded { median_ms: 200_000, spread: 1.0, never_percent: 30 },
            lifetime_ms: 15 * MINUTE_MS,
            rental_refund_ms: 20 * MINUTE_MS,
            drift_cents: 0,
            text_only_percent: 20,
        };
        let wallet = Wallet::open(OPENING, START_MS);
        let mut account = Account::new(CATALOG.clone(), wallet, seed, terms);
        let mut now_ms = START_MS;
        for act in acts {
            perform(&mut account, &mut now_ms, act);
            check(&account)?;
        }
        now_ms += 10_000 * DAY_MS;
        account.settle(now_ms);
        prop_assert_eq!(account.orders.open().count(), 0);
        check(&account)?;
    }
}
