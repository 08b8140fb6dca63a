//! The answer as a document.

use serde::Serialize;
use trimtab_api::shape::{AccountName, ReplacedShape};
use trimtab_domain::{DayRange, money::decimal};
use trimtab_engine::{
    GrainFound, LeftOut,
    history::{HistoryAccount, HistoryReport, Sum},
};

/// What became of a history.
#[derive(Debug, Serialize)]
pub(super) struct HistoryShape {
    /// Whether nothing was stored.
    pub(super) dry_run: bool,
    /// Which shape it was recognised as.
    pub(super) format: &'static str,
    /// What it is called in records.
    pub(super) name: String,
    /// The record of the work.
    pub(super) execution: Option<String>,
    /// Whether it was stopped before its end.
    pub(super) stopped: bool,
    pub(super) accounts: Vec<AccountReportShape>,
    /// What was left out and why.
    pub(super) left_out: Vec<LeftShape>,
    /// How much more was left out than is listed.
    pub(super) left_out_more: u64,
    /// What a reader should know.
    pub(super) notes: Vec<String>,
}

/// A row, entry or file that was left out.
#[derive(Debug, Serialize)]
pub(super) struct LeftShape {
    pub(super) place: String,
    pub(super) reason: String,
}

/// What became of one account.
#[derive(Debug, Serialize)]
pub(super) struct AccountReportShape {
    /// The tenant it belongs to in the history; empty where that names none.
    pub(super) history_tenant: String,
    /// The platform.
    pub(super) source: String,
    pub(super) account: AccountName,
    /// What the history does not say of it: `account`, `currency`, `zone`.
    pub(super) assumed: Vec<&'static str>,
    /// First day.
    pub(super) from: String,
    /// Last day.
    pub(super) to: String,
    /// What there is at each grain, the finest first.
    pub(super) grains: Vec<GrainShape>,
    /// Rows read, at every grain.
    pub(super) rows_read: u64,
    /// Rows that became facts.
    pub(super) rows_imported: u64,
    /// What those add up to in the original.
    pub(super) totals: SumShape,
    /// What is stored of the same days; `null`: nothing was stored.
    pub(super) stored: Option<SumShape>,
    /// Pieces of at most a month.
    pub(super) pieces: u32,
    /// Those of them that were stored before.
    pub(super) pieces_kept: u32,
    /// Days that the platform itself told and that are left alone.
    pub(super) left_alone: Vec<DaysShape>,
    /// Days of earlier imports that it replaces.
    pub(super) replaces: Vec<ReplacedShape>,
    /// When the same figures were imported before (RFC 3339).
    pub(super) seen_before: Option<String>,
    /// The import's id; `null` for a dry run, and where the last import was the same.
    pub(super) import: Option<String>,
    /// Why it is not stored, or not wholly.
    pub(super) error: Option<FailureShape>,
}

/// One grain of an account.
#[derive(Debug, Serialize)]
pub(super) struct GrainShape {
    pub(super) grain: &'static str,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) rows: u64,
    #[serde(flatten)]
    pub(super) sums: SumShape,
}

/// Sums in the account's currency; `null` where they are not reported.
#[derive(Debug, Serialize)]
pub(super) struct SumShape {
    pub(super) impressions: i64,
    pub(super) clicks: i64,
    pub(super) spend: String,
    pub(super) conversions: Option<f64>,
    pub(super) revenue: Option<String>,
}

/// A run of days.
#[derive(Debug, Serialize)]
pub(super) struct DaysShape {
    pub(super) from: String,
    pub(super) to: String,
}

/// Why something failed and what to do.
#[derive(Debug, Serialize)]
pub(super) struct FailureShape {
    pub(super) kind: &'static str,
    pub(super) text: String,
    pub(super) fix: Option<String>,
}

impl HistoryShape {
    pub(super) fn new(report: &HistoryReport, name: &str) -> Self {
        let LeftOut { listed, more } = &report.left_out;
        let left = listed.iter().map(|left| LeftShape { place: left.place.clone(), reason: left.reason.clone() });
        Self {
            dry_run: report.execution.is_none(),
            format: report.shape.as_str(),
            name: name.to_owned(),
            execution: report.execution.as_ref().map(ToString::to_string),
            stopped: report.stopped,
            accounts: report.accounts.iter().map(AccountReportShape::from).collect(),
            left_out: left.collect(),
            left_out_more: *more,
            notes: report.notes.clone(),
        }
    }
}

impl AccountReportShape {
    /// How people are told which account it is.
    pub(super) fn place(&self) -> String {
        let tenant = if self.history_tenant.is_empty() { String::new() } else { format!("{}: ", self.history_tenant) };
        format!("{tenant}{} {} ({}, {})", self.source, self.account.name, self.account.id, self.account.currency)
    }
}

impl From<&HistoryAccount> for AccountReportShape {
    fn from(report: &HistoryAccount) -> Self {
        let found = &report.found;
        Self {
            history_tenant: found.key.tenant.to_string(),
            source: found.key.source.to_string(),
            account: AccountName::from(&found.account),
            assumed: found.assumed.clone(),
            from: found.days.from().to_string(),
            to: found.days.to().to_string(),
            grains: found.grains.iter().map(GrainShape::from).collect(),
            rows_read: report.rows_read,
            rows_imported: report.rows_taken,
            totals: SumShape::from(&report.taken),
            stored: report.stored.as_ref().map(SumShape::from),
            pieces: report.pieces,
            pieces_kept: report.kept,
            left_alone: report.left_alone.iter().map(DaysShape::from).collect(),
            replaces: report.replaced.iter().map(ReplacedShape::from).collect(),
            seen_before: report.seen_before.map(|at| at.to_string()),
            import: report.record.as_ref().map(|record| record.id.to_string()),
            error: report.failure.as_ref().map(|failure| FailureShape {
                kind: failure.kind.as_str(),
                text: failure.text.clone(),
                fix: failure.fix.clone(),
            }),
        }
    }
}

impl From<&GrainFound> for GrainShape {
    fn from(found: &GrainFound) -> Self {
        let GrainFound { grain, days, sums } = found;
        Self {
            grain: grain.as_str(),
            from: days.from().to_string(),
            to: days.to().to_string(),
            rows: sums.rows,
            sums: SumShape::from(&Sum::from(sums)),
        }
    }
}

impl From<&Sum> for SumShape {
    fn from(sum: &Sum) -> Self {
        Self {
            impressions: sum.impressions,
            clicks: sum.clicks,
            spend: decimal(sum.spend_micros),
            conversions: sum.conversions,
            revenue: sum.revenue_micros.map(decimal),
        }
    }
}

impl From<&DayRange> for DaysShape {
    fn from(days: &DayRange) -> Self {
        Self { from: days.from().to_string(), to: days.to().to_string() }
    }
}
