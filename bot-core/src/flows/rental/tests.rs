use crate::{
    action::{Action, Tap},
    order::State,
    upstream::CancelAnswer,
    worker::stage::{Stage, actor},
};

#[tokio::test]
async fn a_rental_is_not_given_back_while_another_term_of_it_is_being_paid_for() {
    let stage = Stage::open().await;
    let rental = stage.rents(1).await;
    let quote = stage.quoted_renewal(1, rental).await;
    stage.pays(1, quote).await;
    stage.provider().cancel = Some(CancelAnswer::Cancelled);
    stage.shop.handle(&actor(1), Action::Tap(Tap::Cancel(rental))).await;
    assert!(matches!(stage.state(rental).await, State::Active(_)), "the new term would be lost");
}
