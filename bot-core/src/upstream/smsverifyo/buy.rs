//! What SMSVerifyo's answer to a purchase means: pure, and in doubt wherever the document leaves a doubt.
//!
//! A purchase carries no key of ours and no list shows it afterwards, so a doubt is never settled by asking again:
//! [`Rejection`] is only what the document names as a refusal. The document names 503 for "no numbers", which servers in
//! front also say of requests that may be carried out; so a 503 counts as a refusal only in the provider's own envelope.
//! The document says "always retry transient 5xx"; without a key that would buy twice.

use std::time::Duration;

use super::wire::{
    Created,
    refusal::{Code, RATE_WAIT, code, words},
};
use crate::{
    ids::ProductRef,
    upstream::{
        Placing, Rejection, Unclear, UpstreamOrder,
        http::{Answer, Lost},
        json,
    },
};

/// When to ask again after a purchase that could not be sent.
pub const UNREACHABLE_WAIT: Duration = Duration::from_secs(5);

/// Judges the answer to a purchase of `product`.
pub fn judge(answer: &Result<Answer, Lost>, product: &ProductRef) -> Placing {
    match answer {
        Err(lost @ Lost::Unreachable) => Placing::Rejected(Rejection::NotNow {
            retry_after: UNREACHABLE_WAIT,
            reason: lost.to_string(),
        }),
        Err(lost @ Lost::Held { retry_after }) => Placing::Rejected(Rejection::NotNow {
            retry_after: *retry_after,
            reason: lost.to_string(),
        }),
        Err(lost @ Lost::NoAnswer(_)) => unknown(lost.to_string(), None),
        Ok(answer) if answer.status.is_success() => match json::read::<Created>(&answer.body) {
            Ok(created) => Placing::Accepted(vec![UpstreamOrder {
                product: Some(product.clone()),
                ..UpstreamOrder::from(created.order)
            }]),
            Err(error) => unknown(error.to_string(), answer.retry_after),
        },
        Ok(answer) => refused(answer),
    }
}

fn refused(answer: &Answer) -> Placing {
    let rejection = match (answer.status.as_u16(), code(&answer.body)) {
        (400..500 | 503, Some(Code::NoNumbers)) => Rejection::NoNumbers,
        (402, _) | (400..500, Some(Code::InsufficientFunds)) => Rejection::UpstreamFunds,
        (400, _) => Rejection::Invalid(words(answer)),
        (401 | 403, _) => Rejection::KeyRefused,
        (404, _) => Rejection::OfferGone,
        (429, _) => Rejection::NotNow {
            retry_after: answer.retry_after.unwrap_or(RATE_WAIT),
            reason: words(answer),
        },
        _ => return unknown(words(answer), answer.retry_after),
    };
    Placing::Rejected(rejection)
}

pub fn unknown(reason: String, retry_after: Option<Duration>) -> Placing {
    Placing::Unknown(Unclear { reason, retry_after })
}

#[cfg(test)]
mod tests;
