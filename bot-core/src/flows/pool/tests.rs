use futures::future::join_all;

use super::*;
use crate::{
    action::{Action, Actor, Command, Group, GroupChange, Standing},
    flows::testing::{ADA, is_clean, money, stage},
    ids::{ChatRef, CustomerId, PoolId, PoolRequestId, QuoteId},
    order::Item,
    rights::StaffRules,
    screen::{Press, Toast},
    worker::stage::{PLATFORM, PRICE, Stage, actor},
};

const CHIEF: i64 = 50;

/// Somebody in the group, whose administrator is the chief.
fn member(number: i64) -> Actor {
    of_group("g", number)
}

fn of_group(group: &str, number: i64) -> Actor {
    let standing =
        Standing { is_member: true, is_administrator: number == CHIEF, roles: Vec::new() };
    let chat = ChatRef { platform: PLATFORM.into(), chat: group.to_owned() };
    let title = "Roommates".to_owned();
    let group = Group { id: group.to_owned(), title, chat, standing: Some(standing) };
    Actor { group: Some(group), ..actor(number) }
}

async fn does(stage: &Stage, actor: &Actor, action: Action) -> (String, Vec<Tap>) {
    match stage.shop.handle(actor, action).await {
        Reply::Toast(Toast { text, .. }) => (text, Vec::new()),
        Reply::Nothing => (String::new(), Vec::new()),
        Reply::Show { screen, .. } => {
            let buttons = screen.rows.iter().flatten();
            let taps = buttons.filter_map(|button| match &button.press {
                Press::Tap(tap) => Some(tap.clone()),
                Press::Later(_) | Press::Copy(_) => None,
            });
            (screen.plain(), taps.collect())
        }
    }
}

async fn taps(stage: &Stage, actor: &Actor, tap: PoolTap) -> String {
    does(stage, actor, Action::Tap(Tap::Pool(tap))).await.0
}

/// Types a command and taps the first button below the answer.
async fn confirms(stage: &Stage, actor: &Actor, typed: &str) -> String {
    let (said, buttons) = does(stage, actor, Action::Command(Command::Pool(typed.into()))).await;
    let first = buttons.first().unwrap_or_else(|| panic!("{said}")).clone();
    does(stage, actor, Action::Tap(first)).await.0
}

async fn pool(stage: &Stage) -> Pool {
    stage.shop.store.pool_of(&PLATFORM.into(), "g").await.unwrap().expect("a pool")
}

async fn in_pool(stage: &Stage) -> Money {
    ledger::pool_balance(&stage.shop.store, pool(stage).await.id).await.unwrap()
}

/// A pool with so much from the shop, from which everybody may spend.
async fn pool_with(amount: &str) -> (Stage, PoolId) {
    let stage = stage(StaffRules::default()).await;
    let said = confirms(&stage, &member(ADA), &format!("topup {amount}")).await;
    assert!(said.contains("Added"), "{said}");
    let everyone = PoolTap::Spenders(crate::action::SpendersChoice::Everyone);
    let said = taps(&stage, &member(CHIEF), everyone).await;
    assert!(said.contains("everyone"), "{said}");
    let id = pool(&stage).await.id;
    (stage, id)
}

async fn sets(stage: &Stage, cap: Cap, amount: Money) {
    taps(stage, &member(CHIEF), PoolTap::SetCap { cap, amount }).await;
}

/// Everybody pays one quote each from the pool, all at once, in tasks of their own; what they were told.
async fn pay_at_once(stage: &Stage, quotes: &[(i64, QuoteId)]) -> Vec<String> {
    let tasks = quotes.iter().map(|&(number, quote)| {
        let shop = std::sync::Arc::clone(&stage.shop);
        tokio::spawn(async move {
            match shop.handle(&member(number), Action::Tap(Tap::Pool(PoolTap::Pay(quote)))).await {
                Reply::Toast(toast) => toast.text,
                Reply::Show { screen, .. } => screen.plain(),
                Reply::Nothing => String::new(),
            }
        })
    });
    join_all(tasks).await.into_iter().map(Result::unwrap).collect()
}

async fn quotes(stage: &Stage, pool: PoolId, members: i64, each: usize) -> Vec<(i64, QuoteId)> {
    let mut quotes = Vec::new();
    for number in 100..100 + members {
        for _ in 0..each {
            let quote = stage.quoted_in(Some(pool), number, Item::ACTIVATION, 1).await;
            quotes.push((number, quote));
        }
    }
    quotes
}

fn count(told: &[String], text: &str) -> usize {
    told.iter().filter(|said| said.contains(text)).count()
}

fn bought(told: &[String]) -> usize {
    told.iter().filter(|said| said.is_empty()).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_members_and_the_last_dollar_make_one_order() {
    let (stage, pool) = pool_with("1").await;
    let told = pay_at_once(&stage, &quotes(&stage, pool, 2, 1).await).await;
    assert_eq!((bought(&told), count(&told, "does not have that much")), (1, 1), "{told:?}");
    assert_eq!(in_pool(&stage).await, Money::ZERO);
    is_clean(&stage).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_at_once_spend_exactly_what_the_caps_allow() {
    let (stage, pool) = pool_with("1000").await;
    sets(&stage, Cap::PerDay, money("17")).await;
    sets(&stage, Cap::PerMember, money("2")).await;
    let all = quotes(&stage, pool, 5, 20).await;
    let told = pay_at_once(&stage, &all).await;
    // Five members with two dollars each come before the seventeen of all.
    assert_eq!((bought(&told), count(&told, "You may spend")), (10, 90), "{told:?}");
    let more = quotes(&stage, pool, 100, 1).await;
    let told = pay_at_once(&stage, &more).await;
    assert_eq!(bought(&told), 7, "{told:?}");
    assert_eq!(in_pool(&stage).await, money("983"));
    is_clean(&stage).await;
    // What comes back may be spent again, and a day later it all counts anew.
    stage.clock.advance(std::time::Duration::from_hours(24));
    let told = pay_at_once(&stage, &quotes(&stage, pool, 100, 1).await).await;
    assert_eq!(bought(&told), 17, "{told:?}");
    is_clean(&stage).await;
}

#[tokio::test]
async fn one_quote_is_paid_by_one_purse() {
    let (stage, pool) = pool_with("5").await;
    let quote = stage.quoted_in(Some(pool), 100, Item::ACTIVATION, 1).await;
    let buyer = member(100);
    let (own, shared) = futures::join!(
        does(&stage, &buyer, Action::Tap(Tap::Buy(quote))),
        does(&stage, &buyer, Action::Tap(Tap::Pool(PoolTap::Pay(quote)))),
    );
    assert_eq!(bought(&[own.0, shared.0]), 1);
    let orders = stage.shop.store.orders_of_quote(quote).await.unwrap();
    assert_eq!(orders.len(), 1);
    // A quote from elsewhere names no pool, and somebody else's does not exist.
    let private = stage.quoted(101, Item::ACTIVATION, 1).await;
    assert!(taps(&stage, &member(101), PoolTap::Pay(private)).await.contains("out of date"));
    let theirs = stage.quoted_in(Some(pool), 101, Item::ACTIVATION, 1).await;
    assert!(taps(&stage, &member(102), PoolTap::Pay(theirs)).await.contains("out of date"));
    is_clean(&stage).await;
}

/// The request that a purchase above the limit made.
async fn asks(stage: &Stage, pool: PoolId, number: i64) -> (PoolRequestId, QuoteId) {
    let quote = stage.quoted_in(Some(pool), number, Item::ACTIVATION, 1).await;
    let said = taps(stage, &member(number), PoolTap::Pay(quote)).await;
    assert!(said.contains("asked the administrators"), "{said}");
    let row = sqlx::query_scalar("SELECT id FROM pool_request WHERE quote_id = $1").bind(quote);
    (row.fetch_one(stage.shop.store.readers()).await.unwrap(), quote)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_approval_buys_once_however_often_it_is_tapped() {
    let (stage, pool) = pool_with("5").await;
    sets(&stage, Cap::Approval, money("0.5")).await;
    let (request, quote) = asks(&stage, pool, 100).await;
    assert_eq!(in_pool(&stage).await, money("5"), "nothing is held meanwhile");
    let again = taps(&stage, &member(100), PoolTap::Pay(quote)).await;
    assert!(again.contains("An administrator was asked"), "{again}");
    let own = does(&stage, &member(100), Action::Tap(Tap::Buy(quote))).await.0;
    assert!(own.contains("An administrator was asked"), "{own}");
    for outsider in [member(100), actor(CHIEF), of_group("elsewhere", CHIEF)] {
        let said = taps(&stage, &outsider, PoolTap::Approve(request)).await;
        assert!(said.contains("Only administrators") || said.contains("could not find"), "{said}");
    }
    let chief = member(CHIEF);
    let told = join_all((0..100).map(|number| {
        let (stage, chief) = (&stage, &chief);
        // Every tenth of them declines, too late or in time.
        let tap =
            if number % 10 == 9 { PoolTap::Decline(request) } else { PoolTap::Approve(request) };
        taps(stage, chief, tap)
    }))
    .await;
    let (approved, declined) = (count(&told, "Approved by"), count(&told, "Declined"));
    assert!(approved == 100 || declined == 100, "{approved} and {declined}");
    let orders = stage.shop.store.orders_of_quote(quote).await.unwrap().len();
    assert_eq!(orders, usize::from(approved == 100));
    is_clean(&stage).await;
}

#[tokio::test]
async fn a_request_lapses_and_the_rules_count_when_it_is_approved() {
    let (stage, pool) = pool_with("5").await;
    sets(&stage, Cap::Approval, money("0.5")).await;
    let (late, quote) = asks(&stage, pool, 100).await;
    stage.clock.advance(ask::ANSWER_WITHIN);
    let said = taps(&stage, &member(CHIEF), PoolTap::Approve(late)).await;
    assert!(said.contains("Nobody answered"), "{said}");
    ask::lapse(&stage.shop).await.unwrap();
    assert!(stage.shop.store.orders_of_quote(quote).await.unwrap().is_empty());
    let (request, _) = asks(&stage, pool, 100).await;
    sets(&stage, Cap::PerOrder, money("0.9")).await;
    let said = taps(&stage, &member(CHIEF), PoolTap::Approve(request)).await;
    assert!(said.contains("may cost $0.90"), "{said}");
    sets(&stage, Cap::PerOrder, Money::ZERO).await;
    // An administrator need not ask one.
    let own = stage.quoted_in(Some(pool), CHIEF, Item::ACTIVATION, 1).await;
    assert_eq!(taps(&stage, &member(CHIEF), PoolTap::Pay(own)).await, "");
    assert_eq!(in_pool(&stage).await, money("4"));
    assert!(taps(&stage, &member(CHIEF), PoolTap::Approve(request)).await.contains("Approved"));
    assert_eq!(in_pool(&stage).await, money("3"));
    is_clean(&stage).await;
}

async fn funds(stage: &Stage, number: i64, amount: &str) {
    let typed = format!("{PLATFORM}:{number} {amount}");
    let (said, buttons) = does(stage, &actor(ADA), Action::Command(Command::TopUp(typed))).await;
    let yes = buttons.first().unwrap_or_else(|| panic!("{said}")).clone();
    does(stage, &actor(ADA), Action::Tap(yes)).await;
}

async fn gives(stage: &Stage, number: i64, amount: &str) {
    does(stage, &member(number), Action::Tap(Tap::Menu)).await;
    funds(stage, number, amount).await;
    let said = confirms(stage, &member(number), &format!("give {amount}")).await;
    assert!(said.contains("You gave"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_left_goes_back_once_and_to_the_last_unit() {
    let (stage, pool) = pool_with("0.0003").await;
    gives(&stage, 100, "1").await;
    gives(&stage, 101, "0.5").await;
    gives(&stage, 100, "0.0001").await;
    let quote = stage.quoted_in(Some(pool), 102, Item::ACTIVATION, 1).await;
    assert_eq!(taps(&stage, &member(102), PoolTap::Pay(quote)).await, "");
    let said = taps(&stage, &actor(ADA), PoolTap::AskReturn(pool)).await;
    assert!(said.contains("hold $1.00"), "{said}");
    // The number was not sold: the dollar is back, and then spent for good by somebody else.
    let order = stage.shop.store.orders_of_quote(quote).await.unwrap()[0].id;
    stage
        .write(move |tx| {
            Box::pin(async move {
                let sql = "UPDATE orders SET state = 'fulfilled', expires_at = 1 WHERE id = $1";
                let done = sqlx::query(sql).bind(order).execute(tx.connection()).await;
                done.map_err(crate::store::StoreError::from)?;
                Ok(ledger::capture(tx, order, PRICE, stage_now()).await?)
            })
        })
        .await;
    // 0.5004 are left of 1.5004 given: 10001, 5000 and 3 units, of which 3335.4..., 1667.5... and 1.0005... come back.
    let said = taps(&stage, &actor(ADA), PoolTap::AskReturn(pool)).await;
    for part in [
        "$0.5004",
        "Customer 100 (100): $0.3335",
        "Customer 101 (101): $0.1668",
        "The shop: $0.0001",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert!(taps(&stage, &member(CHIEF), PoolTap::Return(pool)).await.contains("Only the owner"));
    let told = join_all((0..100).map(|_| {
        let stage = &stage;
        async move { taps(stage, &actor(ADA), PoolTap::Return(pool)).await }
    }))
    .await;
    assert_eq!((count(&told, "went back"), count(&told, "nothing to give back")), (1, 99));
    assert_eq!(stage.balance(100).await, money("0.3335"));
    assert_eq!(stage.balance(101).await, money("0.1668"));
    assert_eq!(in_pool(&stage).await, Money::ZERO);
    is_clean(&stage).await;
    // What is given later is not for those who have got theirs back.
    gives(&stage, 101, "2").await;
    taps(&stage, &actor(ADA), PoolTap::Return(pool)).await;
    assert_eq!(stage.balance(100).await, money("0.3335"));
    assert_eq!(stage.balance(101).await, money("2.1668"));
    is_clean(&stage).await;
}

fn stage_now() -> crate::clock::Timestamp {
    crate::worker::stage::START
}

#[tokio::test]
async fn a_group_that_moves_keeps_its_pool_even_where_the_new_one_has_one() {
    let (stage, pool) = pool_with("1").await;
    let quote = stage.quoted_in(Some(pool), 100, Item::ACTIVATION, 1).await;
    let came = confirms(&stage, &of_group("h", ADA), "topup 2").await;
    assert!(came.contains("Added"), "{came}");
    let chat = ChatRef { platform: PLATFORM.into(), chat: "h".into() };
    let moved = Action::Group(GroupChange::Became { id: "h".into(), chat });
    for _ in 0..2 {
        stage.shop.handle(&member(CHIEF), moved.clone()).await;
    }
    let now = stage.shop.store.pool_of(&PLATFORM.into(), "h").await.unwrap().unwrap();
    assert_eq!((now.id, now.chat.chat.as_str()), (pool, "h"));
    let balance = ledger::pool_balance(&stage.shop.store, pool).await.unwrap();
    assert_eq!(balance, money("3"));
    assert!(stage.shop.store.pool_of(&PLATFORM.into(), "g").await.unwrap().is_none());
    is_clean(&stage).await;
    // A price that was asked for before is paid there.
    let said = taps(&stage, &of_group("h", 100), PoolTap::Pay(quote)).await;
    assert_eq!(said, "");
    is_clean(&stage).await;
}

#[tokio::test]
async fn a_pool_whose_group_the_shop_left_is_frozen_until_it_is_back() {
    let (stage, pool) = pool_with("5").await;
    let quote = stage.quoted_in(Some(pool), 100, Item::ACTIVATION, 1).await;
    for change in [GroupChange::Left, GroupChange::Left] {
        stage.shop.group_changed(&PLATFORM.into(), "g", change).await;
    }
    let alerts = "SELECT COUNT(*) FROM outbox WHERE notice LIKE '%pool_frozen%'";
    let told: i64 = sqlx::query_scalar(alerts).fetch_one(stage.shop.store.readers()).await.unwrap();
    assert_eq!(told, 1);
    assert!(taps(&stage, &member(100), PoolTap::Pay(quote)).await.contains("frozen"));
    let title = "New name".to_owned();
    stage.shop.group_changed(&PLATFORM.into(), "g", GroupChange::Joined { title }).await;
    assert_eq!(pool_title(&stage).await, "New name");
    assert_eq!(taps(&stage, &member(100), PoolTap::Pay(quote)).await, "");
    is_clean(&stage).await;
}

async fn pool_title(stage: &Stage) -> String {
    pool(stage).await.title
}

#[tokio::test]
async fn only_administrators_change_the_rules_and_every_rule_has_its_button() {
    let (stage, _) = pool_with("5").await;
    let customer = CustomerId(1);
    for tap in [
        PoolTap::Rules,
        PoolTap::Spenders(crate::action::SpendersChoice::Everyone),
        PoolTap::Members { page: 0 },
        PoolTap::List { customer, is_listed: true },
        PoolTap::Caps(Cap::PerDay),
        PoolTap::SetCap { cap: Cap::PerDay, amount: PRICE },
        PoolTap::Services { page: 0 },
        PoolTap::ShowInGroup(true),
    ] {
        assert!(taps(&stage, &member(100), tap.clone()).await.contains("Only administrators"));
        let said = taps(&stage, &member(CHIEF), tap).await;
        assert!(!said.contains("Only administrators"), "{said}");
    }
    let rules = pool(&stage).await.rules;
    assert_eq!(rules.spenders, Spenders::Listed);
    assert_eq!((rules.per_day, rules.show_in_group), (Some(PRICE), true));
    does(&stage, &member(CHIEF), Action::Command(Command::Pool("role <@&77>".into()))).await;
    assert_eq!(pool(&stage).await.rules.spenders, Spenders::Role("77".into()));
}
