//! What people did that the bot must answer, and how it did: three seconds to the first answer, fifteen minutes for the
//! rest ("Receiving and Responding to Interactions"). Knows nothing of HTTP.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{modal::ModalView, refusal::Refusal, snowflake};

/// How long the first answer may take.
const ANSWER_MS: i64 = 3_000;
/// How long a token lives.
const TOKEN_MS: i64 = 15 * 60 * 1_000;
/// Interactions kept.
const AT_MOST: usize = 10_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum InteractionKind {
    Command,
    Component,
    Autocomplete,
    Modal,
}

impl InteractionKind {
    pub(super) fn number(self) -> u64 {
        match self {
            Self::Command => 2,
            Self::Component => 3,
            Self::Autocomplete => 4,
            Self::Modal => 5,
        }
    }
}

/// The first answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Type 4.
    Message,
    /// Type 5: "… is thinking".
    Deferred,
    /// Type 6: nothing to see.
    DeferredUpdate,
    /// Type 7: the message with the button was edited.
    Update,
    /// Type 8: names and values (a number as its digits).
    Choices(Vec<(String, String)>),
    /// Type 9.
    Modal(ModalView),
}

#[derive(Clone, Debug)]
pub(super) struct Interaction {
    pub id: u64,
    pub token: String,
    pub kind: InteractionKind,
    pub user: u64,
    pub channel: u64,
    /// The command's name, or the `custom_id`.
    pub name: String,
    /// The message whose button it was, or whose button opened the modal.
    pub source: Option<u64>,
    pub created_ms: i64,
    pub answer: Option<Answer>,
    pub answered_ms: Option<i64>,
    /// What `@original` is.
    pub original: Option<u64>,
}

/// How an interaction went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InteractionView {
    #[serde(serialize_with = "snowflake::to_text")]
    pub id: u64,
    pub kind: InteractionKind,
    #[serde(serialize_with = "snowflake::to_text")]
    pub user: u64,
    #[serde(serialize_with = "snowflake::to_text")]
    pub channel: u64,
    /// The command's name, or the `custom_id`.
    pub name: String,
    pub answer: Option<Answer>,
    /// From the act to the first answer.
    pub answered_after_ms: Option<i64>,
    /// The message that is its answer.
    #[serde(serialize_with = "snowflake::to_text_if_any")]
    pub message: Option<u64>,
}

impl Interaction {
    pub fn view(&self) -> InteractionView {
        InteractionView {
            id: self.id,
            kind: self.kind,
            user: self.user,
            channel: self.channel,
            name: self.name.clone(),
            answer: self.answer.clone(),
            answered_after_ms: self.answered_ms.map(|at| at - self.created_ms),
            message: self.original,
        }
    }
}

#[derive(Debug)]
pub(super) struct Interactions {
    all: BTreeMap<u64, Interaction>,
    /// Whether deadlines count.
    pub deadlines: bool,
}

impl Interactions {
    pub fn new(deadlines: bool) -> Self {
        Self { all: BTreeMap::new(), deadlines }
    }

    pub fn add(&mut self, interaction: Interaction) {
        if self.all.len() >= AT_MOST {
            self.all.pop_first();
        }
        self.all.insert(interaction.id, interaction);
    }

    /// A token that names its interaction and cannot be guessed by counting.
    pub fn token(id: u64) -> String {
        format!("aW50ZXJhY3Rpb24.{id}.{:016x}", id.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    pub fn get(&self, id: u64) -> Option<&Interaction> {
        self.all.get(&id)
    }

    pub fn get_mut(&mut self, id: u64) -> Option<&mut Interaction> {
        self.all.get_mut(&id)
    }

    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Interaction> {
        self.all.values()
    }

    /// The interaction that a callback answers, if it still may.
    pub fn open(&self, id: u64, token: &str, now_ms: i64) -> Result<&Interaction, Refusal> {
        let interaction = self
            .all
            .get(&id)
            .filter(|interaction| interaction.token == token)
            .ok_or(Refusal::UNKNOWN_INTERACTION)?;
        if interaction.answer.is_some() {
            return Err(Refusal::ALREADY_ACKNOWLEDGED);
        }
        if self.deadlines && now_ms - interaction.created_ms > ANSWER_MS {
            return Err(Refusal::UNKNOWN_INTERACTION);
        }
        Ok(interaction)
    }

    /// The interaction of a webhook token. Before the first answer there is no such webhook.
    pub fn of_token(&self, token: &str, now_ms: i64) -> Result<&Interaction, Refusal> {
        let interaction = token
            .split('.')
            .nth(1)
            .and_then(|id| self.all.get(&id.parse().ok()?))
            .filter(|interaction| interaction.token == token)
            .ok_or(Refusal::INVALID_WEBHOOK_TOKEN)?;
        if self.deadlines && now_ms - interaction.created_ms > TOKEN_MS {
            return Err(Refusal::INVALID_WEBHOOK_TOKEN);
        }
        match interaction.answer {
            None => Err(Refusal::UNKNOWN_WEBHOOK),
            Some(_) => Ok(interaction),
        }
    }
}
