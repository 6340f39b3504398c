//! The only source of randomness, so that a test can seed it.

use std::sync::{Mutex, PoisonError};

use rand::{RngCore, SeedableRng, rngs::StdRng};

use crate::ids::IdempotencyKey;

/// Randomness for keys.
pub struct Random(Mutex<StdRng>);

impl Random {
    /// From the operating system.
    pub fn real() -> Self {
        Self(Mutex::new(StdRng::from_os_rng()))
    }

    /// The same numbers in every run.
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// A key that no other purchase has ever had: 128 random bits.
    pub fn idempotency_key(&self) -> IdempotencyKey {
        let mut random = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        IdempotencyKey(format!("numdesk-{:016x}{:016x}", random.next_u64(), random.next_u64()))
    }
}
