use std::{ffi::OsString, fs, path::PathBuf};

use secrecy::ExposeSecret;

use super::*;

/// Enough to run, so that a test names only what it is about.
const ENOUGH: &str = r#"
upstream.provider = "smscode-v2"
upstream.api_key = "key-1"
"#;

struct Written {
    directory: tempfile::TempDir,
    variables: Vec<(OsString, OsString)>,
}

impl Written {
    fn file(text: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("shop.toml"), text).unwrap();
        Self { directory, variables: Vec::new() }
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn load(&self) -> Result<Config, ConfigError> {
        Config::load(Some(&self.path("shop.toml")), self.variables.clone())
    }

    /// The error's text with the temporary directory taken out.
    fn refusal(&self) -> String {
        let text = self.load().unwrap_err().to_string();
        text.replace(&format!("{}/", self.directory.path().display()), "")
    }
}

#[test]
fn what_is_not_written_has_its_default() {
    let config = Written::file(ENOUGH).load().unwrap();
    assert_eq!(config.shop, ShopConfig { name: "Numdesk".into(), owners: vec![], deposit: None });
    assert_eq!(config.staff, StaffRules::default());
    assert_eq!(config.database.url, "sqlite://numdesk.db");
    assert_eq!(config.upstream.provider, Provider::SmscodeV2);
    assert_eq!(config.upstream.base_url, Provider::SmscodeV2.default_base_url());
    assert_eq!(config.upstream.timeout, Duration::from_secs(15));
    assert!(config.telegram.is_none() && config.discord.is_none());
    assert_eq!((config.http.listen, config.http.public_url), (None, None));
    assert!(config.upstream.webhook_secret.is_none());
    let PricingConfig { margin_percent, fee, minimum, step, price_rise } = config.pricing;
    assert_eq!(price_rise, PriceRise::GiveBack);
    assert_eq!(Pricing::new(margin_percent, fee, minimum, step), Ok(Pricing::default()));
}

const EVERY_SETTING: &str = r#"
[shop]
name = "Corner shop"
owners = ["telegram:1001", "discord:2002"]
deposit = "Pay at the counter."
[staff]
admin_per_day = 100
second_above = 25.5
[database]
url = "sqlite:///var/lib/numdesk/books.db"
[upstream]
provider = "smscode-v2"
api_key = "key-1"
base_url = "http://127.0.0.1:9001/v2/"
timeout_seconds = 7
requests_per_minute = 240
tell_late_seconds = 30
refuse_late_seconds = 90
webhook_secret = "hook-1"
[telegram]
token = "1:telegram-token"
api_url = "http://127.0.0.1:9002"
[discord]
token = "discord-token"
api_url = "https://discord.example/api"
[http]
listen = "[::1]:8080"
public_url = "https://shop.example"
[pricing]
margin_percent = 12.5
fee = 0.1
minimum = 1
step = "0.05"
price_rise = "absorb"
absorb_up_to = 0.02
"#;

fn assert_every_setting(config: &Config) {
    let owners = vec!["telegram:1001".parse().unwrap(), "discord:2002".parse().unwrap()];
    let deposit = Some("Pay at the counter.".to_owned());
    assert_eq!(config.shop, ShopConfig { name: "Corner shop".into(), owners, deposit });
    let [admin_per_day, second_above] = [1_000_000, 255_000].map(|raw| Some(Money::from_raw(raw)));
    assert_eq!(config.staff, StaffRules { admin_per_day, second_above });
    assert_eq!(config.database.url, "sqlite:///var/lib/numdesk/books.db");
    assert_eq!(config.upstream.provider, Provider::SmscodeV2);
    assert_eq!(config.upstream.api_key.expose_secret(), "key-1");
    assert_eq!(config.upstream.base_url, "http://127.0.0.1:9001/v2");
    assert_eq!(config.upstream.timeout, Duration::from_secs(7));
    assert_eq!(config.upstream.requests_per_minute, Some(240));
    let [told_from, refused_from] = [30, 90].map(Duration::from_secs);
    assert_eq!(config.lateness, Lateness { told_from, refused_from });
    assert_eq!(config.upstream.webhook_secret.as_ref().unwrap().expose_secret(), "hook-1");
    let telegram = config.telegram.as_ref().unwrap();
    assert_eq!(telegram.token.expose_secret(), "1:telegram-token");
    assert_eq!(telegram.api_url.as_ref().unwrap().as_str(), "http://127.0.0.1:9002/");
    let discord = config.discord.as_ref().unwrap();
    assert_eq!(discord.token.expose_secret(), "discord-token");
    assert_eq!(discord.api_url.as_ref().unwrap().as_str(), "https://discord.example/api");
    assert_eq!(config.http.listen, Some("[::1]:8080".parse().unwrap()));
    assert_eq!(config.http.public_url.as_ref().unwrap().as_str(), "https://shop.example/");
    let [fee, minimum, step] = [1_000, 10_000, 500].map(Money::from_raw);
    let margin_percent = "12.5".parse().unwrap();
    let price_rise = PriceRise::Absorb { up_to: Money::from_raw(200) };
    let expected = PricingConfig { margin_percent, fee, minimum, step, price_rise };
    assert_eq!(config.pricing, expected);
    assert!(config.warnings().is_empty());
    config.require_platform().unwrap();
}

#[test]
fn every_setting_can_be_written_in_the_file() {
    assert_every_setting(&Written::file(EVERY_SETTING).load().unwrap());
}

#[test]
fn every_setting_can_be_a_variable_which_wins_over_the_file() {
    let other = r#"
        shop = { name = "Other", owners = ["telegram:9"], deposit = "Other" }
        staff = { admin_per_day = 9, second_above = 9 }
        database.url = "sqlite://other.db"
        upstream = { provider = "smscode-v1", api_key = "other", base_url = "https://other", timeout_seconds = 1, requests_per_minute = 10, tell_late_seconds = 5, refuse_late_seconds = 5, webhook_secret = "other" }
        telegram = { token = "other", api_url = "https://other" }
        discord = { token = "other", api_url = "https://other" }
        http = { listen = "127.0.0.9:9", public_url = "https://other" }
        pricing = { margin_percent = 9, fee = 9, minimum = 9, step = 9, price_rise = "give-back" }
    "#;
    let mut written = Written::file(other);
    for (name, value) in [
        ("NUMDESK_SHOP__NAME", "Corner shop"),
        ("NUMDESK_SHOP__OWNERS", "telegram:1001, discord:2002"),
        ("NUMDESK_SHOP__DEPOSIT", "Pay at the counter."),
        ("NUMDESK_STAFF__ADMIN_PER_DAY", "100"),
        ("NUMDESK_STAFF__SECOND_ABOVE", "25.5"),
        ("NUMDESK_DATABASE__URL", "sqlite:///var/lib/numdesk/books.db"),
        ("NUMDESK_UPSTREAM__PROVIDER", "smscode-v2"),
        ("NUMDESK_UPSTREAM__API_KEY", "key-1"),
        ("NUMDESK_UPSTREAM__BASE_URL", "http://127.0.0.1:9001/v2/"),
        ("NUMDESK_UPSTREAM__TIMEOUT_SECONDS", "7"),
        ("NUMDESK_UPSTREAM__REQUESTS_PER_MINUTE", "240"),
        ("NUMDESK_UPSTREAM__TELL_LATE_SECONDS", "30"),
        ("NUMDESK_UPSTREAM__REFUSE_LATE_SECONDS", "90"),
        ("NUMDESK_TELEGRAM__TOKEN", "1:telegram-token"),
        ("NUMDESK_TELEGRAM__API_URL", "http://127.0.0.1:9002"),
        ("NUMDESK_DISCORD__TOKEN", "discord-token"),
        ("NUMDESK_DISCORD__API_URL", "https://discord.example/api"),
        ("NUMDESK_HTTP__LISTEN", "[::1]:8080"),
        ("NUMDESK_HTTP__PUBLIC_URL", "https://shop.example"),
        ("NUMDESK_UPSTREAM__WEBHOOK_SECRET", "hook-1"),
        ("NUMDESK_PRICING__MARGIN_PERCENT", "12.5"),
        ("NUMDESK_PRICING__FEE", "0.1"),
        ("NUMDESK_PRICING__MINIMUM", "1"),
        ("NUMDESK_PRICING__STEP", "0.05"),
        ("NUMDESK_PRICING__PRICE_RISE", "absorb"),
        ("NUMDESK_PRICING__ABSORB_UP_TO", "0.02"),
        // Other programs' variables are none of our business.
        ("NUMDESKTOP", "1"),
        ("PATH", "/bin"),
    ] {
        written = written.variable(name, value);
    }
    assert_every_setting(&written.load().unwrap());
}

#[test]
fn every_secret_can_come_from_a_file() {
    let mut written = Written::file("upstream.provider = \"smscode-v2\"");
    for (name, secret) in [
        ("NUMDESK_UPSTREAM__API_KEY_FILE", "key-1\n"),
        ("NUMDESK_TELEGRAM__TOKEN_FILE", "1:telegram-token\r\n"),
        ("NUMDESK_DISCORD__TOKEN_FILE", "discord-token"),
    ] {
        fs::write(written.path(name), secret).unwrap();
        let path = written.path(name).display().to_string();
        written = written.variable(name, &path);
    }
    let config = written.load().unwrap();
    assert_eq!(config.upstream.api_key.expose_secret(), "key-1");
    assert_eq!(config.telegram.unwrap().token.expose_secret(), "1:telegram-token");
    assert_eq!(config.discord.unwrap().token.expose_secret(), "discord-token");
}

#[test]
fn a_secret_file_can_be_named_in_the_configuration_file() {
    let directory = tempfile::tempdir().unwrap();
    let secret = directory.path().join("token");
    fs::write(&secret, "1:abc\n").unwrap();
    let text = format!("telegram.token_file = {:?}\n{ENOUGH}", secret.display().to_string());
    let config = Written::file(&text).load().unwrap();
    assert_eq!(config.telegram.unwrap().token.expose_secret(), "1:abc");
}

#[test]
fn a_bare_number_is_exactly_what_is_written() {
    for (written, exact) in
        [("0.1", 1_000), ("0.3", 3_000), ("0.4118", 4_118), ("100_000.0001", 1_000_000_001)]
    {
        let config = Written::file(&format!("pricing.fee = {written}\n{ENOUGH}")).load().unwrap();
        assert_eq!(config.pricing.fee, Money::from_raw(exact), "{written}");
    }
    // As a float this is 0.1, and would be taken.
    let text = format!("pricing.fee = 0.10000000000000000001\n{ENOUGH}");
    assert!(Written::file(&text).refusal().contains("found the number 0.10000000000000000001,"));
}

/// One wrong line in the file and the whole sentence that it must cause.
fn assert_refused(cases: &[(&str, &str)], expected: &str) {
    for (line, found) in cases {
        let (key, _) = line.split_once(" = ").unwrap();
        let sentence = format!("{key} (shop.toml line 1): found {found}, expected {expected}");
        let refusal = Written::file(&format!("{line}\n{ENOUGH}")).refusal();
        assert_eq!(refusal, format!("the configuration cannot be used:\n  {sentence}"));
    }
}

#[test]
fn a_shop_that_is_badly_written_is_refused() {
    let cases = [("shop.name = 5", "the number 5"), ("shop.name = ' '", "\" \"")];
    assert_refused(&cases, "a text");
    let cases = [
        ("shop.owners = 1001", "the number 1001"),
        ("shop.owners = [1001]", "a list of something else than texts"),
        ("shop.owners = ['1001']", "\"1001\""),
        ("shop.owners = 'telegram:1,telegrm:2'", "\"telegrm:2\""),
        ("shop.owners = 'telegram:@me'", "something else (not shown)"),
    ];
    let expected = "telegram:ID or discord:ID with the person's numeric id, such as telegram:1001";
    assert_refused(&cases, expected);
    let cases = [
        ("database.url = 'numdesk.db'", "\"numdesk.db\""),
        ("database.url = 'sqlite://:memory:'", "\"sqlite://:memory:\""),
        ("database.url = 'sqlite://'", "\"sqlite://\""),
        ("database.url = 'sqlite://%3Amemory%3A'", "\"sqlite://%3Amemory%3A\""),
        ("database.url = 'sqlite://a?mode=memory'", "\"sqlite://a?mode=memory\""),
    ];
    let expected = "sqlite:// and the path of a file without ? or %, such as sqlite://numdesk.db";
    assert_refused(&cases, expected);
}

#[test]
fn a_secret_that_cannot_be_one_is_refused_unseen() {
    let cases = [
        ("telegram.token = 'one two'", "something else (not shown)"),
        ("telegram.token = 5", "something else (not shown)"),
        ("telegram.token = ''", "something else (not shown)"),
        ("discord.token = ['x']", "something else (not shown)"),
        ("discord.token_file = '/dev/null'", "something else (not shown)"),
    ];
    assert_refused(&cases, "a secret in one line of plain characters without spaces");
    assert_refused(&[("discord.token_file = ''", "nothing")], "the path of a file");
}

#[test]
fn an_address_that_is_none_is_refused() {
    let cases = [
        ("upstream.base_url = 'ftp://host'", "\"ftp://host\""),
        ("upstream.base_url = 'host:80'", "\"host:80\""),
        ("telegram.api_url = 'http://'", "\"http://\""),
        ("discord.api_url = 'http://h/?k=1'", "\"http://h/?k=1\""),
        ("upstream.base_url = 'http://h/#x'", "\"http://h/#x\""),
        ("upstream.base_url = 'http://u:pw@h'", "something else (not shown)"),
    ];
    let cases = cases.map(|(line, found)| {
        let tokens = "\ntelegram.token = '1:a'\ndiscord.token = 'b'";
        (format!("{line}{tokens}"), found)
    });
    let expected = "an http:// or https:// address without user name, query or fragment";
    for (text, found) in &cases {
        assert_refused(&[(text, found)], expected);
    }
    let cases = [
        ("http.listen = '8080'", "\"8080\""),
        ("http.listen = 'localhost:8080'", "\"localhost:8080\""),
        ("http.listen = 8080", "the number 8080"),
    ];
    assert_refused(&cases, "an IP address and a port, such as 127.0.0.1:8080");
}

#[test]
fn a_number_that_is_none_or_out_of_range_is_refused() {
    let cases = [
        ("upstream.timeout_seconds = 0", "the number 0"),
        ("upstream.timeout_seconds = 1.5", "the number 1.5"),
        ("upstream.timeout_seconds = -1", "the number -1"),
        ("upstream.timeout_seconds = 121", "the number 121"),
    ];
    assert_refused(&cases, "whole seconds from 1 to 120, such as 15");
    let cases = [
        ("upstream.requests_per_minute = 9", "the number 9"),
        ("upstream.requests_per_minute = 60.5", "the number 60.5"),
        ("upstream.requests_per_minute = 1000001", "the number 1000001"),
    ];
    assert_refused(&cases, "whole requests from 10 to 1000000, such as 120");
    let cases = [
        ("upstream.tell_late_seconds = 4", "the number 4"),
        ("upstream.refuse_late_seconds = 3601", "the number 3601"),
    ];
    assert_refused(&cases, "whole seconds from 5 to 3600, such as 20");
    let cases = [("upstream.refuse_late_seconds = 19", "the number 19")];
    assert_refused(&cases, "no less than upstream.tell_late_seconds");
    let cases = [
        ("pricing.margin_percent = -1", "the number -1"),
        ("pricing.margin_percent = inf", "the number inf"),
        ("pricing.margin_percent = 0x10", "a number that is not decimal"),
    ];
    assert_refused(&cases, "a number of zero or more, such as 12.5");
    let cases = [
        ("pricing.margin_percent = 1001", "the number 1001"),
        ("pricing.margin_percent = '33.33333'", "\"33.33333\""),
    ];
    assert_refused(&cases, "from 0 to 1000, with at most four digits after the point");
}

#[test]
fn what_a_price_rise_means_is_said_wholly_or_not_at_all() {
    assert_refused(
        &[("pricing.price_rise = 'accept'", "\"accept\"")],
        "\"give-back\" or \"absorb\"",
    );
    let expected = "nothing, unless pricing.price_rise is \"absorb\"";
    assert_refused(&[("pricing.absorb_up_to = 1", "the number 1")], expected);
    let alone = Written::file(&format!("pricing.price_rise = 'absorb'\n{ENOUGH}")).refusal();
    assert!(alone.contains("pricing.absorb_up_to"), "{alone}");
    assert!(alone.contains("how much the shop may add to a number"), "{alone}");
}

#[test]
fn an_amount_that_is_none_is_refused() {
    let cases = [
        ("pricing.fee = -0.1", "the number -0.1"),
        ("pricing.fee = 1e-1", "the number 1e-1"),
        ("pricing.fee = '0,10'", "\"0,10\""),
        ("pricing.fee = '.'", "\".\""),
        ("pricing.fee = ''", "nothing"),
        ("pricing.fee = true", "true or false without quotes"),
        ("pricing.fee = 2020-01-01", "a date or time"),
        ("pricing.fee = {}", "a table"),
        ("pricing.fee = ['1']", "a list"),
        ("pricing.minimum = 0.00001", "the number 0.00001"),
        ("pricing.step = -1", "the number -1"),
        ("pricing.minimum = '9999999999999999999999'", "\"9999999999999999999999\""),
    ];
    let expected =
        "an amount of zero or more with at most four digits after the point, such as 0.25";
    assert_refused(&cases, expected);
}

#[test]
fn a_provider_that_cannot_be_bought_from_is_refused_with_those_that_can() {
    for name in ["5sim", "SmsBuyz", "smsverifyo-rental"] {
        let written = Written::file(ENOUGH).variable("NUMDESK_UPSTREAM__PROVIDER", name);
        let refusal = written.refusal();
        let start = format!(
            "the configuration cannot be used:\n  upstream.provider (NUMDESK_UPSTREAM__PROVIDER): found {name:?}, \
             expected one of {}",
            Provider::names()
        );
        assert!(refusal.starts_with(&start), "{refusal}");
    }
    for provider in Provider::ALL {
        let written = Written::file(ENOUGH).variable("NUMDESK_UPSTREAM__PROVIDER", provider.name());
        assert_eq!(written.load().unwrap().upstream.provider, *provider);
    }
}

#[test]
fn everything_wrong_is_listed_at_once() {
    let text =
        "shop.nmae = \"x\"\n[telegram]\napi_url = \"http://localhost\"\n[colours]\nred = 1\n";
    let refusal = Written::file(text)
        .variable("NUMDESK_UPSTREAM__PROVIDR", "smscode-v2")
        .variable("NUMDESK_ENTIRELY_ELSEWHERE", "1")
        .variable("NUMDESK_PRICING__STEP", "-1")
        .variable("NUMDESK_DISCORD__TOKEN_FILE", "/nowhere/token")
        .refusal();
    let expected = format!(
        "the configuration cannot be used:
  colours.red (shop.toml line 5): there is no such setting
  shop.nmae (shop.toml line 1): there is no such setting; did you mean shop.name?
  NUMDESK_ENTIRELY_ELSEWHERE: no setting has this name
  NUMDESK_UPSTREAM__PROVIDR: no setting has this name; did you mean NUMDESK_UPSTREAM__PROVIDER?
  upstream.provider is missing: expected one of {}
  upstream.api_key is missing: expected your reseller key
  telegram.api_url (shop.toml line 3) has no use without telegram.token: give that too, or remove it
  discord.token_file (NUMDESK_DISCORD__TOKEN_FILE): /nowhere/token cannot be read: No such file or directory (os error 2)
  pricing.step (NUMDESK_PRICING__STEP): found \"-1\", expected an amount of zero or more with at most four digits \
         after the point, such as 0.25",
        Provider::names()
    );
    assert_eq!(refusal, expected);
}

#[test]
fn a_secret_given_twice_is_refused() {
    let written = Written::file(&format!("{ENOUGH}\n[telegram]\ntoken = \"1:abc\""))
        .variable("NUMDESK_TELEGRAM__TOKEN_FILE", "/run/secrets/token");
    assert_eq!(
        written.refusal(),
        "the configuration cannot be used:\n  telegram.token (shop.toml line 6) and telegram.token_file \
         (NUMDESK_TELEGRAM__TOKEN_FILE) are both given: keep one of them"
    );
}

#[test]
fn a_secret_shows_in_no_error_and_no_debug_output() {
    const SECRET: &str = "hunter2hunter2";
    let twice = format!("telegram = {{ token = '{SECRET}', token_file = 'x' }}\n{ENOUGH}");
    for text in [
        format!("telegram.token = '{SECRET} '\n{ENOUGH}"),
        format!("telegram.token = ['{SECRET}']\n{ENOUGH}"),
        format!("telegram.tokn = '{SECRET}'\n{ENOUGH}"),
        format!("telegram.token = {SECRET}\n{ENOUGH}"),
        format!("telegram.token = '{SECRET}\n{ENOUGH}"),
        format!("{SECRET}\n{ENOUGH}"),
        format!("telegram.api_url = 'https://me:{SECRET}@host'\n{ENOUGH}"),
        twice,
    ] {
        let written = Written::file(&text);
        let error = written.load().unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(SECRET), "{shown}");
    }
    let config = Written::file(&format!("telegram.token = '{SECRET}'\n{ENOUGH}")).load().unwrap();
    assert_eq!(config.telegram.as_ref().unwrap().token.expose_secret(), SECRET);
    assert!(!format!("{config:?}").contains(SECRET));
}

#[test]
fn a_file_that_is_missing_or_no_toml_says_so() {
    let nowhere = Config::load(Some(Path::new("/nowhere/numdesk.toml")), []).unwrap_err();
    assert_eq!(nowhere.to_string(), "the configuration file /nowhere/numdesk.toml cannot be read");
    let refusal = Written::file("[shop]\nname = Corner shop\n").refusal();
    assert!(
        refusal.starts_with("shop.toml is not a TOML document: line 2, column 8: "),
        "{refusal}"
    );
    let refusal = Written::file("shop.name = 'é' x\n").refusal();
    assert!(
        refusal.starts_with("shop.toml is not a TOML document: line 1, column 17: "),
        "{refusal}"
    );
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    let mut written = Written::file(ENOUGH);
    written.variables.push(("NUMDESK_SHOP__NAME".into(), OsString::from_vec(vec![0xff])));
    assert_eq!(
        written.refusal(),
        "the configuration cannot be used:\n  shop.name (NUMDESK_SHOP__NAME): found bytes that are not UTF-8, expected a text"
    );
}

#[test]
fn a_shop_without_a_platform_or_an_owner_is_noticed() {
    let config = Written::file(ENOUGH).load().unwrap();
    assert_eq!(
        config.require_platform().unwrap_err().to_string(),
        "the configuration cannot be used:\n  telegram.token and discord.token are both missing: a shop needs at least \
         one chat platform"
    );
    assert_eq!(config.warnings(), ["shop.owners is empty: nobody can top up balances"]);
    let text = format!("shop.owners = 'discord:5'\ntelegram.token = '1:a'\n{ENOUGH}");
    let config = Written::file(&text).load().unwrap();
    assert_eq!(config.warnings(), ["shop.owners: discord:5 has no discord.token"]);
    config.require_platform().unwrap();
}

#[test]
fn the_place_of_the_books_can_be_read_alone() {
    let read = |text: &str| {
        let written = Written::file(text);
        let source = Source::read(Some(&written.path("shop.toml")), []).unwrap();
        DatabaseConfig::from_source(source)
    };
    let database = read("database.url = 'sqlite:///var/a.db'").unwrap();
    assert_eq!(database.url, "sqlite:///var/a.db");
    assert_eq!(database.path(), Path::new("/var/a.db"));
    assert!(read("database.ulr = 'sqlite://a.db'").is_err());
}

/// The example as it is, and again with every commented setting switched on.
#[test]
fn the_example_file_is_valid_and_names_every_setting() {
    let example = include_str!("../../numdesk.example.toml");
    Written::file(example).load().unwrap().require_platform().unwrap();

    let is_setting = |line: &str| line.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '));
    let switched_on: Vec<String> = example
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(setting) if is_setting(setting) => setting.to_owned(),
            _ => line.to_owned(),
        })
        .collect();
    let mut source = Source::default();
    source.add_document(Path::new("example"), &switched_on.join("\n")).unwrap();
    assert_eq!(source.problems, []);
    let named: Vec<_> = source.written.keys().copied().collect();
    let mut every = source::KEYS.to_vec();
    every.sort_unstable();
    assert_eq!(named, every);
    for key in source::KEYS {
        assert!(example.contains(&source::variable_name(key)), "{key}'s variable is not told");
    }
    let words: Vec<_> = example.split([' ', ',', '.', '\n']).collect();
    for provider in Provider::ALL {
        assert!(words.contains(&provider.name()), "{} is not named", provider.name());
    }
}

#[test]
fn pushes_that_cannot_come_are_told_before_the_shop_opens() {
    let warnings = |provider: &str, more: &str| {
        let text = format!(
            "shop.owners = ['telegram:1']\ntelegram.token = '1:a'\nhttp.listen = '127.0.0.1:8080'\n\
             upstream.api_key = 'key'\nupstream.provider = '{provider}'\n{more}"
        );
        Written::file(&text).load().unwrap().warnings().join("\n")
    };
    let (url, secret) = ("http.public_url = 'https://a.example'", "upstream.webhook_secret = 'b'");
    assert!(warnings("smsbuyz", "").contains("tells of nothing by itself"));
    assert!(warnings("smscode-v2", "").contains("set http.public_url"));
    assert!(warnings("smsverifyo-rentals", url).contains("set upstream.webhook_secret"));
    let enough = [
        ("smscode-v2", url),
        ("smscode-v1", secret),
        ("smsverifyo-rentals", secret),
        ("smsverificationservice", ""),
    ];
    for (provider, more) in enough {
        assert_eq!(warnings(provider, more), "", "{provider}");
    }
}

#[test]
fn what_is_only_for_pushes_has_no_use_without_an_address_for_them() {
    for key in ["http.public_url", "upstream.webhook_secret"] {
        let text = format!("{ENOUGH}\n{key} = 'https://a.example'");
        let refusal = Written::file(&text).refusal();
        assert!(refusal.contains(&format!("{key} (")), "{refusal}");
        assert!(refusal.contains("has no use without http.listen"), "{refusal}");
    }
}
