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
async fn every_seat_is_of_somebody_who_is_in_the_chat() {
    let demo = start(options()).await.unwrap();
    let world = demo.people().view();
    for seat in cast().seats {
        let chat = world.chats.iter().find(|chat| chat.id == seat.chat).unwrap();
        assert!(chat.members.contains(&seat.person), "{seat:?}");
    }
    demo.stop().await;
}

#[tokio::test]
async fn the_next_port_is_taken_only_when_nobody_named_one() {
    let listen = Ipv4Addr::LOCALHOST.into();
    let first = start_page(listen, None).await.unwrap();
    let second = start_page(listen, None).await.unwrap();
    assert_ne!(first.address(), second.address());
    let taken = first.address().port();
    let refused = start_page(listen, Some(taken)).await;
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
