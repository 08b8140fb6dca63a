//! Why a series tells nothing.

use std::fmt;

/// A verdict, not a failure: the figures at hand do not carry an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotTell {
    /// No figure at all.
    Empty,
    /// Fewer usable figures than it takes to know what is usual.
    TooShort {
        /// Usable figures.
        have: usize,
        /// Figures it takes.
        need: usize,
    },
    /// Every figure is the same.
    Constant,
    /// More of the series is missing than known.
    TooManyGaps {
        /// Steps without a figure.
        missing: usize,
        /// Steps in all.
        of: usize,
    },
    /// Steps are not in the order of time, or one comes twice.
    OutOfOrder,
    /// Each value is so nearly the last one that there is no level to leave.
    Wandering,
    /// What should drive the series hardly ever did.
    NoDriver,
}

impl fmt::Display for CannotTell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot tell, because ")?;
        match self {
            Self::Empty => f.write_str("there are no figures"),
            Self::TooShort { have, need } => write!(f, "there are {have} figures and it takes {need}"),
            Self::Constant => f.write_str("every figure is the same"),
            Self::TooManyGaps { missing, of } => write!(f, "{missing} of {of} figures are missing"),
            Self::OutOfOrder => f.write_str("the figures are not in the order of time"),
            Self::Wandering => f.write_str("the series wanders and has no level"),
            Self::NoDriver => f.write_str("hardly anything happened that could have brought a result"),
        }
    }
}
