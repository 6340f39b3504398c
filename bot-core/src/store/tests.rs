use super::*;

async fn store() -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (Store::open(&url(&folder)).await.unwrap(), folder)
}

fn url(folder: &tempfile::TempDir) -> String {
    format!("sqlite://{}", folder.path().join("shop.db").display())
}

async fn raise(store: &Store, key: String, fail: bool) -> Result<bool, StoreError> {
    store
        .write(move |tx| {
            Box::pin(async move {
                let new = tx.raise_alert(&key, crate::clock::Timestamp(1)).await?;
                if fail { Err(StoreError::Corrupt("wanted".into())) } else { Ok(new) }
            })
        })
        .await
}

async fn alerts(store: &Store) -> i64 {
    sqlx::query_scalar("SELECT COUNT(*) FROM alert").fetch_one(store.readers()).await.unwrap()
}

#[tokio::test]
async fn a_failing_unit_undoes_itself_and_nothing_else() {
    let (store, _folder) = store().await;
    let units = (0..200).map(|number| raise(&store, format!("{number}"), number % 3 == 0));
    let results = futures::future::join_all(units).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 133);
    assert_eq!(alerts(&store).await, 133);
}

#[tokio::test]
async fn a_panicking_unit_is_undone_and_the_writer_goes_on() {
    let (store, _folder) = store().await;
    let panicked: Result<(), StoreError> = store
        .write(|tx| {
            Box::pin(async move {
                tx.raise_alert("half", crate::clock::Timestamp(1)).await?;
                panic!("in the middle")
            })
        })
        .await;
    assert!(matches!(panicked, Err(StoreError::NotCarriedOut)));
    assert!(raise(&store, "next".into(), false).await.unwrap());
    assert_eq!(alerts(&store).await, 1);
}

#[tokio::test]
async fn a_backup_is_whole_and_never_overwrites() {
    let (store, folder) = store().await;
    raise(&store, "kept".into(), false).await.unwrap();
    let file = folder.path().join("copy.db");
    store.backup(&file).await.unwrap();
    assert!(matches!(store.backup(&file).await, Err(StoreError::BackupExists(_))));
    let copy = Store::open(&format!("sqlite://{}", file.display())).await.unwrap();
    assert_eq!(alerts(&copy).await, 1);
}

#[tokio::test]
async fn a_copy_can_be_looked_at_and_not_changed() {
    let (store, folder) = store().await;
    raise(&store, "kept".into(), false).await.unwrap();
    let file = folder.path().join("copy.db");
    store.backup(&file).await.unwrap();
    for url in [format!("sqlite://{}", file.display()), url(&folder)] {
        let looked = Store::open_read_only(&url).await.unwrap();
        assert_eq!(alerts(&looked).await, 1);
        assert!(crate::ledger::audit(&looked).await.unwrap().is_clean());
        let written = raise(&looked, "more".into(), false).await;
        assert!(matches!(written, Err(StoreError::NotCarriedOut)), "{written:?}");
    }
}

#[tokio::test]
async fn a_database_of_another_version_is_not_looked_at() {
    let (store, folder) = store().await;
    let newer = async |tx: &mut WriteTx| {
        sqlx::query(
            "UPDATE _sqlx_migrations SET version = version + 1
             WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)",
        )
        .execute(tx.connection())
        .await?;
        Ok::<_, StoreError>(())
    };
    store.write(move |tx| Box::pin(async move { newer(tx).await })).await.unwrap();
    assert!(matches!(Store::open_read_only(&url(&folder)).await, Err(StoreError::OtherVersion)));
}

#[tokio::test]
async fn readers_cannot_write() {
    let (store, _folder) = store().await;
    assert!(sqlx::query("DELETE FROM alert").execute(store.readers()).await.is_err());
}

/// Codes and phone numbers are in them.
#[cfg(unix)]
#[tokio::test]
async fn the_books_and_their_copies_are_for_their_owners_eyes_only() {
    use std::os::unix::fs::PermissionsExt;

    let (store, folder) = store().await;
    raise(&store, "something to write down".into(), false).await.unwrap();
    store.backup(&folder.path().join("copy.db")).await.unwrap();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
        names.push(name);
    }
    names.sort_unstable();
    assert_eq!(names, ["copy.db", "shop.db", "shop.db-shm", "shop.db-wal"]);
}
