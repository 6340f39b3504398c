//! What every emulator must be able to do wrong, whichever provider's it is: each fault on each documented route, a price that
//! drifts, an order that the provider takes back, an SMS that comes too late and one that comes twice. Everything is asked
//! over HTTP, as the documents and the control routes have it, so nothing here sees an emulator from the inside.

mod dialect;
mod faults;
mod orders;

use reqwest::Method;
use serde_json::{Value, json};

use self::dialect::{buying, endpoints, purchase_route, reading};
use super::{
    Provider,
    any::{AnyRunning, Options, start},
    numbers::CodePlan,
};
use crate::request_log::RequestLog;

const KEY: &str = "key-of-the-tests";

/// A request as a provider's document has it, below its base address.
#[derive(Clone, Debug)]
struct Ask {
    method: Method,
    path: String,
    body: Option<Value>,
}

impl Ask {
    fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), body: None }
    }

    fn post(path: impl Into<String>, body: Option<Value>) -> Self {
        Self { method: Method::POST, path: path.into(), body }
    }
}

/// A running emulator, with a client that holds its key.
struct Shop {
    provider: Provider,
    running: AnyRunning,
    http: reqwest::Client,
}

impl Shop {
    async fn open(provider: Provider) -> Self {
        let options = Options {
            provider,
            api_key: KEY.to_owned(),
            seed: 42,
            codes: Some(CodePlan::Manual),
            wallet: None,
            webhook: None,
            log: RequestLog::off(),
        };
        let running = start(options, ([127, 0, 0, 1], 0).into()).await.unwrap();
        Self { provider, running, http: reqwest::Client::new() }
    }

    fn request(&self, ask: &Ask) -> reqwest::RequestBuilder {
        let url = format!("{}/{}", self.running.base_url(), ask.path);
        let request = self.http.request(ask.method.clone(), url).bearer_auth(KEY);
        let request = request.header("accept", "application/json");
        match &ask.body {
            Some(body) => request.json(body),
            None => request,
        }
    }

    /// The answer to what must succeed.
    async fn granted(&self, ask: &Ask) -> Value {
        let response = self.request(ask).send().await.unwrap();
        assert!(response.status().is_success(), "{} {ask:?}: {response:?}", self.provider);
        response.json().await.unwrap()
    }

    fn control(&self, path: &str) -> String {
        let host = self.running.base_url().strip_suffix(self.provider.base_path()).unwrap();
        format!("{host}/sandbox/{path}")
    }

    /// What a control route shows.
    async fn look(&self, path: &str) -> Value {
        self.http.get(self.control(path)).send().await.unwrap().json().await.unwrap()
    }

    /// Whether a control route did what it was asked.
    async fn steer(&self, path: &str, body: Value) -> bool {
        let response = self.http.post(self.control(path)).json(&body).send().await.unwrap();
        response.status() == 200
    }

    async fn strike(&self, route: &str, fault: Value) {
        let rule = json!({ "route": route, "fault": fault, "times": 1 });
        assert!(self.steer("faults", rule).await, "{} {route}", self.provider);
    }

    /// Every order, oldest first, as the emulator's owner sees it.
    async fn orders(&self) -> Vec<Value> {
        self.look("orders").await["orders"].as_array().unwrap().clone()
    }

    /// Buys one number.
    async fn buy(&self) -> Value {
        self.granted(&buying(self).await).await;
        self.orders().await.pop().unwrap()
    }

    /// The order as the provider's API shows it.
    async fn shown(&self, order: &Value) -> Value {
        self.granted(&reading(self.provider, order)).await
    }

    /// What an order moved, oldest first; fails unless the journal adds up at every step.
    async fn changes(&self, order: &Value) -> Vec<i64> {
        let journal = self.look("journal").await;
        let (mut balance, mut changes) = (0, Vec::new());
        for entry in journal["journal"].as_array().unwrap() {
            let change = entry["change"].as_i64().unwrap();
            balance += change;
            assert_eq!(entry["balance"], balance, "{}", self.provider);
            let movement = &entry["movement"];
            if [&movement["charge"], &movement["refund"]]
                .iter()
                .any(|it| it["order"] == order["id"])
            {
                changes.push(change);
            }
        }
        changes
    }
}
