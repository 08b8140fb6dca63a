//! `trimtab import-history`: what another system has kept, from its files or its database.

mod folder;
mod shape;

use super::{Context, OfTenant, init::secret_from_stdin, sync::followed};
use crate::{exit, output};
use clap::Args;
use folder::Folder;
use secrecy::SecretString;
use shape::{AccountReportShape, HistoryShape, SumShape};
use std::{path::PathBuf, process::ExitCode, sync::Arc};
use trimtab_engine::{
    Location,
    history::{HistoryChoice, HistoryReport},
};

/// Import the history another system has kept: Fivetran's CSV files, a JSON-file store, or PostgreSQL tables
#[derive(Debug, Args)]
pub(super) struct ImportHistory {
    #[command(flatten)]
    from: From,
    #[command(flatten)]
    tenant: OfTenant,
    /// Only read everything and say what would be imported
    #[arg(long)]
    dry_run: bool,
    /// Take the rows of one grain: account, campaign, ad_group or ad [default: of each day the finest there is]
    #[arg(long, value_name = "GRAIN")]
    grain: Option<String>,
    /// Currency of accounts of which the history does not say it [default: the tenant's]
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// Time zone of such accounts [default: the tenant's]
    #[arg(long, value_name = "ZONE", visible_alias = "zone")]
    timezone: Option<String>,
    /// Read LinkedIn's cost in US dollars instead of the account's own currency
    #[arg(long)]
    linkedin_usd: bool,
    /// Whose figures, where the history keeps several tenants: its own name of the one wanted
    #[arg(long, value_name = "NAME")]
    history_tenant: Option<String>,
}

/// Where the history is. A connection string holds a password, which an argument would show to everybody on the machine.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct From {
    /// The folder that holds its files
    folder: Option<PathBuf>,
    /// Read a PostgreSQL connection string (postgres://user:password@host/database) from this environment variable
    #[arg(long, value_name = "VARIABLE")]
    database_env: Option<String>,
    /// Read it from standard input
    #[arg(long)]
    database_stdin: bool,
}

impl From {
    fn open(&self) -> anyhow::Result<(Location, String)> {
        let database = |address: SecretString| (Location::Postgres(address), "PostgreSQL".to_owned());
        if let Some(variable) = &self.database_env {
            return match std::env::var(variable) {
                Ok(address) if !address.is_empty() => Ok(database(address.into())),
                _ => Err(exit::invalid(format!("the environment variable {variable} is not set"))),
            };
        }
        let Some(path) = &self.folder else { return Ok(database(secret_from_stdin("connection string")?)) };
        if is_address(path) {
            return Err(exit::invalid(
                "a connection string holds a password, which others on this machine can see among the arguments: pass it with \
                 --database-env VARIABLE or --database-stdin",
            ));
        }
        if path.is_file() {
            let path = path.display();
            return Err(exit::invalid(format!(
                "{path} is a file: name the folder it lies in, or import a platform's own export with `trimtab import {path}`"
            )));
        }
        let name = path.canonicalize().ok().and_then(|full| Some(full.file_name()?.to_string_lossy().into_owned()));
        Ok((Location::Files(Arc::new(Folder::at(path.clone()))), name.unwrap_or_else(|| path.display().to_string())))
    }
}

/// Whether somebody has given a connection string for a path.
pub(super) fn is_address(path: &std::path::Path) -> bool {
    path.to_str().is_some_and(|text| ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)))
}

impl ImportHistory {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let bad = |error: &dyn std::fmt::Display| exit::invalid(error.to_string());
        let (location, name) = self.from.open()?;
        let choice = HistoryChoice {
            name,
            history_tenant: self.history_tenant.clone(),
            grain: self.grain.as_deref().map(str::parse).transpose().map_err(|e| bad(&e))?,
            linkedin_usd: self.linkedin_usd,
            zone: self.timezone.as_deref().map(str::parse).transpose().map_err(|e| bad(&e))?,
            currency: self.currency.as_deref().map(str::parse).transpose().map_err(|e| bad(&e))?,
        };
        let node = context.open().await?;
        let ctx = self.tenant.enter(&node).await?;
        node.engine.recover().await?;
        let bar = output::bar("days");
        bar.set_prefix(ctx.tenant().to_string());
        bar.set_message("looking through the history");
        bar.enable_steady_tick(std::time::Duration::from_millis(200));
        let opened = node.engine.open_history(&ctx, &location, choice).await?;
        let report = if self.dry_run {
            node.engine.preview_history(&ctx, &opened).await?
        } else {
            let work = followed(&node.engine, &ctx, &bar, async {
                let report = node.engine.import_history(&ctx, &opened).await?;
                if !report.stopped {
                    output::say("Analysing what was imported.");
                    node.engine.finish().await;
                }
                Ok::<_, trimtab_engine::Error>(report)
            });
            tokio::pin!(work);
            tokio::select! {
                done = &mut work => done?,
                () = crate::node::asked_to_stop() => {
                    output::say("Stopping at the next safe point; what was imported is kept.");
                    node.engine.ask_to_stop();
                    work.await?
                }
            }
        };
        bar.finish_and_clear();
        let shape = HistoryShape::new(&report, &opened.choice.name);
        if context.json {
            output::document(&shape);
        } else {
            explain(&shape, &report, ctx.tenant().as_str());
        }
        Ok(if report.is_whole() { ExitCode::SUCCESS } else { ExitCode::from(exit::PARTLY) })
    }
}

fn explain(shape: &HistoryShape, report: &HistoryReport, tenant: &str) {
    let head = ["account", "", "from", "to", "rows", "impressions", "clicks", "spend", "conversions", "revenue", ""];
    let mut rows = Vec::new();
    for account in &shape.accounts {
        for (place, grain) in account.grains.iter().enumerate() {
            let name = if place == 0 { account.place() } else { String::new() };
            rows.push(line(&name, &format!("by {}", grain.grain), (&grain.from, &grain.to), Some(grain.rows), &grain.sums, ""));
        }
        let word = if shape.dry_run { "would be imported" } else { "imported" };
        let days = (account.from.as_str(), account.to.as_str());
        rows.push(line("", word, days, Some(account.rows_imported), &account.totals, ""));
        if let Some(stored) = &account.stored {
            let verdict = if account.error.is_none() { "equal" } else { "NOT WHOLE" };
            rows.push(line("", "stored", days, None, stored, verdict));
        }
    }
    output::table(head.map(str::to_owned).to_vec(), rows);
    shape.accounts.iter().for_each(|account| explain_account(account, shape.dry_run));
    for left in &shape.left_out {
        output::say(&format!("left out: {}: {}", left.place, left.reason));
    }
    if shape.left_out_more > 0 {
        output::say(&format!("… and {} more", output::grouped(shape.left_out_more)));
    }
    shape.notes.iter().for_each(|note| output::say(&format!("note: {note}")));
    if report.stopped {
        output::say("Stopped before its end: import again, and it goes on from there.");
    }
    let days = report.accounts.iter().map(|account| account.found.days);
    let (from, to) = (days.clone().map(|days| days.from()).min(), days.map(|days| days.to()).max());
    if let (false, Some(from), Some(to)) = (shape.dry_run, from, to) {
        output::say(&format!(
            "See it: trimtab query --tenant {tenant} --metrics spend,clicks --by platform --from {from} --to {to}"
        ));
    }
}

fn explain_account(account: &AccountReportShape, dry_run: bool) {
    let name = account.place();
    let run = |from: &str, to: &str| if from == to { from.to_owned() } else { format!("{from} to {to}") };
    if !account.assumed.is_empty() {
        let assumed = account.assumed.iter().map(|what| match *what {
            "currency" => format!("currency {}", account.account.currency),
            "zone" => format!("zone {}", account.account.timezone),
            other => other.to_owned(),
        });
        output::say(&format!("{name}: the history does not say, so it is assumed: {}", assumed.collect::<Vec<_>>().join(", ")));
    }
    for days in &account.left_alone {
        output::say(&format!("{name}: {} came from the platform itself and is left alone", run(&days.from, &days.to)));
    }
    for old in &account.replaces {
        let verb = if dry_run { "would replace" } else { "replaced" };
        output::say(&format!("{name}: {verb} {} of '{}' (imported {})", run(&old.from, &old.to), old.name, old.imported_at));
    }
    if account.pieces_kept > 0 {
        output::say(&format!(
            "{name}: {} of {} months were stored before, and what is left out of them was named then",
            account.pieces_kept, account.pieces
        ));
    }
    if let Some(error) = &account.error {
        output::say(&format!("{name}: {}{}", error.text, error.fix.as_ref().map(|fix| format!(": {fix}")).unwrap_or_default()));
    }
}

fn line(name: &str, what: &str, (from, to): (&str, &str), rows: Option<u64>, sums: &SumShape, verdict: &str) -> Vec<String> {
    let missing = || "not reported".to_owned();
    vec![
        name.to_owned(),
        what.to_owned(),
        from.to_owned(),
        to.to_owned(),
        rows.map(output::grouped).unwrap_or_default(),
        sums.impressions.to_string(),
        sums.clicks.to_string(),
        sums.spend.clone(),
        sums.conversions.map_or_else(missing, |count| count.to_string()),
        sums.revenue.clone().unwrap_or_else(missing),
        verdict.to_owned(),
    ]
}
