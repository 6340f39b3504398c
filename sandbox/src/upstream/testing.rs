//! What the tests of all emulators share: a clock, a look at the books, and somebody who listens to webhooks.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU16, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use tokio::{net::TcpListener, sync::mpsc, task::JoinSet};

use super::wallet::{Movement, Wallet};
use crate::clock::Clock;

/// 2026-05-27T08:00:00Z.
pub const START_MS: i64 = 1_779_868_800_000;
pub const MINUTE_MS: i64 = 60_000;

/// A clock that stands still until moved.
#[derive(Clone)]
pub struct Hand(Arc<AtomicI64>);

impl Hand {
    pub fn new() -> Self {
        Self(Arc::new(AtomicI64::new(START_MS)))
    }

    pub fn advance(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }

    pub fn clock(&self) -> Clock {
        let now = Arc::clone(&self.0);
        Clock::from_fn(move || now.load(Ordering::SeqCst))
    }
}

/// What every order moved, oldest first. Fails unless the journal adds up to the balance at every step.
#[track_caller]
pub fn changes_by_order(wallet: &Wallet) -> BTreeMap<u64, Vec<i64>> {
    let mut running = 0;
    let mut by_order: BTreeMap<u64, Vec<i64>> = BTreeMap::new();
    for entry in wallet.journal() {
        running += entry.change;
        assert_eq!(entry.balance, running);
        assert!(running >= 0);
        match entry.movement {
            Movement::Charge { order } | Movement::Refund { order } => {
                by_order.entry(order).or_default().push(entry.change);
            }
            Movement::Opening | Movement::TopUp => assert!(entry.change > 0),
        }
    }
    assert_eq!(running, wallet.balance());
    by_order
}

/// How long a test waits for what must come. Real time.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// Instead of a status: no answer ever.
pub const NEVER: u16 = 0;

/// Somebody who listens to webhooks and answers with one status until told otherwise.
pub struct Listener {
    pub url: String,
    status: Arc<AtomicU16>,
    came: mpsc::UnboundedReceiver<(HeaderMap, String)>,
    _server: JoinSet<()>,
}

type Ears = (Arc<AtomicU16>, mpsc::UnboundedSender<(HeaderMap, String)>);

impl Listener {
    pub async fn open() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook?from=provider", socket.local_addr().unwrap());
        let status = Arc::new(AtomicU16::new(200));
        let (sender, came) = mpsc::unbounded_channel();
        let router =
            Router::new().route("/hook", post(hear)).with_state((Arc::clone(&status), sender));
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(socket, router).await.unwrap() });
        Self { url, status, came, _server: server }
    }

    pub fn answers(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    /// The next request.
    pub async fn next(&mut self) -> (HeaderMap, String) {
        tokio::time::timeout(PATIENCE, self.came.recv()).await.unwrap().unwrap()
    }

    pub async fn next_body(&mut self) -> String {
        self.next().await.1
    }
}

async fn hear(State((status, came)): State<Ears>, headers: HeaderMap, body: String) -> StatusCode {
    came.send((headers, body)).unwrap();
    match status.load(Ordering::SeqCst) {
        NEVER => std::future::pending().await,
        status => StatusCode::from_u16(status).unwrap(),
    }
}
