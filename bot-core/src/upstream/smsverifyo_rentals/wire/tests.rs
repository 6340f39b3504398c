//! The assumed shapes, the guide's own names, and what happens when something in them is not as assumed.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::*;
use crate::upstream::UpstreamError;

fn read<T: DeserializeOwned>(example: &Value) -> Result<T, String> {
    json::read(example.to_string().as_bytes()).map_err(|error| error.field)
}

/// 2026-05-27T08:00:00Z.
const CREATED_AT: Timestamp = Timestamp(1_779_868_800_000);

fn rental() -> Value {
    json!({
        "id": "rnt_0f1e2d3c4b5a69788796a5b4", "service": "wa", "country": "ID",
        "real_mobile": true, "phone": "+6281200123456", "status": "received",
        "price_usd": 0.4200, "code": "012345", "received_at": "2026-05-27T08:00:40Z",
        "created_at": "2026-05-27T08:00:00Z", "expires_at": "2026-05-27T08:20:00Z"
    })
}

fn event() -> Value {
    json!({ "rental_id": "rnt_1", "code": "012345", "received_at": "2026-05-27T08:00:40Z" })
}

fn pushed(event: &Value) -> Result<Pushed, UpstreamError> {
    read_push(event.to_string().as_bytes()).map_err(|error| error.on("push"))
}

#[test]
fn a_service_has_countries_with_and_without_real_mobile_carriers() {
    let services: Services = read(&json!({ "services": [{
        "code": "wa", "name": "WhatsApp", "countries": [
            { "code": "ID", "name": "Indonesia", "price_usd": 0.3500, "available": 42,
              "real_mobile": { "price_usd": 0.4200, "available": 7 } },
            { "code": "RU", "name": "Russia", "price_usd": 0.1, "available": 0,
              "real_mobile": null }
        ]
    }] }))
    .unwrap();
    let [Service { countries, .. }] = &services.services[..] else { panic!() };
    let [indonesia, russia] = &countries[..] else { panic!() };
    assert_eq!(indonesia.price_usd.money, Money::from_raw(3_500));
    let shelf = indonesia.real_mobile.as_ref().unwrap();
    assert_eq!((shelf.price_usd.money, shelf.available), (Money::from_raw(4_200), 7));
    assert!(russia.real_mobile.is_none());
}

#[test]
fn a_rental_is_an_order_that_is_completed_after_its_end() {
    let at = |now| read::<Rental>(&rental()).unwrap().at(now).unwrap();
    let order = at(CREATED_AT);
    assert_eq!(order.status, UpstreamStatus::CodeReceived);
    assert_eq!(order.phone.as_ref().unwrap().as_str(), "+6281200123456");
    assert_eq!(order.product.as_ref().unwrap().as_str(), "wa/ID/real-mobile");
    assert_eq!(order.cost.as_ref().unwrap().amount.to_string(), "0.42");
    assert_eq!(order.created_at, Some(CREATED_AT));
    let end = CREATED_AT + std::time::Duration::from_mins(20);
    assert_eq!(order.expires_at, Some(end));
    let [sms] = &order.sms[..] else { panic!() };
    assert_eq!(
        (sms.code.as_deref(), sms.received_at),
        (Some("012345"), Some(Timestamp(CREATED_AT.0 + 40_000)))
    );
    assert_eq!(at(end).status, UpstreamStatus::Completed);
    assert_eq!(at(end).sms, order.sms);
}

#[test]
fn every_assumed_status_has_its_meaning_and_no_other_is_read() {
    for (word, status) in [
        ("waiting", UpstreamStatus::Active),
        ("cancelled", UpstreamStatus::Cancelled),
        ("expired", UpstreamStatus::Expired),
    ] {
        let mut silent = rental();
        (silent["status"], silent["code"]) = (word.into(), Value::Null);
        let order = read::<Rental>(&silent).unwrap().at(Timestamp(i64::MAX)).unwrap();
        assert_eq!((order.status, order.sms.len()), (status, 0));
    }
    for word in ["active", "completed", "canceled", "RECEIVED", ""] {
        let mut strange = rental();
        strange["status"] = word.into();
        assert!(read::<Rental>(&strange).unwrap_err().starts_with("status"), "{word}");
    }
}

#[test]
fn a_field_that_is_missing_or_of_another_type_is_named() {
    let fields: Vec<String> = rental().as_object().unwrap().keys().cloned().collect();
    for field in fields {
        let mut missing = rental();
        missing.as_object_mut().unwrap().remove(&field);
        let error = read::<Rental>(&missing).unwrap_err();
        assert!(error.ends_with(&field), "{field}: {error}");
        let mut wrong = rental();
        wrong[&field] = json!([]);
        assert_eq!(read::<Rental>(&wrong).unwrap_err(), field);
    }
}

#[test]
fn the_cap_is_sent_exactly() {
    let product = Product::new("wa", "ID", false).unwrap();
    for (raw, text) in [(3_500, "0.3500"), (1, "0.0001"), (i64::MAX, "922337203685477.5807")] {
        let create = Create::new(product, Money::from_raw(raw));
        let body = serde_json::to_string(&create).unwrap();
        let expected = format!(
            r#"{{"service":"wa","country":"ID","max_price_usd":{text},"real_mobile_only":false}}"#
        );
        assert_eq!(body, expected);
    }
}

#[test]
fn the_guides_event_is_the_providers_word_for_a_code() {
    let Pushed { dedup, order, says } = pushed(&event()).unwrap();
    assert_eq!(order.unwrap().as_str(), "rnt_1");
    assert_eq!((dedup.len(), dedup.contains("012345")), (64, false));
    let Says::Seen(seen) = says else { panic!() };
    assert_eq!((seen.id.as_str(), seen.status), ("rnt_1", UpstreamStatus::CodeReceived));
    assert_eq!((seen.phone, seen.cost, seen.expires_at), (None, None, None));
    assert_eq!(seen.sms[0].code.as_deref(), Some("012345"));
}

#[test]
fn copies_of_an_event_have_one_name_and_other_events_have_others() {
    let name = |event: &Value| pushed(event).unwrap().dedup;
    let mut copy = event();
    copy["attempt"] = 2.into();
    assert_eq!(name(&copy), name(&event()));
    for (field, value) in
        [("rental_id", "rnt_2"), ("code", "012346"), ("received_at", "2026-05-27T08:00:41Z")]
    {
        let mut other = event();
        other[field] = value.into();
        assert_ne!(name(&other), name(&event()), "{field}");
    }
}

#[test]
fn an_event_that_is_not_as_the_guide_says_is_unreadable() {
    for field in ["rental_id", "code", "received_at"] {
        let mut missing = event();
        missing.as_object_mut().unwrap().remove(field);
        let mut wrong = event();
        wrong[field] = json!(12_345);
        let mut empty = event();
        empty[field] = "".into();
        for bad in [missing, wrong, empty] {
            let error = pushed(&bad).unwrap_err();
            let UpstreamError::Malformed { field: told, .. } = error else { panic!() };
            assert!(told.ends_with(field), "{field}: {told}");
        }
    }
    for body in ["", "{}", "[]", "null", "rental_id=rnt_1"] {
        assert!(read_push(body.as_bytes()).is_err(), "{body}");
    }
}

#[test]
fn a_reference_is_two_codes_and_perhaps_the_filter() {
    for (text, real_mobile) in [("wa/ID", false), ("wa/ID/real-mobile", true)] {
        let reference = ProductRef::from(text);
        let product = Product::read(&reference).unwrap();
        assert_eq!(product, Product { service: "wa", country: "ID", real_mobile });
        assert_eq!(product.reference(), reference);
    }
    for text in ["", "wa", "wa/", "/ID", "wa//", "wa/ID/", "wa/ID/x", "wa/ID/real-mobile/"] {
        assert_eq!(Product::read(&ProductRef::from(text)), None, "{text:?}");
    }
    for text in ["", ".", "../services", "a b", "a/b", "a?b", "é", &"a".repeat(65)] {
        assert!(!is_id(text), "{text:?}");
    }
}

#[test]
fn a_refusal_has_its_code_in_the_assumed_envelope_only() {
    for code in ["insufficient_funds", "invalid_state", "no_numbers", "price_too_high", "other"] {
        let body = json!({ "error": { "code": code, "message": "Sorry" } }).to_string();
        assert_eq!(Code::read(body.as_bytes()).unwrap().as_str(), code);
    }
    for body in ["", "no_numbers", r#"{"error": "no_numbers"}"#, r#"{"code": "no_numbers"}"#] {
        assert_eq!(Code::read(body.as_bytes()), None, "{body}");
    }
}
