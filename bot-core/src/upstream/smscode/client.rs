//! Requests to SMSCode: the address, the key, and the envelope around every answer. Knows no endpoint.

use std::sync::Arc;

use reqwest::{
    Method, Request, Url,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    SettingsError,
    wire::{Reply, error::refusal},
};
use crate::upstream::{
    UpstreamError,
    budget::Budget,
    http::{Answer, Connection, Http, Lost, base, bearer},
    json,
};

/// One call: its name in logs and errors, and what is sent.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    pub route: &'static str,
    pub path: &'a str,
    pub query: &'a [(&'static str, String)],
}

impl<'a> Call<'a> {
    /// A call without a query. `route` is the documented method and path, `path` where it is sent to.
    pub const fn new(route: &'static str, path: &'a str) -> Self {
        Self { route, path, query: &[] }
    }
}

/// The client for one address and one key.
#[derive(Debug)]
pub struct Client {
    base: Url,
    /// The whole `Authorization` header, marked as sensitive.
    authorization: HeaderValue,
    http: Http,
}

impl Client {
    pub fn new(base_url: &str, api_key: &SecretString, http: Http) -> Result<Self, SettingsError> {
        let base = base(base_url).ok_or(SettingsError::BaseUrl)?;
        let authorization = bearer(api_key).ok_or(SettingsError::ApiKey)?;
        Ok(Self { base, authorization, http })
    }

    pub fn budget(&self) -> &Arc<Budget> {
        self.http.budget()
    }

    /// Sends once and reads `data` and `meta` of a success.
    pub async fn ask<T: DeserializeOwned, M: DeserializeOwned>(
        &self,
        call: Call<'_>,
        method: Method,
        body: Option<&Value>,
    ) -> Result<Reply<T, M>, UpstreamError> {
        let request = self.request(call, method, body);
        let answer = self.send(call, request, Connection::Kept).await;
        read(call.route, &answer.map_err(|lost| lost.on(call.route))?)
    }

    /// Sends once and gives the whole answer back.
    pub async fn send(
        &self,
        call: Call<'_>,
        request: Request,
        connection: Connection,
    ) -> Result<Answer, Lost> {
        self.http.send(call.route, request, connection).await
    }

    /// A request with the key and, if any, a JSON body.
    pub fn request(&self, call: Call<'_>, method: Method, body: Option<&Value>) -> Request {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{}", self.base.path().trim_end_matches('/'), call.path));
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(call.query);
        }
        let mut request = Request::new(method, url);
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, self.authorization.clone());
        if let Some(body) = body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(body.to_string().into());
        }
        request
    }
}

/// The success in `answer`, or what its status and its error mean.
pub fn read<T: DeserializeOwned>(route: &'static str, answer: &Answer) -> Result<T, UpstreamError> {
    if answer.status.is_success() {
        json::read(&answer.body).map_err(|error| error.on(route))
    } else {
        Err(refusal(route, answer))
    }
}
