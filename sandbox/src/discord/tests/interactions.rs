//! Answers to interactions: what they make, how often, how late.

use serde_json::json;

use super::*;
use crate::discord::{Answer, ControlError};

#[tokio::test]
async fn the_first_answer_must_come_within_three_seconds_and_only_once() {
    let bench = Bench::new().await;
    bench.register_buy().await;
    let hello = json!({ "type": 4, "data": { "content": "Hi" } });
    let (_, late) = bench.buy();
    bench.pass(3_001);
    assert_eq!(bench.refusal("POST", &late, hello.clone()).await, (404, 10_062));
    let (id, in_time) = bench.buy();
    bench.pass(3_000);
    bench.good("POST", &in_time, hello.clone()).await;
    assert_eq!(bench.refusal("POST", &in_time, hello.clone()).await, (400, 40_060));
    assert_eq!(bench.control.interaction(id).unwrap().answered_after_ms, Some(3_000));
    assert_eq!(bench.control.responses(id).len(), 1);
    let forged = format!("interactions/{id}/another-token/callback");
    assert_eq!(bench.refusal("POST", &forged, hello.clone()).await, (404, 10_062));
    bench.control.set_deadlines(false);
    let (_, slow) = bench.buy();
    bench.pass(60_000);
    bench.good("POST", &slow, hello).await;
}

#[tokio::test]
async fn a_token_lives_fifteen_minutes() {
    let bench = Bench::new().await;
    bench.register_buy().await;
    let (id, callback) = bench.buy();
    let webhook = bench.webhook(id);
    let more = json!({ "content": "More" });
    assert_eq!(bench.refusal("POST", &webhook, more.clone()).await, (404, 10_015));
    bench.good("POST", &callback, json!({ "type": 5, "data": { "flags": 64 } })).await;
    let thinking = bench.control.response(id).unwrap();
    assert!(thinking.is_thinking && thinking.only_for == Some(BORIS));
    bench.pass(15 * 60 * 1_000);
    bench.good("POST", &webhook, more.clone()).await;
    let original = format!("{webhook}/messages/@original");
    bench.good("PATCH", &original, json!({ "content": "Changed" })).await;
    assert_eq!(bench.control.response(id).unwrap().text(), "Changed");
    bench.pass(1);
    for (method, path) in [("POST", &webhook), ("PATCH", &original), ("DELETE", &original)] {
        assert_eq!(bench.refusal(method, path, more.clone()).await, (401, 50_027), "{method}");
    }
    assert_eq!(bench.refusal("POST", "webhooks/7/token", more).await, (404, 10_015));
    assert_eq!(bench.control.invalid_requests(), 3, "401 counts, 404 does not");
}

#[tokio::test]
async fn the_first_follow_up_takes_the_place_of_thinking_and_the_next_stands_below() {
    let bench = Bench::new().await;
    bench.register_buy().await;
    let (id, callback) = bench.buy();
    bench.good("POST", &callback, json!({ "type": 5, "data": { "flags": 64 } })).await;
    let webhook = bench.webhook(id);
    let first = bench.good("POST", &webhook, json!({ "content": "One" })).await;
    assert_eq!(bench.control.response(id).unwrap().id.to_string(), first["id"]);
    assert_eq!(bench.control.messages(ANNA, CHANNEL), [], "it stays as private as it was");
    let second = bench.good("POST", &webhook, json!({ "content": "Two" })).await;
    assert_eq!(bench.control.messages(ANNA, CHANNEL).len(), 1, "this one is public");
    let path = format!("{webhook}/messages/{}", second["id"].as_str().unwrap());
    bench.good("PATCH", &path, json!({ "content": "Three" })).await;
    assert_eq!(bench.good("GET", &path, Value::Null).await["content"], "Three");
    bench.good("DELETE", &path, Value::Null).await;
    assert_eq!(bench.refusal("GET", &path, Value::Null).await, (404, 10_008));
    // An ephemeral message is out of reach for the bot's own token.
    let edit = format!("channels/{CHANNEL}/messages/{}", first["id"].as_str().unwrap());
    assert_eq!(bench.refusal("PATCH", &edit, json!({ "content": "x" })).await, (404, 10_008));
}

#[tokio::test]
async fn buttons_update_their_message() {
    let bench = Bench::new().await;
    let path = format!("channels/{CHANNEL}/messages");
    let body = json!({ "content": "Card", "components": [button("pay")] });
    let sent = bench.good("POST", &path, body).await;
    let message = sent["id"].as_str().unwrap().parse().unwrap();
    let missing = ControlError::NoSuchComponent("Sell".to_owned());
    assert_eq!(bench.control.press(ANNA, message, "Sell"), Err(missing));
    let answer = async |id: u64, body: Value| {
        let token = bench.control.interaction_token(id).unwrap();
        bench
            .call("POST", &format!("interactions/{id}/{token}/callback?with_response=true"), body)
            .await
    };
    let first = bench.control.press(ANNA, message, "PAY").unwrap();
    let (status, update) = answer(first, json!({ "type": 7, "data": { "content": "Paid" } })).await;
    assert_eq!((status, &update["resource"]["message"]["content"]), (200, &json!("Paid")));
    assert_eq!(bench.control.message(message).unwrap().text(), "Paid");
    assert!(
        bench.control.message(message).unwrap().button("PAY").is_some(),
        "only what is named changes"
    );
    let second = bench.control.forge_press(ANNA, message, "never-offered").unwrap();
    answer(second, json!({ "type": 6 })).await;
    assert_eq!(bench.control.interaction(second).unwrap().answer, Some(Answer::DeferredUpdate));
    let original = format!("{}/messages/@original", bench.webhook(second));
    bench.good("PATCH", &original, json!({ "content": "Done", "components": [] })).await;
    assert_eq!(bench.control.message(message).unwrap().text(), "Done");
    assert!(bench.control.press(ANNA, message, "PAY").is_err(), "the button is gone");
}

#[tokio::test]
async fn an_answer_must_fit_its_interaction() {
    let bench = Bench::new().await;
    bench.register_buy().await;
    for wrong in [1, 6, 7, 8, 11] {
        let (_, callback) = bench.buy();
        let body = json!({ "type": wrong, "data": { "content": "Hi", "choices": [] } });
        let error = bench.form_error("POST", &callback, body, "type").await;
        assert_eq!(error, "BASE_TYPE_CHOICES", "{wrong}");
    }
    let (id, callback) = bench.buy();
    let modal = |label: &str| {
        let input =
            json!({ "type": 4, "custom_id": "note", "style": 1, "label": label, "max_length": 5 });
        json!({ "type": 9, "data": {
            "custom_id": "form", "title": "A form", "components": [{ "type": 1, "components": [input] }],
        } })
    };
    let field = "data/components/0/components/0/label";
    let error = bench.form_error("POST", &callback, modal(&"x".repeat(46)), field).await;
    assert_eq!(error, "BASE_TYPE_BAD_LENGTH");
    bench.good("POST", &callback, modal("Note")).await;
    let wrong = ControlError::WrongField("Note".to_owned());
    assert_eq!(bench.control.submit_modal(id, &[("Note", "too long")]), Err(wrong.clone()));
    assert_eq!(bench.control.submit_modal(id, &[("Note", "")]), Err(wrong));
    let sent = bench.control.submit_modal(id, &[("Note", "short")]).unwrap();
    assert_eq!(bench.control.interaction(sent).unwrap().name, "form");
    bench.control.forge_modal(id, &[("note", "far too long for it")]).unwrap();
}
