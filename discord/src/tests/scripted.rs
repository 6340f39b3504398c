//! A shop that answers as it is told.

use std::{collections::VecDeque, sync::Mutex};

use bot_core::{
    action::{Action, Actor, GroupChange},
    ids::{CountryId, ServiceId},
    screen::Reply,
    suggest::{Phrase, Suggestion},
};

use tokio::sync::watch;

use crate::door::Door;

/// Answers with what was scripted, in turn, and notes what it was asked.
#[derive(Default)]
pub(crate) struct Scripted {
    replies: Mutex<VecDeque<Option<Reply>>>,
    asked: watch::Sender<Vec<(Actor, Action)>>,
    /// What it was told of groups.
    pub groups: watch::Sender<Vec<(String, GroupChange)>>,
}

impl Scripted {
    pub fn will_say(&self, reply: Reply) {
        self.replies.lock().unwrap().push_back(Some(reply));
    }

    pub fn will_panic(&self) {
        self.replies.lock().unwrap().push_back(None);
    }

    pub fn asked(&self) -> Vec<(Actor, Action)> {
        self.asked.borrow().clone()
    }

    /// Waits until it was asked so often.
    pub async fn is_asked(&self, count: usize) {
        self.asked.subscribe().wait_for(|asked| asked.len() >= count).await.unwrap();
    }

    pub fn actions(&self) -> Vec<Action> {
        self.asked().into_iter().map(|(_, action)| action).collect()
    }
}

impl Door for Scripted {
    async fn handle(&self, actor: &Actor, action: Action) -> Reply {
        self.asked.send_modify(|asked| asked.push((actor.clone(), action)));
        let reply = self.replies.lock().unwrap().pop_front().unwrap_or(Some(Reply::Nothing));
        reply.expect("as scripted")
    }

    async fn group_changed(&self, group: &str, change: GroupChange) {
        self.groups.send_modify(|groups| groups.push((group.to_owned(), change)));
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

    fn service_name(&self, id: ServiceId) -> Option<String> {
        (id.0 < 10).then(|| format!("Service {id}"))
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
