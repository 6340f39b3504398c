//! A message the way a person sees it: what tests and the demo's page read.

use serde::Serialize;
use serde_json::Value;

use super::{
    message::{LOADING, Message},
    snowflake,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "each is one thing that can be seen by itself")]
pub struct MessageView {
    #[serde(serialize_with = "snowflake::to_text")]
    pub id: u64,
    #[serde(serialize_with = "snowflake::to_text")]
    pub channel: u64,
    #[serde(serialize_with = "snowflake::to_text")]
    pub author_id: u64,
    pub author: String,
    pub is_bot: bool,
    pub content: String,
    pub embeds: Vec<EmbedView>,
    /// Action rows, from above.
    pub rows: Vec<Vec<Component>>,
    pub files: Vec<FileView>,
    /// The only person who sees it.
    #[serde(serialize_with = "snowflake::to_text_if_any")]
    pub only_for: Option<u64>,
    /// "… is thinking": deferred, and nothing came yet.
    pub is_thinking: bool,
    pub edits: u32,
    pub is_deleted: bool,
    pub pings_everyone: bool,
    /// Whom it rings for.
    #[serde(serialize_with = "snowflake::to_texts")]
    pub pings: Vec<u64>,
    /// The interaction that it answers.
    #[serde(serialize_with = "snowflake::to_text_if_any")]
    pub interaction: Option<u64>,
    /// The command that it answers, as Discord writes it above the message.
    pub used: Option<UsedCommand>,
    /// Unix milliseconds.
    pub at_ms: i64,
}

/// Who ran which command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UsedCommand {
    #[serde(serialize_with = "snowflake::to_text")]
    pub person: u64,
    pub command: String,
}

/// Who wrote a message.
pub(super) struct Writer {
    pub id: u64,
    pub name: String,
    pub is_bot: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EmbedView {
    pub title: Option<String>,
    pub url: Option<String>,
    pub description: Option<String>,
    /// Names and values.
    pub fields: Vec<(String, String)>,
    pub footer: Option<String>,
    pub author: Option<String>,
    /// 0xRRGGBB.
    pub color: Option<u64>,
    pub image: Option<String>,
    pub thumbnail: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileView {
    #[serde(serialize_with = "snowflake::to_text")]
    pub id: u64,
    pub filename: String,
    pub mime: String,
    pub size: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Component {
    Button(Button),
    Select(Select),
    /// Something that this emulator has no picture of.
    Other {
        number: u64,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Button {
    /// Emoji and label, as one reads them.
    pub label: String,
    pub custom_id: Option<String>,
    pub url: Option<String>,
    /// 1 primary, 2 secondary, 3 success, 4 danger, 5 link.
    pub style: u64,
    pub is_disabled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Select {
    pub custom_id: String,
    pub placeholder: Option<String>,
    pub options: Vec<SelectOption>,
    pub least: usize,
    pub most: usize,
    pub is_disabled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SelectOption {
    pub label: String,
    pub value: String,
    pub description: Option<String>,
    pub is_default: bool,
}

impl MessageView {
    pub(super) fn new(message: &Message, writer: Writer, used: Option<UsedCommand>) -> Self {
        let body = &message.body;
        Self {
            id: message.id,
            channel: message.channel,
            author_id: writer.id,
            author: writer.name,
            is_bot: writer.is_bot,
            content: body.content.clone(),
            embeds: body.embeds.iter().map(EmbedView::new).collect(),
            rows: body
                .components
                .iter()
                .map(|row| items(&row["components"]).iter().map(Component::new).collect())
                .collect(),
            files: body
                .attachments
                .iter()
                .map(|file| FileView {
                    id: file.id,
                    filename: file.filename.clone(),
                    mime: file.mime.clone(),
                    size: file.bytes.len(),
                })
                .collect(),
            only_for: message.visible_to,
            is_thinking: message.flags & LOADING != 0,
            edits: message.edits,
            is_deleted: message.deleted,
            pings_everyone: body.pings.everyone,
            pings: body.pings.people.iter().copied().collect(),
            interaction: message.interaction,
            used,
            at_ms: message.created_ms,
        }
    }

    /// Everything one can read in it above the buttons, line by line.
    pub fn text(&self) -> String {
        let mut lines = vec![self.content.clone()];
        for embed in &self.embeds {
            lines.extend([embed.author.clone(), embed.title.clone()].into_iter().flatten());
            lines.extend(embed.description.clone());
            lines.extend(embed.fields.iter().map(|(name, value)| format!("{name}\n{value}")));
            lines.extend(embed.footer.clone());
        }
        lines.retain(|line| !line.is_empty());
        lines.join("\n")
    }

    pub fn components(&self) -> impl Iterator<Item = &Component> {
        self.rows.iter().flatten()
    }

    pub fn buttons(&self) -> impl Iterator<Item = &Button> {
        self.components().filter_map(|component| match component {
            Component::Button(button) => Some(button),
            Component::Select(_) | Component::Other { .. } => None,
        })
    }

    pub fn selects(&self) -> impl Iterator<Item = &Select> {
        self.components().filter_map(|component| match component {
            Component::Select(select) => Some(select),
            Component::Button(_) | Component::Other { .. } => None,
        })
    }

    /// The first button whose label or `custom_id` is `name`; failing that, whose label contains it.
    pub fn button(&self, name: &str) -> Option<&Button> {
        self.buttons()
            .find(|button| button.label == name || button.custom_id.as_deref() == Some(name))
            .or_else(|| self.buttons().find(|button| button.label.contains(name)))
    }
}

impl EmbedView {
    fn new(embed: &Value) -> Self {
        Self {
            title: text(&embed["title"]),
            url: text(&embed["url"]),
            description: text(&embed["description"]),
            fields: items(&embed["fields"])
                .iter()
                .map(|field| {
                    let read = |name: &str| text(&field[name]).unwrap_or_default();
                    (read("name"), read("value"))
                })
                .collect(),
            footer: text(&embed["footer"]["text"]),
            author: text(&embed["author"]["name"]),
            color: embed["color"].as_u64(),
            image: text(&embed["image"]["url"]),
            thumbnail: text(&embed["thumbnail"]["url"]),
        }
    }
}

impl Component {
    fn new(component: &Value) -> Self {
        match component["type"].as_u64() {
            Some(2) => Self::Button(Button::new(component)),
            Some(3 | 5..=8) => Self::Select(Select::new(component)),
            number => Self::Other { number: number.unwrap_or(0) },
        }
    }
}

impl Button {
    fn new(button: &Value) -> Self {
        let parts = [text(&button["emoji"]["name"]), text(&button["label"])];
        Self {
            label: parts.into_iter().flatten().collect::<Vec<_>>().join(" "),
            custom_id: text(&button["custom_id"]),
            url: text(&button["url"]),
            style: button["style"].as_u64().unwrap_or(0),
            is_disabled: button["disabled"] == true,
        }
    }
}

impl Select {
    fn new(select: &Value) -> Self {
        let count = |name: &str| {
            select[name].as_u64().and_then(|count| usize::try_from(count).ok()).unwrap_or(1)
        };
        Self {
            custom_id: text(&select["custom_id"]).unwrap_or_default(),
            placeholder: text(&select["placeholder"]),
            options: items(&select["options"])
                .iter()
                .map(|option| SelectOption {
                    label: text(&option["label"]).unwrap_or_default(),
                    value: text(&option["value"]).unwrap_or_default(),
                    description: text(&option["description"]),
                    is_default: option["default"] == true,
                })
                .collect(),
            least: count("min_values"),
            most: count("max_values"),
            is_disabled: select["disabled"] == true,
        }
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
