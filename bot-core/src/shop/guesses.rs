//! Slows down who guesses: wrong tries of each customer, in memory. A restart forgives them; what is guessed at has so many
//! possibilities that this does not matter.

use std::time::Duration;

use dashmap::DashMap;

use crate::{clock::Timestamp, ids::CustomerId};

/// Wrong tries that are free within [`WINDOW`].
const FREE: u32 = 5;
const WINDOW: Duration = Duration::from_mins(10);

/// Customers that are remembered; the old ones are forgotten first.
const REMEMBERED: usize = 10_000;

#[derive(Default)]
pub(crate) struct Guesses(DashMap<CustomerId, Tries>);

#[derive(Clone, Copy)]
struct Tries {
    since: Timestamp,
    count: u32,
}

impl Guesses {
    /// Takes one try before it is made, so that a hundred at once are a hundred.
    ///
    /// # Errors
    /// How long to wait.
    pub fn take(&self, customer: CustomerId, now: Timestamp) -> Result<(), Duration> {
        if self.0.len() >= REMEMBERED {
            self.0.retain(|_, tries| now.since(tries.since) < WINDOW);
        }
        let mut tries = self.0.entry(customer).or_insert(Tries { since: now, count: 0 });
        if now.since(tries.since) >= WINDOW {
            *tries = Tries { since: now, count: 0 };
        }
        if tries.count >= FREE {
            return Err(WINDOW.saturating_sub(now.since(tries.since)));
        }
        tries.count += 1;
        Ok(())
    }

    /// The try was right.
    pub fn give_back(&self, customer: CustomerId) {
        if let Some(mut tries) = self.0.get_mut(&customer) {
            tries.count = tries.count.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_tries_run_out_and_come_back() {
        let (guesses, start) = (Guesses::default(), Timestamp(0));
        for _ in 0..FREE {
            assert_eq!(guesses.take(CustomerId(1), start), Ok(()));
        }
        assert_eq!(guesses.take(CustomerId(1), start), Err(WINDOW));
        assert_eq!(guesses.take(CustomerId(2), start), Ok(()), "others are not held up");
        guesses.give_back(CustomerId(1));
        assert_eq!(guesses.take(CustomerId(1), start), Ok(()));
        assert_eq!(guesses.take(CustomerId(1), start + WINDOW), Ok(()));
    }
}
