//! How long after it came a code is seen, with one key for many orders: the shop's own scheduler on simulated time, beside
//! polling at a fixed pace, beside taking turns, and beside a bound that nothing can beat.
//!
//! Codes come after a lognormal time, customers give up, each order that ends is followed by another, so that as many are
//! open all the time. The delay of a code that its customer did not wait for counts until then.

use std::time::Duration;

use bot_core::{
    clock::Timestamp,
    ids::{CountryId, OrderId, ServiceId},
    schedule::{
        Schedule, Watch, Watched,
        arrivals::{Arrivals, Goods, Record},
        curve::Curve,
    },
};

use crate::{Outcome, table};

mod bound;
mod plot;
mod world;

use world::{Dice, LIFE, World};

/// Requests a second that the poller has, and how many it may save up.
pub const RATE: f64 = 2.0;
const BURST: f64 = 3.0;

/// The least time between two looks at an order, and the pace of the poller that knows no other.
pub const PACE: Duration = Duration::from_secs(3);
const FIXED: Duration = Duration::from_secs(5);

const TICK: Duration = Duration::from_millis(100);

/// Orders that are counted for each figure, and those that come before, also to learn from.
const ORDERS: usize = 20_000;
const BEFORE: usize = 3_000;

const START: Timestamp = Timestamp(1_790_000_000_000);

const OPEN: [usize; 5] = [5, 20, 50, 100, 300];

/// How it is chosen whom to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The scheduler, told how codes come.
    Known,
    /// The scheduler, with what it has seen.
    Learned,
    /// The scheduler, with nothing but its assumption.
    Cold,
    RoundRobin,
    Fixed,
}

const WAYS: [Way; 5] = [Way::Known, Way::Learned, Way::Cold, Way::RoundRobin, Way::Fixed];

/// Mean seconds from a code to its being seen, and how many of a hundred requests were refused.
#[derive(Clone, Copy, Debug)]
struct Figure {
    delay: f64,
    refused: f64,
}

/// The figures for so many open orders.
pub struct Row {
    pub open: usize,
    pub bound: f64,
    /// In the order of [`WAYS`].
    pub delays: Vec<f64>,
}

pub fn run() -> Outcome<()> {
    for (title, world) in
        [("one speed", World::of_one_speed()), ("six speeds", World::of_six_speeds())]
    {
        let rows = measure(title, &world)?;
        if let Some(folder) = std::env::var_os("NUMDESK_PLOTS") {
            let name = format!("detection-{}.svg", title.replace(' ', "-"));
            std::fs::write(std::path::Path::new(&folder).join(name), plot::svg(title, &rows))?;
        }
    }
    Ok(())
}

fn measure(title: &str, world: &World) -> Outcome<Vec<Row>> {
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    for open in OPEN {
        let bound = bound::mean_delay(world, open);
        let figures = WAYS.map(|way| Simulation::new(world, open, way).run());
        let seconds = |figure: &Figure| format!("{:.1}", figure.delay);
        let mut line = vec![open.to_string(), format!("{bound:.1}")];
        line.extend(figures.iter().map(seconds));
        line.push(format!("{:.0}%", figures[4].refused));
        line.extend(figures[..3].iter().map(|figure| format!("{:.2}", figure.delay / bound)));
        line.push(format!("{:.1}", figures[3].delay / figures[1].delay));
        lines.push(line);
        rows.push(Row { open, bound, delays: figures.iter().map(|figure| figure.delay).collect() });
    }
    table::print(
        &format!("From a code to its being seen: {title}"),
        "Mean seconds, on simulated time, at two requests a second. The scheduler told how codes come, having learned it, and \
         knowing nothing; taking turns; asking each every five seconds, with what the provider then refuses.",
        &[
            "open",
            "bound",
            "known",
            "learned",
            "cold",
            "turns",
            "fixed",
            "refused",
            "known / bound",
            "learned / bound",
            "cold / bound",
            "turns / learned",
        ],
        &lines,
    )?;
    Ok(rows)
}

/// One open order, with what will become of it.
struct Order {
    id: OrderId,
    goods: Goods,
    began: Timestamp,
    comes: Option<Timestamp>,
    ends: Timestamp,
    /// Of the ways that are not the scheduler.
    asked: Timestamp,
}

struct Simulation<'a> {
    world: &'a World,
    way: Way,
    open: usize,
    dice: Dice,
    now: Timestamp,
    schedule: Schedule,
    orders: Vec<Order>,
    next_id: i64,
    tokens: f64,
    ended: usize,
    delays: Vec<f64>,
    asked: usize,
    refused: usize,
}

impl<'a> Simulation<'a> {
    fn new(world: &'a World, open: usize, way: Way) -> Self {
        let mut arrivals = Arrivals::default();
        if way == Way::Known {
            for (service, speed) in (0..).zip(&world.speeds) {
                let curve = Curve::known(|age| world::has_come_by(age, *speed));
                arrivals.know((ServiceId(service), CountryId(0)), curve);
            }
        }
        Self {
            world,
            way,
            open,
            dice: Dice::new(42),
            now: START,
            schedule: Schedule::new(PACE, arrivals, START),
            orders: Vec::new(),
            next_id: 0,
            tokens: 0.0,
            ended: 0,
            delays: Vec::new(),
            asked: 0,
            refused: 0,
        }
    }

    fn run(mut self) -> Figure {
        // Not all at once, or their ends would come together for long.
        while self.orders.len() < self.open {
            self.buys();
            for _ in 0..(2_000 / self.open) {
                self.tick();
            }
        }
        while self.ended < BEFORE + ORDERS {
            self.tick();
        }
        let mean = self.delays.iter().sum::<f64>() / count(self.delays.len());
        Figure { delay: mean, refused: 100.0 * count(self.refused) / count(self.asked).max(1.0) }
    }

    fn tick(&mut self) {
        self.now = self.now + TICK;
        self.tokens = (self.tokens + RATE * TICK.as_secs_f64()).min(BURST);
        for at in (0..self.orders.len()).rev() {
            if self.orders[at].ends <= self.now {
                let end = self.orders[at].ends;
                self.ends(at, end, end);
                self.buys();
            }
        }
        match self.way {
            Way::Known | Way::Learned | Way::Cold => {
                while self.tokens >= 1.0
                    && let Some(order) = self.schedule.pick(RATE, self.now)
                {
                    self.asks(order);
                }
            }
            Way::RoundRobin => {
                while self.tokens >= 1.0
                    && let Some(order) = self.orders.iter().min_by_key(|order| order.asked)
                    && self.now.since(order.asked) >= PACE
                {
                    self.asks(order.id);
                }
            }
            Way::Fixed => self.asks_all_that_are_due(),
        }
    }

    fn asks_all_that_are_due(&mut self) {
        let due = |order: &&Order| self.now.since(order.asked) >= FIXED;
        let mut ids: Vec<OrderId> = self.orders.iter().filter(due).map(|order| order.id).collect();
        // In no order that would favour anybody.
        self.dice.shuffle(&mut ids);
        for id in ids {
            if self.tokens >= 1.0 {
                self.asks(id);
            } else {
                self.asked += 1;
                self.refused += 1;
                let now = self.now;
                if let Some(order) = self.orders.iter_mut().find(|order| order.id == id) {
                    order.asked = now;
                }
            }
        }
    }

    fn asks(&mut self, id: OrderId) {
        self.tokens -= 1.0;
        self.asked += 1;
        let Some(at) = self.orders.iter().position(|order| order.id == id) else { return };
        let before = self.orders[at].asked;
        self.orders[at].asked = self.now;
        if self.orders[at].comes.is_some_and(|comes| comes <= self.now) {
            // All that a shop knows: it came between two looks.
            let seen_between = before + self.now.since(before) / 2;
            self.ends(at, self.now, seen_between);
            self.buys();
        }
    }

    /// The order at this place is over: its code is seen now, or its customer or the provider gave it up.
    fn ends(&mut self, at: usize, now: Timestamp, came: Timestamp) {
        let order = self.orders.swap_remove(at);
        self.schedule.drop(order.id);
        let code = order.comes.filter(|comes| *comes <= now);
        if self.way == Way::Learned {
            self.schedule.arrivals().add(&Record {
                goods: order.goods,
                age: came.since(order.began),
                came: code.is_some(),
                at: now,
            });
        }
        self.ended += 1;
        if let Some(comes) = code
            && self.ended > BEFORE
        {
            self.delays.push(now.since(comes).as_secs_f64());
        }
    }

    fn buys(&mut self) {
        let (service, speed) = self.world.service(&mut self.dice);
        let goods = (ServiceId(service), CountryId(0));
        let after = |seconds: f64| self.now + Duration::from_secs_f64(seconds);
        let comes = world::comes(&mut self.dice, speed).map(after);
        let ends = after(world::gives_up(&mut self.dice).min(LIFE));
        self.next_id += 1;
        let id = OrderId(self.next_id);
        let watched =
            Watched { watch: Watch::Code(goods), began: self.now, expires: Some(after(LIFE)) };
        self.schedule.watch(id, watched);
        self.orders.push(Order { id, goods, began: self.now, comes, ends, asked: self.now });
    }
}

fn count(of: usize) -> f64 {
    f64::from(u32::try_from(of).unwrap_or(u32::MAX))
}
