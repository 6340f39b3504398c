//! The wire between the shop and its provider: latencies, and everything that becomes of requests and answers on the way.
//!
//! What has been sent arrives, or not, whether or not its sender still lives.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use bot_core::upstream::http::{Carrier, Connection, Lost};
use futures::future;
use hyper::body::Bytes;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use sandbox::faults::Fault;
use serde_json::json;
use tokio::sync::oneshot;

use crate::{
    emulator::Emulator,
    history::Family,
    hub::Hub,
    process::{Life, Spot},
};

/// The least between two questions about one order.
const LEAST_MS: i64 = 1_000;

/// What becomes of one request.
enum Way {
    Well,
    Unreachable,
    /// The connection breaks before the request has arrived.
    LostBefore,
    /// The provider does it; the connection breaks before the answer.
    LostAfter,
    /// Nobody ever answers, and nothing arrives.
    NeverBefore,
    /// The provider does it, and its answer never comes.
    NeverAfter,
    /// It arrives so many milliseconds later, when nobody waits for it any more.
    Late(u64),
    /// The provider answers so many milliseconds later.
    Slow(u64),
    Wrong(&'static str, Fault),
}

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
        if !(route.starts_with("GET") && route.contains('{')) {
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

    fn latency(&self) -> (u64, u64) {
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        (random.random_range(5..60), random.random_range(5..120))
    }

    fn way(&self, connection: Connection) -> Way {
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
        match random.random_range(0..17) {
            0 => Way::Unreachable,
            1 => Way::LostBefore,
            2 | 3 => Way::LostAfter,
            4 => Way::NeverBefore,
            5 => Way::NeverAfter,
            6 | 7 => Way::Late(random.random_range(1_000..60_000)),
            8 | 9 => Way::Slow(random.random_range(500..12_000)),
            _ => wrong(&mut random),
        }
    }

    fn struck(&self, way: &Way) {
        self.hub.struck(match way {
            Way::Well => return,
            Way::Unreachable => "network: unreachable",
            Way::LostBefore => "network: reset before",
            Way::LostAfter => "network: reset after",
            Way::NeverBefore => "network: no answer, never arrived",
            Way::NeverAfter => "network: no answer, done",
            Way::Late(_) => "network: arrives late",
            Way::Slow(_) => "network: slow",
            Way::Wrong(name, _) => *name,
        });
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
            Way::Well | Way::LostAfter | Way::NeverAfter | Way::Late(_) | Way::Slow(_) => {}
        }
        self.requests.fetch_add(1, Ordering::Relaxed);
        let what = format!("{} {}", request.method(), request.uri().path());
        let answer = self.emulator.call(request).await;
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

/// What an answer may be that is not as it should be.
fn wrong(random: &mut StdRng) -> Way {
    let seconds = random.random_range(1..20);
    let field = ["id", "order_id", "status", "phone", "phone_number", "orders", "data", "price"]
        .choose(random)
        .copied()
        .unwrap_or("id");
    let (name, fault) = match random.random_range(0..11) {
        0 => ("provider: 500, not done", Fault::Status500),
        1 => ("provider: 500, done", Fault::Status500AfterCommit),
        2 => ("provider: 503", Fault::Status503 { retry_after: seconds }),
        3 => ("provider: 429", Fault::Status429 { retry_after: seconds }),
        4 => ("provider: a web page, done", Fault::Garbage),
        5 => ("provider: half an answer, done", Fault::TruncatedJson),
        6 => ("provider: a field is missing, done", Fault::MissingField(field.to_owned())),
        7 => ("provider: a field of another type, done", Fault::WrongType(field.to_owned())),
        8 => ("provider: closes after it is done", Fault::ResetAfterCommit),
        9 => ("provider: closes before it is done", Fault::ResetBefore),
        _ => {
            let body = json!({ "error": "with status 200" });
            ("provider: an error with status 200, not done", Fault::Answer { status: 200, body })
        }
    };
    Way::Wrong(name, fault)
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
        let way = self.network.way(connection);
        self.network.struck(&way);
        let told = self.network.send(plain(&request)?, way);
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
