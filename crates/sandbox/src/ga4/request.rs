//! What a report is asked for. Whole numbers of 64 bits come as numbers or as text, and a field that the method does not have is refused.

mod filter;
mod order;
mod range;

pub(crate) use filter::Filter;
pub(crate) use order::{By, Order};
pub(crate) use range::Range;

use super::{
    error::ApiError,
    field::{self, Dimension, Metric},
    property::Property,
};
use crate::limits;
use serde_json::{Map, Value};
use trimtab_domain::Currency;

/// Fields of a request for a report, those that are not served here in the second row.
const FIELDS: [&str; 13] = [
    "property",
    "dimensions",
    "metrics",
    "dateRanges",
    "dimensionFilter",
    "metricFilter",
    "offset",
    "limit",
    "metricAggregations",
    "orderBys",
    "currencyCode",
    "keepEmptyRows",
    "returnPropertyQuota",
];
const NOT_SERVED: [&str; 2] = ["cohortSpec", "comparisons"];

/// How rows are summed up beside themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aggregation {
    Total,
    Minimum,
    Maximum,
    Count,
}

/// A question.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) dimensions: Vec<Dimension>,
    /// Metrics by the names they were asked by.
    pub(crate) metrics: Vec<(String, Metric)>,
    pub(crate) ranges: Vec<Range>,
    pub(crate) filter: Option<Filter<Dimension>>,
    pub(crate) metric_filter: Option<Filter<Metric>>,
    pub(crate) orders: Vec<Order>,
    pub(crate) aggregations: Vec<Aggregation>,
    pub(crate) currency: Currency,
    pub(crate) keep_empty: bool,
    pub(crate) offset: usize,
    pub(crate) limit: usize,
    pub(crate) tells_quota: bool,
}

impl Query {
    /// Reads a request on a property on whose calendar it is `today`.
    pub(crate) fn read(body: &Value, of: &Property, today: i32) -> Result<Self, ApiError> {
        let fields = object(body, "request")?;
        for name in fields.keys() {
            if NOT_SERVED.contains(&name.as_str()) {
                return Err(ApiError::invalid(format_args!("{name} is not served by this sandbox: leave it out.")));
            }
            if !FIELDS.contains(&name.as_str()) {
                return Err(ApiError::unknown_name(name));
            }
        }
        let dimensions = read_dimensions(body)?;
        let metrics = read_metrics(body)?;
        if dimensions.is_empty() && metrics.is_empty() {
            return Err(ApiError::invalid("At least one dimension or metric is required."));
        }
        let filter = body.get("dimensionFilter").map(|f| Filter::read(f, "dimension_filter", Dimension::parse)).transpose()?;
        let of_metrics: Vec<Metric> = metrics.iter().map(|m| m.1).collect();
        let mut all = dimensions.clone();
        all.extend(filter.iter().flat_map(Filter::fields));
        field::check(&all, &of_metrics)?;
        let metric_filter = body.get("metricFilter").map(|f| Filter::read(f, "metric_filter", Metric::parse)).transpose()?;
        if metric_filter.iter().flat_map(Filter::fields).any(|m| !of_metrics.contains(&m)) {
            return Err(ApiError::invalid("A metric in the metric filter must also be in the request's metrics."));
        }
        let orders = list(body, "orderBys")?.iter().map(|o| Order::read(o, &dimensions, &metrics)).collect::<Result<_, _>>()?;
        let currency = match body.get("currencyCode").and_then(Value::as_str).filter(|code| !code.is_empty()) {
            None => of.currency,
            Some(code) => {
                code.parse().map_err(|_| ApiError::invalid(format_args!("'{code}' is not a currency code (ISO 4217).")))?
            }
        };
        let limit = whole(body, "limit")?.unwrap_or(limits::GA4_ROWS_DEFAULT);
        if limit == 0 {
            return Err(ApiError::invalid("limit must be positive."));
        }
        Ok(Self {
            ranges: range::read(list(body, "dateRanges")?, today)?,
            dimensions,
            metrics,
            filter,
            metric_filter,
            orders,
            aggregations: list(body, "metricAggregations")?.iter().map(aggregation).collect::<Result<_, _>>()?,
            currency,
            keep_empty: flag(body, "keepEmptyRows")?,
            offset: whole(body, "offset")?.unwrap_or(0),
            limit: limit.min(limits::GA4_ROWS_MAX),
            tells_quota: flag(body, "returnPropertyQuota")?,
        })
    }

    /// Every dimension that decides what rows show, those of filters included.
    pub(crate) fn needed(&self) -> Vec<Dimension> {
        let mut all = self.dimensions.clone();
        all.extend(self.filter.iter().flat_map(Filter::fields));
        all
    }

    /// Whether rows tell ranges of dates apart.
    pub(crate) fn tells_ranges(&self) -> bool {
        self.ranges.len() > 1
    }

    /// Days of all ranges.
    pub(crate) fn days(&self) -> i32 {
        self.ranges.iter().map(Range::days).sum()
    }
}

/// The dimensions of a request.
pub(crate) fn read_dimensions(body: &Value) -> Result<Vec<Dimension>, ApiError> {
    let asked = list(body, "dimensions")?;
    if asked.len() > limits::GA4_DIMENSIONS_MAX {
        return Err(ApiError::invalid(format_args!(
            "Requests are limited to {} dimensions in a nested fashion. This request is for {} dimensions.",
            limits::GA4_DIMENSIONS_MAX,
            asked.len()
        )));
    }
    let read = |item: &Value| Dimension::parse(name(item, "dimensionExpression")?);
    let dimensions: Vec<Dimension> = asked.iter().map(read).collect::<Result<_, _>>()?;
    match dimensions.iter().enumerate().find(|(i, d)| dimensions[..*i].contains(d)) {
        Some((_, twice)) => Err(ApiError::invalid(format_args!("The dimension {} is in the request twice.", twice.name()))),
        None => Ok(dimensions),
    }
}

/// The metrics of a request, by the names they were asked by.
pub(crate) fn read_metrics(body: &Value) -> Result<Vec<(String, Metric)>, ApiError> {
    let asked = list(body, "metrics")?;
    // The limit is from the documentation; the schema does not tell it.
    if asked.len() > limits::GA4_METRICS_MAX {
        return Err(ApiError::invalid(format_args!(
            "Requests are limited to {} metrics. This request is for {} metrics.",
            limits::GA4_METRICS_MAX,
            asked.len()
        )));
    }
    let read = |item: &Value| {
        let name = name(item, "expression")?;
        Metric::parse(name).map(|metric| (name.to_owned(), metric))
    };
    asked.iter().map(read).collect()
}

/// The name of a field; what is computed from several is not served.
fn name<'v>(item: &'v Value, computed: &str) -> Result<&'v str, ApiError> {
    let fields = object(item, "field")?;
    match fields.keys().find(|key| !["name", "invisible"].contains(&key.as_str())) {
        Some(key) if key == computed => {
            Err(ApiError::invalid(format_args!("{computed} is not served by this sandbox: use names.")))
        }
        Some(key) => Err(ApiError::unknown_name(key)),
        None => fields.get("name").and_then(Value::as_str).ok_or_else(|| ApiError::invalid("A field of the request has no name.")),
    }
}

fn aggregation(word: &Value) -> Result<Aggregation, ApiError> {
    match word.as_str() {
        Some("TOTAL") => Ok(Aggregation::Total),
        Some("MINIMUM") => Ok(Aggregation::Minimum),
        Some("MAXIMUM") => Ok(Aggregation::Maximum),
        Some("COUNT") => Ok(Aggregation::Count),
        _ => Err(ApiError::invalid(format_args!("Invalid value at 'metric_aggregations': {word}"))),
    }
}

fn object<'v>(value: &'v Value, what: &str) -> Result<&'v Map<String, Value>, ApiError> {
    value.as_object().ok_or_else(|| ApiError::invalid(format_args!("Invalid JSON payload received. The {what} is not an object.")))
}

fn list<'v>(body: &'v Value, name: &str) -> Result<&'v [Value], ApiError> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(ApiError::invalid(format_args!("Invalid value at '{name}': it is not a list."))),
    }
}

fn flag(body: &Value, name: &str) -> Result<bool, ApiError> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(other) => Err(ApiError::invalid(format_args!("Invalid value at '{name}' (TYPE_BOOL), {other}"))),
    }
}

/// A whole number of 64 bits, as a number or as text.
fn whole(body: &Value, name: &str) -> Result<Option<usize>, ApiError> {
    let bad = |given: &Value| ApiError::invalid(format_args!("Invalid value at '{name}' (TYPE_INT64), {given}"));
    let number = match body.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.parse::<i64>().map_err(|_| bad(&body[name]))?,
        Some(given) => given.as_i64().ok_or_else(|| bad(given))?,
    };
    usize::try_from(number).map(Some).map_err(|_| ApiError::invalid(format_args!("{name} must not be negative.")))
}
