//! The document's own examples, and what happens when something in them is not as promised.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    money::{BalanceV1, BalanceV2, FxMeta, Idr, Prices, Usd, UsdIdr, UsdIdrV1},
    order::{ActiveOrder, Cancelled, Created, Finished, Order, Resent, Status},
    *,
};
use crate::{
    clock::Timestamp,
    money::Money,
    upstream::{UpstreamOrder, UpstreamStatus},
};

mod errors;
mod hostile;

/// 2026-02-25T10:00:00Z.
const TEN: i64 = 1_772_013_600_000;
const MINUTE: i64 = 60_000;

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn read<T: DeserializeOwned>(example: &Value) -> Result<T, String> {
    json::read(example.to_string().as_bytes()).map_err(|error| error.field)
}

fn data<T: DeserializeOwned, M: DeserializeOwned>(example: &Value) -> T {
    read::<Reply<T, M>>(example).unwrap().data
}

fn success(data: &Value) -> Value {
    json!({ "success": true, "data": data })
}

fn usd(amount: &str, idr: i64) -> Value {
    json!({ "amount": amount, "currency": "USD", "canonical_amount": idr, "canonical_currency": "IDR" })
}

fn fx() -> Value {
    json!({ "pair": "USD/IDR", "rate": 16250, "rate_as_of": "2026-05-27T08:00:00+00:00" })
}

fn with_fx(data: &Value) -> Value {
    json!({ "success": true, "data": data, "meta": { "fx": fx() } })
}

fn product(price: &Value) -> Value {
    json!({
        "id": 142, "name": "WhatsApp Indonesia", "country_id": 6, "platform_id": 3,
        "available": 42, "price": price, "active": true
    })
}

fn products_v1() -> Value {
    json!({
        "success": true,
        "data": [product(&json!(15000))],
        "meta": { "page": 1, "limit": 10, "count": 1 }
    })
}

fn products_v2() -> Value {
    json!({
        "success": true,
        "data": [product(&usd("0.9231", 15000))],
        "meta": { "page": 1, "limit": 10, "count": 1, "fx": fx() }
    })
}

fn order(amount: &Value) -> Value {
    json!({
        "id": 1001, "status": "OTP_RECEIVED", "created_at": "2026-02-25T10:00:00+00:00",
        "product_id": 142, "phone_number": "+6281234567890", "amount": amount,
        "otp_code": "123456", "otp_received_at": "2026-02-25T10:05:00+00:00",
        "expires_at": "2026-02-25T10:20:00+00:00", "canceled_at": null, "failed_reason": null
    })
}

fn active() -> Value {
    success(&json!([
        {
            "id": 1001, "status": "OTP_RECEIVED", "otp_code": "123456",
            "otp_message": "Your verification code is 123456",
            "otp_received_at": "2026-02-25T10:05:00+00:00",
            "expires_at": "2026-02-25T10:20:00+00:00", "failed_reason": null
        },
        {
            "id": 1002, "status": "ACTIVE", "otp_code": null, "otp_message": null,
            "otp_received_at": null, "expires_at": "2026-02-25T10:50:00+00:00",
            "failed_reason": null
        }
    ]))
}

fn created() -> Value {
    success(&json!({
        "orders": [{
            "id": 1002, "status": "ACTIVE", "phone_number": "+6281234567891", "otp_code": null,
            "otp_received_at": null, "expires_at": "2026-02-25T10:50:00+00:00",
            "failed_reason": null
        }],
        "failed_count": 0
    }))
}

#[test]
fn the_catalogue_of_both_versions() {
    let countries: Vec<Country> = data::<_, Absent>(&success(&json!([{
        "id": 6, "code": "ID", "name": "Indonesia", "dial_code": "+62", "emoji": "🇮🇩", "active": true
    }])));
    assert_eq!((countries[0].id, countries[0].emoji.as_str()), (6, "🇮🇩"));
    let services: Vec<Service> = data::<_, Absent>(&success(&json!([
        { "id": 3, "code": "wa", "name": "WhatsApp", "active": true }
    ])));
    assert_eq!((services[0].id, services[0].name.as_str()), (3, "WhatsApp"));

    let v1: Reply<Vec<Product<Idr>>, PageMeta<Absent>> = read(&products_v1()).unwrap();
    let v2: Reply<Vec<Product<Usd>>, PageMeta<UsdIdr>> = read(&products_v2()).unwrap();
    assert_eq!((v1.meta.page, v1.meta.limit), (1, 10));
    assert_eq!(v2.meta.fx.rate, dec("16250"));
    let [v1, v2] = [
        v1.data.into_iter().map(Product::plain).collect::<Vec<_>>(),
        v2.data.into_iter().map(Product::plain).collect(),
    ];
    assert_eq!(v1[0].price, dec("15000"));
    assert_eq!(v2, [Product { price: dec("0.9231"), ..v1[0].clone() }]);
}

#[test]
fn balance_and_exchange_rate_of_both_versions() {
    let v1: BalanceV1 =
        data::<_, Absent>(&success(&json!({ "currency": "IDR", "balance": 500_000 })));
    assert_eq!(v1.balance.amount(), dec("500000"));
    let v2: BalanceV2 = data::<_, FxMeta>(&with_fx(&json!({ "balance": usd("30.77", 500_000) })));
    assert_eq!(v2.balance.amount(), dec("30.77"));
    let v1: UsdIdrV1 = data::<_, Absent>(&success(&json!({
        "pair": "USD/IDR", "base_currency": "USD", "quote_currency": "IDR", "rate": 16250
    })));
    assert_eq!(v1.rate, dec("16250"));
    let v2: UsdIdr = data::<_, Absent>(&success(&fx()));
    assert_eq!(v2.rate, dec("16250"));
}

#[test]
fn an_order_of_both_versions() {
    let v1: Order<Idr> = data::<_, Absent>(&success(&order(&json!(15000))));
    let v2: Order<Usd> = data::<_, FxMeta>(&with_fx(&order(&usd("0.9231", 15000))));
    let v1 = v1.plain();
    assert_eq!(v1.amount, dec("15000"));
    assert_eq!(v2.plain(), Order { amount: dec("0.9231"), ..v1.clone() });

    let order = UpstreamOrder::from(v1);
    assert_eq!(order.id.as_str(), "1001");
    assert_eq!(order.status, UpstreamStatus::CodeReceived);
    assert_eq!(order.phone.unwrap().as_str(), "+6281234567890");
    assert_eq!(order.product.unwrap().as_str(), "142");
    assert_eq!(order.created_at, Some(Timestamp(TEN)));
    assert_eq!(order.expires_at, Some(Timestamp(TEN + 20 * MINUTE)));
    assert_eq!(order.sms[0].code.as_deref(), Some("123456"));
    assert_eq!(order.sms[0].received_at, Some(Timestamp(TEN + 5 * MINUTE)));
}

#[test]
fn the_active_list_tells_codes_with_their_texts_and_nothing_where_none_has_come() {
    let orders: Vec<ActiveOrder> = data::<_, Absent>(&active());
    let orders: Vec<_> = orders.into_iter().map(UpstreamOrder::from).collect();
    assert_eq!(orders[0].status, UpstreamStatus::CodeReceived);
    assert_eq!(orders[0].sms[0].code.as_deref(), Some("123456"));
    assert_eq!(orders[0].sms[0].text.as_deref(), Some("Your verification code is 123456"));
    assert_eq!((orders[1].status, orders[1].sms.len()), (UpstreamStatus::Active, 0));
    assert_eq!((&orders[1].phone, &orders[1].cost, orders[1].created_at), (&None, &None, None));
}

#[test]
fn a_code_that_is_only_in_the_text_is_an_sms() {
    let mut example = active();
    example["data"][0]["otp_code"] = json!("");
    let orders: Vec<ActiveOrder> = data::<_, Absent>(&example);
    let order = UpstreamOrder::from(orders[0].clone());
    assert_eq!(order.sms[0].code, None);
    assert!(order.sms[0].text.is_some());
}

#[test]
fn the_answers_to_what_is_done_with_orders() {
    let created: Created = data::<_, Absent>(&created());
    assert_eq!((created.orders.len(), created.failed_count), (1, 0));
    let cancelled = json!({
        "order_id": 1001, "status": "CANCELED", "refund_amount": 15000, "new_balance": 515_000
    });
    let v1: Cancelled<Idr> = data::<_, Absent>(&success(&cancelled));
    assert_eq!(v1.plain().refund_amount, dec("15000"));
    let cancelled = json!({
        "order_id": 1001, "status": "CANCELED",
        "refund_amount": usd("0.9231", 15000), "new_balance": usd("31.69", 515_000)
    });
    let v2: Cancelled<Usd> = data::<_, FxMeta>(&with_fx(&cancelled));
    assert_eq!(v2.plain().new_balance, dec("31.69"));
    let finished: Finished =
        data::<_, Absent>(&success(&json!({ "order_id": 1001, "status": "COMPLETED" })));
    assert_eq!(finished.order_id, 1001);
    let resent: Resent = data::<_, Absent>(&success(
        &json!({ "order_id": 1001, "status": "ACTIVE", "resent": true }),
    ));
    assert!(resent.resent);
}

#[test]
fn a_cancel_or_finish_that_ends_in_another_state_is_unreadable() {
    let cancelled = success(&json!({
        "order_id": 1001, "status": "ACTIVE", "refund_amount": 15000, "new_balance": 515_000
    }));
    assert_eq!(read::<Reply<Cancelled<Idr>>>(&cancelled).unwrap_err(), "data.status (`ACTIVE`)");
    let finished = success(&json!({ "order_id": 1001, "status": "ACTIVE" }));
    assert_eq!(read::<Reply<Finished>>(&finished).unwrap_err(), "data.status (`ACTIVE`)");
}

#[test]
fn the_webhook_settings_never_show_their_secret() {
    let example = success(&json!({
        "webhook_url": "https://example.com/webhook", "webhook_secret": "a1b2c3d4e5f6..."
    }));
    let webhook: Webhook = data::<_, Absent>(&example);
    assert_eq!(webhook.webhook_url.as_deref(), Some("https://example.com/webhook"));
    assert!(!format!("{webhook:?}").contains("a1b2"));
    let tested: WebhookTested = data::<_, Absent>(&success(&json!({ "status_code": 200 })));
    assert_eq!(tested.status_code, 200);
}

#[test]
fn every_status_reads_and_filters_by_its_documented_name() {
    for (name, status, means) in [
        ("ACTIVE", Status::Active, UpstreamStatus::Active),
        ("OTP_RECEIVED", Status::OtpReceived, UpstreamStatus::CodeReceived),
        ("COMPLETED", Status::Completed, UpstreamStatus::Completed),
        ("CANCELED", Status::Canceled, UpstreamStatus::Cancelled),
        ("EXPIRED", Status::Expired, UpstreamStatus::Expired),
    ] {
        assert_eq!(read::<Status>(&json!(name)), Ok(status));
        assert_eq!((status.as_str(), UpstreamStatus::from(status)), (name, means));
    }
}

#[test]
fn costs_are_in_dollars_rounded_up() {
    let rupiah = Prices::Idr { per_dollar: dec("16250") }.cost(dec("15000")).unwrap();
    assert_eq!((rupiah.amount, rupiah.currency.as_str()), (dec("15000"), "IDR"));
    // 15000 / 16250 = 0.92307...
    assert_eq!(rupiah.money, Money::from_raw(9_231));
    let exact = Prices::Idr { per_dollar: dec("16250") }.cost(dec("16250")).unwrap();
    assert_eq!(exact.money, Money::from_raw(10_000));
    let dollars = Prices::Usd.cost(dec("0.9231")).unwrap();
    assert_eq!((dollars.currency.as_str(), dollars.money), ("USD", Money::from_raw(9_231)));
    assert!(Prices::Usd.cost(Decimal::MAX).is_err());
    assert!(Prices::Idr { per_dollar: dec("0.0000000000001") }.cost(Decimal::MAX).is_err());
}
