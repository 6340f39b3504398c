//! The emulator of SMSVerifyo's rental API: one reseller's account with idempotency keys and a webhook.
//!
//! Its guide names endpoints and four concerns and shows no JSON: `wire` gathers every shape and says which are chosen.
//! The emulator holds the guide's rules: authentication, keys for 24 hours, the price cap, the limit on creations, the
//! refund of an early cancel. Where the guide is silent it says so at the place.

mod account;
mod catalog;
mod control;
mod endpoint;
mod keys;
mod refusal;
mod rental;
mod wire;

#[cfg(test)]
mod tests;

use std::{
    fmt, io,
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};

use self::{
    account::Account,
    catalog::Catalog,
    endpoint::{Endpoint, ROUTES},
    keys::Keys,
    refusal::Refusal,
    wire::Wanted,
};
pub use self::{
    catalog::{Offer, OfferKey, PIPS},
    control::Control,
    rental::{RentalView, Status},
};
pub use super::control::ControlError;
use super::{
    ask::{self, Nothing},
    limits::Limit,
    numbers::CodePlan,
    server::{self, Answer, Emulator, Failure, Request, Target},
    wallet::Wallet,
    webhook::{Pusher, Pushing},
};
use crate::{clock::Clock, request_log::RequestLog};

/// "The default limit is 60 rental requests/minute per key", which is taken to count creations.
const CREATIONS: usize = 60;
const WINDOW_MS: i64 = 60_000;

/// How to set an emulator up.
#[derive(Clone)]
pub struct Options {
    /// The only key that is let in.
    pub api_key: String,
    /// Catalogue, numbers, codes and delays follow from it.
    pub seed: u64,
    pub clock: Clock,
    pub codes: CodePlan,
    /// The opening balance in ten-thousandths of a USD.
    pub wallet_pips: i64,
    pub log: RequestLog,
}

impl Options {
    /// A real clock, lifelike codes (a median of 12 s, one in ten never comes), 1,000 USD and no request log.
    pub fn new(api_key: impl Into<String>) -> Self {
        Self {
            api_key: api_key.into(),
            seed: 1,
            clock: Clock::real(),
            codes: CodePlan::Seeded { median_ms: 12_000, spread: 0.6, never_percent: 10 },
            wallet_pips: 1_000 * PIPS,
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
            .field("wallet_pips", &self.wallet_pips)
            .finish_non_exhaustive()
    }
}

/// A running emulator; its API is at [`server::Running::url`] with `/v1` after it.
pub type Running = server::Running<Control>;

/// Starts an emulator on `address`; port 0 takes a free one.
pub async fn start(options: Options, address: SocketAddr) -> io::Result<Running> {
    let (clock, log) = (options.clock.clone(), options.log.clone());
    super::control::start_pushing(SmsVerifyoRentals::new(options), address, clock, log).await
}

/// The same in this process, without a server.
pub fn in_process(options: Options) -> server::InProcess<Control> {
    let (clock, log) = (options.clock.clone(), options.log.clone());
    super::control::in_process(SmsVerifyoRentals::new(options), clock, log)
}

/// The emulator behind the server and the control handle.
pub struct SmsVerifyoRentals {
    authorization: String,
    clock: Clock,
    pusher: Pusher,
    state: Mutex<State>,
}

impl fmt::Debug for SmsVerifyoRentals {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SmsVerifyoRentals")
    }
}

struct State {
    account: Account,
    keys: Keys,
    creations: Limit,
}

impl SmsVerifyoRentals {
    fn new(options: Options) -> Self {
        let Options { api_key, seed, clock, codes, wallet_pips, log: _ } = options;
        let wallet = Wallet::open(wallet_pips, clock.now_ms());
        let state = Mutex::new(State {
            account: Account::new(Catalog::new(seed), wallet, seed, codes),
            keys: Keys::default(),
            creations: Limit::new(CREATIONS, WINDOW_MS),
        });
        let pusher = Pusher::new(clock.clone());
        Self { authorization: format!("Bearer {api_key}"), clock, pusher, state }
    }

    /// The state as it is now, with everything settled that was due. Every code that came is pushed.
    fn with<T>(&self, act: impl FnOnce(&mut State, i64) -> T) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now_ms = self.clock.now_ms();
        state.account.settle(now_ms);
        let result = act(&mut state, now_ms);
        for news in state.account.take_news() {
            let body = wire::webhook(&news.rental_id, &news.sms);
            self.pusher.push("code", Some(news.number), &body);
        }
        result
    }

    fn respond(&self, request: &Request) -> Result<Answer, Refusal> {
        let endpoint = Endpoint::find(&request.method, &request.path)?;
        if request.header("authorization") != Some(self.authorization.as_str()) {
            return Err(Refusal::Unauthorized);
        }
        self.with(|state, now_ms| state.handle(endpoint, request, now_ms))
    }
}

impl State {
    /// Does what an admitted request asks. The whole of it is one step under the lock, so of many requests with one key
    /// exactly one buys.
    fn handle(
        &mut self,
        endpoint: Endpoint<'_>,
        request: &Request,
        now_ms: i64,
    ) -> Result<Answer, Refusal> {
        if endpoint == Endpoint::Create {
            let admitted = self.creations.admit(now_ms);
            admitted.map_err(|retry_after| Refusal::RateLimited { retry_after })?;
        }
        ask::query::<Nothing>(request)?;
        let account = &mut self.account;
        let (status, number) = match endpoint {
            Endpoint::Services => return Ok(Answer::new(200, wire::services(&account.catalog))),
            Endpoint::Create => (201, self.create(request, now_ms)?),
            Endpoint::Rental(id) => (200, account.number_of(id)?),
            Endpoint::Cancel(id) => {
                let number = account.number_of(id)?;
                account.cancel(number, now_ms)?;
                (200, number)
            }
        };
        Ok(Answer::new(status, wire::rental(self.account.rental(number)?)))
    }

    fn create(&mut self, request: &Request, now_ms: i64) -> Result<u64, Refusal> {
        let wanted = Wanted::read(request)?;
        let Some(key) = wire::idempotency_key(request)? else {
            return self.account.rent(&wanted, now_ms);
        };
        if let Some(number) = self.keys.find(&key, &wanted, now_ms)? {
            return Ok(number);
        }
        let number = self.account.rent(&wanted, now_ms)?;
        self.keys.remember(key, wanted, number, now_ms);
        Ok(number)
    }
}

impl Pushing for SmsVerifyoRentals {
    fn pusher(&self) -> &Pusher {
        &self.pusher
    }

    fn settle(&self) {
        self.with(|_, _| ());
    }
}

impl Emulator for SmsVerifyoRentals {
    const ROUTES: &'static [&'static str] = ROUTES;

    fn target(&self, request: &Request) -> Option<Target> {
        let endpoint = Endpoint::find(&request.method, &request.path).ok()?;
        let number = |id| self.with(|state, _| state.account.number_of(id).ok());
        Some(Target { route: endpoint.name(), order: endpoint.rental_part().and_then(number) })
    }

    fn answer(&self, request: &Request) -> Answer {
        self.respond(request).unwrap_or_else(|refusal| wire::refused(&refusal))
    }

    fn failure(&self, failure: Failure) -> Answer {
        wire::refused(&match failure {
            Failure::Internal => Refusal::Internal,
            Failure::Unavailable { retry_after } => {
                Refusal::Unavailable { retry_after: retry_after.into() }
            }
            Failure::TooManyRequests { retry_after } => {
                Refusal::RateLimited { retry_after: retry_after.into() }
            }
        })
    }

    fn common_headers(&self, _: u64) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    fn control(&self, path: &str, request: &Request) -> Option<Answer> {
        self.control_route(path, request)
    }
}
