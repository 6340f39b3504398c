//! The queue behind `getUpdates`: what is waiting, what was acknowledged, who is polling. Knows nothing of what an update
//! says.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
};

use serde_json::{Value, json};
use tokio::sync::watch;

/// Updates kept for the bot while it does not ask. Telegram keeps them for 24 hours.
const PENDING_AT_MOST: usize = 100_000;
/// Acknowledged updates kept for replaying.
const HISTORY_AT_MOST: usize = 1_000;
const FIRST_ID: i64 = 700_000_001;
const BATCH_AT_MOST: usize = 100;
/// Sent only when asked for by name (Bot API, getUpdates.allowed_updates).
const OFF_BY_DEFAULT: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

#[derive(Clone, Debug)]
struct Update {
    id: i64,
    /// The whole Update object as JSON.
    body: Arc<str>,
}

#[derive(Debug)]
pub(super) struct UpdateQueue {
    next_id: i64,
    pending: VecDeque<Update>,
    history: VecDeque<Update>,
    replays: VecDeque<Update>,
    /// None: everything but [`OFF_BY_DEFAULT`].
    allowed: Option<BTreeSet<String>>,
    /// Counts `getUpdates` calls: only the newest may go on waiting.
    poll: u64,
    /// The call that found nothing and waits.
    pub waiting_poll: Option<u64>,
    woken: watch::Sender<()>,
}

impl UpdateQueue {
    pub fn new() -> Self {
        Self {
            next_id: FIRST_ID,
            pending: VecDeque::new(),
            history: VecDeque::new(),
            replays: VecDeque::new(),
            allowed: None,
            poll: 0,
            waiting_poll: None,
            woken: watch::Sender::new(()),
        }
    }

    /// Queues an update unless the bot does not want its kind; the id it got.
    pub fn push(&mut self, kind: &str, payload: &Value) -> Option<i64> {
        let wanted = self
            .allowed
            .as_ref()
            .map_or(!OFF_BY_DEFAULT.contains(&kind), |allowed| allowed.contains(kind));
        if !wanted {
            return None;
        }
        let id = self.next_id;
        self.next_id += 1;
        if self.pending.len() >= PENDING_AT_MOST {
            self.pending.pop_front();
            tracing::warn!(
                PENDING_AT_MOST,
                "the bot does not fetch its updates: the oldest is dropped"
            );
        }
        let body = json!({ "update_id": id, kind: payload }).to_string();
        self.pending.push_back(Update { id, body: body.into() });
        self.woken.send_replace(());
        Some(id)
    }

    /// Begins a `getUpdates` call: any earlier one ends. An empty list of kinds means the default ones.
    pub fn begin_poll(&mut self, allowed: Option<BTreeSet<String>>) -> u64 {
        if let Some(allowed) = allowed {
            self.allowed = Some(allowed).filter(|allowed| !allowed.is_empty());
        }
        self.poll += 1;
        self.woken.send_replace(());
        self.poll
    }

    /// Whether no later `getUpdates` has begun.
    pub fn is_current(&self, poll: u64) -> bool {
        self.poll == poll
    }

    /// Wakes whenever there may be something new for a poller.
    pub fn woken(&self) -> watch::Receiver<()> {
        self.woken.subscribe()
    }

    /// Drops what the offset acknowledges: everything below it, or, when negative, all but that many of the newest.
    pub fn acknowledge(&mut self, offset: i64) {
        let first_kept = if offset >= 0 {
            offset
        } else {
            let kept = usize::try_from(offset.unsigned_abs())
                .unwrap_or(usize::MAX)
                .min(self.pending.len());
            self.pending.get(self.pending.len() - kept).map_or(self.next_id, |update| update.id)
        };
        while self.pending.front().is_some_and(|update| update.id < first_kept) {
            let Some(update) = self.pending.pop_front() else { break };
            if self.history.len() >= HISTORY_AT_MOST {
                self.history.pop_front();
            }
            self.history.push_back(update);
        }
    }

    /// The next batch: replays once, then what is pending, which stays until it is acknowledged.
    pub fn batch(&mut self, limit: Option<i64>) -> Vec<Arc<str>> {
        let limit = limit.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit > 0);
        let limit = limit.unwrap_or(BATCH_AT_MOST).min(BATCH_AT_MOST);
        let replayed = self.replays.len().min(limit);
        let mut batch: Vec<Arc<str>> =
            self.replays.drain(..replayed).map(|update| update.body).collect();
        batch.extend(
            self.pending.iter().take(limit - replayed).map(|update| Arc::clone(&update.body)),
        );
        batch
    }

    /// Hands an acknowledged update out once more, under its old id. False when it is no longer kept.
    pub fn replay(&mut self, id: i64) -> bool {
        let Ok(at) = self.history.binary_search_by_key(&id, |update| update.id) else {
            return false;
        };
        self.replays.push_back(self.history[at].clone());
        self.woken.send_replace(());
        true
    }

    /// Hands the last acknowledged updates out once more, oldest first; how many.
    pub fn replay_last(&mut self, count: usize) -> usize {
        let count = count.min(self.history.len());
        self.replays.extend(self.history.range(self.history.len() - count..).cloned());
        self.woken.send_replace(());
        count
    }

    /// How many updates are not acknowledged yet, replays included.
    pub fn waiting(&self) -> usize {
        self.pending.len() + self.replays.len()
    }

    /// Forgets everything that waits.
    pub fn clear(&mut self) {
        self.pending.clear();
        self.replays.clear();
    }
}
