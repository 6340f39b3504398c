//! The emulator over real HTTP on loopback, called the way a bot calls it.

mod faults;
mod formatting;
mod groups;
mod log;
mod menus;
mod page;
mod polling;
mod refusals;
mod teloxide;

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};

use super::{Control, Options, Running, start};
use crate::{clock::Clock, request_log::RequestLog};

const TOKEN: &str = "42:TEST";
const ANNA: i64 = 1_001;
const BORIS: i64 = 1_002;
/// A basic group.
const GROUP: i64 = -77;
const SUPERGROUP: i64 = -1_000_000_000_077;
/// How long a test waits for what must happen at once.
const BOUND: Duration = Duration::from_secs(5);
const START_MS: i64 = 1_790_000_000_000;

/// A served emulator with Anna (who wrote to the bot) and Boris (who did not), on a clock that stands still.
struct Bench {
    running: Running,
    control: Control,
    now_ms: Arc<AtomicI64>,
    http: reqwest::Client,
}

impl Bench {
    async fn new() -> Self {
        Self::with(false, RequestLog::off()).await
    }

    async fn with(strict_limits: bool, log: RequestLog) -> Self {
        let now_ms = Arc::new(AtomicI64::new(START_MS));
        let read = Arc::clone(&now_ms);
        let options = Options {
            token: TOKEN.to_owned(),
            bot_username: "desk_bot".to_owned(),
            clock: Clock::from_fn(move || read.load(Ordering::SeqCst)),
            strict_limits,
            log,
        };
        let running = start(options, ([127, 0, 0, 1], 0).into()).await.unwrap();
        let control = running.control();
        control.add_person(ANNA, "Anna", Some("anna"), "en").unwrap();
        control.add_person(BORIS, "Boris", None, "ru").unwrap();
        control.say(ANNA, ANNA, "/start").unwrap();
        Self { running, control, now_ms, http: reqwest::Client::new() }
    }

    fn pass(&self, ms: i64) {
        self.now_ms.fetch_add(ms, Ordering::SeqCst);
    }

    fn method_url(&self, method: &str) -> String {
        format!("{}/bot{TOKEN}/{method}", self.running.url())
    }

    /// The whole answer of a JSON call.
    async fn call(&self, method: &str, body: Value) -> Value {
        let answer = self.http.post(self.method_url(method)).json(&body).send().await.unwrap();
        let status = answer.status().as_u16();
        let answer: Value = answer.json().await.unwrap();
        if answer["ok"] == false {
            assert_eq!(answer["error_code"], status, "the status is the error code");
        }
        answer
    }

    /// The `result` of a JSON call that must succeed.
    async fn result(&self, method: &str, body: Value) -> Value {
        let answer = self.call(method, body).await;
        assert_eq!(answer["ok"], true, "{answer}");
        answer["result"].clone()
    }

    /// The description of a refusal.
    async fn refusal(&self, method: &str, body: Value) -> String {
        let answer = self.call(method, body).await;
        assert_eq!(answer["ok"], false, "{answer}");
        answer["description"].as_str().unwrap().to_owned()
    }

    /// A message to Anna with one button; its id.
    async fn send_button(&self) -> i64 {
        let markup = json!({ "inline_keyboard": [[{ "text": "Buy", "callback_data": "buy" }]] });
        let sent = self
            .result("sendMessage", json!({ "chat_id": ANNA, "text": "Hi", "reply_markup": markup }))
            .await;
        sent["message_id"].as_i64().unwrap()
    }

    /// All waiting updates, acknowledged.
    async fn drain(&self) -> Vec<Value> {
        let updates = self.result("getUpdates", json!({})).await;
        let updates = updates.as_array().unwrap().clone();
        if let Some(last) = updates.last() {
            let next = last["update_id"].as_i64().unwrap() + 1;
            self.result("getUpdates", json!({ "offset": next })).await;
        }
        updates
    }
}
