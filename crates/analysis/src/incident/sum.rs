//! Days of campaigns, added up.

use super::metric::Metric;

/// One campaign's day: what came and what was expected.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    pub(crate) seen: f64,
    pub(crate) expected: f64,
    pub(crate) conversions: f64,
}

/// Sums over campaigns.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sum {
    pub(crate) seen: f64,
    pub(crate) expected: f64,
    pub(crate) conversions: f64,
    pub(crate) count: usize,
}

impl Sum {
    pub(crate) fn add(&mut self, cell: &Cell) {
        self.seen += cell.seen;
        self.expected += cell.expected;
        self.conversions += cell.conversions;
        self.count += 1;
    }

    pub(crate) fn ratio(&self) -> f64 {
        (self.seen / self.expected).clamp(0.0, 1e6)
    }

    pub(crate) fn without(mut self, cell: &Cell) -> Self {
        self.seen -= cell.seen;
        self.expected -= cell.expected;
        self.conversions -= cell.conversions;
        self.count = self.count.saturating_sub(1);
        self
    }
}

/// How far off a day is, on the metric's own scale.
pub(crate) fn off(metric: Metric, sum: &Sum, variance: f64) -> f64 {
    metric.off(sum.seen, sum.expected, metric.events(sum.expected, sum.conversions), variance)
}

/// The variance of a day that the number of events makes.
pub(crate) fn by_number(metric: Metric, expected: f64, conversions: f64) -> f64 {
    metric.events(expected, conversions).map_or(0.0, |events| 1.0 / events)
}
