use super::*;

#[tokio::test]
async fn the_profile_shows_an_exact_balance() {
    let shop = Shop::open().await;
    let profile = shop.get("profile").await;
    assert_eq!(
        *profile.granted(),
        json!({
            "id": 1, "email": "reseller@example.com", "balance": number("10.50"), "rating": 0,
            "default_operator": "any"
        })
    );
    shop.control.set_price(&shop.whatsapp().key, 4_118).unwrap();
    shop.buy().await;
    assert_eq!(shop.get("profile").await.granted()["balance"].to_string(), "10.0882");
}

#[tokio::test]
async fn products_are_those_of_a_country_by_name_or_code_and_operator() {
    let shop = Shop::open().await;
    let by_code = reply(shop.guest("guest/products/id/any")).await;
    assert_eq!(
        by_code.granted(),
        reply(shop.guest("guest/products/indonesia/any")).await.granted()
    );
    let offer = shop.whatsapp();
    shop.control.set_price(&offer.key, 4_118).unwrap();
    shop.control.set_stock(&offer.key, 45_832).unwrap();
    let path = format!("guest/products/indonesia/{}", offer.key.operator);
    let by_operator = reply(shop.guest(&path)).await;
    assert_eq!(
        by_operator.granted()["whatsapp"],
        json!({ "Category": "activation", "Qty": 45_832, "Price": number("0.4118") })
    );
    let shown = by_operator.body.as_object().unwrap().len();
    let offered = shop.control.offers();
    let is_of = |one: &&Offer| {
        (&one.key.country, &one.key.operator) == (&offer.key.country, &offer.key.operator)
    };
    assert_eq!(shown, offered.iter().filter(is_of).count());
    for path in ["atlantis/any", "Russia/any", "ru/Virtual9", "ru/", "/any"] {
        reply(shop.guest(&format!("guest/products/{path}"))).await.refused(404);
    }
}

#[tokio::test]
async fn prices_stand_by_country_and_operator() {
    let shop = Shop::open().await;
    let offer = shop.whatsapp();
    shop.control.set_price(&offer.key, 4_118).unwrap();
    shop.control.set_stock(&offer.key, 45_832).unwrap();
    let prices = async |query: &str| reply(shop.guest(&format!("guest/prices{query}"))).await;
    let here = prices("?product=whatsapp&country=id").await;
    assert_eq!(
        here.granted()["id"][&offer.key.operator],
        json!({ "cost": number("0.4118"), "count": 45_832 })
    );
    assert_eq!(here.body.as_object().unwrap().len(), 1);
    let everywhere = prices("?product=3").await;
    assert_eq!(everywhere.granted()["id"], here.body["id"]);
    assert_eq!(everywhere.body.as_object().unwrap().len(), 80);

    let of_country = prices("?country=id").await;
    assert_eq!(of_country.granted()["id"]["whatsapp"], here.body["id"]);
    let all = prices("").await;
    assert_eq!(all.granted()["id"], of_country.body["id"]);
    let counted: usize = all
        .body
        .as_object()
        .unwrap()
        .values()
        .flat_map(|products| {
            products
                .as_object()
                .unwrap()
                .values()
                .map(|operators| operators.as_object().unwrap().len())
        })
        .sum();
    assert_eq!(counted, shop.control.offers().len());
}

#[tokio::test]
async fn a_known_product_that_a_country_lacks_has_no_prices_there() {
    let shop = Shop::open().await;
    let offers = shop.control.offers();
    let sold = |country: &str| {
        offers.iter().any(|offer| offer.key.country == country && offer.key.product == "zoho")
    };
    let without = offers.iter().map(|offer| &offer.key.country).find(|iso| !sold(iso)).unwrap();
    let path = format!("guest/prices?product=zoho&country={without}");
    assert_eq!(*reply(shop.guest(&path)).await.granted(), json!({}));
    shop.get(&format!("buy/activation/{without}/any/zoho")).await.refused(404);
}

#[tokio::test]
async fn payments_are_the_wallets_movements_newest_first() {
    let shop = Shop::open().await;
    shop.control.set_price(&shop.whatsapp().key, 4_118).unwrap();
    let id = shop.buy().await;
    shop.hand.advance(1_000);
    shop.get(&format!("cancel/{id}")).await.granted();
    assert_eq!(
        *shop.get("payments").await.granted(),
        json!([
            { "id": 3, "type": "refund", "order_id": id, "amount": number("0.4118"), "created_at": "2026-05-27T08:00:01" },
            { "id": 2, "type": "purchase", "order_id": id, "amount": number("-0.4118"), "created_at": "2026-05-27T08:00:00" },
            { "id": 1, "type": "deposit", "order_id": null, "amount": number("10.50"), "created_at": "2026-05-27T08:00:00" }
        ])
    );
    for _ in 0..60 {
        shop.control.top_up(1).unwrap();
    }
    assert_eq!(shop.get("payments").await.granted().as_array().unwrap().len(), 50);
}
