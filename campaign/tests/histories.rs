//! A few histories of the campaign, in less than a minute: nothing is broken in them, and each is the same every time.

use campaign::{
    coverage::legal,
    emulator::Dialect,
    history::{Plan, live},
};

const STEPS: u32 = 150;

#[test]
fn no_promise_is_broken_in_a_few_histories() {
    for seed in 1..=6 {
        let outcome = live(&Plan::new(seed, STEPS));
        assert_eq!(outcome.violations, Vec::<String>::new(), "seed {seed}");
        assert_eq!(outcome.steps, u64::from(STEPS));
        assert!(outcome.orders > 5, "seed {seed} made {} orders", outcome.orders);
        assert!(!outcome.faults.is_empty(), "nothing went wrong in seed {seed}");
    }
}

#[test]
fn a_seed_makes_one_history() {
    for dialect in Dialect::ALL {
        let plan = Plan { dialect: Some(dialect), ..Plan::new(7, 60) };
        let first = live(&plan).hash;
        for _ in 0..3 {
            assert_eq!(live(&plan).hash, first, "{}", dialect.name());
        }
        let other = Plan { seed: 8, ..plan };
        assert_ne!(live(&other).hash, first, "{}", dialect.name());
    }
}

#[test]
fn legal_pairs_are_those_of_the_state_machine() {
    let legal = legal();
    let has = |state: &str, event: &str| legal.contains(&(state.to_owned(), event.to_owned()));
    assert!(has("placing", "accepted") && has("in_doubt", "gave_up") && has("active", "extended"));
    assert!(!has("placing", "sms") && !has("fulfilled", "banned"));
}
