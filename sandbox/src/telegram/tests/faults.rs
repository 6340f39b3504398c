//! Faults on order and flood limits.

use serde_json::json;

use super::*;
use crate::telegram::{Fault, FaultRule};

fn hello() -> Value {
    json!({ "chat_id": ANNA, "text": "Hi" })
}

impl Bench {
    async fn send_raw(&self) -> reqwest::Result<reqwest::Response> {
        self.http
            .post(self.method_url("sendMessage"))
            .json(&hello())
            .timeout(Duration::from_millis(300))
            .send()
            .await
    }

    fn sent(&self) -> usize {
        self.control.messages(ANNA).len() - 1
    }
}

#[tokio::test]
async fn refusals_on_order_run_out() {
    let bench = Bench::new().await;
    bench.control.add_fault(FaultRule::next(
        "sendmessage",
        2,
        Fault::TooManyRequests { retry_after: 7 },
    ));
    bench.control.add_fault(FaultRule::next("sendMessage", 1, Fault::InternalServerError));
    bench.control.add_fault(FaultRule::next("sendMessage", 1, Fault::Forbidden));
    for _ in 0..2 {
        let answer = bench.call("sendMessage", hello()).await;
        assert_eq!(answer["description"], "Too Many Requests: retry after 7");
        assert_eq!(
            (&answer["error_code"], &answer["parameters"]["retry_after"]),
            (&json!(429), &json!(7))
        );
    }
    let answer = bench.call("sendMessage", hello()).await;
    assert_eq!(
        (&answer["error_code"], &answer["description"]),
        (&json!(500), &json!("Internal Server Error"))
    );
    assert_eq!(
        bench.refusal("sendMessage", hello()).await,
        "Forbidden: bot was blocked by the user"
    );
    assert_eq!(bench.sent(), 0);
    bench.result("sendMessage", hello()).await;
    assert!(bench.control.faults().is_empty());
}

#[tokio::test]
async fn a_rule_can_be_for_one_chat_and_for_ever() {
    let bench = Bench::new().await;
    bench.control.say(BORIS, BORIS, "/start").unwrap();
    let rule = FaultRule {
        method: None,
        chat: Some(BORIS),
        times: None,
        fault: Fault::InternalServerError,
    };
    bench.control.add_fault(rule);
    let to_boris = json!({ "chat_id": BORIS, "text": "Hi" });
    bench.result("sendMessage", hello()).await;
    assert_eq!(bench.refusal("sendMessage", to_boris.clone()).await, "Internal Server Error");
    assert_eq!(bench.refusal("sendChatAction", to_boris.clone()).await, "Internal Server Error");
    bench.control.clear_faults();
    bench.result("sendMessage", to_boris).await;
}

#[tokio::test]
async fn a_proxy_in_front_answers_with_html() {
    let bench = Bench::new().await;
    bench.control.add_fault(FaultRule::next("sendMessage", 1, Fault::BadGateway));
    bench.control.add_fault(FaultRule::next("sendMessage", 1, Fault::BadGatewayAfter));
    for sent in [0, 1] {
        let answer = bench.send_raw().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["content-type"]),
            (502, &"text/html".parse().unwrap())
        );
        assert!(answer.text().await.unwrap().contains("Bad Gateway"));
        assert_eq!(bench.sent(), sent);
    }
}

#[tokio::test]
async fn connections_break_before_or_after_the_work() {
    let bench = Bench::new().await;
    for (fault, sent) in [(Fault::ResetBefore, 0), (Fault::ResetAfter, 1)] {
        bench.control.add_fault(FaultRule::next("sendMessage", 1, fault));
        let error = bench.send_raw().await.unwrap_err();
        assert!(
            error.is_request() && !error.is_timeout(),
            "no answer at all, not even a head: {error:?}"
        );
        assert_eq!(bench.sent(), sent);
    }
}

#[tokio::test]
async fn calls_hang_before_or_after_the_work() {
    let bench = Bench::new().await;
    for (fault, sent) in [(Fault::HangBefore, 0), (Fault::HangAfter, 1)] {
        bench.control.add_fault(FaultRule::next("sendMessage", 1, fault));
        assert!(bench.send_raw().await.unwrap_err().is_timeout());
        assert_eq!(bench.sent(), sent);
    }
}

#[tokio::test]
async fn a_lost_batch_of_updates_comes_again() {
    let bench = Bench::new().await;
    bench.control.add_fault(FaultRule::next("getUpdates", 1, Fault::ResetAfter));
    assert!(bench.http.get(bench.method_url("getUpdates")).send().await.is_err());
    assert_eq!(bench.drain().await.len(), 1);
}

#[tokio::test]
async fn one_chat_takes_short_bursts_only() {
    let bench = Bench::with(true, RequestLog::off()).await;
    for _ in 0..3 {
        bench.result("sendMessage", hello()).await;
    }
    bench.pass(500);
    let answer = bench.call("sendMessage", hello()).await;
    assert_eq!(answer["description"], "Too Many Requests: retry after 3");
    assert_eq!(answer["parameters"]["retry_after"], 3);
    assert_eq!(bench.sent(), 3);
    bench.pass(2_500);
    bench.result("sendMessage", hello()).await;
}

#[tokio::test]
async fn a_group_takes_twenty_a_minute() {
    let bench = Bench::with(true, RequestLog::off()).await;
    bench.control.add_group(GROUP, "Friends", &[ANNA]).unwrap();
    let to_group = json!({ "chat_id": GROUP, "text": "Hi" });
    for _ in 0..20 {
        bench.result("sendMessage", to_group.clone()).await;
        bench.pass(1_000);
    }
    let answer = bench.call("sendMessage", to_group.clone()).await;
    assert_eq!(answer["parameters"]["retry_after"], 40);
    bench.pass(40_000);
    bench.result("sendMessage", to_group).await;
}

#[tokio::test]
async fn everybody_together_gets_thirty_a_second() {
    let bench = Bench::with(true, RequestLog::off()).await;
    for person in 1..=31 {
        bench.control.add_person(person, "P", None, "en").unwrap();
        bench.control.say(person, person, "/start").unwrap();
    }
    for person in 1..=30 {
        bench.result("sendMessage", json!({ "chat_id": person, "text": "Hi" })).await;
    }
    let last = json!({ "chat_id": 31, "text": "Hi" });
    assert_eq!(bench.call("sendMessage", last.clone()).await["parameters"]["retry_after"], 1);
    bench.control.set_strict_limits(false);
    bench.result("sendMessage", last).await;
}
