//! `numdesk check`: tries everything that a shop depends on and tells what works. Buys nothing, changes nothing, and
//! says nothing to anybody in a chat.

use bot_core::{clock::Clock, random::Random, upstream::Push};
use discord::Discord;
use numdesk::{
    config::{
        Config, DatabaseConfig, DiscordConfig, HttpConfig, Source, TelegramConfig, UpstreamConfig,
    },
    http::Route,
};
use telegram::Telegram;

use super::{CliError, Exit, chain, open_to_read, say, table::table};

/// What one thing said: what it is, or why it does not work.
type Finding = Result<String, String>;

/// Tries the database, the provider's key and every token, and tells each one's finding.
pub async fn run(source: Source) -> Result<Exit, CliError> {
    let config = Config::from_source(source)?;
    let mut findings = vec![
        ("database", database(&config.database).await),
        ("upstream", upstream(&config.upstream).await),
    ];
    findings.extend(pushes(&config.http, &config.upstream).await.map(|it| ("pushes", it)));
    if let Some(config) = &config.telegram {
        findings.push(("telegram", telegram(config).await));
    }
    if let Some(config) = &config.discord {
        findings.push(("discord", discord(config).await));
    }
    say(&report(&findings))?;
    for warning in config.warnings() {
        say(&format!("Note: {warning}"))?;
    }
    let all_work = findings.iter().all(|(_, finding)| finding.is_ok());
    Ok(if all_work { Exit::Done } else { Exit::Found })
}

fn report(findings: &[(&str, Finding)]) -> String {
    let rows: Vec<[String; 3]> = findings
        .iter()
        .map(|(name, finding)| match finding {
            Ok(detail) => [(*name).to_owned(), "ok".to_owned(), detail.clone()],
            Err(reason) => [(*name).to_owned(), "failed".to_owned(), reason.clone()],
        })
        .collect();
    table(&rows)
}

async fn database(database: &DatabaseConfig) -> Finding {
    let name = database.path().display();
    match open_to_read(database).await {
        Ok(store) => {
            store.close().await;
            Ok(format!("{name} can be read"))
        }
        Err(CliError::NoDatabase { .. }) => {
            Ok(format!("{name} does not exist yet; the first start makes it"))
        }
        Err(error) => Err(chain(&error)),
    }
}

async fn upstream(config: &UpstreamConfig) -> Finding {
    let client = config.connect(Clock::real(), Random::real()).map_err(|error| chain(&error))?;
    let name = config.provider.name();
    if !client.capabilities().tells_balance {
        let sold = client.listing().await.map_err(|error| chain(&error))?.offers.len();
        return Ok(format!("{name}: {sold} offers; it tells no balance"));
    }
    let balance = client.balance().await.map_err(|error| chain(&error))?;
    Ok(format!("{name}: the balance is {} {}", balance.amount, balance.currency))
}

/// Where the provider must push to; whether it gets through, where it can be asked. That it does not is no failure: the
/// shop may be closed now, and registers itself when it opens.
async fn pushes(http: &HttpConfig, config: &UpstreamConfig) -> Option<Finding> {
    http.listen?;
    let client = match config.connect(Clock::real(), Random::real()) {
        Ok(client) => client,
        Err(error) => return Some(Err(chain(&error))),
    };
    let route = Route::new(config.provider.name(), &config.api_key);
    let url = http.public_url.as_ref().map(|public| route.below(public));
    Some(Ok(match (client.capabilities().push, url) {
        (Push::Never, _) => return None,
        (Push::Signed { registers: true, .. }, Some(url)) => {
            let now = match client.test_push(&url).await {
                Ok(200) => "gets through".to_owned(),
                Ok(status) => format!("is answered with {status} now"),
                Err(error) => format!("does not get through now ({error})"),
            };
            format!("{url} is registered by `numdesk run`; a test {now}")
        }
        (Push::Signed { .. } | Push::Unsigned, Some(url)) => format!("enter {url} at the provider"),
        (Push::Signed { .. } | Push::Unsigned, None) => {
            format!("enter https://YOUR-HOST{} at the provider", route.path())
        }
    }))
}

/// Asks Telegram who the bot is, and nothing else.
async fn telegram(config: &TelegramConfig) -> Finding {
    let mut settings = telegram::Settings::new(config.token.clone());
    if let Some(api_url) = &config.api_url {
        settings.api_url = api_url.to_string();
    }
    let bot = Telegram::connect(settings, Clock::real()).await.map_err(|error| chain(&error))?;
    Ok(format!("the bot is @{}", bot.username()))
}

/// Asks Discord who the application is, and nothing else.
async fn discord(config: &DiscordConfig) -> Finding {
    let mut settings = discord::Settings::new(config.token.clone());
    if let Some(api_url) = &config.api_url {
        settings.api_url = api_url.to_string();
    }
    let bot = Discord::connect(settings, Clock::real()).await.map_err(|error| chain(&error))?;
    Ok(format!("the bot is {}", bot.name()))
}

#[cfg(test)]
mod tests {
    use std::{
        ffi::OsString,
        net::{IpAddr, Ipv4Addr, SocketAddr},
    };

    use sandbox::{discord as emulated_discord, telegram as emulated_telegram, upstream::smscode};

    use super::*;

    const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

    fn source(settings: &[(&str, &str)]) -> Source {
        let variables = settings.iter().map(|(key, value)| {
            (OsString::from(numdesk::config::source::variable_name(key)), OsString::from(value))
        });
        Source::read(None, variables).unwrap()
    }

    #[tokio::test]
    async fn a_right_key_and_token_are_found_to_work_and_wrong_ones_not() {
        let provider = smscode::start(smscode::Options::new("right-key"), ANY_PORT).await.unwrap();
        let messenger = emulated_telegram::start(emulated_telegram::Options::default(), ANY_PORT)
            .await
            .unwrap();
        let base_url = format!("{}/v2", provider.url());
        let config = |api_key, token| {
            let source = source(&[
                ("upstream.provider", "smscode-v2"),
                ("upstream.base_url", &base_url),
                ("upstream.api_key", api_key),
                ("telegram.api_url", &messenger.url()),
                ("telegram.token", token),
            ]);
            let config = Config::from_source(source).unwrap();
            (config.upstream, config.telegram.unwrap())
        };
        let (right_key, right_token) = config("right-key", "42:SANDBOX-TOKEN");
        let balance = "smscode-v2: the balance is 307.69 USD";
        assert_eq!(upstream(&right_key).await, Ok(balance.to_owned()));
        assert_eq!(telegram(&right_token).await, Ok("the bot is @numdesk_bot".to_owned()));

        let (wrong_key, wrong_token) = config("wrong-key", "42:WRONG-TOKEN");
        let refused = "GET /balance: the key was refused";
        assert_eq!(upstream(&wrong_key).await, Err(refused.to_owned()));
        let refused = "Telegram does not accept the bot's token; ask @BotFather for it";
        assert_eq!(telegram(&wrong_token).await, Err(refused.to_owned()));
    }

    #[tokio::test]
    async fn the_address_for_pushes_is_told_and_tried() {
        let provider = smscode::start(smscode::Options::new("right-key"), ANY_PORT).await.unwrap();
        let base_url = format!("{}/v2", provider.url());
        let finding = async |more: &[(&str, &str)]| {
            let mut settings = vec![
                ("upstream.provider", "smscode-v2"),
                ("upstream.base_url", &base_url),
                ("upstream.api_key", "right-key"),
            ];
            settings.extend(more);
            let config = Config::from_source(source(&settings)).unwrap();
            pushes(&config.http, &config.upstream).await
        };
        assert_eq!(finding(&[]).await, None);
        let listen = ("http.listen", "127.0.0.1:8080");
        let by_hand = finding(&[listen]).await.unwrap().unwrap();
        assert!(by_hand.contains("enter https://YOUR-HOST/hooks/smscode-v2/"), "{by_hand}");
        let public = ("http.public_url", "https://shop.example");
        let closed = finding(&[listen, public]).await.unwrap().unwrap();
        assert!(closed.starts_with("https://shop.example/hooks/smscode-v2/"), "{closed}");
        assert!(closed.contains("another address, or none, is registered"), "{closed}");
        let (url, _) = closed.split_once(' ').unwrap();
        provider.control().set_webhook(url, None).unwrap();
        let unheard = finding(&[listen, public]).await.unwrap().unwrap();
        assert!(unheard.contains("a test does not get through now"), "{unheard}");
    }

    #[tokio::test]
    async fn a_right_discord_token_is_found_to_work_and_a_wrong_one_not() {
        let options = emulated_discord::Options::default();
        let right = options.token.clone();
        let server = emulated_discord::start(options, ANY_PORT).await.unwrap();
        let config = |token: &str| DiscordConfig {
            token: token.into(),
            api_url: Some(server.url().parse().unwrap()),
        };
        assert_eq!(discord(&config(&right)).await, Ok("the bot is numdesk".to_owned()));
        let refused = discord(&config("WRONG.TOKEN")).await.unwrap_err();
        assert!(refused.contains("does not accept the bot's token"), "{refused}");
        assert!(!refused.contains("WRONG"), "{refused}");
    }

    #[tokio::test]
    async fn an_unreachable_telegram_is_told_without_its_token() {
        let config = TelegramConfig {
            token: "42:SECRET".into(),
            // Nothing listens on this port.
            api_url: Some("http://127.0.0.1:1".parse().unwrap()),
        };
        let reason = telegram(&config).await.unwrap_err();
        assert!(reason.contains("cannot be reached") && !reason.contains("SECRET"), "{reason}");
    }

    #[tokio::test]
    async fn a_database_is_looked_at_and_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("books.db");
        let config = DatabaseConfig { url: format!("sqlite://{}", file.display()) };
        assert!(database(&config).await.unwrap().ends_with("the first start makes it"));
        assert!(!file.exists());
        std::fs::write(&file, "this is no database, whatever its name may say").unwrap();
        assert!(database(&config).await.is_err());
    }

    #[test]
    fn a_report_is_a_table() {
        let findings = [
            ("database", Ok("numdesk.db can be read".to_owned())),
            ("telegram", Err("Unauthorized".to_owned())),
        ];
        assert_eq!(
            report(&findings),
            "database  ok      numdesk.db can be read\ntelegram  failed  Unauthorized"
        );
    }
}
