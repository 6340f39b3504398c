//! What is really sent, and what hostile answers do.

use serde_json::{Value, json};

use super::*;
use crate::{
    ids::IdempotencyKey,
    upstream::{
        CancelAnswer, Kind, PlaceRequest, Placing, Rejection, Upstream, UpstreamError,
        budget::Budget, scripted::Scripted,
    },
};

const ID: &str = "rnt_0f1e2d3c4b5a69788796a5b4";

async fn server() -> (Scripted, SmsVerifyoRentals) {
    let server = Scripted::start().await;
    let client = client(&format!("{}/v1/", server.url), KEY, &ManualClock::starting_at(START));
    (server, client)
}

fn rental(status: &str) -> Value {
    let code = if status == "received" { json!("012345") } else { Value::Null };
    json!({ "rental": {
        "id": ID, "service": "wa", "country": "ID", "real_mobile": true,
        "phone": "+6281200123456", "status": status, "price_usd": 0.4200, "code": code,
        "received_at": null, "created_at": "2026-05-27T08:00:00Z",
        "expires_at": "2026-05-27T08:20:00Z"
    } })
}

fn refused(code: &str) -> Value {
    json!({ "error": { "code": code, "message": "+6281200123456 did not" } })
}

async fn place(client: &SmsVerifyoRentals, product: &str, again: bool) -> Placing {
    let request = PlaceRequest {
        key: &IdempotencyKey::from("k1"),
        service: "wa",
        country: "ID",
        kind: Kind::Activation,
        product: &ProductRef::from(product),
        area_code: None,
        quantity: 1,
        max_cost: Money::from_raw(4_200),
    };
    if again { client.place_again(&request).await } else { client.place(&request).await }
}

const PRODUCT: &str = "wa/ID/real-mobile";

#[track_caller]
fn malformed<T: std::fmt::Debug>(result: Result<T, UpstreamError>) -> String {
    match result {
        Err(UpstreamError::Malformed { field, .. }) => field,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_creation_carries_its_key_and_cap_alone_on_its_connection() {
    let (mut server, client) = server().await;
    for again in [false, true] {
        server.will_answer(201, &rental("waiting"));
        one(place(&client, PRODUCT, again).await);
    }
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    for it in &seen {
        assert_eq!((it.line.as_str(), it.place), ("POST /v1/rentals", 1));
        assert_eq!(it.header("idempotency-key"), Some("k1"));
        assert_eq!(it.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
        assert_eq!(it.header("content-type"), Some("application/json"));
        // The cap is exact, and the same both times.
        let body =
            r#"{"service":"wa","country":"ID","max_price_usd":0.4200,"real_mobile_only":true}"#;
        assert_eq!(it.body, body);
    }
}

#[tokio::test]
async fn a_creation_follows_no_redirect_and_is_never_repeated_by_itself() {
    for status in [302, 307, 500, 502, 503] {
        let (mut server, client) = server().await;
        for again in [false, true] {
            server.will_answer(status, &json!({}));
            let placing = place(&client, PRODUCT, again).await;
            assert!(matches!(placing, Placing::Unknown(_)), "{status}: {placing:?}");
            assert_eq!(server.lines(), ["POST /v1/rentals"], "{status}");
        }
    }
}

#[tokio::test]
async fn a_reference_to_nothing_is_not_asked_for() {
    let (mut server, client) = server().await;
    for product in ["", "wa", "wa/", "/ID", "wa/ID/", "wa/ID/fake", "wa/ID/real-mobile/x"] {
        let placing = place(&client, product, false).await;
        assert!(matches!(placing, Placing::Rejected(Rejection::OfferGone)), "{placing:?}");
        let placing = place(&client, product, true).await;
        assert!(matches!(placing, Placing::Unknown(_)), "{placing:?}");
    }
    assert_eq!(server.seen(), []);
}

#[tokio::test]
async fn an_answer_about_another_rental_is_not_taken_for_this_ones() {
    let (server, client) = server().await;
    let id = UpstreamOrderId::from("rnt_another");
    for status in ["waiting", "received", "cancelled"] {
        server.will_answer(200, &rental(status));
        let field = malformed(client.order(&id).await);
        assert_eq!(field, "rental.id, which is another rental's");
        server.will_answer(200, &rental(status));
        malformed(client.cancel(&id).await);
    }
}

#[tokio::test]
async fn a_rental_that_is_not_as_assumed_is_unreadable() {
    let (server, client) = server().await;
    let id = UpstreamOrderId::from(ID);
    let with = |field: &str, value: Value| {
        let mut answer = rental("received");
        answer["rental"][field] = value;
        answer
    };
    for (answer, field) in [
        (refused("not_found"), "the body.rental"),
        (with("code", Value::Null), "rental.code"),
        (with("code", "  ".into()), "rental.code"),
        (with("code", 12_345.into()), "rental.code"),
        (with("status", "active".into()), "rental.status (`active`)"),
        (with("phone", "hidden".into()), "rental.phone"),
        (with("price_usd", "0.42".into()), "rental.price_usd"),
        (with("price_usd", json!(-0.42)), "rental.price_usd"),
        (with("expires_at", "soon".into()), "rental.expires_at"),
        (with("id", "../services".into()), "rental.id"),
    ] {
        server.will_answer(200, &answer);
        assert_eq!(malformed(client.order(&id).await), field, "{answer}");
    }
    for body in ["", "<p>One moment</p>", "{\"rental\": {", "null", "[]"] {
        server.will_say(200, body);
        malformed(client.order(&id).await);
    }
}

#[tokio::test]
async fn only_a_rental_that_is_cancelled_is_a_refund() {
    let (mut server, client) = server().await;
    let id = UpstreamOrderId::from(ID);
    for (status, answer) in [
        ("cancelled", CancelAnswer::Cancelled),
        ("waiting", CancelAnswer::NotOpen),
        ("received", CancelAnswer::NotOpen),
        ("expired", CancelAnswer::NotOpen),
    ] {
        server.will_answer(200, &rental(status));
        assert_eq!(client.cancel(&id).await, Ok(answer), "{status}");
    }
    server.will_answer(409, &refused("invalid_state"));
    assert_eq!(client.cancel(&id).await, Ok(CancelAnswer::NotOpen));
    server.will_answer(200, &refused("invalid_state"));
    malformed(client.cancel(&id).await);
    server.will_answer(503, &refused("invalid_state"));
    let error = client.cancel(&id).await.unwrap_err();
    assert!(matches!(error, UpstreamError::Unavailable { .. }), "{error:?}");
    let line = format!("POST /v1/rentals/{ID}/cancel");
    assert!(server.lines().iter().all(|it| *it == line));
}

#[tokio::test]
async fn a_price_that_is_wrong_lists_nothing_and_codes_that_fit_no_reference_are_left_out() {
    let (server, client) = server().await;
    let listing = |price: Value, code: &str| {
        json!({ "services": [{ "code": code, "name": "WhatsApp", "countries": [
            { "code": "ID", "name": "Indonesia", "price_usd": price, "available": 42,
              "real_mobile": null }
        ] }] })
    };
    for price in [json!("0.35"), json!(-0.35), Value::Null] {
        server.will_answer(200, &listing(price, "wa"));
        let field = malformed(client.listing().await);
        assert_eq!(field, "services[0].countries[0].price_usd");
    }
    server.will_answer(200, &listing(json!(0.35), "w/a"));
    assert_eq!(client.listing().await.unwrap().offers, []);
    server.will_answer(200, &listing(json!(0.35), "wa"));
    assert_eq!(client.listing().await.unwrap().offers.len(), 1);
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
    let client = SmsVerifyoRentals::new(good.clone()).unwrap();
    assert!(!format!("{client:?}").contains(KEY));
    assert_eq!(client.capabilities().provider, "smsverifyo-rentals");
    for url in ["", "smsverifyo.com/v1", "ftp://host/v1", "https://me:pw@host/v1"] {
        let refused = SmsVerifyoRentals::new(settings(url, KEY));
        assert!(matches!(refused, Err(SettingsError::BaseUrl)), "{url}");
    }
    let keyless = SmsVerifyoRentals::new(settings(BASE_URL, " "));
    assert!(matches!(keyless, Err(SettingsError::ApiKey)));
    let hasty = Settings { timeout: Duration::ZERO, ..good };
    assert!(matches!(SmsVerifyoRentals::new(hasty), Err(SettingsError::Timeout)));
}
