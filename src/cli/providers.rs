//! `numdesk providers`: what every provider can do, as the Markdown table that the README shows. Read from their
//! [`Capabilities`], which the shop itself goes by; knows no provider's name.

use std::time::Duration;

use bot_core::upstream::{CancelRule, Capabilities, ChoiceKind, FindAgain, PollBy, Push};
use numdesk::config::provider::Provider;

use super::{CliError, Exit, say};

const HEADINGS: [&str; 9] = [
    "provider",
    "sells",
    "given back",
    "codes are read",
    "pushed",
    "a lost answer is found by",
    "at once",
    "choices",
    "price cap",
];

/// Prints the table.
pub fn run() -> Result<Exit, CliError> {
    say(&table(Provider::ALL.iter().map(|provider| provider.capabilities())))?;
    Ok(Exit::Done)
}

fn table(all: impl Iterator<Item = Capabilities>) -> String {
    let line = |cells: [String; HEADINGS.len()]| format!("| {} |", cells.join(" | "));
    let heading = line(HEADINGS.map(str::to_owned));
    let rule = format!("|{}", "---|".repeat(HEADINGS.len()));
    let rows = all.map(|capabilities| line(row(&capabilities)));
    [heading, rule].into_iter().chain(rows).collect::<Vec<_>>().join("\n")
}

fn row(it: &Capabilities) -> [String; HEADINGS.len()] {
    [
        it.provider.to_owned(),
        sold(it),
        given_back(it.cancel),
        read(it.poll, it.pace),
        pushed(it.push).to_owned(),
        found(it.find_again).to_owned(),
        it.most_at_once.to_string(),
        choices(it),
        // Where the provider takes none, the shop reads the price again before it buys.
        if it.takes_max_cost { "yes" } else { "no" }.to_owned(),
    ]
}

fn sold(it: &Capabilities) -> String {
    let rentals = if it.renew { "renewable rentals" } else { "rentals" };
    let wares = [(true, "numbers"), (it.rentals, rentals), (it.esims, "eSIMs")];
    listed(wares)
}

fn given_back(rule: CancelRule) -> String {
    match rule {
        CancelRule::After(Duration::ZERO) => "at once".to_owned(),
        CancelRule::After(cooldown) => format!("after {} s", cooldown.as_secs()),
        CancelRule::Never => "never".to_owned(),
    }
}

fn read(poll: PollBy, pace: Duration) -> String {
    let how = match poll {
        PollBy::ActiveList => "all in one list",
        PollBy::StatusList => "one by one, after a list of states",
        PollBy::Single => "one by one",
    };
    format!("{how}, every {} s", pace.as_secs_f32())
}

fn pushed(push: Push) -> &'static str {
    match push {
        Push::Never => "no",
        Push::Signed { registers: true, .. } => "signed; the shop registers itself",
        Push::Signed { registers: false, .. } => "signed; registered by hand",
        Push::Unsigned => "unsigned: a hint to ask",
    }
}

fn found(way: FindAgain) -> &'static str {
    match way {
        FindAgain::SameKey => "the same key",
        FindAgain::Records => "its records",
        FindAgain::Balance => "its balance",
    }
}

fn choices(it: &Capabilities) -> String {
    let kinds = it.choices.iter().map(|kind| {
        let name = match kind {
            ChoiceKind::Operator => "operator",
            ChoiceKind::BestDelivery => "best delivery",
            ChoiceKind::MobileCarrier => "mobile carrier",
        };
        (true, name)
    });
    let choices = listed(kinds.chain([(it.area_codes, "area code")]));
    if choices.is_empty() { "none".to_owned() } else { choices }
}

/// The words that hold, with commas.
fn listed<'a>(words: impl IntoIterator<Item = (bool, &'a str)>) -> String {
    let holding = words.into_iter().filter_map(|(holds, word)| holds.then_some(word));
    holding.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_says_what_the_capabilities_say() {
        let plain = Provider::Smsverifyo.capabilities();
        let rich = Capabilities {
            provider: "rich",
            cancel: CancelRule::Never,
            poll: PollBy::StatusList,
            pace: Duration::from_millis(1_500),
            push: Push::Unsigned,
            find_again: FindAgain::Records,
            rentals: true,
            esims: true,
            renew: true,
            most_at_once: 7,
            area_codes: true,
            choices: &[ChoiceKind::Operator],
            takes_max_cost: true,
            tells_balance: true,
            ..plain.clone()
        };
        assert_eq!(
            row(&rich),
            [
                "rich",
                "numbers, renewable rentals, eSIMs",
                "never",
                "one by one, after a list of states, every 1.5 s",
                "unsigned: a hint to ask",
                "its records",
                "7",
                "operator, area code",
                "yes"
            ]
        );
        let shown = table([plain, rich].into_iter());
        let columns: Vec<_> = shown.lines().map(|line| line.matches('|').count()).collect();
        assert_eq!(columns, [HEADINGS.len() + 1; 4]);
        assert!(shown.contains("| numbers | "), "{shown}");
    }

    #[test]
    fn every_provider_calls_itself_as_the_configuration_does() {
        for provider in Provider::ALL {
            assert_eq!(provider.capabilities().provider, provider.name());
        }
    }
}
