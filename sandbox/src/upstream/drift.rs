//! A purchase that costs something else than the list says. It knows nothing of what is bought.

/// A listed price changed by so many percent, rounded up, and never nothing.
pub fn drifted(price: i64, percent: i64) -> i64 {
    let hundredfold = i128::from(price) * (100 + i128::from(percent));
    i64::try_from((hundredfold + 99).div_euclid(100)).unwrap_or(i64::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_drifts_up_and_down_rounded_up_and_is_never_nothing() {
        for (price, percent, paid) in
            [(1_500, 20, 1_800), (1_500, 0, 1_500), (1_001, -50, 501), (1, -99, 1), (9, -100, 1)]
        {
            assert_eq!(drifted(price, percent), paid);
        }
        assert_eq!(drifted(i64::MAX, 50), i64::MAX);
    }
}
