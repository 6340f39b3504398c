use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::{
    ids::{LinkId, PoolGiftId, PoolReturnId, TopUpId},
    store::Store,
};

const AT: Timestamp = Timestamp(1);

async fn store() -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("shop.db").display());
    (Store::open(&url).await.unwrap(), folder)
}

async fn balance_of(store: &Store, account: &Account) -> i64 {
    sqlx::query_scalar("SELECT COALESCE((SELECT balance FROM account WHERE name = $1), 0)")
        .bind(account.to_string())
        .fetch_one(store.readers())
        .await
        .unwrap()
}

async fn sum_of_accounts(store: &Store) -> i64 {
    sqlx::query_scalar("SELECT COALESCE(SUM(balance), 0) FROM account")
        .fetch_one(store.readers())
        .await
        .unwrap()
}

#[derive(Clone, Debug)]
enum Move {
    TopUp {
        key: i64,
        customer: i64,
        amount: i64,
    },
    /// From one of the purses (see [`purse`]).
    Hold {
        order: i64,
        from: i64,
        amount: i64,
    },
    Give {
        key: i64,
        customer: i64,
        pool: i64,
        amount: i64,
    },
    GiveBack {
        key: i64,
        pool: i64,
        customer: i64,
        amount: i64,
    },
    Capture {
        order: i64,
    },
    Release {
        order: i64,
    },
    Link {
        key: i64,
        from: i64,
        to: i64,
        amount: i64,
    },
    Unlink {
        key: i64,
        from: i64,
        to: i64,
        amount: i64,
    },
}

fn two_wallets() -> impl Strategy<Value = (i64, i64, i64, i64)> {
    (0..4i64, 0..3i64, 1..3i64, 0..200i64)
        .prop_map(|(key, from, step, amount)| (key, from, (from + step) % 3, amount))
}

fn any_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        (0..9i64, 0..3i64, 1..200i64).prop_map(|(key, customer, amount)| Move::TopUp {
            key,
            customer,
            amount
        }),
        (0..9i64, 0..5i64, 1..200i64).prop_map(|(order, from, amount)| Move::Hold {
            order,
            from,
            amount
        }),
        (0..6i64, 0..3i64, 3..5i64, 1..200i64)
            .prop_map(|(key, customer, pool, amount)| Move::Give { key, customer, pool, amount }),
        (0..6i64, 3..5i64, 0..3i64, 1..200i64).prop_map(|(key, pool, customer, amount)| {
            Move::GiveBack { key, pool, customer, amount }
        }),
        (0..9i64).prop_map(|order| Move::Capture { order }),
        (0..9i64).prop_map(|order| Move::Release { order }),
        two_wallets().prop_map(|(key, from, to, amount)| Move::Link { key, from, to, amount }),
        two_wallets().prop_map(|(key, from, to, amount)| Move::Unlink { key, from, to, amount }),
    ]
}

/// Wallets come first, two pools after them.
fn purse(number: i64) -> Purse {
    if number < 3 { Purse::Wallet(CustomerId(number)) } else { Purse::Pool(PoolId(number)) }
}

/// What the ledger should do, in the plainest form.
#[derive(Default)]
struct Model {
    wallets: HashMap<i64, i64>,
    escrow: i64,
    sales: i64,
    top_ups: HashMap<i64, (i64, i64)>,
    holds: HashMap<i64, (i64, i64)>,
    closed: HashMap<i64, bool>,
    /// Links and their undoings: whose money went where.
    moved: HashMap<(bool, i64), (i64, i64, i64)>,
    gifts: HashMap<i64, (i64, i64, i64)>,
    /// By return and by customer.
    returns: HashMap<(i64, i64), (i64, i64)>,
}

impl Model {
    /// `true` when the move is done or was done before, to the letter.
    fn apply(&mut self, step: &Move) -> bool {
        match *step {
            Move::TopUp { key, customer, amount } => {
                if let Some(known) = self.top_ups.get(&key) {
                    *known == (customer, amount)
                } else {
                    self.top_ups.insert(key, (customer, amount));
                    *self.wallets.entry(customer).or_default() += amount;
                    true
                }
            }
            Move::Give { key, customer, pool, amount } => {
                if let Some(known) = self.gifts.get(&key) {
                    return *known == (customer, pool, amount);
                }
                let moves = self.shift(customer, pool, amount);
                if moves {
                    self.gifts.insert(key, (customer, pool, amount));
                }
                moves
            }
            Move::GiveBack { key, pool, customer, amount } => {
                if let Some(known) = self.returns.get(&(key, customer)) {
                    return *known == (pool, amount);
                }
                let moves = self.shift(pool, customer, amount);
                if moves {
                    self.returns.insert((key, customer), (pool, amount));
                }
                moves
            }
            Move::Hold { order, from, amount } => match self.holds.get(&order) {
                Some(known) => *known == (from, amount),
                None if self.wallets.get(&from).copied().unwrap_or(0) < amount => false,
                None => {
                    self.holds.insert(order, (from, amount));
                    *self.wallets.entry(from).or_default() -= amount;
                    self.escrow += amount;
                    true
                }
            },
            Move::Capture { order } => self.close(order, true),
            Move::Release { order } => self.close(order, false),
            Move::Link { key, from, to, amount } => self.move_over((true, key), (from, to, amount)),
            Move::Unlink { key, from, to, amount } => {
                self.move_over((false, key), (from, to, amount))
            }
        }
    }

    fn shift(&mut self, from: i64, to: i64, amount: i64) -> bool {
        if self.wallets.get(&from).copied().unwrap_or(0) < amount {
            return false;
        }
        *self.wallets.entry(from).or_default() -= amount;
        *self.wallets.entry(to).or_default() += amount;
        true
    }

    /// Nothing is moved and nothing known of when there is nothing.
    fn move_over(&mut self, key: (bool, i64), step: (i64, i64, i64)) -> bool {
        let (from, to, amount) = step;
        if amount == 0 {
            return true;
        }
        if let Some(known) = self.moved.get(&key) {
            return *known == step;
        }
        if self.wallets.get(&from).copied().unwrap_or(0) < amount {
            return false;
        }
        self.moved.insert(key, step);
        *self.wallets.entry(from).or_default() -= amount;
        *self.wallets.entry(to).or_default() += amount;
        true
    }

    fn close(&mut self, order: i64, capture: bool) -> bool {
        let (customer, amount) = self.holds[&order];
        if let Some(known) = self.closed.get(&order) {
            return *known == capture;
        }
        self.closed.insert(order, capture);
        self.escrow -= amount;
        if capture {
            self.sales += amount;
        } else {
            *self.wallets.entry(customer).or_default() += amount;
        }
        true
    }
}

fn pair(from: i64, to: i64) -> (CustomerId, CustomerId) {
    (CustomerId(from), CustomerId(to))
}

async fn carry_out(
    store: &Store,
    step: Move,
    held: Option<(i64, i64)>,
) -> Result<Posted, LedgerError> {
    store
        .write(move |tx| {
            Box::pin(async move {
                let (from, amount) = held.unwrap_or_default();
                let (from, price) = (purse(from), Money::from_raw(amount));
                match step {
                    Move::TopUp { key, customer, amount } => {
                        top_up(
                            tx,
                            TopUpId(key),
                            CustomerId(customer),
                            Money::from_raw(amount),
                            "test:1",
                            AT,
                        )
                        .await
                    }
                    Move::Hold { order, from, amount } => {
                        hold(tx, OrderId(order), purse(from), Money::from_raw(amount), AT).await
                    }
                    Move::Give { key, customer, pool, amount } => {
                        let (customer, pool) = (CustomerId(customer), PoolId(pool));
                        let amount = Money::from_raw(amount);
                        give(tx, PoolGiftId(key), customer, pool, amount, AT).await
                    }
                    Move::GiveBack { key, pool, customer, amount } => {
                        let part = (Giver::Member(CustomerId(customer)), Money::from_raw(amount));
                        give_back(tx, PoolReturnId(key), PoolId(pool), part, "test:1", AT).await
                    }
                    Move::Capture { order } => capture(tx, OrderId(order), price, AT).await,
                    Move::Release { order } => release(tx, OrderId(order), from, price, AT).await,
                    Move::Link { key, from, to, amount } => {
                        let (pair, amount) = (pair(from, to), Money::from_raw(amount));
                        link(tx, LinkId(key), pair, amount, "test:1", AT).await?;
                        Ok(Posted::Now)
                    }
                    Move::Unlink { key, from, to, amount } => {
                        let (pair, amount) = (pair(from, to), Money::from_raw(amount));
                        unlink(tx, LinkId(key), pair, amount, "test:1", AT).await?;
                        Ok(Posted::Now)
                    }
                }
            })
        })
        .await
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Any history of moves: the ledger and the model agree on each answer and on each balance; the sum stays zero.
    #[test]
    fn any_history_agrees_with_the_model(moves in prop::collection::vec(any_move(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (store, _folder) = store().await;
            let mut model = Model::default();
            for step in moves {
                let held = match step {
                    Move::Capture { order } | Move::Release { order } => match model.holds.get(&order) {
                        Some(held) => Some(*held),
                        None => continue,
                    },
                    Move::TopUp { .. }
                    | Move::Hold { .. }
                    | Move::Give { .. }
                    | Move::GiveBack { .. }
                    | Move::Link { .. }
                    | Move::Unlink { .. } => None,
                };
                let expected = model.apply(&step);
                let found = carry_out(&store, step.clone(), held).await;
                assert_eq!(found.is_ok(), expected, "{step:?} gave {found:?}");
                assert_eq!(sum_of_accounts(&store).await, 0);
            }
            for (number, balance) in &model.wallets {
                assert_eq!(balance_of(&store, &purse(*number).account()).await, *balance);
                assert!(*balance >= 0);
            }
            assert_eq!(balance_of(&store, &Account::Escrow).await, model.escrow);
            assert_eq!(balance_of(&store, &Account::Sales).await, model.sales);
        });
    }
}

#[tokio::test]
async fn transfers_cannot_be_changed_or_deleted() {
    let (store, _folder) = store().await;
    carry_out(&store, Move::TopUp { key: 1, customer: 1, amount: 5 }, None).await.unwrap();
    for statement in [
        "UPDATE transfer SET amount = 6",
        "DELETE FROM transfer",
        "UPDATE account SET balance = -1 WHERE name = 'wallet:1'",
    ] {
        let refused: Result<(), StoreError> = store
            .write(move |tx| {
                Box::pin(async move {
                    sqlx::query(statement).execute(tx.connection()).await?;
                    Ok(())
                })
            })
            .await;
        assert!(refused.is_err(), "{statement}");
    }
    assert_eq!(balance_of(&store, &Account::Wallet(CustomerId(1))).await, 5);
}

#[tokio::test]
async fn a_credit_line_is_the_floor_of_a_wallet_and_only_orders_borrow() {
    let (store, _folder) = store().await;
    let customer = CustomerId(1);
    let line = |amount| {
        store.write(move |tx| {
            Box::pin(async move { set_credit_line(tx, customer, Money::from_raw(amount)).await })
        })
    };
    let hold = |order| carry_out(&store, Move::Hold { order, from: 1, amount: 4 }, None);
    assert!(matches!(hold(1).await, Err(LedgerError::Poor)));
    assert_eq!(line(10).await.unwrap(), Money::ZERO);
    // Twenty at once, and the line suffices for two.
    let held = futures::future::join_all((1..=20).map(hold)).await;
    assert_eq!(held.iter().filter(|held| held.is_ok()).count(), 2);
    assert_eq!(balance(&store, customer).await.unwrap().free, Money::from_raw(-8));
    assert_eq!(balance(&store, customer).await.unwrap().spendable(), Ok(Money::from_raw(2)));
    assert!(matches!(line(7).await, Err(LedgerError::Poor)), "more is owed already");
    assert_eq!(line(8).await.unwrap(), Money::from_raw(10));
    let taken = store.write(move |tx| {
        Box::pin(
            async move { debit(tx, TopUpId(1), customer, Money::from_raw(1), "test:1", AT).await },
        )
    });
    assert!(matches!(taken.await, Err(LedgerError::Poor)), "a debit never makes debt");
    for statement in [
        "UPDATE account SET balance = -9 WHERE name = 'wallet:1'",
        "UPDATE account SET floor = -1 WHERE name = 'escrow'",
        "UPDATE account SET floor = 1 WHERE name = 'wallet:1'",
    ] {
        let refused: Result<(), StoreError> = store
            .write(move |tx| {
                Box::pin(async move {
                    sqlx::query(statement).execute(tx.connection()).await?;
                    Ok(())
                })
            })
            .await;
        assert!(refused.is_err(), "{statement}");
    }
    assert_eq!(sum_of_accounts(&store).await, 0);
}

#[tokio::test]
async fn an_audit_finds_what_does_not_add_up() {
    let (store, _folder) = store().await;
    carry_out(&store, Move::TopUp { key: 1, customer: 1, amount: 5 }, None).await.unwrap();
    let clean = audit(&store).await.unwrap();
    // The top-up's own row was never written by this test: that alone is a transfer without a cause, not a difference.
    assert!(clean.is_clean(), "{clean:?}");
    store
        .write(|tx| {
            Box::pin(async move {
                sqlx::query("UPDATE account SET balance = 6 WHERE name = 'wallet:1'")
                    .execute(tx.connection())
                    .await?;
                Ok::<_, StoreError>(())
            })
        })
        .await
        .unwrap();
    let found = audit(&store).await.unwrap();
    assert_eq!(found.differences.len(), 1);
    assert_eq!(found.differences[0].subject, "wallet:1");
}
