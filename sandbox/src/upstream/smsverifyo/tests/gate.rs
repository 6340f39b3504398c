use super::*;
use crate::upstream::smsverifyo::Abuse;

/// Asks for the balance so often.
async fn burst(shop: &Shop, requests: usize) {
    for _ in 0..requests {
        shop.get("balance").await.granted();
    }
}

#[tokio::test]
async fn a_burst_is_tolerated_up_to_the_minutes_limit_and_no_further() {
    let shop = Shop::open().await;
    burst(&shop, 60).await;
    shop.hand.advance(30_000);
    burst(&shop, 60).await;
    for path in ["balance", "services", "order/b7"] {
        let limited = shop.get(path).await;
        limited.refused(429, "rate_limited");
        assert_eq!(limited.retry_after, None);
    }
    shop.order(json!(shop.whatsapp().key)).await.refused(429, "rate_limited");
    shop.post("order/b7/cancel").await.refused(429, "rate_limited");
    assert_eq!(shop.control.orders(), []);
    // A key that is not let in has no part in it.
    let stranger = shop.http.get(shop.url("balance")).bearer_auth("sk_live_other");
    reply(stranger).await.refused(401, "unauthorized");
    shop.hand.advance(30_000);
    burst(&shop, 60).await;
    shop.get("balance").await.refused(429, "rate_limited");
    let count = shop.control.request_counts()["balance"];
    assert_eq!((count.total, count.rate_limited), (183, 2));
}

#[tokio::test]
async fn a_429_may_say_when_to_come_back() {
    let shop = Shop::with(|options| options.retry_after = true).await;
    burst(&shop, 120).await;
    shop.hand.advance(20_000);
    let limited = shop.get("balance").await;
    limited.refused(429, "rate_limited");
    assert_eq!(limited.retry_after.as_deref(), Some("40"));
}

#[tokio::test]
async fn polls_of_one_order_within_a_second_are_counted_as_abuse() {
    let shop = Shop::open().await;
    let (first, second) = (shop.buy().await, shop.buy().await);
    for (pause, polled, polls) in
        [(0, &first, 0), (0, &second, 0), (999, &first, 1), (1, &second, 1), (999, &first, 1)]
    {
        shop.hand.advance(pause);
        shop.status(polled).await;
        assert_eq!(shop.control.abuse(), Abuse { polls, revoked: false });
    }
    // Other requests, and orders that do not exist, are no polls.
    for _ in 0..3 {
        shop.get("balance").await.granted();
        shop.get("order/b7").await.refused(404, "not_found");
        shop.post(&format!("order/{}/cancel", first.uuid)).await.refused(409, "invalid_state");
    }
    assert_eq!(shop.control.abuse().polls, 1);
    assert_eq!(shop.control.requests().shortest_gap_ms("order"), Some(999));
}

#[tokio::test]
async fn enough_abuse_revokes_the_key_at_once() {
    let shop = Shop::with(|options| options.revoke_after = Some(2)).await;
    let order = shop.buy().await;
    shop.status(&order).await;
    shop.status(&order).await;
    shop.get(&format!("order/{}", order.uuid)).await.refused(401, "unauthorized");
    shop.get("balance").await.refused(401, "unauthorized");
    assert_eq!(shop.control.abuse(), Abuse { polls: 2, revoked: true });
    shop.hand.advance(60 * MINUTE_MS);
    shop.order(json!(shop.whatsapp().key)).await.refused(401, "unauthorized");
    // Its orders go on all the same.
    assert_eq!(shop.control.balance(), OPENING);
    shop.control.set_revoked(false);
    assert_eq!(shop.status(&order).await, "expired");
}

#[tokio::test]
async fn a_key_can_be_revoked_by_hand() {
    let shop = Shop::open().await;
    shop.control.set_revoked(true);
    shop.get("balance").await.refused(401, "unauthorized");
    shop.control.set_revoked(false);
    shop.get("balance").await.granted();
}
