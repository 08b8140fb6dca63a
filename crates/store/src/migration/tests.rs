use super::*;
use crate::{Error, StoreSettings};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use trimtab_domain::ErrorKind;

async fn database(folder: &tempfile::TempDir) -> Database {
    Database::open(&StoreSettings::new(folder.path().join("store.db"))).await.unwrap()
}

/// Every table and index as SQLite keeps its definition.
async fn schema(db: &Database) -> Vec<String> {
    let sql = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'seaql_%' ORDER BY type DESC, name";
    query!(db, "read schema", |connection| {
        let rows = connection.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await?;
        Ok(rows.iter().map(|row| row.try_get_by_index::<String>(0)).collect::<Result<Vec<_>, _>>()?)
    })
    .unwrap()
}

async fn take_down(db: &Database, steps: Option<u32>) -> Result<(), Error> {
    transaction!(db, "migrate down", |transaction| Ok(Migrator::down(transaction, steps).await?))
}

#[tokio::test]
async fn up_down_up_gives_the_same_schema() {
    let folder = tempfile::tempdir().unwrap();
    let db = database(&folder).await;
    bring_up(&db).await.unwrap();
    let full = schema(&db).await;
    insta::assert_snapshot!(full.join("\n"));

    take_down(&db, None).await.unwrap();
    assert_eq!(schema(&db).await, Vec::<String>::new());
    bring_up(&db).await.unwrap();
    assert_eq!(schema(&db).await, full);
    bring_up(&db).await.unwrap();
}

#[tokio::test]
async fn every_single_step_goes_back_and_forth() {
    let folder = tempfile::tempdir().unwrap();
    let db = database(&folder).await;
    let mut shapes = vec![schema(&db).await];
    for step in initial::STEPS {
        transaction!(&db, "one step up", |transaction| Ok(Migrator::up(transaction, Some(1)).await?)).unwrap();
        let shape = schema(&db).await;
        let moves_rows = matches!((step.change)(), Change::Sql { .. });
        assert_eq!(Some(&shape) == shapes.last(), moves_rows, "{} changes nothing", step.name);
        shapes.push(shape);
    }
    while let Some(shape) = shapes.pop() {
        assert_eq!(schema(&db).await, shape);
        if !shapes.is_empty() {
            take_down(&db, Some(1)).await.unwrap();
        }
    }
}

#[tokio::test]
async fn steps_are_numbered_without_gaps() {
    for (index, step) in initial::STEPS.iter().enumerate() {
        assert!(step.name.starts_with(&format!("{:04}_", index + 1)), "{}", step.name);
    }
}

#[tokio::test]
async fn a_newer_database_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let db = database(&folder).await;
    bring_up(&db).await.unwrap();
    transaction!(&db, "pretend an upgrade", |transaction| {
        transaction.execute_unprepared("INSERT INTO seaql_migrations (version, applied_at) VALUES ('9999_wings', 0)").await?;
        Ok(())
    })
    .unwrap();
    let refusal = bring_up(&db).await.unwrap_err();
    assert!(matches!(&refusal, Error::Newer { step, .. } if step == "9999_wings"), "{refusal}");
    assert_eq!(refusal.kind(), ErrorKind::Invalid);
    assert!(refusal.to_string().contains("newer version"), "{refusal}");
}
