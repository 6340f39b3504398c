use futures::future::join_all;

use super::*;

#[tokio::test]
async fn one_key_buys_once_and_shows_the_rental_as_it_stands() {
    let shop = Shop::open().await;
    let first = shop.create_with_key("one", &whatsapp()).await;
    let second = shop.create_with_key("one", &whatsapp()).await;
    assert_eq!(first.rental(201), second.rental(201));
    let rental = shop.control.orders().pop().unwrap();
    shop.control.deliver(rental.id, "0042", "0042").unwrap();
    let third = shop.create_with_key("one", &whatsapp()).await;
    assert_eq!(third.rental(201)["code"], "0042");
    assert_eq!(shop.control.orders().len(), 1);
    assert_eq!(shop.control.balance(), OPENING - rental.price_pips);
}

#[tokio::test]
async fn of_many_requests_with_one_key_at_once_one_buys() {
    let shop = Shop::open().await;
    let body = whatsapp();
    let replies = join_all((0..20).map(|_| shop.create_with_key("one", &body))).await;
    let ids: Vec<_> = replies.iter().map(|reply| &reply.rental(201)["id"]).collect();
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert_eq!(shop.control.orders().len(), 1);
    shop.assert_books();
}

#[tokio::test]
async fn other_keys_and_no_key_buy_again() {
    let shop = Shop::open().await;
    shop.create_with_key("one", &whatsapp()).await.rental(201);
    shop.create_with_key("two", &whatsapp()).await.rental(201);
    shop.create(&whatsapp()).await.rental(201);
    shop.create(&whatsapp()).await.rental(201);
    assert_eq!(shop.control.orders().len(), 4);
}

#[tokio::test]
async fn a_key_with_another_body_is_refused() {
    let shop = Shop::open().await;
    shop.create_with_key("one", &whatsapp()).await.rental(201);
    for body in [
        json!({ "service": "tg", "country": "ID" }),
        json!({ "service": "wa", "country": "RU" }),
        json!({ "service": "wa", "country": "ID", "real_mobile_only": true }),
        json!({ "service": "wa", "country": "ID", "max_price_usd": 5 }),
    ] {
        shop.create_with_key("one", &body).await.refused(409, "idempotency_key_reused");
    }
    // The same thing said in another way is the same.
    let body = json!({ "country": "ID", "service": "wa", "real_mobile_only": false });
    shop.create_with_key("one", &body).await.rental(201);
    assert_eq!(shop.control.orders().len(), 1);
}

#[tokio::test]
async fn a_key_is_kept_for_a_day() {
    let shop = Shop::open().await;
    let first = shop.create_with_key("one", &whatsapp()).await;
    shop.hand.advance(24 * 60 * MINUTE_MS - 1);
    let kept = shop.create_with_key("one", &whatsapp()).await;
    assert_eq!(kept.rental(201)["id"], first.body["rental"]["id"]);
    assert_eq!(kept.body["rental"]["status"], "expired");
    shop.hand.advance(1);
    let forgotten = shop.create_with_key("one", &whatsapp()).await;
    assert_ne!(forgotten.rental(201)["id"], first.body["rental"]["id"]);
}

#[tokio::test]
async fn a_refused_creation_leaves_its_key_free() {
    let shop = Shop::open().await;
    let key = shop.whatsapp().key;
    shop.control.set_stock(&key, 0).unwrap();
    shop.create_with_key("one", &whatsapp()).await.refused(503, "no_numbers");
    shop.control.set_stock(&key, 1).unwrap();
    shop.create_with_key("one", &whatsapp()).await.rental(201);
    // What sells out afterwards does not matter to a key that has bought.
    shop.create_with_key("one", &whatsapp()).await.rental(201);
    assert_eq!(shop.control.orders().len(), 1);
}

#[tokio::test]
async fn a_key_is_visible_text_of_a_sane_length() {
    let shop = Shop::open().await;
    for key in ["", "with space", "a\tb", &"k".repeat(256)] {
        shop.create_with_key(key, &whatsapp()).await.refused(400, "invalid_request");
    }
    shop.create_with_key(&"k".repeat(255), &whatsapp()).await.rental(201);
}
