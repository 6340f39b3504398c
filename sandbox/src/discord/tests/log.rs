//! One log line per request, with nothing secret in it.

use serde_json::json;

use super::*;

#[tokio::test]
async fn every_request_is_one_line_without_tokens() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("requests.jsonl");
    let bench = Bench::with(|options| options.log = RequestLog::to_file(&path).unwrap()).await;
    bench.register_buy().await;
    let (id, callback) = bench.buy();
    bench.good("POST", &callback, json!({ "type": 5 })).await;
    let part = reqwest::multipart::Part::bytes(b"QR".as_slice()).file_name("qr.png");
    let form = reqwest::multipart::Form::new()
        .text(
            "payload_json",
            json!({ "content": "Here", "attachments": [{ "id": 0 }] }).to_string(),
        )
        .part("files[0]", part);
    let original = format!("{}/messages/@original?wait=true", bench.webhook(id));
    bench.request("PATCH", &original).multipart(form).send().await.unwrap();
    bench.http.get(format!("{}/sandbox/world", bench.running.url())).send().await.unwrap();

    let text = std::fs::read_to_string(&path).unwrap();
    let token = bench.control.interaction_token(id).unwrap();
    assert!(!text.contains(TOKEN) && !text.contains(&token), "tokens are redacted");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3, "control requests are no bot traffic");
    let expected = json!({
        "at": START_MS,
        "method": "POST",
        "path": format!("/api/v10/interactions/{id}/***/callback"),
        "content_type": "application/json",
        "body": { "type": 5 },
        "status": 204,
    });
    assert_eq!(lines[1], expected);
    let edited = format!("/api/v10/webhooks/{APPLICATION}/***/messages/@original?wait=true");
    assert_eq!((&lines[2]["path"], &lines[2]["status"]), (&json!(edited), &json!(200)));
    let parts = json!({
        "payload_json": { "content": "Here", "attachments": [{ "id": 0 }] },
        "files[0]": { "filename": "qr.png", "size": 2 },
    });
    assert_eq!(lines[2]["body"], parts);
}
