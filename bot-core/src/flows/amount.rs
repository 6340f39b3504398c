//! Amounts as people type them, and what they are told about the bad ones.

use super::{admin::echo, say};
use crate::{
    money::{AmountError, LARGEST_AMOUNT, Money},
    screen::Reply,
    shop::Caller,
};

/// An amount before a note. A note that begins like a currency is taken for part of the amount: `5 EUR` is not five
/// of the shop's currency.
pub(super) fn read_amount(amount: &str, note: &[&str]) -> Result<Money, (AmountError, String)> {
    let is_currency = |word: &&str| {
        (word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase()))
            || word.starts_with(['$', '€', '£', '¥', '₽', '₴', '₹'])
    };
    match note.first().filter(|word| is_currency(word)) {
        Some(currency) => Err((AmountError::NotANumber, format!("{amount} {currency}"))),
        None => Money::parse_amount(amount).map_err(|error| (error, amount.to_owned())),
    }
}

/// What is wrong with an amount.
pub(super) fn bad_amount(caller: &Caller<'_>, typed: &str, error: AmountError) -> Reply {
    let typed = ("typed", echo(typed).into());
    match error {
        AmountError::NotANumber => say(caller, "topup-bad-amount-not-a-number", &[typed]),
        AmountError::NotPositive => say(caller, "topup-bad-amount-not-positive", &[typed]),
        AmountError::TooPrecise => say(caller, "topup-bad-amount-too-precise", &[typed]),
        AmountError::TooLarge => {
            say(caller, "topup-bad-amount-too-large", &[typed, ("largest", LARGEST_AMOUNT.into())])
        }
    }
}
