//! A few histories of the campaign, in less than a minute: nothing is broken in them, and each is the same every time.

use std::process::Command;

use campaign::{
    coverage::{Legal, legal},
    emulator::Dialect,
    history::{Plan, live},
};

const STEPS: u32 = 60;

#[test]
fn no_promise_is_broken_in_a_few_histories() {
    let mut orders = 0;
    for seed in 1..=4 {
        let outcome = live(&Plan::new(seed, STEPS));
        assert_eq!(outcome.violations, Vec::<String>::new(), "seed {seed}");
        assert_eq!(outcome.steps, u64::from(STEPS));
        assert!(!outcome.faults.is_empty(), "nothing went wrong in seed {seed}");
        orders += outcome.orders;
    }
    assert!(orders > 10, "{orders} orders are hardly a history");
}

#[test]
fn a_seed_makes_one_history() {
    for dialect in Dialect::ALL {
        let plan = Plan { dialect: Some(dialect), ..Plan::new(7, 20) };
        let hash = live(&plan).hash;
        assert_eq!(live(&plan).hash, hash, "{}", dialect.name());
    }
    assert_ne!(live(&Plan::new(8, 20)).hash, live(&Plan::new(12, 20)).hash);
}

#[test]
fn a_seed_makes_the_same_history_in_every_process() {
    let hash = live(&Plan::new(9, 20)).hash;
    for _ in 0..2 {
        let mut campaign = Command::new(env!("CARGO_BIN_EXE_campaign"));
        let output = campaign.args("1 --seed 9 --steps 20".split(' ')).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains(&hash), "{hash}: {said}");
    }
}

#[test]
fn legal_pairs_are_those_of_the_state_machine() {
    let legal = legal();
    let of = |state: &str, event: &str| legal.get(&(state.to_owned(), event.to_owned())).copied();
    assert_eq!(of("placing", "accepted"), Some(Legal::Moves));
    assert_eq!(of("active", "extended"), Some(Legal::Moves));
    assert_eq!(of("in_doubt", "cancel_asked"), Some(Legal::Stays));
    assert_eq!(of("placing", "sms"), None);
    assert_eq!(of("fulfilled", "banned"), None);
}
