use super::*;

#[tokio::test]
async fn fields_are_checked_in_djangos_words() {
    let shop = Shop::open().await;
    let required = "This field is required.";
    let integer = "A valid integer is required.";
    let null = "This field may not be null.";
    let unexpected = "Unexpected field.";
    for (path, body, field, message) in [
        ("temporary", json!({}), "service_id", required),
        ("temporary", json!({ "service_id": null }), "service_id", null),
        ("temporary", json!({ "service_id": 1.5 }), "service_id", integer),
        ("temporary", json!({ "service_id": [1012] }), "service_id", integer),
        ("temporary", json!({ "service_id": 1012, "areacode": "212" }), "areacode", unexpected),
        ("best-temp", json!({ "service_id": "1012" }), "service_id", integer),
        ("best-temp", json!({ "service_id": -1 }), "service_id", integer),
        ("best-temp", json!({ "service_id": 1012, "area_code": "212" }), "area_code", unexpected),
        ("rent-1day", json!({ "service_id": true }), "service_id", integer),
        ("rent-30days", json!({ "service": 7822 }), "service_id", required),
        ("rental", json!({ "duration": 3 }), "service", required),
        ("rental", json!({ "service": 5, "duration": 3 }), "service", "Not a valid string."),
        (
            "rental",
            json!({ "service": " ", "duration": 3 }),
            "service",
            "This field may not be blank.",
        ),
        ("rental", json!({ "service": "WhatsApp" }), "duration", required),
        ("rental", json!({ "service": "WhatsApp", "duration": "3" }), "duration", integer),
        ("rental", json!({ "service": "WhatsApp", "duration": 7 }), "duration", "Must be 3 or 30."),
        ("global", json!({ "service_id": 1012 }), "country_id", required),
        ("global", json!({ "country_id": 16 }), "service_id", required),
        ("esim", json!({}), "plan", required),
        ("esim", json!([]), "non_field_errors", "Invalid data. Expected a dictionary."),
        ("7/cancel", json!({ "order_id": 7 }), "order_id", unexpected),
    ] {
        let refused = shop.post(&format!("order/{path}/"), body).await;
        refused.refused(400, &json!({ field: [message] }));
    }
    for area_code in [json!("21"), json!("2123"), json!("2a2")] {
        let wanted = json!({ "service_id": WHATSAPP, "area_code": area_code });
        let refused = shop.post("order/temporary/", wanted).await;
        refused.refused(400, &json!({ "area_code": ["Enter a 3-digit US area code."] }));
    }
    let wanted = json!({ "service_id": WHATSAPP, "area_code": 212 });
    let refused = shop.post("order/temporary/", wanted).await;
    refused.refused(400, &json!({ "area_code": ["Not a valid string."] }));
    assert_eq!(shop.control.orders(), []);
}

#[tokio::test]
async fn a_body_must_be_json_and_say_so() {
    let shop = Shop::open().await;
    let post = |content_type: &'static str, body: &'static str| {
        let request = shop.request("POST", "order/temporary/").bearer_auth(KEY);
        reply(request.header("content-type", content_type).body(body))
    };
    let good = r#"{"service_id":1012}"#;
    post("text/plain", good).await.refused_by_django(415);
    post("application/x-www-form-urlencoded", "service_id=1012").await.refused_by_django(415);
    post("application/json", r#"{"service_id":"#).await.refused_by_django(400);
    post("application/json", "").await.refused_by_django(400);
    reply(shop.request("POST", "order/temporary/").bearer_auth(KEY)).await.refused_by_django(415);
    assert_eq!(shop.control.orders(), []);
    post("application/json; charset=utf-8", good).await.data();
}

#[tokio::test]
async fn unknown_pages_and_methods_are_refused() {
    let shop = Shop::open().await;
    for path in [
        "",
        "order/",
        "services/",
        "services/global/",
        "order/x/status/",
        "order/-1/status/",
        "order/7/",
        "order//status/",
    ] {
        shop.get(path).await.refused_by_django(404);
    }
    let url = format!("{}/api/v2/balance/", shop.running.url());
    reply(shop.http.get(url).bearer_auth(KEY)).await.refused_by_django(404);
    for (method, path, _) in ENDPOINTS {
        let other = if method == "GET" { "POST" } else { "GET" };
        for wrong in [other, "PUT", "DELETE"] {
            reply(shop.request(wrong, path).bearer_auth(KEY)).await.refused_by_django(405);
        }
    }
    assert_eq!(shop.control.orders(), []);
}

#[tokio::test]
async fn an_order_that_is_not_there_is_not_found() {
    let shop = Shop::open().await;
    shop.get("order/1001/status/").await.refused_wrapped(404, "Order not found");
    for action in ["cancel", "renew"] {
        shop.act(1001, action).await.refused_wrapped(404, "Order not found");
    }
}

#[tokio::test]
async fn parameters_that_are_not_documented_are_refused() {
    let shop = Shop::open().await;
    let id = shop.buy().await;
    for path in ["balance/?x=1", "services/temporary/?country=US"] {
        assert_eq!(shop.get(path).await.status, 400);
    }
    assert_eq!(shop.get(&format!("order/{id}/status/?wait=1")).await.status, 400);
}
