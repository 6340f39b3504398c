use std::time::Duration;

use super::*;
use crate::faults::Fault;

const BOUND: Duration = Duration::from_secs(10);

#[tokio::test]
async fn failures_speak_the_providers_words() {
    let cases = [
        (Fault::Status500, 0, 500, "internal_error", None),
        (Fault::Status500AfterCommit, 1, 500, "internal_error", None),
        (Fault::Status503 { retry_after: 3 }, 0, 503, "unavailable", Some("3")),
        (Fault::Status429 { retry_after: 5 }, 0, 429, "rate_limited", Some("5")),
    ];
    for (fault, orders, status, code, retry_after) in cases {
        let shop = Shop::open().await;
        shop.control.faults().once("create", fault).unwrap();
        let reply = shop.order(json!(shop.whatsapp().key)).await;
        reply.refused(status, code);
        assert_eq!(reply.retry_after.as_deref(), retry_after);
        assert_eq!(shop.control.orders().len(), orders);
    }
}

#[tokio::test]
async fn a_purchase_whose_answer_is_lost_shows_in_the_balance_alone() {
    let shop = Shop::open().await;
    shop.control.faults().once("create", Fault::TimeoutAfterCommit).unwrap();
    let bought = shop.control.wait_for(BOUND, |control| control.orders().pop());
    let order = tokio::select! {
        biased;
        reply = shop.order(json!(shop.whatsapp().key)) => panic!("there was an answer: {reply:?}"),
        order = bought => order.unwrap(),
    };
    shop.get("balance").await.granted();
    assert_eq!(shop.control.balance(), OPENING - order.price_pips);
    shop.get("order").await.refused(405, "method_not_allowed");
    shop.assert_books();
}

#[tokio::test]
async fn every_route_has_its_switch() {
    let shop = Shop::open().await;
    let order = shop.buy().await;
    let requests = [
        ("balance", "GET", "balance".to_owned(), None),
        ("services", "GET", "services".to_owned(), None),
        ("countries", "GET", "countries".to_owned(), None),
        ("create", "POST", "order".to_owned(), None),
        ("order", "GET", format!("order/{}", order.uuid), Some(order.id)),
        ("cancel", "POST", format!("order/{}/cancel", order.uuid), Some(order.id)),
        ("finish", "POST", format!("order/{}/finish", order.uuid), Some(order.id)),
    ];
    for (route, method, path, about) in requests {
        shop.control.faults().once(route, Fault::Status500).unwrap();
        let request = shop.http.request(method.parse().unwrap(), shop.url(&path));
        reply(request).await.refused(500, "internal_error");
        let seen = shop.control.requests().newest().pop().unwrap();
        assert_eq!((seen.route, seen.order), (route, about));
    }
    assert_eq!(shop.control.faults().rules(), []);
}
