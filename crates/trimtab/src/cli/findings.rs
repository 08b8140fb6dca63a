//! `trimtab anomalies`, `pacing`, `insights` …: what analysis says now.

use super::{Context, OfTenant};
use crate::{exit, output};
use clap::Args;
use serde_json::json;
use std::process::ExitCode;
use trimtab_api::shape::FindingShape;
use trimtab_domain::finding::{FindingKind, Severity};
use trimtab_engine::{FindingFilter, KeptFinding, analysis::FindingsWanted};

/// What analysis says now, with evidence and confidence
#[derive(Debug, Args)]
pub(super) struct Findings {
    #[command(flatten)]
    tenant: OfTenant,
    /// Show what was found last, look at nothing
    #[arg(long)]
    show: bool,
    /// Also what was dismissed or snoozed, and what no longer shows
    #[arg(long)]
    all: bool,
    /// At least so severe: info, warning, critical
    #[arg(long, value_name = "SEVERITY")]
    severity: Option<String>,
    /// Only of this account, by the platform's id
    #[arg(long, value_name = "ID")]
    account: Option<String>,
}

impl Findings {
    pub(super) async fn run(self, context: &Context, kind: FindingKind) -> anyhow::Result<ExitCode> {
        let severity: Option<Severity> = self
            .severity
            .as_deref()
            .map(str::parse)
            .transpose()
            .map_err(|e: trimtab_domain::finding::UnknownName| exit::invalid(e.to_string()))?;
        let node = context.open().await?;
        let ctx = self.tenant.enter(&node).await?;
        let failed = if self.show { 0 } else { node.engine.analyse(&ctx).await?.failed };
        let filter = FindingFilter { kinds: vec![kind], gone: self.all, put_away: self.all };
        let found = node.engine.findings(&ctx, &FindingsWanted { filter, severity, account: self.account }).await?;
        let now = node.engine.now();
        if context.json {
            let shapes: Vec<_> = found.iter().map(|kept| FindingShape::at(kept, now)).collect();
            output::document(&json!({ "findings": shapes }));
        } else {
            print(&found);
        }
        if failed > 0 {
            output::say(&format!(
                "{failed} analyses failed; their former results are shown. The log says why (log.level = \"info\")."
            ));
        }
        Ok(ExitCode::from(if failed > 0 { exit::PARTLY } else { 0 }))
    }
}

fn print(found: &[KeptFinding]) {
    if found.is_empty() {
        output::say("Nothing found that needs attention.");
        return;
    }
    let head = ["severity", "from", "to", "where", "what", "sure", "why"].map(str::to_owned).to_vec();
    let row = |kept: &KeptFinding| {
        let finding = &kept.finding;
        let place = match finding.entity.source {
            Some(source) => format!("{source}: {}", finding.entity.name),
            None => finding.entity.name.to_string(),
        };
        let to = if finding.ongoing { "goes on".to_owned() } else { finding.to.to_string() };
        let cause = finding.cause.as_ref().map_or_else(|| "–".to_owned(), |cause| cause.text.clone());
        vec![
            finding.severity.as_str().to_owned(),
            finding.from.to_string(),
            to,
            place,
            finding.headline.clone(),
            format!("{:.0} %", finding.confidence * 100.0),
            cause,
        ]
    };
    output::table(head, found.iter().map(row).collect());
    output::say(&format!("{} findings; --json tells evidence, contributions and doubts.", found.len()));
}
