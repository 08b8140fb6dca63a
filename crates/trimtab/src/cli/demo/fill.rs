//! Making the demo's tenants, reading their accounts, planning budgets, and holding what was found against what the world knows went wrong.

use super::knowledge;
use crate::{
    cli::sync::{self, run_sync},
    output,
};
use futures::{StreamExt, stream};
use indicatif::MultiProgress;
use std::collections::BTreeMap;
use trimtab_domain::{
    Actor, Currency, DayRange, Money, Role, Source, TenantCtx,
    finding::{Finding, Level},
    id::TenantId,
    quality::State,
    query::{Cell, Dimension, MetricQuery, QueryParts},
};
use trimtab_engine::{Engine, Execution, ExecutionStatus, NewBudget, NewTenant, analysis::FindingsWanted, connection::Connect};
use trimtab_sandbox::{AccountInfo, Label, LabelsMet};

const TENANTS_AT_ONCE: usize = 3;
/// The check that holds parts against totals.
const RECONCILED: &str = "reconciled";

/// What came of it.
pub(super) struct Filled {
    pub(super) tenants: usize,
    pub(super) rows: u64,
    pub(super) checks: usize,
    pub(super) failed_checks: usize,
    pub(super) findings: Vec<Finding>,
    /// Accounts whose totals differ from the sum of their parts.
    doubted: Vec<(Source, String)>,
    pub(super) failed: bool,
}

impl Filled {
    /// What was found, beside what went wrong.
    pub(super) fn held_against(&self, labels: &[Label]) -> LabelsMet {
        let doubted: Vec<(Source, &str)> = self.doubted.iter().map(|(source, account)| (*source, account.as_str())).collect();
        LabelsMet::of(labels, &self.findings, &doubted)
    }
}

/// Makes the tenants, connects their accounts and reads what is due.
pub(super) async fn fill(engine: &Engine, accounts: Vec<AccountInfo>) -> anyhow::Result<Filled> {
    let mut tenants: BTreeMap<String, Vec<AccountInfo>> = BTreeMap::new();
    for account in accounts {
        tenants.entry(account.tenant.clone()).or_default().push(account);
    }
    engine.recover().await?;
    let bars = MultiProgress::new();
    let executions: Vec<anyhow::Result<Execution>> = stream::iter(&tenants)
        .map(|(tenant, accounts)| fill_tenant(engine, tenant, accounts, &bars))
        .buffer_unordered(TENANTS_AT_ONCE)
        .collect()
        .await;
    let mut filled = Filled {
        tenants: tenants.len(),
        rows: 0,
        checks: 0,
        failed_checks: 0,
        findings: Vec::new(),
        doubted: Vec::new(),
        failed: false,
    };
    for execution in executions {
        let execution = execution?;
        filled.failed |= execution.status != ExecutionStatus::Succeeded;
        for failure in execution.runs.iter().filter_map(sync::failure) {
            output::say(&failure);
        }
    }
    for tenant in tenants.keys() {
        let ctx = context_of(tenant)?;
        filled.rows += engine.fact_rows(&ctx).await?;
        plan_budgets(engine, &ctx).await?;
        filled.findings.extend(engine.findings(&ctx, &FindingsWanted::default()).await?.into_iter().map(|kept| kept.finding));
        for (account, result) in engine.checks(&ctx).await?.iter().flat_map(|view| &view.results) {
            let failed = result.checked.outcome.state == State::Failed;
            filled.checks += 1;
            filled.failed_checks += usize::from(failed);
            if failed && result.checked.check == RECONCILED {
                filled.doubted.push((account.source, account.id.as_str().to_owned()));
            }
        }
    }
    Ok(filled)
}

async fn fill_tenant(engine: &Engine, tenant: &str, accounts: &[AccountInfo], bars: &MultiProgress) -> anyhow::Result<Execution> {
    let ctx = context_of(tenant)?;
    if engine.tenant(ctx.tenant()).await.is_err() {
        let first = &accounts[0];
        let new = NewTenant {
            id: ctx.tenant().clone(),
            name: first.tenant_name.clone(),
            currency: first.currency.parse()?,
            zone: first.timezone.parse()?,
            industry: Some(first.industry.to_owned()),
        };
        engine.add_tenant(&trimtab_domain::Caller::operator("trimtab demo"), new).await?;
    }
    let known = engine.knowledge(&ctx).await?;
    let sources: Vec<Source> = accounts.iter().filter_map(|account| account.source.parse().ok()).collect();
    let told = knowledge::of(accounts[0].industry, &sources, accounts[0].currency.parse()?);
    if let Some(told) = told.filter(|_| known.version == 0) {
        engine.put_knowledge(&ctx, &told, 0).await?;
    }
    for account in accounts {
        let connect = Connect {
            source: account.source.parse()?,
            account: account.account.clone(),
            secret: account.secret.clone().into(),
            base_url: Some(account.base_url.clone()),
        };
        engine.connect(&ctx, connect).await?;
    }
    let bar = bars.add(output::bar("days"));
    bar.set_prefix(accounts[0].tenant_name.clone());
    let execution = run_sync(engine, &ctx, trimtab_engine::sync::Sync::default(), &bar).await?;
    bar.finish();
    Ok(execution)
}

/// Plans what a month of late has cost for the whole client, and a little less for its largest account, where nothing is planned yet.
async fn plan_budgets(engine: &Engine, ctx: &TenantCtx) -> anyhow::Result<()> {
    if !engine.budgets(ctx).await?.is_empty() {
        return Ok(());
    }
    let tenant = engine.tenant(ctx.tenant()).await?;
    let month = DayRange::ending(tenant.zone.day_at(engine.now()).yesterday()?, 30);
    let spent = async |currency: Option<Currency>| {
        let parts = QueryParts {
            metrics: vec!["spend".to_owned()],
            dimensions: if currency.is_some() { vec![] } else { vec![Dimension::Platform, Dimension::Account] },
            currency: Some(currency.unwrap_or(tenant.currency)),
            limit: Some(1),
            ..QueryParts::default()
        };
        anyhow::Ok(engine.query(ctx, &MetricQuery::new(month, parts)?).await?)
    };
    let rounded = |micros: i64, percent: i64| (micros / 100 * percent / 100_000_000).max(1) * 100_000_000;
    if let Some(Cell::Money(micros)) = spent(Some(tenant.currency)).await?.totals.first() {
        let plan = NewBudget {
            name: "All advertising".to_owned(),
            level: Level::Tenant,
            source: None,
            account: String::new(),
            entity: String::new(),
            amount: Money::new(rounded(*micros, 105), tenant.currency),
            days: None,
            roll_over: false,
        };
        engine.put_budget(ctx, None, plan).await?;
    }
    let largest = spent(None).await?;
    if let Some((row, [platform, account])) = largest
        .rows
        .first()
        .map(|row| (row, &*row.keys))
        .and_then(|(row, keys)| <&[_; 2]>::try_from(keys).ok().map(|keys| (row, keys)))
        && let Some(Cell::Money(micros)) = row.cells.first()
    {
        let states = engine.accounts(ctx).await?;
        let named = states.iter().find(|s| s.account.id.as_str() == account.id && s.account.source.as_str() == platform.id);
        if let Some(state) = named.filter(|state| state.account.currency == tenant.currency) {
            let plan = NewBudget {
                name: state.account.name.to_string(),
                level: Level::Account,
                source: Some(state.account.source),
                account: account.id.clone(),
                entity: String::new(),
                amount: Money::new(rounded(*micros, 85), tenant.currency),
                days: None,
                roll_over: false,
            };
            engine.put_budget(ctx, None, plan).await?;
        }
    }
    Ok(())
}

fn context_of(tenant: &str) -> anyhow::Result<TenantCtx> {
    Ok(TenantCtx::proven(TenantId::parse(tenant)?, Actor::Operator, Role::AgencyAdmin))
}
