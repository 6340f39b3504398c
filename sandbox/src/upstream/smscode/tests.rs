//! The emulator driven over real HTTP with a clock that only moves when told to.

mod catalog;
mod control;
mod faults;
mod limits;
mod orders;
mod refusals;
mod wallet;
mod webhook;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{CatalogSize, Control, Options, ProductView, Running, start};
use crate::{
    request_log::RequestLog,
    upstream::{
        numbers::CodePlan,
        testing::{Hand, MINUTE_MS, START_MS},
    },
};

const KEY: &str = "test-key";

fn options(hand: &Hand) -> Options {
    Options {
        api_key: KEY.to_owned(),
        seed: 42,
        clock: hand.clock(),
        codes: CodePlan::Manual,
        wallet_idr: 5_000_000,
        catalog: CatalogSize::Standard,
        log: RequestLog::off(),
    }
}

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
    request_id: Option<String>,
    body: Value,
}

impl Reply {
    fn data(&self) -> &Value {
        assert_eq!((self.status, &self.body["success"]), (200, &json!(true)), "{:?}", self.body);
        &self.body["data"]
    }

    #[track_caller]
    fn refused(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status, &self.body["success"], &self.body["error"]["code"]),
            (status, &json!(false), &json!(code)),
            "{:?}",
            self.body
        );
        assert!(self.body["error"]["message"].as_str().is_some_and(|message| !message.is_empty()));
        assert!(self.request_id.is_some());
    }
}

impl Shop {
    async fn open() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let hand = Hand::new();
        let mut options = options(&hand);
        change(&mut options);
        let running = start(options, ([127, 0, 0, 1], 0).into()).await.unwrap();
        let control = running.control();
        Self { hand, http: reqwest::Client::new(), running, control }
    }

    fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method: Method = method.parse().unwrap();
        self.http.request(method, format!("{}{path}", self.running.url())).bearer_auth(KEY)
    }

    async fn get(&self, path: &str) -> Reply {
        reply(self.request("GET", path)).await
    }

    async fn post(&self, path: &str, body: Value) -> Reply {
        reply(self.request("POST", path).json(&body)).await
    }

    fn whatsapp(&self) -> ProductView {
        self.control.product("WhatsApp", "Indonesia").unwrap()
    }

    /// Buys one number and returns the order's id.
    async fn buy(&self, version: &str, product_id: u64) -> u64 {
        let reply = self
            .post(&format!("/{version}/orders/create"), json!({ "product_id": product_id }))
            .await;
        reply.data()["orders"][0]["id"].as_u64().unwrap()
    }

    /// The order as the API shows it.
    async fn order(&self, id: u64) -> Value {
        self.get(&format!("/v1/orders/{id}")).await.data().clone()
    }

    /// Opening, top-ups, charges and refunds add up to the balance.
    #[track_caller]
    fn assert_books(&self) {
        let journal = self.control.journal();
        let sum: i64 = journal.iter().map(|entry| entry.change).sum();
        assert_eq!(sum, self.control.wallet_idr());
        assert_eq!(journal.last().unwrap().balance, sum);
    }
}

async fn reply(request: RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let header =
        |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    let (retry_after, request_id) = (header("retry-after"), header("x-request-id"));
    let status = response.status().as_u16();
    Reply { status, retry_after, request_id, body: response.json().await.unwrap() }
}

/// The money object of v2 for an amount at the usual rate.
fn usd(amount: &str, idr: i64) -> Value {
    json!({ "amount": amount, "currency": "USD", "canonical_amount": idr, "canonical_currency": "IDR" })
}

fn fx() -> Value {
    json!({ "pair": "USD/IDR", "rate": 16250, "rate_as_of": "2026-05-27T08:00:00+00:00" })
}

/// The names of an object's fields, sorted.
fn fields(value: &Value) -> Vec<&str> {
    let mut fields: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    fields
}
