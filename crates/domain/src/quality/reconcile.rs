//! Our sum of an account's day against what its source says of the day as a whole.

use super::{DaySummary, Evidence};
use crate::Day;

/// A figure both sides have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Figure {
    /// Spend, in micros.
    Spend,
    /// Times shown.
    Impressions,
    /// Visits.
    Sessions,
    /// Orders that stand.
    Orders,
    /// Revenue, in micros.
    Revenue,
    /// Messages received.
    Recipients,
}

/// How the two sides compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// They agree.
    Equal,
    /// They differ, on a day that may still change: the two were not read at the same moment.
    Provisional,
    /// They differ although the day is final.
    Mismatched,
}

/// One figure of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The day.
    pub day: Day,
    /// Which figure.
    pub figure: Figure,
    /// Our sum.
    pub ours: i64,
    /// The source's own.
    pub theirs: i64,
    /// How they compare.
    pub verdict: Verdict,
}

/// Amounts that differ by less than a cent are equal: sources round rows and totals each on its own.
const CENT_MICROS: u64 = 10_000;

impl Figure {
    /// The name in tables and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Spend => "spend",
            Self::Impressions => "impressions",
            Self::Sessions => "sessions",
            Self::Orders => "orders",
            Self::Revenue => "revenue",
            Self::Recipients => "recipients",
        }
    }

    /// Whether it is an amount in micros.
    #[must_use]
    pub const fn is_money(self) -> bool {
        matches!(self, Self::Spend | Self::Revenue)
    }
}

impl Verdict {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Provisional => "provisional",
            Self::Mismatched => "mismatched",
        }
    }
}

/// Every figure that both sides have of a day.
fn lines(day: Day, summary: &DaySummary, settled: bool) -> Vec<Line> {
    let Some(theirs) = summary.theirs else { return Vec::new() };
    let ours = summary.ours;
    let both = [
        (Figure::Spend, ours.spend_micros, theirs.spend_micros),
        (Figure::Impressions, ours.impressions, theirs.impressions),
        (Figure::Sessions, ours.sessions, theirs.sessions),
        (Figure::Orders, ours.orders, theirs.orders),
        (Figure::Revenue, ours.revenue_micros, theirs.revenue_micros),
        (Figure::Recipients, ours.recipients, theirs.recipients),
    ];
    let line = |(figure, ours, theirs): (Figure, Option<i64>, Option<i64>)| {
        // A day without rows sums up to nothing.
        let (ours, theirs) = (ours.unwrap_or_default(), theirs?);
        let apart = ours.abs_diff(theirs);
        let equal = if figure.is_money() { apart < CENT_MICROS } else { apart == 0 };
        let verdict = match (equal, settled) {
            (true, _) => Verdict::Equal,
            (false, true) => Verdict::Mismatched,
            (false, false) => Verdict::Provisional,
        };
        Some(Line { day, figure, ours, theirs, verdict })
    };
    both.into_iter().filter_map(line).collect()
}

/// Every figure that both sides have, oldest day first.
#[must_use]
pub fn reconcile(evidence: &Evidence) -> Vec<Line> {
    evidence.days.iter().flat_map(|(day, summary)| lines(*day, summary, evidence.is_settled(*day))).collect()
}
