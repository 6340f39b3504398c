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
    for (fault, rentals, status, code, retry_after) in cases {
        let shop = Shop::open().await;
        shop.control.faults().once("create", fault).unwrap();
        let reply = shop.create_with_key("one", &whatsapp()).await;
        reply.refused(status, code);
        assert_eq!(reply.header("retry-after"), retry_after);
        assert_eq!(shop.control.orders().len(), rentals);
        // "Any 5xx or network error can be retried safely with the same key"
        shop.create_with_key("one", &whatsapp()).await.rental(201);
        assert_eq!(shop.control.orders().len(), 1);
    }
}

#[tokio::test]
async fn a_lost_answer_is_found_again_by_its_key() {
    let shop = Shop::open().await;
    shop.control.faults().once("create", Fault::TimeoutAfterCommit).unwrap();
    let bought = shop.control.wait_for(BOUND, |control| control.orders().pop());
    let body = whatsapp();
    let rental = tokio::select! {
        biased;
        reply = shop.create_with_key("one", &body) => panic!("there was an answer: {reply:?}"),
        rental = bought => rental.unwrap(),
    };
    let again = shop.create_with_key("one", &whatsapp()).await;
    assert_eq!(again.rental(201)["id"], json!(rental.rental_id));
    assert_eq!(shop.control.balance(), OPENING - rental.price_pips);
    shop.assert_books();
}

#[tokio::test]
async fn every_route_has_its_switch() {
    let shop = Shop::open().await;
    let rental = shop.rent().await;
    let requests = [
        ("services", "GET", "services".to_owned(), None),
        ("create", "POST", "rentals".to_owned(), None),
        ("rental", "GET", format!("rentals/{}", rental.rental_id), Some(rental.id)),
        ("cancel", "POST", format!("rentals/{}/cancel", rental.rental_id), Some(rental.id)),
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
