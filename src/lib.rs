//! Numdesk.

pub mod config;
