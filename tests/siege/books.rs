//! What the books say during and after a siege, held against what people saw and what the provider did.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use bot_core::{
    clock::Clock,
    ids::{Identity, TopUpId},
    ledger,
    money::Money,
    store::Store,
};
use sandbox::upstream::{smscode::OrderView, wallet::Movement};
use sqlx::{Connection, SqliteConnection};

use super::{ANN, BUYERS, PATIENCE, Siege};
use crate::support::{program::Program, rows};

/// For each buyer.
const FUNDS: &str = "1000";

/// Above every number that the owner's own top-ups get.
const FIRST: i64 = 1_000_000_000;

async fn texts(books: &mut SqliteConnection, query: &'static str) -> Vec<String> {
    sqlx::query_scalar(query).fetch_all(books).await.unwrap()
}

async fn number(books: &mut SqliteConnection, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(books).await.unwrap()
}

/// As an owner does before the shop is under siege.
pub async fn give_money(siege: &Siege) {
    let store = Store::open(&siege.world.database()).await.unwrap();
    let amount = Money::parse_amount(FUNDS).unwrap();
    let telegram = (1..=BUYERS).map(|id| (telegram::PLATFORM, id.to_string()));
    for (platform, user) in telegram.chain([(discord::PLATFORM, ANN.to_string())]) {
        let top_up = TopUpId(FIRST + user.parse::<i64>().unwrap());
        let identity = Identity { platform: platform.into(), user };
        let customer = store.customer_by_identity(&identity).await.unwrap().unwrap().id;
        let at = Clock::real().now();
        let given = store.write(move |tx| {
            Box::pin(async move { ledger::top_up(tx, top_up, customer, amount, "siege", at).await })
        });
        given.await.unwrap();
    }
    store.close().await;
}

/// The program was just killed: what anybody was shown is in the books, and what the provider sold is known or looked
/// for. What the kill caught on its way.
pub async fn after_a_kill(siege: &Siege, round: usize) -> Vec<String> {
    let mut books = rows::connect(&siege.world.database()).await;
    let books = &mut books;
    let at = format!("seed {}, kill {round}", siege.seed);
    let codes = texts(books, "SELECT code FROM sms WHERE code IS NOT NULL").await;
    let unique: HashSet<&String> = codes.iter().collect();
    assert_eq!(unique.len(), codes.len(), "{at}: an SMS is in the books twice");
    let phones = texts(books, "SELECT phone FROM orders WHERE phone IS NOT NULL").await;
    let phones: HashSet<&String> = phones.iter().collect();
    let done = number(books, "SELECT COUNT(*) FROM top_up WHERE state = 'done'").await;
    {
        let shown = siege.shown.borrow();
        let lost: Vec<_> = shown.codes.iter().filter(|code| !unique.contains(code)).collect();
        assert!(lost.is_empty(), "{at}: shown, and not in the books: {lost:?}");
        let lost: Vec<_> = shown.phones.iter().filter(|phone| !phones.contains(phone)).collect();
        assert!(lost.is_empty(), "{at}: shown, and not in the books: {lost:?}");
        assert!(done >= i64::try_from(shown.top_ups).unwrap(), "{at}: a top-up is lost");
    }
    let known =
        texts(books, "SELECT upstream_order FROM orders WHERE upstream_order IS NOT NULL").await;
    let known: HashSet<String> = known.into_iter().collect();
    let sold = siege.world.provider.control().orders();
    let unknown = sold.iter().filter(|order| !known.contains(&order.id.to_string())).count();
    let asked = "SELECT COUNT(*) FROM orders WHERE state IN ('placing', 'in_doubt')";
    let asked = number(books, asked).await;
    assert!(
        i64::try_from(unknown).unwrap() <= asked,
        "{at}: {unknown} unknown numbers, {asked} asked for"
    );
    caught(books).await
}

/// The kinds of things that were under way.
async fn caught(books: &mut SqliteConnection) -> Vec<String> {
    let under_way = "SELECT DISTINCT 'order ' || state FROM orders
                     WHERE state IN ('placing', 'in_doubt', 'waiting', 'cancelling', 'code_received')
                     UNION SELECT DISTINCT 'job ' || kind FROM job
                     UNION SELECT DISTINCT 'message waiting' FROM outbox WHERE state = 'waiting'
                     UNION SELECT DISTINCT 'update kept' FROM kept_update
                     UNION SELECT DISTINCT 'push unread' FROM inbox WHERE state <> 'done'";
    texts(books, under_way).await
}

/// What may not be left once everything has come to its end.
const LEFT: [(&str, &str); 5] = [
    (
        "open orders",
        "SELECT COUNT(*) FROM orders
         WHERE state IN ('placing', 'in_doubt', 'waiting', 'cancelling', 'code_received')",
    ),
    ("messages that are not sent", "SELECT COUNT(*) FROM outbox WHERE state = 'waiting'"),
    ("updates that are not handled", "SELECT COUNT(*) FROM kept_update"),
    ("pushes that are not read", "SELECT COUNT(*) FROM inbox WHERE state <> 'done'"),
    ("calls that are not made", "SELECT COUNT(*) FROM job"),
];

/// Waits until nothing is left to do.
pub async fn come_to_an_end(siege: &Siege, program: &Program) {
    let mut books = rows::connect(&siege.world.database()).await;
    for (what, query) in LEFT {
        let none = async {
            while number(&mut books, query).await > 0 {
                tokio::time::sleep(super::LOOK).await;
            }
        };
        let ended = tokio::time::timeout(PATIENCE, none).await.is_ok();
        assert!(ended, "seed {}: {what} stay\n{}", siege.seed, program.log());
    }
    books.close().await.unwrap();
}

/// What the provider's journal says of one order: what was charged, and whether it was paid back whole.
fn accounts(siege: &Siege) -> BTreeMap<String, bool> {
    let mut accounts: BTreeMap<u64, Vec<i64>> = BTreeMap::new();
    let provider = siege.world.provider.control();
    for entry in provider.journal() {
        match entry.movement {
            Movement::Charge { order } | Movement::Refund { order } => {
                accounts.entry(order).or_default().push(entry.change);
            }
            Movement::Opening | Movement::TopUp => {}
        }
    }
    let cost: BTreeMap<u64, i64> =
        provider.orders().iter().map(|order: &OrderView| (order.id, order.amount_idr)).collect();
    assert_eq!(cost.keys().collect::<BTreeSet<_>>(), accounts.keys().collect());
    let account = |(order, moved): (u64, Vec<i64>)| {
        let price = cost[&order];
        assert!(moved == [-price] || moved == [-price, price], "order {order}: {moved:?}");
        (order.to_string(), moved.len() == 2)
    };
    accounts.into_iter().map(account).collect()
}

/// Each number that the provider sold is one order, charged and paid back here as there; who paid has a code; the money
/// that people had and have adds up. How many were sold and paid back.
pub async fn agree_with_the_provider(siege: &Siege) -> (usize, usize) {
    let mut books = rows::connect(&siege.world.database()).await;
    let books = &mut books;
    let theirs = accounts(siege);
    let own =
        "SELECT upstream_order, state <> 'finished' FROM orders WHERE upstream_order IS NOT NULL";
    let own: Vec<(String, bool)> = sqlx::query_as(own).fetch_all(&mut *books).await.unwrap();
    let orders = own.len();
    let own: BTreeMap<String, bool> = own.into_iter().collect();
    assert_eq!(own.len(), orders, "a number belongs to two orders");
    assert_eq!(own, theirs, "seed {}: number, and whether it was paid back", siege.seed);
    let wrong = [
        ("orders paid without an SMS, or not paid with one", PAID_WITHOUT_SMS),
        ("holds that are not closed once", HOLDS),
        ("messages that reached nobody", "SELECT COUNT(*) FROM outbox WHERE state = 'dead'"),
    ];
    for (what, query) in wrong.into_iter().chain(LEFT) {
        assert_eq!(number(books, query).await, 0, "seed {}: {what}", siege.seed);
    }
    the_money_adds_up(siege, books).await;
    (orders, theirs.values().filter(|refunded| **refunded).count())
}

const PAID_WITHOUT_SMS: &str = "SELECT COUNT(*) FROM orders
    WHERE (state = 'finished') <> EXISTS (SELECT 1 FROM sms WHERE order_id = orders.id)";

/// Each order has moved money twice: into escrow, and out of it to one of the two sides.
const HOLDS: &str = "SELECT COUNT(*) FROM orders
    WHERE (SELECT COUNT(*) FROM transfer WHERE order_id = orders.id AND to_account = 'escrow' AND amount = price) <> 1
       OR (SELECT COUNT(*) FROM transfer WHERE order_id = orders.id AND from_account = 'escrow' AND amount = price
           AND (to_account = 'sales') = (state = 'finished')) <> 1";

/// What was given, less what was paid for codes, is what people have.
async fn the_money_adds_up(siege: &Siege, books: &mut SqliteConnection) {
    let funds = Money::parse_amount(FUNDS).unwrap().raw() * (BUYERS + 1);
    let dollars = i64::try_from(siege.shown.borrow().top_ups).unwrap();
    let given = funds + dollars * Money::parse_amount("1").unwrap().raw();
    let paid = "SELECT COALESCE(SUM(price), 0) FROM orders WHERE state = 'finished'";
    let paid = number(books, paid).await;
    let have = "SELECT COALESCE(SUM(balance), 0) FROM account WHERE name LIKE 'wallet:%'";
    let have = number(books, have).await;
    assert_eq!(given - paid, have, "seed {}: given {given}, paid {paid}", siege.seed);
}
