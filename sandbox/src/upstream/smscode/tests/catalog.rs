use std::collections::BTreeSet;

use super::*;

#[tokio::test]
async fn countries_and_services_look_as_documented_on_both_versions() {
    let shop = Shop::open().await;
    for version in ["v1", "v2"] {
        let reply = shop.get(&format!("/{version}/catalog/countries")).await;
        let indonesia = json!({
            "id": 6, "code": "ID", "name": "Indonesia", "dial_code": "+62", "emoji": "🇮🇩", "active": true
        });
        assert!(reply.data().as_array().unwrap().contains(&indonesia));
        assert_eq!(reply.data()[0]["id"], 0);
        assert_eq!(reply.data()[0]["name"], "Russia");
        assert_eq!(reply.body.get("meta"), None);

        let reply = shop.get(&format!("/{version}/catalog/services")).await;
        assert_eq!(
            reply.data()[2],
            json!({ "id": 3, "code": "wa", "name": "WhatsApp", "active": true })
        );
        assert_eq!(reply.data().as_array().unwrap().len(), 50);
    }
}

#[tokio::test]
async fn services_of_a_country_are_those_with_a_product_there() {
    let shop = Shop::open().await;
    let offered: BTreeSet<u64> = shop
        .control
        .products()
        .iter()
        .filter(|product| product.country_id == 0)
        .map(|product| product.platform_id)
        .collect();
    assert!(offered.len() < 50);
    for version in ["v1", "v2"] {
        let reply = shop.get(&format!("/{version}/catalog/services?country_id=0")).await;
        let shown: BTreeSet<u64> = reply
            .data()
            .as_array()
            .unwrap()
            .iter()
            .map(|service| service["id"].as_u64().unwrap())
            .collect();
        assert_eq!(shown, offered);
        assert_eq!(
            *shop.get(&format!("/{version}/catalog/services?country_id=999")).await.data(),
            json!([])
        );
    }
}

#[tokio::test]
async fn a_product_shows_its_price_in_the_versions_money() {
    let shop = Shop::open().await;
    let product = shop.whatsapp();
    shop.control.set_price(product.id, 15_000).unwrap();
    shop.control.set_stock(product.id, 42).unwrap();
    let query = "catalog/products?country_id=6&platform_id=3&limit=10&page=1";
    let mut expected = json!([{
        "id": product.id, "name": "WhatsApp Indonesia", "country_id": 6, "platform_id": 3, "available": 42,
        "price": 15000, "active": true
    }]);
    let v1 = shop.get(&format!("/v1/{query}")).await;
    assert_eq!(*v1.data(), expected);
    assert_eq!(v1.body["meta"], json!({ "page": 1, "limit": 10, "count": 1 }));

    expected[0]["price"] = usd("0.9231", 15_000);
    let v2 = shop.get(&format!("/v2/{query}")).await;
    assert_eq!(*v2.data(), expected);
    assert_eq!(v2.body["meta"], json!({ "page": 1, "limit": 10, "count": 1, "fx": fx() }));
}

#[tokio::test]
async fn products_sort_six_ways() {
    let shop = Shop::open().await;
    let price: fn(&ProductView) -> String = |product| product.price_idr.to_string();
    let available = |product: &ProductView| product.available.to_string();
    let name = |product: &ProductView| product.name.clone();
    let sorts = [
        ("price_asc", price, true),
        ("price_desc", price, false),
        ("available_asc", available, true),
        ("available_desc", available, false),
        ("name_asc", name, true),
        ("name_desc", name, false),
    ];
    for (sort, key, ascending) in sorts {
        let mut expected: Vec<String> = shop
            .control
            .products()
            .iter()
            .filter(|product| product.country_id == 0)
            .map(key)
            .collect();
        expected.sort_by_key(|key| (key.parse().unwrap_or(0_i64), key.clone()));
        if !ascending {
            expected.reverse();
        }
        let reply = shop.get(&format!("/v1/catalog/products?country_id=0&sort={sort}")).await;
        let field = sort.split('_').next().unwrap();
        let shown: Vec<_> = reply
            .data()
            .as_array()
            .unwrap()
            .iter()
            .map(|product| product[field].to_string().trim_matches('"').to_owned())
            .collect();
        assert_eq!(shown, expected, "{sort}");
    }
}

#[tokio::test]
async fn pages_over_ten_thousand_products_end_with_a_short_one_and_never_overlap() {
    let shop = Shop::with(|options| options.catalog = CatalogSize::AtLeast(10_001)).await;
    let total = shop.control.products().len();
    for (query, limit) in
        [("", 1_000), ("limit=10000&", 10_000), ("limit=3700&sort=available_desc&", 3_700)]
    {
        let mut seen = BTreeSet::new();
        let mut page = 1;
        loop {
            let reply = shop.get(&format!("/v2/catalog/products?{query}page={page}")).await;
            let products = reply.data().as_array().unwrap();
            assert_eq!(reply.body["meta"]["count"], products.len());
            assert_eq!(reply.body["meta"]["page"], page);
            for product in products {
                assert!(seen.insert(product["id"].as_u64().unwrap()));
            }
            if products.len() < limit {
                break;
            }
            page += 1;
        }
        assert_eq!(seen.len(), total);
        assert_eq!(page, total / limit + 1);
        let beyond = shop.get(&format!("/v2/catalog/products?{query}page={}", page + 1)).await;
        assert_eq!(*beyond.data(), json!([]));
    }
}

#[tokio::test]
async fn the_exchange_rate_differs_by_version() {
    let shop = Shop::open().await;
    let v1 = json!({ "pair": "USD/IDR", "base_currency": "USD", "quote_currency": "IDR", "rate": 16250 });
    assert_eq!(*shop.get("/v1/catalog/exchange-rate").await.data(), v1);
    assert_eq!(*shop.get("/v1/catalog/exchange-rate?pair=USD/IDR").await.data(), v1);
    shop.get("/v1/catalog/exchange-rate?pair=EUR/IDR").await.refused(404, "NOT_FOUND");
    let v2 = shop.get("/v2/catalog/exchange-rate?pair=EUR/IDR").await;
    assert_eq!(*v2.data(), fx());
    assert_eq!(v2.body.get("meta"), None);
}

#[tokio::test]
async fn the_balance_is_idr_on_v1_and_dollars_on_v2() {
    let shop = Shop::with(|options| options.wallet_idr = 500_000).await;
    assert_eq!(
        *shop.get("/v1/balance").await.data(),
        json!({ "currency": "IDR", "balance": 500_000 })
    );
    let v2 = shop.get("/v2/balance").await;
    assert_eq!(*v2.data(), json!({ "balance": usd("30.77", 500_000) }));
    assert_eq!(v2.body["meta"], json!({ "fx": fx() }));
}

#[tokio::test]
async fn without_a_rate_v2_refuses_what_shows_money_and_nothing_else() {
    let shop = Shop::open().await;
    let id = shop.buy("v2", shop.whatsapp().id).await;
    shop.hand.advance(2 * MINUTE_MS);
    shop.control.set_fx_available(false);
    let order = format!("/v2/orders/{id}");
    for path in
        ["/v2/catalog/products", "/v2/catalog/exchange-rate", "/v2/balance", "/v2/orders", &order]
    {
        let reply = shop.get(path).await;
        reply.refused(503, "FX_RATE_UNAVAILABLE");
        assert!(reply.retry_after.unwrap().parse::<u32>().unwrap() > 0);
    }
    let refused = shop.post("/v2/orders/cancel", json!({ "id": id })).await;
    refused.refused(503, "FX_RATE_UNAVAILABLE");
    assert_eq!(shop.order(id).await["status"], "ACTIVE");

    shop.buy("v2", shop.whatsapp().id).await;
    assert_eq!(shop.get("/v2/orders/active").await.data().as_array().unwrap().len(), 2);
    assert_eq!(shop.get("/v2/catalog/countries").await.status, 200);
    for path in ["/v1/catalog/products", "/v1/balance", "/v1/orders"] {
        assert_eq!(shop.get(path).await.status, 200);
    }
    shop.get("/v1/catalog/exchange-rate").await.refused(404, "NOT_FOUND");

    shop.control.set_fx_available(true);
    shop.post("/v2/orders/cancel", json!({ "id": id })).await.data();
}

#[tokio::test]
async fn a_new_rate_changes_every_projection() {
    let shop = Shop::with(|options| options.wallet_idr = 500_000).await;
    shop.hand.advance(1_000);
    shop.control.set_fx_rate(20_000).unwrap();
    let reply = shop.get("/v2/balance").await;
    assert_eq!(reply.data()["balance"], usd("25.00", 500_000));
    assert_eq!(
        reply.body["meta"]["fx"],
        json!({ "pair": "USD/IDR", "rate": 20000, "rate_as_of": "2026-05-27T08:00:01+00:00" })
    );
}
