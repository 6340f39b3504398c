use futures::future::join_all;

use super::*;

fn options() -> Options {
    Options { port: Some(0), ..Options::default() }
}

#[tokio::test]
async fn alice_and_bob_have_money_and_the_owner_knows_it() {
    let demo = start(options()).await.unwrap();
    let people = demo.people();
    for (person, balance) in [(ALICE, "$10.00"), (BOB, "$2.00")] {
        let told = ask(people, person, "/balance").await.unwrap();
        assert!(told.text.contains(balance), "{}", told.text);
    }
    let settled = |people: &Control| {
        let messages = people.messages(OLIVIA);
        let done = messages.iter().filter(|message| message.text.starts_with("✅ Added"));
        (done.count() == 2).then_some(())
    };
    people.until(PATIENCE, settled).await.unwrap();
    demo.stop().await;
}

#[tokio::test]
async fn the_roommates_share_five_dollars() {
    let demo = start(options()).await.unwrap();
    let people = demo.people();
    let said = people.say(BOB, ROOMMATES, "/pool").unwrap();
    let pool = answer(people, ROOMMATES, said, "/pool").await.unwrap().text;
    assert!(pool.contains("Balance: $5.00") && pool.contains("May spend: everyone"), "{pool}");
    demo.stop().await;
}

#[tokio::test]
async fn every_seat_is_of_somebody_who_is_in_the_chat() {
    let demo = start(options()).await.unwrap();
    let world = demo.people().view();
    for seat in cast().seats {
        let chat = world.chats.iter().find(|chat| chat.id == seat.chat).unwrap();
        assert!(chat.members.contains(&seat.person), "{seat:?}");
    }
    demo.stop().await;
}

/// The page itself is driven by hand; here its control interface does what it would.
#[tokio::test]
async fn alice_buys_in_discord() {
    let demo = start(options()).await.unwrap();
    let people = demo.discord.control();
    let alice = discord::players()[0].person.parse().unwrap();
    let numbers = 4_001;
    let fields = [("service", "whatsapp".into()), ("country", "india".into())];
    let quote = people.run_command(alice, numbers, "/buy", &fields).unwrap();
    people.answered(PATIENCE, quote).await.unwrap();
    people.press(alice, people.response(quote).unwrap().id, "Pay").unwrap();
    let code = |people: &sandbox::discord::Control| {
        let mut shown = people.messages(alice, numbers).into_iter();
        shown.find(|message| message.content.contains("code: `"))
    };
    let code = people.until(PATIENCE, code).await.expect("a code");
    assert_eq!(code.only_for, Some(alice));
    demo.stop().await;
}

#[tokio::test]
async fn the_next_port_is_taken_only_when_nobody_named_one() {
    let listen = Ipv4Addr::LOCALHOST.into();
    let discord = discord::start().await.unwrap();
    let first = start_page(discord.control(), listen, None).await.unwrap();
    let second = start_page(discord.control(), listen, None).await.unwrap();
    assert_ne!(first.address(), second.address());
    let taken = first.address().port();
    let refused = start_page(discord.control(), listen, Some(taken)).await;
    assert!(matches!(refused, Err(DemoError::Listen { address, .. }) if address.port() == taken));
}

#[tokio::test]
async fn books_of_another_demo_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("old.db");
    std::fs::write(&file, "precious").unwrap();
    let refused = start(Options { database: Some(file.clone()), ..options() }).await;
    assert!(matches!(refused, Err(DemoError::NotNew(_))));
    assert_eq!(std::fs::read(file).unwrap(), b"precious");
}

#[tokio::test]
async fn a_code_comes_from_every_provider_that_the_shop_can_buy_from() {
    join_all(Provider::ALL.iter().map(async |&provider| {
        let demo = start(Options { provider, ..options() }).await.unwrap();
        buy(&demo, provider).await;
        demo.stop().await;
    }))
    .await;
}

/// Alice buys a number and gets its code.
async fn buy(demo: &Demo, provider: Provider) {
    let people = demo.people();
    let quote = ask(people, ALICE, "/buy whatsapp united states").await.unwrap();
    assert!(quote.text.contains("The price is yours"), "{}: {}", provider.name(), quote.text);
    let pay =
        |row: &Vec<telegram::Button>| row.iter().position(|button| button.text.contains("Pay"));
    let (row, column) =
        quote.keyboard.iter().enumerate().find_map(|(at, row)| Some((at, pay(row)?))).unwrap();
    people.press_button(ALICE, ALICE, quote.id, row, column).unwrap();
    let is_code = |message: &MessageView| message.text.contains("code: ");
    let code = |people: &Control| people.messages(ALICE).into_iter().find(is_code);
    assert!(people.until(PATIENCE, code).await.is_some(), "{}", provider.name());
}
