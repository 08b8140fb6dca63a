//! Which fact table answers a query: all its metrics come from one, and its dimensions are of one breakdown at most.

use super::{Dimension, QueryError};
use crate::{
    fact::Breakdown,
    metric::{Definition, FactTable, Metric, Registry},
};

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

/// The plan for these metrics, those of filters included, and all dimensions grouped or filtered by.
pub(super) fn plan(
    registry: &Registry,
    named: &[&Metric],
    filtered: &[&Metric],
    touched: &[Dimension],
) -> Result<Plan, QueryError> {
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
