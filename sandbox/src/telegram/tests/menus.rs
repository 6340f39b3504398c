//! Command menus and what the bot says about itself.

use serde_json::json;

use super::*;
use crate::telegram::Scope;

impl Bench {
    async fn set(&self, scope: Value, language: &str, command: &str) {
        let commands = json!([{ "command": command, "description": "d" }]);
        let body = json!({ "commands": commands, "scope": scope, "language_code": language });
        self.result("setMyCommands", body).await;
    }

    fn shown(&self, chat: i64, person: i64) -> String {
        let shown = self.control.commands_shown(chat, person).unwrap();
        shown.first().map(|command| command.command.clone()).unwrap_or_default()
    }
}

#[tokio::test]
async fn the_narrowest_menu_wins() {
    let bench = Bench::new().await;
    bench.control.add_group(GROUP, "Friends", &[ANNA, BORIS]).unwrap();
    assert_eq!(bench.shown(ANNA, ANNA), "");
    bench.set(json!({ "type": "default" }), "", "all").await;
    bench.set(json!({ "type": "default" }), "ru", "all_ru").await;
    assert_eq!(
        (bench.shown(ANNA, ANNA), bench.shown(BORIS, BORIS)),
        ("all".into(), "all_ru".into())
    );
    bench.set(json!({ "type": "all_group_chats" }), "", "groups").await;
    bench.set(json!({ "type": "all_private_chats" }), "", "private").await;
    assert_eq!(
        (bench.shown(GROUP, BORIS), bench.shown(BORIS, BORIS)),
        ("groups".into(), "private".into())
    );
    bench.set(json!({ "type": "all_chat_administrators" }), "", "admins").await;
    assert_eq!(
        (bench.shown(GROUP, ANNA), bench.shown(GROUP, BORIS)),
        ("admins".into(), "groups".into())
    );
    bench
        .set(json!({ "type": "chat_member", "chat_id": GROUP, "user_id": BORIS }), "", "boris")
        .await;
    assert_eq!(bench.shown(GROUP, BORIS), "boris");
    bench.result("deleteMyCommands", json!({ "scope": { "type": "all_private_chats" } })).await;
    assert_eq!(bench.shown(ANNA, ANNA), "all");
    assert_eq!(bench.control.commands(Scope::Default, "ru")[0].command, "all_ru");
    let got = bench.result("getMyCommands", json!({ "language_code": "ru" })).await;
    assert_eq!(got, json!([{ "command": "all_ru", "description": "d" }]));
}

#[tokio::test]
async fn bad_commands_are_refused() {
    let bench = Bench::new().await;
    let set = |command: &str, description: &str| json!({ "commands": [{ "command": command, "description": description }] });
    assert_eq!(
        bench.refusal("setMyCommands", set("Buy", "d")).await,
        "Bad Request: BOT_COMMAND_INVALID"
    );
    assert_eq!(
        bench.refusal("setMyCommands", set(&"b".repeat(33), "d")).await,
        "Bad Request: BOT_COMMAND_INVALID"
    );
    let words = "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID";
    assert_eq!(bench.refusal("setMyCommands", set("buy", "")).await, words);
    let many = json!({ "commands": vec![json!({ "command": "a", "description": "d" }); 101] });
    assert_eq!(bench.refusal("setMyCommands", many).await, "Bad Request: BOT_COMMANDS_TOO_MUCH");
    let odd = json!({ "commands": [], "scope": { "type": "moon" } });
    assert_eq!(
        bench.refusal("setMyCommands", odd).await,
        "Bad Request: can't parse BotCommandScope: Unsupported type specified"
    );
}

#[tokio::test]
async fn the_bot_describes_itself_per_language() {
    let bench = Bench::new().await;
    bench.result("setMyName", json!({ "name": "Стол", "language_code": "ru" })).await;
    assert_eq!(
        bench.result("getMyName", json!({ "language_code": "ru" })).await,
        json!({ "name": "Стол" })
    );
    assert_eq!(bench.result("getMyName", json!({})).await, json!({ "name": "desk_bot" }));
    bench.result("setMyShortDescription", json!({ "short_description": "s" })).await;
    let short = bench.result("getMyShortDescription", json!({ "language_code": "de" })).await;
    assert_eq!(short, json!({ "short_description": "s" }));
    let long = json!({ "description": "d".repeat(513) });
    assert_eq!(
        bench.refusal("setMyDescription", long).await,
        "Bad Request: description is too long"
    );
    let button = json!({ "type": "commands" });
    bench.result("setChatMenuButton", json!({ "chat_id": ANNA, "menu_button": button })).await;
    assert_eq!(bench.result("getChatMenuButton", json!({ "chat_id": ANNA })).await, button);
}
