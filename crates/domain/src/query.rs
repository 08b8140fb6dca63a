//! The metric query: metrics × dimensions × filters × period × comparison. Behind every number of the product stands one of these.
//!
//! Totals are ratios of sums over everything the query covers, not sums of the rows shown. A ratio whose denominator is zero has no
//! value. Text forms (`--by`, `--where`, `--compare`, `--sort`) are read by [`filter`] and the `FromStr` impls.

use crate::{
    Currency, Day, DayRange, Timestamp,
    entity::EntityKind,
    fact::Breakdown,
    metric::{Definition, Direction, FactTable, Metric, Registry, Unit, UnknownMetric, closest},
};
use std::{fmt, str::FromStr};

pub mod filter;
pub use filter::{Comparison, DimensionTest, Filter};

/// What rows are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    /// The day, in the account's zone.
    Date,
    /// The ISO week, shown as its Monday.
    Week,
    /// The calendar month, shown as its first day.
    Month,
    /// Monday to Sunday, as 1 to 7.
    Weekday,
    /// The ad platform.
    Platform,
    /// The ad account.
    Account,
    /// The campaign.
    Campaign,
    /// The ad group (Meta: ad set).
    AdGroup,
    /// The ad.
    Ad,
    /// Country of the person.
    Country,
    /// Device of the person.
    Device,
    /// Age band of the person.
    Age,
    /// Gender of the person.
    Gender,
    /// Where the ad was shown.
    Placement,
    /// The campaign's objective as it is now.
    Objective,
    /// The campaign's effective status as it is now.
    Status,
    /// The platform's action type (conversion facts only).
    ActionType,
    /// The attribution window (conversion facts only).
    Window,
}

impl Dimension {
    /// Every dimension.
    pub const ALL: [Self; 18] = [
        Self::Date,
        Self::Week,
        Self::Month,
        Self::Weekday,
        Self::Platform,
        Self::Account,
        Self::Campaign,
        Self::AdGroup,
        Self::Ad,
        Self::Country,
        Self::Device,
        Self::Age,
        Self::Gender,
        Self::Placement,
        Self::Objective,
        Self::Status,
        Self::ActionType,
        Self::Window,
    ];

    /// The name in queries and results.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Week => "week",
            Self::Month => "month",
            Self::Weekday => "weekday",
            Self::Platform => "platform",
            Self::Account => "account",
            Self::Campaign => "campaign",
            Self::AdGroup => "ad_group",
            Self::Ad => "ad",
            Self::Country => "country",
            Self::Device => "device",
            Self::Age => "age",
            Self::Gender => "gender",
            Self::Placement => "placement",
            Self::Objective => "objective",
            Self::Status => "status",
            Self::ActionType => "action_type",
            Self::Window => "window",
        }
    }

    /// The breakdown a dimension needs, if any.
    #[must_use]
    pub const fn breakdown(self) -> Option<Breakdown> {
        match self {
            Self::Country => Some(Breakdown::Country),
            Self::Device => Some(Breakdown::Device),
            Self::Age | Self::Gender => Some(Breakdown::AgeGender),
            Self::Placement => Some(Breakdown::Placement),
            _ => None,
        }
    }

    /// The kind of entity a dimension's values are, if they are entities with a name of their own.
    #[must_use]
    pub const fn entity(self) -> Option<EntityKind> {
        match self {
            Self::Account => Some(EntityKind::Account),
            Self::Campaign => Some(EntityKind::Campaign),
            Self::AdGroup => Some(EntityKind::AdGroup),
            Self::Ad => Some(EntityKind::Ad),
            _ => None,
        }
    }

    /// Whether rows of one value differ between a period and its comparison (so rows cannot be matched by it).
    #[must_use]
    pub const fn is_time(self) -> bool {
        matches!(self, Self::Date | Self::Week | Self::Month)
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Dimension {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, QueryError> {
        Self::ALL.into_iter().find(|d| d.as_str() == text).ok_or_else(|| QueryError::UnknownDimension {
            given: text.to_owned(),
            hint: closest(text, Self::ALL.iter().map(|d| d.as_str())),
        })
    }
}

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

/// What rows are ordered by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sort {
    /// A metric or dimension of the query.
    pub by: String,
    /// Largest first.
    pub descending: bool,
}

impl From<&str> for Sort {
    /// Reads `spend` or, for largest first, `-spend`.
    fn from(text: &str) -> Self {
        match text.strip_prefix('-') {
            Some(by) => Self { by: by.to_owned(), descending: true },
            None => Self { by: text.to_owned(), descending: false },
        }
    }
}

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
    plan: Plan,
}

/// Which fact table answers a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Plan {
    /// `ad_daily`.
    Ads,
    /// `breakdown_daily`, one breakdown of it.
    Breakdown(Breakdown),
    /// `conversion_daily`.
    Conversions,
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
    /// Metrics of two tables without a shared grain.
    #[error("{0} and {1} come from different tables; ask for them in two queries")]
    TwoTables(String, String),
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
        let plan = plan(registry, &named, &filtered, &touched)?;
        if let Some(sort) = &sort
            && !metrics.contains(&sort.by)
            && !dimensions.iter().any(|d| d.as_str() == sort.by)
        {
            return Err(QueryError::BadSort(sort.by.clone()));
        }
        Ok(Self { metrics, dimensions, filters, period, compare, sort, limit, currency, plan })
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
            let time = self.dimensions.iter().find(|d| d.is_time() || **d == Dimension::Weekday);
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

    /// Which fact table answers it.
    #[must_use]
    pub const fn plan(&self) -> Plan {
        self.plan
    }
}

fn first_twice<'a>(mut names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut seen = std::collections::HashSet::new();
    names.find(|name| !seen.insert(*name))
}

fn plan(registry: &Registry, named: &[&Metric], filtered: &[&Metric], touched: &[Dimension]) -> Result<Plan, QueryError> {
    let mut first: Option<(&Metric, FactTable)> = None;
    for metric in named.iter().chain(filtered) {
        for base in registry.bases(metric) {
            let Definition::Column { table, .. } = &base.definition else {
                continue;
            };
            match first {
                Some((other, seen)) if seen != *table => return Err(QueryError::TwoTables(other.id.clone(), metric.id.clone())),
                Some(_) => {}
                None => first = Some((metric, *table)),
            }
        }
    }
    let (metric, table) = first.ok_or(QueryError::NoMetrics)?;
    let lacks = |dimension, reason| QueryError::Lacks { metric: metric.id.clone(), dimension, reason };
    let mut splitting: Option<(Dimension, Breakdown)> = None;
    for dimension in touched {
        let Some(breakdown) = dimension.breakdown() else { continue };
        match splitting {
            Some((other, seen)) if seen != breakdown => return Err(QueryError::Incompatible(other, *dimension)),
            _ => splitting = Some((*dimension, breakdown)),
        }
    }
    let by_action = touched.iter().find(|d| matches!(d, Dimension::ActionType | Dimension::Window));
    match (table, splitting, by_action) {
        (FactTable::ConversionDaily, Some((dimension, _)), _) => {
            Err(lacks(dimension, "conversions by action type are not split by person or placement"))
        }
        (FactTable::ConversionDaily, None, _) => Ok(Plan::Conversions),
        (FactTable::Performance, _, Some(dimension)) => {
            Err(lacks(*dimension, "only action_count and action_value are kept by action type and window"))
        }
        (FactTable::Performance, Some((_, breakdown)), None) => Ok(Plan::Breakdown(breakdown)),
        (FactTable::Performance, None, None) => Ok(Plan::Ads),
    }
}

/// One figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell {
    /// Not reported, not additive here, or a ratio without a denominator.
    None,
    /// A whole number.
    Count(i64),
    /// Micros of the result's currency.
    Money(i64),
    /// Anything else.
    Number(f64),
}

/// One value of a dimension.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// What identifies it: the platform's id, the date, the country code …
    pub id: String,
    /// What people call it; equal to `id` where there is no name of its own.
    pub name: String,
}

/// One row of a result.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// One per dimension.
    pub keys: Vec<Key>,
    /// One per metric.
    pub cells: Vec<Cell>,
    /// The comparison period's figures, one per metric, if asked for. Time dimensions are matched by position in the period.
    pub compared: Option<Vec<Cell>>,
}

/// One metric column of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricColumn {
    /// Metric id.
    pub id: String,
    /// The name people see.
    pub name: String,
    /// What its numbers are.
    pub unit: Unit,
    /// Which way is good.
    pub direction: Direction,
}

/// The answer to a query, with everything needed to trust it.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryResult {
    /// The dimensions, in key order.
    pub dimensions: Vec<Dimension>,
    /// The metrics, in cell order.
    pub metrics: Vec<MetricColumn>,
    /// The rows, sorted, at most `limit`.
    pub rows: Vec<Row>,
    /// Whether rows were cut off by the limit.
    pub truncated: bool,
    /// Over everything the query covers, cut-off rows included.
    pub totals: Vec<Cell>,
    /// The comparison period's totals.
    pub compared_totals: Option<Vec<Cell>>,
    /// The days asked about.
    pub period: DayRange,
    /// The days compared with.
    pub compared_period: Option<DayRange>,
    /// Currency of every money cell; `None` when the tenant has no accounts yet.
    pub currency: Option<Currency>,
    /// Zones the covered accounts cut their days in.
    pub zones: Vec<String>,
    /// The oldest of the covered accounts' last reads.
    pub freshness: Option<Timestamp>,
    /// From this day on figures may still change.
    pub provisional_from: Option<Day>,
    /// Hash of the query and of the table versions it read: equal hashes mean equal numbers.
    pub source_hash: String,
    /// Remarks a reader must know (figures that are not additive, rows that cover a period, …).
    pub notes: Vec<String>,
}

#[cfg(test)]
mod tests;
