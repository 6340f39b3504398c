use super::*;

/// Every endpoint, with a made-up rental.
const ENDPOINTS: [(&str, &str); 4] = [
    ("GET", "services"),
    ("POST", "rentals"),
    ("GET", "rentals/rnt_7"),
    ("POST", "rentals/rnt_7/cancel"),
];

#[tokio::test]
async fn only_the_key_is_let_in() {
    let shop = Shop::open().await;
    for (method, path) in ENDPOINTS {
        let request = || shop.http.request(method.parse().unwrap(), shop.url(path));
        reply(request()).await.refused(401, "unauthorized");
        for malformed in [KEY, "Bearer ", "bearer sms_live_test", "Basic sms_live_test"] {
            let request = request().header("authorization", malformed);
            reply(request).await.refused(401, "unauthorized");
        }
        reply(request().bearer_auth("sms_live_other")).await.refused(401, "unauthorized");
    }
}

#[tokio::test]
async fn unknown_routes_and_methods_are_refused() {
    let shop = Shop::open().await;
    for path in ["", "rentals/rnt_7/", "rentals/rnt_7/finish", "balance", "services/wa"] {
        shop.get(path).await.refused(404, "not_found");
    }
    for (method, path) in ENDPOINTS {
        let wrong = shop.http.delete(shop.url(path)).bearer_auth(KEY);
        let wrong = reply(wrong).await;
        wrong.refused(405, "method_not_allowed");
        assert_eq!(wrong.header("allow"), Some(method));
    }
}

#[tokio::test]
async fn a_rental_that_is_not_there_is_not_found() {
    let shop = Shop::open().await;
    let other = Shop::with(|options| options.seed = 43).await;
    let anothers = other.rent().await.rental_id;
    for id in ["rnt_7", "1001", "", anothers.as_str()] {
        shop.get(&format!("rentals/{id}")).await.refused(404, "not_found");
        shop.post(&format!("rentals/{id}/cancel")).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn what_is_not_sold_is_not_found() {
    let shop = Shop::open().await;
    let sold: Vec<_> = shop.control.offers().into_iter().map(|offer| offer.key).collect();
    let plain = sold.iter().find(|key| {
        !key.real_mobile && !sold.contains(&OfferKey { real_mobile: true, ..(*key).clone() })
    });
    let OfferKey { service, country, .. } = plain.unwrap();
    for body in [
        json!({ "service": "fax", "country": "ID" }),
        json!({ "service": "wa", "country": "XX" }),
        json!({ "service": "wa", "country": "id" }),
        json!({ "service": service, "country": country, "real_mobile_only": true }),
    ] {
        shop.create(&body).await.refused(404, "not_found");
    }
    assert_eq!(shop.control.orders(), []);
}

#[tokio::test]
async fn the_body_of_a_creation_is_checked() {
    let shop = Shop::open().await;
    let with = |name: &str, value: Value| {
        let mut body = whatsapp();
        body[name] = value;
        body
    };
    for body in [
        json!({}),
        json!({ "service": "wa" }),
        json!({ "country": "ID" }),
        json!(["wa", "ID", 1, false]),
        with("service", json!(3)),
        with("country", json!(null)),
        with("max_price_usd", json!("0.35")),
        with("max_price_usd", json!(0)),
        with("max_price_usd", json!(-1)),
        with("max_price_usd", number("0.00001")),
        with("real_mobile_only", json!("yes")),
        with("quantity", json!(2)),
    ] {
        shop.create(&body).await.refused(400, "invalid_request");
    }
    let request = || shop.http.post(shop.url("rentals")).bearer_auth(KEY);
    let broken = request().header("content-type", "application/json").body("{");
    reply(broken).await.refused(400, "invalid_request");
    reply(request().body(whatsapp().to_string())).await.refused(400, "invalid_request");
    assert_eq!(shop.control.orders(), []);
}

#[tokio::test]
async fn parameters_that_do_not_exist_are_refused() {
    let shop = Shop::open().await;
    for path in ["services?country=ID", "rentals/rnt_7?x=1"] {
        shop.get(path).await.refused(400, "invalid_request");
    }
    for path in ["rentals?x=1", "rentals/rnt_7/cancel?x=1"] {
        shop.post(path).await.refused(400, "invalid_request");
    }
}
