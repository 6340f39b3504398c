//! The messenger that the shop's outbox holds.

use std::time::Duration;

use bot_core::{
    ids::{ChatRef, MessageRef},
    messenger::{SendError, Urgency},
    screen::{Screen, Span},
};
use sandbox::telegram::{Fault, FaultRule};

use super::stage::{Stage, bounded};
use crate::decode::chat_ref;

fn screen(text: &str) -> Screen {
    Screen::new(vec![Span::Plain(text.to_owned())])
}

async fn send(stage: &Stage, chat: i64, text: &str) -> Result<MessageRef, SendError> {
    let messenger = stage.telegram.messenger();
    bounded(messenger.send(&chat_ref(chat), &screen(text), Urgency::Now)).await
}

async fn edit(stage: &Stage, message: &MessageRef, text: &str) -> Result<(), SendError> {
    bounded(stage.telegram.messenger().edit(message, &screen(text), Urgency::Soon)).await
}

#[tokio::test]
async fn a_message_is_sent_and_edited() {
    let stage = Stage::with_people().await;
    let message = send(&stage, 7, "Waiting").await.unwrap();
    edit(&stage, &message, "Code 0123").await.unwrap();
    edit(&stage, &message, "Code 0123").await.unwrap();
    let shown = stage.control().message(7, message.message.parse().unwrap()).unwrap();
    assert_eq!((shown.text.as_str(), shown.edit_count), ("Code 0123", 1));
}

#[tokio::test]
async fn failures_are_told_apart() {
    let stage = Stage::with_people().await;
    let message = send(&stage, 7, "hi").await.unwrap();
    stage.control().delete_message(7, message.message.parse().unwrap()).unwrap();
    let gone = edit(&stage, &message, "gone").await;
    assert!(matches!(gone, Err(SendError::MessageGone(_))), "{gone:?}");
    stage.control().block(8).unwrap();
    for chat in [8, 10, 99] {
        let closed = send(&stage, chat, "hi").await;
        assert!(matches!(closed, Err(SendError::ChatClosed(_))), "{chat}: {closed:?}");
    }
    for fault in [Fault::InternalServerError, Fault::BadGatewayAfter, Fault::ResetAfter] {
        stage.control().add_fault(FaultRule::next("sendMessage", 1, fault));
        let failed = send(&stage, 9, "hi").await;
        assert!(matches!(failed, Err(SendError::Failed(_))), "{fault:?}: {failed:?}");
        stage.time.advance(Duration::from_secs(5));
    }
    let elsewhere = ChatRef { platform: "discord".into(), ..chat_ref(7) };
    let messenger = stage.telegram.messenger();
    let refused = messenger.send(&elsewhere, &screen("hi"), Urgency::Now).await;
    assert!(matches!(refused, Err(SendError::Refused(_))), "{refused:?}");
    let published =
        messenger.send(&chat_ref(-50), &screen("hi").only_for_actor(), Urgency::Now).await;
    assert!(matches!(published, Err(SendError::Refused(_))), "{published:?}");
    assert_eq!(stage.texts(-50), [""; 0]);
}

#[tokio::test]
async fn a_group_that_moved_is_followed() {
    let stage = Stage::with_people().await;
    let before = send(&stage, -50, "before").await.unwrap();
    let moved_to = stage.control().upgrade_group(-50).unwrap();
    let after = send(&stage, -50, "after").await.unwrap();
    assert_eq!(after.chat, chat_ref(moved_to));
    assert_eq!(stage.texts(moved_to), ["after"]);
    let left_behind = edit(&stage, &before, "edited").await;
    assert!(matches!(left_behind, Err(SendError::MessageGone(_))), "{left_behind:?}");
}

#[tokio::test]
async fn a_long_wait_is_the_callers_and_what_can_be_spared_never_waits() {
    let stage = Stage::with_people().await;
    let flood = Fault::TooManyRequests { retry_after: 40 };
    stage.control().add_fault(FaultRule::next("sendMessage", 1, flood));
    let wait = SendError::RetryAfter(Duration::from_secs(40));
    assert_eq!(send(&stage, 7, "hi").await, Err(wait));
    let spare = stage.telegram.messenger();
    let spare = spare.send(&chat_ref(7), &screen("59 s left"), Urgency::Spare).await;
    assert_eq!(spare, Err(SendError::NoRoom));
    assert_eq!(stage.requests("sendMessage"), 1);
    stage.time.advance(Duration::from_secs(40));
    send(&stage, 7, "hi").await.unwrap();
}

#[tokio::test]
async fn a_crowd_is_served_within_telegram_s_limits() {
    let stage = Stage::open_strict().await;
    let _run = stage.run();
    let crowd = 100..140;
    for person in crowd.clone() {
        stage.control().add_person(person, "Someone", None, "en").unwrap();
        stage.control().say(person, person, "hi").unwrap();
    }
    let served = || crowd.clone().filter(|person| !stage.texts(*person).is_empty()).count();
    stage.until(|_| (served() == 30).then_some(())).await;
    stage.time.advance(Duration::from_secs(1));
    assert_eq!(served(), 30, "the others wait");
    stage.time.advance(Duration::from_millis(50));
    stage.until(|_| (served() == 40).then_some(())).await;
    assert_eq!(stage.requests("sendMessage"), 40, "none was refused");
}
