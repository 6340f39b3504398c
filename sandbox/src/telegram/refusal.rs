//! Everything the Bot API may answer instead of a result: code, words and parameters as Telegram writes them. Knows
//! nothing of what led to it.

use std::borrow::Cow;

use axum::http::StatusCode;
use serde_json::{Value, json};

/// Why a request was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Unauthorized,
    UnknownMethod,
    BadRequest(Cow<'static, str>),
    Forbidden(Cow<'static, str>),
    /// Another `getUpdates` took over.
    Conflict,
    TooManyRequests {
        retry_after_s: u64,
    },
    /// The group lives on under another id.
    Upgraded {
        to: i64,
    },
    TooLarge,
    InternalServerError,
}

impl Refusal {
    pub const NOT_MODIFIED: Self = bad(
        "message is not modified: specified new message content and reply markup are exactly the same as a current \
         content and reply markup of the message",
    );
    pub const EDIT_NOT_FOUND: Self = bad("message to edit not found");
    pub const CANT_BE_EDITED: Self = bad("message can't be edited");
    pub const NO_TEXT_TO_EDIT: Self = bad("there is no text in the message to edit");
    pub const NO_CAPTION_TO_EDIT: Self = bad("there is no caption in the message to edit");
    pub const DELETE_NOT_FOUND: Self = bad("message to delete not found");
    pub const CANT_BE_DELETED: Self = bad("message can't be deleted");
    pub const REPLY_NOT_FOUND: Self = bad("message to be replied not found");
    pub const NO_MESSAGE_ID: Self = bad("message identifier is not specified");
    pub const QUERY_TOO_OLD: Self =
        bad("query is too old and response timeout expired or query ID is invalid");
    pub const CHAT_NOT_FOUND: Self = bad("chat not found");
    pub const USER_NOT_FOUND: Self = bad("user not found");
    pub const TEXT_EMPTY: Self = bad("message text is empty");
    pub const TEXT_TOO_LONG: Self = bad("message is too long");
    pub const EDITED_TEXT_TOO_LONG: Self = bad("MESSAGE_TOO_LONG");
    pub const CAPTION_TOO_LONG: Self = bad("message caption is too long");
    pub const ENTITY_BOUNDS: Self = bad("ENTITY_BOUNDS_INVALID");
    pub const BUTTON_DATA: Self = bad("BUTTON_DATA_INVALID");
    pub const BUTTON_TYPE: Self = bad("BUTTON_TYPE_INVALID");
    pub const BUTTON_COPY_TEXT: Self = bad("BUTTON_COPY_TEXT_INVALID");
    pub const BUTTON_WITHOUT_ACTION: Self = bad(
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    );
    pub const MARKUP_TOO_LONG: Self = bad("REPLY_MARKUP_TOO_LONG");
    pub const MARKUP_NOT_OBJECT: Self = bad("object expected as reply markup");
    pub const BLOCKED: Self = Self::Forbidden(Cow::Borrowed("bot was blocked by the user"));
    pub const NEVER_WROTE: Self =
        Self::Forbidden(Cow::Borrowed("bot can't initiate conversation with a user"));

    /// 400 with words made on the spot.
    pub fn bad(description: impl Into<String>) -> Self {
        Self::BadRequest(Cow::Owned(description.into()))
    }

    /// 400 for marked-up text that is not well formed.
    pub fn entities(reason: &str) -> Self {
        Self::bad(format!("can't parse entities: {reason}"))
    }

    /// The HTTP status, which is also the answer's `error_code`.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::UnknownMethod => StatusCode::NOT_FOUND,
            Self::BadRequest(_) | Self::Upgraded { .. } => StatusCode::BAD_REQUEST,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Conflict => StatusCode::CONFLICT,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::InternalServerError => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn description(&self) -> Cow<'static, str> {
        match self {
            Self::Unauthorized => Cow::Borrowed("Unauthorized"),
            Self::UnknownMethod => Cow::Borrowed("Not Found"),
            Self::BadRequest(reason) => Cow::Owned(format!("Bad Request: {reason}")),
            Self::Forbidden(reason) => Cow::Owned(format!("Forbidden: {reason}")),
            Self::Conflict => Cow::Borrowed(
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
            ),
            Self::TooManyRequests { retry_after_s } => {
                Cow::Owned(format!("Too Many Requests: retry after {retry_after_s}"))
            }
            Self::Upgraded { .. } => {
                Cow::Borrowed("Bad Request: group chat was upgraded to a supergroup chat")
            }
            Self::TooLarge => Cow::Borrowed("Request Entity Too Large"),
            Self::InternalServerError => Cow::Borrowed("Internal Server Error"),
        }
    }

    /// The JSON body, `parameters` included where the documents name them (Bot API, ResponseParameters).
    pub fn body(&self) -> Value {
        let mut body = json!({
            "ok": false,
            "error_code": self.status().as_u16(),
            "description": self.description(),
        });
        match self {
            Self::TooManyRequests { retry_after_s } => {
                body["parameters"] = json!({ "retry_after": retry_after_s });
            }
            Self::Upgraded { to } => {
                body["parameters"] = json!({ "migrate_to_chat_id": to });
            }
            Self::Unauthorized
            | Self::UnknownMethod
            | Self::BadRequest(_)
            | Self::Forbidden(_)
            | Self::Conflict
            | Self::TooLarge
            | Self::InternalServerError => {}
        }
        body
    }
}

const fn bad(description: &'static str) -> Refusal {
    Refusal::BadRequest(Cow::Borrowed(description))
}
