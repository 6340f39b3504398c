//! The emulator of SmsBuyz: one reseller's account behind an API in which every call is a GET and only the HTTP status
//! says how it went.
//!
//! It holds the document's rules: authentication, the order's life and the money that goes with it. Where the document is
//! silent it takes the reading that is hardest on a client, and says so at the place. There are no idempotency keys, so
//! every purchase that arrives is one, and no rate limits, because the document states none.

mod account;
mod catalog;
mod control;
mod endpoint;
mod order;
mod refusal;
mod show;

#[cfg(test)]
mod tests;

use std::{
    fmt, io,
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};

use serde::Deserialize;
use serde_json::Value;

use self::{
    account::Account,
    catalog::Catalog,
    endpoint::{Endpoint, ROUTES},
    refusal::Refusal,
};
pub use self::{
    catalog::{Offer, OfferKey, PIPS},
    control::Control,
    order::{OrderView, Status},
};
pub use super::control::ControlError;
use super::{
    ask::{self, Nothing, in_range},
    numbers::CodePlan,
    server::{self, Answer, Emulator, Failure, Request, Target},
    wallet::Wallet,
};
use crate::{clock::Clock, request_log::RequestLog};

/// How many payments are shown; the document names no way to see more.
const PAYMENTS_SHOWN: usize = 50;

/// How to set an emulator up.
#[derive(Clone)]
pub struct Options {
    /// The only key that is let in.
    pub api_key: String,
    /// Catalogue, numbers, codes and delays follow from it.
    pub seed: u64,
    pub clock: Clock,
    pub codes: CodePlan,
    /// The opening balance in ten-thousandths.
    pub wallet_pips: i64,
    pub log: RequestLog,
}

impl Options {
    /// A real clock, lifelike codes (a median of 12 s, one in ten never comes), a balance of 1,000 and no request log.
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
    super::control::start(SmsBuyz::new(options), address, clock, log).await
}

/// The same in this process, without a server.
pub fn in_process(options: Options) -> server::InProcess<Control> {
    let (clock, log) = (options.clock.clone(), options.log.clone());
    super::control::in_process(SmsBuyz::new(options), clock, log)
}

/// The emulator behind the server and the control handle.
pub struct SmsBuyz {
    api_key: String,
    clock: Clock,
    account: Mutex<Account>,
}

impl fmt::Debug for SmsBuyz {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SmsBuyz")
    }
}

/// The parameters of `user/orders`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrdersQuery {
    category: Option<String>,
    limit: Option<i64>,
    offset: Option<i64>,
}

/// The parameters of `guest/prices`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PricesQuery {
    product: Option<String>,
    country: Option<String>,
}

impl SmsBuyz {
    fn new(options: Options) -> Self {
        let Options { api_key, seed, clock, codes, wallet_pips, log: _ } = options;
        let wallet = Wallet::open(wallet_pips, clock.now_ms());
        let account = Mutex::new(Account::new(Catalog::new(seed), wallet, seed, codes));
        Self { api_key, clock, account }
    }

    /// The account as it is now, with everything settled that was due.
    fn with<T>(&self, act: impl FnOnce(&mut Account, i64) -> T) -> T {
        let mut account = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        let now_ms = self.clock.now_ms();
        account.settle(now_ms);
        act(&mut account, now_ms)
    }

    fn respond(&self, request: &Request) -> Result<Value, Refusal> {
        let endpoint = Endpoint::find(&request.method, &request.path)?;
        if !endpoint.is_guest() {
            self.admit(request)?;
        }
        self.with(|account, now_ms| handle(account, endpoint, request, now_ms))
    }

    /// "Include in every authenticated request": a bearer token, and that JSON is accepted.
    fn admit(&self, request: &Request) -> Result<(), Refusal> {
        let token = request
            .header("authorization")
            .and_then(|value| value.strip_prefix("Bearer "))
            .filter(|token| !token.is_empty() && !token.contains(' '))
            .ok_or(Refusal::NoToken)?;
        if token != self.api_key {
            return Err(Refusal::WrongToken);
        }
        let accepts_json = request
            .header("accept")
            .is_some_and(|value| value.split(',').any(|one| one.trim() == "application/json"));
        if !accepts_json {
            return Err(Refusal::BadRequest("Accept must be application/json".to_owned()));
        }
        Ok(())
    }
}

/// Does what an admitted request asks. The whole of it is one step under the account's lock.
fn handle(
    account: &mut Account,
    endpoint: Endpoint<'_>,
    request: &Request,
    now_ms: i64,
) -> Result<Value, Refusal> {
    if !matches!(endpoint, Endpoint::Orders | Endpoint::Prices) {
        ask::query::<Nothing>(request)?;
    }
    match endpoint {
        Endpoint::Profile => Ok(show::profile(account.wallet.balance())),
        Endpoint::Orders => orders(account, request),
        Endpoint::Payments => Ok(payments(account)),
        Endpoint::Products { country, operator } => {
            show::products(account.catalog.country_or_name(country)?, operator)
        }
        Endpoint::Prices => {
            let PricesQuery { product, country } = ask::query(request)?;
            show::prices(&account.catalog, product.as_deref(), country.as_deref())
        }
        Endpoint::Buy { country, operator, product } => {
            if [country, operator, product].contains(&"") {
                return Err("country, operator and product are needed".to_owned().into());
            }
            let id = account.buy(country, operator, product, now_ms)?;
            account.order(id).map(show::bought)
        }
        Endpoint::Check(id) => account.order(order_id(id)?).map(show::checked),
        Endpoint::Finish(id) => act(account, id, |account, id| account.finish(id, now_ms)),
        Endpoint::Cancel(id) => act(account, id, |account, id| account.cancel(id, now_ms)),
        Endpoint::Ban(id) => act(account, id, |account, id| account.ban(id, now_ms)),
    }
}

/// Changes an order and shows what became of it.
fn act(
    account: &mut Account,
    id: &str,
    change: impl FnOnce(&mut Account, u64) -> Result<(), Refusal>,
) -> Result<Value, Refusal> {
    let id = order_id(id)?;
    change(account, id)?;
    account.order(id).map(show::checked)
}

fn order_id(text: &str) -> Result<u64, Refusal> {
    text.parse().map_err(|_| "id must be an integer".to_owned().into())
}

/// The newest first, which the document does not say.
fn orders(account: &Account, request: &Request) -> Result<Value, Refusal> {
    let OrdersQuery { category, limit, offset } = ask::query(request)?;
    if category.is_some_and(|category| category != "activation") {
        return Err("category must be activation".to_owned().into());
    }
    let limit = in_range("limit", limit, 50, 1..=100)?;
    let offset = in_range("offset", offset, 0, 0..=i64::MAX)?;
    Ok(account.orders.all().rev().skip(offset).take(limit).map(show::listed).collect())
}

fn payments(account: &Account) -> Value {
    let journal = account.wallet.journal().iter().enumerate().rev();
    journal.take(PAYMENTS_SHOWN).map(|(place, entry)| show::payment(place + 1, entry)).collect()
}

impl Emulator for SmsBuyz {
    const ROUTES: &'static [&'static str] = ROUTES;

    fn target(&self, request: &Request) -> Option<Target> {
        let endpoint = Endpoint::find(&request.method, &request.path).ok()?;
        let order = endpoint.order_part().and_then(|id| id.parse().ok());
        Some(Target { route: endpoint.name(), order })
    }

    fn answer(&self, request: &Request) -> Answer {
        match self.respond(request) {
            Ok(body) => Answer::new(200, body),
            Err(refusal) => refusal.answer(),
        }
    }

    fn failure(&self, failure: Failure) -> Answer {
        match failure {
            Failure::Internal => Refusal::Internal,
            Failure::Unavailable { retry_after } => Refusal::Unavailable { retry_after },
            Failure::TooManyRequests { retry_after } => Refusal::TooManyRequests { retry_after },
        }
        .answer()
    }

    fn common_headers(&self, _: u64) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    fn control(&self, path: &str, request: &Request) -> Option<Answer> {
        self.control_route(path, request)
    }
}
