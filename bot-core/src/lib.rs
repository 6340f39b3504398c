//! The shop: money, catalogue, orders, providers and screens. Names no chat platform.

pub mod action;
pub mod catalog;
pub mod clock;
pub mod code;
mod flows;
#[cfg(test)]
mod fuzzing;
pub mod ids;
pub mod ledger;
pub mod messenger;
pub mod money;
pub mod order;
pub mod phone;
pub mod picture;
pub mod pool;
pub mod pricing;
pub mod random;
pub mod rights;
pub mod schedule;
pub mod screen;
pub mod search;
pub mod seeded;
pub mod shop;
pub mod store;
pub mod suggest;
pub mod text;
pub mod transition;
pub mod upstream;
pub mod voucher;
pub mod worker;
