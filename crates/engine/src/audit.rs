//! What was done by whom, and whom we asked what: reading both logs, verifying the first, keeping the second.

use crate::{Engine, Error};
use trimtab_domain::{Caller, TenantCtx};
use trimtab_store::{
    Act, Action, AuditFilter, AuditRow, Call, CallFilter, Cursor, Head, Master, NewCall, Page, Rotated, VaultStatus, Verification,
};

impl Engine {
    /// What was done to a tenant, newest first.
    ///
    /// # Errors
    /// When the filter names an unknown action, or the store fails.
    pub async fn audit_of(
        &self,
        ctx: &TenantCtx,
        filter: &AuditFilter,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<AuditRow>, Error> {
        Ok(self.store().tenant(ctx).audit_rows(filter, after, limit).await?)
    }

    /// What was done in the whole installation, newest first.
    ///
    /// # Errors
    /// As [`Self::audit_of`].
    pub async fn audit(&self, filter: &AuditFilter, after: Option<&Cursor>, limit: u32) -> Result<Page<AuditRow>, Error> {
        Ok(self.store().system().audit_rows(filter, after, limit).await?)
    }

    /// Verifies the whole audit log, and that it is still the one whose head was `known` before.
    ///
    /// # Errors
    /// When the store fails; a broken log is no error.
    pub async fn verify_audit(&self, known: Option<Head>) -> Result<Verification, Error> {
        Ok(self.store().system().verify_audit(known).await?)
    }

    /// Tells the log that it is written out now, before [`Self::audit_after`] reads it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn begin_audit_export(&self, by: &Caller, filter: &AuditFilter) -> Result<(), Error> {
        let told = serde_json::json!({
            "tenant": filter.tenant,
            "from": filter.from.map(|at| at.to_string()),
            "to": filter.to.map(|at| at.to_string()),
        });
        Ok(self.store().system().by(by).record(Act::done(Action::AuditExport, "audit:log").with(told)).await?)
    }

    /// Some rows after a number, oldest first; none at the end.
    ///
    /// # Errors
    /// As [`Self::audit_of`].
    pub async fn audit_after(&self, filter: &AuditFilter, seq: u64) -> Result<Vec<AuditRow>, Error> {
        Ok(self.store().system().audit_after(filter, seq).await?)
    }

    /// Calls to platforms on behalf of a tenant, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn calls_of(
        &self,
        ctx: &TenantCtx,
        filter: &CallFilter,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<Call>, Error> {
        self.keep_calls().await;
        Ok(self.store().tenant(ctx).calls(filter, after, limit).await?)
    }

    /// Calls to platforms on behalf of anybody, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn calls(&self, filter: &CallFilter, after: Option<&Cursor>, limit: u32) -> Result<Page<Call>, Error> {
        self.keep_calls().await;
        Ok(self.store().system().calls(filter, after, limit).await?)
    }

    /// Writes down the calls made since this was last done. What cannot be written is told in the log and given up: a full disk must not
    /// keep anybody from reading a platform.
    pub async fn keep_calls(&self) {
        let (made, lost) = self.connectors().take_calls();
        if lost > 0 {
            tracing::warn!(lost, "calls to platforms were made faster than they could be written down");
        }
        if made.is_empty() {
            return;
        }
        let calls: Vec<NewCall> = made
            .into_iter()
            .map(|call| NewCall {
                at: call.at,
                tenant: call.tenant,
                source: call.platform,
                account: call.account,
                method: call.method.as_str().to_owned(),
                route: call.route,
                status: call.status,
                outcome: call.outcome.to_owned(),
                duration_ms: u64::try_from(call.duration.as_millis()).unwrap_or(u64::MAX),
                bytes: call.bytes,
                attempt: call.attempt,
            })
            .collect();
        if let Err(error) = self.store().system().add_calls(&calls).await {
            let lost = calls.len();
            tracing::warn!(lost, error = &error as &dyn std::error::Error, "calls to platforms could not be written down");
        }
    }

    /// What keys there are and what is sealed with which.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn vault_status(&self) -> Result<VaultStatus, Error> {
        Ok(self.store().system().vault_status().await?)
    }

    /// Puts every data key under another master key, while others go on.
    ///
    /// # Errors
    /// When a key cannot be had; then nothing is changed.
    pub async fn rotate_master_key(&self, by: &Caller, new: &Master) -> Result<Rotated, Error> {
        Ok(self.store().system().by(by).rotate_master_key(new).await?)
    }

    /// Takes up the master key the database is under now; a key file is put in its place by that.
    ///
    /// # Errors
    /// When it cannot be had.
    pub async fn take_up_master_key(&self) -> Result<String, Error> {
        Ok(self.store().system().take_up_master_key().await?)
    }

    /// Gives everybody a new data key and seals every secret anew, while others go on.
    ///
    /// # Errors
    /// When a key cannot be had; another rotation goes on from there.
    pub async fn rotate_data_keys(&self, by: &Caller) -> Result<Rotated, Error> {
        Ok(self.store().system().by(by).rotate_data_keys().await?)
    }
}
