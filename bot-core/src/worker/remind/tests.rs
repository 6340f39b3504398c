use super::*;
use crate::{
    clock::Timestamp,
    flows::notice,
    ids::OrderId,
    order::{Event, Refusal},
    store::outbox::Outgoing,
    transition::Source,
    worker::stage::{PLATFORM, Stage},
};

const TERM: Duration = Duration::from_hours(72);
/// There are nine hours left.
const SOON: Duration = Duration::from_hours(63);

/// The reminders that wait to be sent.
async fn reminders(stage: &Stage) -> Vec<Outgoing> {
    let now = stage.shop.clock.now();
    let mut waiting = stage.shop.store.outgoing(&PLATFORM.into(), now, 100).await.unwrap();
    waiting.retain(|it| matches!(it.notice, Some(Notice::RentalEnds { .. })));
    waiting
}

/// Looks; what waits to be sent then are the reminders.
async fn look(stage: &Stage) -> Vec<Outgoing> {
    // Cards go before reminders, and only one message of each chat is next.
    stage.spoil("UPDATE outbox SET state = 'sent'").await;
    tick(&stage.shop).await.unwrap();
    reminders(stage).await
}

async fn end(stage: &Stage, rental: OrderId) -> Timestamp {
    stage.state(rental).await.line().unwrap().expires_at
}

#[tokio::test]
async fn a_rental_is_reminded_of_once_in_the_last_eighth_of_its_term() {
    let stage = Stage::open().await;
    stage.rents(1).await;
    stage.clock.advance(SOON.saturating_sub(Duration::from_secs(1)));
    assert_eq!(look(&stage).await.len(), 0);
    stage.clock.advance(Duration::from_secs(1));
    assert_eq!(look(&stage).await.len(), 1);
    stage.clock.advance(Duration::from_hours(1));
    assert_eq!(look(&stage).await.len(), 0, "once");
}

#[tokio::test]
async fn every_term_of_a_rental_is_reminded_of() {
    let stage = Stage::open().await;
    let rental = stage.rents(1).await;
    stage.clock.advance(SOON);
    assert_eq!(look(&stage).await.len(), 1);
    let until = end(&stage, rental).await + TERM;
    stage.shop.apply(rental, Event::Extended(until), Source::Poll).await.unwrap();
    assert_eq!(look(&stage).await.len(), 0, "there is time now");
    stage.clock.advance(TERM);
    assert_eq!(look(&stage).await.len(), 1);
    assert_eq!(look(&stage).await.len(), 0);
}

#[tokio::test]
async fn nobody_is_reminded_of_what_is_over() {
    let stage = Stage::open().await;
    let (ended, given_back) = (stage.rents(1).await, stage.rents(2).await);
    let in_use = stage.rents(3).await;
    stage.shop.apply(ended, Event::ProviderExpired, Source::Poll).await.unwrap();
    stage.shop.apply(given_back, Event::ProviderCancelled, Source::Cancel).await.unwrap();
    stage.clock.advance(SOON);
    let notices: Vec<_> = look(&stage).await.into_iter().filter_map(|it| it.notice).collect();
    assert_eq!(notices, [Notice::RentalEnds { order: in_use }]);
    let missed = stage.rents(4).await;
    // The shop was closed when there was time.
    stage.clock.advance(TERM);
    assert_eq!(look(&stage).await.len(), 0, "the time of {missed} is over");
}

#[tokio::test]
async fn whoever_is_paying_for_another_term_is_not_reminded() {
    let stage = Stage::open().await;
    let rental = stage.rents(1).await;
    stage.clock.advance(SOON);
    let quote = stage.quoted_renewal(1, rental).await;
    stage.pays(1, quote).await;
    assert_eq!(look(&stage).await.len(), 0);
    let renewal = stage.shop.store.orders_of_quote(quote).await.unwrap()[0].id;
    let refused = Event::Rejected(Refusal::Busy);
    stage.shop.apply(renewal, refused, Source::Place).await.unwrap();
    assert_eq!(look(&stage).await.len(), 1, "it came to nothing");
}

#[tokio::test]
async fn a_reminder_that_waited_until_it_was_wrong_is_not_sent() {
    let stage = Stage::open().await;
    let rental = stage.rents(1).await;
    stage.clock.advance(SOON);
    let [waiting] = look(&stage).await.try_into().unwrap();
    assert!(notice::render(&stage.shop, &waiting).await.unwrap().is_some());
    let until = end(&stage, rental).await + TERM;
    stage.shop.apply(rental, Event::Extended(until), Source::Poll).await.unwrap();
    assert!(notice::render(&stage.shop, &waiting).await.unwrap().is_none(), "it was renewed");
    stage.clock.advance(TERM + Duration::from_hours(9));
    assert!(notice::render(&stage.shop, &waiting).await.unwrap().is_none(), "it has ended");
}
