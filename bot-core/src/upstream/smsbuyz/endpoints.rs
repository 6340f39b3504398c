//! The endpoints of SmsBuyz's document as typed methods: one call each, sent once.
//!
//! Which calls the shop makes, and when, is not known here.

use reqwest::{
    Method, Request,
    header::{ACCEPT, AUTHORIZATION, HeaderValue},
};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use super::{
    SmsBuyz,
    wire::{
        Order, Product, Profile,
        prices::{Everything, OfProduct, Wares},
        refusal::refusal,
    },
};
use crate::{
    ids::UpstreamOrderId,
    upstream::{
        UpstreamError,
        http::{Answer, Connection, Lost},
        json,
    },
};

/// The most orders that one answer may hold.
pub const ORDERS_IN_PAGE: usize = 100;

pub const PRICES: &str = "GET /guest/prices";
pub const PRODUCTS: &str = "GET /guest/products/{country}/{operator}";
pub const CHECK: &str = "GET /user/check/{id}";
pub const ORDERS: &str = "GET /user/orders";
pub const CANCEL: &str = "GET /user/cancel/{id}";
pub const BUY: &str = "GET /user/buy/activation/{country}/{operator}/{product}";

type Query<'a> = &'a [(&'static str, &'a str)];

impl SmsBuyz {
    /// `GET /user/profile`.
    pub async fn profile(&self) -> Result<Profile, UpstreamError> {
        self.ask("GET /user/profile", &["user", "profile"], &[]).await
    }

    /// `GET /guest/prices` of everything.
    pub async fn all_prices(&self) -> Result<Everything, UpstreamError> {
        self.ask(PRICES, &["guest", "prices"], &[]).await
    }

    /// `GET /guest/prices` of one product in one country.
    pub async fn prices(&self, product: &str, country: &str) -> Result<OfProduct, UpstreamError> {
        let query = [("product", product), ("country", country)];
        self.ask(PRICES, &["guest", "prices"], &query).await
    }

    /// `GET /guest/products/{country}/{operator}`: what one operator, or [`ANY`](super::wire::ANY), has in a country.
    pub async fn products(&self, country: &str, operator: &str) -> Result<Wares, UpstreamError> {
        self.ask(PRODUCTS, &["guest", "products", country, operator], &[]).await
    }

    /// `GET /user/payments`, for people to look at: the document does not show the answer, so it is handed on as it is.
    pub async fn payments(&self) -> Result<Value, UpstreamError> {
        self.ask("GET /user/payments", &["user", "payments"], &[]).await
    }

    /// `GET /user/orders`: at most [`ORDERS_IN_PAGE`] activations. Each has its `created_at`. The document does not say in
    /// which order they come.
    pub async fn orders(&self, offset: usize) -> Result<Vec<Order>, UpstreamError> {
        let (limit, offset) = (ORDERS_IN_PAGE.to_string(), offset.to_string());
        let query = [("category", "activation"), ("limit", &limit), ("offset", &offset)];
        let orders: Vec<Order> = self.ask(ORDERS, &["user", "orders"], &query).await?;
        match orders.iter().position(|order| order.created_at.is_none()) {
            Some(index) => Err(malformed(ORDERS, format!("[{index}].created_at"))),
            None => Ok(orders),
        }
    }

    /// `GET /user/check/{id}`.
    pub async fn check(&self, id: &UpstreamOrderId) -> Result<Order, UpstreamError> {
        let number = number(CHECK, id)?;
        let order: Order = self.ask(CHECK, &["user", "check", &number.to_string()], &[]).await?;
        // An answer about another order must not be taken for this one's.
        if order.id == number {
            Ok(order)
        } else {
            Err(malformed(CHECK, "id, which is another order's".to_owned()))
        }
    }

    /// `GET /user/buy/activation/{country}/{operator}/{product}`, sent at most once. The answer is for [`super::buy`] to
    /// judge; the outer error means that no request could be made of this.
    pub(super) async fn buy(
        &self,
        product: Product<'_>,
    ) -> Result<Result<Answer, Lost>, UpstreamError> {
        let Product { country, operator, name } = product;
        let path = ["user", "buy", "activation", country, operator, name];
        let request = self.request(BUY, &path, &[])?;
        Ok(self.http.send(BUY, request, Connection::Fresh).await)
    }

    /// `GET /user/cancel/{id}`. The whole answer, because some refusals are no errors.
    pub(super) async fn ask_cancel(&self, id: &UpstreamOrderId) -> Result<Answer, UpstreamError> {
        let number = number(CANCEL, id)?.to_string();
        let request = self.request(CANCEL, &["user", "cancel", &number], &[])?;
        self.http.send(CANCEL, request, Connection::Kept).await.map_err(|lost| lost.on(CANCEL))
    }

    /// `GET /user/finish/{id}`, for orders with an SMS. The document does not show the answer, so none of it is used.
    pub async fn ask_finish(&self, id: &UpstreamOrderId) -> Result<(), UpstreamError> {
        const ROUTE: &str = "GET /user/finish/{id}";
        let number = number(ROUTE, id)?.to_string();
        self.ask::<IgnoredAny>(ROUTE, &["user", "finish", &number], &[]).await.map(|_| ())
    }

    /// `GET /user/ban/{id}`: this number is not to be sold to this key again. Promises no refund. The document does not
    /// show the answer, so none of it is used.
    pub async fn ban(&self, id: &UpstreamOrderId) -> Result<(), UpstreamError> {
        const ROUTE: &str = "GET /user/ban/{id}";
        let number = number(ROUTE, id)?.to_string();
        self.ask::<IgnoredAny>(ROUTE, &["user", "ban", &number], &[]).await.map(|_| ())
    }

    /// Sends once, buying nothing, and reads a success.
    async fn ask<T: DeserializeOwned>(
        &self,
        route: &'static str,
        path: &[&str],
        query: Query<'_>,
    ) -> Result<T, UpstreamError> {
        let request = self.request(route, path, query)?;
        let answer = self.http.send(route, request, Connection::Kept).await;
        read(route, &answer.map_err(|lost| lost.on(route))?)
    }

    /// `path` under the base address, with the key for everything but guests.
    fn request(
        &self,
        route: &'static str,
        path: &[&str],
        query: Query<'_>,
    ) -> Result<Request, UpstreamError> {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| UpstreamError::Refused { route, code: "unfit address".to_owned() })?
            .pop_if_empty()
            .extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut request = Request::new(Method::GET, url);
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if path.first() != Some(&"guest") {
            headers.insert(AUTHORIZATION, self.authorization.clone());
        }
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
fn number(route: &'static str, id: &UpstreamOrderId) -> Result<u64, UpstreamError> {
    id.as_str().parse().map_err(|_| UpstreamError::NotFound { route })
}

pub fn malformed(route: &'static str, field: String) -> UpstreamError {
    UpstreamError::Malformed { route, field }
}
