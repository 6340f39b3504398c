//! The messenger that the shop's outbox holds.

use std::time::Duration;

use bot_core::{
    ids::{ChatRef, MessageRef},
    messenger::{SendError, Urgency},
    picture::qr_code,
    screen::{Button, Picture, Screen, Span},
};
use sandbox::telegram::{Fault, FaultRule, Media, MessageView};

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

/// The bytes of the picture that a message shows.
fn photo(stage: &Stage, message: &MessageView) -> Option<Vec<u8>> {
    let Some(Media::Photo(file)) = &message.media else { return None };
    let file = stage.control().file(&file.id).unwrap();
    assert_eq!(file.mime, "image/png");
    Some(file.bytes.to_vec())
}

fn plan(picture: &Picture, text: &str) -> Screen {
    let text = vec![Span::Bold("eSIM ".into()), Span::Code(text.to_owned())];
    Screen::new(text)
        .row(vec![Button::copy("Copy", "LPA:1$example$1")])
        .with_picture(picture.clone())
}

async fn deliver(stage: &Stage, screen: &Screen) -> MessageRef {
    let messenger = stage.telegram.messenger();
    bounded(messenger.send(&chat_ref(7), screen, Urgency::Now)).await.unwrap()
}

#[tokio::test]
async fn a_picture_has_its_text_below_it_and_the_text_can_be_edited() {
    let stage = Stage::with_people().await;
    let picture = qr_code("LPA:1$example$1").unwrap();
    let message = deliver(&stage, &plan(&picture, "one")).await;
    let shown = || stage.control().message(7, message.message.parse().unwrap()).unwrap();
    assert_eq!(photo(&stage, &shown()), Some(picture.0.to_vec()));
    assert_eq!((shown().text.as_str(), shown().entities.len()), ("eSIM one", 2));
    assert_eq!(shown().keyboard[0][0].text, "Copy");
    let messenger = stage.telegram.messenger();
    bounded(messenger.edit(&message, &plan(&picture, "two"), Urgency::Now)).await.unwrap();
    assert_eq!((shown().text.as_str(), shown().edit_count), ("eSIM two", 1));
    assert!(photo(&stage, &shown()).is_some());
    // What is no caption of it needs a message of its own: the picture stays.
    let other = edit(&stage, &message, "Menu").await;
    assert!(matches!(other, Err(SendError::MessageGone(_))), "{other:?}");
    assert_eq!(shown().text, "eSIM two");
}

#[tokio::test]
async fn a_text_that_is_too_long_for_a_caption_follows_its_picture_whole() {
    let stage = Stage::with_people().await;
    let picture = qr_code("LPA:1$example$1").unwrap();
    let (fits, long) = ("x".repeat(1024 - 5), "x".repeat(1024 - 4));
    deliver(&stage, &plan(&picture, &fits)).await;
    let last = deliver(&stage, &plan(&picture, &long)).await;
    let told = stage.told(7, 3).await;
    let shown: Vec<_> = told
        .iter()
        .map(|message| {
            (photo(&stage, message).is_some(), message.text.len(), message.keyboard.len())
        })
        .collect();
    assert_eq!(shown, [(true, 1024, 1), (true, 0, 0), (false, 1025, 1)]);
    assert_eq!(last.message, told[2].id.to_string());
    stage.time.advance(Duration::from_secs(5));
    let longer = plan(&picture, &format!("{long}x"));
    bounded(stage.telegram.messenger().edit(&last, &longer, Urgency::Now)).await.unwrap();
    assert_eq!(stage.texts(7)[2].len(), 1026);
}

#[tokio::test]
async fn a_picture_that_telegram_fails_to_take_is_a_failure_like_any_other() {
    let stage = Stage::with_people().await;
    let screen = plan(&qr_code("LPA:1$example$1").unwrap(), "one");
    stage.control().add_fault(FaultRule::next("sendPhoto", 1, Fault::BadGateway));
    let messenger = stage.telegram.messenger();
    let failed = bounded(messenger.send(&chat_ref(7), &screen, Urgency::Now)).await;
    assert!(matches!(failed, Err(SendError::Failed(_))), "{failed:?}");
    deliver(&stage, &screen).await;
    assert_eq!(stage.texts(7).len(), 1);
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
