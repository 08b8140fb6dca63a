//! `trimtab reconcile`: our sums beside what each source says of its accounts as a whole.

use super::{Context, OfTenant};
use crate::{exit, output};
use clap::Args;
use serde_json::json;
use std::process::ExitCode;
use trimtab_api::shape::{ReconciliationLine, ReconciliationSummary};
use trimtab_domain::{DayRange, quality::Verdict};

/// Compare a tenant's days with its sources' own totals
#[derive(Debug, Args)]
pub(super) struct Reconcile {
    #[command(flatten)]
    tenant: OfTenant,
    /// The days, as FROM..TO [default: the last 90]
    #[arg(long, value_name = "RANGE")]
    days: Option<String>,
}

impl Reconcile {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let node = context.open().await?;
        let ctx = self.tenant.enter(&node).await?;
        let range: DayRange = match &self.days {
            Some(text) => text.parse().map_err(|e: trimtab_domain::day::DayError| exit::invalid(e.to_string()))?,
            None => {
                let zone = node.engine.tenant(ctx.tenant()).await?.zone;
                DayRange::ending(zone.day_at(node.engine.now()), 90)
            }
        };
        let accounts = node.engine.reconciliation(&ctx, range).await?;
        let summaries: Vec<ReconciliationSummary> = accounts.iter().map(Into::into).collect();
        let apart: Vec<ReconciliationLine> = accounts
            .iter()
            .flat_map(|account| {
                account.lines.iter().filter(|line| line.verdict == Verdict::Mismatched).map(move |line| (account, line))
            })
            .map(|(account, line)| ReconciliationLine::of(account, line))
            .collect();
        if context.json {
            output::document(&json!({ "from": range.from(), "to": range.to(), "summary": summaries, "mismatched": apart }));
        } else {
            let head = ["source", "account", "days", "equal", "mismatched", "may change", "not told"].map(str::to_owned).to_vec();
            let rows = summaries.iter().map(|s| {
                let counts = [s.days, s.equal, s.mismatched, s.provisional, s.untold].map(|count| count.to_string());
                [s.source.clone(), s.name.clone()].into_iter().chain(counts).collect()
            });
            output::table(head, rows.collect());
            for line in &apart {
                output::say(&format!(
                    "{} {} {}: {} {} here, {} there",
                    line.source,
                    line.name,
                    line.date,
                    figure(line),
                    line.ours,
                    line.theirs
                ));
            }
        }
        Ok(ExitCode::from(u8::from(!apart.is_empty())))
    }
}

fn figure(line: &ReconciliationLine) -> String {
    let word = serde_json::to_value(line.figure).unwrap_or_default();
    word.as_str().unwrap_or_default().to_owned()
}
