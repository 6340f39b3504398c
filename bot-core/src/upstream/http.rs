//! The HTTP client that every provider shares: one request in, sent at most once, one bounded answer out.
//!
//! It follows no redirects (a moved API is an answer to look at, and the key must not travel with it), repeats
//! nothing, uses no proxy of the environment (a request that spends money goes where the configuration says and
//! nowhere else), waits for its turn in the key's budget, and tells a request that was never sent from one whose answer
//! was lost. [`base`] and [`bearer`] read the
//! two settings that every provider's requests begin with. It knows nothing of JSON, or of what a status means.

use std::{fmt, sync::Arc, time::Duration};

use reqwest::{
    Client, Request, Response, StatusCode, Url,
    header::{HeaderMap, HeaderValue, RETRY_AFTER},
    redirect, retry,
};
use secrecy::{ExposeSecret, SecretString};
use time::{OffsetDateTime, format_description::well_known::Rfc2822};

use super::{
    UpstreamError,
    budget::{Budget, Held, Outcome},
};
use crate::clock::{Clock, Timestamp};

/// The largest body that is read, in bytes: a page of 10,000 products is about 3 MB.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// The longest wait for a connection, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a kept connection may lie unused; below the minute after which common servers close it.
const IDLE_TIMEOUT: Duration = Duration::from_secs(50);

/// The shortest and the longest wait that a `Retry-After` can ask for.
const SHORTEST_RETRY_AFTER: Duration = Duration::from_secs(1);
const LONGEST_RETRY_AFTER: Duration = Duration::from_mins(15);

/// The client. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Http {
    clock: Clock,
    budget: Arc<Budget>,
    wire: Wire,
}

/// What carries the requests.
#[derive(Clone, Debug)]
enum Wire {
    Network {
        kept: Client,
        fresh: Client,
    },
    #[cfg(any(test, feature = "simulation"))]
    Given {
        carrier: Arc<dyn Carrier>,
        timeout: Duration,
    },
}

/// Carries requests where no socket may: in a simulation, whose histories must not differ, and where any bytes are an answer.
#[cfg(any(test, feature = "simulation"))]
#[async_trait::async_trait]
pub trait Carrier: fmt::Debug + Send + Sync {
    async fn carry(
        &self,
        route: &'static str,
        request: Request,
        connection: Connection,
    ) -> Result<Response, Lost>;
}

/// Which connection a request travels on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// One that is kept open between requests. For everything that buys nothing.
    Kept,
    /// A new one. For calls that buy: hyper sends a request again when a kept connection turns out closed before its
    /// first byte, which reqwest cannot switch off; and a server that closes a kept connection at the wrong moment
    /// would leave a purchase in doubt. On a new connection neither can happen.
    Fresh,
}

/// A whole answer, whatever its status. `Debug` hides the body: it may hold codes and numbers.
#[derive(Clone)]
pub struct Answer {
    pub status: StatusCode,
    /// What `Retry-After` asks for, in seconds or as a date, between 1 second and 15 minutes; none when unreadable.
    pub retry_after: Option<Duration>,
    pub body: Vec<u8>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Answer({}, {} bytes)", self.status, self.body.len())
    }
}

/// Why there is no answer. Holds nothing of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    /// No connection could be made, so nothing was sent.
    #[error("no connection")]
    Unreachable,
    /// The provider is down or asks to wait, so nothing was sent. It may be after this long.
    #[error("not sent: the provider is down or asks to wait {} s", .retry_after.as_secs())]
    Held { retry_after: Duration },
    /// The request may have been carried out.
    #[error("no answer: {0}")]
    NoAnswer(&'static str),
}

impl From<Held> for Lost {
    fn from(Held { retry_after }: Held) -> Self {
        Self::Held { retry_after }
    }
}

impl Lost {
    /// The same, for a call that buys nothing.
    pub fn on(self, route: &'static str) -> UpstreamError {
        match self {
            Self::Unreachable => UpstreamError::Unreachable { route },
            Self::Held { retry_after } => UpstreamError::Unavailable {
                route,
                reason: "not asked".to_owned(),
                retry_after: Some(retry_after),
            },
            Self::NoAnswer(reason) => UpstreamError::NoAnswer { route, reason },
        }
    }
}

/// Where an API lives. None unless it looks like `https://host/path`, without user, query and fragment.
pub fn base(text: &str) -> Option<Url> {
    let url = Url::parse(text.trim()).ok()?;
    let is_plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    (matches!(url.scheme(), "http" | "https") && url.has_host() && is_plain).then_some(url)
}

/// The whole `Authorization` header for a key, marked as sensitive. None when the key is empty or has characters that a
/// header cannot carry.
pub fn bearer(api_key: &SecretString) -> Option<HeaderValue> {
    let api_key = api_key.expose_secret();
    let mut value = HeaderValue::from_str(&format!("Bearer {api_key}")).ok()?;
    value.set_sensitive(true);
    (!api_key.trim().is_empty()).then_some(value)
}

/// The machine cannot build a TLS client.
#[derive(Debug, thiserror::Error)]
#[error("no HTTP client can be built")]
pub struct NoClient(#[source] reqwest::Error);

impl Http {
    /// `timeout` bounds a whole call, from connecting to the last byte of the body.
    pub fn new(timeout: Duration, clock: Clock, budget: Arc<Budget>) -> Result<Self, NoClient> {
        let builder = || {
            Client::builder()
                .user_agent(concat!("numdesk/", env!("CARGO_PKG_VERSION")))
                .redirect(redirect::Policy::none())
                .retry(retry::never())
                .no_proxy()
                // Ends well before the whole call does, so that a slow connect is never taken for a lost answer.
                .connect_timeout(CONNECT_TIMEOUT.min(timeout / 2))
                .timeout(timeout)
        };
        let kept = builder().pool_idle_timeout(IDLE_TIMEOUT).build().map_err(NoClient)?;
        let fresh = builder().pool_max_idle_per_host(0).build().map_err(NoClient)?;
        Ok(Self { clock, budget, wire: Wire::Network { kept, fresh } })
    }

    /// A client that sends nothing itself. `timeout` bounds a whole call, by `clock`.
    #[cfg(any(test, feature = "simulation"))]
    pub fn given(
        carrier: Arc<dyn Carrier>,
        timeout: Duration,
        clock: Clock,
        budget: Arc<Budget>,
    ) -> Self {
        Self { clock, budget, wire: Wire::Given { carrier, timeout } }
    }

    /// What every request passes.
    pub fn budget(&self) -> &Arc<Budget> {
        &self.budget
    }

    /// Waits for its turn, sends one request once and reads the whole answer. `route` names it in the log.
    pub async fn send(
        &self,
        route: &'static str,
        request: Request,
        connection: Connection,
    ) -> Result<Answer, Lost> {
        let permit = self.budget.pass(route).await.map_err(|held| {
            tracing::debug!(route, ?held, "provider not called");
            Lost::from(held)
        })?;
        let answer = async {
            let response = match (&self.wire, connection) {
                (Wire::Network { kept: client, .. }, Connection::Kept)
                | (Wire::Network { fresh: client, .. }, Connection::Fresh) => {
                    client.execute(request).await.map_err(|error| classify(&error))?
                }
                #[cfg(any(test, feature = "simulation"))]
                (Wire::Given { carrier, timeout }, connection) => tokio::select! {
                    biased;
                    carried = carrier.carry(route, request, connection) => carried?,
                    () = self.clock.sleep(*timeout) => return Err(Lost::NoAnswer("timeout")),
                },
            };
            self.read(route, response).await
        };
        let answer = answer.await;
        permit.report(outcome(&answer, connection));
        answer.inspect_err(|lost| tracing::debug!(route, %lost, "provider called"))
    }

    async fn read(&self, route: &'static str, mut response: Response) -> Result<Answer, Lost> {
        let status = response.status();
        let retry_after = retry_after(response.headers(), self.clock.now());
        let request_id = request_id(response.headers()).map(str::to_owned);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| classify(&error))? {
            if body.len() + chunk.len() > BODY_LIMIT {
                return Err(Lost::NoAnswer("the answer is too large"));
            }
            body.extend_from_slice(&chunk);
        }
        tracing::debug!(route, status = status.as_u16(), request_id, "provider called");
        Ok(Answer { status, retry_after, body })
    }
}

/// What an answer says of the provider's health and limits. A refused purchase may be any status, also where all is well.
fn outcome(answer: &Result<Answer, Lost>, connection: Connection) -> Outcome {
    match answer {
        Err(_) => Outcome::Failed,
        Ok(answer) if answer.status == StatusCode::TOO_MANY_REQUESTS => {
            Outcome::Limited(answer.retry_after)
        }
        Ok(answer) if !answer.status.is_server_error() => Outcome::Answered,
        Ok(answer) => match (connection, answer.retry_after) {
            (Connection::Fresh, _) => Outcome::Unclear,
            (Connection::Kept, Some(wait)) => Outcome::AskedToWait(wait),
            (Connection::Kept, None) => Outcome::Failed,
        },
    }
}

/// The error's own text is left behind: it names the address, which holds the key at some providers.
fn classify(error: &reqwest::Error) -> Lost {
    if error.is_connect() {
        Lost::Unreachable
    } else if error.is_timeout() {
        Lost::NoAnswer("timeout")
    } else {
        Lost::NoAnswer("the connection broke")
    }
}

/// RFC 9110, section 10.2.3: whole seconds or an HTTP date.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let asked = if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() {
        // Too many digits to count are still a wait, and the longest one.
        text.parse().map_or(LONGEST_RETRY_AFTER, Duration::from_secs)
    } else {
        let moment = OffsetDateTime::parse(text, &Rfc2822).ok()?.unix_timestamp();
        Timestamp(moment.saturating_mul(1000)).since(now)
    };
    Some(asked.clamp(SHORTEST_RETRY_AFTER, LONGEST_RETRY_AFTER))
}

/// The provider's name for this request, for its support; short and plain, since it goes to the log.
fn request_id(headers: &HeaderMap) -> Option<&str> {
    let id = headers.get("x-request-id")?.to_str().ok()?;
    (id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_graphic())).then_some(id)
}

#[cfg(test)]
mod tests;
