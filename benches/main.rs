//! What the figures in docs/BENCHMARKS.md come from. `cargo bench` runs everything in about two minutes and needs no
//! network; `cargo bench -- ledger` (or `detection`, `chat`, `program`) runs one part.
//!
//! Every figure is the median of [`ROUNDS`] rounds. Machines differ more than programs do, so each part also measures
//! something bare beside the shop, in the same run, and prints the ratio of the two.

use std::{error::Error, path::Path};

use tempfile::TempDir;

mod chat;
mod detection;
mod ledger;
mod open_orders;
mod program;
mod stage;
mod stats;
mod table;

/// How often everything is measured.
const ROUNDS: usize = 3;

/// A bench that cannot be carried out ends with the reason.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let is_wanted = |part: &str| wanted.as_deref().is_none_or(|wanted| wanted == part);
    if is_wanted("detection") {
        detection::run()?;
    }
    if is_wanted("ledger") {
        ledger::run().await?;
    }
    if is_wanted("chat") {
        chat::run().await?;
    }
    if is_wanted("program") {
        program::run().await?;
    }
    Ok(())
}

/// A folder on the disk that the build is on: `/tmp` may be memory, where a sync costs nothing.
fn folder() -> Outcome<TempDir> {
    Ok(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?)
}

fn database_url(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("shop.db").display())
}
