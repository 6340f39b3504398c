//! Messages that the bot writes by itself, and what a message must be like.

use serde_json::json;

use super::*;

fn messages() -> String {
    format!("channels/{CHANNEL}/messages")
}

#[tokio::test]
async fn only_the_token_opens_the_door() {
    let bench = Bench::new().await;
    let answer = bench.http.get(bench.url("users/@me")).send().await.unwrap();
    assert_eq!(answer.status(), 401);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body, json!({ "message": "401: Unauthorized", "code": 0 }));
    assert_eq!(bench.good("GET", "users/@me", Value::Null).await["id"], APPLICATION.to_string());
    bench.control.revoke_token(true);
    assert_eq!(bench.refusal("GET", "users/@me", Value::Null).await, (401, 0));
    assert_eq!(bench.control.invalid_requests(), 2);
    assert_eq!(bench.call("GET", "no/such/route", Value::Null).await.0, 404);
    assert_eq!(bench.call("PUT", &messages(), Value::Null).await.0, 405);
}

#[tokio::test]
async fn closed_dms_and_strangers_are_out_of_reach() {
    let bench = Bench::new().await;
    let open = async |person: u64| {
        let body = json!({ "recipient_id": person.to_string() });
        bench.call("POST", "users/@me/channels", body).await
    };
    let (_, channel) = open(BORIS).await;
    let path = format!("channels/{}/messages", channel["id"].as_str().unwrap());
    let hello = json!({ "content": "Hi" });
    let sent = bench.good("POST", &path, hello.clone()).await;
    bench.control.close_dms(BORIS).unwrap();
    assert_eq!(bench.refusal("POST", &path, hello.clone()).await, (403, 50_007));
    let edit = format!("{path}/{}", sent["id"].as_str().unwrap());
    bench.good("PATCH", &edit, json!({ "content": "still editable" })).await;
    bench.control.open_dms(BORIS).unwrap();
    bench.control.remove_bot_from_guild(GUILD).unwrap();
    assert_eq!(
        bench.refusal("POST", &path, hello.clone()).await,
        (403, 50_007),
        "nothing in common"
    );
    bench.control.install_app(BORIS, true).unwrap();
    bench.good("POST", &path, hello.clone()).await;
    assert_eq!(bench.refusal("POST", &messages(), hello.clone()).await, (403, 50_001));
    assert_eq!(bench.refusal("POST", "channels/5/messages", hello).await, (404, 10_003));
    assert_eq!(open(99).await.1["code"], 50_033);
}

#[tokio::test]
async fn what_is_wrong_with_a_message_is_told_by_field() {
    let bench = Bench::new().await;
    let many = |count: usize| (0..count).map(|at| button(&format!("b{at}"))).collect::<Vec<_>>();
    let embeds =
        |text: &str| json!({ "embeds": [{ "description": text }, { "description": text }] });
    let select = |options: usize| {
        let option = |at| json!({ "label": "x", "value": format!("{at}") });
        let options: Vec<Value> = (0..options).map(option).collect();
        let select = json!({ "type": 3, "custom_id": "s", "options": options });
        json!({ "components": [{ "type": 1, "components": [select] }] })
    };
    let cases = [
        (json!({ "content": "x".repeat(2_001) }), "content", "BASE_TYPE_BAD_LENGTH"),
        (json!({ "content": "x", "flags": 64 }), "flags", "MESSAGE_FLAGS_INVALID"),
        (json!({ "components": many(6) }), "components", "BASE_TYPE_BAD_LENGTH"),
        (
            json!({ "components": [button("same"), button("same")] }),
            "components/1/components/0/custom_id",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
        ),
        (
            json!({ "components": [button(&"x".repeat(101))] }),
            "components/0/components/0/custom_id",
            "BASE_TYPE_BAD_LENGTH",
        ),
        (select(26), "components/0/components/0/options", "BASE_TYPE_BAD_LENGTH"),
        (embeds(&"x".repeat(3_001)), "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
        (embeds(&"x".repeat(4_097)), "embeds/0/description", "BASE_TYPE_BAD_LENGTH"),
        (
            json!({ "embeds": [{ "fields": [{ "name": "", "value": "x" }] }] }),
            "embeds/0/fields/0/name",
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            json!({ "embeds": [{ "title": "x", "image": { "url": "attachment://no.png" } }] }),
            "embeds/0/image/url",
            "URL_TYPE_INVALID_URL",
        ),
        (
            json!({ "content": "x", "allowed_mentions": { "parse": ["users"], "users": ["7"] } }),
            "allowed_mentions",
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        ),
    ];
    for (body, field, code) in cases {
        assert_eq!(bench.form_error("POST", &messages(), body, field).await, code);
    }
    assert_eq!(bench.refusal("POST", &messages(), json!({})).await, (400, 50_006));
    assert_eq!(bench.refusal("POST", &messages(), json!({ "content": " " })).await, (400, 50_006));
    bench.good("POST", &messages(), select(25)).await;
    bench.good("POST", &messages(), embeds(&"x".repeat(3_000))).await;
    bench
        .good("POST", &messages(), json!({ "content": "x".repeat(2_000), "components": many(5) }))
        .await;
    assert_eq!(bench.control.messages(ANNA, CHANNEL).len(), 3);
}

#[tokio::test]
async fn mentions_ring_only_as_far_as_they_are_allowed() {
    let bench = Bench::new().await;
    let content = format!("@everyone <@{ANNA}> <@{BORIS}>");
    let rings = async |allowed: Value| {
        let body = json!({ "content": content, "allowed_mentions": allowed });
        bench.good("POST", &messages(), body).await;
        let shown = bench.control.last_message(ANNA, CHANNEL).unwrap();
        (shown.pings_everyone, shown.pings)
    };
    assert_eq!(rings(Value::Null).await, (true, vec![ANNA, BORIS]));
    assert_eq!(rings(json!({ "parse": [] })).await, (false, vec![]));
    assert_eq!(rings(json!({ "users": [BORIS.to_string()] })).await, (false, vec![BORIS]));
    assert_eq!(rings(json!({ "parse": ["users"] })).await, (false, vec![ANNA, BORIS]));
}

type Files<'a> = &'a [(&'a str, &'a [u8])];

/// Sends a form with a part of JSON, if any, and files; its status and answer.
async fn upload(
    bench: &Bench,
    (method, path): (&str, &str),
    json: Option<Value>,
    files: Files<'_>,
) -> (u16, Value) {
    let mut form = reqwest::multipart::Form::new();
    if let Some(json) = json {
        form = form.text("payload_json", json.to_string());
    }
    for (part, bytes) in files {
        let file = reqwest::multipart::Part::bytes(bytes.to_vec()).file_name("qr.png");
        form = form.part((*part).to_owned(), file.mime_str("image/png").unwrap());
    }
    let answer = bench.request(method, path).multipart(form).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
}

#[tokio::test]
async fn files_come_in_numbered_parts_that_the_json_names() {
    let bench = Bench::new().await;
    let named = |ids: &[u64]| {
        let files: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
        Some(json!({ "content": "Here", "attachments": files }))
    };
    let picture: Files<'_> = &[("files[0]", b"QR")];
    let path = messages();
    let to = ("POST", path.as_str());
    let large = vec![0; 10 * 1024 * 1024 + 1];
    for (json, files, code) in [
        (None, picture, 50_035),
        (named(&[0]), &[("file", b"QR".as_slice())][..], 50_035),
        (named(&[1]), picture, 50_035),
        (named(&[]), picture, 50_035),
        (named(&[0]), &[], 50_035),
        (named(&[0]), &[("files[0]", large.as_slice())], 40_005),
    ] {
        let (status, answer) = upload(&bench, to, json, files).await;
        assert_eq!(answer["code"], code, "{status} {answer}");
    }
    let (_, sent) = upload(&bench, to, named(&[0]), picture).await;
    let (message, file) =
        (sent["id"].as_str().unwrap(), sent["attachments"][0]["id"].as_str().unwrap());
    let kept = bench.control.file(message.parse().unwrap(), file.parse().unwrap()).unwrap();
    assert_eq!(&kept[..], b"QR");
    let edit = format!("{path}/{message}");
    let shown = bench.good("PATCH", &edit, json!({ "content": "Still there" })).await;
    assert_eq!(shown["attachments"].as_array().unwrap().len(), 1, "an edit leaves its files");
    let (_, refused) = upload(&bench, ("PATCH", &edit), Some(json!({})), picture).await;
    assert_eq!(refused["code"], 50_035, "an edit names every file that it wants: {refused}");
    let (_, two) = upload(
        &bench,
        ("PATCH", &edit),
        Some(json!({ "attachments": [{ "id": file }, { "id": 0 }] })),
        picture,
    )
    .await;
    assert_eq!(two["attachments"].as_array().unwrap().len(), 2, "{two}");
    let none = bench.good("PATCH", &edit, json!({ "attachments": [] })).await;
    assert_eq!(none["attachments"], json!([]));
}

#[tokio::test]
async fn an_enforced_nonce_writes_once() {
    let bench = Bench::new().await;
    let body = json!({ "content": "Your code", "nonce": "order-7", "enforce_nonce": true });
    let first = bench.good("POST", &messages(), body.clone()).await;
    let again = bench.good("POST", &messages(), body.clone()).await;
    assert_eq!(first["id"], again["id"]);
    bench.pass(5 * 60 * 1_000);
    let later = bench.good("POST", &messages(), body).await;
    assert_ne!(first["id"], later["id"], "it is remembered for a few minutes only");
}

#[tokio::test]
async fn only_its_own_messages_can_be_changed() {
    let bench = Bench::new().await;
    let said = bench.control.say(ANNA, CHANNEL, "Hello").unwrap();
    let path = format!("{}/{said}", messages());
    assert_eq!(bench.refusal("PATCH", &path, json!({ "content": "x" })).await, (403, 50_005));
    assert_eq!(bench.refusal("DELETE", &path, Value::Null).await, (403, 50_013));
    let sent = bench.good("POST", &messages(), json!({ "content": "Mine" })).await;
    let path = format!("{}/{}", messages(), sent["id"].as_str().unwrap());
    bench.good("DELETE", &path, Value::Null).await;
    assert_eq!(bench.refusal("PATCH", &path, json!({ "content": "x" })).await, (404, 10_008));
    let shown = bench.control.messages(BORIS, CHANNEL);
    let texts: Vec<&str> = shown.iter().map(|message| message.content.as_str()).collect();
    assert_eq!(texts, ["Hello"]);
}
