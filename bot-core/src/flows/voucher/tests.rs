use std::time::Duration;

use futures::future::join_all;

use super::*;
use crate::{
    action::{Action, Command, Tap},
    flows::testing::{ADA, ALICE, does, is_clean, money, stage, told},
    rights::StaffRules,
    worker::stage::{OWNER, Stage},
};

/// Makes vouchers, and answers their codes.
async fn makes(stage: &Stage, person: i64, typed: &str) -> Vec<String> {
    let reply =
        does(stage, person, Action::Command(Command::Voucher(format!("new {typed}")))).await;
    let Reply::Show { screen, .. } = &reply else { panic!("{reply:?}") };
    let codes = screen.text.iter().filter_map(|span| match span {
        Span::Code(code) => VoucherCode::parse(code).map(|_| code.clone()),
        Span::Plain(_) | Span::Bold(_) | Span::Italic(_) => None,
    });
    codes.collect()
}

async fn redeems(stage: &Stage, person: i64, code: &str) -> String {
    told(stage, person, Action::Command(Command::Redeem(code.to_owned()))).await
}

fn count(told: &[String], words: &str) -> usize {
    told.iter().filter(|text| text.contains(words)).count()
}

#[tokio::test]
async fn a_code_that_a_hundred_people_send_at_once_is_redeemed_once() {
    let stage = stage(StaffRules::default()).await;
    let codes = makes(&stage, OWNER, "5 x20 30d").await;
    assert_eq!(codes.len(), 20);
    let told = join_all((101..=200).map(|person| redeems(&stage, person, &codes[0]))).await;
    assert_eq!(count(&told, "$5.00 was added"), 1);
    assert_eq!(count(&told, "Somebody else has redeemed"), 99);
    is_clean(&stage).await;
}

#[tokio::test]
async fn a_code_that_one_person_sends_a_hundred_times_is_redeemed_once() {
    let stage = stage(StaffRules::default()).await;
    let codes = makes(&stage, OWNER, "5").await;
    let told = join_all((0..100).map(|_| redeems(&stage, ALICE, &codes[0]))).await;
    assert_eq!(count(&told, "$5.00 was added"), 1);
    assert_eq!(stage.balance(ALICE).await, money("5"));
    is_clean(&stage).await;
}

#[tokio::test]
async fn a_shared_code_is_for_so_many_people_each_of_them_once() {
    let stage = stage(StaffRules::default()).await;
    let codes = makes(&stage, OWNER, "2 x10 each 7d").await;
    assert_eq!(codes.len(), 1);
    let people = (101..=150).chain(101..=150);
    let told = join_all(people.map(|person| redeems(&stage, person, &codes[0]))).await;
    assert_eq!(count(&told, "$2.00 was added"), 10);
    is_clean(&stage).await;
    let earned = join_all((101..=150).map(|person| stage.balance(person))).await;
    assert_eq!(earned.iter().filter(|balance| **balance == money("2")).count(), 10);
    assert_eq!(earned.iter().filter(|balance| **balance == Money::ZERO).count(), 40);
}

#[tokio::test]
async fn guessing_is_slowed_down_however_fast_it_is() {
    let stage = stage(StaffRules::default()).await;
    let codes = makes(&stage, OWNER, "5").await;
    let guesses = (0..100).map(|number| format!("AAAA-AAAA-AAAA-A{number:03}"));
    let guesses: Vec<String> = guesses.collect();
    let told = join_all(guesses.iter().map(|guess| redeems(&stage, ALICE, guess))).await;
    assert_eq!(count(&told, "is not a voucher's code"), 5);
    assert_eq!(count(&told, "Too many wrong codes"), 95);
    assert!(redeems(&stage, ALICE, &codes[0]).await.contains("Too many wrong codes"));
    assert!(redeems(&stage, ADA, &codes[0]).await.contains("was added"), "others are not held up");
    stage.clock.advance(Duration::from_mins(11));
    assert!(redeems(&stage, ALICE, &codes[0]).await.contains("Somebody else"));
    is_clean(&stage).await;
}

#[tokio::test]
async fn vouchers_end_by_their_time_or_by_staff() {
    let stage = stage(StaffRules::default()).await;
    let short = makes(&stage, OWNER, "5 x2 1d").await;
    let long = makes(&stage, OWNER, "5 x2 30d").await;
    assert!(redeems(&stage, ALICE, &short[0]).await.contains("was added"));
    stage.clock.advance(Duration::from_hours(25));
    assert!(redeems(&stage, ALICE, &short[1]).await.contains("time is over"));
    let end = told(&stage, ADA, Action::Command(Command::Voucher("end 2".into()))).await;
    assert!(end.contains("is over"), "{end}");
    assert!(redeems(&stage, ALICE, &long[0]).await.contains("time is over"));
    is_clean(&stage).await;
}

#[tokio::test]
async fn an_admins_vouchers_count_as_what_they_issue() {
    let rules = StaffRules { admin_per_day: Some(money("100")), second_above: Some(money("60")) };
    let stage = stage(rules).await;
    let make =
        |typed: &str| told(&stage, ADA, Action::Command(Command::Voucher(format!("new {typed}"))));
    assert!(make("5 x13").await.contains("more than you may issue alone"));
    assert!(make("5 x12").await.contains("12 vouchers of $5.00"));
    assert!(make("5 x10").await.contains("you have $40.00 left"));
    for typed in ["", "x2", "5 x0", "5 x51", "5 0d", "5 366d", "5 often", "5 x1001 each"] {
        let told = make(typed).await;
        assert!(told.contains("Make codes") || told.contains("not an amount"), "{typed}: {told}");
    }
    let alice = Action::Command(Command::Voucher("new 5".into()));
    assert!(told(&stage, ALICE, alice).await.contains("Only the owner"));
    let (log, _) = stage.shop.store.audit_log(None, 0, 10).await.unwrap();
    assert_eq!(log[0].after, "#1: 12 × 1 × 5.00");
}

#[tokio::test]
async fn the_database_does_not_hold_a_code() {
    let stage = stage(StaffRules::default()).await;
    let codes = makes(&stage, OWNER, "5 x3").await;
    redeems(&stage, ALICE, &codes[0]).await;
    does(&stage, ALICE, Action::Tap(Tap::Menu)).await;
    let kept: Vec<String> = sqlx::query_scalar("SELECT hash FROM voucher")
        .fetch_all(stage.shop.store.readers())
        .await
        .unwrap();
    assert_eq!(kept.len(), 3);
    for file in stage.files() {
        let bytes = std::fs::read(file).unwrap();
        let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        for code in &codes {
            assert!(!holds(code) && !holds(&code.replace('-', "")));
        }
    }
}
