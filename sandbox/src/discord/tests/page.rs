//! The control interface over HTTP, as the page and foreign processes use it.

use serde_json::json;

use super::*;

impl Bench {
    async fn look(&self, path: &str) -> Value {
        let url = format!("{}/sandbox/{path}", self.running.url());
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    async fn act(&self, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/sandbox/{path}", self.running.url());
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

#[tokio::test]
async fn a_page_can_play_people() {
    let bench = Bench::new().await;
    bench.register_buy().await;
    let (_, made) = bench.act("users", json!({ "id": "7", "username": "zoe" })).await;
    let dm = made["dm"].as_str().unwrap();
    bench
        .act("guilds", json!({ "id": "8", "name": "Two", "owner": "7", "members": ["2001"] }))
        .await;
    bench.act("channels", json!({ "guild": "8", "id": "9", "name": "talk" })).await;
    let world = bench.look("world").await;
    assert_eq!(
        world["people"][0],
        json!({ "id": "7", "name": "zoe", "locale": "en-US", "dms_open": true })
    );
    assert_eq!(world["guilds"][0]["members"].as_array().unwrap().len(), 2);
    let line =
        json!({ "person": "7", "channel": dm, "line": "/buy", "options": { "service": "tg" } });
    let (status, begun) = bench.act("commands", line).await;
    assert_eq!(status, 200, "{begun}");
    let id: u64 = begun["interaction"].as_str().unwrap().parse().unwrap();
    let token = bench.control.interaction_token(id).unwrap();
    let answer = json!({ "type": 4, "data": { "content": "Hi", "flags": 64, "components": [button("pay")] } });
    bench.good("POST", &format!("interactions/{id}/{token}/callback"), answer).await;
    let shown = bench.look(&format!("channels/{dm}/messages/7")).await;
    assert_eq!(shown[0]["rows"][0][0]["label"], "PAY");
    let message = shown[0]["id"].as_str().unwrap();
    let (_, pressed) =
        bench.act("press", json!({ "person": "7", "message": message, "name": "PAY" })).await;
    let path = format!("interactions/{}", pressed["interaction"].as_str().unwrap());
    assert_eq!(bench.look(&path).await["kind"], "component");
    let (status, refused) =
        bench.act("press", json!({ "person": "2001", "message": message, "name": "PAY" })).await;
    assert_eq!(status, 404, "{refused}: nobody else sees it");
    assert_eq!(bench.look("state").await["requests"]["callback"], 1);
}

#[tokio::test]
async fn faults_are_ordered_and_ended() {
    let bench = Bench::new().await;
    let rule = json!({ "route": "me", "fault": { "rate_limited": { "retry_after_ms": 1_000 } }, "times": 1 });
    assert_eq!(bench.act("faults", rule.clone()).await.0, 200);
    assert_eq!(bench.look("faults").await, json!([rule]));
    let always = json!({ "route": "me", "fault": "bad_gateway" });
    bench.act("faults", always).await;
    assert_eq!(bench.call("GET", "users/@me", Value::Null).await.0, 429);
    assert_eq!(bench.call("GET", "users/@me", Value::Null).await.0, 502);
    let url = format!("{}/sandbox/faults", bench.running.url());
    bench.http.delete(url).send().await.unwrap();
    assert_eq!(bench.call("GET", "users/@me", Value::Null).await.0, 200);
    assert_eq!(
        bench.act("faults", json!({ "route": "nowhere", "fault": "bad_gateway" })).await.0,
        404
    );
}
