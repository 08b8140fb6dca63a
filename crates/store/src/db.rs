//! The one way to the database: `transaction!` to write, `query!` to read.
//!
//! A write waits its turn inside this process (a fair queue; SQLite's own waiting is not), takes the write lock at once, and is retried
//! when the database was busy or could not serialise it; so its block may run more than once and must have no effect but on the
//! transaction. Each is metered by name in the log. Nothing here knows a table.
//!
//! These are macros because their block borrows from the caller: given as an async closure the compiler cannot yet prove the whole
//! future `Send` (rust-lang/rust#110338), and then no caller could spawn it.

use crate::{Error, StoreSettings, limits, sqlite};
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait};
use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::error::Elapsed,
};

/// Runs a block in one transaction: all of it is stored, durably, or none of it.
macro_rules! transaction {
    ($db:expr, $name:literal, |$tx:ident| $block:expr) => {{
        let mut write = $crate::db::Write::new($db, $name);
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

/// Runs a block of queries that change nothing.
macro_rules! query {
    ($db:expr, $name:literal, |$connection:ident| $block:expr) => {{
        let database: &$crate::db::Database = $db;
        let $connection = database.connection();
        database.read($name, async { $block }).await
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

#[derive(Debug)]
pub(crate) struct Database {
    connection: DatabaseConnection,
    writers: Semaphore,
    path: PathBuf,
    deadline: Duration,
}

impl Database {
    pub(crate) async fn open(settings: &StoreSettings) -> Result<Self, Error> {
        let connection = sqlite::connect(settings).await?;
        Ok(Self { connection, writers: Semaphore::new(sqlite::WRITERS), path: settings.path.clone(), deadline: settings.deadline })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) const fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    pub(crate) async fn close(&self) {
        if let Err(error) = self.connection.close_by_ref().await {
            tracing::warn!(%error, "the database did not close cleanly");
        }
    }

    /// For `query!`.
    pub(crate) async fn read<T>(&self, name: &'static str, work: impl Future<Output = Result<T, Fail>>) -> Result<T, Error> {
        match tokio::time::timeout(self.deadline, work).await {
            Ok(outcome) => outcome.map_err(|fail| self.explain(name, fail)),
            Err(_) => Err(self.timed_out(name)),
        }
    }

    const fn timed_out(&self, doing: &'static str) -> Error {
        Error::Timeout { doing, deadline: self.deadline }
    }

    fn explain(&self, doing: &'static str, fail: Fail) -> Error {
        match fail {
            Fail::Ours(error) => error,
            Fail::Db(source) => sqlite::explain(doing, &self.path, source),
        }
    }
}

/// One named write with its attempts. For `transaction!`.
pub(crate) struct Write<'a> {
    db: &'a Database,
    name: &'static str,
    began: Instant,
    attempt: u32,
    pause: Duration,
}

impl<'a> Write<'a> {
    pub(crate) fn new(db: &'a Database, name: &'static str) -> Self {
        Self { db, name, began: Instant::now(), attempt: 1, pause: limits::WRITE_PAUSE }
    }

    pub(crate) const fn deadline(&self) -> Duration {
        self.db.deadline
    }

    pub(crate) async fn begin(&self) -> Result<Open<'a>, Fail> {
        let closed = |_| DbErr::ConnectionAcquire(sea_orm::ConnAcquireErr::ConnectionClosed);
        let turn = self.db.writers.acquire().await.map_err(closed)?;
        let connection = &self.db.connection;
        let transaction = connection.begin_with_options(sqlite::write_transaction(connection.get_database_backend())).await?;
        Ok(Open { transaction, _turn: turn })
    }

    /// The result, or `None` when the write is to be tried again.
    pub(crate) async fn settle<T>(&mut self, outcome: Result<Result<T, Fail>, Elapsed>) -> Option<Result<T, Error>> {
        let result = match outcome {
            Ok(Err(Fail::Db(error))) if self.attempt < limits::WRITE_ATTEMPTS && sqlite::is_transient(&error) => {
                tracing::debug!(write = self.name, attempt = self.attempt, %error, "database busy, the write is tried again");
                tokio::time::sleep(self.pause).await;
                self.pause *= 2;
                self.attempt += 1;
                return None;
            }
            Ok(outcome) => outcome.map_err(|fail| self.db.explain(self.name, fail)),
            Err(_) => Err(self.db.timed_out(self.name)),
        };
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

    /// Dropping the transaction instead rolls it back.
    pub(crate) async fn commit_if_ok<T>(self, outcome: Result<T, Fail>) -> Result<T, Fail> {
        let value = outcome?;
        self.transaction.commit().await?;
        Ok(value)
    }
}
