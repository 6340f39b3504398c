use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::upstream::{
    smscode::{Status, account::Account, catalog::Catalog},
    testing::changes_by_order,
    wallet::Wallet,
};

const OPENING: i64 = 200_000;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::new(42, CatalogSize::Standard));

/// What may happen to an account; orders and products are picked by a number that is taken modulo how many there are.
#[derive(Clone, Copy, Debug)]
enum Act {
    Create { product: usize, quantity: u32 },
    Cancel(u64),
    Withdraw(u64),
    Finish(u64),
    Resend(u64),
    Deliver(u64),
    Wait(i64),
    TopUp(i64),
    Price { product: usize, idr: i64 },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let order = 1001..1012_u64;
    let act = prop_oneof![
        3 => (0..4_usize, 1..6_u32).prop_map(|(product, quantity)| Act::Create { product, quantity }),
        2 => order.clone().prop_map(Act::Cancel),
        1 => order.clone().prop_map(Act::Withdraw),
        1 => order.clone().prop_map(Act::Finish),
        1 => order.clone().prop_map(Act::Resend),
        1 => order.prop_map(Act::Deliver),
        3 => (1..8 * MINUTE_MS).prop_map(Act::Wait),
        1 => (1..100_000_i64).prop_map(Act::TopUp),
        1 => (0..4_usize, 1..50_000_i64).prop_map(|(product, idr)| Act::Price { product, idr }),
    ];
    prop::collection::vec(act, 1..80)
}

/// Does one act; a refusal is an outcome like any other.
fn perform(account: &mut Account, products: &[u64], now_ms: &mut i64, act: Act) {
    let _ = match act {
        Act::Create { product, quantity } => {
            account.create(products[product], quantity, *now_ms).map(|_| ())
        }
        Act::Cancel(id) => account.cancel(id, *now_ms).map(|_| ()),
        Act::Withdraw(id) => account.withdraw(id, *now_ms),
        Act::Finish(id) => account.finish(id, *now_ms),
        Act::Resend(id) => account.resend(id, *now_ms).map(|_| ()),
        Act::Deliver(id) => account.deliver(id, "123456".to_owned(), None, *now_ms),
        Act::Wait(ms) => {
            *now_ms += ms;
            Ok(())
        }
        Act::TopUp(idr) => {
            account.wallet.top_up(idr, *now_ms).unwrap();
            Ok(())
        }
        Act::Price { product, idr } => {
            account.catalog.products.get_mut(&products[product]).unwrap().price_idr = idr;
            Ok(())
        }
    };
    account.settle(*now_ms);
}

/// The journal adds up, every order is charged once, and refunded once exactly when it ended without a code.
fn check(account: &Account) -> Result<(), TestCaseError> {
    let by_order = changes_by_order(&account.wallet);
    prop_assert_eq!(by_order.len(), account.orders.all().count());
    for order in account.orders.all() {
        let view = order.view();
        let expected = match view.status {
            Status::Canceled | Status::Expired => {
                vec![-view.amount_idr, view.amount_idr]
            }
            Status::Active | Status::OtpReceived | Status::Completed => vec![-view.amount_idr],
        };
        prop_assert_eq!(&by_order[&view.id], &expected);
    }
    Ok(())
}

proptest! {
    #[test]
    fn whatever_happens_the_journal_adds_up(acts in acts(), seed in any::<u64>()) {
        let codes = CodePlan::Seeded { median_ms: 200_000, spread: 1.0, never_percent: 30 };
        let wallet = Wallet::open(OPENING, START_MS);
        let mut account = Account::new(CATALOG.clone(), wallet, seed, codes);
        let products: Vec<u64> = ["Brazil", "India", "France", "Japan"]
            .map(|country| account.catalog.find("Bolt", country).or(account.catalog.find("X", country)).unwrap().id)
            .to_vec();
        let mut now_ms = START_MS;
        for act in acts {
            perform(&mut account, &products, &mut now_ms, act);
            check(&account)?;
        }
        now_ms += 20 * MINUTE_MS;
        account.settle(now_ms);
        prop_assert_eq!(account.orders.open().count(), 0);
        check(&account)?;
    }
}
