//! The first rows as they were read, for a person to hold against the file.

use super::{field::Field, grid::Row, limits, number, plan::Plan, tally::Sums};
use serde::Serialize;
use trimtab_domain::Day;

/// A row as it was read. Figures are `None` where the file has no column for them or the cell says nothing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SampleRow {
    /// Its line in the file, from 1.
    pub line: u64,
    /// The day it is stored on, in the account's zone; `None` for a row without figures.
    pub date: Option<Day>,
    /// How many days it covers, ending with `date`.
    pub span_days: i32,
    /// The campaign's name, else its id.
    pub campaign: String,
    /// The ad group's.
    pub ad_group: String,
    /// The ad's.
    pub ad: String,
    /// Spend in micros of the account's currency.
    pub spend_micros: Option<i64>,
    /// Times shown.
    pub impressions: Option<i64>,
    /// Clicks.
    pub clicks: Option<i64>,
    /// Conversions of the chosen action.
    pub conversions: Option<f64>,
    /// Their value in micros.
    pub revenue_micros: Option<i64>,
}

/// Keeps a row while there is room for it.
pub(super) fn keep(kept: &mut Vec<SampleRow>, plan: &Plan<'_>, line: u64, row: Row<'_>, figures: Option<(Day, i32, &Sums)>) {
    if kept.len() >= limits::MAX_SAMPLE_ROWS {
        return;
    }
    let called = |name: Field, id: Field| {
        let text = plan.text(row, name);
        let text = if text.is_empty() { plan.text(row, id) } else { text };
        text.chars().take(limits::MAX_SAMPLE_CHARS).collect()
    };
    let sums = figures.map(|(_, _, sums)| sums);
    kept.push(SampleRow {
        line,
        date: figures.map(|(day, ..)| day),
        span_days: figures.map_or(1, |(_, span, _)| span),
        campaign: called(Field::Campaign, Field::CampaignId),
        ad_group: called(Field::AdGroup, Field::AdGroupId),
        ad: called(Field::Ad, Field::AdId),
        spend_micros: sums.and_then(|sums| number::micros(sums.spend)),
        impressions: sums.filter(|_| plan.header.has(Field::Impressions)).map(|sums| sums.impressions),
        clicks: sums.filter(|_| plan.clicks.is_some()).map(|sums| sums.clicks),
        conversions: sums.and_then(|sums| sums.conversions).map(number::float),
        revenue_micros: sums.and_then(|sums| sums.revenue).and_then(number::micros),
    });
}
