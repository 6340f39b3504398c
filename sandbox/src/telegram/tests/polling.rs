//! `getUpdates`: waiting, acknowledging, conflicts, replays.

use serde_json::json;

use super::*;

fn ids(updates: &Value) -> Vec<i64> {
    updates.as_array().unwrap().iter().map(|update| update["update_id"].as_i64().unwrap()).collect()
}

impl Bench {
    /// Waits until a poll waits.
    async fn polled(&self) {
        self.control.until(BOUND, |control| control.is_polled().then_some(())).await.unwrap();
    }
}

#[tokio::test]
async fn a_poll_waits_until_something_arrives() {
    let bench = Bench::new().await;
    bench.drain().await;
    let poll = tokio::spawn(
        bench.http.post(bench.method_url("getUpdates")).json(&json!({ "timeout": 40 })).send(),
    );
    bench.polled().await;
    assert!(!poll.is_finished());
    bench.control.say(ANNA, ANNA, "now").unwrap();
    let answer = tokio::time::timeout(BOUND, poll).await.unwrap().unwrap().unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["result"][0]["message"]["text"], "now");
}

#[tokio::test]
async fn a_poll_ends_empty_when_its_time_is_over() {
    let bench = Bench::new().await;
    bench.drain().await;
    assert_eq!(bench.result("getUpdates", json!({ "timeout": 1 })).await, json!([]));
    assert!(!bench.control.is_polled());
}

#[tokio::test]
async fn updates_stay_until_an_offset_acknowledges_them() {
    let bench = Bench::new().await;
    for text in ["a", "b", "c"] {
        bench.control.say(ANNA, ANNA, text).unwrap();
    }
    let first = ids(&bench.result("getUpdates", json!({ "limit": 2 })).await);
    let again = ids(&bench.result("getUpdates", json!({})).await);
    assert_eq!((first.len(), again.len()), (2, 4));
    assert_eq!(first, again[..2]);
    let rest = ids(&bench.result("getUpdates", json!({ "offset": again[2] })).await);
    assert_eq!(rest, again[2..]);
    assert_eq!(
        ids(&bench.result("getUpdates", json!({ "offset": again[0] })).await),
        rest,
        "the past stays past"
    );
    assert_eq!(bench.control.pending_updates(), 2);
}

#[tokio::test]
async fn a_negative_offset_keeps_only_the_newest() {
    let bench = Bench::new().await;
    for text in ["a", "b", "c"] {
        bench.control.say(ANNA, ANNA, text).unwrap();
    }
    let newest = bench.result("getUpdates", json!({ "offset": -1 })).await;
    assert_eq!(newest.as_array().unwrap().len(), 1);
    assert_eq!(newest[0]["message"]["text"], "c");
    assert_eq!(bench.control.pending_updates(), 1);
    let all_that_is_left = bench.result("getUpdates", json!({ "offset": -50 })).await;
    assert_eq!(all_that_is_left, newest);
}

#[tokio::test]
async fn at_most_a_hundred_updates_come_at_once() {
    let bench = Bench::new().await;
    for number in 0..120 {
        bench.control.say(ANNA, ANNA, &number.to_string()).unwrap();
    }
    for limit in [0, 100, 1_000, -5] {
        let batch = bench.result("getUpdates", json!({ "limit": limit })).await;
        assert_eq!(batch.as_array().unwrap().len(), 100);
    }
}

#[tokio::test]
async fn the_earlier_of_two_polls_ends_with_a_conflict() {
    let bench = Bench::new().await;
    bench.drain().await;
    let earlier = tokio::spawn(
        bench.http.post(bench.method_url("getUpdates")).json(&json!({ "timeout": 40 })).send(),
    );
    bench.polled().await;
    assert_eq!(bench.result("getUpdates", json!({})).await, json!([]));
    let answer = tokio::time::timeout(BOUND, earlier).await.unwrap().unwrap().unwrap();
    assert_eq!(answer.status(), 409);
    let answer: Value = answer.json().await.unwrap();
    let words = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
    assert_eq!(answer["description"], words);
}

#[tokio::test]
async fn kinds_of_updates_are_remembered_between_calls() {
    let bench = Bench::new().await;
    let id = bench.send_button().await;
    bench.drain().await;
    bench.result("getUpdates", json!({ "allowed_updates": ["callback_query"] })).await;
    bench.result("getUpdates", json!({})).await;
    bench.control.say(ANNA, ANNA, "unheard").unwrap();
    bench.control.press(ANNA, ANNA, id, "buy").unwrap();
    let updates = bench.drain().await;
    assert_eq!(updates.len(), 1);
    assert_eq!(updates[0]["callback_query"]["data"], "buy");
    bench.result("getUpdates", json!({ "allowed_updates": [] })).await;
    bench.control.say(ANNA, ANNA, "heard").unwrap();
    assert_eq!(bench.drain().await.len(), 1);
}

#[tokio::test]
async fn acknowledged_updates_can_be_handed_out_again() {
    let bench = Bench::new().await;
    bench.control.say(ANNA, ANNA, "second").unwrap();
    let updates = bench.drain().await;
    let (first, second) = (&updates[0], &updates[1]);
    let first_id = first["update_id"].as_i64().unwrap();
    bench.control.replay(first_id).unwrap();
    assert!(bench.control.replay(first_id - 1).is_err());
    assert_eq!(bench.control.pending_updates(), 1);
    let offset = second["update_id"].as_i64().unwrap() + 1;
    let replayed = bench.result("getUpdates", json!({ "offset": offset })).await;
    assert_eq!(replayed, json!([first]), "word for word, whatever the offset");
    assert_eq!(bench.result("getUpdates", json!({ "offset": offset })).await, json!([]), "once");
    assert_eq!(bench.control.replay_last(10), 2);
    assert_eq!(bench.result("getUpdates", json!({ "offset": offset })).await, json!(updates));
}

#[tokio::test]
async fn webhooks_are_absent_and_pending_updates_can_be_dropped() {
    let bench = Bench::new().await;
    let info = bench.result("getWebhookInfo", json!({})).await;
    assert_eq!((&info["url"], &info["pending_update_count"]), (&json!(""), &json!(1)));
    bench.result("deleteWebhook", json!({ "drop_pending_updates": true })).await;
    assert_eq!(bench.control.pending_updates(), 0);
}

#[tokio::test]
async fn stopping_breaks_an_open_poll() {
    let bench = Bench::new().await;
    bench.drain().await;
    let poll = tokio::spawn(
        bench.http.post(bench.method_url("getUpdates")).json(&json!({ "timeout": 40 })).send(),
    );
    bench.polled().await;
    tokio::time::timeout(BOUND, bench.running.stop()).await.unwrap();
    assert!(tokio::time::timeout(BOUND, poll).await.unwrap().unwrap().is_err());
}
