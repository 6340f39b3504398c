//! The providers that `upstream.provider` may name, and where each one's documents say its API lives.

use std::sync::Arc;

use bot_core::{
    clock::Clock,
    random::Random,
    upstream::{
        Capabilities, Upstream,
        budget::Budget,
        smsbuyz::{self, SmsBuyz},
        smscode::{self, SmsCode, Version},
        smsverificationservice::{self, SmsVerificationService},
        smsverifyo::{self, SmsVerifyo},
        smsverifyo_rentals::{self, SmsVerifyoRentals},
    },
};

use super::UpstreamConfig;

/// A provider that this version can buy from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    SmscodeV1,
    SmscodeV2,
    Smsbuyz,
    Smsverificationservice,
    Smsverifyo,
    SmsverifyoRentals,
}

/// Why the provider's client cannot be made. Holds nothing of the key.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error(transparent)]
    Smscode(#[from] smscode::SettingsError),
    #[error(transparent)]
    Smsbuyz(#[from] smsbuyz::SettingsError),
    #[error(transparent)]
    Smsverificationservice(#[from] smsverificationservice::SettingsError),
    #[error(transparent)]
    Smsverifyo(#[from] smsverifyo::SettingsError),
    #[error(transparent)]
    SmsverifyoRentals(#[from] smsverifyo_rentals::SettingsError),
}

impl Provider {
    pub const ALL: &[Self] = &[
        Self::SmscodeV1,
        Self::SmscodeV2,
        Self::Smsbuyz,
        Self::Smsverificationservice,
        Self::Smsverifyo,
        Self::SmsverifyoRentals,
    ];

    /// The provider that the configuration and the command line call `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|provider| provider.name() == name)
    }

    /// As `upstream.provider` writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::SmscodeV1 => "smscode-v1",
            Self::SmscodeV2 => "smscode-v2",
            Self::Smsbuyz => "smsbuyz",
            Self::Smsverificationservice => "smsverificationservice",
            Self::Smsverifyo => "smsverifyo",
            Self::SmsverifyoRentals => "smsverifyo-rentals",
        }
    }

    /// Where the API lives unless `upstream.base_url` says otherwise, from the provider's own document.
    pub fn default_base_url(self) -> &'static str {
        match self {
            Self::SmscodeV1 => Version::V1.base_url(),
            Self::SmscodeV2 => Version::V2.base_url(),
            Self::Smsbuyz => smsbuyz::BASE_URL,
            Self::Smsverificationservice => smsverificationservice::BASE_URL,
            Self::Smsverifyo => smsverifyo::BASE_URL,
            Self::SmsverifyoRentals => smsverifyo_rentals::BASE_URL,
        }
    }

    /// What its documents say that it can do.
    pub fn capabilities(self) -> Capabilities {
        match self {
            Self::SmscodeV1 => smscode::capabilities(Version::V1),
            Self::SmscodeV2 => smscode::capabilities(Version::V2),
            Self::Smsbuyz => smsbuyz::capabilities(),
            Self::Smsverificationservice => smsverificationservice::capabilities(),
            Self::Smsverifyo => smsverifyo::capabilities(),
            Self::SmsverifyoRentals => smsverifyo_rentals::capabilities(),
        }
    }

    /// `smscode-v1, smscode-v2, ...`: for sentences.
    pub fn names() -> String {
        Self::ALL.iter().map(|provider| provider.name()).collect::<Vec<_>>().join(", ")
    }
}

impl UpstreamConfig {
    /// The provider's client. Sends nothing yet.
    pub fn connect(&self, clock: Clock, random: Random) -> Result<Arc<dyn Upstream>, ConnectError> {
        let limits = self.provider.capabilities().limits;
        let budget = Budget::new(limits, self.requests_per_minute, clock.clone(), random);
        Ok(match self.provider {
            Provider::SmscodeV1 => Arc::new(self.smscode(Version::V1, clock, budget)?),
            Provider::SmscodeV2 => Arc::new(self.smscode(Version::V2, clock, budget)?),
            Provider::Smsbuyz => Arc::new(self.smsbuyz(clock, budget)?),
            Provider::Smsverificationservice => {
                Arc::new(self.smsverificationservice(clock, budget)?)
            }
            Provider::Smsverifyo => Arc::new(self.smsverifyo(clock, budget)?),
            Provider::SmsverifyoRentals => Arc::new(self.smsverifyo_rentals(clock, budget)?),
        })
    }

    fn smscode(
        &self,
        version: Version,
        clock: Clock,
        budget: Arc<Budget>,
    ) -> Result<SmsCode, smscode::SettingsError> {
        let (base_url, api_key) = (self.base_url.clone(), self.api_key.clone());
        let timeout = self.timeout;
        SmsCode::new(smscode::Settings { version, base_url, api_key, timeout, clock, budget })
    }

    fn smsbuyz(
        &self,
        clock: Clock,
        budget: Arc<Budget>,
    ) -> Result<SmsBuyz, smsbuyz::SettingsError> {
        let (base_url, api_key) = (self.base_url.clone(), self.api_key.clone());
        let timeout = self.timeout;
        SmsBuyz::new(smsbuyz::Settings { base_url, api_key, timeout, clock, budget })
    }

    fn smsverificationservice(
        &self,
        clock: Clock,
        budget: Arc<Budget>,
    ) -> Result<SmsVerificationService, smsverificationservice::SettingsError> {
        let (base_url, api_key) = (self.base_url.clone(), self.api_key.clone());
        let timeout = self.timeout;
        SmsVerificationService::new(smsverificationservice::Settings {
            base_url,
            api_key,
            timeout,
            clock,
            budget,
        })
    }

    fn smsverifyo(
        &self,
        clock: Clock,
        budget: Arc<Budget>,
    ) -> Result<SmsVerifyo, smsverifyo::SettingsError> {
        let (base_url, api_key) = (self.base_url.clone(), self.api_key.clone());
        let timeout = self.timeout;
        SmsVerifyo::new(smsverifyo::Settings { base_url, api_key, timeout, clock, budget })
    }

    fn smsverifyo_rentals(
        &self,
        clock: Clock,
        budget: Arc<Budget>,
    ) -> Result<SmsVerifyoRentals, smsverifyo_rentals::SettingsError> {
        let (base_url, api_key) = (self.base_url.clone(), self.api_key.clone());
        let timeout = self.timeout;
        let settings = smsverifyo_rentals::Settings { base_url, api_key, timeout, clock, budget };
        SmsVerifyoRentals::new(settings)
    }
}
