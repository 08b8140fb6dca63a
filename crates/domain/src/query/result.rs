//! The answer to a query: rows, totals and everything needed to trust them.

use super::Dimension;
use crate::{
    Currency, Day, DayRange, Timestamp,
    metric::{Direction, Unit},
};

/// One figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell {
    /// Not reported, not additive here, or a ratio without a denominator.
    None,
    /// A whole number.
    Count(i64),
    /// Micros of the result's currency.
    Money(i64),
    /// Anything else.
    Number(f64),
}

impl Cell {
    /// The figure as a number, money in whole units; for comparing and drawing, never for adding up.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "sums stay whole numbers; this is for ratios and comparisons")]
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::None => None,
            Self::Count(count) => Some(*count as f64),
            Self::Money(micros) => Some(*micros as f64 / 1_000_000.0),
            Self::Number(number) => Some(*number),
        }
    }
}

/// One value of a dimension.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// What identifies it: the platform's id, the date, the country code …
    pub id: String,
    /// What people call it; equal to `id` where there is no name of its own.
    pub name: String,
}

/// One row of a result.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// One per dimension.
    pub keys: Vec<Key>,
    /// One per metric.
    pub cells: Vec<Cell>,
    /// The comparison period's figures, one per metric, if asked for. Time dimensions are matched by position in the period.
    pub compared: Option<Vec<Cell>>,
}

/// One metric column of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricColumn {
    /// Metric id.
    pub id: String,
    /// The name people see.
    pub name: String,
    /// What its numbers are.
    pub unit: Unit,
    /// Which way is good.
    pub direction: Direction,
    /// Whether some rows do not report what it is computed from; a note names their accounts.
    pub partial: bool,
}

/// The exchange rates that went into a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatesUsed {
    /// The currency everything is shown in.
    pub to: Currency,
    /// The currencies that were converted.
    pub from: Vec<Currency>,
    /// The oldest day a rate used is of.
    pub first: Day,
    /// The newest day a rate used is of.
    pub last: Day,
    /// Days of facts that had no rate of their own, so that the last before them was used.
    pub carried_days: u32,
}

/// The answer to a query, with everything needed to trust it.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryResult {
    /// The dimensions, in key order.
    pub dimensions: Vec<Dimension>,
    /// The metrics, in cell order.
    pub metrics: Vec<MetricColumn>,
    /// The rows, sorted, at most `limit`.
    pub rows: Vec<Row>,
    /// Whether rows were cut off by the limit.
    pub truncated: bool,
    /// Over everything the query covers, cut-off rows included.
    pub totals: Vec<Cell>,
    /// The comparison period's totals.
    pub compared_totals: Option<Vec<Cell>>,
    /// The days asked about.
    pub period: DayRange,
    /// The days compared with.
    pub compared_period: Option<DayRange>,
    /// Currency of every money cell; `None` when the tenant has no accounts yet.
    pub currency: Option<Currency>,
    /// The rates amounts were converted by; `None` when nothing had to be.
    pub rates: Option<RatesUsed>,
    /// Zones the covered accounts cut their days in.
    pub zones: Vec<String>,
    /// The oldest of the covered accounts' last reads.
    pub freshness: Option<Timestamp>,
    /// From this day on figures may still change.
    pub provisional_from: Option<Day>,
    /// Hash of the query and of the table versions it read: equal hashes mean equal numbers.
    pub source_hash: String,
    /// Remarks a reader must know (figures that are not additive, rows that cover a period, …).
    pub notes: Vec<String>,
}
