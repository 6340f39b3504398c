use super::*;

#[tokio::test]
async fn any_operator_is_bought_at_the_price_that_is_told_for_any_right_before() {
    const ANY: &str = "ru/any/microsoft";
    let wares = |qty: u32, price: f64| json!({ "microsoft": { "Category": "activation", "Qty": qty, "Price": price } });
    let mut server = Server::start().await;
    server.will_answer(200, &wares(3, 0.4118));
    let mut sold = order(1, "PENDING", "2026-05-27T08:00:00");
    // Somebody else was faster.
    sold["operator"] = "Virtual2".into();
    sold["price"] = serde_json::from_str("0.5147").unwrap();
    server.will_answer(200, &sold);
    let order = one(place(&server, ANY, false).await);
    assert_eq!(order.cost.unwrap().money, Money::from_raw(5_147));
    let look = "GET /v1/guest/products/ru/any";
    assert_eq!(server.lines(), [look, "GET /v1/user/buy/activation/ru/any/microsoft"]);

    for (status, body, expected) in [
        (200, wares(0, 0.4118), Rejection::NoNumbers),
        (200, wares(3, 0.4119), Rejection::PriceMoved { now: Money::from_raw(4_119) }),
        (200, json!({}), Rejection::OfferGone),
        (404, json!({ "error": "Country not found" }), Rejection::OfferGone),
    ] {
        server.will_answer(status, &body);
        match place(&server, ANY, false).await {
            Placing::Rejected(rejection) => assert_eq!(rejection, expected, "{body}"),
            other => panic!("{body}: {other:?}"),
        }
        assert_eq!(server.lines(), [look]);
    }
    for (status, body) in [(200, wares(3, -0.1)), (500, json!({})), (200, json!([]))] {
        server.will_answer(status, &body);
        let placing = place(&server, ANY, false).await;
        assert!(
            matches!(placing, Placing::Rejected(Rejection::NotNow { .. })),
            "{body}: {placing:?}"
        );
        assert_eq!(server.lines(), [look]);
    }
}
