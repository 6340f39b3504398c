//! Holds through the shop's one writer, which commits in groups, against the same statements in a transaction each.

use std::{
    path::Path,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use bot_core::{
    clock::Timestamp,
    ids::{CustomerId, OrderId, TopUpId},
    ledger::{self, LedgerError, Posted},
    money::Money,
    store::Store,
};
use sqlx::{
    Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::{sync::Mutex, task::JoinSet};

use crate::{
    Outcome, ROUNDS, database_url, folder,
    stats::{Round, median, now},
    table,
};

/// Callers at the same time.
const CALLERS: [i64; 4] = [1, 8, 32, 128];

/// How long one round takes.
const STRETCH: Duration = Duration::from_secs(1);

const NOW: Timestamp = Timestamp(1_790_000_000_000);
const PRICE: Money = Money::from_raw(1);

/// Enough for every hold of a run.
const FUNDS: Money = Money::from_raw(1_000_000_000);

/// One connection that callers take in turn. Several connections that contend for SQLite's lock do worse.
type Bare = Arc<Mutex<SqliteConnection>>;

pub async fn run() -> Outcome<()> {
    let (grouped_folder, bare_folder) = (folder()?, folder()?);
    let store = funded(grouped_folder.path()).await?;
    let bare = bare(bare_folder.path()).await?;
    let orders = Arc::new(AtomicI64::new(1));
    let mut rows = Vec::new();
    for callers in CALLERS {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let bare = Arc::clone(&bare);
            theirs.push(
                load(callers, &orders, move |c, o| bare_hold(Arc::clone(&bare), c, o)).await?,
            );
            let store = store.clone();
            ours.push(load(callers, &orders, move |c, o| hold(store.clone(), c, o)).await?);
        }
        rows.push(row(callers, &ours, &theirs));
    }
    table::print(
        "Holding money",
        "`ledger::hold` through `Store::write`, beside the same three statements between `BEGIN IMMEDIATE` and \
         `COMMIT` on one connection taken in turn. Both: WAL, `synchronous=FULL`, the same schema.",
        &["callers", "shop", "bare", "shop / bare", "shop p50, p99", "bare p50, p99"],
        &rows,
    )?;
    Ok(())
}

/// The ratio is the median of the rounds' own: a disk that others use changes its mind within seconds.
fn row(callers: i64, ours: &[Round], theirs: &[Round]) -> Vec<String> {
    let ratios = ours.iter().zip(theirs).map(|(ours, theirs)| ours.per_second / theirs.per_second);
    let ratio = format!("{:.2}", median(ratios));
    let (ours, theirs) = (Round::median(ours), Round::median(theirs));
    let times = |round: Round| {
        format!("{}, {}", table::milliseconds(round.p50), table::milliseconds(round.p99))
    };
    vec![
        callers.to_string(),
        table::per_second(ours.per_second),
        table::per_second(theirs.per_second),
        ratio,
        times(ours),
        times(theirs),
    ]
}

/// A database in which every caller has money.
async fn funded(folder: &Path) -> Outcome<Store> {
    let store = Store::open(&database_url(folder)).await?;
    let funded = store.write(|tx| {
        Box::pin(async move {
            for caller in 0..CALLERS.into_iter().max().unwrap_or(0) {
                ledger::top_up(tx, TopUpId(caller), CustomerId(caller), FUNDS, "bench", NOW)
                    .await?;
            }
            Ok::<_, LedgerError>(())
        })
    });
    funded.await?;
    Ok(store)
}

async fn bare(folder: &Path) -> Outcome<Bare> {
    funded(folder).await?.close().await;
    let options = SqliteConnectOptions::from_str(&database_url(folder))?
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true);
    Ok(Arc::new(Mutex::new(SqliteConnection::connect_with(&options).await?)))
}

/// Every caller holds one price after the other until the time is over.
async fn load<Work, Holding>(callers: i64, orders: &Arc<AtomicI64>, work: Work) -> Outcome<Round>
where
    Work: Fn(i64, i64) -> Holding + Clone + Send + 'static,
    Holding: Future<Output = Outcome<()>> + Send,
{
    let start = now();
    let mut running = JoinSet::new();
    for caller in 0..callers {
        let (work, orders) = (work.clone(), Arc::clone(orders));
        running.spawn(async move {
            let mut times = Vec::new();
            while start.elapsed() < STRETCH {
                let asked = now();
                work(caller, orders.fetch_add(1, Ordering::Relaxed)).await?;
                times.push(asked.elapsed());
            }
            Outcome::Ok(times)
        });
    }
    let mut times = Vec::new();
    while let Some(done) = running.join_next().await {
        times.append(&mut done??);
    }
    Ok(Round::of(times, start.elapsed()))
}

async fn hold(store: Store, caller: i64, order: i64) -> Outcome<()> {
    let held = store.write(move |tx| {
        Box::pin(
            async move { ledger::hold(tx, OrderId(order), CustomerId(caller), PRICE, NOW).await },
        )
    });
    match held.await? {
        Posted::Now => Ok(()),
        Posted::Already => Err("an order was held for twice".into()),
    }
}

/// What `ledger::hold` says to the database.
async fn bare_hold(connection: Bare, caller: i64, order: i64) -> Outcome<()> {
    let wallet = format!("wallet:{caller}");
    let mut connection = connection.lock().await;
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query(
        "INSERT INTO transfer (key, from_account, to_account, amount, reason, order_id, actor, at)
         VALUES ($1, $2, 'escrow', $3, 'hold', $4, NULL, $5) ON CONFLICT (key) DO NOTHING",
    )
    .bind(format!("order:{order}:hold"))
    .bind(&wallet)
    .bind(PRICE)
    .bind(order)
    .bind(NOW)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "UPDATE account SET balance = balance - $1 WHERE name = $2 AND (issues OR balance >= $1)",
    )
    .bind(PRICE)
    .bind(&wallet)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "INSERT INTO account (name, issues, balance) VALUES ('escrow', FALSE, $1)
         ON CONFLICT (name) DO UPDATE SET balance = balance + excluded.balance",
    )
    .bind(PRICE)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}
