//! Looking after credentials and logs once a day: credentials that only their use renews are used before they end, and what was kept for
//! long enough is let go.
//!
//! A sync renews what it uses, so there is nothing to do for accounts that are read. What nobody can renew is not touched: that it ends soon
//! is part of the connection's health ([`crate::connection`]).
//!
//! That a part was done is noted when it has been, in this process alone: one that is ended half-way is done again from its beginning, and
//! each part may be done as often as one likes.

use crate::{Engine, Error, connection, limits};
use jiff::SignedDuration;
use std::sync::PoisonError;
use trimtab_domain::{TenantCtx, Timestamp, id::TenantId};
use trimtab_store::{AccountKey, Connection, Expiry, HealthState};

/// How long what is let go: days, 0 keeps all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retention {
    /// Days, today included, that are kept by the hour.
    pub hourly_days: u16,
    /// Days that calls to platforms are kept.
    pub call_days: u16,
    /// Days that the audit log is kept.
    pub audit_days: u16,
}

/// What a day's look did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Custody {
    /// Credentials that were used so that they go on.
    pub renewed: usize,
    /// Credentials that could not be.
    pub failed: usize,
    /// Calls to platforms that were let go.
    pub calls: u64,
    /// Rows of the audit log that were let go.
    pub audit: u64,
}

/// A part of a day's look.
#[derive(Debug, Clone, Copy)]
enum Care {
    Credentials,
    Calls,
    Audit,
}

impl Care {
    const ALL: [Self; 3] = [Self::Credentials, Self::Calls, Self::Audit];

    const fn what(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::Calls => "the log of calls",
            Self::Audit => "the audit log",
        }
    }
}

/// When each part is due again; `None`: at once.
pub(crate) type CareDue = [Option<Timestamp>; Care::ALL.len()];

impl Engine {
    /// Does what is due of it: each part once a day in each process, and one that failed again in an hour.
    ///
    /// # Errors
    /// That of the first part that failed; the others are done all the same.
    pub async fn look_after(&self) -> Result<Custody, Error> {
        let (mut done, mut first_failure) = (Custody::default(), None);
        for part in Care::ALL {
            if self.care_due(part).is_some_and(|due| self.now() < due) {
                continue;
            }
            let outcome = self.care_for(part, &mut done).await;
            let pause = if outcome.is_ok() { limits::CUSTODY_EVERY } else { limits::CUSTODY_AGAIN };
            self.set_care_due(part, self.now().checked_add(pause).ok());
            if let Err(error) = outcome {
                let what = part.what();
                tracing::warn!(
                    what,
                    error = &error as &dyn std::error::Error,
                    "not looked after; it will be tried again in an hour"
                );
                first_failure.get_or_insert(error);
            }
        }
        if done != Custody::default() {
            let Custody { renewed, failed, calls, audit } = done;
            tracing::info!(renewed, failed, calls, audit, "credentials were renewed and old rows of logs let go");
        }
        first_failure.map_or(Ok(done), Err)
    }

    /// Renews the credentials that are due and lets go what was kept for long enough, now.
    ///
    /// # Errors
    /// When the store fails. Trouble with one credential is told in the log and by its health, and costs the others nothing.
    pub async fn take_care(&self) -> Result<Custody, Error> {
        let mut done = Custody::default();
        for part in Care::ALL {
            self.care_for(part, &mut done).await?;
        }
        Ok(done)
    }

    async fn care_for(&self, part: Care, done: &mut Custody) -> Result<(), Error> {
        let retention = self.retention();
        match part {
            Care::Credentials => self.renew_all_credentials(done).await?,
            Care::Calls => {
                if let Some(before) = self.kept_from(retention.call_days) {
                    done.calls = self.store().system().forget_calls(before).await?;
                }
            }
            Care::Audit => {
                if let Some(before) = self.kept_from(retention.audit_days) {
                    done.audit = self.store().system().cut_audit(before).await?;
                }
            }
        }
        Ok(())
    }

    fn care_due(&self, part: Care) -> Option<Timestamp> {
        self.all_care_due().lock().unwrap_or_else(PoisonError::into_inner)[part as usize]
    }

    fn set_care_due(&self, part: Care, due: Option<Timestamp>) {
        self.all_care_due().lock().unwrap_or_else(PoisonError::into_inner)[part as usize] = due;
    }

    async fn renew_all_credentials(&self, done: &mut Custody) -> Result<(), Error> {
        let mut after = None;
        loop {
            let page = self.store().system().tenants(None, after.as_ref(), limits::TENANTS_PER_PAGE).await?;
            for tenant in page.items {
                self.renew_credentials(&tenant.id, done).await?;
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// The instant from which on is kept; `None`: all is.
    fn kept_from(&self, days: u16) -> Option<Timestamp> {
        let age = SignedDuration::from_hours(24 * i64::from(days));
        (days > 0).then(|| self.now().checked_sub(age).ok()).flatten()
    }

    async fn renew_credentials(&self, tenant: &TenantId, done: &mut Custody) -> Result<(), Error> {
        let ctx = Self::own(tenant.clone());
        for connection in self.store().tenant(&ctx).connections().await? {
            if !is_due(&connection, self.now()) {
                continue;
            }
            match self.use_credential(&ctx, &connection).await {
                Ok(used) => done.renewed += usize::from(used),
                Err(error) => {
                    done.failed += 1;
                    let account = connection.account.id.as_str();
                    tracing::warn!(%tenant, account, error = &error as &dyn std::error::Error, "a credential could not be renewed");
                }
            }
        }
        Ok(())
    }

    /// Uses a credential, so that it goes on; not while somebody else does: of two that renew at once, one spends what the other got.
    async fn use_credential(&self, ctx: &TenantCtx, connection: &Connection) -> Result<bool, Error> {
        let store = self.store().tenant(ctx);
        let key = AccountKey::from(&connection.account);
        let Some(lease) = store.claim(&key, self.owner(), limits::LEASE).await? else { return Ok(false) };
        let asked = tokio::select! {
            asked = self.ask(ctx, self.connectors(), connection) => asked,
            lost = self.hold(ctx, &lease) => Err(lost),
        };
        if let Err(error) = store.release(lease).await {
            tracing::debug!(error = &error as &dyn std::error::Error, "the lease was gone already");
        }
        match asked {
            Ok((opened, credential)) => {
                self.note_credential(ctx, &connection.id, &credential, &*opened.connector).await?;
                Ok(true)
            }
            Err(Error::Source(trouble)) => {
                if matches!(trouble, trimtab_connect::Error::Auth { .. } | trimtab_connect::Error::Secret { .. }) {
                    self.note_trouble(ctx, &connection.id, &trouble).await?;
                }
                Err(trouble.into())
            }
            Err(error) => Err(error),
        }
    }
}

/// Whether a credential ends soon unless it is used, and using it may help.
fn is_due(connection: &Connection, now: Timestamp) -> bool {
    let soon = |end: Timestamp| connection::days_until(end, now) < limits::RENEW_AHEAD_DAYS;
    connection.terms.expiry == Expiry::Renewed
        && connection.health.state != HealthState::NeedsReauth
        && connection.terms.expires_at.is_some_and(soon)
}
