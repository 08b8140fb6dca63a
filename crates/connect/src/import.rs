//! Import of files: Ads Manager, Google Ads and LinkedIn exports as people really have them, and any table by a [`Mapping`].
//!
//! [`read`] is pure: bytes in, facts out, no I/O and no clock. It walks the rows twice: once to decide what only whole columns can
//! tell (decimal sign, order of day and month, currency), once to take them. Every line that is not taken is named with its reason.
//!
//! Invariants: totals rows are never data; the facts add up to the file's own cells exactly; reading the same bytes with the same
//! options gives the same facts, whatever the order of rows and columns.

mod account;
mod currency;
mod date;
mod decide;
mod decode;
mod error;
mod explain;
mod field;
mod grid;
mod header;
pub mod limits;
mod mapping;
mod names;
mod number;
mod objects;
mod parts;
mod plan;
mod read;
mod results;
mod rows;
mod sample;
mod sheet;
mod survey;
mod tally;
#[cfg(test)]
mod tests;
mod told;
mod totals;

pub(crate) use parts::status;

pub use account::AccountBy;
pub use error::ImportError;
pub use field::Field;
pub use mapping::{AccountMapping, DateMapping, Filter, Mapping, PeriodMapping};
pub use number::Decimal;
pub use read::read;
pub use sample::SampleRow;
pub use totals::{Covers, FileTotal, Totals};

use serde::Serialize;
use trimtab_domain::{Currency, Day, DayRange, Source, Zone, account::Account, entity::EntitySnapshot, fact::Facts};

/// What the file itself may not say.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// The day rows without any date are put on, in `zone`; [`Import::place_on`] moves them.
    pub today: Day,
    /// The zone days are cut in, where neither file nor mapping says.
    pub zone: Zone,
    /// The currency of amounts, where neither file nor mapping says.
    pub currency: Currency,
    /// The platform; recognised where `None`.
    pub source: Option<Source>,
    /// How to read the file, beyond what is recognised.
    pub mapping: Option<Mapping>,
    /// The id or name of the account the rows belong to; also picks one of several in the file.
    pub account: Option<String>,
    /// The accounts the tenant has, for `account` to name one, and for what the file does not say of its own.
    pub accounts: Vec<Account>,
}

impl ImportOptions {
    /// Options that leave everything to recognition.
    #[must_use]
    pub const fn new(today: Day, zone: Zone, currency: Currency) -> Self {
        Self { today, zone, currency, source: None, mapping: None, account: None, accounts: Vec::new() }
    }
}

/// A file, read.
#[derive(Debug, Clone)]
pub struct Import {
    /// What the file is: `meta_ads_manager`, `google_ads`, `google_ads_editor`, `linkedin_campaign_manager` or `table`.
    pub format: &'static str,
    /// The account the facts belong to.
    pub account: Account,
    /// By whose word that is.
    pub account_by: AccountBy,
    /// The facts: ad rows, conversions by action, breakdowns.
    pub facts: Facts,
    /// The objects named, with what the file says of them.
    pub entities: EntitySnapshot,
    /// Rows below the header, blank ones not counted.
    pub rows_read: u64,
    /// Rows that became facts or objects.
    pub rows_imported: u64,
    /// Lines that did not, at most [`limits::MAX_SKIPPED`] of them.
    pub skipped: Vec<Skipped>,
    /// Skipped lines beyond those listed.
    pub skipped_more: u64,
    /// Sums over the imported rows.
    pub totals: Totals,
    /// The file's own totals rows, put against ours.
    pub file_totals: Vec<FileTotal>,
    /// First day covered; `None` without facts.
    pub from: Option<Day>,
    /// Last day covered; `None` without facts.
    pub to: Option<Day>,
    /// Whether neither rows, file nor mapping say which days the figures cover, so that they stand on [`ImportOptions::today`].
    pub undated: bool,
    /// The first rows as they were read, in the file's order.
    pub sample: Vec<SampleRow>,
    /// What became of each column.
    pub columns: Vec<ColumnMapping>,
    /// What a person should know: encoding, guesses, assumptions.
    pub notes: Vec<String>,
}

impl Import {
    /// The currency of all amounts.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.account.currency
    }

    /// Puts the figures of an undated file on these days: stored on the last, covering all. Does nothing to a dated file.
    pub fn place_on(&mut self, days: DayRange) {
        if !self.undated {
            return;
        }
        let (day, span) = (days.to(), i32::try_from(days.len()).unwrap_or(1));
        for row in &mut self.facts.ad_daily {
            (row.date, row.span_days) = (day, span);
        }
        for row in &mut self.facts.breakdowns {
            (row.date, row.span_days) = (day, span);
        }
        for row in &mut self.facts.conversions {
            row.date = day;
        }
        for row in &mut self.sample {
            (row.date, row.span_days) = (Some(day), span);
        }
        (self.from, self.to) = (Some(days.from()), Some(day));
    }
}

/// A line that was not imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// 1-based line of the file, as an editor or spreadsheet program counts.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// What became of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnMapping {
    /// Its header.
    pub header: String,
    /// The field it is read as, if any.
    pub field: Option<Field>,
    /// Why it is not read, or by whose word it is.
    pub note: Option<String>,
}
