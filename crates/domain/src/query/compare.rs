//! The period a query is compared with.

use super::QueryError;
use crate::DayRange;
use std::str::FromStr;

/// The period a query is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compare {
    /// The equally long period just before.
    Previous,
    /// The same days a year earlier.
    Year,
    /// Days of the caller's choice.
    Range(DayRange),
}

impl Compare {
    /// The days compared with.
    #[must_use]
    pub fn range(self, period: DayRange) -> DayRange {
        match self {
            Self::Previous => period.previous(),
            Self::Year => period.year_before(),
            Self::Range(range) => range,
        }
    }
}

impl FromStr for Compare {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, QueryError> {
        match text {
            "previous" => Ok(Self::Previous),
            "year" => Ok(Self::Year),
            _ => text.parse().map(Self::Range).map_err(|_| QueryError::BadCompare(text.to_owned())),
        }
    }
}
