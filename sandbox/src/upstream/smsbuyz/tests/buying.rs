use super::*;
use crate::upstream::smsbuyz::OfferKey;

#[tokio::test]
async fn a_purchase_looks_as_documented_from_buy_to_finish() {
    let shop = Shop::open().await;
    let offer = shop.whatsapp();
    shop.control.set_price(&offer.key, 4_118).unwrap();
    let reply = shop.get(&format!("buy/activation/id/{}/whatsapp", offer.key.operator)).await;
    let phone = reply.granted()["phone"].as_str().unwrap().to_owned();
    assert!(phone.starts_with("6281200"), "{phone}");
    let mut order = json!({
        "id": 1001, "phone": phone, "operator": offer.key.operator, "product": "whatsapp",
        "price": number("0.4118"), "status": "PENDING", "expires": "2026-05-27T08:20:00", "sms": [],
        "created_at": "2026-05-27T08:00:00", "country": "id"
    });
    assert_eq!(reply.body, order);
    assert_eq!(reply.body["price"].to_string(), "0.4118");
    assert_eq!(shop.control.balance(), OPENING - 4_118);
    assert_eq!(shop.whatsapp().count, offer.count - 1);

    let fields = order.as_object_mut().unwrap();
    fields.remove("expires");
    assert_eq!(*shop.get("orders").await.granted(), json!([order]));
    order.as_object_mut().unwrap().remove("created_at");
    assert_eq!(*shop.get("check/1001").await.granted(), order);

    shop.hand.advance(90_999);
    shop.control.deliver(1001, "012345", "Your code is 012345").unwrap();
    order["status"] = json!("RECEIVED");
    order["sms"] = json!([{
        "created_at": "2026-05-27T08:01:30", "code": "012345", "text": "Your code is 012345", "sender": "WhatsApp"
    }]);
    assert_eq!(*shop.get("check/1001").await.granted(), order);
    order["status"] = json!("FINISHED");
    assert_eq!(*shop.get("finish/1001").await.granted(), order);
    order["sms"][0].as_object_mut().unwrap().remove("sender");
    order["created_at"] = json!("2026-05-27T08:00:00");
    assert_eq!(*shop.get("orders").await.granted(), json!([order]));
    assert_eq!(shop.control.balance(), OPENING - 4_118);
    shop.assert_books();
}

#[tokio::test]
async fn every_get_that_buys_buys() {
    let shop = Shop::open().await;
    let (first, second) = (shop.buy().await, shop.buy().await);
    assert_eq!((first, second), (1001, 1002));
    let orders = shop.control.orders();
    assert_ne!(orders[0].phone, orders[1].phone);
    assert_eq!(shop.control.balance(), OPENING - orders[0].price_pips - orders[1].price_pips);
}

#[tokio::test]
async fn any_operator_is_the_cheapest_with_stock_and_costs_more_when_that_runs_out() {
    let shop = Shop::open().await;
    // A country where three operators sell the product.
    let mut offers = shop.control.offers();
    offers.retain(|offer| offer.key.product == "telegram");
    let country =
        &offers.iter().find(|offer| offer.key.operator == "Virtual3").unwrap().key.country;
    let offers: Vec<_> = offers.iter().filter(|offer| offer.key.country == *country).collect();
    for (offer, (pips, count)) in offers.iter().zip([(3_000, 5), (1_000, 1), (2_000, 1)]) {
        shop.control.set_price(&offer.key, pips).unwrap();
        shop.control.set_stock(&offer.key, count).unwrap();
    }
    let products = async || {
        let path = format!("guest/products/{country}/any");
        reply(shop.guest(&path)).await.granted()["telegram"].clone()
    };
    for (operator, price, left) in
        [("Virtual2", "0.10", 7), ("Virtual3", "0.20", 6), ("Virtual1", "0.30", 5)]
    {
        assert_eq!(
            products().await,
            json!({ "Category": "activation", "Qty": left, "Price": number(price) })
        );
        let bought = shop.get(&format!("buy/activation/{country}/any/telegram")).await;
        assert_eq!(bought.granted()["operator"], operator);
        assert_eq!(bought.body["price"], number(price));
    }
    shop.get(&format!("buy/activation/{country}/Virtual2/telegram")).await.refused(503);
    assert_eq!(shop.control.orders().len(), 3);
}

#[tokio::test]
async fn without_stock_or_money_nothing_is_bought() {
    let shop = Shop::with(|options| options.wallet_pips = 1).await;
    let path = "buy/activation/id/any/whatsapp";
    shop.get(path).await.refused(400);
    let of_whatsapp = |key: &OfferKey| key.country == "id" && key.product == "whatsapp";
    for offer in shop.control.offers().iter().filter(|offer| of_whatsapp(&offer.key)) {
        shop.control.set_stock(&offer.key, 0).unwrap();
    }
    shop.control.top_up(1_000_000).unwrap();
    let sold_out = shop.get(path).await;
    sold_out.refused(503);
    assert_eq!(sold_out.retry_after, None);
    assert_eq!(shop.control.offer("whatsapp", "id"), None);
    assert_eq!(shop.control.orders(), []);
    assert_eq!(shop.control.balance(), 1_000_001);
    let listed = reply(shop.guest("guest/products/id/any")).await;
    assert_eq!(listed.granted()["whatsapp"]["Qty"], 0);
}

#[tokio::test]
async fn what_is_not_sold_is_not_found() {
    let shop = Shop::open().await;
    for path in [
        "buy/activation/xx/any/whatsapp",
        // A purchase takes the ISO code only, in small letters.
        "buy/activation/indonesia/any/whatsapp",
        "buy/activation/ID/any/whatsapp",
        "buy/activation/id/Virtual9/whatsapp",
        "buy/activation/id/virtual1/whatsapp",
        "buy/activation/id/any/fax",
        "buy/activation/id/any",
        "buy/hosting/id/any/whatsapp",
    ] {
        shop.get(path).await.refused(404);
    }
    for path in ["buy/activation/id//whatsapp", "buy/activation/id/any/"] {
        shop.get(path).await.refused(400);
    }
    assert_eq!(shop.control.orders(), []);
}

#[tokio::test]
async fn a_product_may_be_named_by_its_pid_and_answers_with_its_name() {
    let shop = Shop::open().await;
    let bought = shop.get("buy/activation/id/any/3").await;
    assert_eq!(bought.granted()["product"], "whatsapp");
}

#[tokio::test]
async fn an_order_keeps_its_price() {
    let shop = Shop::open().await;
    let offer = shop.whatsapp();
    let id = shop.buy().await;
    shop.control.set_price(&offer.key, 99).unwrap();
    shop.get(&format!("cancel/{id}")).await.granted();
    assert_eq!(shop.control.orders()[0].price_pips, offer.price_pips);
    assert_eq!(shop.control.balance(), OPENING);
}
