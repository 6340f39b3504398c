//! A look at the database's rows themselves, beside the program.

use sqlx::{AssertSqlSafe, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

/// A connection of its own to the file behind `url`, which is made when missing.
pub async fn connect(url: &str) -> SqliteConnection {
    let options: SqliteConnectOptions = url.parse().unwrap();
    let options = options.create_if_missing(true).foreign_keys(true);
    SqliteConnection::connect_with(&options).await.unwrap()
}

/// The shop's tables, by name.
pub async fn tables(connection: &mut SqliteConnection) -> Vec<String> {
    let names = "SELECT name FROM sqlite_schema
                 WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> '_sqlx_migrations' ORDER BY name";
    sqlx::query_scalar(names).fetch_all(connection).await.unwrap()
}

/// How many rows a table has.
pub async fn count(connection: &mut SqliteConnection, table: &str) -> i64 {
    let count = format!("SELECT COUNT(*) FROM \"{table}\"");
    sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(connection).await.unwrap()
}
