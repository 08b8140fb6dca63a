//! The metric query: metrics × dimensions × filters × period × comparison. Behind every number of the product stands one of these.
//!
//! Metrics may come from several fact tables; these are joined on the dimensions asked for, which must mean the same in each.
//!
//! Totals are ratios of sums over everything the query covers, not sums of the rows shown. A ratio whose denominator is zero has no
//! value. Text forms (`--by`, `--where`, `--compare`, `--sort`) are read by [`filter`] and the `FromStr` impls.

mod compare;
mod dimension;
mod error;
pub mod filter;
mod plan;
mod result;
mod sort;

pub use compare::Compare;
pub use dimension::Dimension;
pub use error::QueryError;
pub use filter::{Comparison, DimensionTest, Filter};
pub use plan::{Part, Plan, Rows};
pub use result::{Cell, Key, MetricColumn, QueryResult, RatesUsed, Row};
pub use sort::Sort;

use crate::{
    Currency, DayRange,
    metric::{Constant, Constants, Metric, Registry},
};

/// A checked query: the metrics exist, the dimensions go together, the order names something in it.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricQuery {
    metrics: Vec<String>,
    dimensions: Vec<Dimension>,
    filters: Vec<Filter>,
    period: DayRange,
    compare: Option<Compare>,
    sort: Option<Sort>,
    limit: Option<u32>,
    currency: Option<Currency>,
    constants: Constants,
    plan: Plan,
}

/// The parts of a query as a caller gives them.
#[derive(Debug, Clone, Default)]
pub struct QueryParts {
    /// Metric ids, at least one.
    pub metrics: Vec<String>,
    /// Dimensions to group by, possibly none.
    pub dimensions: Vec<Dimension>,
    /// All must hold.
    pub filters: Vec<Filter>,
    /// Compare with another period.
    pub compare: Option<Compare>,
    /// Order; default: time ascending, else first metric descending.
    pub sort: Option<Sort>,
    /// At most this many rows (totals cover all).
    pub limit: Option<u32>,
    /// Currency of the result; default: the accounts' own if they share one.
    pub currency: Option<Currency>,
}

/// The most rows one query returns.
pub const MOST_ROWS: u32 = 100_000;

impl MetricQuery {
    /// Checks the parts against the registry and each other.
    ///
    /// # Errors
    /// Says which part is wrong and what would be right.
    pub fn new(period: DayRange, parts: QueryParts) -> Result<Self, QueryError> {
        let registry = Registry::builtin();
        let QueryParts { metrics, dimensions, filters, compare, sort, limit, currency } = parts;
        if metrics.is_empty() {
            return Err(QueryError::NoMetrics);
        }
        if let Some(twice) = first_twice(metrics.iter().map(String::as_str)) {
            return Err(QueryError::Twice(twice.to_owned()));
        }
        if let Some(twice) = first_twice(dimensions.iter().map(|d| d.as_str())) {
            return Err(QueryError::Twice(twice.to_owned()));
        }
        if let Some(given) = limit.filter(|l| *l > MOST_ROWS) {
            return Err(QueryError::LimitTooHigh { given, most: MOST_ROWS });
        }
        let named = metrics.iter().map(|id| registry.get(id)).collect::<Result<Vec<_>, _>>()?;
        let filtered = filters
            .iter()
            .filter_map(|f| match f {
                Filter::Metric { metric, .. } => Some(registry.get(metric)),
                Filter::Dimension { .. } => None,
            })
            .collect::<Result<Vec<_>, _>>()?;
        let touched: Vec<Dimension> = dimensions
            .iter()
            .copied()
            .chain(filters.iter().filter_map(|f| match f {
                Filter::Dimension { dimension, .. } => Some(*dimension),
                Filter::Metric { .. } => None,
            }))
            .collect();
        let plan = plan::plan(registry, &named, &filtered, &touched)?;
        if let Some(sort) = &sort
            && !metrics.contains(&sort.by)
            && !dimensions.iter().any(|d| d.as_str() == sort.by)
        {
            return Err(QueryError::BadSort(sort.by.clone()));
        }
        Ok(Self { metrics, dimensions, filters, period, compare, sort, limit, currency, constants: Constants::default(), plan })
    }

    /// The same for a client whose constants these are; only those its metrics need are kept, so that others change nothing.
    #[must_use]
    pub fn with_constants(mut self, constants: &Constants) -> Self {
        let needed = self.needs();
        let known = |id: &str| needed.iter().any(|constant| constant.id == id);
        self.constants = constants.only(known);
        self
    }

    /// The client's constants that are known and needed.
    #[must_use]
    pub const fn constants(&self) -> &Constants {
        &self.constants
    }

    /// The constants without which some of its metrics, or those of its filters, have no value.
    #[must_use]
    pub fn needs(&self) -> Vec<&'static Constant> {
        let registry = Registry::builtin();
        let filtered = self.filters.iter().filter_map(|filter| match filter {
            Filter::Metric { metric, .. } => registry.get(metric).ok(),
            Filter::Dimension { .. } => None,
        });
        let mut needs: Vec<&Constant> = Vec::new();
        for constant in self.definitions().into_iter().chain(filtered).flat_map(|metric| registry.needs(metric)) {
            if !needs.iter().any(|known| known.id == constant.id) {
                needs.push(constant);
            }
        }
        needs
    }

    /// Metric ids in the order asked.
    #[must_use]
    pub fn metrics(&self) -> &[String] {
        &self.metrics
    }

    /// The metrics' definitions in the order asked.
    #[must_use]
    pub fn definitions(&self) -> Vec<&'static Metric> {
        self.metrics.iter().filter_map(|id| Registry::builtin().get(id).ok()).collect()
    }

    /// What rows are grouped by.
    #[must_use]
    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// What must hold.
    #[must_use]
    pub fn filters(&self) -> &[Filter] {
        &self.filters
    }

    /// The days asked about.
    #[must_use]
    pub const fn period(&self) -> DayRange {
        self.period
    }

    /// The comparison asked for.
    #[must_use]
    pub const fn compare(&self) -> Option<Compare> {
        self.compare
    }

    /// The order: as asked, else by time, else by the first metric, largest first.
    #[must_use]
    pub fn sort(&self) -> Sort {
        self.sort.clone().unwrap_or_else(|| {
            let time = self.dimensions.iter().find(|d| d.is_time() || d.is_cycle());
            time.map_or_else(
                || Sort { by: self.metrics[0].clone(), descending: true },
                |d| Sort { by: d.as_str().to_owned(), descending: false },
            )
        })
    }

    /// Most rows wanted.
    #[must_use]
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(MOST_ROWS)
    }

    /// The currency wanted, if the caller cares.
    #[must_use]
    pub const fn currency(&self) -> Option<Currency> {
        self.currency
    }

    /// Which fact tables answer it.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }
}

fn first_twice<'a>(mut names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut seen = std::collections::HashSet::new();
    names.find(|name| !seen.insert(*name))
}

#[cfg(test)]
mod tests;
