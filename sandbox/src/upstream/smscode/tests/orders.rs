use futures::future::join_all;

use super::*;
use crate::upstream::wallet::Movement;

const FULL: [&str; 11] = [
    "amount",
    "canceled_at",
    "created_at",
    "expires_at",
    "failed_reason",
    "id",
    "otp_code",
    "otp_received_at",
    "phone_number",
    "product_id",
    "status",
];

#[tokio::test]
async fn a_purchase_from_create_to_finish() {
    for version in ["v1", "v2"] {
        let shop = Shop::open().await;
        let product = shop.whatsapp();
        shop.control.set_price(product.id, 15_000).unwrap();
        let reply = shop
            .post(&format!("/{version}/orders/create"), json!({ "product_id": product.id }))
            .await;
        let order = &reply.data()["orders"][0];
        let phone = order["phone_number"].as_str().unwrap();
        assert!(phone.starts_with("+6281200"), "{phone}");
        assert_eq!(
            *reply.data(),
            json!({ "failed_count": 0, "orders": [{
                "id": 1001, "status": "ACTIVE", "phone_number": phone, "otp_code": null, "otp_received_at": null,
                "expires_at": "2026-05-27T08:20:00+00:00", "failed_reason": null
            }] })
        );
        assert_eq!(reply.body.get("meta"), None);
        assert_eq!(shop.control.wallet_idr(), 5_000_000 - 15_000);
        assert_eq!(shop.whatsapp().available, product.available - 1);

        let early = shop.post(&format!("/{version}/orders/finish"), json!({ "id": 1001 })).await;
        early.refused(409, "CONFLICT");
        shop.hand.advance(5 * MINUTE_MS);
        shop.control.deliver(1001, "012345", "Your verification code is 012345").unwrap();
        let active = shop.get(&format!("/{version}/orders/active")).await;
        assert_eq!(
            *active.data(),
            json!([{
                "id": 1001, "status": "OTP_RECEIVED", "otp_code": "012345",
                "otp_message": "Your verification code is 012345",
                "otp_received_at": "2026-05-27T08:05:00+00:00", "expires_at": "2026-05-27T08:20:00+00:00",
                "failed_reason": null
            }])
        );
        assert_eq!(active.body.get("meta"), None);

        let finish = shop.post(&format!("/{version}/orders/finish"), json!({ "id": 1001 })).await;
        assert_eq!(*finish.data(), json!({ "order_id": 1001, "status": "COMPLETED" }));
        let again = shop.post(&format!("/{version}/orders/finish"), json!({ "id": 1001 })).await;
        again.refused(409, "CONFLICT");
        assert_eq!(*shop.get(&format!("/{version}/orders/active")).await.data(), json!([]));
        assert_eq!(shop.order(1001).await["otp_code"], "012345");
        assert_eq!(shop.control.wallet_idr(), 5_000_000 - 15_000);
        shop.assert_books();
    }
}

#[tokio::test]
async fn an_order_shows_its_money_by_version() {
    let shop = Shop::open().await;
    let product = shop.whatsapp();
    shop.control.set_price(product.id, 15_000).unwrap();
    let id = shop.buy("v2", product.id).await;
    // What it cost stays what it cost.
    shop.control.set_price(product.id, 99_000).unwrap();
    let v1 = shop.get(&format!("/v1/orders/{id}")).await;
    assert_eq!(fields(v1.data()), FULL);
    assert_eq!(v1.data()["amount"], 15_000);
    assert_eq!(v1.data()["created_at"], "2026-05-27T08:00:00+00:00");
    assert_eq!(v1.data()["product_id"], product.id);
    assert_eq!(v1.body.get("meta"), None);
    let v2 = shop.get(&format!("/v2/orders/{id}")).await;
    assert_eq!(fields(v2.data()), FULL);
    assert_eq!(v2.data()["amount"], usd("0.9231", 15_000));
    assert_eq!(v2.body["meta"], json!({ "fx": fx() }));
    let list = shop.get("/v2/orders").await;
    assert_eq!(list.data()[0], *v2.data());
    assert_eq!(list.body["meta"], json!({ "fx": fx() }));
    shop.get("/v1/orders/9999").await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn the_list_is_newest_first_filtered_and_paged() {
    let shop = Shop::open().await;
    for _ in 0..25 {
        shop.buy("v1", shop.whatsapp().id).await;
        shop.hand.advance(1_000);
    }
    shop.control.deliver(1003, "1234", "1234").unwrap();
    let ids = async |query: &str| -> Vec<u64> {
        let reply = shop.get(&format!("/v1/orders{query}")).await;
        reply.data().as_array().unwrap().iter().map(|order| order["id"].as_u64().unwrap()).collect()
    };
    assert_eq!(ids("").await, (1006..=1025).rev().collect::<Vec<_>>());
    assert_eq!(ids("?limit=3&offset=20").await, [1005, 1004, 1003]);
    assert_eq!(ids("?limit=100").await.len(), 25);
    assert_eq!(ids("?status=otp_received").await, [1003]);
    assert_eq!(ids("?status=Active&limit=2&offset=21").await, [1004, 1002]);
    assert!(ids("?status=COMPLETED").await.is_empty());
    assert!(ids("?offset=25").await.is_empty());
}

#[tokio::test]
async fn a_cancel_is_too_early_then_refunds_once() {
    for (version, refund, balance) in [
        ("v1", json!(15_000), json!(500_000)),
        ("v2", usd("0.9231", 15_000), usd("30.77", 500_000)),
    ] {
        let shop = Shop::with(|options| options.wallet_idr = 500_000).await;
        shop.control.set_price(shop.whatsapp().id, 15_000).unwrap();
        let id = shop.buy(version, shop.whatsapp().id).await;
        let cancel =
            async || shop.post(&format!("/{version}/orders/cancel"), json!({ "id": id })).await;
        shop.hand.advance(2 * MINUTE_MS - 1);
        cancel().await.refused(409, "CANCEL_TOO_EARLY");
        shop.hand.advance(1);
        assert_eq!(
            *cancel().await.data(),
            json!({ "order_id": id, "status": "CANCELED", "refund_amount": refund, "new_balance": balance })
        );
        cancel().await.refused(409, "CONFLICT");
        let order = shop.order(id).await;
        assert_eq!(order["canceled_at"], "2026-05-27T08:02:00+00:00");
        assert_eq!(order["status"], "CANCELED");
        assert_eq!(shop.control.wallet_idr(), 500_000);
        shop.assert_books();
    }
}

#[tokio::test]
async fn with_a_code_there_is_no_cancel_even_while_waiting_for_another() {
    let shop = Shop::open().await;
    let id = shop.buy("v1", shop.whatsapp().id).await;
    shop.hand.advance(3 * MINUTE_MS);
    shop.control.deliver(id, "111111", "first").unwrap();
    shop.post("/v1/orders/cancel", json!({ "id": id })).await.refused(409, "CONFLICT");
    shop.post("/v1/orders/resend", json!({ "id": id })).await.data();
    shop.post("/v1/orders/cancel", json!({ "id": id })).await.refused(409, "CONFLICT");
    shop.hand.advance(20 * MINUTE_MS);
    let order = shop.order(id).await;
    assert_eq!((&order["status"], &order["otp_code"]), (&json!("COMPLETED"), &json!("111111")));
    assert!(
        shop.control.journal().iter().all(|entry| entry.movement != Movement::Refund { order: id })
    );
}

#[tokio::test]
async fn a_resend_waits_for_another_code() {
    for version in ["v1", "v2"] {
        let shop = Shop::with(|options| options.codes = CodePlan::Fixed(30_000)).await;
        let id = shop.buy(version, shop.whatsapp().id).await;
        let resend = async |id: u64| {
            shop.post(&format!("/{version}/orders/resend"), json!({ "id": id })).await
        };
        resend(id).await.refused(409, "CONFLICT");
        shop.hand.advance(30_000);
        let first = shop.order(id).await;
        assert_eq!(
            *resend(id).await.data(),
            json!({ "order_id": id, "status": "ACTIVE", "resent": true })
        );
        let waiting = shop.order(id).await;
        assert_eq!((&waiting["status"], &waiting["otp_code"]), (&json!("ACTIVE"), &Value::Null));
        shop.hand.advance(30_000);
        let second = shop.order(id).await;
        assert_eq!(second["otp_received_at"], "2026-05-27T08:01:00+00:00");
        assert_ne!(second["otp_code"], first["otp_code"]);

        let never_again =
            shop.buy(version, shop.control.product("PayPal", "Indonesia").unwrap().id).await;
        shop.hand.advance(30_000);
        assert_eq!(
            *resend(never_again).await.data(),
            json!({ "order_id": never_again, "status": "OTP_RECEIVED", "resent": false })
        );
    }
}

#[tokio::test]
async fn a_code_comes_at_its_time_and_not_before() {
    let shop = Shop::with(|options| options.codes = CodePlan::Fixed(30_000)).await;
    let id = shop.buy("v1", shop.whatsapp().id).await;
    shop.hand.advance(29_999);
    assert_eq!(shop.order(id).await["status"], "ACTIVE");
    shop.hand.advance(5_001);
    let order = shop.order(id).await;
    assert_eq!(order["otp_received_at"], "2026-05-27T08:00:30+00:00");
    let code = order["otp_code"].as_str().unwrap();
    assert_eq!(code.len(), 6);
    let active = shop.get("/v1/orders/active").await;
    let dashed = format!("Your WhatsApp code is {}-{}. Do not share it.", &code[..3], &code[3..]);
    assert_eq!(active.data()[0]["otp_message"], dashed);
}

#[tokio::test]
async fn twenty_minutes_end_an_order_with_a_refund_or_with_its_code() {
    let shop = Shop::open().await;
    let price = shop.whatsapp().price_idr;
    let without = shop.buy("v1", shop.whatsapp().id).await;
    let with = shop.buy("v1", shop.whatsapp().id).await;
    shop.control.deliver(with, "123456", "123456").unwrap();
    shop.hand.advance(20 * MINUTE_MS - 1);
    assert_eq!(shop.get("/v1/orders/active").await.data().as_array().unwrap().len(), 2);
    shop.hand.advance(1);
    assert_eq!(*shop.get("/v1/orders/active").await.data(), json!([]));
    assert_eq!(shop.order(without).await["status"], "EXPIRED");
    assert_eq!(shop.order(with).await["status"], "COMPLETED");
    assert_eq!(shop.control.wallet_idr(), 5_000_000 - price);
    let refund = shop.control.journal().pop().unwrap();
    assert_eq!(refund.movement, Movement::Refund { order: without });
    assert_eq!(refund.at_ms, START_MS + 20 * MINUTE_MS);
    shop.post("/v1/orders/cancel", json!({ "id": without })).await.refused(409, "CONFLICT");
}

#[tokio::test]
async fn a_short_stock_fails_the_rest_and_charges_only_what_was_had() {
    let shop = Shop::open().await;
    let product = shop.whatsapp();
    shop.control.set_stock(product.id, 2).unwrap();
    let five = json!({ "product_id": product.id, "quantity": 5 });
    let reply = shop.post("/v2/orders/create", five).await;
    assert_eq!(reply.data()["orders"].as_array().unwrap().len(), 2);
    assert_eq!(reply.data()["failed_count"], 3);
    let none = shop.post("/v1/orders/create", json!({ "product_id": product.id })).await;
    assert_eq!(*none.data(), json!({ "orders": [], "failed_count": 1 }));
    assert_eq!(shop.control.wallet_idr(), 5_000_000 - 2 * product.price_idr);
    shop.assert_books();
}

#[tokio::test]
async fn twenty_creates_with_one_key_make_one_order() {
    let shop = Shop::open().await;
    let product = shop.whatsapp();
    let create = |version: &str, body: Value| {
        let path = format!("/{version}/orders/create");
        reply(shop.request("POST", &path).header("idempotency-key", "one").json(&body))
    };
    let body = json!({ "product_id": product.id, "quantity": 1 });
    let replies = join_all((0..20).map(|_| create("v2", body.clone()))).await;
    for reply in &replies {
        assert_eq!(reply.data(), replies[0].data());
    }
    assert_eq!(shop.control.orders().len(), 1);
    assert_eq!(shop.control.wallet_idr(), 5_000_000 - product.price_idr);

    // The key belongs to the account: the other version and a spelt-out default are the same request.
    assert_eq!(create("v1", json!({ "product_id": product.id })).await.data(), replies[0].data());
    create("v1", json!({ "product_id": product.id, "quantity": 2 })).await.refused(409, "CONFLICT");
    // The answer stays the first one, whatever became of the order.
    shop.control.deliver(1001, "123456", "123456").unwrap();
    assert_eq!(create("v1", body).await.data()["orders"][0]["status"], "ACTIVE");
    assert_eq!(shop.control.orders().len(), 1);
}

#[tokio::test]
async fn a_refused_create_leaves_its_key_free_and_keys_must_be_plain() {
    let shop = Shop::with(|options| options.wallet_idr = 0).await;
    let body = json!({ "product_id": shop.whatsapp().id });
    let create = |key: &str| {
        reply(shop.request("POST", "/v2/orders/create").header("idempotency-key", key).json(&body))
    };
    create("k").await.refused(409, "INSUFFICIENT_BALANCE");
    shop.control.top_up(1_000_000).unwrap();
    create("k").await.data();
    create("").await.refused(422, "VALIDATION_ERROR");
    create(&"k".repeat(256)).await.refused(422, "VALIDATION_ERROR");
    assert_eq!(shop.control.orders().len(), 1);
}

#[tokio::test]
async fn open_orders_never_share_a_number() {
    let shop = Shop::with(|options| options.wallet_idr = i64::MAX / 2).await;
    let product = shop.control.product("WhatsApp", "United Kingdom").unwrap();
    shop.control.set_stock(product.id, 5_000).unwrap();
    for _ in 0..10 {
        shop.post("/v1/orders/create", json!({ "product_id": product.id, "quantity": 100 }))
            .await
            .data();
    }
    let mut phones: Vec<_> = shop.control.orders().into_iter().map(|order| order.phone).collect();
    phones.sort_unstable();
    phones.dedup();
    assert_eq!(phones.len(), 1_000);
    // Britain keeps a thousand numbers for fiction; the next one cannot be had.
    let more = shop.post("/v1/orders/create", json!({ "product_id": product.id })).await;
    assert_eq!(more.data()["failed_count"], 1);
    shop.assert_books();
}

#[tokio::test]
async fn of_a_hundred_numbers_those_that_fail_are_counted_and_cost_nothing() {
    let shop = Shop::open().await;
    let product = shop.whatsapp();
    shop.control.set_stock(product.id, 100).unwrap();
    shop.control.top_up(100 * product.price_idr).unwrap();
    let before = shop.control.wallet_idr();
    shop.control.fail_numbers(3);
    let body = json!({ "product_id": product.id, "quantity": 100 });
    let bought = shop.post("/v2/orders/create", body).await;
    assert_eq!(bought.data()["failed_count"], 3);
    assert_eq!(bought.data()["orders"].as_array().unwrap().len(), 97);
    assert_eq!(shop.control.wallet_idr(), before - 97 * product.price_idr);
    assert_eq!(shop.control.product("WhatsApp", "Indonesia").unwrap().available, 3);
    shop.control.fail_numbers(1);
    let none = shop.post("/v1/orders/create", json!({ "product_id": product.id })).await;
    assert_eq!(*none.data(), json!({ "orders": [], "failed_count": 1 }));
    shop.assert_books();
}

#[tokio::test]
async fn a_create_may_cost_more_than_the_list_said() {
    let shop = Shop::open().await;
    let product = shop.whatsapp();
    let charge = |idr: Value| json!({ "product_id": product.id, "idr": idr });
    shop.control.set_charge(product.id, Some(product.price_idr + 500)).unwrap();
    let before = shop.control.wallet_idr();
    let id = shop.buy("v1", product.id).await;
    assert_eq!(shop.whatsapp().price_idr, product.price_idr);
    assert_eq!(shop.order(id).await["amount"], product.price_idr + 500);
    assert_eq!(shop.control.wallet_idr(), before - product.price_idr - 500);
    shop.hand.advance(2 * MINUTE_MS);
    shop.post("/v1/orders/cancel", json!({ "id": id })).await.data();
    assert_eq!(shop.control.wallet_idr(), before);
    shop.control.set_charge(product.id, Some(before + 1)).unwrap();
    shop.post("/v1/orders/create", json!({ "product_id": product.id }))
        .await
        .refused(409, "INSUFFICIENT_BALANCE");
    assert_eq!(shop.post("/sandbox/charge", charge(Value::Null)).await.status, 200);
    let id = shop.buy("v1", product.id).await;
    assert_eq!(shop.order(id).await["amount"], product.price_idr);
    assert_eq!(shop.post("/sandbox/charge", charge(json!(0))).await.status, 422);
    shop.assert_books();
}
