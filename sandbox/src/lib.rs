//! Emulators of the systems that Numdesk talks to, and the demo's web page.
//!
//! They speak the documented JSON over real HTTP on loopback and enforce what the documents say, so that tests and
//! the demo run the whole shop without a network. This crate knows nothing of `bot-core`: both sides of the wire are
//! written from the documents alone and cannot share a mistake.

pub mod clock;
pub mod discord;
pub mod faults;
pub mod page;
pub mod request_log;
pub mod telegram;
pub mod upstream;
