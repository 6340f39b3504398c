//! The HTTP API: token, route, limits, faults, answer, log. Knows no single route's work.

use std::{io, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER},
    },
    response::{IntoResponse, Response},
};
use futures::stream;
use serde_json::Value;

use super::{
    connection,
    control::Control,
    fault::{self, Fault},
    limits::BucketState,
    payload::{Payload, receive},
    refusal::{RateLimited, Refusal},
    route::Route,
    routes,
};
use crate::request_log::Entry;

/// The beginning of every path.
const BASE: &str = "/api/v10";

/// A good answer: its status, and JSON unless it is 204.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reply {
    pub status: StatusCode,
    pub body: Option<Value>,
}

impl Reply {
    pub fn ok(body: Value) -> Self {
        Self { status: StatusCode::OK, body: Some(body) }
    }

    pub fn created(body: Value) -> Self {
        Self { status: StatusCode::CREATED, body: Some(body) }
    }

    pub fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: None }
    }
}

/// What the bot gets to see of a request.
enum Outcome {
    Answer(Result<Reply, Refusal>, Option<BucketState>),
    /// The same, this much later.
    Late(Result<Reply, Refusal>, Duration),
    BadGateway,
    /// 429 by the proxy in front, with `Retry-After` in seconds.
    Banned(u64),
    Broken,
    Silence,
}

impl Outcome {
    /// As the request log shows it: 0 when there is no answer.
    fn status(&self) -> u16 {
        match self {
            Self::Answer(Ok(reply), _) | Self::Late(Ok(reply), _) => reply.status.as_u16(),
            Self::Answer(Err(refusal), _) | Self::Late(Err(refusal), _) => {
                refusal.status().as_u16()
            }
            Self::BadGateway => 502,
            Self::Banned(_) => 429,
            Self::Broken | Self::Silence => 0,
        }
    }

    fn is_invalid_request(&self) -> bool {
        match self {
            Self::Answer(Err(refusal), _) | Self::Late(Err(refusal), _) => {
                refusal.is_invalid_request()
            }
            Self::Banned(_) => true,
            Self::Answer(Ok(_), _)
            | Self::Late(Ok(_), _)
            | Self::BadGateway
            | Self::Broken
            | Self::Silence => false,
        }
    }
}

/// What a route's work may need of the request besides its body.
pub(super) struct Asked {
    pub route: Route,
    pub query: String,
    /// Where the gateway is, as the bot reached this server.
    pub gateway_url: String,
}

/// Handles everything below `/api/v10/`.
pub(super) async fn handle(State(control): State<Control>, request: Request) -> Response {
    if control.is_down() {
        return broken();
    }
    let at_ms = control.world().now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let content_type = request.headers().get(CONTENT_TYPE).cloned();
    let is_bot = is_bot(&control, request.headers());
    let gateway_url = connection::url(request.headers());
    let found = Route::find(&method, path.strip_prefix(BASE).unwrap_or_default());
    let received = receive(request).await;
    let outcome = match found {
        Ok(route) => {
            let asked = Asked { route, query: query.clone(), gateway_url };
            answer(&control, &asked, is_bot, received.payload)
        }
        Err(refusal) => Outcome::Answer(Err(refusal), None),
    };
    if control.log().is_on() {
        let mark = if query.is_empty() { "" } else { "?" };
        control.log().write(&Entry {
            at_ms,
            method: method.as_str(),
            path: &format!("{}{mark}{query}", redacted(&path)),
            content_type: content_type.as_ref().and_then(|value| value.to_str().ok()),
            body: received.logged,
            status: outcome.status(),
        });
    }
    {
        let mut world = control.world();
        if outcome.is_invalid_request() {
            world.limits.count_invalid(at_ms);
        }
        world.touch();
    }
    respond(&control, outcome).await
}

/// The path without an interaction's token.
fn redacted(path: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    if let Some(family) = parts.iter().position(|part| matches!(*part, "interactions" | "webhooks"))
        && let Some(token) = parts.get_mut(family + 2)
    {
        *token = "***";
    }
    parts.join("/")
}

fn is_bot(control: &Control, headers: &HeaderMap) -> bool {
    headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bot "))
        .is_some_and(|token| control.is_token(token))
}

fn answer(
    control: &Control,
    asked: &Asked,
    is_bot: bool,
    payload: Result<Payload, Refusal>,
) -> Outcome {
    let refused = |refusal| Outcome::Answer(Err(refusal), None);
    let route = &asked.route;
    let mut world = control.world();
    let now_ms = world.now();
    if world.limits.is_banned(now_ms) {
        return Outcome::Banned(600);
    }
    let needs_token = !route.has_own_token() && *route != Route::Gateway;
    if needs_token && (!is_bot || world.is_revoked) {
        return refused(Refusal::Unauthorized);
    }
    *world.requests.entry(route.name()).or_default() += 1;
    let fault = fault::draw(&mut world.faults, route.name());
    let limits = &mut world.limits;
    if needs_token && let Err(limited) = limits.take_global(now_ms) {
        return refused(Refusal::RateLimited(limited));
    }
    let bucket = route.bucket().map(|(name, bucket)| limits.take(name, bucket, now_ms)).transpose();
    let bucket = match bucket {
        Ok(bucket) => bucket,
        Err(limited) => return refused(Refusal::RateLimited(limited)),
    };
    let payload = match payload {
        Ok(payload) => payload,
        Err(refusal) => return refused(refusal),
    };
    let mut work = || routes::work(&mut world, asked, &payload);
    let Some(fault) = fault else { return Outcome::Answer(work(), bucket) };
    match fault {
        Fault::RateLimited { retry_after_ms } => refused(Refusal::RateLimited(RateLimited {
            retry_after_ms,
            is_global: false,
            scope: "user",
        })),
        Fault::RateLimitedGlobally { retry_after_ms } => {
            refused(Refusal::RateLimited(RateLimited {
                retry_after_ms,
                is_global: true,
                scope: "global",
            }))
        }
        Fault::RateLimitedByProxy { retry_after_s } => Outcome::Banned(retry_after_s),
        Fault::Refused { status, code } => {
            refused(Refusal::Coded(status, code, "Refused on purpose"))
        }
        Fault::InternalServerError => refused(Refusal::INTERNAL),
        Fault::BadGateway => Outcome::BadGateway,
        Fault::ResetBefore => Outcome::Broken,
        Fault::HangBefore => Outcome::Silence,
        Fault::BadGatewayAfter => after(work(), Outcome::BadGateway),
        Fault::ResetAfter => after(work(), Outcome::Broken),
        Fault::HangAfter => after(work(), Outcome::Silence),
        Fault::Slow { ms } => Outcome::Late(work(), Duration::from_millis(ms)),
    }
}

/// The work was done; what came of it is lost unless it was refused.
fn after(result: Result<Reply, Refusal>, lost: Outcome) -> Outcome {
    match result {
        Ok(_) => lost,
        Err(refusal) => Outcome::Answer(Err(refusal), None),
    }
}

async fn respond(control: &Control, outcome: Outcome) -> Response {
    match outcome {
        Outcome::Answer(result, bucket) => shown(&result, bucket),
        Outcome::Late(result, delay) => {
            tokio::time::sleep(delay).await;
            shown(&result, None)
        }
        Outcome::BadGateway => html(StatusCode::BAD_GATEWAY, "502 Bad Gateway"),
        Outcome::Banned(retry_after_s) => {
            let mut response =
                html(StatusCode::TOO_MANY_REQUESTS, "Error 1015: You are being rate limited");
            put(response.headers_mut(), RETRY_AFTER, &retry_after_s.to_string());
            response
        }
        Outcome::Broken => broken(),
        Outcome::Silence => {
            control.stopped().await;
            broken()
        }
    }
}

fn shown(result: &Result<Reply, Refusal>, bucket: Option<BucketState>) -> Response {
    let mut response = match result {
        Ok(Reply { status, body: None }) => status.into_response(),
        Ok(Reply { status, body: Some(body) }) => json(*status, body),
        Err(refusal) => json(refusal.status(), &refusal.body()),
    };
    let headers = response.headers_mut();
    if let Err(Refusal::RateLimited(limited)) = result {
        let seconds = limited.seconds_text();
        // In whole seconds, rounded up.
        put(headers, RETRY_AFTER, &limited.retry_after_ms.div_ceil(1_000).to_string());
        put(headers, HeaderName::from_static("x-ratelimit-reset-after"), &seconds);
        put(headers, HeaderName::from_static("x-ratelimit-scope"), limited.scope);
        if limited.is_global {
            put(headers, HeaderName::from_static("x-ratelimit-global"), "true");
        } else {
            put(headers, HeaderName::from_static("x-ratelimit-remaining"), "0");
        }
    }
    if let Some(bucket) = bucket {
        let seconds = |ms: i64| format!("{}.{:03}", ms / 1_000, ms % 1_000);
        let name = |name| HeaderName::from_static(name);
        put(headers, name("x-ratelimit-limit"), &bucket.limit.to_string());
        put(headers, name("x-ratelimit-remaining"), &bucket.remaining.to_string());
        put(headers, name("x-ratelimit-reset"), &seconds(bucket.resets_at_ms));
        put(headers, name("x-ratelimit-reset-after"), &seconds(bucket.reset_after_ms));
        // The real name is a hash; a bucket's name must not show an interaction's token.
        let kind = bucket.name.split(':').next().unwrap_or_default().to_owned();
        put(headers, name("x-ratelimit-bucket"), &kind);
    }
    response
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn json(status: StatusCode, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// The page of a proxy in front of Discord.
fn html(status: StatusCode, title: &str) -> Response {
    let page = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
         <hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
    );
    (status, [(CONTENT_TYPE, "text/html")], page).into_response()
}

/// A body that fails at once: the server closes the connection before a single byte of an answer went out.
pub(super) fn broken() -> Response {
    let failure = || Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset));
    Response::new(Body::from_stream(stream::once(async move { failure() })))
}

/// Everything that is no known address.
pub(super) async fn not_found() -> Response {
    json(StatusCode::NOT_FOUND, &Refusal::UnknownRoute.body())
}
