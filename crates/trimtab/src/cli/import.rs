//! `trimtab import`: a file people already have.

use super::{Context, OfTenant, import_history::is_address};
use crate::{exit, output};
use clap::Args;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};
use trimtab_api::shape::ImportShape;
use trimtab_engine::{import::Upload, limits};

/// Import a platform's own export: CSV, TSV or Excel
#[derive(Debug, Args)]
pub(super) struct Import {
    /// The file
    file: PathBuf,
    #[command(flatten)]
    tenant: OfTenant,
    /// Whose export it is: auto, meta, google, linkedin, pinterest, tiktok or csv
    #[arg(long, default_value = "auto")]
    source: String,
    /// The account its rows belong to, if the file does not say: one you have, or a name for a new one
    #[arg(long, value_name = "NAME_OR_ID")]
    account: Option<String>,
    /// A mapping file (YAML), for tables that are not recognised
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Only say what would be imported
    #[arg(long)]
    dry_run: bool,
}

impl Import {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let source = match self.source.as_str() {
            "auto" => None,
            name => Some(name.parse().map_err(|e: trimtab_domain::source::UnknownSource| exit::invalid(e.to_string()))?),
        };
        if self.file.is_dir() || is_address(&self.file) {
            return Err(exit::invalid(
                "that is no file: the history another system has kept, in a folder or a database, is imported by `trimtab import-history`",
            ));
        }
        let bytes = read(&self.file, limits::IMPORT_BYTES)?;
        let mapping = self.mapping.as_deref().map(|path| read(path, 256 * 1024)).transpose()?;
        let mapping =
            mapping.map(String::from_utf8).transpose().map_err(|_| exit::invalid("the mapping file is not text in UTF-8"))?;
        let node = context.open().await?;
        let ctx = self.tenant.enter(&node).await?;
        let upload = Upload {
            name: self.file.file_name().map_or_else(|| "file".into(), |name| name.to_string_lossy()).into_owned(),
            bytes: bytes.into(),
            source,
            account: self.account,
            mapping,
        };
        let imported =
            if self.dry_run { node.engine.preview_import(&ctx, upload).await? } else { node.engine.import(&ctx, upload).await? };
        let shape = ImportShape::new(&imported);
        if context.json {
            output::document(&shape);
        } else {
            explain(&shape, ctx.tenant().as_str());
        }
        node.engine.finish().await;
        Ok(ExitCode::SUCCESS)
    }
}

fn read(path: &Path, most: usize) -> anyhow::Result<Vec<u8>> {
    let refuse = |why: String| exit::invalid(format!("cannot read {}: {why}", path.display()));
    let length = std::fs::metadata(path).map_err(|e| refuse(e.to_string()))?.len();
    if length > most as u64 {
        return Err(refuse(format!("it is larger than {} MiB: split it", most >> 20)));
    }
    std::fs::read(path).map_err(|e| refuse(e.to_string()))
}

fn explain(shape: &ImportShape, tenant: &str) {
    let days =
        shape.from.as_deref().zip(shape.to.as_deref()).map_or_else(|| "no days".to_owned(), |(from, to)| format!("{from} to {to}"));
    output::say(&format!(
        "{} · account {} ({}) · {days} · {} of {} rows{}",
        shape.format,
        shape.account.name,
        shape.account.id,
        output::grouped(shape.rows_imported),
        output::grouped(shape.rows_read),
        if shape.dry_run { " would be imported" } else { " imported" }
    ));
    let totals = &shape.totals;
    let missing = || "not in the file".to_owned();
    let head = ["", "spend", "impressions", "clicks", "conversions", "revenue", ""].map(str::to_owned).to_vec();
    let line = |label: &str, totals: &trimtab_api::shape::TotalsShape, mark: &str| {
        let conversions = totals.conversions.map_or_else(missing, |c| c.to_string());
        let revenue = totals.revenue.clone().unwrap_or_else(missing);
        let (spend, counts) =
            (format!("{} {}", totals.spend, shape.currency), [totals.impressions, totals.clicks].map(|n| n.to_string()));
        let [impressions, clicks] = counts;
        vec![label.to_owned(), spend, impressions, clicks, conversions, revenue, mark.to_owned()]
    };
    let mut rows = vec![line("imported", totals, "")];
    for file in &shape.file_totals {
        let mark = match file.matches {
            Some(true) => "equal",
            Some(false) => "DIFFERENT",
            None => "covers more than the rows listed",
        };
        rows.push(line(&format!("{} (line {})", file.label, file.line), &file.totals, mark));
    }
    output::table(head, rows);
    sample(shape);
    for skipped in &shape.skipped {
        output::say(&format!("skipped line {}: {}", skipped.line, skipped.reason));
    }
    if shape.skipped_more > 0 {
        output::say(&format!("… and {} more lines", output::grouped(shape.skipped_more)));
    }
    for old in &shape.replaces {
        let days = if old.from == old.to { old.from.clone() } else { format!("{} to {}", old.from, old.to) };
        let verb = if shape.dry_run { "would replace" } else { "replaced" };
        let at = old.imported_at.get(..10).unwrap_or(&old.imported_at);
        output::say(&format!("{verb} {days} of '{}' (imported {at}, {})", old.name, old.import));
    }
    for note in &shape.notes {
        output::say(&format!("note: {note}"));
    }
    if let (false, Some(from), Some(to)) = (shape.dry_run, &shape.from, &shape.to) {
        output::say(&format!(
            "See it: trimtab query --tenant {tenant} --metrics spend,clicks,conversions --by campaign --from {from} --to {to}"
        ));
    }
}

/// The first rows as they were read, to hold against the file.
fn sample(shape: &ImportShape) {
    if shape.sample.is_empty() {
        return;
    }
    let head = ["line", "date", "campaign", "ad group", "ad", "spend", "impressions", "clicks", "conversions", "revenue"];
    let missing = || "not reported".to_owned();
    let count = |figure: Option<i64>| figure.map_or_else(missing, |n| n.to_string());
    let amount = |figure: &Option<String>| figure.clone().unwrap_or_else(missing);
    let rows = shape.sample.iter().map(|row| {
        let day = row.date.clone().unwrap_or_default();
        vec![
            row.line.to_string(),
            if row.span_days > 1 { format!("{day} ({} days)", row.span_days) } else { day },
            row.campaign.clone(),
            row.ad_group.clone(),
            row.ad.clone(),
            amount(&row.spend),
            count(row.impressions),
            count(row.clicks),
            row.conversions.map_or_else(missing, |n| n.to_string()),
            amount(&row.revenue),
        ]
    });
    output::table(head.map(str::to_owned).to_vec(), rows.collect());
}
