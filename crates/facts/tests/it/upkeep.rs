//! Compaction, vacuum, forgetting, checkpoints: the layout changes, answers do not.

use crate::world::*;
use std::fs;
use trimtab_domain::{
    DayRange,
    entity::{EntityKind, EntitySnapshot, EntityState, Status},
    query::{Dimension, MetricQuery, QueryResult},
};
use trimtab_facts::{Compacted, Table, TenantLake};

fn questions() -> Vec<MetricQuery> {
    let all = "2025-10-01..2026-01-31";
    vec![
        ask(all, &["spend", "conversions", "ctr"], &[], ""),
        ask(all, &["spend", "roas"], &[Dimension::Date], ""),
        ask(all, &["clicks", "reach"], &[Dimension::Ad, Dimension::Month], ""),
        ask("2025-11-10..2025-12-20", &["impressions"], &[Dimension::Campaign, Dimension::Weekday], "clicks > 3"),
    ]
}

async fn answers(lake: &TenantLake) -> Vec<QueryResult> {
    let mut answers = Vec::new();
    for query in questions() {
        let mut answer = (*lake.query(&query, &coverage(&[&meta()])).await.unwrap()).clone();
        answer.source_hash.clear();
        answers.push(answer);
    }
    answers
}

/// A lake whose months lie in several files each, as syncing day by day leaves them.
async fn scattered() -> (tempfile::TempDir, TenantLake) {
    let (folder, lake) = fresh();
    let days = range("2025-10-15..2026-01-20");
    for chunk in days.chunks_newest_first(9).into_iter().rev() {
        lake.replace(&meta(), chunk, ads(chunk, 400, 0)).await.unwrap();
    }
    (folder, lake)
}

async fn files(lake: &TenantLake) -> usize {
    lake.tables().await.unwrap().iter().find(|t| t.table == Table::AdDaily).map_or(0, |t| t.files)
}

#[tokio::test]
async fn compaction_preserves_every_answer_and_is_idempotent() {
    let (folder, lake) = scattered().await;
    let (before, files_before) = (answers(&lake).await, files(&lake).await);
    let done = lake.compact(day("2026-01-21")).await.unwrap();
    assert!(done.files_before > done.files_after && done.files_after > 0, "{done:?}");
    assert_eq!(files(&lake).await, files_before - done.files_before + done.files_after);
    assert_eq!(answers(&lake).await, before);
    assert_eq!(answers(&open(folder.path())).await, before);
    let version = lake.tables().await.unwrap()[0].version;
    assert_eq!(lake.compact(day("2026-01-21")).await.unwrap(), Compacted::default());
    assert_eq!(lake.tables().await.unwrap()[0].version, version);
    // Restating a day of a joined month, and the same content again.
    let one = DayRange::single(day("2025-11-11"));
    assert_eq!(lake.replace(&meta(), one, ads(one, 400, 0)).await.unwrap().days_changed, 0);
    assert_eq!(lake.replace(&meta(), one, ads(one, 400, 3)).await.unwrap().days_changed, 1);
    assert_ne!(answers(&lake).await, before);
    lake.replace(&meta(), one, ads(one, 400, 0)).await.unwrap();
    assert_eq!(answers(&lake).await, before);
}

#[tokio::test]
async fn a_long_history_is_joined_in_several_steps() {
    let (_folder, lake) = fresh();
    let days = range("2025-09-01..2025-11-30");
    for chunk in days.chunks_newest_first(9).into_iter().rev() {
        lake.replace(&meta(), chunk, ads(chunk, 2_500, 0)).await.unwrap();
    }
    let before = lake.tables().await.unwrap()[0].clone();
    assert!(before.rows > 200_000, "more than one step holds: {before:?}");
    let done = lake.compact(day("2026-02-01")).await.unwrap();
    let after = lake.tables().await.unwrap()[0].clone();
    assert_eq!((done.files_before, done.files_after, after.files), (before.files, 3, 3));
    assert_eq!((after.version, after.rows), (before.version + 2, before.rows));
    assert_eq!(lake.compact(day("2026-02-01")).await.unwrap(), Compacted::default());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn compaction_and_replacing_may_run_at_once() {
    let (folder, ours) = scattered().await;
    let theirs = open(folder.path());
    let expected = answers(&ours).await;
    let days = range("2025-11-01..2025-11-20");
    let account = meta();
    let (joined, replaced) = tokio::join!(ours.compact(day("2026-01-21")), async {
        theirs.replace(&account, days, ads(days, 400, 5)).await?;
        theirs.replace(&account, days, ads(days, 400, 0)).await
    });
    joined.unwrap();
    replaced.unwrap();
    assert_eq!(answers(&ours).await, expected);
}

#[tokio::test]
async fn vacuum_removes_what_is_unused_and_nothing_else() {
    let (folder, lake) = scattered().await;
    lake.compact(day("2026-01-21")).await.unwrap();
    let before = answers(&lake).await;
    let table = folder.path().join("acme/ad_daily");
    fs::write(table.join("2026-01-orphan.parquet"), b"left by a crash").unwrap();
    let count =
        || fs::read_dir(&table).unwrap().filter(|e| e.as_ref().unwrap().path().extension().is_some_and(|x| x == "parquet")).count();
    let all = count();
    assert_eq!(lake.vacuum(24 * 7).await.unwrap(), 0, "everything is young");
    let deleted = lake.vacuum(0).await.unwrap();
    assert!(deleted > 1);
    assert_eq!(count(), all - deleted);
    assert_eq!(count(), files(&lake).await);
    assert_eq!(answers(&lake).await, before);
    assert_eq!(answers(&open(folder.path())).await, before);
    assert_eq!(lake.vacuum(0).await.unwrap(), 0);
}

#[tokio::test]
async fn forgetting_an_account_leaves_the_others() {
    let (_folder, lake) = fresh();
    let days = range("2026-01-01..2026-01-03");
    let other = account(trimtab_domain::Source::Google, "1", "EUR");
    lake.replace(&meta(), days, ads(days, 2, 0)).await.unwrap();
    lake.replace(&other, days, ads(days, 3, 0)).await.unwrap();
    lake.forget(meta().source, &meta().id).await.unwrap();
    let query = ask("2026-01-01..2026-01-31", &["clicks"], &[Dimension::Platform], "");
    let left = lake.query(&query, &coverage(&[&meta(), &other])).await.unwrap();
    assert_eq!(left.rows.iter().map(|r| r.keys[0].name.as_str()).collect::<Vec<_>>(), ["Google Ads"]);
    lake.forget(meta().source, &meta().id).await.unwrap();
    assert_eq!(lake.tables().await.unwrap()[0].rows, 9);
}

#[tokio::test]
async fn many_commits_are_summed_up_in_checkpoints() {
    let (folder, lake) = fresh();
    let one = DayRange::single(day("2026-01-05"));
    for n in 0..25 {
        lake.replace(&meta(), one, ads(one, 2, n)).await.unwrap();
    }
    let log = folder.path().join("acme/ad_daily/_delta_log");
    assert!(log.join("_last_checkpoint").exists());
    let reader = open(folder.path());
    assert_eq!(reader.tables().await.unwrap(), lake.tables().await.unwrap());
    assert_eq!(answers(&reader).await, answers(&lake).await);
}

#[tokio::test]
async fn closed_entity_rows_are_joined() {
    let (_folder, lake) = fresh();
    let ad = |n: i64| EntityState {
        kind: EntityKind::Ad,
        id: "1".into(),
        parent: "".into(),
        campaign: "".into(),
        name: format!("Name {n}").as_str().into(),
        status: Status::Active,
        platform_status: "".into(),
        objective: "".into(),
        daily_budget_micros: None,
        lifetime_budget_micros: None,
        starts: None,
        ends: None,
        attributes: Default::default(),
    };
    for n in 0..8 {
        let seen_at = jiff::Timestamp::from_second(1_770_000_000 + n).unwrap();
        lake.record(&meta(), EntitySnapshot { seen_at, complete: Vec::new(), states: vec![ad(n)] }).await.unwrap();
    }
    let before = lake.history(EntityKind::Ad, "1").await.unwrap();
    assert_eq!(before.len(), 8);
    assert_eq!(lake.compact(day("2026-03-01")).await.unwrap(), Compacted { files_before: 7, files_after: 1, rolled_up: 0 });
    assert_eq!(lake.history(EntityKind::Ad, "1").await.unwrap(), before);
}
