use super::*;

const USER: [&str; 8] = [
    "profile",
    "orders",
    "payments",
    "buy/activation/id/any/whatsapp",
    "check/1001",
    "finish/1001",
    "cancel/1001",
    "ban/1001",
];

#[tokio::test]
async fn a_missing_or_malformed_header_is_401_and_a_wrong_key_403() {
    let shop = Shop::open().await;
    for path in USER {
        let request = || shop.guest(&format!("user/{path}")).header("accept", "application/json");
        reply(request()).await.refused(401);
        for malformed in [KEY, "Bearer ", "bearer test-key", "Basic test-key", "Bearer a b"] {
            reply(request().header("authorization", malformed)).await.refused(401);
        }
        reply(request().query(&[("api_key", KEY)])).await.refused(401);
        reply(request().bearer_auth("wrong")).await.refused(403);
    }
    assert_eq!(shop.control.orders(), []);
}

#[tokio::test]
async fn an_authenticated_request_must_accept_json() {
    let shop = Shop::open().await;
    for path in USER {
        let request = || shop.guest(&format!("user/{path}")).bearer_auth(KEY);
        reply(request()).await.refused(400);
        reply(request().header("accept", "text/html")).await.refused(400);
    }
    assert_eq!(shop.control.orders(), []);
    let profile = shop.guest("user/profile").bearer_auth(KEY);
    reply(profile.header("accept", "text/html, application/json")).await.granted();
}

#[tokio::test]
async fn guests_need_nothing() {
    let shop = Shop::open().await;
    for path in ["guest/products/id/any", "guest/prices?product=whatsapp"] {
        reply(shop.guest(path)).await.granted();
        reply(shop.guest(path).bearer_auth("wrong")).await.granted();
    }
}

#[tokio::test]
async fn unknown_routes_and_methods_are_refused() {
    let shop = Shop::open().await;
    for path in ["", "user", "user/profile/", "user/check", "guest/products/id", "guest/countries"]
    {
        reply(shop.guest(path).bearer_auth(KEY)).await.refused(404);
    }
    reply(shop.http.get(format!("{}/v2/user/profile", shop.running.url()))).await.refused(404);
    let guests = ["guest/products/id/any", "guest/prices"].map(str::to_owned);
    for path in USER.iter().map(|path| format!("user/{path}")).chain(guests) {
        let request = shop.http.post(format!("{}/v1/{path}", shop.running.url()));
        reply(request.bearer_auth(KEY).header("accept", "application/json")).await.refused(405);
    }
    assert_eq!(shop.control.orders(), []);
}

#[tokio::test]
async fn parameters_are_checked() {
    let shop = Shop::open().await;
    for path in [
        "orders?limit=0",
        "orders?limit=101",
        "orders?limit=ten",
        "orders?limit=1&limit=2",
        "orders?offset=-1",
        "orders?category=hosting",
        "orders?page=2",
        "profile?x=1",
        "payments?limit=5",
        "check/abc",
        "check/",
        "check/-1",
        "check/1001?x=1",
        "buy/activation/id/any/whatsapp?maxPrice=1",
    ] {
        shop.get(path).await.refused(400);
    }
    for path in ["guest/prices?service=whatsapp", "guest/products/id/any?limit=1"] {
        reply(shop.guest(path)).await.refused(400);
    }
    for path in ["guest/prices?product=fax", "guest/prices?country=indonesia"] {
        reply(shop.guest(path)).await.refused(404);
    }
    assert_eq!(shop.control.orders(), []);
}

#[tokio::test]
async fn an_order_that_is_not_there_is_not_found() {
    let shop = Shop::open().await;
    for action in ["check", "finish", "cancel", "ban"] {
        shop.get(&format!("{action}/1001")).await.refused(404);
    }
}
