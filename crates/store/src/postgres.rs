//! Everything that is special about PostgreSQL: how a server is reached, how a transaction begins, what its error codes mean.
//!
//! Every transaction says for itself how isolated it is, how long a statement may take and whose rows it sees, in one message after its
//! `BEGIN`. Nothing is left to the session, so that a pooler which hands sessions around changes nothing.
//!
//! Writes follow each other, those of all processes, as they do on SQLite: the first statement of each takes a place in [`QUEUE`], before
//! any snapshot, so that it sees what the one before it left. They are serializable beneath that: a block that reads and then writes
//! behaves as if it ran alone even where somebody writes past the queue. Reads wait for nobody, see one instant and can fail for nobody's
//! sake. The schema is changed by one process at a time, under a lock; it reads what is committed, because a snapshot taken before the
//! lock was given would show the schema of that time.

mod wall;

pub(crate) use wall::{check, lower_wall, order_by_bytes, over_the_wall, raise_wall};

use crate::{DatabaseUrl, Error, Place, StoreSettings, db::Scope, limits};
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr, SqlxPostgresConnector,
    Statement, TransactionTrait,
    sqlx::{
        self, ConnectOptions, Connection,
        error::DatabaseError,
        postgres::{PgConnection, PgDatabaseError, PgPoolOptions},
    },
};
use std::{borrow::Cow, time::Duration};

/// Transactions that write at one time in one process: one is at work, and the next has begun and waits in the queue. More of them would
/// only keep connections from those who read.
pub(crate) const WRITERS: usize = 2;

/// Where writers wait for each other. `LOCK TABLE` takes no snapshot, unlike the `SELECT` of an advisory lock, which would show what was
/// there before the wait. The mode excludes itself, and neither who reads nor who writes that table; which is there before all others, and
/// is written by changes of the schema alone, so that no vacuum wants it.
const QUEUE: &str = "LOCK TABLE seaql_migrations IN SHARE UPDATE EXCLUSIVE MODE";

/// The lock under which the schema is changed ("trimtab" in ASCII). It counts within one database.
const SCHEMA_LOCK: i64 = 0x74_7269_6d74_6162;

/// How a transaction is to be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub(crate) scope: Scope<'a>,
    pub(crate) writes: bool,
    pub(crate) lock_wait: Duration,
    pub(crate) deadline: Duration,
}

impl Terms<'_> {
    fn sql(self) -> String {
        let (isolation, tenant) = match (self.scope, self.writes) {
            (Scope::Schema, true) => ("READ COMMITTED", wall::EVERYBODY),
            (Scope::All | Scope::Schema, false) => ("REPEATABLE READ, READ ONLY", wall::EVERYBODY),
            (Scope::All, true) => ("SERIALIZABLE", wall::EVERYBODY),
            (Scope::Tenant(tenant), false) => ("REPEATABLE READ, READ ONLY", tenant),
            (Scope::Tenant(tenant), true) => ("SERIALIZABLE", tenant),
        };
        // Whoever changes the schema waits for whoever does so already.
        let (lock_wait, turn) = match (self.scope, self.writes) {
            (Scope::Schema, true) => (self.deadline, format!("; SELECT pg_advisory_xact_lock({SCHEMA_LOCK})")),
            (_, true) => (self.lock_wait, format!("; {QUEUE}")),
            (_, false) => (self.lock_wait, String::new()),
        };
        format!(
            "SET TRANSACTION ISOLATION LEVEL {isolation}; SET LOCAL statement_timeout = {deadline}; SET LOCAL lock_timeout = {lock_wait}; \
             SET LOCAL idle_in_transaction_session_timeout = {deadline}; SET LOCAL {SETTING} = {tenant}{turn}",
            deadline = milliseconds(self.deadline),
            lock_wait = milliseconds(lock_wait),
            SETTING = wall::SETTING,
            tenant = literal(tenant),
        )
    }
}

/// Zero would mean no bound at all.
fn milliseconds(time: Duration) -> i32 {
    i32::try_from(time.as_millis()).unwrap_or(i32::MAX).max(1)
}

/// Text as it stands in a statement.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A name as it stands in a statement.
pub(crate) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Begins a transaction on these terms.
pub(crate) async fn begin(connection: &DatabaseConnection, terms: Terms<'_>) -> Result<DatabaseTransaction, DbErr> {
    let transaction = connection.begin().await?;
    transaction.execute_unprepared(&terms.sql()).await?;
    Ok(transaction)
}

/// Reaches the server and sees whether what it offers will do.
pub(crate) async fn connect(url: &DatabaseUrl, settings: &StoreSettings) -> Result<DatabaseConnection, Error> {
    let options = url.options().clone().disable_statement_logging();
    // By itself, since a pool keeps trying where a server refuses and then tells only that it took too long.
    match tokio::time::timeout(limits::SERVER_WAIT, PgConnection::connect_with(&options)).await {
        Ok(Ok(connection)) => drop(connection.close().await),
        Ok(Err(error)) => {
            return Err(explain("connect", url, settings.deadline, DbErr::Conn(RuntimeErr::SqlxError(error.into()))));
        }
        Err(_) => return Err(unreachable(url, DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))),
    }
    let pool = PgPoolOptions::new().max_connections(limits::SERVER_CONNECTIONS).acquire_timeout(limits::SERVER_WAIT);
    let connection = SqlxPostgresConnector::from_sqlx_postgres_pool(pool.connect_lazy_with(options));
    let terms = Terms { scope: Scope::All, writes: false, lock_wait: settings.lock_wait, deadline: settings.deadline };
    let offered = async {
        let transaction = begin(&connection, terms).await?;
        let offered = Offered::read(&transaction).await?;
        transaction.commit().await?;
        Ok(offered)
    };
    offered.await.map_err(|error| explain("connect", url, settings.deadline, error))?.check(url)?;
    Ok(connection)
}

/// What a server and its database are.
#[derive(Debug)]
struct Offered {
    version: i32,
    encoding: String,
    passes_walls: bool,
    schema: Option<String>,
    tables: i64,
    ours: bool,
}

impl Offered {
    async fn read(db: &impl ConnectionTrait) -> Result<Self, DbErr> {
        let sql = "SELECT current_setting('server_version_num')::int4, current_setting('server_encoding'), \
                   role.rolsuper OR role.rolbypassrls, current_schema()::text, \
                   (SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()), \
                   EXISTS (SELECT FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'seaql_migrations') \
                   FROM pg_roles role WHERE role.rolname = current_user";
        let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("the role that signed in".to_owned()))?;
        Ok(Self {
            version: row.try_get_by_index(0)?,
            encoding: row.try_get_by_index(1)?,
            passes_walls: row.try_get_by_index(2)?,
            schema: row.try_get_by_index(3)?,
            tables: row.try_get_by_index(4)?,
            ours: row.try_get_by_index(5)?,
        })
    }

    fn check(&self, url: &DatabaseUrl) -> Result<(), Error> {
        let (user, database) = (identifier(url.user()), identifier(url.database()));
        let unfit = |why: String| Err(Error::Unfit { place: Place::Server(url.clone()), why });
        if self.version < limits::SERVER_VERSION_MIN {
            return unfit(format!(
                "the server is PostgreSQL {}, which is too old: upgrade it to {} or newer",
                self.version / 10_000,
                limits::SERVER_VERSION_MIN / 10_000
            ));
        }
        if self.encoding != "UTF8" {
            return unfit(format!("its encoding is {}: make a database with ENCODING 'UTF8'", self.encoding));
        }
        if self.passes_walls {
            return unfit(format!(
                "user {user} is a superuser or may bypass row-level security, so tenants would not be kept apart by the database: make an \
                 ordinary user with CREATE ROLE trimtab LOGIN PASSWORD '…'; ALTER DATABASE {database} OWNER TO trimtab; and name it in \
                 database.url"
            ));
        }
        if self.schema.is_none() {
            return unfit(format!(
                "user {user} has no schema there: make it the owner with ALTER DATABASE {database} OWNER TO {user}"
            ));
        }
        if self.tables > 0 && !self.ours {
            return Err(Error::Foreign { place: Place::Server(url.clone()) });
        }
        Ok(())
    }
}

/// Whether trying again may help. That a key is there already may be news: two who looked for it first may both have missed it, and
/// the second attempt finds it.
pub(crate) fn is_transient(error: &DbErr) -> bool {
    matches!(code(error).as_deref(), Some("40001" | "40P01" | "55P03" | "23505"))
}

/// Turns a database error into one that says what to do.
///
/// Codes: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
pub(crate) fn explain(doing: &'static str, url: &DatabaseUrl, deadline: Duration, source: DbErr) -> Error {
    let place = Place::Server(url.clone());
    let Some(code) = code(&source) else {
        return if is_lost(&source) { unreachable(url, source) } else { Error::Database { doing, source } };
    };
    if is_walled(&source) {
        return Error::Database { doing, source };
    }
    let (database, user) = (|| identifier(url.database()), || identifier(url.user()));
    match (code.get(..2).unwrap_or_default(), code.as_str()) {
        (_, "40001" | "40P01" | "55P03") => Error::Locked { place, source },
        (_, "57014" | "25P03") => Error::Timeout { doing, deadline },
        (_, "53100") => Error::Full { place, source: source.into() },
        (_, "53300") => Error::Crowded { place, source },
        (_, "25006") => Error::ReadOnly { place, source: source.into() },
        (_, "58030") => Error::Disk { place, source },
        (_, "3D000") => Error::NoDatabase { statement: format!("CREATE DATABASE {} OWNER {}", database(), user()), place, source },
        (_, "42501") => {
            Error::NotAllowed { statement: format!("ALTER DATABASE {} OWNER TO {}", database(), user()), place, source }
        }
        (_, "22021" | "22P05") => Error::Invalid("a text holds a character that the database cannot keep: take it out".to_owned()),
        ("28", _) => Error::LoginRefused { place, source },
        ("08" | "57", _) => unreachable(url, source),
        ("XX", "XX001" | "XX002") => Error::Corrupt { place, source: Some(source) },
        _ => Error::Database { doing, source },
    }
}

fn unreachable(url: &DatabaseUrl, source: DbErr) -> Error {
    Error::Unreachable { place: Place::Server(url.clone()), source }
}

/// Whether there was no connection, or none any more.
fn is_lost(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => true,
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            matches!(&**cause, sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed)
        }
        _ => false,
    }
}

/// Whether a tenant's transaction tried to write another's row: our fault, while its code is that of a user who lacks a right.
fn is_walled(error: &DbErr) -> bool {
    let said = said(error).and_then(|said| said.try_downcast_ref::<PgDatabaseError>());
    said.is_some_and(|said| said.routine() == Some("ExecWithCheckOptions"))
}

/// The five characters by which PostgreSQL names an error.
fn code(error: &DbErr) -> Option<String> {
    said(error)?.code().map(Cow::into_owned)
}

/// What the server itself said.
fn said(error: &DbErr) -> Option<&dyn DatabaseError> {
    let (DbErr::Conn(cause) | DbErr::Exec(cause) | DbErr::Query(cause)) = error else {
        return None;
    };
    let RuntimeErr::SqlxError(cause) = cause else { return None };
    let sqlx::Error::Database(said) = &**cause else { return None };
    Some(&**said)
}

#[cfg(test)]
mod tests;
