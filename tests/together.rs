//! One shop on two platforms at once: one till, one provider, and everybody hears where they are.

use crate::support::{Platform, World};

#[tokio::test]
async fn people_on_both_platforms_buy_from_one_shop() {
    let world = World::open_everywhere().await;
    let mut alice = world.customer_on(Platform::Telegram, 1, "Alice", "10").await;
    let mut ann = world.customer_on(Platform::Discord, 1, "Ann", "5").await;
    alice.buys().await;
    world.code_comes("111111");
    alice.sees("code: 111111").await;
    ann.buys().await;
    world.code_comes("222222");
    ann.sees("code: 222222").await;
    assert!(!ann.has("111111") && !alice.has("222222"), "who shares a number shares nothing else");
    assert_eq!(world.audit().await.orders, 2);
    world.ends_well().await;
}

#[tokio::test]
async fn an_owner_on_both_platforms_is_named_once() {
    let world = World::open_everywhere().await;
    let mut bob = world.customer_on(Platform::Telegram, 2, "Bob", "0").await;
    bob.sends("/buy whatsapp indonesia").await;
    let told = bob.sees("Ask @olivia to top up").await.text;
    assert_eq!(told.matches("@olivia").count(), 1, "{told}");
    world.ends_well().await;
}
