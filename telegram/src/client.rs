//! Calls of the Bot API: one request, one typed answer. No retry, no pacing, no waiting: that is for those who call.
//!
//! teloxide's own Bot sleeps 10 s inside a call on every 5xx and loses which error it was; its requests are used, its
//! transport is not. The token is part of every address, so no address ever reaches an error or a log.

use std::{error::Error, time::Duration};

use bot_core::screen::Picture;
use reqwest::{
    RequestBuilder, Response,
    header::CONTENT_TYPE,
    multipart::{Form, Part},
    redirect,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use teloxide::requests::Payload;

mod refusal;

pub(crate) use refusal::Refusal;

/// For a call to be answered, on top of the time it asks to be held open.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// 100 updates of 100 kB, which is more than any of them can have.
const LARGEST_ANSWER: usize = 10 << 20;
/// For a 429 that does not say how long to wait.
const DEFAULT_WAIT: Duration = Duration::from_secs(3);

/// Why a call has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CallError {
    #[error("asked to wait {} s", .0.as_secs())]
    RetryAfter(Duration),
    /// The group lives on under this id.
    #[error("the group has moved")]
    Migrated(i64),
    /// Telegram understood, and says no.
    #[error("{description}")]
    Refused { reason: Refusal, description: String },
    /// A 5xx, from Telegram or from something in between.
    #[error("HTTP {0}")]
    Server(u16),
    /// No answer: it may have been carried out.
    #[error("network: {0}")]
    Network(String),
    /// Something answered, but not the Bot API; or the request could not be written.
    #[error("not the JSON of the Bot API (HTTP {0})")]
    Unreadable(u16),
}

/// One bot's access to the Bot API. Keeps its connections.
#[derive(Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    api_url: String,
    token: SecretString,
}

/// Bot API, "Making requests".
#[derive(Deserialize)]
struct Answer<T> {
    result: Option<T>,
    description: Option<String>,
    error_code: Option<u16>,
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
struct Parameters {
    migrate_to_chat_id: Option<i64>,
    retry_after: Option<u64>,
}

impl Client {
    /// `api_url` without a slash at its end.
    pub fn new(api_url: String, token: SecretString) -> Result<Self, CallError> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_WITHIN)
            .tcp_nodelay(true)
            // One stalled connection then delays one call, not all that share it.
            .http1_only()
            // A redirect would show the token to another host.
            .redirect(redirect::Policy::none())
            .build()
            .map_err(network)?;
        Ok(Self { http, api_url, token })
    }

    /// Calls a method. `T` is the part of its result that is wanted, which may be less than `P::Output`: a message that
    /// was sent stays sent, however little of its description can be read.
    pub async fn call<P, T>(&self, payload: &P) -> Result<T, CallError>
    where
        P: Payload + Serialize,
        T: DeserializeOwned,
    {
        let body = serde_json::to_vec(payload).map_err(|_| CallError::Unreadable(0))?;
        let request = self.request(payload).header(CONTENT_TYPE, "application/json").body(body);
        answer_to(request).await
    }

    /// The same with a picture that goes along as the parameter `photo`.
    pub async fn call_with_photo<P, T>(&self, payload: &P, photo: &Picture) -> Result<T, CallError>
    where
        P: Payload + Serialize,
        T: DeserializeOwned,
    {
        let form = form(payload, photo).ok_or(CallError::Unreadable(0))?;
        answer_to(self.request(payload).multipart(form)).await
    }

    fn request<P: Payload>(&self, payload: &P) -> RequestBuilder {
        // teloxide has two payloads for some methods and tells them apart by this ending.
        let method = P::NAME.trim_end_matches("Inline");
        let address = format!("{}/bot{}/{method}", self.api_url, self.token.expose_secret());
        let held_open = payload.timeout_hint().unwrap_or_default();
        self.http.post(address).timeout(held_open + ANSWER_WITHIN)
    }
}

/// Bot API, "Sending files": every parameter a field of a form, lists and objects as JSON.
fn form<P: Serialize>(payload: &P, photo: &Picture) -> Option<Form> {
    let Ok(Value::Object(parameters)) = serde_json::to_value(payload) else { return None };
    let mut form = Form::new();
    for (name, value) in parameters {
        form = match value {
            Value::Null => form,
            Value::String(text) => form.text(name, text),
            value => form.text(name, value.to_string()),
        };
    }
    let file = Part::bytes(photo.0.to_vec()).file_name("picture.png").mime_str("image/png").ok()?;
    Some(form.part("photo", file))
}

async fn answer_to<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, CallError> {
    let response = request.send().await.map_err(network)?;
    let status = response.status().as_u16();
    if status >= 500 {
        return Err(CallError::Server(status));
    }
    let answer = serde_json::from_slice(&read_body(response).await?)
        .map_err(|_| CallError::Unreadable(status))?;
    read_answer(answer, status)
}

fn read_answer<T>(answer: Answer<T>, status: u16) -> Result<T, CallError> {
    if let Some(result) = answer.result {
        return Ok(result);
    }
    let code = answer.error_code.unwrap_or(status);
    let parameters = answer.parameters;
    if let Some(chat) = parameters.as_ref().and_then(|parameters| parameters.migrate_to_chat_id) {
        return Err(CallError::Migrated(chat));
    }
    if code == 429 {
        let asked = parameters.and_then(|parameters| parameters.retry_after);
        return Err(CallError::RetryAfter(asked.map_or(DEFAULT_WAIT, Duration::from_secs)));
    }
    let description = answer.description.ok_or(CallError::Unreadable(status))?;
    Err(CallError::Refused { reason: Refusal::classify(code, &description), description })
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

/// Without the address, which holds the token.
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
    use serde_json::json;

    use super::*;

    fn answer(json: &serde_json::Value, status: u16) -> Result<bool, CallError> {
        read_answer(serde_json::from_value(json.clone()).unwrap(), status)
    }

    #[test]
    fn answers_are_told_apart() {
        assert_eq!(answer(&json!({"ok": true, "result": true}), 200), Ok(true));
        let flood = json!({"ok": false, "error_code": 429, "description": "Too Many Requests: retry after 7", "parameters": {"retry_after": 7}});
        assert_eq!(answer(&flood, 429), Err(CallError::RetryAfter(Duration::from_secs(7))));
        let silent = json!({"ok": false, "error_code": 429, "description": "Too Many Requests"});
        assert_eq!(answer(&silent, 429), Err(CallError::RetryAfter(DEFAULT_WAIT)));
        let moved = json!({"ok": false, "error_code": 400, "description": "Bad Request: group chat was upgraded to a supergroup chat", "parameters": {"migrate_to_chat_id": -1_001_234_567_890_i64}});
        assert_eq!(answer(&moved, 400), Err(CallError::Migrated(-1_001_234_567_890)));
        let blocked = json!({"ok": false, "error_code": 403, "description": "Forbidden: bot was blocked by the user"});
        let refused = answer(&blocked, 403).unwrap_err();
        assert!(
            matches!(refused, CallError::Refused { reason: Refusal::ChatClosed, .. }),
            "{refused:?}"
        );
        assert_eq!(
            answer(&json!({"message": "who are you?"}), 403),
            Err(CallError::Unreadable(403))
        );
    }

    #[tokio::test]
    async fn the_token_is_in_no_error() {
        let token = "123456:very-secret";
        let unreachable = Client::new("http://127.0.0.1:1".into(), token.into()).unwrap();
        let nonsense = Client::new("no address".into(), token.into()).unwrap();
        for client in [unreachable, nonsense] {
            let error =
                client.call::<_, bool>(&teloxide::payloads::GetMe::new()).await.unwrap_err();
            let shown = format!("{error} {error:?} {client:?}");
            assert!(matches!(error, CallError::Network(_)), "{shown}");
            assert!(!shown.contains("secret"), "{shown}");
        }
    }
}
