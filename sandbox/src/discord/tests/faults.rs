//! Faults on order, rate limits, and the ban of an address.

use serde_json::json;

use super::*;
use crate::discord::{ControlError, Fault, FaultRule};

fn messages() -> String {
    format!("channels/{CHANNEL}/messages")
}

impl Bench {
    async fn send(&self) -> reqwest::Result<reqwest::Response> {
        let bound = Duration::from_millis(500);
        self.request("POST", &messages())
            .json(&json!({ "content": "Hi" }))
            .timeout(bound)
            .send()
            .await
    }

    fn fail(&self, fault: Fault) {
        self.control.add_fault(FaultRule::next("create_message", 1, fault)).unwrap();
    }

    fn written(&self) -> usize {
        self.control.messages(ANNA, CHANNEL).len()
    }
}

fn header<'a>(answer: &'a reqwest::Response, name: &str) -> Option<&'a str> {
    answer.headers().get(name)?.to_str().ok()
}

#[tokio::test]
async fn before_means_nothing_was_done_and_after_means_it_was() {
    let bench = Bench::new().await;
    for fault in [Fault::ResetBefore, Fault::HangBefore] {
        bench.fail(fault);
        bench.send().await.unwrap_err();
    }
    for (fault, status) in [
        (Fault::InternalServerError, 500),
        (Fault::BadGateway, 502),
        (Fault::Refused { status: 403, code: 50_013 }, 403),
    ] {
        bench.fail(fault);
        assert_eq!(bench.send().await.unwrap().status(), status);
    }
    assert_eq!(bench.written(), 0);
    for fault in [Fault::ResetAfter, Fault::HangAfter] {
        bench.fail(fault);
        bench.send().await.unwrap_err();
    }
    bench.fail(Fault::BadGatewayAfter);
    assert_eq!(bench.send().await.unwrap().status(), 502);
    bench.fail(Fault::Slow { ms: 50 });
    assert_eq!(bench.send().await.unwrap().status(), 200);
    assert_eq!(bench.written(), 4);
    assert_eq!(bench.control.faults(), []);
    let unknown = bench.control.add_fault(FaultRule::always("sendMessage", Fault::BadGateway));
    assert_eq!(unknown, Err(ControlError::UnknownRoute("sendMessage".to_owned())));
}

#[tokio::test]
async fn rate_limits_on_order_say_how_long() {
    let bench = Bench::new().await;
    bench.fail(Fault::RateLimited { retry_after_ms: 1_500 });
    let answer = bench.send().await.unwrap();
    assert_eq!((answer.status().as_u16(), header(&answer, "retry-after")), (429, Some("2")));
    assert_eq!(header(&answer, "x-ratelimit-reset-after"), Some("1.500"));
    assert_eq!(header(&answer, "x-ratelimit-scope"), Some("user"));
    let body = answer.text().await.unwrap();
    assert!(body.contains("\"retry_after\":1.500"), "{body}");
    bench.fail(Fault::RateLimitedGlobally { retry_after_ms: 1_000 });
    let answer = bench.send().await.unwrap();
    assert_eq!(header(&answer, "x-ratelimit-global"), Some("true"));
    bench.fail(Fault::RateLimitedByProxy { retry_after_s: 9 });
    let answer = bench.send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), header(&answer, "content-type")),
        (429, Some("text/html"))
    );
    assert_eq!(bench.control.invalid_requests(), 3);
}

#[tokio::test]
async fn strict_limits_count_by_channel() {
    let bench = Bench::with(|options| options.strict_limits = true).await;
    for left in (0..5).rev() {
        let answer = bench.send().await.unwrap();
        assert_eq!(header(&answer, "x-ratelimit-remaining"), Some(left.to_string().as_str()));
    }
    bench.pass(2_000);
    let answer = bench.send().await.unwrap();
    assert_eq!((answer.status().as_u16(), header(&answer, "retry-after")), (429, Some("3")));
    let (status, _) = bench.call("GET", &format!("channels/{CHANNEL}"), Value::Null).await;
    assert_eq!(status, 200, "another bucket");
    bench.pass(3_000);
    assert_eq!(bench.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn who_keeps_sending_what_is_refused_is_banned_for_a_while() {
    let bench = Bench::with(|options| options.invalid_requests_at_most = 3).await;
    bench.control.close_dms(BORIS).unwrap();
    let path = format!("channels/{}/messages", bench.control.dm(BORIS).unwrap());
    for _ in 0..3 {
        let hello = json!({ "content": "Hi" });
        assert_eq!(bench.refusal("POST", &path, hello).await, (403, 50_007));
    }
    let answer = bench.send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), header(&answer, "content-type")),
        (429, Some("text/html"))
    );
    bench.pass(10 * 60 * 1_000);
    assert_eq!(bench.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_discord_that_is_down_closes_every_connection() {
    let bench = Bench::new().await;
    bench.send().await.unwrap();
    bench.control.set_down(true);
    bench.send().await.unwrap_err();
    reqwest::Client::new().get(bench.url("gateway")).send().await.unwrap_err();
    bench.control.set_down(false);
    assert_eq!(bench.send().await.unwrap().status(), 200);
    assert_eq!(bench.written(), 2);
}
