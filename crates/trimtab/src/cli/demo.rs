//! `trimtab demo`: a simulated world, an agency of its own, and everything filled.
//!
//! It keeps its installation beside the real one and can be run again: what was read stays, only what is due is read anew.

mod knowledge;

use super::{
    Context,
    sandbox::World,
    sync::{self, run_sync},
};
use crate::{node, node::Node, output, system, telemetry};
use clap::Args;
use futures::{StreamExt, stream};
use indicatif::MultiProgress;
use serde_json::json;
use std::{collections::BTreeMap, net::SocketAddr, process::ExitCode, time::Instant};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use trimtab_domain::{
    Actor, Currency, DayRange, Money, Role, Source, TenantCtx,
    finding::Level,
    id::TenantId,
    quality::State,
    query::{Cell, Dimension, MetricQuery, QueryParts},
};
use trimtab_engine::{
    Admin, Engine, Execution, ExecutionStatus, IfInitialised, NewBudget, NewTenant, analysis::FindingsWanted, connection::Connect,
};
use trimtab_sandbox::{AccountInfo, Limits};

const EMAIL: &str = "demo@trimtab.example";
const AGENCY: &str = "Lighthouse Media";
const TENANTS_AT_ONCE: usize = 3;

/// Show Trimtab with simulated agencies' advertising
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    listen: SocketAddr,
    #[command(flatten)]
    world: World,
    /// Exit when all is filled
    #[arg(long)]
    once: bool,
}

impl Demo {
    pub(super) async fn run(self, mut context: Context) -> anyhow::Result<ExitCode> {
        let begun = Instant::now();
        telemetry::count();
        context.folder = context.folder.demo();
        let stop = CancellationToken::new();
        let listener = node::listen(self.listen).await?;
        let url = format!("http://{}", listener.local_addr()?);

        let sandbox = self.world.build(Limits::Off, None, true)?;
        let platforms = TcpListener::bind("127.0.0.1:0").await?;
        let outside = format!("http://{}", platforms.local_addr()?);
        let accounts = sandbox.accounts_at(&outside);
        context.config.rates_url = Some(format!("{outside}/ecb").parse()?);
        let serving = (sandbox.clone(), stop.clone());
        let platforms = tokio::spawn(async move { serving.0.serve(platforms, serving.1).await });
        output::say(&format!("Simulated platforms with {} accounts are up.", accounts.len()));

        let node = Node::create(&context.folder, context.config.clone()).await?;
        let password = system::password();
        let admin = Admin { email: EMAIL.to_owned(), password: password.clone().into(), agency: Some(AGENCY.to_owned()) };
        node.store.system().create_admin(admin, IfInitialised::AddOrReset).await?;
        let (asked, serving) = (stop.clone(), stop.clone());
        tokio::spawn(async move {
            node::asked_to_stop().await;
            asked.cancel();
        });
        node.engine.read_rates().await?;
        let filled = tokio::select! {
            filled = fill(&node.engine, accounts) => filled?,
            () = stop.cancelled() => { node.engine.shut_down().await; return Ok(ExitCode::from(130)); }
        };
        let duration = begun.elapsed();
        let answer = json!({
            "url": url,
            "email": EMAIL,
            "password": password,
            "tenants": filled.tenants,
            "rows": filled.rows,
            "checks": filled.checks,
            "failed_checks": filled.failed_checks,
            "findings": filled.findings,
            "duration_ms": u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
        });
        output::say(&format!(
            "{} tenants, {} rows of facts, {} checks of which {} failed, {} findings, {:.1} s.",
            filled.tenants,
            output::grouped(filled.rows),
            filled.checks,
            filled.failed_checks,
            filled.findings,
            duration.as_secs_f64()
        ));
        if context.json {
            output::document(&answer);
        }
        if self.once {
            stop.cancel();
            node.engine.shut_down().await;
        } else {
            output::say(&format!("Open {url} and sign in as {EMAIL} with the password {password}\nCtrl-C ends the demonstration."));
            node.serve(listener, serving).await?;
        }
        drop(platforms.await);
        Ok(if filled.failed { ExitCode::from(crate::exit::PARTLY) } else { ExitCode::SUCCESS })
    }
}

struct Filled {
    tenants: usize,
    rows: u64,
    checks: usize,
    failed_checks: usize,
    findings: usize,
    failed: bool,
}

/// Makes the tenants, connects their accounts and reads what is due.
async fn fill(engine: &Engine, accounts: Vec<AccountInfo>) -> anyhow::Result<Filled> {
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
    let mut filled = Filled { tenants: tenants.len(), rows: 0, checks: 0, failed_checks: 0, findings: 0, failed: false };
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
        filled.findings += engine.findings(&ctx, &FindingsWanted::default()).await?.len();
        for (_, result) in engine.checks(&ctx).await?.iter().flat_map(|view| &view.results) {
            filled.checks += 1;
            filled.failed_checks += usize::from(result.checked.outcome.state == State::Failed);
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
        engine.add_tenant(new).await?;
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
