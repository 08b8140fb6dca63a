//! For tests: a schema of one's own on a PostgreSQL server.
//!
//! The server is named by the environment variable [`SERVER`], which whoever runs the tests sets: `cargo xtask test` starts a server and
//! does. The user in it is an ordinary one that may make schemas in the database; superusers walk through the walls that are tested.

use crate::{DatabaseUrl, Error, Place, StoreSettings, postgres, vault::random};
use sea_orm::{ConnectionTrait, Database, DbErr, ExecResult};
use std::time::Duration;

/// The environment variable with the URL of a server for tests.
pub const SERVER: &str = "TRIMTAB_TEST_POSTGRES";

/// A schema that is dropped with this.
#[derive(Debug)]
pub struct Scratch {
    server: String,
    name: String,
    url: String,
}

impl Scratch {
    /// Makes a schema in the database that `server` names.
    ///
    /// # Errors
    /// When the URL does not read, or the server refuses.
    pub async fn new(server: &str) -> Result<Self, Error> {
        let name = format!("t_{:016x}", u64::from_be_bytes(random("name a schema")?));
        let url = format!("{server}{}options=-c%20search_path%3D{name}", if server.contains('?') { '&' } else { '?' });
        let scratch = Self { server: server.to_owned(), name, url };
        scratch.run(&format!("CREATE SCHEMA {}", scratch.name)).await?;
        Ok(scratch)
    }

    /// The URL by which this schema is the only one seen.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How a store is opened on it.
    ///
    /// # Errors
    /// When the URL does not read.
    pub fn settings(&self) -> Result<StoreSettings, Error> {
        let url: DatabaseUrl = self.url.parse().map_err(|error| Error::Invalid(format!("{SERVER}: {error}")))?;
        Ok(StoreSettings::at(Place::Server(url)))
    }

    /// Runs statements in it, past every door.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn run(&self, sql: &str) -> Result<ExecResult, Error> {
        let failed = |source: DbErr| Error::Database { doing: "run a test's statements", source };
        let connection = Database::connect(&self.url).await.map_err(failed)?;
        let outcome = connection.execute_unprepared(sql).await.map_err(failed);
        connection.close().await.map_err(failed)?;
        outcome
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // In a thread of its own, since a runtime cannot wait within another. Whoever holds a lock still is gone soon; the schema then
        // stays behind on a server that does as well.
        let sql = format!("SET lock_timeout = '5s'; DROP SCHEMA IF EXISTS {} CASCADE", postgres::identifier(&self.name));
        let server = self.server.clone();
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let dropped = runtime.block_on(async {
                let connection = Database::connect(&server).await?;
                connection.execute_unprepared(&sql).await?;
                connection.close().await
            });
            runtime.shutdown_timeout(Duration::from_secs(1));
            dropped.map_err(std::io::Error::other)
        });
        match dropping.join() {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(schema = self.name, %error, "a test's schema stays behind"),
            Err(_) => tracing::warn!(schema = self.name, "a test's schema stays behind"),
        }
    }
}
