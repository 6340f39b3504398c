//! The emulator driven over real HTTP with a clock that only moves when told to.

mod control;
mod creating;
mod faults;
mod keys;
mod refusals;
mod rentals;
mod wallet;
mod webhook;

use reqwest::{RequestBuilder, header::HeaderMap};
use serde_json::{Value, json};

use super::{Control, Offer, OfferKey, Options, RentalView, Running, start};
use crate::{
    request_log::RequestLog,
    upstream::{
        numbers::CodePlan,
        testing::{Hand, MINUTE_MS, START_MS},
    },
};

const KEY: &str = "sms_live_test";
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
    headers: HeaderMap,
    body: Value,
}

impl Reply {
    /// The rental that the answer shows.
    #[track_caller]
    fn rental(&self, status: u16) -> &Value {
        assert_eq!(self.status, status, "{:?}", self.body);
        assert_eq!(self.body.as_object().unwrap().len(), 1);
        &self.body["rental"]
    }

    #[track_caller]
    fn refused(&self, status: u16, code: &str) {
        let error = &self.body["error"];
        assert_eq!((self.status, &error["code"]), (status, &json!(code)), "{:?}", self.body);
        assert!(error["message"].as_str().is_some_and(|words| !words.is_empty()));
        assert_eq!(self.body.as_object().unwrap().len(), 1);
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
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

    fn url(&self, path: &str) -> String {
        format!("{}/v1/{path}", self.running.url())
    }

    async fn get(&self, path: &str) -> Reply {
        reply(self.http.get(self.url(path)).bearer_auth(KEY)).await
    }

    async fn post(&self, path: &str) -> Reply {
        reply(self.http.post(self.url(path)).bearer_auth(KEY)).await
    }

    async fn create(&self, body: &Value) -> Reply {
        reply(self.http.post(self.url("rentals")).bearer_auth(KEY).json(body)).await
    }

    async fn create_with_key(&self, key: &str, body: &Value) -> Reply {
        let request = self.http.post(self.url("rentals")).bearer_auth(KEY).json(body);
        reply(request.header("idempotency-key", key)).await
    }

    /// WhatsApp in Indonesia.
    fn whatsapp(&self) -> Offer {
        self.control.offer("wa", "ID").unwrap()
    }

    /// Rents one number.
    async fn rent(&self) -> RentalView {
        self.create(&whatsapp()).await.rental(201);
        self.control.orders().pop().unwrap()
    }

    /// The rental as the API shows it.
    async fn shown(&self, rental: &RentalView) -> Value {
        self.get(&format!("rentals/{}", rental.rental_id)).await.rental(200).clone()
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

/// The body that rents WhatsApp in Indonesia.
fn whatsapp() -> Value {
    json!({ "service": "wa", "country": "ID" })
}

async fn reply(request: RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Reply { status, headers, body: response.json().await.unwrap() }
}

/// An exact number, as the wire has it.
fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}
