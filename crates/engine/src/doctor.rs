//! What is wrong with this installation, since when, and what mends it.

use crate::{Engine, sync};
use trimtab_domain::{Actor, Role, TenantCtx};
use trimtab_store::{AccountFacts, HealthState, Tenant};

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// Nothing to do.
    Ok,
    /// It works, but somebody should act.
    Warning,
    /// It does not work.
    Broken,
}

impl Finding {
    /// The name in output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Broken => "broken",
        }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was looked at.
    pub what: String,
    /// How it came out.
    pub finding: Finding,
    /// What was seen.
    pub detail: String,
    /// What to do, if anything.
    pub fix: Option<String>,
}

impl Check {
    /// A check that found nothing wrong.
    #[must_use]
    pub fn ok(what: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { what: what.into(), finding: Finding::Ok, detail: detail.into(), fix: None }
    }

    /// A check that found something.
    #[must_use]
    pub fn found(finding: Finding, what: impl Into<String>, detail: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { what: what.into(), finding, detail: detail.into(), fix: Some(fix.into()) }
    }

    /// A check that could not be made. The detail names the error with all its causes.
    #[must_use]
    pub fn failed(what: impl Into<String>, error: &dyn std::error::Error) -> Self {
        Self::found(Finding::Broken, what, sync::chain(error), "mend what the message names, then run trimtab doctor again")
    }
}

impl Engine {
    /// Looks at the database, each tenant's tables and each connection.
    pub async fn examine(&self) -> Vec<Check> {
        let mut checks = vec![match self.store().system().check().await {
            Ok(None) => Check::ok("database", "opens, and every page is sound"),
            Ok(Some(damage)) => Check::found(Finding::Broken, "database", damage, "restore it from a backup"),
            Err(error) => Check::failed("database", &error),
        }];
        let mut after = None;
        loop {
            let page = match self.store().system().tenants(after.as_ref(), 200).await {
                Ok(page) => page,
                Err(error) => {
                    checks.push(Check::failed("tenants", &error));
                    return checks;
                }
            };
            for tenant in page.items {
                self.examine_tenant(&tenant, &mut checks).await;
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return checks,
            }
        }
    }

    async fn examine_tenant(&self, tenant: &Tenant, checks: &mut Vec<Check>) {
        let ctx = TenantCtx::proven(tenant.id.clone(), Actor::Operator, Role::AgencyAdmin);
        let what = format!("{}: facts", tenant.id);
        match self.lake().tenant(&ctx).tables().await {
            Ok(tables) => {
                let shown: Vec<_> =
                    tables.iter().map(|t| format!("{} {} rows in {} files", t.table.name(), t.rows, t.files)).collect();
                checks.push(Check::ok(what, if shown.is_empty() { "none yet".to_owned() } else { shown.join(", ") }));
            }
            Err(error) => checks.push(Check::failed(what, &error)),
        }
        let connections = match self.connections(&ctx).await {
            Ok(connections) => connections,
            Err(error) => {
                checks.push(Check::failed(format!("{}: connections", tenant.id), &error));
                return;
            }
        };
        for view in connections {
            let (account, health) = (&view.connection.account, &view.connection.health);
            let what = format!("{}: {} {}", tenant.id, account.source.label(), account.name);
            let detail = health.detail.clone().unwrap_or_else(|| "works".to_owned());
            let fix = health.fix.clone().unwrap_or_default();
            let since = format!("{detail} (since {})", health.since);
            checks.push(match health.state {
                HealthState::Ok => match view.facts {
                    Some(AccountFacts { data_as_of, extent: Some(extent), .. }) => {
                        Check::ok(what, format!("{} rows, {}, read {data_as_of}", extent.rows, extent.days))
                    }
                    Some(AccountFacts { data_as_of, extent: None, .. }) => {
                        Check::ok(what, format!("read {data_as_of}, no delivery in its days"))
                    }
                    None => Check::found(
                        Finding::Warning,
                        what,
                        "connected, nothing read yet",
                        format!("trimtab sync --tenant {}", tenant.id),
                    ),
                },
                HealthState::Expiring => Check::found(Finding::Warning, what, since, fix),
                HealthState::NeedsReauth | HealthState::Failing => Check::found(Finding::Broken, what, since, fix),
            });
        }
    }
}
