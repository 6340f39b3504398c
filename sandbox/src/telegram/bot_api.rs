//! The Bot API over HTTP: token, method, faults, answer, log. Knows no single method.

use std::io;

use axum::{
    body::{Body, Bytes},
    extract::{Path, Request, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use futures::stream;
use serde_json::Value;

use super::{
    control::Control,
    fault::{self, Fault},
    methods::{self, Method},
    params::{Params, receive},
    polling,
    refusal::Refusal,
};
use crate::request_log::Entry;

/// What the bot gets to see of a call.
enum Outcome {
    /// `result` as JSON text, or a refusal.
    Answer(Result<String, Refusal>),
    BadGateway,
    Broken,
    Silence,
}

impl Outcome {
    /// As the request log shows it: 0 when there is no answer.
    fn status(&self) -> u16 {
        match self {
            Self::Answer(Ok(_)) => 200,
            Self::Answer(Err(refusal)) => refusal.status().as_u16(),
            Self::BadGateway => 502,
            Self::Broken | Self::Silence => 0,
        }
    }
}

/// Handles `/bot<token>/<method>`.
pub(super) async fn handle(
    State(control): State<Control>,
    Path((token, name)): Path<(String, String)>,
    request: Request,
) -> Response {
    let at_ms = control.world().now();
    let http_method = request.method().clone();
    let query = request.uri().query().map_or_else(String::new, |query| format!("?{query}"));
    let path = format!("/bot***/{name}{query}");
    let content_type = request.headers().get(CONTENT_TYPE).cloned();
    let received = receive(request).await;
    let outcome = answer(&control, &token, &name, received.params).await;
    if control.log().is_on() {
        control.log().write(&Entry {
            at_ms,
            method: http_method.as_str(),
            path: &path,
            content_type: content_type.as_ref().and_then(|value| value.to_str().ok()),
            body: received.logged,
            status: outcome.status(),
        });
    }
    control.world().touch();
    respond(&control, outcome).await
}

async fn answer(
    control: &Control,
    token: &str,
    name: &str,
    params: Result<Params, Refusal>,
) -> Outcome {
    if !control.is_token(token) {
        return Outcome::Answer(Err(Refusal::Unauthorized));
    }
    let Some(method) = methods::find(name) else {
        return Outcome::Answer(Err(Refusal::UnknownMethod));
    };
    let params = match params {
        Ok(params) => params,
        Err(refusal) => return Outcome::Answer(Err(refusal)),
    };
    let fault = {
        let mut world = control.world();
        let name = method.name();
        *world.requests.entry(name).or_default() += 1;
        world.touch();
        let chat = params.integer("chat_id").ok().flatten();
        fault::draw(&mut world.faults, name, chat)
    };
    match fault {
        None => work(control, method, &params).await,
        Some(Fault::TooManyRequests { retry_after }) => {
            Outcome::Answer(Err(Refusal::TooManyRequests { retry_after_s: retry_after }))
        }
        Some(Fault::Forbidden) => Outcome::Answer(Err(Refusal::BLOCKED)),
        Some(Fault::InternalServerError) => Outcome::Answer(Err(Refusal::InternalServerError)),
        Some(Fault::BadGateway) => Outcome::BadGateway,
        Some(Fault::ResetBefore) => Outcome::Broken,
        Some(Fault::HangBefore) => Outcome::Silence,
        Some(Fault::BadGatewayAfter) => {
            work(control, method, &params).await;
            Outcome::BadGateway
        }
        Some(Fault::ResetAfter) => {
            work(control, method, &params).await;
            Outcome::Broken
        }
        Some(Fault::HangAfter) => {
            work(control, method, &params).await;
            Outcome::Silence
        }
    }
}

async fn work(control: &Control, method: Method, params: &Params) -> Outcome {
    match method {
        Method::Direct(_, handler) => {
            let result = handler(&mut control.world(), params);
            Outcome::Answer(result.map(|value: Value| value.to_string()))
        }
        Method::GetUpdates => {
            polling::get_updates(control, params).await.map_or(Outcome::Broken, Outcome::Answer)
        }
    }
}

async fn respond(control: &Control, outcome: Outcome) -> Response {
    match outcome {
        Outcome::Answer(Ok(result)) => {
            json(StatusCode::OK, format!(r#"{{"ok":true,"result":{result}}}"#))
        }
        Outcome::Answer(Err(refusal)) => json(refusal.status(), refusal.body().to_string()),
        Outcome::BadGateway => bad_gateway(),
        Outcome::Broken => broken(),
        Outcome::Silence => {
            control.stopped().await;
            broken()
        }
    }
}

fn json(status: StatusCode, body: String) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

/// The page of a proxy in front of Telegram.
fn bad_gateway() -> Response {
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
                <center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n";
    (StatusCode::BAD_GATEWAY, [(CONTENT_TYPE, "text/html")], page).into_response()
}

/// A body that fails at once: the server closes the connection before a single byte of an answer went out.
fn broken() -> Response {
    let failure = || Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset));
    Response::new(Body::from_stream(stream::once(async move { failure() })))
}

/// Everything that is no known address.
pub(super) async fn not_found() -> Response {
    json(StatusCode::NOT_FOUND, Refusal::UnknownMethod.body().to_string())
}
