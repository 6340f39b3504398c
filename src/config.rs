//! The configuration: one struct per concern, read from `numdesk.toml` and the environment, checked before anything
//! starts.
//!
//! Every setting has a full name (`shop.owners`) and an environment variable (`NUMDESK_SHOP__OWNERS`) that stands in
//! for the file's value. Secrets can also come from a file (`telegram.token_file`). Whatever is wrong is listed at once.

use std::{ffi::OsString, path::Path, time::Duration};

use bot_core::{
    ids::{Identity, Platform},
    money::Money,
    pricing::{PriceRise, Pricing},
    rights::StaffRules,
    shop::Lateness,
};
use rust_decimal::Decimal;
use secrecy::SecretString;
use url::Url;

pub use self::{
    problem::{ConfigError, Problem},
    provider::Provider,
    serving::HttpConfig,
    source::Source,
};

mod lateness;
pub mod problem;
pub mod provider;
mod reader;
mod serving;
pub mod source;

/// The file that is read when no other is named and it is there.
pub const DEFAULT_FILE: &str = "numdesk.toml";

/// The most that `upstream.timeout_seconds` may be: a provider this slow is down.
const LONGEST_TIMEOUT_SECONDS: u64 = 120;

/// What `upstream.requests_per_minute` may be: fewer could not watch a single number.
const FEWEST_REQUESTS: u32 = 10;
const MOST_REQUESTS: u32 = 1_000_000;

/// How `database.url` starts; the path of the file follows.
const SQLITE: &str = "sqlite://";

/// Platforms that have an adapter, by the names the adapters give themselves.
const PLATFORMS: &[&str] = &[telegram::PLATFORM, discord::PLATFORM];

/// Everything that an operator decides.
#[derive(Clone, Debug)]
pub struct Config {
    pub shop: ShopConfig,
    /// `NUMDESK_STAFF__ADMIN_PER_DAY` and `NUMDESK_STAFF__SECOND_ABOVE`: what admins may do alone. No limits by default.
    pub staff: StaffRules,
    pub database: DatabaseConfig,
    pub upstream: UpstreamConfig,
    /// Present when there is a token for it.
    pub telegram: Option<TelegramConfig>,
    /// Present when there is a token for it.
    pub discord: Option<DiscordConfig>,
    pub http: HttpConfig,
    pub pricing: PricingConfig,
    /// `NUMDESK_UPSTREAM__TELL_LATE_SECONDS` and `NUMDESK_UPSTREAM__REFUSE_LATE_SECONDS`.
    pub lateness: Lateness,
}

/// Whose shop it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopConfig {
    /// `NUMDESK_SHOP__NAME`: what customers read. `Numdesk` by default.
    pub name: String,
    /// `NUMDESK_SHOP__OWNERS`: who may do everything, such as `telegram:1001,discord:2002`.
    pub owners: Vec<Identity>,
    /// `NUMDESK_SHOP__DEPOSIT`: how customers pay by hand. None by default: then nobody asks for a deposit.
    pub deposit: Option<String>,
}

/// Where the books are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseConfig {
    /// `NUMDESK_DATABASE__URL`: `sqlite://` and a path. `sqlite://numdesk.db` by default.
    pub url: String,
}

/// Who the numbers are bought from.
#[derive(Clone, Debug)]
pub struct UpstreamConfig {
    /// `NUMDESK_UPSTREAM__PROVIDER`
    pub provider: Provider,
    /// `NUMDESK_UPSTREAM__API_KEY` or `NUMDESK_UPSTREAM__API_KEY_FILE`: the reseller key.
    pub api_key: SecretString,
    /// `NUMDESK_UPSTREAM__BASE_URL`: the provider's documented one by default. Never ends with a slash.
    pub base_url: String,
    /// `NUMDESK_UPSTREAM__TIMEOUT_SECONDS`: how long one request may take. 15 s by default.
    pub timeout: Duration,
    /// `NUMDESK_UPSTREAM__REQUESTS_PER_MINUTE`: what the provider has granted this key, where that is not what its document
    /// says.
    pub requests_per_minute: Option<u32>,
    /// `NUMDESK_UPSTREAM__WEBHOOK_SECRET` or `NUMDESK_UPSTREAM__WEBHOOK_SECRET_FILE`: what the provider signs its pushes
    /// with, where the shop cannot ask for it.
    pub webhook_secret: Option<SecretString>,
}

/// The Telegram bot.
#[derive(Clone, Debug)]
pub struct TelegramConfig {
    /// `NUMDESK_TELEGRAM__TOKEN` or `NUMDESK_TELEGRAM__TOKEN_FILE`: from @BotFather.
    pub token: SecretString,
    /// `NUMDESK_TELEGRAM__API_URL`: a Bot API server of one's own. Telegram's when absent.
    pub api_url: Option<Url>,
}

/// The Discord bot.
#[derive(Clone, Debug)]
pub struct DiscordConfig {
    /// `NUMDESK_DISCORD__TOKEN` or `NUMDESK_DISCORD__TOKEN_FILE`: from the developer portal.
    pub token: SecretString,
    /// `NUMDESK_DISCORD__API_URL`: Discord's when absent.
    pub api_url: Option<Url>,
}

/// What customers pay, in the shop's currency; [`Pricing`] tells how. What is not written is as in
/// [`Pricing::default`], and together the values always make a [`Pricing`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricingConfig {
    /// `NUMDESK_PRICING__MARGIN_PERCENT`
    pub margin_percent: Decimal,
    /// `NUMDESK_PRICING__FEE`
    pub fee: Money,
    /// `NUMDESK_PRICING__MINIMUM`
    pub minimum: Money,
    /// `NUMDESK_PRICING__STEP`
    pub step: Money,
    /// `NUMDESK_PRICING__PRICE_RISE`: `give-back` (by default) or `absorb`, and with that
    /// `NUMDESK_PRICING__ABSORB_UP_TO`: how much for one number.
    pub price_rise: PriceRise,
}

impl Source {
    /// What this process was given: `file`, or [`DEFAULT_FILE`] when it is there, and the environment.
    pub fn of_process(file: Option<&Path>) -> Result<Self, ConfigError> {
        let default = Path::new(DEFAULT_FILE);
        Self::read(file.or_else(|| default.exists().then_some(default)), std::env::vars_os())
    }
}

impl Config {
    /// Reads and checks everything: `file` and those of `variables` that start with `NUMDESK_`.
    pub fn load(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigError> {
        Self::from_source(Source::read(file, variables)?)
    }

    /// Checks everything.
    pub fn from_source(mut source: Source) -> Result<Self, ConfigError> {
        let shop = ShopConfig::read(&mut source);
        let staff = StaffRules {
            admin_per_day: source.amount("staff.admin_per_day"),
            second_above: source.amount("staff.second_above"),
        };
        let database = DatabaseConfig::read(&mut source);
        let upstream = UpstreamConfig::read(&mut source);
        let telegram = TelegramConfig::read(&mut source);
        let discord = DiscordConfig::read(&mut source);
        let http = HttpConfig::read(&mut source);
        let pricing = PricingConfig::read(&mut source);
        let lateness = lateness::read(&mut source);
        match upstream {
            Some(upstream) if source.problems.is_empty() => Ok(Self {
                shop,
                staff,
                database,
                upstream,
                telegram,
                discord,
                http,
                pricing,
                lateness,
            }),
            _ => Err(ConfigError::Problems(source.problems)),
        }
    }

    /// A shop without a chat platform can be checked and audited, but not run.
    ///
    /// # Errors
    /// [`Problem::NoPlatform`] when no platform has a token.
    pub fn require_platform(&self) -> Result<(), ConfigError> {
        if self.telegram.is_none() && self.discord.is_none() {
            return Err(ConfigError::Problems(vec![Problem::NoPlatform]));
        }
        Ok(())
    }

    /// What is allowed and yet probably not meant, in sentences.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.shop.owners.is_empty() {
            warnings.push("shop.owners is empty: nobody can top up balances".to_owned());
        }
        warnings.extend(serving::warning(&self.http, &self.upstream));
        for owner in &self.shop.owners {
            if !self.has_platform(&owner.platform) {
                warnings.push(format!("shop.owners: {owner} has no {}.token", owner.platform));
            }
        }
        warnings
    }

    fn has_platform(&self, platform: &Platform) -> bool {
        match platform.as_str() {
            telegram::PLATFORM => self.telegram.is_some(),
            discord::PLATFORM => self.discord.is_some(),
            _ => false,
        }
    }
}

impl ShopConfig {
    fn read(source: &mut Source) -> Self {
        let name = source.text("shop.name", "a text", |text| Some(text.trim()).and_then(non_empty));
        let owners = source.list(
            "shop.owners",
            "telegram:ID or discord:ID with the person's numeric id, such as telegram:1001",
            |item| item.parse().ok().filter(is_possible_owner),
        );
        let deposit =
            source.text("shop.deposit", "a text", |text| Some(text.trim()).and_then(non_empty));
        Self { name: name.unwrap_or_else(|| "Numdesk".to_owned()), owners, deposit }
    }
}

impl DatabaseConfig {
    /// The place of the books alone, for commands that need nothing else. Unknown settings are problems here too.
    pub fn from_source(mut source: Source) -> Result<Self, ConfigError> {
        let database = Self::read(&mut source);
        if source.problems.is_empty() {
            Ok(database)
        } else {
            Err(ConfigError::Problems(source.problems))
        }
    }

    fn read(source: &mut Source) -> Self {
        let expected =
            "sqlite:// and the path of a file without ? or %, such as sqlite://numdesk.db";
        let url = source.text("database.url", expected, |text| {
            let path = text.strip_prefix(SQLITE)?;
            // A database in memory would forget everybody's money; `?` can ask for one, and `%` for any character.
            let is_file = !path.is_empty() && !path.contains(":memory:");
            (is_file && !path.contains(['?', '%'])).then(|| text.to_owned())
        });
        Self { url: url.unwrap_or_else(|| format!("{SQLITE}numdesk.db")) }
    }

    /// The database's file.
    pub fn path(&self) -> &Path {
        Path::new(self.url.strip_prefix(SQLITE).unwrap_or(&self.url))
    }
}

impl UpstreamConfig {
    fn read(source: &mut Source) -> Option<Self> {
        let expected = format!("one of {}", Provider::names());
        source.require(&["upstream.provider"], &expected);
        source.require(&["upstream.api_key", "upstream.api_key_file"], "your reseller key");
        let provider = source.text("upstream.provider", &expected, Provider::named);
        let api_key = source.secret("upstream.api_key", "upstream.api_key_file");
        let base_url = source.address("upstream.base_url");
        let expected = format!("whole seconds from 1 to {LONGEST_TIMEOUT_SECONDS}, such as 15");
        let timeout = source.number("upstream.timeout_seconds", &expected, |text| {
            reader::plain_integer(text)
                .filter(|seconds| (1..=LONGEST_TIMEOUT_SECONDS).contains(seconds))
        });
        let expected =
            format!("whole requests from {FEWEST_REQUESTS} to {MOST_REQUESTS}, such as 120");
        let requests_per_minute =
            source.number("upstream.requests_per_minute", &expected, |text| {
                let requests = reader::plain_integer::<u32>(text)?;
                (FEWEST_REQUESTS..=MOST_REQUESTS).contains(&requests).then_some(requests)
            });
        let webhook_secret =
            source.secret("upstream.webhook_secret", "upstream.webhook_secret_file");
        let provider = provider?;
        let base_url = base_url.map_or_else(|| provider.default_base_url().into(), String::from);
        Some(Self {
            provider,
            api_key: api_key?,
            base_url: base_url.trim_end_matches('/').to_owned(),
            timeout: Duration::from_secs(timeout.unwrap_or(15)),
            requests_per_minute,
            webhook_secret,
        })
    }
}

impl TelegramConfig {
    fn read(source: &mut Source) -> Option<Self> {
        let (token, api_url) =
            bot(source, "telegram.token", "telegram.token_file", "telegram.api_url")?;
        Some(Self { token, api_url })
    }
}

impl DiscordConfig {
    fn read(source: &mut Source) -> Option<Self> {
        let (token, api_url) =
            bot(source, "discord.token", "discord.token_file", "discord.api_url")?;
        Some(Self { token, api_url })
    }
}

fn bot(
    source: &mut Source,
    token_key: &'static str,
    file_key: &'static str,
    url_key: &'static str,
) -> Option<(SecretString, Option<Url>)> {
    let token = source.secret(token_key, file_key);
    let api_url = source.address(url_key);
    if !source.has_any(&[token_key, file_key]) {
        source.alone(url_key, token_key);
    }
    Some((token?, api_url))
}

impl PricingConfig {
    fn read(source: &mut Source) -> Self {
        let usual = Pricing::default();
        let expected = "a number of zero or more, such as 12.5";
        let margin_percent =
            source.number("pricing.margin_percent", expected, reader::plain_decimal);
        let pricing = Self {
            margin_percent: margin_percent.unwrap_or(usual.margin_percent()),
            fee: source.amount("pricing.fee").unwrap_or(usual.fee()),
            minimum: source.amount("pricing.minimum").unwrap_or(usual.minimum()),
            step: source.amount("pricing.step").unwrap_or(usual.step()),
            price_rise: price_rise(source),
        };
        let Self { margin_percent, fee, minimum, step, price_rise: _ } = pricing;
        if let Err(bad) = Pricing::new(margin_percent, fee, minimum, step) {
            source.refuse(&format!("pricing.{}", bad.key), bad.expected);
        }
        pricing
    }
}

fn price_rise(source: &mut Source) -> PriceRise {
    let absorbs =
        source.text("pricing.price_rise", "\"give-back\" or \"absorb\"", |text| match text {
            "give-back" => Some(false),
            "absorb" => Some(true),
            _ => None,
        });
    let is_unread = absorbs.is_none() && source.has_any(&["pricing.price_rise"]);
    let up_to = source.amount("pricing.absorb_up_to");
    if absorbs == Some(true) {
        let expected = "how much the shop may add to a number, such as 0.05";
        source.require(&["pricing.absorb_up_to"], expected);
    } else if !is_unread && up_to.is_some() {
        source.refuse("pricing.absorb_up_to", "nothing, unless pricing.price_rise is \"absorb\"");
    }
    up_to.map_or(PriceRise::GiveBack, |up_to| PriceRise::Absorb { up_to })
}

fn non_empty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn is_possible_owner(owner: &Identity) -> bool {
    PLATFORMS.contains(&owner.platform.as_str())
        && owner.user.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
