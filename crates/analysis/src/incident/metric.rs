//! The figures that are watched, each as a ratio: what is counted over what it is counted on.

use crate::track::Figures;

/// A watched figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Metric {
    Spend,
    Impressions,
    Ctr,
    Cpm,
    Cvr,
    Aov,
    Roas,
}

impl Metric {
    pub(crate) const ALL: [Self; 7] = [Self::Spend, Self::Impressions, Self::Ctr, Self::Cpm, Self::Cvr, Self::Aov, Self::Roas];
    pub(crate) const COUNT: usize = Self::ALL.len();

    pub(crate) const fn place(self) -> usize {
        self as usize
    }

    /// Its id in the registry of metrics.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Spend => "spend",
            Self::Impressions => "impressions",
            Self::Ctr => "ctr",
            Self::Cpm => "cpm",
            Self::Cvr => "cvr",
            Self::Aov => "aov",
            Self::Roas => "roas",
        }
    }

    pub(crate) const fn over(self, day: &Figures) -> f64 {
        match self {
            Self::Spend | Self::Cpm => day.spend,
            Self::Impressions => day.impressions,
            Self::Ctr => day.clicks,
            Self::Cvr => day.conversions,
            Self::Aov | Self::Roas => day.revenue,
        }
    }

    pub(crate) const fn under(self, day: &Figures) -> f64 {
        match self {
            Self::Spend | Self::Impressions => 1.0,
            Self::Ctr | Self::Cpm => day.impressions,
            Self::Cvr => day.clicks,
            Self::Aov => day.conversions,
            Self::Roas => day.spend,
        }
    }

    /// What over ÷ under is multiplied by to be the figure people read.
    pub(crate) const fn scale(self) -> f64 {
        match self {
            Self::Ctr | Self::Cvr => 100.0,
            Self::Cpm => 1000.0,
            _ => 1.0,
        }
    }

    /// A size that is seen as it is, not as a ratio.
    pub(crate) const fn is_size(self) -> bool {
        matches!(self, Self::Spend | Self::Impressions)
    }

    /// Whether what is counted arrives late: conversions and what they are worth.
    pub(crate) const fn is_late(self) -> bool {
        matches!(self, Self::Cvr | Self::Roas)
    }

    /// How many events what is expected of a day is worth, where its figure scatters by their number; `None` where it does not.
    ///
    /// The worth of orders scatters about as much as their mean, so sums of it scatter like about two thirds of the orders do.
    pub(crate) fn events(self, expected: f64, conversions: f64) -> Option<f64> {
        match self {
            Self::Spend | Self::Impressions | Self::Cpm => None,
            Self::Ctr | Self::Cvr => Some(expected.max(0.5)),
            Self::Aov => Some(2.0 * conversions.max(0.25)),
            Self::Roas => Some(conversions.max(0.75) / 1.5),
        }
    }

    /// By how much a day is off, on a scale where what scatters it is even either way.
    ///
    /// What days hand each other scatters by factors: the scale is the logarithm of seen/expected. What numbers make scatters like a
    /// Poisson variable: the scale is the signed root of its deviance, √(2·(n·ln(n/m) − (n − m))/m), which near none is the same and keeps
    /// small counts from looking rare. Of a day with both, of variances v and 1/m, it is the mean weighed by them.
    pub(crate) fn off(self, seen: f64, expected: f64, events: Option<f64>, variance: f64) -> f64 {
        let ratio = (seen.max(0.0) / expected).min(1e6);
        let half = events.map_or(NEXT_TO_NOTHING, |events| 0.5 / events);
        let log = ((ratio + half) / (1.0 + half)).ln().clamp(-OFF_MAX, OFF_MAX);
        let Some(events) = events else { return log };
        let logs = if ratio > 0.0 { ratio * ratio.ln() } else { 0.0 };
        let root = (2.0 * (logs - (ratio - 1.0)).max(0.0)).sqrt().min(OFF_MAX);
        let root = if ratio < 1.0 { -root } else { root };
        let by_number = 1.0 / (1.0 + variance * events);
        by_number * root + (1.0 - by_number) * log
    }
}

/// To nothing at all is no infinity.
const NEXT_TO_NOTHING: f64 = 1e-3;
/// No move counts as larger than this.
const OFF_MAX: f64 = 4.0;
