//! What buttons, selects and modals must look like ("Component Reference"). Knows no message.

use serde_json::{Map, Value};

use super::{
    check::is_link,
    form::{Form, units},
};

const ACTION_ROW: u64 = 1;
const BUTTON: u64 = 2;
const STRING_SELECT: u64 = 3;
const TEXT_INPUT: u64 = 4;
const LABEL: u64 = 18;
/// Selects of people, roles, both, and channels.
const OTHER_SELECTS: std::ops::RangeInclusive<u64> = 5..=8;

const BUTTONS_IN_A_ROW: usize = 5;
const MODAL_ROWS: usize = 5;
const CUSTOM_ID: (usize, usize) = (1, 100);

/// An action row of a message. `seen` gathers the `custom_id`s, which must differ.
pub(super) fn message_row<'a>(form: &mut Form, row: &'a Value, seen: &mut Vec<&'a str>) {
    let Some(row) = form.object(row) else { return };
    if kind(row) != Some(ACTION_ROW) {
        form.at("type", |form| form.not_one_of("1"));
        return;
    }
    let mut kinds = Vec::new();
    let items = form.list(row, "components", (1, BUTTONS_IN_A_ROW), |form, item| {
        let Some(item) = form.object(item) else { return };
        kinds.extend(kind(item));
        match kind(item) {
            Some(BUTTON) => button(form, item, seen),
            Some(STRING_SELECT) => select(form, item, true, seen),
            Some(number) if OTHER_SELECTS.contains(&number) => select(form, item, false, seen),
            Some(_) | None => form.at("type", |form| form.not_one_of("2, 3, 5, 6, 7, 8")),
        }
    });
    if items.len() > 1 && kinds.iter().any(|kind| *kind != BUTTON) {
        form.at("components", |form| {
            form.refuse(
                "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
                "The specified component exceeds the maximum width",
            );
        });
    }
}

/// The `data` of a modal.
pub(super) fn modal(form: &mut Form, data: &Map<String, Value>) {
    form.text(data, "custom_id", true, CUSTOM_ID);
    form.text(data, "title", true, (1, 45));
    let mut seen = Vec::new();
    form.list(data, "components", (1, MODAL_ROWS), |form, row| {
        let Some(row) = form.object(row) else { return };
        match kind(row) {
            Some(ACTION_ROW) => {
                form.list(row, "components", (1, 1), |form, input| {
                    if let Some(input) = form.object(input) {
                        text_input(form, input, true, &mut seen);
                    }
                });
            }
            Some(LABEL) => {
                form.text(row, "label", true, (1, 45));
                form.text(row, "description", false, (0, 100));
                form.at("component", |form| match row.get("component") {
                    None => form.required(),
                    Some(input) => {
                        if let Some(input) = form.object(input) {
                            text_input(form, input, false, &mut seen);
                        }
                    }
                });
            }
            Some(_) | None => form.at("type", |form| form.not_one_of("1, 18")),
        }
    });
}

fn kind(component: &Map<String, Value>) -> Option<u64> {
    component.get("type").and_then(Value::as_u64)
}

/// A `custom_id` that nothing else has.
fn custom_id<'a>(form: &mut Form, owner: &'a Map<String, Value>, seen: &mut Vec<&'a str>) {
    let Some(id) = form.text(owner, "custom_id", true, CUSTOM_ID) else { return };
    if seen.contains(&id) {
        form.at("custom_id", |form| {
            form.refuse(
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated",
            );
        });
    }
    seen.push(id);
}

fn absent(form: &mut Form, owner: &Map<String, Value>, name: &str, why: &str) {
    if owner.get(name).is_some_and(|value| !value.is_null()) {
        form.at(name, |form| form.refuse("BASE_TYPE_CONFLICT", why));
    }
}

fn button<'a>(form: &mut Form, button: &'a Map<String, Value>, seen: &mut Vec<&'a str>) {
    let style = form.integer(button, "style", true, (1, 6));
    let label = form.text(button, "label", false, (0, 80)).unwrap_or_default();
    match style {
        Some(5) => {
            let url = form.text(button, "url", true, (1, 512));
            if url.is_some_and(|url| !is_link(url, &["http", "https", "discord"])) {
                form.at("url", |form| {
                    form.refuse(
                        "BASE_TYPE_INVALID_URL",
                        "Scheme must be one of ('http', 'https', 'discord').",
                    );
                });
            }
            absent(form, button, "custom_id", "A custom id and url cannot both be specified");
        }
        Some(6) => {
            form.at("sku_id", |form| {
                if !button.contains_key("sku_id") {
                    form.required();
                }
            });
            return;
        }
        Some(_) | None => {
            custom_id(form, button, seen);
            absent(form, button, "url", "A custom id and url cannot both be specified");
        }
    }
    let has_emoji = button.get("emoji").is_some_and(Value::is_object);
    if label.is_empty() && !has_emoji {
        form.at("label", |form| {
            form.refuse("BUTTON_COMPONENT_INVALID", "A button must have a label or emoji");
        });
    }
}

fn select<'a>(
    form: &mut Form,
    select: &'a Map<String, Value>,
    has_options: bool,
    seen: &mut Vec<&'a str>,
) {
    custom_id(form, select, seen);
    form.text(select, "placeholder", false, (0, 150));
    let least = form.integer(select, "min_values", false, (0, 25)).unwrap_or(1);
    let most = form.integer(select, "max_values", false, (1, 25)).unwrap_or(1);
    if least > most {
        form.at("min_values", |form| {
            form.refuse("BASE_TYPE_MAX", format!("int value should be at most {most}."));
        });
    }
    if !has_options {
        return;
    }
    let mut values = Vec::new();
    let options = form.list(select, "options", (1, 25), |form, option| {
        let Some(option) = form.object(option) else { return };
        form.text(option, "label", true, (1, 100));
        form.text(option, "description", false, (0, 100));
        if let Some(value) = form.text(option, "value", true, (1, 100)) {
            if values.contains(&value) {
                form.at("value", |form| {
                    form.refuse(
                        "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                        "The specified option value is already used",
                    );
                });
            }
            values.push(value);
        }
    });
    let is_default = |option: &&Value| option["default"] == true;
    let too_many = |count: usize| u64::try_from(count).is_ok_and(|count| count > most);
    if too_many(options.iter().filter(is_default).count()) {
        form.at("options", |form| {
            form.refuse(
                "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES",
                "More options are default than can be chosen",
            );
        });
    }
    if most > options.len() as u64 {
        form.at("max_values", |form| {
            form.refuse("SELECT_COMPONENT_MAX_VALUES_TOO_LARGE", "There are fewer options.");
        });
    }
}

fn text_input<'a>(
    form: &mut Form,
    input: &'a Map<String, Value>,
    is_in_row: bool,
    seen: &mut Vec<&'a str>,
) {
    if kind(input) != Some(TEXT_INPUT) {
        form.at("type", |form| form.not_one_of("4"));
        return;
    }
    custom_id(form, input, seen);
    form.integer(input, "style", true, (1, 2));
    if is_in_row {
        form.text(input, "label", true, (1, 45));
    } else {
        absent(form, input, "label", "The label has the text");
    }
    form.text(input, "placeholder", false, (0, 100));
    let least = form.integer(input, "min_length", false, (0, 4_000)).unwrap_or(0);
    let most = form.integer(input, "max_length", false, (1, 4_000)).unwrap_or(4_000);
    if least > most {
        form.at("min_length", |form| {
            form.refuse("BASE_TYPE_MAX", format!("int value should be at most {most}."));
        });
    }
    let value = form.text(input, "value", false, (0, 4_000)).unwrap_or_default();
    if units(value) as u64 > most {
        form.at("value", |form| {
            form.refuse("BASE_TYPE_MAX_LENGTH", format!("Must be {most} or fewer in length."));
        });
    }
}
