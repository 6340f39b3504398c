//! What the answer to a creation means: pure, and in doubt wherever the guide leaves a doubt.
//!
//! "Any 5xx or network error can be retried safely with the same key": so every 5xx is a doubt that the same key settles,
//! but for the provider's own envelope that there are no numbers.

use std::time::Duration;

use super::{
    endpoints::words,
    wire::{Code, Product, Shown},
};
use crate::{
    clock::Timestamp,
    upstream::{
        Placing, Rejection, Unclear,
        http::{Answer, Lost},
        json,
    },
};

/// When to ask again after a creation that could not be sent.
pub const UNREACHABLE_WAIT: Duration = Duration::from_secs(5);

/// What to wait after a 429 without `Retry-After`: the minute that creations are counted in.
pub const RATE_WAIT: Duration = Duration::from_mins(1);

/// What an answer says.
#[derive(Debug)]
pub enum Verdict {
    Clear(Placing),
    /// Nothing was sold, because it costs more than was allowed; how much is not told.
    TooDear,
}

/// Judges the first creation under a key.
pub fn judge(answer: &Result<Answer, Lost>, product: Product<'_>, now: Timestamp) -> Verdict {
    Verdict::Clear(match answer {
        Err(lost @ Lost::Unreachable) => Placing::Rejected(Rejection::NotNow {
            retry_after: UNREACHABLE_WAIT,
            reason: lost.to_string(),
        }),
        Err(lost @ Lost::Held { retry_after }) => Placing::Rejected(Rejection::NotNow {
            retry_after: *retry_after,
            reason: lost.to_string(),
        }),
        Err(lost @ Lost::NoAnswer(_)) => unknown(lost.to_string(), None),
        Ok(answer) if answer.status.is_success() => sold(answer, product, now),
        Ok(answer) => return refused(answer),
    })
}

/// Judges a creation that repeats a key after an unknown answer. What the provider says before it looks for the key tells
/// nothing of the first creation, and the guide does not say what comes first, so only a rental is an answer.
pub fn judge_again(answer: &Result<Answer, Lost>, product: Product<'_>, now: Timestamp) -> Placing {
    let still = |reason: &str, retry_after| {
        unknown(format!("the repeated creation was refused: {reason}"), retry_after)
    };
    match judge(answer, product, now) {
        Verdict::Clear(Placing::Rejected(Rejection::NotNow { retry_after, reason })) => {
            still(&reason, Some(retry_after))
        }
        Verdict::Clear(Placing::Rejected(rejection)) => still(&format!("{rejection:?}"), None),
        Verdict::Clear(clear @ (Placing::Accepted(_) | Placing::Unknown(_))) => clear,
        Verdict::TooDear => still("the price is above what is allowed", None),
    }
}

/// Another product under the same key would be somebody else's rental, or a key used twice: nothing to hand out.
fn sold(answer: &Answer, product: Product<'_>, now: Timestamp) -> Placing {
    let rental = match json::read::<Shown>(&answer.body) {
        Ok(shown) => shown.rental,
        Err(error) => return unknown(error.to_string(), answer.retry_after),
    };
    if rental.product() != Some(product) {
        return unknown("the rental is of another product".to_owned(), None);
    }
    match rental.at(now) {
        Ok(order) => Placing::Accepted(vec![order]),
        Err(error) => unknown(error.to_string(), answer.retry_after),
    }
}

fn refused(answer: &Answer) -> Verdict {
    let rejection = match (answer.status.as_u16(), Code::read(&answer.body)) {
        (400..500, Some(Code::PriceTooHigh)) => return Verdict::TooDear,
        (400..500 | 503, Some(Code::NoNumbers)) => Rejection::NoNumbers,
        (402, _) | (400..500, Some(Code::InsufficientFunds)) => Rejection::UpstreamFunds,
        (400 | 422, _) => Rejection::Invalid(words(answer)),
        (401 | 403, _) => Rejection::KeyRefused,
        (404, _) => Rejection::OfferGone,
        (429, _) => Rejection::NotNow {
            retry_after: answer.retry_after.unwrap_or(RATE_WAIT),
            reason: words(answer),
        },
        // A conflict may mean that the key is in use: an earlier creation may have been carried out.
        _ => return Verdict::Clear(unknown(words(answer), answer.retry_after)),
    };
    Verdict::Clear(Placing::Rejected(rejection))
}

pub fn unknown(reason: String, retry_after: Option<Duration>) -> Placing {
    Placing::Unknown(Unclear { reason, retry_after })
}

#[cfg(test)]
mod tests;
