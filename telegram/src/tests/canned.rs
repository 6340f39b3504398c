//! A server that gives prepared answers: for what the emulator, which is always right, never says.

use std::sync::{Arc, Mutex};

use bot_core::clock::{ManualClock, Timestamp};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
};

use super::{
    script::Script,
    stage::{bounded, connect},
};
use crate::{ConnectError, Settings, Telegram, TokenRevoked};

/// Answers each request with the next of `answers`, then not at all. Reports what was asked: method and body.
async fn serve(answers: Vec<(u16, Value)>) -> (String, mpsc::UnboundedReceiver<(String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, asked) = mpsc::unbounded_channel();
    let answers = Arc::new(Mutex::new(answers.into_iter()));
    tokio::spawn(async move {
        loop {
            let (connection, _) = listener.accept().await.unwrap();
            let (answers, sender) = (Arc::clone(&answers), sender.clone());
            tokio::spawn(async move {
                let mut connection = BufReader::new(connection);
                while let Some(request) = read_request(&mut connection).await {
                    sender.send(request).unwrap();
                    let next = answers.lock().unwrap().next();
                    let Some((status, body)) = next else { return std::future::pending().await };
                    let body = body.to_string();
                    let head =
                        format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", body.len());
                    connection.get_mut().write_all((head + &body).as_bytes()).await.unwrap();
                }
            });
        }
    });
    (url, asked)
}

async fn read_request(connection: &mut BufReader<TcpStream>) -> Option<(String, Value)> {
    let (mut method, mut length) = (None, 0);
    loop {
        let mut line = String::new();
        if connection.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_ascii_lowercase();
        if method.is_none() {
            let path = line.split(' ').nth(1)?;
            method = path.rsplit('/').next().map(str::to_owned);
        } else if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().ok()?;
        } else if line.is_empty() {
            let mut body = vec![0; length];
            connection.read_exact(&mut body).await.ok()?;
            return Some((method?, serde_json::from_slice(&body).ok()?));
        }
    }
}

fn result(result: &Value) -> (u16, Value) {
    (200, json!({"ok": true, "result": result}))
}

fn refusal(code: u16, description: &str) -> (u16, Value) {
    (code, json!({"ok": false, "error_code": code, "description": description}))
}

fn me() -> (u16, Value) {
    result(&json!({"id": 42, "is_bot": true, "first_name": "Shop", "username": "shop_bot"}))
}

fn text(update: i64, text: &str) -> Value {
    json!({"update_id": update, "message": {"message_id": 1, "date": 1, "text": text,
        "from": {"id": 7, "is_bot": false, "first_name": "Ann"}, "chat": {"id": 7, "type": "private"}}})
}

struct Show {
    telegram: Telegram,
    script: Arc<Script>,
    time: ManualClock,
    asked: mpsc::UnboundedReceiver<(String, Value)>,
}

impl Show {
    async fn open(mut answers: Vec<(u16, Value)>) -> Self {
        answers.insert(0, me());
        let (url, mut asked) = serve(answers).await;
        let time = ManualClock::starting_at(Timestamp(0));
        let telegram = connect(&url, "42:x", time.clock()).await;
        assert_eq!(asked.recv().await.unwrap().0, "getme");
        Self { telegram, script: Arc::new(Script::new()), time, asked }
    }

    async fn next(&mut self) -> (String, Value) {
        bounded(self.asked.recv()).await.unwrap()
    }

    fn run(&self) -> tokio::task::JoinHandle<Result<(), TokenRevoked>> {
        let (sender, stop) = watch::channel(false);
        let updates = self.telegram.updates(Arc::clone(&self.script), stop);
        tokio::spawn(async move {
            let _stays_open = sender;
            updates.run().await
        })
    }
}

#[tokio::test]
async fn a_bad_update_does_not_hold_up_those_behind_it() {
    let bad = json!({"update_id": 11, "message": {"chat": "what?"}});
    let nameless = json!({"message": {}});
    let batch = json!([text(10, "nothing"), bad, nameless, 5, text(12, "nothing")]);
    let mut show = Show::open(vec![result(&batch), result(&json!([]))]).await;
    let task = show.run();
    let (method, first) = show.next().await;
    assert_eq!(method, "getupdates");
    let expected = json!({"limit": 100, "timeout": 30, "allowed_updates": ["message", "callback_query", "my_chat_member"]});
    assert_eq!(first, expected);
    assert_eq!(show.next().await.1["offset"], 13, "acknowledges the whole batch");
    assert_eq!(show.next().await.1.get("offset"), None, "and says so once: later ids may be lower");
    assert_eq!(*show.script.begun.borrow(), ["7: nothing", "7: nothing"]);
    task.abort();
}

#[tokio::test]
async fn an_acknowledgement_that_failed_is_said_again() {
    let mut show = Show::open(vec![
        result(&json!([text(10, "nothing")])),
        (502, json!("<html>")),
        refusal(409, "Conflict: terminated by other getUpdates request"),
        result(&json!([text(10, "nothing"), text(11, "nothing")])),
    ])
    .await;
    let task = show.run();
    show.next().await;
    assert_eq!(show.next().await.1["offset"], 11);
    for _ in 0..2 {
        show.advance_until_asked(11).await;
    }
    assert_eq!(show.next().await.1["offset"], 12);
    assert_eq!(show.script.begun.borrow().len(), 2, "the update that came twice was handled once");
    task.abort();
}

impl Show {
    /// Moves time in small steps until the loop fetches again.
    async fn advance_until_asked(&mut self, offset: i64) {
        let request = bounded(async {
            loop {
                if let Ok(request) = self.asked.try_recv() {
                    return request;
                }
                self.time.advance(std::time::Duration::from_millis(100));
                tokio::task::yield_now().await;
            }
        });
        assert_eq!(request.await.1["offset"], offset);
    }
}

#[tokio::test]
async fn a_webhook_that_is_in_the_way_is_removed() {
    let words = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
    let mut show =
        Show::open(vec![refusal(409, words), result(&json!(true)), result(&json!([]))]).await;
    let task = show.run();
    assert_eq!(show.next().await.0, "getupdates");
    let (method, body) = show.next().await;
    assert_eq!((method.as_str(), body), ("deletewebhook", json!({})));
    task.abort();
}

#[tokio::test]
async fn a_revoked_token_ends_the_loop() {
    let show = Show::open(vec![refusal(401, "Unauthorized")]).await;
    assert_eq!(bounded(show.run()).await.unwrap(), Err(TokenRevoked));
}

#[tokio::test]
async fn connecting_says_what_is_wrong() {
    let connect = |url: String, token: &str| {
        let settings = Settings { token: token.into(), api_url: url };
        Telegram::connect(settings, ManualClock::starting_at(Timestamp(0)).clock())
    };
    let (url, _asked) = serve(vec![refusal(401, "Unauthorized"), (502, json!(null)), me()]).await;
    assert_eq!(connect(url.clone(), "42:x").await.unwrap_err(), ConnectError::BadToken);
    let down = connect(url.clone(), "42:x").await.unwrap_err();
    assert_eq!(down, ConnectError::Unreachable("HTTP 502".into()));
    for token in ["", "42", "42:", ":x", "x:42", "42:x/../y", "42:x y"] {
        assert_eq!(
            connect(url.clone(), token).await.unwrap_err(),
            ConnectError::BadToken,
            "{token}"
        );
    }
    for address in ["", "api.telegram.org", "ftp://x", "http://"] {
        assert_eq!(connect(address.into(), "42:x").await.unwrap_err(), ConnectError::BadUrl);
    }
    assert_eq!(connect(format!("{url}/"), "42:x").await.unwrap().username(), "shop_bot");
}
