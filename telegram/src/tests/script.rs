//! A door that does what the words in an action say, and keeps updates in memory, which outlives the adapter.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
};

use bot_core::{
    action::{Action, Actor, Command, Query, Tap},
    screen::{Button, Place, Reply, Screen, Span, Toast},
    shop::KeptUpdate,
    store::StoreError,
};
use tokio::sync::watch;

use crate::door::Door;

#[derive(Debug)]
pub(crate) struct Script {
    /// Everything that was begun, as `user: word`.
    pub begun: watch::Sender<Vec<String>>,
    /// Opens for "hold".
    pub gate: watch::Sender<bool>,
    /// How often something was to be kept.
    pub tries: watch::Sender<usize>,
    /// Whether keeping fails.
    pub is_broken: AtomicBool,
    pub kept: watch::Sender<BTreeMap<i64, String>>,
}

impl Script {
    pub fn new() -> Self {
        Self {
            begun: watch::Sender::new(Vec::new()),
            gate: watch::Sender::new(false),
            tries: watch::Sender::new(0),
            is_broken: AtomicBool::new(false),
            kept: watch::Sender::default(),
        }
    }

    pub fn kept_ids(&self) -> Vec<i64> {
        self.kept.borrow().keys().copied().collect()
    }
}

/// A button that says `word` when it is tapped.
pub(crate) fn says(word: &str) -> Tap {
    Tap::Services { query: Query::new(word), page: 0 }
}

fn word(action: &Action) -> String {
    match action {
        Action::Text(word) | Action::Command(Command::Buy(word)) => word.clone(),
        Action::Tap(Tap::Services { query, .. }) => query.as_str().to_owned(),
        other => format!("{other:?}"),
    }
}

fn plain(text: &str) -> Screen {
    Screen::new(vec![Span::Plain(text.to_owned())])
}

fn show(screen: Screen, place: Place) -> Reply {
    Reply::Show { screen, place, toast: None }
}

impl Door for Script {
    async fn handle(&self, actor: &Actor, action: Action) -> Reply {
        // As the shop itself does.
        if let Action::Group(_) = action {
            return Reply::Nothing;
        }
        let word = word(&action);
        self.begun.send_modify(|begun| begun.push(format!("{}: {word}", actor.identity.user)));
        match word.as_str() {
            "panic" => panic!("as scripted"),
            "nothing" => Reply::Nothing,
            "toast" => Reply::Toast(Toast { text: "noticed".into(), alert: true }),
            "edit" => {
                let toast = Some(Toast { text: "done".into(), alert: false });
                Reply::Show { screen: plain("edited"), place: Place::Edit, toast }
            }
            "secret" => show(plain("for you only").only_for_actor(), Place::Edit),
            "hold" => {
                self.gate.subscribe().wait_for(|open| *open).await.unwrap();
                show(plain("held"), Place::New)
            }
            word => {
                let text = vec![Span::Plain("you said ".into()), Span::Bold(word.into())];
                let buttons = vec![Button::tap("Edit", says("edit")), Button::copy("Copy", word)];
                show(Screen::new(text).row(buttons), Place::New)
            }
        }
    }

    async fn keep(&self, updates: Vec<KeptUpdate>) -> Result<(), StoreError> {
        self.tries.send_modify(|tries| *tries += 1);
        if self.is_broken.load(Ordering::Relaxed) {
            return Err(StoreError::NotCarriedOut);
        }
        let updates = updates.into_iter().map(|update| (update.id, update.payload));
        self.kept.send_modify(|kept| kept.extend(updates));
        Ok(())
    }

    async fn kept(&self) -> Result<Vec<KeptUpdate>, StoreError> {
        let kept = self.kept.borrow();
        let kept =
            kept.iter().map(|(id, payload)| KeptUpdate { id: *id, payload: payload.clone() });
        Ok(kept.collect())
    }

    async fn forget(&self, ids: Vec<i64>) -> Result<(), StoreError> {
        // A store takes its time: whoever does not wait for it is further by then.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        self.kept.send_modify(|kept| kept.retain(|id, _| !ids.contains(id)));
        Ok(())
    }

    fn apology(&self, _language: Option<&str>) -> String {
        "sorry".into()
    }

    fn too_fast(&self, _language: Option<&str>) -> String {
        "slow down".into()
    }

    fn open_private_first(&self, language: Option<&str>) -> String {
        format!("open me first ({})", language.unwrap_or("?"))
    }
}
