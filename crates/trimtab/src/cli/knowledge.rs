//! `trimtab knowledge`: what people know of a client, and the search over all that is known.

use super::{Context, OfTenant};
use crate::output;
use clap::{Args, Subcommand};
use serde_json::json;
use std::process::ExitCode;
use trimtab_api::shape::{KnowledgeHitShape, KnowledgeShape};
use trimtab_domain::knowledge::{ClientKnowledge, Target};
use trimtab_engine::knowledge::KnowledgeView;

/// What is known of a client, and the search over all that is known
#[derive(Debug, Subcommand)]
pub(super) enum Knowledge {
    Show(Show),
    Search(Search),
}

/// Show what is known of a client
#[derive(Debug, Args)]
pub(super) struct Show {
    #[command(flatten)]
    tenant: OfTenant,
    /// List its versions instead, the newest first
    #[arg(long)]
    history: bool,
}

/// Search metrics, benchmarks, insights and what is known of the client
#[derive(Debug, Args)]
pub(super) struct Search {
    #[command(flatten)]
    tenant: OfTenant,
    /// Words; slips are forgiven, and the last may be the beginning of one
    #[arg(required = true, num_args = 1.., value_name = "WORD")]
    words: Vec<String>,
    /// Most hits
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=200))]
    limit: u16,
}

impl Knowledge {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        match self {
            Self::Show(show) => show.run(context).await?,
            Self::Search(search) => search.run(context).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Show {
    async fn run(self, context: &Context) -> anyhow::Result<()> {
        let node = context.open().await?;
        let ctx = self.tenant.enter(&node).await?;
        if self.history {
            let versions = node.engine.knowledge_history(&ctx).await?;
            if context.json {
                let shapes: Vec<KnowledgeShape> = versions.into_iter().map(Into::into).collect();
                output::document(&json!({ "versions": shapes }));
            } else {
                output::table(["version", "written", "by"].map(str::to_owned).to_vec(), versions.iter().map(version).collect());
            }
            return Ok(());
        }
        let known = node.engine.knowledge(&ctx).await?;
        if context.json {
            output::document(&KnowledgeShape::from(known));
        } else if known.version == 0 {
            output::say("Nobody has written anything yet: open the page Knowledge, or PUT /api/v1/knowledge.");
        } else {
            output::table(["what", "is known"].map(str::to_owned).to_vec(), lines(&known.knowledge));
            output::say(&format!("Version {}.", version(&known).join(" · ")));
        }
        Ok(())
    }
}

fn version(of: &KnowledgeView) -> Vec<String> {
    let at = of.changed_at.map(|at| at.to_string());
    vec![of.version.to_string(), at.unwrap_or_default(), of.changed_by.clone().unwrap_or_default()]
}

fn lines(of: &ClientKnowledge) -> Vec<Vec<String>> {
    let ClientKnowledge { context, targets, strategy, preferences } = of;
    let mut lines = vec![
        ("industry".to_owned(), context.industry.clone()),
        ("business model".to_owned(), context.business_model.clone()),
        ("products".to_owned(), context.products.join(", ")),
        ("customer".to_owned(), context.customer.clone()),
        (
            "average order".to_owned(),
            context.average_order_value.map(|o| format!("{} {}", o.value, o.currency)).unwrap_or_default(),
        ),
        ("gross margin".to_owned(), context.gross_margin.map(|margin| format!("{margin} %")).unwrap_or_default()),
        ("notes".to_owned(), context.notes.clone()),
    ];
    lines.extend(targets.iter().map(|target| (format!("target: {}", target.metric), wanted(target))));
    lines.extend(strategy.iter().map(|channel| {
        let kinds = channel.campaign_types.join(", ");
        let parts = [channel.objective.as_str(), &kinds, &channel.notes];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        (format!("strategy: {}", channel.platform), parts.join(" · "))
    }));
    lines.push(("tone".to_owned(), preferences.tone.as_str().to_owned()));
    lines.push(("language".to_owned(), preferences.language.clone()));
    lines.push(("for reports".to_owned(), preferences.notes.clone()));
    lines.into_iter().filter(|(_, text)| !text.is_empty()).map(|(what, text)| vec![what, text]).collect()
}

fn wanted(of: &Target) -> String {
    let currency = of.currency.map(|currency| format!(" {currency}")).unwrap_or_default();
    let place = of.platform.map(|platform| format!(" on {}", platform.label())).unwrap_or_default();
    format!("{} {}{currency} each {}{place}", of.bound.as_str().replace('_', " "), of.value, of.period.as_str())
}

impl Search {
    async fn run(self, context: &Context) -> anyhow::Result<()> {
        let node = context.open().await?;
        let ctx = self.tenant.enter(&node).await?;
        let hits = node.engine.search(&ctx, &self.words.join(" "), usize::from(self.limit)).await?;
        if context.json {
            let shapes: Vec<KnowledgeHitShape> = hits.into_iter().map(Into::into).collect();
            output::document(&json!({ "hits": shapes }));
            return Ok(());
        }
        if hits.is_empty() {
            output::say("Nothing is known of this.");
            return Ok(());
        }
        let row = |hit: trimtab_engine::search::Hit| {
            let text: String = hit.snippet.into_iter().map(|piece| piece.text).collect();
            vec![hit.kind.as_str().to_owned(), hit.id, hit.title, text]
        };
        output::table(["kind", "id", "title", "text"].map(str::to_owned).to_vec(), hits.into_iter().map(row).collect());
        Ok(())
    }
}
