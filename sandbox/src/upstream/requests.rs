//! The book of what an emulator was asked: how often each route, and when each order, so that a test can prove what a
//! client did not do. It keeps no bodies, codes or phone numbers.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use serde::Serialize;

/// The newest requests kept with their times; counts go on for ever.
const KEPT: usize = 200_000;

/// One request, in order of arrival.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Unix milliseconds by the emulator's clock.
    pub at_ms: i64,
    pub route: &'static str,
    /// The order that the path or the body names.
    pub order: Option<u64>,
    /// The status answered; none when the answer was withheld.
    pub status: Option<u16>,
}

/// How often a route was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    pub total: u64,
    /// Answered with 429.
    pub rate_limited: u64,
}

/// The book. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct RequestBook(Arc<Mutex<Pages>>);

#[derive(Debug, Default)]
struct Pages {
    counts: BTreeMap<&'static str, Count>,
    newest: VecDeque<Seen>,
}

impl RequestBook {
    /// Writes one request down and gives it its number, from 1.
    pub fn record(&self, seen: Seen) -> u64 {
        self.with(|pages| {
            let count = pages.counts.entry(seen.route).or_default();
            count.total += 1;
            count.rate_limited += u64::from(seen.status == Some(429));
            if pages.newest.len() == KEPT {
                pages.newest.pop_front();
            }
            pages.newest.push_back(seen);
            pages.counts.values().map(|count| count.total).sum()
        })
    }

    /// Counts by route name, for the routes asked at least once.
    pub fn counts(&self) -> BTreeMap<&'static str, Count> {
        self.with(|pages| pages.counts.clone())
    }

    /// The newest requests, oldest first.
    pub fn newest(&self) -> Vec<Seen> {
        self.with(|pages| pages.newest.iter().cloned().collect())
    }

    /// The shortest time in milliseconds between two requests to `route` for the same order, if any was asked twice.
    pub fn shortest_gap_ms(&self, route: &str) -> Option<i64> {
        let mut last_asked = BTreeMap::new();
        self.newest()
            .into_iter()
            .filter(|seen| seen.route == route)
            .filter_map(|seen| {
                let before = last_asked.insert(seen.order?, seen.at_ms)?;
                Some(seen.at_ms - before)
            })
            .min()
    }

    fn with<T>(&self, act: impl FnOnce(&mut Pages) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_gap_is_per_order_and_route() {
        let book = RequestBook::default();
        for (at_ms, route, order) in [
            (0, "order", 1),
            (400, "order", 2),
            (500, "cancel", 1),
            (1500, "order", 1),
            (5000, "order", 2),
        ] {
            book.record(Seen { at_ms, route, order: Some(order), status: Some(200) });
        }
        assert_eq!(book.shortest_gap_ms("order"), Some(1500));
        assert_eq!(book.shortest_gap_ms("cancel"), None);
        assert_eq!(book.counts()["order"], Count { total: 4, rate_limited: 0 });
    }
}
