use clap::CommandFactory;
use numdesk::config::provider::Provider;

use super::*;

#[test]
fn the_command_line_is_well_formed() {
    Cli::command().debug_assert();
}

#[test]
fn the_configuration_file_can_be_named_before_and_after_the_command() {
    for line in [["--config", "a.toml", "backup", "b"], ["backup", "b", "--config", "a.toml"]] {
        let cli = Cli::try_parse_from(["numdesk"].iter().chain(&line)).unwrap();
        assert_eq!(cli.config, Some("a.toml".into()));
    }
}

#[test]
fn an_error_is_told_once_with_its_causes() {
    #[derive(Debug, thiserror::Error)]
    #[error("outer: {0}")]
    struct Quoting(#[source] io::Error);

    let full = || io::Error::other("full");
    assert_eq!(chain(&CliError::Output(full())), "the result cannot be written: full");
    assert_eq!(chain(&Quoting(full())), "outer: full");
}

#[test]
fn a_wrong_configuration_and_a_failed_command_end_differently() {
    let config = CliError::Config(ConfigError::Problems(vec![]));
    assert_eq!(Exit::of(&config), Exit::Usage);
    assert_eq!(Exit::of(&CliError::Output(io::Error::other("full"))), Exit::Failed);
    assert_eq!(ExitCode::from(Exit::Found), ExitCode::from(3));
}

#[test]
fn the_demo_takes_what_the_shop_can_buy_from_and_lists_it_otherwise() {
    let parse = |name: &str| Cli::try_parse_from(["numdesk", "demo", "--provider", name]);
    for provider in Provider::ALL {
        assert!(parse(provider.name()).is_ok());
    }
    let refused = parse("smsnothing").unwrap_err();
    assert_eq!(refused.exit_code(), 2);
    assert!(refused.to_string().contains(&Provider::names()), "{refused}");
}

#[tokio::test]
async fn a_webhook_for_a_provider_that_pushes_nothing_is_a_wrong_command_line() {
    let line = ["numdesk", "sandbox", "upstream", "--provider", "smsbuyz"];
    let hook = ["--webhook-url", "http://127.0.0.1:9/hook"];
    let cli = Cli::try_parse_from(line.iter().chain(&hook)).unwrap();
    let error = execute(cli).await.unwrap_err();
    assert!(chain(&error).contains("smsbuyz pushes nothing"), "{}", chain(&error));
    assert_eq!(Exit::of(&error), Exit::Usage);
    let lonely = Cli::try_parse_from(line.iter().chain(&["--webhook-secret", "s"]));
    assert!(lonely.is_err(), "a secret without a webhook proves nothing");
}
