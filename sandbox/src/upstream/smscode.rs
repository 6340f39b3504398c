//! The emulator of SMSCode: v1 (IDR) and v2 (USD) over one ledger in IDR, on one server.
//!
//! It holds the document's rules: authentication, validation, rate limits, idempotency keys, the order's life and the
//! money that goes with it. Where the document is silent it takes the reading that is hardest on a client, and says so
//! at the place.

mod account;
mod ask;
mod catalog;
mod control;
mod endpoint;
mod order;
mod refusal;
mod show;
mod state;
mod webhook;

#[cfg(test)]
mod tests;

use std::{
    fmt, io,
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};

use futures::future::{BoxFuture, FutureExt};
use serde_json::{Value, json};

use self::{
    account::Account,
    catalog::Catalog,
    endpoint::{Endpoint, ROUTES, Version, order_part},
    refusal::Refusal,
    show::Fx,
    state::{Done, State},
    webhook::Webhook,
};
pub use self::{
    catalog::{CatalogSize, ProductView},
    control::Control,
    order::{OrderView, Status},
};
pub use super::control::ControlError;
use super::{
    numbers::CodePlan,
    server::{self, Answer, Emulator, Failure, Request, Target},
    wallet::Wallet,
    webhook::{Pusher, Pushing},
};
use crate::{clock::Clock, request_log::RequestLog};

/// IDR for one USD until changed; the document's example.
const USUAL_RATE: i64 = 16_250;

/// How to set an emulator up.
#[derive(Clone)]
pub struct Options {
    /// The only key that is let in.
    pub api_key: String,
    /// Catalogue, numbers, codes and delays follow from it.
    pub seed: u64,
    pub clock: Clock,
    pub codes: CodePlan,
    /// The opening balance in whole IDR.
    pub wallet_idr: i64,
    pub catalog: CatalogSize,
    pub log: RequestLog,
}

impl Options {
    /// A real clock, lifelike codes (a median of 12 s, one in ten never comes), Rp 5,000,000, the standard catalogue
    /// and no request log.
    pub fn new(api_key: impl Into<String>) -> Self {
        Self {
            api_key: api_key.into(),
            seed: 1,
            clock: Clock::real(),
            codes: CodePlan::Seeded { median_ms: 12_000, spread: 0.6, never_percent: 10 },
            wallet_idr: 5_000_000,
            catalog: CatalogSize::Standard,
            log: RequestLog::off(),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Options")
            .field("seed", &self.seed)
            .field("codes", &self.codes)
            .field("wallet_idr", &self.wallet_idr)
            .field("catalog", &self.catalog)
            .finish_non_exhaustive()
    }
}

/// A running emulator; its API is at [`server::Running::url`] with `/v1` or `/v2` after it.
pub type Running = server::Running<Control>;

/// Starts an emulator on `address`; port 0 takes a free one.
pub async fn start(options: Options, address: SocketAddr) -> io::Result<Running> {
    let (clock, log) = (options.clock.clone(), options.log.clone());
    super::control::start_pushing(Smscode::new(options), address, clock, log).await
}

/// The same in this process, without a server.
pub fn in_process(options: Options) -> server::InProcess<Control> {
    let (clock, log) = (options.clock.clone(), options.log.clone());
    super::control::in_process(Smscode::new(options), clock, log)
}

/// The emulator behind the server and the control handle.
pub struct Smscode {
    authorization: String,
    clock: Clock,
    pusher: Pusher,
    state: Mutex<State>,
}

impl fmt::Debug for Smscode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Smscode")
    }
}

impl Smscode {
    fn new(options: Options) -> Self {
        let Options { api_key, seed, clock, codes, wallet_idr, catalog, log: _ } = options;
        let now_ms = clock.now_ms();
        let wallet = Wallet::open(wallet_idr, now_ms);
        let account = Account::new(Catalog::new(seed, catalog), wallet, seed, codes);
        let fx = Fx { rate: USUAL_RATE, as_of_ms: Some(now_ms) };
        let pusher = Pusher::new(clock.clone());
        let webhook = Webhook::new(pusher.clone());
        let state = Mutex::new(State::new(account, fx, seed, webhook));
        Self { authorization: format!("Bearer {api_key}"), clock, pusher, state }
    }

    /// The state as it is now, with everything settled that was due.
    fn with<T>(&self, act: impl FnOnce(&mut State, i64) -> T) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now_ms = self.clock.now_ms();
        state.account.settle(now_ms);
        let result = act(&mut state, now_ms);
        state.tell();
        result
    }

    fn respond(&self, request: &Request) -> Result<Done, Refusal> {
        let (version, path) =
            Version::split(&request.path).ok_or(Refusal::NotFound("No such endpoint"))?;
        let endpoint = Endpoint::find(&request.method, path)?;
        if request.header("authorization") != Some(self.authorization.as_str()) {
            return Err(Refusal::Unauthorized);
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let done = state.handle(version, endpoint, path, request);
        state.tell();
        done
    }
}

fn answer(result: Result<Done, Refusal>) -> Answer {
    match result {
        Ok(Done { data, meta }) => {
            let mut body = json!({ "success": true, "data": data });
            if let Some(meta) = meta {
                body["meta"] = meta;
            }
            Answer::new(200, body)
        }
        Err(refusal) => refusal.answer(),
    }
}

impl Pushing for Smscode {
    fn pusher(&self) -> &Pusher {
        &self.pusher
    }

    fn settle(&self) {
        self.with(|_, _| ());
    }
}

impl Emulator for Smscode {
    const ROUTES: &'static [&'static str] = ROUTES;

    fn target(&self, request: &Request) -> Option<Target> {
        let (_, path) = Version::split(&request.path)?;
        let endpoint = Endpoint::find(&request.method, path).ok()?;
        let in_path = || order_part(path)?.parse().ok();
        let in_body = || serde_json::from_slice::<Value>(&request.body).ok()?.get("id")?.as_u64();
        Some(Target { route: endpoint.name(), order: in_path().or_else(in_body) })
    }

    fn answer(&self, request: &Request) -> Answer {
        answer(self.respond(request))
    }

    fn slow_answer(&self, request: &Request) -> Option<BoxFuture<'static, Answer>> {
        let is_test = self.target(request)?.route == Endpoint::WebhookTest.name();
        is_test.then(|| {
            let granted = self.respond(request);
            let (pusher, now_ms) = (self.pusher.clone(), request.at_ms);
            async move {
                answer(match granted {
                    Ok(_) => webhook::test(&pusher, now_ms).await.map(Done::from),
                    Err(refusal) => Err(refusal),
                })
            }
            .boxed()
        })
    }

    fn failure(&self, failure: Failure) -> Answer {
        match failure {
            Failure::Internal => Refusal::Internal,
            Failure::Unavailable { retry_after } => Refusal::Unavailable {
                message: "Service temporarily unavailable (maintenance)",
                retry_after: Some(retry_after),
            },
            Failure::TooManyRequests { retry_after } => {
                Refusal::RateLimited { retry_after: retry_after.into() }
            }
        }
        .answer()
    }

    fn common_headers(&self, number: u64) -> Vec<(&'static str, String)> {
        vec![("x-request-id", format!("req-{number:012}"))]
    }

    fn control(&self, path: &str, request: &Request) -> Option<Answer> {
        self.control_route(path, request)
    }
}
