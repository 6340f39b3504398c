//! How orders end: given back, taken back, expired, finished; and the one that goes on.

use super::*;
use crate::upstream::{CancelAnswer, CancelRule, PollBy};

pub async fn a_number_is_given_back_after_the_cooldown_and_refunded(subject: &Subject) {
    let CancelRule::After(cooldown) = subject.upstream.capabilities().cancel else { return };
    let before = subject.balance().await;
    let order = subject.buy("k1").await;
    if !cooldown.is_zero() {
        subject.knobs.advance(cooldown / 4);
        let answer = subject.upstream.cancel(&order.id).await.unwrap();
        let CancelAnswer::TooEarly { retry_after } = answer else { panic!("{answer:?}") };
        assert!(retry_after <= cooldown, "{retry_after:?}");
        // What is said is enough.
        subject.knobs.advance(retry_after);
    }
    assert_eq!(subject.upstream.cancel(&order.id).await, Ok(CancelAnswer::Cancelled));
    assert_eq!(subject.order(&order.id).await.status, UpstreamStatus::Cancelled);
    assert_eq!(subject.balance().await, before);
    assert_eq!(subject.upstream.cancel(&order.id).await, Ok(CancelAnswer::NotOpen));
    if subject.upstream.capabilities().poll != PollBy::Single {
        assert_eq!(subject.upstream.active_orders().await, Ok(vec![]));
    }
}

pub async fn a_lost_answer_to_a_cancel_is_settled_by_the_order(subject: &Subject) {
    let CancelRule::After(cooldown) = subject.upstream.capabilities().cancel else { return };
    for fault in [Fault::ResetAfterCommit, Fault::Status500AfterCommit, Fault::Garbage] {
        let order = subject.buy(&format!("{fault:?}")).await;
        subject.knobs.advance(cooldown);
        subject.knobs.strike(Call::Cancel, fault.clone());
        assert!(subject.upstream.cancel(&order.id).await.is_err(), "{fault:?}");
        assert_eq!(subject.upstream.cancel(&order.id).await, Ok(CancelAnswer::NotOpen));
        assert_eq!(subject.order(&order.id).await.status, UpstreamStatus::Cancelled);
    }
}

pub async fn what_the_provider_takes_back_is_cancelled(subject: &Subject) {
    let before = subject.balance().await;
    let order = subject.buy("k1").await;
    subject.knobs.withdraw(&order.id);
    assert_eq!(subject.order(&order.id).await.status, UpstreamStatus::Cancelled);
    assert_eq!(subject.balance().await, before);
}

pub async fn an_order_without_a_code_expires(subject: &Subject) {
    let before = subject.balance().await;
    let order = subject.buy("k1").await;
    subject.knobs.advance(subject.upstream.capabilities().lifetime + Duration::from_secs(1));
    assert_eq!(subject.order(&order.id).await.status, subject.knobs.ended_unused());
    assert_eq!(subject.balance().await, before);
}

pub async fn a_finished_order_keeps_its_code(subject: &Subject) {
    let order = subject.buy("k1").await;
    subject.knobs.deliver(&order.id, "001203", "Your code is 001203");
    subject.upstream.finish(&order.id).await.unwrap();
    let order = subject.order(&order.id).await;
    assert_eq!(order.status, subject.knobs.finished());
    assert_eq!(order.sms.len(), 1);
    assert_eq!(subject.upstream.cancel(&order.id).await, Ok(CancelAnswer::NotOpen));
}

pub async fn another_sms_comes_when_asked_for(subject: &Subject) {
    if !subject.upstream.capabilities().resend {
        return;
    }
    let order = subject.buy("k1").await;
    subject.knobs.deliver(&order.id, "001203", "Your code is 001203");
    assert_eq!(subject.upstream.resend(&order.id).await, Ok(true));
    subject.knobs.advance(Duration::from_secs(30));
    subject.knobs.deliver(&order.id, "440091", "Your code is 440091");
    let order = subject.order(&order.id).await;
    assert!(order.sms.iter().any(|sms| {
        [sms.code.as_deref(), sms.text.as_deref()]
            .into_iter()
            .flatten()
            .any(|it| it.contains("440091"))
    }));
}
