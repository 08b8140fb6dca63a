//! The metric registry.

use crate::{access::SignedIn, shape::List};
use axum::Json;
use serde::Serialize;
use trimtab_domain::metric::{Constant, Definition, Metric, Registry, Threshold, ThresholdOf};
use utoipa::ToSchema;

/// From where on a metric asks for somebody's eyes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ThresholdShape {
    /// How much it matters: `info`, `warning` or `critical`.
    severity: &'static str,
    /// What is compared: its `value`, or its `change` against the period before in percent.
    of: &'static str,
    /// How: `>`, `>=`, `<`, `<=`, `=` or `!=`.
    comparison: &'static str,
    /// With what.
    than: f64,
    /// Currency of an amount.
    currency: Option<String>,
    /// The only platform it is meant for.
    platform: Option<&'static str>,
    /// It in words.
    #[schema(example = "falls by 20 % or more")]
    text: String,
}

impl From<&'static Threshold> for ThresholdShape {
    fn from(threshold: &'static Threshold) -> Self {
        Self {
            severity: threshold.severity.as_str(),
            of: match threshold.of {
                ThresholdOf::Value => "value",
                ThresholdOf::Change => "change",
            },
            comparison: threshold.comparison.as_str(),
            than: threshold.than,
            currency: threshold.currency.map(|currency| currency.to_string()),
            platform: threshold.platform.map(|platform| platform.as_str()),
            text: threshold.to_string(),
        }
    }
}

/// A figure of a client that no source reports.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConstantShape {
    /// The name in formulas.
    id: &'static str,
    /// The name people see.
    name: &'static str,
    /// What it means.
    description: &'static str,
}

impl From<&'static Constant> for ConstantShape {
    fn from(constant: &'static Constant) -> Self {
        Self { id: &constant.id, name: &constant.name, description: &constant.description }
    }
}

/// One metric.
#[derive(Debug, Serialize, ToSchema)]
pub struct MetricShape {
    /// The name in queries.
    id: &'static str,
    /// The name people see.
    name: &'static str,
    /// What it means.
    description: &'static str,
    /// `count`, `number`, `money`, `percent` or `ratio`.
    unit: &'static str,
    /// Which way is good: `higher`, `lower` or `neutral`.
    direction: &'static str,
    /// What it belongs with.
    #[schema(example = "revenue")]
    category: &'static str,
    /// What else people call it, in lower case; queries take the id alone.
    aliases: Vec<&'static str>,
    /// From where on somebody should look.
    thresholds: Vec<ThresholdShape>,
    /// Good practice, and when it misleads.
    see: Option<&'static str>,
    /// The client's constants without which it has no value.
    needs: Vec<ConstantShape>,
    /// Whether it may be summed over days and objects.
    additive: bool,
    /// How it is computed from sums; `null` for what is counted.
    formula: Option<String>,
}

impl From<&'static Metric> for MetricShape {
    fn from(metric: &'static Metric) -> Self {
        Self {
            id: &metric.id,
            name: &metric.name,
            description: &metric.description,
            unit: metric.unit.as_str(),
            direction: metric.direction.as_str(),
            category: metric.category.as_str(),
            aliases: metric.aliases.iter().map(String::as_str).collect(),
            thresholds: metric.thresholds.iter().map(Into::into).collect(),
            see: metric.see.as_deref(),
            needs: Registry::builtin().needs(metric).into_iter().map(Into::into).collect(),
            additive: metric.additive,
            formula: match &metric.definition {
                Definition::Formula(formula) => Some(formula.to_string()),
                Definition::Column { .. } => None,
            },
        }
    }
}

/// List metrics
#[utoipa::path(get, path = "/api/v1/metrics", operation_id = "list_metrics", tag = "query",
    responses((status = 200, body = List<MetricShape>)))]
pub async fn list_metrics(_anybody: SignedIn) -> Json<List<MetricShape>> {
    Json(List::whole(Registry::builtin().iter().map(MetricShape::from).collect()))
}
