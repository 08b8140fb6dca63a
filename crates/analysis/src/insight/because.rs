//! Why nothing can be said of an insight.

use compact_str::CompactString;
use std::fmt;

/// A verdict, not a failure: the figures at hand do not carry an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum CannotTell {
    /// There is no object of the kind it is said of.
    NoObjects,
    /// No figure of a metric.
    NoFigures(CompactString),
    /// A metric without a value there: nothing to divide by, or something it is computed with is not known.
    NoValue(CompactString),
    /// Nobody has set a target.
    NoTarget(CompactString),
    /// Less of a metric than it takes.
    TooLittle {
        /// Which metric.
        metric: CompactString,
        /// How much there is.
        have: f64,
        /// How much it takes.
        need: f64,
    },
    /// Fewer days than it looks at.
    TooShort {
        /// Days there are.
        have: usize,
        /// Days it takes.
        need: usize,
    },
    /// Too many days of a metric are missing.
    Gaps {
        /// Which metric.
        metric: CompactString,
        /// Days with a figure.
        have: usize,
        /// Days in all.
        of: usize,
    },
    /// A change from nothing, or from less than nothing, is no percentage.
    NothingBefore(CompactString),
}

impl fmt::Display for CannotTell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot tell, because ")?;
        match self {
            Self::NoObjects => f.write_str("there is nothing it could be said of"),
            Self::NoFigures(metric) => write!(f, "there are no figures of {metric}"),
            Self::NoValue(metric) => write!(f, "{metric} has no value there"),
            Self::NoTarget(metric) => write!(f, "there is no target for {metric}"),
            Self::TooLittle { metric, have, need } => write!(f, "there are {have:.0} {metric} and it takes {need:.0}"),
            Self::TooShort { have, need } => write!(f, "there are {have} days and it takes {need}"),
            Self::Gaps { metric, have, of } => write!(f, "{metric} is known of {have} of {of} days"),
            Self::NothingBefore(metric) => write!(f, "{metric} was zero or below in the days before"),
        }
    }
}
