use super::*;
use crate::{
    ids::{CountryId, ServiceId},
    schedule::arrivals::Record,
};

const START: Timestamp = Timestamp(1_790_000_000_000);
const PACE: Duration = Duration::from_secs(3);
const SECOND: Duration = Duration::from_secs(1);
const LIFE: Duration = Duration::from_mins(20);
const GOODS: Goods = (ServiceId(1), CountryId(1));

fn code(began: Timestamp) -> Watched {
    Watched { watch: Watch::Code(GOODS), began, expires: Some(began + LIFE) }
}

fn schedule() -> Schedule {
    Schedule::new(PACE, Arrivals::default(), START)
}

/// The highest score by a look at everybody.
fn highest_of_all(schedule: &mut Schedule, now: Timestamp) -> Option<OrderId> {
    let looks: Vec<_> =
        schedule.entries.iter().map(|(order, it)| (*order, it.watched, it.asked)).collect();
    let may_be_asked = |watched: &Watched, asked: Timestamp| now >= asked + schedule.rest(watched);
    let eligible: Vec<_> =
        looks.into_iter().filter(|(_, watched, asked)| may_be_asked(watched, *asked)).collect();
    let scored = eligible.into_iter().map(|(order, watched, asked)| {
        (Score::of(schedule.score(&watched, asked, now, false)), Reverse(order))
    });
    scored.max().map(|(_, Reverse(order))| order)
}

#[test]
fn a_few_looks_find_whom_a_look_at_all_would() {
    let mut schedule = schedule();
    let mut now = START;
    for second in 0..400_i64 {
        if second % 3 == 0 {
            schedule.watch(OrderId(second), code(now));
        }
        if second % 31 == 0 {
            let watch = Watch::Every(Duration::from_secs(10));
            schedule.watch(OrderId(10_000 + second), Watched { watch, ..code(now) });
        }
        if second % 7 == 0 {
            schedule.drop(OrderId(second / 2));
        }
        now = now + SECOND;
        schedule.moves_to(now);
        let expected = highest_of_all(&mut schedule, now);
        assert_eq!(schedule.pick(1.0, now), expected, "after {second} s");
    }
}

#[test]
fn nobody_is_asked_twice_within_the_pace() {
    let mut schedule = schedule();
    for order in 1..=2 {
        schedule.watch(OrderId(order), code(START));
    }
    let (mut now, mut last) = (START, BTreeMap::new());
    for _ in 0..3_000 {
        while let Some(order) = schedule.pick(1_000.0, now) {
            let before = last.insert(order, now);
            assert!(before.is_none_or(|before| now.since(before) >= PACE));
        }
        now = now + SECOND / 10;
    }
    assert_eq!(last.len(), 2);
}

/// Ten numbers that were bought at once, on a key that takes one request a second: each is asked in its last moments.
#[test]
fn every_order_is_asked_once_more_before_it_runs_out() {
    let mut schedule = schedule();
    let end = START + LIFE;
    for order in 1..=10 {
        schedule.watch(OrderId(order), code(START));
    }
    // Others that are worth more draw all questions.
    let mut last = BTreeMap::new();
    for second in 1..1_200_i64 {
        let now = START + Duration::from_secs(second.unsigned_abs());
        schedule.watch(OrderId(1_000 + second), code(now));
        schedule.drop(OrderId(1_000 + second - 60));
        if let Some(order) = schedule.pick(1.0, now) {
            last.insert(order, now);
        }
    }
    for order in 1..=10 {
        let left = end.since(last[&OrderId(order)]);
        assert!(left <= Duration::from_secs(20), "order {order} was asked {left:?} before its end");
    }
}

#[test]
fn an_end_that_was_before_the_beginning_is_no_end() {
    let mut schedule = schedule();
    let expires = Some(START - LIFE);
    schedule.watch(OrderId(1), Watched { expires, ..code(START) });
    assert_eq!(schedule.pick(1.0, START + SECOND), None, "no last look at once");
    assert_eq!(schedule.pick(1.0, START + PACE), Some(OrderId(1)));
}

#[test]
fn a_clock_that_is_set_back_stops_no_question() {
    let mut schedule = schedule();
    schedule.watch(OrderId(1), code(START));
    assert_eq!(schedule.pick(1.0, START + PACE), Some(OrderId(1)));
    let back = START - Duration::from_hours(5);
    assert_eq!(schedule.pick(1.0, back), None);
    assert_eq!(schedule.pick(1.0, back + PACE), Some(OrderId(1)));
}

#[test]
fn what_was_seen_in_a_list_is_not_asked_for_again_at_once() {
    let mut schedule = schedule();
    schedule.watch(OrderId(1), code(START));
    schedule.was_asked(OrderId(1), START + SECOND);
    assert_eq!(schedule.pick(1.0, START + PACE), None);
    assert_eq!(schedule.pick(1.0, START + PACE + SECOND), Some(OrderId(1)));
}

#[test]
fn an_order_whose_watch_changes_keeps_when_it_was_asked() {
    let mut schedule = schedule();
    schedule.watch(OrderId(1), code(START));
    assert_eq!(schedule.pick(1.0, START + PACE), Some(OrderId(1)));
    let every = Watched { watch: Watch::Every(Duration::from_secs(30)), ..code(START) };
    schedule.watch(OrderId(1), every);
    assert_eq!(schedule.codes(), 0);
    assert_eq!(schedule.pick(1.0, START + PACE + 29 * SECOND), None);
    assert_eq!(schedule.pick(1.0, START + PACE + 30 * SECOND), Some(OrderId(1)));
}

#[test]
fn ten_thousand_orders_cost_few_looks() {
    let mut schedule = schedule();
    for order in 0..10_000_i64 {
        let began = START + Duration::from_millis(order.unsigned_abs() * 7);
        schedule.watch(OrderId(order), code(began));
    }
    let mut asked = BTreeSet::new();
    for second in 0..600 {
        let now = START + Duration::from_secs(80 + second);
        asked.extend(schedule.pick(2.0, now));
        asked.extend(schedule.pick(2.0, now));
    }
    assert!(schedule.is_overloaded(2.0));
    assert!(asked.len() > 1_000, "nobody is asked again before others once: {}", asked.len());
    // Nothing that was left behind gathers.
    assert!(schedule.bounds.len() + schedule.later.len() < 60_000);
}

fn came(service: i64, country: i64, seconds: u64, at: Timestamp) -> Record {
    let goods = (ServiceId(service), CountryId(country));
    Record { goods, age: Duration::from_secs(seconds), came: true, at }
}

fn learned(records: impl IntoIterator<Item = Record>) -> Arrivals {
    let mut arrivals = Arrivals::default();
    records.into_iter().for_each(|record| arrivals.add(&record));
    arrivals
}

#[test]
fn what_was_seen_of_a_service_shows_in_its_curve_and_less_elsewhere() {
    let records = (0..50).map(|_| came(1, 1, 60, START));
    let mut arrivals = learned(records);
    let chance = |arrivals: &mut Arrivals, service, country| {
        arrivals.curve((ServiceId(service), CountryId(country))).chance(0.0, 30.0)
    };
    let [here, same_service, elsewhere] =
        [(1, 1), (1, 2), (2, 2)].map(|(service, country)| chance(&mut arrivals, service, country));
    let assumed = Curve::assumed().chance(0.0, 30.0);
    assert!(here < same_service && same_service < elsewhere && elsewhere < assumed);
    assert!(here < 0.05, "{here}");
}

#[test]
fn an_order_without_a_code_lowers_the_chance_and_never_below_nothing() {
    let none = |_| Record { came: false, ..came(1, 1, 600, START) };
    let mut arrivals = learned((0..100).map(none));
    let chance = arrivals.curve(GOODS).chance(0.0, 600.0);
    assert!((0.0..0.2).contains(&chance), "{chance}");
}

#[test]
fn old_records_give_way_to_new_ones() {
    let month = START + Duration::from_hours(30 * 24);
    let before = (0..200).map(|_| came(1, 1, 8, START));
    let after = (0..60).map(|_| came(1, 1, 100, month));
    let mut arrivals = learned(before.chain(after));
    let chance = arrivals.curve(GOODS).chance(0.0, 20.0);
    assert!(chance < 0.2, "{chance}");
}

#[test]
fn a_curve_is_the_chance_that_it_was_made_from() {
    let curve = Curve::known(|age| 0.65 * age / (age + 25.0));
    for age in [1.0, 7.5, 25.0, 100.0, 1_000.0] {
        let expected = 0.65 * age / (age + 25.0);
        assert!((curve.chance(0.0, age) - expected).abs() < 0.02, "{age}");
    }
    assert!(curve.chance(50.0, 40.0).abs() < 1e-9, "nothing comes in no time");
    assert!((0.0..=1.0).contains(&curve.chance(0.0, 1e9)));
}
