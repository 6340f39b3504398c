//! One log line per request, with nothing secret in it.

use serde_json::json;

use super::*;

#[tokio::test]
async fn every_request_is_one_line_with_its_whole_body() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("requests.jsonl");
    let bench = Bench::with(false, RequestLog::to_file(&path).unwrap()).await;
    bench.result("sendMessage", json!({ "chat_id": ANNA, "text": "Hi" })).await;
    let query = format!("{}?chat_id={ANNA}&action=typing", bench.method_url("sendChatAction"));
    bench.http.get(query).send().await.unwrap();
    let file = reqwest::multipart::Part::bytes(b"a,b".as_slice()).file_name("orders.csv");
    let parts = reqwest::multipart::Form::new()
        .text("chat_id", ANNA.to_string())
        .text("document", "attach://part1")
        .part("part1", file);
    bench.http.post(bench.method_url("SendDocument")).multipart(parts).send().await.unwrap();
    let form = bench.http.post(bench.method_url("getChat")).body("chat_id=9&x=%C3%A9");
    form.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
    bench.http.get(format!("{}/sandbox/world", bench.running.url())).send().await.unwrap();

    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains(TOKEN), "the token is redacted");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 4, "control requests are no bot traffic");
    let expected = json!({
        "at": START_MS,
        "method": "POST",
        "path": "/bot***/sendMessage",
        "content_type": "application/json",
        "body": { "chat_id": ANNA, "text": "Hi" },
        "status": 200,
    });
    assert_eq!(lines[0], expected);
    let action = format!("/bot***/sendChatAction?chat_id={ANNA}&action=typing");
    assert_eq!(
        (&lines[1]["path"], &lines[1]["method"], &lines[1]["body"]),
        (&json!(action), &json!("GET"), &json!(null))
    );
    assert!(
        lines[2]["content_type"].as_str().unwrap().starts_with("multipart/form-data; boundary=")
    );
    let parts = json!({
        "chat_id": ANNA.to_string(),
        "document": "attach://part1",
        "part1": { "filename": "orders.csv", "size": 3 },
    });
    assert_eq!(lines[2]["body"], parts);
    assert_eq!(
        (&lines[3]["body"], &lines[3]["status"]),
        (&json!({ "chat_id": "9", "x": "é" }), &json!(400))
    );
}
