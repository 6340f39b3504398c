//! Answers as no document has them, by provider.

use numdesk::config::provider::Provider;
use sandbox::faults::Fault;
use serde_json::{Value, json};

use super::CODE;
use crate::support::providers::Call;

/// What is wrong with an answer, and a part of what the log calls the place.
pub type Wrong = (Fault, &'static str);

/// The call as the provider's document names it.
pub fn documented(provider: Provider, call: Call) -> &'static str {
    let [prices, create, list, order, cancel] = match provider {
        Provider::SmscodeV1 | Provider::SmscodeV2 => [
            "GET /catalog/products",
            "POST /orders/create",
            "GET /orders/active",
            "GET /orders/{id}",
            "POST /orders/cancel",
        ],
        Provider::Smsbuyz => [
            "GET /guest/prices",
            "GET /user/buy/activation/{country}/{operator}/{product}",
            "GET /user/orders",
            "GET /user/check/{id}",
            "GET /user/cancel/{id}",
        ],
        Provider::Smsverificationservice => [
            "GET services/temporary/",
            "POST order/{list}/",
            "GET orders/",
            "GET order/{order_id}/status/",
            "POST order/{order_id}/cancel/",
        ],
        Provider::Smsverifyo => {
            ["GET /countries", "POST /order", "", "GET /order/{id}", "POST /order/{id}/cancel"]
        }
        Provider::SmsverifyoRentals => {
            ["GET /services", "POST /rentals", "", "GET /rentals/{id}", "POST /rentals/{id}/cancel"]
        }
    };
    match call {
        Call::Prices => prices,
        Call::Create => create,
        Call::List => list,
        Call::Order => order,
        Call::Cancel => cancel,
        Call::Rent | Call::Renew | Call::Esim => "",
    }
}

fn is(field: &str, value: Value) -> Fault {
    Fault::OtherValue { field: field.to_owned(), value }
}

fn lacks(field: &str) -> Fault {
    Fault::MissingField(field.to_owned())
}

fn mistypes(field: &str) -> Fault {
    Fault::WrongType(field.to_owned())
}

/// An error, said with status 200.
fn error() -> Fault {
    let body = json!({"success": false, "ok": false, "error": {"code": "X", "message": CODE}});
    Fault::Answer { status: 200, body }
}

/// What is not JSON, or JSON and something else.
pub fn anywhere() -> Vec<Wrong> {
    vec![
        (Fault::Garbage, "not JSON"),
        (Fault::TruncatedJson, "not JSON"),
        (error(), ""),
        (Fault::Answer { status: 200, body: json!([CODE]) }, ""),
        (Fault::Answer { status: 200, body: json!(CODE) }, ""),
        (Fault::Answer { status: 200, body: Value::Null }, ""),
    ]
}

/// Of the list that shows waiting orders, or of a single order where there is none.
pub fn of_the_list(provider: Provider) -> Vec<Wrong> {
    match provider {
        Provider::SmscodeV1 | Provider::SmscodeV2 => vec![
            (mistypes("id"), "data[0].id"),
            (lacks("status"), "data[0].status"),
            (is("status", json!(CODE)), "data[0].status"),
            (mistypes("otp_code"), "data[0].otp_code"),
            (lacks("expires_at"), "data[0].expires_at"),
            (is("success", json!(false)), "success"),
        ],
        Provider::Smsbuyz => vec![
            (mistypes("id"), "[0].id"),
            (lacks("phone"), "[0].phone"),
            (is("phone", json!("nobody")), "[0].phone"),
            (is("status", json!(CODE)), "[0].status"),
            (is("price", json!("free")), "[0].price"),
            (mistypes("sms"), "[0].sms"),
            (lacks("created_at"), "[0].created_at"),
        ],
        Provider::Smsverificationservice => vec![
            (mistypes("order_id"), "[0].order_id"),
            (lacks("service"), "[0].service"),
            (is("status", json!(CODE)), "[0].status"),
            (is("sell_price", json!(-1)), "[0].sell_price"),
            (lacks("created_at"), "[0].created_at"),
        ],
        Provider::Smsverifyo | Provider::SmsverifyoRentals => of_an_order(provider),
    }
}

pub fn of_an_order(provider: Provider) -> Vec<Wrong> {
    match provider {
        Provider::SmscodeV1 | Provider::SmscodeV2 => vec![
            (is("id", json!(987_654)), "which is another order's"),
            (lacks("status"), "data.status"),
            (mistypes("phone_number"), "data.phone_number"),
            (is("phone_number", json!("nobody")), "data.phone_number"),
            (mistypes("amount"), "data.amount"),
            (mistypes("otp_code"), "data.otp_code"),
        ],
        Provider::Smsbuyz => vec![
            (is("id", json!(987_654)), "which is another order's"),
            (lacks("status"), "status"),
            (is("phone", json!("nobody")), "phone"),
            (mistypes("price"), "price"),
        ],
        Provider::Smsverificationservice => vec![
            (is("order_id", json!(987_654)), "which is another order's"),
            (lacks("status"), "data.status"),
            (is("status", json!(CODE)), "data.status"),
            (is("success", json!(false)), "success"),
        ],
        Provider::Smsverifyo => vec![
            (is("id", json!("987-654")), "which is another order's"),
            (is("id", json!("no id at all")), "order.id"),
            (lacks("status"), "order.status"),
            (is("status", json!(CODE)), "order.status"),
            (is("status", json!("received")), "order.sms_code"),
            (is("phone", json!("nobody")), "order.phone"),
            (is("ok", json!(false)), "ok"),
        ],
        Provider::SmsverifyoRentals => vec![
            (is("id", json!("987-654")), "which is another rental's"),
            (lacks("status"), "rental.status"),
            (is("status", json!(CODE)), "rental.status"),
            (is("status", json!("received")), "rental.code"),
            (is("phone", json!("nobody")), "rental.phone"),
            (mistypes("price_usd"), "rental.price_usd"),
        ],
    }
}

/// Of what was just bought.
pub fn of_a_sale(provider: Provider) -> Vec<Wrong> {
    match provider {
        Provider::SmscodeV1 | Provider::SmscodeV2 => vec![
            (mistypes("id"), "data.orders[0].id"),
            (lacks("status"), "data.orders[0].status"),
            (is("phone_number", json!("nobody")), "phone"),
            (mistypes("failed_count"), "data.failed_count"),
            (is("success", json!(false)), "success"),
        ],
        Provider::Smsbuyz => vec![
            (mistypes("id"), "id"),
            (lacks("phone"), "phone"),
            (is("phone", json!("nobody")), "phone"),
            (mistypes("price"), "price"),
        ],
        Provider::Smsverificationservice => vec![
            (mistypes("order_id"), "data.order_id"),
            (lacks("order_id"), "data.order_id"),
            (is("success", json!(false)), "success"),
        ],
        Provider::Smsverifyo => vec![
            (lacks("id"), "order.id"),
            (is("status", json!(CODE)), "order.status"),
            (is("phone", json!("nobody")), "order.phone"),
            (is("ok", json!(false)), "ok"),
        ],
        Provider::SmsverifyoRentals => vec![
            (lacks("id"), "rental.id"),
            (is("status", json!(CODE)), "rental.status"),
            (is("phone", json!("nobody")), "rental.phone"),
            (mistypes("price_usd"), "rental.price_usd"),
        ],
    }
}

/// Of what is for sale.
pub fn of_a_price(provider: Provider) -> Vec<Wrong> {
    match provider {
        Provider::SmscodeV1 => vec![
            (mistypes("price"), "data[0].price"),
            (lacks("available"), "data[0].available"),
            (is("success", json!(false)), "success"),
        ],
        Provider::SmscodeV2 => vec![
            (is("currency", json!("EUR")), "currency"),
            (mistypes("price"), "data[0].price"),
            (lacks("available"), "data[0].available"),
        ],
        Provider::Smsbuyz => vec![
            (mistypes("cost"), "cost"),
            (is("cost", json!(-1)), "cost"),
            (lacks("count"), "count"),
        ],
        Provider::Smsverificationservice => vec![
            (mistypes("price"), "price"),
            (is("price", json!("-1.00")), "price"),
            (lacks("price"), "price"),
        ],
        Provider::Smsverifyo | Provider::SmsverifyoRentals => vec![
            (mistypes("price_usd"), "price_usd"),
            (is("price_usd", json!(-1)), "price_usd"),
            (lacks("price_usd"), "price_usd"),
        ],
    }
}
