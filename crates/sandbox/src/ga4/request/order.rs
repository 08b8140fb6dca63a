//! The order of rows.

use super::{
    super::{
        error::ApiError,
        field::{Dimension, Metric},
    },
    object,
};
use serde_json::Value;

/// What rows are ordered by: the place of a metric or of a dimension in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Metric(usize),
    Text(usize),
    TextWithoutCase(usize),
    Number(usize),
}

/// One order, the first deciding before the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) by: By,
    pub(crate) descending: bool,
}

impl Order {
    pub(super) fn read(value: &Value, dimensions: &[Dimension], metrics: &[(String, Metric)]) -> Result<Self, ApiError> {
        let fields = object(value, "order")?;
        let descending = fields.get("desc").and_then(Value::as_bool).unwrap_or(false);
        let missing = |name: &str| ApiError::invalid(format_args!("Ordering by {name} requires it to be in the request."));
        let by = match (fields.get("metric"), fields.get("dimension")) {
            (Some(metric), None) => {
                let name = metric.get("metricName").and_then(Value::as_str).unwrap_or_default();
                By::Metric(metrics.iter().position(|m| m.0 == name).ok_or_else(|| missing(name))?)
            }
            (None, Some(dimension)) => {
                let name = dimension.get("dimensionName").and_then(Value::as_str).unwrap_or_default();
                let place = dimensions.iter().position(|d| d.name() == name).ok_or_else(|| missing(name))?;
                match dimension.get("orderType").and_then(Value::as_str).unwrap_or("ALPHANUMERIC") {
                    "ALPHANUMERIC" | "ORDER_TYPE_UNSPECIFIED" => By::Text(place),
                    "CASE_INSENSITIVE_ALPHANUMERIC" => By::TextWithoutCase(place),
                    "NUMERIC" => By::Number(place),
                    other => return Err(ApiError::invalid(format_args!("'{other}' is not an order type."))),
                }
            }
            _ => return Err(ApiError::invalid("An order must hold exactly one of metric and dimension.")),
        };
        Ok(Self { by, descending })
    }
}
