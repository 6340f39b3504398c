//! One seed, one history: from an empty database to the moment at which everything has come to rest.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    coverage::{Coverage, Watch},
    emulator::Dialect,
    hub::Hub,
    world::World,
};

/// What a history is made from.
#[derive(Clone, Debug)]
pub struct Plan {
    pub seed: u64,
    pub steps: u32,
    /// By the seed unless given.
    pub dialect: Option<Dialect>,
    /// Families of things that go wrong which are left out.
    pub without: Vec<Family>,
    /// Whether the trace is kept to be read.
    pub keep_lines: bool,
}

/// What can be left out of a history to see whether it still fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Network,
    Database,
    Kills,
    Platforms,
    Provider,
    Pushes,
    Clock,
}

impl Family {
    pub const ALL: [Self; 7] = [
        Self::Network,
        Self::Database,
        Self::Kills,
        Self::Platforms,
        Self::Provider,
        Self::Pushes,
        Self::Clock,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Database => "database",
            Self::Kills => "kills",
            Self::Platforms => "platforms",
            Self::Provider => "provider",
            Self::Pushes => "pushes",
            Self::Clock => "clock",
        }
    }
}

impl Plan {
    pub fn new(seed: u64, steps: u32) -> Self {
        Self { seed, steps, dialect: None, without: vec![], keep_lines: false }
    }

    pub fn dialect(&self) -> Dialect {
        let all = Dialect::ALL;
        let number = usize::try_from(self.seed).unwrap_or(0) % all.len();
        self.dialect.unwrap_or(all[number])
    }
}

/// What a history came to.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub hash: String,
    pub violations: Vec<String>,
    pub steps: u64,
    pub faults: BTreeMap<&'static str, u64>,
    pub coverage: Coverage,
    /// Time that passed in it.
    pub lasted: Duration,
    pub orders: u64,
    pub kills: u64,
    pub commits: u64,
    pub requests: u64,
    pub lines: Vec<String>,
}

/// Lives a history. Nothing outside the plan decides anything in it.
pub fn live(plan: &Plan) -> Outcome {
    let watch = Watch::default();
    let outcome = watch.during(|| {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        match runtime {
            Ok(runtime) => runtime.block_on(attempt(plan)),
            Err(error) => broken(format!("no runtime: {error}")),
        }
    });
    let seen = watch.taken();
    let mut outcome = Outcome { coverage: seen.coverage, ..outcome };
    outcome.violations.extend(seen.alarms);
    outcome
}

async fn attempt(plan: &Plan) -> Outcome {
    let hub = Hub::new(plan);
    match World::open(plan, hub).await {
        Ok(world) => world.live().await,
        Err(error) => broken(error),
    }
}

fn broken(error: String) -> Outcome {
    Outcome { violations: vec![error], ..Outcome::default() }
}
