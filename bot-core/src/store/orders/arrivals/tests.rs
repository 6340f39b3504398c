use std::time::Duration;

use super::*;
use crate::{
    order::{Event, Line, Sold},
    shop::Happened,
    transition::Source,
    upstream::UpstreamSms,
    worker::stage::{START, Stage, sold},
};

const MINUTE: Duration = Duration::from_mins(1);

async fn sold_number(stage: &Stage) -> OrderId {
    let order = stage.buys(1).await;
    let line = Line {
        upstream: "a".into(),
        phone: sold("a").phone.unwrap(),
        accepted_at: START,
        expires_at: START + 20 * MINUTE,
    };
    stage.shop.apply(order, Event::Accepted(Sold::Activation(line)), Source::Place).await.unwrap();
    order
}

/// How old an order was when its code came, that was seen after ten minutes.
async fn age(received_at: Option<Timestamp>, looked_at: Option<Timestamp>) -> Duration {
    let stage = Stage::open().await;
    let order = sold_number(&stage).await;
    stage.clock.advance(10 * MINUTE);
    let sms = UpstreamSms { code: Some("123456".into()), text: None, received_at };
    let happened = Happened { looked_at, ..Happened::new(order, Event::Sms(sms)) };
    stage.shop.commit(vec![happened], Source::Poll, None).await.unwrap();
    let record = stage.shop.store.arrival(order).await.unwrap().unwrap();
    assert!(record.came);
    record.age
}

#[tokio::test]
async fn a_code_came_when_the_provider_says_so_unless_that_cannot_be() {
    let looked = Some(START + 6 * MINUTE);
    assert_eq!(age(Some(START + 7 * MINUTE), looked).await, 7 * MINUTE);
    for wrong in [START - 600 * MINUTE, START + 5 * MINUTE, START + 11 * MINUTE] {
        assert_eq!(age(Some(wrong), looked).await, 8 * MINUTE, "between the two looks");
    }
    assert_eq!(age(None, looked).await, 8 * MINUTE);
    assert_eq!(age(None, None).await, 10 * MINUTE, "it was pushed");
    assert_eq!(age(None, Some(START + 600 * MINUTE)).await, 10 * MINUTE, "a clock was set back");
}

#[tokio::test]
async fn a_number_that_ends_without_a_code_waited_until_its_end_at_most() {
    let stage = Stage::open().await;
    let order = sold_number(&stage).await;
    assert_eq!(stage.shop.store.arrival(order).await.unwrap(), None);
    stage.clock.advance(60 * MINUTE);
    stage.shop.apply(order, Event::ProviderExpired, Source::Poll).await.unwrap();
    let record = stage.shop.store.arrival(order).await.unwrap().unwrap();
    assert_eq!((record.came, record.age), (false, 20 * MINUTE));
}
