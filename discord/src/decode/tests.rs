use bot_core::action::Standing;
use bot_core::ids::{CountryId, OrderId, ServiceId};
use serde_json::{Value, json};
use serenity::model::id::{ChannelId, MessageId};

use super::*;

fn person(id: &str, name: &str) -> Value {
    json!({"id": id, "username": name, "discriminator": "0", "global_name": name.to_uppercase(), "avatar": null})
}

/// An interaction of Ann's in a guild where the bot is.
fn in_guild(kind: u8, data: &Value) -> Value {
    let member = json!({"user": person("7", "ann"), "nick": null, "roles": [], "joined_at": "2024-01-01T00:00:00Z",
        "deaf": false, "mute": false, "flags": 0, "permissions": "0"});
    json!({"id": "900", "application_id": "1", "type": kind, "token": "very-secret", "version": 1, "data": data,
        "guild_id": "50", "channel_id": "51", "channel": {"id": "51", "type": 0}, "member": member, "locale": "de",
        "guild_locale": "en-US", "entitlements": [], "authorizing_integration_owners": {"0": "50"}, "context": 0,
        "app_permissions": "0", "attachment_size_limit": 1})
}

/// The same in the direct messages with the bot.
fn in_private(mut interaction: Value) -> Value {
    let fields = interaction.as_object_mut().unwrap();
    for field in ["guild_id", "member", "guild_locale"] {
        fields.remove(field);
    }
    fields.insert("user".into(), person("7", "ann"));
    fields.insert("channel_id".into(), json!("70"));
    fields.insert("channel".into(), json!({"id": "70", "type": 1}));
    fields.insert("context".into(), json!(1));
    interaction
}

fn read(interaction: Value) -> Option<Asked> {
    decode(&serde_json::from_value(interaction).unwrap())
}

fn request(interaction: Value) -> Request {
    match read(interaction) {
        Some(Asked::Request(request)) => *request,
        other => panic!("{other:?}"),
    }
}

fn ticket(request: &Request) -> &Ticket {
    match &request.way {
        Way::Interaction(ticket) => ticket,
        Way::Direct(_) => panic!("an interaction"),
    }
}

fn command(name: &str, options: &Value) -> Value {
    let users = json!({"8": person("8", "bob")});
    in_guild(
        2,
        &json!({"id": "3", "name": name, "type": 1, "options": options, "resolved": {"users": users}}),
    )
}

fn string(name: &str, value: &str) -> Value {
    json!({"name": name, "type": 3, "value": value})
}

fn component(kind: u8, custom_id: &str, values: &Value, message: &Value) -> Value {
    let mut interaction =
        in_guild(3, &json!({"custom_id": custom_id, "component_type": kind, "values": values}));
    let mut shown = json!({"id": "60", "channel_id": "51", "author": person("1", "shop"), "content": "Menu",
        "timestamp": "2024-01-01T00:00:00Z", "edited_timestamp": null, "tts": false, "mention_everyone": false,
        "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "pinned": false, "type": 0,
        "flags": 0, "components": []});
    shown.as_object_mut().unwrap().extend(message.as_object().unwrap().clone());
    interaction["message"] = shown;
    interaction
}

fn ephemeral() -> Value {
    json!({"flags": 64})
}

#[test]
fn a_command_is_asked_in_the_persons_private_chat() {
    let asked = request(command("orders", &json!([])));
    assert_eq!(asked.ask, Ask::Do(Action::Command(Command::Orders)));
    let expected = Actor {
        identity: "discord:7".parse().unwrap(),
        name: "ANN".into(),
        username: Some("ann".into()),
        language: Some("de".into()),
        chat: chat_ref(UserId::new(7)),
        chat_kind: ChatKind::Private,
        private_chat: chat_ref(UserId::new(7)),
        message: None,
        reply_to: None,
        group: Some(Group {
            id: "50".into(),
            title: String::new(),
            chat: channel_ref(ChannelId::new(51)),
            standing: Some(Standing { is_member: true, ..Standing::default() }),
        }),
    };
    assert_eq!(asked.actor, expected);
    let ticket = ticket(&asked);
    assert_eq!(ticket.home, Home::Elsewhere { channel: Some(ChannelId::new(51)) });
    assert_eq!(ticket.opening, Opening::New);
    assert!(!format!("{ticket:?}").contains("secret"));
}

#[test]
fn where_the_bot_is_not_it_calls_nobody() {
    let mut by_user_install = command("orders", &json!([]));
    by_user_install["authorizing_integration_owners"] = json!({"1": "7"});
    assert_eq!(ticket(&request(by_user_install)).home, Home::Elsewhere { channel: None });
    let mut in_a_group = in_private(command("orders", &json!([])));
    in_a_group["context"] = json!(2);
    assert_eq!(ticket(&request(in_a_group)).home, Home::Elsewhere { channel: None });
    let private = request(in_private(command("orders", &json!([]))));
    assert_eq!(ticket(&private).home, Home::Direct(ChannelId::new(70)));
}

#[test]
fn commands_with_fields() {
    let fields = json!([string("service", "s:5"), string("country", "  in  do ")]);
    assert_eq!(
        request(command("buy", &fields)).ask,
        Ask::Buy { service: "s:5".into(), country: "  in  do ".into() }
    );
    assert_eq!(
        request(command("buy", &json!([]))).ask,
        Ask::Buy { service: String::new(), country: String::new() }
    );
    assert_eq!(request(command("menu", &json!([]))).ask, Ask::Do(Action::Tap(Tap::Menu)));
    let user = json!({"name": "user", "type": 6, "value": "8"});
    let asked = request(command("topup", &json!([user, string("amount", "5")])));
    assert_eq!(asked.ask, Ask::Do(Action::Command(Command::TopUp("5".into()))));
    let bob = Mention {
        identity: "discord:8".parse().unwrap(),
        name: "BOB".into(),
        username: Some("bob".into()),
    };
    assert_eq!(asked.actor.reply_to, Some(bob));
    let asked = request(command("customer", &json!([user])));
    assert_eq!(asked.ask, Ask::Do(Action::Command(Command::Customer(String::new()))));
    assert!(asked.actor.reply_to.is_some());
    let unknown = request(command("ban", &json!([]))).ask;
    assert_eq!(unknown, Ask::Do(Action::Command(Command::unknown("ban", ""))));
}

#[test]
fn one_field_never_passes_for_two() {
    let user = json!({"name": "user", "type": 6, "value": "8"});
    let asked = request(command("topup", &json!([user, string("amount", "@eve 500")])));
    assert_eq!(asked.ask, Ask::Do(Action::Command(Command::TopUp("@eve_500".into()))));
    let long = request(command("topup", &json!([user, string("amount", &"9".repeat(6_000))])));
    assert_eq!(long.ask, Ask::Do(Action::Command(Command::TopUp("9".repeat(100)))));
}

#[test]
fn typing_asks_for_suggestions() {
    let typing = |options: Value| {
        let data = json!({"id": "3", "name": "buy", "type": 1, "options": options});
        match read(in_guild(4, &data)) {
            Some(Asked::Suggestions { field, language, .. }) => Some((field, language)),
            None => None,
            other => panic!("{other:?}"),
        }
    };
    let focused =
        |name: &str, value: &str| json!({"name": name, "type": 3, "value": value, "focused": true});
    assert_eq!(
        typing(json!([focused("service", "wha")])),
        Some((Field::Service("wha".into()), "de".into()))
    );
    let country = Field::Country { service: "s:5".into(), typed: String::new() };
    assert_eq!(
        typing(json!([string("service", "s:5"), focused("country", "")])).map(|typing| typing.0),
        Some(country)
    );
    assert_eq!(typing(json!([focused("mood", "good")])), None);
    assert_eq!(typing(json!([])), None);
}

#[test]
fn a_tap_names_its_message() {
    let asked = request(component(2, "3.1Xz", &Value::Null, &ephemeral()));
    assert_eq!(asked.ask, Ask::Do(Action::Tap(Tap::Cancel(OrderId(35)))));
    let spot = Spot::Ephemeral(MessageId::new(60));
    assert_eq!(asked.actor.message, Some(spot.to_ref(UserId::new(7))));
    assert_eq!(ticket(&asked).opening, Opening::Over(spot));
    let mut private = in_private(component(2, "3.1Xz", &Value::Null, &json!({})));
    private["message"]["channel_id"] = json!("70");
    let asked = request(private);
    let spot = Spot::Direct { channel: ChannelId::new(70), message: MessageId::new(60) };
    assert_eq!(ticket(&asked).opening, Opening::Over(spot));
}

#[test]
fn an_entry_of_a_list_is_a_tap() {
    let asked = request(component(3, "0.list", &json!(["4.1q1.7"]), &ephemeral()));
    let quote = Tap::Quote { service: ServiceId(1), country: CountryId(7) };
    assert_eq!(asked.ask, Ask::Do(Action::Tap(quote)));
}

#[test]
fn what_no_version_packed_is_a_stale_tap() {
    for (kind, custom_id, values) in [
        (2, "1Xz", Value::Null),
        (2, "'; DROP TABLE", Value::Null),
        (3, "0.list", json!([])),
        (3, "0.1m", json!(["nonsense"])),
        (99, "x", Value::Null),
    ] {
        let asked = request(component(kind, custom_id, &values, &ephemeral()));
        assert_eq!(asked.ask, Ask::Do(Action::StaleTap), "{custom_id}");
    }
}

#[test]
fn in_public_only_the_owner_counts() {
    let by = |id: &str| {
        let metadata = json!({"id": "800", "type": 2, "user": person(id, "x"), "authorizing_integration_owners": {"0": "50"}});
        component(2, "0.1m", &Value::Null, &json!({"interaction_metadata": metadata}))
    };
    assert!(matches!(read(by("8")), Some(Asked::NotTheirs { .. })));
    let own = request(by("7"));
    assert_eq!((own.actor.message.as_ref(), ticket(&own).opening), (None, Opening::New));
    let calling =
        |id: &str| component(2, "0.1m", &Value::Null, &json!({"mentions": [person(id, "x")]}));
    assert!(matches!(read(calling("8")), Some(Asked::NotTheirs { .. })));
    assert!(matches!(read(calling("7")), Some(Asked::Request(_))));
}

fn form(custom_id: &str, field: &str, value: &str) -> Value {
    let field = json!({"type": 4, "custom_id": field, "value": value});
    in_guild(
        5,
        &json!({"custom_id": custom_id, "components": [{"type": 1, "components": [field]}]}),
    )
}

#[test]
fn the_menu_of_a_person_opens_a_form_about_them() {
    let data = json!({"id": "3", "name": "Top up", "type": 2, "target_id": "8", "resolved": {"users": {"8": person("8", "bob")}}});
    let Some(Asked::TopUpForm { person, .. }) = read(in_guild(2, &data)) else { panic!("a form") };
    assert_eq!(person, UserId::new(8));
    let asked = request(form("topup.8", "amount", "12.50"));
    assert_eq!(asked.ask, Ask::Do(Action::Command(Command::TopUp("12.50".into()))));
    assert_eq!(asked.actor.reply_to.unwrap().identity, "discord:8".parse().unwrap());
}

#[test]
fn a_forged_form_changes_nothing() {
    for (custom_id, field) in [("topup.0", "amount"), ("x", "amount"), ("topup.8", "amounts")] {
        assert_eq!(request(form(custom_id, field, "5")).ask, Ask::Do(Action::StaleTap));
    }
    let long = request(form("topup.8", "amount", &"5 ".repeat(4_000))).ask;
    let Ask::Do(Action::Command(Command::TopUp(amount))) = long else { panic!("{long:?}") };
    assert!(amount.len() <= 100 && !amount.contains(' '));
}

#[test]
fn who_changes_a_guild_administers_it_and_who_only_installed_the_bot_is_in_none() {
    let standing = |permissions: &str, roles: Value| {
        let mut asked = command("pool", &json!([]));
        asked["member"]["permissions"] = json!(permissions);
        asked["member"]["roles"] = roles;
        request(asked).actor.group.unwrap().standing.unwrap()
    };
    for (permissions, is_administrator) in
        [("8", true), ("32", true), ("2147601408", false), ("0", false), ("many", false)]
    {
        assert_eq!(standing(permissions, json!([])).is_administrator, is_administrator);
    }
    assert_eq!(standing("0", json!(["5", "6"])).roles, ["5", "6"]);
    let mut alone = command("pool", &json!([]));
    alone["authorizing_integration_owners"] = json!({"1": "7"});
    assert_eq!(request(alone).actor.group, None);
    assert_eq!(request(in_private(command("pool", &json!([])))).actor.group, None);
}

#[test]
fn a_role_is_chosen_for_a_pool() {
    let role = json!([{"name": "spenders", "type": 8, "value": "77"}]);
    let asked = request(command("pool", &role));
    assert_eq!(asked.ask, Ask::Do(Action::Command(Command::Pool("role 77".into()))));
}

#[test]
fn a_direct_message_is_a_search_or_a_command() {
    let message = |guild: Value, bot: bool, content: &str| {
        let mut author = person("7", "ann");
        author["bot"] = json!(bot);
        let message = json!({"id": "61", "channel_id": "70", "guild_id": guild, "author": author, "content": content});
        let message = serde_json::from_value(message).unwrap();
        decode_message(&message, Some("de".into())).map(|request| request.ask)
    };
    assert_eq!(
        message(Value::Null, false, "whatsapp"),
        Some(Ask::Do(Action::Text("whatsapp".into())))
    );
    assert_eq!(
        message(Value::Null, false, "/orders"),
        Some(Ask::Do(Action::Command(Command::Orders)))
    );
    assert_eq!(message(Value::Null, true, "whatsapp"), None);
    assert_eq!(message(json!("50"), false, "whatsapp"), None);
}
