//! What smsVerificationService's answer to a purchase or a renewal means: pure, and in doubt wherever the document leaves
//! a doubt.
//!
//! Neither carries a key of ours, so nothing can be asked again: [`Rejection`] is only what the document names as a
//! refusal. It also names 500 beside its refusals, which servers say of requests that may have been carried out; so every
//! 5xx is a doubt, whatever its words.

use std::time::Duration;

use super::{
    product::Product,
    wire::{
        Reply,
        order::{Installed, Rented, Sold},
        refusal::{RATE_WAIT, Said, reason, said},
    },
};
use crate::upstream::{
    Placing, Rejection, Unclear, UpstreamOrder,
    http::{Answer, Lost},
    json::{self, Unreadable},
};

/// When to ask again after a purchase that could not be sent.
pub const UNREACHABLE_WAIT: Duration = Duration::from_secs(5);

/// Judges the answer to a purchase of `product`.
pub fn judge(answer: &Result<Answer, Lost>, product: &Product) -> Placing {
    judge_by(answer, |body| {
        let order = match product {
            Product::Listed { .. } | Product::Global { .. } => {
                json::read::<Reply<Sold>>(body)?.data.into()
            }
            Product::Rental { .. } => json::read::<Rented>(body)?.into(),
            Product::Esim { .. } => json::read::<Installed>(body)?.into(),
        };
        Ok(UpstreamOrder { product: Some(product.reference()), ..order })
    })
}

/// Judges the answer to a renewal of the order `number`.
pub fn judge_renewal(answer: &Result<Answer, Lost>, number: u64) -> Placing {
    judge_by(answer, |body| {
        let Reply { data: renewed, .. } = json::read::<Reply<Sold>>(body)?;
        if renewed.order_id == number {
            Ok(renewed.into())
        } else {
            Err(Unreadable { field: "data.order_id, which is another order's".to_owned() })
        }
    })
}

fn judge_by(
    answer: &Result<Answer, Lost>,
    sold: impl FnOnce(&[u8]) -> Result<UpstreamOrder, Unreadable>,
) -> Placing {
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
        Ok(answer) if answer.status.is_success() => match sold(&answer.body) {
            Ok(order) => Placing::Accepted(vec![order]),
            Err(error) => match named(said(&answer.body).as_ref()) {
                Some(rejection) => Placing::Rejected(rejection),
                None => unknown(error.to_string(), answer.retry_after),
            },
        },
        Ok(answer) => refused(answer),
    }
}

fn refused(answer: &Answer) -> Placing {
    let status = answer.status.as_u16();
    let said = said(&answer.body);
    let rejection = match status {
        400 => named(said.as_ref()).or_else(|| Some(Rejection::Invalid(invalid(said.as_ref())))),
        401 | 403 => Some(Rejection::KeyRefused),
        402 => named(said.as_ref()).or(Some(Rejection::UpstreamFunds)),
        404 => named(said.as_ref()).or(Some(Rejection::OfferGone)),
        429 => Some(Rejection::NotNow {
            retry_after: answer.retry_after.unwrap_or(RATE_WAIT),
            reason: "status 429".to_owned(),
        }),
        405..500 => named(said.as_ref()),
        _ => None,
    };
    rejection
        .map_or_else(|| unknown(format!("status {status}"), answer.retry_after), Placing::Rejected)
}

/// What the words of a refusal name.
fn named(said: Option<&Said>) -> Option<Rejection> {
    match said {
        Some(Said::Words(words)) => reason(words),
        Some(Said::Fields(_)) | None => None,
    }
}

/// The provider's own words may quote what it was sent, so only the names of fields are told.
fn invalid(said: Option<&Said>) -> String {
    match said {
        Some(Said::Fields(names)) => format!("status 400 for {names}"),
        Some(Said::Words(_)) | None => "status 400".to_owned(),
    }
}

pub fn unknown(reason: String, retry_after: Option<Duration>) -> Placing {
    Placing::Unknown(Unclear { reason, retry_after })
}

#[cfg(test)]
mod tests;
