//! A campaign against the shop's promises: the real core, workers, books and provider adapters, on time that a seed decides,
//! among people, networks, providers, platforms, disks and power supplies that all fail when the seed says so.
//!
//! One seed makes one history, to the letter. [`auditor`] knows what was put in and what came out, and nothing of how the
//! shop works; it says what must have become of every purchase.

pub mod auditor;
pub mod bugs;
pub mod chat;
pub mod coverage;
pub mod emulator;
pub mod history;
pub mod hub;
pub mod network;
pub mod people;
pub mod process;
pub mod report;
mod world;
