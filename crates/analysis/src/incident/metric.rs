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

    /// How much a day's figure scatters by chance alone, as a variance of its logarithm, where so much is expected of it.
    ///
    /// Counts scatter like counts. The worth of orders scatters about as much as their mean, so sums of it scatter like counts do twice.
    pub(crate) fn chance(self, expected: f64, conversions: f64) -> f64 {
        match self {
            Self::Spend | Self::Impressions | Self::Cpm => 0.0,
            Self::Ctr | Self::Cvr => 1.0 / expected.max(0.5),
            Self::Aov => 0.5 / conversions.max(0.5),
            Self::Roas => 1.5 / conversions.max(0.5),
        }
    }
}
