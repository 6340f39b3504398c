//! The document's own examples, and what happens when something in them is not as promised.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{catalog::*, order::*, *};
use crate::{
    clock::Timestamp,
    upstream::{Pushed, Says, UpstreamOrder, UpstreamStatus},
};

/// 2026-05-12T05:33:21Z.
const CREATED: Timestamp = Timestamp(1_778_564_001_000);

fn read<T: DeserializeOwned>(example: &Value) -> Result<T, String> {
    json::read(example.to_string().as_bytes()).map_err(|error| error.field)
}

/// Reads the example without `field`, and with something else in its place.
fn spoilt<T: DeserializeOwned>(example: &Value, field: &str) -> [Option<String>; 2] {
    let mut missing = example.clone();
    missing.as_object_mut().unwrap().remove(field);
    let mut wrong = example.clone();
    wrong[field] = (field != "success").into();
    [read::<T>(&missing).err(), read::<T>(&wrong).err()]
}

#[track_caller]
fn needs<T: DeserializeOwned>(example: &Value, fields: &[&str]) {
    assert!(read::<T>(example).is_ok());
    for field in fields {
        let [missing, wrong] = spoilt::<T>(example, field);
        assert_eq!(missing, Some(format!("the body.{field}")));
        assert_eq!(wrong, Some((*field).to_owned()));
    }
}

fn shown() -> Value {
    json!({
        "order_id": 458_736, "status": "completed", "otp": "548921",
        "message": "Your WhatsApp code is 548921", "phone": "+44 20 7946 0017"
    })
}

fn listed() -> Value {
    json!({
        "order_id": 458_736, "service": "WhatsApp (UK)", "status": "completed",
        "sell_price": 0.95, "price": 0.95, "phone": "+44 20 7946 0017",
        "created_at": "2026-05-12T05:33:21Z"
    })
}

fn rented() -> Value {
    json!({
        "success": true, "order_id": 458_732, "phone": "+1 415 555 0124", "sell_price": 4.00,
        "price": 4.00, "status": "active", "expiry_date": "2026-05-14T05:00:00Z"
    })
}

fn installed() -> Value {
    json!({
        "success": true, "order_id": 458_737, "activation_code": "SIM-1234567890",
        "sell_price": 12.00, "price": 12.00, "status": "active"
    })
}

fn upstream<T: DeserializeOwned + Into<UpstreamOrder>>(example: &Value) -> UpstreamOrder {
    read::<T>(example).unwrap_or_else(|error| panic!("{error}")).into()
}

#[test]
fn the_balance_is_exact_in_both_envelopes_and_in_dollars_only() {
    let bare: Balance = json::read(br#"{ "balance": 50.00, "currency": "USD" }"#).unwrap();
    let body = br#"{ "success": true, "data": { "balance": 50.00, "currency": "USD" } }"#;
    let wrapped: Reply<Balance> = json::read(body).unwrap();
    assert_eq!(bare, wrapped.data);
    assert_eq!(
        (bare.balance.amount.to_string().as_str(), &*bare.balance.currency),
        ("50.00", "USD")
    );
    assert_eq!(bare.balance.money, Money::from_raw(500_000));
    let refused = |body: Value| read::<Balance>(&body).unwrap_err();
    assert_eq!(refused(json!({ "balance": "50.00", "currency": "USD" })), "balance");
    assert_eq!(refused(json!({ "balance": 50, "currency": "EUR" })), "currency");
    assert_eq!(refused(json!({ "error": "Invalid API key" })), "the body.balance");
    needs::<Balance>(&json!({ "balance": 50, "currency": "USD" }), &["balance", "currency"]);
}

#[test]
fn the_lists_are_read_in_their_envelopes() {
    let body = json!({ "success": true, "data": { "services": [
        { "service_id": 1012, "name": "WhatsApp", "price": 0.40 },
        { "service_id": 22, "name": "Telegram", "price": 0.30, "country": "US" }
    ] } });
    let Reply { data: Services { services }, .. } = read::<Reply<Services>>(&body).unwrap();
    let read_ids: Vec<_> =
        services.iter().map(|it| (it.service_id, it.name.as_str(), it.price.money.raw())).collect();
    assert_eq!(read_ids, [(1012, "WhatsApp", 4_000), (22, "Telegram", 3_000)]);
    needs::<Service>(&body["data"]["services"][0], &["service_id", "name", "price"]);
    needs::<Reply<Services>>(&body, &["success"]);
    assert_eq!(
        read::<Reply<Services>>(&json!({ "success": false, "data": { "services": [] } }))
            .unwrap_err(),
        "success"
    );

    let rentals = json!([{
        "name": "WhatsApp", "sell_price_3days": 4.00, "sell_price_30days": 12.00,
        "price_3days": 4.50, "price_30days": 12.50
    }]);
    let [rental] = &read::<Vec<Rental>>(&rentals).unwrap()[..] else { panic!() };
    let prices = (rental.sell_price_3days.money.raw(), rental.sell_price_30days.money.raw());
    assert_eq!((rental.name.as_str(), prices), ("WhatsApp", (40_000, 120_000)));
    needs::<Rental>(&rentals[0], &["name", "sell_price_3days", "sell_price_30days"]);

    let plans = json!([{
        "name": "USA 5GB / 30 days", "data_gb": 5.0, "validity_days": 30, "sell_price": 12.00,
        "price": 12.00
    }]);
    let [plan] = &read::<Vec<Plan>>(&plans).unwrap()[..] else { panic!() };
    assert_eq!((plan.name.as_str(), plan.sell_price.money.raw()), ("USA 5GB / 30 days", 120_000));
    needs::<Plan>(&plans[0], &["name", "sell_price"]);
}

#[test]
fn the_global_lists_are_read() {
    let body = json!({ "countries": [
        { "country_id": 4, "country_name": "United Kingdom" },
        { "country_id": 0, "country_name": "Russia" }
    ] });
    let Countries { countries } = read(&body).unwrap();
    assert_eq!(countries.iter().map(|it| it.country_id).collect::<Vec<_>>(), [4, 0]);
    needs::<Country>(&body["countries"][0], &["country_id", "country_name"]);

    let body = json!({ "country_id": 4, "country_name": "United Kingdom", "offers": [{
        "service_id": 1012, "service_name": "WhatsApp", "country_id": 4,
        "country_name": "United Kingdom", "sell_price": 0.95, "price": 0.95
    }] });
    let GlobalServices { country_id, offers } = read(&body).unwrap();
    assert_eq!((country_id, offers[0].sell_price.money.raw()), (4, 9_500));
    let fields = ["service_id", "service_name", "country_id", "sell_price"];
    needs::<GlobalService>(&body["offers"][0], &fields);
    needs::<GlobalServices>(&body, &["country_id", "offers"]);
}

#[test]
fn a_price_is_exact_and_above_zero_and_a_name_is_not_empty() {
    let service = |price: &str| format!(r#"{{ "service_id": 1, "name": "A", "price": {price} }}"#);
    for (price, raw) in [("0.4118", 4_118), ("0.41181", 4_119), ("1", 10_000), ("0.30", 3_000)] {
        let read: Service = json::read(service(price).as_bytes()).unwrap();
        assert_eq!((read.price.amount.to_string().as_str(), read.price.money.raw()), (price, raw));
    }
    for price in ["0", "-0.4", "\"0.40\"", "null", "1e30", "true"] {
        let error = json::read::<Service>(service(price).as_bytes()).unwrap_err();
        assert_eq!(error.field, "price", "{price}");
    }
    for name in ["", " "] {
        let service = json!({ "service_id": 1, "name": name, "price": 1 });
        assert_eq!(read::<Service>(&service).unwrap_err(), "name");
    }
}

#[test]
fn purchases_are_read_in_their_three_shapes() {
    let sold = json!({
        "success": true,
        "data": { "order_id": 458_731, "phone": "+1 415 555 0123", "status": "pending" }
    });
    let order: UpstreamOrder = read::<Reply<Sold>>(&sold).unwrap().data.into();
    assert_eq!((order.id.as_str(), order.status), ("458731", UpstreamStatus::Active));
    assert_eq!(order.phone.unwrap().as_str(), "+14155550123");
    assert_eq!((order.cost, order.expires_at, order.activation_code), (None, None, None));
    needs::<Sold>(&sold["data"], &["order_id", "phone", "status"]);

    let order = upstream::<Rented>(&rented());
    assert_eq!((order.id.as_str(), order.status), ("458732", UpstreamStatus::Active));
    assert_eq!(order.cost.unwrap().money, Money::from_raw(40_000));
    // 2026-05-14T05:00:00Z.
    assert_eq!(order.expires_at, Some(Timestamp(1_778_734_800_000)));
    let fields = ["success", "order_id", "phone", "sell_price", "status", "expiry_date"];
    needs::<Rented>(&rented(), &fields);

    let order = upstream::<Installed>(&installed());
    assert_eq!(order.activation_code.as_deref(), Some("SIM-1234567890"));
    assert_eq!((order.phone, order.cost.unwrap().money.raw()), (None, 120_000));
    let fields = ["success", "order_id", "activation_code", "sell_price", "status"];
    needs::<Installed>(&installed(), &fields);
}

#[test]
fn the_list_tells_the_price_and_the_status_tells_the_sms() {
    let order = upstream::<Listed>(&listed());
    assert_eq!((order.id.as_str(), order.status), ("458736", UpstreamStatus::CodeReceived));
    assert_eq!(order.label.as_deref(), Some("WhatsApp (UK)"));
    assert_eq!(order.cost.unwrap().amount.to_string(), "0.95");
    assert_eq!(order.created_at, Some(CREATED));
    assert!(order.sms.is_empty());
    let fields = ["order_id", "service", "status", "sell_price", "created_at"];
    needs::<Listed>(&listed(), &fields);

    let order = read::<Shown>(&shown()).unwrap().at(CREATED);
    assert_eq!((order.id.as_str(), order.status), ("458736", UpstreamStatus::CodeReceived));
    assert_eq!(order.phone.unwrap().as_str(), "+442079460017");
    let [sms] = &order.sms[..] else { panic!() };
    assert_eq!(sms.code.as_deref(), Some("548921"));
    assert_eq!(sms.text.as_deref(), Some("Your WhatsApp code is 548921"));
    needs::<Shown>(&shown(), &["order_id", "status"]);
    for field in ["otp", "message", "phone", "expiry_date", "time_left_seconds"] {
        let [_, wrong] = spoilt::<Shown>(&shown(), field);
        assert_eq!(wrong.as_deref(), Some(field));
    }
    let [_, wrong] = spoilt::<Listed>(&listed(), "phone");
    assert_eq!(wrong.as_deref(), Some("phone"));
}

#[test]
fn a_code_is_a_text_and_may_be_in_the_message_only() {
    let mut order = shown();
    order["otp"] = "001203".into();
    let sms = |order: &Value| read::<Shown>(order).unwrap().at(CREATED).sms;
    assert_eq!(sms(&order)[0].code.as_deref(), Some("001203"));
    for none in [json!(""), Value::Null] {
        order["otp"] = none.clone();
        order["message"] = "Your PayPal OTP is 545".into();
        let [one] = &sms(&order)[..] else { panic!() };
        assert_eq!(
            (one.code.as_deref(), one.text.as_deref()),
            (None, Some("Your PayPal OTP is 545"))
        );
        order["message"] = none;
        assert_eq!(sms(&order), []);
    }
    order["otp"] = 548_921.into();
    assert_eq!(read::<Shown>(&order).unwrap_err(), "otp");
}

#[test]
fn an_esim_has_no_number() {
    for none in [json!(""), json!(" "), Value::Null] {
        let (mut in_list, mut alone) = (listed(), shown());
        in_list["phone"] = none.clone();
        alone["phone"] = none;
        assert_eq!(upstream::<Listed>(&in_list).phone, None);
        assert_eq!(read::<Shown>(&alone).unwrap().at(CREATED).phone, None);
    }
    let mut in_list = listed();
    in_list["phone"] = "hidden".into();
    assert_eq!(read::<Listed>(&in_list).unwrap_err(), "phone");
}

#[test]
fn every_word_for_a_status_has_its_meaning_and_no_other_is_read() {
    for (word, status) in [
        ("pending", UpstreamStatus::Active),
        ("active", UpstreamStatus::Active),
        ("completed", UpstreamStatus::CodeReceived),
        ("cancelled", UpstreamStatus::Cancelled),
        ("expired", UpstreamStatus::Expired),
    ] {
        assert_eq!(UpstreamStatus::from(read::<Status>(&json!(word)).unwrap()), status);
    }
    for word in ["canceled", "Pending", "refunded", ""] {
        let mut order = listed();
        order["status"] = word.into();
        assert_eq!(read::<Listed>(&order).err(), Some(format!("status (`{word}`)")));
    }
}

#[test]
fn a_rentals_end_is_its_expiry_date_or_counted_to_the_minute() {
    let mut order = shown();
    order["status"] = "active".into();
    let end = |order: &Value, now| read::<Shown>(order).unwrap().at(now).expires_at;
    assert_eq!(end(&order, CREATED), None);
    for (left, minutes) in [(json!(86_400), 1_440), (json!(86_400.9), 1_440), (json!(-5), 0)] {
        order["time_left_seconds"] = left;
        order["days_left"] = 1.into();
        let minute = Timestamp(CREATED.0 - 21_000);
        let expected = Timestamp(minute.0 + minutes * 60_000);
        // -5 s is over now, which is the minute that has begun.
        assert_eq!(end(&order, CREATED), Some(expected), "{order}");
        assert_eq!(end(&order, Timestamp(CREATED.0 + 900)), Some(expected), "{order}");
    }
    order["expiry_date"] = "2026-05-14T05:00:00Z".into();
    assert_eq!(end(&order, CREATED), Some(Timestamp(1_778_734_800_000)));
    order["expiry_date"] = "soon".into();
    assert_eq!(read::<Shown>(&order).unwrap_err(), "expiry_date");
}

fn callback() -> Value {
    json!({ "event": "incoming_message", "message": {
        "order_id": 454_303, "number": "16095170503", "service": "paypal", "sender": "8843",
        "sms": "Your PayPal OTP is 545", "type": "str"
    } })
}

fn pushed(body: &Value) -> Pushed {
    push::read(body.to_string().as_bytes()).unwrap()
}

#[test]
fn a_callback_says_which_order_to_look_at_and_keeps_the_text() {
    let Pushed { dedup, order, says } = pushed(&callback());
    assert_eq!(order.unwrap().as_str(), "454303");
    let Says::Look { sms: Some(sms) } = says else { panic!() };
    assert_eq!((sms.code, sms.text.as_deref()), (None, Some("Your PayPal OTP is 545")));
    assert!(!dedup.contains("545"));
    // Every copy has the same mark, whatever else is in it; another text and another order have their own.
    let changed = |field: &str, value: Value| {
        let mut body = callback();
        body["message"][field] = value;
        pushed(&body).dedup
    };
    assert_eq!(changed("sender", json!("1")), dedup);
    assert_ne!(changed("sms", json!("Your PayPal OTP is 546")), dedup);
    assert_ne!(changed("order_id", json!(454_304)), dedup);
}

#[test]
fn another_event_is_nothing_and_a_spoilt_callback_is_named() {
    let other = pushed(&json!({ "event": "ping" }));
    assert_eq!((other.order, other.says), (None, Says::Nothing));
    let error = |body: &Value| push::read(body.to_string().as_bytes()).unwrap_err().field;
    assert_eq!(error(&json!({ "event": "incoming_message" })), "the body.message");
    assert_eq!(error(&json!({ "message": {} })), "the body.event");
    for field in ["order_id", "sms"] {
        let mut body = callback();
        body["message"].as_object_mut().unwrap().remove(field);
        assert_eq!(error(&body), format!("message.{field}"));
        body["message"][field] = true.into();
        assert_eq!(error(&body), format!("message.{field}"));
    }
    assert!(push::read(b"<p>code</p>").is_err());
    let mut silent = callback();
    silent["message"]["sms"] = "".into();
    assert_eq!(pushed(&silent).says, Says::Look { sms: None });
}
