//! Sends what waits in the outbox of one platform: codes first, then receipts, then the rest; at least once each.
//!
//! A message is made when it is sent, so that it tells what is true then. One chat gets its messages one after the other,
//! different chats at once. Knows nothing of orders' rules or a platform's limits.

use std::{collections::HashSet, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;
use tokio::task::JoinSet;

use super::backoff;
use crate::{
    clock::Timestamp,
    flows::notice::{self, Ready},
    ids::{ChatRef, MessageRef},
    messenger::{Messenger, SendError},
    seeded::bug,
    shop::{Fault, Shop},
    store::{WriteTx, outbox::Outgoing},
};

/// Chats looked at in one go, and chats written to at once.
const GLANCE: u32 = 128;
const AT_ONCE: usize = 32;

/// How long the loop rests when nothing waits.
const REST: Duration = Duration::from_mins(1);

/// Pauses after a failed send, and how often one is tried, for about a day, before it is buried; its content stays in the
/// shop.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
const TRIES: u32 = 1_440;

/// Sends for ever.
pub async fn run(shop: &Arc<Shop>, messenger: &Arc<dyn Messenger>) {
    let mut busy: HashSet<ChatRef> = HashSet::new();
    let mut sending: JoinSet<ChatRef> = JoinSet::new();
    loop {
        let rung = shop.outbox.notified();
        let next = match start_due(shop, messenger, &mut busy, &mut sending).await {
            Ok(next) => next,
            Err(fault) => {
                tracing::error!(%fault, "the outbox could not be read");
                shop.clock.now() + FIRST_PAUSE
            }
        };
        tokio::select! {
            biased;
            Some(sent) = sending.join_next() => match sent {
                Ok(chat) => {
                    busy.remove(&chat);
                }
                Err(error) => {
                    tracing::error!(%error, "a message could not be made; all chats are tried again");
                    sending.shutdown().await;
                    busy.clear();
                }
            },
            () = rung => {}
            () = shop.clock.sleep_until(next) => {}
        }
    }
}

async fn start_due(
    shop: &Arc<Shop>,
    messenger: &Arc<dyn Messenger>,
    busy: &mut HashSet<ChatRef>,
    sending: &mut JoinSet<ChatRef>,
) -> Result<Timestamp, Fault> {
    let now = shop.clock.now();
    for outgoing in shop.store.outgoing(messenger.platform(), now, GLANCE).await? {
        if sending.len() >= AT_ONCE {
            break;
        }
        if !busy.insert(outgoing.chat.clone()) {
            continue;
        }
        let (shop, messenger) = (Arc::clone(shop), Arc::clone(messenger));
        sending.spawn(async move {
            attempt(&shop, &*messenger, &outgoing).await;
            outgoing.chat
        });
    }
    let next = shop.store.next_outgoing_after(messenger.platform(), now).await?;
    Ok(next.unwrap_or(now + REST).min(now + REST))
}

/// Delivers a message; one that cannot be made or marked comes again later and lets others of its chat go first.
async fn attempt(shop: &Arc<Shop>, messenger: &dyn Messenger, outgoing: &Outgoing) {
    let id = outgoing.id;
    match AssertUnwindSafe(deliver(shop, messenger, outgoing.clone())).catch_unwind().await {
        Ok(Ok(())) => return,
        Ok(Err(fault)) => {
            tracing::error!(%fault, outbox = %id, "a message could not be made or marked");
        }
        Err(_) => tracing::error!(outbox = %id, "making a message panicked"),
    }
    let (outgoing, now) = (outgoing.clone(), shop.clock.now());
    let error = SendError::Failed("it could not be made or marked".into());
    let work = shop
        .store
        .write(move |tx| Box::pin(async move { failed(tx, &outgoing, &error, now).await }));
    if let Err(fault) = work.await {
        tracing::error!(%fault, outbox = %id, "a message could not be postponed");
        shop.clock.sleep(FIRST_PAUSE).await;
    }
}

async fn deliver(
    shop: &Arc<Shop>,
    messenger: &dyn Messenger,
    outgoing: Outgoing,
) -> Result<(), Fault> {
    let Some(ready) = notice::render(shop, &outgoing).await? else {
        return Ok(shop
            .store
            .write(move |tx| Box::pin(async move { tx.bury_outgoing(&outgoing).await }))
            .await?);
    };
    let mut sent = send(messenger, &outgoing.chat, &ready).await;
    if bug("failed-message-counts-as-sent") && matches!(sent, Err(SendError::Failed(_))) {
        sent = Ok(None);
    }
    let now = shop.clock.now();
    let card = ready.card.map(|(order, _)| order);
    shop.store
        .write(move |tx| {
            Box::pin(async move {
                match sent {
                    Ok(message) => {
                        if let (Some(order), Some(message)) = (card, &message) {
                            tx.set_card(order, message).await?;
                        }
                        tx.outgoing_sent(
                            &outgoing,
                            message.as_ref().map(|message| message.message.as_str()),
                            now,
                        )
                        .await
                    }
                    Err(error) => failed(tx, &outgoing, &error, now).await,
                }
            })
        })
        .await
        .map_err(Fault::from)
}

/// Edits where there is a message to edit, else sends a new one and answers with it.
async fn send(
    messenger: &dyn Messenger,
    chat: &ChatRef,
    ready: &Ready,
) -> Result<Option<MessageRef>, SendError> {
    if let Some((_, Some(message))) = &ready.card {
        match messenger.edit(message, &ready.screen, ready.urgency).await {
            Err(SendError::MessageGone(_)) => {}
            edited => return edited.map(|()| None),
        }
    }
    messenger.send(chat, &ready.screen, ready.urgency).await.map(Some)
}

async fn failed(
    tx: &mut WriteTx,
    outgoing: &Outgoing,
    error: &SendError,
    now: Timestamp,
) -> Result<(), crate::store::StoreError> {
    let pause = backoff(outgoing.attempts, FIRST_PAUSE, LONGEST_PAUSE);
    match error {
        SendError::RetryAfter(wait) => tx.postpone_outgoing(outgoing, now + *wait).await,
        SendError::ChatClosed(reason) => {
            tracing::info!(platform = %outgoing.chat.platform, reason, "a chat is closed; its messages stay in the shop");
            tx.set_reachable(&outgoing.chat, false).await?;
            tx.bury_outgoing(outgoing).await
        }
        SendError::Refused(reason) => {
            tracing::error!(outbox = %outgoing.id, reason, "a platform refused a message for good");
            tx.bury_outgoing(outgoing).await
        }
        SendError::MessageGone(_) | SendError::Failed(_) | SendError::NoRoom
            if outgoing.attempts >= TRIES =>
        {
            tracing::error!(outbox = %outgoing.id, %error, "a message was given up");
            tx.bury_outgoing(outgoing).await
        }
        SendError::MessageGone(_) | SendError::Failed(_) | SendError::NoRoom => {
            tx.postpone_outgoing(outgoing, now + pause).await
        }
    }
}

#[cfg(test)]
mod tests;
