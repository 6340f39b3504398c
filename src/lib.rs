//! Numdesk.

pub mod app;
pub mod config;
pub mod demo;
pub mod http;
