use super::*;
use crate::{
    Error, StoreSettings,
    db::Backend,
    testing::{SERVER, Scratch},
};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use std::collections::BTreeMap;
use trimtab_domain::ErrorKind;

/// An empty database, and what it stands on.
struct Empty {
    db: Database,
    _folder: tempfile::TempDir,
    _schema: Option<Scratch>,
}

/// One in a file; and one on a server, where there is one for tests.
async fn empty() -> Vec<Empty> {
    let mut all = Vec::new();
    for server in [None, std::env::var(SERVER).ok()].into_iter().enumerate().filter(|(n, url)| *n == 0 || url.is_some()) {
        let folder = tempfile::tempdir().unwrap();
        let (settings, schema) = match server.1 {
            None => (StoreSettings::new(folder.path().join("store.db")), None),
            Some(url) => {
                let schema = Scratch::new(&url).await.unwrap();
                (schema.settings().unwrap(), Some(schema))
            }
        };
        all.push(Empty { db: Database::open(&settings).await.unwrap(), _folder: folder, _schema: schema });
    }
    all
}

const fn db_backend(db: &Database) -> DbBackend {
    match db.backend() {
        Backend::Sqlite => DbBackend::Sqlite,
        Backend::Postgres => DbBackend::Postgres,
    }
}

/// The answers' only column.
async fn texts(db: &Database, sql: &str) -> Vec<String> {
    let backend = db_backend(db);
    query!(db, "read schema", |connection| {
        let rows = connection.query_all_raw(Statement::from_string(backend, sql)).await?;
        Ok(rows.iter().map(|row| row.try_get_by_index::<String>(0)).collect::<Result<Vec<_>, _>>()?)
    })
    .unwrap()
}

/// Every table and index as the database keeps its definition; on a server also who may see its rows.
async fn schema(db: &Database) -> Vec<String> {
    let sql = match db.backend() {
        Backend::Sqlite => {
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'seaql_%' ORDER BY type DESC, name"
        }
        Backend::Postgres => {
            "SELECT format('%s: %s', name, what) FROM (
               SELECT c.relname AS name, 1 AS part, a.attnum AS n, concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
                 o.collname, CASE WHEN a.attnotnull THEN 'not null' END, pg_get_expr(d.adbin, d.adrelid)) AS what
               FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_collation o ON o.oid = a.attcollation
               LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
               WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
               UNION ALL SELECT tablename, 2, 0, replace(indexdef, current_schema() || '.', '') FROM pg_indexes WHERE schemaname = current_schema()
               UNION ALL SELECT c.relname, 3, 0, k.conname || ' ' || replace(pg_get_constraintdef(k.oid), current_schema() || '.', '')
               FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
               WHERE k.connamespace = current_schema()::regnamespace AND c.relkind = 'r'
               UNION ALL SELECT tablename, 4, 0, concat_ws(' ', policyname, permissive, roles, cmd, qual, with_check)
               FROM pg_policies WHERE schemaname = current_schema()
               UNION ALL SELECT relname, 5, 0, 'row security forced'
               FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relrowsecurity AND relforcerowsecurity
               UNION ALL SELECT c.relname, 6, 0, replace(pg_get_triggerdef(t.oid), current_schema() || '.', '')
               FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal
               UNION ALL SELECT proname, 7, 0, 'function' FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
             ) AS all_of_it WHERE name <> 'seaql_migrations' ORDER BY name COLLATE \"C\", part, n, what COLLATE \"C\""
        }
    };
    texts(db, sql).await
}

/// `table.column`, what it holds, whether it may be missing and whether it is part of the key: in words that both databases share.
async fn columns(db: &Database) -> BTreeMap<String, String> {
    let sql = match db.backend() {
        Backend::Sqlite => {
            "SELECT m.name || '.' || c.name || '=' || lower(CASE WHEN c.type LIKE '%blob%' THEN 'bytes' WHEN c.type LIKE '%text%' THEN 'text'
               WHEN c.type LIKE '%varchar%' THEN 'name' ELSE c.type END)
               || CASE WHEN c.\"notnull\" OR c.pk THEN ' always' ELSE '' END || CASE WHEN c.pk THEN ' key' ELSE '' END
             FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'seaql_%'"
        }
        Backend::Postgres => {
            "SELECT c.relname || '.' || a.attname || '=' || CASE t.typname WHEN 'bytea' THEN 'bytes' WHEN 'varchar' THEN 'name'
               WHEN 'int8' THEN 'integer' WHEN 'bool' THEN 'boolean' ELSE t.typname END
               || CASE WHEN a.attnotnull THEN ' always' ELSE '' END
               || CASE WHEN a.attnum = ANY (k.conkey) THEN ' key' ELSE '' END
             FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
             LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
             WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
               AND c.relname <> 'seaql_migrations'"
        }
    };
    let texts = texts(db, sql).await;
    texts.iter().filter_map(|text| text.split_once('=')).map(|(column, kind)| (column.to_owned(), kind.to_owned())).collect()
}

async fn take_down(db: &Database, steps: Option<u32>) -> Result<(), Error> {
    transaction!(db.schema(), "migrate down", |transaction| Ok(Migrator::down(transaction, steps).await?))
}

#[tokio::test]
async fn up_down_up_gives_the_same_schema() {
    for Empty { db, .. } in &empty().await {
        bring_up(db).await.unwrap();
        let full = schema(db).await;
        // The server's is held against it by `both_databases_have_the_same_columns`.
        if db.backend() == Backend::Sqlite {
            insta::assert_snapshot!("up_down_up_gives_the_same_schema", full.join("\n"));
        }

        take_down(db, None).await.unwrap();
        assert_eq!(schema(db).await, Vec::<String>::new());
        bring_up(db).await.unwrap();
        assert_eq!(schema(db).await, full);
        bring_up(db).await.unwrap();
    }
}

#[tokio::test]
async fn every_single_step_goes_back_and_forth() {
    for Empty { db, .. } in &empty().await {
        let mut shapes = vec![schema(db).await];
        for step in initial::STEPS {
            transaction!(db.schema(), "one step up", |transaction| Ok(Migrator::up(transaction, Some(1)).await?)).unwrap();
            let shape = schema(db).await;
            let same = match (step.change)() {
                Change::Sql { .. } => true,
                Change::Guard(guard) => !guard.is_for(db_backend(db)),
                Change::Table(..) | Change::Index { .. } | Change::Column { .. } => false,
            };
            assert_eq!(Some(&shape) == shapes.last(), same, "{} changes nothing", step.name);
            shapes.push(shape);
        }
        while let Some(shape) = shapes.pop() {
            assert_eq!(schema(db).await, shape);
            if !shapes.is_empty() {
                take_down(db, Some(1)).await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn both_databases_have_the_same_columns() {
    let both = empty().await;
    let [file, server] = both.as_slice() else { return };
    for Empty { db, .. } in &both {
        bring_up(db).await.unwrap();
    }
    let columns = (columns(&file.db).await, columns(&server.db).await);
    assert!(columns.0.len() > 150 && columns.0["connections.sealed_secret"] == "bytes always", "{:?}", columns.0);
    assert_eq!(columns.0, columns.1);
}

#[tokio::test]
async fn steps_are_numbered_without_gaps() {
    for (index, step) in initial::STEPS.iter().enumerate() {
        assert!(step.name.starts_with(&format!("{:04}_", index + 1)), "{}", step.name);
    }
}

#[tokio::test]
async fn a_newer_database_is_refused_untouched() {
    for Empty { db, .. } in &empty().await {
        bring_up(db).await.unwrap();
        transaction!(db, "pretend an upgrade", |transaction| {
            transaction.execute_unprepared("INSERT INTO seaql_migrations (version, applied_at) VALUES ('9999_wings', 0)").await?;
            Ok(())
        })
        .unwrap();
        let refusal = bring_up(db).await.unwrap_err();
        assert!(matches!(&refusal, Error::Newer { step, .. } if step == "9999_wings"), "{refusal}");
        assert_eq!(refusal.kind(), ErrorKind::Invalid);
        assert!(refusal.to_string().contains("newer version"), "{refusal}");
    }
}
