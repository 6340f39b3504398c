//! One request's parameters, however they came: query string, JSON, urlencoded or multipart form (Bot API, "Making
//! requests"). Knows no method.

use std::{borrow::Cow, collections::BTreeMap};

use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, Multipart, Request},
    http::header::CONTENT_TYPE,
};
use serde_json::{Map, Value, json};

use super::refusal::Refusal;

/// The largest body that is read: Telegram takes files of up to 50 MB.
pub(super) const BODY_BYTES: usize = 52 * 1024 * 1024;

/// A file that came with a multipart form.
#[derive(Clone, Debug)]
pub(super) struct Upload {
    pub filename: String,
    pub mime: String,
    pub bytes: Bytes,
}

/// Named values: JSON as it came, forms as strings. Telegram takes `"5"` for 5 in both.
#[derive(Debug, Default)]
pub(super) struct Params {
    values: BTreeMap<String, Value>,
    uploads: BTreeMap<String, Upload>,
}

/// The parameters, and the body as the request log shows it.
pub(super) struct Received {
    pub params: Result<Params, Refusal>,
    pub logged: Value,
}

/// Reads a request to its end.
pub(super) async fn receive(request: Request) -> Received {
    let query = request.uri().query().unwrap_or_default().to_owned();
    let content_type = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let mut received = if content_type.starts_with("multipart/form-data") {
        receive_multipart(request).await
    } else {
        match to_bytes(request.into_body(), BODY_BYTES).await {
            Ok(body) if content_type.starts_with("application/x-www-form-urlencoded") => {
                form(&body)
            }
            Ok(body) => json_body(&body),
            Err(_) => Received { params: Err(Refusal::TooLarge), logged: Value::Null },
        }
    };
    if let Ok(params) = &mut received.params {
        for (name, value) in pairs(query.as_bytes()) {
            params.values.entry(name).or_insert(Value::String(value));
        }
    }
    received
}

/// Nothing urlencoded is malformed beyond reading: odd pieces become odd names.
fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    serde_urlencoded::from_bytes(encoded).unwrap_or_default()
}

fn form(body: &[u8]) -> Received {
    let values: Map<String, Value> =
        pairs(body).into_iter().map(|(name, value)| (name, value.into())).collect();
    Received {
        logged: Value::Object(values.clone()),
        params: Ok(Params { values: values.into_iter().collect(), uploads: BTreeMap::new() }),
    }
}

fn json_body(body: &[u8]) -> Received {
    if body.is_empty() {
        return Received { params: Ok(Params::default()), logged: Value::Null };
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(values)) => Received {
            logged: Value::Object(values.clone()),
            params: Ok(Params {
                values: values.into_iter().filter(|(_, value)| !value.is_null()).collect(),
                uploads: BTreeMap::new(),
            }),
        },
        Ok(other) => Received {
            params: Err(Refusal::bad("object expected as a request body")),
            logged: other,
        },
        Err(_) => Received {
            params: Err(Refusal::bad("can't parse request body as JSON")),
            logged: String::from_utf8_lossy(body).into(),
        },
    }
}

async fn receive_multipart(request: Request) -> Received {
    let mut params = Params::default();
    let mut logged = Map::new();
    let outcome = read_parts(request, &mut params, &mut logged).await;
    Received { params: outcome.map(|()| params), logged: Value::Object(logged) }
}

async fn read_parts(
    request: Request,
    params: &mut Params,
    logged: &mut Map<String, Value>,
) -> Result<(), Refusal> {
    let malformed = |_| Refusal::bad("can't parse multipart/form-data");
    let mut multipart = Multipart::from_request(request, &())
        .await
        .map_err(|_| Refusal::bad("can't parse multipart/form-data: boundary not found"))?;
    while let Some(field) = multipart.next_field().await.map_err(malformed)? {
        let name = field.name().unwrap_or_default().to_owned();
        let filename = field.file_name().map(str::to_owned);
        let mime = field.content_type().unwrap_or("application/octet-stream").to_owned();
        let bytes = field.bytes().await.map_err(|error| {
            if error.status().as_u16() == 413 { Refusal::TooLarge } else { malformed(error) }
        })?;
        if let Some(filename) = filename {
            logged.insert(name.clone(), json!({ "filename": filename, "size": bytes.len() }));
            params.uploads.insert(name, Upload { filename, mime, bytes });
        } else {
            let value = Value::String(String::from_utf8_lossy(&bytes).into_owned());
            logged.insert(name.clone(), value.clone());
            params.values.insert(name, value);
        }
    }
    Ok(())
}

impl Params {
    /// The parameter as text; None when missing.
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        match self.values.get(name)? {
            Value::String(text) => Some(Cow::Borrowed(text)),
            other => Some(Cow::Owned(other.to_string())),
        }
    }

    /// A whole number; anything else is refused.
    pub fn integer(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let number = match self.values.get(name) {
            None => return Ok(None),
            Some(Value::String(text)) if text.is_empty() => return Ok(None),
            Some(Value::String(text)) => text.parse().ok(),
            Some(other) => other.as_i64(),
        };
        number
            .map(Some)
            .ok_or_else(|| Refusal::bad(format!("parameter \"{name}\" must be an integer")))
    }

    /// A switch; off when missing.
    pub fn flag(&self, name: &str) -> bool {
        self.text(name)
            .is_some_and(|text| matches!(text.to_ascii_lowercase().as_str(), "true" | "yes" | "1"))
    }

    /// An object or array; in a form it is JSON in a string.
    pub fn json(&self, name: &str) -> Result<Option<Cow<'_, Value>>, Refusal> {
        match self.values.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(|value| Some(Cow::Owned(value)))
                .map_err(|_| Refusal::bad(format!("can't parse parameter \"{name}\" as JSON"))),
            Some(value) => Ok(Some(Cow::Borrowed(value))),
        }
    }

    /// The file of a parameter: the part of that name, or the one that `attach://name` points to.
    pub fn upload(&self, name: &str) -> Option<&Upload> {
        match self.text(name) {
            Some(text) => self.uploads.get(text.strip_prefix("attach://")?),
            None => self.uploads.get(name),
        }
    }
}
