use super::*;
use crate::{
    upstream::Unclear,
    worker::{
        place::do_job,
        stage::{START, Stage, sold},
    },
};

async fn in_doubt(stage: &Stage, customer: i64) -> OrderId {
    let order = stage.buys(customer).await;
    let lost = Unclear { reason: "no answer".into(), retry_after: None };
    stage.provider().creates.push_back(Placing::Unknown(lost));
    works(stage, order).await;
    assert!(is_in_doubt(stage, order).await);
    order
}

async fn works(stage: &Stage, order: OrderId) {
    let job = stage.job(order).await.expect("the order has a job");
    do_job(&stage.shop, job).await.unwrap();
}

async fn is_in_doubt(stage: &Stage, order: OrderId) -> bool {
    matches!(stage.state(order).await, State::InDoubt { .. })
}

#[tokio::test]
async fn the_one_record_that_can_only_be_ours_is_taken() {
    let stage = Stage::open_with(FindAgain::Records).await;
    let order = in_doubt(&stage, 1).await;
    stage.provider().records = vec![sold("ours")];
    works(&stage, order).await;
    assert!(matches!(stage.state(order).await, State::Waiting(_)));
    assert_eq!(stage.provider().asked_to_create, 1);
}

#[tokio::test]
async fn a_record_that_may_be_a_purchase_under_way_is_not_taken() {
    let stage = Stage::open_with(FindAgain::Records).await;
    let order = in_doubt(&stage, 1).await;
    let other = stage.buys(2).await;
    stage.provider().records = vec![sold("whose")];
    works(&stage, order).await;
    assert!(is_in_doubt(&stage, order).await);
    stage.provider().creates.push_back(Placing::Accepted(vec![sold("whose")]));
    works(&stage, other).await;
    stage.clock.advance(RECORDS_SETTLE_AFTER);
    works(&stage, order).await;
    let refused = State::Refused { reason: crate::order::Refusal::NotPlaced };
    assert_eq!(stage.state(order).await, refused);
}

#[tokio::test]
async fn a_record_without_what_the_customer_needs_is_for_a_person() {
    let stage = Stage::open_with(FindAgain::Records).await;
    let order = in_doubt(&stage, 1).await;
    stage.spoil("UPDATE orders SET kind = 'esim'").await;
    stage.provider().records = vec![UpstreamOrder { phone: None, ..sold("a plan") }];
    works(&stage, order).await;
    assert!(is_in_doubt(&stage, order).await, "it may be another's yet");
    stage.clock.advance(RECORDS_SETTLE_AFTER);
    works(&stage, order).await;
    assert_eq!(stage.state(order).await, State::NeedsOperator { line: None });
}

#[tokio::test]
async fn where_the_records_cannot_be_read_the_same_key_still_tells() {
    let stage = Stage::open().await;
    let order = in_doubt(&stage, 1).await;
    stage.provider().has_no_records = true;
    stage.clock.advance(Duration::from_mins(30));
    let late = UpstreamOrder { created_at: Some(START), ..sold("ours") };
    stage.provider().creates.push_back(Placing::Accepted(vec![late]));
    works(&stage, order).await;
    assert!(matches!(stage.state(order).await, State::Waiting(_)));
}
