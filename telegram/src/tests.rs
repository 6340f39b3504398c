//! The adapter on the Telegram emulator, with a scripted door in place of the shop.

mod canned;
mod delivery;
mod looping;
mod replying;
mod script;
pub(crate) mod stage;
