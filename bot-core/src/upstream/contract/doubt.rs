//! A purchase whose answer is lost, and how it is settled.

use std::collections::HashSet;

use super::*;

fn bought(fault: &Fault) -> bool {
    match fault {
        Fault::TimeoutAfterCommit
        | Fault::ResetAfterCommit
        | Fault::Status500AfterCommit
        | Fault::Garbage
        | Fault::TruncatedJson
        | Fault::MissingField(_)
        | Fault::WrongType(_)
        | Fault::OtherValue { .. }
        | Fault::Slow(_) => true,
        Fault::TimeoutBefore
        | Fault::ResetBefore
        | Fault::Status500
        | Fault::Status503 { .. }
        | Fault::Status429 { .. }
        | Fault::Answer { .. } => false,
    }
}

pub async fn a_create_without_a_clear_answer_is_unknown_and_sent_once(subject: &Subject) {
    let cost = subject.cost().await;
    let mut sold = 0;
    for (number, fault) in (1..).zip(troubles()) {
        subject.knobs.strike(Call::Create, fault.clone());
        let placing = subject.place(&format!("k{number}"), cost).await;
        let Placing::Unknown(unclear) = placing else { panic!("{fault:?}: {placing:?}") };
        if let Fault::Status503 { retry_after } = fault {
            assert_eq!(unclear.retry_after, Some(Duration::from_secs(retry_after.into())));
        }
        sold += usize::from(bought(&fault));
        assert_eq!((subject.knobs.sold(), subject.knobs.creates()), (sold, number), "{fault:?}");
    }
}

pub async fn the_records_tell_what_a_lost_answer_bought(subject: &Subject) {
    if subject.finds_again_by(FindAgain::Balance) || !subject.knobs.has_records() {
        return;
    }
    let cost = subject.cost().await;
    subject.buy("earlier").await;
    subject.knobs.advance(Duration::from_mins(5));
    for fault in [Fault::ResetBefore, Fault::ResetAfterCommit] {
        let began = subject.knobs.now();
        subject.knobs.strike(Call::Create, fault.clone());
        let placing = subject.place(&format!("{fault:?}"), cost).await;
        assert!(matches!(placing, Placing::Unknown(_)), "{placing:?}");
        let found = subject.upstream.recent_orders(began).await.unwrap();
        assert_eq!(found.len(), usize::from(bought(&fault)), "{fault:?}");
        for order in found {
            assert!(subject.may_be_wanted(&order));
            assert!(order.phone.is_some());
        }
        subject.knobs.advance(Duration::from_mins(5));
    }
}

pub async fn the_same_key_again_finds_the_lost_order(subject: &Subject) {
    if !subject.finds_again_by(FindAgain::SameKey) {
        return;
    }
    let cost = subject.cost().await;
    for (sold, fault) in (1..).zip([Fault::ResetAfterCommit, Fault::ResetBefore]) {
        let key = format!("{fault:?}");
        let began = subject.knobs.now();
        subject.knobs.strike(Call::Create, fault);
        let lost = subject.place(&key, cost).await;
        assert!(matches!(lost, Placing::Unknown(_)), "{lost:?}");
        let mut ids = HashSet::new();
        for _ in 0..2 {
            ids.insert(one(subject.place_again(&key, cost).await).id.to_string());
        }
        assert_eq!((ids.len(), subject.knobs.sold()), (1, sold));
        let recorded = subject.recent(began).await;
        assert!(recorded.is_none_or(|recorded| ids.contains(recorded[0].as_str())));
    }
}

pub async fn the_same_key_at_once_buys_once(subject: &Subject) {
    if !subject.finds_again_by(FindAgain::SameKey) {
        return;
    }
    let cost = subject.cost().await;
    futures::future::join_all((0..10).map(|_| subject.place_again("one", cost))).await;
    assert_eq!((subject.knobs.sold(), subject.knobs.creates()), (1, 10));
}
