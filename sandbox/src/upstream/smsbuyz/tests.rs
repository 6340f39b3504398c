//! The emulator driven over real HTTP with a clock that only moves when told to.

mod buying;
mod control;
mod faults;
mod guest;
mod orders;
mod refusals;
mod wallet;

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::{Control, Offer, Options, Running, start};
use crate::{
    request_log::RequestLog,
    upstream::{
        numbers::CodePlan,
        testing::{Hand, MINUTE_MS, START_MS},
    },
};

const KEY: &str = "test-key";
/// The opening balance: 10.50.
const OPENING: i64 = 105_000;

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
        assert_eq!(self.status, 200, "{:?}", self.body);
        &self.body
    }

    #[track_caller]
    fn refused(&self, status: u16) {
        assert_eq!(self.status, status, "{:?}", self.body);
        assert!(self.body["error"].as_str().is_some_and(|words| !words.is_empty()));
    }
}

impl Shop {
    async fn open() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let hand = Hand::new();
        let mut options = Options {
            api_key: KEY.to_owned(),
            seed: 42,
            clock: hand.clock(),
            codes: CodePlan::Manual,
            wallet_pips: OPENING,
            log: RequestLog::off(),
        };
        change(&mut options);
        let running = start(options, ([127, 0, 0, 1], 0).into()).await.unwrap();
        let control = running.control();
        Self { hand, http: reqwest::Client::new(), running, control }
    }

    /// A GET without the key.
    fn guest(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}/v1/{path}", self.running.url()))
    }

    /// A GET below `/v1/user/` as the document wants it.
    async fn get(&self, path: &str) -> Reply {
        let request = self.guest(&format!("user/{path}")).bearer_auth(KEY);
        reply(request.header("accept", "application/json")).await
    }

    /// What a purchase of WhatsApp in Indonesia by any operator takes.
    fn whatsapp(&self) -> Offer {
        self.control.offer("whatsapp", "id").unwrap()
    }

    /// Buys one number and returns the order's id.
    async fn buy(&self) -> u64 {
        let bought = self.get("buy/activation/id/any/whatsapp").await;
        bought.granted()["id"].as_u64().unwrap()
    }

    async fn status(&self, id: u64) -> Value {
        self.get(&format!("check/{id}")).await.granted()["status"].clone()
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
    let retry_after = response.headers().get("retry-after");
    let retry_after = retry_after.map(|value| value.to_str().unwrap().to_owned());
    let status = response.status().as_u16();
    Reply { status, retry_after, body: response.json().await.unwrap() }
}

/// An exact number, as the wire has it.
fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}
