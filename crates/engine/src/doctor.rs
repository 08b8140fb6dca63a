//! What is wrong with this installation, since when, and what mends it.

use crate::{Engine, RatesView, connection::ConnectionView, sync};
use std::collections::BTreeSet;
use trimtab_connect::versions::{Phase, Sunset};
use trimtab_domain::{
    Actor, Role, Source, TenantCtx, Timestamp,
    quality::{Severity, State},
};
use trimtab_store::{AccountFacts, Expiry, HealthState, Place, Tenant, Verification};

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
    /// Since when it is so, where that is known.
    pub since: Option<Timestamp>,
    /// What to do, if anything.
    pub fix: Option<String>,
}

impl Check {
    /// A check that found nothing wrong.
    #[must_use]
    pub fn ok(what: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { what: what.into(), finding: Finding::Ok, detail: detail.into(), since: None, fix: None }
    }

    /// A check that found something.
    #[must_use]
    pub fn found(finding: Finding, what: impl Into<String>, detail: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { what: what.into(), finding, detail: detail.into(), since: None, fix: Some(fix.into()) }
    }

    /// A check that could not be made. The detail names the error with all its causes.
    #[must_use]
    pub fn failed(what: impl Into<String>, error: &dyn std::error::Error) -> Self {
        Self::found(Finding::Broken, what, sync::chain(error), "mend what the message names, then run trimtab doctor again")
    }
}

impl Engine {
    /// Looks at the database, each tenant's tables and each connection, and at the versions of the interfaces these speak.
    pub async fn examine(&self) -> Vec<Check> {
        let mut checks = self.examine_database().await;
        checks.push(self.examine_audit().await);
        let (mut after, mut spoken, mut needs_rates) = (None, BTreeSet::new(), false);
        loop {
            let page = match self.store().system().tenants(None, after.as_ref(), 200).await {
                Ok(page) => page,
                Err(error) => {
                    checks.push(Check::failed("tenants", &error));
                    return checks;
                }
            };
            for tenant in page.items {
                needs_rates |= self.has_several_currencies(&tenant).await;
                self.examine_tenant(&tenant, &mut checks, &mut spoken).await;
            }
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        checks.push(self.examine_rates(needs_rates).await);
        checks.extend(spoken.into_iter().filter_map(|source| self.examine_version(source)));
        checks
    }

    async fn examine_database(&self) -> Vec<Check> {
        let (sound, mend) = match self.store().place() {
            Place::File(_) => ("opens, and every page is sound", "restore it from a backup"),
            Place::Server(_) => (
                "answers, keeps tenants apart by itself and texts in their order",
                "somebody changed the schema by hand: take that back, or restore the database from a backup",
            ),
        };
        let system = self.store().system();
        let mut checks = vec![match (system.check().await, system.engine().await) {
            (Ok(None), Ok(engine)) => Check::ok("database", format!("{sound} ({engine})")),
            (Ok(Some(damage)), _) => Check::found(Finding::Broken, "database", damage, mend),
            (Err(error), _) | (_, Err(error)) => Check::failed("database", &error),
        }];
        if let Place::Server(url) = self.store().place()
            && url.may_be_overheard()
        {
            let detail = format!("{url} may be reached unencrypted");
            checks.push(Check::found(Finding::Warning, "database connection", detail, "add ?sslmode=verify-full to database.url"));
        }
        checks
    }

    /// Whether the audit log is what it was.
    async fn examine_audit(&self) -> Check {
        match self.verify_audit(None).await {
            Ok(Verification { fault: Some(fault), .. }) => Check::found(
                Finding::Broken,
                "audit log",
                format!("broken at row {}: {}", fault.seq, fault.why),
                "keep the database as it is and look into who could write to it; docs/security.md says what this means",
            ),
            Ok(sound) => Check::ok("audit log", format!("{} rows are there and as they were appended", sound.rows)),
            Err(error) => Check::failed("audit log", &error),
        }
    }

    /// Whether the platform still serves the version that is spoken, and for how long.
    fn examine_version(&self, source: Source) -> Option<Check> {
        let support = self.source(source).support?;
        let (what, detail) = (format!("{}: version", source.label()), support.to_string());
        let upgrade = "upgrade Trimtab: a newer release speaks a later version";
        Some(match (support.phase, support.version.sunset) {
            (Phase::Supported, _) => Check::ok(what, detail),
            (Phase::Ended, Sunset::Announced(_)) => Check::found(Finding::Broken, what, detail, upgrade),
            // An end that is an estimate breaks nothing; a platform that refuses makes the connection say so.
            (Phase::Ending | Phase::Ended, _) => Check::found(Finding::Warning, what, detail, upgrade),
        })
    }

    /// Whether a tenant has amounts in another currency than the one its totals are shown in.
    async fn has_several_currencies(&self, tenant: &Tenant) -> bool {
        let ctx = TenantCtx::proven(tenant.id.clone(), Actor::Operator, Role::AgencyAdmin);
        let accounts = self.accounts(&ctx).await.unwrap_or_default();
        accounts.iter().any(|state| state.account.currency != tenant.currency)
    }

    async fn examine_rates(&self, needed: bool) -> Check {
        match self.rates().await {
            Ok(RatesView { last_day: None, .. }) if !needed => {
                Check::ok("exchange rates", "none have been read, and no tenant has accounts in another currency than its own")
            }
            Ok(RatesView { message: Some(message), .. }) => {
                Check::found(Finding::Warning, "exchange rates", message, "trimtab rates")
            }
            Ok(view) => Check::ok(
                "exchange rates",
                format!(
                    "{} currencies, up to {}",
                    view.currencies.len(),
                    view.last_day.map(|day| day.to_string()).unwrap_or_default()
                ),
            ),
            Err(error) => Check::failed("exchange rates", &error),
        }
    }

    /// What the last data-quality checks of a tenant found.
    async fn examine_quality(&self, ctx: &TenantCtx, tenant: &Tenant, checks: &mut Vec<Check>) {
        let views = match self.checks(ctx).await {
            Ok(views) => views,
            Err(error) => {
                checks.push(Check::failed(format!("{}: data quality", tenant.id), &error));
                return;
            }
        };
        let (mut made, mut failed) = (0, 0);
        for view in &views {
            for (account, result) in &view.results {
                made += 1;
                if result.checked.outcome.state != State::Failed {
                    continue;
                }
                failed += 1;
                let what = format!("{}: {} {}: {}", tenant.id, account.source.label(), account.name, view.check.name);
                let finding = if view.check.severity == Severity::Error { Finding::Broken } else { Finding::Warning };
                let fix = format!("{} See page Data, or `trimtab checks --tenant {}`.", view.check.help, tenant.id);
                checks.push(Check {
                    since: Some(result.since),
                    ..Check::found(finding, what, result.checked.outcome.message.clone(), fix)
                });
            }
        }
        if made > 0 && failed == 0 {
            checks.push(Check::ok(format!("{}: data quality", tenant.id), format!("{made} checks passed")));
        }
    }

    async fn examine_tenant(&self, tenant: &Tenant, checks: &mut Vec<Check>, spoken: &mut BTreeSet<Source>) {
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
            spoken.insert(view.connection.account.source);
            checks.push(of_connection(tenant, &view));
        }
        self.examine_quality(&ctx, tenant, checks).await;
    }
}

/// What a connection's health and facts say.
fn of_connection(tenant: &Tenant, view: &ConnectionView) -> Check {
    let (account, health) = (&view.connection.account, &view.health);
    let what = format!("{}: {} {}", tenant.id, account.source.label(), account.name);
    let detail = health.detail.clone().unwrap_or_else(|| "works".to_owned());
    let fix = health.fix.clone().unwrap_or_default();
    let found = |finding| Check { since: Some(health.since), ..Check::found(finding, &*what, &*detail, &*fix) };
    match health.state {
        HealthState::Ok => {
            // One that its use renews has no end worth telling while it is used.
            let ends = view.days_left.filter(|_| view.connection.terms.expiry != Expiry::Renewed);
            let left = ends.map(|days| format!("; the credential ends in {days} days")).unwrap_or_default();
            match view.facts {
                Some(AccountFacts { data_as_of, extent: Some(extent), .. }) => {
                    Check::ok(what, format!("{} rows, {}, read {data_as_of}{left}", extent.rows, extent.days))
                }
                Some(AccountFacts { data_as_of, extent: None, .. }) => {
                    Check::ok(what, format!("read {data_as_of}, no delivery in its days{left}"))
                }
                None => {
                    let sync = format!("trimtab sync --tenant {}", tenant.id);
                    Check::found(Finding::Warning, what, format!("connected, nothing read yet{left}"), sync)
                }
            }
        }
        // Nobody has to act, and nothing is broken.
        HealthState::Limited => found(Finding::Ok),
        HealthState::Expiring | HealthState::Doubtful => found(Finding::Warning),
        HealthState::NeedsReauth | HealthState::Unsupported | HealthState::Failing => found(Finding::Broken),
    }
}
