use super::*;

#[tokio::test]
async fn a_purchase_looks_as_documented_from_order_to_finish() {
    let shop = Shop::open().await;
    let offer = shop.whatsapp();
    shop.control.set_price(&offer.key, 1_800).unwrap();
    let reply = shop.order(json!(offer.key)).await;
    let bought = reply.granted()["order"].clone();
    let (id, phone) = (bought["id"].as_str().unwrap(), bought["phone"].as_str().unwrap());
    assert!(phone.starts_with("6281200"), "{phone}");
    assert_eq!(
        reply.body,
        json!({ "ok": true, "order": {
            "id": id, "phone": phone, "status": "waiting", "price_usd": number("0.1800"),
            "balance_usd": number("42.3200"), "expires_at": "2026-05-27T08:20:00Z"
        } })
    );
    assert_eq!(bought["price_usd"].to_string(), "0.1800");
    assert_eq!(shop.whatsapp().available, offer.available - 1);

    let order = async || shop.get(&format!("order/{id}")).await.granted().clone();
    let waiting = json!({ "id": id, "phone": phone, "status": "waiting" });
    assert_eq!(order().await, json!({ "ok": true, "order": waiting }));
    shop.hand.advance(90_999);
    let number = shop.control.orders()[0].id;
    shop.control.deliver(number, "012345", "Your code is 012345").unwrap();
    let mut received = json!({
        "id": id, "phone": phone, "status": "received", "sms_code": "012345",
        "received_at": "2026-05-27T08:01:30Z"
    });
    assert_eq!(order().await, json!({ "ok": true, "order": received }));
    let finished = shop.post(&format!("order/{id}/finish")).await;
    assert_eq!(*finished.granted(), json!({ "ok": true, "status": "finished" }));
    received["status"] = json!("finished");
    assert_eq!(order().await, json!({ "ok": true, "order": received }));
    assert_eq!(shop.control.balance(), OPENING - 1_800);
    shop.assert_books();
}

#[tokio::test]
async fn every_order_that_arrives_buys() {
    let shop = Shop::open().await;
    let (first, second) = (shop.buy().await, shop.buy().await);
    assert_ne!((&first.uuid, &first.phone), (&second.uuid, &second.phone));
    assert_eq!(shop.control.orders().len(), 2);
    assert_eq!(shop.control.balance(), OPENING - first.price_pips - second.price_pips);
}

#[tokio::test]
async fn an_order_may_cost_more_or_less_than_the_list_says() {
    let shop = Shop::with(|options| options.drift_percent = 20).await;
    let key = shop.whatsapp().key;
    shop.control.set_price(&key, 1_500).unwrap();
    for (drift, price, balance) in
        [(20, "0.1800", "42.3200"), (-10, "0.1350", "42.1850"), (0, "0.1500", "42.0350")]
    {
        shop.control.set_drift(drift).unwrap();
        let listed = shop.get(&format!("countries?service_id={}", key.service_id)).await;
        let rows = listed.granted()["countries"].as_array().unwrap();
        let row = rows.iter().find(|row| row["country_id"] == key.country_id).unwrap();
        assert_eq!(row["price_usd"].to_string(), "0.1500");
        let bought = shop.order(json!(key)).await;
        let order = &bought.granted()["order"];
        assert_eq!(order["price_usd"].to_string(), price);
        assert_eq!(order["balance_usd"].to_string(), balance);
    }
    shop.assert_books();
}

#[tokio::test]
async fn a_refund_gives_back_what_was_paid_and_not_what_is_listed() {
    let shop = Shop::with(|options| options.drift_percent = 33).await;
    let order = shop.buy().await;
    shop.control.set_drift(0).unwrap();
    shop.control.set_price(&order.offer, 9).unwrap();
    shop.hand.advance(2 * MINUTE_MS);
    shop.post(&format!("order/{}/cancel", order.uuid)).await.granted();
    assert_eq!(shop.control.balance(), OPENING);
    shop.assert_books();
}

#[tokio::test]
async fn without_money_or_stock_nothing_is_bought() {
    let shop = Shop::with(|options| options.wallet_pips = 1_799).await;
    let key = shop.whatsapp().key;
    shop.control.set_price(&key, 1_800).unwrap();
    shop.order(json!(key)).await.refused(402, "insufficient_funds");
    shop.control.top_up(1).unwrap();
    shop.control.set_stock(&key, 0).unwrap();
    let sold_out = shop.order(json!(key)).await;
    sold_out.refused(503, "no_numbers");
    assert_eq!(sold_out.retry_after, None);
    assert_eq!(shop.control.orders(), []);
    assert_eq!(shop.control.balance(), 1_800);
    // To the last hundredth of a cent.
    shop.control.set_stock(&key, 1).unwrap();
    let bought = shop.order(json!(key)).await;
    assert_eq!(bought.granted()["order"]["balance_usd"].to_string(), "0.0000");
    shop.order(json!(key)).await.refused(503, "no_numbers");
}

#[tokio::test]
async fn where_a_service_is_not_sold_there_are_no_numbers() {
    let shop = Shop::open().await;
    let sold: Vec<_> = shop.control.offers().into_iter().map(|offer| offer.key).collect();
    let has = |service_id: &String, country_id| {
        sold.contains(&OfferKey { service_id: service_id.clone(), country_id })
    };
    let gap = sold
        .iter()
        .map(|key| OfferKey { service_id: key.service_id.clone(), country_id: key.country_id + 1 })
        .find(|key| key.country_id < 70 && !has(&key.service_id, key.country_id))
        .unwrap();
    shop.order(json!(gap)).await.refused(503, "no_numbers");
    let nowhere = OfferKey { country_id: 9_999, ..shop.whatsapp().key };
    shop.order(json!(nowhere)).await.refused(503, "no_numbers");
    assert_eq!(shop.control.orders(), []);
}
