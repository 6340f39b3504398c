//! What a customer buys and what a provider sold, in the form that an order keeps.

use crate::{
    clock::Timestamp,
    ids::{OrderId, UpstreamOrderId},
    phone::Phone,
    upstream::Kind,
};

/// What a customer pays for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// Something of the provider's list.
    New(Kind),
    /// Another term of so many days of a rental, which ended at `after` when the price was locked.
    Renewal { of: OrderId, after: Timestamp, days: u16 },
}

impl Item {
    pub const ACTIVATION: Self = Self::New(Kind::Activation);
}

/// The number that the provider sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub upstream: UpstreamOrderId,
    pub phone: Phone,
    pub accepted_at: Timestamp,
    pub expires_at: Timestamp,
}

/// A data plan that a phone installs by a code.
#[derive(Clone, PartialEq, Eq)]
pub struct Esim {
    pub upstream: UpstreamOrderId,
    pub activation_code: String,
}

impl std::fmt::Debug for Esim {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Esim").field("upstream", &self.upstream).finish_non_exhaustive()
    }
}

/// What a create brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sold {
    Activation(Line),
    Rental(Line),
    Esim(Esim),
    /// A rental goes on until then.
    Renewal {
        until: Timestamp,
    },
}

impl Sold {
    /// The provider's order, where a new one was made.
    pub fn upstream(&self) -> Option<&UpstreamOrderId> {
        match self {
            Self::Activation(line) | Self::Rental(line) => Some(&line.upstream),
            Self::Esim(esim) => Some(&esim.upstream),
            Self::Renewal { .. } => None,
        }
    }
}

/// What is done with the purchase itself: nothing more comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fulfilled {
    Esim(Esim),
    Renewal { until: Timestamp },
}
