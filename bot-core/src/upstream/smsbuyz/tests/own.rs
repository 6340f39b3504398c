//! What no other provider has: operators, a ban, refusals by status, and an order list that also shows closed orders.

use super::*;
use crate::{
    ids::IdempotencyKey,
    money::Money,
    upstream::{CancelAnswer, Placing, Rejection, Upstream, UpstreamError, UpstreamStatus},
};

async fn place(emulator: &Emulator, client: &SmsBuyz, max_cost: i64) -> Placing {
    let (wanted, key) = (emulator.wanted(), IdempotencyKey::from("k1"));
    client.place(&wanted.request(&key, Money::from_raw(max_cost))).await
}

async fn buy(emulator: &Emulator, client: &SmsBuyz) -> UpstreamOrderId {
    one(place(emulator, client, i64::MAX).await).id
}

#[tokio::test]
async fn every_operator_is_an_offer_with_its_own_price_and_stock() {
    let emulator = Emulator::start().await;
    let offered = emulator.control.offers();
    let listing = emulator.client(KEY).listing().await.unwrap();
    let mut listed: Vec<_> = listing
        .offers
        .iter()
        .map(|it| (it.product.to_string(), it.cost.money.raw(), it.stock))
        .collect();
    let mut expected: Vec<_> = offered
        .into_iter()
        .map(|it| {
            let OfferKey { country, operator, product } = it.key;
            (format!("{country}/{operator}/{product}"), it.price_pips, Some(it.count))
        })
        .collect();
    listed.sort();
    expected.sort();
    assert_eq!(listed, expected);
    // Not all have one operator only.
    assert!(listed.iter().any(|it| it.0.contains("/Virtual2/")));
    let indonesia = listing.countries.iter().find(|it| it.key == "id").unwrap();
    assert_eq!((&*indonesia.name, &*indonesia.flag), ("Indonesia", "🇮🇩"));
}

#[tokio::test]
async fn what_changes_between_the_look_and_the_purchase_is_a_refusal_too() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let Wanted { country, .. } = emulator.wanted();
    let OfferKey { operator, .. } = emulator.offer.clone();
    let body = serde_json::json!({ country: { operator: { "cost": 0.1, "count": 1 } } });
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
async fn a_key_that_is_refused_is_called_so_everywhere() {
    let emulator = Emulator::start().await;
    let client = emulator.client("another-key");
    let refused = |route| UpstreamError::KeyRefused { route };
    assert_eq!(client.balance().await.unwrap_err(), refused("GET /user/profile"));
    assert_eq!(client.active_orders().await.unwrap_err(), refused("GET /user/orders"));
    let placing = place(&emulator, &client, i64::MAX).await;
    assert!(matches!(placing, Placing::Rejected(Rejection::KeyRefused)), "{placing:?}");
}

#[tokio::test]
async fn a_banned_number_is_banned_with_and_without_a_code() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let (silent, used) = (buy(&emulator, &client).await, buy(&emulator, &client).await);
    emulator.deliver(&used, "001203", "Your code is 001203");
    for (id, sms) in [(&silent, 0), (&used, 1)] {
        client.ban(id).await.unwrap();
        let order = client.order(id).await.unwrap();
        assert_eq!((order.status, order.sms.len()), (UpstreamStatus::Banned, sms));
        assert_eq!(client.cancel(id).await, Ok(CancelAnswer::NotOpen));
    }
    assert_eq!(client.active_orders().await, Ok(vec![]));
}

#[tokio::test]
async fn a_number_with_a_code_is_neither_given_back_nor_lost() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let id = buy(&emulator, &client).await;
    emulator.deliver(&id, "001203", "Your code is 001203");
    emulator.deliver(&id, "440091", "Your code is 440091");
    assert_eq!(client.cancel(&id).await, Ok(CancelAnswer::NotOpen));
    let [order] = &client.active_orders().await.unwrap()[..] else { panic!() };
    assert_eq!(order.status, UpstreamStatus::CodeReceived);
    let codes: Vec<_> = order.sms.iter().filter_map(|sms| sms.code.as_deref()).collect();
    assert_eq!(codes, ["001203", "440091"]);
}

#[tokio::test]
async fn a_number_without_a_code_cannot_be_finished() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let id = buy(&emulator, &client).await;
    let error = client.finish(&id).await.unwrap_err();
    assert!(matches!(error, UpstreamError::Refused { .. }), "{error:?}");
    assert_eq!(client.order(&id).await.unwrap().status, UpstreamStatus::Active);
}

#[tokio::test]
async fn recent_orders_are_read_over_all_pages_and_open_ones_up_to_a_hundred() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    emulator.control.top_up(1_000_000_000).unwrap();
    emulator.set_stock(1_000);
    buy(&emulator, &client).await;
    emulator.hand.advance(Duration::from_mins(1));
    let since = emulator.now();
    for _ in 0..150 {
        buy(&emulator, &client).await;
    }
    let recent = client.recent_orders(since).await.unwrap();
    assert_eq!(recent.len(), 150);
    assert!(recent.is_sorted_by(|a, b| number(&a.id) > number(&b.id)));
    assert_eq!(client.recent_orders(START).await.unwrap().len(), 151);
    let open = client.active_orders().await.unwrap();
    assert_eq!(open.len(), 100);
    assert_eq!(open[0].id, recent[0].id);
}
