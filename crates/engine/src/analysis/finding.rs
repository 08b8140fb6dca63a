//! Findings: listing them, and putting them away and back.

use crate::{Engine, Error};
use trimtab_domain::{
    TenantCtx, Timestamp,
    finding::{FindingKind, Severity},
};
use trimtab_store::{FindingFilter, KeptFinding};

/// Which findings.
#[derive(Debug, Clone, Default)]
pub struct FindingsWanted {
    /// By kind and state.
    pub filter: FindingFilter,
    /// At least so severe.
    pub severity: Option<Severity>,
    /// Only of this account, by the platform's id.
    pub account: Option<String>,
}

impl FindingsWanted {
    /// Those that show, of one kind.
    #[must_use]
    pub fn open(kind: FindingKind) -> Self {
        Self { filter: FindingFilter { kinds: vec![kind], ..FindingFilter::default() }, ..Self::default() }
    }
}

impl Engine {
    /// Findings, those that go on first, then the most severe, then the newest.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn findings(&self, ctx: &TenantCtx, wanted: &FindingsWanted) -> Result<Vec<KeptFinding>, Error> {
        let mut found = self.store().tenant(ctx).findings(&wanted.filter).await?;
        found.retain(|kept| {
            wanted.severity.is_none_or(|least| kept.finding.severity >= least)
                && wanted.account.as_ref().is_none_or(|account| kept.finding.entity.account == account.as_str())
        });
        found.sort_by(|a, b| {
            let rank = |kept: &KeptFinding| (kept.gone_at.is_none(), kept.finding.ongoing, kept.finding.severity, kept.finding.to);
            rank(b).cmp(&rank(a)).then_with(|| b.finding.confidence.total_cmp(&a.finding.confidence))
        });
        Ok(found)
    }

    /// One finding.
    ///
    /// # Errors
    /// When the tenant has none such.
    pub async fn finding(&self, ctx: &TenantCtx, id: &str) -> Result<KeptFinding, Error> {
        Ok(self.store().tenant(ctx).finding(id).await?)
    }

    /// Puts a finding away, for good or until an instant to come.
    ///
    /// # Errors
    /// When the tenant has none such, or the instant has passed.
    pub async fn put_finding_away(&self, ctx: &TenantCtx, id: &str, until: Option<Timestamp>) -> Result<KeptFinding, Error> {
        if until.is_some_and(|until| until <= self.now()) {
            return Err(Error::Invalid("snooze until an instant that is still to come".to_owned()));
        }
        Ok(self.store().tenant(ctx).put_finding_away(id, until).await?)
    }

    /// Brings a finding back that was put away.
    ///
    /// # Errors
    /// When the tenant has none such.
    pub async fn bring_finding_back(&self, ctx: &TenantCtx, id: &str) -> Result<KeptFinding, Error> {
        Ok(self.store().tenant(ctx).bring_finding_back(id).await?)
    }
}
