//! The emulator of SMSVerifyo's Reseller API v1: one reseller's account behind `{"ok": ...}` envelopes.
//!
//! It holds the document's rules: authentication, validation, the soft limit, what counts as abuse, the order's life and
//! the money that goes with it. Where the document is silent it takes the reading that is hardest on a client, and says so
//! at the place. There are no idempotency keys and there is no list of orders, so every purchase that arrives is one, and
//! one whose answer is lost shows in the balance alone.

mod account;
mod catalog;
mod control;
mod endpoint;
mod gate;
mod order;
mod refusal;
mod show;
mod uuid;

#[cfg(test)]
mod tests;

use std::{
    fmt, io,
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use self::{
    account::Account,
    catalog::Catalog,
    endpoint::{Endpoint, ROUTES},
    gate::Gate,
    refusal::Refusal,
};
pub use self::{
    catalog::{Offer, OfferKey, PIPS},
    control::Control,
    gate::Abuse,
    order::{OrderView, Status},
};
pub use super::control::ControlError;
use super::{
    ask::{self, Nothing},
    numbers::CodePlan,
    server::{self, Answer, Emulator, Failure, Request, Target},
    wallet::Wallet,
};
use crate::{clock::Clock, request_log::RequestLog};

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
    /// How much more (or less, below zero) an order costs than the list says, in percent.
    pub drift_percent: i64,
    /// How old an order must be to be cancelled, in milliseconds ("after the cooldown window", whose length is not given).
    pub cancel_after_ms: i64,
    /// After how many polls of an order within a second of the one before the key is revoked; never when absent.
    pub revoke_after: Option<u32>,
    /// Whether a 429 says when to come back. The document promises no such header.
    pub retry_after: bool,
    pub log: RequestLog,
}

impl Options {
    /// A real clock, lifelike codes (a median of 12 s, one in ten never comes), 1,000 USD, prices as listed, a cooldown of
    /// two minutes, abuse that is only counted, no `Retry-After` and no request log.
    pub fn new(api_key: impl Into<String>) -> Self {
        Self {
            api_key: api_key.into(),
            seed: 1,
            clock: Clock::real(),
            codes: CodePlan::Seeded { median_ms: 12_000, spread: 0.6, never_percent: 10 },
            wallet_pips: 1_000 * PIPS,
            drift_percent: 0,
            cancel_after_ms: 2 * 60_000,
            revoke_after: None,
            retry_after: false,
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
            .field("drift_percent", &self.drift_percent)
            .field("cancel_after_ms", &self.cancel_after_ms)
            .field("revoke_after", &self.revoke_after)
            .field("retry_after", &self.retry_after)
            .finish_non_exhaustive()
    }
}

/// A running emulator; its API is at [`server::Running::url`] with `/api/public/v1` after it.
pub type Running = server::Running<Control>;

/// Starts an emulator on `address`; port 0 takes a free one.
pub async fn start(options: Options, address: SocketAddr) -> io::Result<Running> {
    let (clock, log) = (options.clock.clone(), options.log.clone());
    super::control::start(SmsVerifyo::new(options), address, clock, log).await
}

/// The same in this process, without a server.
pub fn in_process(options: Options) -> server::InProcess<Control> {
    let (clock, log) = (options.clock.clone(), options.log.clone());
    super::control::in_process(SmsVerifyo::new(options), clock, log)
}

/// The emulator behind the server and the control handle.
pub struct SmsVerifyo {
    clock: Clock,
    /// Whether a 429 says when to come back.
    retry_after: bool,
    state: Mutex<State>,
}

impl fmt::Debug for SmsVerifyo {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SmsVerifyo")
    }
}

struct State {
    gate: Gate,
    account: Account,
}

/// The parameters of `/countries`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CountriesQuery {
    service_id: String,
}

/// The body of `/order`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrderBody {
    service_id: String,
    country_id: u64,
}

impl SmsVerifyo {
    fn new(options: Options) -> Self {
        let wallet = Wallet::open(options.wallet_pips, options.clock.now_ms());
        let catalog = Catalog::new(options.seed);
        let mut account = Account::new(catalog, wallet, options.seed, options.codes);
        account.drift_percent = options.drift_percent;
        account.cancel_after_ms = options.cancel_after_ms;
        let gate = Gate::new(&options.api_key, options.revoke_after);
        let state = Mutex::new(State { gate, account });
        Self { clock: options.clock, retry_after: options.retry_after, state }
    }

    /// The state as it is now, with everything settled that was due.
    fn with<T>(&self, act: impl FnOnce(&mut State, i64) -> T) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now_ms = self.clock.now_ms();
        state.account.settle(now_ms);
        act(&mut state, now_ms)
    }

    fn respond(&self, request: &Request) -> Result<Value, Refusal> {
        let endpoint = Endpoint::find(&request.method, &request.path)?;
        self.with(|State { gate, account }, now_ms| {
            let polled = match endpoint {
                Endpoint::Order(id) => account.number_of(id).ok(),
                Endpoint::Balance
                | Endpoint::Services
                | Endpoint::Countries
                | Endpoint::Create
                | Endpoint::Cancel(_)
                | Endpoint::Finish(_) => None,
            };
            gate.admit(request.header("authorization"), polled, now_ms)?;
            handle(account, endpoint, request, now_ms)
        })
    }
}

/// Does what an admitted request asks. The whole of it is one step under the state's lock.
fn handle(
    account: &mut Account,
    endpoint: Endpoint<'_>,
    request: &Request,
    now_ms: i64,
) -> Result<Value, Refusal> {
    if endpoint != Endpoint::Countries {
        ask::query::<Nothing>(request)?;
    }
    match endpoint {
        Endpoint::Balance => Ok(show::balance(account.wallet.balance())),
        Endpoint::Services => Ok(show::services(&account.catalog)),
        Endpoint::Countries => {
            let CountriesQuery { service_id } = ask::query(request)?;
            show::countries(&account.catalog, &service_id)
        }
        Endpoint::Create => {
            let OrderBody { service_id, country_id } = body(request)?;
            let number = account.buy(OfferKey { service_id, country_id }, now_ms)?;
            account.order(number).map(|order| show::bought(order, account.wallet.balance()))
        }
        Endpoint::Order(id) => {
            account.number_of(id).and_then(|number| account.order(number)).map(show::order)
        }
        Endpoint::Cancel(id) => {
            account.cancel(account.number_of(id)?, now_ms)?;
            Ok(show::cancelled(account.wallet.balance()))
        }
        Endpoint::Finish(id) => {
            account.finish(account.number_of(id)?, now_ms)?;
            Ok(show::finished())
        }
    }
}

/// The JSON body, which must say that it is one, and be an object (a struct would be read from an array too).
fn body<T: DeserializeOwned>(request: &Request) -> Result<T, Refusal> {
    let media_type = request.header("content-type").and_then(|value| value.split(';').next());
    if !media_type.is_some_and(|value| value.trim().eq_ignore_ascii_case("application/json")) {
        return Err("Content-Type must be application/json".to_owned().into());
    }
    serde_json::from_slice(&request.body)
        .map(Value::Object)
        .and_then(serde_json::from_value)
        .map_err(|error| error.to_string().into())
}

impl Emulator for SmsVerifyo {
    const ROUTES: &'static [&'static str] = ROUTES;

    fn target(&self, request: &Request) -> Option<Target> {
        let endpoint = Endpoint::find(&request.method, &request.path).ok()?;
        let number = |id| self.with(|state, _| state.account.number_of(id).ok());
        Some(Target { route: endpoint.name(), order: endpoint.order_part().and_then(number) })
    }

    fn answer(&self, request: &Request) -> Answer {
        match self.respond(request) {
            Ok(body) => Answer::new(200, body),
            Err(Refusal::RateLimited { .. }) if !self.retry_after => {
                Refusal::RateLimited { retry_after: None }.answer()
            }
            Err(refusal) => refusal.answer(),
        }
    }

    fn failure(&self, failure: Failure) -> Answer {
        match failure {
            Failure::Internal => Refusal::Internal,
            Failure::Unavailable { retry_after } => Refusal::Unavailable { retry_after },
            Failure::TooManyRequests { retry_after } => {
                Refusal::RateLimited { retry_after: Some(retry_after.into()) }
            }
        }
        .answer()
    }

    /// "CORS is enabled", "Responses are Cache-Control: no-store".
    fn common_headers(&self, _: u64) -> Vec<(&'static str, String)> {
        vec![
            ("access-control-allow-origin", "*".to_owned()),
            ("cache-control", "no-store".to_owned()),
        ]
    }

    fn control(&self, path: &str, request: &Request) -> Option<Answer> {
        self.control_route(path, request)
    }
}
