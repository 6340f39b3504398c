//! What SMSCode's answer to a create means: pure, and in doubt wherever the document leaves a doubt.
//!
//! Only a documented refusal with a 4xx status, or a success that says it sold nothing, is a [`Rejection`]. Every 5xx is
//! unknown, whatever its body says: a server in front may give up on a request that is then carried out.

use std::time::Duration;

use super::wire::{
    Reply,
    error::{ErrorCode, Failure, RATE_WINDOW, failure},
    order::{Created, CreatedOrder},
};
use crate::{
    ids::ProductRef,
    upstream::{
        Placing, Rejection, Unclear, UpstreamOrder,
        http::{Answer, Lost},
        json,
    },
};

/// When to ask again after a create that could not be sent.
pub const UNREACHABLE_WAIT: Duration = Duration::from_secs(5);

/// Judges the first create under a key.
pub fn judge(answer: &Result<Answer, Lost>, product: &ProductRef, quantity: u16) -> Placing {
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
        Ok(answer) if answer.status.is_success() => success(answer, product, quantity),
        Ok(answer) if answer.status.is_client_error() => refused(answer),
        Ok(answer) => unknown(words(answer), answer.retry_after),
    }
}

/// Judges a create that repeats a key after an unknown answer. What the provider may say before it looks for the key
/// tells nothing of the first request, so such a refusal stays unknown; only the outcome of the purchase itself counts.
pub fn judge_again(answer: &Result<Answer, Lost>, product: &ProductRef, quantity: u16) -> Placing {
    match judge(answer, product, quantity) {
        Placing::Rejected(rejection) => match rejection {
            Rejection::NoNumbers => Placing::Rejected(rejection),
            Rejection::NotNow { retry_after, reason } => unknown(reason, Some(retry_after)),
            Rejection::UpstreamFunds => still_unknown("INSUFFICIENT_BALANCE"),
            Rejection::OfferGone => still_unknown("NOT_FOUND"),
            Rejection::KeyRefused => still_unknown("the key was refused"),
            Rejection::Invalid(reason) => still_unknown(&reason),
            Rejection::PriceMoved { .. } => still_unknown("the price has moved"),
        },
        answer @ (Placing::Accepted(_) | Placing::Unknown(_)) => answer,
    }
}

fn success(answer: &Answer, product: &ProductRef, quantity: u16) -> Placing {
    let Created { orders, failed_count } = match json::read::<Reply<Created>>(&answer.body) {
        Ok(reply) => reply.data,
        Err(error) => return unknown(error.to_string(), answer.retry_after),
    };
    let asked = usize::from(quantity);
    match orders.len() {
        0 if failed_count > 0 => Placing::Rejected(Rejection::NoNumbers),
        0 => unknown("neither an order nor a failure".to_owned(), None),
        count if count > asked => unknown(format!("{count} orders in answer to {asked}"), None),
        _ => Placing::Accepted(bought(orders, product)),
    }
}

/// In the order of their ids, so that a repeated answer gives the same numbers to the same buyers.
fn bought(mut orders: Vec<CreatedOrder>, product: &ProductRef) -> Vec<UpstreamOrder> {
    orders.sort_by_key(|order| order.id);
    let order =
        |order| UpstreamOrder { product: Some(product.clone()), ..UpstreamOrder::from(order) };
    orders.into_iter().map(order).collect()
}

fn refused(answer: &Answer) -> Placing {
    let Some(Failure { code, .. }) = failure(&answer.body) else {
        return unknown(words(answer), answer.retry_after);
    };
    Placing::Rejected(match code {
        ErrorCode::InsufficientBalance => Rejection::UpstreamFunds,
        ErrorCode::ProviderError => Rejection::NoNumbers,
        ErrorCode::NotFound => Rejection::OfferGone,
        // The provider's own words may quote what it was sent.
        ErrorCode::ValidationError => Rejection::Invalid("VALIDATION_ERROR".to_owned()),
        ErrorCode::Unauthorized | ErrorCode::Forbidden => Rejection::KeyRefused,
        ErrorCode::RateLimitExceeded => Rejection::NotNow {
            retry_after: answer.retry_after.unwrap_or(RATE_WINDOW),
            reason: code.to_string(),
        },
        // A conflict means that the key is in use: an earlier request may have been carried out.
        ErrorCode::Conflict
        | ErrorCode::InternalError
        | ErrorCode::CancelTooEarly
        | ErrorCode::ServiceUnavailable
        | ErrorCode::FxRateUnavailable
        | ErrorCode::Other(_) => return unknown(words(answer), answer.retry_after),
    })
}

fn words(answer: &Answer) -> String {
    let status = answer.status.as_u16();
    match failure(&answer.body) {
        Some(failure) => format!("status {status}, {}", failure.code),
        None => format!("status {status} without a readable error"),
    }
}

fn still_unknown(reason: &str) -> Placing {
    unknown(format!("the repeated create was refused: {reason}"), None)
}

pub fn unknown(reason: String, retry_after: Option<Duration>) -> Placing {
    Placing::Unknown(Unclear { reason, retry_after })
}

#[cfg(test)]
mod tests;
