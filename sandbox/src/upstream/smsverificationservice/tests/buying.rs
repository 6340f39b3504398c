use super::*;

#[tokio::test]
async fn a_temporary_number_looks_as_documented_from_order_to_code() {
    let shop = Shop::open().await;
    let offer = shop.temporary();
    shop.control.set_price(&offer.key, 40).unwrap();
    let bought = shop.post("order/temporary/", json!({ "service_id": WHATSAPP })).await;
    let phone = bought.data()["phone"].clone();
    assert_eq!(bought.status, 201);
    assert_eq!(*bought.data(), json!({ "order_id": 1001, "phone": phone, "status": "pending" }));
    let view = shop.control.orders().pop().unwrap();
    assert_eq!(phone.as_str().unwrap().replace(' ', ""), view.phone.unwrap());
    let digits = phone.as_str().unwrap().split(' ').map(str::len).collect::<Vec<_>>();
    assert_eq!(digits, [2, 3, 3, 4]);
    let mut order = json!({ "order_id": 1001, "status": "pending", "otp": null, "message": null, "phone": phone });
    assert_eq!(shop.order(1001).await, order);
    shop.control.deliver(1001, "048921", "Your WhatsApp code is 048921").unwrap();
    order["status"] = json!("completed");
    order["otp"] = json!("048921");
    order["message"] = json!("Your WhatsApp code is 048921");
    assert_eq!(shop.order(1001).await, order);
    let row = json!({
        "order_id": 1001, "service": "WhatsApp", "status": "completed", "sell_price": number("0.40"),
        "price": number("0.40"), "phone": phone, "created_at": "2026-05-27T08:00:00Z"
    });
    assert_eq!(*shop.get("orders/").await.granted(), json!([row]));
    assert_eq!(shop.changes(1001), [-40]);
    assert_eq!(shop.temporary().stock, offer.stock - 1);
}

#[tokio::test]
async fn a_temporary_number_may_be_asked_for_by_text_and_by_area() {
    let shop = Shop::open().await;
    let wanted = json!({ "service_id": WHATSAPP.to_string(), "area_code": "212" });
    let bought = shop.post("order/temporary/", wanted).await;
    assert!(bought.data()["phone"].as_str().unwrap().starts_with("+1 212 555 01"), "{bought:?}");
    let nowhere = json!({ "service_id": WHATSAPP, "area_code": "012" });
    shop.post("order/temporary/", nowhere).await.refused_wrapped(400, "Service not available");
    let unknown = json!({ "service_id": "whatsapp" });
    shop.post("order/temporary/", unknown).await.refused_wrapped(404, "Service not found");
    assert_eq!(shop.control.orders().len(), 1);
}

#[tokio::test]
async fn an_area_sells_out_with_its_numbers() {
    let shop = Shop::with(|options| options.wallet_cents = i64::MAX / 2).await;
    shop.control.set_stock(&shop.temporary().key, 1_000).unwrap();
    let wanted = json!({ "service_id": WHATSAPP, "area_code": "415" });
    for _ in 0..100 {
        assert_eq!(shop.post("order/temporary/", wanted.clone()).await.status, 201);
    }
    let balance = shop.control.balance();
    let sold_out = shop.post("order/temporary/", wanted.clone()).await;
    sold_out.refused_wrapped(400, "Service not available");
    assert_eq!((shop.control.balance(), shop.control.orders().len()), (balance, 100));
    shop.act(1001, "cancel").await.data();
    shop.post("order/temporary/", wanted).await.data();
}

#[tokio::test]
async fn the_other_lists_answer_without_a_price_and_with_their_own_status() {
    let shop = Shop::open().await;
    for (list, service_id, status) in [
        ("best-temp", 1_012, "pending"),
        ("rent-1day", 4_422, "active"),
        ("rent-30days", 7_822, "active"),
    ] {
        let bought =
            shop.post(&format!("order/{list}/"), json!({ "service_id": service_id })).await;
        let id = bought.data()["order_id"].as_u64().unwrap();
        let phone = bought.body["data"]["phone"].clone();
        assert_eq!(bought.status, 200);
        assert_eq!(*bought.data(), json!({ "order_id": id, "status": "pending", "phone": phone }));
        // A rental says "pending" once.
        assert_eq!(shop.status(id).await, status);
        assert_eq!(shop.get("orders/").await.granted()[0]["status"], status);
    }
}

#[tokio::test]
async fn a_global_number_is_labelled_with_its_country() {
    let shop = Shop::open().await;
    for (country, start, label) in [
        ("United Kingdom", "+44 770 ", "WhatsApp (UK)"),
        ("Indonesia", "+62 812 00", "WhatsApp (Indonesia)"),
        ("Russia", "+7 900 00", "WhatsApp (Russia)"),
    ] {
        let offer = shop.control.global("WhatsApp", country).unwrap();
        let OfferKey::Global { service_id, country_id } = offer.key else { panic!("{offer:?}") };
        let wanted = json!({ "service_id": service_id, "country_id": country_id });
        let bought = shop.post("order/global/", wanted).await;
        assert_eq!((bought.status, &bought.data()["status"]), (201, &json!("pending")));
        assert!(bought.data()["phone"].as_str().unwrap().starts_with(start), "{bought:?}");
        let listed = shop.get("orders/").await.granted()[0].clone();
        assert_eq!(
            (&listed["service"], &listed["price"]),
            (&json!(label), &cents(offer.price_cents))
        );
        assert_eq!(shop.changes(listed["order_id"].as_u64().unwrap()), [-offer.price_cents]);
    }
}

#[tokio::test]
async fn an_esim_shows_its_code_once_and_is_active_for_good() {
    let shop = Shop::open().await;
    let bought = shop.post("order/esim/", json!({ "plan": "usa 5gb / 30 DAYS" })).await;
    let code = bought.granted()["activation_code"].clone();
    assert_eq!(bought.status, 200);
    assert_eq!(
        bought.body,
        json!({
            "success": true, "order_id": 1001, "activation_code": code, "sell_price": number("12.00"),
            "price": number("12.00"), "status": "active"
        })
    );
    assert!(code.as_str().unwrap().starts_with("SIM-") && code.as_str().unwrap().len() == 14);
    assert_eq!(shop.control.orders()[0].activation_code.as_deref(), code.as_str());
    shop.hand.advance(400 * DAY_MS);
    let expected =
        json!({ "order_id": 1001, "status": "active", "otp": null, "message": null, "phone": "" });
    assert_eq!(shop.order(1001).await, expected);
    assert_eq!(
        *shop.get("orders/").await.granted(),
        json!([{
            "order_id": 1001, "service": "USA 5GB / 30 days", "status": "active", "sell_price": number("12.00"),
            "price": number("12.00"), "phone": "", "created_at": "2026-05-27T08:00:00Z"
        }])
    );
    shop.act(1001, "cancel").await.refused_wrapped(400, "Order cannot be cancelled");
    shop.act(1001, "renew").await.refused_wrapped(400, "Order cannot be renewed");
    shop.post("order/esim/", json!({ "plan": "Moon 1GB" }))
        .await
        .refused_bare(404, "Plan not found");
    assert_eq!(shop.changes(1001), [-1_200]);
}

#[tokio::test]
async fn every_post_that_buys_buys() {
    let shop = Shop::open().await;
    assert_eq!((shop.buy().await, shop.buy().await), (1001, 1002));
    let orders = shop.control.orders();
    assert_ne!(orders[0].phone, orders[1].phone);
    assert_eq!(shop.control.balance(), OPENING - 2 * shop.temporary().price_cents);
}

/// Every create with what it wants and whether its refusals are wrapped.
fn creates() -> [(&'static str, Value, bool); 7] {
    [
        ("temporary", json!({ "service_id": WHATSAPP }), true),
        ("best-temp", json!({ "service_id": WHATSAPP }), true),
        ("rent-1day", json!({ "service_id": 4_422 }), true),
        ("rent-30days", json!({ "service_id": 7_822 }), true),
        ("global", json!({ "service_id": WHATSAPP, "country_id": 16 }), true),
        ("rental", json!({ "service": "WhatsApp", "duration": 30 }), false),
        ("esim", json!({ "plan": "USA 5GB / 30 days" }), false),
    ]
}

#[tokio::test]
async fn without_stock_or_money_nothing_is_bought() {
    let shop = Shop::with(|options| options.wallet_cents = 1).await;
    let all = async |status, error| {
        for (path, body, wrapped) in creates() {
            let refused = shop.post(&format!("order/{path}/"), body).await;
            if wrapped {
                refused.refused_wrapped(status, error);
            } else {
                refused.refused_bare(status, error);
            }
        }
    };
    all(402, "Insufficient balance").await;
    shop.control.top_up(1_000_000).unwrap();
    for offer in shop.control.offers() {
        shop.control.set_stock(&offer.key, 0).unwrap();
    }
    all(400, "Service not available").await;
    assert_eq!((shop.control.orders(), shop.control.balance()), (vec![], 1_000_001));
    assert_eq!(shop.control.journal().len(), 2);
}

#[tokio::test]
async fn what_is_not_sold_is_not_found() {
    let shop = Shop::open().await;
    for list in ["temporary", "best-temp", "rent-1day", "rent-30days"] {
        let refused = shop.post(&format!("order/{list}/"), json!({ "service_id": 5 })).await;
        refused.refused_wrapped(404, "Service not found");
    }
    let rental = json!({ "service": "Fax", "duration": 3 });
    shop.post("order/rental/", rental).await.refused_bare(404, "Service not found");
    for (service_id, country_id) in [(5, 16), (WHATSAPP, 12), (WHATSAPP, 999)] {
        let wanted = json!({ "service_id": service_id, "country_id": country_id });
        shop.post("order/global/", wanted).await.refused_wrapped(404, "Service not available");
    }
    shop.control.remove_offer(&shop.temporary().key).unwrap();
    let gone = shop.post("order/temporary/", json!({ "service_id": WHATSAPP })).await;
    gone.refused_wrapped(404, "Service not found");
    assert_eq!(shop.control.orders(), []);
}

#[tokio::test]
async fn a_debit_may_differ_from_the_list_and_shows_in_the_orders() {
    let shop = Shop::with(|options| options.drift_cents = 7).await;
    let listed = shop.temporary().price_cents;
    let dearer = shop.buy().await;
    shop.control.set_drift(-1);
    let cheaper = shop.buy().await;
    assert_eq!(shop.changes(dearer), [-listed - 7]);
    assert_eq!(shop.changes(cheaper), [1 - listed]);
    let orders = shop.get("orders/").await;
    assert_eq!(orders.granted()[1]["sell_price"], cents(listed + 7));
    assert_eq!(orders.body[0]["price"], cents(listed - 1));
    assert_eq!(shop.temporary().price_cents, listed);
    shop.act(dearer, "cancel").await.data();
    assert_eq!(shop.changes(dearer), [-listed - 7, listed + 7]);
}
