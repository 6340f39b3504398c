//! Emulators of the number providers: stateful, strict, and wrong on demand.
//!
//! Each provider is a module that implements [`server::Emulator`] over its own state; what they share lies beside it:
//! the server with its faults and request book, the handle that steers it, the book of orders, the wallet, the rate
//! limits, and a made-up [`world`] of countries and services. Nothing here knows what the shop does with an answer.

use std::{fmt, str::FromStr};

pub mod any;
pub mod ask;
pub mod changes;
pub mod control;
pub mod drift;
pub mod limits;
pub mod numbers;
pub mod orders;
pub mod requests;
#[cfg(test)]
mod requirements;
pub mod server;
pub mod smsbuyz;
pub mod smscode;
pub mod smsverificationservice;
pub mod smsverifyo;
pub mod smsverifyo_rentals;
#[cfg(test)]
mod testing;
pub mod wallet;
pub mod webhook;
pub mod world;

/// The providers that can be emulated, by the names that the command line takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Provider {
    /// SMSCode, money in IDR.
    SmscodeV1,
    /// SMSCode, money in USD over the same ledger.
    SmscodeV2,
    /// SmsBuyz, money in a currency without a name.
    SmsBuyz,
    /// smsVerificationService, money in USD.
    SmsVerificationService,
    /// SMSVerifyo's Reseller API v1, money in USD.
    SmsVerifyo,
    /// SMSVerifyo's rental API, money in USD.
    SmsVerifyoRentals,
}

impl Provider {
    /// Every provider, for help texts.
    pub const ALL: [Self; 6] = [
        Self::SmscodeV1,
        Self::SmscodeV2,
        Self::SmsBuyz,
        Self::SmsVerificationService,
        Self::SmsVerifyo,
        Self::SmsVerifyoRentals,
    ];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SmscodeV1 => "smscode-v1",
            Self::SmscodeV2 => "smscode-v2",
            Self::SmsBuyz => "smsbuyz",
            Self::SmsVerificationService => "smsverificationservice",
            Self::SmsVerifyo => "smsverifyo",
            Self::SmsVerifyoRentals => "smsverifyo-rentals",
        }
    }

    /// What the provider's base URL has after its host.
    pub const fn base_path(self) -> &'static str {
        match self {
            Self::SmscodeV1 | Self::SmsBuyz | Self::SmsVerifyoRentals => "/v1",
            Self::SmscodeV2 => "/v2",
            Self::SmsVerificationService => "/api/v1",
            Self::SmsVerifyo => "/api/public/v1",
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// No emulator has this name.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("no sandbox provider is called {0:?}, but {names}", names = Provider::ALL.map(Provider::name).join(", "))]
pub struct UnknownProvider(pub String);

impl FromStr for Provider {
    type Err = UnknownProvider;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|provider| provider.name() == name)
            .ok_or_else(|| UnknownProvider(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_known_by_the_name_it_shows() {
        for provider in Provider::ALL {
            assert_eq!(provider.to_string().parse(), Ok(provider));
        }
        assert_eq!("smscode".parse::<Provider>(), Err(UnknownProvider("smscode".into())));
    }

    #[test]
    fn a_wrong_name_is_answered_with_the_right_ones() {
        let error = UnknownProvider("nonsense".into()).to_string();
        for provider in Provider::ALL {
            assert!(error.contains(provider.name()), "{error}");
        }
    }
}
