//! One POST to a receiver: where it goes, how it is signed, how long it may take. It knows nothing of queues or faults.

use std::net::IpAddr;

use futures::future::BoxFuture;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::Full;
use hyper::{Method, Uri, body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use sha2::Sha256;
use tokio::net::TcpStream;

use super::Outcome;

/// How a provider pushes.
#[derive(Clone)]
pub enum Policy {
    /// The lower-case hex HMAC-SHA256 over the raw body is in this header. Three seconds, and never again.
    ///
    /// SMSCode: `X-Webhook-Signature` ("Signature Verification"). The guide of smsverifyo-rentals names neither a header
    /// nor a form ("with an HMAC signature"); its emulator uses `X-Signature` and the same scheme.
    Signed { header: &'static str, secret: String },
    /// Nothing proves where it comes from. Five seconds, then repeated with growing waits for 24 hours unless the answer
    /// was 2xx (smsverificationservice, "HTTP callback").
    Unsigned,
}

impl Policy {
    /// How long the receiver may take, in milliseconds.
    pub(super) const fn patience_ms(&self) -> i64 {
        match self {
            Self::Signed { .. } => 3_000,
            Self::Unsigned => 5_000,
        }
    }

    pub(super) const fn repeats(&self) -> bool {
        match self {
            Self::Signed { .. } => false,
            Self::Unsigned => true,
        }
    }

    /// The header that proves the body, and its value; a forged one is made with another secret.
    fn signature(&self, body: &[u8], forged: bool) -> Option<(&'static str, String)> {
        match self {
            Self::Signed { header, secret } => {
                let secret = if forged { format!("not {secret}") } else { secret.clone() };
                Some((header, sign(&secret, body)))
            }
            Self::Unsigned => None,
        }
    }
}

/// The lower-case hex HMAC-SHA256 of a body, as [`Policy::Signed`] sends it.
pub fn sign(secret: &str, body: &[u8]) -> String {
    // HMAC takes keys of any length, so there is always one.
    Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map(|mac| hex::encode(mac.chain_update(body).finalize().into_bytes()))
        .unwrap_or_default()
}

/// Who listens, and how the provider pushes to it.
#[derive(Clone)]
pub struct Receiver {
    /// What is not `http://` on this machine is accepted and never sent to.
    pub url: String,
    pub policy: Policy,
}

/// Listens in the same process, whatever the address says.
pub trait Post: Send + Sync {
    /// Takes a body with the header that proves it; answers with an HTTP status, or with none when nobody listens.
    fn post(
        &self,
        body: Bytes,
        signature: Option<(&'static str, String)>,
    ) -> BoxFuture<'static, Option<u16>>;
}

/// The emulators push to this machine alone.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0:?} is not an http:// address on this machine, such as http://127.0.0.1:8000/hook")]
pub struct NotLoopback(pub String);

impl Receiver {
    /// A receiver that can be sent to.
    pub fn on_loopback(url: &str, policy: Policy) -> Result<Self, NotLoopback> {
        let url = url.to_owned();
        if is_loopback(&url) { Ok(Self { url, policy }) } else { Err(NotLoopback(url)) }
    }

    /// Posts to whoever listens in this process.
    pub(super) async fn post_here(&self, here: &dyn Post, body: Bytes, forged: bool) -> Outcome {
        let signature = self.policy.signature(&body, forged);
        here.post(body, signature).await.map_or(Outcome::NoConnection, Outcome::Answered)
    }

    pub(super) async fn post(&self, body: Bytes, forged: bool) -> Outcome {
        let Some(address) = loopback(&self.url) else { return Outcome::NotLoopback };
        match self.exchange(address, body, forged).await {
            Ok(status) => Outcome::Answered(status),
            Err(error) => {
                tracing::debug!(%error, "a push of the sandbox was not answered");
                Outcome::NoConnection
            }
        }
    }

    async fn exchange(
        &self,
        address: Address,
        body: Bytes,
        forged: bool,
    ) -> Result<u16, Box<dyn std::error::Error + Send + Sync>> {
        let stream = TcpStream::connect((address.host.as_str(), address.port)).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // Ends with the sender below, whatever becomes of the exchange.
        tokio::spawn(connection);
        let mut request = hyper::Request::builder()
            .method(Method::POST)
            .uri(address.path)
            .header(header::HOST, address.authority)
            .header(header::CONTENT_TYPE, "application/json");
        if let Some((name, value)) = self.policy.signature(&body, forged) {
            request = request.header(name, value);
        }
        let answer = sender.send_request(request.body(Full::<Bytes>::from(body))?).await?;
        Ok(answer.status().as_u16())
    }
}

struct Address {
    authority: String,
    host: String,
    port: u16,
    /// With the query.
    path: String,
}

/// Whether a URL is `http://` on this machine.
pub fn is_loopback(url: &str) -> bool {
    loopback(url).is_some()
}

/// Where an `http://` URL on this machine leads; none for any other.
fn loopback(url: &str) -> Option<Address> {
    let uri: Uri = url.parse().ok()?;
    let host = uri.host()?.trim_start_matches('[').trim_end_matches(']');
    let is_here =
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    (uri.scheme_str() == Some("http") && is_here).then(|| Address {
        authority: uri.authority().map(ToString::to_string).unwrap_or_default(),
        host: host.to_owned(),
        port: uri.port_u16().unwrap_or(80),
        path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_published_one() {
        // RFC 4231, test case 2.
        assert_eq!(
            sign("Jefe", b"what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn only_plain_http_on_this_machine_is_sent_to() {
        for url in ["http://127.0.0.1:8000/hook?a=1", "http://localhost/", "http://[::1]:9"] {
            assert!(is_loopback(url), "{url}");
        }
        for url in [
            "https://127.0.0.1:8000/hook",
            "http://example.com",
            "http://127.0.0.1.example.com",
            "http://0.0.0.0",
            "127.0.0.1:80",
            "",
        ] {
            assert!(Receiver::on_loopback(url, Policy::Unsigned).is_err(), "{url}");
        }
    }
}
