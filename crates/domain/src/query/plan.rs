//! Which fact table answers a query: all its metrics come from one, and its dimensions are of one way of splitting at most.

use super::{Dimension, QueryError};
use crate::{
    fact::{Breakdown, KeywordKind},
    metric::{Definition, FactTable, Metric, Registry},
};

/// Which fact table answers a query.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Plan {
    /// `ad_daily`.
    Ads,
    /// `breakdown_daily`: any of these breakdowns answers, and of each account at most one exists.
    Breakdown(Vec<Breakdown>),
    /// `keyword_daily`, one kind of its rows.
    Keywords(KeywordKind),
    /// `ad_hourly`.
    Hours,
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
    let split = common(touched, Dimension::breakdowns)?;
    let words = common(touched, Dimension::keywords)?;
    let by_action = touched.iter().find(|d| matches!(d, Dimension::ActionType | Dimension::Window));
    if touched.contains(&Dimension::Hour) {
        let finer = touched.iter().find(|d| matches!(d, Dimension::AdGroup | Dimension::Ad));
        return match (table, split.map(|s| s.0).or(words.map(|w| w.0)), finer.or(by_action)) {
            (FactTable::ConversionDaily, ..) => Err(lacks(Dimension::Hour, "conversions by action type are kept by day")),
            (_, Some(other), _) => Err(QueryError::Incompatible(Dimension::Hour, other)),
            (_, None, Some(other)) => Err(lacks(*other, "hours are kept by campaign")),
            (_, None, None) => Ok(Plan::Hours),
        };
    }
    match (table, split, words, by_action) {
        (FactTable::ConversionDaily, Some((dimension, _)), _, _) => {
            Err(lacks(dimension, "conversions by action type are not split by person or placement"))
        }
        (FactTable::ConversionDaily, None, Some((dimension, _)), _) => {
            Err(lacks(dimension, "conversions by action type are not kept by keyword"))
        }
        (FactTable::ConversionDaily, None, None, _) => Ok(Plan::Conversions),
        (FactTable::Performance, _, _, Some(dimension)) => {
            Err(lacks(*dimension, "only action_count and action_value are kept by action type and window"))
        }
        (FactTable::Performance, Some((one, _)), Some((other, _)), None) => Err(QueryError::Incompatible(one, other)),
        (FactTable::Performance, Some((_, breakdowns)), None, None) => Ok(Plan::Breakdown(breakdowns)),
        // A match type alone is that of the keyword.
        (FactTable::Performance, None, Some((_, kinds)), None) => Ok(Plan::Keywords(kinds[0])),
        (FactTable::Performance, None, None, None) => Ok(Plan::Ads),
    }
}

/// The ways of splitting that have all the dimensions that need one, with a dimension to name; `None` where none needs one.
fn common<T: Copy + PartialEq + 'static>(
    touched: &[Dimension],
    ways: impl Fn(Dimension) -> &'static [T],
) -> Result<Option<(Dimension, Vec<T>)>, QueryError> {
    let mut found: Option<(Dimension, Vec<T>)> = None;
    for dimension in touched.iter().copied().filter(|dimension| !ways(*dimension).is_empty()) {
        let (first, left) = found.get_or_insert_with(|| (dimension, ways(dimension).to_vec()));
        left.retain(|way| ways(dimension).contains(way));
        if left.is_empty() {
            return Err(QueryError::Incompatible(*first, dimension));
        }
    }
    Ok(found)
}
