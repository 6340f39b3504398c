//! What is its own: real mobile carriers, a price cap, keys, and pushed codes.

use super::*;
use crate::{
    ids::IdempotencyKey,
    upstream::{
        CancelAnswer, Choice, Placing, Rejection, Says, Upstream, UpstreamError, scripted::Scripted,
    },
};

async fn place(emulator: &Emulator, client: &SmsVerifyoRentals, key: &str, max: i64) -> Placing {
    let (wanted, key) = (emulator.wanted(), IdempotencyKey::from(key));
    client.place(&wanted.request(&key, Money::from_raw(max))).await
}

async fn buy(emulator: &Emulator, client: &SmsVerifyoRentals, key: &str) -> UpstreamOrderId {
    one(place(emulator, client, key, i64::MAX).await).id
}

#[tokio::test]
async fn every_offer_is_listed_with_its_filter_price_and_stock() {
    let emulator = Emulator::start().await;
    let listing = emulator.client(KEY).listing().await.unwrap();
    let mut listed: Vec<_> = listing
        .offers
        .iter()
        .map(|it| {
            let is_mobile = it.choice == Choice::MobileCarrier;
            assert!(is_mobile || it.choice == Choice::Any);
            assert_eq!(is_mobile, it.product.as_str().ends_with("/real-mobile"));
            (it.service.clone(), it.country.clone(), is_mobile, it.cost.money.raw(), it.stock)
        })
        .collect();
    let mut expected: Vec<_> = emulator
        .control
        .offers()
        .into_iter()
        .map(|it| {
            let OfferKey { service, country, real_mobile } = it.key;
            (service, country, real_mobile, it.price_pips, Some(it.available))
        })
        .collect();
    listed.sort();
    expected.sort();
    assert_eq!(listed, expected);
    let indonesia = listing.countries.iter().find(|it| it.key == "ID").unwrap();
    assert_eq!((&*indonesia.name, &*indonesia.flag), ("Indonesia", "🇮🇩"));
}

#[tokio::test]
async fn a_refusal_for_the_price_is_explained_by_the_catalogue() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    emulator.control.set_price(&emulator.offer, 3_500).unwrap();
    let rejected = |placing| match placing {
        Placing::Rejected(rejection) => rejection,
        other => panic!("{other:?}"),
    };
    let moved = rejected(place(&emulator, &client, "k1", 3_499).await);
    assert_eq!(moved, Rejection::PriceMoved { now: Money::from_raw(3_500) });
    // Unreadable, or the price has come down again: nothing was sold, but how much it costs is not known.
    for fault in [
        Fault::Status503 { retry_after: 7 },
        Fault::Answer {
            status: 200,
            body: serde_json::json!({ "services": [{ "code": "wa", "name": "WhatsApp",
                "countries": [{ "code": "ID", "name": "Indonesia", "price_usd": 0.3,
                    "available": 1, "real_mobile": null }] }] }),
        },
    ] {
        emulator.strike(Call::Offers, fault);
        let later = rejected(place(&emulator, &client, "k1", 3_499).await);
        assert!(matches!(later, Rejection::NotNow { .. }), "{later:?}");
    }
    let empty = Fault::Answer { status: 200, body: serde_json::json!({ "services": [] }) };
    emulator.strike(Call::Offers, empty);
    assert_eq!(rejected(place(&emulator, &client, "k1", 3_499).await), Rejection::OfferGone);
    assert_eq!((emulator.sold(), emulator.creates()), (0, 4));
    // A refused key is still free.
    one(place(&emulator, &client, "k1", 3_500).await);
}

#[tokio::test]
async fn a_real_mobile_number_is_bought_as_such_at_its_own_price() {
    let mut emulator = Emulator::start().await;
    emulator.offer.real_mobile = true;
    let client = emulator.client(KEY);
    emulator.control.set_price(&emulator.offer, 4_200).unwrap();
    let order = one(place(&emulator, &client, "k1", 4_200).await);
    assert_eq!(order.cost.unwrap().money, Money::from_raw(4_200));
    assert_eq!(order.product.unwrap().as_str(), "wa/ID/real-mobile");
    assert!(emulator.control.orders()[0].offer.real_mobile);
}

#[tokio::test]
async fn a_repeated_creation_shows_the_rental_as_it_stands() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let (wanted, key) = (emulator.wanted(), IdempotencyKey::from("k1"));
    let request = wanted.request(&key, Money::from_raw(i64::MAX));
    let id = one(client.place(&request).await).id;
    emulator.deliver(&id, "001203", "Your code is 001203");
    let again = one(client.place_again(&request).await);
    assert_eq!((&again.id, again.status), (&id, UpstreamStatus::CodeReceived));
    assert_eq!(again.sms[0].code.as_deref(), Some("001203"));
    // The key with another body is no news of the first creation.
    let other = wanted.request(&key, Money::from_raw(i64::MAX - 1));
    for placing in [client.place(&other).await, client.place_again(&other).await] {
        assert!(matches!(placing, Placing::Unknown(_)), "{placing:?}");
    }
    assert_eq!(emulator.sold(), 1);
}

#[tokio::test]
async fn a_refused_repetition_settles_nothing() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let (wanted, key) = (emulator.wanted(), IdempotencyKey::from("k1"));
    let request = wanted.request(&key, Money::from_raw(1));
    let unclear = |placing| match placing {
        Placing::Unknown(unclear) => unclear,
        other => panic!("{other:?}"),
    };
    let dear = unclear(client.place_again(&request).await);
    assert!(dear.reason.contains("price"), "{}", dear.reason);
    emulator.set_stock(0);
    unclear(client.place_again(&wanted.request(&key, Money::from_raw(i64::MAX))).await);
    emulator.strike(Call::Create, Fault::Status429 { retry_after: 11 });
    let limited = unclear(client.place_again(&request).await);
    assert_eq!(limited.retry_after, Some(Duration::from_secs(11)));
    let stranger = emulator.client("another-key");
    unclear(stranger.place_again(&request).await);
}

#[tokio::test]
async fn a_key_that_is_refused_is_called_so_everywhere() {
    let emulator = Emulator::start().await;
    let client = emulator.client("another-key");
    let refused = |route| UpstreamError::KeyRefused { route };
    assert_eq!(client.listing().await.unwrap_err(), refused("GET /services"));
    let id = UpstreamOrderId::from("rnt_1");
    assert_eq!(client.order(&id).await.unwrap_err(), refused("GET /rentals/{id}"));
    let placing = place(&emulator, &client, "k1", i64::MAX).await;
    assert!(matches!(placing, Placing::Rejected(Rejection::KeyRefused)), "{placing:?}");
}

#[tokio::test]
async fn a_rental_with_a_code_is_not_given_back_and_ends_completed() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let id = buy(&emulator, &client, "k1").await;
    emulator.deliver(&id, "001203", "Your code is 001203");
    assert_eq!(client.cancel(&id).await, Ok(CancelAnswer::NotOpen));
    assert_eq!(client.finish(&id).await, Ok(()));
    emulator.hand.advance(Duration::from_mins(20));
    let order = client.order(&id).await.unwrap();
    assert_eq!((order.status, order.sms.len()), (UpstreamStatus::Completed, 1));
    let stranger = UpstreamOrderId::from("rnt_000000000000000000000000");
    let error = client.cancel(&stranger).await.unwrap_err();
    assert!(matches!(error, UpstreamError::NotFound { .. }), "{error:?}");
}

#[tokio::test]
async fn a_pushed_code_says_what_a_look_says() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let mut listener = Scripted::start().await;
    emulator.control.set_webhook(&format!("{}/hook", listener.url), "a secret").unwrap();
    let id = buy(&emulator, &client, "k1").await;
    let mut dedups = Vec::new();
    for code in ["001203", "440091"] {
        listener.will_answer(200, &serde_json::json!({}));
        emulator.deliver(&id, code, "Your code is here");
        let seen = listener.next().await;
        assert!(seen.header("x-signature").is_some());
        let pushed = client.read_push(seen.body.as_bytes()).unwrap();
        assert_eq!(pushed.order.as_ref(), Some(&id));
        let Says::Seen(told) = pushed.says else { panic!() };
        assert_eq!((&told.id, told.status), (&id, UpstreamStatus::CodeReceived));
        assert_eq!(told.sms, client.order(&id).await.unwrap().sms);
        assert!(!pushed.dedup.contains(code));
        dedups.push(pushed.dedup);
    }
    assert_ne!(dedups[0], dedups[1]);
}

#[tokio::test]
async fn nothing_is_sent_for_what_the_provider_cannot_do() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let id = UpstreamOrderId::from("rnt_1");
    assert!(client.balance().await.is_err());
    assert!(client.recent_orders(START).await.is_err());
    assert!(client.active_orders().await.is_err());
    assert!(client.register_push("https://shop.example").await.is_err());
    assert!(matches!(client.renew(&id, &"x".into(), Money::ZERO).await, Placing::Unknown(_)));
    assert_eq!(client.resend(&id).await, Ok(false));
    assert_eq!(client.finish(&id).await, Ok(()));
    let asked: u64 = emulator.control.request_counts().values().map(|count| count.total).sum();
    assert_eq!(asked, 0);
}
