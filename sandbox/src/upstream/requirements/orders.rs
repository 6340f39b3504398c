use super::{
    dialect::{drift, prices},
    *,
};

#[tokio::test]
async fn a_purchase_may_cost_something_else_than_the_list_says() {
    for provider in Provider::ALL {
        let shop = Shop::open(provider).await;
        let first = shop.buy().await;
        let [charged] = shop.changes(&first).await[..] else { panic!("{provider}") };
        let list = prices(&shop).await;
        let listed = shop.granted(&list).await;
        let (route, body) = drift(provider, &first, -charged);
        assert!(shop.steer(route, body).await, "{provider}");
        assert_eq!(shop.granted(&list).await, listed, "{provider}");
        let dearer = shop.buy().await;
        assert_eq!(shop.changes(&dearer).await, [charged * 2], "{provider}");
        // What was bought before keeps its price, and what is given back is what was paid.
        for (order, charged) in [(first, charged), (dearer, charged * 2)] {
            assert!(shop.steer("cancel", json!({ "order_id": order["id"] })).await, "{provider}");
            assert_eq!(shop.changes(&order).await, [charged, -charged], "{provider}");
        }
    }
}

#[tokio::test]
async fn the_provider_may_take_an_order_back_and_refunds_it_once() {
    for provider in Provider::ALL {
        let shop = Shop::open(provider).await;
        let order = shop.buy().await;
        let [charged] = shop.changes(&order).await[..] else { panic!("{provider}") };
        let withdrawal = json!({ "order_id": order["id"] });
        assert!(shop.steer("cancel", withdrawal.clone()).await, "{provider}");
        assert_eq!(shop.changes(&order).await, [charged, -charged], "{provider}");
        let shown = shop.shown(&order).await.to_string().to_lowercase();
        assert!(shown.contains("cancel"), "{provider} {shown}");
        assert!(!shop.steer("cancel", withdrawal).await, "{provider}");
        assert_eq!(shop.changes(&order).await, [charged, -charged], "{provider}");
    }
}

#[tokio::test]
async fn an_sms_may_come_after_the_refund_which_stays() {
    for provider in Provider::ALL {
        let shop = Shop::open(provider).await;
        let order = shop.buy().await;
        assert!(shop.steer("cancel", json!({ "order_id": order["id"] })).await, "{provider}");
        let (ended, changes) = (shop.orders().await.remove(0), shop.changes(&order).await);
        assert!(!shop.shown(&order).await.to_string().contains("044091"), "{provider}");
        let sms = json!({ "order_id": order["id"], "code": "044091" });
        assert!(!shop.steer("deliver", sms.clone()).await, "{provider}");
        assert!(shop.steer("deliver_late", sms).await, "{provider}");
        let shown = shop.shown(&order).await.to_string();
        assert!(shown.contains("\"044091\""), "{provider} {shown}");
        let after = shop.orders().await.remove(0);
        assert_eq!(after["status"], ended["status"], "{provider}");
        assert_eq!((shop.changes(&order).await, changes.len()), (changes, 2), "{provider}");
        let nobody = json!({ "order_id": 7, "code": "044091" });
        assert!(!shop.steer("deliver_late", nobody).await, "{provider}");
    }
}

#[tokio::test]
async fn a_second_sms_may_come_and_costs_nothing() {
    for provider in Provider::ALL {
        let shop = Shop::open(provider).await;
        let order = shop.buy().await;
        let charged = shop.changes(&order).await;
        for code in ["001203", "440091"] {
            let sms = json!({ "order_id": order["id"], "code": code });
            assert!(shop.steer("deliver", sms).await, "{provider}");
            let shown = shop.shown(&order).await.to_string();
            assert!(shown.contains(&format!("\"{code}\"")), "{provider} {shown}");
        }
        assert_eq!((shop.changes(&order).await, charged.len()), (charged, 1), "{provider}");
    }
}
