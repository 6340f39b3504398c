use std::time::Duration;

use super::*;
use crate::faults::{Fault, Rule};

const BOUND: Duration = Duration::from_secs(10);

/// Buys under a fault that strikes once, then without; returns the first outcome and how many orders each made.
async fn create_under(
    shop: &Shop,
    fault: Fault,
) -> (Result<reqwest::Response, reqwest::Error>, usize) {
    shop.control.faults().once("create", fault).unwrap();
    let request = shop
        .request("POST", "/v2/orders/create")
        .header("idempotency-key", "k")
        .json(&json!({ "product_id": shop.whatsapp().id }));
    let outcome = request.try_clone().unwrap().timeout(BOUND).send().await;
    let made = shop.control.orders().len();
    let retried = reply(request).await;
    assert_eq!(retried.data()["orders"][0]["id"], 1001);
    assert_eq!(shop.control.orders().len(), 1);
    shop.assert_books();
    (outcome, made)
}

#[tokio::test]
async fn a_reset_closes_the_connection_before_or_after_the_work() {
    for (fault, orders) in [(Fault::ResetBefore, 0), (Fault::ResetAfterCommit, 1)] {
        let shop = Shop::open().await;
        let (outcome, made) = create_under(&shop, fault).await;
        let error = outcome.unwrap_err();
        assert!(!error.is_timeout() && error.status().is_none(), "{error:?}");
        assert_eq!(made, orders);
        assert_eq!(shop.control.requests().newest()[0].status, None);
    }
}

#[tokio::test]
async fn a_timeout_never_answers_before_or_after_the_work() {
    for (fault, orders) in [(Fault::TimeoutBefore, 0), (Fault::TimeoutAfterCommit, 1)] {
        let shop = Shop::open().await;
        shop.control.faults().once("create", fault).unwrap();
        let create = shop.post("/v2/orders/create", json!({ "product_id": shop.whatsapp().id }));
        let asked =
            shop.control.wait_for(BOUND, |control| control.request_counts().get("create").copied());
        tokio::select! {
            biased;
            reply = create => panic!("there was an answer: {reply:?}"),
            seen = asked => assert_eq!(seen.unwrap().total, 1),
        }
        assert_eq!(shop.control.orders().len(), orders);
    }
}

#[tokio::test]
async fn failures_speak_the_providers_words() {
    let cases = [
        (Fault::Status500, 0, 500, "INTERNAL_ERROR", None),
        (Fault::Status500AfterCommit, 1, 500, "INTERNAL_ERROR", None),
        (Fault::Status503 { retry_after: 3 }, 0, 503, "SERVICE_UNAVAILABLE", Some("3")),
        (Fault::Status429 { retry_after: 5 }, 0, 429, "RATE_LIMIT_EXCEEDED", Some("5")),
    ];
    for (fault, orders, status, code, retry_after) in cases {
        let shop = Shop::open().await;
        let (outcome, made) = create_under(&shop, fault).await;
        let response = outcome.unwrap();
        assert_eq!((response.status().as_u16(), made), (status, orders));
        assert!(response.headers().contains_key("x-request-id"));
        assert_eq!(
            response.headers().get("retry-after").map(|value| value.to_str().unwrap()),
            retry_after
        );
        assert_eq!(response.json::<Value>().await.unwrap()["error"]["code"], code);
    }
}

#[tokio::test]
async fn a_made_up_answer_replaces_the_work() {
    let shop = Shop::open().await;
    let body =
        json!({ "success": false, "error": { "code": "PROVIDER_ERROR", "message": "No numbers" } });
    let (outcome, made) =
        create_under(&shop, Fault::Answer { status: 422, body: body.clone() }).await;
    let response = outcome.unwrap();
    assert_eq!((response.status().as_u16(), made), (422, 0));
    assert_eq!(response.json::<Value>().await.unwrap(), body);
}

#[tokio::test]
async fn garbage_and_half_an_answer_come_after_the_work() {
    let shop = Shop::open().await;
    let (outcome, made) = create_under(&shop, Fault::Garbage).await;
    let response = outcome.unwrap();
    assert_eq!((response.status().as_u16(), made), (200, 1));
    assert_eq!(response.headers()["content-type"], "text/html");
    assert!(response.text().await.unwrap().starts_with("<!doctype html>"));

    let shop = Shop::open().await;
    let (outcome, made) = create_under(&shop, Fault::TruncatedJson).await;
    let response = outcome.unwrap();
    assert_eq!((response.status().as_u16(), made), (200, 1));
    let text = response.text().await.unwrap();
    assert!(text.starts_with('{') && serde_json::from_str::<Value>(&text).is_err());
}

#[tokio::test]
async fn mangled_answers_stay_valid_json() {
    let shop = Shop::open().await;
    let (outcome, made) = create_under(&shop, Fault::MissingField("phone_number".to_owned())).await;
    let answer: Value = outcome.unwrap().json().await.unwrap();
    assert_eq!(made, 1);
    assert_eq!(answer["data"]["orders"][0].get("phone_number"), None);
    assert_eq!(answer["data"]["orders"][0]["id"], 1001);

    let shop = Shop::open().await;
    let (outcome, made) = create_under(&shop, Fault::WrongType("id".to_owned())).await;
    let answer: Value = outcome.unwrap().json().await.unwrap();
    assert_eq!(made, 1);
    assert_eq!(answer["data"]["orders"][0]["id"], "seven");
}

#[tokio::test]
async fn a_slow_answer_is_late_but_its_work_is_not() {
    let shop = Shop::open().await;
    shop.control.faults().once("create", Fault::Slow(300)).unwrap();
    let create = shop.post("/v2/orders/create", json!({ "product_id": shop.whatsapp().id }));
    tokio::pin!(create);
    let ordered = shop.control.wait_for(BOUND, |control| control.orders().pop());
    tokio::select! {
        biased;
        reply = &mut create => panic!("the answer was not late: {reply:?}"),
        order = ordered => assert_eq!(order.unwrap().id, 1001),
    }
    assert_eq!(create.await.data()["orders"][0]["id"], 1001);
}

#[tokio::test]
async fn faults_are_switched_over_http_for_one_route_or_all() {
    let shop = Shop::open().await;
    let url = format!("{}/sandbox/faults", shop.running.url());
    let rule =
        json!({ "route": "cancel", "fault": { "status503": { "retry_after": 2 } }, "times": 2 });
    assert_eq!(reply(shop.http.post(&url).json(&rule)).await.status, 200);
    assert_eq!(
        reply(shop.http.post(&url).json(&json!({ "fault": "status500" }))).await.status,
        200
    );
    shop.post("/v1/orders/cancel", json!({ "id": 1 })).await.refused(503, "SERVICE_UNAVAILABLE");
    shop.get("/v2/balance").await.refused(500, "INTERNAL_ERROR");
    assert_eq!(
        shop.control.faults().rules()[0],
        Rule {
            route: Some("cancel".to_owned()),
            fault: Fault::Status503 { retry_after: 2 },
            times: Some(1)
        }
    );
    assert_eq!(reply(shop.http.get(&url)).await.body["faults"].as_array().unwrap().len(), 2);
    assert_eq!(reply(shop.http.delete(&url)).await.status, 200);
    assert_eq!(shop.get("/v2/balance").await.status, 200);
}
