//! What people get to see.

use std::time::Duration;

use sandbox::telegram::{ButtonAction, EntityKind, Fault, FaultRule};

use super::{script::says, stage::Stage};

#[tokio::test]
async fn a_text_is_answered_with_a_message() {
    let stage = Stage::with_people().await;
    let _run = stage.run();
    let answer = stage.ask(7, 7, "<b>&_*").await;
    assert_eq!(answer.text, "you said <b>&_*");
    let bold = &answer.entities[0];
    assert_eq!((bold.kind, bold.offset, bold.length), (EntityKind::Bold, 9, 6));
    let actions: Vec<_> = answer.keyboard[0].iter().map(|button| button.action.clone()).collect();
    let expected =
        [ButtonAction::CallbackData(says("edit").pack()), ButtonAction::CopyText("<b>&_*".into())];
    assert_eq!(actions, expected);
}

#[tokio::test]
async fn a_tap_edits_its_message_and_is_answered_once() {
    let stage = Stage::with_people().await;
    let _run = stage.run();
    let message = stage.ask(7, 7, "hi").await;
    stage.control().press_button(7, 7, message.id, 0, 0).unwrap();
    assert_eq!(stage.toasts(7, 1).await, [("done".into(), false)]);
    stage
        .until(|control| control.message(7, message.id).filter(|message| message.text == "edited"))
        .await;
    // The same again changes nothing, which is no failure.
    stage.control().press(7, 7, message.id, &says("edit").pack()).unwrap();
    assert_eq!(stage.toasts(7, 2).await.len(), 2);
    stage.is_quiet().await;
    assert_eq!(stage.texts(7), ["edited"]);
}

#[tokio::test]
async fn when_the_tapped_message_is_gone_a_new_one_comes() {
    let stage = Stage::with_people().await;
    let _run = stage.run();
    let message = stage.ask(7, 7, "hi").await;
    stage.control().delete_message(7, message.id).unwrap();
    stage.control().press(7, 7, message.id, &says("edit").pack()).unwrap();
    assert_eq!(stage.told(7, 1).await[0].text, "edited");
}

#[tokio::test]
async fn every_query_is_answered_exactly_once() {
    let stage = Stage::with_people().await;
    let _run = stage.run();
    let message = stage.ask(7, 7, "hi").await;
    let mut expected = Vec::new();
    for (data, toast) in [
        (says("nothing").pack(), ("", false)),
        (says("toast").pack(), ("noticed", true)),
        (says("edit").pack(), ("done", false)),
        (says("secret").pack(), ("", false)),
        (says("panic").pack(), ("sorry", true)),
        (says("other").pack(), ("", false)),
        ("forged".to_owned(), ("", false)),
    ] {
        stage.control().press(7, 7, message.id, &data).unwrap();
        expected.push((toast.0.to_owned(), toast.1));
        assert_eq!(stage.toasts(7, expected.len()).await, expected, "{data}");
        // So that the chat's limit is never what is waited for.
        stage.time.advance(Duration::from_secs(2));
    }
    stage.is_quiet().await;
    assert_eq!(stage.control().unanswered_queries(), []);
    assert_eq!(stage.requests("answerCallbackQuery"), expected.len() as u64);
}

#[tokio::test]
async fn a_notice_for_something_typed_is_a_message() {
    let stage = Stage::with_people().await;
    let _run = stage.run();
    assert_eq!(stage.ask(7, 7, "toast").await.text, "noticed");
    assert_eq!(stage.ask(7, 7, "edit").await.text, "done\n\nedited");
}

#[tokio::test]
async fn what_is_private_stays_out_of_the_group() {
    let stage = Stage::with_people().await;
    let _run = stage.run();
    let menu = stage.ask(7, -50, "/buy hi").await;
    stage.control().press(7, -50, menu.id, &says("secret").pack()).unwrap();
    assert_eq!(stage.told(7, 1).await[0].text, "for you only");
    assert_eq!(stage.toasts(7, 1).await, [(String::new(), false)]);
    stage.control().say(7, -50, "/buy secret").unwrap();
    stage.told(7, 2).await;
    stage.is_quiet().await;
    assert_eq!(stage.texts(-50), ["you said hi"]);
}

#[tokio::test]
async fn who_never_opened_the_private_chat_is_asked_to() {
    let stage = Stage::with_people().await;
    let _run = stage.run();
    let menu = stage.ask(7, -50, "/buy hi").await;
    stage.control().press(10, -50, menu.id, &says("secret").pack()).unwrap();
    assert_eq!(stage.toasts(10, 1).await, [("open me first (en)".into(), true)]);
    assert_eq!(stage.ask(10, -50, "/buy secret").await.text, "open me first (en)");
    assert_eq!(stage.texts(10), [""; 0]);
}

#[tokio::test]
async fn an_answer_survives_a_failing_telegram() {
    for fault in [Fault::InternalServerError, Fault::BadGateway, Fault::ResetBefore] {
        let stage = Stage::with_people().await;
        let _run = stage.run();
        stage.control().add_fault(FaultRule::next("sendMessage", 2, fault));
        stage.control().say(7, 7, "hi").unwrap();
        for calls in 1..=2 {
            stage.until(|_| (stage.requests("sendMessage") == calls).then_some(())).await;
            stage.advance_while_quiet(|| stage.requests("sendMessage") == calls).await;
        }
        assert_eq!(stage.told(7, 1).await[0].text, "you said hi", "after {fault:?}");
    }
}

#[tokio::test]
async fn a_flooded_query_is_answered_a_little_later() {
    let stage = Stage::with_people().await;
    let _run = stage.run();
    let message = stage.ask(7, 7, "hi").await;
    let flood = Fault::TooManyRequests { retry_after: 2 };
    stage.control().add_fault(FaultRule::next("answerCallbackQuery", 1, flood));
    stage.control().press(7, 7, message.id, &says("toast").pack()).unwrap();
    stage.until(|_| (stage.requests("answerCallbackQuery") == 1).then_some(())).await;
    stage.advance_while_quiet(|| stage.requests("answerCallbackQuery") == 1).await;
    assert_eq!(stage.toasts(7, 1).await, [("noticed".into(), true)]);
}
