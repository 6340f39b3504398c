//! A shop that answers as it is told.

use std::sync::Mutex;

use bot_core::{
    action::{Action, Actor},
    ids::{CountryId, ServiceId},
    screen::Reply,
    suggest::{Phrase, Suggestion},
};

use crate::door::Door;

/// Answers with what was scripted, in turn, and notes what it was asked.
#[derive(Default)]
pub(crate) struct Scripted {
    pub replies: Mutex<Vec<Reply>>,
    pub asked: Mutex<Vec<(Actor, Action)>>,
}

impl Door for Scripted {
    async fn handle(&self, actor: &Actor, action: Action) -> Reply {
        self.asked.lock().unwrap().push((actor.clone(), action));
        let mut replies = self.replies.lock().unwrap();
        if replies.is_empty() { Reply::Nothing } else { replies.remove(0) }
    }

    fn suggest_services(&self, _: &str, typed: &str, most: usize) -> Vec<Suggestion<ServiceId>> {
        let suggestion = |id| Suggestion {
            id: ServiceId(id),
            label: format!("{} {id} · from $1", typed.to_uppercase()),
        };
        (0..).take(most).map(suggestion).collect()
    }

    fn suggest_countries(
        &self,
        _: &str,
        service: ServiceId,
        typed: &str,
        most: usize,
    ) -> Vec<Suggestion<CountryId>> {
        let suggestion =
            |id| Suggestion { id: CountryId(id), label: format!("{typed} {id} of {service}") };
        (0..).take(most).map(suggestion).collect()
    }

    fn service_meant(&self, typed: &str) -> Option<ServiceId> {
        (typed == "whatsapp").then_some(ServiceId(1))
    }

    fn country_meant(&self, typed: &str) -> Option<CountryId> {
        (typed == "indonesia").then_some(CountryId(2))
    }

    fn phrase(&self, _: Option<&str>, phrase: Phrase) -> String {
        format!("{phrase:?}")
    }

    fn apology(&self, _: Option<&str>) -> String {
        "Sorry".to_owned()
    }

    fn too_fast(&self, _: Option<&str>) -> String {
        "Too fast".to_owned()
    }
}
