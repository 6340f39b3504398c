//! Real HTTP on loopback for a provider's emulator: one request in, one answer out, with faults in between.
//!
//! It knows nothing of any provider. It speaks hyper directly, because a fault must be able to close a connection
//! without an answer, which a web framework does not offer.

use std::{future, io, net::SocketAddr, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{HeaderMap, Response, body::Bytes, header, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    task::{JoinHandle, JoinSet},
};

use super::{
    changes::Changes,
    requests::{RequestBook, Seen},
};
use crate::{
    clock::Clock,
    faults::{self, Fault, Faults, Rule},
    request_log::{Entry, RequestLog},
};

/// The longest request body read, in bytes. The documented ones are below one kilobyte.
const BODY_LIMIT: usize = 64 * 1024;

/// What the routes that steer the emulator begin with.
const CONTROL: &str = "/sandbox/";

/// A received request.
#[derive(Debug)]
pub struct Request {
    pub method: String,
    pub path: String,
    /// Without the question mark; empty when there is none.
    pub query: String,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Unix milliseconds by the emulator's clock.
    pub at_ms: i64,
}

impl Request {
    /// A header's value, when it is there and plain text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// A JSON answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Value,
}

impl Answer {
    /// An answer without headers of its own.
    pub fn new(status: u16, body: Value) -> Self {
        Self { status, headers: Vec::new(), body }
    }
}

/// What a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    pub route: &'static str,
    pub order: Option<u64>,
}

/// A failure of the provider itself. Waiting times are in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    Internal,
    Unavailable { retry_after: u32 },
    TooManyRequests { retry_after: u32 },
}

/// A provider's side of the conversation. Every call is atomic: a lost connection cannot interrupt it.
pub trait Emulator: Send + Sync + 'static {
    /// The names that faults and counts use.
    const ROUTES: &'static [&'static str];

    /// The route and the order a request is about; none when the provider has no such route.
    fn target(&self, request: &Request) -> Option<Target>;

    /// Does the work and answers.
    fn answer(&self, request: &Request) -> Answer;

    /// The answer of a call that must ask somebody else first; none when it is [`Emulator::answer`]'s to give.
    fn slow_answer(&self, _: &Request) -> Option<BoxFuture<'static, Answer>> {
        None
    }

    /// The provider's own words for a failure that has nothing to do with the request.
    fn failure(&self, failure: Failure) -> Answer;

    /// Headers on every answer, where `number` counts the requests.
    fn common_headers(&self, number: u64) -> Vec<(&'static str, String)>;

    /// A control route of this provider's own, with its path after `/sandbox/`; none when there is no such route.
    fn control(&self, path: &str, request: &Request) -> Option<Answer>;
}

/// What a server needs beside its emulator.
#[derive(Clone, Debug)]
pub struct Equipment {
    pub clock: Clock,
    pub log: RequestLog,
    pub faults: Faults,
    pub requests: RequestBook,
    pub changes: Changes,
}

impl Equipment {
    /// Fresh switches and books for an emulator of type `E`.
    pub fn new<E: Emulator>(clock: Clock, log: RequestLog) -> Self {
        Self {
            clock,
            log,
            faults: Faults::new(E::ROUTES),
            requests: RequestBook::default(),
            changes: Changes::new(),
        }
    }
}

/// A running emulator with its handle `C`. Dropping it stops it.
#[derive(Debug)]
pub struct Running<C> {
    address: SocketAddr,
    control: C,
    task: JoinHandle<()>,
}

impl<C: Clone> Running<C> {
    /// `http://127.0.0.1:PORT`, without a trailing slash.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The handle that steers the emulator from within the process.
    pub fn control(&self) -> C {
        self.control.clone()
    }

    /// Closes every connection and returns once the port is free.
    pub async fn stop(mut self) {
        self.task.abort();
        // The only possible error is the cancellation just asked for.
        let _ = (&mut self.task).await;
    }
}

impl<C> Drop for Running<C> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Listens on `address` (port 0 takes a free one), serves `emulator` and does the work `beside` it until stopped.
pub async fn start<E: Emulator, C>(
    address: SocketAddr,
    emulator: Arc<E>,
    equipment: Equipment,
    control: C,
    beside: impl Future<Output = ()> + Send + 'static,
) -> io::Result<Running<C>> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let desk = Arc::new(Desk { emulator, equipment });
    let task = tokio::spawn(async move {
        tokio::join!(accept(listener, desk), beside);
    });
    Ok(Running { address, control, task })
}

async fn accept<E: Emulator>(listener: TcpListener, desk: Arc<Desk<E>>) {
    // Owned here, so that stopping this task closes every connection with it.
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection to the sandbox could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a sandbox connection may be slow");
        }
        let desk = Arc::clone(&desk);
        connections.spawn(async move {
            let service = service_fn(|request| desk.serve(request));
            if let Err(error) =
                http1::Builder::new().serve_connection(TokioIo::new(stream), service).await
            {
                tracing::debug!(%error, "a sandbox connection ended early");
            }
        });
    }
}

/// The connection is closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("closed on purpose")]
pub struct HangUp;

/// An emulator for callers in the same process, with its handle `C`: without a socket, so that nothing but the callers and
/// the seed decides what happens when. Delays are the runtime's. Clones are the same emulator.
#[derive(Clone)]
pub struct InProcess<C> {
    control: C,
    desk: Arc<dyn Answering>,
}

trait Answering: Send + Sync {
    fn take(
        &self,
        request: hyper::Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Full<Bytes>>, HangUp>>;
}

impl<E: Emulator> Answering for Desk<E> {
    fn take(
        &self,
        request: hyper::Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Full<Bytes>>, HangUp>> {
        Box::pin(Self::take(self, request))
    }
}

impl<C: Clone> InProcess<C> {
    pub(super) fn new<E: Emulator>(emulator: Arc<E>, equipment: Equipment, control: C) -> Self {
        Self { control, desk: Arc::new(Desk { emulator, equipment }) }
    }

    /// The handle that steers the emulator.
    pub fn control(&self) -> C {
        self.control.clone()
    }

    /// Answers a request, as if it had come over a connection of its own.
    ///
    /// # Errors
    /// [`HangUp`] when the connection would be closed without an answer.
    pub async fn call(&self, request: hyper::Request<Bytes>) -> Result<Response<Bytes>, HangUp> {
        let (head, body) = self.desk.take(request).await?.into_parts();
        let body = body.collect().await.map_err(|_| HangUp)?.to_bytes();
        Ok(Response::from_parts(head, body))
    }
}

struct Desk<E> {
    emulator: Arc<E>,
    equipment: Equipment,
}

/// What is to be sent, after the fault had its say.
enum Outcome {
    Json(Answer),
    Raw { content_type: &'static str, body: Vec<u8>, answer: Answer },
    Late(Answer, Duration),
    Never,
    HangUp,
}

impl<E: Emulator> Desk<E> {
    async fn serve(
        &self,
        incoming: hyper::Request<hyper::body::Incoming>,
    ) -> Result<Response<Full<Bytes>>, HangUp> {
        let (head, body) = incoming.into_parts();
        let body = Limited::new(body, BODY_LIMIT).collect().await.map_err(|_| HangUp)?.to_bytes();
        self.take(hyper::Request::from_parts(head, body)).await
    }

    async fn take(&self, whole: hyper::Request<Bytes>) -> Result<Response<Full<Bytes>>, HangUp> {
        let (head, body) = whole.into_parts();
        let request = Request {
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: head.headers,
            body,
            at_ms: self.equipment.clock.now_ms(),
        };
        if let Some(path) = request.path.strip_prefix(CONTROL) {
            let answer = self.control(path, &request);
            self.equipment.changes.ring();
            return Ok(response(&answer));
        }
        let target = self.emulator.target(&request);
        let outcome = self.work(&request, target).await;
        let number = self.record(&request, target, &outcome);
        self.send(outcome, number).await
    }

    async fn work(&self, request: &Request, target: Option<Target>) -> Outcome {
        let fault = target.and_then(|target| self.equipment.faults.take(target.route));
        let answer = async || match self.emulator.slow_answer(request) {
            Some(answer) => answer.await,
            None => self.emulator.answer(request),
        };
        match fault {
            None => Outcome::Json(answer().await),
            Some(Fault::TimeoutBefore) => Outcome::Never,
            Some(Fault::ResetBefore) => Outcome::HangUp,
            Some(Fault::Status500) => Outcome::Json(self.emulator.failure(Failure::Internal)),
            Some(Fault::Status503 { retry_after }) => {
                Outcome::Json(self.emulator.failure(Failure::Unavailable { retry_after }))
            }
            Some(Fault::Status429 { retry_after }) => {
                Outcome::Json(self.emulator.failure(Failure::TooManyRequests { retry_after }))
            }
            Some(Fault::Answer { status, body }) => Outcome::Json(Answer::new(status, body)),
            Some(Fault::TimeoutAfterCommit) => {
                answer().await;
                Outcome::Never
            }
            Some(Fault::ResetAfterCommit) => {
                answer().await;
                Outcome::HangUp
            }
            Some(Fault::Status500AfterCommit) => {
                answer().await;
                Outcome::Json(self.emulator.failure(Failure::Internal))
            }
            Some(Fault::Garbage) => Outcome::Raw {
                content_type: "text/html",
                body: b"<!doctype html><title>One moment</title><p>Checking your browser.</p>"
                    .to_vec(),
                answer: Answer { status: 200, ..answer().await },
            },
            Some(Fault::TruncatedJson) => {
                let answer = answer().await;
                let mut body = answer.body.to_string().into_bytes();
                body.truncate(body.len() / 2);
                Outcome::Raw { content_type: "application/json", body, answer }
            }
            Some(Fault::MissingField(name)) => {
                let mut answer = answer().await;
                faults::remove_field(&mut answer.body, &name);
                Outcome::Json(answer)
            }
            Some(Fault::WrongType(name)) => {
                let mut answer = answer().await;
                faults::change_type(&mut answer.body, &name);
                Outcome::Json(answer)
            }
            Some(Fault::OtherValue { field, value }) => {
                let mut answer = answer().await;
                faults::change_value(&mut answer.body, &field, &value);
                Outcome::Json(answer)
            }
            Some(Fault::Slow(ms)) => Outcome::Late(answer().await, Duration::from_millis(ms)),
        }
    }

    /// Writes the request down before its answer goes out, so that whoever has the answer finds it in the book.
    fn record(&self, request: &Request, target: Option<Target>, outcome: &Outcome) -> u64 {
        let status = match outcome {
            Outcome::Json(answer) | Outcome::Raw { answer, .. } | Outcome::Late(answer, _) => {
                Some(answer.status)
            }
            Outcome::Never | Outcome::HangUp => None,
        };
        let number = self.equipment.requests.record(Seen {
            at_ms: request.at_ms,
            route: target.map_or("unknown", |target| target.route),
            order: target.and_then(|target| target.order),
            status,
        });
        if self.equipment.log.is_on() {
            let query = if request.query.is_empty() { "" } else { "?" };
            self.equipment.log.write(&Entry {
                at_ms: request.at_ms,
                method: &request.method,
                path: &format!("{}{query}{}", request.path, request.query),
                content_type: request.header("content-type"),
                body: serde_json::from_slice(&request.body).unwrap_or(Value::Null),
                // The log's word for "no answer".
                status: status.unwrap_or(0),
            });
        }
        self.equipment.changes.ring();
        number
    }

    async fn send(&self, outcome: Outcome, number: u64) -> Result<Response<Full<Bytes>>, HangUp> {
        let with_common = |mut answer: Answer| {
            answer.headers.extend(self.emulator.common_headers(number));
            answer
        };
        match outcome {
            Outcome::Json(answer) => Ok(response(&with_common(answer))),
            Outcome::Raw { content_type, body, answer } => {
                let mut response = response(&with_common(answer));
                let content_type = header::HeaderValue::from_static(content_type);
                response.headers_mut().insert(header::CONTENT_TYPE, content_type);
                *response.body_mut() = body.into();
                Ok(response)
            }
            Outcome::Late(answer, delay) => {
                tokio::time::sleep(delay).await;
                Ok(response(&with_common(answer)))
            }
            Outcome::Never => future::pending().await,
            Outcome::HangUp => Err(HangUp),
        }
    }

    fn control(&self, path: &str, request: &Request) -> Answer {
        let equipment = &self.equipment;
        match (request.method.as_str(), path) {
            ("GET", "faults") => {
                Answer::new(200, json!({ "ok": true, "faults": equipment.faults.rules() }))
            }
            ("POST", "faults") => control_answer(
                serde_json::from_slice::<Rule>(&request.body)
                    .map_err(|error| error.to_string())
                    .and_then(|rule| equipment.faults.add(rule).map_err(|error| error.to_string()))
                    .map(|()| json!({})),
            ),
            ("DELETE", "faults") => {
                equipment.faults.clear();
                control_answer(Ok(json!({})))
            }
            ("GET", "requests") => Answer::new(
                200,
                json!({ "ok": true, "counts": equipment.requests.counts(), "newest": equipment.requests.newest() }),
            ),
            _ => self.emulator.control(path, request).unwrap_or_else(|| {
                Answer::new(404, json!({ "ok": false, "error": "no such control route" }))
            }),
        }
    }
}

/// A control route's answer: `{"ok": true, ...fields}`, or 422 with `{"ok": false, "error"}`.
pub fn control_answer(result: Result<Value, String>) -> Answer {
    match result {
        Ok(mut body) => {
            body["ok"] = true.into();
            Answer::new(200, body)
        }
        Err(error) => Answer::new(422, json!({ "ok": false, "error": error })),
    }
}

fn response(answer: &Answer) -> Response<Full<Bytes>> {
    let mut response =
        Response::builder().status(answer.status).header(header::CONTENT_TYPE, "application/json");
    for (name, value) in &answer.headers {
        response = response.header(*name, value);
    }
    response.body(Full::from(answer.body.to_string())).unwrap_or_else(|error| {
        tracing::error!(%error, "an answer of the sandbox is not valid HTTP");
        let mut broken = Response::new(Full::default());
        *broken.status_mut() = hyper::StatusCode::INTERNAL_SERVER_ERROR;
        broken
    })
}
