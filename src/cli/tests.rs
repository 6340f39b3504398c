use clap::CommandFactory;

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
