//! Calls of Discord's REST API: one request, one typed answer, at the pace that Discord allows.
//!
//! serenity's own client falls back to Discord's address when another one does not answer, tells neither how long a 429
//! asks to wait nor keeps the tokens in addresses out of its errors; its types and builders are used, its transport is not.

use std::{error::Error, time::Duration};

use bot_core::{clock::Clock, messenger::Urgency, screen::Picture};
use reqwest::{
    RequestBuilder, Response,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap},
    multipart::{Form, Part},
    redirect,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

mod refusal;
mod route;

pub(crate) use refusal::Refusal;
pub(crate) use route::{Hook, Route};

use crate::limits::Limits;

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// More than any answer that is read.
const LARGEST_ANSWER: usize = 4 << 20;
/// Calls for one message, while each is answered with 429.
const MOST_CALLS: usize = 3;
/// For a 429 that does not say how long to wait.
const DEFAULT_WAIT: Duration = Duration::from_secs(3);
/// The form that Discord asks for ("API Reference, User Agent").
const USER_AGENT: &str =
    concat!("DiscordBot (https://github.com/numdesk/numdesk, ", env!("CARGO_PKG_VERSION"), ")");

/// What the file of a picture is called.
pub(crate) const PICTURE_NAME: &str = "picture.png";

/// Why a call has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CallError {
    #[error("asked to wait {} s", .0.as_secs())]
    RetryAfter(Duration),
    /// It can be spared, and there is no room for it.
    #[error("no room")]
    NoRoom,
    /// Discord understood, and says no.
    #[error("{code}: {message}")]
    Refused { reason: Refusal, code: u64, message: String },
    /// A 5xx, from Discord or from something in between.
    #[error("HTTP {0}")]
    Server(u16),
    /// No answer: it may have been carried out.
    #[error("network: {0}")]
    Network(String),
    /// Something answered, but not Discord's API; or the request could not be written.
    #[error("not the JSON of Discord's API (HTTP {0})")]
    Unreadable(u16),
}

/// How a call waits for its turn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub urgency: Urgency,
    /// At most this long in all.
    pub patience: Duration,
}

/// What a call carries.
struct Body {
    json: Vec<u8>,
    picture: Option<Picture>,
}

/// One bot's access to the API. Keeps its connections and knows its limits.
#[derive(Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    /// Up to and with the version, without a slash at its end.
    api_url: String,
    token: SecretString,
    limits: Limits,
    clock: Clock,
}

/// "API Reference, Error Messages" and "Rate Limits".
#[derive(Debug, Deserialize)]
struct Problem {
    #[serde(default)]
    code: u64,
    #[serde(default)]
    message: String,
}

/// The one field that is wanted of a 429's body; seconds with a fraction, read as text because no float is needed.
#[derive(Debug, Deserialize)]
struct Flood {
    retry_after: serde_json::Number,
    #[serde(default)]
    global: bool,
}

impl Client {
    /// `api_url` with or without `/api` and `/v10` at its end.
    pub fn new(api_url: &str, token: SecretString, clock: Clock) -> Result<Self, CallError> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_WITHIN)
            .tcp_nodelay(true)
            .http1_only()
            .user_agent(USER_AGENT)
            // A redirect would show the token to another host.
            .redirect(redirect::Policy::none())
            .build()
            .map_err(network)?;
        let host = api_url.trim_end_matches('/').trim_end_matches("/v10").trim_end_matches("/api");
        let api_url = format!("{host}/api/v10");
        Ok(Self { http, api_url, token, limits: Limits::new(clock.clone()), clock })
    }

    pub fn token(&self) -> &SecretString {
        &self.token
    }

    /// Calls without a body.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        route: &Route<'_>,
        pace: Pace,
    ) -> Result<T, CallError> {
        self.call(route, None::<&()>, pace).await
    }

    /// Calls when it is this route's turn; after a 429 again, when the wait is within the patience. `T` is the part of the
    /// answer that is wanted: a message that was sent stays sent, however little of its description can be read.
    pub async fn call<T: DeserializeOwned>(
        &self,
        route: &Route<'_>,
        body: Option<&(impl Serialize + Sync)>,
        pace: Pace,
    ) -> Result<T, CallError> {
        let body = body.map(|body| Body::new(body, None)).transpose()?;
        self.call_in_turn(route, body.as_ref(), pace).await
    }

    /// The same with a picture that goes along as the first file.
    pub async fn call_with_picture<T: DeserializeOwned>(
        &self,
        route: &Route<'_>,
        body: &(impl Serialize + Sync),
        picture: Option<&Picture>,
        pace: Pace,
    ) -> Result<T, CallError> {
        self.call_in_turn(route, Some(&Body::new(body, picture)?), pace).await
    }

    async fn call_in_turn<T: DeserializeOwned>(
        &self,
        route: &Route<'_>,
        body: Option<&Body>,
        pace: Pace,
    ) -> Result<T, CallError> {
        let deadline = self.clock.now() + pace.patience;
        let bucket = route.bucket();
        let mut asked = DEFAULT_WAIT;
        for _ in 0..MOST_CALLS {
            while let Err(wait) = self.limits.take(bucket.as_deref(), pace.urgency) {
                if pace.urgency == Urgency::Spare {
                    return Err(CallError::NoRoom);
                }
                if self.clock.now() + wait > deadline {
                    return Err(CallError::RetryAfter(wait));
                }
                self.clock.sleep(wait).await;
            }
            match self.once(route, body, bucket.as_deref()).await {
                Err(CallError::RetryAfter(wait)) => {
                    tracing::warn!(?wait, route = route.name(), "asked to slow down");
                    asked = wait;
                }
                result => return result,
            }
        }
        Err(CallError::RetryAfter(asked))
    }

    async fn once<T: DeserializeOwned>(
        &self,
        route: &Route<'_>,
        body: Option<&Body>,
        bucket: Option<&str>,
    ) -> Result<T, CallError> {
        let address = format!("{}{}", self.api_url, route.path());
        let mut request = self.http.request(route.method(), address).timeout(route.answer_within());
        if route.is_signed() {
            request = request.header(AUTHORIZATION, format!("Bot {}", self.token.expose_secret()));
        }
        if let Some(body) = body {
            request = body.put_into(request)?;
        }
        let response = request.send().await.map_err(network)?;
        let status = response.status().as_u16();
        if status >= 500 {
            return Err(CallError::Server(status));
        }
        if matches!(status, 401 | 403 | 429) {
            self.limits.refused();
        }
        if let Some(bucket) = bucket {
            self.learn(bucket, response.headers());
        }
        let body = read_body(response).await?;
        if status == 429 {
            return Err(self.flooded(bucket, &body));
        }
        read_answer(status, &body)
    }

    fn learn(&self, bucket: &str, headers: &HeaderMap) {
        let number = |name| headers.get(name)?.to_str().ok();
        let remaining = number("x-ratelimit-remaining").and_then(|count| count.parse().ok());
        let reset = number("x-ratelimit-reset-after").and_then(seconds);
        if let (Some(remaining), Some(reset)) = (remaining, reset) {
            self.limits.learn(bucket, remaining, reset);
        }
    }

    fn flooded(&self, bucket: Option<&str>, body: &[u8]) -> CallError {
        let flood: Option<Flood> = serde_json::from_slice(body).ok();
        let asked = flood.as_ref().and_then(|flood| seconds(&flood.retry_after.to_string()));
        let wait = asked.unwrap_or(DEFAULT_WAIT);
        if flood.is_some_and(|flood| flood.global) {
            self.limits.pause(wait);
        } else if let Some(bucket) = bucket {
            self.limits.learn(bucket, 0, wait);
        }
        CallError::RetryAfter(wait)
    }
}

impl Body {
    fn new(json: &impl Serialize, picture: Option<&Picture>) -> Result<Self, CallError> {
        let json = serde_json::to_vec(json).map_err(|_| CallError::Unreadable(0))?;
        Ok(Self { json, picture: picture.cloned() })
    }

    /// "API Reference, Uploading Files": with a file it is a form, and the JSON one part of it.
    fn put_into(&self, request: RequestBuilder) -> Result<RequestBuilder, CallError> {
        let Some(picture) = &self.picture else {
            return Ok(request.header(CONTENT_TYPE, "application/json").body(self.json.clone()));
        };
        let part = |bytes: &[u8], mime| Part::bytes(bytes.to_vec()).mime_str(mime).map_err(network);
        let json = part(&self.json, "application/json")?;
        let file = part(&picture.0, "image/png")?.file_name(PICTURE_NAME);
        Ok(request.multipart(Form::new().part("payload_json", json).part("files[0]", file)))
    }
}

/// `1.25`, rounded up to a millisecond. `None` for what is no time.
fn seconds(text: &str) -> Option<Duration> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let millis: String = fraction.chars().chain("000".chars()).take(3).collect();
    let rest = u64::from(fraction.len() > 3);
    let whole = whole.parse::<u64>().ok()?.checked_mul(1_000)?;
    Some(Duration::from_millis(whole.checked_add(millis.parse::<u64>().ok()?)? + rest))
}

fn read_answer<T: DeserializeOwned>(status: u16, body: &[u8]) -> Result<T, CallError> {
    if (200..300).contains(&status) {
        let body = if body.is_empty() { b"null" } else { body };
        return serde_json::from_slice(body).map_err(|_| CallError::Unreadable(status));
    }
    let Problem { code, message } =
        serde_json::from_slice(body).map_err(|_| CallError::Unreadable(status))?;
    Err(CallError::Refused { reason: Refusal::classify(status, code), code, message })
}

async fn read_body(mut response: Response) -> Result<Vec<u8>, CallError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(network)? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(CallError::Unreadable(response.status().as_u16()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Without the address, which may hold the token of an interaction.
fn network(error: reqwest::Error) -> CallError {
    let error = error.without_url();
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    CallError::Network(words)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use serenity::model::id::InteractionId;

    use super::*;

    fn answer(status: u16, body: &Value) -> Result<Value, CallError> {
        read_answer(status, body.to_string().as_bytes())
    }

    #[test]
    fn answers_are_told_apart() {
        assert_eq!(answer(200, &json!({"id": "1"})), Ok(json!({"id": "1"})));
        assert_eq!(read_answer::<Value>(204, b""), Ok(Value::Null));
        let closed = json!({"code": 50007, "message": "Cannot send messages to this user"});
        let refused = answer(403, &closed).unwrap_err();
        assert!(
            matches!(refused, CallError::Refused { reason: Refusal::DirectClosed, .. }),
            "{refused:?}"
        );
        assert_eq!(refused.to_string(), "50007: Cannot send messages to this user");
        assert_eq!(read_answer::<Value>(403, b"<html>"), Err(CallError::Unreadable(403)));
    }

    #[test]
    fn seconds_have_fractions() {
        for (text, millis) in
            [("1", 1_000), ("0.5", 500), ("64.5730001", 64_574), ("0.001", 1), ("2.25", 2_250)]
        {
            assert_eq!(seconds(text), Some(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "-1", "x", "1.x", "99999999999999999999"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn an_address_may_end_as_the_documents_write_it() {
        for address in ["", "/", "/api", "/api/", "/api/v10", "/api/v10/"] {
            let address = format!("https://discord.com{address}");
            let client = Client::new(&address, "t".into(), Clock::real()).unwrap();
            assert_eq!(client.api_url, "https://discord.com/api/v10");
        }
    }

    #[tokio::test]
    async fn no_token_is_in_any_error() {
        let clock = Clock::real();
        let route = Route::Callback { interaction: InteractionId::new(1), token: "very-secret" };
        for address in ["http://127.0.0.1:1", "no address"] {
            let client = Client::new(address, "very-secret".into(), clock.clone()).unwrap();
            let pace = Pace { urgency: Urgency::Now, patience: Duration::ZERO };
            let error = client.ask::<Value>(&route, pace).await.unwrap_err();
            let shown = format!("{error} {error:?} {client:?} {route:?}");
            assert!(matches!(error, CallError::Network(_)), "{shown}");
            assert!(!shown.contains("secret"), "{shown}");
        }
    }
}
