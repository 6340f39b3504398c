//! Discord: where its adapter will stand. Like `telegram`, it will turn interactions into actions and screens into
//! messages, and hold no rules, no prices and no SQL.
//!
//! There is no adapter yet: the shop says so at start when a Discord token is configured.

/// This platform's name in the shop, and in `shop.owners`.
pub const PLATFORM: &str = "discord";
