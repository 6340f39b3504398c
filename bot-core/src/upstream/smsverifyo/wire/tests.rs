//! The document's own examples, and what happens when something in them is not as promised.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    refusal::{Code, code},
    *,
};

fn read<T: DeserializeOwned>(example: &Value) -> Result<T, String> {
    json::read(example.to_string().as_bytes()).map_err(|error| error.field)
}

/// `d0…uuid` in the document.
const SERVICE: &str = "d01f2e3d-4c5b-4a69-8877-96a5b4c3d2e1";
/// `b7…uuid` in the document.
const ORDER: &str = "b71f2e3d-4c5b-4a69-8877-96a5b4c3d2e1";
/// 2026-07-03T02:00:00Z.
const EXPIRES_AT: Timestamp = Timestamp(1_783_044_000_000);

fn country() -> Value {
    json!({ "country_id": 0, "name": "Russia", "flag": "🇷🇺", "price_usd": 0.15, "available": 42 })
}

fn created() -> Value {
    json!({ "ok": true, "order": {
        "id": ORDER, "phone": "79001234567", "status": "waiting", "price_usd": 0.18,
        "balance_usd": 42.32, "expires_at": "2026-07-03T02:00:00Z"
    } })
}

#[test]
fn the_documented_balance_is_read_exactly() {
    let example = r#"{"ok": true, "balance_usd": 42.5000, "currency": "USD",
        "email": "you@example.com", "username": "reseller1"}"#;
    let balance: Balance = json::read(example.as_bytes()).unwrap();
    let cost = cost(balance.balance_usd).unwrap();
    assert_eq!((cost.amount.to_string().as_str(), cost.currency.as_str()), ("42.5000", "USD"));
    assert_eq!(cost.money, Money::from_raw(425_000));
}

#[test]
fn the_documented_services_and_countries_are_read() {
    let services: Services = read(&json!({ "ok": true, "services": [
        { "id": SERVICE, "code": "wa", "name": "WhatsApp" },
        { "id": ORDER, "code": "tg", "name": "Telegram" }
    ] }))
    .unwrap();
    let names: Vec<_> =
        services.services.iter().map(|it| (it.id.as_str(), it.name.as_str())).collect();
    assert_eq!(names, [(SERVICE, "WhatsApp"), (ORDER, "Telegram")]);

    let countries: Countries = read(&json!({ "ok": true, "countries": [country()] })).unwrap();
    let [russia] = &countries.countries[..] else { panic!() };
    assert_eq!((russia.country_id, &*russia.name, &*russia.flag), (0, "Russia", "🇷🇺"));
    assert_eq!((russia.price_usd.money, russia.available), (Money::from_raw(1_500), 42));
}

#[test]
fn a_country_that_is_not_as_promised_is_named() {
    for (field, bad) in [
        ("country_id", json!("0")),
        ("country_id", json!(-1)),
        ("country_id", json!(0.5)),
        ("name", json!(null)),
        ("flag", json!(7)),
        ("price_usd", json!("0.15")),
        ("price_usd", json!(-0.15)),
        ("price_usd", json!(null)),
        ("available", json!("42")),
    ] {
        let mut wrong = country();
        wrong[field] = bad.clone();
        let example = json!({ "ok": true, "countries": [country(), wrong] });
        let error = read::<Countries>(&example).unwrap_err();
        assert_eq!(error, format!("countries[1].{field}"), "{bad}");
        let mut missing = country();
        missing.as_object_mut().unwrap().remove(field);
        let error = read::<Countries>(&json!({ "ok": true, "countries": [missing] })).unwrap_err();
        assert!(error.ends_with(field), "{field}: {error}");
    }
}

#[test]
fn the_documented_purchase_tells_its_own_price() {
    let created: Created = read(&created()).unwrap();
    let order = UpstreamOrder::from(created.order);
    assert_eq!((order.id.as_str(), order.status), (ORDER, UpstreamStatus::Active));
    assert_eq!(order.phone.unwrap().as_str(), "+79001234567");
    assert_eq!(order.cost.unwrap().amount.to_string(), "0.18");
    assert_eq!(order.expires_at, Some(EXPIRES_AT));
    assert!(order.sms.is_empty());
}

#[test]
fn the_documented_order_shows_its_code_and_no_price() {
    let shown: Shown = read(&json!({ "ok": true, "order": {
        "id": ORDER, "phone": "79001234567", "status": "received", "sms_code": "003456",
        "received_at": "2026-07-03T01:32:11Z"
    } }))
    .unwrap();
    let order = UpstreamOrder::from(shown.order);
    assert_eq!((order.id.as_str(), order.status), (ORDER, UpstreamStatus::CodeReceived));
    assert_eq!((order.cost, order.expires_at), (None, None));
    let [sms] = &order.sms[..] else { panic!() };
    assert_eq!((sms.code.as_deref(), sms.text.as_deref()), (Some("003456"), None));
    // 2026-07-03T01:32:11Z.
    assert_eq!(sms.received_at, Some(Timestamp(1_783_042_331_000)));
}

#[test]
fn a_waiting_order_shows_no_code_or_null() {
    let order = json!({ "id": ORDER, "phone": "79001234567", "status": "waiting" });
    let mut with_nulls = order.clone();
    with_nulls["sms_code"] = Value::Null;
    with_nulls["received_at"] = Value::Null;
    for order in [order, with_nulls] {
        let order = UpstreamOrder::from(read::<Order>(&order).unwrap());
        assert_eq!((order.status, order.sms.len()), (UpstreamStatus::Active, 0));
    }
}

#[test]
fn every_documented_status_has_its_meaning_and_no_other_is_read() {
    for (word, status) in [
        ("waiting", UpstreamStatus::Active),
        ("received", UpstreamStatus::CodeReceived),
        ("cancelled", UpstreamStatus::Cancelled),
        ("expired", UpstreamStatus::Expired),
        ("finished", UpstreamStatus::Completed),
    ] {
        assert_eq!(UpstreamStatus::from(read::<Status>(&json!(word)).unwrap()), status);
    }
    for word in ["completed", "canceled", "WAITING", "active", ""] {
        let mut example = created();
        example["order"]["status"] = word.into();
        let error = read::<Created>(&example).unwrap_err();
        assert!(error.starts_with("order.status"), "{word}: {error}");
    }
}

#[test]
fn nothing_is_a_success_unless_it_says_so() {
    for ok in [json!(false), json!(null), json!(1), json!("true")] {
        let mut example = created();
        example["ok"] = ok.clone();
        assert_eq!(read::<Created>(&example).unwrap_err(), "ok", "{ok}");
    }
    let mut silent = created();
    silent.as_object_mut().unwrap().remove("ok");
    assert_eq!(read::<Created>(&silent).unwrap_err(), "the body.ok");
    let closed: Closed =
        read(&json!({ "ok": true, "status": "cancelled", "balance_usd": 42.50 })).unwrap();
    assert_eq!(closed.status, Status::Cancelled);
}

#[test]
fn an_id_fits_an_address_and_a_reference_is_an_id_and_a_country() {
    for text in ["", ".", "..", "../balance", "a b", "a/b", "a?b", "é", &"a".repeat(65)] {
        assert_eq!(Id::parse(text), None, "{text:?}");
    }
    let product = Product { service: Id::parse(SERVICE).unwrap(), country: 0 };
    let reference = product.reference();
    assert_eq!(reference.as_str(), format!("{SERVICE}/0"));
    assert_eq!(Product::read(&reference), Some(product));
    for text in ["", "0", "x/", "/0", "x/00", "x/+0", "x/-1", "x/0/0", "x/0x", " x/0"] {
        assert_eq!(Product::read(&ProductRef::from(text)), None, "{text:?}");
    }
}

#[test]
fn a_refusal_has_its_code_in_the_documented_envelope_only() {
    let told = |body: Value| code(body.to_string().as_bytes());
    let error = |code: &str| json!({ "ok": false, "error": { "message": "m", "code": code } });
    assert_eq!(told(error("no_numbers")), Some(Code::NoNumbers));
    assert_eq!(told(error("insufficient_funds")), Some(Code::InsufficientFunds));
    assert_eq!(told(error("invalid_state")), Some(Code::InvalidState));
    assert_eq!(told(error("rate_limited")), Some(Code::Other("rate_limited".to_owned())));
    for body in [
        json!({ "ok": true, "error": { "code": "no_numbers" } }),
        json!({ "error": { "code": "no_numbers" } }),
        json!({ "ok": false, "error": "no_numbers" }),
        json!({ "ok": false, "error": { "code": 503 } }),
        json!({ "ok": false, "code": "no_numbers" }),
        json!("no_numbers"),
    ] {
        assert_eq!(told(body.clone()), None, "{body}");
    }
    assert_eq!(code(b"no_numbers"), None);
}
