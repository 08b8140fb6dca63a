//! Imports: previews, results, records.

use super::AccountName;
use serde::Serialize;
use trimtab_domain::money::decimal;
use trimtab_engine::{
    Import, ParsedFile, SampleRow, Totals,
    import::{Imported, Replaced},
};
use utoipa::ToSchema;

/// What was understood of a file and, unless it was a dry run, stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportShape {
    /// Whether nothing was stored.
    pub dry_run: bool,
    /// The import's id, once stored.
    pub import: Option<String>,
    /// When the same bytes were imported into this account before (RFC 3339).
    pub seen_before: Option<String>,
    /// What the file was recognised as.
    pub format: String,
    /// The platform.
    pub source: String,
    /// The account its rows belong to.
    pub account: AccountName,
    /// What became of each column.
    pub columns: Vec<ColumnShape>,
    /// Rows below the header.
    pub rows_read: u64,
    /// Rows that became facts or objects.
    pub rows_imported: u64,
    /// Lines left out and why.
    pub skipped: Vec<SkippedShape>,
    /// Lines left out beyond those listed.
    pub skipped_more: u64,
    /// Sums over the imported rows.
    pub totals: TotalsShape,
    /// The file's own totals rows.
    pub file_totals: Vec<FileTotalsShape>,
    /// Currency of all amounts.
    pub currency: String,
    /// First day covered.
    pub from: Option<String>,
    /// Last day covered.
    pub to: Option<String>,
    /// The first rows as they were read, in the file's order.
    pub sample: Vec<SampleRowShape>,
    /// Days of earlier files that this one replaces.
    pub replaces: Vec<ReplacedShape>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// What became of a column.
#[derive(Debug, Serialize, ToSchema)]
pub struct ColumnShape {
    /// Its header.
    pub header: String,
    /// The field it is read as; `null`: not read.
    pub field: Option<&'static str>,
    /// Why, or by whose word.
    pub note: Option<String>,
}

/// A row as it was read. Figures are `null` where the file does not report them.
#[derive(Debug, Serialize, ToSchema)]
pub struct SampleRowShape {
    /// Its line in the file, from 1.
    pub line: u64,
    /// The day it is stored on, in the account's zone; `null`: it has no figures.
    pub date: Option<String>,
    /// How many days it covers, ending with `date`.
    pub span_days: i32,
    /// The campaign's name, else its id.
    pub campaign: String,
    /// The ad group's.
    pub ad_group: String,
    /// The ad's.
    pub ad: String,
    /// Spend.
    pub spend: Option<String>,
    /// Impressions.
    pub impressions: Option<i64>,
    /// Clicks.
    pub clicks: Option<i64>,
    /// Conversions.
    pub conversions: Option<f64>,
    /// Their value.
    pub revenue: Option<String>,
}

impl From<&SampleRow> for SampleRowShape {
    fn from(row: &SampleRow) -> Self {
        Self {
            line: row.line,
            date: row.date.map(|day| day.to_string()),
            span_days: row.span_days,
            campaign: row.campaign.clone(),
            ad_group: row.ad_group.clone(),
            ad: row.ad.clone(),
            spend: row.spend_micros.map(decimal),
            impressions: row.impressions,
            clicks: row.clicks,
            conversions: row.conversions,
            revenue: row.revenue_micros.map(decimal),
        }
    }
}

/// Days taken from an earlier file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplacedShape {
    /// That file's import.
    pub import: String,
    /// Its name.
    pub name: String,
    /// When it was imported (RFC 3339).
    pub imported_at: String,
    /// First day that is replaced.
    pub from: String,
    /// Last day that is replaced.
    pub to: String,
}

impl From<&Replaced> for ReplacedShape {
    fn from(replaced: &Replaced) -> Self {
        Self {
            import: replaced.import.to_string(),
            name: replaced.name.clone(),
            imported_at: replaced.imported_at.to_string(),
            from: replaced.days.from().to_string(),
            to: replaced.days.to().to_string(),
        }
    }
}

/// A line left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct SkippedShape {
    /// Its line in the file, from 1.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// Sums of a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotalsShape {
    /// Spend.
    pub spend: String,
    /// Impressions.
    pub impressions: i64,
    /// Clicks.
    pub clicks: i64,
    /// Clicks on links, where the file has them.
    pub link_clicks: Option<i64>,
    /// Conversions, where the file has them.
    pub conversions: Option<f64>,
    /// Their value, where the file has it.
    pub revenue: Option<String>,
}

impl From<&Totals> for TotalsShape {
    fn from(totals: &Totals) -> Self {
        Self {
            spend: decimal(totals.spend_micros),
            impressions: totals.impressions,
            clicks: totals.clicks,
            link_clicks: totals.link_clicks,
            conversions: totals.conversions,
            revenue: totals.revenue_micros.map(decimal),
        }
    }
}

/// A totals row of the file.
#[derive(Debug, Serialize, ToSchema)]
pub struct FileTotalsShape {
    /// Its line.
    pub line: u64,
    /// What the file calls it.
    pub label: String,
    /// What it says.
    #[serde(flatten)]
    pub totals: TotalsShape,
    /// Whether our sums equal it; `null`: it covers something else than the rows listed.
    pub matches: Option<bool>,
}

impl ImportShape {
    /// The shape of an import.
    #[must_use]
    pub fn new(imported: &Imported) -> Self {
        let file: &ParsedFile = &imported.parsed;
        Self {
            dry_run: imported.record.is_none(),
            import: imported.record.as_ref().map(|record| record.id.to_string()),
            seen_before: imported.seen_before.map(|at| at.to_string()),
            format: file.format.to_owned(),
            source: file.account.source.to_string(),
            account: AccountName::from(&file.account),
            columns: file
                .columns
                .iter()
                .map(|c| ColumnShape { header: c.header.clone(), field: c.field.map(|f| f.as_str()), note: c.note.clone() })
                .collect(),
            rows_read: file.rows_read,
            rows_imported: file.rows_imported,
            skipped: file.skipped.iter().map(|s| SkippedShape { line: s.line, reason: s.reason.clone() }).collect(),
            skipped_more: file.skipped_more,
            totals: TotalsShape::from(&file.totals),
            file_totals: file
                .file_totals
                .iter()
                .map(|t| FileTotalsShape {
                    line: t.line,
                    label: t.label.clone(),
                    totals: TotalsShape::from(&t.totals),
                    matches: t.agrees,
                })
                .collect(),
            currency: file.account.currency.to_string(),
            from: file.from.map(|day| day.to_string()),
            to: file.to.map(|day| day.to_string()),
            sample: file.sample.iter().map(SampleRowShape::from).collect(),
            replaces: imported.replaced.iter().map(ReplacedShape::from).collect(),
            notes: file.notes.clone(),
        }
    }
}

/// A file that was imported.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportRecordShape {
    /// The import's id.
    pub id: String,
    /// The file's name.
    pub name: String,
    /// What it was recognised as.
    pub format: String,
    /// The source its account belongs to.
    pub source: String,
    /// The account.
    pub account: String,
    /// Rows that became facts or objects.
    pub rows_imported: u64,
    /// Rows left out.
    pub rows_skipped: u64,
    /// First day covered.
    pub from: String,
    /// Last day covered.
    pub to: String,
    /// Who imported it.
    pub imported_by: String,
    /// When (RFC 3339).
    pub imported_at: String,
    /// Its totals.
    #[schema(value_type = Object)]
    pub totals: serde_json::Value,
}

impl From<Import> for ImportRecordShape {
    fn from(import: Import) -> Self {
        let file = import.file;
        Self {
            id: import.id.to_string(),
            name: file.name,
            format: file.format,
            source: file.account.source.to_string(),
            account: file.account.id.to_string(),
            rows_imported: file.rows_imported,
            rows_skipped: file.rows_skipped,
            from: file.days.from().to_string(),
            to: file.days.to().to_string(),
            imported_by: import.imported_by,
            imported_at: import.imported_at.to_string(),
            totals: file.totals,
        }
    }
}
