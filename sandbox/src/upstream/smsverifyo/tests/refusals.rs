use super::*;

/// Every endpoint, with a made-up order.
const ENDPOINTS: [(&str, &str); 7] = [
    ("GET", "balance"),
    ("GET", "services"),
    ("GET", "countries"),
    ("POST", "order"),
    ("GET", "order/b7"),
    ("POST", "order/b7/cancel"),
    ("POST", "order/b7/finish"),
];

fn request(shop: &Shop, method: &str, path: &str) -> RequestBuilder {
    shop.http.request(method.parse().unwrap(), shop.url(path))
}

#[tokio::test]
async fn only_the_key_is_let_in() {
    let shop = Shop::open().await;
    for (method, path) in ENDPOINTS {
        let request = || request(&shop, method, path);
        reply(request()).await.refused(401, "unauthorized");
        for malformed in [KEY, "Bearer ", "bearer sk_live_test", "Basic sk_live_test", "Bearer a b"]
        {
            let request = request().header("authorization", malformed);
            reply(request).await.refused(401, "unauthorized");
        }
        reply(request().query(&[("api_key", KEY)])).await.refused(401, "unauthorized");
        reply(request().bearer_auth("sk_live_other")).await.refused(401, "unauthorized");
    }
    assert_eq!(shop.control.orders(), []);
}

#[tokio::test]
async fn unknown_routes_and_methods_are_refused() {
    let shop = Shop::open().await;
    for path in ["", "order/b7/", "orders", "order/b7/ban", "balance/", "services/x"] {
        shop.get(path).await.refused(404, "not_found");
    }
    let elsewhere = shop.http.get(format!("{}/v1/balance", shop.running.url()));
    reply(elsewhere.bearer_auth(KEY)).await.refused(404, "not_found");
    for (method, path) in ENDPOINTS {
        let wrong = if method == "GET" && path != "order/b7" { "POST" } else { "PATCH" };
        reply(request(&shop, wrong, path).bearer_auth(KEY))
            .await
            .refused(405, "method_not_allowed");
    }
}

#[tokio::test]
async fn an_order_that_is_not_there_is_not_found() {
    let shop = Shop::open().await;
    let other = Shop::with(|options| options.seed = 43).await;
    let anothers = other.buy().await.uuid;
    for id in ["00000000-0000-4000-8000-000000000000", "1001", "b7", anothers.as_str()] {
        shop.get(&format!("order/{id}")).await.refused(404, "not_found");
        for action in ["cancel", "finish"] {
            shop.post(&format!("order/{id}/{action}")).await.refused(404, "not_found");
        }
    }
}

#[tokio::test]
async fn the_body_of_an_order_is_checked() {
    let shop = Shop::open().await;
    let id = shop.whatsapp().key.service_id;
    for body in [
        json!({}),
        json!({ "service_id": id }),
        json!({ "country_id": 6 }),
        json!({ "service_id": id, "country_id": "6" }),
        json!({ "service_id": id, "country_id": 6.5 }),
        json!({ "service_id": id, "country_id": -1 }),
        json!({ "service_id": id, "country_id": null }),
        json!({ "service_id": 3, "country_id": 6 }),
        json!({ "service_id": "wa", "country_id": 6 }),
        json!({ "service_id": id, "country_id": 6, "max_price": 1 }),
        json!([id, 6]),
    ] {
        shop.order(body).await.refused(400, "invalid_request");
    }
    let raw = |body: &'static str| {
        let request = shop.http.post(shop.url("order")).bearer_auth(KEY).body(body);
        reply(request.header("content-type", "application/json"))
    };
    raw("").await.refused(400, "invalid_request");
    raw("{").await.refused(400, "invalid_request");
    let untyped = shop.http.post(shop.url("order")).bearer_auth(KEY);
    let untyped = untyped.body(json!(shop.whatsapp().key).to_string());
    reply(untyped).await.refused(400, "invalid_request");
    assert_eq!(shop.control.orders(), []);
}

#[tokio::test]
async fn parameters_that_do_not_exist_are_refused() {
    let shop = Shop::open().await;
    for path in ["balance?x=1", "services?limit=5", "order/b7?x=1"] {
        shop.get(path).await.refused(400, "invalid_request");
    }
    for path in ["order?x=1", "order/b7/cancel?x=1", "order/b7/finish?x=1"] {
        shop.post(path).await.refused(400, "invalid_request");
    }
}
