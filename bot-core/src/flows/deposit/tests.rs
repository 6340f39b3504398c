use futures::future::join_all;

use super::*;
use crate::{
    action::{Action, Command, Tap},
    flows::testing::{ABE, ADA, ALICE, appoint, is_clean, money, stage, told},
    rights::StaffRules,
    worker::stage::Stage,
};

async fn asks(stage: &Stage, typed: &str) -> String {
    told(stage, ALICE, Action::Command(Command::Deposit(typed.to_owned()))).await
}

async fn approves(stage: &Stage, person: i64, id: i64) -> String {
    told(stage, person, Action::Tap(Tap::ApproveDeposit(DepositId(id)))).await
}

#[tokio::test]
async fn a_deposit_that_two_admins_approve_a_hundred_times_is_added_once() {
    let stage = stage(StaffRules::default()).await;
    assert!(asks(&stage, "").await.contains("Pay to the box."));
    assert!(asks(&stage, "20 from Alice").await.contains("you paid $20.00"));
    let people = (0..100).map(|number| if number % 2 == 0 { ADA } else { ABE });
    let told = join_all(people.map(|person| approves(&stage, person, 1))).await;
    assert_eq!(told.iter().filter(|text| text.contains("Added $20.00")).count(), 1);
    assert_eq!(stage.balance(ALICE).await, money("20"));
    is_clean(&stage).await;
}

#[tokio::test]
async fn an_approval_and_a_declining_at_once_are_one_of_the_two() {
    let stage = stage(StaffRules::default()).await;
    asks(&stage, "20").await;
    let decline = told(&stage, ABE, Action::Tap(Tap::DeclineDeposit(DepositId(1))));
    let (approved, declined) = futures::join!(approves(&stage, ADA, 1), decline);
    let added = approved.contains("Added");
    assert_ne!(added, declined.contains("Declined"), "{approved} {declined}");
    assert_eq!(stage.balance(ALICE).await, if added { money("20") } else { Money::ZERO });
    is_clean(&stage).await;
}

#[tokio::test]
async fn what_an_admin_may_not_add_stays_open_for_others() {
    let rules = StaffRules { admin_per_day: Some(money("10")), second_above: None };
    let stage = stage(rules).await;
    asks(&stage, "20").await;
    assert!(approves(&stage, ADA, 1).await.contains("Nothing was moved"));
    let part = Action::Command(Command::Approve("#1 8.50".into()));
    assert!(told(&stage, ABE, part).await.contains("Added $8.50"));
    assert_eq!(stage.balance(ALICE).await, money("8.50"));
    is_clean(&stage).await;
}

#[tokio::test]
async fn a_large_deposit_waits_for_a_second_person_and_may_be_declined_by_them() {
    let rules = StaffRules { admin_per_day: None, second_above: Some(money("10")) };
    let stage = stage(rules).await;
    asks(&stage, "20").await;
    assert!(approves(&stage, ADA, 1).await.contains("second person"));
    assert_eq!(stage.balance(ALICE).await, Money::ZERO);
    let top_up = crate::ids::TopUpId(1);
    told(&stage, ABE, Action::Tap(Tap::DropTopUp(top_up))).await;
    let deposit = stage.shop.store.deposit(DepositId(1)).await.unwrap().unwrap();
    assert_eq!(deposit.state, DepositState::Declined);
    assert!(approves(&stage, ADA, 1).await.contains("settled already"));
    is_clean(&stage).await;
}

#[tokio::test]
async fn requests_are_few_and_only_staff_decides() {
    let stage = stage(StaffRules::default()).await;
    for bad in ["1,50", "$5", "1e3", "5 USD", "-1", "0.00001"] {
        assert!(asks(&stage, bad).await.contains("Nothing was moved"), "{bad}");
    }
    let told_all = join_all((0..100).map(|_| asks(&stage, "1"))).await;
    assert_eq!(told_all.iter().filter(|text| text.contains("Thank you")).count(), 3);
    assert!(approves(&stage, ALICE, 1).await.contains("Only the owner"));
    appoint(&stage, ADA, "").await;
    assert!(approves(&stage, ADA, 1).await.contains("Only the owner"));
    assert!(approves(&stage, ABE, 99).await.contains("out of date"));
    assert_eq!(stage.balance(ALICE).await, Money::ZERO);
}
