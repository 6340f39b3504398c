//! The emulator of smsVerificationService: one reseller's account behind a Django API with three styles of answer, one limit
//! for everything, and callbacks that nothing signs.
//!
//! It holds the document's rules: authentication, trailing slashes, validation, the limit, the order's life and the money
//! that goes with it. Where the document is silent it takes the reading that is hardest on a client, and says so at the
//! place. There are no idempotency keys, so every purchase and every renewal that arrives is one.

mod account;
mod ask;
mod catalog;
mod control;
mod endpoint;
mod order;
mod phone;
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
use serde_json::{Value, json};

use self::{
    account::{Account, Terms},
    ask::Fields,
    catalog::{Catalog, List},
    endpoint::{Endpoint, Envelope, ROUTES},
    order::{Goods, Order},
    refusal::Refusal,
};
pub use self::{
    catalog::{Offer, OfferKey},
    control::Control,
    order::{OrderView, Status},
};
pub use super::control::ControlError;
use super::{
    ask::{self as query, Nothing},
    limits::Limit,
    numbers::CodePlan,
    server::{self, Answer, Emulator, Failure, Request, Target},
    wallet::Wallet,
    webhook::{Pusher, Pushing},
};
use crate::{clock::Clock, request_log::RequestLog};

/// How many orders the list shows.
const LISTED: usize = 50;
const MINUTE_MS: i64 = 60_000;

/// How to set an emulator up.
#[derive(Clone)]
pub struct Options {
    /// The only key that is let in.
    pub api_key: String,
    /// Catalogue, numbers, codes and delays follow from it.
    pub seed: u64,
    pub clock: Clock,
    pub codes: CodePlan,
    /// The opening balance in US cents.
    pub wallet_cents: i64,
    /// For everything together.
    pub requests_per_minute: usize,
    /// Whether a 429 says when to come back. The document leaves it open ("Retry-After when present").
    pub says_when: bool,
    /// How long a short-term number waits for its first SMS, in milliseconds. The document does not say.
    pub lifetime_ms: i64,
    /// How long a rental can be given back, in milliseconds. The document does not say.
    pub rental_refund_ms: i64,
    /// What orders and renewals cost more (or less) than the lists say, in US cents.
    pub drift_cents: i64,
    /// How many of a hundred orders show their codes in the messages only, with an empty `otp`.
    pub text_only_percent: u32,
    pub log: RequestLog,
}

impl Options {
    /// A real clock, lifelike codes (a median of 12 s, one in ten never comes), a balance of 1,000.00 USD, the documented 60
    /// requests a minute, of which a refusal does not say when, 15 minutes for an SMS, 20 minutes to give a rental back,
    /// exact prices, codes in `otp` and no request log.
    pub fn new(api_key: impl Into<String>) -> Self {
        Self {
            api_key: api_key.into(),
            seed: 1,
            clock: Clock::real(),
            codes: CodePlan::Seeded { median_ms: 12_000, spread: 0.6, never_percent: 10 },
            wallet_cents: 100_000,
            requests_per_minute: 60,
            says_when: false,
            lifetime_ms: 15 * MINUTE_MS,
            rental_refund_ms: 20 * MINUTE_MS,
            drift_cents: 0,
            text_only_percent: 0,
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
            .field("wallet_cents", &self.wallet_cents)
            .finish_non_exhaustive()
    }
}

/// A running emulator; its API is at [`server::Running::url`] with `/api/v1` after it.
pub type Running = server::Running<Control>;

/// Starts an emulator on `address`; port 0 takes a free one.
pub async fn start(options: Options, address: SocketAddr) -> io::Result<Running> {
    let (clock, log) = (options.clock.clone(), options.log.clone());
    super::control::start_pushing(SmsVerificationService::new(options), address, clock, log).await
}

/// The same in this process, without a server.
pub fn in_process(options: Options) -> server::InProcess<Control> {
    let (clock, log) = (options.clock.clone(), options.log.clone());
    super::control::in_process(SmsVerificationService::new(options), clock, log)
}

/// The emulator behind the server and the control handle.
pub struct SmsVerificationService {
    authorization: String,
    clock: Clock,
    requests_per_minute: usize,
    says_when: bool,
    limit: Mutex<Limit>,
    account: Mutex<Account>,
    pusher: Pusher,
}

impl fmt::Debug for SmsVerificationService {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SmsVerificationService")
    }
}

/// The parameter of `global/services/`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CountryQuery {
    country_id: Option<u64>,
}

impl SmsVerificationService {
    fn new(options: Options) -> Self {
        let terms = Terms {
            codes: options.codes,
            lifetime_ms: options.lifetime_ms,
            rental_refund_ms: options.rental_refund_ms,
            drift_cents: options.drift_cents,
            text_only_percent: options.text_only_percent,
        };
        let wallet = Wallet::open(options.wallet_cents, options.clock.now_ms());
        let account = Account::new(Catalog::new(options.seed), wallet, options.seed, terms);
        Self {
            authorization: format!("Bearer {}", options.api_key),
            pusher: Pusher::new(options.clock.clone()),
            clock: options.clock,
            requests_per_minute: options.requests_per_minute,
            says_when: options.says_when,
            limit: Mutex::new(Limit::new(options.requests_per_minute, MINUTE_MS)),
            account: Mutex::new(account),
        }
    }

    /// The account as it is now, with everything settled that was due. The callback hears of every SMS that came.
    fn with<T>(&self, act: impl FnOnce(&mut Account, i64) -> T) -> T {
        let mut account = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        let now_ms = self.clock.now_ms();
        account.settle(now_ms);
        let result = act(&mut account, now_ms);
        for (id, sms) in account.take_arrived() {
            if let Some(line) = account.orders.get(id).and_then(Order::line) {
                let body = show::callback(id, line, &sms);
                self.pusher.push("incoming_message", Some(id), &body);
            }
        }
        result
    }

    fn respond(&self, endpoint: Endpoint, request: &Request) -> Result<Value, Refusal> {
        self.admit(request)?;
        self.with(|account, now_ms| handle(account, endpoint, request, now_ms))
    }

    /// The key, that JSON is accepted, and the limit, which counts by key: a wrong one is not counted.
    fn admit(&self, request: &Request) -> Result<(), Refusal> {
        if request.header("authorization") != Some(self.authorization.as_str()) {
            return Err(Refusal::InvalidKey);
        }
        let accepts_json = request.header("accept").is_some_and(|value| {
            let types = value.split(',').filter_map(|one| one.split(';').next());
            types.map(str::trim).any(|it| it == "application/json" || it == "*/*")
        });
        if !accepts_json {
            return Err(Refusal::NotAcceptable);
        }
        let mut limit = self.limit.lock().unwrap_or_else(PoisonError::into_inner);
        limit.admit(self.clock.now_ms()).map_err(|seconds| Refusal::RateLimited {
            retry_after: self.says_when.then_some(seconds),
            requests: self.requests_per_minute,
        })
    }
}

/// Does what an admitted request asks. The whole of it is one step under the account's lock.
fn handle(
    account: &mut Account,
    endpoint: Endpoint,
    request: &Request,
    now_ms: i64,
) -> Result<Value, Refusal> {
    if endpoint != Endpoint::GlobalServices {
        query::query::<Nothing>(request).map_err(Refusal::Query)?;
    }
    match endpoint {
        Endpoint::Balance | Endpoint::WalletBalance => Ok(show::balance(account.wallet.balance())),
        Endpoint::Services(list) => Ok(show::services(&account.catalog, list)),
        Endpoint::RentalServices => Ok(show::rentals(&account.catalog)),
        Endpoint::EsimPlans => Ok(show::esims(&account.catalog)),
        Endpoint::Countries => Ok(show::countries(&account.catalog)),
        Endpoint::GlobalServices => global_services(account, request),
        Endpoint::Order(list) => order(account, list, request, now_ms),
        Endpoint::OrderRental => order_rental(account, request, now_ms),
        Endpoint::OrderGlobal => order_global(account, request, now_ms),
        Endpoint::OrderEsim => order_esim(account, request, now_ms),
        Endpoint::Orders => Ok(account.orders.all().rev().take(LISTED).map(show::listed).collect()),
        Endpoint::Status(id) => Ok(show::status(account.order(id)?, now_ms)),
        Endpoint::Cancel(id) => {
            ask::nothing(request)?;
            account.cancel(id, now_ms)?;
            account.order(id).map(show::cancelled)
        }
        Endpoint::Renew(id) => {
            ask::nothing(request)?;
            account.renew(id, now_ms)?;
            account.order(id).map(show::renewed)
        }
    }
}

fn global_services(account: &Account, request: &Request) -> Result<Value, Refusal> {
    let CountryQuery { country_id } = query::query(request).map_err(Refusal::Query)?;
    let id = country_id
        .ok_or_else(|| Refusal::Query("country_id query parameter is required".to_owned()))?;
    let country = catalog::country(id).ok_or(Refusal::CountryNotFound)?;
    Ok(show::global_services(&account.catalog, id, country))
}

/// From one of the lists by `service_id`. Only the temporary ones take an area and an id written as text.
fn order(
    account: &mut Account,
    list: List,
    request: &Request,
    now_ms: i64,
) -> Result<Value, Refusal> {
    let mut fields = Fields::read(request)?;
    let (service_id, area_code) = match list {
        List::Temporary => (fields.integer_or_text("service_id")?, fields.area_code()?),
        List::BestTemp | List::Rent1Day | List::Rent30Days => {
            (Some(fields.integer("service_id")?), None)
        }
    };
    fields.end()?;
    let key = list.key(service_id.ok_or(Refusal::NotSold("Service not found"))?);
    let id = account.buy(&key, area_code.as_deref(), now_ms)?;
    account.order(id).map(show::bought)
}

/// A rental by its service's name, in small or capital letters.
fn order_rental(account: &mut Account, request: &Request, now_ms: i64) -> Result<Value, Refusal> {
    let mut fields = Fields::read(request)?;
    let (name, duration) = (fields.text("service")?, fields.integer("duration")?);
    fields.end()?;
    if ![3, 30].contains(&duration) {
        return Err(ask::field("duration", "Must be 3 or 30."));
    }
    let key = account.catalog.offers().map(|offer| &offer.key).find(|key| match key {
        OfferKey::Rental3Days { service } => duration == 3 && same(service, &name),
        OfferKey::Rental30Days { service } => duration == 30 && same(service, &name),
        OfferKey::Temporary { .. }
        | OfferKey::BestTemp { .. }
        | OfferKey::Rent1Day { .. }
        | OfferKey::Rent30Days { .. }
        | OfferKey::Global { .. }
        | OfferKey::Esim { .. } => false,
    });
    let key = key.cloned().ok_or(Refusal::NotSold("Service not found"))?;
    let id = account.buy(&key, None, now_ms)?;
    account.order(id).map(show::rented)
}

fn order_global(account: &mut Account, request: &Request, now_ms: i64) -> Result<Value, Refusal> {
    let mut fields = Fields::read(request)?;
    let service_id = fields.integer("service_id")?;
    let country_id = fields.integer("country_id")?;
    fields.end()?;
    let id = account.buy(&OfferKey::Global { service_id, country_id }, None, now_ms)?;
    account.order(id).map(show::bought)
}

/// An eSIM by its plan's name, in small or capital letters.
fn order_esim(account: &mut Account, request: &Request, now_ms: i64) -> Result<Value, Refusal> {
    let mut fields = Fields::read(request)?;
    let name = fields.text("plan")?;
    fields.end()?;
    let is_asked = |key: &OfferKey| matches!(key, OfferKey::Esim { plan } if same(plan, &name));
    let key = account.catalog.offers().map(|offer| &offer.key).find(|key| is_asked(key));
    let key = key.cloned().ok_or(Refusal::NotSold("Plan not found"))?;
    let id = account.buy(&key, None, now_ms)?;
    let order = account.order(id)?;
    match &order.goods {
        Goods::Esim { activation_code } => Ok(show::esim(order, activation_code)),
        Goods::Number(_) => Err(Refusal::Internal),
    }
}

fn same(name: &str, asked: &str) -> bool {
    name.to_lowercase() == asked.to_lowercase()
}

impl Emulator for SmsVerificationService {
    const ROUTES: &'static [&'static str] = ROUTES;

    fn target(&self, request: &Request) -> Option<Target> {
        let endpoint = Endpoint::find(request).ok()?;
        Some(Target { route: endpoint.name(), order: endpoint.order() })
    }

    fn answer(&self, request: &Request) -> Answer {
        let endpoint = match Endpoint::find(request) {
            Ok(endpoint) => endpoint,
            Err(refusal) => return refusal.answer(Envelope::Bare),
        };
        match (self.respond(endpoint, request), endpoint.envelope()) {
            (Ok(data), Envelope::Wrapped) => {
                Answer::new(endpoint.success(), json!({ "success": true, "data": data }))
            }
            (Ok(body), Envelope::Bare) => Answer::new(endpoint.success(), body),
            (Err(refusal), envelope) => refusal.answer(envelope),
        }
    }

    fn failure(&self, failure: Failure) -> Answer {
        match failure {
            Failure::Internal => Refusal::Internal,
            Failure::Unavailable { retry_after } => Refusal::Unavailable { retry_after },
            Failure::TooManyRequests { retry_after } => Refusal::RateLimited {
                retry_after: Some(retry_after.into()),
                requests: self.requests_per_minute,
            },
        }
        .answer(Envelope::Bare)
    }

    fn common_headers(&self, _: u64) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    fn control(&self, path: &str, request: &Request) -> Option<Answer> {
        self.control_route(path, request)
    }
}

impl Pushing for SmsVerificationService {
    fn pusher(&self) -> &Pusher {
        &self.pusher
    }

    fn settle(&self) {
        self.with(|_, _| ());
    }
}
