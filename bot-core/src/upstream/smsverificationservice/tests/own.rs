//! What no other provider has: rentals by name, renewals, eSIMs, areas, and records that do not reach far.

use super::*;
use crate::{
    ids::IdempotencyKey,
    money::Money,
    phone::AreaCode,
    upstream::{
        CancelAnswer, ESIM_COUNTRY, Kind, PlaceRequest, Placing, Rejection, Says, Upstream,
        UpstreamError, UpstreamOrder,
    },
};

const ANY_PRICE: Money = Money::from_raw(i64::MAX);

struct Ask<'a> {
    service: &'a str,
    country: &'a str,
    product: &'a str,
    area: Option<&'a str>,
}

impl Ask<'_> {
    async fn place(self, client: &SmsVerificationService, max_cost: Money) -> Placing {
        let area = self.area.map(|area| AreaCode::parse(area).unwrap());
        let product = ProductRef::from(self.product);
        let kind = product::Product::read(&product).map_or(Kind::Activation, |it| it.kind());
        client
            .place(&PlaceRequest {
                key: &IdempotencyKey::from("k1"),
                service: self.service,
                country: self.country,
                kind,
                product: &product,
                area_code: area.as_ref(),
                quantity: 1,
                max_cost,
            })
            .await
    }
}

/// A WhatsApp number of the United States.
fn at_home(product: &str) -> Ask<'_> {
    Ask { service: "whatsapp", country: "us", product, area: None }
}

async fn buy(client: &SmsVerificationService, product: &str) -> UpstreamOrder {
    one(at_home(product).place(client, ANY_PRICE).await)
}

#[tokio::test]
async fn the_same_service_is_bought_from_every_list_by_the_id_it_has_there() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let offers = client.offers("whatsapp", "us").await.unwrap();
    assert_eq!(offers.len(), 6);
    for offer in offers {
        let order = buy(&client, offer.product.as_str()).await;
        assert_eq!(order.product, Some(offer.product.clone()));
        let records = client.recent_orders(START).await.unwrap();
        let record = records.iter().find(|it| it.id == order.id).unwrap();
        assert_eq!(record.cost, Some(offer.cost.clone()));
        let seen = client.order(&order.id).await.unwrap();
        assert_eq!((seen.status, &seen.phone), (UpstreamStatus::Active, &order.phone));
        let bought = emulator.control.orders().into_iter().last().unwrap();
        assert_eq!(bought.price_cents * 100, offer.cost.money.raw());
    }
    assert_eq!(emulator.sold(), 6);
}

#[tokio::test]
async fn a_number_of_another_country_is_found_by_its_label() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let [offer] = &client.offers("whatsapp", "16").await.unwrap()[..] else { panic!() };
    let ask =
        |service, country| Ask { service, country, product: offer.product.as_str(), area: None };
    let order = one(ask("whatsapp", "16").place(&client, offer.cost.money).await);
    assert!(order.phone.unwrap().as_str().starts_with("+44"));
    let [record] = &client.recent_orders(START).await.unwrap()[..] else { panic!() };
    assert_eq!(record.label.as_deref(), Some("WhatsApp (UK)"));
    let key = IdempotencyKey::from("k1");
    let request = |service| PlaceRequest {
        key: &key,
        service,
        country: "16",
        kind: Kind::Activation,
        product: &offer.product,
        area_code: None,
        quantity: 1,
        max_cost: ANY_PRICE,
    };
    assert!(client.may_be(record, &request("whatsapp")));
    assert!(!client.may_be(record, &request("telegram")));
    assert!(!client.may_be(record, &PlaceRequest { kind: Kind::Esim, ..request("whatsapp") }));
    // A product is only what it was offered as.
    let placing = ask("telegram", "16").place(&client, ANY_PRICE).await;
    assert!(matches!(placing, Placing::Rejected(Rejection::OfferGone)), "{placing:?}");
    assert_eq!(client.offers("whatsapp", "999").await, Ok(vec![]));
    assert_eq!(client.offers("whatsapp", "uk").await, Ok(vec![]));
}

#[tokio::test]
async fn an_area_is_taken_for_temporary_numbers_and_refused_for_others() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let product = emulator.wanted().product;
    let in_area = Ask { area: Some("212"), ..at_home(product.as_str()) };
    let order = one(in_area.place(&client, ANY_PRICE).await);
    assert!(order.phone.unwrap().as_str().starts_with("+1212"));
    for other in ["rental3/WhatsApp", "best/1012"] {
        let ask = Ask { area: Some("212"), ..at_home(other) };
        let placing = ask.place(&client, ANY_PRICE).await;
        assert!(matches!(placing, Placing::Rejected(Rejection::Invalid(_))), "{placing:?}");
    }
    assert_eq!(emulator.sold(), 1);
}

#[tokio::test]
async fn a_rental_gets_many_sms_and_another_term() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let day = Duration::from_hours(24);
    let order = buy(&client, "rental3/WhatsApp").await;
    // The provider's times are whole seconds.
    let to_the_second = |at: Timestamp| Timestamp(at.0 - at.0.rem_euclid(1_000));
    assert_eq!(order.expires_at, Some(to_the_second(START + 3 * day)));
    for code in ["001203", "440091"] {
        emulator.deliver(&order.id, code, &format!("Your code is {code}"));
        let seen = client.order(&order.id).await.unwrap();
        assert_eq!(seen.status, UpstreamStatus::Active);
        let [sms] = &seen.sms[..] else { panic!() };
        assert_eq!(sms.code.as_deref(), Some(code));
    }
    // By name, the provider tells no new end.
    let product = ProductRef::from("rental3/WhatsApp");
    let renewed = one(client.renew(&order.id, &product, ANY_PRICE).await);
    assert_eq!((renewed.id, renewed.phone, renewed.expires_at), (order.id, order.phone, None));
    assert_eq!(renewed.cost, order.cost, "the price that was read");

    let id = emulator.control.offer("WhatsApp", |it| matches!(it.key, OfferKey::Rent1Day { .. }));
    let OfferKey::Rent1Day { service_id } = id.unwrap().key else { panic!() };
    let product = ProductRef(format!("day/{service_id}"));
    let order = buy(&client, product.as_str()).await;
    assert_eq!(order.expires_at, None);
    let to_the_minute = |at: Timestamp| Timestamp(at.0 - at.0.rem_euclid(60_000));
    let seen = client.order(&order.id).await.unwrap();
    assert_eq!(seen.expires_at, Some(to_the_minute(START + day)));
    let renewed = one(client.renew(&order.id, &product, ANY_PRICE).await);
    assert_eq!(renewed.expires_at, Some(to_the_minute(START + 2 * day)));
    // A renewal whose new end cannot be read is a renewal.
    emulator.strike(Call::Order, Fault::Status500);
    assert_eq!(one(client.renew(&order.id, &product, ANY_PRICE).await).expires_at, None);
    emulator.advance(3 * day + Duration::from_secs(1));
    assert_eq!(client.order(&order.id).await.unwrap().status, UpstreamStatus::Expired);
    let placing = client.renew(&order.id, &product, ANY_PRICE).await;
    assert!(matches!(placing, Placing::Rejected(Rejection::Invalid(_))), "{placing:?}");
}

#[tokio::test]
async fn a_renewal_without_a_clear_answer_is_unknown_and_sent_once() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let product = ProductRef::from("rental3/WhatsApp");
    let order = buy(&client, product.as_str()).await;
    let renewals = || emulator.control.request_counts()["renew"].total;
    for (sent, fault) in (1..).zip([
        Fault::ResetBefore,
        Fault::ResetAfterCommit,
        Fault::Status500AfterCommit,
        Fault::Garbage,
        Fault::Status503 { retry_after: 3 },
    ]) {
        emulator.control.faults().once("renew", fault.clone()).unwrap();
        let placing = client.renew(&order.id, &product, ANY_PRICE).await;
        assert!(matches!(placing, Placing::Unknown(_)), "{fault:?}: {placing:?}");
        assert_eq!(renewals(), sent);
    }
    for id in ["987654321", "x"] {
        let placing = client.renew(&UpstreamOrderId::from(id), &product, ANY_PRICE).await;
        assert!(matches!(placing, Placing::Rejected(Rejection::OfferGone)), "{placing:?}");
    }
}

#[tokio::test]
async fn a_renewal_that_became_dearer_is_not_sent() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let product = ProductRef::from("rental3/WhatsApp");
    let order = buy(&client, product.as_str()).await;
    let cost = order.cost.unwrap().money;
    let less = cost.checked_sub(Money::from_raw(1)).unwrap();
    let placing = client.renew(&order.id, &product, less).await;
    let is_dearer =
        matches!(placing, Placing::Rejected(Rejection::PriceMoved { now }) if now == cost);
    assert!(is_dearer, "{placing:?}");
    let gone = client.renew(&order.id, &"rental3/Nothing".into(), cost).await;
    assert!(matches!(gone, Placing::Rejected(Rejection::OfferGone)), "{gone:?}");
    emulator.control.faults().once("services_rental", Fault::Status500).unwrap();
    let placing = client.renew(&order.id, &product, cost).await;
    assert!(matches!(placing, Placing::Rejected(Rejection::NotNow { .. })), "{placing:?}");
    assert_eq!(emulator.control.request_counts().get("renew"), None);
}

#[tokio::test]
async fn an_esim_is_its_activation_code() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let service = "esim:usa 5gb / 30 days";
    let [offer] = &client.offers(service, ESIM_COUNTRY).await.unwrap()[..] else { panic!() };
    assert_eq!((offer.kind, offer.product.as_str()), (Kind::Esim, "esim/USA 5GB / 30 days"));
    let ask = Ask { service, country: ESIM_COUNTRY, product: offer.product.as_str(), area: None };
    let order = one(ask.place(&client, offer.cost.money).await);
    let expected = emulator.control.orders().into_iter().last().unwrap().activation_code;
    assert!(order.activation_code.is_some() && order.activation_code == expected);
    assert_eq!((order.phone, order.cost), (None, Some(offer.cost.clone())));
    let seen = client.order(&order.id).await.unwrap();
    assert_eq!((seen.status, seen.phone), (UpstreamStatus::Active, None));
    let [record] = &client.recent_orders(START).await.unwrap()[..] else { panic!() };
    let request = PlaceRequest {
        key: &IdempotencyKey::from("k1"),
        service,
        country: ESIM_COUNTRY,
        kind: Kind::Esim,
        product: &offer.product,
        area_code: None,
        quantity: 1,
        max_cost: ANY_PRICE,
    };
    assert!(client.may_be(record, &request));
    assert!(!client.may_be(record, &PlaceRequest { service: "esim:usa 1gb / 7 days", ..request }));
    assert_eq!(client.cancel(&order.id).await, Ok(CancelAnswer::NotOpen));
}

#[tokio::test]
async fn a_purchase_that_cost_more_than_listed_says_so_in_the_records() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let listed = client.offers("whatsapp", "us").await.unwrap();
    emulator.control.set_drift(25);
    let order = buy(&client, "rental3/WhatsApp").await;
    let rental = listed.iter().find(|it| it.product.as_str() == "rental3/WhatsApp").unwrap();
    let paid = Money::from_raw(rental.cost.money.raw() + 2_500);
    assert_eq!(order.cost.unwrap().money, paid);
    let [record] = &client.active_orders().await.unwrap()[..] else { panic!() };
    assert_eq!(record.cost.as_ref().unwrap().money, paid);
}

#[tokio::test]
async fn a_code_in_the_message_only_comes_as_the_message_and_a_late_one_after_the_end() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    emulator.control.set_text_only(100);
    let order = buy(&client, emulator.wanted().product.as_str()).await;
    emulator.deliver(&order.id, "545", "Your PayPal OTP is 545");
    let seen = client.order(&order.id).await.unwrap();
    let [sms] = &seen.sms[..] else { panic!() };
    assert_eq!((sms.code.as_deref(), sms.text.as_deref()), (None, Some("Your PayPal OTP is 545")));
    // The list knows that it is there.
    let [listed] = &client.active_orders().await.unwrap()[..] else { panic!() };
    assert_eq!((listed.status, listed.sms.len()), (UpstreamStatus::CodeReceived, 0));

    let order = buy(&client, emulator.wanted().product.as_str()).await;
    assert_eq!(client.cancel(&order.id).await, Ok(CancelAnswer::Cancelled));
    emulator.control.deliver_late(number(&order.id), "001203", "Your code is 001203").unwrap();
    let seen = client.order(&order.id).await.unwrap();
    assert_eq!((seen.status, seen.sms.len()), (UpstreamStatus::Cancelled, 1));
}

#[tokio::test]
async fn records_that_do_not_reach_back_far_enough_settle_nothing() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    emulator.control.top_up(100_000).unwrap();
    let product = emulator.wanted().product;
    emulator.set_stock(1_000);
    for _ in 0..30 {
        buy(&client, product.as_str()).await;
    }
    emulator.advance(Duration::from_mins(5));
    let since = emulator.now();
    for _ in 0..20 {
        buy(&client, product.as_str()).await;
    }
    // Fifty orders fill the list, which may be all there are or not.
    let error = client.recent_orders(START).await.unwrap_err();
    assert!(matches!(error, UpstreamError::Refused { .. }), "{error:?}");
    let recent = client.recent_orders(since).await.unwrap();
    assert_eq!(recent.len(), 20);
    assert!(recent.is_sorted_by(|a, b| number(&a.id) > number(&b.id)));
    assert_eq!(client.active_orders().await.unwrap().len(), 50);
}

#[tokio::test]
async fn a_key_that_is_refused_is_called_so_everywhere() {
    let emulator = Emulator::start().await;
    let client = emulator.client("another-key");
    let refused = |route| UpstreamError::KeyRefused { route };
    assert_eq!(client.balance().await.unwrap_err(), refused("GET balance/"));
    assert_eq!(client.wallet_balance().await.unwrap_err(), refused("GET wallet/balance/"));
    assert_eq!(client.active_orders().await.unwrap_err(), refused("GET orders/"));
    assert!(matches!(client.listing().await, Err(UpstreamError::KeyRefused { .. })));
    let placing = at_home("temporary/1012").place(&client, ANY_PRICE).await;
    assert!(matches!(placing, Placing::Rejected(Rejection::KeyRefused)), "{placing:?}");
}

#[tokio::test]
async fn both_balances_are_the_same_and_a_limit_without_a_word_has_a_wait() {
    let emulator = Emulator::limited(2).await;
    let client = emulator.client(KEY);
    assert_eq!(client.balance().await, Ok(client.wallet_balance().await.unwrap().balance));
    let error = client.balance().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(wire::refusal::RATE_WAIT));
}

#[tokio::test]
async fn nothing_is_sent_for_what_the_provider_does_not_have() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let id = UpstreamOrderId::from("1");
    assert_eq!(client.finish(&id).await, Ok(()));
    assert_eq!(client.resend(&id).await, Ok(false));
    assert!(client.register_push("https://shop.example/push").await.is_err());
    let counts = emulator.control.request_counts();
    assert_eq!(counts.values().map(|count| count.total).sum::<u64>(), 0);
}

#[tokio::test]
async fn a_pushed_sms_is_a_reason_to_look() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let order = buy(&client, "rental3/WhatsApp").await;
    let body = serde_json::json!({ "event": "incoming_message", "message": {
        "order_id": number(&order.id), "number": "14155550124", "service": "whatsapp",
        "sender": "8843", "sms": "Your code is 001203", "type": "str"
    } });
    let pushed = client.read_push(body.to_string().as_bytes()).unwrap();
    assert_eq!(pushed.order, Some(order.id));
    assert!(matches!(pushed.says, Says::Look { sms: Some(_) }));
    let error = client.read_push(b"{}").unwrap_err();
    assert_eq!(
        error,
        UpstreamError::Malformed { route: "push", field: "the body.event".to_owned() }
    );
}
