//! What the poller keeps in mind: every open order with a number, what was last seen of it, and whose turn it is to be asked
//! for alone. It is told of changes and never looks for them. Knows nothing of the database or of requests.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;

use crate::{
    clock::Timestamp,
    ids::{OrderId, UpstreamOrderId},
    order::{Line, State, observed},
    schedule::{
        Schedule, Watch, Watched,
        arrivals::{Arrivals, Goods},
    },
    store::orders::Order,
    upstream::{Capabilities, PollBy, UpstreamOrder, UpstreamStatus},
};

/// Between two questions about one order, where the provider's pace is that of its list.
pub(super) const LEAST_BETWEEN_LOOKS: Duration = Duration::from_secs(3);

/// Between two questions about an order whose code is here, and about a rental that nobody looks at.
const ANOTHER_EVERY: Duration = Duration::from_secs(5);
const RENTAL_EVERY: Duration = Duration::from_mins(2);

/// Between two questions about an order that should have ended this long ago: only its end is still to come.
const OVERDUE_EVERY: Duration = Duration::from_mins(1);
const LATE: Duration = Duration::from_mins(10);

/// Between two looks while pushes prove to arrive.
pub(super) const SAFETY_NET: Duration = Duration::from_mins(1);

/// How much later than at its pace the next list may come before single orders are asked for.
const LIST_SLACK: Duration = Duration::from_secs(5);

/// By how much a rental must end later to be seen as prolonged: its times are told in whole seconds.
const RENEWED: Duration = Duration::from_hours(1);

/// Shared by the loops of the poller.
pub(super) struct Watching {
    inner: Mutex<Inner>,
    /// Rung when the others may have something to do sooner than they thought.
    pub changed: Notify,
}

/// The next order to ask for alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub order: OrderId,
    pub upstream: UpstreamOrderId,
}

pub(super) struct Inner {
    orders: BTreeMap<OrderId, Open>,
    by_upstream: HashMap<UpstreamOrderId, OrderId>,
    pub schedule: Schedule,
    poll: PollBy,
    pace: Duration,
    /// How long the list that was read last stands for how things are.
    listed_until: Option<Timestamp>,
    /// Pushes tell of what comes.
    is_quiet: bool,
}

struct Open {
    state: State,
    goods: Goods,
    has_cost: bool,
    /// When somebody last looked for the message of a rental.
    expected_at: Option<Timestamp>,
    /// How it looked when that was last taken in, so that an unchanged one costs no write.
    seen: Option<UpstreamOrder>,
    /// When a look last showed nothing new, in this run.
    looked_at: Option<Timestamp>,
    /// Whether the last list showed all that is waited for.
    is_listed: bool,
}

impl Watching {
    pub fn new(capabilities: &Capabilities, arrivals: Arrivals, now: Timestamp) -> Self {
        let inner = Inner {
            orders: BTreeMap::new(),
            by_upstream: HashMap::new(),
            schedule: Schedule::new(capabilities.pace.max(LEAST_BETWEEN_LOOKS), arrivals, now),
            poll: capabilities.poll,
            pace: capabilities.pace.max(LEAST_BETWEEN_LOOKS),
            listed_until: None,
            is_quiet: false,
        };
        Self { inner: Mutex::new(inner), changed: Notify::new() }
    }

    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    pub fn is_empty(&self) -> bool {
        self.orders.is_empty()
    }

    /// From now on this order is watched like this.
    pub fn set(&mut self, order: &Order, expected_at: Option<Timestamp>, now: Timestamp) {
        let (id, Some(line)) = (order.id, order.state.line()) else { return };
        let before = self.forget(id);
        let (seen, looked_at, is_listed) = before.map_or_else(
            || (None, None, false),
            |before| (before.seen, before.looked_at, before.is_listed),
        );
        let open = Open {
            state: order.state.clone(),
            goods: (order.purchase.service, order.purchase.country),
            has_cost: order.cost.is_some(),
            expected_at,
            seen,
            looked_at,
            // Its price is asked for once, alone, and a list says less of an order whose code is here.
            is_listed: is_listed && order.cost.is_some(),
        };
        self.by_upstream.insert(line.upstream.clone(), id);
        self.orders.insert(id, open);
        self.place(id, now);
    }

    /// This order is watched no more. Whether it waited for its first code until now.
    pub fn remove(&mut self, id: OrderId) -> bool {
        self.schedule.drop(id);
        self.forget(id).is_some_and(|open| open.waits_for_a_code())
    }

    /// Whether an order waits for its first code, as far as is known here.
    pub fn waits_for_a_code(&self, id: OrderId) -> bool {
        self.orders.get(&id).is_some_and(Open::waits_for_a_code)
    }

    fn forget(&mut self, id: OrderId) -> Option<Open> {
        let open = self.orders.remove(&id)?;
        if let Some(line) = open.state.line() {
            self.by_upstream.remove(&line.upstream);
        }
        Some(open)
    }

    /// Every order that is watched.
    pub fn ids(&self) -> Vec<OrderId> {
        self.orders.keys().copied().collect()
    }

    /// Takes an order in among those that are asked for alone, or out.
    fn place(&mut self, id: OrderId, now: Timestamp) {
        let Some(open) = self.orders.get(&id) else { return };
        if open.is_listed && self.listed_until.is_some_and(|until| now < until) {
            self.schedule.drop(id);
            return;
        }
        let Some(line) = open.state.line() else { return };
        let is_new = self.schedule.asked_at(id).is_none();
        let watched = Watched {
            watch: open.watch(line, self.pace, self.is_quiet, now),
            began: line.accepted_at,
            expires: Some(line.expires_at),
        };
        self.schedule.watch(id, watched);
        if is_new && let Some(looked_at) = open.looked_at {
            self.schedule.was_asked(id, looked_at.min(now));
        }
    }

    /// Whom to ask now, with so many requests a second for all.
    pub fn pick(&mut self, rate: f64, now: Timestamp) -> Option<Turn> {
        let order = self.schedule.pick(rate, now)?;
        // How often it is worth a question may have become another.
        self.place(order, now);
        let line = self.orders.get(&order).and_then(|open| open.state.line())?;
        Some(Turn { order, upstream: line.upstream.clone() })
    }

    /// Takes in how the list shows all orders; answers with what is new.
    pub fn list(
        &mut self,
        listed: Vec<UpstreamOrder>,
        now: Timestamp,
    ) -> Vec<(OrderId, UpstreamOrder)> {
        self.listed_until = Some(now + self.list_stands());
        let mut listed: HashMap<_, _> =
            listed.into_iter().map(|order| (order.id.clone(), order)).collect();
        let (mut news, mut moved) = (Vec::new(), Vec::new());
        for (id, open) in &mut self.orders {
            let seen = open.state.line().and_then(|line| listed.remove(&line.upstream));
            let is_listed = seen.as_ref().is_some_and(|seen| open.is_shown_by(self.poll, seen));
            if is_listed != open.is_listed || is_listed == self.schedule.asked_at(*id).is_some() {
                open.is_listed = is_listed;
                moved.push(*id);
            }
            if let Some(seen) = seen {
                if open.is_news(&seen) {
                    news.push((*id, seen));
                } else if is_listed {
                    open.looked_at = Some(now);
                }
            }
        }
        for id in moved {
            self.place(id, now);
        }
        news
    }

    fn list_stands(&self) -> Duration {
        LIST_SLACK + if self.is_quiet { SAFETY_NET } else { self.pace }
    }

    /// From now on pushes tell of what comes, or do no more.
    pub fn set_quiet(&mut self, is_quiet: bool, now: Timestamp) {
        if self.is_quiet == is_quiet {
            return;
        }
        self.is_quiet = is_quiet;
        self.listed_until = self.listed_until.map(|_| now + self.list_stands());
        for id in self.ids() {
            self.place(id, now);
        }
    }

    /// There is no list that tells how things are: every order is asked for alone.
    pub fn list_is_lost(&mut self, now: Timestamp) {
        if self.listed_until.take().is_some() {
            for id in self.ids() {
                self.place(id, now);
            }
        }
    }

    /// When a list that has not come by then counts as lost.
    pub fn listed_until(&self) -> Option<Timestamp> {
        self.listed_until
    }

    /// Takes in how an order looks: whether that is new and must be stored. An unchanged one was looked at in vain.
    pub fn is_news(&mut self, id: OrderId, seen: &UpstreamOrder, now: Timestamp) -> bool {
        let Some(open) = self.orders.get_mut(&id) else { return false };
        let is_news = open.is_news(seen);
        if !is_news {
            open.looked_at = Some(now);
        }
        is_news
    }

    /// What is new of this order is stored.
    pub fn stored(&mut self, id: OrderId, seen: UpstreamOrder, now: Timestamp) {
        if let Some(open) = self.orders.get_mut(&id) {
            open.seen = Some(seen);
            open.looked_at = Some(now);
        }
    }

    /// When a look last showed nothing new; the purchase itself is one.
    pub fn looked_at(&self, id: OrderId) -> Option<Timestamp> {
        let open = self.orders.get(&id)?;
        open.looked_at.or(open.state.line().map(|line| line.accepted_at))
    }
}

impl Open {
    fn waits_for_a_code(&self) -> bool {
        matches!(self.state, State::Waiting(_) | State::Cancelling(_))
    }

    /// How often it is worth a question of its own. A rental's messages are waited for after it was bought and whenever its
    /// customer looks; less and less after that.
    fn watch(&self, line: &Line, pace: Duration, is_quiet: bool, now: Timestamp) -> Watch {
        if self.looked_at.is_none() {
            // Nobody knows how it has stood until now.
            let waits = self.waits_for_a_code();
            return if waits { Watch::Code(self.goods) } else { Watch::Every(pace) };
        }
        if now.since(line.expires_at) > LATE {
            return Watch::Every(OVERDUE_EVERY.max(pace));
        }
        let pace = if is_quiet { SAFETY_NET } else { pace };
        match &self.state {
            State::Waiting(_) | State::Cancelling(_) if is_quiet => Watch::Every(SAFETY_NET),
            State::Active(_) => {
                let expected = self.expected_at.unwrap_or(line.accepted_at);
                let since = now.since(expected.max(line.accepted_at));
                Watch::Every((since / 20).clamp(pace, RENTAL_EVERY.max(pace)))
            }
            // The code is here; another may come.
            State::CodeReceived(_) => Watch::Every(ANOTHER_EVERY.max(pace)),
            State::Placing
            | State::InDoubt { .. }
            | State::NeedsOperator { .. }
            | State::Refused { .. }
            | State::Waiting(_)
            | State::Cancelling(_)
            | State::Finished(_)
            | State::Cancelled(_)
            | State::Expired(_)
            | State::Banned(_)
            | State::Ended(_)
            | State::Fulfilled(_)
            | State::Undone => Watch::Code(self.goods),
        }
    }

    /// Whether a list that shows the order like this shows all that is waited for.
    fn is_shown_by(&self, poll: PollBy, seen: &UpstreamOrder) -> bool {
        match poll {
            // It tells no price: that is asked for once, alone.
            PollBy::ActiveList => self.has_cost,
            // It tells no SMS: whether there may be one.
            PollBy::StatusList => {
                seen.status == UpstreamStatus::Active && matches!(self.state, State::Waiting(_))
            }
            PollBy::Single => false,
        }
    }

    fn is_news(&self, seen: &UpstreamOrder) -> bool {
        let tells_more = !observed(seen).is_empty()
            || (seen.cost.is_some() && !self.has_cost)
            || prolonged(&self.state, seen).is_some();
        tells_more && self.seen.as_ref() != Some(seen)
    }
}

/// Until when a rental goes on now, if the provider shows that it was prolonged.
pub(super) fn prolonged(state: &State, seen: &UpstreamOrder) -> Option<Timestamp> {
    let State::Active(line) = state else { return None };
    seen.expires_at.filter(|until| *until > line.expires_at + RENEWED)
}
