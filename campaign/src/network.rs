//! The wire between the shop and its provider: latencies, and everything that becomes of requests and answers on the way.
//!
//! What has been sent arrives, or not, whether or not its sender still lives.

mod way;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use bot_core::upstream::http::{Carrier, Connection, Lost};
use futures::future;
use hyper::{Method, StatusCode, body::Bytes};
use rand::{Rng, SeedableRng, rngs::StdRng};
use tokio::sync::oneshot;

use self::way::{Way, What};

use crate::{
    emulator::Emulator,
    history::Family,
    hub::Hub,
    process::{Life, Spot},
};

/// The least between two questions about one order.
const LEAST_MS: i64 = 1_000;

/// How far behind what a provider shows of orders may be.
const OLDEST_MS: i64 = 20_000;

pub struct Network {
    hub: Hub,
    emulator: Emulator,
    random: Mutex<StdRng>,
    /// Until then nothing goes through.
    out_until: AtomicI64,
    /// Grows whenever two questions about an order may be closer than usual: a restart, a clock that jumps.
    epoch: AtomicU64,
    asked: Mutex<BTreeMap<String, (u64, i64)>>,
    /// How many have arrived.
    requests: AtomicU64,
    /// The last answers about orders, and when they were given.
    answers: Mutex<BTreeMap<String, (i64, hyper::Response<Bytes>)>>,
}

impl Network {
    pub fn new(hub: Hub, emulator: Emulator, seed: u64) -> Arc<Self> {
        Arc::new(Self {
            hub,
            emulator,
            random: Mutex::new(StdRng::seed_from_u64(seed ^ 0x006e_6574)),
            out_until: AtomicI64::new(0),
            epoch: AtomicU64::new(0),
            asked: Mutex::default(),
            requests: AtomicU64::new(0),
            answers: Mutex::default(),
        })
    }

    pub fn goes_out_for(&self, duration: Duration) {
        self.out_until.store((self.hub.now() + duration).0, Ordering::Relaxed);
    }

    pub fn new_epoch(&self) {
        self.epoch.fetch_add(1, Ordering::Relaxed);
    }

    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Nothing is asked about twice within a second.
    fn watch(&self, route: &str, path: &str) {
        let does = ["/buy/", "/cancel/", "/finish/", "/products/"];
        let is_question = route.starts_with("GET") && !does.iter().any(|it| route.contains(it));
        if !(is_question && route.contains('{')) {
            return;
        }
        let (epoch, now) = (self.epoch.load(Ordering::Relaxed), self.hub.now().0);
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let last = asked.insert(path.to_owned(), (epoch, now));
        if let Some((last_epoch, at)) = last
            && last_epoch == epoch
            && now - at < LEAST_MS
        {
            self.hub.violated(&format!("asked about {path} twice within {} ms", now - at));
        }
    }

    fn answers(&self) -> MutexGuard<'_, BTreeMap<String, (i64, hyper::Response<Bytes>)>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, what: &str, answer: &hyper::Response<Bytes>) {
        if what.contains("order") && answer.status() == StatusCode::OK {
            self.answers().insert(what.to_owned(), (self.hub.now().0, answer.clone()));
        }
    }

    /// What was answered to the same question a little earlier.
    fn older(&self, what: &str) -> Option<hyper::Response<Bytes>> {
        let answers = self.answers();
        let (at, answer) = answers.get(what)?;
        (self.hub.now().0 - at < OLDEST_MS).then(|| answer.clone())
    }

    fn latency(&self) -> (u64, u64) {
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        (random.random_range(5..60), random.random_range(5..120))
    }

    fn way(&self, connection: Connection, what: What) -> Way {
        if !self.hub.lets(Family::Network) {
            return Way::Well;
        }
        if self.hub.now().0 < self.out_until.load(Ordering::Relaxed) {
            return Way::Unreachable;
        }
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        let often = match connection {
            Connection::Fresh => 300,
            Connection::Kept => 60,
        };
        if random.random_range(0..1_000) >= often {
            return Way::Well;
        }
        Way::any(&mut random, what)
    }

    /// Sends a request on its way; the receiver hears what comes back, if anything does.
    fn send(
        self: &Arc<Self>,
        request: hyper::Request<Bytes>,
        way: Way,
    ) -> oneshot::Receiver<Result<hyper::Response<Bytes>, Lost>> {
        let (tell, told) = oneshot::channel();
        let (up, down) = self.latency();
        let network = Arc::clone(self);
        // Not the process's: it goes on when the process is killed.
        tokio::spawn(async move {
            if let Some(answer) = network.exchange(request, way, up, down).await {
                // Whoever waited may be gone.
                let _ = tell.send(answer);
            }
        });
        told
    }

    /// `None` when nothing ever comes back.
    async fn exchange(
        &self,
        request: hyper::Request<Bytes>,
        way: Way,
        up: u64,
        down: u64,
    ) -> Option<Result<hyper::Response<Bytes>, Lost>> {
        const BROKE: Lost = Lost::NoAnswer("the connection broke");
        let (up, down) = match way {
            Way::Late(late) => (late, down),
            Way::Slow(slow) => (up, slow),
            _ => (up, down),
        };
        pause(up).await;
        match &way {
            Way::Unreachable => return Some(Err(Lost::Unreachable)),
            Way::LostBefore => return Some(Err(BROKE)),
            Way::NeverBefore => return None,
            Way::Wrong(_, fault) => self.emulator.strike(fault.clone()),
            Way::Well
            | Way::LostAfter
            | Way::NeverAfter
            | Way::Late(_)
            | Way::Slow(_)
            | Way::Twice
            | Way::Older => {}
        }
        self.requests.fetch_add(1, Ordering::Relaxed);
        let what = format!("{} {}", request.method(), request.uri());
        if let Way::Older = way
            && let Some(answer) = self.older(&what)
        {
            self.hub.trace(&format!("network {what} again"));
            pause(down).await;
            return Some(Ok(answer));
        }
        if let Way::Twice = way {
            // The first copy's answer gets lost.
            let _ = self.emulator.call(request.clone()).await;
        }
        let is_question = request.method() == Method::GET;
        let answer = self.emulator.call(request).await;
        if let (true, Ok(answer)) = (is_question, &answer) {
            self.keep(&what, answer);
        }
        let status = answer.as_ref().map_or(0, |answer| answer.status().as_u16());
        self.hub.trace(&format!("provider {what} {status}"));
        pause(down).await;
        match way {
            Way::LostAfter => Some(Err(BROKE)),
            Way::NeverAfter => None,
            _ => Some(answer.map_err(|_| BROKE)),
        }
    }
}

async fn pause(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

/// The end of the wire that one process holds.
pub struct Line {
    network: Arc<Network>,
    life: Arc<Life>,
}

impl Line {
    pub fn new(network: Arc<Network>, life: Arc<Life>) -> Self {
        Self { network, life }
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Line")
    }
}

#[async_trait]
impl Carrier for Line {
    async fn carry(
        &self,
        route: &'static str,
        request: reqwest::Request,
        connection: Connection,
    ) -> Result<reqwest::Response, Lost> {
        self.life.goes_past(Spot::Sent).await;
        self.network.watch(route, request.url().path());
        let request = plain(&request)?;
        let way = self.network.way(connection, What::of(&request, connection));
        if let Some(name) = way.name() {
            self.network.hub.struck(name);
        }
        let told = self.network.send(request, way);
        let Ok(answer) = told.await else { return future::pending().await };
        self.life.goes_past(Spot::Answered).await;
        Ok(reqwest::Response::from(answer?))
    }
}

/// As the emulators take it.
fn plain(request: &reqwest::Request) -> Result<hyper::Request<Bytes>, Lost> {
    let body = request.body().and_then(|body| body.as_bytes()).unwrap_or_default();
    let mut plain = hyper::Request::builder()
        .method(request.method())
        .uri(request.url().as_str())
        .body(Bytes::copy_from_slice(body))
        .map_err(|_| Lost::Unreachable)?;
    *plain.headers_mut() = request.headers().clone();
    Ok(plain)
}
