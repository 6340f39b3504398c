//! Telegram's flood limits (Bots FAQ, "My bot is hitting limits"): about 30 messages a second in all, one a second in a
//! chat with short bursts, 20 a minute in a group. Knows nothing of what is sent.

use std::collections::{HashMap, VecDeque};

/// At most `count` messages within any `span_ms`.
#[derive(Clone, Copy, Debug)]
struct Limit {
    count: usize,
    span_ms: i64,
}

const OVERALL: Limit = Limit { count: 30, span_ms: 1_000 };
/// One a second, three of them at once.
const PER_CHAT: Limit = Limit { count: 3, span_ms: 3_000 };
const PER_GROUP: Limit = Limit { count: 20, span_ms: 60_000 };
/// Chats remembered; when there are more, those that have been silent longer than any limit are forgotten.
const CHATS_AT_MOST: usize = 10_000;

/// When messages were sent, as far back as a limit reaches.
#[derive(Debug, Default)]
pub(super) struct Flood {
    overall: VecDeque<i64>,
    chats: HashMap<i64, VecDeque<i64>>,
}

impl Flood {
    /// Counts a message to `chat`, or says in how many whole seconds it may be tried again.
    pub fn admit(&mut self, chat: i64, is_group: bool, now_ms: i64) -> Result<(), u64> {
        if self.chats.len() >= CHATS_AT_MOST {
            self.chats
                .retain(|_, sent| sent.back().is_some_and(|at| now_ms - at < PER_GROUP.span_ms));
        }
        let sent = self.chats.entry(chat).or_default();
        let mut wait_ms = wait(&self.overall, OVERALL, now_ms).max(wait(sent, PER_CHAT, now_ms));
        if is_group {
            wait_ms = wait_ms.max(wait(sent, PER_GROUP, now_ms));
        }
        if wait_ms > 0 {
            return Err(wait_ms.unsigned_abs().div_ceil(1_000));
        }
        remember(&mut self.overall, OVERALL, now_ms);
        remember(sent, if is_group { PER_GROUP } else { PER_CHAT }, now_ms);
        Ok(())
    }
}

/// Milliseconds until `limit` lets one more through; 0 when it does now.
fn wait(sent: &VecDeque<i64>, limit: Limit, now_ms: i64) -> i64 {
    let oldest_that_counts = sent.len().checked_sub(limit.count).and_then(|at| sent.get(at));
    oldest_that_counts.map_or(0, |at| (at + limit.span_ms - now_ms).max(0))
}

fn remember(sent: &mut VecDeque<i64>, limit: Limit, now_ms: i64) {
    if sent.len() >= limit.count {
        sent.pop_front();
    }
    sent.push_back(now_ms);
}
