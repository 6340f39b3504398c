use async_trait::async_trait;

use super::*;
use crate::{
    action::Standing,
    ids::{Identity, OrderId, Platform, SmsId},
    messenger::Urgency,
    screen::Screen,
    store::outbox::Notice,
    worker::stage::{PLATFORM, Stage, actor},
};

/// A platform on which nothing ever gets through, or everything at once.
struct Platforms {
    platform: Platform,
    stuck: bool,
}

#[async_trait]
impl Messenger for Platforms {
    fn platform(&self) -> &Platform {
        &self.platform
    }

    async fn send(&self, chat: &ChatRef, _: &Screen, _: Urgency) -> Result<MessageRef, SendError> {
        if self.stuck {
            futures::future::pending::<()>().await;
        }
        Ok(MessageRef { chat: chat.clone(), message: "1".into() })
    }

    async fn edit(&self, _: &MessageRef, _: &Screen, _: Urgency) -> Result<(), SendError> {
        Ok(())
    }

    async fn standing(&self, _: &str, _: &Identity) -> Result<Option<Standing>, SendError> {
        Ok(None)
    }
}

fn platform(stuck: bool) -> Arc<dyn Messenger> {
    Arc::new(Platforms { platform: PLATFORM.into(), stuck })
}

fn chat(number: i64) -> ChatRef {
    actor(number).private_chat
}

async fn tell(stage: &Stage, chat: ChatRef, notice: Notice) {
    let now = stage.shop.clock.now();
    stage.write(move |tx| Box::pin(async move { Ok(tx.tell(&chat, &notice, now).await?) })).await;
}

async fn waiting(stage: &Stage) -> Vec<Outgoing> {
    let long_after = stage.shop.clock.now() + Duration::from_hours(24);
    stage.shop.store.outgoing(&PLATFORM.into(), long_after, GLANCE).await.unwrap()
}

#[tokio::test]
async fn one_chat_with_many_messages_holds_up_no_other() {
    let stage = Stage::open().await;
    let order = stage.buys(1).await;
    let other = stage.buys(2).await;
    for sms in 0..200 {
        tell(&stage, chat(1), Notice::Sms { order, sms: SmsId(sms) }).await;
    }
    tell(&stage, chat(2), Notice::Card { order: other }).await;
    let (mut busy, mut sending) = (HashSet::new(), JoinSet::new());
    start_due(&stage.shop, &platform(true), &mut busy, &mut sending).await.unwrap();
    assert_eq!(busy, HashSet::from([chat(1), chat(2)]));
}

#[tokio::test]
async fn a_message_that_cannot_be_made_holds_up_no_other() {
    let stage = Stage::open().await;
    let (bad, good) = (stage.buys(1).await, stage.buys(1).await);
    for order in [bad, good] {
        tell(&stage, chat(1), Notice::Card { order }).await;
    }
    // An order that is waiting has a number.
    stage.spoil("UPDATE orders SET state = 'waiting' WHERE id = 1").await;
    assert_eq!(bad, OrderId(1));
    let (mut busy, mut sending) = (HashSet::new(), JoinSet::new());
    for _ in 0..2 {
        start_due(&stage.shop, &platform(false), &mut busy, &mut sending).await.unwrap();
        let time_passes = async {
            loop {
                stage.clock.advance(Duration::from_millis(1));
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            sent = sending.join_next() => assert_eq!(sent.unwrap().unwrap(), chat(1)),
            () = time_passes => {}
        }
        busy.clear();
    }
    let left = waiting(&stage).await;
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].id.0, left[0].attempts > 0), (1, true), "the good one is out");
}

#[tokio::test]
async fn a_code_outlasts_an_hour_without_the_platform() {
    let stage = Stage::open().await;
    let order = stage.buys(1).await;
    tell(&stage, chat(1), Notice::Sms { order, sms: SmsId(1) }).await;
    let mut passed = Duration::ZERO;
    while passed < Duration::from_hours(12) {
        let outgoing = waiting(&stage).await.pop().expect("the message still waits");
        let now = stage.shop.clock.now();
        let error = SendError::Failed("no connection".into());
        stage
            .write(move |tx| Box::pin(async move { Ok(failed(tx, &outgoing, &error, now).await?) }))
            .await;
        stage.clock.advance(LONGEST_PAUSE);
        passed += LONGEST_PAUSE;
    }
}

#[tokio::test]
async fn a_message_that_was_renewed_is_not_buried_with_its_old_self() {
    let stage = Stage::open().await;
    let order = stage.buys(1).await;
    tell(&stage, chat(1), Notice::Card { order }).await;
    let old = waiting(&stage).await.pop().unwrap();
    tell(&stage, chat(1), Notice::Card { order }).await;
    let (now, error) = (stage.shop.clock.now(), SendError::Refused("too long".into()));
    stage.write(move |tx| Box::pin(async move { Ok(failed(tx, &old, &error, now).await?) })).await;
    assert_eq!(waiting(&stage).await.len(), 1);
}

#[tokio::test]
async fn a_message_of_another_version_of_the_program_holds_up_nothing() {
    let stage = Stage::open().await;
    let order = stage.buys(1).await;
    tell(&stage, chat(1), Notice::Card { order }).await;
    stage.spoil("UPDATE outbox SET notice = '{\"smoke_signal\":1}'").await;
    tell(&stage, chat(2), Notice::Card { order }).await;
    let (mut busy, mut sending) = (HashSet::new(), JoinSet::new());
    start_due(&stage.shop, &platform(false), &mut busy, &mut sending).await.unwrap();
    while sending.join_next().await.is_some() {}
    assert_eq!(waiting(&stage).await, vec![]);
}
