use super::*;

#[tokio::test]
async fn the_webhook_is_set_shown_and_cleared() {
    for version in ["v1", "v2"] {
        let shop = Shop::open().await;
        let path = format!("/{version}/webhook");
        let patch = |body: Value| reply(shop.request("PATCH", &path).json(&body));
        let unset = json!({ "webhook_url": null, "webhook_secret": null });
        assert_eq!(*shop.get(&path).await.data(), unset);

        let set = patch(json!({ "webhook_url": "https://example.com/webhook" })).await;
        let secret = set.data()["webhook_secret"].as_str().unwrap();
        assert_eq!(secret.len(), 32);
        assert_eq!(set.data()["webhook_url"], "https://example.com/webhook");
        assert_eq!(shop.get(&path).await.data(), set.data());
        let moved = patch(json!({ "webhook_url": "https://example.com/other" })).await;
        assert_eq!(moved.data()["webhook_secret"], secret);
        let own = patch(json!({ "webhook_secret": "mine" })).await;
        assert_eq!(
            *own.data(),
            json!({ "webhook_url": "https://example.com/other", "webhook_secret": "mine" })
        );
        let cleared = patch(json!({ "webhook_url": "", "webhook_secret": "" })).await;
        assert_eq!(*cleared.data(), unset);
    }
}

#[tokio::test]
async fn a_webhook_that_is_not_https_or_not_there_is_refused() {
    let shop = Shop::open().await;
    for version in ["v1", "v2"] {
        let patch =
            |body: Value| reply(shop.request("PATCH", &format!("/{version}/webhook")).json(&body));
        for body in [
            json!({}),
            json!({ "webhook_url": "http://example.com" }),
            json!({ "webhook_url": "https://" }),
            json!({ "webhook_url": "example.com" }),
            json!({ "webhook_url": 7 }),
            json!({ "url": "https://example.com" }),
        ] {
            patch(body).await.refused(422, "VALIDATION_ERROR");
        }
        let test = async || reply(shop.request("POST", &format!("/{version}/webhook/test"))).await;
        test().await.refused(422, "VALIDATION_ERROR");
        patch(json!({ "webhook_url": "https://example.com" })).await.data();
        test().await.refused(503, "SERVICE_UNAVAILABLE");
        patch(json!({ "webhook_url": "" })).await.data();
    }
}
