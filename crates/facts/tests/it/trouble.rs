//! Bad days: crashes, missing and damaged files, folders that cannot be written.

use crate::world::*;
use std::{fs, path::PathBuf};
use trimtab_domain::{
    ErrorKind,
    query::{Cell, Dimension},
};
use trimtab_facts::{Lake, LakeSettings, TenantLake};

async fn clicks(lake: &TenantLake) -> Result<Cell, trimtab_facts::Error> {
    let query = ask("2026-01-01..2026-01-31", &["clicks"], &[], "");
    lake.query(&query, &coverage(&[&meta()])).await.map(|r| r.totals[0])
}

fn parquet(folder: &std::path::Path) -> Vec<PathBuf> {
    let table = folder.join("acme/ad_daily");
    let files = fs::read_dir(table).unwrap().map(|e| e.unwrap().path());
    files.filter(|p| p.extension().is_some_and(|e| e == "parquet")).collect()
}

#[tokio::test]
async fn what_a_crash_left_behind_is_invisible_and_the_next_run_completes() {
    let (folder, lake) = fresh();
    let days = range("2026-01-01..2026-01-03");
    // Killed after writing data files, before the commit: orphans beside a table that exists or not.
    let table = folder.path().join("acme/ad_daily");
    fs::create_dir_all(table.join("_delta_log")).unwrap();
    fs::write(table.join("2026-01-0000.parquet"), b"half a file").unwrap();
    assert_eq!(clicks(&lake).await.unwrap(), Cell::None);
    lake.replace(&meta(), days, ads(days, 2, 0)).await.unwrap();
    let before = clicks(&lake).await.unwrap();
    fs::write(table.join("2026-01-0001.parquet"), b"PAR1").unwrap();
    fs::write(table.join("_delta_log/00000000000000000009.json#1"), b"{\"add\"").unwrap();
    let again = open(folder.path());
    assert_eq!(clicks(&again).await.unwrap(), before);
    assert_eq!(again.replace(&meta(), days, ads(days, 2, 0)).await.unwrap().days_changed, 0);
    again.replace(&meta(), days, ads(days, 2, 1)).await.unwrap();
    assert_ne!(clicks(&again).await.unwrap(), before);
}

#[tokio::test]
async fn a_crash_between_two_tables_is_completed_by_running_again() {
    let (folder, lake) = fresh();
    let days = range("2026-01-01..2026-01-03");
    lake.replace(&meta(), days, ads(days, 2, 0)).await.unwrap();
    let expected = clicks(&lake).await.unwrap();
    // The last commit of the table of ads never happened.
    let log = folder.path().join("acme/ad_daily/_delta_log/00000000000000000001.json");
    fs::remove_file(log).unwrap();
    let again = open(folder.path());
    assert_eq!(clicks(&again).await.unwrap(), Cell::None);
    again.replace(&meta(), days, ads(days, 2, 0)).await.unwrap();
    assert_eq!(clicks(&again).await.unwrap(), expected);
}

#[tokio::test]
async fn a_missing_commit_is_an_error_that_names_the_table() {
    let (folder, lake) = fresh();
    for n in 0..3 {
        let days = range("2026-01-01..2026-01-03");
        lake.replace(&meta(), days, ads(days, 2, n)).await.unwrap();
    }
    fs::remove_file(folder.path().join("acme/ad_daily/_delta_log/00000000000000000001.json")).unwrap();
    let error = clicks(&open(folder.path())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains("acme/ad_daily") && error.to_string().contains("damaged or missing"), "{error}");
}

#[tokio::test]
async fn a_missing_or_damaged_data_file_is_an_error_that_names_it() {
    let (folder, lake) = fresh();
    let days = range("2026-01-01..2026-01-03");
    lake.replace(&meta(), days, ads(days, 2, 0)).await.unwrap();
    let file = parquet(folder.path()).pop().unwrap();
    let name = file.file_name().unwrap().to_str().unwrap().to_owned();
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let error = clicks(&open(folder.path())).await.unwrap_err();
    assert_eq!((error.kind(), error.to_string().contains(&name)), (ErrorKind::Unavailable, true), "{error}");
    fs::remove_file(&file).unwrap();
    let error = clicks(&open(folder.path())).await.unwrap_err();
    assert_eq!((error.kind(), error.to_string().contains(&name)), (ErrorKind::Unavailable, true), "{error}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    // A file where the tenant's folder should be stops every user, root included.
    fs::write(folder.path().join("acme"), b"").unwrap();
    let lake = open(folder.path());
    let days = range("2026-01-01..2026-01-03");
    let error = lake.replace(&meta(), days, ads(days, 2, 0)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains("/acme/"), "{error}");
    assert!(error.to_string().contains("a file stands where a folder should be"), "{error}");

    let file = folder.path().join("file");
    fs::write(&file, b"").unwrap();
    let error = Lake::open(LakeSettings::new(&file)).unwrap_err();
    assert!(error.to_string().starts_with("cannot open the lake in"), "{error}");
}

#[tokio::test]
async fn a_write_that_fails_half_way_leaves_what_was_there() {
    let (folder, lake) = fresh();
    let days = range("2026-01-01..2026-01-03");
    lake.replace(&meta(), days, ads(days, 2, 0)).await.unwrap();
    let before = clicks(&lake).await.unwrap();
    // The next commit's name is taken by a folder: data files can be written, the commit cannot.
    let log = folder.path().join("acme/ad_daily/_delta_log");
    let moved = folder.path().join("moved");
    fs::rename(&log, &moved).unwrap();
    fs::write(&log, b"").unwrap();
    let error = lake.replace(&meta(), days, ads(days, 2, 1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    fs::remove_file(&log).unwrap();
    fs::rename(&moved, &log).unwrap();
    assert_eq!(clicks(&open(folder.path())).await.unwrap(), before);
    assert_eq!(lake.replace(&meta(), days, ads(days, 2, 1)).await.unwrap().days_changed, 3);
}

#[tokio::test]
async fn dropping_a_query_stops_it_and_harms_nothing() {
    let (_folder, lake) = fresh();
    let days = range("2026-01-01..2026-01-31");
    lake.replace(&meta(), days, ads(days, 20, 0)).await.unwrap();
    let query = ask("2026-01-01..2026-01-31", &["clicks"], &[Dimension::Ad, Dimension::Date], "");
    let covered = coverage(&[&meta()]);
    for _ in 0..20 {
        let mut started = Box::pin(lake.query(&query, &covered));
        assert!(futures::poll!(&mut started).is_pending());
        drop(started);
    }
    assert_eq!(lake.query(&query, &covered).await.unwrap().rows.len(), 20 * 31);
}
