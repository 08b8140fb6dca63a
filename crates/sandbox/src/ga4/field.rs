//! Dimensions and metrics: their names, what they show, and which go together.

mod dimension;
mod metric;

pub(crate) use dimension::{Dimension, Scope};
pub(crate) use metric::{Metric, people};

use super::error::ApiError;

/// The fields that make a request incompatible: what the platform asks to remove. Empty when all go together.
///
/// Attribution of single events (`source`) says nothing about sessions, and a person's first visit is not an event's either.
pub(crate) fn conflict(dimensions: &[Dimension], metrics: &[Metric]) -> Vec<&'static str> {
    let of_event = dimensions.iter().any(|d| d.scope() == Scope::Event);
    let of_named_event = dimensions.contains(&Dimension::EventName);
    let clashes = |metric: &&Metric| (of_event && metric.is_about_visits()) || (of_named_event && metric.is_ratio_of_visits());
    metrics.iter().filter(clashes).map(|m| m.name()).collect()
}

/// Refuses fields that do not go together.
pub(crate) fn check(dimensions: &[Dimension], metrics: &[Metric]) -> Result<(), ApiError> {
    match conflict(dimensions, metrics).as_slice() {
        [] => Ok(()),
        remove => Err(ApiError::incompatible(remove)),
    }
}
