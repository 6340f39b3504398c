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
        shop.control.faults().once("order_temporary", fault).unwrap();
        let reply = shop.post("order/temporary/", json!({ "service_id": WHATSAPP })).await;
        assert_eq!((reply.status, reply.retry_after.as_deref()), (status, retry_after));
        assert!(reply.body["error"].is_string());
        assert_eq!(shop.control.orders().len(), orders);
    }
}

#[tokio::test]
async fn a_lost_answer_to_a_purchase_is_found_in_the_list() {
    let shop = Shop::open().await;
    shop.control.faults().once("order_temporary", Fault::TimeoutAfterCommit).unwrap();
    let bought = shop.control.wait_for(BOUND, |control| control.orders().pop());
    let order = tokio::select! {
        biased;
        reply = shop.post("order/temporary/", json!({ "service_id": WHATSAPP })) => panic!("there was an answer: {reply:?}"),
        order = bought => order.unwrap(),
    };
    let listed = shop.get("orders/").await;
    assert_eq!(listed.granted()[0]["order_id"], order.id);
    assert_eq!(listed.body[0]["price"], cents(order.price_cents));
    assert_eq!(shop.changes(order.id), [-order.price_cents]);
}

#[tokio::test]
async fn every_route_has_its_switch() {
    let shop = Shop::open().await;
    for (method, path, route) in ENDPOINTS {
        shop.control.faults().once(route, Fault::Status500).unwrap();
        assert_eq!(reply(shop.request(method, path)).await.status, 500, "{route}");
        assert_eq!(shop.control.request_counts()[route].total, 1);
        let seen = shop.control.requests().newest().pop().unwrap();
        assert_eq!((seen.route, seen.order), (route, path.contains("/7/").then_some(7)));
    }
    assert_eq!(shop.control.faults().rules(), []);
    assert_eq!(super::super::ROUTES, ENDPOINTS.map(|(_, _, route)| route));
}
