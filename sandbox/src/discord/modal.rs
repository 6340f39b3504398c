//! A form that pops up, the way a person sees it.

use serde::Serialize;
use serde_json::Value;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModalView {
    pub custom_id: String,
    pub title: String,
    pub fields: Vec<ModalField>,
}

/// A text input, in an action row or in a label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModalField {
    pub custom_id: String,
    pub label: String,
    pub value: String,
    pub placeholder: Option<String>,
    pub is_required: bool,
    /// UTF-16 units.
    pub least: usize,
    pub most: usize,
    /// Whether it stands in a Label (type 18) instead of an action row.
    pub is_in_label: bool,
}

impl ModalView {
    /// Reads a checked modal.
    pub(super) fn new(data: &Value) -> Self {
        let rows = data["components"].as_array().map(Vec::as_slice).unwrap_or_default();
        Self {
            custom_id: text(&data["custom_id"]),
            title: text(&data["title"]),
            fields: rows.iter().map(ModalField::new).collect(),
        }
    }
}

impl ModalField {
    fn new(row: &Value) -> Self {
        let is_in_label = row["type"] == 18;
        let input = if is_in_label { &row["component"] } else { &row["components"][0] };
        let count = |name: &str| input[name].as_u64().and_then(|count| usize::try_from(count).ok());
        Self {
            custom_id: text(&input["custom_id"]),
            label: text(if is_in_label { &row["label"] } else { &input["label"] }),
            value: text(&input["value"]),
            placeholder: input["placeholder"].as_str().map(str::to_owned),
            is_required: input["required"] != false,
            least: count("min_length").unwrap_or(0),
            most: count("max_length").unwrap_or(4_000),
            is_in_label,
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
