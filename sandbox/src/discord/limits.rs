//! Discord's rate limits ("Rate Limits"): a bucket per route and place, one for everything, and the ban of an address
//! that keeps sending what is refused. Knows no route.

use std::collections::{BTreeMap, VecDeque};

use super::refusal::RateLimited;

const GLOBAL_LIMIT: u32 = 50;
const GLOBAL_WINDOW_MS: i64 = 1_000;
const INVALID_WINDOW_MS: i64 = 10 * 60 * 1_000;

/// How often a bucket may be used within a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bucket {
    pub limit: u32,
    pub window_ms: i64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Window {
    started_ms: i64,
    used: u32,
}

/// What the headers of an answer say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BucketState {
    pub name: String,
    pub limit: u32,
    pub remaining: u32,
    pub resets_at_ms: i64,
    pub reset_after_ms: i64,
}

#[derive(Debug)]
pub(super) struct Limits {
    pub strict: bool,
    invalid_at_most: usize,
    windows: BTreeMap<String, Window>,
    global: Window,
    /// When what was refused came, oldest first.
    invalid: VecDeque<i64>,
}

impl Window {
    /// Counts one use; how much is left, or None when there was nothing left.
    fn take(&mut self, bucket: Bucket, now_ms: i64) -> Option<u32> {
        if now_ms - self.started_ms >= bucket.window_ms || self.used == 0 {
            *self = Self { started_ms: now_ms, used: 0 };
        }
        if self.used >= bucket.limit {
            return None;
        }
        self.used += 1;
        Some(bucket.limit - self.used)
    }

    fn wait_ms(self, bucket: Bucket, now_ms: i64) -> i64 {
        self.started_ms + bucket.window_ms - now_ms
    }
}

fn limited(wait_ms: i64, is_global: bool) -> RateLimited {
    RateLimited {
        retry_after_ms: u64::try_from(wait_ms).unwrap_or(0),
        is_global,
        scope: if is_global { "global" } else { "user" },
    }
}

impl Limits {
    pub fn new(strict: bool, invalid_at_most: usize) -> Self {
        Self {
            strict,
            invalid_at_most,
            windows: BTreeMap::new(),
            global: Window::default(),
            invalid: VecDeque::new(),
        }
    }

    /// Counts a request with the bot's token against the limit of everything.
    pub fn take_global(&mut self, now_ms: i64) -> Result<(), RateLimited> {
        let bucket = Bucket { limit: GLOBAL_LIMIT, window_ms: GLOBAL_WINDOW_MS };
        if !self.strict || self.global.take(bucket, now_ms).is_some() {
            return Ok(());
        }
        Err(limited(self.global.wait_ms(bucket, now_ms), true))
    }

    /// Counts a request against its bucket. A lenient emulator always has room.
    pub fn take(
        &mut self,
        name: String,
        bucket: Bucket,
        now_ms: i64,
    ) -> Result<BucketState, RateLimited> {
        let (remaining, wait_ms) = if self.strict {
            let window = self.windows.entry(name.clone()).or_default();
            let remaining = window.take(bucket, now_ms);
            (remaining, window.wait_ms(bucket, now_ms))
        } else {
            (Some(bucket.limit - 1), bucket.window_ms)
        };
        let remaining = remaining.ok_or_else(|| limited(wait_ms, false))?;
        Ok(BucketState {
            name,
            limit: bucket.limit,
            remaining,
            resets_at_ms: now_ms + wait_ms,
            reset_after_ms: wait_ms,
        })
    }

    /// Remembers an answer 401, 403 or 429.
    pub fn count_invalid(&mut self, now_ms: i64) {
        self.invalid.push_back(now_ms);
        self.forget_invalid(now_ms);
    }

    /// The invalid requests of the last ten minutes.
    pub fn invalid(&mut self, now_ms: i64) -> usize {
        self.forget_invalid(now_ms);
        self.invalid.len()
    }

    /// Whether the address is banned.
    pub fn is_banned(&mut self, now_ms: i64) -> bool {
        self.invalid(now_ms) >= self.invalid_at_most
    }

    fn forget_invalid(&mut self, now_ms: i64) {
        let is_old = |at: &i64| now_ms - at >= INVALID_WINDOW_MS;
        while self.invalid.len() > self.invalid_at_most || self.invalid.front().is_some_and(is_old)
        {
            self.invalid.pop_front();
        }
    }
}
