//! Why a query cannot be asked: which part is wrong and what would be right.

use super::Dimension;
use crate::metric::UnknownMetric;

/// Why a query cannot be asked.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum QueryError {
    /// No metric named.
    #[error("name at least one metric, for example spend")]
    NoMetrics,
    /// Named twice.
    #[error("'{0}' is asked for twice")]
    Twice(String),
    /// See [`UnknownMetric`].
    #[error(transparent)]
    UnknownMetric(#[from] UnknownMetric),
    /// No dimension of this name.
    #[error("'{given}' is not a dimension{}", hint.map(|h| format!(": did you mean {h}?")).unwrap_or_default())]
    UnknownDimension {
        /// What was asked.
        given: String,
        /// What was probably meant.
        hint: Option<&'static str>,
    },
    /// Neither `previous`, `year` nor a range.
    #[error("'{0}' is not a comparison: use previous, year or YYYY-MM-DD..YYYY-MM-DD")]
    BadCompare(String),
    /// Two ways of splitting that platforms do not report together.
    #[error("{0} and {1} cannot be combined: platforms report them separately; ask for one at a time")]
    Incompatible(Dimension, Dimension),
    /// A dimension the metric's table lacks.
    #[error("{metric} has no {dimension}: {reason}")]
    Lacks {
        /// The metric.
        metric: String,
        /// The dimension.
        dimension: Dimension,
        /// Why.
        reason: &'static str,
    },
    /// Hours are kept by campaign.
    #[error("hours are kept by campaign: ask without {0}, or by day")]
    HoursByCampaign(Dimension),
    /// A dimension that means something else in the table of each of two metrics.
    #[error(
        "{first} and {second} cannot be asked by {dimension} together: it means something else for each; ask for them in two queries"
    )]
    NotShared {
        /// One metric.
        first: String,
        /// The other.
        second: String,
        /// The dimension.
        dimension: Dimension,
    },
    /// The order names nothing in the query.
    #[error("cannot sort by '{0}': it is neither a metric nor a dimension of this query")]
    BadSort(String),
    /// Not readable as a filter.
    #[error("filter '{text}' is wrong: {why}; write for example: campaign = \"Spring\" and spend > 100")]
    BadFilter {
        /// The condition at fault.
        text: String,
        /// What is wrong with it.
        why: String,
    },
    /// Beyond the most rows a query may return.
    #[error("limit {given} is too high: at most {most} rows")]
    LimitTooHigh {
        /// What was asked.
        given: u32,
        /// What is possible.
        most: u32,
    },
}
