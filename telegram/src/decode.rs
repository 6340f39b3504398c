//! Reads an update as who asks and what they ask. Pure; decides nothing about the answer.
//!
//! In groups only commands and buttons count: what people say to each other there is not for the shop.

use std::sync::atomic::{AtomicBool, Ordering};

use bot_core::{
    action::{Action, Actor, ChatKind, Command, Group, GroupChange, Mention, Tap},
    ids::{ChatRef, Identity, MessageRef, Platform},
};

use crate::{
    PLATFORM,
    wire::{CallbackQuery, Chat, ChatMemberUpdated, ChatType, MemberStatus, Message, Update, User},
};

/// One thing that one person asks.
#[derive(Debug)]
pub(crate) struct Asked {
    pub actor: Actor,
    pub action: Action,
    /// Present when a button was tapped.
    pub query: Option<Query>,
}

/// A callback query, which wants exactly one answer.
#[derive(Debug)]
pub(crate) struct Query {
    pub id: String,
    answered: AtomicBool,
}

impl Query {
    fn new(id: String) -> Self {
        Self { id, answered: AtomicBool::new(false) }
    }

    /// True for the first who asks: that one gives the answer.
    pub fn claim(&self) -> bool {
        !self.answered.swap(true, Ordering::Relaxed)
    }
}

/// `None` for what is not meant for the shop.
pub(crate) fn decode(update: Update, own_name: &str) -> Option<Asked> {
    if let Some(query) = update.callback_query {
        return Some(decode_query(query));
    }
    if let Some(message) = update.message {
        return decode_message(&message, own_name);
    }
    update.my_chat_member.as_ref().and_then(decode_membership)
}

fn decode_query(query: CallbackQuery) -> Asked {
    let action = query
        .data
        .as_deref()
        .and_then(|data| Tap::unpack(data).ok())
        .map_or(Action::StaleTap, Action::Tap);
    let mut actor = match &query.message {
        Some(message) => actor(&query.from, &message.chat),
        // Without a message (inline mode) only the private chat is left to answer in.
        None => actor_in(&query.from, chat_ref(query.from.id), ChatKind::Private),
    };
    actor.message = query.message.map(|message| MessageRef {
        chat: actor.chat.clone(),
        message: message.message_id.to_string(),
    });
    Asked { actor, action, query: Some(Query::new(query.id)) }
}

fn decode_message(message: &Message, own_name: &str) -> Option<Asked> {
    if let Some(moved) = decode_migration(message) {
        return Some(moved);
    }
    let from = message.from.as_ref().filter(|from| !from.is_bot)?;
    let action = match message.chat.kind {
        ChatType::Private if message.is_service() => return None,
        ChatType::Private => {
            Action::from_line(message.text.as_deref().unwrap_or_default(), own_name)?
        }
        ChatType::Group | ChatType::Supergroup => {
            group_command(message.text.as_deref()?, own_name)?
        }
        ChatType::Other => return None,
    };
    let mut actor = actor(from, &message.chat);
    actor.reply_to = message
        .reply_to_message
        .as_ref()
        .and_then(|replied| replied.from.as_ref())
        .filter(|author| !author.is_bot)
        .map(mention);
    Some(Asked { actor, action, query: None })
}

/// An unknown command in a group may belong to any bot there, unless this one is named.
fn group_command(text: &str, own_name: &str) -> Option<Action> {
    let is_named = || text.split_whitespace().next().is_some_and(|word| word.contains('@'));
    match Action::from_line(text, own_name)? {
        Action::Command(Command::Unknown { .. }) if !is_named() => None,
        action @ Action::Command(_) => Some(action),
        Action::Tap(_)
        | Action::StaleTap
        | Action::Text(_)
        | Action::Reachable(_)
        | Action::Group(_) => None,
    }
}

/// The bot itself is in a chat, or is not any more.
fn decode_membership(change: &ChatMemberUpdated) -> Option<Asked> {
    let is_in = match change.new_chat_member.status {
        MemberStatus::Creator | MemberStatus::Administrator | MemberStatus::Member => true,
        MemberStatus::Left | MemberStatus::Kicked => false,
        MemberStatus::Restricted | MemberStatus::Other => return None,
    };
    let action = match change.chat.kind {
        ChatType::Private => Action::Reachable(is_in),
        ChatType::Group | ChatType::Supergroup => Action::Group(if is_in {
            GroupChange::Joined { title: change.chat.title.clone() }
        } else {
            GroupChange::Left
        }),
        ChatType::Other => return None,
    };
    Some(Asked { actor: actor(&change.from, &change.chat), action, query: None })
}

/// A group became a supergroup, which is told in both of them.
fn decode_migration(message: &Message) -> Option<Asked> {
    let (from, to) = match (message.migrate_to_chat_id, message.migrate_from_chat_id) {
        (Some(to), _) => (message.chat.id, to),
        (None, Some(from)) => (from, message.chat.id),
        (None, None) => return None,
    };
    let mut actor = actor(message.from.as_ref()?, &message.chat);
    let title = message.chat.title.clone();
    actor.group = Some(Group { id: from.to_string(), title, chat: chat_ref(from), standing: None });
    let change = GroupChange::Became { id: to.to_string(), chat: chat_ref(to) };
    Some(Asked { actor, action: Action::Group(change), query: None })
}

fn actor(from: &User, chat: &Chat) -> Actor {
    let (kind, place) = (chat_kind(chat), chat_ref(chat.id));
    let group = Group {
        id: chat.id.to_string(),
        title: chat.title.clone(),
        chat: place.clone(),
        // Told when it is asked for.
        standing: None,
    };
    let group = (kind == ChatKind::Group).then_some(group);
    Actor { group, ..actor_in(from, place, kind) }
}

fn actor_in(from: &User, chat: ChatRef, chat_kind: ChatKind) -> Actor {
    Actor {
        identity: identity(from),
        name: from.full_name(),
        username: from.username.clone(),
        language: from.language_code.clone(),
        chat,
        chat_kind,
        // Telegram gives a person's private chat the person's own id.
        private_chat: chat_ref(from.id),
        message: None,
        reply_to: None,
        group: None,
    }
}

fn mention(user: &User) -> Mention {
    Mention { identity: identity(user), name: user.full_name(), username: user.username.clone() }
}

fn identity(user: &User) -> Identity {
    Identity { platform: Platform::from(PLATFORM), user: user.id.to_string() }
}

pub(crate) fn chat_ref(id: i64) -> ChatRef {
    ChatRef { platform: Platform::from(PLATFORM), chat: id.to_string() }
}

fn chat_kind(chat: &Chat) -> ChatKind {
    match chat.kind {
        ChatType::Private => ChatKind::Private,
        ChatType::Group | ChatType::Supergroup | ChatType::Other => ChatKind::Group,
    }
}

#[cfg(test)]
mod tests {
    use bot_core::action::Query as Search;
    use serde_json::{Value, json};

    use super::*;

    fn read(update: Value) -> Option<Asked> {
        decode(serde_json::from_value(update).unwrap(), "shop_bot")
    }

    fn person() -> Value {
        json!({"id": 7, "is_bot": false, "first_name": "Ann", "last_name": "Lee", "username": "ann", "language_code": "en-GB"})
    }

    fn private() -> Value {
        json!({"id": 7, "type": "private", "first_name": "Ann"})
    }

    fn group() -> Value {
        json!({"id": -1_001_234, "type": "supergroup", "title": "Friends", "is_forum": false})
    }

    fn message(chat: &Value, content: &Value) -> Value {
        let mut message =
            json!({"message_id": 31, "from": person(), "chat": chat, "date": 1_700_000_000});
        message.as_object_mut().unwrap().extend(content.as_object().unwrap().clone());
        json!({"update_id": 5, "message": message})
    }

    fn action(update: Value) -> Option<Action> {
        read(update).map(|asked| asked.action)
    }

    #[test]
    fn a_private_text_is_a_search_by_its_author() {
        let asked = read(message(&private(), &json!({"text": "whatsapp"}))).unwrap();
        assert_eq!(asked.action, Action::Text("whatsapp".into()));
        let expected = Actor {
            identity: "telegram:7".parse().unwrap(),
            name: "Ann Lee".into(),
            username: Some("ann".into()),
            language: Some("en-GB".into()),
            chat: chat_ref(7),
            chat_kind: ChatKind::Private,
            private_chat: chat_ref(7),
            message: None,
            reply_to: None,
            group: None,
        };
        assert_eq!(asked.actor, expected);
        assert!(asked.query.is_none());
    }

    #[test]
    fn private_commands_and_deep_links() {
        let command = |text: &str| {
            let entities = json!([{"type": "bot_command", "offset": 0, "length": 6}]);
            action(message(&private(), &json!({"text": text, "entities": entities})))
        };
        assert_eq!(
            command("/start inv_42"),
            Some(Action::Command(Command::Start("inv_42".into())))
        );
        assert_eq!(command("/buy@shop_bot wa"), Some(Action::Command(Command::Buy("wa".into()))));
        assert_eq!(command("/buy@another_bot wa"), None);
        assert_eq!(command("/what"), Some(Action::Command(Command::unknown("what", ""))));
    }

    #[test]
    fn in_groups_only_commands_count() {
        let command = |text: &str| action(message(&group(), &json!({"text": text})));
        assert_eq!(command("/balance"), Some(Action::Command(Command::Balance)));
        assert_eq!(command("/balance@shop_bot"), Some(Action::Command(Command::Balance)));
        assert_eq!(command("/balance@another_bot"), None);
        assert_eq!(command("/ban"), None);
        assert_eq!(command("/ban@shop_bot"), Some(Action::Command(Command::unknown("ban", ""))));
        assert_eq!(command("whatsapp, anyone?"), None);
        assert_eq!(action(message(&group(), &json!({"photo": []}))), None);
    }

    #[test]
    fn a_reply_points_at_a_person() {
        let replied = |author: Value| {
            let replied =
                json!({"message_id": 30, "date": 1, "chat": group(), "from": author, "text": "hi"});
            let content = json!({"text": "/topup 5", "reply_to_message": replied});
            read(message(&group(), &content)).unwrap().actor.reply_to
        };
        let bob = json!({"id": 8, "is_bot": false, "first_name": "Bob", "username": "bob"});
        let mention = replied(bob).unwrap();
        assert_eq!(mention.identity, "telegram:8".parse().unwrap());
        assert_eq!((mention.name.as_str(), mention.username.as_deref()), ("Bob", Some("bob")));
        assert_eq!(replied(json!({"id": 9, "is_bot": true, "first_name": "Shop"})), None);
    }

    #[test]
    fn a_text_survives_decoration_that_is_newer_than_this_program() {
        let content = json!({"text": "wa", "entities": [{"type": "from_2031", "offset": 0, "length": 2}], "new": 1.5});
        assert_eq!(action(message(&private(), &content)), Some(Action::Text("wa".into())));
    }

    #[test]
    fn a_private_message_without_text_is_an_empty_search() {
        let photo = json!({"photo": [{"file_id": "x", "width": 1, "height": 1}], "caption": "hi"});
        assert_eq!(action(message(&private(), &photo)), Some(Action::Text(String::new())));
        let place = json!({"location": {"latitude": 1.25, "longitude": -3.5}});
        assert_eq!(action(message(&private(), &place)), Some(Action::Text(String::new())));
    }

    #[test]
    fn what_is_not_for_the_shop_is_passed_over() {
        let text = json!({"text": "/buy"});
        let channel = json!({"id": -100, "type": "channel", "title": "News"});
        assert_eq!(action(message(&channel, &text)), None);
        let pinned = json!({"pinned_message": {"message_id": 3, "date": 0, "chat": private()}});
        assert_eq!(action(message(&private(), &pinned)), None);
        let mut from_bot = message(&group(), &text);
        from_bot["message"]["from"]["is_bot"] = json!(true);
        assert_eq!(action(from_bot), None);
        let mut nobody = message(&group(), &text);
        nobody["message"].as_object_mut().unwrap().remove("from");
        assert_eq!(action(nobody), None);
        let post = message(&channel, &text)["message"].clone();
        assert_eq!(action(json!({"update_id": 5, "channel_post": post})), None);
        let edited = message(&private(), &text)["message"].clone();
        assert_eq!(action(json!({"update_id": 5, "edited_message": edited})), None);
        assert_eq!(action(json!({"update_id": 5, "from_2031": {}})), None);
    }

    fn tap(message: &Value, data: &Value) -> Asked {
        let query = json!({"id": "4382", "from": person(), "message": message, "chat_instance": "1", "data": data});
        read(json!({"update_id": 5, "callback_query": query})).unwrap()
    }

    #[test]
    fn a_tap_names_its_message() {
        let packed = Tap::Services { query: Search::new("wa"), page: 2 }.pack();
        let below = json!({"message_id": 30, "date": 1, "chat": group(), "from": {"id": 9, "is_bot": true, "first_name": "Shop"}, "text": "Menu"});
        let asked = tap(&below, &json!(packed));
        assert_eq!(asked.action, Action::Tap(Tap::Services { query: Search::new("wa"), page: 2 }));
        assert_eq!(asked.actor.chat_kind, ChatKind::Group);
        assert_eq!(asked.actor.private_chat, chat_ref(7));
        assert_eq!(
            asked.actor.message,
            Some(MessageRef { chat: chat_ref(-1_001_234), message: "30".into() })
        );
        let query = asked.query.unwrap();
        assert_eq!(query.id, "4382");
        assert!(query.claim());
        assert!(!query.claim());
    }

    #[test]
    fn a_tap_below_an_old_message_or_none_is_still_a_tap() {
        let inaccessible = json!({"message_id": 30, "date": 0, "chat": private()});
        let asked = tap(&inaccessible, &json!("1m"));
        assert_eq!(asked.action, Action::Tap(Tap::Menu));
        assert_eq!(
            asked.actor.message,
            Some(MessageRef { chat: chat_ref(7), message: "30".into() })
        );
        let asked = tap(&Value::Null, &json!("1m"));
        assert_eq!((asked.actor.chat, asked.actor.message), (chat_ref(7), None));
    }

    #[test]
    fn data_that_no_version_packed_is_a_stale_tap() {
        let below = json!({"message_id": 30, "date": 1, "chat": private()});
        for data in [json!("9zz"), json!("'; DROP TABLE"), json!(""), Value::Null] {
            assert_eq!(tap(&below, &data).action, Action::StaleTap, "{data}");
        }
    }

    #[test]
    fn blocking_and_unblocking_is_heard_and_so_is_coming_and_going_in_groups() {
        let change = |chat: Value, status: &str| {
            let bot = json!({"id": 9, "is_bot": true, "first_name": "Shop"});
            let change = json!({"chat": chat, "from": person(), "date": 1,
                "old_chat_member": {"user": bot, "status": "member"},
                "new_chat_member": {"user": bot, "status": status, "until_date": 0}});
            action(json!({"update_id": 5, "my_chat_member": change}))
        };
        assert_eq!(change(private(), "kicked"), Some(Action::Reachable(false)));
        assert_eq!(change(private(), "member"), Some(Action::Reachable(true)));
        assert_eq!(change(group(), "kicked"), Some(Action::Group(GroupChange::Left)));
        let joined = GroupChange::Joined { title: "Friends".into() };
        assert_eq!(change(group(), "administrator"), Some(Action::Group(joined)));
        assert_eq!(change(private(), "restricted"), None);
    }

    #[test]
    fn a_group_that_moves_is_told_by_both_of_its_chats() {
        let old = json!({"id": -5, "type": "group", "title": "Friends"});
        let moved = GroupChange::Became { id: "-1001234".into(), chat: chat_ref(-1_001_234) };
        let mut told = message(&old, &json!({"migrate_to_chat_id": -1_001_234}));
        // As it comes when the administrator is anonymous.
        told["message"]["from"]["is_bot"] = json!(true);
        for update in [told, message(&group(), &json!({"migrate_from_chat_id": -5}))] {
            let asked = read(update).unwrap();
            assert_eq!(asked.action, Action::Group(moved.clone()));
            assert_eq!(asked.actor.group.unwrap().id, "-5");
        }
    }
}
