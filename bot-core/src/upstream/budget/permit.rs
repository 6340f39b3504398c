//! The right to send one request, which is used, given back or dropped. Knows nothing of how it came to be given.

use std::sync::Arc;

use super::{Budget, Outcome};

/// The right to send one request. What came of it is reported; a request that was given up midway says nothing.
#[derive(Debug)]
#[must_use]
pub struct Permit {
    pub(super) budget: Arc<Budget>,
    pub(super) lane: usize,
    pub(super) route: &'static str,
    pub(super) is_probe: bool,
    pub(super) is_reported: bool,
}

impl Permit {
    pub fn report(mut self, outcome: Outcome) {
        if !self.is_reported {
            self.is_reported = true;
            self.budget.report(&self, outcome);
        }
    }

    /// Nothing was sent.
    pub(super) fn give_back(mut self) {
        if !self.is_reported {
            self.is_reported = true;
            let mut state = self.budget.lock();
            state.lanes[self.lane].bucket.give_back();
            if self.is_probe {
                state.circuit.was_not_probed();
            }
            drop(state);
            self.budget.changed.notify_waiters();
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if !self.is_reported {
            self.budget.report(self, Outcome::Unclear);
        }
    }
}
