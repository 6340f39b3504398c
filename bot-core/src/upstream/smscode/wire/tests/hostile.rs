//! Promised fields that are missing or of another type, and bytes of any kind.

use proptest::{collection::vec, prelude::*};
use reqwest::StatusCode;
use sandbox::faults::{change_type, remove_field};

use super::*;
use crate::{
    ids::ProductRef,
    upstream::{
        http::Answer,
        smscode::{
            create::judge,
            wire::error::{failure, refusal},
        },
    },
};

/// Reads an answer for nothing but its errors.
type Reader = fn(&[u8]) -> Result<(), String>;

/// An example of each answer with its reader, by name.
fn readers() -> Vec<(&'static str, Value, Reader)> {
    fn reader<T: DeserializeOwned>(body: &[u8]) -> Result<(), String> {
        json::read::<T>(body).map(|_| ()).map_err(|error| error.field)
    }
    let cancelled = json!({
        "order_id": 1001, "status": "CANCELED",
        "refund_amount": usd("0.9231", 15000), "new_balance": usd("31.69", 515_000)
    });
    let webhook = json!({ "webhook_url": "https://example.com/w", "webhook_secret": "a1b2" });
    vec![
        ("products v1", products_v1(), reader::<Reply<Vec<Product<Idr>>, PageMeta<Absent>>>),
        ("products v2", products_v2(), reader::<Reply<Vec<Product<Usd>>, PageMeta<UsdIdr>>>),
        ("rate v2", success(&fx()), reader::<Reply<UsdIdr>>),
        (
            "balance v2",
            with_fx(&json!({ "balance": usd("30.77", 1) })),
            reader::<Reply<BalanceV2, FxMeta>>,
        ),
        ("order v1", success(&order(&json!(15000))), reader::<Reply<Order<Idr>>>),
        ("order v2", with_fx(&order(&usd("0.9231", 15000))), reader::<Reply<Order<Usd>, FxMeta>>),
        ("active", active(), reader::<Reply<Vec<ActiveOrder>>>),
        ("created", created(), reader::<Reply<Created>>),
        ("cancelled", with_fx(&cancelled), reader::<Reply<Cancelled<Usd>, FxMeta>>),
        ("webhook", success(&webhook), reader::<Reply<Webhook>>),
    ]
}

fn names(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                found.push(name.clone());
                names(inner, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_promised_field_is_named_when_it_is_missing_or_of_another_type() {
    for (answer, example, read) in readers() {
        assert_eq!(read(example.to_string().as_bytes()), Ok(()), "{answer}");
        let mut fields = Vec::new();
        names(&example, &mut fields);
        for field in fields {
            let mut missing = example.clone();
            remove_field(&mut missing, &field);
            let error = read(missing.to_string().as_bytes()).unwrap_err();
            assert!(error.ends_with(&field), "{answer} without {field}: {error}");
            let mut wrong = example.clone();
            change_type(&mut wrong, &field);
            let error = read(wrong.to_string().as_bytes()).unwrap_err();
            assert!(error.contains(&field), "{answer} with another {field}: {error}");
        }
    }
}

#[test]
fn fields_that_the_document_does_not_know_are_ignored() {
    let mut example = products_v2();
    example["data"][0]["rating"] = json!({ "stars": 5 });
    example["trace"] = json!("x");
    assert!(read::<Reply<Vec<Product<Usd>>, PageMeta<UsdIdr>>>(&example).is_ok());
}

#[test]
fn what_is_not_as_promised_is_named_with_its_path() {
    let product = |change: fn(&mut Value)| {
        let mut example = products_v2();
        change(&mut example["data"][0]);
        read::<Reply<Vec<Product<Usd>>, PageMeta<UsdIdr>>>(&example).unwrap_err()
    };
    for (change, field) in [
        (
            (|it| it["price"]["currency"] = json!("EUR")) as fn(&mut Value),
            "data[0].price.currency (`EUR`)",
        ),
        (
            |it| it["price"]["canonical_currency"] = json!("USD"),
            "data[0].price.canonical_currency (`USD`)",
        ),
        (|it| it["price"]["amount"] = json!("1e3"), "data[0].price.amount"),
        (|it| it["price"]["amount"] = json!("a lot"), "data[0].price.amount"),
        (|it| it["price"]["amount"] = json!(0.9231), "data[0].price.amount"),
        (|it| it["price"] = json!(15000), "data[0].price"),
        (|it| it["id"] = json!(-1), "data[0].id"),
        (|it| it["available"] = json!(1.5), "data[0].available"),
    ] {
        assert_eq!(product(change), field);
    }
    let mut example = success(&order(&json!(15000)));
    example["data"]["status"] = json!("FROZEN\n");
    assert_eq!(read::<Reply<Order<Idr>>>(&example).unwrap_err(), "data.status (`FROZEN`)");
    example = success(&order(&json!(15000.5)));
    assert_eq!(read::<Reply<Order<Idr>>>(&example).unwrap_err(), "data.amount");
    example = success(&order(&json!(15000)));
    example["success"] = json!(false);
    assert_eq!(read::<Reply<Order<Idr>>>(&example).unwrap_err(), "success");
    assert_eq!(
        json::read::<Reply<Order<Idr>>>(b"<html>").unwrap_err().field,
        "the body (not JSON)"
    );
    assert_eq!(
        json::read::<Reply<Order<Idr>>>(b"{\"succ").unwrap_err().field,
        "the body (not JSON)"
    );
}

#[test]
fn an_exchange_rate_of_nothing_or_less_is_refused() {
    for rate in [json!(0), json!(-16250), json!("16250"), Value::Null] {
        let mut example = success(&fx());
        example["data"]["rate"] = rate;
        assert_eq!(read::<Reply<UsdIdr>>(&example).unwrap_err(), "data.rate");
    }
}

#[test]
fn stock_is_clamped_to_what_can_be_counted() {
    for (text, stock) in
        [("-5", 0), ("0", 0), ("4294967296", u32::MAX), ("99999999999999999999999", u32::MAX)]
    {
        let example =
            products_v1().to_string().replace("\"available\":42", &format!("\"available\":{text}"));
        let reply: Reply<Vec<Product<Idr>>, PageMeta<Absent>> =
            json::read(example.as_bytes()).unwrap();
        assert_eq!(reply.data[0].available, stock, "{text}");
    }
}

/// JSON that resembles the answers: their field names, with anything below them.
fn json_like() -> impl Strategy<Value = Value> {
    let names = [
        "success",
        "data",
        "meta",
        "fx",
        "rate",
        "pair",
        "page",
        "limit",
        "id",
        "status",
        "price",
        "amount",
        "currency",
        "orders",
        "failed_count",
        "otp_code",
        "expires_at",
        "error",
        "code",
        "message",
        "phone_number",
        "available",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[ -~]{0,24}".prop_map(Value::from),
        prop::sample::select(vec![
            "ACTIVE",
            "USD",
            "IDR",
            "NOT_FOUND",
            "2026-02-25T10:00:00+00:00"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 8, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((prop::sample::select(names.to_vec()), inner), 0..8).prop_map(|fields| {
                fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
            }),
        ]
    })
}

fn read_in_every_way(status: u16, body: &[u8]) {
    for (_, _, read) in readers() {
        // Only that it returns matters here.
        let _ = read(body);
    }
    let _ = failure(body);
    let answer = Answer {
        status: StatusCode::from_u16(status).unwrap(),
        retry_after: None,
        body: body.to_vec(),
    };
    let _ = refusal("GET /", &answer);
    let _ = judge(&Ok(answer), &ProductRef::from("142"), 1);
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(status in 100_u16..600, body in vec(any::<u8>(), 0..300)) {
        read_in_every_way(status, &body);
    }

    #[test]
    fn no_json_makes_a_reader_panic(status in 100_u16..600, body in json_like()) {
        read_in_every_way(status, body.to_string().as_bytes());
    }

    #[test]
    fn no_number_makes_a_cost_panic(
        digits in "-?[0-9]{1,40}(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,12})?",
        rate in "[0-9]{1,30}(\\.[0-9]{1,30})?",
    ) {
        let money = |text: &str| format!(
            r#"{{"pair":"USD/IDR","rate":{text},"rate_as_of":null}}"#
        );
        let amount = json::read::<UsdIdr>(money(digits.trim_start_matches('-')).as_bytes());
        let rate = json::read::<UsdIdr>(money(&rate).as_bytes());
        if let (Ok(amount), Ok(rate)) = (amount, rate) {
            let _ = Prices::Usd.cost(amount.rate);
            let _ = Prices::Idr { per_dollar: rate.rate }.cost(-amount.rate);
        }
    }
}
