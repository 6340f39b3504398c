//! The adapter on an emulated Discord, before a shop that answers as it is told.

mod bodies;
mod chatting;
mod connecting;
mod delivery;
pub(crate) mod scripted;
mod stage;
