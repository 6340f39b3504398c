//! A shop with an owner, two admins and a customer, for tests of what staff do.

use crate::{
    action::{Action, Command, Tap},
    ledger,
    money::Money,
    rights::StaffRules,
    screen::{Reply, Toast},
    worker::stage::{OWNER, Stage, actor},
};

pub const ALICE: i64 = 1;
pub const ADA: i64 = 11;
pub const ABE: i64 = 12;

pub fn money(amount: &str) -> Money {
    Money::parse_amount(amount).unwrap()
}

/// Alice has come in, and Ada and Abe are admins.
pub async fn stage(rules: StaffRules) -> Stage {
    let stage = Stage::open_under(rules).await;
    for person in [ALICE, ADA, ABE, OWNER] {
        does(&stage, person, Action::Tap(Tap::Menu)).await;
    }
    for admin in [ADA, ABE] {
        appoint(&stage, admin, "admin").await;
    }
    stage
}

pub async fn does(stage: &Stage, person: i64, action: Action) -> Reply {
    stage.shop.handle(&actor(person), action).await
}

/// The words of the answer.
pub async fn told(stage: &Stage, person: i64, action: Action) -> String {
    match does(stage, person, action).await {
        Reply::Toast(Toast { text, .. }) => text,
        Reply::Show { screen, .. } => screen.plain(),
        Reply::Nothing => String::new(),
    }
}

/// Grants a role, or takes it away when it is empty.
pub async fn appoint(stage: &Stage, person: i64, role: &str) {
    let command = match role {
        "" => Command::Revoke(format!("somewhere:{person}")),
        role => Command::Grant(format!("somewhere:{person} {role}")),
    };
    does(stage, OWNER, Action::Command(command)).await;
}

pub async fn is_clean(stage: &Stage) {
    let audit = ledger::audit(&stage.shop.store).await.unwrap();
    assert!(audit.is_clean(), "{:?}", audit.differences);
}
