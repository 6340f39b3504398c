//! The client against a server that writes bytes by hand.

use reqwest::{Method, Url, header::HeaderValue};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::*;
use crate::clock::ManualClock;

/// 2026-02-25T10:00:00Z.
const NOW: Timestamp = Timestamp(1_772_013_600_000);

fn client(timeout: Duration) -> Http {
    let clock = ManualClock::starting_at(NOW).clock();
    Http::new(timeout, clock.clone(), Budget::without_limits(clock)).unwrap()
}

/// Generous: only what is meant to time out may.
fn patient() -> Http {
    client(Duration::from_secs(20))
}

/// A server that gives every connection to `serve` and returns how many there were when stopped.
struct Server {
    url: Url,
    task: JoinHandle<()>,
}

impl Server {
    async fn new<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream));
            }
        });
        Self { url, task }
    }

    /// Answers every request on a connection with these bytes, then closes it.
    async fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::new(move |mut stream| {
            let answer = answer.clone();
            async move {
                read_head(&mut stream).await;
                stream.write_all(&answer).await.unwrap();
            }
        })
        .await
    }

    fn get(&self) -> Request {
        Request::new(Method::GET, self.url.clone())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Reads one request without a body; `false` when the connection is closed before it.
async fn read_head(stream: &mut TcpStream) -> bool {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return false,
        }
    }
    true
}

#[tokio::test]
async fn an_answer_comes_with_its_status_wait_and_body() {
    let server = Server::answering(
        "HTTP/1.1 503 Busy\r\nretry-after: 7\r\nx-request-id: r1\r\ncontent-length: 2\r\n\r\nno",
    )
    .await;
    for connection in [Connection::Kept, Connection::Fresh] {
        let answer = patient().send("GET /", server.get(), connection).await.unwrap();
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.retry_after, Some(Duration::from_secs(7)));
        assert_eq!(answer.body, b"no");
        assert!(!format!("{answer:?}").contains("no"));
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let answer = "HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n";
    let server = Server::answering(answer).await;
    let answer = patient().send("GET /", server.get(), Connection::Kept).await.unwrap();
    assert_eq!(answer.status, StatusCode::FOUND);
}

#[tokio::test]
async fn nobody_listening_means_that_nothing_was_sent() {
    let server = Server::answering("").await;
    let request = server.get();
    let mut server = server;
    server.task.abort();
    // The listener is gone once its task has ended.
    assert!((&mut server.task).await.unwrap_err().is_cancelled());
    for connection in [Connection::Kept, Connection::Fresh] {
        let lost = patient().send("GET /", request.try_clone().unwrap(), connection).await;
        assert_eq!(lost.unwrap_err(), Lost::Unreachable);
    }
}

#[tokio::test]
async fn a_connection_that_breaks_or_stays_silent_leaves_no_answer() {
    for answer in ["", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", "not HTTP\r\n\r\n"] {
        let server = Server::answering(answer).await;
        let lost = patient().send("GET /", server.get(), Connection::Fresh).await.unwrap_err();
        assert_eq!(lost, Lost::NoAnswer("the connection broke"), "{answer:?}");
    }
    let server =
        Server::new(|mut stream| async move { while read_head(&mut stream).await {} }).await;
    let impatient = client(Duration::from_millis(300));
    let lost = impatient.send("GET /", server.get(), Connection::Fresh).await.unwrap_err();
    assert_eq!(lost, Lost::NoAnswer("timeout"));
}

#[tokio::test]
async fn a_body_without_an_end_is_not_read_to_the_end() {
    let server = Server::new(|mut stream| async move {
        read_head(&mut stream).await;
        let piece = vec![b'x'; 64 * 1024];
        if stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.is_ok() {
            while stream.write_all(&piece).await.is_ok() {}
        }
    })
    .await;
    let lost = patient().send("GET /", server.get(), Connection::Kept).await.unwrap_err();
    assert_eq!(lost, Lost::NoAnswer("the answer is too large"));
}

/// A server may close a kept connection at any moment. A call that buys must not meet that.
#[tokio::test]
async fn a_fresh_connection_is_never_one_that_was_used() {
    let (sender, mut seen) = tokio::sync::mpsc::unbounded_channel();
    let server = Server::new(move |mut stream| {
        let sender = sender.clone();
        async move {
            let mut requests = 0;
            while read_head(&mut stream).await {
                requests += 1;
                sender.send(requests).unwrap();
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
                stream.write_all(answer).await.unwrap();
            }
        }
    })
    .await;
    let http = patient();
    for connection in [Connection::Kept, Connection::Kept, Connection::Fresh, Connection::Fresh] {
        http.send("GET /", server.get(), connection).await.unwrap();
    }
    let mut requests = Vec::new();
    seen.recv_many(&mut requests, 4).await;
    while requests.len() < 4 {
        requests.push(seen.recv().await.unwrap());
    }
    assert_eq!(requests, [1, 2, 1, 1]);
}

#[test]
fn a_wait_is_read_from_seconds_and_dates_and_kept_within_bounds() {
    let wait = |text: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static(text));
        retry_after(&headers, NOW).map(|wait| wait.as_secs())
    };
    assert_eq!(wait("30"), Some(30));
    assert_eq!(wait(" 30 "), Some(30));
    assert_eq!(wait("0"), Some(1));
    assert_eq!(wait("86400"), Some(900));
    assert_eq!(wait("99999999999999999999999999"), Some(900));
    assert_eq!(wait("Wed, 25 Feb 2026 10:01:30 GMT"), Some(90));
    assert_eq!(wait("Wed, 25 Feb 2026 09:00:00 GMT"), Some(1));
    assert_eq!(wait("Wed, 25 Feb 2099 10:00:00 GMT"), Some(900));
    for text in ["", "soon", "-5", "1.5", "2026-02-25T10:00:00Z"] {
        assert_eq!(wait(text), None, "{text:?}");
    }
    assert_eq!(retry_after(&HeaderMap::new(), NOW), None);
}

#[test]
fn a_request_id_goes_to_the_log_only_if_it_is_short_and_plain() {
    let id = |value: &str| {
        let mut headers = HeaderMap::new();
        headers.insert("x-request-id", HeaderValue::from_str(value).unwrap());
        request_id(&headers).map(str::to_owned)
    };
    assert_eq!(id("req-000000000001").as_deref(), Some("req-000000000001"));
    assert_eq!(id(&"x".repeat(65)), None);
    assert_eq!(id("two words"), None);
}
