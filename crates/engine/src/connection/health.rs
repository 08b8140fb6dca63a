//! How connections are doing: what is recorded of a check or a failure, and what follows from the clock alone.
//!
//! Recorded is what was seen, and since when; trouble stays until the account was read to its end, so that what fails every hour is one
//! trouble with one beginning. That a credential ends soon, has ended, or that a limit is over is not recorded but told by
//! [`standing`], so it is true also where nothing has synced for weeks.

use crate::{Engine, Error, limits};
use jiff::{SignedDuration, tz::TimeZone};
use trimtab_connect::{Connector, Credential, Lifetime};
use trimtab_domain::{TenantCtx, Timestamp, id::ConnectionId};
use trimtab_store::{Connection, Expiry, Health, HealthState, Seen, Terms};

impl Engine {
    /// Records what a check said of the credential. It does not make a connection well: a credential may be good and not good enough.
    pub(crate) async fn note_credential(
        &self,
        ctx: &TenantCtx,
        id: &ConnectionId,
        credential: &Credential,
        connector: &dyn Connector,
    ) -> Result<(), Error> {
        let store = self.store().tenant(ctx);
        let known = store.connection(id).await?;
        store.set_terms(id, &terms(credential, connector.lifetime(), known.secret_set_at, self.ahead(connector))).await?;
        self.tell_connection(ctx, id).await?;
        Ok(())
    }

    /// How far the platform's clock is ahead of ours, where that matters to ends that are days away.
    pub(super) fn ahead(&self, connector: &dyn Connector) -> SignedDuration {
        let ahead = connector.now().duration_since(self.now());
        if ahead.abs() < SignedDuration::from_hours(1) { SignedDuration::ZERO } else { ahead }
    }

    /// Records that an account was read to its end.
    pub(crate) async fn note_well(&self, ctx: &TenantCtx, id: &ConnectionId) -> Result<(), Error> {
        let store = self.store().tenant(ctx);
        if store.connection(id).await?.health.state != HealthState::Ok {
            store.set_health(id, Seen::only(HealthState::Ok)).await?;
            self.tell_connection(ctx, id).await?;
        }
        Ok(())
    }

    /// Records why an account could not be read.
    pub(crate) async fn note_trouble(
        &self,
        ctx: &TenantCtx,
        id: &ConnectionId,
        error: &trimtab_connect::Error,
    ) -> Result<(), Error> {
        use trimtab_connect::Error as E;
        let (state, fix) = match error {
            E::Auth { .. } => (HealthState::NeedsReauth, "connect the account again with a token that may read it"),
            E::RateLimited { .. } => (HealthState::Limited, "nothing to do: a sync after that time goes on where this one stopped"),
            E::Transient { .. } => (HealthState::Failing, "nothing to do for now: the next sync tries again"),
            E::Secret { .. } | E::NoConnector { .. } => (HealthState::NeedsReauth, "connect the account again"),
            E::Rejected { .. } => (HealthState::Failing, "check that the account id is right and shared with this credential"),
            E::Retired { .. } => {
                (HealthState::Unsupported, "upgrade Trimtab: a newer release speaks a version that is still served")
            }
            E::Doubtful { .. } => (
                HealthState::Doubtful,
                "nothing to do for now: the next sync asks again; if it stays, look at the account on the platform",
            ),
            E::Drift { .. } => (HealthState::Failing, "upgrade Trimtab, or report this: the platform changed its answers"),
        };
        let until = if let E::RateLimited { until, .. } = error { Some(*until) } else { None };
        let detail = error.to_string();
        let seen = Seen { state, detail: Some(&detail), fix: Some(fix), until };
        self.store().tenant(ctx).set_health(id, seen).await?;
        self.tell_connection(ctx, id).await?;
        Ok(())
    }
}

/// What is known of a credential's end and scopes, where its secret was set at `set_at` and the platform's clock is `ahead` of ours: an end
/// it tells is one by its own clock.
pub(super) fn terms(credential: &Credential, lifetime: Lifetime, set_at: Timestamp, ahead: SignedDuration) -> Terms {
    let ours = |theirs: Timestamp| theirs.checked_sub(ahead).unwrap_or(theirs);
    let after = |days: u16| set_at.checked_add(SignedDuration::from_hours(24 * i64::from(days))).ok();
    let (expires_at, expiry) = match (credential.expires_at, lifetime) {
        (Some(end), _) => (Some(ours(end)), Expiry::Told),
        (None, Lifetime::Fixed { days }) => (after(days), Expiry::AtLatest),
        (None, Lifetime::Renewing { days }) => (after(days), Expiry::Renewed),
        (None, Lifetime::Lasting) => (None, Expiry::Never),
        // Who tells scopes would tell an end too.
        (None, Lifetime::Told) if !credential.scopes.is_empty() => (None, Expiry::Never),
        (None, Lifetime::Told) => (None, Expiry::Unknown),
    };
    Terms { expires_at, access_ends_at: credential.data_access_expires_at.map(ours), expiry, scopes: credential.scopes.clone() }
}

/// When a credential is of no use any more: when it ends, or its access to data does.
#[must_use]
pub fn ends_at(terms: &Terms) -> Option<Timestamp> {
    terms.expires_at.into_iter().chain(terms.access_ends_at).min()
}

/// Whole days until an instant; below zero when it has passed.
#[must_use]
pub fn days_until(end: Timestamp, now: Timestamp) -> i64 {
    end.duration_since(now).as_secs().div_euclid(24 * 3600)
}

/// How a connection is doing at a moment: what was seen last, and what the clock has added to it.
pub(super) fn standing(connection: &Connection, now: Timestamp) -> Health {
    let seen = &connection.health;
    let well = match (seen.state, seen.until) {
        (HealthState::Ok | HealthState::Expiring, _) => seen.since,
        (HealthState::Limited, Some(until)) if until <= now => until,
        _ => return seen.clone(),
    };
    let fine = Health { state: HealthState::Ok, detail: None, fix: None, until: None, since: well };
    let Some(end) = ends_at(&connection.terms) else { return fine };
    let warned = end.checked_sub(SignedDuration::from_hours(24 * limits::EXPIRING_DAYS)).unwrap_or(end);
    if now < warned {
        return fine;
    }
    let (state, since) = if now < end { (HealthState::Expiring, warned) } else { (HealthState::NeedsReauth, end) };
    let (detail, fix) = ending(&connection.terms, end, end <= now);
    Health { state, detail: Some(detail), fix: Some(fix.to_owned()), until: Some(end), since }
}

/// The end of a credential in words, and what to do about it.
fn ending(terms: &Terms, end: Timestamp, passed: bool) -> (String, &'static str) {
    let day = TimeZone::UTC.to_datetime(end).date();
    let access = terms.expires_at != Some(end);
    match (terms.expiry, passed) {
        (_, true) if access => {
            (format!("the credential's access to data ended on {day}"), "connect the account again: that renews the consent")
        }
        (_, true) => (format!("the credential ended on {day}"), "connect the account again with a new one"),
        (_, false) if access => (
            format!("the credential's access to data ends on {day}"),
            "connect the account again before then: that renews the consent",
        ),
        (Expiry::AtLatest, false) => {
            (format!("the credential ends on {day} at the latest"), "connect the account again with a new one before then")
        }
        (Expiry::Renewed, false) => {
            (format!("the credential has not been used for long and ends on {day}"), "sync the account before then: that renews it")
        }
        (Expiry::Told | Expiry::Never | Expiry::Unknown, false) => {
            (format!("the credential ends on {day}"), "connect the account again with a new one before then")
        }
    }
}

#[cfg(test)]
mod tests;
