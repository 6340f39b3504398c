//! The provider's own account of the reseller: exact integers of the provider's currency and a journal of every
//! movement, which tests hold against the shop's books. It knows nothing of orders but their ids.

use serde::Serialize;

/// Why the balance moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Movement {
    Opening,
    TopUp,
    Charge { order: u64 },
    Refund { order: u64 },
}

/// One movement, never changed once written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Unix milliseconds by the emulator's clock.
    pub at_ms: i64,
    pub movement: Movement,
    /// What the balance changed by: negative for a charge.
    pub change: i64,
    pub balance: i64,
}

/// The movement would take the balance below zero or out of range.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the balance does not allow it")]
pub struct Refused;

/// A balance that only moves through its journal.
#[derive(Clone, Debug)]
pub struct Wallet {
    balance: i64,
    journal: Vec<Entry>,
}

impl Wallet {
    /// A wallet that opens with `balance`.
    pub fn open(balance: i64, at_ms: i64) -> Self {
        let opening = Entry { at_ms, movement: Movement::Opening, change: balance, balance };
        Self { balance, journal: vec![opening] }
    }

    /// What can be spent.
    pub fn balance(&self) -> i64 {
        self.balance
    }

    /// Every movement, oldest first.
    pub fn journal(&self) -> &[Entry] {
        &self.journal
    }

    /// Takes `price` for an order.
    pub fn charge(&mut self, order: u64, price: i64, at_ms: i64) -> Result<(), Refused> {
        self.change(Movement::Charge { order }, -price, at_ms)
    }

    /// Gives `price` back for an order.
    pub fn refund(&mut self, order: u64, price: i64, at_ms: i64) -> Result<(), Refused> {
        self.change(Movement::Refund { order }, price, at_ms)
    }

    /// Puts `amount` in.
    pub fn top_up(&mut self, amount: i64, at_ms: i64) -> Result<(), Refused> {
        self.change(Movement::TopUp, amount, at_ms)
    }

    fn change(&mut self, movement: Movement, change: i64, at_ms: i64) -> Result<(), Refused> {
        let balance =
            self.balance.checked_add(change).filter(|&balance| balance >= 0).ok_or(Refused)?;
        self.balance = balance;
        self.journal.push(Entry { at_ms, movement, change, balance });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wallet_never_goes_below_zero_and_its_journal_says_why_it_moved() {
        let mut wallet = Wallet::open(100, 1);
        assert_eq!(wallet.charge(7, 101, 2), Err(Refused));
        wallet.charge(7, 60, 3).unwrap();
        wallet.refund(7, 60, 4).unwrap();
        wallet.top_up(5, 5).unwrap();
        assert_eq!(wallet.balance(), 105);
        let changes: Vec<_> =
            wallet.journal().iter().map(|entry| (entry.change, entry.balance)).collect();
        assert_eq!(changes, [(100, 100), (-60, 40), (60, 100), (5, 105)]);
        assert_eq!(wallet.top_up(i64::MAX, 6), Err(Refused));
    }
}
