use bot_core::clock::ManualClock;
use futures::{FutureExt, StreamExt, stream::FuturesUnordered};

use super::*;

const PATIENT: Duration = Duration::from_mins(2);

fn pacer() -> (ManualClock, Pacer) {
    let manual = ManualClock::starting_at(Timestamp(1_000_000));
    let pacer = Pacer::new(manual.clock());
    (manual, pacer)
}

/// Lets every task that can run do so.
async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

/// Asks for `turns` in `chat` at once and says when each came, in milliseconds, watching for `seconds`.
async fn moments(
    manual: &ManualClock,
    pacer: &Pacer,
    chat: i64,
    turns: usize,
    seconds: u64,
) -> Vec<i64> {
    let start = manual.clock().now();
    let mut waiting: FuturesUnordered<_> =
        (0..turns).map(|_| pacer.turn(chat, Urgency::Soon, PATIENT)).collect();
    let mut moments = Vec::new();
    for _ in 0..=seconds * 20 {
        loop {
            settle().await;
            let Some(turn) = waiting.next().now_or_never().flatten() else { break };
            turn.unwrap();
            moments.push(manual.clock().now().0 - start.0);
        }
        manual.advance(Duration::from_millis(50));
    }
    moments
}

#[tokio::test]
async fn a_chat_gets_a_burst_and_then_one_a_second() {
    let (manual, pacer) = pacer();
    let moments = moments(&manual, &pacer, 7, 8, 10).await;
    assert_eq!(moments, [0, 0, 0, 3_050, 3_050, 3_050, 6_100, 6_100]);
}

#[tokio::test]
async fn a_group_gets_20_a_minute() {
    let (manual, pacer) = pacer();
    let moments = moments(&manual, &pacer, -7, 25, 80).await;
    assert_eq!(moments.len(), 25);
    for (first, later) in moments.iter().zip(&moments[20..]) {
        assert!(later - first >= 60_000, "{moments:?}");
    }
}

#[tokio::test]
async fn all_chats_together_get_30_a_second() {
    let (manual, pacer) = pacer();
    for chat in 1..=30 {
        pacer.turn(chat, Urgency::Soon, PATIENT).now_or_never().unwrap().unwrap();
    }
    let mut late = Box::pin(pacer.turn(31, Urgency::Soon, PATIENT));
    assert!(futures::poll!(&mut late).is_pending());
    settle().await;
    manual.advance(Duration::from_millis(1_049));
    settle().await;
    assert!(futures::poll!(&mut late).is_pending());
    manual.advance(Duration::from_millis(1));
    settle().await;
    assert_eq!(late.now_or_never(), Some(Ok(())));
}

#[tokio::test]
async fn who_must_go_now_goes_before_those_who_came_earlier() {
    let (manual, pacer) = pacer();
    for chat in 1..=30 {
        pacer.turn(chat, Urgency::Soon, PATIENT).await.unwrap();
    }
    let order = Mutex::new(Vec::new());
    let wait = |name, chat, urgency| {
        let (pacer, order) = (&pacer, &order);
        async move {
            pacer.turn(chat, urgency, PATIENT).await.unwrap();
            order.lock().unwrap().push(name);
        }
    };
    let mut all = Box::pin(async {
        tokio::join!(
            wait("receipt", 41, Urgency::Soon),
            wait("another receipt", 42, Urgency::Soon),
            wait("code", 43, Urgency::Now),
        )
    });
    assert!(futures::poll!(&mut all).is_pending());
    // Only one place is free when the first of the 30 is over a second old: the window is moved by hand.
    pacer.lock().overall = Window::default();
    for _ in 0..29 {
        pacer.lock().overall.take(OVERALL.most, manual.clock().now());
    }
    manual.advance(Duration::from_millis(1));
    pacer.joined.notify_one();
    settle().await;
    assert!(futures::poll!(&mut all).is_pending());
    assert_eq!(*order.lock().unwrap(), ["code"]);
    manual.advance(Duration::from_secs(2));
    settle().await;
    assert!(all.now_or_never().is_some());
    assert_eq!(*order.lock().unwrap(), ["code", "receipt", "another receipt"]);
}

#[tokio::test]
async fn what_can_be_spared_does_not_wait_and_leaves_room() {
    let (_manual, pacer) = pacer();
    let spare = |chat| pacer.turn(chat, Urgency::Spare, PATIENT).now_or_never().unwrap();
    assert_eq!((spare(7), spare(7), spare(7)), (Ok(()), Ok(()), Err(NoTurn::NoRoom)));
    assert_eq!(pacer.turn(7, Urgency::Now, PATIENT).now_or_never(), Some(Ok(())));
    for chat in 100..117 {
        assert_eq!(spare(chat), Ok(()));
    }
    assert_eq!(spare(200), Err(NoTurn::NoRoom), "20 of 30 are taken");
    assert_eq!(pacer.turn(200, Urgency::Now, PATIENT).now_or_never(), Some(Ok(())));
}

#[tokio::test]
async fn a_flooded_chat_waits_alone() {
    let (manual, pacer) = pacer();
    pacer.flooded(7, Duration::from_secs(40));
    let impatient = pacer.turn(7, Urgency::Now, Duration::from_secs(5)).now_or_never();
    assert_eq!(impatient, Some(Err(NoTurn::After(Duration::from_secs(40)))));
    let mut patient = Box::pin(pacer.turn(7, Urgency::Now, PATIENT));
    assert!(futures::poll!(&mut patient).is_pending());
    let mut other = Box::pin(pacer.turn(8, Urgency::Soon, PATIENT));
    let _ = futures::poll!(&mut other);
    settle().await;
    assert_eq!(
        other.now_or_never(),
        Some(Ok(())),
        "another chat goes at once, though somebody waits"
    );
    manual.advance(Duration::from_secs(40));
    settle().await;
    assert_eq!(patient.now_or_never(), Some(Ok(())));
}

#[tokio::test]
async fn floods_in_many_chats_pause_all_for_a_moment() {
    let (manual, pacer) = pacer();
    let now = |chat| pacer.turn(chat, Urgency::Now, Duration::ZERO).now_or_never().unwrap();
    for chat in 1..=3 {
        assert_eq!(now(9), Ok(()), "before chat {chat}");
        pacer.flooded(chat, Duration::from_mins(1));
    }
    assert_eq!(now(10), Err(NoTurn::After(LONGEST_PAUSE)));
    manual.advance(LONGEST_PAUSE);
    assert_eq!(now(10), Ok(()));
    pacer.flooded_somewhere(Duration::from_secs(2));
    assert_eq!(now(11), Err(NoTurn::After(Duration::from_secs(2))));
}

#[tokio::test]
async fn who_waited_too_long_or_went_away_takes_no_turn() {
    let (manual, pacer) = pacer();
    for _ in 0..3 {
        pacer.turn(7, Urgency::Now, PATIENT).await.unwrap();
    }
    let mut gone = Box::pin(pacer.turn(7, Urgency::Now, PATIENT));
    assert!(futures::poll!(&mut gone).is_pending());
    drop(gone);
    // Joins while there is hope, then the chat is flooded.
    let mut late = Box::pin(pacer.turn(7, Urgency::Now, Duration::from_secs(4)));
    assert!(futures::poll!(&mut late).is_pending());
    pacer.flooded(7, Duration::from_secs(10));
    settle().await;
    manual.advance(Duration::from_secs(4));
    settle().await;
    assert_eq!(late.now_or_never(), Some(Err(NoTurn::After(Duration::from_secs(6)))));
    manual.advance(Duration::from_secs(6));
    settle().await;
    for _ in 0..3 {
        assert_eq!(pacer.turn(7, Urgency::Now, PATIENT).now_or_never(), Some(Ok(())));
    }
    assert!(!pacer.lock().is_served);
}

#[tokio::test]
async fn idle_chats_are_forgotten() {
    let (manual, pacer) = pacer();
    for chat in 0..5_000 {
        manual.advance(Duration::from_millis(100));
        pacer.turn(chat, Urgency::Soon, PATIENT).await.unwrap();
    }
    assert!(pacer.lock().chats.len() <= 2_000, "{} chats", pacer.lock().chats.len());
}
