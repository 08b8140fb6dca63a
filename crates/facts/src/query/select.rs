//! Which files and rows a query reads: its period and its conditions on dimensions.
//!
//! Conditions on platform and account choose files, conditions on days choose days, all others are tested while reading.

use super::{Asked, Reading};
use crate::{
    condition::{Condition, passes},
    days,
    file::{FileEntry, Slice},
    schema::{CLICK_PLATFORM, Table},
};
use datafusion::{
    prelude::{Expr, col, lit},
    scalar::ScalarValue,
};
use std::sync::Arc;
use trimtab_domain::{
    DayRange, Source,
    account::{Account, Coverage},
    entity::EntityKind,
    query::{Dimension, DimensionTest, Filter, Rows},
};

/// The files and rows of one period.
pub(super) struct Selection {
    pub(super) files: Vec<FileEntry>,
    /// First and last day.
    pub(super) range: (i32, i32),
    /// Whether not all days between those.
    pub(super) some_days: bool,
    /// Which days, and which hours of them.
    pub(super) days: Expr,
    /// What else must hold of a row.
    pub(super) conditions: Vec<Condition>,
    /// Only rows that do not report this measure.
    pub(super) lacking: Option<&'static str>,
}

impl Asked<'_> {
    fn tests(&self) -> impl Iterator<Item = (Dimension, &DimensionTest)> {
        self.query.filters().iter().filter_map(|f| match f {
            Filter::Dimension { dimension, test } => Some((*dimension, test)),
            Filter::Metric { .. } => None,
        })
    }

    /// Whether the conditions on platform and account let this account's rows through.
    fn covers(&self, rows: &Rows, platform: &str, account: &str) -> bool {
        self.tests().all(|(dimension, test)| match dimension {
            // Of orders and visits it is the platform of the click, row by row.
            Dimension::Platform if by_click(rows) => true,
            Dimension::Platform => passes(test, platform, platform.parse().map_or(platform, |source: Source| source.label())),
            Dimension::Account => passes(test, account, &self.account_name(platform, account)),
            _ => true,
        })
    }

    /// The accounts the query is about, of those whose coverage is known.
    pub(super) fn covered(&self) -> Vec<&Coverage> {
        let concerns = |account: &Account, rows: &Rows| {
            rows.come_from(account.source) && self.covers(rows, account.source.as_str(), account.id.as_str())
        };
        let of_any = |c: &&Coverage| self.readings.iter().any(|reading| concerns(&c.account, &reading.part.rows));
        self.coverage.iter().filter(of_any).collect()
    }

    /// What an account is called, else its id.
    pub(super) fn account_name(&self, platform: &str, account: &str) -> String {
        let known = self.coverage.iter().map(|c| &c.account).find(|a| a.source.as_str() == platform && a.id.as_str() == account);
        if let Some(known) = known {
            return known.name.to_string();
        }
        let codes = &self.tenant.codes;
        let (platform_code, account_code) = (codes.code(platform), codes.code(account));
        let entity = self.current.find(EntityKind::Account, platform_code, account_code, account_code);
        entity.map_or_else(|| account.to_owned(), |e| e.name.to_string())
    }

    pub(super) fn select(&self, reading: &Reading<'_>, range: DayRange) -> Selection {
        let (from, to) = (days::to_epoch(range.from()), days::to_epoch(range.to()));
        let rows = &reading.part.rows;
        let splits: Vec<&str> = match rows {
            Rows::Breakdown(breakdowns) => breakdowns.iter().map(|b| b.as_str()).collect(),
            Rows::Keywords(kind) => vec![kind.as_str()],
            _ => vec![""],
        };
        let mine = |slice: &Slice| splits.contains(&slice.breakdown.as_str()) && self.covers(rows, &slice.platform, &slice.account);
        let all = reading.facts.as_ref().map_or(&[][..], |o| &o.files);
        let mut selection = Selection {
            files: all.iter().filter(|f| f.days.0 <= to && from <= f.days.1 && mine(&f.slice)).cloned().collect(),
            range: (from, to),
            some_days: false,
            days: col("date").between(date(from), date(to)),
            conditions: Vec::new(),
            lacking: None,
        };
        for (dimension, test) in self.tests() {
            match dimension {
                Dimension::Account => {}
                Dimension::Platform if !by_click(rows) => {}
                Dimension::Date | Dimension::Week | Dimension::Month | Dimension::Weekday => {
                    selection.some_days = true;
                    selection.days = selection.days.and(days_passing(dimension, test, range));
                }
                Dimension::Hour => selection.days = selection.days.and(hours_passing(test)),
                _ => {
                    let (codes, current) = (Arc::clone(&self.tenant.codes), Arc::clone(&self.current));
                    selection.conditions.push(Condition::new(
                        column(reading.table, dimension),
                        dimension,
                        test.clone(),
                        codes,
                        current,
                    ));
                }
            }
        }
        selection
    }
}

/// Whether the platform of such rows is that of the click that brought them.
const fn by_click(rows: &Rows) -> bool {
    matches!(rows, Rows::Orders | Rows::Sessions)
}

/// The column that holds a dimension.
pub(super) fn column(table: Table, dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Platform if matches!(table, Table::Orders | Table::SessionDaily) => CLICK_PLATFORM,
        Dimension::Gender => "part2",
        Dimension::Country
        | Dimension::Device
        | Dimension::Age
        | Dimension::Placement
        | Dimension::Industry
        | Dimension::JobFunction
        | Dimension::Seniority
        | Dimension::CompanySize
        | Dimension::Interest => "part",
        Dimension::Keyword | Dimension::SearchTerm => "text",
        Dimension::Campaign | Dimension::Objective | Dimension::Status => "campaign",
        other => {
            debug_assert!(table.position(other.as_str()).is_some() || table.partitions().contains(&other.as_str()));
            other.as_str()
        }
    }
}

fn date(number: i32) -> Expr {
    lit(ScalarValue::Date32(Some(number)))
}

fn hours_passing(test: &DimensionTest) -> Expr {
    let passing = (0..24).filter(|hour| {
        let (id, name) = super::keys::time(Dimension::Hour, *hour);
        passes(test, &id, &name)
    });
    let passing: Vec<Expr> = passing.map(lit).collect();
    if passing.is_empty() { lit(false) } else { col("hour").in_list(passing, false) }
}

/// A period has a few thousand days at most: each is tested by the name people would use.
fn days_passing(dimension: Dimension, test: &DimensionTest, range: DayRange) -> Expr {
    let passing: Vec<Expr> = (days::to_epoch(range.from())..=days::to_epoch(range.to()))
        .filter(|number| {
            let value = match dimension {
                Dimension::Week => days::week(*number),
                Dimension::Month => days::month(*number),
                Dimension::Weekday => days::weekday(*number),
                _ => *number,
            };
            let (id, name) = super::keys::time(dimension, value);
            passes(test, &id, &name)
        })
        .map(date)
        .collect();
    if passing.is_empty() { lit(false) } else { col("date").in_list(passing, false) }
}
