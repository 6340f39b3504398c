use std::collections::BTreeSet;

use super::*;
use crate::upstream::wallet::Movement;

#[tokio::test]
async fn the_list_is_newest_first_and_paged() {
    let shop = Shop::with(|options| options.wallet_pips = i64::MAX / 2).await;
    let offer = shop.whatsapp();
    shop.control.set_stock(&offer.key, 1_000).unwrap();
    for _ in 0..120 {
        shop.buy().await;
    }
    let ids = async |query: &str| -> Vec<u64> {
        let reply = shop.get(&format!("orders{query}")).await;
        let orders = reply.granted().as_array().unwrap();
        orders.iter().map(|order| order["id"].as_u64().unwrap()).collect()
    };
    let newest_first = |range: std::ops::RangeInclusive<u64>| range.rev().collect::<Vec<_>>();
    assert_eq!(ids("").await, newest_first(1071..=1120));
    assert_eq!(ids("?limit=100&category=activation").await, newest_first(1021..=1120));
    assert_eq!(ids("?limit=100&offset=100").await, newest_first(1001..=1020));
    assert_eq!(ids("?offset=120").await, Vec::<u64>::new());
}

#[tokio::test]
async fn a_hundred_orders_show_their_codes_in_one_call() {
    let shop = Shop::with(|options| options.wallet_pips = i64::MAX / 2).await;
    shop.control.set_stock(&shop.whatsapp().key, 1_000).unwrap();
    for _ in 0..100 {
        let id = shop.buy().await;
        shop.control.deliver(id, &format!("{id:06}"), "text").unwrap();
    }
    let reply = shop.get("orders?limit=100").await;
    let orders = reply.granted().as_array().unwrap();
    let right = |order: &Value| {
        let code = format!("{:06}", order["id"].as_u64().unwrap());
        order["status"] == "RECEIVED" && order["sms"][0]["code"] == code.as_str()
    };
    assert!(orders.len() == 100 && orders.iter().all(right));
}

#[tokio::test]
async fn a_cancel_refunds_a_pending_order_once_and_at_once() {
    let shop = Shop::open().await;
    let id = shop.buy().await;
    assert_eq!(shop.get(&format!("cancel/{id}")).await.granted()["status"], "CANCELED");
    assert_eq!(shop.control.balance(), OPENING);
    shop.get(&format!("cancel/{id}")).await.refused(400);
    let with_code = shop.buy().await;
    shop.control.deliver(with_code, "1234", "1234").unwrap();
    shop.get(&format!("cancel/{with_code}")).await.refused(400);
    assert_eq!(shop.status(with_code).await, "RECEIVED");
    shop.assert_books();
}

#[tokio::test]
async fn only_a_received_order_can_be_finished() {
    let shop = Shop::open().await;
    let id = shop.buy().await;
    shop.get(&format!("finish/{id}")).await.refused(400);
    shop.control.deliver(id, "1234", "1234").unwrap();
    shop.get(&format!("finish/{id}")).await.granted();
    shop.get(&format!("finish/{id}")).await.refused(400);
    shop.get(&format!("ban/{id}")).await.refused(400);
    assert_eq!(shop.status(id).await, "FINISHED");
}

#[tokio::test]
async fn a_ban_refunds_nothing_before_or_after_the_code() {
    let shop = Shop::open().await;
    let price = shop.whatsapp().price_pips;
    let (pending, received) = (shop.buy().await, shop.buy().await);
    shop.control.deliver(received, "1234", "1234").unwrap();
    for id in [pending, received] {
        assert_eq!(shop.get(&format!("ban/{id}")).await.granted()["status"], "BANNED");
        shop.get(&format!("ban/{id}")).await.refused(400);
        shop.get(&format!("cancel/{id}")).await.refused(400);
    }
    shop.hand.advance(60 * MINUTE_MS);
    assert_eq!(shop.control.balance(), OPENING - 2 * price);
    let listed = shop.get("orders").await;
    assert_eq!(listed.granted()[0]["sms"][0]["code"], "1234");
    assert_eq!(listed.body[1]["sms"], json!([]));
}

#[tokio::test]
async fn a_banned_number_is_never_assigned_again() {
    let shop = Shop::with(|options| options.wallet_pips = i64::MAX / 2).await;
    let offer = shop.control.offer("whatsapp", "gb").unwrap();
    shop.control.set_stock(&offer.key, 5_000).unwrap();
    let buy = format!("buy/activation/gb/{}/whatsapp", offer.key.operator);
    let bought = shop.get(&buy).await;
    let banned = bought.granted()["phone"].clone();
    shop.get("ban/1001").await.granted();
    // Britain keeps a thousand numbers for fiction.
    let mut phones = BTreeSet::new();
    for _ in 0..999 {
        let bought = shop.get(&buy).await;
        assert_ne!(bought.granted()["phone"], banned);
        assert!(phones.insert(bought.body["phone"].as_str().unwrap().to_owned()));
    }
    shop.get(&buy).await.refused(503);
    shop.get("cancel/1002").await.granted();
    shop.get(&buy).await.granted();
    shop.assert_books();
}

#[tokio::test]
async fn twenty_minutes_end_an_order_with_a_refund_or_with_its_code() {
    let shop = Shop::open().await;
    let price = shop.whatsapp().price_pips;
    let (without, with) = (shop.buy().await, shop.buy().await);
    shop.control.deliver(with, "1234", "1234").unwrap();
    shop.hand.advance(20 * MINUTE_MS - 1);
    assert_eq!(shop.status(without).await, "PENDING");
    assert_eq!(shop.status(with).await, "RECEIVED");
    shop.hand.advance(1);
    assert_eq!(shop.status(without).await, "TIMEOUT");
    assert_eq!(shop.status(with).await, "FINISHED");
    assert_eq!(shop.control.balance(), OPENING - price);
    let refund = shop.control.journal().pop().unwrap();
    assert_eq!(refund.movement, Movement::Refund { order: without });
    assert_eq!(refund.at_ms, START_MS + 20 * MINUTE_MS);
    for action in ["cancel", "finish", "ban"] {
        shop.get(&format!("{action}/{without}")).await.refused(400);
    }
    shop.assert_books();
}

#[tokio::test]
async fn a_code_comes_at_its_time_and_only_while_the_order_lives() {
    let shop = Shop::with(|options| options.codes = CodePlan::Fixed(30_000)).await;
    let (id, canceled) = (shop.buy().await, shop.buy().await);
    assert_eq!(shop.control.orders()[0].code_due_ms, Some(START_MS + 30_000));
    shop.hand.advance(29_999);
    assert_eq!(shop.status(id).await, "PENDING");
    shop.get(&format!("cancel/{canceled}")).await.granted();
    shop.hand.advance(5_001);
    let reply = shop.get(&format!("check/{id}")).await;
    let sms = &reply.granted()["sms"][0];
    assert_eq!(sms["created_at"], "2026-05-27T08:00:30");
    let code = sms["code"].as_str().unwrap();
    assert_eq!(
        sms["text"],
        format!("Your WhatsApp code is {}-{}. Do not share it.", &code[..3], &code[3..])
    );
    assert_eq!(shop.get(&format!("check/{canceled}")).await.granted()["sms"], json!([]));

    let late = Shop::with(|options| options.codes = CodePlan::Fixed(20 * MINUTE_MS)).await;
    let id = late.buy().await;
    late.hand.advance(30 * MINUTE_MS);
    assert_eq!(late.status(id).await, "TIMEOUT");
    assert_eq!(late.control.orders()[0].codes, Vec::<String>::new());
}

#[tokio::test]
async fn an_order_collects_every_sms() {
    let shop = Shop::open().await;
    let id = shop.buy().await;
    shop.control.deliver(id, "0001", "first").unwrap();
    shop.control.deliver(id, "0002", "second").unwrap();
    let reply = shop.get(&format!("check/{id}")).await;
    assert_eq!(reply.granted()["status"], "RECEIVED");
    assert_eq!(
        [&reply.body["sms"][0]["code"], &reply.body["sms"][1]["text"]],
        [&json!("0001"), &json!("second")]
    );
    assert_eq!(reply.body["sms"].as_array().unwrap().len(), 2);
}
