//! Any provider's emulator by the provider's name, for those to whom it makes no difference: the command line and the
//! demo. What is particular to a provider is its own [`Control`](super::control::Control)'s.

use std::{fmt, io, net::SocketAddr};

use futures::future::{BoxFuture, FutureExt};

use super::{
    Provider,
    control::ControlError,
    numbers::CodePlan,
    server::Running,
    smsbuyz, smscode, smsverificationservice, smsverifyo, smsverifyo_rentals,
    webhook::{NotLoopback, is_loopback},
};
use crate::request_log::RequestLog;

/// How to set an emulator up; what is absent is as its provider has it.
#[derive(Clone)]
pub struct Options {
    pub provider: Provider,
    /// The only key that is let in.
    pub api_key: String,
    /// Catalogue, numbers and codes follow from it.
    pub seed: u64,
    pub codes: Option<CodePlan>,
    /// The opening balance in whole units of the provider's own currency.
    pub wallet: Option<u32>,
    /// Where it pushes to.
    pub webhook: Option<Hook>,
    pub log: RequestLog,
}

/// A receiver of webhooks.
#[derive(Clone)]
pub struct Hook {
    /// `http://` on this machine.
    pub url: String,
    /// For the providers that sign.
    pub secret: Option<String>,
}

/// Why an emulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{0} pushes nothing; these do: {names}", names = pushing())]
    PushesNothing(Provider),
    #[error("{0} signs its webhooks and needs a secret for them")]
    NoSecret(Provider),
    #[error("{0} signs no webhooks, so a secret would prove nothing")]
    SignsNothing(Provider),
    #[error(transparent)]
    NotLoopback(#[from] NotLoopback),
    #[error("the webhook cannot be set")]
    Webhook(#[from] ControlError),
    #[error("{address} cannot be listened on")]
    Listen { address: SocketAddr, source: io::Error },
}

/// What a provider does about webhooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushes {
    Nothing,
    Signed,
    Unsigned,
}

impl Provider {
    /// What its documents say about webhooks.
    pub const fn pushes(self) -> Pushes {
        match self {
            Self::SmscodeV1 | Self::SmscodeV2 | Self::SmsVerifyoRentals => Pushes::Signed,
            Self::SmsVerificationService => Pushes::Unsigned,
            Self::SmsBuyz | Self::SmsVerifyo => Pushes::Nothing,
        }
    }
}

fn pushing() -> String {
    let all = Provider::ALL.into_iter().filter(|provider| provider.pushes() != Pushes::Nothing);
    all.map(Provider::name).collect::<Vec<_>>().join(", ")
}

/// A running emulator of any provider. Dropping it stops it.
pub struct AnyRunning {
    base_url: String,
    running: Box<dyn Stop>,
}

impl AnyRunning {
    /// Where the provider's API is: what a shop takes for the provider's own address.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Closes every connection and returns once the port is free.
    pub async fn stop(self) {
        self.running.stop().await;
    }
}

impl fmt::Debug for AnyRunning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "AnyRunning({})", self.base_url)
    }
}

trait Stop: Send + Sync {
    fn url(&self) -> String;
    fn stop(self: Box<Self>) -> BoxFuture<'static, ()>;
}

impl<C: Clone + Send + Sync + 'static> Stop for Running<C> {
    fn url(&self) -> String {
        Self::url(self)
    }

    fn stop(self: Box<Self>) -> BoxFuture<'static, ()> {
        Self::stop(*self).boxed()
    }
}

/// Starts the provider's emulator on `address`; port 0 takes a free one.
pub async fn start(options: Options, address: SocketAddr) -> Result<AnyRunning, StartError> {
    let provider = options.provider;
    if let Some(hook) = &options.webhook {
        check(provider, hook)?;
    }
    let running: Box<dyn Stop> = match provider {
        Provider::SmscodeV1 | Provider::SmscodeV2 => start_smscode(options, address).await?,
        Provider::SmsBuyz => start_smsbuyz(options, address).await?,
        Provider::SmsVerificationService => start_verification_service(options, address).await?,
        Provider::SmsVerifyo => start_smsverifyo(options, address).await?,
        Provider::SmsVerifyoRentals => start_smsverifyo_rentals(options, address).await?,
    };
    Ok(AnyRunning { base_url: format!("{}{}", running.url(), provider.base_path()), running })
}

fn check(provider: Provider, hook: &Hook) -> Result<(), StartError> {
    match (provider.pushes(), &hook.secret) {
        (Pushes::Nothing, _) => return Err(StartError::PushesNothing(provider)),
        (Pushes::Signed, None) => return Err(StartError::NoSecret(provider)),
        (Pushes::Unsigned, Some(_)) => return Err(StartError::SignsNothing(provider)),
        (Pushes::Signed, Some(_)) | (Pushes::Unsigned, None) => {}
    }
    if is_loopback(&hook.url) { Ok(()) } else { Err(NotLoopback(hook.url.clone()).into()) }
}

async fn start_smscode(wanted: Options, address: SocketAddr) -> Result<Box<dyn Stop>, StartError> {
    let mut options = smscode::Options::new(wanted.api_key);
    options.seed = wanted.seed;
    options.codes = wanted.codes.unwrap_or(options.codes);
    options.wallet_idr = wanted.wallet.map_or(options.wallet_idr, i64::from);
    options.log = wanted.log;
    let running = listening(smscode::start(options, address).await, address)?;
    if let Some(hook) = wanted.webhook {
        running.control().set_webhook(&hook.url, hook.secret.as_deref())?;
    }
    Ok(Box::new(running))
}

async fn start_smsbuyz(wanted: Options, address: SocketAddr) -> Result<Box<dyn Stop>, StartError> {
    let mut options = smsbuyz::Options::new(wanted.api_key);
    options.seed = wanted.seed;
    options.codes = wanted.codes.unwrap_or(options.codes);
    let pips = |whole| i64::from(whole) * smsbuyz::PIPS;
    options.wallet_pips = wanted.wallet.map_or(options.wallet_pips, pips);
    options.log = wanted.log;
    Ok(Box::new(listening(smsbuyz::start(options, address).await, address)?))
}

async fn start_verification_service(
    wanted: Options,
    address: SocketAddr,
) -> Result<Box<dyn Stop>, StartError> {
    let mut options = smsverificationservice::Options::new(wanted.api_key);
    options.seed = wanted.seed;
    options.codes = wanted.codes.unwrap_or(options.codes);
    let cents = |whole| i64::from(whole) * 100;
    options.wallet_cents = wanted.wallet.map_or(options.wallet_cents, cents);
    options.log = wanted.log;
    let running = listening(smsverificationservice::start(options, address).await, address)?;
    if let Some(hook) = wanted.webhook {
        running.control().set_callback(&hook.url)?;
    }
    Ok(Box::new(running))
}

async fn start_smsverifyo(
    wanted: Options,
    address: SocketAddr,
) -> Result<Box<dyn Stop>, StartError> {
    let mut options = smsverifyo::Options::new(wanted.api_key);
    options.seed = wanted.seed;
    options.codes = wanted.codes.unwrap_or(options.codes);
    let pips = |whole| i64::from(whole) * smsverifyo::PIPS;
    options.wallet_pips = wanted.wallet.map_or(options.wallet_pips, pips);
    options.log = wanted.log;
    Ok(Box::new(listening(smsverifyo::start(options, address).await, address)?))
}

async fn start_smsverifyo_rentals(
    wanted: Options,
    address: SocketAddr,
) -> Result<Box<dyn Stop>, StartError> {
    let mut options = smsverifyo_rentals::Options::new(wanted.api_key);
    options.seed = wanted.seed;
    options.codes = wanted.codes.unwrap_or(options.codes);
    let pips = |whole| i64::from(whole) * smsverifyo_rentals::PIPS;
    options.wallet_pips = wanted.wallet.map_or(options.wallet_pips, pips);
    options.log = wanted.log;
    let running = listening(smsverifyo_rentals::start(options, address).await, address)?;
    if let Some(Hook { url, secret: Some(secret) }) = wanted.webhook {
        running.control().set_webhook(&url, &secret)?;
    }
    Ok(Box::new(running))
}

fn listening<C>(
    started: io::Result<Running<C>>,
    address: SocketAddr,
) -> Result<Running<C>, StartError> {
    started.map_err(|source| StartError::Listen { address, source })
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn options(provider: Provider) -> Options {
        Options {
            provider,
            api_key: "key".to_owned(),
            seed: 1,
            codes: Some(CodePlan::Manual),
            wallet: Some(7),
            webhook: None,
            log: RequestLog::off(),
        }
    }

    fn anywhere() -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
    }

    #[tokio::test]
    async fn every_provider_starts_by_its_name_and_frees_its_port() {
        for provider in Provider::ALL {
            let running = start(options(provider), anywhere()).await.unwrap();
            let base_url = running.base_url().to_owned();
            assert!(base_url.ends_with(provider.base_path()), "{base_url}");
            let orders = base_url.replace(provider.base_path(), "/sandbox/orders");
            let answer = reqwest::get(&orders).await.unwrap();
            assert_eq!(answer.status(), 200, "{provider}");
            running.stop().await;
            assert!(reqwest::get(&orders).await.unwrap_err().is_connect(), "{provider}");
        }
    }

    #[tokio::test]
    async fn a_webhook_is_for_those_who_push_with_what_their_signature_needs() {
        for provider in Provider::ALL {
            let with = async |url: &str, secret: Option<&str>| {
                let hook = Hook { url: url.to_owned(), secret: secret.map(str::to_owned) };
                start(Options { webhook: Some(hook), ..options(provider) }, anywhere()).await
            };
            let (here, there) = ("http://127.0.0.1:9/hook", "http://example.com");
            let right = match provider.pushes() {
                Pushes::Nothing => {
                    let refused = with(here, None).await.unwrap_err();
                    assert!(matches!(refused, StartError::PushesNothing(_)));
                    assert!(refused.to_string().contains("smscode-v2"), "{refused}");
                    continue;
                }
                Pushes::Signed => Some("secret"),
                Pushes::Unsigned => None,
            };
            let wrong = if right.is_some() { None } else { Some("secret") };
            let refused = with(here, wrong).await.unwrap_err();
            assert!(matches!(refused, StartError::NoSecret(_) | StartError::SignsNothing(_)));
            let refused = with(there, right).await.unwrap_err();
            assert!(matches!(refused, StartError::NotLoopback(_)), "{refused}");
            with(here, right).await.unwrap().stop().await;
        }
    }
}
