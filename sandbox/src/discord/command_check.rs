//! What a command that the bot registers must look like ("Application Commands"). Knows nothing of who may use it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    check::is_locale,
    form::{Form, units},
};

/// Slash commands, commands on people, commands on messages.
const AT_MOST: [(u64, usize); 3] = [(1, 100), (2, 15), (3, 15)];
const OPTIONS_AT_MOST: usize = 25;
/// Names, descriptions and values of one command together.
const SIZE_AT_MOST: usize = 8_000;
const SUBCOMMAND: u64 = 1;
const SUBCOMMAND_GROUP: u64 = 2;

/// All commands of one place at once.
pub(super) fn commands(form: &mut Form, list: &[Value]) {
    let mut seen: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    for (at, item) in list.iter().enumerate() {
        form.at(at, |form| {
            let Some(fields) = form.object(item) else { return };
            command(form, fields);
            let kind = fields.get("type").and_then(Value::as_u64).unwrap_or(1);
            let name = fields.get("name").and_then(Value::as_str).unwrap_or_default();
            let names = seen.entry(kind).or_default();
            if names.contains(&name) {
                form.at("name", |form| {
                    form.refuse(
                        "APPLICATION_COMMANDS_DUPLICATE_NAME",
                        "Application command names must be unique",
                    );
                });
            }
            names.push(name);
        });
    }
    for (kind, most) in AT_MOST {
        if seen.get(&kind).is_some_and(|names| names.len() > most) {
            form.refuse("BASE_TYPE_MAX_LENGTH", format!("Must be {most} or fewer in length."));
        }
    }
}

/// One command.
pub(super) fn command(form: &mut Form, fields: &Map<String, Value>) {
    let kind = form.integer(fields, "type", false, (1, 3)).unwrap_or(1);
    if kind == 1 {
        command_name(form, fields);
        form.text(fields, "description", true, (1, 100));
        options(form, fields);
    } else {
        form.text(fields, "name", true, (1, 32));
        form.text(fields, "description", false, (0, 0));
        form.list(fields, "options", (0, 0), |_, _| {});
    }
    localizations(form, fields, kind == 1);
    for (name, most) in [("contexts", 2), ("integration_types", 1)] {
        let mut seen = Vec::new();
        form.list(fields, name, (0, 3), |form, value| match value.as_u64() {
            Some(number) if number <= most && !seen.contains(&number) => seen.push(number),
            Some(_) | None => form.not_one_of("each once, from 0"),
        });
    }
    if let Some(permissions) = fields.get("default_member_permissions")
        && !permissions.is_null()
        && super::snowflake::read(permissions).is_none()
    {
        form.at("default_member_permissions", |form| {
            form.refuse("BITFIELD_TYPE_CONVERT", "Could not interpret as bits.");
        });
    }
    if size(fields) > SIZE_AT_MOST {
        form.refuse(
            "APPLICATION_COMMAND_TOO_LARGE",
            format!("Command exceeds maximum size ({SIZE_AT_MOST})"),
        );
    }
}

/// A slash command's or an option's name: `^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$`, in lower case.
fn is_command_name(name: &str) -> bool {
    let is_script = |c: char| matches!(c, '\u{900}'..='\u{963}' | '\u{966}'..='\u{97f}' | '\u{e01}'..='\u{e3a}' | '\u{e40}'..='\u{e5b}');
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\'') || is_script(c);
    (1..=32).contains(&name.chars().count())
        && name.chars().all(fits)
        && name.to_lowercase() == name
}

fn refuse_name(form: &mut Form) {
    form.refuse("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
}

fn command_name<'a>(form: &mut Form, fields: &'a Map<String, Value>) -> Option<&'a str> {
    let name = form.text(fields, "name", true, (1, 32))?;
    if !is_command_name(name) {
        form.at("name", refuse_name);
    }
    Some(name)
}

fn localizations(form: &mut Form, fields: &Map<String, Value>, has_strict_names: bool) {
    for (field, most) in [("name_localizations", 32), ("description_localizations", 100)] {
        let Some(texts) = fields.get(field).filter(|texts| !texts.is_null()) else { continue };
        form.at(field, |form| {
            let Some(texts) = form.object(texts) else { return };
            for locale in texts.keys() {
                let text = form.text(texts, locale, true, (1, most));
                let is_name = has_strict_names && field == "name_localizations";
                form.at(locale, |form| {
                    if !is_locale(locale) {
                        form.refuse("APPLICATION_COMMAND_INVALID_LOCALE", "Unknown locale");
                    }
                    if is_name && text.is_some_and(|text| !is_command_name(text)) {
                        refuse_name(form);
                    }
                });
            }
        });
    }
}

fn options(form: &mut Form, owner: &Map<String, Value>) {
    let mut names = Vec::new();
    let mut has_optional = false;
    let items = form.list(owner, "options", (0, OPTIONS_AT_MOST), |form, item| {
        let Some(fields) = form.object(item) else { return };
        if let Some(name) = command_name(form, fields) {
            if names.contains(&name) {
                form.at("name", |form| {
                    form.refuse(
                        "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                        "Option name already exists",
                    );
                });
            }
            names.push(name);
        }
        form.text(fields, "description", true, (1, 100));
        localizations(form, fields, true);
        let kind = form.integer(fields, "type", true, (1, 11)).unwrap_or(0);
        if matches!(kind, SUBCOMMAND | SUBCOMMAND_GROUP) {
            options(form, fields);
            return;
        }
        let is_required = fields.get("required") == Some(&Value::Bool(true));
        if is_required && has_optional {
            form.refuse(
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            );
        }
        has_optional |= !is_required;
        choices(form, fields, kind);
    });
    let nested = items
        .iter()
        .filter(|item| matches!(item["type"].as_u64(), Some(SUBCOMMAND | SUBCOMMAND_GROUP)));
    let nested = nested.count();
    if nested != 0 && nested != items.len() {
        form.at("options", |form| {
            form.refuse(
                "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                "Sub-commands and sub-command groups cannot be mixed with other options",
            );
        });
    }
}

fn choices(form: &mut Form, option: &Map<String, Value>, kind: u64) {
    let takes_suggestions = matches!(kind, 3 | 4 | 10);
    let choices = form.list(option, "choices", (0, 25), choice);
    let completes = option.get("autocomplete") == Some(&Value::Bool(true));
    if completes && !choices.is_empty() {
        form.at("autocomplete", |form| {
            form.refuse(
                "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID_OPTION",
                "Autocomplete cannot be used with choices",
            );
        });
    }
    if (completes || !choices.is_empty()) && !takes_suggestions {
        form.at("type", |form| form.not_one_of("3, 4, 10"));
    }
}

/// A choice of an option or of an autocomplete answer.
pub(super) fn choice(form: &mut Form, choice: &Value) {
    let Some(choice) = form.object(choice) else { return };
    form.text(choice, "name", true, (1, 100));
    match choice.get("value") {
        Some(Value::Number(_)) => {}
        Some(
            Value::Bool(_) | Value::Array(_) | Value::Object(_) | Value::String(_) | Value::Null,
        )
        | None => {
            form.text(choice, "value", true, (1, 100));
        }
    }
}

/// The characters that count: the longest of a text and its translations.
fn size(owner: &Map<String, Value>) -> usize {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map_or(0, units);
    let texts = ["name", "description"].map(|field| {
        let translated = owner.get(&format!("{field}_localizations")).and_then(Value::as_object);
        let longest =
            translated.and_then(|texts| texts.values().map(|value| text(Some(value))).max());
        text(owner.get(field)).max(longest.unwrap_or(0))
    });
    let nested = ["options", "choices"]
        .into_iter()
        .filter_map(|name| owner.get(name)?.as_array())
        .flatten()
        .filter_map(Value::as_object);
    text(owner.get("value")) + texts.iter().sum::<usize>() + nested.map(size).sum::<usize>()
}
