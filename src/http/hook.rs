//! One push at the door: is this the secret route, is it signed, is it stored. The shop's worker does the rest.
//!
//! Answers as soon as it is durable, because a provider waits three seconds and asks no second time.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    body::Bytes,
    extract::{FromRequest, Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode},
    response::IntoResponse,
};
use bot_core::{
    clock::Clock,
    shop::{Kept, PushFault, Shop},
    upstream::PushSecret,
};
use tracing::Instrument;

use super::Route;

/// How long a body may take to arrive.
const BODY_WITHIN: Duration = Duration::from_secs(10);

/// The door of one provider.
pub struct Hook {
    shop: Arc<Shop>,
    clock: Clock,
    route: Route,
    /// What signs the pushes, once it is known.
    secret: Mutex<Option<PushSecret>>,
    accepted: AtomicU64,
    copies: AtomicU64,
    forged: AtomicU64,
    unreadable: AtomicU64,
}

/// How many pushes came, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub accepted: u64,
    /// Of what was accepted before.
    pub copies: u64,
    /// With a wrong signature, or none, or before there was a secret to check it by.
    pub forged: u64,
    pub unreadable: u64,
}

impl Hook {
    pub fn new(shop: Arc<Shop>, clock: Clock, route: Route, secret: Option<PushSecret>) -> Self {
        Self {
            shop,
            clock,
            route,
            secret: Mutex::new(secret),
            accepted: AtomicU64::new(0),
            copies: AtomicU64::new(0),
            forged: AtomicU64::new(0),
            unreadable: AtomicU64::new(0),
        }
    }

    /// From now on pushes are signed with this.
    pub fn is_signed_with(&self, secret: PushSecret) {
        *self.secret.lock().unwrap_or_else(PoisonError::into_inner) = Some(secret);
    }

    pub fn counts(&self) -> Counts {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counts {
            accepted: read(&self.accepted),
            copies: read(&self.copies),
            forged: read(&self.forged),
            unreadable: read(&self.unreadable),
        }
    }

    fn count(&self, count: &AtomicU64) {
        count.fetch_add(1, Ordering::Relaxed);
        tracing::debug!(counts = ?self.counts(), "a push came");
    }

    fn is_genuine(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let secret = self.secret.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let signature = |name: &str| headers.get(name).map(HeaderValue::as_bytes);
        self.shop.is_genuine(secret.as_ref(), signature, body)
    }

    async fn take(&self, headers: &HeaderMap, body: &[u8]) -> StatusCode {
        if !self.is_genuine(headers, body) {
            self.count(&self.forged);
            return StatusCode::UNAUTHORIZED;
        }
        match self.shop.keep_push(body).await {
            Ok(Kept::New) => {
                self.count(&self.accepted);
                StatusCode::OK
            }
            Ok(Kept::Again) => {
                self.count(&self.copies);
                StatusCode::OK
            }
            Ok(Kept::Nothing) => StatusCode::OK,
            Err(PushFault::Unreadable(error)) => {
                self.count(&self.unreadable);
                tracing::warn!(%error, "a push cannot be read; polling goes on");
                StatusCode::BAD_REQUEST
            }
            Err(PushFault::Store(error)) => {
                tracing::error!(%error, "a push could not be kept; polling goes on");
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }
}

/// `POST /hooks/<provider>/<secret>`.
pub async fn receive(
    State(hook): State<Arc<Hook>>,
    Path((provider, secret)): Path<(String, String)>,
    request: Request,
) -> impl IntoResponse {
    if !hook.route.is(&provider, &secret) {
        return StatusCode::NOT_FOUND;
    }
    let headers = request.headers().clone();
    let body = tokio::select! {
        body = Bytes::from_request(request, &()) => body,
        () = hook.clock.sleep(BODY_WITHIN) => return StatusCode::REQUEST_TIMEOUT,
    };
    match body {
        Ok(body) => hook.take(&headers, &body).instrument(hook.shop.span()).await,
        Err(refused) => refused.status(),
    }
}
