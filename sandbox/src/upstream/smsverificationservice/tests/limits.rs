use super::*;

const WORDS: &str = "Rate limit exceeded. Maximum 60 requests per minute.";

#[tokio::test]
async fn the_sixty_first_request_of_a_minute_is_refused_whatever_it_is() {
    let shop =
        Shop::with(|options| options.requests_per_minute = Options::new(KEY).requests_per_minute)
            .await;
    for number in 0..60 {
        let (method, path, _) = ENDPOINTS[number % ENDPOINTS.len()];
        let answer = reply(shop.request(method, path).bearer_auth(KEY)).await;
        assert_ne!(answer.status, 429, "{number}");
        shop.hand.advance(500);
    }
    for (method, path, _) in ENDPOINTS {
        let limited = reply(shop.request(method, path).bearer_auth(KEY)).await;
        limited.refused_bare(429, WORDS);
        assert_eq!(limited.retry_after, None);
    }
    // Who does not have the key does not use it up, nor does a page that is not there.
    shop.hand.advance(30_000);
    for _ in 0..100 {
        assert_eq!(reply(shop.request("GET", "balance/").bearer_auth("wrong")).await.status, 401);
        assert_eq!(shop.get("nowhere/").await.status, 404);
    }
    shop.get("balance/").await.granted();
    shop.get("balance/").await.refused_bare(429, WORDS);
}

#[tokio::test]
async fn a_refusal_may_say_when_to_come_back() {
    let shop = Shop::with(|options| {
        options.requests_per_minute = 2;
        options.says_when = true;
    })
    .await;
    shop.get("balance/").await.granted();
    shop.hand.advance(20_500);
    shop.get("balance/").await.granted();
    let limited = shop.get("orders/").await;
    limited.refused_bare(429, "Rate limit exceeded. Maximum 2 requests per minute.");
    assert_eq!(limited.retry_after.as_deref(), Some("40"));
    shop.hand.advance(39_500);
    shop.get("orders/").await.granted();
}
