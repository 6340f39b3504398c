//! A token bucket that never lets more pass in any 60 seconds than the limit: what flows in a minute and what may burst
//! are together the limit. After a 429 it flows slower, and grows back slowly.

use std::time::Duration;

use crate::clock::Timestamp;

/// One token, in the units of which a rate of one a minute brings one each millisecond.
const TOKEN: u64 = 60_000;

/// The least burst, and what people always find of it.
const BURST: u32 = 5;
const RESERVED: u32 = 2;

/// What a 429 leaves of the rate, in thousandths, and the least that is ever left.
const SHRINK: u32 = 700;
const LEAST: u32 = 100;
const WHOLE: u32 = 1_000;

/// How much of the documented rate comes back in a minute without a 429, in thousandths.
const GROWTH_A_MINUTE: u32 = 20;
const MINUTE: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub(super) struct Bucket {
    /// Tokens that flow in a minute when nothing shrank it, and the most that it holds.
    per_minute: u32,
    burst: u32,
    /// Of `per_minute`, in thousandths.
    share: u32,
    grown_at: Timestamp,
    filled: u64,
    filled_at: Timestamp,
}

impl Bucket {
    pub fn full(limit: u32, now: Timestamp) -> Self {
        let limit = limit.max(2);
        let burst = BURST.max(limit / 60).min(limit / 2);
        Self {
            per_minute: limit - burst,
            burst,
            share: WHOLE,
            grown_at: now,
            filled: u64::from(burst) * TOKEN,
            filled_at: now,
        }
    }

    /// Takes a token, or says how long until there is one. Those kept for people are no one else's.
    pub fn take(&mut self, for_people: bool, now: Timestamp) -> Result<(), Duration> {
        self.fill(now);
        let kept = if for_people { 0 } else { u64::from(self.reserved()) * TOKEN };
        let needed = TOKEN + kept;
        if self.filled >= needed {
            self.filled -= TOKEN;
            return Ok(());
        }
        let rate = u64::from(self.sustained_per_minute());
        Err(Duration::from_millis((needed - self.filled).div_ceil(rate)))
    }

    pub fn give_back(&mut self) {
        self.filled = (self.filled + TOKEN).min(u64::from(self.burst) * TOKEN);
    }

    /// The provider allows less than was thought.
    pub fn shrink(&mut self, now: Timestamp) {
        self.fill(now);
        self.share = (self.share * SHRINK / WHOLE).max(LEAST);
        self.grown_at = now;
        self.filled = 0;
    }

    /// Never zero.
    pub fn sustained_per_minute(&self) -> u32 {
        let shrunk = u64::from(self.per_minute) * u64::from(self.share) / u64::from(WHOLE);
        u32::try_from(shrunk).unwrap_or(u32::MAX).max(1)
    }

    pub fn burst_of_polls(&self) -> u32 {
        self.burst - self.reserved()
    }

    fn reserved(&self) -> u32 {
        RESERVED.min(self.burst.saturating_sub(1))
    }

    /// A clock that was set back brings nothing and takes nothing.
    fn fill(&mut self, now: Timestamp) {
        let passed = u64::try_from(now.since(self.filled_at).as_millis()).unwrap_or(u64::MAX);
        let more = passed.saturating_mul(u64::from(self.sustained_per_minute()));
        self.filled = self.filled.saturating_add(more).min(u64::from(self.burst) * TOKEN);
        self.filled_at = now;
        self.grow(now);
    }

    fn grow(&mut self, now: Timestamp) {
        if self.share == WHOLE || now < self.grown_at {
            self.grown_at = now;
            return;
        }
        let minutes = now.since(self.grown_at).as_secs() / MINUTE.as_secs();
        if minutes > 0 {
            let minutes = u32::try_from(minutes).unwrap_or(u32::MAX);
            let grown = self.share.saturating_add(GROWTH_A_MINUTE.saturating_mul(minutes));
            self.share = grown.min(WHOLE);
            self.grown_at = now;
        }
    }
}
