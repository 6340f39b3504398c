//! Spaces out sends and edits so that Telegram's limits are not hit, urgent ones first. Knows nothing of messages.
//!
//! Limits (Bots FAQ, "My bot is hitting limits"): about 30 messages a second in all, one a second in a chat with short
//! bursts, 20 a minute in a group. When Telegram still answers 429, only the chat that was named waits.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bot_core::{
    clock::{Clock, Timestamp},
    messenger::Urgency,
};
use tokio::sync::{Notify, oneshot};

mod window;

use window::{Chats, Limit, Share, Window};

const OVERALL: Limit = Limit { most: 30, span: Duration::from_secs(1) };
/// Those who wait at the same time; more are turned away.
const MOST_WAITING: usize = 1_000;
/// So many chats flooded within [`FLOOD_MEMORY`] mean that it is not about one of them.
const FLOODED_CHATS: usize = 3;
const FLOOD_MEMORY: Duration = Duration::from_secs(5);
/// The longest that all chats wait for a 429 that names none.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// Why there is no turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoTurn {
    /// Not a moment for something that can be spared.
    NoRoom,
    /// It would take longer than the caller waits.
    After(Duration),
}

/// Hands out turns. Clones share the limits.
#[derive(Clone, Debug)]
pub(crate) struct Pacer {
    clock: Clock,
    queue: Arc<Mutex<Queue>>,
    /// Somebody joined the queue while it is being served.
    joined: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Queue {
    overall: Window,
    chats: Chats,
    /// Nobody goes before this.
    paused_until: Option<Timestamp>,
    floods: VecDeque<(Timestamp, i64)>,
    waiting: BTreeMap<(Urgency, u64), Waiter>,
    next_number: u64,
    /// A task serves the waiting.
    is_served: bool,
}

#[derive(Debug)]
struct Waiter {
    chat: i64,
    turn: oneshot::Sender<()>,
}

impl Pacer {
    pub fn new(clock: Clock) -> Self {
        Self { clock, queue: Arc::default(), joined: Arc::default() }
    }

    /// Waits at most `patience` for a turn in `chat`; [`Urgency::Spare`] does not wait at all and leaves room for others.
    pub async fn turn(
        &self,
        chat: i64,
        urgency: Urgency,
        patience: Duration,
    ) -> Result<(), NoTurn> {
        let now = self.clock.now();
        let (key, turn) = {
            let mut queue = self.lock();
            if queue.waiting.is_empty() && queue.try_take(chat, urgency, now) {
                return Ok(());
            }
            if urgency == Urgency::Spare {
                return Err(NoTurn::NoRoom);
            }
            let wait = queue.wait(chat, Share::Whole, now);
            if wait > patience {
                return Err(NoTurn::After(wait));
            }
            if queue.waiting.len() >= MOST_WAITING {
                return Err(NoTurn::After(ASK_AGAIN));
            }
            queue.join(chat, urgency)
        };
        self.serve();
        tokio::select! {
            biased;
            Ok(()) = turn => Ok(()),
            () = self.clock.sleep_until(now + patience) => self.give_up(key, chat),
        }
    }

    /// Telegram asked this chat to wait.
    pub fn flooded(&self, chat: i64, wait: Duration) {
        let now = self.clock.now();
        let mut queue = self.lock();
        queue.chats.of(chat, now).block(now + wait);
        queue.floods.retain(|(at, other)| now.since(*at) < FLOOD_MEMORY && *other != chat);
        queue.floods.push_back((now, chat));
        if queue.floods.len() >= FLOODED_CHATS {
            queue.floods.clear();
            queue.pause(now + wait.min(LONGEST_PAUSE));
        }
    }

    /// Telegram asked to wait and named no chat.
    pub fn flooded_somewhere(&self, wait: Duration) {
        let until = self.clock.now() + wait.min(LONGEST_PAUSE);
        self.lock().pause(until);
    }

    fn give_up(&self, key: (Urgency, u64), chat: i64) -> Result<(), NoTurn> {
        let mut queue = self.lock();
        match queue.waiting.remove(&key) {
            Some(_) => {
                Err(NoTurn::After(queue.wait(chat, Share::Whole, self.clock.now()).max(ASK_AGAIN)))
            }
            // The turn came at the last moment.
            None => Ok(()),
        }
    }

    /// Starts a task that gives turns until nobody waits, or tells the running one that somebody joined.
    fn serve(&self) {
        if std::mem::replace(&mut self.lock().is_served, true) {
            self.joined.notify_one();
            return;
        }
        let pacer = self.clone();
        tokio::spawn(async move {
            while let Some(next) = pacer.give_turns() {
                tokio::select! {
                    () = pacer.clock.sleep_until(next) => {}
                    () = pacer.joined.notified() => {}
                }
            }
        });
    }

    /// Gives every turn that can be given now. When to look again; `None` when nobody waits any more.
    fn give_turns(&self) -> Option<Timestamp> {
        let now = self.clock.now();
        let mut queue = self.lock();
        let next = queue.give_turns(now);
        queue.is_served = next.is_some();
        next
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn join(&mut self, chat: i64, urgency: Urgency) -> ((Urgency, u64), oneshot::Receiver<()>) {
        let (sender, receiver) = oneshot::channel();
        let key = (urgency, self.next_number);
        self.next_number += 1;
        self.waiting.insert(key, Waiter { chat, turn: sender });
        (key, receiver)
    }

    fn pause(&mut self, until: Timestamp) {
        self.paused_until = self.paused_until.max(Some(until));
    }

    fn wait(&mut self, chat: i64, share: Share, now: Timestamp) -> Duration {
        self.overall_wait(share, now).max(self.chats.of(chat, now).wait(share, now))
    }

    fn overall_wait(&self, share: Share, now: Timestamp) -> Duration {
        let paused = self.paused_until.map_or(Duration::ZERO, |until| until.since(now));
        paused.max(self.overall.wait(OVERALL, share, now))
    }

    fn try_take(&mut self, chat: i64, urgency: Urgency, now: Timestamp) -> bool {
        let share = match urgency {
            Urgency::Now | Urgency::Soon => Share::Whole,
            Urgency::Spare => Share::Part,
        };
        let is_free = self.wait(chat, share, now).is_zero();
        if is_free {
            self.overall.take(OVERALL.most, now);
            self.chats.of(chat, now).take(now);
        }
        is_free
    }

    fn give_turns(&mut self, now: Timestamp) -> Option<Timestamp> {
        let mut next: Option<Timestamp> = None;
        for (key, waiter) in std::mem::take(&mut self.waiting) {
            if waiter.turn.is_closed() {
                continue;
            }
            let wait = self.wait(waiter.chat, Share::Whole, now);
            if wait.is_zero() {
                if waiter.turn.send(()).is_ok() {
                    self.try_take(waiter.chat, key.0, now);
                }
                continue;
            }
            next = Some(next.map_or(now + wait, |next| next.min(now + wait)));
            self.waiting.insert(key, waiter);
        }
        next
    }
}

#[cfg(test)]
mod tests;
