//! What may be asked: the list of all fields, and which of them go together with those of a request.

use super::{
    error::ApiError,
    field::{Dimension, Metric, conflict},
    property::Property,
    request::{read_dimensions, read_metrics},
};
use serde_json::{Value, json};

/// `GET properties/{id}/metadata`.
pub(crate) fn metadata(id: &str) -> Value {
    json!({
        "name": format!("properties/{id}/metadata"),
        "dimensions": Dimension::all().map(Dimension::metadata).collect::<Vec<_>>(),
        "metrics": Metric::all().map(Metric::metadata).collect::<Vec<_>>(),
    })
}

/// `POST properties/{id}:checkCompatibility`: every field with whether it goes together with those of the request.
pub(crate) fn compatibility(body: &Value) -> Result<Value, ApiError> {
    let dimensions = read_dimensions(body)?;
    let metrics: Vec<Metric> = read_metrics(body)?.into_iter().map(|m| m.1).collect();
    super::field::check(&dimensions, &metrics)?;
    let only = match body.get("compatibilityFilter").and_then(Value::as_str) {
        None | Some("COMPATIBILITY_UNSPECIFIED") => None,
        Some(word @ ("COMPATIBLE" | "INCOMPATIBLE")) => Some(word),
        Some(other) => return Err(ApiError::invalid(format_args!("Invalid value at 'compatibility_filter': {other}"))),
    };
    let word = |fits: bool| if fits { "COMPATIBLE" } else { "INCOMPATIBLE" };
    let wanted = |word: &str| only.is_none_or(|only| only == word);
    let with_dimension = |d: Dimension| word(conflict(&[dimensions.as_slice(), &[d]].concat(), &metrics).is_empty());
    let with_metric = |m: Metric| word(conflict(&dimensions, &[metrics.as_slice(), &[m]].concat()).is_empty());
    Ok(json!({
        "dimensionCompatibilities": Dimension::all()
            .map(|d| (with_dimension(d), d.metadata()))
            .filter(|(word, _)| wanted(word))
            .map(|(word, metadata)| json!({"dimensionMetadata": metadata, "compatibility": word}))
            .collect::<Vec<_>>(),
        "metricCompatibilities": Metric::all()
            .map(|m| (with_metric(m), m.metadata()))
            .filter(|(word, _)| wanted(word))
            .map(|(word, metadata)| json!({"metricMetadata": metadata, "compatibility": word}))
            .collect::<Vec<_>>(),
    }))
}

/// `GET accountSummaries`: the accounts of a user, each with its properties. A user here has one of both, so that there is one page.
pub(crate) fn account_summaries(of: &Property) -> Value {
    let account = format!("accounts/{}", of.account());
    json!({"accountSummaries": [{
        "name": format!("accountSummaries/{}", of.account()),
        "account": account,
        "displayName": of.store.name,
        "propertySummaries": [{
            "property": format!("properties/{}", of.id),
            "displayName": format!("{} – GA4", of.store.name),
            "propertyType": "PROPERTY_TYPE_ORDINARY",
            "parent": account,
        }],
    }]})
}
