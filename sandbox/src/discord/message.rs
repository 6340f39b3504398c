//! A message as Discord keeps it, and as it shows it to the bot ("Message", "Message Object"). Knows no HTTP.

use std::collections::BTreeMap;

use axum::body::Bytes;
use serde_json::{Map, Value, json};

use super::{
    mention::{Pings, pings},
    payload::Upload,
    snowflake,
};
use crate::clock;

/// Only one person sees it, and only until they leave.
pub(super) const EPHEMERAL: u64 = 1 << 6;
/// "… is thinking": a deferred answer that has not come yet.
pub(super) const LOADING: u64 = 1 << 7;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Author {
    Bot,
    Person(u64),
}

/// A file that hangs on a message.
#[derive(Clone, Debug)]
pub(super) struct Attachment {
    pub id: u64,
    pub filename: String,
    pub mime: String,
    pub bytes: Bytes,
}

/// What an edit can change.
#[derive(Clone, Debug, Default)]
pub(super) struct Body {
    pub content: String,
    pub embeds: Vec<Value>,
    pub components: Vec<Value>,
    pub attachments: Vec<Attachment>,
    pub pings: Pings,
}

#[derive(Clone, Debug)]
pub(super) struct Message {
    pub id: u64,
    pub channel: u64,
    pub author: Author,
    pub body: Body,
    pub flags: u64,
    /// The one person who sees an ephemeral message.
    pub visible_to: Option<u64>,
    /// The interaction that it answers.
    pub interaction: Option<u64>,
    pub nonce: Option<String>,
    pub created_ms: i64,
    pub edited_ms: Option<i64>,
    /// How often it was edited.
    pub edits: u32,
    pub deleted: bool,
}

impl Body {
    /// This body with what the (checked) `fields` say; a field that is missing leaves what was there. `new_id` makes ids.
    pub fn with(
        &self,
        fields: &Map<String, Value>,
        uploads: &BTreeMap<u64, Upload>,
        mut new_id: impl FnMut() -> u64,
    ) -> Self {
        let mut body = self.clone();
        if let Some(content) = fields.get("content") {
            content.as_str().unwrap_or_default().trim().clone_into(&mut body.content);
            body.pings = pings(&body.content, fields.get("allowed_mentions"));
        }
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        if let Some(embeds) = fields.get("embeds") {
            body.embeds = list(embeds);
            for embed in body.embeds.iter_mut().filter_map(Value::as_object_mut) {
                embed.insert("type".to_owned(), "rich".into());
            }
        }
        if let Some(components) = fields.get("components") {
            body.components = list(components);
        }
        if let Some(kept) = fields.get("attachments") {
            let kept: Vec<u64> =
                list(kept).iter().filter_map(|file| snowflake::read(&file["id"])).collect();
            body.attachments.retain(|file| kept.contains(&file.id));
        }
        body.attachments.extend(uploads.values().map(|upload| Attachment {
            id: new_id(),
            filename: upload.filename.clone(),
            mime: upload.mime.clone(),
            bytes: upload.bytes.clone(),
        }));
        body
    }

    pub fn is_empty(&self) -> bool {
        self.content.is_empty()
            && self.embeds.is_empty()
            && self.components.is_empty()
            && self.attachments.is_empty()
    }
}

impl Message {
    pub fn is_ephemeral(&self) -> bool {
        self.flags & EPHEMERAL != 0
    }

    /// Whether it is on this person's screen, if they are in the channel.
    pub fn is_seen_by(&self, person: u64) -> bool {
        !self.deleted && self.visible_to.is_none_or(|only| only == person)
    }

    /// The Message object.
    pub fn to_api(&self, application: u64, author: &Value, mentions: &[Value]) -> Value {
        let mut object = json!({
            "id": self.id.to_string(),
            "channel_id": self.channel.to_string(),
            "type": if self.interaction.is_some() { 20 } else { 0 },
            "author": author,
            "content": self.body.content,
            "timestamp": timestamp(self.created_ms),
            "edited_timestamp": self.edited_ms.map(timestamp),
            "tts": false,
            "mention_everyone": self.body.pings.everyone,
            "mentions": mentions,
            "mention_roles": [],
            "attachments": self.body.attachments.iter().map(Attachment::to_api).collect::<Vec<_>>(),
            "embeds": self.body.embeds,
            "components": self.body.components,
            "pinned": false,
            "flags": self.flags,
        });
        if self.interaction.is_some() {
            object["application_id"] = application.to_string().into();
            object["webhook_id"] = application.to_string().into();
        }
        if let Some(nonce) = &self.nonce {
            object["nonce"] = nonce.as_str().into();
        }
        object
    }
}

impl Attachment {
    fn to_api(&self) -> Value {
        let url = format!("https://cdn.discordapp.com/attachments/0/{}/{}", self.id, self.filename);
        json!({
            "id": self.id.to_string(),
            "filename": self.filename,
            "size": self.bytes.len(),
            "content_type": self.mime,
            "url": url,
            "proxy_url": url,
        })
    }
}

/// ISO 8601, cut to seconds.
pub(super) fn timestamp(at_ms: i64) -> String {
    let form =
        time::macros::format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]+00:00");
    clock::show(at_ms, form)
}
