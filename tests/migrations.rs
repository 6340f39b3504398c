//! Every version's data survives every later migration: nothing is lost, the books agree, and the shop goes on with it.
//!
//! `tests/samples/NNNN.sql` fills the schema of migration NNNN with at least one row in every table. A migration without
//! a sample of its version fails here, and so does a table without a row.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use bot_core::{
    ledger,
    money::Money,
    store::{MIGRATIONS, Store},
};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use tempfile::TempDir;

use crate::support::{
    OWNER, World,
    rows::{connect, count, tables},
};

fn url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

fn versions() -> Vec<i64> {
    MIGRATIONS.iter().map(|migration| migration.version).collect()
}

/// The rows of every table.
async fn counts(connection: &mut SqliteConnection) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for table in tables(connection).await {
        let rows = count(connection, &table).await;
        counts.insert(table, rows);
    }
    counts
}

async fn counts_in(file: &Path) -> BTreeMap<String, i64> {
    let mut connection = connect(&url(file)).await;
    let counts = counts(&mut connection).await;
    connection.close().await.unwrap();
    counts
}

/// A sample's script, behind those that it builds on: its first line may be `-- After NNNN.sql`.
fn scripts(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(name);
    let script = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let before = script.lines().next().and_then(|line| line.strip_prefix("-- After "));
    let mut scripts = before.map(scripts).unwrap_or_default();
    scripts.push(script);
    scripts
}

/// A database of `version` with its sample in it, and the rows of every table.
async fn sample(version: i64, file: &Path) -> BTreeMap<String, i64> {
    let mut connection = connect(&url(file)).await;
    MIGRATIONS.run_to(version, &mut connection).await.unwrap();
    let name = format!("{version:04}.sql");
    for script in scripts(&name) {
        sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut connection).await.unwrap();
    }
    let counts = counts(&mut connection).await;
    connection.close().await.unwrap();
    let empty: Vec<_> = counts.iter().filter(|(_, rows)| **rows == 0).collect();
    assert!(empty.is_empty(), "{name} has no row in {empty:?}");
    counts
}

fn in_folder(folder: &TempDir, name: &str) -> PathBuf {
    folder.path().join(name)
}

/// What the sample's books say: more has been sold from version 2 on.
async fn books_agree(store: &Store, version: i64) {
    let (in_wallets, earned, orders) =
        if version == 1 { (904_800, 27_200, 11) } else { (850_400, 81_600, 16) };
    let linked = if version < 5 { 0 } else { 50_000 };
    let in_vouchers = if version < 8 { 0 } else { 10_000 };
    let audit = ledger::audit(store).await.unwrap();
    assert!(audit.is_clean(), "{:#?}", audit.differences);
    assert_eq!(audit.in_wallets, Money::from_raw(in_wallets + linked + in_vouchers));
    assert_eq!(audit.held, Money::from_raw(68_000));
    assert_eq!(audit.earned, Money::from_raw(earned));
    assert_eq!(audit.orders, orders);
}

/// Not a page is torn and no row refers to nothing.
async fn is_whole(file: &Path) {
    let mut connection = connect(&url(file)).await;
    let verdict = sqlx::query_scalar("PRAGMA integrity_check");
    let verdict: String = verdict.fetch_one(&mut connection).await.unwrap();
    assert_eq!(verdict, "ok");
    let orphans = sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut connection).await.unwrap();
    assert!(orphans.is_empty(), "{} rows refer to nothing", orphans.len());
    connection.close().await.unwrap();
}

#[tokio::test]
async fn an_empty_database_becomes_the_newest_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = in_folder(&folder, "new.db");
    for _ in 0..2 {
        let store = Store::open(&url(&file)).await.unwrap();
        assert!(ledger::audit(&store).await.unwrap().is_clean());
        store.close().await;
    }
    assert!(counts_in(&file).await.values().all(|rows| *rows == 0));
    is_whole(&file).await;
}

#[tokio::test]
async fn every_versions_data_survives_what_came_later() {
    for version in versions() {
        let folder = tempfile::tempdir().unwrap();
        let file = in_folder(&folder, "shop.db");
        let before = sample(version, &file).await;
        for _ in 0..2 {
            let store = Store::open(&url(&file)).await.unwrap();
            books_agree(&store, version).await;
            store.close().await;
        }
        let after = counts_in(&file).await;
        for (table, rows) in &before {
            assert_eq!(after.get(table), Some(rows), "{table}, from version {version}");
        }
        is_whole(&file).await;
    }
}

#[tokio::test]
async fn a_backup_is_the_same_shop() {
    let folder = tempfile::tempdir().unwrap();
    let (file, copy) = (in_folder(&folder, "shop.db"), in_folder(&folder, "copy.db"));
    let newest = *versions().last().unwrap();
    sample(newest, &file).await;
    let store = Store::open(&url(&file)).await.unwrap();
    store.backup(&copy).await.unwrap();
    store.close().await;
    let store = Store::open(&url(&copy)).await.unwrap();
    books_agree(&store, newest).await;
    store.close().await;
    assert_eq!(counts_in(&copy).await, counts_in(&file).await);
    is_whole(&copy).await;
}

#[tokio::test]
async fn a_database_of_a_later_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = in_folder(&folder, "shop.db");
    sample(*versions().last().unwrap(), &file).await;
    let mut connection = connect(&url(&file)).await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'of a later version', TRUE, x'00', 0)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    assert!(Store::open(&url(&file)).await.is_err());
}

/// The program reads every row that an earlier version wrote: orders in every state, unfinished work, waiting messages
/// and an update that was kept.
#[tokio::test]
async fn a_shop_goes_on_with_what_an_earlier_version_left() {
    for version in versions() {
        let mut world = World::closed("v2").await;
        let mut alice = world.person(1, "Alice", "alice");
        let mut owner = world.person(OWNER, "Olivia", "olivia");
        // Both have written to the bot before, which this Telegram has to see once more.
        alice.sends("/help").await;
        owner.sends("/help").await;
        sample(version, &world.folder.path().join("shop.db")).await;
        world.start().await;
        alice.sees("code: 007007").await;
        let balance = match version {
            1 => "$90.48",
            2..5 => "$85.04",
            _ => "$90.04",
        };
        alice.sees(&format!("Your balance: {balance}")).await;
        owner.sees("does not answer").await;
        alice.sends("/orders").await;
        let orders = alice.sees("newest first").await;
        assert!(orders.keyboard.len() > 8, "{:?}", orders.keyboard);
        if version > 1 {
            // The rental is open, so it comes first.
            alice.taps("#12 ").await;
            alice.sees("012012").await;
            alice.sends("/orders").await;
        }
        alice.taps("#7 ").await;
        alice.sees("Code: 007007").await;
        world.ends_well().await;
    }
}
