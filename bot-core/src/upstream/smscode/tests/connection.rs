//! A create travels on a connection of its own, seen by a server that writes its answers by hand.

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc::{UnboundedSender, unbounded_channel},
};

use super::*;
use crate::{
    ids::IdempotencyKey,
    money::Money,
    upstream::{Kind, PlaceRequest, Placing, Upstream, budget::Budget},
};

fn products() -> Value {
    json!({
        "success": true,
        "data": [{
            "id": 142, "name": "WhatsApp Indonesia", "country_id": 6, "platform_id": 3, "available": 42,
            "price": {
                "amount": "0.9231", "currency": "USD",
                "canonical_amount": 15000, "canonical_currency": "IDR"
            },
            "active": true
        }],
        "meta": {
            "page": 1, "limit": 10, "count": 1,
            "fx": { "pair": "USD/IDR", "rate": 16250, "rate_as_of": null }
        }
    })
}

fn created() -> Value {
    json!({
        "success": true,
        "data": {
            "orders": [{
                "id": 1002, "status": "ACTIVE", "phone_number": "+6281234567891", "otp_code": null,
                "otp_received_at": null, "expires_at": "2026-02-25T10:50:00+00:00",
                "failed_reason": null
            }],
            "failed_count": 0
        }
    })
}

/// Reads a whole request; none when the connection is closed.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    stream.read_exact(&mut vec![0; length]).await.ok()?;
    Some(head)
}

/// Keeps its connection open, and reports every request's method with its place on the connection.
async fn serve(mut stream: TcpStream, report: UnboundedSender<(String, u32)>) {
    let mut place = 0;
    while let Some(head) = read_request(&mut stream).await {
        place += 1;
        let method = head.split(' ').next().unwrap().to_owned();
        let body = if method == "POST" { created() } else { products() }.to_string();
        report.send((method, place)).unwrap();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all((head + &body).as_bytes()).await.unwrap();
    }
}

#[tokio::test]
async fn a_create_is_the_first_request_on_its_connection() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let base_url = format!("http://{}/v2", listener.local_addr().unwrap());
    let (report, mut reports) = unbounded_channel();
    let server = tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(stream, report.clone()));
        }
    });
    let client = SmsCode::new(Settings {
        version: Version::V2,
        base_url,
        api_key: SecretString::from(KEY),
        timeout: Duration::from_secs(10),
        clock: ManualClock::starting_at(START).clock(),
        budget: Budget::without_limits(ManualClock::starting_at(START).clock()),
    })
    .unwrap();
    for key in ["k1", "k2"] {
        let placing = client
            .place(&PlaceRequest {
                key: &IdempotencyKey::from(key),
                service: "3",
                country: "6",
                kind: Kind::Activation,
                product: &ProductRef::from("142"),
                area_code: None,
                quantity: 1,
                max_cost: Money::from_raw(9_231),
            })
            .await;
        assert!(matches!(placing, Placing::Accepted(_)), "{placing:?}");
    }
    server.abort();
    let mut seen = Vec::new();
    while let Ok(report) = reports.try_recv() {
        seen.push(report);
    }
    let expected = [("GET", 1), ("POST", 1), ("GET", 2), ("POST", 1)];
    assert_eq!(seen, expected.map(|(method, place)| (method.to_owned(), place)));
}
