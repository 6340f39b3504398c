use std::time::Duration;

use crate::{
    ids::QuoteId,
    ledger,
    order::Event,
    transition::Source,
    worker::stage::{PRICE, Stage},
};

async fn is_bought(stage: &Stage, quote: QuoteId) -> bool {
    !stage.shop.store.orders_of_quote(quote).await.unwrap().is_empty()
}

#[tokio::test]
async fn one_more_term_of_a_rental_is_paid_once() {
    let stage = Stage::open().await;
    let rental = stage.rents(1).await;
    let (one, other) =
        (stage.quoted_renewal(1, rental).await, stage.quoted_renewal(1, rental).await);
    stage.pays(1, one).await;
    stage.pays(1, other).await;
    assert!(is_bought(&stage, one).await);
    assert!(!is_bought(&stage, other).await, "the first is still under way");
    assert_eq!(stage.balance(1).await, PRICE);
    assert!(ledger::audit(&stage.shop.store).await.unwrap().is_clean());
}

#[tokio::test]
async fn a_price_of_another_term_is_void_once_the_rental_ends_at_another_time() {
    let stage = Stage::open().await;
    let rental = stage.rents(1).await;
    let quote = stage.quoted_renewal(1, rental).await;
    let end = stage.state(rental).await.line().unwrap().expires_at;
    let extended = Event::Extended(end + Duration::from_hours(72));
    stage.shop.apply(rental, extended, Source::Poll).await.unwrap();
    stage.pays(1, quote).await;
    assert!(!is_bought(&stage, quote).await, "its lost answer would be taken for a sale");
}

#[tokio::test]
async fn a_rental_that_was_given_back_takes_no_money() {
    let stage = Stage::open().await;
    let rental = stage.rents(1).await;
    let quote = stage.quoted_renewal(1, rental).await;
    stage.shop.apply(rental, Event::ProviderCancelled, Source::Poll).await.unwrap();
    stage.pays(1, quote).await;
    assert!(!is_bought(&stage, quote).await);
}
