use super::*;

#[tokio::test]
async fn without_the_key_nothing_is_answered() {
    let shop = Shop::open().await;
    for version in ["v1", "v2"] {
        let url = format!("{}/{version}/balance", shop.running.url());
        reply(shop.http.get(&url)).await.refused(401, "UNAUTHORIZED");
        reply(shop.http.get(&url).bearer_auth("wrong")).await.refused(401, "UNAUTHORIZED");
        reply(shop.http.get(&url).header("authorization", KEY)).await.refused(401, "UNAUTHORIZED");
        reply(shop.http.get(format!("{url}?api_key={KEY}"))).await.refused(401, "UNAUTHORIZED");
    }
}

#[tokio::test]
async fn unknown_routes_and_methods_are_refused() {
    let shop = Shop::open().await;
    for path in [
        "/",
        "/v1",
        "/v1/",
        "/v3/balance",
        "/v1balance",
        "/v2/balance/",
        "/v1/orders/1/x",
        "/v2/catalog",
    ] {
        shop.get(path).await.refused(404, "NOT_FOUND");
    }
    for version in ["v1", "v2"] {
        for (method, path) in [
            ("POST", "catalog/countries"),
            ("POST", "catalog/services"),
            ("DELETE", "catalog/products"),
            ("POST", "catalog/exchange-rate"),
            ("PUT", "balance"),
            ("POST", "orders"),
            ("DELETE", "orders/1001"),
            ("POST", "orders/active"),
            ("GET", "orders/create"),
            ("GET", "orders/cancel"),
            ("PATCH", "orders/finish"),
            ("PUT", "orders/resend"),
            ("POST", "webhook"),
            ("GET", "webhook/test"),
        ] {
            let refused = reply(shop.request(method, &format!("/{version}/{path}"))).await;
            refused.refused(405, "METHOD_NOT_ALLOWED");
        }
    }
}

#[tokio::test]
async fn queries_are_validated() {
    let shop = Shop::open().await;
    for version in ["v1", "v2"] {
        for query in [
            "catalog/countries?x=1",
            "catalog/services?country_id=x",
            "catalog/services?country=6",
            "catalog/products?limit=0",
            "catalog/products?limit=10001",
            "catalog/products?limit=ten",
            "catalog/products?limit=",
            "catalog/products?page=0",
            "catalog/products?page=-1",
            "catalog/products?page=1&page=2",
            "catalog/products?sort=price",
            "catalog/products?country_id=6.0",
            "catalog/products?platform_id=wa",
            "catalog/products?service_id=3",
            "balance?x=1",
            "orders?limit=0",
            "orders?limit=101",
            "orders?offset=-1",
            "orders?status=DONE",
            "orders?page=2",
            "orders/abc",
            "orders/1001?x=1",
            "orders/active?status=ACTIVE",
        ] {
            shop.get(&format!("/{version}/{query}")).await.refused(422, "VALIDATION_ERROR");
        }
    }
}

#[tokio::test]
async fn bodies_are_validated() {
    let shop = Shop::open().await;
    let product = shop.whatsapp().id;
    for body in [
        json!({}),
        json!([]),
        json!({ "product_id": product.to_string() }),
        json!({ "product_id": -1 }),
        json!({ "product_id": product, "quantity": 0 }),
        json!({ "product_id": product, "quantity": 101 }),
        json!({ "product_id": product, "quantity": 1.5 }),
        json!({ "product_id": product, "quantity": null }),
        json!({ "product_id": product, "max_price": 1 }),
    ] {
        shop.post("/v2/orders/create", body).await.refused(422, "VALIDATION_ERROR");
    }
    for action in ["cancel", "finish", "resend"] {
        for body in [json!({}), json!({ "id": "1001" }), json!({ "order_id": 1001 }), json!(1001)] {
            shop.post(&format!("/v1/orders/{action}"), body).await.refused(422, "VALIDATION_ERROR");
        }
        shop.post(&format!("/v1/orders/{action}"), json!({ "id": 1001 }))
            .await
            .refused(404, "NOT_FOUND");
    }
    assert_eq!(shop.control.orders(), []);
}

#[tokio::test]
async fn a_body_must_be_json_and_say_so() {
    let shop = Shop::open().await;
    let body = json!({ "product_id": shop.whatsapp().id }).to_string();
    let create = || shop.request("POST", "/v1/orders/create");
    reply(create().body(body.clone())).await.refused(422, "VALIDATION_ERROR");
    let form =
        create().header("content-type", "application/x-www-form-urlencoded").body(body.clone());
    reply(form).await.refused(422, "VALIDATION_ERROR");
    let broken = create().header("content-type", "application/json").body("{");
    reply(broken).await.refused(422, "VALIDATION_ERROR");
    assert_eq!(shop.control.orders(), []);
    let good = create().header("content-type", "application/json; charset=utf-8").body(body);
    reply(good).await.data();
}

#[tokio::test]
async fn every_answer_carries_its_own_request_id() {
    let shop = Shop::open().await;
    let first = shop.get("/v1/balance").await.request_id.unwrap();
    let second = shop.get("/v2/nowhere").await.request_id.unwrap();
    assert_ne!(first, second);
}

#[tokio::test]
async fn what_cannot_be_sold_is_refused() {
    let shop = Shop::with(|options| options.wallet_idr = 30_000).await;
    shop.post("/v1/orders/create", json!({ "product_id": 1 })).await.refused(404, "NOT_FOUND");
    let inactive = shop.control.product("Telegram", "Chad").unwrap();
    shop.post("/v2/orders/create", json!({ "product_id": inactive.id }))
        .await
        .refused(422, "PROVIDER_ERROR");
    let product = shop.whatsapp();
    shop.control.set_price(product.id, 10_001).unwrap();
    let three = json!({ "product_id": product.id, "quantity": 3 });
    shop.post("/v2/orders/create", three).await.refused(409, "INSUFFICIENT_BALANCE");
    assert_eq!(shop.control.wallet_idr(), 30_000);
    assert_eq!(shop.control.orders(), []);
}
