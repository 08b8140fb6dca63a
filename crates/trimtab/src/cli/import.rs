//! `trimtab import`: a file people already have.

use super::{Context, OfTenant};
use crate::{exit, output};
use clap::Args;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};
use trimtab_api::shape::ImportShape;
use trimtab_domain::id::AccountId;
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
    /// The account its rows belong to, if the file does not say
    #[arg(long, value_name = "ID")]
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
            account: self.account.map(AccountId::new),
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
        "{} · account {} · {days} · {} of {} rows{}",
        shape.format,
        shape.account.name,
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
    for skipped in &shape.skipped {
        output::say(&format!("skipped line {}: {}", skipped.line, skipped.reason));
    }
    if shape.skipped_more > 0 {
        output::say(&format!("… and {} more lines", output::grouped(shape.skipped_more)));
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
