//! The released program in a process of its own: its size, how soon it is at work, and what it takes to watch many open
//! orders. The emulators are in this process, so nothing else is in its figures.

use std::{
    path::Path,
    process::{Child, Command},
    time::Duration,
};

use sandbox::{
    telegram,
    upstream::{numbers::CodePlan, smscode},
};

use crate::{
    Outcome, ROUNDS, database_url, folder, open_orders,
    stage::{KEY, TOKEN, WALLET_IDR, loopback, variables},
    stats::{median, now, number},
    table,
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_numdesk");

const OPEN_ORDERS: usize = 10_000;

/// Until the first rush is over, and then for as long as the processor's time is counted.
const SETTLE: Duration = Duration::from_secs(2);
const WATCHED: Duration = Duration::from_secs(3);
/// How long a start may take.
const BOUND: Duration = Duration::from_secs(30);

/// Linux counts a process's time in these (`USER_HZ`, proc(5)).
const TICKS_PER_SECOND: f64 = 100.0;

/// What is outside of the program.
struct Outside {
    provider: smscode::Running,
    telegram: telegram::Running,
}

/// One run of the program.
#[derive(Clone, Copy, Default)]
struct Run {
    /// From the start of the process until it asked the provider how the open orders stand, or, without any, until
    /// it waited for Telegram's updates.
    seconds_to_work: f64,
    resident: f64,
    most_resident: f64,
    /// Of one core.
    processor: f64,
}

pub async fn run() -> Outcome<()> {
    let (idle, busy) = (measure(0).await?, measure(OPEN_ORDERS).await?);
    let pair = |show: &dyn Fn(&Run) -> String| [show(&idle), show(&busy)];
    let growth = (busy.resident - idle.resident) / number(OPEN_ORDERS) / 1_024.0;
    let row = |name: &str, [idle, busy]: [String; 2], ratio: String| {
        vec![name.to_owned(), idle, busy, ratio]
    };
    let rows = vec![
        row(
            "start to first poll",
            pair(&|run| format!("{:.0} ms", run.seconds_to_work * 1_000.0)),
            table::ratio(busy.seconds_to_work, idle.seconds_to_work),
        ),
        row(
            "resident memory (VmRSS)",
            pair(&|run| table::mebibytes(run.resident)),
            format!("{} ({growth:.1} KiB an order)", table::ratio(busy.resident, idle.resident)),
        ),
        row(
            "its highest (VmHWM)",
            pair(&|run| table::mebibytes(run.most_resident)),
            table::ratio(busy.most_resident, idle.most_resident),
        ),
        row(
            "processor time, of one core",
            pair(&|run| format!("{:.1}%", run.processor * 100.0)),
            "-".to_owned(),
        ),
    ];
    let size = table::mebibytes(number(usize::try_from(std::fs::metadata(PROGRAM)?.len())?));
    table::print(
        "The program",
        &format!(
            "`numdesk run` as released ({size}), in a process of its own. Idle: catalogue read, nobody there. Busy: \
             {OPEN_ORDERS} orders wait for their codes; the provider lists them all, and the list is asked for once a second."
        ),
        &["", "idle", "busy", "busy / idle"],
        &rows,
    )?;
    Ok(())
}

async fn measure(orders: usize) -> Outcome<Run> {
    let folder = folder()?;
    let outside = Outside::start().await?;
    let database = database_url(folder.path());
    if orders > 0 {
        open_orders::open(&outside.provider, &database, orders).await?;
    }
    let mut runs = Vec::new();
    for _ in 0..ROUNDS {
        runs.push(outside.watch(folder.path(), &database, orders > 0).await?);
    }
    outside.provider.stop().await;
    outside.telegram.stop().await;
    let of = |figure: fn(&Run) -> f64| median(runs.iter().map(figure));
    Ok(Run {
        seconds_to_work: of(|run| run.seconds_to_work),
        resident: of(|run| run.resident),
        most_resident: of(|run| run.most_resident),
        processor: of(|run| run.processor),
    })
}

impl Outside {
    async fn start() -> Outcome<Self> {
        let options = smscode::Options {
            codes: CodePlan::Manual,
            wallet_idr: WALLET_IDR,
            ..smscode::Options::new(KEY)
        };
        let provider = smscode::start(options, loopback()).await?;
        let options = telegram::Options { token: TOKEN.into(), ..Default::default() };
        Ok(Self { provider, telegram: telegram::start(options, loopback()).await? })
    }

    /// Starts the program, watches it at work, and kills it.
    async fn watch(&self, folder: &Path, database: &str, has_orders: bool) -> Outcome<Run> {
        let hung_up = |control: &telegram::Control| (!control.is_polled()).then_some(());
        self.telegram.control().until(BOUND, hung_up).await.ok_or("the last one does not end")?;
        let (polls_before, listings_before) = (self.asked("active"), self.asked("products"));
        let start = now();
        let program = Program::start(folder, database, self)?;
        if has_orders {
            let polled = |_: &smscode::Control| (self.asked("active") > polls_before).then_some(());
            self.provider.control().wait_for(BOUND, polled).await?;
        } else {
            let polled = |control: &telegram::Control| control.is_polled().then_some(());
            self.telegram
                .control()
                .until(BOUND, polled)
                .await
                .ok_or("it never asked for updates")?;
        }
        let seconds_to_work = start.elapsed().as_secs_f64();
        tokio::time::sleep(SETTLE).await;
        let (before, since) = (program.processor_seconds()?, now());
        tokio::time::sleep(WATCHED).await;
        let used = program.processor_seconds()? - before;
        if has_orders && self.asked("active") < polls_before + 2 {
            return Err("the program does not watch its orders".into());
        }
        if self.asked("products") == listings_before {
            return Err("the program does not read the catalogue".into());
        }
        Ok(Run {
            seconds_to_work,
            resident: program.memory("VmRSS:")?,
            most_resident: program.memory("VmHWM:")?,
            processor: used / since.elapsed().as_secs_f64(),
        })
    }

    /// How often the provider was asked on a route.
    fn asked(&self, route: &str) -> u64 {
        self.provider.control().request_counts().get(route).map_or(0, |count| count.total)
    }
}

/// The running program. Ends with this.
struct Program(Child);

impl Program {
    fn start(folder: &Path, database: &str, outside: &Outside) -> Outcome<Self> {
        let variables = variables(database, &outside.provider.url(), &outside.telegram.url());
        let mut command = Command::new(PROGRAM);
        // In a folder without a numdesk.toml, and without settings of whoever runs the bench.
        command.arg("run").current_dir(folder).env_clear().env("RUST_LOG", "error").envs(variables);
        Ok(Self(command.spawn()?))
    }

    fn read(&self, file: &str) -> Outcome<String> {
        Ok(std::fs::read_to_string(format!("/proc/{}/{file}", self.0.id()))?)
    }

    /// In bytes (proc(5), `status`).
    fn memory(&self, field: &str) -> Outcome<f64> {
        let status = self.read("status")?;
        let value =
            status.lines().find_map(|line| line.strip_prefix(field)).ok_or("no such field")?;
        let kibibytes: f64 = value.trim().trim_end_matches(" kB").parse()?;
        Ok(kibibytes * 1_024.0)
    }

    /// Used in user and kernel mode so far (proc(5), `stat`, fields 14 and 15; the name before them is in brackets).
    fn processor_seconds(&self) -> Outcome<f64> {
        let stat = self.read("stat")?;
        let (_, fields) = stat.rsplit_once(')').ok_or("stat has no name")?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let ticks = |field: usize| -> Outcome<f64> {
            Ok(fields.get(field - 3).ok_or("stat is short")?.parse()?)
        };
        Ok((ticks(14)? + ticks(15)?) / TICKS_PER_SECOND)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end or to wait for.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
