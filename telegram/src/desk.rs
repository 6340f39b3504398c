//! Handles one update after the other: asks the shop, carries out its answer, forgets the update.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use bot_core::screen::Toast;

use crate::{decode::Asked, door::Door, flights::Flights, lanes::Work, replies::Replies};

#[derive(Debug)]
pub(crate) struct Desk<D> {
    pub replies: Replies<D>,
    pub flights: Arc<Flights>,
    /// Actions that were refused because their person's lane was full.
    refused: AtomicU64,
}

/// One update, decoded.
#[derive(Debug)]
pub(crate) struct Job {
    pub update: i64,
    pub asked: Asked,
}

impl<D: Door> Desk<D> {
    pub fn new(replies: Replies<D>, flights: Arc<Flights>) -> Self {
        Self { replies, flights, refused: AtomicU64::new(0) }
    }

    fn door(&self) -> &D {
        &self.replies.door
    }
}

/// Ends an update: one that the store holds stays open until the store has forgotten it.
pub(crate) async fn finish<D: Door>(flights: &Flights, door: &D, update: i64) {
    if flights.finish(update) {
        if let Err(error) = door.forget(vec![update]).await {
            tracing::error!(%error, update, "a handled update stays kept and is handled again after a restart");
        }
        flights.forgotten(update);
    }
}

impl<D: Door> Work for Desk<D> {
    type Job = Job;

    async fn serve(&self, Job { asked, .. }: &Job) {
        let reply = self.door().handle(&asked.actor, asked.action.clone()).await;
        self.replies.carry_out(asked, reply).await;
    }

    async fn apologise(&self, Job { asked, .. }: &Job) {
        let text = self.door().apology(asked.actor.language.as_deref());
        self.replies.tell(asked, Toast { text, alert: true }).await;
    }

    async fn refuse(&self, Job { asked, .. }: &Job) {
        let refused = self.refused.fetch_add(1, Ordering::Relaxed) + 1;
        // Somebody who sends too much must not fill the log, too.
        if refused.is_power_of_two() {
            tracing::warn!(refused, "too many actions of one person at a time");
        }
        // Only a tap is answered: a message for each message would double the flood.
        let text = self.door().too_fast(asked.actor.language.as_deref());
        self.replies.answer_query(asked, Some(&Toast { text, alert: false })).await;
    }

    async fn finish(&self, Job { update, asked }: &Job) {
        // Nothing is left to say when this was done before.
        self.replies.answer_query(asked, None).await;
        finish(&self.flights, self.door(), *update).await;
    }
}
