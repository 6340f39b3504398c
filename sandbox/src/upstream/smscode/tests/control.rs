use std::time::Duration;

use super::*;
use crate::upstream::{smscode::ControlError, wallet::Movement};

const BOUND: Duration = Duration::from_secs(10);

#[tokio::test]
async fn the_provider_may_cancel_by_itself_and_refunds() {
    let shop = Shop::open().await;
    let id = shop.buy("v1", shop.whatsapp().id).await;
    shop.control.cancel_order(id).unwrap();
    let order = shop.order(id).await;
    assert_eq!(order["status"], "CANCELED");
    assert!(order["failed_reason"].is_string());
    assert_eq!(shop.control.wallet_idr(), 5_000_000);
    assert_eq!(shop.control.cancel_order(id), Err(ControlError::WrongState));
    assert_eq!(shop.control.cancel_order(9), Err(ControlError::NoSuchOrder));
    shop.assert_books();
}

#[tokio::test]
async fn a_code_goes_to_an_open_order_by_id_or_number_only() {
    let shop = Shop::open().await;
    let id = shop.buy("v1", shop.whatsapp().id).await;
    let phone = shop.control.orders()[0].phone.clone();
    shop.control.deliver_to_phone(&phone, "0042", "Code 0042").unwrap();
    assert_eq!(shop.order(id).await["otp_code"], "0042");
    // Another SMS takes the place of the one before.
    shop.control.deliver(id, "0043", "Code 0043").unwrap();
    assert_eq!(shop.order(id).await["otp_code"], "0043");
    shop.post("/v1/orders/finish", json!({ "id": id })).await.data();
    assert_eq!(shop.control.deliver(id, "1", "1"), Err(ControlError::WrongState));
    assert_eq!(shop.control.deliver_to_phone(&phone, "1", "1"), Err(ControlError::NoSuchOrder));
    assert_eq!(shop.control.deliver(9, "1", "1"), Err(ControlError::NoSuchOrder));
    assert_eq!(shop.order(id).await["otp_code"], "0043");
}

#[tokio::test]
async fn amounts_by_hand_are_checked() {
    let shop = Shop::open().await;
    assert_eq!(shop.control.top_up(0), Err(ControlError::BadAmount));
    assert_eq!(shop.control.top_up(i64::MAX), Err(ControlError::BadAmount));
    assert_eq!(shop.control.set_price(shop.whatsapp().id, 0), Err(ControlError::BadAmount));
    assert_eq!(shop.control.set_price(1, 5), Err(ControlError::NoSuchProduct));
    assert_eq!(shop.control.set_stock(1, 5), Err(ControlError::NoSuchProduct));
    assert_eq!(shop.control.set_fx_rate(0), Err(ControlError::BadAmount));
    shop.control.top_up(7).unwrap();
    assert_eq!(shop.control.wallet_idr(), 5_000_007);
    assert_eq!(shop.control.journal()[1].movement, Movement::TopUp);
}

#[tokio::test]
async fn everything_can_be_steered_over_http_without_a_key() {
    let shop = Shop::open().await;
    let product = shop.whatsapp();
    let url = shop.running.url();
    let post = |path: &str, body: Value| {
        reply(shop.http.post(format!("{url}/sandbox/{path}")).json(&body))
    };
    let get = |path: &str| reply(shop.http.get(format!("{url}/sandbox/{path}")));

    for (path, body) in [
        ("stock", json!({ "product_id": product.id, "available": 3 })),
        ("price", json!({ "product_id": product.id, "idr": 1_234 })),
        ("top_up", json!({ "idr": 66 })),
        ("fx", json!({ "available": false })),
    ] {
        assert_eq!(post(path, body).await.body, json!({ "ok": true }), "{path}");
    }
    let changed = shop.whatsapp();
    assert_eq!((changed.available, changed.price_idr), (3, 1_234));
    assert_eq!(shop.get("/v2/balance").await.status, 503);

    let first = shop.buy("v1", product.id).await;
    shop.buy("v1", product.id).await;
    let phone = shop.control.orders()[1].phone.clone();
    for (path, body) in [
        ("deliver", json!({ "order_id": first, "code": "007007", "message": "Code 007007" })),
        ("deliver", json!({ "phone": phone, "code": "1234" })),
    ] {
        assert_eq!(post(path, body).await.body, json!({ "ok": true }), "{path}");
    }
    let third = shop.buy("v1", product.id).await;
    assert_eq!(post("cancel", json!({ "order_id": third })).await.status, 200);

    let orders = get("orders").await.body;
    assert_eq!(orders["orders"][0]["code"], "007007");
    assert_eq!(orders["orders"][1]["status"], "OTP_RECEIVED");
    assert_eq!(orders["orders"][2]["status"], "CANCELED");
    let journal = get("journal").await.body;
    assert_eq!(journal["balance_idr"], 5_000_066 - 2 * 1_234);
    assert_eq!(journal["journal"][0]["movement"], "opening");
    assert_eq!(journal["journal"][2]["movement"], json!({ "charge": { "order": first } }));
    assert_eq!(
        shop.get("/v1/orders/active").await.data()[1]["otp_message"],
        "Your WhatsApp code is 12-34. Do not share it."
    );

    for (path, body) in [
        ("deliver", json!({ "code": "1234" })),
        ("deliver", json!({ "order_id": 9, "code": "1234" })),
        ("stock", json!({ "product_id": 1, "available": 1 })),
        ("price", json!({})),
        ("faults", json!({ "route": "nowhere", "fault": "garbage" })),
    ] {
        let refused = post(path, body).await;
        assert_eq!((refused.status, &refused.body["ok"]), (422, &json!(false)), "{path}");
    }
    assert_eq!(get("nowhere").await.status, 404);
}

#[tokio::test]
async fn the_request_book_counts_provider_requests_and_not_control_routes() {
    let shop = Shop::open().await;
    let id = shop.buy("v1", shop.whatsapp().id).await;
    shop.order(id).await;
    shop.hand.advance(700);
    shop.order(id).await;
    shop.post("/v2/orders/cancel", json!({ "id": id })).await.refused(409, "CANCEL_TOO_EARLY");
    shop.get("/v1/nowhere").await;
    let book = shop.http.get(format!("{}/sandbox/requests", shop.running.url()));
    let book = book.send().await.unwrap().json::<Value>().await.unwrap();
    let once = json!({ "total": 1, "rate_limited": 0 });
    assert_eq!(
        book["counts"],
        json!({ "create": once, "cancel": once, "unknown": once, "order": { "total": 2, "rate_limited": 0 } })
    );
    assert_eq!(
        book["newest"][3],
        json!({ "at_ms": START_MS + 700, "route": "cancel", "order": id, "status": 409 })
    );
    assert_eq!(shop.control.requests().shortest_gap_ms("order"), Some(700));
}

#[tokio::test]
async fn the_request_log_has_every_provider_request_and_no_key() {
    let path = std::env::temp_dir().join(format!("numdesk-sandbox-{}.log", std::process::id()));
    let shop = Shop::with(|options| options.log = RequestLog::to_file(&path).unwrap()).await;
    shop.buy("v2", shop.whatsapp().id).await;
    shop.get("/v2/orders?limit=5").await;
    shop.http.get(format!("{}/sandbox/orders", shop.running.url())).send().await.unwrap();
    let log = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["body"], json!({ "product_id": shop.whatsapp().id }));
    assert_eq!(
        (&lines[1]["path"], &lines[1]["status"]),
        (&json!("/v2/orders?limit=5"), &json!(200))
    );
    assert!(!log.contains(KEY));
}

#[tokio::test]
async fn a_test_can_wait_for_an_order_and_gives_up_in_time() {
    let shop = Shop::open().await;
    let first_order = |control: &Control| control.orders().pop();
    let too_late = shop.control.wait_for(Duration::from_millis(20), first_order).await;
    assert_eq!(too_late.unwrap_err().0, Duration::from_millis(20));
    let (waited, bought) =
        tokio::join!(shop.control.wait_for(BOUND, first_order), shop.buy("v1", shop.whatsapp().id));
    assert_eq!(waited.unwrap().id, bought);
}

#[tokio::test]
async fn a_stopped_emulator_frees_its_port_even_while_a_request_hangs() {
    let shop = Shop::open().await;
    let address = shop.running.url().strip_prefix("http://").unwrap().parse().unwrap();
    shop.control.faults().once("balance", crate::faults::Fault::TimeoutBefore).unwrap();
    let hanging = tokio::spawn(shop.request("GET", "/v1/balance").send());
    shop.control
        .wait_for(BOUND, |control| control.request_counts().get("balance").copied())
        .await
        .unwrap();
    shop.running.stop().await;
    assert!(hanging.await.unwrap().is_err());
    let again = start(options(&shop.hand), address).await.unwrap();
    drop(again);
}
