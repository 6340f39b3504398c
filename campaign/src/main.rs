//! `cargo campaign`: see `--help`.

use std::{
    io::Write as _,
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bot_core::clock::Clock;
use campaign::{
    bugs,
    emulator::Dialect,
    history::{Family, Outcome, Plan, live},
    report::Report,
};
use clap::Parser;

/// Lives through many histories of the shop, in which everything goes wrong that can, and checks its promises.
#[derive(Debug, Parser)]
#[command(name = "campaign")]
struct Options {
    /// How many seeds.
    #[arg(default_value_t = 30)]
    seeds: u64,
    /// The first of them, or, without a number of seeds, the only one.
    #[arg(long)]
    seed: Option<u64>,
    /// Steps in each.
    #[arg(long, default_value_t = 1_000)]
    steps: u32,
    /// Only this provider.
    #[arg(long)]
    provider: Option<String>,
    /// Families of faults to leave out, such as `network,kills`.
    #[arg(long, value_delimiter = ',')]
    without: Vec<String>,
    /// Prints the whole history of each seed.
    #[arg(long)]
    trace: bool,
    /// Looks for a shorter history, with less going wrong, in which a failing seed still fails.
    #[arg(long)]
    shrink: bool,
    /// Lives each seed so many times and compares the histories.
    #[arg(long, default_value_t = 1)]
    times: u32,
    /// Lives with this bug on purpose; takes a build with the feature `seeded-bugs`.
    #[arg(long)]
    bug: Option<String>,
    /// Seeds until every bug on purpose is caught, as a table; takes a build with the feature `seeded-bugs`.
    #[arg(long)]
    bugs: bool,
    /// Seeds lived through at once.
    #[arg(long, default_value_t = 2)]
    threads: u64,
}

fn main() -> ExitCode {
    let options = Options::parse();
    if options.bugs {
        return every_bug(&options);
    }
    let took = Clock::real();
    let began = took.now();
    let report = Mutex::new(Report::default());
    let first = options.seed.unwrap_or(1);
    let last = first + options.seeds - 1;
    let next = AtomicU64::new(first);
    std::thread::scope(|scope| {
        for _ in 0..options.threads {
            scope.spawn(|| {
                bugs::choose(options.bug.as_deref());
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed > last {
                        return;
                    }
                    let plan = plan(&options, seed);
                    let mut outcome = live(&plan);
                    for _ in 1..options.times {
                        if live(&plan).hash != outcome.hash {
                            outcome.violations.push("its history is another every time".into());
                        }
                    }
                    told(&options, &plan, &outcome);
                    report.lock().unwrap_or_else(PoisonError::into_inner).add(seed, &outcome);
                }
            });
        }
    });
    let mut report = report.into_inner().unwrap_or_else(PoisonError::into_inner);
    report.took = Duration::from_millis(u64::try_from(took.now().0 - began.0).unwrap_or(0));
    say(&report.to_string());
    if report.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn plan(options: &Options, seed: u64) -> Plan {
    let dialect = options
        .provider
        .as_deref()
        .and_then(|name| Dialect::ALL.into_iter().find(|dialect| dialect.name() == name));
    let is_left_out = |family: &Family| options.without.iter().any(|name| name == family.name());
    let without = Family::ALL.into_iter().filter(is_left_out).collect();
    Plan { dialect, without, keep_lines: options.trace, ..Plan::new(seed, options.steps) }
}

fn told(options: &Options, plan: &Plan, outcome: &Outcome) {
    if options.trace {
        say(&format!("{}\n", outcome.lines.join("\n")));
    }
    if options.seeds == 1 {
        say(&format!("the history of seed {} has the hash {}\n", plan.seed, outcome.hash));
    }
    let Some(first) = outcome.violations.first() else { return };
    let plan = if options.shrink { &shrunk(plan) } else { plan };
    let without: Vec<_> = plan.without.iter().map(|family| family.name()).collect();
    let without = if without.is_empty() {
        String::new()
    } else {
        format!(" --without {}", without.join(","))
    };
    say(&format!(
        "seed {} fails after {} steps: {first}\n  again: cargo campaign 1 --seed {} --steps {}{without} --trace\n",
        plan.seed, outcome.steps, plan.seed, plan.steps,
    ));
}

/// Fewer steps, then less that goes wrong, as long as it fails.
fn shrunk(plan: &Plan) -> Plan {
    let fails = |plan: &Plan| !live(plan).violations.is_empty();
    let (mut works, mut broken) = (0, plan.steps);
    while works + 1 < broken {
        let middle = u32::midpoint(works, broken);
        if fails(&Plan { steps: middle, ..plan.clone() }) {
            broken = middle;
        } else {
            works = middle;
        }
    }
    let mut least = Plan { steps: broken, ..plan.clone() };
    for family in Family::ALL {
        let mut without = least.without.clone();
        without.push(family);
        let less = Plan { without, ..least.clone() };
        if fails(&less) {
            least = less;
        }
    }
    least
}

/// Each bug with the first seed that catches it.
fn every_bug(options: &Options) -> ExitCode {
    let mut all_caught = true;
    say("| bug | what it does | caught by seed | within | how it shows |\n|---|---|---|---|---|\n");
    for bug in bugs::ALL {
        bugs::choose(Some(bug.name));
        let caught = (1..=bug.within).find_map(|seed| {
            let outcome = live(&plan(options, seed));
            outcome.violations.first().map(|violation| (seed, violation.clone()))
        });
        all_caught &= caught.is_some();
        let (seed, shows) = caught
            .map_or(("none".to_owned(), String::new()), |(seed, how)| (seed.to_string(), how));
        say(&format!("| `{}` | {} | {seed} | {} | {shows} |\n", bug.name, bug.does, bug.within));
    }
    bugs::choose(None);
    if all_caught { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn say(text: &str) {
    // Nobody reads it any more, then.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}
