//! Who is let in at SMSVerifyo: the key, the soft limit, and the count of polls that come too fast ("Rate limits & best
//! practices" of the document). It knows nothing of what is asked.

use std::collections::HashMap;

use serde::Serialize;

use super::refusal::Refusal;
use crate::upstream::limits::Limit;

/// "~120 requests/minute per key". "Bursts are tolerated" here as far as the minute's own limit goes, and not beyond.
const REQUESTS: usize = 120;
const WINDOW_MS: i64 = 60_000;
/// "Anything under 1 s counts as abuse".
const ABUSE_MS: i64 = 1_000;

/// How the key was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Abuse {
    /// Polls of an order less than a second after the one before.
    pub polls: u32,
    /// A revoked key is not let in.
    pub revoked: bool,
}

#[derive(Debug)]
pub(super) struct Gate {
    authorization: String,
    limit: Limit,
    /// When each order was last polled, in Unix milliseconds.
    polled: HashMap<u64, i64>,
    pub abuse: Abuse,
    revoke_after: Option<u32>,
}

impl Gate {
    pub fn new(api_key: &str, revoke_after: Option<u32>) -> Self {
        Self {
            authorization: format!("Bearer {api_key}"),
            limit: Limit::new(REQUESTS, WINDOW_MS),
            polled: HashMap::new(),
            abuse: Abuse { polls: 0, revoked: false },
            revoke_after,
        }
    }

    /// Lets a request in, which may be a poll of an order. A poll that is turned away for its rate is still one.
    pub fn admit(
        &mut self,
        authorization: Option<&str>,
        polled: Option<u64>,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        if authorization != Some(self.authorization.as_str()) {
            return Err(Refusal::Unauthorized);
        }
        if let Some(number) = polled {
            self.count_poll(number, now_ms);
        }
        if self.abuse.revoked {
            return Err(Refusal::Unauthorized);
        }
        self.limit
            .admit(now_ms)
            .map_err(|seconds| Refusal::RateLimited { retry_after: Some(seconds) })
    }

    fn count_poll(&mut self, number: u64, now_ms: i64) {
        let before = self.polled.insert(number, now_ms);
        if before.is_some_and(|before| now_ms - before < ABUSE_MS) {
            self.abuse.polls += 1;
            self.abuse.revoked |= self.revoke_after.is_some_and(|most| self.abuse.polls >= most);
        }
    }
}
