//! `numdesk check`: tries everything that a shop depends on and tells what works. Buys nothing, changes nothing, and
//! says nothing to anybody in a chat.

use std::time::Duration;

use bot_core::clock::Clock;
use numdesk::config::{
    Config, DatabaseConfig, DiscordConfig, Source, TelegramConfig, UpstreamConfig,
};
use reqwest::{Client, RequestBuilder, header::AUTHORIZATION, redirect};
use secrecy::ExposeSecret;
use serde_json::Value;
use url::Url;

use super::{CliError, Exit, chain, open_to_read, say, table::table};

const TELEGRAM: &str = "https://api.telegram.org";
const DISCORD: &str = "https://discord.com/api/v10";

/// How long a chat platform may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// In bytes; a bot's description of itself has less than one thousand.
const LARGEST_ANSWER: usize = 64 * 1024;

/// What one thing said: what it is, or why it does not work.
type Finding = Result<String, String>;

/// Tries the database, the provider's key and every token, and tells each one's finding.
pub async fn run(source: Source) -> Result<Exit, CliError> {
    let config = Config::from_source(source)?;
    let mut findings = vec![
        ("database", database(&config.database).await),
        ("upstream", upstream(&config.upstream).await),
    ];
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
    let client = config.connect(Clock::real()).map_err(|error| chain(&error))?;
    let balance = client.balance().await.map_err(|error| chain(&error))?;
    let name = config.provider.name();
    Ok(format!("{name}: the balance is {} {}", balance.amount, balance.currency))
}

/// Bot API, `getMe`.
async fn telegram(config: &TelegramConfig) -> Finding {
    let server = config.api_url.as_ref().map_or(TELEGRAM, Url::as_str).trim_end_matches('/');
    let url = format!("{server}/bot{}/getMe", config.token.expose_secret());
    let answer = ask(client()?.get(url)).await?;
    match answer["result"]["username"].as_str() {
        Some(username) => Ok(format!("@{username}")),
        None => Err(refusal(&answer["description"])),
    }
}

/// Discord, "Get Current User".
async fn discord(config: &DiscordConfig) -> Finding {
    let server = config.api_url.as_ref().map_or(DISCORD, Url::as_str).trim_end_matches('/');
    let token = format!("Bot {}", config.token.expose_secret());
    let request = client()?.get(format!("{server}/users/@me")).header(AUTHORIZATION, token);
    let answer = ask(request).await?;
    match answer["username"].as_str() {
        Some(username) => Ok(username.to_owned()),
        None => Err(refusal(&answer["message"])),
    }
}

fn client() -> Result<Client, String> {
    Client::builder()
        .timeout(PATIENCE)
        // A redirect would show the token to another host.
        .redirect(redirect::Policy::none())
        .build()
        .map_err(|error| chain(&error))
}

/// The answer's JSON, whatever its status. No error shows the address: Telegram's holds the token.
async fn ask(request: RequestBuilder) -> Result<Value, String> {
    let lost = |error: reqwest::Error| chain(&error.without_url());
    let mut response = request.send().await.map_err(lost)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        body.extend_from_slice(&chunk);
        if body.len() > LARGEST_ANSWER {
            return Err("the answer is too large to be one".to_owned());
        }
    }
    let status = response.status();
    serde_json::from_slice(&body).map_err(|_| format!("not the expected answer (HTTP {status})"))
}

fn refusal(words: &Value) -> String {
    words.as_str().unwrap_or("not the expected answer").to_owned()
}

#[cfg(test)]
mod tests {
    use std::{ffi::OsString, net::SocketAddr};

    use sandbox::{telegram as emulated_telegram, upstream::smscode};

    use super::*;

    const ANY_PORT: SocketAddr =
        SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

    fn source(settings: &[(&str, &str)]) -> Source {
        let variables = settings.iter().map(|(key, value)| {
            (OsString::from(numdesk::config::source::variable_name(key)), OsString::from(value))
        });
        Source::read(None, variables).unwrap()
    }

    #[tokio::test]
    async fn what_works_and_what_does_not_is_told_without_secrets() {
        let upstream = smscode::start(smscode::Options::new("right-key"), ANY_PORT).await.unwrap();
        let telegram = emulated_telegram::start(emulated_telegram::Options::default(), ANY_PORT)
            .await
            .unwrap();
        let base_url = format!("{}/v2", upstream.url());
        let settings = |api_key, token| {
            let source = source(&[
                ("upstream.provider", "smscode-v2"),
                ("upstream.base_url", &base_url),
                ("upstream.api_key", api_key),
                ("telegram.api_url", &telegram.url()),
                ("telegram.token", token),
                // Nothing listens on this port.
                ("discord.api_url", "http://127.0.0.1:1"),
                ("discord.token", "discord-secret"),
            ]);
            Config::from_source(source).unwrap()
        };
        let config = settings("right-key", "42:SANDBOX-TOKEN");
        assert_eq!(
            super::upstream(&config.upstream).await,
            Ok("smscode-v2: the balance is 307.69 USD".to_owned())
        );
        assert_eq!(
            super::telegram(config.telegram.as_ref().unwrap()).await,
            Ok("@numdesk_bot".to_owned())
        );

        let config = settings("wrong-key", "43:WRONG-TOKEN");
        let refused = [
            super::upstream(&config.upstream).await.unwrap_err(),
            super::telegram(config.telegram.as_ref().unwrap()).await.unwrap_err(),
            super::discord(config.discord.as_ref().unwrap()).await.unwrap_err(),
        ];
        assert_eq!(refused[0], "GET /balance: the key was refused");
        assert_eq!(refused[1], "Unauthorized");
        assert!(refused[2].contains("Connection refused"), "{}", refused[2]);
        assert!(!refused.concat().contains("secret"), "{refused:?}");
    }

    #[tokio::test]
    async fn an_unreachable_telegram_is_told_without_its_token() {
        let config = TelegramConfig {
            token: "42:SECRET".into(),
            api_url: Some("http://127.0.0.1:1".parse().unwrap()),
        };
        let reason = telegram(&config).await.unwrap_err();
        assert!(reason.contains("Connection refused") && !reason.contains("SECRET"), "{reason}");
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
