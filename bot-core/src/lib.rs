//! The shop: money, catalogue, orders, providers and screens. Names no chat platform.

pub mod action;
pub mod clock;
pub mod ids;
pub mod messenger;
pub mod money;
pub mod phone;
pub mod screen;
pub mod shop;
pub mod store;
pub mod upstream;
