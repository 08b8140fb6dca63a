//! The one way to the database: [`Database::write`] for transactions, [`Database::read`] for queries.
//!
//! A write waits its turn inside this process (a fair queue; SQLite's own waiting is not), takes the write lock at once, and is retried
//! when the database was busy or could not serialise it; so its closure may run more than once and must have no effect but on the
//! transaction. Each is metered by name in the log. Nothing here knows a table.

use crate::{Error, StoreSettings, limits, sqlite};
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait};
use std::{path::PathBuf, time::Instant};
use tokio::{sync::Semaphore, time::timeout};

/// A failure inside a closure: the database's, to be explained by the wrapper, or ours.
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
}

impl Database {
    pub(crate) async fn open(settings: &StoreSettings) -> Result<Self, Error> {
        let path = settings.path.clone();
        let connection = sqlite::connect(settings).await?;
        Ok(Self {
            connection,
            writers: Semaphore::new(sqlite::WRITERS),
            path,
        })
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.path.clone()
    }

    pub(crate) async fn close(&self) {
        // Closing a pool cannot fail in a way anybody could act on.
        if let Err(error) = self.connection.close_by_ref().await {
            tracing::warn!(%error, "the database did not close cleanly");
        }
    }

    /// Runs `work` in one transaction: all of it is stored, durably, or none of it.
    pub(crate) async fn write<T>(
        &self,
        name: &'static str,
        work: impl AsyncFn(&DatabaseTransaction) -> Result<T, Fail>,
    ) -> Result<T, Error> {
        let began = Instant::now();
        let mut attempt = 1;
        let mut pause = limits::WRITE_PAUSE;
        let result = loop {
            let outcome = timeout(limits::STATEMENT_DEADLINE, self.attempt(&work)).await;
            match outcome {
                Err(_) => {
                    break Err(Error::Timeout {
                        doing: name,
                        deadline: limits::STATEMENT_DEADLINE,
                    });
                }
                Ok(Ok(value)) => break Ok(value),
                Ok(Err(Fail::Db(error))) if attempt < limits::WRITE_ATTEMPTS && sqlite::is_transient(&error) => {
                    tracing::debug!(write = name, attempt, %error, "database busy, write is tried again");
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                    attempt += 1;
                }
                Ok(Err(fail)) => break Err(self.explain(name, fail)),
            }
        };
        let elapsed_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(write = name, attempt, elapsed_ms, ok = result.is_ok(), "database write");
        result
    }

    async fn attempt<T>(&self, work: &impl AsyncFn(&DatabaseTransaction) -> Result<T, Fail>) -> Result<T, Fail> {
        let closed = |_| DbErr::ConnectionAcquire(sea_orm::ConnAcquireErr::ConnectionClosed);
        let _turn = self.writers.acquire().await.map_err(closed)?;
        let transaction = self
            .connection
            .begin_with_options(sqlite::write_transaction(self.connection.get_database_backend()))
            .await?;
        // An early return drops the transaction, which rolls it back.
        let value = work(&transaction).await?;
        transaction.commit().await?;
        Ok(value)
    }

    /// Runs queries that change nothing.
    pub(crate) async fn read<T>(
        &self,
        name: &'static str,
        work: impl AsyncFn(&DatabaseConnection) -> Result<T, Fail>,
    ) -> Result<T, Error> {
        match timeout(limits::STATEMENT_DEADLINE, work(&self.connection)).await {
            Err(_) => Err(Error::Timeout {
                doing: name,
                deadline: limits::STATEMENT_DEADLINE,
            }),
            Ok(Ok(value)) => Ok(value),
            Ok(Err(fail)) => Err(self.explain(name, fail)),
        }
    }

    fn explain(&self, doing: &'static str, fail: Fail) -> Error {
        match fail {
            Fail::Ours(error) => error,
            Fail::Db(source) => sqlite::explain(doing, &self.path, source),
        }
    }
}
