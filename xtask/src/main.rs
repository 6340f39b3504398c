//! `cargo ci`: everything that a change must pass, in the order in which it fails fastest.

use std::process::{Command, ExitCode};

/// The format, the lints with warnings denied, and README's test command.
const STEPS: [&[&str]; 3] = [
    &["fmt", "--all", "--check"],
    &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
    &["test", "--workspace", "--locked"],
];

fn main() -> ExitCode {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let passed = STEPS
        .iter()
        .all(|step| Command::new(&cargo).args(*step).status().is_ok_and(|status| status.success()));
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
