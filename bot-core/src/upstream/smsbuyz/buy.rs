//! What SmsBuyz's answer to a purchase means: pure, and in doubt wherever the document leaves a doubt.
//!
//! A purchase is a GET without a key of ours, so nothing can be asked again: [`Rejection`] is only what the document names
//! as a refusal. It names 503 for "no numbers", which servers in front also say when they give up on a request that
//! may be carried out; so a 503 counts as a refusal only when its words speak of numbers.

use std::time::Duration;

use super::wire::{
    Order,
    refusal::{RATE_WAIT, reason, words},
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
        Ok(answer) if answer.status.is_success() => success(answer, product),
        Ok(answer) => refused(answer),
    }
}

fn success(answer: &Answer, product: &ProductRef) -> Placing {
    match json::read::<Order>(&answer.body) {
        Ok(order) => Placing::Accepted(vec![UpstreamOrder {
            product: Some(product.clone()),
            ..UpstreamOrder::from(order)
        }]),
        Err(error) => match words(&answer.body).as_deref().and_then(reason) {
            Some(rejection) => Placing::Rejected(rejection),
            None => unknown(error.to_string(), answer.retry_after),
        },
    }
}

fn refused(answer: &Answer) -> Placing {
    let status = answer.status.as_u16();
    let words = words(&answer.body);
    let said = words.as_deref().and_then(reason);
    let rejection = match status {
        // The provider's own words may quote what it was sent.
        400 => said.or_else(|| Some(Rejection::Invalid("status 400".to_owned()))),
        401 | 403 => Some(Rejection::KeyRefused),
        404 => said.or(Some(Rejection::OfferGone)),
        429 => Some(Rejection::NotNow {
            retry_after: answer.retry_after.unwrap_or(RATE_WAIT),
            reason: "status 429".to_owned(),
        }),
        402..500 | 503 => said,
        _ => None,
    };
    rejection
        .map_or_else(|| unknown(format!("status {status}"), answer.retry_after), Placing::Rejected)
}

pub fn unknown(reason: String, retry_after: Option<Duration>) -> Placing {
    Placing::Unknown(Unclear { reason, retry_after })
}

#[cfg(test)]
mod tests;
