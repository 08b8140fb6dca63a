//! The connection: encrypted where the server offers it, and unable to write.

use crate::history::{HistoryError, limits};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use secrecy::{ExposeSecret as _, SecretString};
use std::{error::Error as _, sync::Arc};
use tokio::task::AbortHandle;
use tokio_postgres::{Client, Config, IsolationLevel, Transaction};
use tokio_postgres_rustls::MakeRustlsConnect;

/// A connection to a database.
#[derive(Debug)]
pub(super) struct Session {
    client: Client,
    speaking: AbortHandle,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.speaking.abort();
    }
}

impl Session {
    /// Connects. Nothing of the address but the server's own words gets into an error.
    ///
    /// # Errors
    /// When the address is none, or the server cannot be reached or lets nobody in.
    pub(super) async fn connect(address: &SecretString) -> Result<Self, HistoryError> {
        let mut config: Config = address.expose_secret().parse().map_err(|_| HistoryError::Address)?;
        config.application_name("trimtab").connect_timeout(limits::CONNECT_DEADLINE);
        let connecting = tokio::time::timeout(limits::CONNECT_DEADLINE, config.connect(encryption()?));
        let late = || format!("it did not answer within {} seconds", limits::CONNECT_DEADLINE.as_secs());
        let (client, connection) = connecting.await.map_err(|_| HistoryError::Database { reason: late() })?.map_err(database)?;
        // What goes wrong on the connection is told to whoever is waiting for an answer.
        let speaking = tokio::spawn(async move { connection.await.unwrap_or_default() }).abort_handle();
        let session = Self { client, speaking };
        let milliseconds = limits::STATEMENT_DEADLINE.as_millis();
        let rules = format!(
            "set session characteristics as transaction read only; set statement_timeout = {milliseconds}; \
             set datestyle = 'ISO, YMD'; set timezone = 'UTC'"
        );
        session.client.batch_execute(&rules).await.map_err(database)?;
        Ok(session)
    }

    /// Begins to read the database as it stands now.
    ///
    /// # Errors
    /// When the connection is lost.
    pub(super) async fn begin(&mut self) -> Result<Transaction<'_>, HistoryError> {
        let reading = self.client.build_transaction().read_only(true).isolation_level(IsolationLevel::RepeatableRead);
        reading.start().await.map_err(database)
    }
}

/// Encryption by the certificates this machine trusts.
fn encryption() -> Result<MakeRustlsConnect, HistoryError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider())).with_safe_default_protocol_versions();
    let config = config.map_err(|error| HistoryError::Database { reason: error.to_string() })?;
    Ok(MakeRustlsConnect::new(config.with_root_certificates(roots).with_no_client_auth()))
}

/// A failure in the database's own words.
pub(super) fn database(error: tokio_postgres::Error) -> HistoryError {
    let said = error.as_db_error().map(|said| said.message().to_owned());
    let reason = said.unwrap_or_else(|| error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}")));
    HistoryError::Database { reason }
}
