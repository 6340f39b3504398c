//! What a provider can do, as data. Screens and workers read this; nobody asks for a provider's name.

use std::time::Duration;

use super::budget::Limits;
#[expect(unused_imports, reason = "named in the documentation")]
use super::{Choice, IdempotencyKey, Upstream};

/// What a provider can do, as data.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Capabilities {
    /// The name that the configuration uses: `smscode-v2`.
    pub provider: &'static str,
    /// The documented call that buys, as logs and alerts name it.
    pub create: &'static str,
    pub cancel: CancelRule,
    pub poll: PollBy,
    /// The shortest time between two looks at the same order, or at the list of all.
    pub pace: Duration,
    /// How many requests the key has, or a careful guess where the document says nothing.
    pub limits: Limits,
    /// Whether another SMS can be asked for.
    pub resend: bool,
    pub find_again: FindAgain,
    pub push: Push,
    /// What is sold beside activations.
    pub rentals: bool,
    pub esims: bool,
    /// Whether a rental can be prolonged.
    pub renew: bool,
    /// The most numbers that one create may buy.
    pub most_at_once: u16,
    /// Whether an activation may be asked for in an area of its country.
    pub area_codes: bool,
    /// How numbers may be chosen, beside [`Choice::Any`]: an empty list, or what the offers name.
    pub choices: &'static [ChoiceKind],
    /// Whether the provider can be told the most that a purchase may cost.
    pub takes_max_cost: bool,
    /// Whether the provider tells the reseller's balance.
    pub tells_balance: bool,
    /// The longest that an activation stays open; what is shown while the provider has not said.
    pub lifetime: Duration,
}

/// When a number may be given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelRule {
    /// This long after the purchase.
    After(Duration),
    Never,
}

/// How waiting orders are watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollBy {
    /// One call shows every open order with its SMS.
    ActiveList,
    /// One call shows how the newest orders stand, but not their SMS: those are read one by one.
    StatusList,
    /// One call per order.
    Single,
}

/// How a create whose answer was lost is found again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindAgain {
    /// The same create with the same [`IdempotencyKey`] answers with the same order.
    SameKey,
    /// Only by the provider's list of orders.
    Records,
    /// Only by what is missing from the reseller's balance.
    Balance,
}

/// Whether the provider tells of SMS by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Push {
    Never,
    /// Signed with HMAC-SHA256 over the raw body, hexadecimal in this header.
    Signed {
        header: &'static str,
        /// Whether [`Upstream::register_push`] works; otherwise the operator registers the address by hand.
        registers: bool,
    },
    /// Anybody could have sent it: a hint to ask the provider.
    Unsigned,
}

/// [`Choice`] without its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceKind {
    Operator,
    BestDelivery,
    MobileCarrier,
}
