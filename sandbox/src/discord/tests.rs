//! The emulator over real HTTP and a real WebSocket on loopback, called the way a bot calls it.

mod commands;
mod faults;
mod gateway;
mod interactions;
mod library;
mod log;
mod messages;
mod page;

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

const TOKEN: &str = "TEST.DISCORD.TOKEN";
const APPLICATION: u64 = 1_100;
/// Owns the server.
const ANNA: u64 = 2_001;
/// Is in the server, too.
const BORIS: u64 = 2_002;
const GUILD: u64 = 3_001;
const CHANNEL: u64 = 4_001;
/// How long a test waits for what must happen at once.
const BOUND: Duration = Duration::from_secs(5);
const START_MS: i64 = 1_790_000_000_000;

/// A served emulator with a server that Anna owns and Boris is in, on a clock that stands still.
struct Bench {
    running: Running,
    control: Control,
    now_ms: Arc<AtomicI64>,
    http: reqwest::Client,
}

impl Bench {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let now_ms = Arc::new(AtomicI64::new(START_MS));
        let read = Arc::clone(&now_ms);
        let mut options = Options {
            token: TOKEN.to_owned(),
            application_id: APPLICATION,
            clock: Clock::from_fn(move || read.load(Ordering::SeqCst)),
            log: RequestLog::from_env().unwrap(),
            ..Options::default()
        };
        change(&mut options);
        let running = start(options, ([127, 0, 0, 1], 0).into()).await.unwrap();
        let control = running.control();
        control.add_user(ANNA, "anna", Some("Anna"), "en-US").unwrap();
        control.add_user(BORIS, "boris", None, "ru").unwrap();
        control.add_guild(GUILD, "The Shop", ANNA).unwrap();
        control.join(GUILD, BORIS, false).unwrap();
        control.add_channel(GUILD, CHANNEL, "general").unwrap();
        Self { running, control, now_ms, http: reqwest::Client::new() }
    }

    fn pass(&self, ms: i64) {
        self.now_ms.fetch_add(ms, Ordering::SeqCst);
    }

    fn url(&self, path: &str) -> String {
        format!("{}/api/v10/{path}", self.running.url())
    }

    fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        self.http.request(method, self.url(path)).header("authorization", format!("Bot {TOKEN}"))
    }

    /// Status and JSON (Null when there is none) of a call with the bot's token.
    async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let answer = self.request(method, path).json(&body).send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// The JSON of a call that must succeed.
    async fn good(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(method, path, body).await;
        assert!((200..300).contains(&status), "{status} {answer}");
        answer
    }

    /// Status and code of a refusal.
    async fn refusal(&self, method: &str, path: &str, body: Value) -> (u16, u64) {
        let (status, answer) = self.call(method, path, body).await;
        (status, answer["code"].as_u64().unwrap_or_else(|| panic!("{status} {answer}")))
    }

    /// The first error below a field of an invalid form, as its code.
    async fn form_error(&self, method: &str, path: &str, body: Value, field: &str) -> String {
        let (status, answer) = self.call(method, path, body).await;
        assert_eq!((status, &answer["code"]), (400, &json!(50_035)), "{answer}");
        let error = answer["errors"].pointer(&format!("/{field}/_errors/0/code"));
        error.unwrap_or_else(|| panic!("nothing at {field}: {answer}")).as_str().unwrap().to_owned()
    }

    /// Registers `/buy`, for everybody everywhere.
    async fn register_buy(&self) {
        let option =
            json!({ "type": 3, "name": "service", "description": "Which", "autocomplete": true });
        let buy = json!({ "name": "buy", "description": "Buy a number", "options": [option] });
        self.good("PUT", &format!("applications/{APPLICATION}/commands"), json!([buy])).await;
    }

    /// Boris runs `/buy` in the server; the interaction's id and the path of its callback.
    fn buy(&self) -> (u64, String) {
        let id = self.control.run_command(BORIS, CHANNEL, "/buy", &[]).unwrap();
        let token = self.control.interaction_token(id).unwrap();
        (id, format!("interactions/{id}/{token}/callback"))
    }

    /// The path of an interaction's webhook.
    fn webhook(&self, id: u64) -> String {
        format!("webhooks/{APPLICATION}/{}", self.control.interaction_token(id).unwrap())
    }
}

/// A row with one button.
fn button(custom_id: &str) -> Value {
    json!({ "type": 1, "components": [
        { "type": 2, "style": 1, "label": custom_id.to_uppercase(), "custom_id": custom_id },
    ] })
}
