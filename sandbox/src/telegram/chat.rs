//! Who is there: people, the bot, and the chats they share. Knows nothing of messages or methods.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{history::History, refusal::Refusal};

/// Ids of supergroups start here and go down (Bot API, Chat.id in practice: `-100` before the supergroup's own number).
const FIRST_SUPERGROUP: i64 = -1_000_000_000_000;

/// Someone with a Telegram account.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub id: i64,
    pub first_name: String,
    pub username: Option<String>,
    /// IETF language tag.
    pub language_code: String,
    /// A bot may write only to people who wrote to it first.
    pub has_written: bool,
    pub has_blocked: bool,
}

impl Person {
    /// Bot API, User.
    pub fn to_api(&self) -> Value {
        let mut user = json!({
            "id": self.id,
            "is_bot": false,
            "first_name": self.first_name,
            "language_code": self.language_code,
        });
        if let Some(username) = &self.username {
            user["username"] = username.as_str().into();
        }
        user
    }
}

/// The bot's own account.
#[derive(Clone, Debug)]
pub(super) struct Bot {
    pub id: i64,
    pub name: String,
    pub username: String,
}

impl Bot {
    /// The account that belongs to a token: its id stands before the colon; a token without one means id 1.
    pub fn of_token(token: &str, username: &str) -> Self {
        let id = token.split(':').next().and_then(|id| id.parse().ok()).unwrap_or(1);
        Self { id, name: username.to_owned(), username: username.to_owned() }
    }

    /// Bot API, User.
    pub fn to_api(&self) -> Value {
        json!({ "id": self.id, "is_bot": true, "first_name": self.name, "username": self.username })
    }
}

/// What a member of a group may do there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Creator,
    Administrator,
    Member,
    Left,
    Kicked,
}

impl Standing {
    pub(super) fn is_present(self) -> bool {
        matches!(self, Self::Creator | Self::Administrator | Self::Member)
    }

    pub(super) fn is_admin(self) -> bool {
        matches!(self, Self::Creator | Self::Administrator)
    }

    /// Bot API, ChatMember.
    pub(super) fn to_api(self, user: &Value) -> Value {
        match self {
            Self::Creator => json!({ "status": "creator", "user": user, "is_anonymous": false }),
            Self::Member => json!({ "status": "member", "user": user }),
            Self::Left => json!({ "status": "left", "user": user }),
            Self::Kicked => json!({ "status": "kicked", "user": user, "until_date": 0 }),
            Self::Administrator => json!({
                "status": "administrator",
                "user": user,
                "can_be_edited": false,
                "is_anonymous": false,
                "can_manage_chat": true,
                "can_delete_messages": true,
                "can_manage_video_chats": true,
                "can_restrict_members": true,
                "can_promote_members": false,
                "can_change_info": true,
                "can_invite_users": true,
                "can_post_stories": false,
                "can_edit_stories": false,
                "can_delete_stories": false,
                "can_pin_messages": true,
                "can_manage_topics": false,
            }),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChatKind {
    Private,
    Group,
    Supergroup,
}

impl ChatKind {
    /// Telegram's name for it (Bot API, Chat.type).
    pub fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Group => "group",
            Self::Supergroup => "supergroup",
        }
    }

    /// The kind of group an id stands for; None for a person's.
    pub fn of_group(id: i64) -> Option<Self> {
        match id {
            1.. | 0 => None,
            id if id <= FIRST_SUPERGROUP => Some(Self::Supergroup),
            _ => Some(Self::Group),
        }
    }
}

/// A private chat with the bot, or a group.
#[derive(Debug)]
pub(super) struct Chat {
    pub id: i64,
    pub kind: ChatKind,
    /// The group's title, or the person's name.
    pub title: String,
    pub username: Option<String>,
    pub members: BTreeMap<i64, Standing>,
    pub bot: Standing,
    /// Set once a group has become a supergroup.
    pub upgraded_to: Option<i64>,
    pub history: History,
}

impl Chat {
    pub fn private(person: &Person) -> Self {
        Self {
            id: person.id,
            kind: ChatKind::Private,
            title: person.first_name.clone(),
            username: person.username.clone(),
            members: BTreeMap::from([(person.id, Standing::Member)]),
            bot: Standing::Member,
            upgraded_to: None,
            history: History::default(),
        }
    }

    pub fn group(id: i64, kind: ChatKind, title: &str, members: BTreeMap<i64, Standing>) -> Self {
        Self {
            id,
            kind,
            title: title.to_owned(),
            username: None,
            members,
            bot: Standing::Left,
            upgraded_to: None,
            history: History::default(),
        }
    }

    pub fn is_group(&self) -> bool {
        self.kind != ChatKind::Private
    }

    /// Where a person stands here.
    pub fn standing(&self, person: i64) -> Standing {
        self.members.get(&person).copied().unwrap_or(Standing::Left)
    }

    /// Bot API, Chat.
    pub fn to_api(&self) -> Value {
        let mut chat = Map::new();
        chat.insert("id".to_owned(), self.id.into());
        chat.insert("type".to_owned(), self.kind.name().into());
        let name = if self.is_group() { "title" } else { "first_name" };
        chat.insert(name.to_owned(), self.title.as_str().into());
        if let Some(username) = &self.username {
            chat.insert("username".to_owned(), username.as_str().into());
        }
        chat.into()
    }

    /// Whether the bot takes part; the words differ with how it left.
    pub fn check_bot_is_in(&self) -> Result<(), Refusal> {
        if let Some(to) = self.upgraded_to {
            return Err(Refusal::Upgraded { to });
        }
        let kind = self.kind.name();
        match self.bot {
            Standing::Creator | Standing::Administrator | Standing::Member => Ok(()),
            Standing::Kicked => {
                Err(Refusal::Forbidden(format!("bot was kicked from the {kind} chat").into()))
            }
            Standing::Left => {
                Err(Refusal::Forbidden(format!("bot is not a member of the {kind} chat").into()))
            }
        }
    }
}
