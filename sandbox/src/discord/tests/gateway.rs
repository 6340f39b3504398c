//! The gateway as it is spoken on the wire, and what goes wrong there on order.

use std::io::Read;

use flate2::read::ZlibDecoder;
use futures::{SinkExt, StreamExt};
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

use super::*;

/// What the gateway said, or how it ended.
#[derive(Debug, PartialEq)]
enum Heard {
    Payload(Value),
    Closed(u16),
    Broken,
}

struct Wire(WebSocketStream<TcpStream>);

impl Wire {
    /// Connects and takes HELLO.
    async fn open(bench: &Bench) -> Self {
        let (mut wire, hello) = Self::greeted(bench, "?v=10&encoding=json").await;
        assert_eq!(
            hello,
            Heard::Payload(
                json!({ "op": 10, "s": null, "t": null, "d": { "heartbeat_interval": 41_250 } })
            )
        );
        wire.0.flush().await.unwrap();
        wire
    }

    async fn greeted(bench: &Bench, query: &str) -> (Self, Heard) {
        let found = bench.good("GET", "gateway", Value::Null).await;
        let url = format!("{}{query}", found["url"].as_str().unwrap());
        let host = bench.running.url().replace("http://", "");
        let stream = TcpStream::connect(host).await.unwrap();
        let (socket, _) = client_async(url, stream).await.unwrap();
        let mut wire = Self(socket);
        let first = wire.hear().await;
        (wire, first)
    }

    /// Connects and identifies; the session's id. READY and the server have been heard.
    async fn identified(bench: &Bench) -> (Self, String) {
        let mut wire = Self::open(bench).await;
        wire.identify(json!({})).await;
        let ready = wire.event("READY").await;
        assert_eq!(ready["s"], 1);
        assert_eq!(wire.event("GUILD_CREATE").await["d"]["name"], "The Shop");
        (wire, ready["d"]["session_id"].as_str().unwrap().to_owned())
    }

    async fn say(&mut self, payload: Value) {
        self.0.send(Message::Text(payload.to_string())).await.unwrap();
    }

    async fn identify(&mut self, changes: Value) {
        let mut data = json!({ "token": TOKEN, "intents": 1, "properties": {} });
        data.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        self.say(json!({ "op": 2, "d": data })).await;
    }

    async fn resume(&mut self, session: &str, seq: u64) {
        self.say(json!({ "op": 6, "d": { "token": TOKEN, "session_id": session, "seq": seq } }))
            .await;
    }

    async fn hear(&mut self) -> Heard {
        match tokio::time::timeout(BOUND, self.0.next()).await.expect("nothing was said") {
            Some(Ok(Message::Text(text))) => Heard::Payload(serde_json::from_str(&text).unwrap()),
            Some(Ok(Message::Binary(bytes))) => {
                let mut text = String::new();
                ZlibDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
                Heard::Payload(serde_json::from_str(&text).unwrap())
            }
            Some(Ok(Message::Close(frame))) => Heard::Closed(frame.unwrap().code.into()),
            Some(Ok(_) | Err(_)) | None => Heard::Broken,
        }
    }

    async fn event(&mut self, name: &str) -> Value {
        match self.hear().await {
            Heard::Payload(payload) if payload["t"] == name => payload,
            other => panic!("{name} was expected: {other:?}"),
        }
    }

    async fn opcode(&mut self) -> (u64, Value) {
        match self.hear().await {
            Heard::Payload(payload) => (payload["op"].as_u64().unwrap(), payload["d"].clone()),
            other => panic!("a payload was expected: {other:?}"),
        }
    }
}

#[tokio::test]
async fn heartbeats_are_acknowledged_unless_told_otherwise() {
    let bench = Bench::new().await;
    let (mut wire, _) = Wire::identified(&bench).await;
    wire.say(json!({ "op": 1, "d": 2 })).await;
    assert_eq!(wire.opcode().await, (11, Value::Null));
    bench.control.acknowledge_heartbeats(false);
    wire.say(json!({ "op": 1, "d": 2 })).await;
    let twice = |control: &Control| (control.gateway_counts().heartbeats == 2).then_some(());
    bench.control.until(BOUND, twice).await.unwrap();
    bench.register_buy().await;
    bench.buy();
    wire.event("INTERACTION_CREATE").await;
}

#[tokio::test]
async fn who_asks_for_it_gets_every_event_compressed() {
    let bench = Bench::new().await;
    let mut wire = Wire::open(&bench).await;
    wire.identify(json!({ "compress": true })).await;
    let packed = wire.0.next().await.unwrap().unwrap();
    assert!(packed.is_binary(), "{packed:?}");
    wire.event("GUILD_CREATE").await;
}

#[tokio::test]
async fn a_resumed_session_gets_what_it_missed_in_order() {
    let bench = Bench::new().await;
    bench.register_buy().await;
    let (mut wire, session) = Wire::identified(&bench).await;
    let (seen, _) = bench.buy();
    assert_eq!(wire.event("INTERACTION_CREATE").await["d"]["id"], seen.to_string());
    bench.control.cut();
    assert_eq!(wire.hear().await, Heard::Broken);
    assert!(!bench.control.is_connected());
    let (missed, _) = bench.buy();
    let mut wire = Wire::open(&bench).await;
    wire.resume(&session, 3).await;
    let again = wire.event("INTERACTION_CREATE").await;
    assert_eq!((&again["s"], &again["d"]["id"]), (&json!(4), &json!(missed.to_string())));
    assert_eq!(wire.event("RESUMED").await["s"], 5);
    assert_eq!(bench.control.gateway_counts().resumes, 1);
}

#[tokio::test]
async fn an_invalid_session_starts_afresh_or_resumes() {
    let bench = Bench::new().await;
    let (mut wire, session) = Wire::identified(&bench).await;
    bench.control.ask_to_reconnect();
    assert_eq!(wire.opcode().await, (7, Value::Null));
    bench.control.invalidate_session(true);
    assert_eq!(wire.opcode().await, (9, json!(true)));
    wire.resume(&session, 2).await;
    wire.event("RESUMED").await;
    bench.control.invalidate_session(false);
    assert_eq!(wire.opcode().await, (9, json!(false)));
    wire.resume(&session, 2).await;
    assert_eq!(wire.opcode().await, (9, json!(false)), "it is gone");
    wire.identify(json!({})).await;
    assert_ne!(wire.event("READY").await["d"]["session_id"], session);
}

#[tokio::test]
async fn the_gateway_closes_with_the_codes_of_its_document() {
    let bench = Bench::new().await;
    let cases = [
        (json!({ "op": 2, "d": { "token": "wrong", "intents": 1, "properties": {} } }), 4_004),
        (json!({ "op": 2, "d": { "token": TOKEN, "intents": 1 << 30, "properties": {} } }), 4_013),
        (json!({ "op": 2, "d": { "token": TOKEN, "intents": 1 << 15, "properties": {} } }), 4_014),
        (json!({ "op": 3, "d": {} }), 4_003),
        (json!({ "op": 77 }), 4_001),
        (json!("nonsense"), 4_002),
        (json!({ "op": 3, "d": "x".repeat(5_000) }), 4_002),
    ];
    for (payload, code) in cases {
        let mut wire = Wire::open(&bench).await;
        wire.say(payload).await;
        assert_eq!(wire.hear().await, Heard::Closed(code));
    }
    let (mut wire, _) = Wire::identified(&bench).await;
    wire.identify(json!({})).await;
    assert_eq!(wire.hear().await, Heard::Closed(4_005));
    assert_eq!(Wire::greeted(&bench, "?v=9").await.1, Heard::Closed(4_012));
    assert_eq!(Wire::greeted(&bench, "?v=10&compress=zlib-stream").await.1, Heard::Closed(4_012));
    let mut wire = Wire::open(&bench).await;
    for _ in 0..121 {
        wire.say(json!({ "op": 1, "d": null })).await;
    }
    for _ in 0..120 {
        assert_eq!(wire.opcode().await.0, 11);
    }
    assert_eq!(wire.hear().await, Heard::Closed(4_008));
}

#[tokio::test]
async fn a_silent_bot_is_timed_out() {
    let bench = Bench::with(|options| options.heartbeat_ms = 20).await;
    let (mut wire, hello) = Wire::greeted(&bench, "?v=10").await;
    assert!(matches!(hello, Heard::Payload(_)));
    assert_eq!(wire.hear().await, Heard::Closed(4_009));
}

#[tokio::test]
async fn events_come_twice_or_late_on_order() {
    let bench = Bench::new().await;
    bench.register_buy().await;
    let (mut wire, _) = Wire::identified(&bench).await;
    bench.control.hold_events();
    let (id, _) = bench.buy();
    wire.say(json!({ "op": 1, "d": 2 })).await;
    assert_eq!(wire.opcode().await.0, 11, "the event did not come before this");
    assert_eq!(bench.control.release_events(), 1);
    assert!(bench.control.repeat_interaction());
    for seq in [3, 4] {
        let event = wire.event("INTERACTION_CREATE").await;
        assert_eq!((&event["s"], &event["d"]["id"]), (&json!(seq), &json!(id.to_string())));
    }
}

#[tokio::test]
async fn a_closed_connection_is_resumed_and_a_revoked_token_ends_it() {
    let bench = Bench::new().await;
    let (wire, session) = Wire::identified(&bench).await;
    drop(wire);
    let mut wire = Wire::open(&bench).await;
    wire.resume(&session, 2).await;
    wire.event("RESUMED").await;
    bench.control.close(4_000);
    assert_eq!(wire.hear().await, Heard::Closed(4_000));
    let (mut wire, _) = Wire::identified(&bench).await;
    bench.control.revoke_token(true);
    assert_eq!(wire.hear().await, Heard::Closed(4_004));
    let mut wire = Wire::open(&bench).await;
    wire.identify(json!({})).await;
    assert_eq!(wire.hear().await, Heard::Closed(4_004));
}

#[tokio::test]
async fn coming_and_going_is_told() {
    let bench = Bench::new().await;
    let (mut wire, _) = Wire::identified(&bench).await;
    bench.control.remove_bot_from_guild(GUILD).unwrap();
    assert_eq!(wire.event("GUILD_DELETE").await["d"]["id"], GUILD.to_string());
    bench.control.add_bot_to_guild(GUILD).unwrap();
    assert_eq!(wire.event("GUILD_CREATE").await["d"]["id"], GUILD.to_string());
    bench.control.say(ANNA, CHANNEL, "Hello").unwrap();
    bench.register_buy().await;
    bench.buy();
    wire.event("INTERACTION_CREATE").await;
}
