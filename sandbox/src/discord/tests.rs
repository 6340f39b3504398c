//! The emulator over real HTTP and a real WebSocket on loopback, called the way a bot calls it.

mod library;

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use serde_json::json;

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
}
