//! Callback queries: pressed buttons that wait for an answer, and the answers people saw. Knows nothing of messages.

use std::{
    collections::{HashMap, VecDeque},
    sync::atomic::{AtomicU64, Ordering},
};

use serde::Serialize;

/// How long after the press Telegram still takes an answer; clients stop waiting about then.
pub(super) const ANSWER_WITHIN_MS: i64 = 15_000;
const QUERIES_AT_MOST: usize = 10_000;
const TOASTS_AT_MOST: usize = 1_000;

/// A pressed button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Query {
    pub id: String,
    pub person: i64,
    pub chat: i64,
    pub message: i64,
    pub data: String,
    /// Unix milliseconds of the press.
    pub at: i64,
}

/// The answer to a pressed button, as the person saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Toast {
    #[serde(rename = "query")]
    pub query_id: String,
    pub person: i64,
    /// Empty when the answer only stops the spinner.
    pub text: String,
    /// A dialog that must be closed, not a note that fades.
    pub alert: bool,
    /// Unix milliseconds.
    pub at: i64,
}

/// No other emulator, in this process or another, has given out this id: logs of several may be read as one.
fn next_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let process = u64::from(std::process::id()) * 1_000_000_000;
    (4_000_000_000_000_000_000 + process + COUNT.fetch_add(1, Ordering::Relaxed)).to_string()
}

#[derive(Debug, Default)]
pub(super) struct Queries {
    open: HashMap<String, Query>,
    /// Ids of `open` and of answered ones, oldest first, for forgetting.
    order: VecDeque<String>,
    toasts: VecDeque<Toast>,
}

impl Queries {
    pub fn press(
        &mut self,
        person: i64,
        chat: i64,
        message: i64,
        data: &str,
        now_ms: i64,
    ) -> Query {
        let id = next_id();
        let query =
            Query { id: id.clone(), person, chat, message, data: data.to_owned(), at: now_ms };
        if self.order.len() >= QUERIES_AT_MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.open.remove(&oldest);
        }
        self.order.push_back(id.clone());
        self.open.insert(id, query.clone());
        query
    }

    /// Takes an answer; None when the query is unknown, answered already or too old.
    pub fn answer(&mut self, id: &str, text: String, alert: bool, now_ms: i64) -> Option<Toast> {
        if now_ms - self.open.get(id)?.at > ANSWER_WITHIN_MS {
            return None;
        }
        let query = self.open.remove(id)?;
        let toast = Toast { query_id: query.id, person: query.person, text, alert, at: now_ms };
        if self.toasts.len() >= TOASTS_AT_MOST {
            self.toasts.pop_front();
        }
        self.toasts.push_back(toast.clone());
        Some(toast)
    }

    /// Queries without an answer, oldest first, those too old for one included.
    pub fn unanswered(&self) -> Vec<Query> {
        self.order.iter().filter_map(|id| self.open.get(id)).cloned().collect()
    }

    /// What a person was answered, oldest first.
    pub fn toasts(&self, person: i64) -> Vec<Toast> {
        self.toasts.iter().filter(|toast| toast.person == person).cloned().collect()
    }
}
