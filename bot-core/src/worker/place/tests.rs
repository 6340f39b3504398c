use super::{
    settle::{GIVE_UP_AFTER, RECORDS_SETTLE_AFTER, REPEAT_WITHIN},
    *,
};
use crate::{
    upstream::{Unclear, UpstreamOrder, UpstreamStatus},
    worker::stage::{PRICE, START, Stage, sold},
};

async fn done(stage: &Stage, order: OrderId) -> Result<(), Fault> {
    let job = stage.job(order).await.expect("the order has a job");
    do_job(&stage.shop, job).await
}

/// The same while time passes.
async fn done_in_time(stage: &Stage, order: OrderId) -> Result<(), Fault> {
    let time = async {
        loop {
            tokio::time::sleep(Duration::from_millis(5)).await;
            stage.clock.advance(Duration::from_millis(500));
        }
    };
    tokio::select! {
        done = done(stage, order) => done,
        () = time => unreachable!("time never ends"),
    }
}

fn unclear() -> Placing {
    Placing::Unknown(Unclear { reason: "no answer".into(), retry_after: None })
}

async fn waiting(stage: &Stage, customer: i64, upstream: &str) -> OrderId {
    let order = stage.buys(customer).await;
    stage.provider().creates.push_back(Placing::Accepted(vec![sold(upstream)]));
    done(stage, order).await.unwrap();
    assert!(matches!(stage.state(order).await, State::Waiting(_)));
    order
}

async fn in_doubt(stage: &Stage, customer: i64) -> OrderId {
    let order = stage.buys(customer).await;
    stage.provider().creates.push_back(unclear());
    done(stage, order).await.unwrap();
    assert!(matches!(stage.state(order).await, State::InDoubt { .. }));
    order
}

#[tokio::test]
async fn an_answer_that_cannot_be_stored_leaves_doubt_and_is_never_asked_for_as_if_new() {
    let stage = Stage::open().await;
    waiting(&stage, 1, "sold").await;
    let order = stage.buys(2).await;
    // The provider names an order that is somebody else's already.
    stage
        .provider()
        .creates
        .extend([Placing::Accepted(vec![sold("sold")]), Placing::Rejected(Rejection::NoNumbers)]);
    assert!(done(&stage, order).await.is_err());
    assert_eq!(stage.state(order).await, State::Placing);
    // The provider would have nothing left now.
    done(&stage, order).await.unwrap();
    assert!(matches!(stage.state(order).await, State::InDoubt { .. }));
    assert_eq!(stage.provider().asked_to_create, 2, "one for each order");
}

#[tokio::test]
async fn the_records_count_only_two_minutes_after_the_answer_was_lost() {
    let stage = Stage::open().await;
    let order = stage.buys(1).await;
    // The provider had been busy with others: it was asked late.
    stage.clock.advance(Duration::from_secs(119));
    done(&stage, order).await.unwrap();
    stage.clock.advance(Duration::from_secs(2));
    done(&stage, order).await.unwrap();
    assert!(matches!(stage.state(order).await, State::InDoubt { .. }), "the sale may be under way");
    stage.clock.advance(RECORDS_SETTLE_AFTER);
    done(&stage, order).await.unwrap();
    assert_eq!(stage.state(order).await, State::Refused { reason: Refusal::NotPlaced });
}

#[tokio::test]
async fn the_records_count_only_two_minutes_after_the_last_repeat() {
    let stage = Stage::open().await;
    let order = in_doubt(&stage, 1).await;
    stage.clock.advance(Duration::from_secs(89));
    done(&stage, order).await.unwrap();
    assert_eq!(stage.provider().asked_to_create, 2, "asked again with the same key");
    stage.clock.advance(Duration::from_secs(32));
    done(&stage, order).await.unwrap();
    let state = stage.state(order).await;
    assert!(matches!(state, State::InDoubt { .. }), "the repeat may be under way: {state:?}");
    // It has arrived.
    stage.provider().records = vec![sold("late")];
    stage.provider().creates.push_back(Placing::Accepted(vec![sold("late")]));
    stage.clock.advance(RECORDS_SETTLE_AFTER);
    done(&stage, order).await.unwrap();
    assert!(matches!(stage.state(order).await, State::Waiting(_)));
}

#[tokio::test]
async fn after_a_late_repeat_the_records_get_as_much_time_again() {
    let stage = Stage::open().await;
    let order = in_doubt(&stage, 1).await;
    // What looks like its number is another order's, which is settled meanwhile.
    stage.provider().records = vec![sold("another's")];
    stage.clock.advance(REPEAT_WITHIN + RECORDS_SETTLE_AFTER);
    done(&stage, order).await.unwrap();
    assert_eq!(stage.provider().asked_to_create, 2, "asked again with the same key");
    let job = stage.job(order).await.unwrap();
    assert!(job.due_at >= stage.shop.clock.now() + RECORDS_SETTLE_AFTER, "{job:?}");
}

#[tokio::test]
async fn a_providers_clock_that_is_behind_hides_no_sale() {
    let stage = Stage::open().await;
    let order = in_doubt(&stage, 1).await;
    let ours = sold("ours");
    stage.provider().records =
        vec![UpstreamOrder { created_at: Some(START - Duration::from_mins(10)), ..ours }];
    stage.clock.advance(REPEAT_WITHIN + RECORDS_SETTLE_AFTER);
    done(&stage, order).await.unwrap();
    assert!(matches!(stage.state(order).await, State::InDoubt { .. }));
}

#[tokio::test]
async fn the_records_are_looked_at_once_more_before_doubt_is_given_up() {
    let stage = Stage::open().await;
    let nothing_sold = in_doubt(&stage, 1).await;
    stage.clock.advance(GIVE_UP_AFTER + Duration::from_secs(1));
    done(&stage, nothing_sold).await.unwrap();
    assert_eq!(stage.state(nothing_sold).await, State::Refused { reason: Refusal::NotPlaced });
}

#[tokio::test]
async fn doubt_that_the_records_do_not_end_is_given_up() {
    let stage = Stage::open().await;
    let order = in_doubt(&stage, 1).await;
    stage.provider().records = vec![sold("unaccounted for")];
    stage.clock.advance(GIVE_UP_AFTER + Duration::from_secs(1));
    done(&stage, order).await.unwrap();
    assert_eq!(stage.state(order).await, State::NeedsOperator { line: None });
    assert_eq!(stage.provider().asked_to_create, 1, "nobody waits for a number any more");
}

#[tokio::test]
async fn a_state_and_the_end_of_its_job_are_one_commit() {
    let stage = Stage::open().await;
    let order = waiting(&stage, 1, "kept").await;
    stage.shop.apply(order, Event::CancelAsked, Source::Customer).await.unwrap();
    stage.provider().cancel = Some(CancelAnswer::NotOpen);
    stage.provider().orders.insert("kept".into(), Ok(sold("kept")));
    stage
        .spoil("CREATE TRIGGER kept BEFORE DELETE ON job BEGIN SELECT RAISE(ABORT, 'kept'); END")
        .await;
    // No order is looked at twice within a second, and a cancel may have looked at it already.
    assert!(done_in_time(&stage, order).await.is_err());
    assert!(matches!(stage.state(order).await, State::Cancelling(_)), "else a new wish is lost");
    stage.spoil("DROP TRIGGER kept").await;
    done_in_time(&stage, order).await.unwrap();
    assert!(matches!(stage.state(order).await, State::Waiting(_)));
    assert_eq!(stage.job(order).await, None);
}

#[tokio::test]
async fn a_purchase_from_another_provider_is_not_made_here() {
    let stage = Stage::open().await;
    let order = stage.buys(1).await;
    stage.spoil("UPDATE orders SET provider = 'another'").await;
    done(&stage, order).await.unwrap();
    assert_eq!(stage.provider().asked_to_create, 0);
    assert_eq!(stage.state(order).await, State::Placing);
    assert!(stage.job(order).await.unwrap().due_at > stage.shop.clock.now());
}

#[tokio::test]
async fn of_several_numbers_those_that_were_not_sold_are_paid_back_at_once() {
    let stage = Stage::open().await;
    let orders = stage.buys_several(1, 3).await;
    stage.provider().creates.push_back(Placing::Accepted(vec![sold("one"), sold("two")]));
    done(&stage, orders[0]).await.unwrap();
    assert!(matches!(stage.state(orders[0]).await, State::Waiting(_)));
    assert!(matches!(stage.state(orders[1]).await, State::Waiting(_)));
    assert_eq!(stage.state(orders[2]).await, State::Refused { reason: Refusal::NoNumbers });
    assert_eq!(stage.balance(1).await, PRICE);
}

#[tokio::test]
async fn a_rental_that_was_given_back_meanwhile_is_not_renewed() {
    let stage = Stage::open().await;
    let rental = stage.rents(1).await;
    let quote = stage.quoted_renewal(1, rental).await;
    stage.pays(1, quote).await;
    let renewal = stage.shop.store.orders_of_quote(quote).await.unwrap()[0].id;
    stage.shop.apply(rental, Event::ProviderCancelled, Source::Poll).await.unwrap();
    done(&stage, renewal).await.unwrap();
    assert_eq!(stage.provider().asked_to_create, 0);
    assert_eq!(stage.state(renewal).await, State::Refused { reason: Refusal::OfferGone });
    assert_eq!(stage.balance(1).await, PRICE.checked_mul(2).unwrap());
}

/// A rental whose renewal waits for its job.
async fn renewing(stage: &Stage) -> (OrderId, OrderId) {
    let rental = stage.rents(1).await;
    let quote = stage.quoted_renewal(1, rental).await;
    stage.pays(1, quote).await;
    (rental, stage.shop.store.orders_of_quote(quote).await.unwrap()[0].id)
}

fn renewed() -> Placing {
    let until = START + Duration::from_hours(144);
    Placing::Accepted(vec![UpstreamOrder { expires_at: Some(until), ..sold("rental-1") }])
}

/// Both terms are back, and the books add up.
async fn is_paid_back_whole(stage: &Stage, rental: OrderId) {
    assert!(matches!(stage.state(rental).await, State::Cancelled(_)));
    assert_eq!(stage.balance(1).await, PRICE.checked_mul(2).unwrap());
    let audit = crate::ledger::audit(&stage.shop.store).await.unwrap();
    assert!(audit.is_clean(), "{audit:#?}");
}

#[tokio::test]
async fn a_renewed_rental_that_the_provider_takes_back_is_paid_back_with_all_its_terms() {
    let stage = Stage::open().await;
    let (rental, renewal) = renewing(&stage).await;
    stage.provider().creates.push_back(renewed());
    done(&stage, renewal).await.unwrap();
    assert_eq!(stage.balance(1).await, crate::money::Money::ZERO);
    for _ in 0..2 {
        stage.shop.apply(rental, Event::ProviderCancelled, Source::Poll).await.unwrap();
        assert_eq!(stage.state(renewal).await, State::Undone);
        is_paid_back_whole(&stage, rental).await;
    }
}

#[tokio::test]
async fn a_renewal_whose_answer_comes_after_its_rental_was_taken_back_is_paid_back() {
    let stage = Stage::open().await;
    let (rental, renewal) = renewing(&stage).await;
    stage.shop.apply(rental, Event::ProviderCancelled, Source::Poll).await.unwrap();
    let until = START + Duration::from_hours(144);
    let accepted = Event::Accepted(crate::order::Sold::Renewal { until });
    stage.shop.apply(renewal, accepted, Source::Place).await.unwrap();
    assert_eq!(stage.state(renewal).await, State::Undone);
    is_paid_back_whole(&stage, rental).await;
}

#[tokio::test]
async fn a_doubtful_renewal_ends_with_the_rental_that_is_taken_back() {
    let stage = Stage::open().await;
    let (rental, renewal) = renewing(&stage).await;
    stage.provider().creates.push_back(unclear());
    done(&stage, renewal).await.unwrap();
    stage.shop.apply(rental, Event::ProviderCancelled, Source::Poll).await.unwrap();
    done(&stage, renewal).await.unwrap();
    assert_eq!(stage.state(renewal).await, State::Refused { reason: Refusal::NotPlaced });
    is_paid_back_whole(&stage, rental).await;
}

#[tokio::test]
async fn one_unreadable_number_holds_up_no_other_of_the_same_purchase() {
    let stage = Stage::open().await;
    let orders = stage.buys_several(1, 3).await;
    let odd = UpstreamOrder { phone: None, ..sold("two") };
    let answer = || Placing::Accepted(vec![sold("one"), odd.clone(), sold("three")]);
    // Again with the same key: first as before, then readable.
    stage.provider().creates.extend([
        answer(),
        answer(),
        Placing::Accepted(vec![sold("one"), sold("two"), sold("three")]),
    ]);
    done(&stage, orders[0]).await.unwrap();
    for tries in 0..3 {
        let upstream = |order| {
            let stage = &stage;
            async move { stage.state(order).await.line().map(|line| line.upstream.clone()) }
        };
        assert_eq!(upstream(orders[0]).await, Some("one".into()));
        assert_eq!(upstream(orders[2]).await, Some("three".into()));
        if tries == 2 {
            assert_eq!(upstream(orders[1]).await, Some("two".into()));
            break;
        }
        assert!(matches!(stage.state(orders[1]).await, State::InDoubt { .. }), "{tries}");
        done(&stage, orders[1]).await.unwrap();
    }
    assert_eq!(stage.provider().asked_to_create, 3);
}

#[tokio::test]
async fn where_no_end_is_shown_the_old_one_tells_whether_another_term_was_paid_for() {
    for (status, is_paid) in [(UpstreamStatus::Active, true), (UpstreamStatus::Expired, false)] {
        let stage = Stage::open().await;
        let rental = stage.rents(1).await;
        stage.clock.advance(Duration::from_hours(71));
        let quote = stage.quoted_renewal(1, rental).await;
        stage.pays(1, quote).await;
        let renewal = stage.shop.store.orders_of_quote(quote).await.unwrap()[0].id;
        stage.provider().creates.push_back(unclear());
        done(&stage, renewal).await.unwrap();
        let upstream = stage.state(rental).await.line().unwrap().upstream.clone();
        let seen = UpstreamOrder { status, expires_at: None, ..sold(upstream.as_str()) };
        let still = UpstreamOrder { status: UpstreamStatus::Active, ..seen.clone() };
        stage.provider().orders.insert(upstream.clone(), Ok(still));
        done(&stage, renewal).await.unwrap();
        assert!(matches!(stage.state(renewal).await, State::InDoubt { .. }), "too early to tell");
        stage.provider().orders.insert(upstream, Ok(seen));
        stage.clock.advance(Duration::from_hours(2) + Duration::from_secs(1));
        done(&stage, renewal).await.unwrap();
        let until = START + Duration::from_hours(144);
        let expected = if is_paid {
            State::Fulfilled(crate::order::Fulfilled::Renewal { until })
        } else {
            State::Refused { reason: Refusal::NotPlaced }
        };
        assert_eq!(stage.state(renewal).await, expected);
    }
}
