//! `numdesk backup FILE`: a consistent copy of the database while the shop is open.

use std::path::Path;

use numdesk::config::{DatabaseConfig, Source};

use super::{CliError, Exit, open_to_read, say};

/// Copies the database to `file`, which must not exist.
pub async fn run(source: Source, file: &Path) -> Result<Exit, CliError> {
    let database = DatabaseConfig::from_source(source)?;
    let store = open_to_read(&database).await?;
    store.backup(file).await?;
    store.close().await;
    say(&format!("{} is copied to {}", database.path().display(), file.display()))?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use bot_core::store::Store;

    use super::*;

    fn source(folder: &Path) -> Source {
        let file = folder.join("numdesk.toml");
        let url = format!("sqlite://{}", folder.join("books.db").display());
        std::fs::write(&file, format!("database.url = {url:?}")).unwrap();
        Source::read(Some(&file), []).unwrap()
    }

    #[tokio::test]
    async fn a_copy_is_made_while_the_books_are_open_and_never_over_another_file() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("books.db").display());
        let _open_shop = Store::open(&url).await.unwrap();
        let copy = folder.path().join("copy.db");
        assert_eq!(run(source(folder.path()), &copy).await.unwrap(), Exit::Done);
        let opened = Store::open(&format!("sqlite://{}", copy.display())).await.unwrap();
        opened.close().await;

        std::fs::write(&copy, "something else").unwrap();
        assert!(run(source(folder.path()), &copy).await.is_err());
        assert_eq!(std::fs::read_to_string(&copy).unwrap(), "something else");
    }

    #[tokio::test]
    async fn books_that_are_not_there_are_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let error = run(source(folder.path()), &folder.path().join("copy.db")).await.unwrap_err();
        assert!(matches!(error, CliError::NoDatabase { .. }), "{error}");
        assert!(!folder.path().join("books.db").exists());
        assert!(!folder.path().join("copy.db").exists());
    }
}
