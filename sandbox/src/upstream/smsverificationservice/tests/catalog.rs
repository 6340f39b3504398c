use super::*;

#[tokio::test]
async fn the_lists_of_services_look_as_documented() {
    let shop = Shop::open().await;
    let lists = [
        ("temporary", 1_012, OfferKey::Temporary { service_id: 1_012 }),
        ("best-temp", 1_012, OfferKey::BestTemp { service_id: 1_012 }),
        ("rent-1day", 4_422, OfferKey::Rent1Day { service_id: 4_422 }),
        ("rent-30days", 7_822, OfferKey::Rent30Days { service_id: 7_822 }),
    ];
    for (list, service_id, key) in lists {
        shop.control.set_price(&key, 40).unwrap();
        // What is sold out stays in the list.
        shop.control.set_stock(&key, 0).unwrap();
        let mut row =
            json!({ "service_id": service_id, "name": "WhatsApp", "price": number("0.40") });
        if list == "best-temp" {
            row["country"] = json!("US");
        }
        let path = format!("services/{list}/");
        let reply = shop.get(&path).await;
        assert_eq!((reply.status, reply.data().as_object().unwrap().len()), (200, 1));
        let services = reply.data()["services"].as_array().unwrap();
        assert!(services.contains(&row), "{list}: {services:?}");
        let count = services.len();
        shop.control.remove_offer(&key).unwrap();
        let left = shop.get(&path).await;
        assert_eq!(left.data()["services"].as_array().unwrap().len(), count - 1);
    }
}

#[tokio::test]
async fn rentals_are_a_raw_array_of_services_with_both_prices() {
    let shop = Shop::open().await;
    let short = OfferKey::Rental3Days { service: "WhatsApp".to_owned() };
    let long = OfferKey::Rental30Days { service: "WhatsApp".to_owned() };
    shop.control.set_price(&short, 400).unwrap();
    shop.control.set_price(&long, 1_200).unwrap();
    let row = json!({
        "name": "WhatsApp", "sell_price_3days": number("4.00"), "sell_price_30days": number("12.00"),
        "price_3days": number("4.00"), "price_30days": number("12.00")
    });
    let listed = async || shop.get("services/rental/").await.granted().as_array().unwrap().clone();
    assert!(listed().await.contains(&row));
    shop.control.remove_offer(&long).unwrap();
    assert!(listed().await.iter().all(|row| row["name"] != "WhatsApp"));
}

#[tokio::test]
async fn esim_plans_are_a_raw_array() {
    let shop = Shop::open().await;
    let plans = shop.get("services/esim/").await;
    let row = json!({
        "name": "USA 5GB / 30 days", "data_gb": number("5.0"), "validity_days": 30,
        "sell_price": number("12.00"), "price": number("12.00")
    });
    assert!(plans.granted().as_array().unwrap().contains(&row), "{plans:?}");
}

#[tokio::test]
async fn countries_are_those_in_stock_and_not_the_united_states() {
    let shop = Shop::open().await;
    let countries = async || {
        let reply = shop.get("global/countries/").await;
        assert_eq!(reply.granted().as_object().unwrap().len(), 1);
        reply.body["countries"].as_array().unwrap().clone()
    };
    let uk = json!({ "country_id": 16, "country_name": "United Kingdom" });
    let all = countries().await;
    assert!(all.len() >= 60 && all.contains(&uk), "{all:?}");
    assert!(all.contains(&json!({ "country_id": 0, "country_name": "Russia" })));
    assert!(all.iter().all(|row| row["country_name"] != "United States"));
    for offer in shop.control.offers() {
        if matches!(offer.key, OfferKey::Global { country_id: 16, .. }) {
            shop.control.set_stock(&offer.key, 0).unwrap();
        }
    }
    let left = countries().await;
    assert!(left.len() == all.len() - 1 && !left.contains(&uk));
}

#[tokio::test]
async fn services_of_a_country_look_as_documented() {
    let shop = Shop::open().await;
    let key = shop.control.global("WhatsApp", "United Kingdom").unwrap().key;
    assert_eq!(key, OfferKey::Global { service_id: WHATSAPP, country_id: 16 });
    shop.control.set_price(&key, 95).unwrap();
    let reply = shop.get("global/services/?country_id=16").await;
    let mut head = reply.granted().clone();
    head.as_object_mut().unwrap().remove("offers");
    assert_eq!(head, json!({ "country_id": 16, "country_name": "United Kingdom" }));
    let row = json!({
        "service_id": WHATSAPP, "service_name": "WhatsApp", "country_id": 16,
        "country_name": "United Kingdom", "sell_price": number("0.95"), "price": number("0.95")
    });
    let offers = reply.body["offers"].as_array().unwrap();
    assert!(offers.contains(&row));
    assert!(offers.iter().all(|offer| offer["country_id"] == 16));
}

#[tokio::test]
async fn a_country_must_be_named_and_exist() {
    let shop = Shop::open().await;
    let needed = "country_id query parameter is required";
    shop.get("global/services/").await.refused_bare(400, needed);
    for query in ["country_id=uk", "country_id=-1", "country_id=1&country_id=2", "country=1"] {
        let refused = shop.get(&format!("global/services/?{query}")).await;
        assert!(refused.status == 400 && refused.body["error"].is_string(), "{refused:?}");
    }
    // The United States is country 12 of the market and none of these.
    for id in [12, 999] {
        let refused = shop.get(&format!("global/services/?country_id={id}")).await;
        refused.refused_bare(404, "Country not found");
    }
}
