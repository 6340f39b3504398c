//! The providers that `upstream.provider` may name, and where each one's documents say its API lives.
//!
//! [`Provider`] holds only those that can be started; a name whose adapter is still to come is in [`PLANNED`] and
//! moves from there to the enum together with its adapter.

/// A provider that this version can buy from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    SmscodeV1,
    SmscodeV2,
}

/// Documented providers that this version cannot buy from yet.
pub const PLANNED: &[&str] =
    &["smsverifyo", "smsverifyo-rentals", "smsverificationservice", "smsbuyz"];

impl Provider {
    pub const ALL: &[Self] = &[Self::SmscodeV1, Self::SmscodeV2];

    /// The provider that the configuration and the command line call `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|provider| provider.name() == name)
    }

    /// As `upstream.provider` writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::SmscodeV1 => "smscode-v1",
            Self::SmscodeV2 => "smscode-v2",
        }
    }

    /// Where the API lives unless `upstream.base_url` says otherwise, from the provider's own document.
    pub fn default_base_url(self) -> &'static str {
        match self {
            Self::SmscodeV1 => "https://api.smscode.gg/v1",
            Self::SmscodeV2 => "https://api.smscode.gg/v2",
        }
    }

    /// `smscode-v1, smscode-v2`: for sentences.
    pub fn names() -> String {
        Self::ALL.iter().map(|provider| provider.name()).collect::<Vec<_>>().join(", ")
    }
}
