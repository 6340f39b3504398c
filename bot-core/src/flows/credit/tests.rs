use futures::future::join_all;

use super::*;
use crate::{
    action::{Action, Command},
    flows::testing::{ABE, ADA, ALICE, appoint, does, is_clean, money, stage, told},
    screen::Press,
    store::staff::Badge,
    worker::stage::{OWNER, Stage, actor},
};

/// Asks for money for Alice, and answers which top-up that is.
async fn asks(stage: &Stage, person: i64, direction: Direction, amount: &str) -> TopUpId {
    let typed = format!("somewhere:{ALICE} {amount}");
    let command = match direction {
        Direction::In => Command::TopUp(typed),
        Direction::Out => Command::Debit(typed),
    };
    let reply = does(stage, person, Action::Command(command)).await;
    let Reply::Show { screen, .. } = &reply else { panic!("{reply:?}") };
    let buttons = screen.rows.iter().flatten();
    let mut asked = buttons.filter_map(|button| match button.press {
        Press::Tap(Tap::ConfirmTopUp(id)) => Some(id),
        _ => None,
    });
    asked.next().unwrap_or_else(|| panic!("{reply:?}"))
}

/// What somebody is told who taps *Yes*.
async fn confirms(stage: &Stage, person: i64, id: TopUpId) -> String {
    told(stage, person, Action::Tap(Tap::ConfirmTopUp(id))).await
}

/// The books are right, and so many deeds are in the log.
async fn ends_with(stage: &Stage, balance: &str, deeds: usize) {
    assert_eq!(stage.balance(ALICE).await.to_string(), balance);
    is_clean(stage).await;
    let (log, _) = stage.shop.store.audit_log(None, 0, 1_000).await.unwrap();
    let moved = |entry: &&crate::store::audit_log::Entry| {
        [Act::TopUp, Act::Debit].iter().any(|act| act.word() == entry.act)
    };
    assert_eq!(log.iter().filter(moved).count(), deeds);
}

#[tokio::test]
async fn a_hundred_taps_at_once_move_the_money_once() {
    let stage = stage(StaffRules::default()).await;
    let id = asks(&stage, ADA, Direction::In, "5").await;
    let told = join_all((0..100).map(|_| confirms(&stage, ADA, id))).await;
    assert!(told.iter().all(|text| text.contains("Added")), "{told:?}");
    ends_with(&stage, "5.00", 1).await;
}

/// The program may die between the commit and the answer; then the tap comes again, and its message must lose its buttons.
#[tokio::test]
async fn who_taps_again_what_is_done_is_shown_so() {
    let stage = stage(StaffRules::default()).await;
    for (direction, word, balance) in
        [(Direction::In, "Added", "5.00"), (Direction::Out, "Took", "0.00")]
    {
        let id = asks(&stage, ADA, direction, "5").await;
        for _ in 0..2 {
            let reply = does(&stage, ADA, Action::Tap(Tap::ConfirmTopUp(id))).await;
            let Reply::Show { screen, .. } = &reply else { panic!("{reply:?}") };
            assert!(screen.rows.is_empty(), "{reply:?}");
            assert!(confirms(&stage, ADA, id).await.contains(word));
        }
        assert_eq!(stage.balance(ALICE).await.to_string(), balance);
    }
    ends_with(&stage, "0.00", 2).await;
}

#[tokio::test]
async fn debits_at_once_never_go_below_zero() {
    let stage = stage(StaffRules::default()).await;
    let id = asks(&stage, OWNER, Direction::In, "5").await;
    confirms(&stage, OWNER, id).await;
    let mut debits = Vec::new();
    for _ in 0..20 {
        debits.push(asks(&stage, ADA, Direction::Out, "1").await);
    }
    let told = join_all(debits.iter().map(|id| confirms(&stage, ADA, *id))).await;
    assert_eq!(told.iter().filter(|text| text.contains("Took")).count(), 5);
    assert_eq!(told.iter().filter(|text| text.contains("Nothing was moved")).count(), 15);
    ends_with(&stage, "0.00", 6).await;
}

#[tokio::test]
async fn an_admins_day_holds_when_all_is_confirmed_at_once() {
    let rules = StaffRules { admin_per_day: Some(money("10")), second_above: None };
    let stage = stage(rules).await;
    let mut wishes = Vec::new();
    for _ in 0..25 {
        wishes.push(asks(&stage, ADA, Direction::In, "1").await);
    }
    let told = join_all(wishes.iter().map(|id| confirms(&stage, ADA, *id))).await;
    assert_eq!(told.iter().filter(|text| text.contains("Added")).count(), 10);
    ends_with(&stage, "10.00", 10).await;
    // Another admin has a day of their own, an owner no limit, and a day later it counts anew.
    let abes = asks(&stage, ABE, Direction::In, "3").await;
    assert!(confirms(&stage, ABE, abes).await.contains("Added"));
    let owners = asks(&stage, OWNER, Direction::In, "100").await;
    assert!(confirms(&stage, OWNER, owners).await.contains("Added"));
    stage.clock.advance(A_DAY);
    let next = asks(&stage, ADA, Direction::In, "10").await;
    assert!(confirms(&stage, ADA, next).await.contains("Added"));
    ends_with(&stage, "123.00", 13).await;
}

#[tokio::test]
async fn a_large_top_up_waits_for_one_other_persons_tap() {
    let rules = StaffRules { admin_per_day: None, second_above: Some(money("10")) };
    let stage = stage(rules).await;
    let small = asks(&stage, ADA, Direction::In, "10").await;
    assert!(confirms(&stage, ADA, small).await.contains("Added"), "not above it");
    let id = asks(&stage, ADA, Direction::In, "10.01").await;
    assert!(confirms(&stage, ABE, id).await.contains("out of date"), "not confirmed yet");
    assert!(confirms(&stage, ADA, id).await.contains("second person"));
    assert!(confirms(&stage, ADA, id).await.contains("somebody else must agree"));
    ends_with(&stage, "10.00", 1).await;
    let people = (0..100).map(|number| if number % 2 == 0 { ABE } else { OWNER });
    let told = join_all(people.map(|person| confirms(&stage, person, id))).await;
    assert!(told.iter().all(|text| text.contains("Added")), "{told:?}");
    ends_with(&stage, "20.01", 2).await;
    let owners = asks(&stage, OWNER, Direction::In, "50").await;
    assert!(confirms(&stage, OWNER, owners).await.contains("Added"), "an owner needs nobody");
    ends_with(&stage, "70.01", 3).await;
}

#[tokio::test]
async fn who_lost_the_right_meanwhile_cannot_confirm_nor_be_agreed_with() {
    let rules = StaffRules { admin_per_day: None, second_above: Some(money("10")) };
    let stage = stage(rules).await;
    let (small, large) =
        (asks(&stage, ADA, Direction::In, "5").await, asks(&stage, ADA, Direction::In, "50").await);
    confirms(&stage, ADA, large).await;
    appoint(&stage, ADA, "support").await;
    assert!(confirms(&stage, ADA, small).await.contains("Your role does not include that"));
    assert!(confirms(&stage, ABE, large).await.contains("may not do it any more"));
    appoint(&stage, ADA, "").await;
    assert!(confirms(&stage, ADA, small).await.contains("Only the owner"));
    ends_with(&stage, "0.00", 0).await;
}

/// The right is asked for where the money moves, not only at the door.
#[tokio::test]
async fn a_badge_from_before_proves_nothing_in_the_transaction() {
    let stage = stage(StaffRules::default()).await;
    let id = asks(&stage, ADA, Direction::In, "5").await;
    let customer = stage.shop.store.customer_by_identity(&actor(ADA).identity).await.unwrap();
    let identity = actor(ADA).identity;
    let badge = Badge { identity, customer: customer.unwrap().id, is_owner: false };
    appoint(&stage, ADA, "").await;
    let now = stage.shop.clock.now();
    let outcome = stage.shop.store.write(move |tx| {
        Box::pin(async move { decide(tx, &badge, id, StaffRules::default(), &[], now).await })
    });
    assert!(matches!(outcome.await, Ok(Outcome::NotAllowed)));
    ends_with(&stage, "0.00", 0).await;
}

#[tokio::test]
async fn the_log_is_never_changed() {
    let stage = stage(StaffRules::default()).await;
    for statement in ["UPDATE audit_log SET after = 'owner'", "DELETE FROM audit_log"] {
        let refused = stage.shop.store.write(move |tx| {
            Box::pin(async move {
                sqlx::query(statement).execute(tx.connection()).await?;
                Ok::<_, StoreError>(())
            })
        });
        assert!(refused.await.is_err(), "{statement}");
    }
    let (log, _) = stage.shop.store.audit_log(None, 0, 10).await.unwrap();
    assert_eq!(log.len(), 2, "two admins were appointed");
}
