//! Figures of one row, and their sums as found in the original.

use super::Grain;
use crate::scalar::Fine;

/// The figures of one row, exact.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Figures {
    pub(super) impressions: i64,
    pub(super) clicks: i64,
    pub(super) link_clicks: Option<i64>,
    pub(super) spend: Fine,
    pub(super) reach: Option<i64>,
    pub(super) conversions: Option<Fine>,
    pub(super) revenue: Option<Fine>,
}

/// Both together, where at least one is told.
pub(super) fn both<T: Copy>(a: Option<T>, b: Option<T>, add: impl Fn(T, T) -> T) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(add(a, b)),
        (a, b) => a.or(b),
    }
}

impl Figures {
    /// Adds a row for the same place and day.
    pub(super) fn add(&mut self, other: &Self) {
        self.impressions = self.impressions.saturating_add(other.impressions);
        self.clicks = self.clicks.saturating_add(other.clicks);
        self.link_clicks = both(self.link_clicks, other.link_clicks, i64::saturating_add);
        self.spend = self.spend + other.spend;
        // People reached by two rows may be the same people.
        self.reach = None;
        self.conversions = both(self.conversions, other.conversions, |a, b| a + b);
        self.revenue = both(self.revenue, other.revenue, |a, b| a + b);
    }
}

/// Sums over rows of the original.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sums {
    /// Rows.
    pub rows: u64,
    /// Times shown.
    pub impressions: i64,
    /// Clicks.
    pub clicks: i64,
    /// Spend in micros of the account's currency, rounded once over all rows.
    pub spend_micros: i64,
    /// Conversions; `None` where the original does not tell them.
    pub conversions: Option<f64>,
    /// Their value in micros; `None` where the original does not tell it.
    pub revenue_micros: Option<i64>,
}

/// What the original holds at one grain, added up from its cells and not from the facts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counted {
    /// The grain.
    pub grain: Grain,
    /// Everything readable.
    pub found: Sums,
    /// What of it became facts: the facts of this grain add up to the same.
    pub taken: Sums,
}

/// Sums while they are being added up.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Adding {
    rows: u64,
    figures: Figures,
}

impl Adding {
    pub(super) fn row(&mut self, figures: &Figures) {
        self.rows = self.rows.saturating_add(1);
        self.figures.add(figures);
    }

    /// Conversions that stand apart from their rows.
    pub(super) fn conversions(&mut self, count: Option<Fine>, value: Option<Fine>) {
        self.figures.conversions = both(self.figures.conversions, count, |a, b| a + b);
        self.figures.revenue = both(self.figures.revenue, value, |a, b| a + b);
    }

    pub(super) fn sums(&self) -> Sums {
        let figures = &self.figures;
        Sums {
            rows: self.rows,
            impressions: figures.impressions,
            clicks: figures.clicks,
            spend_micros: figures.spend.micros(),
            conversions: figures.conversions.map(number),
            revenue_micros: figures.revenue.map(Fine::micros),
        }
    }
}

/// As a floating number, for conversions, which platforms share out in fractions of at most six digits.
#[expect(clippy::cast_precision_loss, reason = "conversions are far below 2^53 millionths")]
pub(super) fn number(fine: Fine) -> f64 {
    fine.micros() as f64 / 1e6
}
