use std::time::Duration;

use super::*;
use crate::faults::Fault;

const BOUND: Duration = Duration::from_secs(10);

#[tokio::test]
async fn failures_speak_the_providers_words() {
    let cases = [
        (Fault::Status500, 0, 500, None),
        (Fault::Status500AfterCommit, 1, 500, None),
        (Fault::Status503 { retry_after: 3 }, 0, 503, Some("3")),
        (Fault::Status429 { retry_after: 5 }, 0, 429, Some("5")),
    ];
    for (fault, orders, status, retry_after) in cases {
        let shop = Shop::open().await;
        shop.control.faults().once("buy", fault).unwrap();
        let reply = shop.get("buy/activation/id/any/whatsapp").await;
        reply.refused(status);
        assert_eq!(reply.retry_after.as_deref(), retry_after);
        assert_eq!(shop.control.orders().len(), orders);
    }
}

#[tokio::test]
async fn a_lost_answer_to_a_purchase_is_found_in_the_list() {
    let shop = Shop::open().await;
    shop.control.faults().once("buy", Fault::TimeoutAfterCommit).unwrap();
    let bought = shop.control.wait_for(BOUND, |control| control.orders().pop());
    let order = tokio::select! {
        biased;
        reply = shop.get("buy/activation/id/any/whatsapp") => panic!("there was an answer: {reply:?}"),
        order = bought => order.unwrap(),
    };
    let listed = shop.get("orders").await;
    assert_eq!(listed.granted()[0]["id"], order.id);
    assert_eq!(shop.control.balance(), OPENING - order.price_pips);
    shop.assert_books();
}

#[tokio::test]
async fn every_route_has_its_switch() {
    let shop = Shop::open().await;
    let paths = [
        ("profile", "user/profile"),
        ("orders", "user/orders"),
        ("payments", "user/payments"),
        ("products", "guest/products/id/any"),
        ("prices", "guest/prices"),
        ("buy", "user/buy/activation/id/any/whatsapp"),
        ("check", "user/check/7"),
        ("finish", "user/finish/7"),
        ("cancel", "user/cancel/7"),
        ("ban", "user/ban/7"),
    ];
    for (route, path) in paths {
        shop.control.faults().once(route, Fault::Status500).unwrap();
        reply(shop.guest(path)).await.refused(500);
        assert_eq!(shop.control.request_counts()[route].total, 1);
        let seen = shop.control.requests().newest().pop().unwrap();
        assert_eq!((seen.route, seen.order), (route, path.ends_with("/7").then_some(7)));
    }
    assert_eq!(shop.control.faults().rules(), []);
}
