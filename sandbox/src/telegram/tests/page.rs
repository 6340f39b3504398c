//! The control interface over HTTP, as the page and foreign processes use it.

use futures::StreamExt;
use serde_json::json;

use super::*;

impl Bench {
    async fn get(&self, path: &str) -> Value {
        self.http
            .get(format!("{}/sandbox/{path}", self.running.url()))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/sandbox/{path}", self.running.url());
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

#[tokio::test]
async fn the_page_sees_who_is_there_and_what_they_say() {
    let bench = Bench::new().await;
    bench.post("people", json!({ "id": 7, "first_name": "Zoe" })).await;
    bench
        .post("groups", json!({ "id": SUPERGROUP, "title": "Friends", "members": [ANNA, 7] }))
        .await;
    let world = bench.get("world").await;
    assert_eq!(world["bot"], json!({ "id": 42, "name": "desk_bot", "username": "desk_bot" }));
    assert_eq!(world["people"][0]["first_name"], "Zoe");
    let group =
        json!({ "id": SUPERGROUP, "type": "supergroup", "title": "Friends", "members": [7, ANNA] });
    assert_eq!(world["chats"][0], group);
    let markup = json!({ "inline_keyboard": [[
        { "text": "Buy", "callback_data": "buy" },
        { "text": "Copy", "copy_text": { "text": "123" } },
        { "text": "Go", "url": "https://example.org" },
    ]] });
    bench
        .result("sendMessage", json!({ "chat_id": ANNA, "text": "Hi", "reply_markup": markup }))
        .await;
    let (_, said) = bench
        .post("say", json!({ "person": ANNA, "chat": ANNA, "text": "yes", "reply_to": 2 }))
        .await;
    assert_eq!(said, json!({ "message_id": 3 }));
    let messages = bench.get(&format!("chats/{ANNA}/messages")).await;
    let keyboard = json!([[
        { "text": "Buy", "callback_data": "buy" },
        { "text": "Copy", "copy_text": "123" },
        { "text": "Go", "url": "https://example.org" },
    ]]);
    assert_eq!(messages[1]["keyboard"], keyboard);
    assert_eq!(messages[1]["from"], json!({ "id": 42, "first_name": "desk_bot", "is_bot": true }));
    assert_eq!((&messages[2]["reply_to"], &messages[2]["date"]), (&json!(2), &json!(START_MS)));
}

#[tokio::test]
async fn events_arrive_as_they_happen() {
    let bench = Bench::new().await;
    let id = bench.send_button().await;
    let stream =
        bench.http.get(format!("{}/sandbox/events", bench.running.url())).send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let mut stream = Box::pin(stream.bytes_stream());
    let (_, pressed) = bench
        .post("press", json!({ "person": ANNA, "chat": ANNA, "message": id, "data": "buy" }))
        .await;
    bench
        .result(
            "answerCallbackQuery",
            json!({ "callback_query_id": pressed["query_id"], "text": "ok" }),
        )
        .await;
    bench.result("sendChatAction", json!({ "chat_id": ANNA, "action": "typing" })).await;
    bench
        .result("editMessageText", json!({ "chat_id": ANNA, "message_id": id, "text": "New" }))
        .await;
    bench.result("deleteMessage", json!({ "chat_id": ANNA, "message_id": id })).await;
    bench.post("say", json!({ "person": BORIS, "chat": BORIS, "text": "/start" })).await;
    let mut text = String::new();
    while text.matches("\n\n").count() < 5 {
        let chunk = tokio::time::timeout(BOUND, stream.next()).await.unwrap().unwrap().unwrap();
        text.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    let events: Vec<Value> = text
        .split("\n\n")
        .filter_map(|event| event.strip_prefix("data: "))
        .map(|data| serde_json::from_str(data).unwrap())
        .collect();
    let kinds: Vec<&str> = events.iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["toast", "typing", "edited", "deleted", "message"]);
    let toast = json!({
        "kind": "toast", "person": ANNA, "text": "ok", "alert": false, "query": pressed["query_id"], "at": START_MS,
    });
    assert_eq!(events[0], toast);
    assert_eq!(
        (&events[2]["text"], &events[2]["id"], &events[4]["chat"]),
        (&json!("New"), &json!(id), &json!(BORIS))
    );
    tokio::time::timeout(BOUND, bench.running.stop())
        .await
        .expect("an open stream does not hold the server");
}

#[tokio::test]
async fn faults_blocks_and_replays_work_from_outside() {
    let bench = Bench::new().await;
    let rule = json!({ "method": "sendMessage", "times": 1, "kind": "too_many_requests", "retry_after": 5 });
    assert_eq!(bench.post("faults", rule).await.0, 200);
    let listed = json!([{ "method": "sendMessage", "chat": null, "times": 1, "kind": "too_many_requests", "retry_after": 5 }]);
    assert_eq!(bench.get("faults").await, listed);
    let hello = json!({ "chat_id": ANNA, "text": "Hi" });
    assert_eq!(bench.call("sendMessage", hello.clone()).await["error_code"], 429);
    bench.post("faults", json!({ "kind": "hang_before" })).await;
    bench.http.delete(format!("{}/sandbox/faults", bench.running.url())).send().await.unwrap();
    bench.result("sendMessage", hello.clone()).await;
    bench.post("block", json!({ "person": ANNA, "blocked": true })).await;
    assert_eq!(bench.call("sendMessage", hello).await["error_code"], 403);
    bench.drain().await;
    assert_eq!(bench.post("replay", json!({ "last": 1 })).await.1, json!({ "replayed": 1 }));
    assert_eq!(bench.get("state").await["pending_updates"], 1);
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_a_reason() {
    let bench = Bench::new().await;
    let stranger = bench.post("say", json!({ "person": 5, "chat": 5, "text": "x" })).await;
    assert_eq!(stranger, (404, json!({ "error": "nobody has the id 5" })));
    let elsewhere = bench.post("say", json!({ "person": BORIS, "chat": ANNA, "text": "x" })).await;
    assert_eq!(elsewhere.0, 403);
    let empty = bench.post("say", json!({ "person": ANNA, "chat": ANNA, "text": " " })).await;
    assert_eq!(empty.0, 400);
}

#[tokio::test]
async fn files_and_menus_can_be_fetched() {
    let bench = Bench::new().await;
    let part = reqwest::multipart::Part::bytes(b"a,b".as_slice())
        .file_name("o.csv")
        .mime_str("text/csv")
        .unwrap();
    let form =
        reqwest::multipart::Form::new().text("chat_id", ANNA.to_string()).part("document", part);
    bench.http.post(bench.method_url("sendDocument")).multipart(form).send().await.unwrap();
    let messages = bench.get(&format!("chats/{ANNA}/messages")).await;
    let document = &messages[1]["document"];
    assert_eq!((&document["filename"], &document["size"]), (&json!("o.csv"), &json!(3)));
    let url = format!("{}/sandbox/files/{}", bench.running.url(), document["id"].as_str().unwrap());
    let file = bench.http.get(url).send().await.unwrap();
    assert_eq!(file.headers()["content-type"], "text/csv");
    assert_eq!(file.bytes().await.unwrap().as_ref(), b"a,b");
    let commands = json!([{ "command": "buy", "description": "Buy" }]);
    bench.result("setMyCommands", json!({ "commands": commands })).await;
    assert_eq!(bench.get(&format!("commands?chat={ANNA}&person={ANNA}")).await, commands);
}

#[tokio::test]
async fn a_chat_keeps_its_last_thousand_messages() {
    let bench = Bench::new().await;
    for _ in 0..1_000 {
        bench.control.say(ANNA, ANNA, "x").unwrap();
    }
    let messages = bench.control.messages(ANNA);
    assert_eq!((messages.len(), messages[0].id, messages[999].id), (1_000, 2, 1_001));
    assert!(bench.control.message(ANNA, 1).is_none());
}
