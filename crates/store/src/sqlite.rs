//! Everything that is special about SQLite: how a file is opened, what its error codes mean.
//!
//! Journal WAL lets readers go on beside the writer. `synchronous = FULL`, not NORMAL: with NORMAL a power cut can lose the last
//! commits, and an approval or a finished run that somebody was told about must not vanish. The price is one fsync per write.

use crate::{Error, Place, StoreSettings, limits};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, RuntimeErr, SqliteTransactionMode, SqlxSqliteConnector, Statement,
    TransactionOptions,
    sqlx::{
        self, ConnectOptions,
        error::DatabaseError,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
    },
};
use std::{fs::OpenOptions, io::ErrorKind as IoKind, path::Path};

/// SQLite has one writer.
pub(crate) const WRITERS: usize = 1;

/// Marks the file as ours ("trim" in ASCII); the header field exists for this.
const APPLICATION_ID: i32 = 0x7472_696d;

// Primary result codes, https://www.sqlite.org/rescode.html
const PERM: i32 = 3;
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READONLY: i32 = 8;
const IOERR: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANTOPEN: i32 = 14;
const NOTADB: i32 = 26;

/// Opens the file, making it when missing, and checks that it is ours.
pub(crate) async fn connect(path: &Path, settings: &StoreSettings) -> Result<DatabaseConnection, Error> {
    make_file(path)?;
    let mut attempt = 1;
    let mut pause = limits::WRITE_PAUSE;
    loop {
        // Two processes that open a new file at once collide while the journal mode changes; SQLite reports that without waiting.
        match open(path, settings).await {
            Err(error) if is_transient(&error) && attempt < limits::WRITE_ATTEMPTS => {
                tokio::time::sleep(pause).await;
                pause *= 2;
                attempt += 1;
            }
            Err(error) => return Err(explain("open", path, error)),
            Ok((_, false)) => return Err(Error::Foreign { place: path.into() }),
            Ok((connection, true)) => return Ok(connection),
        }
    }
}

async fn open(path: &Path, settings: &StoreSettings) -> Result<(DatabaseConnection, bool), DbErr> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .foreign_keys(true)
        .busy_timeout(settings.lock_wait)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .disable_statement_logging();
    let pool = SqlitePoolOptions::new().max_connections(limits::DB_CONNECTIONS).acquire_timeout(settings.deadline);
    let pool = pool.connect_with(options).await.map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))?;
    let connection = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
    let ours = check_owner(&connection).await?;
    Ok((connection, ours))
}

/// Whether the file is ours; an empty one becomes ours. The tables are counted first: whoever makes them has marked the file before.
async fn check_owner(connection: &DatabaseConnection) -> Result<bool, DbErr> {
    let empty = number(connection, "SELECT COUNT(*) FROM sqlite_master").await? == 0;
    let owner = number(connection, "PRAGMA application_id").await?;
    if empty && owner == 0 {
        connection.execute_unprepared(&format!("PRAGMA application_id = {APPLICATION_ID}")).await?;
        return Ok(true);
    }
    Ok(owner == APPLICATION_ID)
}

async fn number(connection: &impl ConnectionTrait, sql: &str) -> Result<i32, DbErr> {
    let row = connection.query_one_raw(Statement::from_string(DbBackend::Sqlite, sql)).await?;
    row.map_or(Ok(0), |row| row.try_get_by_index(0))
}

/// Asks SQLite to verify the whole file. `Ok(None)`: sound; else the first complaint.
pub(crate) async fn check(connection: &impl ConnectionTrait) -> Result<Option<String>, DbErr> {
    let row = connection.query_one_raw(Statement::from_string(DbBackend::Sqlite, "PRAGMA quick_check(1)")).await?;
    let answer: String = row.map_or_else(|| Ok("no answer".to_owned()), |row| row.try_get_by_index(0))?;
    Ok((answer != "ok").then_some(answer))
}

/// The file and its folder, readable by this user only; SQLite gives its side files the same mode.
fn make_file(path: &Path) -> Result<(), Error> {
    let cannot = |error| Error::making(path, error);
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(cannot)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != IoKind::AlreadyExists => Err(cannot(error)),
        _ => Ok(()),
    }
}

/// How a write begins: it takes the lock at once, so that it never fails half-way.
pub(crate) fn write_transaction() -> TransactionOptions {
    TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..TransactionOptions::default() }
}

/// Whether trying again may help.
pub(crate) fn is_transient(error: &DbErr) -> bool {
    matches!(primary_code(error), Some(BUSY | LOCKED))
}

/// Turns a database error into one that says what to do.
pub(crate) fn explain(doing: &'static str, path: &Path, source: DbErr) -> Error {
    let place = Place::from(path);
    match primary_code(&source) {
        Some(BUSY | LOCKED) => Error::Locked { place, source },
        Some(READONLY) => Error::ReadOnly { place, source: source.into() },
        Some(FULL) => Error::Full { place, source: source.into() },
        Some(IOERR) => Error::Disk { place, source },
        Some(CORRUPT | NOTADB) => Error::Corrupt { place, source: Some(source) },
        Some(CANTOPEN | PERM) => Error::CannotOpen { place, source: source.into() },
        _ => Error::Database { doing, source },
    }
}

/// SQLite's primary result code: the low byte of the extended one.
fn primary_code(error: &DbErr) -> Option<i32> {
    let (DbErr::Conn(cause) | DbErr::Exec(cause) | DbErr::Query(cause)) = error else {
        return None;
    };
    let RuntimeErr::SqlxError(cause) = cause else { return None };
    let sqlx::Error::Database(cause) = &**cause else { return None };
    let code: i32 = DatabaseError::code(&**cause)?.parse().ok()?;
    Some(code & 0xff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Database, query, transaction};
    use trimtab_domain::ErrorKind;

    async fn database(folder: &tempfile::TempDir) -> Database {
        Database::open(&StoreSettings::new(folder.path().join("store.db"))).await.unwrap()
    }

    async fn run(db: &Database, statements: &[&str]) -> Result<(), Error> {
        transaction!(db, "test", |transaction| {
            for statement in statements {
                transaction.execute_unprepared(statement).await?;
            }
            Ok(())
        })
    }

    #[tokio::test]
    async fn what_the_database_says_becomes_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let db = database(&folder).await;
        run(&db, &["CREATE TABLE t (x)"]).await.unwrap();

        let read_only = run(&db, &["PRAGMA query_only = ON", "INSERT INTO t VALUES (1)"]).await.unwrap_err();
        assert!(matches!(read_only, Error::ReadOnly { .. }), "{read_only:?}");
        let other = run(&db, &["PRAGMA query_only = OFF", "INSERT INTO nowhere VALUES (1)"]).await.unwrap_err();
        assert_eq!((other.kind(), other.to_string().as_str()), (ErrorKind::Internal, "the database failed to test"));
    }

    #[tokio::test]
    async fn a_full_disk_says_what_to_do_and_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let db = database(&folder).await;
        run(&db, &["CREATE TABLE t (x)", "INSERT INTO t VALUES (1)"]).await.unwrap();
        let big = "INSERT INTO t VALUES (zeroblob(100000))";

        let full = run(&db, &["PRAGMA max_page_count = 3", big]).await.unwrap_err();
        assert!(matches!(full, Error::Full { .. }) && full.kind() == ErrorKind::Unavailable, "{full:?}");
        let text = full.to_string();
        assert!(text.contains("store.db is full: free some space, then run this again"), "{text}");
        let rows = async || query!(&db, "count", |connection| Ok(number(connection, "SELECT COUNT(*) FROM t").await?)).unwrap();
        assert_eq!(rows().await, 1, "what was stored before is kept");

        run(&db, &["PRAGMA max_page_count = 1000", big]).await.unwrap();
        assert_eq!(rows().await, 2, "with room again it goes on");
    }

    #[test]
    fn what_the_system_says_of_the_folder_is_told_apart() {
        let of = |kind: IoKind| Error::making(Path::new("data/store.db"), kind.into());
        assert!(matches!(of(IoKind::StorageFull), Error::Full { .. }));
        assert!(matches!(of(IoKind::QuotaExceeded), Error::Full { .. }));
        assert!(matches!(of(IoKind::ReadOnlyFilesystem), Error::ReadOnly { .. }));
        assert!(matches!(of(IoKind::PermissionDenied), Error::CannotOpen { .. }));
    }

    #[tokio::test]
    async fn a_failed_write_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let db = database(&folder).await;
        run(&db, &["CREATE TABLE t (x)"]).await.unwrap();
        run(&db, &["INSERT INTO t VALUES (1)", "INSERT INTO nowhere VALUES (1)"]).await.unwrap_err();
        let rows = query!(&db, "count", |connection| Ok(number(connection, "SELECT COUNT(*) FROM t").await?)).unwrap();
        assert_eq!(rows, 0);
    }

    #[tokio::test]
    async fn every_connection_is_set_up_for_durability() {
        let folder = tempfile::tempdir().unwrap();
        let db = database(&folder).await;
        for (pragma, expected) in
            [("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5000), ("application_id", APPLICATION_ID)]
        {
            let found = query!(&db, "read pragma", |connection| Ok(number(connection, &format!("PRAGMA {pragma}")).await?));
            assert_eq!(found.unwrap(), expected, "{pragma}");
        }
        assert!(folder.path().join("store.db-wal").exists(), "journal mode is WAL");
    }
}
