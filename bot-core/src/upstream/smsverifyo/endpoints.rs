//! The endpoints of SMSVerifyo's document as typed methods: one call each, sent once.
//!
//! Which calls the shop makes, and when, is not known here.

use reqwest::{
    Method, Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    SmsVerifyo,
    wire::{
        Balance, Closed, Countries, Country, Create, Id, Product, Service, Services, Shown, Status,
        refusal::refusal,
    },
};
use crate::{
    ids::UpstreamOrderId,
    upstream::{
        UpstreamError, UpstreamOrder, UpstreamStatus,
        http::{Answer, Connection, Lost},
        json,
    },
};

pub const BALANCE: &str = "GET /balance";
pub const CANCEL: &str = "POST /order/{id}/cancel";
const COUNTRIES: &str = "GET /countries";
pub const CREATE: &str = "POST /order";
const FINISH: &str = "POST /order/{id}/finish";
pub const ORDER: &str = "GET /order/{id}";

const JSON: HeaderValue = HeaderValue::from_static("application/json");

impl SmsVerifyo {
    /// `GET /balance`.
    pub async fn account(&self) -> Result<Balance, UpstreamError> {
        self.ask(BALANCE, &["balance"]).await
    }

    /// `GET /services`: those that are enabled.
    pub async fn services(&self) -> Result<Vec<Service>, UpstreamError> {
        let Services { services, .. } = self.ask("GET /services", &["services"]).await?;
        Ok(services)
    }

    /// `GET /countries` of one service, with their prices and stock.
    pub async fn countries(&self, service: &Id) -> Result<Vec<Country>, UpstreamError> {
        let mut request = self.request(Method::GET, COUNTRIES, &["countries"])?;
        request.url_mut().query_pairs_mut().append_pair("service_id", service.as_str());
        let Countries { countries, .. } = self.send(COUNTRIES, request).await?;
        Ok(countries)
    }

    /// `POST /order`, sent at most once. The answer is for [`super::buy`] to judge; the outer error means that no request
    /// could be made of this.
    pub(super) async fn buy(
        &self,
        product: &Product,
    ) -> Result<Result<Answer, Lost>, UpstreamError> {
        let body = Create { service_id: &product.service, country_id: product.country };
        let request = self.post(CREATE, &["order"], Some(&body))?;
        Ok(self.http.send(CREATE, request, Connection::Fresh).await)
    }

    /// `GET /order/{id}`. A received order has its code.
    pub async fn one_order(&self, id: &UpstreamOrderId) -> Result<UpstreamOrder, UpstreamError> {
        let id = known(ORDER, id)?;
        let Shown { order, .. } = self.ask(ORDER, &["order", id.as_str()]).await?;
        // An answer about another order must not be taken for this one's.
        if order.id != id {
            return Err(malformed(ORDER, "order.id, which is another order's"));
        }
        let order = UpstreamOrder::from(order);
        if order.status == UpstreamStatus::CodeReceived && order.sms.is_empty() {
            return Err(malformed(ORDER, "order.sms_code"));
        }
        Ok(order)
    }

    /// `POST /order/{id}/cancel`. The whole answer, because some refusals are no errors; [`read`] reads a success.
    pub(super) async fn ask_cancel(&self, id: &UpstreamOrderId) -> Result<Answer, UpstreamError> {
        let id = known(CANCEL, id)?;
        let request = self.post::<()>(CANCEL, &["order", id.as_str(), "cancel"], None)?;
        self.http.send(CANCEL, request, Connection::Kept).await.map_err(|lost| lost.on(CANCEL))
    }

    /// `POST /order/{id}/finish`. "Optional: orders auto-finalize after expiry".
    pub async fn ask_finish(&self, id: &UpstreamOrderId) -> Result<(), UpstreamError> {
        let id = known(FINISH, id)?;
        let request = self.post::<()>(FINISH, &["order", id.as_str(), "finish"], None)?;
        let Closed { status, .. } = self.send(FINISH, request).await?;
        if status == Status::Finished { Ok(()) } else { Err(malformed(FINISH, "status")) }
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        route: &'static str,
        path: &[&str],
    ) -> Result<T, UpstreamError> {
        let request = self.request(Method::GET, route, path)?;
        self.send(route, request).await
    }

    /// Sends once, buying nothing, and reads a success.
    async fn send<T: DeserializeOwned>(
        &self,
        route: &'static str,
        request: Request,
    ) -> Result<T, UpstreamError> {
        let answer = self.http.send(route, request, Connection::Kept).await;
        read(route, &answer.map_err(|lost| lost.on(route))?)
    }

    fn post<B: Serialize>(
        &self,
        route: &'static str,
        path: &[&str],
        body: Option<&B>,
    ) -> Result<Request, UpstreamError> {
        let mut request = self.request(Method::POST, route, path)?;
        if let Some(body) = body {
            let body = serde_json::to_vec(body)
                .map_err(|_| UpstreamError::Refused { route, code: "unfit body".to_owned() })?;
            request.headers_mut().insert(CONTENT_TYPE, JSON);
            *request.body_mut() = Some(body.into());
        }
        Ok(request)
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
pub fn read<T: DeserializeOwned>(route: &'static str, answer: &Answer) -> Result<T, UpstreamError> {
    if answer.status.is_success() {
        json::read(&answer.body).map_err(|error| error.on(route))
    } else {
        Err(refusal(route, answer))
    }
}

/// A text that cannot be an id names no order of this provider, so none is asked for.
fn known(route: &'static str, id: &UpstreamOrderId) -> Result<Id, UpstreamError> {
    Id::parse(id.as_str()).ok_or(UpstreamError::NotFound { route })
}

pub fn malformed(route: &'static str, field: &str) -> UpstreamError {
    UpstreamError::Malformed { route, field: field.to_owned() }
}
