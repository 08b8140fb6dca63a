//! Opening: what is wrong with a file is said with the next step.

use crate::world::{World, key};
use std::{path::Path, sync::Arc, time::Duration};
use trimtab_domain::{
    ErrorKind,
    clock::testing::{CountingIds, ManualClock},
};
use trimtab_store::{Error, Store, StoreSettings, VaultKey};

async fn open_with(path: &Path, key: VaultKey) -> Result<Store, Error> {
    let settings = StoreSettings { lock_wait: Duration::from_millis(20), ..StoreSettings::new(path) };
    Store::open(settings, key, Arc::new(ManualClock::at(crate::world::START)), Arc::new(CountingIds::default())).await
}

#[tokio::test]
async fn a_store_is_made_once_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/er/store.db");
    let settings = StoreSettings::new(&path);
    assert!(!Store::exists(&settings).await.unwrap());
    let store = open_with(&path, key()).await.unwrap();
    assert!(Store::exists(&settings).await.unwrap());
    store.system().set_agency("North Sea").await.unwrap();
    store.close().await;
    assert!(store.system().agency().await.is_err(), "closed");
    assert_eq!(open_with(&path, key()).await.unwrap().system().agency().await.unwrap().as_deref(), Some("North Sea"));
}

#[tokio::test]
async fn another_key_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let error = open_with(&world.path(), VaultKey::from_bytes([1; 32])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    let text = error.to_string();
    assert!(text.starts_with("this database is under another key: it needs vault key"), "{text}");
    assert!(text.contains(&key().fingerprint()) && text.contains("restore the key that belongs to it"), "{text}");
    open_with(&world.path(), key()).await.unwrap();
}

#[tokio::test]
async fn garbage_and_strangers_are_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let garbage = folder.path().join("garbage.db");
    std::fs::write(&garbage, "this is no database at all ".repeat(1000)).unwrap();
    let before = std::fs::read(&garbage).unwrap();
    let error = open_with(&garbage, key()).await.unwrap_err();
    assert!(matches!(error, Error::Corrupt { .. }) && error.to_string().contains("restore it from a backup"), "{error:?}");
    assert_eq!(std::fs::read(&garbage).unwrap(), before);

    use sea_orm::{ConnectionTrait, Database};
    let stranger = folder.path().join("stranger.db");
    let raw = Database::connect(format!("sqlite://{}?mode=rwc", stranger.display())).await.unwrap();
    raw.execute_unprepared("CREATE TABLE recipes (name)").await.unwrap();
    raw.close().await.unwrap();
    let error = open_with(&stranger, key()).await.unwrap_err();
    assert!(matches!(error, Error::Foreign { .. }) && error.to_string().contains("another program"), "{error:?}");
}

#[tokio::test]
async fn damage_in_the_middle_is_found_by_the_check() {
    let world = World::new().await;
    let path = world.path();
    world.store.close().await;
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0xff);
    std::fs::write(&path, bytes).unwrap();
    let verdict = match open_with(&path, key()).await {
        Ok(store) => store.system().check().await,
        Err(error) => Err(error),
    };
    match verdict {
        Ok(complaint) => assert!(complaint.is_some(), "damage went unseen"),
        Err(error) => assert!(matches!(error, Error::Corrupt { .. }), "{error:?}"),
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let error = open_with(&folder.path().join("file/store.db"), key()).await.unwrap_err();
    assert!(matches!(error, Error::CannotOpen { .. }) && error.kind() == ErrorKind::Unavailable, "{error:?}");
    let error = open_with(folder.path(), key()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "a folder is no file: {error:?}");
}

/// Permissions alone: a folder and file that only may be read.
#[cfg(unix)]
#[tokio::test]
async fn a_file_that_may_only_be_read_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let set = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    let world = World::new().await;
    let path = world.path();
    world.store.close().await;
    set(&path, 0o444);
    set(world.ground.folder.path(), 0o555);
    let outcome = match open_with(&path, key()).await {
        Ok(store) => store.system().set_agency("North Sea").await,
        Err(error) => Err(error),
    };
    // The system's administrator may write whatever the mode says; then there is nothing to complain of.
    let may_write = std::fs::OpenOptions::new().write(true).open(&path).is_ok();
    set(world.ground.folder.path(), 0o755);
    if may_write {
        outcome.unwrap();
        return;
    }
    let error = outcome.unwrap_err();
    assert!(matches!(error, Error::ReadOnly { .. } | Error::CannotOpen { .. }), "{error:?}");
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let text = error.to_string();
    assert!(text.contains(&path.display().to_string()) && text.contains("run this again"), "{text}");
}

#[tokio::test]
async fn a_disk_that_loses_what_was_written_is_named() {
    let world = World::new().await;
    // The newest pages are in the log until a checkpoint; the other handle looks for them there.
    let log = world.ground.folder.path().join("store.db-wal");
    assert!(std::fs::metadata(&log).unwrap().len() > 0, "there is a log");
    std::fs::OpenOptions::new().write(true).open(&log).unwrap().set_len(100).unwrap();
    let error = open_with(&world.path(), key()).await.unwrap_err();
    assert!(matches!(error, Error::Disk { .. }) && error.kind() == ErrorKind::Unavailable, "{error:?}");
    let text = error.to_string();
    assert!(
        text.contains(&world.path().display().to_string()) && text.contains("full") && text.contains("run this again"),
        "{text}"
    );
}

#[tokio::test]
async fn a_lock_that_is_held_too_long_is_named() {
    use sea_orm::{ConnectionTrait, Database};
    let world = World::new().await;
    let raw = Database::connect(format!("sqlite://{}", world.path().display())).await.unwrap();
    raw.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    let second = world.impatient_handle().await;
    let error = second.system().set_agency("x").await.unwrap_err();
    assert!(matches!(error, Error::Locked { .. }) && error.kind() == ErrorKind::Unavailable, "{error:?}");
    assert!(error.to_string().contains("locked by another process"), "{error}");
    assert_eq!(second.system().agency().await.unwrap(), None, "readers go on");

    // Released while a patient writer waits: it succeeds.
    let patient = world.store.clone();
    let waiting = tokio::spawn(async move { patient.system().set_agency("y").await });
    raw.execute_unprepared("ROLLBACK").await.unwrap();
    waiting.await.unwrap().unwrap();
}
