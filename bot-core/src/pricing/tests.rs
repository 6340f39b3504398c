use proptest::prelude::*;

use super::*;

fn money(text: &str) -> Money {
    Money::round_up(text.parse().unwrap()).unwrap()
}

fn pricing(margin: &str, fee: &str, minimum: &str, step: &str) -> Pricing {
    Pricing::new(margin.parse().unwrap(), money(fee), money(minimum), money(step)).unwrap()
}

#[test]
fn a_price_is_margin_and_fee_or_the_minimum_rounded_up() {
    for (rule, cost, price) in [
        (pricing("30", "0", "0", "0.01"), "1.00", "1.30"),
        (pricing("30", "0", "0", "0.01"), "0.4118", "0.54"),
        (pricing("30", "0", "0", "0"), "0.4118", "0.5354"),
        (pricing("30", "0", "0", "0.0001"), "0.4118", "0.5354"),
        (pricing("30", "0.10", "0", "0.01"), "1.00", "1.40"),
        (pricing("30", "0", "0.50", "0.01"), "1.00", "1.50"),
        (pricing("30", "0.10", "0.50", "0.25"), "1.01", "1.75"),
        (pricing("0", "0", "0", "0.05"), "0.0001", "0.05"),
        (pricing("12.5", "0", "0", "0"), "0.0001", "0.0002"),
        (pricing("0", "0", "0", "0.01"), "1.00", "1.00"),
        (Pricing::default(), "0.10", "0.15"),
        (Pricing::default(), "1.00", "1.30"),
        (Pricing::default(), "0", "0.05"),
    ] {
        assert_eq!(rule.retail(money(cost)), Ok(money(price)), "{rule:?} of {cost}");
    }
}

#[test]
fn a_bad_setting_is_named() {
    let refused = |margin: &str, fee, minimum, step| {
        let raw = Money::from_raw;
        let refusal =
            Pricing::new(margin.parse().unwrap(), raw(fee), raw(minimum), raw(step)).unwrap_err();
        refusal.to_string()
    };
    let margin = "it must be from 0 to 1000, with at most four digits after the point";
    assert_eq!(refused("-0.1", 0, 0, 0), format!("`margin_percent` is -0.1; {margin}"));
    assert_eq!(refused("1000.1", 0, 0, 0), format!("`margin_percent` is 1000.1; {margin}"));
    assert_eq!(refused("0.00001", 0, 0, 0), format!("`margin_percent` is 0.00001; {margin}"));
    assert_eq!(refused("0", -1, 0, 0), "`fee` is -0.0001; it must be zero or more");
    assert_eq!(refused("0", 0, -1, 0), "`minimum` is -0.0001; it must be zero or more");
    assert_eq!(refused("0", 0, 0, -1), "`step` is -0.0001; it must be zero or more");
    assert_eq!(pricing("1000", "0", "0", "0").margin_percent(), Decimal::from(1_000));
}

#[test]
fn the_default_could_have_been_configured() {
    let rule = Pricing::default();
    let again = Pricing::new(rule.margin_percent(), rule.fee(), rule.minimum(), rule.step());
    assert_eq!(again, Ok(rule));
}

#[test]
fn what_has_no_price_is_an_error() {
    let rule = Pricing::default();
    assert_eq!(rule.retail(Money::from_raw(-1)), Err(PricingError::NegativeCost));
    assert_eq!(rule.retail(Money::from_raw(i64::MAX)), Err(OutOfRange.into()));
    let coarse = Pricing::new(Decimal::ZERO, Money::ZERO, Money::ZERO, Money::from_raw(i64::MAX));
    assert_eq!(coarse.unwrap().retail(Money::from_raw(1)), Ok(Money::from_raw(i64::MAX)));
}

proptest! {
    #[test]
    fn a_price_is_the_smallest_multiple_that_earns_enough(
        cost in 0..=i64::MAX / 1_000,
        margin_ten_thousandths in 0_i64..=10_000_000,
        fee in 0..=1_000_000_000_i64,
        minimum in 0..=1_000_000_000_i64,
        step in 0..=1_000_000_i64,
    ) {
        let rule = Pricing::new(
            Decimal::new(margin_ten_thousandths, 4),
            Money::from_raw(fee),
            Money::from_raw(minimum),
            Money::from_raw(step),
        )
        .unwrap();
        let price = i128::from(rule.retail(Money::from_raw(cost)).unwrap().raw());
        // Whole numbers all the way: a second calculation that shares nothing with the first.
        let cost = i128::from(cost);
        let percent_scale = 1_000_000;
        let marked_up = cost * (percent_scale + i128::from(margin_ten_thousandths));
        let with_fee = (marked_up + percent_scale - 1) / percent_scale + i128::from(fee);
        let least = with_fee.max(cost + i128::from(minimum));
        let step = i128::from(step.max(1));
        prop_assert!(price >= cost);
        prop_assert_eq!(price, (least + step - 1) / step * step);
    }
}
