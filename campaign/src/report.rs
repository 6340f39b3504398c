//! What many histories came to, together.

use std::{collections::BTreeMap, fmt, time::Duration};

use crate::{
    coverage::{Coverage, Legal},
    history::Outcome,
};

#[derive(Clone, Debug, Default)]
pub struct Report {
    pub seeds: u64,
    pub steps: u64,
    pub faults: BTreeMap<&'static str, u64>,
    pub coverage: Coverage,
    pub lasted: Duration,
    /// Of this machine's time.
    pub took: Duration,
    pub orders: u64,
    pub kills: u64,
    pub commits: u64,
    pub requests: u64,
    /// Seeds that failed, and how.
    pub failed: Vec<(u64, Vec<String>)>,
}

impl Report {
    pub fn add(&mut self, seed: u64, outcome: &Outcome) {
        self.seeds += 1;
        self.steps += outcome.steps;
        for (kind, times) in &outcome.faults {
            *self.faults.entry(kind).or_default() += times;
        }
        self.coverage.add(&outcome.coverage);
        self.lasted += outcome.lasted;
        self.orders += outcome.orders;
        self.kills += outcome.kills;
        self.commits += outcome.commits;
        self.requests += outcome.requests;
        if !outcome.violations.is_empty() {
            self.failed.push((seed, outcome.violations.clone()));
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hours = self.lasted.as_secs_f64() / 3_600.0;
        writeln!(
            out,
            "seeds {}, steps {}, violations in {}",
            self.seeds,
            self.steps,
            self.failed.len()
        )?;
        writeln!(
            out,
            "orders {}, commits {}, requests to the provider {}, kills {}",
            self.orders, self.commits, self.requests, self.kills
        )?;
        writeln!(
            out,
            "{hours:.0} hours of the shop's time in {:.0} s: {:.2} hours a second",
            self.took.as_secs_f64(),
            hours / self.took.as_secs_f64().max(0.001)
        )?;
        for (kind, times) in &self.faults {
            writeln!(out, "  {times:>9}  {kind}")?;
        }
        for (sort, name) in
            [(Legal::Moves, "that something comes of"), (Legal::Stays, "that change nothing")]
        {
            let (all, missed) = self.coverage.of(sort);
            let met = all - missed.len();
            writeln!(out, "pairs of state and event {name}: {met} of {all} met")?;
            for (state, event) in missed {
                writeln!(out, "  not met: {state} + {event}")?;
            }
        }
        for (seed, violations) in &self.failed {
            for violation in violations {
                writeln!(out, "seed {seed}: {violation}")?;
            }
        }
        Ok(())
    }
}
