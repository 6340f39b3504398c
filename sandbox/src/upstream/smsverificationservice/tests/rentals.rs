use super::*;

#[tokio::test]
async fn a_rental_is_bought_by_name_and_says_when_it_ends() {
    let shop = Shop::open().await;
    for (name, days, expiry) in
        [("whatsAPP", 3, "2026-05-30T08:00:00Z"), ("WhatsApp", 30, "2026-06-26T08:00:00Z")]
    {
        let wanted = json!({ "service": name, "duration": days });
        let rented = shop.post("order/rental/", wanted).await;
        let id = rented.granted()["order_id"].as_u64().unwrap();
        let view = shop.control.orders().pop().unwrap();
        let price = cents(view.price_cents);
        let phone = rented.body["phone"].clone();
        assert_eq!((rented.status, view.paid_cents), (201, view.price_cents));
        assert_eq!(
            rented.body,
            json!({
                "success": true, "order_id": id, "phone": phone, "sell_price": price, "price": price,
                "status": "active", "expiry_date": expiry
            })
        );
        let order = json!({ "order_id": id, "status": "active", "otp": null, "message": null, "phone": phone });
        assert_eq!(shop.order(id).await, order);
        assert_eq!(shop.get("orders/").await.granted()[0]["service"], "WhatsApp");
    }
}

#[tokio::test]
async fn the_one_and_thirty_day_lists_say_what_is_left() {
    let shop = Shop::open().await;
    shop.post("order/rent-1day/", json!({ "service_id": 4_422 })).await.data();
    shop.post("order/rent-30days/", json!({ "service_id": 7_822 })).await.data();
    let left = async |id| {
        let order = shop.order(id).await;
        (order["time_left_seconds"].as_i64().unwrap(), order["days_left"].as_i64().unwrap())
    };
    assert_eq!((left(1001).await, left(1002).await), ((86_400, 1), (2_592_000, 30)));
    shop.hand.advance(1_500);
    assert_eq!((left(1001).await, left(1002).await), ((86_398, 0), (2_591_998, 29)));
    shop.hand.advance(2 * DAY_MS);
    assert_eq!(left(1001).await, (0, 0));
    assert_eq!(
        (shop.status(1001).await, shop.status(1002).await),
        (json!("expired"), json!("active"))
    );
}

#[tokio::test]
async fn a_rental_takes_many_sms_until_it_expires_without_a_refund() {
    let shop = Shop::open().await;
    let id = shop.rent(3).await;
    let price = shop.control.orders()[0].price_cents;
    for (code, status) in [("0001", "active"), ("0002", "active")] {
        shop.hand.advance(DAY_MS);
        shop.control.deliver(id, code, &format!("Code {code}")).unwrap();
        let order = shop.order(id).await;
        assert_eq!((&order["status"], &order["otp"]), (&json!(status), &json!(code)));
    }
    shop.hand.advance(DAY_MS);
    let order = shop.order(id).await;
    assert_eq!((&order["status"], &order["message"]), (&json!("expired"), &json!("Code 0002")));
    let unused = shop.rent(3).await;
    shop.hand.advance(3 * DAY_MS);
    assert_eq!(shop.status(unused).await, "expired");
    assert_eq!((shop.changes(id), shop.changes(unused)), (vec![-price], vec![-price]));
    for action in ["cancel", "renew"] {
        assert_eq!(shop.act(id, action).await.status, 400);
    }
}

#[tokio::test]
async fn a_rental_can_be_given_back_while_young_unused_and_never_renewed() {
    let shop = Shop::with(|options| options.rental_refund_ms = 5 * MINUTE_MS).await;
    let (given_back, used, renewed, old) =
        (shop.rent(3).await, shop.rent(3).await, shop.rent(3).await, shop.rent(3).await);
    let price = shop.control.orders()[0].price_cents;
    shop.control.deliver(used, "1", "1").unwrap();
    shop.act(renewed, "renew").await.data();
    shop.hand.advance(5 * MINUTE_MS - 1);
    assert_eq!(shop.act(given_back, "cancel").await.data()["status"], "cancelled");
    shop.hand.advance(1);
    for id in [given_back, used, renewed, old] {
        shop.act(id, "cancel").await.refused_wrapped(400, "Order cannot be cancelled");
    }
    assert_eq!(shop.changes(given_back), [-price, price]);
    assert_eq!(shop.changes(old), [-price]);
}

#[tokio::test]
async fn a_renewal_costs_what_it_costs_now_and_keeps_the_number() {
    let shop = Shop::open().await;
    for (path, body, days) in [
        ("rental", json!({ "service": "WhatsApp", "duration": 3 }), 3),
        ("rental", json!({ "service": "WhatsApp", "duration": 30 }), 30),
        ("rent-1day", json!({ "service_id": 4_422 }), 1),
        ("rent-30days", json!({ "service_id": 7_822 }), 30),
    ] {
        shop.post(&format!("order/{path}/"), body).await.granted();
        let before = shop.control.orders().pop().unwrap();
        shop.control.set_price(&before.offer, 1_234).unwrap();
        // Stock is for new numbers.
        shop.control.set_stock(&before.offer, 0).unwrap();
        shop.hand.advance(60_000);
        let renewed = shop.act(before.id, "renew").await;
        let phone = shop.order(before.id).await["phone"].clone();
        assert_eq!(renewed.status, 200);
        assert_eq!(
            *renewed.data(),
            json!({ "order_id": before.id, "status": "active", "phone": phone })
        );
        let after = shop.control.orders().pop().unwrap();
        assert_eq!((&after.phone, after.price_cents), (&before.phone, before.price_cents));
        assert_eq!(after.expires_ms, before.expires_ms.map(|at_ms| at_ms + days * DAY_MS));
        assert_eq!(shop.changes(before.id), [-before.price_cents, -1_234]);
    }
    let listed = shop.get("orders/").await;
    let first = shop.control.orders().pop().unwrap().price_cents;
    assert_eq!(listed.granted()[0]["price"], cents(first));
}

#[tokio::test]
async fn a_renewal_that_cannot_be_paid_or_is_not_sold_changes_nothing() {
    let shop = Shop::open().await;
    let id = shop.rent(3).await;
    let before = shop.control.orders().pop().unwrap();
    shop.control.set_price(&before.offer, OPENING).unwrap();
    shop.act(id, "renew").await.refused_wrapped(402, "Insufficient balance");
    shop.control.remove_offer(&before.offer).unwrap();
    shop.act(id, "renew").await.refused_wrapped(404, "Service not found");
    let short_term = shop.buy().await;
    shop.act(short_term, "renew").await.refused_wrapped(400, "Order cannot be renewed");
    assert_eq!(shop.control.orders()[0], before);
    assert_eq!(shop.changes(id), [-before.price_cents]);
}

#[tokio::test]
async fn the_provider_may_take_a_rental_back_at_any_age_and_refunds_all_of_it() {
    let shop = Shop::open().await;
    let id = shop.rent(3).await;
    shop.act(id, "renew").await.data();
    shop.control.deliver(id, "1", "1").unwrap();
    shop.hand.advance(4 * DAY_MS);
    let paid = shop.control.orders()[0].paid_cents;
    shop.control.cancel_order(id).unwrap();
    let order = shop.control.orders().pop().unwrap();
    assert_eq!((order.status, paid), (Status::Cancelled, 2 * order.price_cents));
    assert_eq!(shop.changes(id).pop(), Some(paid));
    assert_eq!(shop.control.balance(), OPENING);
}
