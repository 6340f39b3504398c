//! What is its own: UUIDs, a price that drifts, a cancel that does not say why not, and a catalogue in pieces.

use super::*;
use crate::{
    ids::IdempotencyKey,
    money::Money,
    upstream::{CancelAnswer, Placing, Rejection, Upstream, UpstreamError, UpstreamStatus},
};

async fn place(emulator: &Emulator, client: &SmsVerifyo, max_cost: i64) -> Placing {
    let (wanted, key) = (emulator.wanted(), IdempotencyKey::from("k1"));
    client.place(&wanted.request(&key, Money::from_raw(max_cost))).await
}

async fn buy(emulator: &Emulator, client: &SmsVerifyo) -> UpstreamOrderId {
    one(place(emulator, client, i64::MAX).await).id
}

#[tokio::test]
async fn what_was_charged_is_told_by_the_purchase_and_may_be_more_than_was_listed() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    emulator.control.set_price(&emulator.offer, 1_500).unwrap();
    emulator.control.set_drift(20).unwrap();
    let before = client.balance().await.unwrap();
    let order = one(place(&emulator, &client, 1_500).await);
    assert_eq!(order.cost.unwrap().money, Money::from_raw(1_800));
    let after = client.balance().await.unwrap();
    assert_eq!(before.money.checked_sub(after.money), Ok(Money::from_raw(1_800)));
    assert_eq!(
        (before.currency.as_str(), client.order(&order.id).await.unwrap().cost),
        ("USD", None)
    );
}

#[tokio::test]
async fn what_changes_between_the_look_and_the_purchase_is_a_refusal_too() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let body = serde_json::json!({ "ok": true, "countries": [
        { "country_id": 0, "name": "Russia", "flag": "🇷🇺", "price_usd": 0.1, "available": 1 }
    ] });
    let fooled = || Fault::Answer { status: 200, body: body.clone() };
    emulator.set_stock(0);
    emulator.strike(Call::Offers, fooled());
    let placing = place(&emulator, &client, 1_000).await;
    assert!(matches!(placing, Placing::Rejected(Rejection::NoNumbers)), "{placing:?}");
    emulator.set_stock(1);
    emulator.raise_price(1_000_000);
    emulator.strike(Call::Offers, fooled());
    let placing = place(&emulator, &client, 1_000).await;
    assert!(matches!(placing, Placing::Rejected(Rejection::UpstreamFunds)), "{placing:?}");
    assert_eq!((emulator.creates(), emulator.sold()), (2, 0));
}

#[tokio::test]
async fn a_revoked_key_is_called_so_everywhere() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let id = buy(&emulator, &client).await;
    emulator.control.set_revoked(true);
    let refused = |route| UpstreamError::KeyRefused { route };
    assert_eq!(client.balance().await.unwrap_err(), refused("GET /balance"));
    assert_eq!(client.order(&id).await.unwrap_err(), refused("GET /order/{id}"));
    assert_eq!(client.listing().await.unwrap_err(), refused("GET /services"));
    assert_eq!(client.cancel(&id).await.unwrap_err(), refused("POST /order/{id}/cancel"));
    let placing = place(&emulator, &client, i64::MAX).await;
    assert!(matches!(placing, Placing::Rejected(Rejection::KeyRefused)), "{placing:?}");
}

#[tokio::test]
async fn a_refused_cancel_is_explained_by_the_order() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let (young, used) = (buy(&emulator, &client).await, buy(&emulator, &client).await);
    emulator.deliver(&used, "001203", "Your code is 001203");
    let retry_after = Duration::from_mins(2);
    assert_eq!(client.cancel(&young).await, Ok(CancelAnswer::TooEarly { retry_after }));
    assert_eq!(client.cancel(&used).await, Ok(CancelAnswer::NotOpen));
    // When the order cannot be read, nobody knows.
    emulator.strike(Call::Order, Fault::Status500);
    let error = client.cancel(&young).await.unwrap_err();
    assert!(matches!(error, UpstreamError::Unavailable { .. }), "{error:?}");
    let stranger = UpstreamOrderId::from("00000000-0000-4000-8000-000000000000");
    let error = client.cancel(&stranger).await.unwrap_err();
    assert!(matches!(error, UpstreamError::NotFound { .. }), "{error:?}");
}

#[tokio::test]
async fn a_number_shows_its_newest_code_and_cannot_be_finished_without_one() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let id = buy(&emulator, &client).await;
    let error = client.finish(&id).await.unwrap_err();
    assert!(matches!(error, UpstreamError::Refused { .. }), "{error:?}");
    emulator.deliver(&id, "001203", "Your code is 001203");
    emulator.deliver(&id, "440091", "Your code is 440091");
    let order = client.order(&id).await.unwrap();
    assert_eq!(order.status, UpstreamStatus::CodeReceived);
    let [sms] = &order.sms[..] else { panic!("{order:?}") };
    assert_eq!((sms.code.as_deref(), sms.text.as_deref()), (Some("440091"), None));
    // 2026-05-27T08:00:00Z, in whole seconds.
    assert_eq!(sms.received_at, Some(Timestamp(1_779_868_800_000)));
    // At its end it is closed, and the code stays.
    emulator.hand.advance(Duration::from_mins(20));
    let order = client.order(&id).await.unwrap();
    assert_eq!((order.status, order.sms.len()), (UpstreamStatus::Completed, 1));
}

#[tokio::test]
async fn nothing_is_sent_for_what_the_provider_cannot_do() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let (wanted, key) = (emulator.wanted(), IdempotencyKey::from("k1"));
    let placing = client.place_again(&wanted.request(&key, Money::ZERO)).await;
    assert!(matches!(placing, Placing::Unknown(_)), "{placing:?}");
    assert!(matches!(
        client.renew(&"1".into(), &"x".into(), Money::ZERO).await,
        Placing::Unknown(_)
    ));
    assert_eq!(client.resend(&"1".into()).await, Ok(false));
    assert_eq!(client.recent_orders(START).await, Ok(vec![]));
    assert!(client.active_orders().await.is_err());
    assert!(client.register_push("https://shop.example").await.is_err());
    assert!(client.read_push(b"{}").is_err());
    let asked: u64 = emulator.control.request_counts().values().map(|count| count.total).sum();
    assert_eq!(asked, 0);
}

#[tokio::test]
async fn the_first_listing_reads_ten_services_and_each_later_one_thirty_more() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let offered = emulator.control.offers();
    let asked = |route| emulator.control.request_counts().get(route).map_or(0, |it| it.total);
    let mut listing = client.listing().await.unwrap();
    let services = listing.services.len();
    let all = u64::try_from(services).unwrap();
    let mut expected = all.min(10);
    assert_eq!((asked("services"), asked("countries")), (1, expected));
    while expected < all {
        emulator.hand.advance(Duration::from_secs(61));
        listing = client.listing().await.unwrap();
        expected = all.min(expected + 30);
        assert_eq!((asked("services"), asked("countries")), (1, expected));
    }
    let mut listed: Vec<_> = listing
        .offers
        .iter()
        .map(|it| (it.product.to_string(), it.cost.money.raw(), it.stock))
        .collect();
    let mut known: Vec<_> = offered
        .into_iter()
        .map(|it| {
            let OfferKey { service_id, country_id } = it.key;
            (format!("{service_id}/{country_id}"), it.price_pips, Some(it.available))
        })
        .collect();
    listed.sort();
    known.sort();
    assert_eq!(listed, known);
    let russia = listing.countries.iter().find(|it| it.key == "0").unwrap();
    assert_eq!((&*russia.name, &*russia.flag), ("Russia", "🇷🇺"));
}

#[tokio::test]
async fn what_is_wrong_with_one_service_holds_up_no_other() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    emulator.strike(Call::Offers, Fault::MissingField("price_usd".to_owned()));
    let listing = client.listing().await.unwrap();
    let first = &listing.services[0].key;
    assert!(listing.offers.iter().all(|it| it.service != *first));
    let wanted = emulator.wanted();
    assert!(listing.offers.iter().any(|it| it.product == wanted.product));
    // Too many requests do, and what was read until then is kept.
    emulator.hand.advance(Duration::from_mins(6));
    emulator.strike(Call::Offers, Fault::Status429 { retry_after: 9 });
    let error = client.listing().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(9)));
}
