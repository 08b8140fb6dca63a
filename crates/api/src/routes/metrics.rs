//! The metric registry.

use crate::{access::Session, error::Problem, shape::List};
use axum::Json;
use serde::Serialize;
use trimtab_domain::metric::{Definition, Metric, Registry};
use utoipa::ToSchema;

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
    responses((status = 200, body = List<MetricShape>), (status = 401, body = Problem)))]
pub async fn list_metrics(_session: Session) -> Json<List<MetricShape>> {
    Json(List::whole(Registry::builtin().iter().map(MetricShape::from).collect()))
}
