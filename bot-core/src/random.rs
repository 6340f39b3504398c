//! The only source of randomness, so that a test can seed it.

use std::sync::{Mutex, PoisonError};

use rand::{RngCore, SeedableRng, rngs::StdRng};

use crate::ids::IdempotencyKey;

/// Randomness for keys, for codes, and for waits that must not coincide.
pub struct Random(Mutex<StdRng>);

impl std::fmt::Debug for Random {
    /// Nothing of what comes next.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Random")
    }
}

impl Random {
    /// From the operating system.
    pub fn real() -> Self {
        Self(Mutex::new(StdRng::from_os_rng()))
    }

    /// The same numbers in every run.
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// A number below `bound`, which must not be zero.
    pub fn below(&self, bound: u64) -> u64 {
        let mut random = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        random.next_u64() % bound.max(1)
    }

    /// 128 random bits.
    pub fn bits(&self) -> u128 {
        let mut random = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (u128::from(random.next_u64()) << 64) | u128::from(random.next_u64())
    }

    /// A key that no other purchase has ever had: 128 random bits.
    pub fn idempotency_key(&self) -> IdempotencyKey {
        IdempotencyKey(format!("numdesk-{:032x}", self.bits()))
    }
}
