use std::collections::VecDeque;

use futures::{FutureExt, future::join_all};

use super::*;
use crate::clock::ManualClock;

const START: Timestamp = Timestamp(1_790_000_000_000);
const SECOND: Duration = Duration::from_secs(1);

const LIMITS: Limits = Limits {
    groups: &[
        Group { name: "creates", per_minute: 30, routes: &["create"] },
        Group { name: "the rest", per_minute: 60, routes: &[] },
    ],
    polls: "order",
};

struct Bench {
    hand: ManualClock,
    budget: Arc<Budget>,
}

impl Bench {
    fn new() -> Self {
        let hand = ManualClock::starting_at(START);
        let budget = Budget::new(LIMITS, None, hand.clock(), Random::seeded(7));
        Self { hand, budget }
    }

    /// What a request gets without any wait.
    fn asks(&self, priority: Priority) -> Option<Result<Permit, Held>> {
        self.asks_on("order", priority)
    }

    fn asks_on(&self, route: &'static str, priority: Priority) -> Option<Result<Permit, Held>> {
        with_priority(priority, self.budget.pass(route)).now_or_never()
    }

    /// Sends at once, or not at all.
    fn sends(&self, priority: Priority, outcome: Outcome) -> bool {
        match self.asks(priority) {
            Some(Ok(permit)) => {
                permit.report(outcome);
                true
            }
            Some(Err(_)) | None => false,
        }
    }

    /// How many requests a greedy poller sends in so many seconds, by the tenth of a second.
    fn sends_in(&self, seconds: u64) -> u32 {
        let mut sent = 0;
        for _ in 0..seconds * 10 {
            while self.sends(Priority::Poll, Outcome::Answered) {
                sent += 1;
            }
            self.hand.advance(SECOND / 10);
        }
        sent
    }

    fn goes_down(&self) {
        for route in ["create", "order", "order", "order", "order"] {
            let permit = self.asks_on(route, Priority::People).unwrap().unwrap();
            permit.report(Outcome::Failed);
        }
    }
}

/// At the documented limit, however the requests fall.
#[test]
fn no_minute_ever_holds_more_than_the_limit() {
    let bench = Bench::new();
    let mut window = VecDeque::new();
    for tick in 0..3_000_u64 {
        // Quiet now and then, so that bursts gather.
        let is_quiet = (tick / 300) % 3 == 1;
        while !is_quiet && bench.sends(Priority::People, Outcome::Answered) {
            window.push_back(tick);
        }
        while window.front().is_some_and(|sent| sent + 600 <= tick) {
            window.pop_front();
        }
        assert!(window.len() <= 60, "{} in a minute", window.len());
        bench.hand.advance(SECOND / 10);
    }
    assert!(window.len() >= 50, "and not much less than it allows: {}", window.len());
}

#[test]
fn two_tokens_of_a_burst_are_kept_for_people() {
    let bench = Bench::new();
    let polls = (0..10).filter(|_| bench.sends(Priority::Poll, Outcome::Answered)).count();
    assert_eq!(polls, 3);
    let people = (0..10).filter(|_| bench.sends(Priority::People, Outcome::Answered)).count();
    assert_eq!(people, 2);
}

#[test]
fn a_group_that_is_used_up_holds_up_no_other() {
    let bench = Bench::new();
    while bench.sends(Priority::People, Outcome::Answered) {}
    let create = bench.budget.pass("create").now_or_never().unwrap().unwrap();
    create.report(Outcome::Answered);
}

#[tokio::test]
async fn people_go_before_polls_and_polls_before_the_catalogue() {
    let bench = Bench::new();
    while bench.sends(Priority::People, Outcome::Answered) {}
    let order = Mutex::new(Vec::new());
    let waits = |name: &'static str, priority| {
        let (budget, order) = (Arc::clone(&bench.budget), &order);
        async move {
            let permit = with_priority(priority, budget.pass("order")).await.unwrap();
            order.lock().unwrap().push(name);
            permit.report(Outcome::Answered);
        }
    };
    let all = join_all([
        waits("catalogue", Priority::Catalog).boxed_local(),
        waits("poll", Priority::Poll).boxed_local(),
        waits("person", Priority::People).boxed_local(),
        waits("another person", Priority::People).boxed_local(),
    ]);
    tokio::pin!(all);
    for _ in 0..90 {
        if futures::poll!(&mut all).is_ready() {
            break;
        }
        bench.hand.advance(SECOND / 10);
    }
    assert_eq!(*order.lock().unwrap(), ["person", "another person", "poll", "catalogue"]);
}

#[tokio::test]
async fn polls_without_end_do_not_starve_the_catalogue() {
    let bench = Bench::new();
    let mut catalogue = Box::pin(with_priority(Priority::Catalog, bench.budget.pass("services")));
    let mut polls = Box::pin(async {
        loop {
            let permit = with_priority(Priority::Poll, bench.budget.pass("order")).await.unwrap();
            permit.report(Outcome::Answered);
        }
    });
    for _ in 0..150 {
        assert!(futures::poll!(&mut polls).is_pending());
        if futures::poll!(&mut catalogue).is_ready() {
            return;
        }
        // Tokio lets a task that never yields find nothing ready.
        tokio::task::yield_now().await;
        bench.hand.advance(SECOND / 10);
    }
    panic!("the catalogue was never read");
}

#[test]
fn a_wait_that_is_asked_for_is_kept_to_the_second() {
    for outcome in
        [Outcome::Limited(Some(7 * SECOND)), Outcome::AskedToWait(Duration::from_secs(7))]
    {
        let bench = Bench::new();
        assert!(bench.sends(Priority::Poll, outcome));
        bench.hand.advance(Duration::from_millis(6_999));
        assert!(!bench.sends(Priority::Poll, Outcome::Answered));
        bench.hand.advance(Duration::from_secs(7));
        assert!(bench.sends(Priority::Poll, Outcome::Answered));
    }
}

#[test]
fn a_route_that_asks_to_wait_holds_up_no_other() {
    let bench = Bench::new();
    assert!(bench.sends(Priority::Poll, Outcome::AskedToWait(Duration::from_mins(5))));
    let mut waiting = Box::pin(with_priority(Priority::Poll, bench.budget.pass("order")));
    assert!(waiting.as_mut().now_or_never().is_none());
    let other = bench.asks_on("services", Priority::Catalog).expect("though a poll stands before");
    other.unwrap().report(Outcome::Answered);
    assert!(bench.asks(Priority::People).unwrap().is_err(), "they are told at once");
}

#[test]
fn people_are_told_at_once_of_a_long_wait() {
    let bench = Bench::new();
    assert!(bench.sends(Priority::Poll, Outcome::Limited(Some(Duration::from_mins(15)))));
    let held = bench.asks(Priority::People).unwrap().unwrap_err();
    assert_eq!(held.retry_after, Duration::from_mins(15));
    assert!(bench.asks(Priority::Poll).is_none(), "a poll waits");
}

#[test]
fn a_429_without_a_wait_is_waited_for_longer_each_time() {
    let bench = Bench::new();
    let mut waits = Vec::new();
    for _ in 0..3 {
        while !bench.sends(Priority::People, Outcome::Limited(None)) {
            bench.hand.advance(SECOND / 10);
        }
        let Some(Err(held)) = bench.asks(Priority::People) else {
            // Short enough to be waited for.
            let since = bench.budget.clock.now();
            while bench.asks(Priority::People).is_none() {
                bench.hand.advance(SECOND / 10);
            }
            waits.push(bench.budget.clock.now().since(since).as_secs_f64());
            continue;
        };
        waits.push(held.retry_after.as_secs_f64());
    }
    assert!(
        waits.iter().zip([2.0, 4.0, 8.0]).all(|(wait, plain)| *wait >= plain * 0.74),
        "{waits:?}"
    );
    assert!(waits.is_sorted(), "{waits:?}");
}

/// The document says 60; the provider takes 30.
#[test]
fn a_provider_that_allows_less_than_documented_is_seldom_asked_too_often() {
    let bench = Bench::new();
    let (mut window, mut refused, mut sent) = (VecDeque::new(), 0, 0);
    let minutes = 60;
    for tick in 0..minutes * 600_u64 {
        while window.front().is_some_and(|at| at + 600 <= tick) {
            window.pop_front();
        }
        while let Some(Ok(permit)) = bench.asks(Priority::Poll) {
            if window.len() < 30 {
                window.push_back(tick);
                sent += 1;
                permit.report(Outcome::Answered);
            } else {
                refused += 1;
                permit.report(Outcome::Limited(Some(Duration::from_secs(10))));
            }
        }
        bench.hand.advance(SECOND / 10);
    }
    assert!(refused <= 20, "{refused} refusals in {minutes} minutes");
    assert!(sent >= minutes * 20, "and the key is used: {sent}");
}

#[test]
fn requests_that_are_refused_together_shrink_the_rate_once() {
    let bench = Bench::new();
    let (rate, _) = bench.budget.poll_rate();
    let together: Vec<_> = (0..3).map(|_| bench.asks(Priority::Poll).unwrap().unwrap()).collect();
    for permit in together {
        permit.report(Outcome::Limited(Some(5 * SECOND)));
    }
    let (shrunk, _) = bench.budget.poll_rate();
    assert_eq!(shrunk, rate * 7 / 10);
    bench.hand.advance(Duration::from_mins(5));
    assert!(bench.sends(Priority::Poll, Outcome::Answered));
    let (grown, _) = bench.budget.poll_rate();
    assert!(shrunk < grown && grown < rate, "slowly: {shrunk} < {grown} < {rate}");
    bench.hand.advance(Duration::from_hours(1));
    assert!(bench.sends(Priority::Poll, Outcome::Answered));
    assert_eq!(bench.budget.poll_rate().0, rate);
}

#[test]
fn failures_make_polls_wait_two_four_and_eight_seconds_and_people_not() {
    let bench = Bench::new();
    for plain in [2.0, 4.0, 8.0] {
        assert!(bench.sends(Priority::Poll, Outcome::Failed));
        let since = bench.budget.clock.now();
        while !bench.sends(Priority::Poll, Outcome::Unclear) {
            if bench.budget.clock.now() == since {
                assert!(bench.sends(Priority::People, Outcome::Unclear));
            }
            bench.hand.advance(SECOND / 10);
        }
        let waited = bench.budget.clock.now().since(since).as_secs_f64();
        assert!((plain * 0.75..=plain * 1.25 + 0.1).contains(&waited), "{plain}: {waited}");
    }
}

#[test]
fn while_the_provider_is_down_one_probe_at_a_time_is_sent() {
    let bench = Bench::new();
    bench.goes_down();
    assert!(bench.budget.is_down());
    let held = bench.asks(Priority::People).unwrap().unwrap_err();
    assert!(held.retry_after <= 2 * SECOND);
    bench.hand.advance(5 * SECOND);
    let probe = bench.asks(Priority::People).unwrap().unwrap();
    assert!(bench.asks(Priority::People).unwrap().is_err(), "only one");
    assert!(bench.asks(Priority::Poll).is_none(), "only one");
    probe.report(Outcome::Failed);
    bench.hand.advance(3 * SECOND);
    assert!(bench.asks(Priority::People).unwrap().is_err(), "later than the first time");
    bench.hand.advance(2 * SECOND);
    bench.asks(Priority::People).unwrap().unwrap().report(Outcome::Answered);
    assert!(!bench.budget.is_down());
    assert!(bench.sends(Priority::People, Outcome::Answered));
}

#[test]
fn one_broken_route_is_not_a_provider_that_is_down() {
    let bench = Bench::new();
    for _ in 0..50 {
        assert!(bench.sends(Priority::Poll, Outcome::Failed));
        bench.hand.advance(Duration::from_mins(1));
    }
    assert!(!bench.budget.is_down());
    bench.asks_on("create", Priority::People).unwrap().unwrap().report(Outcome::Failed);
    assert!(bench.budget.is_down(), "a second one is broken, too, and nothing was answered");
}

#[test]
fn a_route_that_has_not_failed_is_tried_at_once_though_the_provider_seems_down() {
    let bench = Bench::new();
    bench.goes_down();
    assert!(bench.asks_on("create", Priority::People).unwrap().is_err());
    let probe = bench.asks_on("balance", Priority::People).unwrap().unwrap();
    assert!(bench.asks_on("services", Priority::People).unwrap().is_err(), "one at a time");
    probe.report(Outcome::Failed);
    assert!(bench.asks_on("balance", Priority::People).unwrap().is_err(), "and only once");
    bench.hand.advance(5 * SECOND);
    let probe = bench.asks_on("services", Priority::People).unwrap().unwrap();
    probe.report(Outcome::Answered);
    assert!(!bench.budget.is_down());
}

#[test]
fn a_probe_that_is_given_up_does_not_close_the_door_for_good() {
    let bench = Bench::new();
    bench.goes_down();
    bench.hand.advance(5 * SECOND);
    drop(bench.asks(Priority::People).unwrap().unwrap());
    bench.hand.advance(5 * SECOND);
    assert!(bench.sends(Priority::People, Outcome::Answered));
    assert!(!bench.budget.is_down());
}

#[test]
fn whoever_looks_whether_a_poll_may_go_is_no_probe() {
    let bench = Bench::new();
    bench.goes_down();
    bench.hand.advance(10 * SECOND);
    // The failures made polls wait longer than that.
    bench.hand.advance(LONGEST_BACKOFF + LONGEST_BACKOFF);
    assert!(bench.budget.ready_to_poll().now_or_never().is_some());
    assert!(bench.budget.is_down());
    assert!(bench.sends(Priority::Poll, Outcome::Answered));
}

#[test]
fn somebody_who_goes_away_leaves_the_line() {
    let bench = Bench::new();
    while bench.sends(Priority::People, Outcome::Answered) {}
    let mut waiting = Box::pin(bench.budget.pass("order"));
    assert!(waiting.as_mut().now_or_never().is_none());
    assert_eq!(bench.budget.standing()[1].waiting, 1);
    drop(waiting);
    assert_eq!(bench.budget.standing()[1].waiting, 0);
}

#[test]
fn a_clock_that_jumps_neither_floods_nor_stops_the_provider() {
    let bench = Bench::new();
    assert!(bench.sends(Priority::Poll, Outcome::Limited(Some(30 * SECOND))));
    bench.hand.set_back(Duration::from_hours(5));
    bench.hand.advance(31 * SECOND);
    assert!(bench.asks(Priority::Poll).is_none());
    bench.hand.advance(31 * SECOND);
    let _ = bench.asks(Priority::Poll);
    bench.hand.advance(6 * SECOND);
    assert!(bench.sends(Priority::Poll, Outcome::Answered), "the wait counts anew, once");
    let before = bench.sends_in(60);
    bench.hand.set_back(Duration::from_hours(5));
    let after = bench.sends_in(60);
    assert!(before.abs_diff(after) <= 6, "{before} and {after}");
    bench.hand.advance(Duration::from_hours(50));
    assert!(bench.sends_in(60) <= 60);
}
