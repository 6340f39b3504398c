//! A rate limit as the documents state it: so many requests in a window. It knows nothing of routes.
//!
//! The window slides over single requests, which is the strictest reading: no span of the window's length ever holds
//! more than the limit, so a client that passes here passes under fixed windows too.

use std::collections::VecDeque;

/// One limit with the requests it counted.
#[derive(Debug)]
pub struct Limit {
    requests: usize,
    window_ms: i64,
    counted: VecDeque<i64>,
}

impl Limit {
    /// At most `requests` (at least one) in any `window_ms` milliseconds.
    pub fn new(requests: usize, window_ms: i64) -> Self {
        Self { requests: requests.max(1), window_ms, counted: VecDeque::new() }
    }

    /// Counts one request at `now_ms`. A refused request is not counted.
    ///
    /// # Errors
    /// The whole seconds, rounded up, after which a request would pass.
    pub fn admit(&mut self, now_ms: i64) -> Result<(), i64> {
        while self.counted.front().is_some_and(|at_ms| at_ms + self.window_ms <= now_ms) {
            self.counted.pop_front();
        }
        match self.counted.front() {
            Some(oldest) if self.counted.len() >= self.requests => {
                Err((oldest + self.window_ms - now_ms + 999) / 1000)
            }
            _ => {
                self.counted.push_back(now_ms);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides() {
        let mut limit = Limit::new(2, 60_000);
        assert_eq!(limit.admit(0), Ok(()));
        assert_eq!(limit.admit(30_500), Ok(()));
        assert_eq!(limit.admit(59_001), Err(1));
        assert_eq!(limit.admit(60_000), Ok(()));
        assert_eq!(limit.admit(60_000), Err(31));
        assert_eq!(limit.admit(90_500), Ok(()));
    }
}
