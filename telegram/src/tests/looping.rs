//! Nothing is lost, nobody waits for another, and nothing stops the loop.

use std::{sync::atomic::Ordering, time::Duration};

use sandbox::telegram::{Fault, FaultRule};
use serde_json::value::RawValue;
use teloxide::payloads::GetUpdates;

use super::{script::says, stage::Stage};
use crate::lanes::LONGEST_LANE;

#[tokio::test]
async fn a_slow_person_does_not_delay_another() {
    let stage = Stage::with_people().await;
    let _run = stage.run();
    stage.control().say(7, 7, "hold").unwrap();
    stage.begun(1).await;
    assert_eq!(stage.ask(8, 8, "hi").await.text, "you said hi");
    assert_eq!(stage.ask(8, 8, "again").await.text, "you said again");
    assert_eq!(stage.texts(7), [""; 0]);
    stage.script.gate.send_replace(true);
    assert_eq!(stage.told(7, 1).await[0].text, "held");
}

#[tokio::test]
async fn what_takes_long_is_durable_before_it_is_acknowledged() {
    let stage = Stage::with_people().await;
    let _run = stage.run();
    stage.control().say(7, 7, "hold").unwrap();
    stage.is_quiet().await;
    assert_eq!(stage.script.kept_ids().len(), 1);
    stage.script.gate.send_replace(true);
    stage.told(7, 1).await;
    stage.kept(0).await;
}

#[tokio::test]
async fn a_kill_after_the_acknowledgement_loses_nothing() {
    let stage = Stage::with_people().await;
    let run = stage.run();
    stage.control().say(7, 7, "hold").unwrap();
    stage.control().say(7, 7, "behind it").unwrap();
    stage.is_quiet().await;
    run.kill().await;
    assert_eq!(stage.script.kept_ids().len(), 2);
    stage.script.gate.send_replace(true);
    let _run = stage.run();
    stage.told(7, 2).await;
    assert_eq!(stage.texts(7), ["held", "you said behind it"]);
    stage.kept(0).await;
}

#[tokio::test]
async fn a_kill_before_the_acknowledgement_loses_nothing() {
    let stage = Stage::with_people().await;
    stage.script.is_broken.store(true, Ordering::Relaxed);
    let run = stage.run();
    stage.control().say(7, 7, "hold").unwrap();
    stage.begun(1).await;
    run.kill().await;
    assert_eq!((stage.script.kept_ids().len(), stage.control().pending_updates()), (0, 1));
    stage.script.gate.send_replace(true);
    let _run = stage.run();
    assert_eq!(stage.told(7, 1).await[0].text, "held");
    stage.is_quiet().await;
}

#[tokio::test]
async fn nothing_is_acknowledged_while_it_cannot_be_kept() {
    let stage = Stage::with_people().await;
    stage.script.is_broken.store(true, Ordering::Relaxed);
    let _run = stage.run();
    let fetched = stage.requests("getUpdates");
    stage.control().say(7, 7, "hold").unwrap();
    stage.begun(1).await;
    // The first attempt fails; the next comes after a second of the shop's time.
    stage.script.tries.subscribe().wait_for(|tries| *tries == 1).await.unwrap();
    assert_eq!(stage.control().pending_updates(), 1);
    stage.script.is_broken.store(false, Ordering::Relaxed);
    stage.advance_while_quiet(|| stage.control().pending_updates() == 1).await;
    assert_eq!(stage.script.kept_ids().len(), 1);
    assert!(stage.requests("getUpdates") <= fetched + 3);
}

#[tokio::test]
async fn a_panic_stops_neither_the_loop_nor_the_person() {
    let stage = Stage::with_people().await;
    let _run = stage.run();
    assert_eq!(stage.ask(7, 7, "panic").await.text, "sorry");
    assert_eq!(stage.ask(7, 7, "still there?").await.text, "you said still there?");
    assert_eq!(stage.ask(8, 8, "and you?").await.text, "you said and you?");
    stage.is_quiet().await;
}

#[tokio::test]
async fn a_full_lane_is_told_to_slow_down() {
    let stage = Stage::with_people().await;
    let _run = stage.run();
    let message = stage.ask(7, 7, "hi").await;
    stage.control().say(7, 7, "hold").unwrap();
    for _ in 0..LONGEST_LANE {
        stage.control().press(7, 7, message.id, &says("nothing").pack()).unwrap();
    }
    assert_eq!(stage.toasts(7, 1).await, [("slow down".into(), false)]);
    stage.control().say(7, 7, "typed").unwrap();
    stage.is_quiet().await;
    stage.script.gate.send_replace(true);
    assert_eq!(stage.toasts(7, LONGEST_LANE).await.len(), LONGEST_LANE);
    stage.kept(0).await;
    assert_eq!(stage.requests("answerCallbackQuery"), LONGEST_LANE as u64);
    assert_eq!(stage.texts(7), ["you said hi", "held"], "a typed flood gets no answer");
}

#[tokio::test]
async fn a_flooded_chat_does_not_delay_another() {
    let stage = Stage::with_people().await;
    let _run = stage.run();
    let flood = Fault::TooManyRequests { retry_after: 20 };
    let rule = FaultRule { chat: Some(7), ..FaultRule::next("sendMessage", 1, flood) };
    stage.control().add_fault(rule);
    stage.control().say(7, 7, "hi").unwrap();
    stage.until(|_| (stage.requests("sendMessage") == 1).then_some(())).await;
    assert_eq!(stage.ask(8, 8, "hi").await.text, "you said hi");
    assert_eq!(stage.ask(9, 9, "hi").await.text, "you said hi");
    assert_eq!(stage.texts(7), [""; 0]);
    stage.time.advance(Duration::from_secs(20));
    assert_eq!(stage.told(7, 1).await[0].text, "you said hi");
}

#[tokio::test]
async fn an_update_that_comes_twice_is_handled_once() {
    let stage = Stage::with_people().await;
    let _run = stage.run();
    stage.ask(7, 7, "hi").await;
    stage.is_quiet().await;
    assert_eq!(stage.control().replay_last(1), 1);
    assert_eq!(stage.ask(7, 7, "next").await.text, "you said next");
    assert_eq!(stage.begun(2).await, ["7: hi", "7: next"]);
}

#[tokio::test]
async fn blocking_reaches_the_shop() {
    let stage = Stage::with_people().await;
    let _run = stage.run();
    stage.control().block(7).unwrap();
    stage.control().unblock(7).unwrap();
    let begun = stage.begun(2).await;
    assert_eq!(begun, ["7: Reachable(false)", "7: Reachable(true)"]);
}

#[tokio::test]
async fn another_poller_is_survived() {
    let stage = Stage::with_people().await;
    let _run = stage.run();
    stage.is_quiet().await;
    let mut other = GetUpdates::new();
    other.timeout = Some(0);
    stage.client().call::<_, Vec<Box<RawValue>>>(&other).await.unwrap();
    stage.until(|control| (!control.is_polled()).then_some(())).await;
    stage.advance_while_quiet(|| !stage.control().is_polled()).await;
    assert_eq!(stage.ask(7, 7, "hi").await.text, "you said hi");
}

#[tokio::test]
async fn a_stop_finishes_what_it_can_and_keeps_the_rest() {
    let stage = Stage::with_people().await;
    let run = stage.run_draining(Duration::from_millis(10));
    stage.control().say(7, 7, "hold").unwrap();
    stage.control().say(8, 8, "hi").unwrap();
    stage.begun(2).await;
    stage.told(8, 1).await;
    run.stop().await.unwrap();
    assert_eq!(stage.control().pending_updates(), 0, "acknowledged");
    assert_eq!(stage.script.kept_ids().len(), 1, "Ann's is kept, Bob's is done");
    let run = stage.run();
    stage.begun(3).await;
    stage.script.gate.send_replace(true);
    run.stop().await.unwrap();
    assert_eq!(stage.texts(7), ["held"], "a stop waits for what is being handled");
    assert_eq!(stage.script.kept_ids(), [0; 0]);
}

#[tokio::test]
async fn a_stop_waits_until_what_was_handled_is_forgotten() {
    let stage = Stage::with_people().await;
    let run = stage.run();
    stage.control().say(7, 7, "hold").unwrap();
    stage.kept(1).await;
    stage.is_quiet().await;
    stage.script.gate.send_replace(true);
    stage.told(7, 1).await;
    run.stop().await.unwrap();
    assert_eq!(stage.script.kept_ids(), [0; 0], "the next run would handle it again");
}
