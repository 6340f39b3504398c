//! The emulator driven over real HTTP with a clock that only moves when told to.

mod buying;
mod control;
mod faults;
mod gate;
mod orders;
mod reading;
mod refusals;
mod wallet;

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::{Control, Offer, OfferKey, Options, OrderView, Running, start};
use crate::{
    request_log::RequestLog,
    upstream::{
        numbers::CodePlan,
        testing::{Hand, MINUTE_MS, START_MS},
    },
};

const KEY: &str = "sk_live_test";
/// The opening balance: 42.50 USD.
const OPENING: i64 = 425_000;

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
    body: Value,
}

impl Reply {
    #[track_caller]
    fn granted(&self) -> &Value {
        assert_eq!((self.status, &self.body["ok"]), (200, &json!(true)), "{:?}", self.body);
        &self.body
    }

    #[track_caller]
    fn refused(&self, status: u16, code: &str) {
        let error = &self.body["error"];
        assert_eq!((self.status, &error["code"]), (status, &json!(code)), "{:?}", self.body);
        assert_eq!(self.body["ok"], false);
        assert!(error["message"].as_str().is_some_and(|words| !words.is_empty()));
        assert_eq!(self.body.as_object().unwrap().len(), 2);
    }
}

impl Shop {
    async fn open() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let hand = Hand::new();
        let mut options = Options {
            seed: 42,
            clock: hand.clock(),
            codes: CodePlan::Manual,
            wallet_pips: OPENING,
            log: RequestLog::off(),
            ..Options::new(KEY)
        };
        change(&mut options);
        let running = start(options, ([127, 0, 0, 1], 0).into()).await.unwrap();
        let control = running.control();
        Self { hand, http: reqwest::Client::new(), running, control }
    }

    fn url(&self, path: &str) -> String {
        format!("{}/api/public/v1/{path}", self.running.url())
    }

    async fn get(&self, path: &str) -> Reply {
        reply(self.http.get(self.url(path)).bearer_auth(KEY)).await
    }

    async fn post(&self, path: &str) -> Reply {
        reply(self.http.post(self.url(path)).bearer_auth(KEY)).await
    }

    async fn order(&self, body: Value) -> Reply {
        reply(self.http.post(self.url("order")).bearer_auth(KEY).json(&body)).await
    }

    /// WhatsApp in Indonesia.
    fn whatsapp(&self) -> Offer {
        self.control.offer("WhatsApp", "Indonesia").unwrap()
    }

    /// Buys one number.
    async fn buy(&self) -> OrderView {
        self.order(json!(self.whatsapp().key)).await.granted();
        self.control.orders().pop().unwrap()
    }

    async fn status(&self, order: &OrderView) -> Value {
        self.get(&format!("order/{}", order.uuid)).await.granted()["order"]["status"].clone()
    }

    /// Opening, top-ups, charges and refunds add up to the balance.
    #[track_caller]
    fn assert_books(&self) {
        let journal = self.control.journal();
        let sum: i64 = journal.iter().map(|entry| entry.change).sum();
        assert_eq!(sum, self.control.balance());
        assert_eq!(journal.last().unwrap().balance, sum);
    }
}

async fn reply(request: RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let header =
        |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    // On every answer, whatever it says.
    assert_eq!(header("cache-control").as_deref(), Some("no-store"));
    assert_eq!(header("access-control-allow-origin").as_deref(), Some("*"));
    let retry_after = header("retry-after");
    let status = response.status().as_u16();
    Reply { status, retry_after, body: response.json().await.unwrap() }
}

/// An exact number, as the wire has it.
fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}
