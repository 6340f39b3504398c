//! What is really sent, and what hostile answers do.

use serde_json::{Value, json};

use super::*;
use crate::{
    ids::{IdempotencyKey, ProductRef, UpstreamOrderId},
    money::Money,
    upstream::{
        CancelAnswer, Kind, PlaceRequest, Placing, Rejection, Upstream, UpstreamError,
        budget::Budget, scripted::Scripted,
    },
};

const SERVICE: &str = "d0c0ffee-0000-4000-8000-000000000001";
const ORDER: &str = "b7c0ffee-0000-4000-8000-000000000002";

async fn server() -> (Scripted, SmsVerifyo) {
    let server = Scripted::start().await;
    let hand = ManualClock::starting_at(START);
    let client = client(&format!("{}/api/public/v1/", server.url), KEY, &hand);
    (server, client)
}

fn countries() -> Value {
    json!({ "ok": true, "countries": [
        { "country_id": 0, "name": "Russia", "flag": "🇷🇺", "price_usd": 0.15, "available": 42 },
        { "country_id": 1, "name": "Ukraine", "flag": "🇺🇦", "price_usd": 0.22, "available": 8 }
    ] })
}

fn bought() -> Value {
    json!({ "ok": true, "order": {
        "id": ORDER, "phone": "79001234567", "status": "waiting", "price_usd": 0.18,
        "balance_usd": 42.32, "expires_at": "2026-07-03T02:00:00Z"
    } })
}

fn shown(status: &str) -> Value {
    json!({ "ok": true, "order": { "id": ORDER, "phone": "79001234567", "status": status } })
}

fn refused(code: &str) -> Value {
    json!({ "ok": false, "error": { "message": "+79001234567 did not", "code": code } })
}

async fn place(client: &SmsVerifyo, product: &str, max_cost: i64) -> Placing {
    let request = PlaceRequest {
        key: &IdempotencyKey::from("k1"),
        service: SERVICE,
        country: "0",
        kind: Kind::Activation,
        product: &ProductRef::from(product),
        area_code: None,
        quantity: 1,
        max_cost: Money::from_raw(max_cost),
    };
    client.place(&request).await
}

fn product() -> String {
    format!("{SERVICE}/0")
}

#[track_caller]
fn malformed<T: std::fmt::Debug>(result: Result<T, UpstreamError>) -> String {
    match result {
        Err(UpstreamError::Malformed { field, .. }) => field,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_purchase_is_the_only_request_on_its_connection() {
    let (mut server, client) = server().await;
    for _ in 0..2 {
        server.will_answer(200, &countries());
        server.will_answer(200, &bought());
        one(place(&client, &product(), 1_500).await);
    }
    let seen = server.seen();
    let look = format!("GET /api/public/v1/countries?service_id={SERVICE}");
    let lines: Vec<_> = seen.iter().map(|it| (it.line.as_str(), it.place)).collect();
    let create = "POST /api/public/v1/order";
    assert_eq!(lines, [(&*look, 1), (create, 1), (&*look, 2), (create, 1)]);
    let authorization = format!("Bearer {KEY}");
    for it in &seen {
        assert_eq!(it.header("authorization"), Some(authorization.as_str()));
    }
    assert_eq!(seen[1].header("content-type"), Some("application/json"));
    let body: Value = serde_json::from_str(&seen[1].body).unwrap();
    assert_eq!(body, json!({ "service_id": SERVICE, "country_id": 0 }));
}

#[tokio::test]
async fn a_purchase_follows_no_redirect_and_is_never_repeated() {
    for status in [302, 307, 500, 502, 503] {
        let (mut server, client) = server().await;
        server.will_answer(200, &countries());
        server.will_answer(status, &json!({}));
        let placing = place(&client, &product(), 1_500).await;
        assert!(matches!(placing, Placing::Unknown(_)), "{status}: {placing:?}");
        assert_eq!(server.lines().len(), 2, "{status}");
    }
}

#[tokio::test]
async fn what_the_list_does_not_sell_at_this_price_is_not_asked_for() {
    let (mut server, client) = server().await;
    for product in ["", "987654321", SERVICE, "a/b", "../0", "x/00", "x/0/1", "x/-1"] {
        let placing = place(&client, product, 1_500).await;
        assert!(matches!(placing, Placing::Rejected(Rejection::OfferGone)), "{placing:?}");
    }
    assert_eq!(server.seen(), []);
    for (product, max_cost, rejection) in [
        (product(), 1_499, Rejection::PriceMoved { now: Money::from_raw(1_500) }),
        (format!("{SERVICE}/2"), 1_500, Rejection::OfferGone),
    ] {
        server.will_answer(200, &countries());
        match place(&client, &product, max_cost).await {
            Placing::Rejected(told) => assert_eq!(told, rejection),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(server.lines().len(), 2);
}

#[tokio::test]
async fn a_price_that_cannot_be_read_buys_nothing() {
    let (mut server, client) = server().await;
    for (status, body) in [
        (200, json!({ "ok": false, "error": { "message": "x", "code": "no_numbers" } })),
        (200, json!({ "countries": [] })),
        (200, json!({ "ok": true, "countries": [{ "country_id": 0, "price_usd": "0.15" }] })),
        (500, json!({})),
    ] {
        server.will_answer(status, &body);
        let placing = place(&client, &product(), 1_500).await;
        let is_clear = matches!(placing, Placing::Rejected(Rejection::NotNow { .. }));
        assert!(is_clear, "{body}: {placing:?}");
    }
    assert!(server.lines().iter().all(|line| line.contains("/countries")));
}

#[tokio::test]
async fn an_answer_about_another_order_is_not_taken_for_this_ones() {
    let (server, client) = server().await;
    let id = UpstreamOrderId::from("a1c0ffee-0000-4000-8000-000000000003");
    for status in ["waiting", "received", "cancelled"] {
        server.will_answer(200, &shown(status));
        let field = malformed(client.order(&id).await);
        assert_eq!(field, "order.id, which is another order's");
    }
    server.will_answer(409, &refused("invalid_state"));
    server.will_answer(200, &shown("cancelled"));
    assert_eq!(malformed(client.cancel(&id).await), "order.id, which is another order's");
}

#[tokio::test]
async fn an_order_that_is_not_as_documented_is_unreadable() {
    let (server, client) = server().await;
    let id = UpstreamOrderId::from(ORDER);
    let with = |field: &str, value: Value| {
        let mut answer = shown("received");
        answer["order"]["sms_code"] = "001203".into();
        answer["order"][field] = value;
        answer
    };
    for (answer, field) in [
        (refused("not_found"), "ok"),
        (json!({}), "the body.ok"),
        (json!({ "ok": "true" }), "ok"),
        (json!([]), "the body"),
        (shown("received"), "order.sms_code"),
        (with("sms_code", "".into()), "order.sms_code"),
        (with("sms_code", 1203.into()), "order.sms_code"),
        (with("status", "completed".into()), "order.status (`completed`)"),
        (with("status", 7.into()), "order.status"),
        (with("phone", 79_001_234_567_u64.into()), "order.phone"),
        (with("received_at", "soon".into()), "order.received_at"),
        (with("id", "../balance".into()), "order.id"),
    ] {
        server.will_answer(200, &answer);
        let told = malformed(client.order(&id).await);
        assert!(told.starts_with(field), "{answer}: {told}");
    }
    for body in ["", "<p>One moment</p>", "{\"ok\": true", "null"] {
        server.will_say(200, body);
        malformed(client.order(&id).await);
    }
}

#[tokio::test]
async fn a_balance_in_another_currency_is_unreadable() {
    let (server, client) = server().await;
    let answer = |currency: &str| json!({ "ok": true, "balance_usd": 42.5, "currency": currency });
    server.will_answer(200, &answer("USD"));
    assert_eq!(client.balance().await.unwrap().money, Money::from_raw(425_000));
    server.will_answer(200, &answer("EUR"));
    assert_eq!(malformed(client.balance().await), "currency (`EUR`)");
}

#[tokio::test]
async fn only_the_word_cancelled_is_a_refund() {
    let (mut server, client) = server().await;
    let id = UpstreamOrderId::from(ORDER);
    for (status, answer) in [
        ("cancelled", CancelAnswer::Cancelled),
        ("waiting", CancelAnswer::NotOpen),
        ("received", CancelAnswer::NotOpen),
        ("finished", CancelAnswer::NotOpen),
        ("expired", CancelAnswer::NotOpen),
    ] {
        server.will_answer(200, &json!({ "ok": true, "status": status, "balance_usd": 42.5 }));
        assert_eq!(client.cancel(&id).await, Ok(answer), "{status}");
    }
    for answer in [json!({}), refused("invalid_state"), json!({ "ok": true, "status": "done" })] {
        server.will_answer(200, &answer);
        malformed(client.cancel(&id).await);
    }
    let line = format!("POST /api/public/v1/order/{ORDER}/cancel");
    assert!(server.lines().iter().all(|it| *it == line));
    // A conflict of another kind explains nothing.
    server.will_answer(409, &refused("busy"));
    let error = client.cancel(&id).await.unwrap_err();
    assert_eq!(error.to_string(), "POST /order/{id}/cancel: refused (status 409, busy)");
}

#[tokio::test]
async fn an_order_is_finished_by_the_documented_call() {
    let (mut server, client) = server().await;
    let id = UpstreamOrderId::from(ORDER);
    server.will_answer(200, &json!({ "ok": true, "status": "finished" }));
    assert_eq!(client.finish(&id).await, Ok(()));
    server.will_answer(200, &json!({ "ok": true, "status": "received" }));
    assert_eq!(malformed(client.finish(&id).await), "status");
    let line = format!("POST /api/public/v1/order/{ORDER}/finish");
    assert_eq!(server.lines(), [line.clone(), line]);
}

#[test]
fn settings_that_cannot_work_are_refused_and_nothing_shows_the_key() {
    let hand = ManualClock::starting_at(START);
    let settings = |base_url: &str, key: &str| Settings {
        base_url: base_url.to_owned(),
        api_key: SecretString::from(key),
        timeout: Duration::from_secs(10),
        clock: hand.clock(),
        budget: Budget::without_limits(hand.clock()),
    };
    let good = settings(BASE_URL, KEY);
    assert!(!format!("{good:?}").contains(KEY));
    let client = SmsVerifyo::new(good.clone()).unwrap();
    assert!(!format!("{client:?}").contains(KEY));
    assert_eq!(client.capabilities().provider, "smsverifyo");
    for url in ["", "smsverifyo.com", "ftp://host/v1", "https://me:pw@host/v1", "https://h/v1?a"] {
        let refused = SmsVerifyo::new(settings(url, KEY));
        assert!(matches!(refused, Err(SettingsError::BaseUrl)), "{url}");
    }
    for key in ["", "  ", "two\nlines"] {
        let refused = SmsVerifyo::new(settings(BASE_URL, key));
        assert!(matches!(refused, Err(SettingsError::ApiKey)), "{key:?}");
    }
    let hasty = Settings { timeout: Duration::ZERO, ..good };
    assert!(matches!(SmsVerifyo::new(hasty), Err(SettingsError::Timeout)));
}
