use proptest::prelude::*;

use super::*;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn costs_round_up_to_the_next_ten_thousandth() {
    assert_eq!(Money::round_up(decimal("0.92307692")), Ok(Money::from_raw(9_231)));
    assert_eq!(Money::round_up(decimal("0.4118")), Ok(Money::from_raw(4_118)));
    assert_eq!(Money::round_up(decimal("0.00001")), Ok(Money::from_raw(1)));
    assert_eq!(Money::round_up(Decimal::MAX), Err(OutOfRange));
}

#[test]
fn shows_two_to_four_digits() {
    assert_eq!(Money::from_raw(15_000).to_string(), "1.50");
    assert_eq!(Money::from_raw(4_118).to_string(), "0.4118");
    assert_eq!(Money::from_raw(-30_000).to_string(), "-3.00");
    assert_eq!(Money::ZERO.to_string(), "0.00");
}

#[test]
fn typed_amounts_are_plain_decimals_above_zero() {
    assert_eq!(Money::parse_amount(" 5 "), Ok(Money::from_raw(50_000)));
    assert_eq!(Money::parse_amount("0.0001"), Ok(Money::from_raw(1)));
    assert_eq!(Money::parse_amount("2.50000"), Ok(Money::from_raw(25_000)));
    for text in ["NaN", "", "1e9", "five", "1,50", "$5", "+5", "5.", ".5", "0x10", "١"] {
        assert_eq!(Money::parse_amount(text), Err(AmountError::NotANumber), "{text:?}");
    }
    for text in ["-1", "0", "0.00", "-0"] {
        assert_eq!(Money::parse_amount(text), Err(AmountError::NotPositive), "{text:?}");
    }
    assert_eq!(Money::parse_amount("1.00001"), Err(AmountError::TooPrecise));
    for text in ["100000.0001", "1000000000", "99999999999999999999999999999999"] {
        assert_eq!(Money::parse_amount(text), Err(AmountError::TooLarge), "{text:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in "\\PC*") {
        if let Ok(money) = Money::parse_amount(&text) {
            prop_assert!(money.is_positive() && money <= LARGEST_AMOUNT);
        }
    }

    #[test]
    fn what_is_shown_reads_back(raw in 1..=LARGEST_AMOUNT.raw()) {
        let money = Money::from_raw(raw);
        prop_assert_eq!(Money::parse_amount(&money.to_string()), Ok(money));
    }

    #[test]
    fn sums_never_wrap(left: i64, right: i64) {
        let sum = Money::from_raw(left).checked_add(Money::from_raw(right));
        prop_assert_eq!(sum.map(Money::raw).ok(), left.checked_add(right));
    }
}

#[test]
fn a_balance_lasts_as_long_as_a_days_spending_fits_into_it() {
    let dollars = |dollars: i64| Money::from_raw(dollars * 10_000);
    assert_eq!(dollars(100).lasts(dollars(50)), Some(48));
    assert_eq!(dollars(10).lasts(dollars(20)), Some(12));
    assert_eq!(dollars(-1).lasts(dollars(20)), Some(0));
    assert_eq!(dollars(10).lasts(Money::ZERO), None);
}
