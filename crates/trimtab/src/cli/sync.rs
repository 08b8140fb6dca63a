//! `trimtab sync`: read what is due.

use super::{Context, OfTenant};
use crate::{exit, output};
use clap::Args;
use indicatif::ProgressBar;
use serde_json::json;
use std::process::ExitCode;
use trimtab_api::shape::{ExecutionShape, RunShape};
use trimtab_domain::{Day, TenantCtx, day::parse_day, id::AccountId};
use trimtab_engine::{Engine, Execution, ExecutionStatus, Failure, Run, live::Change};

/// Read what is due of a tenant's connected accounts
#[derive(Debug, Args)]
pub(super) struct Sync {
    #[command(flatten)]
    tenant: OfTenant,
    /// Only this source
    #[arg(long)]
    source: Option<String>,
    /// Only this account
    #[arg(long)]
    account: Option<String>,
    /// From this day on, in the account's zone [default: what is due, look-back included]
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// To this day [default: today]
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
}

impl Sync {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let bad = |error: &dyn std::fmt::Display| exit::invalid(error.to_string());
        let day =
            |text: Option<&String>| -> anyhow::Result<Option<Day>> { text.map(|t| parse_day(t)).transpose().map_err(|e| bad(&e)) };
        let sync = trimtab_engine::sync::Sync {
            source: self.source.as_deref().map(str::parse).transpose().map_err(|e| bad(&e))?,
            accounts: self.account.clone().map(AccountId::new).into_iter().collect(),
            from: day(self.from.as_ref())?,
            to: day(self.to.as_ref())?,
            by_clock: false,
        };
        let node = context.open().await?;
        let ctx = self.tenant.enter(&node).await?;
        node.engine.recover().await?;
        let bar = output::bar("days");
        bar.set_prefix(ctx.tenant().to_string());
        let work = run_sync(&node.engine, &ctx, sync, &bar);
        tokio::pin!(work);
        let execution = tokio::select! {
            done = &mut work => done?,
            () = crate::node::asked_to_stop() => {
                output::say("Stopping at the next safe point; what was read is kept.");
                node.engine.ask_to_stop();
                work.await?
            }
        };
        bar.finish_and_clear();
        answer(context, &node.engine, &execution);
        let code = match execution.status {
            ExecutionStatus::Succeeded => 0,
            _ => exit::PARTLY,
        };
        Ok(ExitCode::from(code))
    }
}

/// Syncs, showing progress, to the end.
pub(super) async fn run_sync(
    engine: &Engine,
    ctx: &TenantCtx,
    sync: trimtab_engine::sync::Sync,
    bar: &ProgressBar,
) -> anyhow::Result<Execution> {
    Ok(followed(engine, ctx, bar, engine.sync(ctx, sync)).await?)
}

/// Awaits work on a tenant, showing the progress of its executions.
pub(super) async fn followed<T>(engine: &Engine, ctx: &TenantCtx, bar: &ProgressBar, work: impl Future<Output = T>) -> T {
    let mut events = engine.live().follow(None).next;
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            event = events.recv() => {
                // Missed events are made up for by the next one.
                if let Ok(event) = event
                    && event.tenant == *ctx.tenant()
                    && let Change::Execution(execution) = &event.change
                {
                    show(bar, execution, engine);
                }
            }
        }
    }
}

fn show(bar: &ProgressBar, execution: &Execution, engine: &Engine) {
    let progress = ExecutionShape::at(execution, engine.now()).progress;
    bar.set_length(progress.total);
    bar.set_position(progress.done);
    let pace = progress.rows_per_second.map(|pace| format!(", {pace:.0} rows/s")).unwrap_or_default();
    bar.set_message(format!("{} rows{pace}", output::grouped(progress.rows)));
}

fn answer(context: &Context, engine: &Engine, execution: &Execution) {
    if context.json {
        let runs: Vec<_> = execution.runs.iter().map(RunShape::from).collect();
        let shape = ExecutionShape::at(execution, engine.now());
        output::document(&json!({ "execution": shape.id, "status": shape.status, "runs": runs }));
        return;
    }
    let head = ["source", "account", "name", "from", "to", "rows", "calls", "seconds", "status"].map(str::to_owned).to_vec();
    let rows = execution.runs.iter().map(|run| {
        let seconds = run.duration().map_or_else(String::new, |d| format!("{:.1}", d.as_secs_f64()));
        let (from, to) = (run.days.from().to_string(), run.days.to().to_string());
        let (source, account) = (run.account.source.to_string(), run.account.id.to_string());
        vec![
            source,
            account,
            run.account_name.clone().unwrap_or_default(),
            from,
            to,
            output::grouped(run.rows),
            run.api_calls.to_string(),
            seconds,
            run.status.as_str().to_owned(),
        ]
    });
    output::table(head, rows.collect());
    for failure in execution.runs.iter().filter_map(failure) {
        output::say(&failure);
    }
}

/// What a person is told of a run that failed: which account, why, and what to do.
pub(super) fn failure(run: &Run) -> Option<String> {
    let Failure { text, fix, .. } = run.failure.as_ref()?;
    let account = run.account.id.as_str();
    // A refused credential is the trouble of no account in particular, but it is this account that was not read.
    let whose = if text.contains(account) { String::new() } else { format!("{} account {account}: ", run.account.source.label()) };
    Some(format!("{whose}{text}\n  → {}", fix.as_deref().unwrap_or("look at the log for the cause, then sync again")))
}
