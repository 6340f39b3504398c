//! What no other provider has: rupiah and their rate, pages, webhooks, and answers that only SMSCode gives.

use rust_decimal::Decimal;
use secrecy::ExposeSecret;
use serde_json::json;

use super::*;
use crate::{
    ids::IdempotencyKey,
    money::Money,
    upstream::{
        CancelAnswer, Placing, Rejection, Upstream, UpstreamOffer, UpstreamStatus, budget::Budget,
        smscode::wire::order::Status,
    },
};

fn asked(emulator: &Emulator, route: &str) -> u64 {
    emulator.control.request_counts().get(route).map_or(0, |count| count.total)
}

async fn place(emulator: &Emulator, client: &SmsCode, key: &str) -> Placing {
    let (wanted, key) = (emulator.wanted(), IdempotencyKey::from(key));
    client.place(&wanted.request(&key, Money::from_raw(i64::MAX))).await
}

async fn buy(emulator: &Emulator, client: &SmsCode, key: &str) -> UpstreamOrderId {
    one(place(emulator, client, key).await).id
}

#[tokio::test]
async fn every_page_of_products_is_read() {
    let emulator = Emulator::start().await;
    let filter = ProductFilter::default();
    for version in [Version::V1, Version::V2] {
        let client = emulator.client(version, KEY);
        let before = asked(&emulator, "products");
        let all = client.products(filter, 10_000).await.unwrap();
        assert_eq!(asked(&emulator, "products") - before, 1);
        let total = emulator.control.products().len();
        assert_eq!(all.len(), total);
        let in_pages = client.products(filter, 700).await.unwrap();
        assert_eq!(in_pages, all);
        assert_eq!(asked(&emulator, "products") - before, 2 + total as u64 / 700);
        // Twenty pages do not hold them all, and a part must not pass for the whole.
        let error = client.products(filter, 10).await.unwrap_err();
        assert!(matches!(error, UpstreamError::Malformed { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn what_is_inactive_is_not_listed() {
    let emulator = Emulator::start().await;
    let client = emulator.client(Version::V2, KEY);
    let products = client.products(ProductFilter::default(), 10_000).await.unwrap();
    let inactive: Vec<_> =
        products.iter().filter(|it| !it.active).map(|it| it.id.to_string()).collect();
    assert!(!inactive.is_empty());
    let listing = client.listing().await.unwrap();
    assert!(!listing.offers.iter().any(|it| inactive.contains(&it.product.0)));
    // Number 0 is a country like any other.
    assert!(listing.offers.iter().any(|offer| offer.country == "0"));
    assert_eq!(client.services(Some(987_654)).await.unwrap(), []);
}

#[tokio::test]
async fn active_products_of_an_inactive_service_or_country_are_not_listed() {
    let emulator = Emulator::start().await;
    let client = emulator.client(Version::V2, KEY);
    let Wanted { service, country, .. } = emulator.wanted();
    let countries = client.countries().await.unwrap();
    let services = client.services(None).await.unwrap();
    let countries: Vec<_> = countries
        .iter()
        .map(|it| {
            let active = it.active && it.id.to_string() != country;
            json!({
                "id": it.id, "code": it.code, "name": it.name, "dial_code": it.dial_code,
                "emoji": it.emoji, "active": active
            })
        })
        .collect();
    let services: Vec<_> = services
        .iter()
        .map(|it| {
            let active = it.active && it.id.to_string() != service;
            json!({ "id": it.id, "code": it.code, "name": it.name, "active": active })
        })
        .collect();
    for (route, data) in [("countries", countries), ("services", services)] {
        let body = json!({ "success": true, "data": data });
        emulator.control.faults().once(route, Fault::Answer { status: 200, body }).unwrap();
        let listing = client.listing().await.unwrap();
        assert!(!listing.offers.is_empty());
        let is_shut = |offer: &UpstreamOffer| match route {
            "countries" => offer.country == country,
            _ => offer.service == service,
        };
        assert!(!listing.offers.iter().any(is_shut), "{route}");
        assert!(client.listing().await.unwrap().offers.iter().any(is_shut), "{route}");
    }
}

#[tokio::test]
async fn both_versions_cost_the_same_and_name_their_currency() {
    let emulator = Emulator::start().await;
    emulator.control.set_price(emulator.product().id, 15_000).unwrap();
    let Wanted { service, country, product } = emulator.wanted();
    for (version, currency, amount) in
        [(Version::V1, "IDR", "15000"), (Version::V2, "USD", "0.9231")]
    {
        let offers = emulator.client(version, KEY).offers(&service, &country).await.unwrap();
        let cost = &offers.iter().find(|it| it.product == product).unwrap().cost;
        assert_eq!((cost.currency.as_str(), cost.amount), (currency, amount.parse().unwrap()));
        assert_eq!(cost.money, Money::from_raw(9_231));
    }
}

#[tokio::test]
async fn the_rate_of_v1_is_kept_for_ten_minutes() {
    let emulator = Emulator::start().await;
    let client = emulator.client(Version::V1, KEY);
    let before = client.balance().await.unwrap();
    emulator.control.set_fx_rate(8_125).unwrap();
    emulator.hand.advance(RATE_LIFE.checked_sub(Duration::from_millis(1)).unwrap());
    assert_eq!(client.balance().await.unwrap(), before);
    assert_eq!(asked(&emulator, "exchange_rate"), 1);
    emulator.hand.advance(Duration::from_millis(1));
    let after = client.balance().await.unwrap();
    assert_eq!((after.amount, asked(&emulator, "exchange_rate")), (before.amount, 2));
    assert!(after.money > before.money);
}

#[tokio::test]
async fn the_rate_of_v1_is_never_guessed_and_no_code_waits_for_it() {
    let emulator = Emulator::start().await;
    let client = emulator.client(Version::V1, KEY);
    let id = buy(&emulator, &client, "k1").await;
    emulator.hand.advance(RATE_LIFE);
    emulator.control.set_fx_available(false);
    let error = client.balance().await.unwrap_err();
    assert!(matches!(error, UpstreamError::NotFound { .. }), "{error:?}");
    let placing = place(&emulator, &client, "k2").await;
    assert!(matches!(placing, Placing::Rejected(Rejection::NotNow { .. })), "{placing:?}");
    emulator.control.deliver(number(&id), "0042", "Code 0042").unwrap();
    let order = client.order(&id).await.unwrap();
    assert_eq!(order.status, UpstreamStatus::CodeReceived);
    assert_eq!((order.cost, order.sms.len()), (None, 1));
    for rate in [json!(0), json!(-1), json!("16250")] {
        let data = json!({
            "pair": "USD/IDR", "base_currency": "USD", "quote_currency": "IDR", "rate": rate
        });
        let body = json!({ "success": true, "data": data });
        let fault = Fault::Answer { status: 200, body };
        emulator.control.faults().once("exchange_rate", fault).unwrap();
        let route = "GET /catalog/exchange-rate";
        let malformed = UpstreamError::Malformed { route, field: "data.rate".to_owned() };
        assert_eq!(client.balance().await.unwrap_err(), malformed);
    }
}

#[tokio::test]
async fn v2_without_a_rate_is_unavailable_for_as_long_as_it_says() {
    let emulator = Emulator::start().await;
    let client = emulator.client(Version::V2, KEY);
    assert_eq!(client.exchange_rate().await.unwrap(), Decimal::from(16_250));
    emulator.control.set_fx_available(false);
    let error = client.balance().await.unwrap_err();
    assert_eq!(
        error,
        UpstreamError::Unavailable {
            route: "GET /balance",
            reason: "FX_RATE_UNAVAILABLE".to_owned(),
            retry_after: Some(Duration::from_secs(30)),
        }
    );
    let placing = place(&emulator, &client, "k1").await;
    let Placing::Rejected(Rejection::NotNow { retry_after, .. }) = placing else {
        panic!("{placing:?}")
    };
    assert_eq!((retry_after.as_secs(), emulator.creates()), (30, 0));
}

#[tokio::test]
async fn stock_that_goes_between_the_look_and_the_create_sold_nothing() {
    let emulator = Emulator::start().await;
    let client = emulator.client(Version::V2, KEY);
    let product = emulator.product();
    let price = json!({
        "amount": "0.1000", "currency": "USD", "canonical_amount": 1625, "canonical_currency": "IDR"
    });
    let body = json!({
        "success": true,
        "data": [{
            "id": product.id, "name": product.name, "country_id": product.country_id,
            "platform_id": product.platform_id, "available": 1, "price": price, "active": true
        }],
        "meta": {
            "page": 1, "limit": 10_000, "count": 1,
            "fx": { "pair": "USD/IDR", "rate": 16250, "rate_as_of": null }
        }
    });
    emulator.set_stock(0);
    emulator.strike(Call::Offers, Fault::Answer { status: 200, body });
    let placing = place(&emulator, &client, "k1").await;
    assert!(matches!(placing, Placing::Rejected(Rejection::NoNumbers)), "{placing:?}");
    assert_eq!((emulator.creates(), emulator.sold()), (1, 0));
}

#[tokio::test]
async fn a_key_that_is_refused_is_called_so_everywhere() {
    let emulator = Emulator::start().await;
    let client = emulator.client(Version::V2, "another-key");
    let refused = |route| UpstreamError::KeyRefused { route };
    assert_eq!(client.balance().await.unwrap_err(), refused("GET /balance"));
    assert_eq!(client.active_orders().await.unwrap_err(), refused("GET /orders/active"));
    let placing = place(&emulator, &client, "k1").await;
    assert!(matches!(placing, Placing::Rejected(Rejection::KeyRefused)), "{placing:?}");
}

#[tokio::test]
async fn a_key_used_for_another_product_is_in_doubt() {
    let emulator = Emulator::start().await;
    let client = emulator.client(Version::V2, KEY);
    buy(&emulator, &client, "k1").await;
    let other = emulator.control.product("Telegram", "Indonesia").unwrap();
    let answer = client.create_order(other.id, 1, &IdempotencyKey::from("k1")).await.unwrap();
    let placing = create::judge(&answer, &ProductRef(other.id.to_string()), 1);
    let Placing::Unknown(unclear) = placing else { panic!("{placing:?}") };
    assert_eq!((unclear.reason.as_str(), emulator.sold()), ("status 409, CONFLICT", 1));
}

#[tokio::test]
async fn recent_orders_are_read_over_all_pages() {
    let emulator = Emulator::start().await;
    let client = emulator.client(Version::V1, KEY);
    emulator.control.top_up(1_000_000_000).unwrap();
    emulator.set_stock(1_000);
    buy(&emulator, &client, "earlier").await;
    emulator.hand.advance(Duration::from_mins(1));
    let since = emulator.now();
    for number in 0..3 {
        let key = IdempotencyKey(format!("many-{number}"));
        client.create_order(emulator.product().id, 50, &key).await.unwrap().unwrap();
    }
    assert_eq!(emulator.sold(), 151);
    let recent = client.recent_orders(since).await.unwrap();
    assert_eq!(recent.len(), 150);
    assert!(recent.is_sorted_by(|a, b| number(&a.id) > number(&b.id)));
    assert_eq!(client.recent_orders(START).await.unwrap().len(), 151);
    let page = client.orders(100, 100, Some(Status::Active)).await.unwrap();
    assert_eq!(page.len(), 51);
    assert_eq!(client.orders(100, 0, Some(Status::Expired)).await.unwrap(), []);
}

#[tokio::test]
async fn a_cancel_that_comes_too_early_says_how_long_to_wait() {
    let emulator = Emulator::start().await;
    let client = emulator.client(Version::V2, KEY);
    let id = buy(&emulator, &client, "k1").await;
    emulator.hand.advance(Duration::from_secs(50));
    let too_early = |wait| Ok(CancelAnswer::TooEarly { retry_after: Duration::from_millis(wait) });
    // Bought somewhere within second 0, so surely 120 s old at second 121; now it is second 50.7.
    assert_eq!(client.cancel(&id).await, too_early(70_300));
    // An order that cannot be read may need the whole of it.
    emulator.strike(Call::Order, Fault::Status500);
    assert_eq!(client.cancel(&id).await, too_early(120_000));
}

#[tokio::test]
async fn a_service_that_sends_no_second_sms_says_so() {
    let emulator = Emulator::start().await;
    let client = emulator.client(Version::V2, KEY);
    let id = buy(&emulator, &client, "k1").await;
    let body = json!({
        "success": true,
        "data": { "order_id": number(&id), "status": "OTP_RECEIVED", "resent": false }
    });
    emulator.strike(Call::Resend, Fault::Answer { status: 200, body });
    assert_eq!(client.resend(&id).await, Ok(false));
}

#[tokio::test]
async fn an_answer_about_another_order_is_not_taken() {
    let emulator = Emulator::start().await;
    let client = emulator.client(Version::V2, KEY);
    let id = buy(&emulator, &client, "k1").await;
    let body = json!({ "success": true, "data": { "order_id": 7, "status": "COMPLETED" } });
    emulator.strike(Call::Finish, Fault::Answer { status: 200, body });
    let error = client.finish(&id).await.unwrap_err();
    assert!(matches!(error, UpstreamError::Malformed { .. }), "{error:?}");
}

#[tokio::test]
async fn webhooks_are_set_shown_and_cleared() {
    let emulator = Emulator::start().await;
    let client = emulator.client(Version::V1, KEY);
    assert_eq!(client.webhook().await.unwrap().webhook_url, None);
    let url = "https://shop.example/hook";
    let set = client.set_webhook(url, None).await.unwrap();
    assert_eq!(set.webhook_url.as_deref(), Some(url));
    assert!(set.webhook_secret.is_some());
    client.set_webhook(url, Some(&SecretString::from("mine"))).await.unwrap();
    assert_eq!(client.webhook().await.unwrap().webhook_secret.unwrap().expose_secret(), "mine");
    let body = json!({ "success": true, "data": { "status_code": 204 } });
    emulator.control.faults().once("webhook_test", Fault::Answer { status: 200, body }).unwrap();
    assert_eq!(client.test_webhook().await.unwrap().status_code, 204);
    assert_eq!(client.set_webhook("", None).await.unwrap().webhook_url, None);
    let error = client.set_webhook("http://shop.example", None).await.unwrap_err();
    let code = "VALIDATION_ERROR".to_owned();
    assert_eq!(error, UpstreamError::Refused { route: "PATCH /webhook", code });
}

#[tokio::test]
async fn the_shop_registers_where_it_is_not_yet_and_tests_only_its_own_address() {
    let emulator = Emulator::start().await;
    let client = emulator.client(Version::V2, KEY);
    let url = "https://shop.example/hook";
    let tested = client.test_push(url).await;
    assert!(matches!(tested, Err(UpstreamError::Refused { .. })), "{tested:?}");
    assert_eq!(asked(&emulator, "webhook_test"), 0);
    let secret = client.register_push(url).await.unwrap();
    let again = client.register_push(url).await.unwrap();
    assert_eq!(secret.expose_secret(), again.expose_secret());
    assert_eq!(asked(&emulator, "webhook_set"), 1);
    client.register_push("https://shop.example/other").await.unwrap();
    assert_eq!(asked(&emulator, "webhook_set"), 2);
    let missing = Fault::MissingField("webhook_secret".to_owned());
    emulator.control.faults().once("webhook_get", missing).unwrap();
    let unreadable = client.register_push(url).await;
    assert!(matches!(unreadable, Err(UpstreamError::Malformed { .. })), "{unreadable:?}");
}

#[test]
fn settings_that_cannot_work_are_refused_and_nothing_shows_the_key() {
    let hand = ManualClock::starting_at(START);
    let settings = |base_url: &str, key: &str| Settings {
        version: Version::V2,
        base_url: base_url.to_owned(),
        api_key: SecretString::from(key),
        timeout: Duration::from_secs(10),
        clock: hand.clock(),
        budget: Budget::without_limits(hand.clock()),
    };
    let good = settings(Version::V2.base_url(), KEY);
    assert!(!format!("{good:?}").contains(KEY));
    let client = SmsCode::new(good.clone()).unwrap();
    assert!(!format!("{client:?}").contains(KEY));
    assert_eq!(client.capabilities().provider, "smscode-v2");
    for url in [
        "",
        "api.smscode.gg/v2",
        "ftp://host/v2",
        "https://",
        "https://me:pw@host/v2",
        "https://host/v2?a=1",
    ] {
        let refused = SmsCode::new(settings(url, KEY));
        assert!(matches!(refused, Err(SettingsError::BaseUrl)), "{url}");
    }
    for key in ["", "  ", "two\nlines"] {
        let refused = SmsCode::new(settings(Version::V2.base_url(), key));
        assert!(matches!(refused, Err(SettingsError::ApiKey)), "{key:?}");
    }
    let hasty = Settings { timeout: Duration::ZERO, ..good };
    assert!(matches!(SmsCode::new(hasty), Err(SettingsError::Timeout)));
}
