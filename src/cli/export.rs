//! `numdesk export FOLDER`: the shop's records as CSV files, all of one moment, while the shop is open.

use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use bot_core::store::records::{TABLES, Table};
use numdesk::config::{DatabaseConfig, Source};

use super::{CliError, Exit, open_to_read, say};

/// For the operator's eyes only: customers' names are in it.
const PRIVATE: u32 = 0o600;

/// Writes one file for each table. The folder is made when missing; no file in it is written over.
pub async fn run(source: Source, folder: &Path) -> Result<Exit, CliError> {
    let database = DatabaseConfig::from_source(source)?;
    let store = open_to_read(&database).await?;
    std::fs::create_dir_all(folder).map_err(CliError::Output)?;
    let files = TABLES.iter().map(|table| Records::create(folder, table));
    let files: io::Result<Vec<_>> = files.collect();
    let files = Arc::new(Mutex::new(files.map_err(CliError::Output)?));
    let writing = Arc::clone(&files);
    store
        .export(move |table, row| {
            let mut files = writing.lock().unwrap_or_else(PoisonError::into_inner);
            let file = files.iter_mut().find(|file| file.table == table.name);
            file.ok_or_else(|| io::Error::other("a table without a file"))?.write(&row)
        })
        .await?;
    store.close().await;
    for file in files.lock().unwrap_or_else(PoisonError::into_inner).iter_mut() {
        file.writer.flush().map_err(CliError::Output)?;
        say(&format!("{}: {} rows", file.path.display(), file.rows))?;
    }
    Ok(Exit::Done)
}

/// A file that is being written.
struct Records {
    table: &'static str,
    path: PathBuf,
    writer: csv::Writer<File>,
    rows: u64,
}

impl Records {
    fn create(folder: &Path, table: &Table) -> io::Result<Self> {
        let path = folder.join(format!("{}.csv", table.name));
        let file = OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(&path)?;
        let mut writer = csv::Writer::from_writer(file);
        writer.write_record(table.heading())?;
        Ok(Self { table: table.name, path, writer, rows: 0 })
    }

    fn write(&mut self, row: &[String]) -> io::Result<()> {
        self.writer.write_record(row.iter().map(|value| harmless(value)))?;
        self.rows += 1;
        Ok(())
    }
}

/// A spreadsheet would take a name such as `=1+1` for a formula; what is a number stays one.
fn harmless(value: &str) -> String {
    let is_formula = value.starts_with(['=', '+', '-', '@', '\t', '\r'])
        && value.parse::<rust_decimal::Decimal>().is_err();
    if is_formula { format!("'{value}") } else { value.to_owned() }
}

#[cfg(test)]
mod tests {
    use bot_core::store::Store;

    use super::*;

    #[tokio::test]
    async fn every_table_becomes_a_file_once() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("books.db").display());
        let file = folder.path().join("numdesk.toml");
        std::fs::write(&file, format!("database.url = {url:?}")).unwrap();
        let source = || Source::read(Some(&file), []).unwrap();
        let records = folder.path().join("records");
        assert!(matches!(run(source(), &records).await, Err(CliError::NoDatabase { .. })));
        let _open_shop = Store::open(&url).await.unwrap();
        assert_eq!(run(source(), &records).await.unwrap(), Exit::Done);
        let ledger = std::fs::read_to_string(records.join("ledger.csv")).unwrap();
        assert_eq!(ledger, "id,at,from,to,amount,reason,order,by\n");
        for table in &TABLES {
            assert!(records.join(format!("{}.csv", table.name)).exists());
        }
        assert!(run(source(), &records).await.is_err(), "nothing is written over");
    }

    #[test]
    fn a_name_is_no_formula() {
        assert_eq!(harmless("=cmd()"), "'=cmd()");
        assert_eq!(harmless("@anna"), "'@anna");
        assert_eq!(harmless("-1.5000"), "-1.5000");
        assert_eq!(harmless("Anna"), "Anna");
    }
}
