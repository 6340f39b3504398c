//! The gateway's bad days.

use std::{sync::Arc, time::Duration};

use super::stage::*;
use crate::{ConnectError, Discord, Ended, Settings};

/// Moves the clock until it holds, so that pauses end.
async fn until(stage: &Stage, is_so: impl Fn(&Stage) -> bool) {
    let wait = async {
        while !is_so(stage) {
            stage.time.advance(Duration::from_millis(200));
            let mut changed = stage.control.changed();
            // A real moment for the connection, unless something happens earlier.
            let _ = tokio::time::timeout(Duration::from_millis(5), changed.changed()).await;
        }
    };
    bounded(wait).await;
}

async fn answers(stage: &Stage, text: &str) {
    let shown = stage.shows_in_lounge(screen(text)).await;
    assert_eq!(shown.content, text);
}

#[tokio::test]
async fn a_broken_connection_is_resumed_and_misses_nothing() {
    let (stage, _run) = Stage::running().await;
    // What is asked is answered late here; Discord's three seconds are for another test.
    stage.control.set_deadlines(false);
    for (resumes, break_it) in [
        (1, Box::new(|stage: &Stage| stage.control.cut()) as Box<dyn Fn(&Stage)>),
        (2, Box::new(|stage: &Stage| stage.control.ask_to_reconnect())),
        (3, Box::new(|stage: &Stage| stage.control.invalidate_session(true))),
        (4, Box::new(|stage: &Stage| stage.control.close(4_000))),
    ] {
        stage.shop.will_say(new(screen("Missed nothing")));
        break_it(&stage);
        let id = stage.control.run_command(ANN, LOUNGE, "/orders", &[]).unwrap();
        until(&stage, |stage| stage.control.gateway_counts().resumes == resumes).await;
        assert_eq!(stage.answer(id).await.content, "Missed nothing");
    }
    assert_eq!(stage.control.gateway_counts().identifies, 1);
}

#[tokio::test]
async fn a_lost_session_begins_anew() {
    let (stage, _run) = Stage::running().await;
    for (identifies, break_it) in [
        (
            2,
            Box::new(|stage: &Stage| stage.control.invalidate_session(false))
                as Box<dyn Fn(&Stage)>,
        ),
        (3, Box::new(|stage: &Stage| stage.control.close(4_009))),
    ] {
        break_it(&stage);
        until(&stage, |stage| {
            stage.control.gateway_counts().identifies == identifies && stage.control.is_connected()
        })
        .await;
        answers(&stage, "Back").await;
    }
    assert_eq!(stage.control.requests()["put_commands"], 1, "commands are registered once");
}

#[tokio::test]
async fn a_connection_without_acknowledgements_is_left() {
    let stage = Stage::open_with(|options| options.heartbeat_ms = 50).await;
    let _run = stage.run();
    stage.is_online().await;
    stage.control.acknowledge_heartbeats(false);
    until(&stage, |stage| stage.control.gateway_counts().resumes >= 1).await;
    stage.control.acknowledge_heartbeats(true);
    until(&stage, |stage| stage.control.is_connected()).await;
    answers(&stage, "Alive").await;
}

#[tokio::test]
async fn it_comes_back_when_discord_does() {
    let (stage, run) = Stage::running().await;
    stage.control.set_down(true);
    until(&stage, |stage| !stage.control.is_connected()).await;
    for _ in 0..50 {
        stage.time.advance(Duration::from_secs(1));
        tokio::task::yield_now().await;
    }
    assert!(!run.task.is_finished());
    stage.control.set_down(false);
    until(&stage, |stage| stage.control.is_connected()).await;
    answers(&stage, "Back").await;
}

#[tokio::test]
async fn a_revoked_token_is_a_clear_end() {
    let (stage, run) = Stage::running().await;
    stage.control.revoke_token(true);
    assert_eq!(run.ended().await, Err(Ended::TokenRevoked));
}

#[tokio::test]
async fn a_forbidding_close_is_a_clear_end() {
    let (stage, run) = Stage::running().await;
    stage.control.close(4_014);
    assert_eq!(run.ended().await, Err(Ended::Closed(4_014)));
}

/// "Gateway Close Event Codes", each of them: resumed, begun anew, or a clear end.
#[tokio::test]
async fn every_close_code_has_its_consequence() {
    for code in 4_000..=4_014 {
        let (stage, run) = Stage::running().await;
        stage.control.close(code);
        match code {
            4_004 => assert_eq!(run.ended().await, Err(Ended::TokenRevoked)),
            4_010..=4_014 => assert_eq!(run.ended().await, Err(Ended::Closed(code))),
            _ => {
                let is_back = |stage: &Stage| {
                    stage.control.is_connected() && stage.control.gateway_counts().connections >= 2
                };
                until(&stage, is_back).await;
                let counts = stage.control.gateway_counts();
                let begins_anew = matches!(code, 4_003 | 4_007 | 4_009);
                let expected = if begins_anew { (2, 0) } else { (1, 1) };
                assert_eq!((counts.identifies, counts.resumes), expected, "{code}");
                answers(&stage, "Back").await;
            }
        }
    }
}

#[tokio::test]
async fn it_stops_when_it_is_told_to() {
    let (stage, run) = Stage::running().await;
    assert_eq!(run.stop().await, Ok(()));
    until(&stage, |stage| !stage.control.is_connected()).await;
}

#[tokio::test]
async fn it_stops_while_discord_is_down() {
    let (stage, run) = Stage::running().await;
    stage.control.set_down(true);
    assert_eq!(run.stop().await, Ok(()));
}

#[tokio::test]
async fn only_a_bot_with_a_token_gets_in() {
    let stage = Stage::open().await;
    let connect = |url: &str, token: &str| {
        let settings =
            Settings { api_url: url.to_owned(), ..Settings::new(token.to_owned().into()) };
        let clock = stage.time.clock();
        async move { Discord::connect(settings, clock).await.map(Arc::new).unwrap_err() }
    };
    let url = stage.url();
    assert_eq!(connect(&url, "wrong").await, ConnectError::BadToken);
    assert_eq!(connect(&url, "").await, ConnectError::BadToken);
    assert_eq!(connect("discord.com", "token").await, ConnectError::BadUrl);
    let nobody = connect("http://127.0.0.1:1", "token").await;
    assert!(matches!(nobody, ConnectError::Unreachable(_)), "{nobody:?}");
}
