//! `trimtab checks`: whether a tenant's facts can be trusted.

use super::{Context, OfTenant};
use crate::output;
use clap::Args;
use std::process::ExitCode;
use trimtab_api::shape::ChecksShape;
use trimtab_domain::quality::{Severity, State};
use trimtab_engine::quality::CheckView;

/// Check a tenant's facts: reconciliation, missing days, impossible figures, changed accounts
#[derive(Debug, Args)]
pub(super) struct Checks {
    #[command(flatten)]
    tenant: OfTenant,
    /// Show what was found last, check nothing
    #[arg(long)]
    show: bool,
    /// Show the checks that passed, too
    #[arg(long)]
    all: bool,
}

impl Checks {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let node = context.open().await?;
        let ctx = self.tenant.enter(&node).await?;
        let views = if self.show { node.engine.checks(&ctx).await? } else { node.engine.run_checks(&ctx).await? };
        let results = || views.iter().flat_map(|view| view.results.iter().map(move |(account, result)| (view, account, result)));
        let failed = |severity| {
            let bad = |state, of| state == State::Failed && of == severity;
            results().filter(|(view, _, result)| bad(result.checked.outcome.state, view.check.severity)).count()
        };
        let (errors, warnings) = (failed(Severity::Error), failed(Severity::Warning));
        if context.json {
            output::document(&ChecksShape::from(&*views));
        } else {
            let head = ["check", "severity", "source", "account", "state", "since", "what was seen"].map(str::to_owned).to_vec();
            let shown = results().filter(|(_, _, result)| self.all || result.checked.outcome.state == State::Failed);
            let rows: Vec<_> = shown
                .map(|(view, account, result)| {
                    let outcome = &result.checked.outcome;
                    let severity = view.check.severity.as_str().to_owned();
                    let (source, state) = (account.source.to_string(), outcome.state.as_str().to_owned());
                    let since = result.since.strftime("%Y-%m-%d").to_string();
                    vec![view.check.name.clone(), severity, source, account.name.to_string(), state, since, outcome.message.clone()]
                })
                .collect();
            if !rows.is_empty() {
                output::table(head, rows);
            }
            let bad = |view: &&CheckView| view.results.iter().any(|(_, result)| result.checked.outcome.state == State::Failed);
            for view in views.iter().filter(bad) {
                output::say(&format!("{}: {}", view.check.name, view.check.help));
            }
            output::say(&format!("{} checks made, {errors} errors, {warnings} warnings.", results().count()));
        }
        Ok(ExitCode::from(u8::from(errors > 0)))
    }
}
