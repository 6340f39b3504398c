use proptest::prelude::*;

use super::*;
use crate::ids::CustomerId;

fn money(raw: i64) -> Money {
    Money::from_raw(raw)
}

fn open() -> Rules {
    Rules {
        spenders: Spenders::Everyone,
        per_order: None,
        per_member: None,
        per_day: None,
        approve_above: None,
        show_in_group: false,
    }
}

fn member() -> Standing {
    Standing { is_member: true, ..Standing::default() }
}

fn wish(total: i64) -> Spending {
    Spending {
        total: money(total),
        is_listed: false,
        is_allowed_service: true,
        by_member: money(3),
        by_all: money(5),
    }
}

#[test]
fn who_may_spend_is_one_of_four() {
    let admin = Standing { is_administrator: true, ..member() };
    let buyer = Standing { roles: vec!["7".into()], ..member() };
    let judged = |spenders: &Spenders, standing: &Standing, is_listed| {
        let rules = Rules { spenders: spenders.clone(), ..open() };
        rules.judge(standing, &Spending { is_listed, ..wish(1) }).unwrap()
    };
    let no = Err(Forbidden::Spender);
    for (spenders, plain, listed, with_role, of_admin) in [
        (
            Spenders::Everyone,
            Ok(Verdict::Buy),
            Ok(Verdict::Buy),
            Ok(Verdict::Buy),
            Ok(Verdict::Buy),
        ),
        (Spenders::Listed, no, Ok(Verdict::Buy), no, no),
        (Spenders::Role("7".into()), no, no, Ok(Verdict::Buy), no),
        (Spenders::Administrators, no, no, no, Ok(Verdict::Buy)),
    ] {
        assert_eq!(judged(&spenders, &member(), false), plain);
        assert_eq!(judged(&spenders, &member(), true), listed);
        assert_eq!(judged(&spenders, &buyer, false), with_role);
        assert_eq!(judged(&spenders, &admin, false), of_admin);
        let gone = Standing { is_member: false, is_administrator: true, ..buyer.clone() };
        assert_eq!(judged(&spenders, &gone, true), Err(Forbidden::Stranger));
    }
}

#[test]
fn each_limit_holds_to_the_unit() {
    let judged = |rules: &Rules, total| rules.judge(&member(), &wish(total)).unwrap();
    let per_order = Rules { per_order: Some(money(4)), ..open() };
    assert_eq!(judged(&per_order, 4), Ok(Verdict::Buy));
    assert_eq!(judged(&per_order, 5), Err(Forbidden::PerOrder { most: money(4) }));
    let per_member = Rules { per_member: Some(money(7)), ..open() };
    assert_eq!(judged(&per_member, 4), Ok(Verdict::Buy));
    let over = Forbidden::PerMember { most: money(7), left: money(4) };
    assert_eq!(judged(&per_member, 5), Err(over));
    let per_day = Rules { per_day: Some(money(4)), ..open() };
    assert_eq!(judged(&per_day, 1), Err(Forbidden::PerDay { most: money(4), left: Money::ZERO }));
    let asks = Rules { approve_above: Some(money(2)), ..open() };
    assert_eq!(judged(&asks, 2), Ok(Verdict::Buy));
    assert_eq!(judged(&asks, 3), Ok(Verdict::Ask));
    let admin = Standing { is_administrator: true, ..member() };
    assert_eq!(asks.judge(&admin, &wish(3)).unwrap(), Ok(Verdict::Buy));
    let another = Spending { is_allowed_service: false, ..wish(1) };
    assert_eq!(open().judge(&member(), &another).unwrap(), Err(Forbidden::Service));
}

#[test]
fn a_rest_goes_to_whom_it_was_cut_from() {
    let [a, b, c] = [1, 2, 3].map(|id| Giver::Member(CustomerId(id)));
    let given = [(a, money(1)), (b, money(1)), (c, money(1))];
    assert_eq!(shares(money(100), &given), [(a, money(34)), (b, money(33)), (c, money(33))]);
    let given = [(a, money(70_000)), (b, money(30_000)), (Giver::Shop, money(1))];
    assert_eq!(shares(money(1), &given), [(a, money(1))]);
    assert_eq!(shares(Money::ZERO, &given), []);
    assert_eq!(shares(money(5), &[]), []);
}

proptest! {
    /// Nothing is lost or made, nobody is off by a whole unit, and who gave more does not get less.
    #[test]
    fn shares_are_fair_to_the_last_unit(left in 1..i64::from(u32::MAX), given in prop::collection::vec(1..10_000_000i64, 1..12)) {
        let given: Vec<_> =
            (0..).zip(&given).map(|(id, gave)| (Giver::Member(CustomerId(id)), money(*gave))).collect();
        let sum: i128 = given.iter().map(|(_, gave)| i128::from(gave.raw())).sum();
        let shares = shares(money(left), &given);
        prop_assert_eq!(shares.iter().map(|(_, part)| part.raw()).sum::<i64>(), left);
        let share = |giver| shares.iter().find(|(it, _)| *it == giver).map_or(0, |(_, part)| part.raw());
        for (giver, gave) in &given {
            let exact = i128::from(left) * i128::from(gave.raw());
            let found = i128::from(share(*giver)) * sum;
            prop_assert!((found - exact).abs() < sum, "{found} for {exact}");
            for (other, more) in &given {
                prop_assert!(more <= gave || share(*other) >= share(*giver));
            }
        }
    }
}
