use super::*;
use crate::upstream::world::SERVICES;

#[tokio::test]
async fn services_show_price_and_stock_of_every_country() {
    let shop = Shop::open().await;
    let any = shop.whatsapp().key;
    let mobile = OfferKey { real_mobile: true, ..any.clone() };
    for (key, pips, stock) in [(&any, 3_500, 42), (&mobile, 4_200, 7)] {
        shop.control.set_price(key, pips).unwrap();
        shop.control.set_stock(key, stock).unwrap();
    }
    let reply = shop.get("services").await;
    assert_eq!(reply.status, 200);
    let services = reply.body["services"].as_array().unwrap();
    assert_eq!(services.len(), SERVICES.len());
    let whatsapp = &services[2];
    assert_eq!((&whatsapp["code"], &whatsapp["name"]), (&json!("wa"), &json!("WhatsApp")));
    assert_eq!(
        whatsapp["countries"][6],
        json!({
            "code": "ID", "name": "Indonesia", "price_usd": number("0.3500"), "available": 42,
            "real_mobile": { "price_usd": number("0.4200"), "available": 7 }
        })
    );
    let rows = services.iter().flat_map(|service| service["countries"].as_array().unwrap());
    assert!(rows.filter(|row| row["real_mobile"].is_null()).count() > 100);
}

#[tokio::test]
async fn a_rental_looks_as_chosen_from_creation_to_code() {
    let shop = Shop::open().await;
    let offer = shop.whatsapp();
    shop.control.set_price(&offer.key, 3_500).unwrap();
    let created = shop.create(&whatsapp()).await;
    let view = shop.control.orders().pop().unwrap();
    assert!(view.rental_id.starts_with("rnt_") && view.rental_id.len() == 28);
    assert!(view.phone.starts_with("+6281200"), "{}", view.phone);
    let mut rental = json!({
        "id": view.rental_id, "service": "wa", "country": "ID", "real_mobile": false,
        "phone": view.phone, "status": "waiting", "price_usd": number("0.3500"), "code": null,
        "received_at": null, "created_at": "2026-05-27T08:00:00Z",
        "expires_at": "2026-05-27T08:20:00Z"
    });
    assert_eq!(*created.rental(201), rental);
    assert_eq!(created.body["rental"]["price_usd"].to_string(), "0.3500");
    assert_eq!(shop.shown(&view).await, rental);
    assert_eq!(shop.control.balance(), OPENING - 3_500);
    assert_eq!(shop.whatsapp().available, offer.available - 1);

    shop.hand.advance(40_999);
    shop.control.deliver(view.id, "012345", "Your code is 012345").unwrap();
    rental["status"] = json!("received");
    rental["code"] = json!("012345");
    rental["received_at"] = json!("2026-05-27T08:00:40Z");
    assert_eq!(shop.shown(&view).await, rental);
    shop.assert_books();
}

#[tokio::test]
async fn above_the_cap_nothing_is_sold() {
    let shop = Shop::open().await;
    shop.control.set_price(&shop.whatsapp().key, 3_500).unwrap();
    let capped = |cap: &str| {
        let mut body = whatsapp();
        body["max_price_usd"] = number(cap);
        body
    };
    for cap in ["0.3499", "0.0001"] {
        shop.create(&capped(cap)).await.refused(409, "price_too_high");
    }
    assert_eq!(shop.control.orders(), []);
    for cap in ["0.35", "0.3500", "7"] {
        let created = shop.create(&capped(cap)).await;
        assert_eq!(created.rental(201)["price_usd"].to_string(), "0.3500");
    }
    assert_eq!(shop.control.balance(), OPENING - 3 * 3_500);
}

#[tokio::test]
async fn real_mobile_numbers_have_a_price_and_a_stock_of_their_own() {
    let shop = Shop::open().await;
    let any = shop.whatsapp();
    let mobile = OfferKey { real_mobile: true, ..any.key.clone() };
    shop.control.set_price(&mobile, 9_000).unwrap();
    shop.control.set_stock(&mobile, 1).unwrap();
    let body = json!({ "service": "wa", "country": "ID", "real_mobile_only": true });
    let created = shop.create(&body).await;
    assert_eq!(created.rental(201)["real_mobile"], true);
    assert_eq!(created.body["rental"]["price_usd"].to_string(), "0.9000");
    shop.create(&body).await.refused(503, "no_numbers");
    assert_eq!(shop.whatsapp(), any);
}

#[tokio::test]
async fn without_money_or_stock_nothing_is_rented() {
    let shop = Shop::with(|options| options.wallet_pips = 3_499).await;
    let key = shop.whatsapp().key;
    shop.control.set_price(&key, 3_500).unwrap();
    shop.create(&whatsapp()).await.refused(402, "insufficient_funds");
    shop.control.top_up(1).unwrap();
    shop.control.set_stock(&key, 0).unwrap();
    let sold_out = shop.create(&whatsapp()).await;
    sold_out.refused(503, "no_numbers");
    assert_eq!(sold_out.header("retry-after"), None);
    assert_eq!((shop.control.orders().len(), shop.control.balance()), (0, 3_500));
    shop.control.set_stock(&key, 1).unwrap();
    shop.create(&whatsapp()).await.rental(201);
    assert_eq!(shop.control.balance(), 0);
    shop.assert_books();
}

#[tokio::test]
async fn the_sixty_first_creation_within_a_minute_waits() {
    let shop = Shop::with(|options| options.wallet_pips = i64::MAX / 2).await;
    shop.control.set_stock(&shop.whatsapp().key, 1_000).unwrap();
    for _ in 0..60 {
        shop.create_with_key("same", &whatsapp()).await.rental(201);
    }
    shop.hand.advance(20_500);
    let limited = shop.create(&whatsapp()).await;
    limited.refused(429, "rate_limited");
    assert_eq!(limited.header("retry-after"), Some("40"));
    // The rest goes on.
    let rental = shop.control.orders().pop().unwrap();
    for _ in 0..70 {
        shop.shown(&rental).await;
    }
    shop.hand.advance(39_500);
    shop.create(&whatsapp()).await.rental(201);
    let count = shop.control.request_counts()["create"];
    assert_eq!((count.total, count.rate_limited), (62, 1));
}
