//! Behaviour tests: the real app on the emulators, over real HTTP and a real SQLite file. They read like a chat.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[macro_use]
mod support;

mod admin;
mod bad_input;
mod choices;
mod credit;
mod desk;
mod discord;
mod doubt;
mod endings;
mod endpoints;
mod esims;
mod house;
mod kills;
mod languages;
mod limits;
mod link;
mod migrations;
mod mixed;
mod outages;
mod pools;
mod prices;
mod providers;
mod purchase;
mod push;
mod records;
mod rentals;
mod restarts;
mod secrecy;
mod smsbuyz;
mod staff;
mod together;
mod unreadable;
