//! What a message that the bot sends must look like ("Message", "Create Message", "Embed Limits"). Knows no channel.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    check::is_link,
    component_check,
    form::{Form, units},
    message::EPHEMERAL,
    payload::Upload,
    snowflake,
};

const CONTENT_UNITS: usize = 2_000;
const EMBEDS_AT_MOST: usize = 10;
const EMBED_UNITS: usize = 6_000;
const FIELDS_AT_MOST: usize = 25;
const FILES_AT_MOST: usize = 10;
const ROWS_AT_MOST: usize = 5;

const SUPPRESS_EMBEDS: u64 = 1 << 2;
const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;

/// Where a message goes, which decides the flags that it may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Channel,
    Interaction,
    /// Changes what is there.
    Edit,
}

impl Target {
    fn flags(self) -> u64 {
        match self {
            Self::Channel | Self::Edit => SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS,
            Self::Interaction => SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | EPHEMERAL,
        }
    }
}

/// Looks at every field of a message that this emulator knows. `there` are the files that hang on it already.
pub(super) fn message(
    form: &mut Form,
    fields: &Map<String, Value>,
    uploads: &BTreeMap<u64, Upload>,
    there: &[u64],
    target: Target,
) {
    form.text(fields, "content", false, (0, CONTENT_UNITS));
    flags(form, fields, target);
    embeds(form, fields, uploads);
    let mut seen = Vec::new();
    form.list(fields, "components", (0, ROWS_AT_MOST), |form, row| {
        component_check::message_row(form, row, &mut seen);
    });
    if let Some(allowed) = fields.get("allowed_mentions").filter(|allowed| !allowed.is_null()) {
        form.at("allowed_mentions", |form| allowed_mentions(form, allowed));
    }
    attachments(form, fields, uploads, there, target);
}

fn flags(form: &mut Form, fields: &Map<String, Value>, target: Target) {
    let flags = form.integer(fields, "flags", false, (0, u64::MAX)).unwrap_or(0);
    if flags & !target.flags() != 0 {
        form.at("flags", |form| {
            form.refuse(
                "MESSAGE_FLAGS_INVALID",
                format!(
                    "The flags {} cannot be set here, or not in this emulator.",
                    flags & !target.flags()
                ),
            );
        });
    }
}

fn embeds(form: &mut Form, fields: &Map<String, Value>, uploads: &BTreeMap<u64, Upload>) {
    let mut total = 0;
    form.list(fields, "embeds", (0, EMBEDS_AT_MOST), |form, embed| {
        if let Some(embed) = form.object(embed) {
            total += self::embed(form, embed, uploads);
        }
    });
    if total > EMBED_UNITS {
        form.at("embeds", |form| {
            form.refuse(
                "MAX_EMBED_SIZE_EXCEEDED",
                format!("Embed size exceeds maximum size of {EMBED_UNITS}"),
            );
        });
    }
}

/// Checks one embed; the characters that count for the limit of all.
fn embed(form: &mut Form, embed: &Map<String, Value>, uploads: &BTreeMap<u64, Upload>) -> usize {
    let count = |text: Option<&str>| text.map_or(0, |text| units(text.trim()));
    let mut total = count(form.text(embed, "title", false, (0, 256)))
        + count(form.text(embed, "description", false, (0, 4_096)));
    form.integer(embed, "color", false, (0, 0xff_ff_ff));
    form.list(embed, "fields", (0, FIELDS_AT_MOST), |form, field| {
        if let Some(field) = form.object(field) {
            total += count(form.text(field, "name", true, (1, 256)))
                + count(form.text(field, "value", true, (1, 1_024)));
        }
    });
    for (owner, name, most) in [("footer", "text", 2_048), ("author", "name", 256)] {
        if let Some(part) = embed.get(owner).filter(|part| !part.is_null()) {
            total += form.at(owner, |form| {
                form.object(part).map_or(0, |part| count(form.text(part, name, true, (1, most))))
            });
        }
    }
    link(form, embed, "url", uploads);
    for owner in ["image", "thumbnail"] {
        if let Some(picture) = embed.get(owner).and_then(Value::as_object) {
            form.at(owner, |form| link(form, picture, "url", uploads));
        }
    }
    let has_something = embed.iter().any(|(name, value)| {
        !matches!(name.as_str(), "type" | "color" | "url" | "timestamp")
            && !value.is_null()
            && value != ""
            && value.as_array().is_none_or(|items| !items.is_empty())
    });
    if !has_something {
        form.at("description", Form::required);
    }
    total
}

/// A link to the web, or to a file of this very message.
fn link(form: &mut Form, owner: &Map<String, Value>, name: &str, uploads: &BTreeMap<u64, Upload>) {
    let Some(link) = form.text(owner, name, false, (0, 2_048)).filter(|link| !link.is_empty())
    else {
        return;
    };
    let names_upload = link
        .strip_prefix("attachment://")
        .is_some_and(|file| uploads.values().any(|upload| upload.filename == file));
    if !names_upload && !is_link(link, &["http", "https"]) {
        form.at(name, |form| {
            form.refuse("URL_TYPE_INVALID_URL", "Not a well formed URL.");
        });
    }
}

fn allowed_mentions(form: &mut Form, allowed: &Value) {
    let Some(allowed) = form.object(allowed) else { return };
    let mut parsed = Vec::new();
    form.list(allowed, "parse", (0, 3), |form, word| match word.as_str() {
        Some(word @ ("everyone" | "users" | "roles")) => parsed.push(word),
        Some(_) | None => form.not_one_of("'everyone', 'users', 'roles'"),
    });
    for name in ["users", "roles"] {
        let ids = form.list(allowed, name, (0, 100), |form, id| {
            if snowflake::read(id).is_none() {
                form.refuse("NUMBER_TYPE_COERCE", format!("Value {id} is not snowflake."));
            }
        });
        if !ids.is_empty() && parsed.contains(&name) {
            form.refuse(
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                format!("parse:[\"{name}\"] and {name}: [ids...] are mutually exclusive."),
            );
        }
    }
}

/// "Uploading Files" and "Edit Message": the list names new files by the number of their part and kept ones by their id.
/// Where there is a list, and always in an edit, it names every file that the message is to have.
fn attachments(
    form: &mut Form,
    fields: &Map<String, Value>,
    uploads: &BTreeMap<u64, Upload>,
    there: &[u64],
    target: Target,
) {
    let mut named = Vec::new();
    form.list(fields, "attachments", (0, FILES_AT_MOST), |form, file| {
        let id = snowflake::read(&file["id"]);
        let known = |id: &u64| uploads.contains_key(id) || there.contains(id);
        match id.filter(known) {
            Some(id) => named.push(id),
            None => form.at("id", |form| {
                form.refuse("ATTACHMENT_NOT_FOUND", "The attachment was not found in the upload.");
            }),
        }
    });
    form.at("attachments", |form| {
        if uploads.len() > FILES_AT_MOST {
            form.length(uploads.len(), 0, FILES_AT_MOST);
        }
        let is_listed = target == Target::Edit || fields.contains_key("attachments");
        if is_listed && uploads.keys().any(|id| !named.contains(id)) {
            form.refuse("ATTACHMENT_NOT_LISTED", "Every uploaded file must be in the list.");
        }
    });
}
