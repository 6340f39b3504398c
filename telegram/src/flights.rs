//! The updates that were fetched and are not handled yet. Remembers which of them are durable, and which came lately.

use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use bot_core::shop::KeptUpdate;
use serde_json::value::RawValue;
use tokio::sync::watch;

/// Ids that are remembered after they were handled: Telegram, or a restart, may hand one out again.
const REMEMBERED: usize = 2_000;

#[derive(Debug, Default)]
pub(crate) struct Flights {
    state: Mutex<State>,
    /// Told whenever one is finished.
    finished: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct State {
    open: BTreeMap<i64, Flight>,
    seen: HashSet<i64>,
    seen_in_order: VecDeque<i64>,
}

#[derive(Debug)]
enum Flight {
    /// Only here: lost with the process, unless Telegram hands it out again.
    Loose(Box<RawValue>),
    /// In the shop's store.
    Kept,
}

impl Flights {
    /// Begins with an update. False when it came before.
    pub fn begin(&self, id: i64, payload: Box<RawValue>) -> bool {
        self.begin_as(id, Flight::Loose(payload))
    }

    /// Begins with an update that the store holds.
    pub fn begin_kept(&self, id: i64) -> bool {
        self.begin_as(id, Flight::Kept)
    }

    fn begin_as(&self, id: i64, flight: Flight) -> bool {
        let mut state = self.lock();
        if !state.seen.insert(id) {
            return false;
        }
        state.seen_in_order.push_back(id);
        if state.seen_in_order.len() > REMEMBERED
            && let Some(oldest) = state.seen_in_order.pop_front()
        {
            state.seen.remove(&oldest);
        }
        state.open.insert(id, flight);
        true
    }

    /// Ends one, unless the store holds it: then true, and it is open until the store has [`Flights::forgotten`] it. A
    /// stop waits for what is open, and what it did not wait for would be handled again by the next run.
    pub fn finish(&self, id: i64) -> bool {
        let mut state = self.lock();
        let is_kept = matches!(state.open.get(&id), Some(Flight::Kept));
        if !is_kept {
            state.open.remove(&id);
            drop(state);
            self.finished.send_replace(());
        }
        is_kept
    }

    /// Ends one that the store held.
    pub fn forgotten(&self, id: i64) {
        self.lock().open.remove(&id);
        self.finished.send_replace(());
    }

    /// What would be lost with the process.
    pub fn loose(&self) -> Vec<KeptUpdate> {
        let state = self.lock();
        let loose = state.open.iter().filter_map(|(id, flight)| match flight {
            Flight::Loose(payload) => {
                Some(KeptUpdate { id: *id, payload: payload.get().to_owned() })
            }
            Flight::Kept => None,
        });
        loose.collect()
    }

    /// The store holds these now. Returns those that were finished meanwhile, which it has to forget.
    pub fn mark_kept(&self, ids: impl Iterator<Item = i64>) -> Vec<i64> {
        let mut state = self.lock();
        ids.filter(|id| match state.open.get_mut(id) {
            Some(flight) => {
                *flight = Flight::Kept;
                false
            }
            None => true,
        })
        .collect()
    }

    /// Waits until at most `most` updates are open.
    pub async fn until_at_most(&self, most: usize) {
        self.until(|state| state.open.len() <= most).await;
    }

    /// Waits until no open update would be lost with the process.
    pub async fn until_none_loose(&self) {
        self.until(|state| state.open.values().all(|flight| matches!(flight, Flight::Kept))).await;
    }

    async fn until(&self, condition: impl Fn(&State) -> bool) {
        let mut finished = self.finished.subscribe();
        while !condition(&self.lock()) {
            // The sender is borrowed here, so it cannot be gone.
            let _ = finished.changed().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload() -> Box<RawValue> {
        serde_json::from_str("{\"update_id\":1}").unwrap()
    }

    #[test]
    fn an_update_is_begun_once() {
        let flights = Flights::default();
        assert!(flights.begin(1, payload()));
        assert!(!flights.begin(1, payload()), "in flight");
        flights.finish(1);
        assert!(!flights.begin(1, payload()), "handled lately");
        for id in (2..).take(REMEMBERED) {
            flights.begin(id, payload());
            flights.finish(id);
        }
        assert!(flights.begin(1, payload()), "long ago");
    }

    #[test]
    fn what_is_kept_has_to_be_forgotten_once() {
        let flights = Flights::default();
        for id in 1..=3 {
            flights.begin(id, payload());
        }
        flights.begin_kept(4);
        assert!(flights.finish(4));
        flights.forgotten(4);
        let loose = flights.loose();
        assert_eq!(loose.iter().map(|kept| kept.id).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(loose[0].payload, "{\"update_id\":1}");
        assert!(!flights.finish(2), "not in the store yet");
        assert_eq!(flights.mark_kept([1, 2].into_iter()), [2]);
        assert!(flights.finish(1));
        assert!(!flights.finish(3), "never kept");
        assert!(flights.finish(1), "open until it is forgotten");
        flights.forgotten(1);
        assert!(!flights.finish(1));
        assert!(flights.loose().is_empty());
    }

    #[tokio::test]
    async fn waiting_ends_when_enough_is_finished_or_kept() {
        let flights = Flights::default();
        flights.begin(1, payload());
        flights.begin(2, payload());
        let mut few = Box::pin(flights.until_at_most(1));
        assert!(futures::poll!(&mut few).is_pending());
        flights.finish(1);
        few.await;
        let mut safe = Box::pin(flights.until_none_loose());
        assert!(futures::poll!(&mut safe).is_pending());
        flights.mark_kept([2].into_iter());
        drop(safe);
        flights.until_none_loose().await;
    }
}
