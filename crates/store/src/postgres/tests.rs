//! On a server where there is one for tests; what needs none runs always.

use super::*;
use crate::{
    StoreSettings,
    db::{Database, Write, query, transaction},
    migration,
    testing::{SERVER, Scratch},
};
use trimtab_domain::ErrorKind;

fn url() -> DatabaseUrl {
    "postgres://ann@db.example/agency".parse().unwrap()
}

fn offered() -> Offered {
    let schema = Some("public".to_owned());
    Offered { version: 150_018, encoding: "UTF8".to_owned(), passes_walls: false, schema, tables: 0, ours: false }
}

/// An empty database with the newest schema, if there is a server; and a handle on it with this patience.
async fn database(patient: impl FnOnce(StoreSettings) -> StoreSettings) -> Option<(Database, Scratch)> {
    let scratch = Scratch::new(&std::env::var(SERVER).ok()?).await.unwrap();
    let db = Database::open(&patient(scratch.settings().unwrap())).await.unwrap();
    migration::bring_up(&db).await.unwrap();
    Some((db, scratch))
}

#[test]
fn a_database_that_will_not_do_is_told_what_will() {
    offered().check(&url()).unwrap();
    Offered { tables: 3, ours: true, ..offered() }.check(&url()).unwrap();
    for (offered, says) in [
        (Offered { version: 130_001, ..offered() }, "PostgreSQL 13, which is too old: upgrade it to 14 or newer"),
        (Offered { encoding: "SQL_ASCII".to_owned(), ..offered() }, "ENCODING 'UTF8'"),
        (Offered { passes_walls: true, ..offered() }, "ALTER DATABASE \"agency\" OWNER TO trimtab"),
        (Offered { schema: None, ..offered() }, "ALTER DATABASE \"agency\" OWNER TO \"ann\""),
        (Offered { tables: 1, ..offered() }, "name an empty database of its own in database.url"),
    ] {
        let error = offered.check(&url()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[test]
fn a_transaction_says_everything_for_itself() {
    let second = Duration::from_secs(1);
    let sql = |scope, writes| Terms { scope, writes, lock_wait: second, deadline: 2 * second }.sql();
    let write = sql(Scope::Tenant("o'neill"), true);
    assert_eq!(
        write,
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; SET LOCAL statement_timeout = 2000; SET LOCAL lock_timeout = 1000; SET LOCAL \
         idle_in_transaction_session_timeout = 2000; SET LOCAL trimtab.tenant = 'o''neill'; LOCK TABLE seaql_migrations IN SHARE UPDATE \
         EXCLUSIVE MODE"
    );
    assert!(sql(Scope::Tenant("acme"), false).starts_with("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;"));
    assert!(sql(Scope::All, false).ends_with("SET LOCAL trimtab.tenant = '*'"), "who reads takes no place in the queue");
    let schema = sql(Scope::Schema, true);
    assert!(
        schema.contains("READ COMMITTED") && schema.contains("lock_timeout = 2000") && schema.contains("pg_advisory_xact_lock")
    );
    assert_eq!((milliseconds(Duration::ZERO), milliseconds(Duration::MAX)), (1, i32::MAX));
}

async fn count(db: crate::db::Door<'_>, sql: &str) -> Result<i64, Error> {
    query!(db, "count", |connection| {
        let row = connection.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
        Ok(row.map_or(Ok(0), |row| row.try_get_by_index(0))?)
    })
}

async fn write(db: crate::db::Door<'_>, sql: &str) -> Result<u64, Error> {
    transaction!(db, "write", |transaction| Ok(transaction.execute_unprepared(sql).await?.rows_affected()))
}

/// Tables whose rows belong to tenants, as the schema says.
async fn tenant_tables(db: &Database) -> Vec<String> {
    let sql =
        "SELECT table_name::text FROM information_schema.columns WHERE table_schema = current_schema() AND column_name = 'tenant'";
    query!(db, "list tables", |connection| {
        let rows = connection.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
        Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
    })
    .unwrap()
}

const TWO_TENANTS: &str = "
    INSERT INTO tenants (id, name, currency, zone, created_at) VALUES ('acme', 'A', 'EUR', 'UTC', 0), ('other', 'O', 'EUR', 'UTC', 0);
    INSERT INTO accounts (tenant, source, account, name, currency, zone, created_at, fact_rows, lease_fence)
      SELECT id, 'meta', '11', name, currency, zone, 0, 0, 0 FROM tenants";

#[tokio::test]
async fn a_query_that_forgets_its_filter_sees_no_other_tenant() {
    let Some((db, _scratch)) = database(|settings| settings).await else { return };
    write(db.all(), TWO_TENANTS).await.unwrap();
    let acme = db.of_tenant("acme");
    for (table, column) in [("tenants", "id"), ("accounts", "tenant")] {
        assert_eq!(count(db.all(), &format!("SELECT count(*) FROM {table}")).await.unwrap(), 2);
        assert_eq!(count(acme, &format!("SELECT count(*) FROM {table}")).await.unwrap(), 1);
        assert_eq!(count(acme, &format!("SELECT count(*) FROM {table} WHERE {column} = 'other'")).await.unwrap(), 0);
        assert_eq!(count(db.of_tenant("x' OR 'a' = 'a"), &format!("SELECT count(*) FROM {table}")).await.unwrap(), 0);
    }
    assert_eq!(write(acme, "UPDATE accounts SET name = 'taken'").await.unwrap(), 1);
    assert_eq!(write(acme, "DELETE FROM accounts WHERE tenant = 'other'").await.unwrap(), 0);
    for smuggled in [
        "UPDATE accounts SET tenant = 'other', account = '12'",
        "INSERT INTO accounts SELECT 'other', source, '13', name FROM accounts",
        "INSERT INTO tenants (id, name, currency, zone, created_at) VALUES ('third', 'T', 'EUR', 'UTC', 0)",
    ] {
        let error = write(acme, smuggled).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Internal, "our fault, not the server's owner's: {error:?}");
    }
    assert_eq!(count(db.all(), "SELECT count(*) FROM accounts WHERE name = 'O' AND tenant = 'other'").await.unwrap(), 1);
}

#[tokio::test]
async fn every_table_of_tenants_is_walled_and_a_gap_is_told() {
    let Some((db, scratch)) = database(|settings| settings).await else { return };
    let check = async || query!(&db, "check", |connection| Ok(check(connection).await?)).unwrap();
    assert_eq!(check().await, None);
    let tables = tenant_tables(&db).await;
    assert!(tables.len() >= 14, "{tables:?}");
    for table in &tables {
        assert_eq!(count(db.of_tenant("nobody"), &format!("SELECT count(*) FROM {table}")).await.unwrap(), 0);
    }
    for (gap, told) in [
        ("ALTER TABLE budgets NO FORCE ROW LEVEL SECURITY", "row-level security of table budgets is off or was changed"),
        ("DROP POLICY tenant_wall ON accounts", "row-level security of table accounts is off or was changed"),
        ("CREATE POLICY all_of_it ON analyses USING (true)", "row-level security of table accounts is off or was changed"),
        ("CREATE TABLE aaa (tenant text COLLATE \"C\")", "row-level security of table aaa is off or was changed"),
        ("CREATE TABLE aab (x text)", "column aab.x is not ordered by bytes (COLLATE \"C\")"),
    ] {
        scratch.run(gap).await.unwrap();
        assert_eq!(check().await.as_deref(), Some(told), "{gap}");
    }
}

#[tokio::test]
async fn a_session_that_names_no_tenant_sees_nothing() {
    let Some((db, scratch)) = database(|settings| settings).await else { return };
    write(db.all(), TWO_TENANTS).await.unwrap();
    assert_eq!(scratch.run("UPDATE tenants SET name = 'gone'").await.unwrap().rows_affected(), 0);
    // What one transaction named is forgotten with it, whoever has the session next.
    let named = "BEGIN; SET LOCAL trimtab.tenant = '*'; COMMIT; UPDATE tenants SET name = 'gone'";
    assert_eq!(scratch.run(named).await.unwrap().rows_affected(), 0);
    assert_eq!(count(db.all(), "SELECT count(*) FROM tenants WHERE name = 'gone'").await.unwrap(), 0);
}

#[tokio::test]
async fn the_server_keeps_the_deadline_as_well() {
    let deadline = Duration::from_millis(300);
    let Some((db, _scratch)) = database(|settings| StoreSettings { deadline, ..settings }).await else { return };
    let error = count(db.all(), "SELECT 1::bigint FROM pg_sleep(60)").await.unwrap_err();
    assert!(matches!(error, Error::Timeout { doing: "count", .. }), "{error:?}");
    let sleeping =
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()";
    let begun = std::time::Instant::now();
    while count(db.all(), sleeping).await.unwrap() > 0 {
        assert!(begun.elapsed() < Duration::from_secs(20), "the server goes on with what nobody waits for");
    }
    let raised = write(db.all(), "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'query_canceled'; END $$").await.unwrap_err();
    assert_eq!(raised.kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn what_the_server_says_becomes_what_to_do() {
    let Some((db, _scratch)) = database(|settings| settings).await else { return };
    for (code, kind, says) in [
        ("53100", ErrorKind::Unavailable, "is full: free some space, then run this again"),
        ("53300", ErrorKind::Unavailable, "takes no more connections: raise its max_connections"),
        ("25006", ErrorKind::Unavailable, "is read-only: it may be a standby"),
        ("40P01", ErrorKind::Unavailable, "was changed by others at the same time, again and again: try again"),
        ("55P03", ErrorKind::Unavailable, "try again"),
        ("58030", ErrorKind::Unavailable, "does not read or write"),
        ("57P01", ErrorKind::Unavailable, "does not answer: see that it runs"),
        ("3D000", ErrorKind::Invalid, "make it with CREATE DATABASE"),
        ("42501", ErrorKind::Invalid, "make it the owner with ALTER DATABASE"),
        ("28P01", ErrorKind::Invalid, "refuses this user or password: correct database.url (TRIMTAB_DATABASE_URL)"),
        ("XX001", ErrorKind::Internal, "is damaged"),
        ("22021", ErrorKind::Invalid, "take it out"),
        ("42P01", ErrorKind::Internal, "the database failed to write"),
    ] {
        let raise = format!("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{code}'; END $$");
        let error = write(db.all(), &raise).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{code}: {error:?}");
        assert!(error.to_string().contains(says), "{code}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn counters_that_collide_all_count() {
    let Some((db, scratch)) = database(|settings| settings).await else { return };
    let second = std::sync::Arc::new(Database::open(&scratch.settings().unwrap()).await.unwrap());
    let first = std::sync::Arc::new(db);
    write(first.all(), "INSERT INTO settings VALUES ('n', '0')").await.unwrap();
    let work: Vec<_> = (0..24)
        .map(|n| {
            let db = if n % 2 == 0 { first.clone() } else { second.clone() };
            tokio::spawn(async move {
                transaction!(db.all(), "count up", |transaction| {
                    let sql = "SELECT value FROM settings WHERE key = 'n'";
                    let row = transaction.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?.unwrap();
                    let n: u32 = row.try_get_by_index::<String>(0)?.parse().unwrap();
                    transaction.execute_unprepared(&format!("UPDATE settings SET value = '{}' WHERE key = 'n'", n + 1)).await?;
                    Ok(())
                })
            })
        })
        .collect();
    for one in work {
        one.await.unwrap().unwrap();
    }
    assert_eq!(count(first.all(), "SELECT value::bigint FROM settings WHERE key = 'n'").await.unwrap(), 24);
}

/// Two writers that read before they write, and whoever reads meanwhile: nobody fails, nothing is tried again and no read waits.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_queue_and_readers_do_not() {
    let Some((db, scratch)) = database(|settings| settings).await else { return };
    let second = Database::open(&scratch.settings().unwrap()).await.unwrap();
    write(db.all(), "INSERT INTO settings VALUES ('n', '0')").await.unwrap();
    let first = Write::new(db.all(), "first");
    let open = first.begin().await.unwrap();
    let waiting = tokio::spawn(async move { write(second.of_tenant("acme"), "UPDATE settings SET value = value || '2'").await });
    let waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'ShareUpdateExclusiveLock' \
                 AND relation = 'seaql_migrations'::regclass";
    let begun = std::time::Instant::now();
    while count(db.all(), waits).await.unwrap() == 0 {
        assert!(begun.elapsed() < Duration::from_secs(20), "the second does not queue");
    }
    assert_eq!(count(db.of_tenant("acme"), "SELECT count(*) FROM settings WHERE value = '0'").await.unwrap(), 1);
    // Written after the second began to wait, and yet seen by it: it has taken no snapshot.
    open.transaction().execute_unprepared("UPDATE settings SET value = value || '1'").await.unwrap();
    assert!(!waiting.is_finished());
    open.commit_if_ok(Ok(())).await.unwrap();
    assert_eq!(waiting.await.unwrap().unwrap(), 1);
    assert_eq!(count(db.all(), "SELECT value::bigint FROM settings WHERE key = 'n'").await.unwrap(), 12);
}
