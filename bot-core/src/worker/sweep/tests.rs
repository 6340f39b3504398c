use super::*;
use crate::{transition::Applied, worker::stage::Stage};

#[tokio::test]
async fn a_rental_that_its_provider_never_ends_is_over_some_day() {
    let stage = Stage::open().await;
    let rental = stage.rents(1).await;
    let line = stage.state(rental).await.line().unwrap().clone();
    stage.clock.advance(Duration::from_hours(72) + OVERDUE_AFTER * 2);
    tick(&stage.shop).await.unwrap();
    assert_eq!(stage.state(rental).await, State::Active(line.clone()), "the last SMS may be late");
    stage.clock.advance(RENTAL_OVERDUE_AFTER);
    tick(&stage.shop).await.unwrap();
    assert_eq!(stage.state(rental).await, State::Ended(line.clone()));
    // Another term whose answer was lost may still turn out to be paid for.
    let extended = Event::Extended(line.expires_at + Duration::from_hours(72));
    let applied = stage.shop.apply(rental, extended, Source::Poll).await.unwrap();
    assert_eq!(applied, Applied::Moved);
}
