//! Names of things: newtypes, so that an order's id never stands where a quote's is meant.
//!
//! Numeric ids are the shop's own. Ids that come from outside (a provider's order, a chat) stay text, as they came.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

macro_rules! numeric_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    )+};
}

numeric_ids! {
    /// A person who buys, whatever platforms they come from.
    CustomerId,
    /// A locked price for one offer and one customer.
    QuoteId,
    /// One purchase.
    OrderId,
    /// One SMS of an order.
    SmsId,
    /// Something that a provider pushed.
    PushId,
    /// A service (WhatsApp, Telegram, ...) in the shop's own numbering, stable over restarts.
    ServiceId,
    /// A country in the shop's own numbering, stable over restarts.
    CountryId,
    /// A top-up that an admin has asked for and not yet confirmed.
    TopUpId,
    /// Voucher codes that were made at once.
    VoucherBatchId,
    /// A voucher code that a person has redeemed.
    RedemptionId,
    /// What a customer says they have paid by hand.
    DepositId,
    /// Two customers that became one person.
    LinkId,
    /// A group's shared purse.
    PoolId,
    /// What a member wants to give to a pool.
    PoolGiftId,
    /// A purchase that waits for an administrator of the group.
    PoolRequestId,
    /// What was left of a pool, given back.
    PoolReturnId,
    /// One message waiting to be delivered.
    OutboxId,
}

macro_rules! text_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    )+};
}

text_ids! {
    /// A chat platform, by the name its adapter gives itself.
    Platform,
    /// A provider's name for one order.
    UpstreamOrderId,
    /// A provider's name for what is ordered: a product id, or a service and a country put together.
    ProductRef,
    /// The key that makes a repeated create harmless where the provider supports it. Committed before the first byte.
    IdempotencyKey,
}

/// One person on one platform.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identity {
    pub platform: Platform,
    /// The platform's own id of the person.
    pub user: String,
}

/// `platform:user`, as the configuration writes owners.
impl FromStr for Identity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().split_once(':') {
            Some((platform, user)) if !platform.is_empty() && !user.is_empty() => {
                Ok(Self { platform: platform.into(), user: user.to_owned() })
            }
            _ => Err(format!("`{text}` is not of the form platform:id")),
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.platform, self.user)
    }
}

/// One chat on one platform.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ChatRef {
    pub platform: Platform,
    /// The platform's own id of the chat.
    pub chat: String,
}

/// One message in one chat.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MessageRef {
    pub chat: ChatRef,
    /// The platform's own id of the message, unique within the chat.
    pub message: String,
}
