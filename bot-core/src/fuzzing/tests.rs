//! Properties of everything that comes from outside: no bytes make the shop panic.

use proptest::{collection::vec, prelude::*};
use serde_json::{Map, Value, json};

use super::{amount, callback, provider_answer, push, search, sms};

/// Names that providers' answers have.
static NAMES: [&str; 32] = [
    "ok",
    "success",
    "error",
    "code",
    "message",
    "data",
    "meta",
    "id",
    "order_id",
    "orders",
    "status",
    "phone",
    "number",
    "phone_number",
    "price",
    "amount",
    "balance",
    "currency",
    "fx",
    "rate",
    "sms",
    "otp_code",
    "text",
    "received_at",
    "created_at",
    "expires_at",
    "service",
    "country",
    "products",
    "rental_id",
    "event",
    "total",
];

/// Values that they have, and some that they must not have.
fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec![
            "ACTIVE",
            "OTP_RECEIVED",
            "CANCELED",
            "completed",
            "RECEIVED",
            "PENDING",
            "USD",
            "IDR",
            "0.4118",
            "1e99",
            "-1",
            "79001234567",
            "+1 415 555 0123",
            "012345",
            "",
            "2026-01-02T03:04:05Z",
            "sms.received",
            "Your PayPal OTP is 545",
        ])
        .prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
    ]
}

fn like_an_answer() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((prop::sample::select(&NAMES[..]), inner), 0..6).prop_map(|fields| {
                Value::Object(
                    fields
                        .into_iter()
                        .map(|(name, it)| (name.to_owned(), it))
                        .collect::<Map<_, _>>(),
                )
            }),
        ]
    })
}

fn with_status(status: u8, body: &[u8]) -> Vec<u8> {
    [&[status], body].concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_text_is_a_button_a_line_an_amount_a_search_and_an_sms(text in "\\PC{0,200}") {
        callback(&text);
        amount(&text);
        search(&text);
        sms(&text);
    }

    #[test]
    fn what_looks_like_a_button_or_an_amount_is_read(
        button in "1[a-zA-Z][0-9a-z.]{0,20}",
        amount_like in "-?[0-9]{0,12}(\\.[0-9]{0,6})?",
    ) {
        callback(&button);
        amount(&amount_like);
    }

    #[test]
    fn any_push_is_read_by_every_provider(body in vec(any::<u8>(), 0..200), json in like_an_answer()) {
        push(&body);
        push(json.to_string().as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_bytes_are_an_answer_to_everything_at_every_provider(
        status: u8,
        body in vec(any::<u8>(), 0..200),
        json in like_an_answer(),
    ) {
        provider_answer(&with_status(status, &body));
        provider_answer(&with_status(status, json.to_string().as_bytes()));
        let envelope = json!({ "success": true, "ok": true, "data": json });
        provider_answer(&with_status(status, envelope.to_string().as_bytes()));
    }
}

/// As deep and as long as a body may be: refused or read, within its own size.
#[test]
fn what_is_nested_without_end_or_very_long_is_read_to_an_end() {
    let deep = [b"[".repeat(20_000), b"]".repeat(20_000)].concat();
    let long = format!("{{\"data\":[{}1]}}", "1,".repeat(20_000));
    for body in [deep.as_slice(), long.as_bytes()] {
        push(body);
        provider_answer(&with_status(0, body));
    }
    let text = "1 ".repeat(20_000);
    sms(&text);
    search(&text);
    callback(&text);
    amount(&text);
}
