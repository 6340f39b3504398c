//! The four calls of the guide as typed methods: one call each, sent once.
//!
//! Which calls the shop makes, and when, is not known here.

use reqwest::{
    Method, Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue},
};
use serde::de::DeserializeOwned;

use super::{
    SmsVerifyoRentals,
    create::RATE_WAIT,
    wire::{Code, Create, IDEMPOTENCY_KEY, Service, Services, Shown, is_id},
};
use crate::{
    ids::{IdempotencyKey, UpstreamOrderId},
    upstream::{
        UpstreamError, UpstreamOrder,
        http::{Answer, Connection, Lost},
        json,
    },
};

pub const CANCEL: &str = "POST /rentals/{id}/cancel";
pub const CREATE: &str = "POST /rentals";
pub const RENTAL: &str = "GET /rentals/{id}";
const SERVICES: &str = "GET /services";

const JSON: HeaderValue = HeaderValue::from_static("application/json");

impl SmsVerifyoRentals {
    /// `GET services`: services with their countries.
    pub async fn services(&self) -> Result<Vec<Service>, UpstreamError> {
        let request = self.request(Method::GET, SERVICES, &["services"])?;
        let Services { services } = read(SERVICES, &self.send(SERVICES, request).await?)?;
        Ok(services)
    }

    /// `POST rentals`, sent at most once. The answer is for [`super::create`] to judge; the outer error means that no
    /// request could be made of this.
    pub(super) async fn create(
        &self,
        create: &Create<'_>,
        key: &IdempotencyKey,
    ) -> Result<Result<Answer, Lost>, UpstreamError> {
        let unfit = |code: &str| UpstreamError::Refused { route: CREATE, code: code.to_owned() };
        let key = HeaderValue::from_str(key.as_str()).map_err(|_| unfit("unfit key"))?;
        let body = serde_json::to_vec(create).map_err(|_| unfit("unfit body"))?;
        let mut request = self.request(Method::POST, CREATE, &["rentals"])?;
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, JSON);
        headers.insert(HeaderName::from_static(IDEMPOTENCY_KEY), key);
        *request.body_mut() = Some(body.into());
        Ok(self.http.send(CREATE, request, Connection::Fresh).await)
    }

    /// `GET rentals/{id}`.
    pub async fn rental(&self, id: &UpstreamOrderId) -> Result<UpstreamOrder, UpstreamError> {
        let id = known(RENTAL, id)?;
        let request = self.request(Method::GET, RENTAL, &["rentals", id])?;
        self.read_rental(RENTAL, id, &self.send(RENTAL, request).await?)
    }

    /// `POST rentals/{id}/cancel`. The whole answer, because some refusals are no errors; [`Self::read_rental`] reads a
    /// success.
    pub(super) async fn ask_cancel(&self, id: &UpstreamOrderId) -> Result<Answer, UpstreamError> {
        let id = known(CANCEL, id)?;
        let request = self.request(Method::POST, CANCEL, &["rentals", id, "cancel"])?;
        self.send(CANCEL, request).await
    }

    /// An answer about another rental must not be taken for this one's.
    pub(super) fn read_rental(
        &self,
        route: &'static str,
        id: &str,
        answer: &Answer,
    ) -> Result<UpstreamOrder, UpstreamError> {
        let Shown { rental } = read(route, answer)?;
        if rental.id != id {
            let field = "rental.id, which is another rental's".to_owned();
            return Err(UpstreamError::Malformed { route, field });
        }
        rental.at(self.clock.now()).map_err(|error| error.on(route))
    }

    /// Sends once, buying nothing.
    async fn send(&self, route: &'static str, request: Request) -> Result<Answer, UpstreamError> {
        let answer = self.http.send(route, request, Connection::Kept).await;
        answer.map_err(|lost| lost.on(route))
    }

    /// `path` under the base address.
    fn request(
        &self,
        method: Method,
        route: &'static str,
        path: &[&str],
    ) -> Result<Request, UpstreamError> {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| UpstreamError::Refused { route, code: "unfit address".to_owned() })?
            .pop_if_empty()
            .extend(path);
        let mut request = Request::new(method, url);
        let headers = request.headers_mut();
        headers.insert(ACCEPT, JSON);
        headers.insert(AUTHORIZATION, self.authorization.clone());
        Ok(request)
    }
}

/// The success in `answer`, or what its status means.
fn read<T: DeserializeOwned>(route: &'static str, answer: &Answer) -> Result<T, UpstreamError> {
    if answer.status.is_success() {
        json::read(&answer.body).map_err(|error| error.on(route))
    } else {
        Err(refusal(route, answer))
    }
}

/// What an answer other than a success means where nothing is bought.
pub fn refusal(route: &'static str, answer: &Answer) -> UpstreamError {
    match answer.status.as_u16() {
        401 | 403 => UpstreamError::KeyRefused { route },
        404 => UpstreamError::NotFound { route },
        429 => UpstreamError::RateLimited {
            route,
            retry_after: answer.retry_after.unwrap_or(RATE_WAIT),
        },
        500.. => UpstreamError::Unavailable {
            route,
            reason: words(answer),
            retry_after: answer.retry_after,
        },
        _ => UpstreamError::Refused { route, code: words(answer) },
    }
}

/// `status 409, invalid_state`: for errors and logs. The provider's message stays out, because it may quote what was sent.
pub fn words(answer: &Answer) -> String {
    let status = answer.status.as_u16();
    match Code::read(&answer.body) {
        Some(code) => format!("status {status}, {}", code.as_str()),
        None => format!("status {status}"),
    }
}

/// A text that cannot be an id names no rental of this provider, so none is asked for.
fn known<'a>(route: &'static str, id: &'a UpstreamOrderId) -> Result<&'a str, UpstreamError> {
    if is_id(id.as_str()) { Ok(id.as_str()) } else { Err(UpstreamError::NotFound { route }) }
}
