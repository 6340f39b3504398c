//! The one door that chat adapters call: authorise, route an action to its flow, answer with a screen.

use crate::{
    action::{Action, Actor, CommandName},
    ids::Platform,
    screen::Reply,
    store::StoreError,
};

/// The shop. Cheap to share behind an `Arc`.
pub struct Shop {}

/// One line of a command menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandHelp {
    pub name: CommandName,
    /// In the language asked for.
    pub description: String,
}

/// A chat platform's update that is acknowledged there but not yet handled here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptUpdate {
    /// The platform's own number of the update.
    pub id: i64,
    /// As it came.
    pub payload: String,
}

impl Shop {
    /// Answers one action. Never fails: what goes wrong is a screen that says what happened to the money.
    pub async fn handle(&self, _actor: &Actor, _action: Action) -> Reply {
        Reply::Nothing
    }

    /// The commands with their descriptions in `language` (an IETF tag; the default language when `None` or unknown).
    pub fn commands(&self, _language: Option<&str>) -> Vec<CommandHelp> {
        Vec::new()
    }

    /// The languages that the shop speaks beside the default one, as two-letter codes.
    pub fn languages(&self) -> Vec<String> {
        Vec::new()
    }

    /// The platform's own ids of the people who own this shop.
    pub fn owners(&self, _platform: &Platform) -> Vec<String> {
        Vec::new()
    }

    /// What to say when handling an action failed inside (a panic): nothing was lost, try again.
    pub fn apology(&self, _language: Option<&str>) -> String {
        String::new()
    }

    /// What to say to a person whose queue is full.
    pub fn too_fast(&self, _language: Option<&str>) -> String {
        String::new()
    }

    /// Makes updates durable, so that they may be acknowledged before they are handled. An id kept twice stays once.
    pub async fn keep_updates(
        &self,
        _platform: &Platform,
        _updates: Vec<KeptUpdate>,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    /// Every kept update, oldest first: what a restart has to handle again.
    pub async fn kept_updates(&self, _platform: &Platform) -> Result<Vec<KeptUpdate>, StoreError> {
        Ok(Vec::new())
    }

    /// Forgets updates that are handled.
    pub async fn forget_updates(
        &self,
        _platform: &Platform,
        _ids: Vec<i64>,
    ) -> Result<(), StoreError> {
        Ok(())
    }
}
