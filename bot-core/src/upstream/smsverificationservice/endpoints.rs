//! The endpoints of smsVerificationService's document as typed methods: one call each, sent once.
//!
//! Which calls the shop makes, and when, is not known here.

use reqwest::{
    Method, Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use serde::de::DeserializeOwned;

use super::{
    SmsVerificationService,
    product::{List, Product},
    wire::{
        Balance, Reply,
        catalog::{
            Countries, Country, GlobalService, GlobalServices, Plan, Rental, Service, Services,
        },
        order::{Listed, Shown},
        refusal::refusal,
    },
};
use crate::{
    ids::UpstreamOrderId,
    phone::AreaCode,
    upstream::{
        UpstreamError,
        http::{Answer, Connection, Lost},
        json,
    },
};

/// The most orders that the list shows, "the 50 most recent".
pub const ORDERS_SHOWN: usize = 50;

pub const BUY: &str = "POST order/{list}/";
pub const ORDERS: &str = "GET orders/";
pub const STATUS: &str = "GET order/{order_id}/status/";
pub const RENEW: &str = "POST order/{order_id}/renew/";
pub const CANCEL: &str = "POST order/{order_id}/cancel/";
const GLOBAL_SERVICES: &str = "GET global/services/";

const JSON: HeaderValue = HeaderValue::from_static("application/json");

impl SmsVerificationService {
    /// `GET balance/`.
    pub async fn account_balance(&self) -> Result<Balance, UpstreamError> {
        self.ask("GET balance/", &["balance"]).await
    }

    /// `GET wallet/balance/`: "an alias" of the same in an envelope.
    pub async fn wallet_balance(&self) -> Result<Balance, UpstreamError> {
        let reply: Reply<_> = self.ask("GET wallet/balance/", &["wallet", "balance"]).await?;
        Ok(reply.data)
    }

    /// `GET services/temporary/`, `services/best-temp/`, `services/rent-1day/` or `services/rent-30days/`.
    pub async fn services(&self, list: List) -> Result<Vec<Service>, UpstreamError> {
        let route = match list {
            List::Temporary => "GET services/temporary/",
            List::Best => "GET services/best-temp/",
            List::Day => "GET services/rent-1day/",
            List::Month => "GET services/rent-30days/",
        };
        let reply: Reply<Services> = self.ask(route, &["services", list.path()]).await?;
        Ok(reply.data.services)
    }

    /// `GET services/rental/`.
    pub async fn rentals(&self) -> Result<Vec<Rental>, UpstreamError> {
        self.ask("GET services/rental/", &["services", "rental"]).await
    }

    /// `GET services/esim/`.
    pub async fn plans(&self) -> Result<Vec<Plan>, UpstreamError> {
        self.ask("GET services/esim/", &["services", "esim"]).await
    }

    /// `GET global/countries/`.
    pub async fn countries(&self) -> Result<Vec<Country>, UpstreamError> {
        let Countries { countries } =
            self.ask("GET global/countries/", &["global", "countries"]).await?;
        Ok(countries)
    }

    /// `GET global/services/?country_id=`.
    pub async fn global_services(&self, country: u64) -> Result<Vec<GlobalService>, UpstreamError> {
        let mut request = self.request(Method::GET, GLOBAL_SERVICES, &["global", "services"])?;
        let query = country.to_string();
        request.url_mut().query_pairs_mut().append_pair("country_id", &query);
        let GlobalServices { country_id, offers } = self.send(GLOBAL_SERVICES, request).await?;
        if country_id != country {
            return Err(malformed(GLOBAL_SERVICES, "country_id, which is another's".to_owned()));
        }
        match offers.iter().position(|offer| offer.country_id != country) {
            None => Ok(offers),
            Some(index) => {
                let field = format!("offers[{index}].country_id, which is another's");
                Err(malformed(GLOBAL_SERVICES, field))
            }
        }
    }

    /// `POST order/{list}/`, sent at most once. The answer is for [`super::buy`] to judge; the outer error means that no
    /// request could be made of this.
    pub(super) async fn buy(
        &self,
        product: &Product,
        area: Option<&AreaCode>,
    ) -> Result<Result<Answer, Lost>, UpstreamError> {
        let mut request = self.post(BUY, &["order", product.path()])?;
        *request.body_mut() = Some(product.body(area).to_string().into());
        Ok(self.http.send(BUY, request, Connection::Fresh).await)
    }

    /// `GET orders/`: the newest [`ORDERS_SHOWN`], without SMS.
    pub async fn orders(&self) -> Result<Vec<Listed>, UpstreamError> {
        self.ask(ORDERS, &["orders"]).await
    }

    /// `GET order/{order_id}/status/`.
    pub async fn status(&self, id: &UpstreamOrderId) -> Result<Shown, UpstreamError> {
        let number = number(STATUS, id)?;
        let path = ["order", &number.to_string(), "status"];
        let Reply { data: order, .. }: Reply<Shown> = self.ask(STATUS, &path).await?;
        // An answer about another order must not be taken for this one's.
        if order.order_id == number {
            Ok(order)
        } else {
            Err(malformed(STATUS, "data.order_id, which is another order's".to_owned()))
        }
    }

    /// `POST order/{order_id}/cancel/`. The whole answer, because some refusals are no errors.
    pub(super) async fn ask_cancel(&self, number: u64) -> Result<Answer, UpstreamError> {
        let request = self.post(CANCEL, &["order", &number.to_string(), "cancel"])?;
        self.http.send(CANCEL, request, Connection::Kept).await.map_err(|lost| lost.on(CANCEL))
    }

    /// `POST order/{order_id}/renew/`, sent at most once. As [`SmsVerificationService::buy`].
    pub(super) async fn ask_renew(
        &self,
        number: u64,
    ) -> Result<Result<Answer, Lost>, UpstreamError> {
        let request = self.post(RENEW, &["order", &number.to_string(), "renew"])?;
        Ok(self.http.send(RENEW, request, Connection::Fresh).await)
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

    fn post(&self, route: &'static str, path: &[&str]) -> Result<Request, UpstreamError> {
        let mut request = self.request(Method::POST, route, path)?;
        request.headers_mut().insert(CONTENT_TYPE, JSON);
        Ok(request)
    }

    /// `path` and a slash under the base address.
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
            .extend(path)
            .push("");
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

/// An order's id as this provider counts it. Another text names no order of this provider, so none is asked for.
pub fn number(route: &'static str, id: &UpstreamOrderId) -> Result<u64, UpstreamError> {
    id.as_str().parse().map_err(|_| UpstreamError::NotFound { route })
}

pub fn malformed(route: &'static str, field: String) -> UpstreamError {
    UpstreamError::Malformed { route, field }
}
