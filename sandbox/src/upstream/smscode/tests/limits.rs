use hyper::{HeaderMap, body::Bytes};

use super::*;
use crate::upstream::{
    server::{Emulator, Request},
    smscode::Smscode,
};

#[tokio::test]
async fn the_eleventh_webhook_test_within_a_minute_waits_for_the_window() {
    let shop = Shop::open().await;
    let test = async |version: &str| {
        reply(shop.request("POST", &format!("/{version}/webhook/test"))).await
    };
    for number in 0..10 {
        test(if number % 2 == 0 { "v1" } else { "v2" }).await.refused(422, "VALIDATION_ERROR");
        shop.hand.advance(1_000);
    }
    let limited = test("v2").await;
    limited.refused(429, "RATE_LIMIT_EXCEEDED");
    assert_eq!(limited.retry_after.as_deref(), Some("50"));
    // Other groups go on.
    assert_eq!(shop.get("/v1/balance").await.status, 200);
    shop.hand.advance(50_000);
    test("v1").await.refused(422, "VALIDATION_ERROR");
    test("v1").await.refused(429, "RATE_LIMIT_EXCEEDED");
    let count = shop.control.request_counts()["webhook_test"];
    assert_eq!((count.total, count.rate_limited), (13, 2));
}

/// Without HTTP in between, because the documented limits add up to thousands of requests.
#[test]
fn every_group_has_its_documented_limit() {
    let groups: [(&[(&str, &str)], usize); 8] = [
        (
            &[
                ("GET", "/v1/catalog/countries?x"),
                ("GET", "/v2/catalog/services?x"),
                ("GET", "/v1/catalog/products?x"),
                ("GET", "/v1/catalog/exchange-rate?x"),
            ],
            5_000,
        ),
        (&[("GET", "/v1/balance"), ("GET", "/v2/balance")], 600),
        (&[("GET", "/v1/orders"), ("GET", "/v2/orders/1001"), ("GET", "/v1/orders/active")], 5_000),
        (&[("POST", "/v1/orders/create"), ("POST", "/v2/orders/create")], 3_000),
        (&[("POST", "/v2/orders/cancel")], 1_000),
        (&[("POST", "/v1/orders/finish"), ("POST", "/v2/orders/resend")], 1_000),
        (&[("GET", "/v1/webhook"), ("PATCH", "/v2/webhook")], 600),
        (&[("POST", "/v1/webhook/test")], 10),
    ];
    let hand = Hand::new();
    let emulator = Smscode::new(options(&hand));
    for (paths, limit) in groups {
        let mut asked = paths.iter().cycle();
        let mut ask = || {
            let (method, target) = asked.next().unwrap();
            let (path, query) = target.split_once('?').unwrap_or((target, ""));
            let mut headers = HeaderMap::new();
            headers.insert("authorization", format!("Bearer {KEY}").parse().unwrap());
            emulator.answer(&Request {
                method: (*method).to_owned(),
                path: path.to_owned(),
                query: query.to_owned(),
                headers,
                body: Bytes::new(),
                at_ms: START_MS,
            })
        };
        for _ in 0..limit {
            assert_ne!(ask().status, 429, "{paths:?}");
        }
        let limited = ask();
        assert_eq!(limited.status, 429, "{paths:?}");
        assert_eq!(limited.headers, [("retry-after", "60".to_owned())]);
    }
}
