use super::*;
use crate::{
    order::{Line, Sold},
    shop::Kept,
    upstream::{Pushed, UpstreamError},
    worker::stage::{Stage, sold, with_code},
};

/// An order whose number is known and whose SMS the provider does not show.
async fn waiting(stage: &Stage, upstream: &str) -> OrderId {
    let order = stage.buys(1).await;
    accepted(stage, order, upstream).await;
    order
}

async fn accepted(stage: &Stage, order: OrderId, upstream: &str) {
    let line = Line {
        upstream: upstream.into(),
        phone: sold(upstream).phone.unwrap(),
        accepted_at: stage.shop.clock.now(),
        expires_at: stage.shop.clock.now() + Duration::from_mins(20),
    };
    stage.shop.apply(order, Event::Accepted(Sold::Activation(line)), Source::Place).await.unwrap();
    stage.provider().orders.insert(upstream.into(), Ok(sold(upstream)));
}

fn text(text: &str) -> UpstreamSms {
    UpstreamSms { code: None, text: Some(text.into()), received_at: None }
}

/// A push arrives; its body is its name.
async fn comes(stage: &Stage, name: &'static str, order: &str, says: Says) {
    let pushed = Pushed { dedup: name.into(), order: Some(order.into()), says };
    stage.provider().pushes.insert(name, pushed);
    assert_eq!(stage.shop.keep_push(name.as_bytes()).await.unwrap(), Kept::New);
}

/// The worker takes in what is due and follows it.
async fn works(stage: &Stage) {
    let mut looks = JoinSet::new();
    take_in(&stage.shop, &mut looks).await.unwrap();
    let followed = looks.join_all();
    tokio::pin!(followed);
    // A look waits for its turn at the provider.
    while futures::poll!(&mut followed).is_pending() {
        stage.clock.advance(Duration::from_millis(10));
        tokio::task::yield_now().await;
    }
}

/// It works until nothing is left to do.
async fn works_to_the_end(stage: &Stage) {
    while let Some(next) = stage.shop.store.next_push("scripted").await.unwrap() {
        stage.clock.advance(next.since(stage.shop.clock.now()));
        works(stage).await;
    }
}

async fn codes(stage: &Stage, order: OrderId) -> Vec<String> {
    let sms = stage.shop.store.sms_of(order).await.unwrap();
    sms.into_iter().filter_map(|sms| sms.code).collect()
}

#[tokio::test]
async fn a_signed_code_is_taken_without_a_question_and_a_copy_is_known() {
    let stage = Stage::open().await;
    let order = waiting(&stage, "a").await;
    comes(&stage, "push", "a", Says::Seen(with_code(sold("a"), "012345"))).await;
    assert_eq!(stage.shop.keep_push(b"push").await.unwrap(), Kept::Again);
    works(&stage).await;
    assert_eq!(codes(&stage, order).await, ["012345"]);
    assert_eq!(stage.provider().asked_for_orders, 0);
    assert_eq!(stage.shop.store.next_push("scripted").await.unwrap(), None);
}

#[tokio::test]
async fn what_cannot_be_read_is_not_kept() {
    let stage = Stage::open().await;
    assert!(stage.shop.keep_push(b"garbage").await.is_err());
    assert_eq!(stage.shop.store.next_push("scripted").await.unwrap(), None);
}

#[tokio::test]
async fn a_push_waits_for_its_order() {
    let stage = Stage::open().await;
    let order = stage.buys(1).await;
    comes(&stage, "push", "a", Says::Seen(with_code(sold("a"), "012345"))).await;
    works(&stage).await;
    assert!(codes(&stage, order).await.is_empty());
    accepted(&stage, order, "a").await;
    works(&stage).await;
    assert_eq!(codes(&stage, order).await, ["012345"]);
}

#[tokio::test]
async fn a_push_about_nobodys_order_is_given_up() {
    let stage = Stage::open().await;
    comes(&stage, "push", "a", Says::Seen(with_code(sold("a"), "012345"))).await;
    works(&stage).await;
    let given_up = stage.shop.store.next_push("scripted").await.unwrap();
    assert_eq!(given_up, Some(stage.shop.clock.now() + UNKNOWN_FOR));
    works_to_the_end(&stage).await;
    // An order that gets this id now is another one.
    let order = stage.buys(1).await;
    accepted(&stage, order, "a").await;
    works(&stage).await;
    assert!(codes(&stage, order).await.is_empty());
}

#[tokio::test]
async fn a_hint_is_asked_about_again_until_the_provider_shows_it() {
    let stage = Stage::open().await;
    let order = waiting(&stage, "a").await;
    comes(&stage, "push", "a", Says::Look { sms: Some(text("Your code is 012345")) }).await;
    for _ in 0..3 {
        works(&stage).await;
        assert!(codes(&stage, order).await.is_empty());
        let next = stage.shop.store.next_push("scripted").await.unwrap().unwrap();
        stage.clock.advance(next.since(stage.shop.clock.now()));
    }
    stage.provider().orders.insert("a".into(), Ok(with_code(sold("a"), "012345")));
    works(&stage).await;
    assert_eq!(codes(&stage, order).await, ["012345"]);
    assert_eq!(stage.shop.store.next_push("scripted").await.unwrap(), None);
}

#[tokio::test]
async fn a_hint_that_never_shows_is_left_to_the_poller() {
    let stage = Stage::open().await;
    let order = waiting(&stage, "a").await;
    comes(&stage, "push", "a", Says::Look { sms: Some(text("Your code is 666666")) }).await;
    works_to_the_end(&stage).await;
    assert_eq!(stage.provider().asked_for_orders, LOOKS);
    assert!(matches!(stage.state(order).await, State::Waiting(_)));
}

#[tokio::test]
async fn a_provider_that_cannot_be_asked_is_asked_again() {
    let stage = Stage::open().await;
    let order = waiting(&stage, "a").await;
    let down = Err(UpstreamError::Unreachable { route: "order" });
    stage.provider().orders.insert("a".into(), down);
    comes(&stage, "push", "a", Says::Look { sms: None }).await;
    works(&stage).await;
    stage.provider().orders.insert("a".into(), Ok(with_code(sold("a"), "012345")));
    works_to_the_end(&stage).await;
    assert_eq!(codes(&stage, order).await, ["012345"]);
}

#[tokio::test]
async fn the_hints_text_counts_only_where_the_provider_says_that_an_sms_is_here() {
    let stage = Stage::open().await;
    let order = waiting(&stage, "a").await;
    let silent = UpstreamOrder { status: UpstreamStatus::CodeReceived, ..sold("a") };
    stage.provider().orders.insert("a".into(), Ok(silent));
    comes(&stage, "push", "a", Says::Look { sms: Some(text("Your code is 012345")) }).await;
    works(&stage).await;
    assert_eq!(codes(&stage, order).await, ["012345"]);
}

#[tokio::test]
async fn an_end_is_taken_before_a_code_and_asked_about_after_one() {
    let ended = || UpstreamOrder { status: UpstreamStatus::Expired, ..sold("a") };
    let stage = Stage::open().await;
    let order = waiting(&stage, "a").await;
    comes(&stage, "end", "a", Says::Seen(ended())).await;
    works(&stage).await;
    assert!(matches!(stage.state(order).await, State::Expired(_)));
    assert_eq!(stage.provider().asked_for_orders, 0);

    let stage = Stage::open().await;
    let order = waiting(&stage, "a").await;
    let seen = with_code(sold("a"), "012345");
    stage.provider().orders.insert("a".into(), Ok(seen.clone()));
    comes(&stage, "code", "a", Says::Seen(seen)).await;
    comes(&stage, "end", "a", Says::Seen(ended())).await;
    works_to_the_end(&stage).await;
    assert!(matches!(stage.state(order).await, State::CodeReceived(_)));
    assert_eq!(stage.provider().asked_for_orders, 1);
}
