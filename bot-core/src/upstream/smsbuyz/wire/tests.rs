//! The document's own examples, and what happens when something in them is not as promised.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    prices::{Everything, OfProduct, Shelf, Wares, any_of, flatten},
    *,
};

/// 2026-01-15T12:01:30Z.
const SMS_AT: Timestamp = Timestamp(1_768_478_490_000);

fn read<T: DeserializeOwned>(example: &Value) -> Result<T, String> {
    json::read(example.to_string().as_bytes()).map_err(|error| error.field)
}

fn listed() -> Value {
    json!({
        "id": 123, "phone": "79001234567", "operator": "Virtual1", "product": "microsoft",
        "price": 0.4118, "status": "FINISHED", "country": "ru", "created_at": "2026-01-15T12:00:00",
        "sms": [{
            "created_at": "2026-01-15T12:01:30", "code": "123456", "text": "Your code is 123456"
        }]
    })
}

fn checked() -> Value {
    json!({
        "id": 123, "phone": "79001234567", "operator": "Virtual1", "product": "microsoft",
        "price": 0.4118, "status": "RECEIVED", "country": "ru",
        "sms": [{
            "created_at": "2026-01-15T12:01:30", "code": "123456",
            "text": "Your code is 123456", "sender": "Microsoft"
        }]
    })
}

#[test]
fn a_profile_tells_the_balance_exactly() {
    let example = r#"{"id":1,"email":"a@b.c","balance":10.50,"rating":0,"default_operator":"any"}"#;
    let profile: Profile = json::read(example.as_bytes()).unwrap();
    let cost = cost(profile.balance).unwrap();
    assert_eq!((cost.amount.to_string().as_str(), cost.currency.as_str()), ("10.50", "USD"));
    assert_eq!(cost.money, Money::from_raw(105_000));
    assert_eq!(read::<Profile>(&json!({ "balance": "10.50" })).unwrap_err(), "balance");
}

#[test]
fn the_list_and_a_check_show_the_same_order() {
    let list: Vec<Order> = read(&json!([listed()])).unwrap();
    let listed = UpstreamOrder::from(list.into_iter().next().unwrap());
    let checked = UpstreamOrder::from(read::<Order>(&checked()).unwrap());
    assert_eq!(listed.status, UpstreamStatus::Completed);
    assert_eq!(checked.status, UpstreamStatus::CodeReceived);
    assert_eq!(listed.created_at, Some(Timestamp(1_768_478_400_000)));
    assert_eq!((checked.created_at, checked.expires_at), (None, None));
    for order in [&listed, &checked] {
        assert_eq!(order.id.as_str(), "123");
        assert_eq!(order.product.as_ref().unwrap().as_str(), "ru/Virtual1/microsoft");
        assert_eq!(order.cost.as_ref().unwrap().amount.to_string(), "0.4118");
        let [sms] = &order.sms[..] else { panic!("{order:?}") };
        assert_eq!(sms.code.as_deref(), Some("123456"));
        assert_eq!(sms.text.as_deref(), Some("Your code is 123456"));
        assert_eq!(sms.received_at, Some(SMS_AT));
    }
    assert_eq!(listed.sms, checked.sms);
}

#[test]
fn every_documented_status_has_its_meaning_and_no_other_is_read() {
    for (word, status) in [
        ("PENDING", UpstreamStatus::Active),
        ("RECEIVED", UpstreamStatus::CodeReceived),
        ("FINISHED", UpstreamStatus::Completed),
        ("CANCELED", UpstreamStatus::Cancelled),
        ("BANNED", UpstreamStatus::Banned),
        ("TIMEOUT", UpstreamStatus::Expired),
    ] {
        assert_eq!(UpstreamStatus::from(read::<Status>(&json!(word)).unwrap()), status);
    }
    let mut order = checked();
    order["status"] = "CANCELLED".into();
    assert_eq!(read::<Order>(&order).unwrap_err(), "status (`CANCELLED`)");
}

#[test]
fn all_sms_of_an_order_are_read_in_their_order() {
    let sms = json!([
        { "created_at": "2026-01-15T12:01:30", "code": "001203", "text": null },
        { "code": "", "text": "Your PayPal OTP is 545" },
        { "created_at": null, "code": null, "text": "" }
    ]);
    let mut order = checked();
    order["sms"] = sms;
    let order = UpstreamOrder::from(read::<Order>(&order).unwrap());
    let said: Vec<_> =
        order.sms.iter().map(|it| (it.code.as_deref(), it.text.as_deref())).collect();
    assert_eq!(said, [(Some("001203"), None), (None, Some("Your PayPal OTP is 545"))]);
    let mut silent = checked();
    silent["sms"] = Value::Null;
    assert!(UpstreamOrder::from(read::<Order>(&silent).unwrap()).sms.is_empty());
}

#[test]
fn a_promised_field_that_is_missing_or_of_another_type_is_named() {
    for field in ["id", "phone", "operator", "product", "price", "status", "country", "sms"] {
        let mut order = listed();
        order.as_object_mut().unwrap().remove(field);
        let error = read::<Order>(&order).unwrap_err();
        assert!(error.contains(field), "{field}: {error}");
        let mut order = listed();
        order[field] = true.into();
        assert_eq!(read::<Order>(&order).unwrap_err(), field);
    }
    for (field, bad) in [
        ("id", json!("123")),
        ("id", json!(-1)),
        ("phone", json!(79_001_234_567_u64)),
        ("phone", json!("hidden")),
        ("price", json!("0.4118")),
        ("created_at", json!("yesterday")),
        ("created_at", json!(1_768_478_400)),
    ] {
        let mut order = listed();
        order[field] = bad.clone();
        assert_eq!(read::<Order>(&order).unwrap_err(), field, "{bad}");
    }
    let mut order = listed();
    order["sms"][0]["code"] = 123_456.into();
    assert_eq!(read::<Order>(&order).unwrap_err(), "sms[0].code");
}

#[test]
fn a_time_without_a_zone_is_utc_and_with_one_it_is_that_zones() {
    for (text, milliseconds) in [
        ("2026-01-15T12:01:30", 1_768_478_490_000),
        ("2026-01-15T12:01:30.250", 1_768_478_490_250),
        ("2026-01-15T12:01:30Z", 1_768_478_490_000),
        ("2026-01-15T15:01:30+03:00", 1_768_478_490_000),
    ] {
        let mut order = listed();
        order["created_at"] = text.into();
        let order: Order = read(&order).unwrap();
        assert_eq!(order.created_at, Some(Timestamp(milliseconds)), "{text}");
    }
}

#[test]
fn a_reference_is_three_names_that_fit_an_address() {
    let reference = ProductRef::from("ru/Virtual1/microsoft");
    let product = Product::read(&reference).unwrap();
    let Product { country, operator, name } = product;
    assert_eq!((country, operator, name), ("ru", "Virtual1", "microsoft"));
    assert_eq!(product.reference(), reference);
    for text in [
        "",
        "987654321",
        "ru/microsoft",
        "ru//microsoft",
        "ru/../microsoft",
        "./Virtual1/microsoft",
        "ru/Virtual1/microsoft/",
        "ru/Virtual1/micro/soft",
    ] {
        assert_eq!(Product::read(&ProductRef::from(text)), None, "{text:?}");
    }
}

#[test]
fn any_operator_sells_the_same_product_of_every_operator_and_nothing_else() {
    let sells = |asked: &str, sold: &str| {
        let (asked, sold) = (ProductRef::from(asked), ProductRef::from(sold));
        Product::read(&asked).unwrap().sells(Product::read(&sold).unwrap())
    };
    for sold in ["ru/Virtual1/microsoft", "ru/Virtual2/microsoft", "ru/any/microsoft"] {
        assert!(sells("ru/any/microsoft", sold), "{sold}");
    }
    assert!(!sells("ru/any/microsoft", "de/Virtual1/microsoft"));
    assert!(!sells("ru/any/microsoft", "ru/Virtual1/amazon"));
    assert!(sells("ru/Virtual1/microsoft", "ru/Virtual1/microsoft"));
    assert!(!sells("ru/Virtual1/microsoft", "ru/Virtual2/microsoft"));
    // What does not say whose it is may be anybody's.
    assert!(sells("ru/Virtual1/microsoft", "ru/any/microsoft"));
}

#[test]
fn the_documented_products_have_a_quantity_and_a_price() {
    let example = json!({
        "microsoft": { "Category": "activation", "Qty": 45832, "Price": 0.4118 },
        "amazon": { "Category": "activation", "Qty": 12004, "Price": 0.5147 }
    });
    let wares: Wares = read(&example).unwrap();
    let microsoft = wares["microsoft"];
    assert_eq!((microsoft.qty, microsoft.price.to_string().as_str()), (45_832, "0.4118"));
    assert_eq!(wares.len(), 2);
    for (field, bad) in [("Qty", json!("45832")), ("Price", json!("0.4118"))] {
        let mut example = example.clone();
        example["amazon"][field] = bad;
        assert_eq!(read::<Wares>(&example).unwrap_err(), format!("amazon.{field}"));
    }
}

#[test]
fn any_operator_is_the_cheapest_in_stock_with_what_is_there_at_its_cost() {
    let any = |shelves: &[(i64, u32)]| {
        let shelf = |&(cost, count): &(i64, u32)| Shelf { cost: Decimal::new(cost, 4), count };
        any_of(shelves.iter().map(shelf)).map(|it| (it.cost, it.count))
    };
    let expected = |cost: i64, count: u32| Some((Decimal::new(cost, 4), count));
    assert_eq!(any(&[(3_000, 5), (1_000, 1), (2_000, 7)]), expected(1_000, 1));
    assert_eq!(any(&[(1_000, 5), (2_000, 9), (1_000, 1)]), expected(1_000, 6));
    assert_eq!(any(&[(3_000, 5), (1_000, 0)]), expected(3_000, 5));
    assert_eq!(any(&[(3_000, 0), (1_000, 0)]), expected(1_000, 0));
    assert_eq!(any(&[(1, u32::MAX), (1, 1)]), expected(1, u32::MAX));
    assert_eq!(any(&[]), None);
}

#[test]
fn the_documented_prices_are_operators_by_country() {
    let example = json!({ "ru": { "Virtual1": { "cost": 0.4118, "count": 45832 } } });
    let countries: OfProduct = read(&example).unwrap();
    let shelf = countries["ru"]["Virtual1"];
    assert_eq!((shelf.cost.to_string().as_str(), shelf.count), ("0.4118", 45_832));
    for (field, bad) in [("cost", json!("0.4118")), ("count", json!(1.5))] {
        let mut example = example.clone();
        example["ru"]["Virtual1"][field] = bad;
        let error = read::<OfProduct>(&example).unwrap_err();
        assert_eq!(error, format!("ru.Virtual1.{field}"));
    }
}

#[test]
fn the_whole_list_is_read_whichever_comes_first() {
    let shelf = json!({ "Virtual1": { "cost": 0.4118, "count": 2 } });
    let countries_first =
        json!({ "ru": { "vk": shelf, "microsoft": shelf }, "DE": { "vk": shelf } });
    let products_first =
        json!({ "vk": { "ru": shelf, "DE": shelf }, "microsoft": { "ru": shelf } });
    let flat = |example: &Value| {
        let mut sold = flatten(read::<Everything>(example).unwrap())?;
        sold.sort_by_key(|it| (it.country.clone(), it.product.clone()));
        Some(sold)
    };
    let sold = flat(&countries_first).unwrap();
    let names: Vec<_> = sold.iter().map(|it| (it.country.as_str(), it.product.as_str())).collect();
    assert_eq!(names, [("DE", "vk"), ("ru", "microsoft"), ("ru", "vk")]);
    assert_eq!(flat(&products_first), Some(sold));
    assert_eq!(flat(&json!({})), Some(vec![]));
    assert_eq!(flat(&json!({ "russia": { "microsoft": shelf } })), None);
}
