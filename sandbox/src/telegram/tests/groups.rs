//! Groups: who hears what, coming and going, upgrades.

use serde_json::json;

use super::*;
use crate::telegram::Standing;

impl Bench {
    async fn with_group() -> Self {
        let bench = Self::new().await;
        bench.control.add_group(SUPERGROUP, "Friends", &[ANNA, BORIS]).unwrap();
        bench.drain().await;
        bench
    }

    /// The texts of the messages that the bot got.
    async fn heard(&self) -> Vec<String> {
        let updates = self.drain().await;
        updates
            .iter()
            .filter_map(|update| update["message"]["text"].as_str())
            .map(str::to_owned)
            .collect()
    }
}

#[tokio::test]
async fn privacy_mode_lets_through_what_is_meant_for_the_bot() {
    let bench = Bench::with_group().await;
    let own = bench.result("sendMessage", json!({ "chat_id": SUPERGROUP, "text": "Hi" })).await;
    let own = own["message_id"].as_i64().unwrap();
    let foreign = bench.control.say(ANNA, SUPERGROUP, "just talking").unwrap();
    bench.control.reply(BORIS, SUPERGROUP, foreign, "with each other").unwrap();
    bench.control.say(ANNA, SUPERGROUP, "/buy@other_bot").unwrap();
    assert!(bench.heard().await.is_empty());
    bench.control.say(ANNA, SUPERGROUP, "/buy tg").unwrap();
    bench.control.say(ANNA, SUPERGROUP, "/buy@Desk_Bot tg").unwrap();
    bench.control.say(ANNA, SUPERGROUP, "hey @desk_bot !").unwrap();
    bench.control.reply(BORIS, SUPERGROUP, own, "yes").unwrap();
    assert_eq!(bench.heard().await, ["/buy tg", "/buy@Desk_Bot tg", "hey @desk_bot !", "yes"]);
    bench.control.promote_bot(SUPERGROUP, ANNA, true).unwrap();
    bench.control.say(ANNA, SUPERGROUP, "just talking").unwrap();
    assert_eq!(bench.heard().await, ["just talking"], "an administrator hears everything");
}

#[tokio::test]
async fn replies_carry_the_original_one_level_deep() {
    let bench = Bench::with_group().await;
    let first = bench.control.say(ANNA, SUPERGROUP, "/a").unwrap();
    let second = bench.control.reply(ANNA, SUPERGROUP, first, "/b").unwrap();
    bench.control.reply(BORIS, SUPERGROUP, second, "/c").unwrap();
    let updates = bench.drain().await;
    let original = &updates[2]["message"]["reply_to_message"];
    assert_eq!((&original["text"], original.get("reply_to_message")), (&json!("/b"), None));
    assert_eq!(
        updates[2]["message"]["chat"],
        json!({ "id": SUPERGROUP, "type": "supergroup", "title": "Friends" })
    );
}

#[tokio::test]
async fn coming_and_going_is_told() {
    let bench = Bench::new().await;
    bench.drain().await;
    bench.control.add_group(SUPERGROUP, "Friends", &[ANNA]).unwrap();
    bench.control.kick_bot(SUPERGROUP, ANNA).unwrap();
    bench.control.block(ANNA).unwrap();
    bench.control.block(ANNA).unwrap();
    bench.control.unblock(ANNA).unwrap();
    let updates = bench.drain().await;
    let change = |at: usize| {
        let change = &updates[at]["my_chat_member"];
        let status = |name: &str| change[name]["status"].as_str().unwrap().to_owned();
        (
            change["chat"]["id"].as_i64().unwrap(),
            status("old_chat_member"),
            status("new_chat_member"),
        )
    };
    let expected = |chat: i64, from: &str, to: &str| (chat, from.to_owned(), to.to_owned());
    assert_eq!(change(0), expected(SUPERGROUP, "left", "member"));
    assert_eq!(updates[1]["message"]["new_chat_members"][0]["username"], "desk_bot");
    assert_eq!(change(2), expected(SUPERGROUP, "member", "kicked"));
    assert_eq!(change(3), expected(ANNA, "member", "kicked"));
    assert_eq!(change(4), expected(ANNA, "kicked", "member"));
    assert_eq!(updates.len(), 5);
}

#[tokio::test]
async fn a_group_that_threw_the_bot_out_refuses_it() {
    let bench = Bench::with_group().await;
    bench.control.add_group(GROUP, "Small", &[ANNA]).unwrap();
    let to = |chat: i64| json!({ "chat_id": chat, "text": "Hi" });
    bench.control.kick_bot(SUPERGROUP, ANNA).unwrap();
    bench.control.kick_bot(GROUP, ANNA).unwrap();
    let words = "Forbidden: bot was kicked from the supergroup chat";
    assert_eq!(bench.refusal("sendMessage", to(SUPERGROUP)).await, words);
    assert_eq!(
        bench.refusal("sendMessage", to(GROUP)).await,
        "Forbidden: bot was kicked from the group chat"
    );
    bench.control.add_bot(SUPERGROUP, BORIS).unwrap();
    bench.result("leaveChat", json!({ "chat_id": SUPERGROUP })).await;
    let words = "Forbidden: bot is not a member of the supergroup chat";
    assert_eq!(bench.refusal("sendMessage", to(SUPERGROUP)).await, words);
    bench.drain().await;
    bench.control.say(ANNA, SUPERGROUP, "/buy").unwrap();
    assert!(bench.heard().await.is_empty());
}

#[tokio::test]
async fn an_upgraded_group_names_its_successor() {
    let bench = Bench::new().await;
    bench.control.add_group(GROUP, "Friends", &[ANNA, BORIS]).unwrap();
    bench.drain().await;
    let to = bench.control.upgrade_group(GROUP).unwrap();
    let answer = bench.call("sendMessage", json!({ "chat_id": GROUP, "text": "Hi" })).await;
    assert_eq!(answer["description"], "Bad Request: group chat was upgraded to a supergroup chat");
    assert_eq!(
        (&answer["error_code"], &answer["parameters"]["migrate_to_chat_id"]),
        (&json!(400), &json!(to))
    );
    let updates = bench.drain().await;
    assert_eq!(updates[0]["message"]["migrate_to_chat_id"], to);
    assert_eq!(updates[1]["message"]["migrate_from_chat_id"], GROUP);
    assert!(bench.control.say(ANNA, GROUP, "/buy").is_err());
    bench.result("sendMessage", json!({ "chat_id": to, "text": "Hi" })).await;
    bench.control.say(ANNA, to, "/buy").unwrap();
    assert_eq!(bench.heard().await, ["/buy"]);
}

#[tokio::test]
async fn members_and_administrators_are_known() {
    let bench = Bench::with_group().await;
    let member = async |user: i64| {
        let found =
            bench.result("getChatMember", json!({ "chat_id": SUPERGROUP, "user_id": user })).await;
        found["status"].as_str().unwrap().to_owned()
    };
    assert_eq!((member(ANNA).await.as_str(), member(BORIS).await.as_str()), ("creator", "member"));
    assert_eq!(member(42).await, "member");
    bench.control.set_standing(SUPERGROUP, BORIS, Standing::Administrator).unwrap();
    let admins = bench.result("getChatAdministrators", json!({ "chat_id": SUPERGROUP })).await;
    let ids: Vec<i64> = admins
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|admin| admin["user"]["id"].as_i64())
        .collect();
    assert_eq!(ids, [ANNA, BORIS]);
    bench.control.set_standing(SUPERGROUP, BORIS, Standing::Left).unwrap();
    assert_eq!(member(BORIS).await, "left");
    assert!(bench.control.say(BORIS, SUPERGROUP, "/buy").is_err());
    assert_eq!(bench.drain().await[0]["message"]["left_chat_member"]["id"], BORIS);
    let count = bench.result("getChatMemberCount", json!({ "chat_id": SUPERGROUP })).await;
    assert_eq!(count, 2);
    let unknown =
        bench.refusal("getChatMember", json!({ "chat_id": SUPERGROUP, "user_id": 9 })).await;
    assert_eq!(unknown, "Bad Request: user not found");
    let private = bench.refusal("getChatAdministrators", json!({ "chat_id": ANNA })).await;
    assert_eq!(private, "Bad Request: there are no administrators in the private chat");
    assert_eq!(
        bench.refusal("getChat", json!({ "chat_id": BORIS })).await,
        "Bad Request: chat not found"
    );
}

#[tokio::test]
async fn other_peoples_messages_stay_unless_the_bot_is_an_administrator() {
    let bench = Bench::with_group().await;
    let id = bench.control.say(ANNA, SUPERGROUP, "/secret").unwrap();
    let delete = json!({ "chat_id": SUPERGROUP, "message_id": id });
    assert_eq!(
        bench.refusal("deleteMessage", delete.clone()).await,
        "Bad Request: message can't be deleted"
    );
    bench.control.promote_bot(SUPERGROUP, ANNA, true).unwrap();
    bench.result("deleteMessage", delete).await;
    let some = json!({ "chat_id": SUPERGROUP, "message_ids": [id, 1] });
    bench.result("deleteMessages", some).await;
    assert!(bench.control.messages(SUPERGROUP).iter().all(|message| message.deleted));
}

#[tokio::test]
async fn a_button_below_a_deleted_message_still_presses() {
    let bench = Bench::new().await;
    let id = bench.send_button().await;
    bench.drain().await;
    bench.control.press_button(ANNA, ANNA, id, 0, 0).unwrap();
    bench.control.delete_message(ANNA, id).unwrap();
    bench.control.press(ANNA, ANNA, id, "buy").unwrap();
    let updates = bench.drain().await;
    assert_eq!(updates[0]["callback_query"]["message"]["text"], "Hi");
    let chat = json!({ "id": ANNA, "type": "private", "first_name": "Anna", "username": "anna" });
    assert_eq!(
        updates[1]["callback_query"]["message"],
        json!({ "chat": chat, "message_id": id, "date": 0 })
    );
    assert!(bench.control.press_button(ANNA, ANNA, id, 0, 0).is_err());
    assert!(bench.control.press(ANNA, ANNA, 999, "buy").is_err());
}
