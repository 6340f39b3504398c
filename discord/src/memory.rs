//! A map that forgets its oldest entries. Knows nothing of Discord.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
};

/// Holds at most `most` entries; the one that was added first goes first.
#[derive(Debug)]
pub(crate) struct Memory<K, V> {
    most: usize,
    entries: HashMap<K, V>,
    /// Each key once, oldest first.
    order: VecDeque<K>,
}

impl<K: Copy + Eq + Hash, V> Memory<K, V> {
    pub fn new(most: usize) -> Self {
        Self { most, entries: HashMap::new(), order: VecDeque::new() }
    }

    /// Adds or replaces. What was there before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let before = self.entries.insert(key, value);
        if before.is_none() {
            self.order.push_back(key);
            if self.order.len() > self.most
                && let Some(oldest) = self.order.pop_front()
            {
                self.entries.remove(&oldest);
            }
        }
        before
    }

    pub fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key)
    }

    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.entries.get_mut(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_first() {
        let mut memory = Memory::new(2);
        assert_eq!(memory.insert(1, 'a'), None);
        assert_eq!(memory.insert(2, 'b'), None);
        assert_eq!(memory.insert(1, 'c'), Some('a'), "replaced, not added");
        assert_eq!(memory.insert(3, 'd'), None);
        assert_eq!(
            (memory.get(&1), memory.get(&2), memory.get(&3)),
            (None, Some(&'b'), Some(&'d'))
        );
        *memory.get_mut(&2).unwrap() = 'e';
        assert_eq!(memory.get(&2), Some(&'e'));
    }
}
