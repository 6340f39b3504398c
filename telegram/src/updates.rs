//! Fetches updates and has them handled. What was acknowledged is handled or durable, whenever the program dies.
//!
//! teloxide's dispatcher acknowledges first and handles later, lets one slow chat delay others and ends with the first
//! panic; so this is its own loop. Fetching with a new offset is what acknowledges (Bot API, getUpdates), so each fetch
//! waits until the batch before is done, or, after a moment, kept by the shop.

use std::{sync::Arc, time::Duration};

use bot_core::{clock::Clock, shop::KeptUpdate};
use serde::Serialize;
use serde_json::value::RawValue;
use teloxide::{payloads::DeleteWebhook, requests::Payload};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use crate::{
    backoff::Backoff,
    client::{CallError, Client, Refusal},
    decode::{Asked, decode},
    desk::{self, Desk, Job},
    door::Door,
    flights::Flights,
    lanes::Lanes,
    wire::{Update, UpdateNumber},
};

/// How long Telegram holds a fetch open while nothing happens.
const LONG_POLL: Duration = Duration::from_secs(30);
/// A fetch that brings nothing takes at least this long. Real time.
const SHORTEST_FETCH: Duration = Duration::from_millis(250);
/// How long a batch may take before what is left of it is made durable. Real time, whatever the clock: it weighs a
/// write to the disk against a delay of the next fetch.
const GRACE: Duration = Duration::from_millis(50);
/// How long a stop waits for what is being handled. Real time.
const DRAIN: Duration = Duration::from_secs(5);
/// How long a stop waits for its last acknowledgement. Real time.
const LAST_WORD: Duration = Duration::from_secs(2);
/// Updates that are open at the same time; Telegram keeps the others.
const MOST_OPEN: usize = 1_000;
const BATCH: usize = 100;

/// The token was withdrawn while running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Telegram does not accept the bot's token any more")]
pub struct TokenRevoked;

/// getUpdates with an id that teloxide's `i32` might not hold.
#[derive(Debug, Serialize)]
struct GetUpdates {
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<i64>,
    limit: usize,
    /// Seconds.
    timeout: u64,
    allowed_updates: [&'static str; 3],
}

impl Payload for GetUpdates {
    type Output = Vec<Box<RawValue>>;
    const NAME: &'static str = "GetUpdates";

    fn timeout_hint(&self) -> Option<Duration> {
        Some(Duration::from_secs(self.timeout))
    }
}

impl GetUpdates {
    fn new(offset: Option<i64>, timeout: Duration) -> Self {
        let allowed_updates = ["message", "callback_query", "my_chat_member"];
        Self { offset, limit: BATCH, timeout: timeout.as_secs(), allowed_updates }
    }
}

pub(crate) struct Updates<D: Door> {
    client: Arc<Client>,
    door: Arc<D>,
    clock: Clock,
    own_name: String,
    flights: Arc<Flights>,
    lanes: Lanes<Desk<D>>,
    /// Everything below was begun; the next fetch, which waits until that is handled or durable, says so. Said only
    /// once: when a bot has had no updates for a week, Telegram may go on with lower ids.
    acknowledge: Option<i64>,
    stop: watch::Receiver<bool>,
    /// [`DRAIN`], unless a test is in a hurry.
    pub drain: Duration,
}

impl<D: Door> Updates<D> {
    pub fn new(desk: Desk<D>, own_name: String, stop: watch::Receiver<bool>) -> Self {
        Self {
            client: Arc::clone(&desk.replies.client),
            door: Arc::clone(&desk.replies.door),
            clock: desk.replies.clock.clone(),
            own_name,
            flights: Arc::clone(&desk.flights),
            lanes: Lanes::new(desk),
            acknowledge: None,
            stop,
            drain: DRAIN,
        }
    }

    /// Runs until it is stopped or the token is revoked.
    pub async fn run(mut self) -> Result<(), TokenRevoked> {
        let outcome = self.work().await;
        self.close().await;
        outcome
    }

    /// Dropping this future loses nothing: what it has begun is not acknowledged before it is handled or durable.
    async fn work(&mut self) -> Result<(), TokenRevoked> {
        let mut stop = self.stop.clone();
        tokio::select! {
            biased;
            () = stopped(&mut stop) => return Ok(()),
            () = self.resume() => {}
        }
        loop {
            let pause = sleep(SHORTEST_FETCH);
            let batch = tokio::select! {
                biased;
                () = stopped(&mut stop) => return Ok(()),
                batch = self.fetch() => batch?,
            };
            self.begin(batch).await;
            self.settle(&mut stop).await;
            if self.acknowledge.is_none() {
                // Over already, unless the server does not hold fetches open or sends what cannot be acknowledged.
                pause.await;
            }
        }
    }

    /// Handles what was acknowledged and not handled when the program ended.
    async fn resume(&mut self) {
        let mut backoff = Backoff::new(self.clock.clone());
        let kept = loop {
            match self.door.kept().await {
                Ok(kept) => break kept,
                Err(error) => {
                    tracing::error!(%error, "the kept updates cannot be read");
                    backoff.wait().await;
                }
            }
        };
        for KeptUpdate { id, payload } in kept {
            let asked = self.read(id, &payload);
            if self.flights.begin_kept(id) {
                self.hand_out(id, asked).await;
            }
        }
    }

    /// The next updates, however long that takes.
    async fn fetch(&mut self) -> Result<Vec<Box<RawValue>>, TokenRevoked> {
        self.flights.until_at_most(MOST_OPEN).await;
        let mut backoff = Backoff::new(self.clock.clone());
        loop {
            let error = match self.client.call(&GetUpdates::new(self.acknowledge, LONG_POLL)).await
            {
                Ok(batch) => return Ok(batch),
                Err(error) => error,
            };
            match &error {
                CallError::Refused { reason: Refusal::Unauthorized, .. } => {
                    tracing::error!(%error, "the bot's token is not accepted");
                    return Err(TokenRevoked);
                }
                CallError::Refused { reason: Refusal::Conflict, description } => {
                    if backoff.is_first() {
                        tracing::error!(%error, "somebody else receives this bot's updates; trying again");
                    }
                    if description.contains("webhook") {
                        self.remove_webhook().await;
                    }
                }
                _ if backoff.is_first() => tracing::warn!(%error, "no updates; trying again"),
                _ => tracing::debug!(%error, "still no updates"),
            }
            match error {
                CallError::RetryAfter(wait) => self.clock.sleep(wait).await,
                _ => backoff.wait().await,
            }
        }
    }

    /// A webhook that another program left behind keeps getUpdates from working. What waits is not dropped.
    async fn remove_webhook(&self) {
        match self.client.call::<_, bool>(&DeleteWebhook::new()).await {
            Ok(_) => tracing::warn!("a webhook took this bot's updates; it was removed"),
            Err(error) => tracing::warn!(%error, "the webhook could not be removed"),
        }
    }

    /// Puts a batch into the lanes.
    async fn begin(&mut self, batch: Vec<Box<RawValue>>) {
        let mut last = None;
        for payload in batch {
            let Ok(UpdateNumber { update_id }) = serde_json::from_str(payload.get()) else {
                tracing::error!("an update without an id is passed over");
                continue;
            };
            last = last.max(Some(update_id));
            let asked = self.read(update_id, payload.get());
            if self.flights.begin(update_id, payload) {
                self.hand_out(update_id, asked).await;
            }
        }
        self.acknowledge = last.map(|last| last + 1);
    }

    /// `None` for what is not meant for the shop, or not readable: one bad update must not block those behind it.
    fn read(&self, id: i64, payload: &str) -> Option<Asked> {
        let update = serde_json::from_str::<Update>(payload);
        if let Err(error) = &update {
            // What the person wrote stays out of the log, so of the error only the place.
            tracing::error!(update = id, column = error.column(), "an update is not readable");
        }
        decode(update.ok()?, &self.own_name)
    }

    async fn hand_out(&mut self, id: i64, asked: Option<Asked>) {
        if let Some(asked) = asked {
            let person = asked.actor.identity.user.clone();
            self.lanes.push(&person, Job { update: id, asked });
        } else {
            desk::finish(&self.flights, &*self.door, id).await;
        }
    }

    /// Returns when everything that was begun is handled or durable, or when it is stopped while the store fails.
    async fn settle(&self, stop: &mut watch::Receiver<bool>) {
        let mut backoff = Backoff::new(self.clock.clone());
        while timeout(GRACE, self.flights.until_none_loose()).await.is_err() {
            if !self.keep().await {
                tokio::select! {
                    () = stopped(stop) => return,
                    () = backoff.wait() => {}
                }
            }
        }
    }

    /// Makes durable what would be lost with the process. False when the store failed.
    async fn keep(&self) -> bool {
        let loose = self.flights.loose();
        let ids: Vec<i64> = loose.iter().map(|update| update.id).collect();
        if let Err(error) = self.door.keep(loose).await {
            tracing::error!(%error, "updates cannot be kept; nothing is acknowledged");
            return false;
        }
        let finished = self.flights.mark_kept(ids.into_iter());
        if !finished.is_empty()
            && let Err(error) = self.door.forget(finished).await
        {
            tracing::error!(%error, "handled updates stay kept and are handled again after a restart");
        }
        true
    }

    /// Lets what is being handled come to its end, keeps the rest, and acknowledges both.
    async fn close(&mut self) {
        let is_drained = timeout(self.drain, self.flights.until_at_most(0)).await.is_ok();
        if !is_drained && !self.keep().await {
            return;
        }
        if self.acknowledge.is_none() {
            return;
        }
        let mut last_word = GetUpdates::new(self.acknowledge, Duration::ZERO);
        last_word.limit = 1;
        let acknowledged =
            timeout(LAST_WORD, self.client.call::<_, Vec<Box<RawValue>>>(&last_word)).await;
        if !matches!(acknowledged, Ok(Ok(_))) {
            tracing::info!("the last updates are not acknowledged; Telegram will send them again");
        }
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // A stop whose sender is gone is a stop, too.
    let _ = stop.wait_for(|stop| *stop).await;
}
