//! How each provider is asked, from its document.

use super::*;

/// Every documented endpoint with its name in the fault switch. What is asked about an order that does not exist is
/// refused, or struck before anybody looks.
pub fn endpoints(provider: Provider) -> Vec<(&'static str, Ask)> {
    let (get, post) = (|path: &str| Ask::get(path), |path: &str| Ask::post(path, None));
    match provider {
        Provider::SmscodeV1 | Provider::SmscodeV2 => vec![
            ("countries", get("catalog/countries")),
            ("services", get("catalog/services")),
            ("products", get("catalog/products")),
            ("exchange_rate", get("catalog/exchange-rate")),
            ("balance", get("balance")),
            ("orders", get("orders")),
            ("order", get("orders/7")),
            ("active", get("orders/active")),
            ("create", post("orders/create")),
            ("cancel", post("orders/cancel")),
            ("finish", post("orders/finish")),
            ("resend", post("orders/resend")),
            ("webhook_get", get("webhook")),
            ("webhook_set", Ask { method: Method::PATCH, ..get("webhook") }),
            ("webhook_test", post("webhook/test")),
        ],
        Provider::SmsBuyz => vec![
            ("profile", get("user/profile")),
            ("orders", get("user/orders")),
            ("payments", get("user/payments")),
            ("products", get("guest/products/russia/any")),
            ("prices", get("guest/prices")),
            ("buy", get("user/buy/activation/ru/any/microsoft")),
            ("check", get("user/check/7")),
            ("finish", get("user/finish/7")),
            ("cancel", get("user/cancel/7")),
            ("ban", get("user/ban/7")),
        ],
        Provider::SmsVerificationService => vec![
            ("balance", get("balance/")),
            ("wallet_balance", get("wallet/balance/")),
            ("services_temporary", get("services/temporary/")),
            ("services_best_temp", get("services/best-temp/")),
            ("services_rent_1day", get("services/rent-1day/")),
            ("services_rent_30days", get("services/rent-30days/")),
            ("services_rental", get("services/rental/")),
            ("services_esim", get("services/esim/")),
            ("countries", get("global/countries/")),
            ("global_services", get("global/services/?country_id=16")),
            ("order_temporary", post("order/temporary/")),
            ("order_best_temp", post("order/best-temp/")),
            ("order_rent_1day", post("order/rent-1day/")),
            ("order_rent_30days", post("order/rent-30days/")),
            ("order_rental", post("order/rental/")),
            ("order_global", post("order/global/")),
            ("order_esim", post("order/esim/")),
            ("orders", get("orders/")),
            ("status", get("order/7/status/")),
            ("cancel", post("order/7/cancel/")),
            ("renew", post("order/7/renew/")),
        ],
        Provider::SmsVerifyo => vec![
            ("balance", get("balance")),
            ("services", get("services")),
            ("countries", get("countries")),
            ("create", post("order")),
            ("order", get("order/7")),
            ("cancel", post("order/7/cancel")),
            ("finish", post("order/7/finish")),
        ],
        Provider::SmsVerifyoRentals => vec![
            ("services", get("services")),
            ("create", post("rentals")),
            ("rental", get("rentals/7")),
            ("cancel", post("rentals/7/cancel")),
        ],
    }
}

/// What the fault switch calls the purchase of [`buying`].
pub const fn purchase_route(provider: Provider) -> &'static str {
    match provider {
        Provider::SmscodeV1
        | Provider::SmscodeV2
        | Provider::SmsVerifyo
        | Provider::SmsVerifyoRentals => "create",
        Provider::SmsBuyz => "buy",
        Provider::SmsVerificationService => "order_temporary",
    }
}

/// The purchase of one number: always the same offer, which is in stock.
pub async fn buying(shop: &Shop) -> Ask {
    match shop.provider {
        Provider::SmscodeV1 | Provider::SmscodeV2 => {
            let product = in_stock(shop, "data").await;
            Ask::post("orders/create", Some(json!({ "product_id": product["id"] })))
        }
        Provider::SmsBuyz => Ask::get("user/buy/activation/id/any/whatsapp"),
        Provider::SmsVerificationService => {
            Ask::post("order/temporary/", Some(json!({ "service_id": 1_012 })))
        }
        Provider::SmsVerifyo => {
            let services = shop.granted(&Ask::get("services")).await;
            let service_id = &services["services"][0]["id"];
            let country_id = &in_stock(shop, "countries").await["country_id"];
            Ask::post("order", Some(json!({ "service_id": service_id, "country_id": country_id })))
        }
        Provider::SmsVerifyoRentals => {
            Ask::post("rentals", Some(json!({ "service": "wa", "country": "ID" })))
        }
    }
}

/// The first row of a price list that has more than a few numbers.
async fn in_stock(shop: &Shop, rows: &str) -> Value {
    let list = shop.granted(&prices(shop).await).await;
    let has_enough = |row: &&Value| row["available"].as_u64().unwrap() > 20;
    list[rows].as_array().unwrap().iter().find(has_enough).unwrap().clone()
}

/// The list that says what the offer of [`buying`] costs.
pub async fn prices(shop: &Shop) -> Ask {
    match shop.provider {
        Provider::SmscodeV1 | Provider::SmscodeV2 => Ask::get("catalog/products"),
        Provider::SmsBuyz => Ask::get("guest/prices?product=whatsapp&country=id"),
        Provider::SmsVerificationService => Ask::get("services/temporary/"),
        Provider::SmsVerifyo => {
            let services = shop.granted(&Ask::get("services")).await;
            let service_id = services["services"][0]["id"].as_str().unwrap();
            Ask::get(format!("countries?service_id={service_id}"))
        }
        Provider::SmsVerifyoRentals => Ask::get("services"),
    }
}

/// One order.
pub fn reading(provider: Provider, order: &Value) -> Ask {
    let text = |field: &str| order[field].as_str().unwrap().to_owned();
    let id = &order["id"];
    Ask::get(match provider {
        Provider::SmscodeV1 | Provider::SmscodeV2 => format!("orders/{id}"),
        Provider::SmsBuyz => format!("user/check/{id}"),
        Provider::SmsVerificationService => format!("order/{id}/status/"),
        Provider::SmsVerifyo => format!("order/{}", text("uuid")),
        Provider::SmsVerifyoRentals => format!("rentals/{}", text("rental_id")),
    })
}

/// The control route that makes purchases cost more than the list says, with what it takes. `paid` is what the last one
/// cost.
pub fn drift(provider: Provider, order: &Value, paid: i64) -> (&'static str, Value) {
    match provider {
        Provider::SmscodeV1 | Provider::SmscodeV2 => {
            ("charge", json!({ "product_id": order["product_id"], "idr": paid * 2 }))
        }
        Provider::SmsBuyz | Provider::SmsVerifyo | Provider::SmsVerifyoRentals => {
            ("drift", json!({ "percent": 100 }))
        }
        Provider::SmsVerificationService => ("drift", json!({ "cents": paid })),
    }
}
