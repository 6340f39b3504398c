use super::*;

#[tokio::test]
async fn the_balance_comes_bare_and_wrapped() {
    let shop = Shop::with(|options| options.wallet_cents = 5_007).await;
    let balance = shop.get("balance/").await;
    assert_eq!(balance.body, json!({ "balance": number("50.07"), "currency": "USD" }));
    assert_eq!(balance.body["balance"].to_string(), "50.07");
    assert_eq!(*shop.get("wallet/balance/").await.data(), balance.body);
    shop.control.top_up(93).unwrap();
    assert_eq!(shop.get("balance/").await.body["balance"].to_string(), "51.00");
}

#[tokio::test]
async fn a_wrong_key_is_401_in_the_endpoints_own_words() {
    let shop = Shop::open().await;
    for (method, path, name) in ENDPOINTS {
        let wrapped = ![
            "balance",
            "services_rental",
            "services_esim",
            "countries",
            "global_services",
            "order_rental",
            "order_esim",
            "orders",
        ]
        .contains(&name);
        let request = || shop.request(method, path);
        for request in [
            request(),
            request().bearer_auth("wrong"),
            request().header("authorization", KEY),
            request().header("authorization", format!("bearer {KEY}")),
            request().query(&[("api_key", KEY)]),
        ] {
            let refused = reply(request).await;
            if wrapped {
                refused.refused_wrapped(401, "Invalid or missing API key");
            } else {
                refused.refused_bare(401, "Invalid API key");
            }
        }
    }
    assert_eq!(shop.control.orders(), []);
}

#[tokio::test]
async fn a_path_without_its_last_slash_redirects_a_get_and_loses_a_post() {
    let shop = Shop::open().await;
    for (method, path, _) in ENDPOINTS {
        let (path, query) = path.split_once("/?").unwrap_or((path.trim_end_matches('/'), ""));
        let mark = if query.is_empty() { "" } else { "?" };
        let request = shop.request(method, &format!("{path}{mark}{query}")).bearer_auth(KEY);
        let answer = reply(request.json(&json!({ "service_id": WHATSAPP }))).await;
        if method == "GET" {
            assert_eq!(answer.status, 301, "{path}");
            assert_eq!(answer.location, Some(format!("/api/v1/{path}/{mark}{query}")));
        } else {
            answer.refused_bare(500, "Server Error (500)");
        }
    }
    assert_eq!(shop.control.orders(), []);
}

#[tokio::test]
async fn an_answer_that_is_not_json_cannot_be_had() {
    let shop = Shop::open().await;
    let ask = |accept: &str| {
        reply(shop.request("GET", "balance/").bearer_auth(KEY).header("accept", accept))
    };
    ask("text/html").await.refused_by_django(406);
    for accept in ["application/json", "text/html, application/json;q=0.5", "*/*"] {
        ask(accept).await.granted();
    }
    // As a client may that sets it for every call.
    let request = shop.request("GET", "balance/").bearer_auth(KEY);
    reply(request.header("content-type", "application/json")).await.granted();
}
