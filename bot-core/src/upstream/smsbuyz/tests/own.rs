//! What no other provider has: operators and any of them, a ban, refusals by status, and an order list that also shows closed orders.

use super::*;
use crate::{
    ids::IdempotencyKey,
    money::Money,
    upstream::{
        CancelAnswer, Choice, Placing, Rejection, Upstream, UpstreamError, UpstreamOffer,
        UpstreamStatus,
    },
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
        .filter(|it| it.choice != Choice::Any)
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

/// What is offered of WhatsApp in a country where more than one operator sells it: any first, and the key of the named.
async fn of_several(emulator: &Emulator) -> (UpstreamOffer, Vec<OfferKey>) {
    let is_second = |key: &OfferKey| key.operator == "Virtual2" && key.product == "whatsapp";
    let offers = emulator.control.offers();
    let OfferKey { country, product, .. } =
        offers.iter().find(|it| is_second(&it.key)).unwrap().key.clone();
    let listed = emulator.client(KEY).offers(&product, &country).await.unwrap();
    let any = listed.into_iter().find(|it| it.choice == Choice::Any).unwrap();
    let is_same = |key: &OfferKey| (&key.country, &key.product) == (&country, &product);
    (any, offers.into_iter().map(|it| it.key).filter(is_same).collect())
}

async fn place_any(client: &SmsBuyz, any: &UpstreamOffer) -> Placing {
    let wanted = Wanted {
        service: any.service.clone(),
        country: any.country.clone(),
        product: any.product.clone(),
    };
    client.place(&wanted.request(&IdempotencyKey::from("k1"), any.cost.money)).await
}

#[tokio::test]
async fn every_listed_offer_of_any_operator_is_what_the_provider_says_of_any() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let listing = client.listing().await.unwrap();
    for country in ["id", "ru", "us"] {
        let wares = client.products(country, "any").await.unwrap();
        let of_any = |it: &&UpstreamOffer| it.country == country && it.choice == Choice::Any;
        let listed: Vec<_> = listing.offers.iter().filter(of_any).collect();
        assert_eq!(listed.len(), wares.len());
        for offer in listed {
            let ware = wares[&offer.service];
            assert_eq!(offer.cost.amount, ware.price, "{offer:?}");
            // Those that cost more are not promised at this price.
            assert!(offer.stock.unwrap() <= ware.qty, "{offer:?}");
            assert_eq!(offer.stock == Some(0), ware.qty == 0, "{offer:?}");
            assert_eq!(offer.product.as_str(), format!("{country}/any/{}", offer.service));
        }
    }
}

#[tokio::test]
async fn any_operator_sells_the_cheapest_in_stock_at_that_operators_price() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let (_, keys) = of_several(&emulator).await;
    for (key, pips) in keys.iter().zip([3_000, 1_000, 2_000]) {
        emulator.control.set_price(key, pips).unwrap();
        emulator.control.set_stock(key, 1).unwrap();
    }
    let mut prices: Vec<i64> = [3_000, 1_000, 2_000].into_iter().take(keys.len()).collect();
    prices.sort_unstable();
    for pips in prices {
        let (any, _) = of_several(&emulator).await;
        assert_eq!(any.cost.money.raw(), pips);
        let order = one(place_any(&client, &any).await);
        assert_eq!(order.cost.unwrap().money, any.cost.money);
        let sold = emulator.control.orders().pop().unwrap();
        assert_eq!((sold.price_pips, keys.contains(&sold.offer)), (pips, true));
    }
    let (any, _) = of_several(&emulator).await;
    let placing = place_any(&client, &any).await;
    assert!(matches!(placing, Placing::Rejected(Rejection::NoNumbers)), "{placing:?}");
}

#[tokio::test]
async fn any_operator_is_not_bought_when_the_cheapest_has_run_out_since() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let (any, keys) = of_several(&emulator).await;
    for key in &keys {
        emulator.control.set_price(key, any.cost.money.raw() + 1).unwrap();
    }
    let now = Money::from_raw(any.cost.money.raw() + 1);
    match place_any(&client, &any).await {
        Placing::Rejected(rejection) => assert_eq!(rejection, Rejection::PriceMoved { now }),
        other => panic!("{other:?}"),
    }
    assert_eq!((emulator.creates(), emulator.sold()), (0, 0));
}

#[tokio::test]
async fn what_is_paid_is_told_even_when_it_is_more_than_the_list_says() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let (any, _) = of_several(&emulator).await;
    emulator.control.set_drift(100).unwrap();
    let order = one(place_any(&client, &any).await);
    assert_eq!(order.cost.unwrap().money.raw(), any.cost.money.raw() * 2);
    let recorded = client.order(&order.id).await.unwrap();
    assert_eq!(recorded.cost.unwrap().money.raw(), any.cost.money.raw() * 2);
}

#[tokio::test]
async fn the_record_of_any_operators_sale_may_be_the_one_that_was_lost() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let (any, keys) = of_several(&emulator).await;
    let began = emulator.now();
    emulator.strike(Call::Create, Fault::ResetAfterCommit);
    let placing = place_any(&client, &any).await;
    assert!(matches!(placing, Placing::Unknown(_)), "{placing:?}");
    let [record] = &client.recent_orders(began).await.unwrap()[..] else { panic!() };
    let sold = emulator.control.orders().pop().unwrap().offer;
    let may_be = |country: &str, operator: &str, product: &str| {
        let wanted = Wanted {
            service: product.to_owned(),
            country: country.to_owned(),
            product: ProductRef(format!("{country}/{operator}/{product}")),
        };
        client.may_be(record, &wanted.request(&IdempotencyKey::from("k1"), Money::ZERO))
    };
    assert!(may_be(&sold.country, "any", &sold.product));
    assert!(!may_be(&sold.country, "any", "telegram"));
    assert!(!may_be("us", "any", &sold.product));
    for key in keys {
        assert_eq!(may_be(&key.country, &key.operator, &key.product), key == sold, "{key:?}");
    }
}

#[tokio::test]
async fn an_sms_that_comes_after_the_refund_is_read_and_the_order_stays_refunded() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let id = buy(&emulator, &client).await;
    assert_eq!(client.cancel(&id).await, Ok(CancelAnswer::Cancelled));
    let balance = client.balance().await;
    emulator.control.deliver_late(number(&id), "001203", "Your code is 001203").unwrap();
    let order = client.order(&id).await.unwrap();
    assert_eq!(order.status, UpstreamStatus::Cancelled);
    assert_eq!(order.sms[0].code.as_deref(), Some("001203"));
    assert_eq!(client.balance().await, balance);
}

#[tokio::test]
async fn payments_show_what_was_bought() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let id = buy(&emulator, &client).await;
    let payments = client.payments().await.unwrap();
    assert_eq!(payments[0]["order_id"], number(&id));
}

#[test]
fn orders_are_looked_at_as_often_as_the_document_asks() {
    let pace = super::super::capabilities().pace;
    assert!((3..=5).contains(&pace.as_secs()), "{pace:?}");
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
