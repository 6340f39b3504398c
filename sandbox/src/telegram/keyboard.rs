//! Inline keyboards and the other kinds of `reply_markup`: reading and judging them as the Bot API does, and writing them
//! out again. Knows nothing of messages.

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value, json};

use super::{refusal::Refusal, text::utf16_len};

const BUTTONS_AT_MOST: usize = 100;
const BUTTONS_PER_ROW: usize = 8;
const CALLBACK_DATA_BYTES: usize = 64;
const COPY_TEXT_UNITS: usize = 256;

/// Fields of a button that only change its looks.
const LOOKS: [&str; 3] = ["text", "style", "icon_custom_emoji_id"];

/// Rows of buttons; empty when a message has none.
pub type Keyboard = Vec<Vec<Button>>;

/// One button of an inline keyboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    pub text: String,
    pub action: ButtonAction,
    /// "danger", "success" or "primary".
    pub style: Option<String>,
}

/// The one thing that pressing a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ButtonAction {
    CallbackData(String),
    Url(String),
    CopyText(String),
    /// Any other documented action, kept as it came.
    Other {
        field: String,
        value: Value,
    },
}

impl Serialize for Button {
    /// `{text, callback_data | url | copy_text}` for the page: `copy_text` is the bare text here.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("text", &self.text)?;
        match &self.action {
            ButtonAction::CallbackData(data) => map.serialize_entry("callback_data", data)?,
            ButtonAction::Url(url) => map.serialize_entry("url", url)?,
            ButtonAction::CopyText(text) => map.serialize_entry("copy_text", text)?,
            ButtonAction::Other { field, value } => map.serialize_entry(field, value)?,
        }
        if let Some(style) = &self.style {
            map.serialize_entry("style", style)?;
        }
        map.end()
    }
}

impl Button {
    /// Bot API, InlineKeyboardButton.
    fn to_api(&self) -> Value {
        let mut button = Map::new();
        button.insert("text".to_owned(), self.text.as_str().into());
        let (field, value) = match &self.action {
            ButtonAction::CallbackData(data) => ("callback_data", data.as_str().into()),
            ButtonAction::Url(url) => ("url", url.as_str().into()),
            ButtonAction::CopyText(text) => ("copy_text", json!({ "text": text })),
            ButtonAction::Other { field, value } => (field.as_str(), value.clone()),
        };
        button.insert(field.to_owned(), value);
        if let Some(style) = &self.style {
            button.insert("style".to_owned(), style.as_str().into());
        }
        button.into()
    }
}

/// Bot API, InlineKeyboardMarkup.
pub(super) fn to_api(keyboard: &Keyboard) -> Value {
    let rows: Vec<Vec<Value>> =
        keyboard.iter().map(|row| row.iter().map(Button::to_api).collect()).collect();
    json!({ "inline_keyboard": rows })
}

/// What `reply_markup` asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Markup {
    #[default]
    None,
    Inline(Keyboard),
    ForceReply,
    /// A custom reply keyboard, or its removal: seen by nobody here.
    ReplyKeyboard,
}

impl Markup {
    /// Reads the parameter of a method that sends.
    pub fn parse(markup: Option<&Value>) -> Result<Self, Refusal> {
        let Some(markup) = markup else { return Ok(Self::None) };
        let Value::Object(markup) = markup else { return Err(Refusal::MARKUP_NOT_OBJECT) };
        if let Some(rows) = markup.get("inline_keyboard") {
            return Ok(Self::Inline(parse_rows(rows)?));
        }
        if markup.get("force_reply") == Some(&Value::Bool(true)) {
            return Ok(Self::ForceReply);
        }
        if markup.contains_key("keyboard") || markup.contains_key("remove_keyboard") {
            return Ok(Self::ReplyKeyboard);
        }
        Ok(Self::None)
    }

    /// The keyboard below the message, if any.
    pub fn into_keyboard(self) -> Keyboard {
        match self {
            Self::Inline(keyboard) => keyboard,
            Self::None | Self::ForceReply | Self::ReplyKeyboard => Keyboard::new(),
        }
    }
}

fn parse_rows(rows: &Value) -> Result<Keyboard, Refusal> {
    let expected = || {
        Refusal::bad(
            "can't parse reply markup: field \"inline_keyboard\" must be an Array of Arrays",
        )
    };
    let mut keyboard = Keyboard::new();
    for row in rows.as_array().ok_or_else(expected)? {
        let row = row.as_array().ok_or_else(expected)?;
        if row.len() > BUTTONS_PER_ROW {
            return Err(Refusal::MARKUP_TOO_LONG);
        }
        let buttons = row.iter().map(parse_button).collect::<Result<Vec<_>, _>>()?;
        if !buttons.is_empty() {
            keyboard.push(buttons);
        }
    }
    if keyboard.iter().map(Vec::len).sum::<usize>() > BUTTONS_AT_MOST {
        return Err(Refusal::MARKUP_TOO_LONG);
    }
    Ok(keyboard)
}

fn parse_button(button: &Value) -> Result<Button, Refusal> {
    let object = button.as_object().ok_or_else(|| {
        Refusal::bad("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    })?;
    let text = object
        .get("text")
        .and_then(Value::as_str)
        .filter(|text| !text.trim().is_empty())
        .ok_or_else(|| {
            Refusal::bad("can't parse inline keyboard button: Text must be non-empty")
        })?;
    let mut actions =
        object.iter().filter(|(field, value)| !LOOKS.contains(&field.as_str()) && !value.is_null());
    let (field, value) = actions.next().ok_or(Refusal::BUTTON_WITHOUT_ACTION)?;
    if actions.next().is_some() {
        return Err(Refusal::BUTTON_TYPE);
    }
    let style = object.get("style").and_then(Value::as_str).map(str::to_owned);
    Ok(Button { text: text.to_owned(), action: parse_action(field, value)?, style })
}

fn parse_action(field: &str, value: &Value) -> Result<ButtonAction, Refusal> {
    match field {
        "callback_data" => {
            let data =
                value.as_str().filter(|data| (1..=CALLBACK_DATA_BYTES).contains(&data.len()));
            Ok(ButtonAction::CallbackData(data.ok_or(Refusal::BUTTON_DATA)?.to_owned()))
        }
        "url" => {
            let url = value.as_str().unwrap_or_default();
            if !is_web_or_telegram_link(url) {
                return Err(Refusal::bad(format!(
                    "inline keyboard button URL '{url}' is invalid: Wrong HTTP URL"
                )));
            }
            Ok(ButtonAction::Url(url.to_owned()))
        }
        "copy_text" => {
            let text = value.get("text").and_then(Value::as_str);
            let text = text.filter(|text| (1..=COPY_TEXT_UNITS).contains(&utf16_len(text)));
            Ok(ButtonAction::CopyText(text.ok_or(Refusal::BUTTON_COPY_TEXT)?.to_owned()))
        }
        "web_app"
        | "login_url"
        | "switch_inline_query"
        | "switch_inline_query_current_chat"
        | "switch_inline_query_chosen_chat"
        | "callback_game"
        | "pay" => Ok(ButtonAction::Other { field: field.to_owned(), value: value.clone() }),
        _ => Err(Refusal::BUTTON_TYPE),
    }
}

/// Telegram refuses hosts without a dot, `localhost` among them.
fn is_web_or_telegram_link(url: &str) -> bool {
    if url.chars().any(char::is_whitespace) {
        return false;
    }
    if let Some(rest) = url.strip_prefix("tg://").or_else(|| url.strip_prefix("ton://")) {
        return !rest.is_empty();
    }
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host =
        authority.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
    host.contains('.') && host.split('.').all(|label| !label.is_empty())
}
