//! One request's body, however it came: JSON, or a multipart form with `payload_json` and `files[n]` ("API Reference",
//! "Uploading Files"). Knows no route.

use std::collections::BTreeMap;

use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, Multipart, Request},
    http::header::CONTENT_TYPE,
};
use serde_json::{Map, Value, json};

use super::refusal::Refusal;

/// The largest body that is read: ten files of Discord's 10 MiB would be more than anybody tests with.
pub(super) const BODY_BYTES: usize = 26 * 1024 * 1024;

/// The largest single file ("API Reference, Uploading Files"): 10 MiB where nothing was paid for more.
const FILE_BYTES: usize = 10 * 1024 * 1024;

/// A file that came with a multipart form.
#[derive(Clone, Debug)]
pub(super) struct Upload {
    pub filename: String,
    pub mime: String,
    pub bytes: Bytes,
}

/// The JSON (Null when there was no body) and the files by their number.
#[derive(Debug, Default)]
pub(super) struct Payload {
    pub json: Value,
    pub uploads: BTreeMap<u64, Upload>,
}

/// The payload, and the body as the request log shows it.
pub(super) struct Received {
    pub payload: Result<Payload, Refusal>,
    pub logged: Value,
}

/// Reads a request to its end.
pub(super) async fn receive(request: Request) -> Received {
    let is_form = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("multipart/form-data"));
    if is_form {
        return receive_multipart(request).await;
    }
    match to_bytes(request.into_body(), BODY_BYTES).await {
        Ok(body) if body.is_empty() => {
            Received { payload: Ok(Payload::default()), logged: Value::Null }
        }
        Ok(body) => match serde_json::from_slice::<Value>(&body) {
            Ok(json) => Received {
                logged: json.clone(),
                payload: Ok(Payload { json, uploads: BTreeMap::new() }),
            },
            Err(_) => Received {
                payload: Err(Refusal::INVALID_JSON),
                logged: String::from_utf8_lossy(&body).into(),
            },
        },
        Err(_) => Received { payload: Err(Refusal::TOO_LARGE), logged: Value::Null },
    }
}

async fn receive_multipart(request: Request) -> Received {
    let mut logged = Map::new();
    let payload = read_parts(request, &mut logged).await;
    Received { payload, logged: logged.into() }
}

async fn read_parts(request: Request, logged: &mut Map<String, Value>) -> Result<Payload, Refusal> {
    let mut payload = Payload::default();
    let mut multipart =
        Multipart::from_request(request, &()).await.map_err(|_| Refusal::INVALID_JSON)?;
    while let Some(field) = multipart.next_field().await.map_err(|_| Refusal::INVALID_JSON)? {
        let name = field.name().unwrap_or_default().to_owned();
        let filename = field.file_name().map(str::to_owned);
        let mime = field.content_type().unwrap_or("application/octet-stream").to_owned();
        let bytes = field.bytes().await.map_err(|_| Refusal::TOO_LARGE)?;
        if let Some(filename) = filename {
            logged.insert(name.clone(), json!({ "filename": filename, "size": bytes.len() }));
            if bytes.len() > FILE_BYTES {
                return Err(Refusal::TOO_LARGE);
            }
            let number = file_number(&name).ok_or(Refusal::INVALID_FORM)?;
            payload.uploads.insert(number, Upload { filename, mime, bytes });
        } else if name == "payload_json" {
            payload.json = serde_json::from_slice(&bytes).map_err(|_| Refusal::INVALID_JSON)?;
            logged.insert(name, payload.json.clone());
        } else {
            return Err(Refusal::INVALID_FORM);
        }
    }
    // Everything that is no file stands in the one part.
    if logged.contains_key("payload_json") { Ok(payload) } else { Err(Refusal::INVALID_FORM) }
}

fn file_number(part: &str) -> Option<u64> {
    part.strip_prefix("files[")?.strip_suffix(']')?.parse().ok()
}
