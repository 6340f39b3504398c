use super::*;
use crate::upstream::world::SERVICES;

#[tokio::test]
async fn the_balance_is_exact_with_four_decimals() {
    let shop = Shop::open().await;
    let balance = shop.get("balance").await;
    assert_eq!(
        *balance.granted(),
        json!({
            "ok": true, "balance_usd": number("42.5000"), "currency": "USD",
            "email": "reseller@example.com", "username": "reseller1"
        })
    );
    assert_eq!(balance.body["balance_usd"].to_string(), "42.5000");
}

#[tokio::test]
async fn every_service_has_an_id_a_code_and_a_name() {
    let shop = Shop::open().await;
    let reply = shop.get("services").await;
    let services = reply.granted()["services"].as_array().unwrap();
    assert_eq!(services.len(), SERVICES.len());
    assert_eq!(
        services[2],
        json!({ "id": shop.whatsapp().key.service_id, "code": "wa", "name": "WhatsApp" })
    );
}

#[tokio::test]
async fn countries_of_a_service_show_price_and_stock_and_begin_with_zero() {
    let shop = Shop::open().await;
    let russia = shop.control.offer("Telegram", "Russia").unwrap();
    shop.control.set_price(&russia.key, 1_500).unwrap();
    shop.control.set_stock(&russia.key, 42).unwrap();
    let path = format!("countries?service_id={}", russia.key.service_id);
    let reply = shop.get(&path).await;
    assert_eq!(
        reply.granted()["countries"][0],
        json!({
            "country_id": 0, "name": "Russia", "flag": "\u{1F1F7}\u{1F1FA}",
            "price_usd": number("0.1500"), "available": 42
        })
    );
    assert_eq!(reply.body["countries"][1]["country_id"], 1);
    // What is sold out is still listed.
    shop.control.set_stock(&russia.key, 0).unwrap();
    assert_eq!(shop.get(&path).await.granted()["countries"][0]["available"], 0);
}

#[tokio::test]
async fn countries_need_a_service_that_exists() {
    let shop = Shop::open().await;
    let id = shop.whatsapp().key.service_id;
    for query in [
        String::new(),
        "?service_id=".to_owned(),
        "?service_id=wa".to_owned(),
        "?service_id=00000000-0000-4000-8000-000000000000".to_owned(),
        format!("?service_id={id}&page=2"),
        format!("?service_id={id}&service_id={id}"),
    ] {
        shop.get(&format!("countries{query}")).await.refused(400, "invalid_request");
    }
}
