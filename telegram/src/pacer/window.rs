//! What was sent lately, to all and per chat, and how long a limit on it makes one wait.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use bot_core::clock::Timestamp;

/// Requests do not travel equally fast: those sent over a second may arrive within less.
const MARGIN: Duration = Duration::from_millis(50);
/// One a second, three of them at once.
const PER_CHAT: Limit = Limit { most: 3, span: Duration::from_secs(3) };
const PER_GROUP: Limit = Limit { most: 20, span: Duration::from_mins(1) };
/// When so many chats are remembered, the idle ones are forgotten.
const MANY_CHATS: usize = 1_000;

/// At most `most` within any `span`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub most: usize,
    pub span: Duration,
}

/// How much of a limit one may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    Whole,
    /// Two thirds: the rest is for what cannot be spared.
    Part,
}

/// The moments of the last messages, oldest first.
#[derive(Debug, Default)]
pub(super) struct Window(VecDeque<Timestamp>);

impl Window {
    pub fn wait(&self, limit: Limit, share: Share, now: Timestamp) -> Duration {
        let most = match share {
            Share::Whole => limit.most,
            Share::Part => limit.most - limit.most / 3,
        };
        let in_the_way = self.0.len().checked_sub(most).and_then(|at| self.0.get(at));
        in_the_way.map_or(Duration::ZERO, |at| (*at + limit.span + MARGIN).since(now))
    }

    /// Remembers one more, and only the last `most`.
    pub fn take(&mut self, most: usize, now: Timestamp) {
        if self.0.len() >= most {
            self.0.pop_front();
        }
        self.0.push_back(now);
    }
}

/// What is known of one chat.
#[derive(Debug)]
pub(super) struct Chat {
    is_group: bool,
    sent: Window,
    /// As Telegram asked.
    blocked_until: Option<Timestamp>,
}

impl Chat {
    pub fn wait(&self, share: Share, now: Timestamp) -> Duration {
        let blocked = self.blocked_until.map_or(Duration::ZERO, |until| until.since(now));
        let wait = blocked.max(self.sent.wait(PER_CHAT, share, now));
        if self.is_group { wait.max(self.sent.wait(PER_GROUP, share, now)) } else { wait }
    }

    pub fn take(&mut self, now: Timestamp) {
        let most = if self.is_group { PER_GROUP.most } else { PER_CHAT.most };
        self.sent.take(most, now);
    }

    pub fn block(&mut self, until: Timestamp) {
        self.blocked_until = self.blocked_until.max(Some(until));
    }

    fn is_idle(&self, now: Timestamp) -> bool {
        let last = self.sent.0.back().copied().max(self.blocked_until);
        last.is_none_or(|last| now.since(last) > PER_GROUP.span + MARGIN)
    }
}

/// All chats that may have to wait.
#[derive(Debug, Default)]
pub(super) struct Chats {
    chats: HashMap<i64, Chat>,
    /// Idle chats are looked for when there are this many, so that the search is rare when all are busy.
    forget_at: usize,
}

impl Chats {
    pub fn of(&mut self, chat: i64, now: Timestamp) -> &mut Chat {
        if self.chats.len() >= self.forget_at.max(MANY_CHATS) {
            self.chats.retain(|_, chat| !chat.is_idle(now));
            self.forget_at = self.chats.len() * 2;
        }
        // Groups have negative ids (Bot API, Chat.id).
        self.chats.entry(chat).or_insert_with(|| Chat {
            is_group: chat < 0,
            sent: Window::default(),
            blocked_until: None,
        })
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.chats.len()
    }
}
