//! What the tests of all emulators share: a clock, and a look at the books.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use super::wallet::{Movement, Wallet};
use crate::clock::Clock;

/// 2026-05-27T08:00:00Z.
pub const START_MS: i64 = 1_779_868_800_000;
pub const MINUTE_MS: i64 = 60_000;

/// A clock that stands still until moved.
#[derive(Clone)]
pub struct Hand(Arc<AtomicI64>);

impl Hand {
    pub fn new() -> Self {
        Self(Arc::new(AtomicI64::new(START_MS)))
    }

    pub fn advance(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }

    pub fn clock(&self) -> Clock {
        let now = Arc::clone(&self.0);
        Clock::from_fn(move || now.load(Ordering::SeqCst))
    }
}

/// What every order moved, oldest first. Fails unless the journal adds up to the balance at every step.
#[track_caller]
pub fn changes_by_order(wallet: &Wallet) -> BTreeMap<u64, Vec<i64>> {
    let mut running = 0;
    let mut by_order: BTreeMap<u64, Vec<i64>> = BTreeMap::new();
    for entry in wallet.journal() {
        running += entry.change;
        assert_eq!(entry.balance, running);
        assert!(running >= 0);
        match entry.movement {
            Movement::Charge { order } | Movement::Refund { order } => {
                by_order.entry(order).or_default().push(entry.change);
            }
            Movement::Opening | Movement::TopUp => assert!(entry.change > 0),
        }
    }
    assert_eq!(running, wallet.balance());
    by_order
}
