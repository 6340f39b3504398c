//! The book of an account's orders: every order by its id, which of them are open, and the numbers that those hold. It
//! knows nothing of what an order is.

use std::collections::{BTreeMap, BTreeSet};

const FIRST_ID: u64 = 1001;

/// The book, with orders of type `O`.
#[derive(Debug)]
pub struct Orders<O> {
    all: BTreeMap<u64, O>,
    /// The open ones with their numbers.
    open: BTreeMap<u64, String>,
    /// The numbers of open orders, and those that are never given out again.
    taken: BTreeSet<String>,
}

impl<O> Orders<O> {
    /// An empty book.
    pub fn new() -> Self {
        Self { all: BTreeMap::new(), open: BTreeMap::new(), taken: BTreeSet::new() }
    }

    /// The id of the order that comes next.
    pub fn next_id(&self) -> u64 {
        FIRST_ID + self.all.len() as u64
    }

    /// Writes an open order down under [`Orders::next_id`].
    pub fn add(&mut self, order: O, phone: String) {
        let id = self.next_id();
        self.taken.insert(phone.clone());
        self.open.insert(id, phone);
        self.all.insert(id, order);
    }

    pub fn get(&self, id: u64) -> Option<&O> {
        self.all.get(&id)
    }

    pub fn get_mut(&mut self, id: u64) -> Option<&mut O> {
        self.all.get_mut(&id)
    }

    /// The order, if it is open.
    pub fn open_mut(&mut self, id: u64) -> Option<&mut O> {
        if self.open.contains_key(&id) { self.all.get_mut(&id) } else { None }
    }

    /// Every order, the newest last.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &O> {
        self.all.values()
    }

    /// The open orders, the newest last.
    pub fn open(&self) -> impl Iterator<Item = &O> {
        self.open.keys().filter_map(|id| self.all.get(id))
    }

    /// The ids of the open orders, the newest last.
    pub fn open_ids(&self) -> Vec<u64> {
        self.open.keys().copied().collect()
    }

    /// The newest open order with this number.
    pub fn open_with(&self, phone: &str) -> Option<u64> {
        self.open.iter().rev().find(|(_, held)| *held == phone).map(|(id, _)| *id)
    }

    /// The numbers that cannot be given out.
    pub fn taken(&self) -> &BTreeSet<String> {
        &self.taken
    }

    /// Ends an open order, which frees its number, and hands it out for its last change.
    pub fn close(&mut self, id: u64) -> Option<&mut O> {
        let phone = self.open.remove(&id)?;
        self.taken.remove(&phone);
        self.all.get_mut(&id)
    }

    /// A number that is never given out again.
    pub fn ban(&mut self, phone: String) {
        self.taken.insert(phone);
    }
}

impl<O> Default for Orders<O> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_holds_its_number_until_it_is_closed_and_a_banned_one_is_never_free() {
        let mut orders = Orders::new();
        orders.add("first", "+1".to_owned());
        orders.add("second", "+2".to_owned());
        assert_eq!((orders.open_with("+1"), orders.open_ids()), (Some(1001), vec![1001, 1002]));
        assert_eq!(orders.close(1001), Some(&mut "first"));
        assert_eq!(orders.close(1001), None);
        assert_eq!(orders.open_mut(1001), None);
        assert_eq!(orders.open().collect::<Vec<_>>(), [&"second"]);
        assert_eq!(orders.all().collect::<Vec<_>>(), [&"first", &"second"]);
        assert!(!orders.taken().contains("+1"));
        orders.ban("+1".to_owned());
        assert_eq!((orders.taken().len(), orders.open_with("+1")), (2, None));
    }
}
