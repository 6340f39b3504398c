//! What may become of a request and its answer.

use bot_core::upstream::http::Connection;
use hyper::{Method, Request, body::Bytes};
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use sandbox::faults::Fault;
use serde_json::json;

/// What a request asks for, as far as a network may treat it differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Buys for every time that it arrives.
    Buys,
    /// Does something that is done once, however often it arrives.
    Does,
    /// Asks.
    Asks,
}

impl What {
    pub(super) fn of(request: &Request<Bytes>, connection: Connection) -> Self {
        let has_key = request.headers().contains_key("idempotency-key");
        match connection {
            Connection::Fresh if !has_key => Self::Buys,
            Connection::Kept if request.method() == Method::GET => Self::Asks,
            Connection::Fresh | Connection::Kept => Self::Does,
        }
    }
}

/// What becomes of one request.
pub(super) enum Way {
    Well,
    Unreachable,
    /// The connection breaks before the request has arrived.
    LostBefore,
    /// The provider does it; the connection breaks before the answer.
    LostAfter,
    /// Nobody ever answers, and nothing arrives.
    NeverBefore,
    /// The provider does it, and its answer never comes.
    NeverAfter,
    /// It arrives so many milliseconds later, when nobody waits for it any more.
    Late(u64),
    /// The provider answers so many milliseconds later.
    Slow(u64),
    /// It arrives twice, and the second copy's answer comes.
    Twice,
    /// What answers is behind by a little: it says what it said before.
    Older,
    Wrong(&'static str, Fault),
}

impl Way {
    pub(super) fn any(random: &mut StdRng, what: What) -> Self {
        match random.random_range(0..20) {
            0 => Self::Unreachable,
            1 => Self::LostBefore,
            2 | 3 => Self::LostAfter,
            4 => Self::NeverBefore,
            5 => Self::NeverAfter,
            6 | 7 => Self::Late(random.random_range(1_000..60_000)),
            8 | 9 => Self::Slow(random.random_range(500..12_000)),
            10..13 => match what {
                What::Buys => Self::LostAfter,
                What::Does => Self::Twice,
                What::Asks => Self::Older,
            },
            _ => wrong(random),
        }
    }

    /// None when nothing goes wrong.
    pub(super) fn name(&self) -> Option<&'static str> {
        Some(match self {
            Self::Well => return None,
            Self::Unreachable => "network: unreachable",
            Self::LostBefore => "network: reset before",
            Self::LostAfter => "network: reset after",
            Self::NeverBefore => "network: no answer, never arrived",
            Self::NeverAfter => "network: no answer, done",
            Self::Late(_) => "network: arrives late",
            Self::Slow(_) => "network: slow",
            Self::Twice => "network: arrives twice",
            Self::Older => "provider: an older answer again",
            Self::Wrong(name, _) => *name,
        })
    }
}

/// What an answer may be that is not as it should be.
fn wrong(random: &mut StdRng) -> Way {
    let seconds = random.random_range(1..20);
    let field = ["id", "order_id", "status", "phone", "phone_number", "orders", "data", "price"]
        .choose(random)
        .copied()
        .unwrap_or("id");
    let (name, fault) = match random.random_range(0..11) {
        0 => ("provider: 500, not done", Fault::Status500),
        1 => ("provider: 500, done", Fault::Status500AfterCommit),
        2 => ("provider: 503", Fault::Status503 { retry_after: seconds }),
        3 => ("provider: 429", Fault::Status429 { retry_after: seconds }),
        4 => ("provider: a web page, done", Fault::Garbage),
        5 => ("provider: half an answer, done", Fault::TruncatedJson),
        6 => ("provider: a field is missing, done", Fault::MissingField(field.to_owned())),
        7 => ("provider: a field of another type, done", Fault::WrongType(field.to_owned())),
        8 => ("provider: closes after it is done", Fault::ResetAfterCommit),
        9 => ("provider: closes before it is done", Fault::ResetBefore),
        _ => {
            let body = json!({ "error": "with status 200" });
            ("provider: an error with status 200, not done", Fault::Answer { status: 200, body })
        }
    };
    Way::Wrong(name, fault)
}
