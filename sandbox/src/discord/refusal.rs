//! Discord's own words for what it does not do ("Opcodes and Status Codes", "JSON").

use axum::http::StatusCode;
use serde_json::{Value, json};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Refusal {
    Unauthorized,
    UnknownRoute,
    MethodNotAllowed,
    /// A numbered refusal: HTTP status, JSON code, message.
    Coded(u16, u32, &'static str),
    /// The `errors` tree of an invalid form.
    Form(Value),
    RateLimited(RateLimited),
}

/// A 429. The waiting time goes out in seconds, in the body and in the headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RateLimited {
    pub retry_after_ms: u64,
    pub is_global: bool,
    /// `user`, `global` or `shared`.
    pub scope: &'static str,
}

impl Refusal {
    pub const UNKNOWN_APPLICATION: Self = Self::Coded(404, 10_002, "Unknown Application");
    pub const UNKNOWN_CHANNEL: Self = Self::Coded(404, 10_003, "Unknown Channel");
    pub const UNKNOWN_GUILD: Self = Self::Coded(404, 10_004, "Unknown Guild");
    pub const UNKNOWN_MEMBER: Self = Self::Coded(404, 10_007, "Unknown Member");
    pub const UNKNOWN_MESSAGE: Self = Self::Coded(404, 10_008, "Unknown Message");
    pub const UNKNOWN_USER: Self = Self::Coded(404, 10_013, "Unknown User");
    pub const UNKNOWN_WEBHOOK: Self = Self::Coded(404, 10_015, "Unknown Webhook");
    pub const UNKNOWN_INTERACTION: Self = Self::Coded(404, 10_062, "Unknown interaction");
    pub const UNKNOWN_COMMAND: Self = Self::Coded(404, 10_063, "Unknown application command");
    pub const TOO_LARGE: Self = Self::Coded(413, 40_005, "Request entity too large");
    pub const ALREADY_ACKNOWLEDGED: Self =
        Self::Coded(400, 40_060, "Interaction has already been acknowledged.");
    pub const MISSING_ACCESS: Self = Self::Coded(403, 50_001, "Missing Access");
    pub const NOT_YOUR_MESSAGE: Self =
        Self::Coded(403, 50_005, "Cannot edit a message authored by another user");
    pub const EMPTY_MESSAGE: Self = Self::Coded(400, 50_006, "Cannot send an empty message");
    pub const DMS_CLOSED: Self = Self::Coded(403, 50_007, "Cannot send messages to this user");
    pub const INVALID_WEBHOOK_TOKEN: Self = Self::Coded(401, 50_027, "Invalid Webhook Token");
    /// A multipart form with other parts than `payload_json` and `files[n]`.
    pub const INVALID_FORM: Self = Self::Coded(400, 50_035, "Invalid Form Body");
    pub const INVALID_JSON: Self =
        Self::Coded(400, 50_109, "The request body contains invalid JSON.");
    pub const INTERNAL: Self = Self::Coded(500, 0, "500: Internal Server Error");

    pub fn status(&self) -> StatusCode {
        match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::UnknownRoute => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Coded(status, ..) => {
                StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_REQUEST)
            }
            Self::Form(_) => StatusCode::BAD_REQUEST,
            Self::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    pub fn body(&self) -> Value {
        match self {
            Self::Unauthorized => json!({ "message": "401: Unauthorized", "code": 0 }),
            Self::UnknownRoute => json!({ "message": "404: Not Found", "code": 0 }),
            Self::MethodNotAllowed => json!({ "message": "405: Method Not Allowed", "code": 0 }),
            Self::Coded(_, code, message) => json!({ "message": message, "code": code }),
            Self::Form(errors) => {
                json!({ "message": "Invalid Form Body", "code": 50_035, "errors": errors })
            }
            Self::RateLimited(limited) => json!({
                "message": "You are being rate limited.",
                "retry_after": limited.seconds(),
                "global": limited.is_global,
            }),
        }
    }

    /// Whether it counts towards the ban of an address ("Rate Limits", "Invalid Request Limit").
    pub fn is_invalid_request(&self) -> bool {
        match self {
            Self::RateLimited(limited) => limited.scope != "shared",
            Self::Unauthorized
            | Self::UnknownRoute
            | Self::MethodNotAllowed
            | Self::Coded(..)
            | Self::Form(_) => matches!(self.status().as_u16(), 401 | 403),
        }
    }
}

impl RateLimited {
    /// The waiting time as a JSON number of seconds.
    pub fn seconds(&self) -> Value {
        serde_json::from_str(&self.seconds_text()).unwrap_or(Value::Null)
    }

    pub fn seconds_text(&self) -> String {
        format!("{}.{:03}", self.retry_after_ms / 1_000, self.retry_after_ms % 1_000)
    }
}
