//! A server for tests that answers as it is told, in order, and reports every request. It knows no provider.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

/// How long a test waits for a request that must come. Real time.
const PATIENCE: Duration = Duration::from_secs(10);

/// A request and its place on its connection, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// `GET /v1/orders?limit=1`.
    pub line: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub place: u32,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

type Answers = Arc<Mutex<VecDeque<(u16, String)>>>;

/// The server. Dies with its test.
pub struct Scripted {
    /// `http://127.0.0.1:1234`.
    pub url: String,
    answers: Answers,
    seen: UnboundedReceiver<Seen>,
}

impl Scripted {
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (report, seen) = unbounded_channel();
        let answers = Answers::default();
        let shared = Arc::clone(&answers);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, report.clone(), Arc::clone(&shared)));
            }
        });
        Self { url, answers, seen }
    }

    pub fn will_answer(&self, status: u16, body: &Value) {
        self.will_say(status, &body.to_string());
    }

    /// The same with a body that need not be JSON.
    pub fn will_say(&self, status: u16, body: &str) {
        self.answers.lock().unwrap().push_back((status, body.to_owned()));
    }

    /// What has come since the last look.
    pub fn seen(&mut self) -> Vec<Seen> {
        std::iter::from_fn(|| self.seen.try_recv().ok()).collect()
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> Seen {
        tokio::time::timeout(PATIENCE, self.seen.recv()).await.unwrap().unwrap()
    }

    pub fn lines(&mut self) -> Vec<String> {
        self.seen().into_iter().map(|it| it.line).collect()
    }
}

/// Keeps its connection open until the other side closes it. Every answer names another place too, which nobody may follow.
async fn serve(mut stream: TcpStream, report: UnboundedSender<Seen>, answers: Answers) {
    let mut place = 0;
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let Ok(byte) = stream.read_u8().await else { return };
            head.push(byte);
        }
        place += 1;
        let head = String::from_utf8(head).unwrap();
        let mut lines = head.lines();
        let line = lines.next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
        let mut seen = Seen { line, headers: headers.collect(), body: String::new(), place };
        let length = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.unwrap();
        seen.body = String::from_utf8(body).unwrap();
        report.send(seen).unwrap();
        let (status, body) = answers.lock().unwrap().pop_front().unwrap();
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status} Words\r\nlocation: /elsewhere\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(answer.as_bytes()).await.unwrap();
    }
}
