//! The one way to the database: `transaction!` to write, `query!` to read, each through a [`Door`].
//!
//! A write waits its turn inside this process (a fair queue; SQLite's own waiting is not), then for those of other processes, and is
//! retried when it waited in vain or could not be serialised; so its block may run more than once and must have no effect but on the
//! transaction. Each is metered by name in the log. Nothing here knows a table.
//!
//! A door says whose rows may be seen. SQLite knows nothing of it; PostgreSQL holds every statement to it ([`crate::postgres`]), beside
//! the filter that the query has itself.
//!
//! These are macros because their block borrows from the caller: given as an async closure the compiler cannot yet prove the whole
//! future `Send` (rust-lang/rust#110338), and then no caller could spawn it.

use crate::{Error, Place, StoreSettings, limits, postgres, sqlite};
use sea_orm::{DatabaseConnection, DatabaseExecutor, DatabaseTransaction, DbErr, TransactionTrait};
use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::error::Elapsed,
};

/// Runs a block in one transaction: all of it is stored, durably, or none of it.
macro_rules! transaction {
    ($db:expr, $name:literal, |$tx:ident| $block:expr) => {{
        let mut write = $crate::db::Write::new($crate::db::Door::from($db), $name);
        loop {
            let attempt = async {
                let open = write.begin().await?;
                let $tx = open.transaction();
                let outcome = $crate::db::fallible(async { $block }).await;
                open.commit_if_ok(outcome).await
            };
            let outcome = tokio::time::timeout(write.deadline(), attempt).await;
            if let Some(result) = write.settle(outcome).await {
                break result;
            }
        }
    }};
}
pub(crate) use transaction;

/// Runs a block of queries that change nothing; on PostgreSQL they all see the same instant.
macro_rules! query {
    ($db:expr, $name:literal, |$connection:ident| $block:expr) => {{
        let read = $crate::db::Read::new($crate::db::Door::from($db), $name);
        let work = async {
            let open = read.begin().await?;
            let executor = open.executor();
            let $connection = &executor;
            let outcome = $crate::db::fallible(async { $block }).await;
            open.end(outcome).await
        };
        read.settle(tokio::time::timeout(read.deadline(), work).await)
    }};
}
pub(crate) use query;

/// Tells the compiler what a block answers.
pub(crate) const fn fallible<T, F: Future<Output = Result<T, Fail>>>(work: F) -> F {
    work
}

/// A failure inside a block: the database's, to be explained by the wrapper, or ours.
#[derive(Debug)]
pub(crate) enum Fail {
    Db(DbErr),
    Ours(Error),
}

impl From<DbErr> for Fail {
    fn from(error: DbErr) -> Self {
        Self::Db(error)
    }
}

impl From<Error> for Fail {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

/// Which database it is. What differs between the two stands in the modules of these names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

#[derive(Debug)]
pub(crate) struct Database {
    connection: DatabaseConnection,
    backend: Backend,
    writers: Semaphore,
    collisions: AtomicU32,
    place: Place,
    lock_wait: Duration,
    deadline: Duration,
}

impl Database {
    pub(crate) async fn open(settings: &StoreSettings) -> Result<Self, Error> {
        let (connection, backend) = match &settings.place {
            Place::File(path) => (sqlite::connect(path, settings).await?, Backend::Sqlite),
            Place::Server(url) => (postgres::connect(url, settings).await?, Backend::Postgres),
        };
        let collisions = AtomicU32::new(std::process::id());
        let (place, lock_wait, deadline) = (settings.place.clone(), settings.lock_wait, settings.deadline);
        Ok(Self { connection, backend, writers: Semaphore::new(backend.writers()), collisions, place, lock_wait, deadline })
    }

    pub(crate) const fn place(&self) -> &Place {
        &self.place
    }

    pub(crate) const fn backend(&self) -> Backend {
        self.backend
    }

    /// The door through which every tenant's rows are seen.
    pub(crate) const fn all(&self) -> Door<'_> {
        Door { db: self, scope: Scope::All }
    }

    /// The door through which one tenant's rows are seen.
    pub(crate) const fn of_tenant<'a>(&'a self, tenant: &'a str) -> Door<'a> {
        Door { db: self, scope: Scope::Tenant(tenant) }
    }

    /// The door through which the schema is changed, or all of it filled: by one process at a time, for as long as that takes.
    pub(crate) const fn schema(&self) -> Door<'_> {
        Door { db: self, scope: Scope::Schema }
    }

    pub(crate) async fn close(&self) {
        if let Err(error) = self.connection.close_by_ref().await {
            tracing::warn!(%error, "the database did not close cleanly");
        }
    }

    fn explain(&self, doing: &'static str, fail: Fail, deadline: Duration) -> Error {
        let source = match fail {
            Fail::Ours(error) => return error,
            Fail::Db(source) => source,
        };
        match &self.place {
            Place::File(path) => sqlite::explain(doing, path, source),
            Place::Server(url) => postgres::explain(doing, url, deadline, source),
        }
    }

    /// How long to wait before another attempt. Those that collided once would collide again if they all waited equally long.
    fn spread(&self, pause: Duration) -> Duration {
        // Multiples of the golden section fill a range evenly, in whichever order.
        let part = self.collisions.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9) >> 16;
        pause.mul_f64(0.5 + f64::from(part) / f64::from(u16::MAX))
    }
}

impl Backend {
    const fn writers(self) -> usize {
        match self {
            Self::Sqlite => sqlite::WRITERS,
            Self::Postgres => postgres::WRITERS,
        }
    }

    const fn attempts(self) -> u32 {
        match self {
            Self::Sqlite => limits::WRITE_ATTEMPTS,
            Self::Postgres => limits::SERVER_WRITE_ATTEMPTS,
        }
    }

    fn is_transient(self, error: &DbErr) -> bool {
        match self {
            Self::Sqlite => sqlite::is_transient(error),
            Self::Postgres => postgres::is_transient(error),
        }
    }
}

/// Whose rows a statement may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope<'a> {
    /// One tenant's, and those that belong to no tenant.
    Tenant(&'a str),
    /// Everybody's.
    All,
    /// Everybody's; and nobody else changes the schema meanwhile.
    Schema,
}

/// A way into the database, and whose rows are seen on it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Door<'a> {
    db: &'a Database,
    scope: Scope<'a>,
}

impl<'a> From<&'a Database> for Door<'a> {
    fn from(db: &'a Database) -> Self {
        db.all()
    }
}

impl Door<'_> {
    const fn deadline(&self) -> Duration {
        match self.scope {
            Scope::Schema => limits::SCHEMA_DEADLINE,
            Scope::Tenant(_) | Scope::All => self.db.deadline,
        }
    }

    const fn terms(&self, writes: bool) -> postgres::Terms<'_> {
        postgres::Terms { scope: self.scope, writes, lock_wait: self.db.lock_wait, deadline: self.deadline() }
    }

    fn outcome<T>(&self, name: &'static str, outcome: Result<Result<T, Fail>, Elapsed>) -> Result<T, Error> {
        match outcome {
            Ok(outcome) => outcome.map_err(|fail| self.db.explain(name, fail, self.deadline())),
            Err(_) => Err(Error::Timeout { doing: name, deadline: self.deadline() }),
        }
    }
}

/// One named read. For `query!`.
pub(crate) struct Read<'a> {
    door: Door<'a>,
    name: &'static str,
}

impl<'a> Read<'a> {
    pub(crate) const fn new(door: Door<'a>, name: &'static str) -> Self {
        Self { door, name }
    }

    pub(crate) const fn deadline(&self) -> Duration {
        self.door.deadline()
    }

    pub(crate) async fn begin(&self) -> Result<Reading<'a>, Fail> {
        let connection = &self.door.db.connection;
        Ok(match self.door.db.backend {
            Backend::Sqlite => Reading::Plain(connection),
            Backend::Postgres => Reading::Snapshot(postgres::begin(connection, self.door.terms(false)).await?),
        })
    }

    pub(crate) fn settle<T>(&self, outcome: Result<Result<T, Fail>, Elapsed>) -> Result<T, Error> {
        self.door.outcome(self.name, outcome)
    }
}

/// What a read runs on.
pub(crate) enum Reading<'a> {
    Plain(&'a DatabaseConnection),
    Snapshot(DatabaseTransaction),
}

impl Reading<'_> {
    pub(crate) fn executor(&self) -> DatabaseExecutor<'_> {
        match self {
            Self::Plain(connection) => DatabaseExecutor::Connection(connection),
            Self::Snapshot(transaction) => DatabaseExecutor::Transaction(transaction),
        }
    }

    /// Dropping it instead, as a deadline does, ends the snapshot as well, only later.
    pub(crate) async fn end<T>(self, outcome: Result<T, Fail>) -> Result<T, Fail> {
        match self {
            Self::Plain(_) => outcome,
            Self::Snapshot(transaction) => end(transaction, outcome).await,
        }
    }
}

/// One named write with its attempts. For `transaction!`.
pub(crate) struct Write<'a> {
    door: Door<'a>,
    name: &'static str,
    began: Instant,
    attempt: u32,
    pause: Duration,
}

impl<'a> Write<'a> {
    pub(crate) fn new(door: Door<'a>, name: &'static str) -> Self {
        Self { door, name, began: Instant::now(), attempt: 1, pause: limits::WRITE_PAUSE }
    }

    pub(crate) const fn deadline(&self) -> Duration {
        self.door.deadline()
    }

    pub(crate) async fn begin(&self) -> Result<Open<'a>, Fail> {
        let Door { db, .. } = self.door;
        let closed = |_| DbErr::ConnectionAcquire(sea_orm::ConnAcquireErr::ConnectionClosed);
        let turn = db.writers.acquire().await.map_err(closed)?;
        let transaction = match db.backend {
            Backend::Sqlite => db.connection.begin_with_options(sqlite::write_transaction()).await?,
            Backend::Postgres => postgres::begin(&db.connection, self.door.terms(true)).await?,
        };
        Ok(Open { transaction, _turn: turn })
    }

    /// The result, or `None` when the write is to be tried again.
    pub(crate) async fn settle<T>(&mut self, outcome: Result<Result<T, Fail>, Elapsed>) -> Option<Result<T, Error>> {
        let db = self.door.db;
        if let Ok(Err(Fail::Db(error))) = &outcome
            && self.attempt < db.backend.attempts()
            && db.backend.is_transient(error)
        {
            tracing::debug!(write = self.name, attempt = self.attempt, %error, "database busy, the write is tried again");
            tokio::time::sleep(db.spread(self.pause)).await;
            self.pause = (self.pause * 2).min(limits::WRITE_PAUSE_MAX);
            self.attempt += 1;
            return None;
        }
        let result = self.door.outcome(self.name, outcome);
        let elapsed_ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(write = self.name, attempts = self.attempt, elapsed_ms, ok = result.is_ok(), "database write");
        Some(result)
    }
}

/// An open transaction and this process's turn to write.
pub(crate) struct Open<'a> {
    transaction: DatabaseTransaction,
    _turn: SemaphorePermit<'a>,
}

impl Open<'_> {
    pub(crate) const fn transaction(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// Dropping the transaction instead, as a deadline does, rolls it back as well, only later.
    pub(crate) async fn commit_if_ok<T>(self, outcome: Result<T, Fail>) -> Result<T, Fail> {
        end(self.transaction, outcome).await
    }
}

async fn end<T>(transaction: DatabaseTransaction, outcome: Result<T, Fail>) -> Result<T, Fail> {
    match outcome {
        Ok(value) => {
            transaction.commit().await?;
            Ok(value)
        }
        Err(fail) => {
            if let Err(error) = transaction.rollback().await {
                tracing::debug!(%error, "a transaction that failed did not roll back at once");
            }
            Err(fail)
        }
    }
}
