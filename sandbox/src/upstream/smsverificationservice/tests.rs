//! The emulator driven over real HTTP with a clock that only moves when told to.

mod buying;
mod callback;
mod catalog;
mod control;
mod envelopes;
mod faults;
mod limits;
mod orders;
mod refusals;
mod rentals;
mod wallet;

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::{Control, Offer, OfferKey, Options, Running, Status, start};
use crate::upstream::{
    control::Steered,
    numbers::CodePlan,
    testing::{Hand, MINUTE_MS, START_MS, changes_by_order},
};

const KEY: &str = "test-key";
/// The opening balance: 500.00.
const OPENING: i64 = 50_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// WhatsApp in the short-term lists; the document's own id.
const WHATSAPP: u64 = 1_012;

/// Every endpoint with its method, in the order of the routes' names.
const ENDPOINTS: [(&str, &str, &str); 21] = [
    ("GET", "balance/", "balance"),
    ("GET", "wallet/balance/", "wallet_balance"),
    ("GET", "services/temporary/", "services_temporary"),
    ("GET", "services/best-temp/", "services_best_temp"),
    ("GET", "services/rent-1day/", "services_rent_1day"),
    ("GET", "services/rent-30days/", "services_rent_30days"),
    ("GET", "services/rental/", "services_rental"),
    ("GET", "services/esim/", "services_esim"),
    ("GET", "global/countries/", "countries"),
    ("GET", "global/services/?country_id=16", "global_services"),
    ("POST", "order/temporary/", "order_temporary"),
    ("POST", "order/best-temp/", "order_best_temp"),
    ("POST", "order/rent-1day/", "order_rent_1day"),
    ("POST", "order/rent-30days/", "order_rent_30days"),
    ("POST", "order/rental/", "order_rental"),
    ("POST", "order/global/", "order_global"),
    ("POST", "order/esim/", "order_esim"),
    ("GET", "orders/", "orders"),
    ("GET", "order/7/status/", "status"),
    ("POST", "order/7/cancel/", "cancel"),
    ("POST", "order/7/renew/", "renew"),
];

/// An emulator with a client that holds its key.
struct Shop {
    hand: Hand,
    http: reqwest::Client,
    running: Running,
    control: Control,
}

/// What came back.
#[derive(Debug)]
struct Reply {
    status: u16,
    retry_after: Option<String>,
    location: Option<String>,
    body: Value,
}

impl Reply {
    #[track_caller]
    fn granted(&self) -> &Value {
        assert!([200, 201].contains(&self.status), "{self:?}");
        &self.body
    }

    /// What a `{"success": true, "data"}` holds.
    #[track_caller]
    fn data(&self) -> &Value {
        assert_eq!(self.granted()["success"], true);
        assert_eq!(self.body.as_object().unwrap().len(), 2);
        &self.body["data"]
    }

    #[track_caller]
    fn refused(&self, status: u16, body: &Value) {
        assert_eq!((self.status, &self.body), (status, body));
    }

    /// `{"success": false, "error"}`.
    #[track_caller]
    fn refused_wrapped(&self, status: u16, error: &str) {
        self.refused(status, &json!({ "success": false, "error": error }));
    }

    /// `{"error"}`.
    #[track_caller]
    fn refused_bare(&self, status: u16, error: &str) {
        self.refused(status, &json!({ "error": error }));
    }

    /// `{"detail"}`, in any words.
    #[track_caller]
    fn refused_by_django(&self, status: u16) {
        assert_eq!(self.status, status, "{self:?}");
        assert!(self.body["detail"].is_string(), "{self:?}");
    }
}

impl Shop {
    async fn open() -> Self {
        Self::with(|_| {}).await
    }

    /// Without the limit, which has tests of its own.
    async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let hand = Hand::new();
        let mut options = Options {
            seed: 42,
            clock: hand.clock(),
            codes: CodePlan::Manual,
            wallet_cents: OPENING,
            requests_per_minute: usize::MAX,
            ..Options::new(KEY)
        };
        change(&mut options);
        let running = start(options, ([127, 0, 0, 1], 0).into()).await.unwrap();
        let control = running.control();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Self { hand, http: http.build().unwrap(), running, control }
    }

    fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let url = format!("{}/api/v1/{path}", self.running.url());
        self.http.request(method.parse().unwrap(), url)
    }

    async fn get(&self, path: &str) -> Reply {
        reply(self.request("GET", path).bearer_auth(KEY)).await
    }

    async fn post(&self, path: &str, body: Value) -> Reply {
        reply(self.request("POST", path).bearer_auth(KEY).json(&body)).await
    }

    /// A POST without a body, as the document's examples of cancel and renew.
    async fn act(&self, id: u64, action: &str) -> Reply {
        reply(self.request("POST", &format!("order/{id}/{action}/")).bearer_auth(KEY)).await
    }

    fn temporary(&self) -> Offer {
        self.control.temporary("WhatsApp").unwrap()
    }

    /// Buys a short-term number and returns the order's id.
    async fn buy(&self) -> u64 {
        let bought = self.post("order/temporary/", json!({ "service_id": WHATSAPP })).await;
        bought.data()["order_id"].as_u64().unwrap()
    }

    /// Rents a number for this many days and returns the order's id.
    async fn rent(&self, days: u32) -> u64 {
        let wanted = json!({ "service": "WhatsApp", "duration": days });
        let rented = self.post("order/rental/", wanted).await;
        rented.granted()["order_id"].as_u64().unwrap()
    }

    /// The data of `order/<id>/status/`.
    async fn order(&self, id: u64) -> Value {
        self.get(&format!("order/{id}/status/")).await.data().clone()
    }

    async fn status(&self, id: u64) -> Value {
        self.order(id).await["status"].clone()
    }

    /// What an order moved, oldest first; fails unless the journal adds up.
    #[track_caller]
    fn changes(&self, id: u64) -> Vec<i64> {
        let wallet = self.control.emulator().with_wallet(|wallet, _| wallet.clone());
        changes_by_order(&wallet).remove(&id).unwrap_or_default()
    }
}

async fn reply(request: RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let header =
        |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    let (retry_after, location) = (header("retry-after"), header("location"));
    let status = response.status().as_u16();
    Reply { status, retry_after, location, body: response.json().await.unwrap() }
}

/// An exact number, as the wire has it.
fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// So many cents, as the wire has them.
fn cents(cents: i64) -> Value {
    number(&format!("{}.{:02}", cents / 100, cents % 100))
}
