//! What the shop says by itself, and how the way there goes wrong.

use std::time::Duration;

use bot_core::{
    messenger::{Messenger, SendError, Urgency},
    screen::{Button, Picture, Screen, Span},
};
use sandbox::discord::{Fault, FaultRule};
use serenity::model::id::UserId;

use super::stage::*;
use crate::address::chat_ref;

fn code() -> Screen {
    Screen::new(vec![Span::Bold("WhatsApp".into()), Span::Plain(" code".into())])
        .row(vec![Button::copy("Copy", "012345")])
}

fn ann() -> bot_core::ids::ChatRef {
    chat_ref(UserId::new(ANN))
}

const QUARTER: Duration = Duration::from_mins(15);

#[tokio::test]
async fn a_code_comes_where_the_person_is_and_later_as_a_direct_message() {
    let (stage, _run) = Stage::running().await;
    let messenger = stage.messenger();
    stage.shows_in_lounge(menu("A card")).await;
    let sent = messenger.send(&ann(), &code(), Urgency::Now).await.unwrap();
    let shown = stage.control.last_message(ANN, LOUNGE).unwrap();
    assert_eq!(
        (shown.only_for, shown.content.as_str()),
        (Some(ANN), "**WhatsApp** code\n```\n012345\n```")
    );
    assert_eq!(sent.message, format!("ephemeral.{}", shown.id));
    stage.time.advance(QUARTER);
    let sent = messenger.send(&ann(), &code(), Urgency::Now).await.unwrap();
    let private = stage.control.dm(ANN).unwrap();
    let shown = stage.control.last_message(ANN, private).unwrap();
    assert_eq!(sent.message, format!("{private}.{}", shown.id));
    assert!(shown.content.contains("012345"));
}

#[tokio::test]
async fn a_card_is_edited_while_its_pass_lives_and_a_direct_one_for_ever() {
    let (stage, _run) = Stage::running().await;
    let messenger = stage.messenger();
    let shown = stage.shows_in_lounge(menu("Placing")).await;
    stage.control.press(ANN, shown.id, "Menu").unwrap();
    stage.asked(2).await;
    let card = stage.shop.asked().remove(1).0.message.unwrap();
    messenger.edit(&card, &screen("Waiting"), Urgency::Soon).await.unwrap();
    assert_eq!(stage.control.message(shown.id).unwrap().content, "Waiting");
    let follow_up = messenger.send(&ann(), &code(), Urgency::Now).await.unwrap();
    messenger.edit(&follow_up, &screen("Code"), Urgency::Now).await.unwrap();
    stage.sees(ANN, LOUNGE, "Code").await;
    stage.time.advance(QUARTER);
    let before = stage.control.requests();
    for message in [&card, &follow_up] {
        let gone = messenger.edit(message, &screen("Late"), Urgency::Spare).await;
        assert!(matches!(gone, Err(SendError::MessageGone(_))), "{gone:?}");
    }
    assert_eq!(stage.control.requests(), before, "nothing is asked in vain");
    let direct = messenger.send(&ann(), &code(), Urgency::Now).await.unwrap();
    stage.time.advance(QUARTER * 100);
    messenger.edit(&direct, &screen("Years later"), Urgency::Now).await.unwrap();
    stage.sees(ANN, stage.control.dm(ANN).unwrap(), "Years later").await;
}

#[tokio::test]
async fn with_closed_direct_messages_the_person_is_called_once_and_told_nothing() {
    let (stage, _run) = Stage::running().await;
    let messenger = stage.messenger();
    stage.control.close_dms(ANN).unwrap();
    stage.shows_in_lounge(menu("A card")).await;
    stage.time.advance(QUARTER);
    let closed = messenger.send(&ann(), &code(), Urgency::Now).await;
    assert!(matches!(closed, Err(SendError::ChatClosed(_))), "{closed:?}");
    let call = stage.control.last_message(BOB, LOUNGE).unwrap();
    assert_eq!((call.content, call.pings), (format!("<@{ANN}> NewsAwaits"), vec![ANN]));
    let before = stage.control.requests();
    for _ in 0..20 {
        let closed = messenger.send(&ann(), &code(), Urgency::Now).await;
        assert!(matches!(closed, Err(SendError::ChatClosed(_))), "{closed:?}");
    }
    assert_eq!(stage.control.requests(), before, "a closed door is not knocked at");
    assert_eq!(stage.control.invalid_requests(), 1);
    // In an interaction the code comes after all.
    stage.shows_in_lounge(menu("Orders")).await;
    messenger.send(&ann(), &code(), Urgency::Now).await.unwrap();
    stage.sees(ANN, LOUNGE, "012345").await;
}

#[tokio::test]
async fn a_picture_goes_along_and_stays_through_edits() {
    let (stage, _run) = Stage::running().await;
    let messenger = stage.messenger();
    let picture = Picture(b"not really a PNG".as_slice().into());
    let esim = || code().with_picture(picture.clone());
    let private = stage.control.dm(ANN).unwrap();
    for channel in [private, LOUNGE] {
        if channel == LOUNGE {
            stage.shows_in_lounge(menu("A card")).await;
        }
        let sent = messenger.send(&ann(), &esim(), Urgency::Now).await.unwrap();
        messenger.edit(&sent, &esim(), Urgency::Now).await.unwrap();
        messenger.edit(&sent, &screen("Installed"), Urgency::Now).await.unwrap();
        let shown = stage.sees(ANN, channel, "Installed").await;
        let [file] = shown.files.as_slice() else { panic!("{:?}", shown.files) };
        assert_eq!((file.filename.as_str(), file.mime.as_str()), ("picture.png", "image/png"));
        assert_eq!(&stage.control.file(shown.id, file.id).unwrap()[..], &picture.0[..]);
        assert_eq!(shown.only_for, (channel == LOUNGE).then_some(ANN));
    }
}

#[tokio::test]
async fn a_picture_may_be_the_answer_itself() {
    let (stage, _run) = Stage::running().await;
    let picture = Picture(b"not really a PNG".as_slice().into());
    let shown = stage.shows_in_lounge(code().with_picture(picture)).await;
    assert_eq!(shown.files.len(), 1);
}

#[tokio::test]
async fn a_message_that_was_removed_is_gone() {
    let (stage, _run) = Stage::running().await;
    let messenger = stage.messenger();
    let sent = messenger.send(&ann(), &code(), Urgency::Now).await.unwrap();
    let private = stage.control.dm(ANN).unwrap();
    stage.control.delete_message(stage.control.last_message(ANN, private).unwrap().id).unwrap();
    let gone = messenger.edit(&sent, &screen("Late"), Urgency::Now).await;
    assert!(matches!(gone, Err(SendError::MessageGone(_))), "{gone:?}");
}

#[tokio::test]
async fn failures_say_what_they_mean() {
    let (stage, _run) = Stage::running().await;
    let messenger = stage.messenger();
    let fails = |fault| {
        stage.control.add_fault(FaultRule::next("create_message", 1, fault)).unwrap();
        let messenger = messenger.clone();
        async move { messenger.send(&ann(), &code(), Urgency::Now).await.unwrap_err() }
    };
    for fault in
        [Fault::InternalServerError, Fault::BadGatewayAfter, Fault::ResetBefore, Fault::ResetAfter]
    {
        let error = fails(fault).await;
        assert!(matches!(error, SendError::Failed(_)), "{error:?}");
    }
    let refused = fails(Fault::Refused { status: 400, code: 50_035 }).await;
    assert!(matches!(refused, SendError::Refused(_)), "{refused:?}");
    let later = fails(Fault::RateLimited { retry_after_ms: 60_000 }).await;
    let SendError::RetryAfter(wait) = later else { panic!("{later:?}") };
    assert!(wait.as_secs() >= 60);
    let spare = messenger.send(&ann(), &code(), Urgency::Spare).await;
    assert_eq!(spare, Err(SendError::NoRoom));
    stage.time.advance(Duration::from_mins(1));
    messenger.send(&ann(), &code(), Urgency::Now).await.unwrap();
}

#[tokio::test]
async fn discords_limits_are_kept() {
    let stage = Stage::open_with(|options| options.strict_limits = true).await;
    let _run = stage.run();
    stage.is_online().await;
    let messenger = stage.messenger();
    let mut later = 0;
    for _ in 0..12 {
        match messenger.send(&ann(), &code(), Urgency::Spare).await {
            Ok(_) => {}
            Err(SendError::NoRoom) => later += 1,
            Err(error) => panic!("{error:?}"),
        }
    }
    assert!(later > 0);
    assert_eq!(stage.control.invalid_requests(), 0);
}

#[tokio::test]
async fn a_limit_for_all_stops_all() {
    let (stage, _run) = Stage::running().await;
    let messenger = stage.messenger();
    messenger.send(&ann(), &code(), Urgency::Now).await.unwrap();
    let everybody = Fault::RateLimitedGlobally { retry_after_ms: 60_000 };
    stage.control.add_fault(FaultRule::next("create_message", 1, everybody)).unwrap();
    let later = messenger.send(&ann(), &code(), Urgency::Soon).await;
    assert!(matches!(later, Err(SendError::RetryAfter(_))), "{later:?}");
    let before = stage.control.requests();
    let bob = chat_ref(UserId::new(BOB));
    let later = messenger.send(&bob, &code(), Urgency::Soon).await;
    assert!(matches!(later, Err(SendError::RetryAfter(_))), "{later:?}");
    assert_eq!(stage.control.requests(), before, "nobody asks anything meanwhile");
    stage.time.advance(Duration::from_mins(1));
    messenger.send(&bob, &code(), Urgency::Soon).await.unwrap();
}

#[tokio::test]
async fn an_answer_that_got_lost_comes_again() {
    let (stage, _run) = Stage::running().await;
    stage.control.add_fault(FaultRule::next("callback", 1, Fault::ResetAfter)).unwrap();
    let shown = stage.shows_in_lounge(screen("Here all the same")).await;
    assert_eq!(shown.content, "Here all the same");
    stage.control.add_fault(FaultRule::next("edit_response", 1, Fault::BadGateway)).unwrap();
    stage.shop.will_say(new(screen("At last")));
    let id = stage.control.run_command(ANN, LOUNGE, "/help", &[]).unwrap();
    let failed = stage.control.until(BOUND, |control| control.faults().is_empty().then_some(()));
    failed.await.expect("the fault strikes");
    // The second try waits on the clock.
    let answered = async {
        loop {
            if stage.control.response(id).is_some_and(|message| !message.is_thinking) {
                return;
            }
            stage.time.advance(Duration::from_millis(100));
            tokio::task::yield_now().await;
        }
    };
    bounded(answered).await;
    assert_eq!(stage.control.response(id).unwrap().content, "At last");
}

#[tokio::test]
async fn what_is_answered_too_late_is_not_done() {
    let (stage, _run) = Stage::running().await;
    stage.control.hold_events();
    let late = stage.control.run_command(ANN, LOUNGE, "/orders", &[]).unwrap();
    stage.time.advance(Duration::from_secs(4));
    stage.control.release_events();
    stage.shop.will_say(new(screen("In time")));
    let id = stage.control.run_command(ANN, LOUNGE, "/help", &[]).unwrap();
    assert_eq!(stage.answer(id).await.content, "In time");
    let refused =
        stage.control.until(BOUND, |control| (control.requests()["callback"] >= 2).then_some(()));
    refused.await.expect("it was tried");
    assert!(stage.control.interaction(late).unwrap().answer.is_none());
    assert_eq!(stage.shop.asked().len(), 1);
}
