//! What the Bot API refuses, in its own words.

use serde_json::json;

use super::*;
use crate::telegram::query::ANSWER_WITHIN_MS;

#[tokio::test]
async fn wrong_token_and_unknown_method_are_turned_away() {
    let bench = Bench::new().await;
    let url = format!("{}/bot1:WRONG/getMe", bench.running.url());
    let answer: Value = bench.http.get(url).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer, json!({ "ok": false, "error_code": 401, "description": "Unauthorized" }));
    let answer = bench.call("makeCoffee", json!({})).await;
    assert_eq!(answer, json!({ "ok": false, "error_code": 404, "description": "Not Found" }));
    let answer = bench.http.get(format!("{}/nowhere", bench.running.url())).send().await.unwrap();
    assert_eq!(answer.status(), 404);
}

#[tokio::test]
async fn method_names_match_in_any_case_and_parameters_come_in_any_form() {
    let bench = Bench::new().await;
    let query = format!("{}?chat_id={ANNA}&text=by%20query", bench.method_url("SENDmessage"));
    let form = [("chat_id", ANNA.to_string()), ("text", "by form".to_owned())];
    let parts =
        reqwest::multipart::Form::new().text("chat_id", ANNA.to_string()).text("text", "by parts");
    bench.http.get(query).send().await.unwrap();
    let encoded = serde_urlencoded::to_string(form).unwrap();
    let request = bench.http.post(bench.method_url("SendMessage")).body(encoded);
    request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
    bench.http.post(bench.method_url("sendmessage")).multipart(parts).send().await.unwrap();
    bench.result("sendMessage", json!({ "chat_id": ANNA.to_string(), "text": "by json" })).await;
    let texts: Vec<String> =
        bench.control.messages(ANNA).into_iter().skip(1).map(|message| message.text).collect();
    assert_eq!(texts, ["by query", "by form", "by parts", "by json"]);
    assert_eq!(bench.control.requests()["sendMessage"], 4);
}

#[tokio::test]
async fn an_edit_that_changes_nothing_is_refused_and_one_that_does_is_counted() {
    let bench = Bench::new().await;
    let id = bench.send_button().await;
    let keyboard = json!({ "inline_keyboard": [[{ "text": "Buy", "callback_data": "buy" }]] });
    let same = json!({ "chat_id": ANNA, "message_id": id, "text": "Hi", "reply_markup": keyboard });
    let not_modified = "Bad Request: message is not modified: specified new message content and reply markup are \
                        exactly the same as a current content and reply markup of the message";
    assert_eq!(bench.refusal("editMessageText", same.clone()).await, not_modified);
    let markup_only = json!({ "chat_id": ANNA, "message_id": id, "reply_markup": keyboard });
    assert_eq!(bench.refusal("editMessageReplyMarkup", markup_only).await, not_modified);
    bench.pass(7_000);
    let edited = bench
        .result("editMessageText", json!({ "chat_id": ANNA, "message_id": id, "text": "Hi" }))
        .await;
    assert_eq!(edited["edit_date"], START_MS / 1_000 + 7);
    assert_eq!(edited.get("reply_markup"), None);
    let view = bench.control.message(ANNA, id).unwrap();
    assert_eq!(
        (view.edit_count, view.edited_at, view.keyboard.len()),
        (1, Some(START_MS + 7_000), 0)
    );
}

#[tokio::test]
async fn only_own_messages_that_exist_can_be_edited() {
    let bench = Bench::new().await;
    let edit = |id: i64| json!({ "chat_id": ANNA, "message_id": id, "text": "new" });
    assert_eq!(
        bench.refusal("editMessageText", edit(1)).await,
        "Bad Request: message can't be edited"
    );
    assert_eq!(
        bench.refusal("editMessageText", edit(99)).await,
        "Bad Request: message to edit not found"
    );
    let id = bench.send_button().await;
    bench.result("deleteMessage", json!({ "chat_id": ANNA, "message_id": id })).await;
    assert_eq!(
        bench.refusal("editMessageText", edit(id)).await,
        "Bad Request: message to edit not found"
    );
    let again = bench.refusal("deleteMessage", json!({ "chat_id": ANNA, "message_id": id })).await;
    assert_eq!(again, "Bad Request: message to delete not found");
    let nameless =
        bench.refusal("editMessageText", json!({ "chat_id": ANNA, "text": "new" })).await;
    assert_eq!(nameless, "Bad Request: message identifier is not specified");
    assert!(bench.control.messages(ANNA)[1].deleted);
}

#[tokio::test]
async fn messages_older_than_two_days_stay() {
    let bench = Bench::new().await;
    let id = bench.send_button().await;
    bench.pass(48 * 3_600_000 + 1);
    let refusal =
        bench.refusal("deleteMessage", json!({ "chat_id": ANNA, "message_id": id })).await;
    assert_eq!(refusal, "Bad Request: message can't be deleted");
}

#[tokio::test]
async fn a_query_is_answered_once_and_in_time() {
    let bench = Bench::new().await;
    let too_old =
        "Bad Request: query is too old and response timeout expired or query ID is invalid";
    let id = bench.send_button().await;
    let query = bench.control.press_button(ANNA, ANNA, id, 0, 0).unwrap();
    assert_eq!(bench.control.unanswered_queries().len(), 1);
    let answer = json!({ "callback_query_id": query, "text": "Done", "show_alert": true });
    bench.result("answerCallbackQuery", answer.clone()).await;
    assert_eq!(bench.refusal("answerCallbackQuery", answer).await, too_old);
    let toasts = bench.control.toasts(ANNA);
    assert_eq!(toasts.len(), 1);
    assert_eq!(
        (toasts[0].text.as_str(), toasts[0].alert, &toasts[0].query_id),
        ("Done", true, &query)
    );
    assert!(bench.control.unanswered_queries().is_empty());
    let late = bench.control.press(ANNA, ANNA, id, "buy").unwrap();
    bench.pass(ANSWER_WITHIN_MS + 1);
    assert_eq!(
        bench.refusal("answerCallbackQuery", json!({ "callback_query_id": late })).await,
        too_old
    );
    assert_eq!(
        bench.refusal("answerCallbackQuery", json!({ "callback_query_id": "5" })).await,
        too_old
    );
    let long = json!({ "callback_query_id": late, "text": "x".repeat(201) });
    assert_eq!(bench.refusal("answerCallbackQuery", long).await, "Bad Request: MESSAGE_TOO_LONG");
}

#[tokio::test]
async fn texts_are_measured_after_parsing_in_utf16_units() {
    let bench = Bench::new().await;
    let send =
        |text: String, mode: &str| json!({ "chat_id": ANNA, "text": text, "parse_mode": mode });
    let too_long = "Bad Request: message is too long";
    bench.result("sendMessage", send(format!("<b>{}</b>", "x".repeat(4_096)), "HTML")).await;
    assert_eq!(bench.refusal("sendMessage", send("x".repeat(4_097), "")).await, too_long);
    bench.result("sendMessage", send("😀".repeat(2_048), "")).await;
    assert_eq!(bench.refusal("sendMessage", send("😀".repeat(2_049), "")).await, too_long);
    let empty = "Bad Request: message text is empty";
    assert_eq!(bench.refusal("sendMessage", send(" \n ".to_owned(), "")).await, empty);
    assert_eq!(bench.refusal("sendMessage", send("<b></b>".to_owned(), "HTML")).await, empty);
    assert_eq!(bench.refusal("sendMessage", json!({ "chat_id": ANNA })).await, empty);
    let id = bench.send_button().await;
    let edit = json!({ "chat_id": ANNA, "message_id": id, "text": "x".repeat(4_097) });
    assert_eq!(bench.refusal("editMessageText", edit).await, "Bad Request: MESSAGE_TOO_LONG");
}

#[tokio::test]
async fn strangers_blockers_and_unknown_chats_get_nothing() {
    let bench = Bench::new().await;
    let to = |chat: Value| json!({ "chat_id": chat, "text": "Hi" });
    assert_eq!(bench.refusal("sendMessage", to(json!(5))).await, "Bad Request: chat not found");
    assert_eq!(
        bench.refusal("sendMessage", to(json!("@nobody"))).await,
        "Bad Request: chat not found"
    );
    let stranger = bench.call("sendMessage", to(json!(BORIS))).await;
    assert_eq!(stranger["error_code"], 403);
    assert_eq!(stranger["description"], "Forbidden: bot can't initiate conversation with a user");
    bench.control.block(ANNA).unwrap();
    let blocked = bench.call("sendMessage", to(json!(ANNA))).await;
    assert_eq!(blocked["error_code"], 403);
    assert_eq!(blocked["description"], "Forbidden: bot was blocked by the user");
    assert_eq!(bench.control.say(ANNA, ANNA, "hm"), Err(crate::telegram::ControlError::Blocked));
    bench.control.unblock(ANNA).unwrap();
    bench.result("sendMessage", to(json!(ANNA))).await;
}

#[tokio::test]
async fn keyboards_keep_the_documented_rules() {
    let bench = Bench::new().await;
    let send = |rows: Value| json!({ "chat_id": ANNA, "text": "Hi", "reply_markup": { "inline_keyboard": rows } });
    let one = |button: Value| send(json!([[button]]));
    let data = |data: &str| json!({ "text": "x", "callback_data": data });
    let refused = [
        (one(data(&"d".repeat(65))), "BUTTON_DATA_INVALID"),
        (one(data("")), "BUTTON_DATA_INVALID"),
        (
            one(json!({ "text": "x" })),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            one(json!({ "text": " ", "callback_data": "a" })),
            "can't parse inline keyboard button: Text must be non-empty",
        ),
        (
            one(json!({ "text": "x", "callback_data": "a", "url": "https://a.example" })),
            "BUTTON_TYPE_INVALID",
        ),
        (one(json!({ "text": "x", "copy_text": { "text": "" } })), "BUTTON_COPY_TEXT_INVALID"),
        (
            one(json!({ "text": "x", "copy_text": { "text": "c".repeat(257) } })),
            "BUTTON_COPY_TEXT_INVALID",
        ),
        (
            one(json!({ "text": "x", "url": "http://localhost/" })),
            "inline keyboard button URL 'http://localhost/' is invalid: Wrong HTTP URL",
        ),
        (send(json!([vec![data("a"); 9]])), "REPLY_MARKUP_TOO_LONG"),
        (send(json!(vec![vec![data("a"); 8]; 13])), "REPLY_MARKUP_TOO_LONG"),
        (
            json!({ "chat_id": ANNA, "text": "Hi", "reply_markup": 5 }),
            "object expected as reply markup",
        ),
    ];
    for (body, words) in refused {
        assert_eq!(bench.refusal("sendMessage", body).await, format!("Bad Request: {words}"));
    }
    let accepted = json!([
        [data(&"d".repeat(64)), { "text": "x", "copy_text": { "text": "c".repeat(256) } }],
        [{ "text": "x", "url": "https://example.org/a?b#c" }, { "text": "x", "url": "tg://user?id=1" }],
    ]);
    let sent = bench.result("sendMessage", send(accepted.clone())).await;
    assert_eq!(sent["reply_markup"]["inline_keyboard"], accepted);
}

#[tokio::test]
async fn an_answer_needs_a_message_to_answer() {
    let bench = Bench::new().await;
    let reply = |parameters: Value| json!({ "chat_id": ANNA, "text": "Hi", "reply_parameters": parameters });
    let refusal = bench.refusal("sendMessage", reply(json!({ "message_id": 50 }))).await;
    assert_eq!(refusal, "Bad Request: message to be replied not found");
    let anyway = reply(json!({ "message_id": 50, "allow_sending_without_reply": true }));
    assert_eq!(bench.result("sendMessage", anyway).await.get("reply_to_message"), None);
    let sent = bench.result("sendMessage", reply(json!({ "message_id": 1 }))).await;
    assert_eq!(sent["reply_to_message"]["text"], "/start");
}

#[tokio::test]
async fn files_must_be_what_they_claim() {
    let bench = Bench::new().await;
    let photo = |bytes: &'static [u8]| {
        let part = reqwest::multipart::Part::bytes(bytes).file_name("qr.png");
        let form =
            reqwest::multipart::Form::new().text("chat_id", ANNA.to_string()).part("photo", part);
        bench.http.post(bench.method_url("sendPhoto")).multipart(form).send()
    };
    let answer: Value = photo(b"no picture").await.unwrap().json().await.unwrap();
    assert_eq!(answer["description"], "Bad Request: IMAGE_PROCESS_FAILED");
    let answer: Value = photo(b"").await.unwrap().json().await.unwrap();
    assert_eq!(answer["description"], "Bad Request: file must be non-empty");
    let missing = bench.refusal("sendPhoto", json!({ "chat_id": ANNA })).await;
    assert_eq!(missing, "Bad Request: there is no photo in the request");
    let remote = json!({ "chat_id": ANNA, "photo": "https://example.org/a.png" });
    assert_eq!(
        bench.refusal("sendPhoto", remote).await,
        "Bad Request: failed to get HTTP URL content"
    );
    let long = json!({ "chat_id": ANNA, "document": "x", "caption": "c".repeat(1_025) });
    assert_eq!(
        bench.refusal("sendDocument", long).await,
        "Bad Request: message caption is too long"
    );
    assert_eq!(bench.control.messages(ANNA).len(), 1, "nothing of this was sent");
}
